"""What the recorded path hangs on: comparisons, and numbers taken out of the graph.

The page computes along the path that was recorded. Where the function compared numbers,
it took one of two ways; so the page says what came out there, asks again when an input
is moved, and says when the function would go another way.
"""

from __future__ import annotations

import ast
from html import escape

from ....graph import topological
from ....value import Value
from ....writing.page import json_number
from ...notation import TEXT
from ..javascript import write_rows
from ..telling import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....op import Op
    from ....phrases.table import Phrases
    from ...lesson import Lesson
    from ...noting import Comparison

SHOWN = 6  # places that are told before anything is moved
INPUTS = 3  # that are told of a place


class Branches:
    """What the path of a lesson hangs on.

    Attributes:
        asides: The nodes that were compared and are not in the graph, each after its
            args.
        ops: Their ops.
    """

    def __init__(self, lesson: Lesson, words: Phrases) -> None:
        """Collect it from the notes of a lesson."""
        self.lesson, self.words = lesson, words
        nodes = lesson.snapshot.nodes
        self.places = {node: i for i, node in enumerate(nodes)}
        sides = [
            side
            for c in lesson.measured.comparisons
            for side in (c.left, c.right)
            if isinstance(side, Value)
        ]
        self.asides: list[Value] = []
        for node in topological(*sides):
            known = node.op is None or all(arg in self.places for arg in node.args)
            if node not in self.places and known and _is_writable(node.op):
                self.places[node] = len(self.places)
                self.asides.append(node)
        self.ops: list[Op] = [node.op for node in self.asides if node.op]

    def data(self, ops: dict[Op, int]) -> dict[str, Any]:
        """Return what the script has to know.

        Args:
            ops: The number of each op.
        """
        measured = self.lesson.measured
        stands: list[list[Any]] = []
        for c in measured.comparisons:
            sides = [self._side(side) for side in (c.left, c.right)]
            test = None if None in sides else [sides[0], c.sign, sides[1], c.held]
            inputs = self._inputs(c.left, c.right)
            stands.append([self._text(c), [n.place for n in inputs], test])
        for read in measured.reads:
            inputs = [node.place for node in self._inputs(read.value)]
            text = place(self.lesson, read.source, self.words)
            stands.append([text, inputs, None])
        asides = [
            [ops[node.op], *[self.places[arg] for arg in node.args]]
            if node.op
            else [json_number(node.data)]
            for node in self.asides
        ]
        cut = any(w.other for w in self.lesson.wiggles)
        return {"asides": asides, "stands": stands, "cut": cut}

    def html(self) -> str:
        """Return what is told of it, before and after an input is moved."""
        measured, words = self.lesson.measured, self.words
        items = dict.fromkeys(map(self._told, measured.comparisons))
        items |= dict.fromkeys(
            words("page.stands_read", code=escape(place(self.lesson, r.source, words)))
            for r in measured.reads
        )
        if not items:
            return ""
        told = "".join(f"<li>{item}</li>" for item in list(items)[:SHOWN])
        more = "<li>…</li>" if len(items) > SHOWN else ""
        return (
            '<p id="beyond" role="status" aria-live="polite"></p>'
            f'<div id="stands"><p>{words("page.stands")}</p><ul>{told}{more}</ul></div>'
        )

    def _told(self, compared: Comparison) -> str:
        given = ", ".join(
            TEXT.equation(TEXT.name(node.name), TEXT.digits(node.data))
            for node in self._inputs(compared.left, compared.right)[:INPUTS]
        )
        key = "stands_on" if given else "stands_fixed"
        slots = {"code": escape(self._text(compared)), "given": escape(given)}
        return self.words(f"page.{key}", held=compared.held, **slots)

    def _text(self, compared: Comparison) -> str:
        """Return `x > 0 (line 2)`, or `max(a, b) (line 2), b > a`."""
        text = place(self.lesson, compared.source, self.words)
        try:
            tree = ast.parse(compared.source.expression.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = None
        if isinstance(tree, ast.Compare):
            return text
        left, right = (self._name(side) for side in (compared.left, compared.right))
        sign = TEXT.sign({"<=": "≤", ">=": "≥", "!=": "≠"}.get(compared.sign) or
                         compared.sign)  # fmt: skip
        return f"{text}, {left} {sign} {right}"

    def _name(self, side: Any) -> str:
        if not isinstance(side, Value):
            return TEXT.digits(float(side))
        i = self.places.get(side, len(self.lesson.nodes))
        label = self.lesson.nodes[i].label if i < len(self.lesson.nodes) else side.label
        return TEXT.name(label) if label else TEXT.digits(side.data)

    def _side(self, side: Any) -> list[int] | float | str | None:
        """Return the place of a node, or a number; None for what is not known here."""
        if not isinstance(side, Value):
            return json_number(float(side))
        if side in self.places:
            return [self.places[side]]
        return json_number(side.data) if side.constant else None

    def _inputs(self, *sides: Any) -> list[Any]:
        """Return the inputs of the lesson on which something hangs."""
        nodes = set(topological(*[side for side in sides if isinstance(side, Value)]))
        values = self.lesson.snapshot.nodes
        return [n for n in self.lesson.inputs if values[n.place] in nodes]


def _is_writable(op: Op | None) -> bool:
    try:
        write_rows([op] if op else [])
    except ValueError:
        return False
    return True
