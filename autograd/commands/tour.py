"""What `python -m autograd` says by itself: back-propagation in two screens."""

from __future__ import annotations

import argparse
import sys

from ..phrases.table import Phrases
from ..teaching.lesson import Lesson, explain
from ..teaching.notation import TEXT
from ..teaching.passes import recompute
from ..teaching.steps import Backward, Seed
from ..teaching.views.telling import bill, digits, equations
from ..teaching.views.terminal import INDENT, Page, coloured, columns
from .shared import say

EXPRESSION = "(w*x - y)**2"
AT = {"w": 3.0, "x": 2.0, "y": 5.0}
LITTLE = 0.001

# The graph of the expression; v1 is w*x, v2 is v1 - y.
GRAPH = """\
w = {w} ─┐
       ├─ * ── v1 = {v1} ─┐
x = {x} ─┘               ├─ − ── v2 = {v2} ── ^2 ── {output} = {result}
y = {y} ─────────────────┘"""
NEXT = ("explain", "own", "page", "by_hand", "mistakes", "exercise", "help")


def tour(options: argparse.Namespace) -> int:
    """Print the tour."""
    words = Phrases(options.language)
    lesson = explain(EXPRESSION, language=words.language, **AT)
    page = Page(colour=coloured(sys.stdout))
    page.title(words("command.tour.title"), "═")
    parts = {
        "value": _value, "graph": _graph, "slope": _slope, "backward": _backward,
        "bill": _bill,
    }  # fmt: skip
    slots = {"output": lesson.output.name, "expression": EXPRESSION}
    for number, (key, show) in enumerate(parts.items(), 1):
        head, _, about = words(f"command.tour.{key}", **slots).partition("\n")
        page.blank()
        page.title(f"{number}. {head}")
        if about:
            page.prose(about)
        show(page, lesson, words)
    page.blank()
    page.title(words("command.tour.next"))
    for key in NEXT:
        page.prose(words(f"command.tour.about.{key}"), 2)
        page.lines.append(" " * INDENT + words(f"command.tour.run.{key}"))
    say("\n".join(page.lines))
    return 0


def _value(page: Page, lesson: Lesson, words: Phrases) -> None:
    for step in lesson.forward:
        (parts,) = equations(step, TEXT)
        page.equation(parts, "data")


def _graph(page: Page, lesson: Lesson, words: Phrases) -> None:
    numbers = {node.label: TEXT.digits(node.data) for node in lesson.nodes}
    output = lesson.output.name
    drawn = GRAPH.format(output=output, result=numbers[output], **numbers)
    lines = drawn.splitlines()
    if max(map(columns, lines)) > page.width - INDENT:
        lines = [
            f"{node.label} ← {', '.join(lesson.nodes[i].label for i in node.args)}"
            for node in lesson.nodes
            if node.op is not None
        ]
    page.lines += [" " * INDENT + line for line in lines]


def _slope(page: Page, lesson: Lesson, words: Phrases) -> None:
    w = lesson.inputs[0]
    moved = recompute(lesson.snapshot, {w.place: w.data + LITTLE})[lesson.output.place]
    before = lesson.output.data
    names = {"w": w.name, "output": lesson.output.name}
    page.prose(
        words(
            "command.tour.moved", before=digits(w.data), after=digits(w.data + LITTLE),
            from_=digits(before), to=digits(moved), step=digits(LITTLE),
            change=digits(moved - before), slope=digits((moved - before) / LITTLE),
            **names,
        ),
        INDENT,
    )  # fmt: skip


def _backward(page: Page, lesson: Lesson, words: Phrases) -> None:
    on_the_way = {"w", "v1", "v2"}
    for step in lesson.steps:
        if isinstance(step, Seed) or (
            isinstance(step, Backward) and step.arg.name in on_the_way
        ):
            page.equation(equations(step, TEXT)[-1], "grad")


def _bill(page: Page, lesson: Lesson, words: Phrases) -> None:
    heads = [words(f"lesson.column.{name}") for name in ("input", "grad", "wiggle")]
    rows = [
        [wiggle.node.name, digits(wiggle.node.grad), digits(wiggle.slope)]
        for wiggle in lesson.wiggles
    ]
    page.table(heads, rows)
    for sentence in bill(lesson, words):
        page.prose(sentence)
