"""Functions in, derivatives out: `grad`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`.

Each runs the function once on fresh Values, which records its graph, and sweeps the
graph in reverse or forward. The functions take structures: numbers, NumPy's arrays, and
lists, tuples, dicts and dataclasses of them. Derivatives come back in the same
structure, arrays as arrays. Arguments given by name are handed on.

They nest: the derivative of a function that itself calls `grad` is exact. For this,
derivatives are numbers when the function uses nothing but its arguments, and Values
when it was given Values or uses some from outside: these stay connected to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps

from .forward import tangents_of
from .graph import first_stamp, settled
from .messages import count, cut, is_real, other_type, to_float
from .nesting import (
    aligned,
    flatten,
    is_array,
    numbers_of,
    outline,
    places,
    rebuild,
    shape_of,
    unit_of,
    units,
    with_units,
)
from .node import no_grad, noted, watching
from .reverse import adjoints_of, is_nothing
from .value import Value, data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, ParamSpec

    P = ParamSpec("P")
    Pull = Callable[[Any], tuple[Any, ...]]


def grad(
    f: Callable[P, Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[P, Any]:
    """Return the function that gives the gradient of `f`.

    Args:
        f: Returns one number (as a Value).
        argnums: By which of its arguments, counted from 0; for several, the gradient
            is a tuple.
        has_aux: Whether `f` returns a pair, of which only the first is differentiated;
            the result is then the pair of the gradient and the second.

    Returns:
        A function of the same arguments as `f`, with its name and docstring.

    Raises:
        TypeError: When called, if `f` returns anything but a number, or if an argument
            is not made of numbers.
        IndexError: When called, if there is no such argument.

    >>> from autograd import grad
    >>> grad(lambda x: x**3)(3.0)
    27.0
    >>> grad(grad(lambda x: x**3))(3.0)
    18.0
    >>> grad(lambda w, x: w["a"] * x + w["b"])({"a": 0.5, "b": 1.0}, x=3.0)
    {'a': 3.0, 'b': 1.0}
    >>> import numpy as np
    >>> grad(lambda w: np.tanh(w).sum())(np.array([0.0, 1000.0]))
    array([1., 0.])
    """

    @wraps(f, updated=())
    def gradient(*args: P.args, **named: P.kwargs) -> Any:
        run = _Run(f, argnums, args, named, "grad", has_aux)
        slopes = _slopes(run.one_number(), run.variables)
        return run.settled().with_aux(run.like_inputs(slopes))

    return gradient


def value_and_grad(
    f: Callable[P, Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[P, tuple[Any, Any]]:
    """Return the function that gives (value, gradient) of `f`, computed together.

    Args and errors are those of `grad`; with `has_aux` it gives ((value, aux),
    gradient). With arrays this is what `scipy.optimize.minimize` takes with `jac=True`.

    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """

    @wraps(f, updated=())
    def value_and_gradient(*args: P.args, **named: P.kwargs) -> tuple[Any, Any]:
        run = _Run(f, argnums, args, named, "grad", has_aux)
        slopes = _slopes(run.one_number(), run.variables)
        return run.settled().with_aux(run.value()), run.like_inputs(slopes)

    return value_and_gradient


def vjp(f: Callable[..., Any], *at: Any) -> tuple[Any, Pull]:
    """Return the value of `f` at `at`, and the function that pulls adjoints back.

    That function takes an adjoint for each output, nested as the outputs are, and gives
    for each argument in `at` the adjoints of its numbers: the reverse sweep, seeded
    (vector-Jacobian product).

    >>> from autograd import vjp
    >>> value, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> value
    [6.0, 5.0]
    >>> pull([1.0, 10.0])
    (13.0, 12.0)
    """
    run = _Run(f, range(len(at)), at, {}, "vjp")
    outputs = run.numbers()

    def pull(adjoints: Any) -> tuple[Any, ...]:
        given = _matching(run.output, adjoints, "vjp needs one adjoint per output of")
        _settle(run.variables, settled=False)
        seeds = [_lifted(seed, "vjp needs as adjoint") for seed in given]
        # Σ seed · output has, as its gradient, the adjoints pulled back.
        seeded: Any = 0.0
        with no_grad(False):
            for seed, number in zip(seeds, outputs, strict=True):
                if not is_nothing(seed):
                    seeded = seeded + seed * number
        slopes = _slopes(seeded, run.variables)
        return run.settled().like_inputs(slopes)

    return run.settled().value(), pull


def jvp(
    f: Callable[..., Any], at: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """Return the value of `f` and its derivative along a direction.

    The forward sweep (Jacobian-vector product), in one pass whatever the number of
    inputs and outputs.

    Args:
        f: Returns numbers, however nested.
        at: The arguments of `f`, as a list or tuple.
        tangents: The direction, nested as `at` is.

    Raises:
        ValueError: If the tangents are not nested as the arguments.
        TypeError: For what is not a number.

    >>> from autograd import jvp
    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 0.0))
    ([6.0, 5.0], [3.0, 1.0])
    """
    for given in (at, tangents):
        if not isinstance(given, list | tuple):
            raise TypeError(
                "jvp needs a tuple of the arguments of f, and one of their tangents;"
                f" got {cut(given)} (hint: jvp(f, (x,), (v,)) where f has one argument)"
            )
    given = _matching(tuple(at), tuple(tangents), "jvp needs one tangent per number of")
    direction = [_lifted(tangent, "jvp needs as tangent") for tangent in given]
    run = _Run(f, range(len(at)), at, {}, "jvp")
    outputs, variables = noted(run.numbers(), run.variables)
    inputs = dict(zip(variables, direction, strict=True))
    dots = rebuild(run.output, iter(tangents_of(outputs, inputs, watching())))
    return run.settled().value(), dots


def jacobian(
    f: Callable[P, Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[P, Any]:
    """Return the function that gives all derivatives of all outputs of `f`.

    They are nested as the outputs are, and for each output as the inputs are; by an
    array, an array's are an array, of the output's shape followed by the input's. This
    takes one reverse sweep per output, or one forward sweep per input where those are
    fewer. Args and errors are those of `grad`, but that `f` may return several numbers.

    >>> from autograd import jacobian
    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """

    @wraps(f, updated=())
    def all_derivatives(*args: P.args, **named: P.kwargs) -> Any:
        run = _Run(f, argnums, args, named, "jacobian", has_aux)
        outputs, variables = noted(run.numbers(), run.variables)
        if len(variables) < len(outputs):
            nowhere = dict.fromkeys(variables, 0.0)
            columns = [
                tangents_of(outputs, nowhere | {variable: 1.0}, watching())
                for variable in variables
            ]
            rows = [list(row) for row in zip(*columns, strict=True)]
        else:
            rows = [_slopes(number, variables) for number in outputs]
        blocks = _blocks(run.output, run.chosen, iter(rows))
        return run.settled().with_aux(blocks)

    return all_derivatives


def _blocks(output: Any, chosen: Any, rows: Iterator[list[Any]]) -> Any:
    """Return rows of derivatives, one for each number of `output`, nested as that is,
    and in there as the chosen arguments are.
    """

    inner = [(len(numbers_of(other)), shape_of(other)) for other in units(chosen)]

    def of(unit: Any) -> Any:
        mine, outer = [next(rows) for _ in numbers_of(unit)], shape_of(unit)
        blocks, start = [], 0
        for size, shape in inner:
            if shape is not None or outer is not None:
                shape = (*(outer or ()), *(shape or ()))
            numbers = [x for row in mine for x in row[start : start + size]]
            blocks.append(unit_of(shape, iter(numbers)))
            start += size
        return with_units(chosen, iter(blocks))

    return with_units(output, map(of, units(output)))


def hessian(f: Callable[P, Any], argnums: int | Sequence[int] = 0) -> Callable[P, Any]:
    """Return the function that gives the second derivatives of `f`.

    Entry [i][j] is ∂²f/∂xᵢ∂xⱼ, nested as the inputs are, twice; by an array of shape
    (n,), an array of shape (n, n). Args and errors are those of `grad`.

    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], at: Any = None, tangents: Any = None) -> Any:
    """Return the Hessian of `f` times a vector, without forming the Hessian.

    The derivative of the gradient along a direction: a forward sweep over the graph
    that a reverse sweep has recorded.

    Args:
        f: Returns one number; its gradient is taken by all its arguments.
        at: The arguments of `f`, as a list or tuple. Without them, the result is the
            function of x, a vector p and more arguments of `f` that gives the product
            by the first one: what `scipy.optimize.minimize` takes as `hessp`.
        tangents: The vector, nested as `at` is.

    Returns:
        A tuple nested as `at` is.

    >>> from autograd import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1], [[2.0, 3.0]], [[1.0, 0.0]])
    ([6.0, 4.0],)
    """
    if at is None:

        @wraps(f, updated=())
        def product(x: Any, p: Any, *args: Any) -> Any:
            return jvp(lambda x: grad(f)(x, *args), (x,), (p,))[1]

        return product
    numbers = range(len(at)) if isinstance(at, list | tuple) else 0
    return jvp(grad(f, numbers), at, tangents)[1]


