"""`tour`: what `python -m autograd` does by itself, back-propagation in two screens.

It tells a slope, draws it, writes the page about it, and trains a network: all that is
here to be used, in a few seconds, with nothing installed besides.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from ..drawing.notation import TEXT
from ..phrases.table import Phrases, chosen
from ..teaching.lesson import Lesson, explain
from ..teaching.passes import recompute
from ..teaching.steps import Backward, Seed
from ..teaching.views.telling import bill, digits, equations
from ..teaching.views.terminal import INDENT, Page, coloured, columns
from ..writing.files import free_name
from .draw import write_picture
from .neighbours import neighbours
from .parser import Parser, say

EXPRESSION = "(w*x - y)**2"
AT: dict[str, Any] = {"w": 3.0, "x": 2.0, "y": 5.0}
LITTLE = 0.001

# The graph of the expression; v1 is w*x, v2 is v1 - y.
GRAPH = """\
w = {w} ─┐
       ├─ * ── v1 = {v1} ─┐
x = {x} ─┘               ├─ − ── v2 = {v2} ── ^2 ── {output} = {result}
y = {y} ─────────────────┘"""
NEXT = ("explain", "own", "by_hand", "mistakes", "exercise", "train", "help")

# Exclusive or: 1 where one of the two is 1, and it takes a hidden layer to say so.
CORNERS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
WANTED = [0.0, 1.0, 1.0, 0.0]
STEPS, SHOWN, RATE = 240, 40, 0.2
PAUSE = 0.15  # seconds, for whoever looks on


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""


def run(options: argparse.Namespace) -> int:
    """Tell, draw, write and train."""
    words = Phrases(options.language)
    lesson = explain(EXPRESSION, language=words.language, given=(), **AT)
    page = Page(colour=coloured(sys.stdout))
    page.title(words("command.tour.title"), "═")
    parts = {
        "value": _value, "graph": _graph, "slope": _slope, "backward": _backward,
        "bill": _bill, "files": _files, "network": _network,
    }  # fmt: skip
    slots = {"output": lesson.output.name, "expression": EXPRESSION}
    for number, (key, show) in enumerate(parts.items(), 1):
        head, _, about = words(f"command.tour.{key}", **slots).partition("\n")
        page.blank()
        page.title(f"{number}. {head}")
        if about:
            page.prose(about)
        show(page, lesson, words)
        _print(page)
    page.blank()
    page.title(words("command.tour.next"))
    # What the environment says need not be typed.
    asked = "" if words.language == chosen() else f" --language {words.language}"
    for key in NEXT:
        page.prose(words(f"command.tour.about.{key}"), 2)
        page.lines.append(" " * INDENT + words(f"command.tour.run.{key}") + asked)
    _print(page)
    return 0


def _print(page: Page) -> None:
    """Print what has been written so far, and begin anew."""
    if page.lines:
        say("\n".join(page.lines))
        page.lines.clear()


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


def _files(page: Page, lesson: Lesson, words: Phrases) -> None:
    from ..drawing.picture import draw

    y = lesson.snapshot.nodes[lesson.output.place]
    y.backward()
    names = dict(zip(lesson.names, lesson.snapshot.nodes, strict=True))
    picture, told = free_name("tour.svg"), free_name("tour.html")
    try:
        drawn = draw(y, names=names, partials=True, language=words.language)
        write_picture(drawn, picture, words)
        lesson.save(told)
    except RuntimeError as error:  # no program to draw with, and how to get one
        page.prose(words.said(error), INDENT)
        return
    page.prose(words("command.tour.picture", file=picture), INDENT)
    page.prose(words("command.tour.page", file=told), INDENT)


def _network(page: Page, lesson: Lesson, words: Phrases) -> None:
    if faults := neighbours(words):
        for fault in faults:
            page.prose(fault, INDENT)
        return
    from nn import MLP, SGD, squared_error

    model = MLP(2, [4, 1], activation="tanh", seed=0)
    optimizer = SGD(model.parameters(), lr=RATE)
    count = len(model.parameters())
    page.prose(words("command.tour.network_is", count=count))
    corners = [f"{a:.0f} {b:.0f}" for a, b in CORNERS]
    heads = words("command.tour.step"), words("command.tour.loss"), *corners
    width = min(8, page.width // len(heads))
    page.lines.append("".join(f"{head:>{width}}" for head in heads))
    for step in range(STEPS + 1):
        outputs = [model(corner) for corner in CORNERS]
        loss = squared_error(outputs, WANTED)
        if step % SHOWN == 0:
            numbers = "".join(f"{number:{width}.2f}" for number in (loss, *outputs))
            page.lines.append(f"{step:{width}}{numbers}")
            _print(page)
            time.sleep(PAUSE if sys.stdout.isatty() else 0.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
