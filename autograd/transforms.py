"""Functions in, derivatives out: `grad`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`.

Each runs the function once on fresh Values, which records its graph, and sweeps the
graph in reverse or forward. The functions take numbers or nested lists of numbers, and
derivatives come back in the same nesting.

They nest: the derivative of a function that itself calls `grad` is exact. For this,
derivatives are numbers when the function uses nothing but its arguments, and Values
when it was given Values or uses some from outside: these stay connected to them.
"""

from __future__ import annotations

from collections.abc import Iterable

from .forward import tangents_of
from .graph import is_closed, topological
from .messages import count, cut, is_real, to_float
from .nesting import flatten, rebuild, same_shape
from .node import leaving, watching
from .reverse import adjoints_of, is_nothing
from .value import Value, data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Pull = Callable[[Any], tuple[Any, ...]]


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Return the function that gives the gradient of `f`.

    Args:
        f: Returns one number (as a Value).
        argnums: By which of its arguments, counted from 0; for several, the gradient
            is a tuple.

    Returns:
        A function of the same arguments as `f`.

    Raises:
        TypeError: When called, if `f` returns anything but a number, or if an argument
            is not made of numbers.
        IndexError: When called, if there is no such argument.

    >>> from autograd import grad
    >>> grad(lambda x: x**3)(3.0)
    27.0
    >>> grad(grad(lambda x: x**3))(3.0)
    18.0
    >>> grad(lambda w, x: w[0] * x + w[1])([0.5, 1.0], 3.0)
    [3.0, 1.0]
    """

    def gradient(*args: Any) -> Any:
        return _differentiated(f, argnums, args)[1]

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Return the function that gives (value, gradient) of `f`, computed together.

    Args and errors are those of `grad`.

    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """

    def value_and_gradient(*args: Any) -> tuple[Any, Any]:
        output, gradient = _differentiated(f, argnums, args)
        return _plain([output])[0], gradient

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
    call, variables = _variables(at, range(len(at)), "vjp")
    output = f(*call)
    outputs = _numbers(output, "vjp")

    def pull(adjoints: Any) -> tuple[Any, ...]:
        if not same_shape(output, adjoints):
            raise ValueError(
                f"vjp needs one adjoint per output of {_outline(output)};"
                f" got {_outline(adjoints)}"
            )
        _refuse_recorded(flatten(adjoints), "vjp")
        _settle(variables, settled=False)
        seeds = [_lifted(seed, "vjp needs as adjoint") for seed in flatten(adjoints)]
        # Σ seed · output has, as its gradient, the adjoints pulled back.
        seeded: Any = 0.0
        for seed, number in zip(seeds, outputs, strict=True):
            if not is_nothing(seed):
                seeded = seeded + seed * number
        slopes = _slopes(seeded, variables)
        _settle(variables)
        return rebuild(at, iter(slopes))

    _settle(variables)
    return rebuild(output, iter(_plain(outputs))), pull


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
    at, tangents = tuple(at), tuple(tangents)
    if not same_shape(at, tangents):
        raise ValueError(
            f"jvp needs one tangent per number of {_outline(at)};"
            f" got {_outline(tangents)}"
        )
    _refuse_recorded(flatten(tangents), "jvp")
    call, variables = _variables(at, range(len(at)), "jvp")
    direction = [_lifted(t, "jvp needs as tangent") for t in flatten(tangents)]
    output = f(*call)
    outputs = _numbers(output, "jvp")
    inputs = dict(zip(variables, direction, strict=True))
    dots = tangents_of(outputs, inputs, watching())
    _settle(variables)
    return rebuild(output, iter(_plain(outputs))), rebuild(output, iter(dots))


def jacobian(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0
) -> Callable[..., Any]:
    """Return the function that gives all derivatives of all outputs of `f`.

    They are nested as the outputs are, and for each output as the inputs are: one
    reverse sweep per output. Args and errors are those of `grad`, but that `f` may
    return several numbers, however nested.

    >>> from autograd import jacobian
    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """

    def all_derivatives(*args: Any) -> Any:
        call, variables = _variables(args, argnums, "jacobian")
        output = f(*call)
        chosen = _choose(args, argnums)
        rows = [
            rebuild(chosen, iter(_slopes(number, variables)))
            for number in _numbers(output, "jacobian")
        ]
        _settle(variables)
        return rebuild(output, iter(rows))

    return all_derivatives


