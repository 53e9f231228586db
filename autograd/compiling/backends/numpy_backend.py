"""Programs on NumPy: the backend that needs nothing else.

A step is one call of the code that `array_code` writes, and training is a loop of such
steps in Python. What the other backends give is checked against this one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from typing import Any

from ...imports import needed, np
from ...op import ARITHMETIC_ERRORS, Op
from ..statements import Statement
from ..updates import Formula
from .array_code import Places, write_code, write_update
from .namespaces import Namespace


@cache
def numpy_namespace() -> Namespace:
    """Return the functions that programs call, of NumPy."""
    own = {"taken": _taken, "added_at": _added_at, "batch_sum": _batch_sum}
    own |= {"picked": partial(picked, np), "placed": _placed}
    own |= {"erf": _special("erf"), "erfc": _special("erfc"), "called": called}
    return Namespace(np, **own)


def _special(name: str) -> Callable[[Any], Any]:
    """Return a function of scipy, which is imported when it is called."""

    def function(x: Any) -> Any:
        special = needed("scipy.special", f"{name} of arrays needs", "scipy", "sklearn")
        return getattr(special, name)(x)

    return function


def called(op: Op, *xs: Any) -> Any:
    """Return what an op gives for each number of arrays; nan outside its domain."""

    def compute(*row: float) -> float:
        try:
            return op.compute(row)
        except ARITHMETIC_ERRORS:  # the eager engine says so, with the sample
            return math.nan

    arrays = [np.asarray(x, dtype=float) for x in xs]
    return np.asarray(np.frompyfunc(compute, op.arity, 1)(*arrays)).astype(float)


def _taken(x: Any, index: Any) -> Any:
    """Return the rows of x at an index of any shape."""
    return x.take(index, 0)


def _added_at(x: Any, places: Places) -> Any:
    """Return zeros to which the rows of x were added at their places."""
    result = np.zeros((places.length, *x.shape[1:]))
    if places.repeated:
        order, starts, to = places.runs
        result[to] = np.add.reduceat(x.take(order, 0), starts, 0)
    else:
        result[places.index] = x
    return result


def chosen(table: Any, k: Any) -> Any:
    """Return for each row of a table, and each sample, the entry of number k."""
    return table[np.arange(len(table))[:, None], k.astype(int)]


def picked(library: Any, x: Any, k: Any, table: Any) -> Any:
    """Return the rows of x that k chooses; x is the same for all samples, or not."""
    at = chosen(library.asarray(table), k)
    return x[at] if x.ndim == 1 else library.take_along_axis(x, at, 0)


def _placed(x: Any, k: Any, table: Any, length: int, batched: bool) -> Any:
    """Return zeros to which x was added where k chooses, for each sample or in all."""
    at = chosen(table, k)
    if not batched:
        return np.bincount(at.ravel(), x.ravel(), length)
    result = np.zeros((length, x.shape[1]))
    np.add.at(result, (at, np.arange(x.shape[1])), x)
    return result


def _batch_sum(x: Any) -> Any:
    """Return the sum over the samples, the last axis."""
    # As a product with ones, which takes half the time of x.sum(-1).
    return x.dot(_ones(x.shape[-1]))


@lru_cache(maxsize=16)
def _ones(size: int) -> Any:
    return np.ones(size)


def compile_numpy(outputs: Sequence[Statement]) -> Callable[..., Any]:
    """Return the function (P, X, size, V) that gives the arrays of `outputs`."""
    code = write_code(outputs)
    run = code.function()
    arrays, constants = numpy_namespace(), code.constants

    def program(P: Any, X: Any, size: int, V: Any = None) -> Any:
        with np.errstate(all="ignore"):
            return run(arrays, constants, P, X, size, V)

    return program


def update_numpy(
    formula: Formula, averages: Sequence[str], length: int
) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Return an optimiser's formula, for the vectors of all parameters."""
    return write_update(formula, averages, length, numpy_namespace())


def train_numpy(
    wanted: Sequence[Statement], formula: Formula, averages: Sequence[str]
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that trains: many steps, of gradient and move.

    It is `train(P, averages, X, order, lrs, first_step)`: the parameters and the
    running averages by name, vectors which are changed in place; the inputs (numbers of
    a sample by samples); for each step the numbers of its samples, an array (steps,
    batch), or None where each step takes all; the learning rate of each step; and the
    number of the first step, from 1 on. It gives the mean loss of each step before its
    move, and what was predicted then, (steps, numbers, batch), or None.

    It ends before the first step whose loss or move is not finite, which shows in fewer
    losses than learning rates, and leaves the parameters as that step found them.

    Args:
        wanted: The loss of each sample; the derivative of its mean by the parameters;
            and perhaps what else to keep of each step, such as predictions.
        formula: How a parameter moves (see `updates`).
        averages: The names of what is remembered for it.
    """
    _, gradient, *kept = wanted
    run, wide = compile_numpy(wanted), sum(y.size for y in kept)
    move = update_numpy(formula, averages, gradient.size)

    def train(
        P: Any, averages: dict[str, Any], X: Any, order: Any, lrs: Any, first_step: int
    ) -> tuple[Any, Any]:
        # A sample's numbers side by side, for batches to be taken of whole rows.
        rows = np.ascontiguousarray(X.T)
        batch = X.shape[1] if order is None else np.shape(order)[1]
        losses, predicted = [], np.empty((len(lrs), wide, batch))
        with np.errstate(all="ignore"):
            for i, lr in enumerate(np.asarray(lrs, dtype=float).tolist()):
                x = X if order is None else rows.take(order[i], 0).T
                of_samples, g, *given = run(P, x, x.shape[1])
                mean = of_samples.sum() / of_samples.size
                moved, averaged = move(P, g, averages, lr, first_step + i)
                if not (math.isfinite(mean) and is_finite(moved, *averaged.values())):
                    break
                losses.append(mean)
                for y in given:
                    predicted[i] = y if y.ndim == 2 else y[:, None]
                # Last, since what was computed may be a view of the parameters.
                for name, numbers in averaged.items():
                    averages[name][:] = numbers
                P[:] = moved
        return np.array(losses), predicted[: len(losses)] if wide else None

    return train


MANY = 10_000


def is_finite(*arrays: Any) -> bool:
    """Tell whether all numbers are finite."""
    for x in arrays:
        if x.size > MANY:  # a sum of squares tells it in most cases, and sooner
            with np.errstate(all="ignore"):
                if math.isfinite(np.vdot(x, x)):
                    continue
        if not np.isfinite(x).all():
            return False
    return True
