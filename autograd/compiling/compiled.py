"""A compiled program: parameters and a batch in, the mean loss and its slopes out.

What it is given is checked first: a wrong shape, something that is no number, or a nan
would otherwise come out as numbers that look like results, and a batch too large for
the machine would bring the whole process down.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..arrays.masks import refuse_masked
from ..forks import cached_property
from ..imports import np
from ..messages import count, cut, is_real
from ..nesting import flatten, rebuild, units
from ..value import Value, data_of
from ..writing.files import write_whole
from .backends.numpy_backend import update_numpy
from .backends.table import BACKENDS, module_of
from .by_sample import by_sample, is_finite
from .statements import Statement, in_order, together
from .updates import Formula, shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .program import Program

BYTES = 8  # of a float64
SMALL = 1 << 26  # bytes, below which nobody needs to ask


class Compiled:
    """A program that runs: (parameters, batch) -> (mean loss, gradients).

    Each argument of the function becomes an array with one more axis, the first: that
    of the samples.

    Attributes:
        program: The program.
        backend: What runs it.
    """

    def __init__(
        self,
        program: Program,
        backend: str,
        options: Mapping[str, Any],
        first: str = "",
    ) -> None:
        """See `Program.compile`; what is asked for first is compiled at once."""
        self._module = module_of(backend)
        self.program = program
        self.backend = backend
        self._options = dict(options)
        # By name, and how many numbers each holds at a time.
        self._runs: dict[str, tuple[Callable[..., Any], tuple[int, int]]] = {}
        self._derived: dict[str, Compiled] = {}
        # What is wrong is told now, in each output.
        self._run(first or (self._usual if program.parameters else "outputs"))

    def __call__(self, parameters: Any, *inputs: Any) -> tuple[float, Any]:
        """Return the mean loss over the batch, and its derivative by each parameter.

        Of a function that returns a list, the first number is the loss.

        Args:
            parameters: A number (or the Value itself) for each parameter, or the model.
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
        if (several := len(self.program.rolled.outputs)) > 1:
            raise ValueError(
                "input_gradients needs a function that returns one number; got one that"
                f" returns {several} (hint: record a function that returns the number"
                " to be differentiated alone)"
            )
        P, X = self._arguments(parameters, inputs)
        gradient, _ = self._finished("inputs", P, X)
        if gradient.ndim == 1:
            gradient = gradient[:, None]
        return self._by_argument(np.broadcast_to(gradient, X.shape), inputs)

    def jacobian(self, parameters: Any, *inputs: Any) -> Any:
        """Return the derivatives of each output by the numbers of its own sample.

        They are nested as the function returned its outputs: for each a list of arrays,
        which have the shapes of the inputs.
        """
        found = units(self._of("jacobian").outputs(parameters, *inputs))
        outputs = len(self.program.rolled.outputs)
        rows = np.reshape(found, (outputs, -1, len(found[0])))
        lists = [self._by_argument(row, inputs) for row in rows]
        return rebuild(self.program.result, iter(lists))

    def input_hvp(
        self, parameters: Any, vectors: Sequence[Any], *inputs: Any
    ) -> list[Any]:
        """Return the Hessian of the mean loss by the batch, times a vector like it.

        Args:
            parameters: As in a call.
            vectors: For each argument an array of the shape of its samples.
            *inputs: The samples.

        Returns:
            For each argument an array of that shape.
        """
        found = units(self._of("hvp").outputs(parameters, *inputs, *vectors))
        return self._by_argument(np.stack(found) / len(found[0]), inputs)

    def _of(self, name: str) -> Compiled:
        """Return the program of derivatives by the inputs, compiled likewise."""
        if name not in self._derived:
            self._derived[name] = Compiled(
                self.program.derived(name), self.backend, self._options, "outputs"
            )
        return self._derived[name]

    def _by_argument(self, rows: Any, inputs: Sequence[Any]) -> list[Any]:
        """Return numbers of a sample by samples as arrays of the inputs' shapes."""
        parts = np.split(rows, np.cumsum(self.program.lengths)[:-1])
        pairs = zip(parts, inputs, strict=True)
        return [part.T.reshape(np.shape(x)) for part, x in pairs]

    def hvp(self, parameters: Any, vector: Any, *inputs: Any) -> Any:
        """Return the Hessian of the mean loss by the parameters, times a vector.

        Of a function that returns a list, the first number is the loss.
        """
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

    def save(self, path: str | Path) -> None:
        """Write the program, with the Values that are its parameters, to a file."""
        write_whole(path, pickle.dumps(self))

    @staticmethod
    def load(path: str | Path) -> Compiled:
        """Return a program that was saved, compiled once more.

        The file is one of pickle: it can run any code, so load your own alone.
        """
        return pickle.loads(Path(path).read_bytes())

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make a copy, which compiles for itself."""
        return Compiled, (self.program, self.backend, self._options)

    def __repr__(self) -> str:
        """Return `<program of 1,319 scalars, 337 parameters, for numpy>`."""
        return f"{repr(self.program)[:-1]}, for {self.backend}>"

    # --- for training loops -------------------------------------------------------

    @cached_property
    def order(self) -> Any:
        """The number of the parameter at each place of the vectors that follow."""
        return np.array(self.program.rolled.order, dtype=np.intp)

    def vector(self, parameters: Any) -> Any:
        """Return parameters as `evaluate` takes them, checked: in the order of `order`.

        Raises:
            ValueError: If their number is wrong, or they are Values of another model.
            TypeError: If they are no numbers.
        """
        program = self.program
        parameters = values_of(parameters)
        if type(parameters) is not np.ndarray:
            refuse_masked(parameters, "a program needs as parameters")
        numbers = _numbers(parameters)
        if isinstance(numbers, np.ndarray) and len(numbers) == len(self.order):
            return numbers[self.order].astype(float, copy=False)
        needed = count(len(program.parameters), "parameter")
        if len(numbers) != len(program.parameters):
            raise ValueError(f"a program needs its {needed}; got {len(numbers)}")
        pairs = zip(numbers, program.parameters, strict=True)
        for i, (number, own) in enumerate(pairs):
            if isinstance(number, Value) and number is not own:
                raise ValueError(
                    f"a program needs its {needed} in their order; got another Value at"
                    f" place {i}, {cut(number)} (hint: numbers may come from anywhere:"
                    " [p.data for p in parameters])"
                )
        P = np.array([_number(number) for number in numbers], dtype=float)
        return P[self.order]

    def data(self, *inputs: Any) -> Any:
        """Return samples as `evaluate` takes them, checked: numbers by samples.

        Raises:
            ValueError: If a shape is wrong, or something in the data is not finite.
            IndexError: If an input chooses an item that there is not.
            TypeError: For what is no numbers.
        """
        program = self.program
        if len(inputs) != len(program.inputs):
            raise ValueError(
                f"a program needs {count(len(program.inputs), 'argument')} beside the"
                f" parameters, {', '.join(program.names) or 'none'}; got {len(inputs)}"
            )
        arrays = []
        for name, x, size in zip(program.names, inputs, program.inputs, strict=True):
            array = _array(x, name)
            wanted = _shape(size)
            if not wanted and array.shape[1:] == (1,):
                array = array[:, 0]
            if not array.ndim or array.shape[1:] != wanted:
                shown = ", ".join(["samples", *map(str, wanted)])
                raise ValueError(
                    f"a program needs {name} of shape ({shown}); got {array.shape}"
                )
            arrays.append(array)
        sizes = set(map(len, arrays))
        if len(sizes) > 1 or 0 in sizes:
            raise ValueError(
                "a program needs the same number of samples in all arguments, at least"
                f" one; got {', '.join(map(str, sorted(sizes)))}"
            )
        X = np.empty((sum(program.lengths), *(sizes or [1])))
        start = 0
        for array, length in zip(arrays, program.lengths, strict=True):
            X[start : start + length] = array.reshape(-1, length).T
            start += length
        if not is_finite(X):
            place, sample = np.argwhere(~np.isfinite(X))[0]
            raise ValueError(
                f"a program needs finite data; got {X[place, sample]} in sample"
                f" {sample}, at {program.input_names[place]}"
            )
        if choices := program.scalars.choices:
            lengths = np.array(list(choices.values()))[:, None]
            x = X[list(choices)]
            wrong = np.argwhere((x != np.floor(x)) | (x < 0) | (x >= lengths))
            if len(wrong):
                n, sample = wrong[0]
                raise IndexError(
                    f"a program needs a whole number from 0 to {lengths[n, 0] - 1};"
                    f" got {x[n, sample]:g} in sample {sample}, at"
                    f" {program.input_names[list(choices)[n]]}"
                )
        return X

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
        loss, gradient, *others = self._on(self._usual, P, X)
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
        return update_numpy(formula, averages, length)

    def trainer(
        self,
        formula: Formula,
        averages: Sequence[str],
        max_norm: float | None = None,
        moves: Any = None,
    ) -> Any:
        """Return a loop of many steps, the optimiser inside.

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
            max_norm: What the norm of the gradient is cut down to, if it is larger.
            moves: 1 for each parameter that the optimiser moves, else 0; None if it
                moves all.
        """
        make = getattr(self._module, f"train_{self.backend}")
        wanted = self._wanted("evaluate")
        held = _numbers_held(wanted)
        wanted[1] = shortened(wanted[1], max_norm, moves)
        train = make(wanted, formula, averages, **self._options)

        def checked(
            P: Any, averages: Any, X: Any, order: Any, lrs: Any, first_step: int
        ) -> Any:
            self._check_memory(held, X.shape[1] if order is None else order.shape[1])
            return train(P, averages, X, order, lrs, first_step)

        return checked

    # --- running --------------------------------------------------------------------

    def _on(self, name: str, P: Any, X: Any, V: Any = None) -> Any:
        run, held = self._run(name)
        self._check_memory(held, X.shape[1])
        return run(P, X, X.shape[1], V)

    def _finished(self, name: str, P: Any, X: Any, V: Any = None) -> Any:
        """Return what `_on` does; of samples that are not finite, the eager engine's.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: What that engine raises, with
                the number of the sample.
        """
        found = self._on(name, P, X, V)
        if is_finite(*found) or self._is_shared():
            return found
        return by_sample(self.program, name, self._wanted(name), P, X, V)

    def _is_shared(self) -> bool:
        """Tell whether other processes have samples of the same batch."""
        return self.backend == "jax" and self._module.is_shared()

    def _check_memory(self, held: tuple[int, int], samples: int) -> None:
        if not BACKENDS[self.backend].in_pieces:
            _check_memory(held, samples)

    def _run(self, name: str) -> tuple[Callable[..., Any], tuple[int, int]]:
        """Return the function of that name, compiled when it is first asked for."""
        if name not in self._runs:
            wanted = self._wanted(name)
            make = getattr(self._module, f"compile_{self.backend}")
            self._runs[name] = make(wanted, **self._options), _numbers_held(wanted)
        return self._runs[name]

    def _wanted(self, name: str) -> list[Statement]:
        program = self.program
        loss, *others = outputs = program.rolled.outputs
        match name:
            case "step":
                return [loss, program.gradient]
            case "evaluate":
                others = [together(others)] if others else []
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
        return gradient[self._back]

    @property
    def _usual(self) -> str:
        """The name of what gives all outputs, and the gradient of the first."""
        return "evaluate" if len(self.program.rolled.outputs) > 1 else "step"

    @cached_property
    def _back(self) -> Any:
        """The place of each parameter in the vectors."""
        return self.order.argsort()


def _mean(loss: Any) -> float:
    return float(loss.sum() / loss.size)


# --- what it is given, as arrays ------------------------------------------------------


def values_of(parameters: Any) -> Any:
    """Return the parameters of a model, or what is given in place of one."""
    return parameters.parameters() if hasattr(parameters, "parameters") else parameters


def _numbers(thing: Any) -> Any:
    """Return the numbers in arrays, lists and lists of lists, one after the other.

    They are an array if they came in arrays of numbers alone, and else a list.
    """
    arrays = [thing] if isinstance(thing, np.ndarray) else units(thing)
    if not all(isinstance(x, np.ndarray) and x.dtype.kind in "biuf" for x in arrays):
        return flatten(thing)
    parts = [x.ravel() for x in arrays]
    return parts[0] if len(parts) == 1 else np.concatenate([[], *parts])


def _number(thing: Any) -> float:
    number = data_of(thing)
    if is_real(number):
        return float(number)
    raise TypeError(f"a program needs numbers as parameters; got {cut(thing)}")


def _array(x: Any, name: str) -> Any:
    if type(x) is not np.ndarray:
        refuse_masked(x, f"a program needs in {name}")
    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"a program needs rows of one length in {name}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"a program needs real numbers in {name}; got an array of {array.dtype}"
        )
    return array


def _shape(size: Any) -> tuple[int, ...]:
    if isinstance(size, int):
        return () if size == 1 else (size,)
    return tuple(size)


# --- how much memory a batch takes ----------------------------------------------------


def _numbers_held(outputs: Sequence[Statement]) -> tuple[int, int]:
    """Return how many numbers the program holds at once: for all samples, and for each.

    They are those of the moment at which most are held for each sample.
    """
    order = in_order(outputs)
    last = {arg: y for y in order for arg in y.args}
    kept = set(outputs)
    fixed = held = most = 0
    for y in order:
        if not y.batched:
            fixed += y.size
            continue
        held += y.size
        most = max(most, held)
        for arg in set(y.args):
            if arg.batched and last[arg] is y and arg not in kept:
                held -= arg.size
    return fixed, most


def _check_memory(held: tuple[int, int], samples: int) -> None:
    """Check that a batch of so many samples fits into the memory that is free.

    Raises:
        MemoryError: If it does not, with the size of a batch that would.
    """
    fixed, each = held
    needed = BYTES * (fixed + samples * each)
    if needed < SMALL:
        return
    free = free_bytes()
    if free is None or needed <= free:
        return
    fitting = max(0, (free - BYTES * fixed) // (BYTES * max(1, each)))
    hint = f"batches of at most {fitting:,}" if fitting else "a smaller program"
    raise MemoryError(
        f"a batch of {samples:,} samples needs {needed / 1e9:.1f} GB of memory; got"
        f" {free / 1e9:.1f} GB free (hint: {hint})"
    )


def free_bytes() -> int | None:
    """Return how much memory can still be had; None where the system does not say."""
    found = []
    with suppress(OSError):  # Linux
        with open("/proc/meminfo") as file:
            found += [1024 * int(line.split()[1]) for line in file if "Avail" in line]
    with suppress(OSError, ValueError):  # a container, unless its limit is "max"
        limit, used = (
            int(Path(f"/sys/fs/cgroup/memory.{name}").read_text())
            for name in ("max", "current")
        )
        found.append(limit - used)
    return min(found, default=None)