def hessian(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0
) -> Callable[..., Any]:
    """Return the function that gives the second derivatives of `f`.

    Entry [i][j] is ∂²f/∂xᵢ∂xⱼ, nested as the inputs are, twice. Args and errors are
    those of `grad`.

    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], at: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of `f` times a vector, without forming the Hessian.

    The derivative of the gradient along a direction: a forward sweep over the graph
    that a reverse sweep has recorded.

    Args:
        f: Returns one number; its gradient is taken by all its arguments.
        at: The arguments of `f`, as a list or tuple.
        tangents: The vector, nested as `at` is.

    Returns:
        A tuple nested as `at` is.

    >>> from autograd import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1], [[2.0, 3.0]], [[1.0, 0.0]])
    ([6.0, 4.0],)
    """
    return jvp(grad(f, range(len(at))), at, tangents)[1]


def _refuse_recorded(things: Iterable[Any], who: str) -> None:
    """Have whoever records a function refuse that it is differentiated inside."""
    for thing in things:
        leaving(thing, f"{who}()", differentiating=True)


def _choose(args: Sequence[Any], argnums: int | Sequence[int]) -> Any:
    if isinstance(argnums, Iterable):
        return tuple(args[i] for i in argnums)
    return args[argnums]


def _variables(
    args: Sequence[Any], argnums: int | Sequence[int], who: str
) -> tuple[list[Any], list[Value]]:
    """Return the arguments to call with, and the Values in them to differentiate by.

    Every number becomes a Value of its own. A Value, which some outer function or the
    user differentiates by, becomes a node that passes it on: f(x, x) has a derivative
    by its first argument alone.
    """
    positions = list(argnums) if isinstance(argnums, Iterable) else [argnums]
    for i in positions:
        if not -len(args) <= i < len(args):
            raise IndexError(
                f"{who} needs an argument {i} to differentiate by;"
                f" got {count(len(args), 'argument')}"
            )
    if len({i % len(args) for i in positions}) < len(positions):
        raise ValueError(f"{who} needs each argument once; got argnums {argnums!r}")
    _refuse_recorded(flatten([args[i] for i in positions]), who)
    call = list(args)
    variables: list[Value] = []
    for i in positions:
        own = [
            +number
            if isinstance(number, Value) and not number.constant
            else Value(to_float(data_of(number), f"{who} needs in argument {i}"))
            for number in flatten(args[i])
        ]
        call[i] = rebuild(args[i], iter(own))
        variables += own
    return call, variables


def _lifted(number: Any, who_needs: str) -> Any:
    return number if isinstance(number, Value) else to_float(number, who_needs)


def _differentiated(
    f: Callable[..., Any], argnums: int | Sequence[int], args: tuple[Any, ...]
) -> tuple[Any, Any]:
    """Return what `f` gives, settled, and its gradient."""
    call, variables = _variables(args, argnums, "grad")
    output = _one_number(f(*call), "grad")
    slopes = _slopes(output, variables)
    gradient = rebuild(_choose(args, argnums), iter(slopes))
    _settle(variables)
    return output, gradient


def _numbers(output: Any, who: str) -> list[Any]:
    """Return the numbers in `output`, or raise TypeError for anything else."""
    outputs = flatten(output)
    _refuse_recorded(outputs, who)
    for number in outputs:
        if not isinstance(number, Value) and not is_real(number):
            raise TypeError(
                f"{who} needs a function that returns numbers;"
                f" got {type(number).__name__} {cut(number)}"
            )
    return outputs


def _one_number(output: Any, who: str) -> Any:
    _refuse_recorded([output], who)
    if isinstance(output, Value) or is_real(output):
        return output
    hint = ""
    if isinstance(output, list | tuple):
        hint = " (hint: jacobian takes functions of several outputs)"
    elif output is None:
        hint = " (hint: does the function end with return?)"
    raise TypeError(
        f"{who} needs a function that returns one number;"
        f" got {type(output).__name__} {cut(output)}{hint}"
    )


def _slopes(output: Any, variables: Sequence[Value]) -> list[Any]:
    """Return the derivatives of `output`, which are 0 if it is a plain number."""
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


def _plain(outputs: Sequence[Any]) -> list[Any]:
    """Return settled outputs as numbers, or as they are while Values go into them."""
    nodes = [output for output in outputs if isinstance(output, Value)]
    if not is_closed(topological(*nodes), ()):
        return list(outputs)
    return [float(data_of(output)) for output in outputs]


def _outline(nested: Any) -> str:
    """Return the nesting alone, as in `[·, [·, ·]]`."""
    if not isinstance(nested, list | tuple):
        return "·"
    return f"[{', '.join(map(_outline, nested))}]"
