"""`record`: scalar code in, a program on arrays out.

A program holds what the function of one sample does, rolled up to vectors and matrices.
Compiled, it gives the mean loss of a batch and its derivative by every parameter. It
can also be read: as a listing, as a picture, or as plain Python for one sample.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from .. import ops
from ..arrays.masks import refuse_masked
from ..forks import cached_property
from ..messages import count
from ..nesting import rebuild
from ..value import Value
from .batches import input_array, parameter_vector
from .by_sample import by_sample, is_finite
from .differentiation import differentiate
from .memory import check_memory, numbers_held
from .recording import Scalars, record_scalars
from .rolling import Rolled, roll_up
from .statements import DIRECTION, Statement, mapped, taken, together, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..drawing.renderer import Picture
    from ..teaching.by_hand import PythonCode
    from .updates import Formula

# What each backend needs, and the extra that installs it.
BACKENDS = {
    "numpy": ("numpy", "all"),
    "jax": ("jax", "jax"),
    "native": ("llvmlite", "fast"),
}


def record(
    f: Callable[..., Any], inputs: Sequence[Any], parameters: Sequence[Value] = ()
) -> Program:
    """Return the program of `f`, a function of one sample.

    `f` is run on operands that note what is done with them. What it does with its
    inputs is done for each sample of a batch; what concerns parameters alone, such as a
    penalty, is done once a step. It is run a second time, to see whether it does the
    same: what it draws by lot, counts or reads off a clock would stand in the program
    as a number that never changes.

    Args:
        f: Takes one argument for each of `inputs`, and returns a number: the loss of
            a sample. It may return a list, whose first is the loss: the program is
            differentiated by the parameters, and trained. The others are outputs.
        inputs: For each argument how many numbers it is: 1 for one number, 3 for a
            list of three, (2, 3) for two lists of three.
        parameters: The Values to differentiate by.

    Raises:
        TypeError: If `f` branches on a number, naming the line and what to use
            instead; differentiates; or returns something else than numbers.
        ValueError: If it uses a leaf that is neither a parameter nor a constant; draws
            random numbers of `random` or `numpy.random`, whose generator is then set
            back; or does something else when it is called once more.
        RuntimeError: If a recording is going on already.

    >>> from autograd import Value, record
    >>> w = Value(2.0, "w")
    >>> program = record(lambda x, y: (w * x - y) ** 2, inputs=(1, 1), parameters=[w])
    >>> print(program)
    3 scalars -> 1 statement:
      loss = (w · x - y)²  1
    for each sample: x 1, y 1
    1 parameter: w 1
    >>> step = program.compile("numpy")
    >>> loss, gradients = step([2.0], [1.0, 3.0], [1.0, 5.0])
    >>> loss, gradients
    (1.0, array([4.]))
    """
    parameters = list(dict.fromkeys(parameters))
    scalars, result = record_scalars(f, inputs, parameters)
    if not scalars.outputs:
        raise TypeError("a program needs a function that returns scalars; got none")
    names = _names(f, len(inputs))
    return _program(scalars, tuple(inputs), names, parameters, result)


def _program(
    scalars: Scalars,
    inputs: tuple[Any, ...],
    names: list[str],
    parameters: list[Value],
    result: Any,
) -> Program:
    return Program(scalars, roll_up(scalars), inputs, names, parameters, result)


@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """A function that was recorded and rolled up; `print` shows what became of it.

    It is printed in the language of the environment, English or French.

    Attributes:
        scalars: The scalar operations.
        rolled: The statements that they became.
        inputs: The size of each argument.
        names: The name of each argument.
        parameters: The Values that it is differentiated by.
        result: The numbers of the outputs, nested as the function returned them.
    """

    scalars: Scalars
    rolled: Rolled
    inputs: tuple[Any, ...]
    names: list[str]
    parameters: list[Value]
    result: Any

    def compile(self, backend: str = "numpy", **options: Any) -> Compiled:
        """Return the program as a function of parameters and a batch.

        Args:
            backend: "numpy", "jax" or "native".
            **options: What the backend takes.

        Raises:
            ValueError: If there is no such backend.
            ImportError: If the backend is not installed.
        """
        if backend not in BACKENDS:
            known = ", ".join(map(repr, BACKENDS))
            raise ValueError(f"backend needs to be one of {known}; got {backend!r}")
        library, extra = BACKENDS[backend]
        if find_spec(library) is None:
            raise ImportError(
                f"the {backend} backend needs {library}: pip install"
                f" 'chainrule[{extra}]'"
            )
        return Compiled(self, backend, options)

    @cached_property
    def lengths(self) -> list[int]:
        """How many numbers each argument is."""
        import math

        return [
            size if isinstance(size, int) else math.prod(size) for size in self.inputs
        ]

    @cached_property
    def others(self) -> Statement | None:
        """The outputs after the first, as one vector; None if there are none."""
        others = self.rolled.outputs[1:]
        return together(others) if others else None

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

    def draw(
        self,
        *,
        direction: str = "LR",
        theme: str = "auto",
        language: str | None = None,
    ) -> Picture:
        """Return a picture: matrices and statements as boxes, shapes on the arrows.

        Args:
            direction: Where it goes: "LR" (left to right), "TB", "RL" or "BT".
            theme: "light", "dark", or "auto", which is as the reader's screen is.
            language: That of the words in the picture, "en" or "fr"; None for that of
                the environment.

        Raises:
            ValueError: If an option is unknown, or the picture would be too large.
        """
        from .shown.diagram import draw_program

        return draw_program(self, direction, theme, language)

    def to_python(self, *sample: Any, language: str | None = None) -> PythonCode:
        """Return the program for one sample as plain Python, forward and backward.

        It is a function of the inputs and the parameters, which are by default what the
        parameters are now. It returns the loss and its derivatives by name, to the last
        bit those of `backward`, and needs none of our code.

        Args:
            *sample: What the inputs are by default, argument by argument; without it
                they are 1.
            language: That of the comments, "en" or "fr"; None for that of the
                environment.

        Raises:
            ValueError: If an op is not written in Python with functions of `math`, the
                sample has the wrong shape or is out of the domain of an op, there are
                no phrases in that language, or the program is too large to be read.
        """
        from .shown.one_sample import written_out

        return written_out(self, sample, language)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make a copy: its scalars rolled up once more."""
        parts = self.scalars, self.inputs, self.names, self.parameters, self.result
        return _program, parts

    def __str__(self) -> str:
        """Return the listing: which statements the scalars became."""
        from ..phrases.table import Phrases
        from .shown.listing import Listing

        return Listing(self).text(Phrases())

    def __repr__(self) -> str:
        """Return `<program of 1,319 scalars, 337 parameters>`."""
        return (
            f"<program of {self.rolled.scalars:,} scalars,"
            f" {len(self.parameters):,} parameters>"
        )


