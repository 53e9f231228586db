"""The page that steps through a walk downhill: one file that needs nothing else.

Python computes the walks, at the rate given and at others; the script shows them. Where
the function is one formula, its graph goes into the page too, written in JavaScript, so
that the learner can start anywhere else.
"""

from __future__ import annotations

import math
from html import escape

from ....drawing.notation import MATHML, TEXT
from ....reading.snapshot import take
from ....writing.page import COMMON, REACHABLE, colours, for_script, framed, policy
from ....writing.resources import text_of
from ...views.javascript import functions, is_writable, write_rows
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
    phrases = words.table("descend.page")
    data = {
        "names": list(map(TEXT.name, landscape.names)),
        "name": TEXT.name(landscape.name),
        "given": walks.index(descent.walk),
        "heads": heads(landscape, words),
        "walks": [_told(descent, walk, words) for walk in walks],
        "box": picture.box,
        "frame": [picture.across, picture.up],
        "steps": descent.steps,
        "live": graph,
        "words": phrases,
    }
    player = text_of(__package__, "descent.js")
    script = "\n".join([
        '"use strict";', functions() if graph else "", f"const rows = {rows};",
        f"const data = {for_script(data)};", REACHABLE, COMMON, player,
    ])  # fmt: skip
    style = colours() + text_of(__package__, "descent.css")
    said = descent.doubt(words.language)
    return text_of(__package__, "descent.html").format(
        **{key: escape(phrase, quote=False) for key, phrase in phrases.items()},
        language=words.language,
        policy=policy(script, style),
        document=escape(f"{phrases['title']}: {descent.title()}"),
        style=style,
        heading=_math(equation(landscape, descent.formula, MATHML)),
        doubt=f'<p id="doubt" role="note">{escape(said)}</p>' if said else "",
        rules=_rules(descent, words),
        picture=picture.svg(words("descend.page.alt"), style=False),
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
    """Return a walk for the script: its points, each with where a plus would lead."""
    points = []
    pairs = zip(walk.places, walk.values, walk.gradients, strict=True)
    for k, (place, value, slopes) in enumerate(pairs):
        up, height = uphill(descent.landscape, walk, k)
        known = all(map(math.isfinite, (*up, height)))
        points.append([place, value, slopes if math.isfinite(slopes[0]) else [],
                       [up, height] if known else None])  # fmt: skip
    end = reason(descent.landscape, walk, words)
    return {"rate": walk.rate, "points": points, "end": end}


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
    # Not of an op of the learner's own, nor with numbers that JSON does not have.
    finite = all(math.isfinite(node.data) for node in snapshot.nodes)
    if not (finite and all(map(is_writable, ops))):
        return "[]", None
    names = dict(zip(inputs, map(TEXT.name, descent.landscape.names), strict=True))
    return write_rows(ops), [
        [ops.index(node.op), *args] if node.op is not None
        else names.get(node, node.data)
        for node, args in zip(snapshot.nodes, snapshot.args, strict=True)
    ]  # fmt: skip


def _rules(descent: Descent, words: Phrases) -> str:
    """Return the formula for each input, in letters."""
    name, rate = descent.landscape.name, MATHML.name(words("descend.rate"))
    return "".join(
        _math(
            f'{MATHML.name(of)}<mo>←</mo>{MATHML.name(of)}<mo class="minus">−</mo>'
            f'<mrow class="rate">{rate}</mrow><mo>·</mo>'
            f'<mrow class="slope">{MATHML.derivative(name, of)}</mrow>'
        )
        for of in descent.landscape.names
    )


def _math(inner: str) -> str:
    return f'<math display="block"><mrow>{inner}</mrow></math>'
