"""What a program is made of once it is rolled up: statements on whole arrays.

A statement computes one array from others: a scalar, a vector or a matrix, for each
sample of the batch (`batched`) or once for all of them. There are few kinds, and the
derivative of each is written with the same kinds, so that derivatives can be
differentiated again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..op import Op

Shape = tuple[int, ...]


class Kind(NamedTuple):
    """A kind of statement, and what it computes."""

    name: str
    meaning: str

    def __repr__(self) -> str:
        """Return the name."""
        return self.name


INPUTS = Kind("inputs", "the numbers of a sample")
PARAMETERS = Kind("parameters", "all parameters, as one vector")
DIRECTION = Kind("direction", "a vector as long as that of the parameters")
CONSTANT = Kind("constant", "numbers that stand in the code")
SHARE = Kind("share", "1 over the number of samples")
MAP = Kind("map", "an op, element by element")
TAKE = Kind("take", "elements of a vector: y[i] = x[index[i]]")
PUT = Kind("put", "the way back: y[index[i]] += x[i]")
PICK = Kind("pick", "what is chosen of a vector: y[i] = x[table[i, k[i]]]")
PLACE = Kind("place", "the way back: y[table[i, k[i]]] += x[i]")
JOIN = Kind("join", "vectors one after the other")
PART = Kind("part", "a stretch of a vector, as an array of a shape")
MATVEC = Kind("matvec", "matrix times vector: y = W x")
BACKVEC = Kind("backvec", "transposed matrix times vector: y = Wᵀ x")
OUTER = Kind("outer", "column times row, of all samples together: W = Σ y xᵀ")
TOTAL = Kind("total", "the sum of each row of a matrix")
SPREAD = Kind("spread", "each element of a vector as a row of equal ones")
BATCH_TOTAL = Kind("batch total", "the sum over the samples")


class Statement:
    """One array, and how it is computed.

    Attributes:
        kind: What it computes.
        args: The statements it is computed from.
        shape: (), (k,) or (m, n), for one sample.
        batched: Whether each sample has its own.
        what: What else the kind needs: the op of a map, the index of take, the indices
            of put, the table of pick and place, the numbers of a constant, all of them
            flat, as Python's own arrays; where a part begins.
    """

    __slots__ = ("args", "batched", "kind", "shape", "what")

    def __init__(
        self,
        kind: Kind,
        args: Sequence[Statement],
        shape: Shape,
        batched: bool,
        what: Any = None,
    ) -> None:
        """See the class."""
        self.kind = kind
        self.args = tuple(args)
        self.shape = shape
        self.batched = batched
        self.what = what

    @property
    def size(self) -> int:
        """How many numbers it is, for one sample."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    def __repr__(self) -> str:
        """Return its kind and shape."""
        what = f" {self.what.name}" if self.kind is MAP else ""
        return f"<{self.kind}{what} {self.shape}{' batched' if self.batched else ''}>"


def in_order(outputs: Iterable[Statement]) -> list[Statement]:
    """Return all statements that `outputs` depend on, each after its args."""
    order: dict[Statement, None] = {}
    waiting = list(outputs)[::-1]
    while waiting:
        statement = waiting.pop()
        if statement in order:
            continue
        missing = [arg for arg in statement.args if arg not in order]
        if missing:
            waiting.append(statement)
            waiting.extend(reversed(missing))
        else:
            order[statement] = None
    return list(order)


# --- the kinds, made with their shapes ------------------------------------------------


def constant(numbers: float | Sequence[float], shape: Shape | None = None) -> Statement:
    """Return the statement for a number, or for several: a vector, or of a shape."""
    known = array("d", numbers if isinstance(numbers, Sequence) else [numbers])
    if shape is None:
        shape = (len(known),) if isinstance(numbers, Sequence) else ()
    return Statement(CONSTANT, (), shape, False, known)


def mapped(op: Op, args: Sequence[Statement]) -> Statement:
    """Return `op` of arrays of one shape, or of scalars beside them.

    What is computed from constants alone is a constant.
    """
    if all(arg.kind is CONSTANT for arg in args):
        return _computed(op, args)
    shape = max((arg.shape for arg in args), key=len)
    return Statement(MAP, args, shape, any(arg.batched for arg in args), op)