class Compiled:
    """A program that runs: (parameters, batch) -> (mean loss, gradients).

    Each argument of the function becomes an array with one more axis, the first: that
    of the samples.

    Attributes:
        program: The program.
        backend: What runs it.
    """

    def __init__(
        self, program: Program, backend: str, options: Mapping[str, Any]
    ) -> None:
        """See `Program.compile`."""
        from importlib import import_module

        self.program = program
        self.backend = backend
        self._options = dict(options)
        self._module = import_module(f".backends.{backend}_backend", __package__)
        self._runs: dict[str, Callable[..., Any]] = {}
        self._held: dict[str, tuple[int, int]] = {}
        if options:  # those that are wrong are told now
            self._run("step")

    def __call__(self, parameters: Any, *inputs: Any) -> tuple[float, Any]:
        """Return the mean loss over the batch, and its derivative by each parameter.

        Of a function that returns a list, the first number is the loss.

        Args:
            parameters: A number (or the Value itself) for each parameter.
            *inputs: For each argument of the function, its samples.

        Returns:
            The loss, and an array of one slope for each parameter.

        Raises:
            ValueError: If a shape is wrong, something in the data is not finite, or a
                parameter is of another model.
            TypeError: For what is no numbers.
            MemoryError: If the batch is too large for the memory that is free.
        """
        P, X = self._arguments(parameters, inputs)
        loss, gradient = self._finished("step", P, X)
        return _mean(loss), self._in_order(gradient)

    def outputs(self, parameters: Any, *inputs: Any) -> Any:
        """Return what the function gives for each sample, in its own structure."""
        import numpy as np

        P, X = self._arguments(parameters, inputs)
        size = X.shape[1]
        arrays = [
            np.broadcast_to(y if y.ndim > 1 else y[:, None], (1, size))[0]
            for y in self._finished("outputs", P, X)
        ]
        return rebuild(self.program.result, iter(arrays))

    def input_gradients(self, parameters: Any, *inputs: Any) -> list[Any]:
        """Return the derivative of the mean loss by each number of the batch.

        Raises:
            ValueError: As `__call__`; or if the function returns more than one number,
                of which any might be meant.
            TypeError: For what is no numbers.
        """
        import numpy as np

        several = len(self.program.rolled.outputs)
        if several > 1:
            raise ValueError(
                "input_gradients needs a function that returns one number; got one that"
                f" returns {several} (hint: record a function that returns the number"
                " to be differentiated alone)"
            )
        P, X = self._arguments(parameters, inputs)
        gradient, _ = self._finished("inputs", P, X)
        if gradient.ndim == 1:
            gradient = gradient[:, None]
        gradient = np.broadcast_to(gradient, X.shape)
        found, start = [], 0
        for x, length in zip(inputs, self.program.lengths, strict=True):
            found.append(gradient[start : start + length].T.reshape(np.shape(x)))
            start += length
        return found

    def hvp(self, parameters: Any, vector: Any, *inputs: Any) -> Any:
        """Return the Hessian of the mean loss by the parameters, times a vector.

        Of a function that returns a list, the first number is the loss.
        """
        import numpy as np

        P, X = self._arguments(parameters, inputs)
        refuse_masked(vector, "hvp needs")
        vector = np.asarray(vector, dtype=float)
        if vector.shape != P.shape:
            raise ValueError(
                f"hvp needs a vector of {count(len(P), 'number')}; got the shape"
                f" {vector.shape}"
            )
        result, _ = self._finished("hvp", P, X, vector[self.program.rolled.order])
        return self._in_order(result)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make a copy, which compiles for itself."""
        return Compiled, (self.program, self.backend, self._options)

    # --- for training loops -------------------------------------------------------

    @property
    def order(self) -> Any:
        """The number of the parameter at each place of the vectors that follow."""
        import numpy as np

        return np.array(self.program.rolled.order, dtype=np.intp)

    def vector(self, parameters: Any) -> Any:
        """Return parameters as `evaluate` takes them, checked: in the order of `order`.

        Raises:
            ValueError: If their number is wrong, or they are Values of another model.
            TypeError: If they are no numbers.
        """
        return parameter_vector(self.program, parameters)

    def data(self, *inputs: Any) -> Any:
        """Return samples as `evaluate` takes them, checked: numbers by samples.

        Raises:
            ValueError: If a shape is wrong, or something in the data is not finite.
            TypeError: For what is no numbers.
        """
        return input_array(self.program, inputs)

    def evaluate(self, P: Any, X: Any) -> tuple[float, Any, Any]:
        """Return the mean loss, its gradient, and what else the function gives.

        It is `__call__` without checks, for loops that have checked their data.

        Args:
            P: The parameters in the order of `order`.
            X: Samples as `data` lays them out.

        Returns:
            The loss; the gradient in the order of `order`; and the other outputs, an
            array of their numbers by samples, or None if there are none.
        """
        import numpy as np

        loss, gradient, *others = self._on("evaluate", P, X)
        if not others:
            return _mean(loss), gradient, None
        y = others[0]
        shape = len(y), X.shape[1]
        return _mean(loss), gradient, np.broadcast_to(y.reshape(len(y), -1), shape)

    def update(self, formula: Formula, averages: Sequence[str], length: int) -> Any:
        """Return an optimiser's formula for vectors of so many parameters.

        It is `update(P, gradient, averages, lr, step) -> (P, averages)`, the averages
        by name, and changes nothing.

        Args:
            formula: Takes a parameter, its gradient, its averages by name, the learning
                rate and the number of the step, and gives the moved parameter and its
                new averages. It is made of operators and functions of `autograd`.
            averages: The names of what is remembered for each parameter.
            length: How many parameters there are.

        Raises:
            TypeError: If the formula does something else.
        """
        from .backends.numpy_backend import update_numpy

        return update_numpy(formula, averages, length)

    def trainer(self, formula: Formula, averages: Sequence[str]) -> Any:
        """Return a loop of many steps, the optimiser inside; None if there is none.

        It is `train(P, averages, X, order, lrs, first_step) -> (losses, outputs)`.
        The parameters, and the running averages by name, are vectors in the order of
        `order` that are changed in place. `X` holds all samples; `order` for each step
        the numbers of its samples, or is None if each step takes all; `lrs` has the
        learning rate of each step, and `first_step` is the number of the first, from
        1. The loop gives the mean loss of each step before its move, and the other
        outputs then, (steps, numbers, samples), or None. It ends before a step whose
        loss, gradient or move is not finite.

        Args:
            formula: As that of `update`.
            averages: The names of what is remembered for each parameter.
        """
        make = getattr(self._module, f"train_{self.backend}", None)
        if make is None:
            return None
        wanted = self._wanted("evaluate")
        loss, gradient, *others = wanted
        others = others[0] if others else None
        train = make(loss, gradient, others, formula, averages, **self._options)
        if train is None:
            return None
        held = numbers_held(wanted)

        def checked(
            P: Any, averages: Any, X: Any, order: Any, lrs: Any, first_step: int
        ) -> Any:
            self._check_memory(held, X.shape[1] if order is None else order.shape[1])
            return train(P, averages, X, order, lrs, first_step)

        return checked

    # --- running --------------------------------------------------------------------

    def _on(self, name: str, P: Any, X: Any, V: Any = None) -> Any:
        run = self._run(name)
        self._check_memory(self._held[name], X.shape[1])
        return run(P, X, X.shape[1], V)

    def _finished(self, name: str, P: Any, X: Any, V: Any = None) -> Any:
        """Return what `_on` does; of samples that are not finite, the eager engine's.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: What that engine raises, with
                the number of the sample.
        """
        found = self._on(name, P, X, V)
        if all(map(is_finite, found)) or self._is_shared():
            return found
        return by_sample(self.program, name, self._wanted(name), P, X, V)

    def _is_shared(self) -> bool:
        """Tell whether other processes have samples of the same batch."""
        if self.backend != "jax":
            return False
        import jax

        return jax.process_count() > 1

    def _check_memory(self, held: tuple[int, int], samples: int) -> None:
        if self.backend != "native":  # which goes through a batch piece by piece
            check_memory(held, samples)

    def _run(self, name: str) -> Callable[..., Any]:
        """Return the function of that name, compiled when it is first asked for."""
        if name not in self._runs:
            wanted = self._wanted(name)
            make = getattr(self._module, f"compile_{self.backend}")
            self._runs[name] = make(wanted, **self._options)
            self._held[name] = numbers_held(wanted)
        return self._runs[name]

    def _wanted(self, name: str) -> list[Statement]:
        program = self.program
        loss, *_ = outputs = program.rolled.outputs
        match name:
            case "step":
                return [loss, program.gradient]
            case "evaluate":
                others = [] if program.others is None else [program.others]
                return [loss, program.gradient, *others]
            case "outputs":
                return outputs
            case "inputs":
                return [program.input_gradient, loss]
        return [program.hessian_vector, loss]

    def _arguments(self, parameters: Any, inputs: Sequence[Any]) -> tuple[Any, Any]:
        return self.vector(parameters), self.data(*inputs)

    def _in_order(self, gradient: Any) -> Any:
        """Return the gradient in the order of the program's parameters."""
        import numpy as np

        result = np.empty(len(self.program.parameters))
        result[self.program.rolled.order] = gradient
        return result


def _mean(loss: Any) -> float:
    return float(loss.sum() / loss.size)


def _names(f: Callable[..., Any], length: int) -> list[str]:
    """Return what `f` calls its arguments."""
    try:
        names = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # a function written in C
        names = []
    return names if len(names) == length else [f"x{i}" for i in range(length)]
