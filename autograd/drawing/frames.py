"""Frames around what functions of the user's own computed, where that was recorded."""

from __future__ import annotations

import ast
from functools import cache

from ..reading.definitions import parsed
from ..reading.snapshot import Snapshot
from ..reading.sources import lines_of
from .parts import Part, Parts


def framed(snapshot: Snapshot, owner: Parts) -> Parts:
    """Return `owner`, with a part for each function where there is no other.

    A function that computed it all frames nothing.
    """
    frames: dict[str, Part] = {}
    found = list(owner)
    for n, node in enumerate(snapshot.nodes):
        if owner[n] is None and node.op is not None and node.source is not None:
            name = _function(node.source.file, node.source.line)
            if name:
                found[n] = frames.setdefault(name, Part(None, f"{name}()", None))
    inner = {found[n] for n, node in enumerate(snapshot.nodes) if node.op is not None}
    return found if len(inner) > 1 else owner


def _function(file: str, line: int) -> str:
    """Return the name of the innermost function around a line, or ""."""
    within = [
        place for place in _functions("".join(lines_of(file))) if line in place[0]
    ]
    return min(within, key=lambda place: len(place[0]))[1] if within else ""


@cache
def _functions(text: str) -> list[tuple[range, str]]:
    tree = parsed(text)
    return [
        (range(node.lineno, (node.end_lineno or node.lineno) + 1), node.name)
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