def _computed(op: Op, args: Sequence[Statement]) -> Statement:
    """Return the constant that `op` gives for constants."""
    shape = max((arg.shape for arg in args), key=len)
    count = max(arg.size for arg in args if arg.shape == shape)
    columns = (arg.what if arg.shape else arg.what * count for arg in args)
    return constant([op.compute(row) for row in zip(*columns, strict=True)], shape)


def taken(x: Statement, index: Sequence[int], shape: Shape | None = None) -> Statement:
    """Return the elements of the vector `x` at `index`: a vector, or of a shape."""
    shape = (len(index),) if shape is None else shape
    if shape == x.shape and stretch(index) == 0:
        return x
    return Statement(TAKE, (x,), shape, x.batched, array("q", index))


def stretch(index: Sequence[int]) -> int | None:
    """Return where elements begin that follow each other, or None.

    >>> stretch([3, 4, 5]), stretch([4, 3]), stretch([])
    (3, None, 0)
    """
    start = index[0] if len(index) else 0
    follow = all(i == n for n, i in enumerate(index, start))
    return start if follow else None


def put(xs: Sequence[Statement], indices: Sequence[Any], length: int) -> Statement:
    """Return a vector of `length`, the elements of each x added in at its index."""
    if all(x.kind is CONSTANT for x in xs):
        numbers = [0.0] * length
        for x, index in zip(xs, indices, strict=True):
            for i, number in zip(index, x.what, strict=True):
                numbers[i] += number
        return constant(numbers)
    batched = any(x.batched for x in xs)
    return Statement(PUT, xs, (length,), batched, [array("q", i) for i in indices])


def pick(x: Statement, k: Statement, table: Any) -> Statement:
    """Return the elements of the vector `x` that each sample's k choose in a table."""
    return Statement(PICK, (x, k), k.shape, True, table)


def placed(
    x: Statement, k: Statement, table: Any, length: int, batched: bool
) -> Statement:
    """Return a vector of `length`, each x added in where k chooses in a table.

    If it is not batched, it is the sum over the samples.
    """
    return Statement(PLACE, (x, k), (length,), batched, table)


def joined(parts: Sequence[Statement]) -> Statement:
    """Return the elements of all parts, one after the other."""
    if len(parts) == 1 and len(parts[0].shape) == 1:
        return parts[0]
    length = sum(part.size for part in parts)
    return Statement(JOIN, parts, (length,), any(part.batched for part in parts))


def together(ys: Sequence[Statement]) -> Statement:
    """Return the elements of all `ys` as one vector."""
    if len(ys) == 1 and len(ys[0].shape) == 1:
        return ys[0]
    sources = {y.args[0] for y in ys if y.kind is TAKE}
    if len(sources) == 1 and all(y.kind is TAKE for y in ys):
        return taken(sources.pop(), [i for y in ys for i in y.what])
    return joined(ys)


def part(x: Statement, start: int, shape: Shape) -> Statement:
    """Return a stretch of the vector `x`, as an array of that shape."""
    return Statement(PART, (x,), shape, x.batched, start)


def matvec(w: Statement, x: Statement) -> Statement:
    """Return the matrix `w`, the same for all samples, times the vector `x`."""
    return Statement(MATVEC, (w, x), w.shape[:1], x.batched)


def backvec(w: Statement, y: Statement) -> Statement:
    """Return the transposed matrix `w`, times the vector `y`."""
    return Statement(BACKVEC, (w, y), w.shape[1:], y.batched)


def outer(y: Statement, x: Statement) -> Statement:
    """Return Σ y xᵀ over the samples."""
    return Statement(OUTER, (y, x), y.shape + x.shape, False)


def total(x: Statement) -> Statement:
    """Return the sum over the last axis."""
    return Statement(TOTAL, (x,), x.shape[:-1], x.batched)


def spread(x: Statement, length: int) -> Statement:
    """Return each element `length` times, along a new last axis."""
    shape = *x.shape, length
    if x.kind is CONSTANT:
        return constant([number for number in x.what for _ in range(length)], shape)
    return Statement(SPREAD, (x,), shape, x.batched)


def batch_total(x: Statement) -> Statement:
    """Return the sum over the samples."""
    return Statement(BATCH_TOTAL, (x,), x.shape, False) if x.batched else x
