"""What the recorded path hangs on: comparisons, and numbers taken out of the graph.

The page computes along the path that was recorded. Where the function compared numbers,
it took one of two ways; so the page says what came out there, asks again when an input
is moved, and says when the function would go another way.
"""

from __future__ import annotations

import ast
from html import escape

from ....drawing.notation import TEXT
from ....graph import topological
from ....reading.definitions import parsed
from ....value import Value
from ....writing.page import json_number
from ...noting import Comparison
from ...steps import Node
from ..javascript import is_writable
from ..telling import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....phrases.table import Phrases
    from ...lesson import Lesson

SHOWN = 6  # places that are told before anything is moved
INPUTS = 3  # that are told of a place
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}


def places_of(lesson: Lesson) -> dict[Value, int]:
    """Return the places of what the script can compute, each after its args.

    After the nodes of the graph come those that were compared and are not in it.
    """
    places = {node: i for i, node in enumerate(lesson.snapshot.nodes)}
    compared = lesson.measured.comparisons
    sides = [side for c in compared for side in (c.left, c.right)]
    for node in topological(*[side for side in sides if isinstance(side, Value)]):
        known = node.op is None or all(arg in places for arg in node.args)
        if node not in places and known and (not node.op or is_writable(node.op)):
            places[node] = len(places)
    return places


def branches(
    lesson: Lesson, places: dict[Value, int], words: Phrases
) -> list[list[Any]]:
    """Return what the path hangs on, for the script.

    Of each place it is the text, the inputs that bear on it, and how to ask again: a
    comparison and what came out; None where the page cannot.
    """
    found: list[list[Any]] = []
    for c in lesson.measured.comparisons:
        sides = [_side(places, side) for side in (c.left, c.right)]
        test = None if None in sides else [sides[0], c.sign, sides[1], c.held]
        inputs = [node.place for node in _inputs(lesson, c.left, c.right)]
        found.append([_text(lesson, c, words), inputs, test])
    for read in lesson.measured.reads:
        inputs = [node.place for node in _inputs(lesson, read.value)]
        found.append([place(lesson, read.source, words), inputs, None])
    return found


def write_branches(lesson: Lesson, words: Phrases) -> str:
    """Return what is told of it, before and after an input is moved."""
    items = [_told(lesson, c, words) for c in lesson.measured.comparisons]
    for read in lesson.measured.reads:
        code = escape(place(lesson, read.source, words))
        items.append(words("page.stands_read", code=code))
    if not items:
        return ""
    items = list(dict.fromkeys(items))
    shown = items[:SHOWN] + ["…"] * (len(items) > SHOWN)
    told = "".join(f"<li>{item}</li>" for item in shown)
    return (
        '<p id="beyond" role="status" aria-live="polite"></p>'
        f'<div id="stands"><p>{words("page.stands")}</p><ul>{told}</ul></div>'
    )


def _told(lesson: Lesson, compared: Comparison, words: Phrases) -> str:
    given = ", ".join(
        TEXT.equation(TEXT.name(node.name), TEXT.digits(node.data))
        for node in _inputs(lesson, compared.left, compared.right)[:INPUTS]
    )
    key = "stands_on" if given else "stands_fixed"
    slots = {"code": escape(_text(lesson, compared, words)), "given": escape(given)}
    return words(f"page.{key}", held=compared.held, **slots)


def _text(lesson: Lesson, compared: Comparison, words: Phrases) -> str:
    """Return `x > 0 (line 2)`, or `max(a, b) (line 2), b > a`."""
    text = place(lesson, compared.source, words)
    match parsed(compared.source.expression.strip()):
        case ast.Module([ast.Expr(ast.Compare())]):
            return text
    left, right = (_name(lesson, side) for side in (compared.left, compared.right))
    sign = TEXT.sign(SIGNS.get(compared.sign, compared.sign))
    return f"{text}, {left} {sign} {right}"


def _name(lesson: Lesson, side: Any) -> str:
    if not isinstance(side, Value):
        return TEXT.digits(float(side))
    nodes = zip(lesson.snapshot.nodes, lesson.nodes, strict=True)
    label = next((told.label for node, told in nodes if node is side), side.label)
    return TEXT.name(label) if label else TEXT.digits(side.data)


def _side(places: dict[Value, int], side: Any) -> list[int] | float | str | None:
    """Return the place of a node, or a number; None for what is not known here."""
    if not isinstance(side, Value):
        return json_number(float(side))
    if side in places:
        return [places[side]]
    return json_number(side.data) if side.constant else None


def _inputs(lesson: Lesson, *sides: Any) -> list[Node]:
    """Return the inputs of the lesson on which something hangs."""
    nodes = set(topological(*[side for side in sides if isinstance(side, Value)]))
    values = lesson.snapshot.nodes
    return [n for n in lesson.inputs if values[n.place] in nodes]
