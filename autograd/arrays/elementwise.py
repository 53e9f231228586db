"""Arrays of Values: NumPy's object arrays, on which its functions find the ops.

NumPy computes on objects by their operators, and by their method of the function's name
(`np.tanh` calls `x.tanh()`), which plain numbers do not have. On an `Array` each
function that is an op of the table is that op, for numbers as for Values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import ops
from ..op import Op

# The ops whose operators NumPy uses anyway, and for numbers too.
_OPERATORS = ("add", "sub", "mul", "div", "pow", "neg", "identity", "abs", "greater")


def _ufuncs() -> dict[str, Op]:
    """Return the ops that NumPy has a function for, by the function's name."""
    named = {}
    for name, op in ops.TABLE.items():
        for called in ops.names_in_numpy(name):
            ufunc = getattr(np, called, None)
            if isinstance(ufunc, np.ufunc) and ufunc.nin == op.arity:
                named[called] = op
    return {name: op for name, op in named.items() if op.name not in _OPERATORS}


UFUNCS = _ufuncs()


class Array(np.ndarray):
    """An object array of Values and numbers; made by `grad` and its like."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any
    ) -> Any:
        """Compute with the op of the function's name, where there is one."""
        op = UFUNCS.get(ufunc.__name__)
        function: Any = ufunc
        if op is not None and method != "at":
            function = np.frompyfunc(op, op.arity, 1)
            inputs = tuple([_objects(x) for x in inputs])
        outputs = named.pop("out", None)
        if outputs is not None:
            named["out"] = tuple([_plain(x) for x in outputs])
        return _wrapped(getattr(function, method)(*map(_plain, inputs), **named))

    def __array_function__(
        self, function: Any, types: Any, args: Any, named: Any
    ) -> Any:
        """Call any other function of NumPy; what it makes of Values is an Array."""
        return _wrapped(super().__array_function__(function, types, args, named))


def _plain(thing: Any) -> Any:
    return thing.view(np.ndarray) if isinstance(thing, Array) else thing


def _objects(thing: Any) -> Any:
    return np.asarray(thing, dtype=object) if isinstance(thing, list) else thing


def _wrapped(result: Any) -> Any:
    if isinstance(result, np.ndarray) and result.dtype == object:
        return result.view(Array)
    return result


def array_of(numbers: Iterable[Any], shape: tuple[int, ...]) -> Any:
    """Return an array: of floats, or where Values are among the numbers, of objects."""
    flat = list(numbers)
    if all([isinstance(x, float | int) for x in flat]):
        return np.array(flat, dtype=float).reshape(shape)
    array = np.empty(len(flat), dtype=object)
    array[:] = flat
    return array.reshape(shape).view(Array)


def applied(op: Op, args: tuple[Any, ...]) -> Any:
    """Return the array of what `op` gives for each number of arrays.

    >>> import numpy as np
    >>> from autograd import tanh
    >>> tanh(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    found = np.asarray(np.frompyfunc(op, op.arity, 1)(*map(_plain, args)), dtype=object)
    return array_of(found.ravel().tolist(), found.shape)
