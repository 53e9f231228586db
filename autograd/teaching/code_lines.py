"""How a program that is shown is laid out: its loops, its comments and long lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..reading.plain_python import unparsed
from .rolled import Line
from .views.terminal import filled

WIDTH = 88
INDENT = "    "


def laid_out(lines: Iterable[Line], letters: Sequence[str]) -> list[str]:
    """Return the text of the lines of a function.

    Args:
        lines: The lines.
        letters: Variables for the loops, the outermost first.
    """
    found: list[str] = []
    said = under = ""  # the comment and the guard that the lines before stand under
    for line in lines:
        depth = len(line.loops)
        width = WIDTH - len(INDENT) * (depth + 1)
        text = line.text
        for name, letter in zip(line.loops, letters, strict=False):
            text = text.replace(name, letter)
        text = re.sub("§\\d+§", letters[depth], text)
        new = comment(line.heading, width) if line.heading not in ("", said) else []
        guard, _, inner = text.rpartition(f"\n{INDENT}")
        if guard:
            new += [] if guard == under and not new else [guard]
            new += indented(commented(inner, line.beside, width - len(INDENT)))
        else:
            new += commented(inner, line.beside, width)
        said, under = line.heading, guard
        found += [f"{INDENT * depth}{each}" for each in new]
    return found


def comment(text: str, width: int) -> list[str]:
    """Return a text as lines of a comment."""
    return filled(text, width, first="# ", indent="#   ").splitlines()


def letters_of(text: str) -> str:
    """Return the letters and digits of an equation or a statement, to compare them."""
    return re.sub(r"\.0\b|[\W_]", "", text)


def commented(text: str, comments: Sequence[str], width: int) -> list[str]:
    """Return a statement with comments beside it, or above it if it is long."""
    lines = [text] if len(text) <= width else _spread(text)
    if not comments:
        return lines
    line = f"{text}  # {', '.join(comments)}"
    if len(line) <= width:
        return [line]
    together = comment(", ".join(comments), width)
    if len(together) > 1:
        together = [line for part in comments for line in comment(part, width)]
    return [*together, *lines]


def _spread(text: str) -> list[str]:
    """Return the lines of a statement with each summand of it on its own."""
    (tree,) = ast.parse(text).body
    head = text.partition("= ")[0]
    match getattr(tree, "value", None):
        case ast.BinOp(left, ast.Mult(), ast.BinOp() as total):
            start = f"{head}= {unparsed(left)} * ("
        case ast.BinOp(_, ast.Add() | ast.Sub()) as total:
            start = f"{head}= ("
        case _:
            return [text]
    return [start, *indented(_summands(total)), ")"]


def _summands(expression: ast.expr) -> list[str]:
    """Return the summands of an expression on lines of their own."""
    unknown = ast.Name("_")
    match expression:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            summand = unparsed(ast.BinOp(unknown, sign, right)).removeprefix("_ ")
            return [*_summands(left), summand]
    # What a sum needs brackets around has them here.
    return [unparsed(ast.BinOp(expression, ast.Add(), unknown)).removesuffix(" + _")]


def indented(lines: Iterable[str]) -> list[str]:
    """Return the lines further to the right."""
    return [f"{INDENT}{line}" if line else "" for line in lines]


def bracketed(
    start: str, items: Sequence[str], end: str, width: int = WIDTH - len(INDENT)
) -> list[str]:
    """Return `start`, the items and `end` on one line, or the items below `start`."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= width:
        return [line]
    rows = [""]
    for item in items:
        if rows[-1] and len(f"{INDENT}{rows[-1]}{item},") > width:
            rows.append("")
        rows[-1] += f"{item}, "
    if len(rows) == 1:
        rows = [rows[0].removesuffix(", ")]
    return [start, *indented(row.rstrip() for row in rows), end]


def zeros(cells: Any) -> str:
    """Return the code of lists of zeros, nested as tuples are.

    >>> zeros(((1.0, 2.0), (3.0, 4.0))), zeros(((1.0,), 2.0))
    ('[[0.0] * 2 for _ in range(2)]', '[[0.0], 0.0]')
    """
    if not isinstance(cells, tuple):
        return "0.0"
    rows = [*map(zeros, cells)]
    if len({*rows}) > 1 or len(rows) == 1:
        return f"[{', '.join(rows)}]"
    if rows[0] == "0.0":
        return f"[0.0] * {len(rows)}"
    return f"[{rows[0]} for _ in range({len(rows)})]"
