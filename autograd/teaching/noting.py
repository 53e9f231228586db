"""What a learner's function does besides computing: it names, reads and compares.

A number that is read by `.data`, and the outcome of a comparison, are no part of the
graph, so whatever hangs on them has no slope there. They are noted while the function
runs, with their places in its code; when nobody notes, nothing is looked at.
"""

from __future__ import annotations

import operator
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from ..reading.sources import OURS, Source, Sources, frames_of_user, looking, place_of
from ..value import Value
from .naming import names_among
from .turns import Site

MOST = 500  # reads, and comparisons
LOOKS = 20_000  # for the names that variables of functions give to Values

SIGNS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A number that was taken out of the graph.

    Attributes:
        source: The place.
        value: Of what.
    """

    source: Source
    value: Value


@dataclass(frozen=True)
class Comparison:
    """Two numbers that were compared.

    Attributes:
        source: The place.
        left: What was compared, a Value.
        sign: How, of `SIGNS`.
        right: With what, a Value or a number.
        held: What came out.
    """

    source: Source
    left: Value
    sign: str
    right: Any
    held: bool


@dataclass(eq=False)
class Notes(Sources):
    """What was noted; of a new node its source, too, if `within` calls the function.

    Attributes:
        names: The names of Values in the variables of the learner's functions, and how
            deep the function that gave the name was called: the outermost counts.
        calls: The calls of functions in which each node was made, the outermost first.
        reads: The numbers that were taken out of the graph, each place and Value once.
        comparisons: The same of comparisons.
        leaves: The Values that were made, other than by an op.
        moved: Which of those to make with another number, and that number.
        within: Who calls the function, if names, calls and sources are noted.
        looks: How many functions' variables were looked through.
    """

    names: dict[Value, tuple[int, str]] = field(default_factory=dict)
    calls: dict[Value, list[Site]] = field(default_factory=dict)
    reads: dict[Any, Read] = field(default_factory=dict)
    comparisons: dict[Any, Comparison] = field(default_factory=dict)
    leaves: list[Value] = field(default_factory=list)
    moved: tuple[int, float] | None = None
    within: CodeType | None = None
    looks: int = 0

    def __post_init__(self) -> None:
        """Know of no place yet."""
        super().__init__(self.within)

    def named(self) -> tuple[dict[Value, str], dict[Value, str]]:
        """Return the names of Values, and of these those that a caller gives.

        A parameter is no name of what several calls are given.
        """
        known, called = {}, {}
        given = Counter(name for _, name in self.names.values())
        for value, (depth, name) in self.names.items():
            made = len(self.calls.get(value, ())) or depth + 1
            if depth < made or given[name] == 1:
                known[value] = name
            if depth < made - 1:
                called[value] = name
        return known, called

    def look(self, depth: int, variables: Mapping[str, Any]) -> None:
        """Note the names of the Values in the variables of a function."""
        self.looks += 1
        if depth and self.looks > LOOKS:
            return
        for value, name in names_among(variables).items():
            at, known = self.names.get(value, (depth, ""))
            # In a list that came later, it is h[1] rather than the loop's variable.
            listed = value.op is not None and name.endswith("]") > known.endswith("]")
            if depth < at or not known or (depth == at and listed):
                self.names[value] = depth, name

    def look_around(self, frame: FrameType) -> list[FrameType]:
        """Note the names in a function and those around it, which are returned."""
        frames = frames_of_user(frame, self.within)[::-1]
        for depth, around in enumerate(frames):
            self.look(depth, around.f_locals)
        return frames

    def made(self, node: Value) -> None:
        """Note where a node was made, in which calls, and the names there."""
        super().made(node)
        frames = self.look_around(sys._getframe(2))
        if len(self.calls) < LOOKS:
            found = [(frame, self.notes_at(frame)) for frame in frames]
            sites = [Site.of(frame, notes["source"]) for frame, notes in found if notes]
            self.calls[node] = sites

    def called(self, code: Any, frame: Any) -> None:
        """Note a read or a comparison in the learner's code."""
        caller = frame.f_back
        if caller is None or caller.f_code.co_filename.startswith(OURS):
            return
        kind, left = _CODES[code], frame.f_locals["self"]
        right = frame.f_locals.get("other", 0.0)
        site = caller.f_code, caller.f_lasti, id(left), id(right)
        if left.constant and getattr(right, "constant", True):
            return
        if kind == ".data" and len(self.reads) < MOST:
            self.reads.setdefault(site, Read(place_of(caller), left))
        elif kind in SIGNS and len(self.comparisons) < MOST:
            sides = left, right.data if isinstance(right, Value) else right
            try:
                held = bool(SIGNS[kind](left.data, sides[1]))
            except TypeError:
                return
            compared = Comparison(place_of(caller), left, kind, right, held)
            self.comparisons.setdefault(site, compared)

    def set(self, leaf: Value) -> None:
        """Note a leaf, and give it the other number if it is the one to be moved."""
        if self.moved is not None and self.moved[0] == len(self.leaves):
            leaf._data = self.moved[1]
        self.leaves.append(leaf)


def _code(method: Any) -> Any:
    return getattr(method, "fget", method).__code__


_CODES = {
    _code(Value.data): ".data",
    _code(Value.__lt__): "<",
    _code(Value.__le__): "<=",
    _code(Value.__gt__): ">",
    _code(Value.__ge__): ">=",
    _code(Value.__bool__): "!=",
}
_MADE = _code(Value.__init__)


@contextmanager
def noting(
    moved: tuple[int, float] | None = None, within: CodeType | None = None
) -> Iterator[Notes]:
    """Note what functions of the learner's do meanwhile in this thread.

    Where a profiler that is no function looks on, it is left alone, and nothing is
    noted.

    Args:
        moved: The number of a leaf, and what to set it to as it is made.
        within: Who calls the function, if names and sources are to be noted.
    """
    notes = Notes(moved=moved, within=within)

    def see(frame: Any, event: str, arg: Any) -> None:
        code = frame.f_code
        if event == "call":
            if code in _CODES:
                notes.called(code, frame)
        elif event == "return":
            if code is _MADE:
                notes.set(frame.f_locals["self"])
            elif within and not code.co_filename.startswith(OURS):
                notes.look_around(frame)

    before = sys.getprofile()
    alone = before is None or callable(before)  # and not cProfile
    if alone:
        sys.setprofile(see)
    try:
        with looking(notes) if within else nullcontext():
            yield notes
    finally:
        if alone:
            sys.setprofile(before)