def ravel(nested: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the numbers of a structure as one flat array, and the way back.

    >>> from autograd import ravel
    >>> flat, unravel = ravel({"w": [1.0, 2.0], "b": 3.0})
    >>> flat
    array([1., 2., 3.])
    >>> unravel(2.0 * flat)
    {'w': [2.0, 4.0], 'b': 6.0}
    """
    from .arrays.elementwise import array_of

    numbers = [x if isinstance(x, Value) else float(x) for x in flatten(nested)]

    def unravel(flat: Any) -> Any:
        filling = _matching(numbers, flat, "unravel needs one number for each of")
        return rebuild(nested, iter(filling))

    return array_of(numbers, (len(numbers),)), unravel


class _Run:
    """A function, called once with Values of its own to differentiate by.

    Every number becomes a Value. A Value, which some outer function or the user
    differentiates by, becomes a node that passes it on: f(x, x) has a derivative by its
    first argument alone.

    Attributes:
        variables: The Values, in order.
        chosen: The arguments that they stand for, as they were given.
        output: What the function returned.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        argnums: int | Sequence[int],
        args: Sequence[Any],
        named: dict[str, Any],
        who: str,
        has_aux: bool = False,
    ) -> None:
        """Call the function."""
        self.who = who
        positions = list(argnums) if isinstance(argnums, Iterable) else [argnums]
        if named and not all(-len(args) <= i < len(args) for i in positions):
            from inspect import signature

            bound = signature(f).bind(*args, **named)
            args, named = bound.args, bound.kwargs
        for i in positions:
            if not -len(args) <= i < len(args):
                raise IndexError(
                    f"{who} needs an argument {i} to differentiate by;"
                    f" got {count(len(args), 'argument')}"
                )
        if len({i % len(args) for i in positions}) < len(positions):
            raise ValueError(f"{who} needs each argument once; got argnums {argnums!r}")
        several = isinstance(argnums, Iterable)
        self.chosen = tuple(args[i] for i in positions) if several else args[argnums]
        given = {i: flatten(args[i]) for i in positions}
        call = list(args)
        self.variables: list[Value] = []
        with no_grad(False):  # whatever the caller does: this is to be differentiated
            for i in positions:
                own = [_fresh(args[i], n, x, i, who) for n, x in enumerate(given[i])]
                call[i] = rebuild(args[i], iter(own))
                self.variables += own
            noted(None, self.variables)
            self.output = f(*call, **named)
        self.since = first_stamp(self.variables)
        self.has_aux, self.aux = has_aux, None
        if has_aux:
            if not (isinstance(self.output, tuple) and len(self.output) == 2):
                raise other_type(
                    f"{who} with has_aux needs a function that returns a pair",
                    self.output,
                )
            self.output, self.aux = self.output

    def numbers(self) -> list[Any]:
        """Return the numbers in the output, or raise TypeError for anything else."""
        outputs = flatten(self.output)
        for number in outputs:
            if not isinstance(number, Value) and not is_real(number):
                raise other_type(
                    f"{self.who} needs a function that returns numbers", number
                )
        return outputs

    def one_number(self) -> Any:
        """Return the output, if it is one number."""
        output = self.output
        if is_array(output) and output.shape == ():
            output = output.item()
        if isinstance(output, Value) or is_real(output):
            return output
        hint = ""
        if isinstance(output, list | tuple | dict) or is_array(output):
            hint = " (hint: jacobian takes functions of several outputs)"
        elif output is None:
            hint = " (hint: does the function end with return?)"
        raise other_type(
            f"{self.who} needs a function that returns one number", output, hint
        )

    def like_inputs(self, slopes: list[Any]) -> Any:
        """Return one number for each variable, nested as the arguments are."""
        return rebuild(self.chosen, iter(slopes))

    def settled(self) -> _Run:
        """Return the run, its variables being constants from here on."""
        _settle(self.variables)
        return self

    def value(self) -> Any:
        """Return the output, as numbers where it depends on nothing else."""
        return _plain(self.output, self.since, float)

    def with_aux(self, result: Any) -> Any:
        """Return the result, in a pair with what else the function returned, if so."""
        if not self.has_aux:
            return result
        return result, _plain(self.aux, self.since, lambda thing: thing)


