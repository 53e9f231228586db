"""Programs as machine code, through LLVM: for networks where each microsecond counts.

Statements become tasks, each a loop over a block of samples whose numbers all stay near
the processor. What several programs have in common, up to their numbers, is compiled
once, and kept as long as the process lives; nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...imports import np
from ..statements import DIRECTION, INPUTS, PARAMETERS, SHARE, Statement, in_order
from ..updates import Formula
from .numpy_backend import train_numpy
from .table import check_installed


def compile_native(outputs: Sequence[Statement]) -> NativeRun:
    """Return the function (P, X, size, V) that gives the arrays of `outputs`.

    Args:
        outputs: What to compute.

    Raises:
        ImportError: If llvmlite is not installed.
        ValueError: If an op's formula cannot be written in machine code.

    >>> from autograd import Value, record
    >>> w = Value(2.0)
    >>> program = record(lambda x, y: (w * x - y) ** 2, inputs=(1, 1), parameters=[w])
    >>> step = program.compile("native")
    >>> loss, slopes = step([2.0], [1.0, 3.0], [1.0, 5.0])
    >>> loss, slopes.tolist()
    (1.0, [4.0])
    """
    check_installed("native")
    return NativeRun(outputs)


def train_native(
    wanted: Sequence[Statement], formula: Formula, averages: Sequence[str]
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that trains, as `train_numpy` does, and can be interrupted.

    It is that of NumPy if samples have no predictions of their own.
    """
    check_installed("native")
    if not all(y.batched for y in wanted[2:]):
        return train_numpy(wanted, formula, averages)
    from .native.training import Trainer

    return Trainer(wanted, formula, averages)


class NativeRun:
    """A program in machine code: call it as (P, X, size, V)."""

    def __init__(self, outputs: Sequence[Statement]) -> None:
        """See `compile_native`."""
        from .native.machine import Machine
        from .native.schedule import schedule

        self.outputs = list(outputs)
        self._plan = schedule(self.outputs)
        self._machine = Machine(self._plan)
        leaves = {s.kind: s.size for s in in_order(self.outputs) if not s.args}
        self._inputs = leaves.get(INPUTS, 0)
        self._vectors = {kind: leaves.get(kind) for kind in (PARAMETERS, DIRECTION)}

    def __call__(self, P: Any, X: Any, size: int, V: Any = None) -> tuple[Any, ...]:
        """Return the arrays of the outputs.

        Args:
            P: The parameters, in the program's order.
            X: The inputs: the numbers of a sample by samples.
            size: How many samples there are.
            V: A direction, if the program has one.

        Raises:
            ValueError: If an array does not have the shape that it needs.
        """
        given = {}
        for kind, x in ((PARAMETERS, P), (DIRECTION, V)):
            needed = self._vectors[kind]
            if needed is not None:
                given[kind] = np.empty(0) if x is None else np.asarray(x, dtype=float)
                if given[kind].shape != (needed,):
                    raise ValueError(
                        f"a program needs {kind} of shape ({needed},); got"
                        f" {given[kind].shape}"
                    )
        X = self._checked_inputs(X, size)
        machine, plan = self._machine, self._plan
        with machine.lock:
            for kind, array in given.items():
                machine.at(plan.leaves[kind], len(array))[:] = array
            if SHARE in plan.leaves:
                machine.at(plan.leaves[SHARE], 1)[0] = 1.0 / size
            arrays = [X, *(np.empty((rows, size)) for rows in plan.arrays[1:])]
            machine.bind(arrays)
            machine.run(size)
            return tuple(
                arrays[place].reshape(*y.shape, size)
                if isinstance(place, int)
                else machine.at(place, y.size).reshape(y.shape).copy()
                for y, place in zip(self.outputs, plan.outputs, strict=True)
            )

    def _checked_inputs(self, X: Any, size: int) -> Any:
        given = X if self._inputs else np.empty((0, size))
        X = np.ascontiguousarray(given, dtype=float)
        if X.shape != (self._inputs, size) or size < 1:
            raise ValueError(
                f"a program needs inputs of shape ({self._inputs}, samples), and at"
                f" least one sample; got {X.shape} for {size}"
            )
        return X
