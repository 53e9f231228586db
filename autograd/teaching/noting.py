"""What a learner's function does besides computing: it names, reads and compares.

A number that is read by `.data`, and the outcome of a comparison, are no part of the
graph, so whatever hangs on them has no slope there. They are noted while the function
runs, with their places in its code; when nobody notes, nothing is looked at.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..reading.sources import OURS, Source, place_of
from ..value import Value

MOST = 500  # calls of functions of which variables are kept, reads, and comparisons

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


@dataclass
class Notes:
    """What was noted.

    Attributes:
        frames: The local variables of each function of the learner's, as it returned.
        reads: The numbers that were taken out of the graph, each place and Value once.
        comparisons: The same of comparisons.
        leaves: The Values that were made, other than by an op.
        moved: Which of those to make with another number, and that number.
    """

    frames: list[dict[str, Any]] = field(default_factory=list)
    reads: dict[Any, Read] = field(default_factory=dict)
    comparisons: dict[Any, Comparison] = field(default_factory=dict)
    leaves: list[Value] = field(default_factory=list)
    moved: tuple[int, float] | None = None

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

    def made(self, leaf: Value) -> None:
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
def noting(moved: tuple[int, float] | None = None) -> Iterator[Notes]:
    """Note what functions of the learner's do meanwhile in this thread.

    Where a profiler that is no function looks on, it is left alone, and nothing is
    noted.

    Args:
        moved: The number of a leaf, and what to set it to as it is made.
    """
    notes = Notes(moved=moved)

    def see(frame: Any, event: str, arg: Any) -> None:
        code = frame.f_code
        if event == "call":
            if code in _CODES:
                notes.called(code, frame)
        elif event == "return":
            if code is _MADE:
                notes.made(frame.f_locals["self"])
            elif not code.co_filename.startswith(OURS):
                notes.frames[:-MOST] = []
                notes.frames.append(dict(frame.f_locals))

    before = sys.getprofile()
    if before is not None and not callable(before):  # cProfile
        yield notes
        return
    sys.setprofile(see)
    try:
        yield notes
    finally:
        sys.setprofile(before)
