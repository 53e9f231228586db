"""`record`: scalar code in, a program on arrays out.

A program holds what the function of one sample does, rolled up to vectors and matrices.
Compiled, it gives the mean loss of a batch and its derivative by every parameter. It
can also be read: as a listing, as a picture, or as plain Python for one sample.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import ops
from ..forks import cached_property
from ..nesting import flatten
from ..transforms import hvp, jacobian
from ..value import Value
from .by_sample import replay
from .compiled import Compiled, values_of
from .differentiation import differentiate
from .recording import Scalars, record_scalars
from .rolling import Rolled, roll_up
from .statements import DIRECTION, Statement, in_order, mapped, taken, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..drawing.renderer import Picture
    from ..phrases.table import Language
    from ..teaching.by_hand import PythonCode
    from .backends.table import BackendName


def record(
    f: Callable[..., Any], inputs: Sequence[Any] | int, parameters: Any = ()
) -> Program:
    """Return the program of `f`, a function of one sample.

    `f` is run on operands that note what is done with them, derivatives included: it
    may call `grad` and its like, or `backward(create_graph=True)`. An input that is a
    whole number may choose from a list, as in `table[x]`. What `f` does with its inputs
    is done for each sample of a batch; what concerns parameters alone, such as a
    penalty, is done once a step. It is run a second time, to see whether it does the
    same: what it draws by lot, counts or reads off a clock would stand in the program
    as a number that never changes.

    Args:
        f: Takes one argument for each of `inputs`, and returns a number: the loss of
            a sample. It may return a list, whose first is the loss: the program is
            differentiated by the parameters, and trained. The others are outputs.
        inputs: For each argument how many numbers it is: 1 for one number, 3 for a
            list of three, (2, 3) for two lists of three. A number is that of the only
            argument.
        parameters: The Values to differentiate by; or one, or the model that has them.

    Raises:
        TypeError: If `f` branches on a number, naming the line and what to use
            instead; or returns something else than numbers.
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
    inputs = (inputs,) if isinstance(inputs, int) else inputs
    given = values_of(parameters)
    parameters = list(dict.fromkeys([given] if isinstance(given, Value) else given))
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

    def compile(self, backend: BackendName = "numpy", **options: Any) -> Compiled:
        """Return the program as a function of parameters and a batch.

        Args:
            backend: "numpy", "jax" or "native".
            **options: What the backend takes. That of JAX: `dtype`, "float64" (by
                default), "float32" or "bfloat16"; and `devices`, such as
                `jax.devices()`, among which the samples are shared out.

        Raises:
            ValueError: If there is no such backend, or it cannot do what an op does.
            ImportError: If the backend is not installed.
        """
        return Compiled(self, backend, options)

    def to_javascript(self, optimizer: Any = None) -> str:
        """Return the program as a script without dependencies, to train in a page.

        It defines `program`, with `forward(X)` (the numbers that the function returns,
        sample by sample), `gradient(X)` (the mean loss; its slopes are in `slopes`),
        `step(X, rate)` if there is an optimiser (a step, and the mean loss before it),
        `reset()`, and `parameters`. `X` is an array of numbers, the samples one after
        the other; `order` tells the number of the parameter at each place of
        `parameters` and `slopes`.

        Args:
            optimizer: Of `nn`, or of your own with a formula; its settings are written
                into the script. Of several in a list each becomes the second half of a
                step, such as `SGD(rate)`: it moves the parameters by `slopes`.

        Raises:
            ValueError: If an op has no formula, the program is so long that browsers
                would be slow, or it needs a sum over all samples before each.
            TypeError: If the optimiser has no formula.

        >>> w = Value(2.0, "w")
        >>> program = record(lambda x, y: (w * x - y) ** 2, inputs=(1, 1), parameters=w)
        >>> script = program.to_javascript()
        >>> for line in script.splitlines():
        ...     if "w[0]" in line or "(X) {" in line:
        ...         print(line.strip())
        function forward(X) {
        const v2 = w[0] * x[k];
        function gradient(X) {
        const v2 = w[0] * x[k];
        """
        from .javascript.script import write_javascript

        return write_javascript(self, optimizer)

    @cached_property
    def lengths(self) -> list[int]:
        """How many numbers each argument is."""
        import math

        return [
            size if isinstance(size, int) else math.prod(size) for size in self.inputs
        ]

    @cached_property
    def input_names(self) -> list[str]:
        """What each number is, such as `x[2]`."""
        lengths = zip(self.names, self.lengths, strict=True)
        return [
            name if length == 1 else f"{name}[{i}]"
            for name, length in lengths
            for i in range(length)
        ]

    @cached_property
    def gradient(self) -> Statement:
        """The derivative of the mean loss by the parameters."""
        return differentiate(self.rolled.outputs[0], [self.rolled.parameters])[0]

    @cached_property
    def length(self) -> int:
        """How many statements there are, those of the gradient included."""
        return len(in_order([*self.rolled.outputs, self.gradient]))

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
        row = taken(product, range(parameters.size), (1, parameters.size))
        return differentiate(total(row), [parameters])[0]

    def derived(self, name: str) -> Program:
        """Return the program of derivatives by the inputs, of the same parameters.

        Args:
            name: "jacobian", of all outputs; or "hvp", of the loss, whose program takes
                a vector as well, nested as the arguments are.
        """
        count = len(self.inputs)

        def f(*args: Any) -> Any:
            return replay(self.scalars, flatten(args), self.parameters)

        def derivatives(*args: Any) -> Any:
            if name == "jacobian":
                return jacobian(f, range(count))(*args)
            return hvp(lambda *args: f(*args)[0], args[:count], args[count:])

        times = 1 if name == "jacobian" else 2
        inputs = self.inputs * times
        scalars, result = record_scalars(derivatives, inputs, self.parameters)
        scalars.choices.update(self.scalars.choices)
        return _program(scalars, inputs, self.names * times, self.parameters, result)

    def draw(
        self,
        *,
        direction: str = "LR",
        theme: str = "auto",
        language: Language | None = None,
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

    def to_python(self, *sample: Any, language: Language | None = None) -> PythonCode:
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


def _names(f: Callable[..., Any], length: int) -> list[str]:
    """Return what `f` calls its arguments."""
    try:
        names = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # a function written in C
        names = []
    return names if len(names) == length else [f"x{i}" for i in range(length)]
