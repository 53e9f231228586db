"""Where in the learner's program a node was made: the calls and loops on the way to it.

The line `total += w * x` says little by itself. So the way to it is told: where its
function was called, the `def`, the loop, and of each line which turn it is and what
the variables there stand for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any, NamedTuple

from ..drawing.notation import TEXT
from ..reading.definitions import parsed
from ..reading.sources import Source, lines_of, place_in_file
from ..value import Value


class Site(NamedTuple):
    """What one of the learner's functions was computing while a node was made.

    Attributes:
        frame: Which call of the function it is.
        source: The expression.
        variables: The numbers that variables in it stood for.
    """

    frame: FrameType
    source: Source
    variables: dict[str, Any]

    @classmethod
    def of(cls, frame: FrameType, source: Source) -> Site:
        """Return what a function computes now."""
        known = frame.f_locals
        words = re.findall(r"[^\W\d]\w*", source.expression)
        things = {word: known[word] for word in words if word in known}
        kinds = Value, int, float
        numbers = {w: thing for w, thing in things.items() if isinstance(thing, kinds)}
        return cls(frame, source, numbers)


class Turn(NamedTuple):
    """A line on the way to a node.

    Attributes:
        source: The line, and what of it; nothing of a `def` or of a loop.
        nth: Which of its turns it is in this call of its function, from 1.
        of: How many there are.
        names: The variables that the equations call otherwise, and how.
    """

    source: Source
    nth: int = 1
    of: int = 1
    names: tuple[tuple[str, str], ...] = ()


def turns(
    nodes: Sequence[Value], names: Sequence[str], calls: Mapping[Value, list[Site]]
) -> list[list[Turn]]:
    """Return the way to each node, from the function that is explained inwards.

    Args:
        nodes: The nodes.
        names: What they are called.
        calls: The calls in which they were made, the outermost first.
    """
    called = dict(zip(nodes, names, strict=True))
    # What came of each line in one call of its function: other calls, or nodes.
    came: dict[tuple[FrameType, Source], dict[Any, int]] = {}
    for node, within in calls.items():
        for call, child in _steps(node, within):
            seen = came.setdefault((call.frame, call.source), {})
            seen.setdefault(child, len(seen) + 1)
    ways = []
    for node in nodes:
        way: list[Turn] = []
        for call, child in _steps(node, calls.get(node, [])):
            seen = came[call.frame, call.source]
            labels = [
                (word, called.get(thing) or TEXT.digits(getattr(thing, "data", thing)))
                for word, thing in call.variables.items()
            ]
            other = tuple((word, label) for word, label in labels if word != label)
            way += [Turn(line) for line in _around(call.source, inner=bool(way))]
            way.append(Turn(call.source, seen[child], len(seen), other))
        ways.append(way or [Turn(source) for source in [node.source] if source])
    return ways


def _steps(node: Value, calls: list[Site]) -> list[tuple[Site, Any]]:
    """Return the calls on the way to a node, each with what came of it."""
    children = [*[call.frame for call in calls[1:]], node]
    # A comprehension is no function that one calls.
    return [
        (call, child)
        for call, child in zip(calls, children, strict=False)
        if child is node or not child.f_code.co_name.startswith("<")
    ]


def _around(source: Source, inner: bool) -> list[Source]:
    """Return the `def`, if it is that of an inner function, and the loops of a line."""
    tree = parsed("".join(lines_of(source.file)))
    found: list[int] = []
    for part in ast.walk(tree) if tree else ():  # from the outside inwards
        if not isinstance(part, ast.FunctionDef | ast.For | ast.While):
            continue
        if part.lineno <= source.line <= (part.end_lineno or 0):
            is_def = isinstance(part, ast.FunctionDef)
            found = [part.lineno] * inner if is_def else [*found, part.lineno]
    places = (place_in_file(source.file, n, n, 0, 0) for n in found if n < source.line)
    return [place._replace(end=place.start) for place in places]
