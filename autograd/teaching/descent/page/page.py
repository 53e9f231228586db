"""The page that steps through a walk downhill: one file that needs nothing else.

Python computes the walks, at the rate given and at others, and writes their numbers as
text; the script shows them. Where the function is one formula, its graph goes into the
page too, written in JavaScript, so that the learner can start anywhere else.
"""

from __future__ import annotations

import math
from html import escape

from ....drawing.notation import MATHML, TEXT
from ....reading.snapshot import take
from ....writing.page import REACHABLE, colours, for_script, framed, policy
from ...resources import text_of
from ...views.javascript import functions, write_rows
from ..landscape import equation
from ..text import heads, reason
from ..walks import Walk, uphill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....phrases.table import Phrases
    from ..descent import Descent

MOST_POINTS = 1000  # of all walks together: fewer rates, if the walks are long
NOTEBOOK_HEIGHT = {1: 720, 2: 940}  # pixels, by the number of inputs


def page(descent: Descent, words: Phrases) -> str:
    """Return the page of a walk, in the language of `words`."""
    picture = descent.picture
    landscape = descent.landscape
    walks = _chosen(descent)
    rows, graph = _live(descent)
    phrases = {
        key: escape(phrase, quote=False)
        for key, phrase in words.table("descend.page").items()
    }
    data = {
        "names": list(map(TEXT.name, landscape.names)),
        "name": TEXT.name(landscape.name),
        "given": walks.index(descent.walk),
        "walks": [_told(descent, walk, words) for walk in walks],
        "box": picture.box,
        "frame": [picture.across, picture.up],
        "steps": descent.steps,
        "live": graph,
        "words": words.table("descend.page"),
    }
    player = text_of(__package__, "descent.js")
    script = "\n".join([
        '"use strict";', functions() if graph else "", f"const rows = {rows};",
        f"const data = {for_script(data)};", REACHABLE, player,
    ])  # fmt: skip
    style = colours() + text_of(__package__, "descent.css")
    said = descent.doubt(words.language)
    return text_of(__package__, "descent.html").format(
        **phrases,
        language=words.language,
        policy=policy(script, style),
        document=escape(f"{phrases['title']}: {descent.title()}"),
        style=style,
        heading=_math(equation(landscape, descent.formula, MATHML)),
        doubt=f'<p id="doubt" role="note">{escape(said)}</p>' if said else "",
        rules=_rules(descent, words),
        picture=picture.svg(words("descend.page.alt"), style=False),
        starts="".join(map(_start, range(len(landscape.names)), landscape.names)),
        live="" if graph else "hidden",
        rates=len(walks) - 1,
        steps=len(descent.walk.places) - 1,
        columns=_columns(descent, words),
        static=escape(str(descent)),
        script=script,
    )


def in_notebook(descent: Descent, words: Phrases) -> dict[str, str]:
    """Return what a notebook shows: the page in a frame, or the picture, or text."""
    still, told = descent.picture.svg(words("descend.page.alt")), str(descent)
    html = framed(
        page(descent, words),
        f"{still}<pre>{escape(told)}</pre>",
        words("descend.page.title"),
        NOTEBOOK_HEIGHT[len(descent.landscape.names)],
        words("page.still"),
    )
    return {"text/html": html, "image/svg+xml": still, "text/plain": told}


def _chosen(descent: Descent) -> list[Walk]:
    """Return the walks that the page holds, by their rates; that of the descent too."""
    scouts = descent.scouts
    most = max(1, MOST_POINTS // (descent.steps + 1))
    every = math.ceil(len(scouts) / most)
    here = scouts.index(descent.walk)
    return scouts[here % every :: every]


def _told(descent: Descent, walk: Walk, words: Phrases) -> dict[str, Any]:
    """Return a walk as the script shows it: texts, and places in the picture."""
    digits, picture = TEXT.digits, descent.picture
    last = len(walk.places) - 1
    points = []
    for k, (place, value, slopes) in enumerate(
        zip(walk.places, walk.values, walk.gradients, strict=True)
    ):
        up, height = uphill(descent.landscape, walk, k)
        known = math.isfinite(slopes[0])
        points.append([
            list(map(digits, place)),
            digits(value),
            list(map(digits, slopes)) if known else [],
            list(map(digits, walk.move(k))) if known and k < last else [],
            picture.place((*place, value)),
            [list(map(digits, up)), digits(height), picture.place((*up, height))]
            if math.isfinite(height) else 0,
        ])  # fmt: skip
    return {
        "rate": digits(walk.rate),
        "number": walk.rate,
        "points": points,
        "end": reason(descent.landscape, walk, words),
    }


def _live(descent: Descent) -> tuple[str, Any]:
    """Return rows and the graph of the function for the script, if it is one graph.

    Of each node it is the number of its row and those of its args, a number, or of an
    input its name. The graph is None where the script cannot compute it.
    """
    if descent.formula is None:
        return "[]", None
    output, inputs = descent.formula
    snapshot = take([output])
    ops = list(dict.fromkeys(node.op for node in snapshot.nodes if node.op is not None))
    try:
        rows = write_rows(ops)
    except ValueError:  # an op of the learner's own that JavaScript cannot compute
        return "[]", None
    if not all(math.isfinite(node.data) for node in snapshot.nodes):
        return "[]", None  # numbers that JSON does not have
    names = dict(zip(inputs, map(TEXT.name, descent.landscape.names), strict=True))
    return rows, [
        [ops.index(node.op), *args] if node.op is not None
        else names.get(node, node.data)
        for node, args in zip(snapshot.nodes, snapshot.args, strict=True)
    ]  # fmt: skip


# --- pieces of the page ---------------------------------------------------------------


def _rules(descent: Descent, words: Phrases) -> str:
    """Return the formula for each input, twice: in letters, and for numbers."""
    name, rate = descent.landscape.name, MATHML.name(words("descend.rate"))
    lines = []
    for of in descent.landscape.names:
        left, slope = MATHML.name(of), MATHML.derivative(name, of)
        lines.append(_rule(left, left, f'<mrow class="rate">{rate}</mrow>', slope))
    for i in range(len(descent.landscape.names)):
        after, before, slope = (
            f'<mn data-slot="{kind}{i}"></mn>' for kind in ("next", "x", "slope")
        )
        rate = '<mn class="rate" data-slot="rate"></mn>'
        lines.append(f'<div class="numbers">{_rule(after, before, rate, slope)}</div>')
    return "".join(lines)


def _rule(after: str, before: str, rate: str, slope: str) -> str:
    return _math(
        f'{after}<mo>←</mo>{before}<mo class="minus">−</mo>{rate}<mo>·</mo>'
        f'<mrow class="slope">{slope}</mrow>'
    )


def _start(i: int, name: str) -> str:
    safe = escape(TEXT.name(name))
    return (
        f'<label>{safe} = <input type="text" inputmode="decimal" size="7"'
        f' data-start="{i}" autocomplete="off"></label> '
    )


def _columns(descent: Descent, words: Phrases) -> str:
    landscape = descent.landscape
    titles = heads(landscape, words)
    end = 1 + len(landscape.names)
    titles.insert(end, TEXT.function(landscape.name, titles[1:end]))
    return "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)


def _math(inner: str) -> str:
    return f'<math display="block"><mrow>{inner}</mrow></math>'
