"""Samples whose numbers are not finite, computed once more by the eager engine.

Arrays give nan where the engine gives a number after all, or says what is wrong and
where. So a batch that is not finite is halved until the samples that are to blame stand
alone, and of these the engine's number stands, or its error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..imports import np
from ..op import ARITHMETIC_ERRORS
from ..reading.faults import located
from ..transforms import hvp, value_and_grad
from .backends.numpy_backend import compile_numpy, is_finite
from .statements import Statement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .program import Program
    from .recording import Scalars

# Of each result, whether a sample has its own numbers, its share of the mean of all, or
# whether those of all samples are added up to the mean.
RESULTS = {
    "step": ("own", "mean"),
    "inputs": ("share", "own"),
    "hvp": ("mean", "own"),
}


def replay(
    scalars: Scalars,
    inputs: Sequence[Any],
    parameters: Sequence[Any],
    constant: Callable[[float], Any] = float,
) -> list[Any]:
    """Return the outputs of recorded operations, on numbers or Values.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: Outside the domain of an op.
    """
    nodes: list[Any] = []
    for n, (op, args) in enumerate(zip(scalars.ops, scalars.args, strict=True)):
        if op is not None:
            nodes.append(op(*[nodes[arg] for arg in args]))
        elif n in scalars.constants:
            nodes.append(constant(scalars.constants[n]))
        elif n in scalars.inputs:
            nodes.append(inputs[scalars.inputs[n]])
        else:
            nodes.append(parameters[scalars.parameters[n]])
    return [nodes[n] for n in scalars.outputs]


def by_sample(
    program: Program, name: str, wanted: Sequence[Statement], P: Any, X: Any, V: Any
) -> list[Any]:
    """Return the arrays of `wanted`, of which some numbers are not finite on arrays.

    The engine is asked sample by sample until it gives a number that is not finite
    either; what is left then stays as the arrays have it.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: If the engine does, with the
            number of the sample.
    """
    run, size = compile_numpy(wanted), X.shape[1]
    kinds = RESULTS.get(name, ("own",) * len(wanted))
    results = [
        np.zeros(y.shape if kind == "mean" else (*y.shape, size))
        for y, kind in zip(wanted, kinds, strict=True)
    ]

    def add(start: int, end: int, found: Sequence[Any]) -> None:
        part = (end - start) / size
        for result, kind, y in zip(results, kinds, found, strict=True):
            if kind == "mean":
                result += part * y
            else:
                y = y if y.ndim == result.ndim else y[..., None]
                result[..., start:end] = y if kind == "own" else part * y

    asked = True
    waiting = [(0, size)]
    with np.errstate(all="ignore"):
        while waiting:
            start, end = waiting.pop()
            found = run(P, X[:, start:end], end - start, V)
            if not is_finite(*found):
                if end - start > 1:
                    middle = (start + end) // 2
                    waiting += [(middle, end), (start, middle)]
                    continue
                if asked:
                    try:
                        found = _eager(program, name, P, X[:, start].tolist(), V)
                    except ARITHMETIC_ERRORS as error:
                        raise located(error, f"in sample {start}") from error
                    asked = is_finite(*found)
            add(start, end, found)
    return results


def _eager(program: Program, name: str, P: Any, x: list[float], V: Any) -> list[Any]:
    """Return what `run` would for one sample, computed on Values."""
    scalars, order = program.scalars, program.rolled.order

    def in_order(vector: Any) -> list[float]:
        numbers = np.empty(len(order))
        numbers[order] = vector
        return numbers.tolist()

    p = in_order(P)

    def loss(x: Any, p: Any) -> Any:
        return replay(scalars, x, p)[0]

    match name:
        case "step":
            y, slopes = value_and_grad(loss, 1)(x, p)
            found = [[y], np.array(slopes)[order]]
        case "inputs":
            y, slopes = value_and_grad(loss)(x, p)
            found = [slopes, [y]]
        case "hvp":
            product = hvp(lambda p: loss(x, p), [p], [in_order(V)])[0]
            found = [np.array(product)[order], [loss(x, p)]]
        case _:
            found = [[y] for y in replay(scalars, x, p)]
    return [np.array(y, dtype=float) for y in found]
