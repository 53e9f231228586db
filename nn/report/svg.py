"""Figures as SVG that stands in a page: in its colours, and as small as can be.

Matplotlib writes colours as numbers; here they become the variables of the page's style
sheet, so that a picture follows the reader from light to dark.
"""

from __future__ import annotations

import re
import warnings
from html import escape
from io import BytesIO
from typing import Any

from autograd.writing.colours import plot_variables, variables

# What figures are drawn in, by what the page calls it.
VARIABLES = {
    light: name for name, (light, _) in (variables() | plot_variables()).items()
}
PLACES = 2  # after the decimal point, of points of 1/72 inch

_TAG = re.compile(r"<[^<>]+>")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_ID = re.compile(r'\sid="([^"]*)"')
_USED = re.compile(r'url\(#([^)]*)\)|href="#([^"]*)"')


def inline_figure(figure: Any, name: str, label: str) -> str:
    """Return a matplotlib figure as SVG.

    Args:
        figure: The figure.
        name: A name of its own within the page.
        label: What it shows, in words.
    """
    import matplotlib

    file = BytesIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": name}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The reader's fonts may well have a letter that matplotlib's has not.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(
            file, format="svg", transparent=True,
            metadata={"Date": None, "Creator": None, "Type": None, "Format": None},
        )  # fmt: skip
    return inline(file.getvalue().decode(), label)


def inline(svg: str, label: str) -> str:
    """Return a whole file of SVG as an element of a page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style[^>]*>\*\{.*?</style>", "", svg, flags=re.DOTALL)
    used = {name for pair in _USED.findall(svg) for name in pair}
    svg = _ID.sub(
        lambda found: (
            found[0] if found[1] in used or found[1].startswith("shape-") else ""
        ),
        svg,
    )
    svg = _TAG.sub(_shortened, svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(f": {colour}", f": var({variable})")
    svg = re.sub(r">\s+<", "><", svg)
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(width|height|role|xmlns:xlink)="[^"]*"', "", head)
    rest = rest.replace("xlink:href", "href")
    return f'{head} role="img" aria-label="{escape(label)}">{rest}'


def _shortened(tag: re.Match[str]) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.{PLACES}f}", tag[0])


def outline(shape: Any, axes: Any) -> str:
    """Return a matplotlib path in the coordinates of the axes as an SVG path's `d`.

    Points that lie on a straight line with their neighbours are left out.
    """
    height, dots = axes.figure.bbox.height, axes.figure.dpi / 72.0
    placed = axes.transData.transform_path(shape).cleaned(simplify=True)
    written = []
    here = (0, 0)  # in tenths of a point, so that rounding does not add up
    for (x, y), code in zip(placed.vertices, placed.codes, strict=True):
        if code == placed.CLOSEPOLY:
            written.append("z")
        elif code != placed.STOP:
            there = round(10 * x / dots), round(10 * (height - y) / dots)
            letter = "M" if code == placed.MOVETO else "l"
            if letter == "M":
                here = (0, 0)
            step = [f"{(b - a) / 10:g}" for a, b in zip(here, there, strict=True)]
            written.append(letter + " ".join(step))
            here = there
    return "".join(written)
