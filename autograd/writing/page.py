"""What every page has: colours, light and dark, and a policy that lets nothing in.

Boxes that may scroll are another: whoever uses the keyboard has to get there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from .colours import variables
from .resources import text_of

Texts = str | Iterable[str] | None


def policy(script: Texts = None, style: Texts = None) -> str:
    """Return the content security policy of a page, into which nothing is fetched.

    Of a script or a style that is given, or several, no other one counts in the page,
    nor in a frame inside.
    """
    return (
        f"default-src 'none'; script-src {_hashed(script)}; style-src {_hashed(style)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def short_text(package: str | None, name: str, between: str = "\n") -> str:
    """Return a file of a package of ours, short: without indents and comments."""
    lines = (line.strip() for line in text_of(package, name).splitlines())
    return between.join(line for line in lines if line and not line.startswith("//"))


# What pages in which one steps share: their style, helpers, and the rate with a curve.
BASE, COMMON, STEPPING = (
    short_text(__package__, name) for name in ("base.css", "common.js", "stepping.js")
)


def colours(**more: tuple[str, str]) -> str:
    """Return the palette as variables of CSS: `var(--data)`.

    They are light or dark as the reader's screen is, or as `data-theme` says; on paper
    they are light.

    Args:
        more: Other variables, each light and dark.
    """
    pairs = (variables() | more).items()
    light, dark = (
        ";".join(f"{name}:{pair[place]}" for name, pair in pairs) for place in (0, 1)
    )
    dark = f"color-scheme:dark;{dark}"
    return (
        f":root{{color-scheme:light;{light}}}\n"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}\n"
    )


# A box is a stop on the way of the keyboard while there is more in it than it shows,
# and then its keys are its own. Without script all of them are.
REACHABLE = """
const reachable = () => {
const boxes = [...document.querySelectorAll(".scroll")];
const scrolls = boxes.map((box) => !box.closest("details:not([open])")
&& (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1));
boxes.forEach((box, i) => {
if (scrolls[i]) box.tabIndex = 0;
else box.removeAttribute("tabindex");
});
};
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true);
"""


def scrolling(inner: str, label: str, more: str = 'class="scroll"') -> str:
    """Return a box that scrolls where it is too small, under a name to be read out.

    >>> scrolling("1", "Code")
    '<div class="scroll" tabindex="0" role="group" aria-label="Code">1</div>'
    """
    label = escape(label)
    return f'<div {more} tabindex="0" role="group" aria-label="{label}">{inner}</div>'


def framed(page: str, still: str, title: str, height: int, summary: str) -> str:
    """Return a page in a frame, to stand in a notebook.

    What is still stands below, folded: viewers that drop frames show it.

    Args:
        page: The page.
        still: A picture and text that say the same.
        title: What the frame is called.
        height: In pixels.
        summary: What to call what is still.
    """
    still = scrolling(still, title, 'class="scroll" style="overflow-x:auto"')
    still = f"<details><summary>{escape(summary)}</summary>{still}</details>"
    return frame(page, title, height) + still


def frame(page: str, title: str, height: int) -> str:
    """Return a page in a frame, which lets nothing out but messages."""
    return (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" width="100%"'
        f' height="{height}" style="border:0" title="{escape(title)}"></iframe>'
    )


def for_script(data: Any) -> str:
    """Return `data` to stand in a script: nothing in it ends the script.

    >>> for_script({"label": "</script>"})
    '{"label":"\\\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def json_number(number: float) -> float | str:
    """Return a number as JSON can hold it."""
    return number if math.isfinite(number) else repr(number)


def _hashed(texts: Texts) -> str:
    if texts is None:
        return "'unsafe-inline'"
    texts = [texts] if isinstance(texts, str) else texts
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)