def _fresh(argument: Any, place: int, number: Any, i: int, who: str) -> Value:
    """Return the Value to differentiate by in place of a number of an argument."""
    if isinstance(number, Value) and (hasattr(number, "apply") or not number.constant):
        return +number
    number = data_of(number)
    try:
        return Value(to_float(number, who))
    except (TypeError, OverflowError):  # said anew, with the place
        where = places(argument, f"argument {i}")[place]
        return Value(to_float(number, f"{who} needs in {where}"))


def _matching(like: Any, given: Any, needs: str) -> list[Any]:
    """Return the numbers of `given`, which has to be nested as `like` is."""
    numbers = aligned(like, given)
    if numbers is None:
        raise ValueError(f"{needs} {outline(like)}; got {outline(given)}")
    return numbers


def _lifted(number: Any, who_needs: str) -> Any:
    return number if isinstance(number, Value) else to_float(number, who_needs)


def _slopes(output: Any, variables: Sequence[Value]) -> list[Any]:
    """Return the derivatives of `output`, which are 0 if it is a plain number."""
    output, variables = noted(output, variables)
    if not isinstance(output, Value):
        return [0.0] * len(variables)
    return adjoints_of(variables, output)


def _settle(variables: Sequence[Value], settled: bool = True) -> None:
    """Make the numbers that a function was called with constants, once it is done.

    A result that is still a graph may contain them, and nobody else is to differentiate
    by them. A variable that stands for an outer Value stays as it is.
    """
    for variable in variables:
        if variable.op is None:
            variable._constant = settled


def _plain(output: Any, since: int, plain: Callable[[Any], Any]) -> Any:
    """Return a settled output as numbers, or as it is while Values go into it.

    What is no Value becomes what `plain` gives for it.
    """
    found = flatten(output)
    nodes = [x for x in found if isinstance(x, Value)]
    if not settled(nodes, since):
        return output
    numbers = [x._data if isinstance(x, Value) else plain(x) for x in found]
    return rebuild(output, iter(numbers))
