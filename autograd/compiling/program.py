"""`record`: scalar code in, a program on arrays out.

A program holds what the function of one sample does, rolled up to vectors and matrices.
Compiled, it gives the mean loss of a batch and its derivative by every parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .. import ops
from ..op import count, cut, is_real
from ..structure import flatten, rebuild
from ..value import Value
from .differentiation import differentiate
from .recording import record_scalars
from .rolling import Rolled, roll_up
from .statements import DIRECTION, Statement, mapped, taken, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BACKENDS = ("numpy", "jax", "native")


def record(
    f: Callable[..., Any], inputs: Sequence[Any], parameters: Sequence[Value] = ()
) -> Program:
    """Return the program of `f`, a function of one sample.

    `f` is run once, on operands that note what is done with them. What it does with
    its inputs is done for each sample of a batch; what concerns parameters alone, such
    as a penalty, is done once a step.

    Args:
        f: Takes one argument for each of `inputs`, and returns a number: the loss of
            a sample. It may return a list, whose first is the loss and whose others
            are kept as outputs.
        inputs: For each argument how many numbers it is: 1 for one number, 3 for a
            list of three, (2, 3) for two lists of three.
        parameters: The Values to differentiate by.

    Raises:
        TypeError: If `f` branches on a number, naming the line and what to use
            instead; or returns something else than numbers.
        ValueError: If it uses a leaf that is neither a parameter nor a constant.
        RuntimeError: If a recording is going on already.

    >>> from autograd import Value, record
    >>> w = Value(2.0, "w")
    >>> program = record(lambda x, y: (w * x - y) ** 2, inputs=(1, 1), parameters=[w])
    >>> step = program.compile("numpy")
    >>> loss, gradients = step([2.0], [1.0, 3.0], [1.0, 5.0])
    >>> loss, gradients
    (1.0, array([4.]))
    """
    parameters = list(dict.fromkeys(parameters))
    scalars, result = record_scalars(f, inputs, parameters)
    return Program(roll_up(scalars), tuple(inputs), parameters, result)


@dataclass(frozen=True, eq=False)
class Program:
    """A function that was recorded and rolled up.

    Attributes:
        rolled: Its statements.
        inputs: The size of each argument.
        parameters: The Values that it is differentiated by.
        result: What the function returned, which gives the outputs their structure.
    """

    rolled: Rolled
    inputs: tuple[Any, ...]
    parameters: list[Value]
    result: Any

    def compile(self, backend: str = "numpy", **options: Any) -> Compiled:
        """Return the program as a function of parameters and a batch.

        Args:
            backend: "numpy", "jax" or "native".
            **options: What the backend takes.

        Raises:
            ValueError: If there is no such backend, or the program has no output.
            ImportError: If the backend is not installed.
        """
        if backend not in BACKENDS:
            known = ", ".join(map(repr, BACKENDS))
            raise ValueError(f"backend needs to be one of {known}; got {backend!r}")
        from importlib import import_module

        module = import_module(f".{backend}_backend", __package__)
        make = getattr(module, f"compile_{backend}")
        return Compiled(self, lambda outputs: make(outputs, **options))

    @cached_property
    def gradient(self) -> Statement:
        """The derivative of the mean loss by the parameters."""
        return differentiate(self.rolled.outputs[0], [self.rolled.parameters])[0]

    @cached_property
    def input_gradient(self) -> Statement:
        """The derivative of the mean loss by the inputs of each sample."""
        return differentiate(self.rolled.outputs[0], [self.rolled.inputs])[0]


    @cached_property
    def hessian_vector(self) -> Statement:
        """The derivative of gradient · direction by the parameters."""
        parameters = self.rolled.parameters
        direction = Statement(DIRECTION, (), parameters.shape, False)
        product = mapped(ops.mul, [self.gradient, direction])
        row = taken(product, [range(parameters.size)])
        return differentiate(total(row), [parameters])[0]


class Compiled:
    """A program that runs: (parameters, batch) -> (mean loss, gradients).

    Each argument of the function becomes an array with one more axis, the first: that
    of the samples.
    """

    def __init__(
        self, program: Program, make: Callable[[list[Statement]], Callable[..., Any]]
    ) -> None:
        """See the class."""
        self.program = program
        self._make = make
        self._runs: dict[str, Callable[..., Any]] = {}

    def __call__(self, parameters: Any, *inputs: Any) -> tuple[float, Any]:
        """Return the mean loss over the batch, and its derivative by each parameter.

        Args:
            parameters: A number (or a Value) for each parameter of the program.
            *inputs: For each argument of the function, its samples.

        Returns:
            The loss, and an array of one slope for each parameter.

        Raises:
            ValueError: If a shape is wrong, or something in the data is not finite.
            TypeError: For what is no numbers.
        """
        program, rolled = self.program, self.program.rolled
        P, X, size = self._arguments(parameters, inputs)
        run = self._run("step", lambda: [rolled.outputs[0], program.gradient])
        loss, gradient = run(P, X, size)
        return float(loss.mean()), self._in_order(gradient)

    def outputs(self, parameters: Any, *inputs: Any) -> Any:
        """Return what the function gives for each sample, in its own structure."""
        import numpy as np

        P, X, size = self._arguments(parameters, inputs)
        run = self._run("outputs", lambda: self.program.rolled.outputs)
        arrays = [np.broadcast_to(y, (1, size))[0] if y.ndim > 1 else
                  np.broadcast_to(y, (size,)) for y in run(P, X, size)]  # fmt: skip
        return rebuild(self.program.result, iter(arrays))

    def input_gradients(self, parameters: Any, *inputs: Any) -> list[Any]:
        """Return the derivative of the mean loss by each number of the batch."""
        import numpy as np

        P, X, size = self._arguments(parameters, inputs)
        run = self._run("inputs", lambda: [self.program.input_gradient])
        (gradient,) = run(P, X, size)
        if gradient.ndim == 1:
            gradient = gradient[:, None]
        gradient = np.broadcast_to(gradient, X.shape)
        found, start = [], 0
        for x in inputs:
            shape = np.shape(x)
            length = int(np.prod(shape[1:], dtype=int))
            found.append(gradient[start : start + length].T.reshape(shape))
            start += length
        return found

    def hvp(self, parameters: Any, vector: Any, *inputs: Any) -> Any:
        """Return the Hessian of the mean loss by the parameters, times a vector."""
        import numpy as np

        P, X, size = self._arguments(parameters, inputs)
        vector = np.asarray(vector, dtype=float)
        if vector.shape != P.shape:
            raise ValueError(
                f"hvp needs a vector of {count(len(P), 'number')}; got the shape"
                f" {vector.shape}"
            )
        run = self._run("hvp", lambda: [self.program.hessian_vector])
        (result,) = run(P, X, size, vector[self.program.rolled.order])
        return self._in_order(result)

    def _run(
        self, name: str, outputs: Callable[[], list[Statement]]
    ) -> Callable[..., Any]:
        if name not in self._runs:
            self._runs[name] = self._make(outputs())
        return self._runs[name]

    def _in_order(self, gradient: Any) -> Any:
        """Return the gradient in the order of the program's parameters."""
        import numpy as np

        result = np.empty(len(self.program.parameters))
        result[self.program.rolled.order] = gradient
        return result

    def _arguments(self, parameters: Any, inputs: Sequence[Any]) -> tuple[Any, Any, int]:
        """Return parameters in the program's order, inputs by samples, and the size."""
        import numpy as np

        program = self.program
        P = np.array([_number(p) for p in flatten_numbers(parameters)], dtype=float)
        if len(P) != len(program.parameters):
            raise ValueError(
                f"a program needs its {count(len(program.parameters), 'parameter')};"
                f" got {len(P)}"
            )
        if len(inputs) != len(program.inputs):
            raise ValueError(
                f"a program needs {count(len(program.inputs), 'argument')} beside the"
                f" parameters; got {len(inputs)}"
            )
        columns, sizes = [], set()
        for i, (x, size) in enumerate(zip(inputs, program.inputs, strict=True)):
            array = _array(x, i)
            wanted = _shape(size)
            if array.shape[1:] != wanted or not array.ndim:
                shown = ", ".join(["samples", *map(str, wanted)])
                raise ValueError(
                    f"a program needs argument {i} of shape ({shown}); got {array.shape}"
                )
            sizes.add(len(array))
            columns.append(array.reshape(len(array), -1).T)
        if len(sizes) > 1 or 0 in sizes:
            raise ValueError(
                "a program needs the same number of samples in all arguments, at least"
                f" one; got {', '.join(map(str, sorted(sizes)))}"
            )
        size = sizes.pop() if sizes else 1
        X = np.concatenate(columns) if columns else np.empty((0, size))
        if not np.isfinite(X).all():
            place, sample = np.argwhere(~np.isfinite(X))[0]
            raise ValueError(
                f"a program needs finite data; got {X[place, sample]} in sample"
                f" {sample}, input {place}"
            )
        return P[program.rolled.order], np.ascontiguousarray(X), size


def flatten_numbers(thing: Any) -> list[Any]:
    """Return the numbers in an array, a list or a list of lists."""
    if hasattr(thing, "ravel"):
        return thing.ravel().tolist()
    return flatten(thing)


def _number(thing: Any) -> float:
    if isinstance(thing, Value):
        return thing.data
    if is_real(thing):
        return float(thing)
    raise TypeError(f"a program needs numbers as parameters; got {cut(thing)}")


def _array(x: Any, i: int) -> Any:
    import numpy as np

    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"a program needs rows of one length in argument {i}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"a program needs real numbers in argument {i}; got an array of"
            f" {array.dtype}"
        )
    return array.astype(float)


def _shape(size: Any) -> tuple[int, ...]:
    if isinstance(size, int):
        return () if size == 1 else (size,)
    return tuple(size)
