"""Functions of one row of numbers, computed for all rows of a table at once.

The function, written for Values, is called once on *columns*: operands that stand for
one input in all rows, and compute with NumPy's arrays what each op's row says. Nothing
is recorded, since nothing is to be differentiated, and what took seconds takes moments.
Where a column will not do, because the function asks for one number or a row lies
outside an op's domain, rows are computed one by one, as ever.
"""

from __future__ import annotations

from ..imports import np
from ..messages import cut, is_real, to_float
from ..op import ARITHMETIC_ERRORS
from ..operands import Operand
from ..reading.faults import located
from ..value import Value, data_of
from .masks import refuse_masked
from .numpy_forward import numpy_forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from ..op import Op

# So many rows at a time that the arrays in use fit into the processor's cache.
ROWS = 4096

_new = object.__new__


def evaluate_rows(f: Callable[[list[Any]], Any], X: ArrayLike) -> NDArray[Any]:
    """Return `f(row)` for each row of `X`, computed on floats without a graph.

    `f` is not called once per row: it is called on a list of operands that stand for
    many rows each, and take Python's operators, numbers, Values and the functions of
    `autograd`. A function that needs single numbers, since it compares them or hands
    them to `math`, is called row by row instead, which gives the same and takes longer.

    Args:
        f: Takes a list of numbers and gives a number, or a (nested) list of numbers;
            its Values count as their data.
        X: The rows: a list of lists, or an array of two dimensions.

    Returns:
        An array of floats, its first dimension that of the rows: of shape (rows,) if
        `f` gives a number, (rows, outputs) if it gives a list.

    Raises:
        ValueError: If `X` has not two dimensions, or a row lies outside an op's domain
            (as ZeroDivisionError and OverflowError also say): the message ends with the
            number of the row.
        TypeError: If `X` is not made of real numbers, or `f` gives something else.

    >>> from autograd import Value, evaluate_rows, tanh
    >>> w = Value(2.0)
    >>> evaluate_rows(lambda x: w * x[0] + tanh(x[1]), [[1.0, 0.0], [3.0, 0.0]])
    array([2., 6.])
    """
    rows = _checked(X)
    if rows.ndim != 2:
        hint = " (hint: [row] for a single row)" if rows.ndim == 1 else ""
        raise ValueError(
            f"rows need a table of two dimensions; got the shape {rows.shape}{hint}"
        )
    return _evaluated(f, rows)


def evaluate_samples(f: Callable[[Any], Any], X: ArrayLike) -> NDArray[Any]:
    """Return `f(row)` for each row of `X` as `evaluate_rows`, of rows of any shape.

    Args:
        f: Takes a row: a list of numbers, or nested lists of them.
        X: The rows. If they differ in shape, each is computed by itself, as is one of
            whole numbers by which `f` looks something up.

    Raises:
        ValueError, TypeError: As `evaluate_rows`.
    """
    try:
        rows = _checked(X)
    except ValueError:
        if not isinstance(X, list | tuple) or not all(map(_is_list, X)):
            raise
        return _row_by_row(f, [_checked([row])[0] for row in X], 0)
    return _evaluated(f, rows) if rows.ndim > 2 else evaluate_rows(f, rows)


def _is_list(thing: Any) -> bool:
    return isinstance(thing, list | tuple)


def _evaluated(f: Callable[[Any], Any], rows: Any) -> NDArray[Any]:
    parts = [
        _part(f, rows[start : start + ROWS], start)
        for start in range(0, max(len(rows), 1), ROWS)
    ]
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = ", ".join(sorted({str(part.shape[1:]) for part in parts}))
        raise TypeError(f"rows need results of one shape; got the shapes {shapes}")
    return np.concatenate(parts)


def _checked(X: Any) -> Any:
    refuse_masked(X, "rows need")
    try:
        rows = np.asarray(X)
    except ValueError as error:
        raise ValueError(f"rows need one length; got others ({error})") from None
    if rows.dtype == object:  # such as Values, or numbers of several types
        numbers = [to_float(data_of(x), "rows need") for x in rows.flat]
        rows = np.array(numbers).reshape(rows.shape)
    if rows.dtype.kind not in "biuf":
        raise TypeError(f"rows need real numbers; got an array of {rows.dtype}")
    return rows


def _part(f: Callable[[list[Any]], Any], rows: Any, start: int) -> Any:
    """Return the results for some rows, of which the first has the number `start`."""
    batch = _Batch(len(rows))
    try:
        with np.errstate(all="call", under="ignore", call=batch.flag):
            turned = np.moveaxis(rows, 0, -1).astype(float, order="C")
            found = _array(f(batch.columns(turned)), len(rows))
    except Exception:  # what is wrong, if anything, is said of a row
        return _row_by_row(f, rows, start)
    outputs = tuple(range(1, found.ndim))
    unsure = batch.raised | ~np.isfinite(found).all(axis=outputs)
    for i in np.flatnonzero(unsure).tolist():
        found[i] = _of_row(f, rows[i], start + i)
    return found


