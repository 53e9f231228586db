"""The picture of an exercise: its graph, with numbered blanks for what is asked."""

from __future__ import annotations

from ...drawing.boxes import font
from ...drawing.dot import new_picture
from ...drawing.escaping import html, quoted
from ...drawing.notation import TEXT
from ...writing.colours import LIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...drawing.renderer import Picture
    from ..steps import Node
    from .questions import Exercise

ROOM = " ___"


def picture_of(exercise: Exercise) -> Picture:
    """Return the picture, which a notebook shows.

    A box says how its node is computed, then its number in blue (data) and the slope of
    the output by it in orange (grad); (3) stands for the third blank.
    """
    lesson = exercise.lesson
    numbered = {
        (blank.node.place, blank.grad): f"({blank.place}){ROOM}"
        for blank in exercise.blanks
    }
    picture = new_picture("LR", "auto", [])
    picture.body.append("\tgraph [ranksep=0.25]\n")
    named = [node for node in lesson.nodes if node.name]  # e^2 tells of its 2
    for node in named:
        data = numbered.get((node.place, False), TEXT.digits(node.data))
        rows = [("", _title(node)), (LIGHT.data, f"data {data}")]
        if not node.constant:
            # Of the output itself, the slope is 1, and given.
            slope = numbered.get((node.place, True), "1")
            rows.append((LIGHT.grad, f"grad {slope}"))
        fill = LIGHT.op if node.op else LIGHT.constant if node.constant else LIGHT.leaf
        style = "filled,rounded" if node.op else "filled"
        style += ",dashed" if node.constant else ""
        ends = " peripheries=2" if node is lesson.output else ""
        picture.body.append(
            f'\tn{node.place} [style="{style}" fillcolor="{fill}"{ends}'
            f" label=<{_table(rows)}> tooltip={quoted([_title(node)])}]\n"
        )
    for node in named:
        for arg in node.args:
            if lesson.nodes[arg].name:
                picture.body.append(f"\tn{arg} -> n{node.place}\n")
    return picture


def told(exercise: Exercise) -> str:
    """Return what a screen reader says of the picture."""
    output = exercise.lesson.output.name
    return exercise.words("exercises.sheet.picture", output=output)


def _title(node: Node) -> str:
    name = TEXT.name(node.name)
    return f"{name} = {node.formula}" if node.formula else name


def _table(rows: list[tuple[str, str]]) -> str:
    body = ""
    for colour, text in rows:
        cell = font(html(text), colour) if colour else f"<B>{html(text)}</B>"
        body += f'<TR><TD ALIGN="LEFT">{cell}</TD></TR>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0">{body}</TABLE>'
