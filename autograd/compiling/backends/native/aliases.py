"""What statements only rearrange, and what they compute twice: both need no work.

A take, a part or a spread is no computation, but a way of reading another statement's
numbers. A statement that computes what another does is that other.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from ... import statements as st
from ...statements import Statement, batch_total, in_order


class View(NamedTuple):
    """Elements of a statement that is computed.

    Attributes:
        root: The statement.
        index: Which of its elements, one after the other; None for all, as they are.
    """

    root: Statement
    index: Any

    def at(self, places: Any) -> View:
        """Return some of the elements."""
        index = self.index
        index = array("q", places if index is None else [index[i] for i in places])
        whole = len(index) == self.root.size and st.stretch(index) == 0
        return View(self.root, None if whole else index)

    def stretch(self) -> int | None:
        """Return where the elements begin that follow each other, or None."""
        return 0 if self.index is None else st.stretch(self.index)

    def single(self) -> int | None:
        """Return which element they all are, or None."""
        if self.index is None:
            return 0 if self.root.size == 1 else None
        return self.index[0] if len(set(self.index)) == 1 else None


def merged(outputs: Sequence[Statement]) -> list[Statement]:
    """Return the outputs, computed by statements of which no two do the same."""
    known: dict[Any, Statement] = {}
    new: dict[Statement, Statement] = {}
    for old in in_order(outputs):
        args = [new[arg] for arg in old.args]
        if old.kind is st.OUTER and any(x.batched for x in args):
            # Σ y xᵀ = (Σ y) xᵀ where x is the same for all samples.
            if not all(x.batched for x in args):
                args = [_known(batch_total(x), known) for x in args]
        new[old] = _known(
            Statement(old.kind, args, old.shape, old.batched, old.what), known
        )
    return [new[output] for output in outputs]


def _known(statement: Statement, known: dict[Any, Statement]) -> Statement:
    """Return the statement that computes the same, if there is one already."""
    s = statement
    key = s.kind, s.args, s.shape, s.batched, _identity(s.what)
    return known.setdefault(key, statement)


def _identity(what: Any) -> Any:
    if isinstance(what, list):
        return tuple(map(_identity, what))
    return what.tobytes() if hasattr(what, "tobytes") else what


def view_of(y: Statement, views: dict[Statement, View]) -> View:
    """Return how to read a statement, given how to read its args."""
    kind = y.kind
    if kind is st.TAKE:
        return views[y.args[0]].at(y.what)
    if kind is st.PART:
        return views[y.args[0]].at(range(y.what, y.what + y.size))
    if kind is st.SPREAD:
        return views[y.args[0]].at([i // y.shape[-1] for i in range(y.size)])
    if len(y.args) == 1 and y.args[0].batched == y.batched:
        x = y.args[0]
        if kind is st.JOIN or (kind is st.TOTAL and x.shape[-1] == 1):
            return views[x]
        if kind is st.PUT and x.size == y.size:
            (index,) = y.what
            if len(set(index)) == y.size:
                return views[x].at(sorted(range(y.size), key=index.__getitem__))
    return View(y, None)


def starts_of(y: Statement) -> list[int] | None:
    """Return where the parts of a vector begin, or None if they do not tile it."""
    if y.kind not in (st.JOIN, st.PUT):
        return None
    sizes = [x.size for x in y.args]
    if y.kind is st.JOIN:
        return [0, *accumulate(sizes)][:-1]
    starts = [start for start in map(st.stretch, y.what) if start is not None]
    if len(starts) < len(sizes):
        return None
    end = 0
    for start, size in sorted(zip(starts, sizes, strict=True)):
        if start != end:
            return None
        end += size
    return starts if end == y.size else None