def _row_by_row(f: Callable[[Any], Any], rows: Any, start: int) -> Any:
    results = [_of_row(f, row, start + i) for i, row in enumerate(rows)]
    try:
        return np.array(results, dtype=float)
    except ValueError as error:
        raise TypeError(f"rows need results of one shape ({error})") from None


def _array(result: Any, size: int) -> Any:
    """Return what `f` gave for columns, with the rows as the first dimension."""
    if isinstance(result, Value) or is_real(result):
        numbers = result._numbers if isinstance(result, Column) else data_of(result)
        return np.full(size, numbers, dtype=float)
    return np.stack([_array(part, size) for part in _listed(result)], axis=1)


def _of_row(f: Callable[[list[Any]], Any], row: Any, i: int) -> Any:
    """Return what `f` gives for row number `i`, as floats."""
    numbers = row.tolist()
    try:
        try:
            return _floats(f(numbers))
        except (AttributeError, TypeError):  # it calls methods: x.tanh()
            return _floats(f(_constants(numbers)))
    except ARITHMETIC_ERRORS as error:
        raise located(error, f"in row {i}") from error


def _constants(nested: Any) -> Any:
    if isinstance(nested, list):
        return [_constants(part) for part in nested]
    return Value(nested, constant=True)


def _floats(result: Any) -> Any:
    if isinstance(result, Value) or is_real(result):
        return float(data_of(result))
    return [_floats(part) for part in _listed(result)]


def _listed(result: Any) -> Any:
    if isinstance(result, str) or not hasattr(result, "__len__"):
        raise TypeError(
            "rows need a function that gives a number or a list of numbers;"
            f" got {cut(result)} from it"
        )
    return result


class _Batch:
    """Computes ops for some rows, and knows in which of them one would have raised."""

    def __init__(self, size: int) -> None:
        self.raised = np.zeros(size, dtype=bool)
        self._flagged = False

    def flag(self, kind: str, flags: int) -> None:
        """Note that NumPy met an overflow, a division by 0 or an invalid number."""
        self._flagged = True

    def columns(self, numbers: Any) -> Any:
        """Return nested lists of operands for an array whose last axis is the rows."""
        if numbers.ndim == 1:
            return self.column(numbers)
        return [self.columns(part) for part in numbers]

    def column(self, numbers: Any) -> Column:
        """Return the operand that stands for these numbers, one for each row."""
        column = _new(Column)
        column._numbers = numbers
        column._batch = self
        return column

    def apply(self, op: Op, args: Sequence[Any]) -> Column:
        """Return the column of what `op` gives for columns, Values and numbers."""
        operands = [
            arg._numbers if type(arg) is Column
            else arg._data if isinstance(arg, Value)
            else to_float(arg, f"{op.name} needs")
            for arg in args
        ]  # fmt: skip
        forward = numpy_forward(op)
        self._flagged = False
        y = forward(*operands) if forward is not None else None
        # A flag may be due to a branch that is not taken: the op itself knows.
        if y is None or self._flagged:
            y = self._one_by_one(op, operands)
        return self.column(y)

    def _one_by_one(self, op: Op, operands: list[Any]) -> Any:
        """Return what the op's own forward gives, and note where it raises."""
        y = np.full(len(self.raised), np.nan)
        table = [np.full(y.shape, operand).tolist() for operand in operands]
        for i, data in enumerate(zip(*table, strict=True)):
            try:
                y[i] = op.compute(data)
            except ARITHMETIC_ERRORS:
                self.raised[i] = True
        return y


class Column(Operand):
    """Stands for one number in each of many rows.

    It has no data of its own: what asks a Value for its number, to compare it or to
    branch on it, gets an AttributeError here.
    """

    __slots__ = ("_batch", "_numbers")

    _batch: _Batch
    _numbers: Any

    def apply(self, op: Op, args: tuple[Any, ...]) -> Column:
        """Return the column of what `op` gives for columns, Values and numbers."""
        return self._batch.apply(op, args)

    def __eq__(self, other: object) -> bool:
        """Refuse: of Values it would be identity, of the numbers themselves not."""
        raise TypeError("a column needs no comparison: it stands for many numbers")

    # A set or a dict would look for the operand itself, and find it nowhere.
    __hash__ = None  # pyright: ignore[reportAssignmentType]
