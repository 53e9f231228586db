"""What a program is made of once it is rolled up: statements on whole arrays.

A statement computes one array from others: a scalar, a vector or a matrix, for each
sample of the batch (`batched`) or once for all of them. There are few kinds, and the
derivative of each is written with the same kinds, so that derivatives can be
differentiated again.
"""

from __future__ import annotations

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
            of put, the table of pick and place, the numbers of a constant, where a part
            begins.
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


def constant(numbers: Any) -> Statement:
    """Return the statement for a number, or an array of them."""
    import numpy as np

    numbers = np.asarray(numbers, dtype=float)
    return Statement(CONSTANT, (), numbers.shape, False, numbers)


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
    import numpy as np

    numbers = np.broadcast_arrays(*(arg.what for arg in args))
    rows = zip(*(array.ravel().tolist() for array in numbers), strict=True)
    return constant(np.reshape([op.compute(row) for row in rows], numbers[0].shape))


def taken(x: Statement, index: Any) -> Statement:
    """Return the elements of the vector `x` at `index`, in the shape of `index`."""
    import numpy as np

    index = np.asarray(index, dtype=np.intp)
    if index.shape == x.shape and np.array_equal(index, np.arange(len(index))):
        return x
    return Statement(TAKE, (x,), index.shape, x.batched, index)


def put(xs: Sequence[Statement], indices: Sequence[Any], length: int) -> Statement:
    """Return a vector of `length`, the elements of each x added in at its index."""
    import numpy as np

    indices = [np.asarray(index, dtype=np.intp) for index in indices]
    if all(x.kind is CONSTANT for x in xs):
        numbers = np.zeros(length)
        for x, index in zip(xs, indices, strict=True):
            np.add.at(numbers, index, x.what)
        return constant(numbers)
    batched = any(x.batched for x in xs)
    return Statement(PUT, xs, (length,), batched, indices)


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
        return taken(sources.pop(), [int(i) for y in ys for i in y.what.flat])
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
    import numpy as np

    if x.kind is CONSTANT:
        return constant(np.repeat(x.what[..., None], length, axis=-1))
    return Statement(SPREAD, (x,), (*x.shape, length), x.batched)


def batch_total(x: Statement) -> Statement:
    """Return the sum over the samples."""
    return Statement(BATCH_TOTAL, (x,), x.shape, False) if x.batched else x
