"""Gradients measured instead of derived, to check the derived ones against.

Wiggle each input, one by one, and see how far the output moves: this needs no theory,
only many passes. `numerical_gradient` shows the way and the bill; `check_gradients`
compares, with the care that rounding asks for.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from ..messages import is_real, other_type, to_float
from ..nesting import flatten, places, rebuild
from ..op import ARITHMETIC_ERRORS
from ..transforms import grad
from ..value import Value, data_of

EPSILON = 2.0**-52
KINK = 0.01  # how far the slopes on both sides differ there, to their size


class NumericalGradient(namedtuple("NumericalGradient", "gradient passes")):
    """What `numerical_gradient` measured, and how many forward passes it took.

    Attributes:
        gradient: One slope per number, nested as the arguments are.
        passes: How often the function was called.
    """

    __slots__ = ()


def numerical_gradient(
    f: Callable[..., Any], *at: Any, step: float = 1e-6
) -> NumericalGradient:
    """Return the gradient of `f` measured by wiggling each input, one by one.

    The slope by x is (f(x + step) - f(x)) / step. With N inputs this takes N + 1
    forward passes; back-propagation takes one forward and one backward.

    Args:
        f: Takes numbers or nested lists of numbers, and returns one number.
        at: The arguments of `f`.
        step: How far each input is moved.

    Returns:
        (gradient, passes), the gradient as a tuple nested as `at`, or for a single
        argument as that argument.

    Raises:
        TypeError: If `f` does not return a number, or an argument is not one.
        ValueError: If the step is not positive.

    >>> from autograd import numerical_gradient
    >>> gradient, passes = numerical_gradient(lambda x, y: x * y, 2.0, 3.0)
    >>> [round(slope, 6) for slope in gradient], passes
    ([3.0, 2.0], 3)
    """
    if not step > 0.0:
        raise ValueError(f"numerical_gradient needs a positive step; got {step!r}")
    measured = _Measured(f, at)
    start = measured(measured.start)
    slopes = []
    for i, x in enumerate(measured.start):
        moved = measured.moved(i, step)
        if moved[i] == x:
            raise ValueError(
                f"numerical_gradient needs a step that moves each input; got {step!r},"
                f" which is lost beside {x!r}"
            )
        # What x moved by, after rounding, is the number to divide by.
        slopes.append((measured(moved) - start) / (moved[i] - x))
    gradient = rebuild(at if len(at) != 1 else at[0], iter(slopes))
    return NumericalGradient(gradient, measured.passes)


def check_gradients(
    f: Callable[..., Any], *at: Any, order: int = 1, tolerance: float = 1e-6
) -> None:
    """Check the derivatives of `f` at `at` against measured ones.

    Args:
        f: Takes numbers or nested lists of numbers, and returns one number.
        at: The arguments of `f`.
        order: 1 for the gradient, 2 for the second derivatives as well, and so on: each
            order is checked against differences of the one before.
        tolerance: The disagreement allowed, relative to the larger of the two numbers
            and 1, beyond what the measurement itself is seen to be uncertain by.

    Raises:
        ValueError: With a table of the entries that disagree; or if `order` is below 1.
        TypeError: If `f` does not return a number, or an argument is not one.

    >>> from autograd import check_gradients, tanh
    >>> check_gradients(lambda w, x: tanh(w * x), 0.5, 2.0, order=2)
    """
    if order < 1:
        raise ValueError(f"check_gradients needs an order of at least 1; got {order!r}")
    measured = _Measured(f, at)

    def on_list(xs: Sequence[Any]) -> Any:
        return f(*rebuild(at, iter(xs)))

    names = places(list(at), "args")
    _check(on_list, measured.start, ["f"], names, order, tolerance)


class _Measured:
    """`f` as a function of one flat list of numbers, counting its calls."""

    def __init__(self, f: Callable[..., Any], at: tuple[Any, ...]) -> None:
        self.f = f
        self.at = at
        self.start = [to_float(x, "an argument needs") for x in flatten(at)]
        self.passes = 0

    def __call__(self, xs: Sequence[float]) -> float:
        # On Values, so that functions which call their methods work here as well.
        self.passes += 1
        output = self.f(*rebuild(self.at, (Value(x) for x in xs)))
        if not isinstance(output, Value) and not is_real(output):
            raise other_type(
                "a gradient needs a function that returns one number", output
            )
        return float(data_of(output))

    def moved(self, i: int, step: float) -> list[float]:
        xs = list(self.start)
        xs[i] += step
        return xs


def _check(
    f: Callable[[Sequence[Any]], Any],
    at: list[float],
    path: list[str],
    names: list[str],
    order: int,
    tolerance: float,
) -> None:
    """Check ∂f/∂xᵢ for each i, and each of these functions in turn up to `order`."""
    gradient = grad(f)
    derived = [float(data_of(slope)) for slope in gradient(list(at))]
    wrong, kinks = [], []
    for i, slope in enumerate(derived):
        along = _along(f, at, i)
        try:
            measured, uncertainty = _central_difference(along, at[i])
        except ARITHMETIC_ERRORS as error:
            raise ValueError(
                "check_gradients needs a function that is defined on both sides of"
                f" {names[i]} = {at[i]!r}; got {error} (hint: check it further from the"
                " edge of its domain)"
            ) from error
        allowed = tolerance * max(1.0, abs(slope), abs(measured)) + uncertainty
        if not abs(slope - measured) <= allowed:
            wrong.append((_symbol(path, names[i]), slope, measured))
            kinks += _kink(along, names[i], at[i])
    if wrong:
        width = max(len("derivative"), *(len(name) for name, _, _ in wrong))
        lines = [f"{'derivative':<{width}}  {'derived':>15}  {'measured':>15}"]
        lines += [
            f"{name:<{width}}  {derived:>15.9g}  {measured:>15.9g}"
            for name, derived, measured in wrong
        ] + kinks
        raise ValueError(
            "check_gradients needs derived and measured derivatives to agree;"
            f" got {len(wrong)} of {len(derived)} that do not:\n" + "\n".join(lines)
        )
    if order > 1:
        for i, name in enumerate(names):
            _check(
                lambda xs, i=i: gradient(xs)[i],
                at,
                [*path, name],
                names,
                order - 1,
                tolerance,
            )


def _along(
    f: Callable[[Sequence[Any]], Any], at: list[float], i: int
) -> Callable[[float], float]:
    """Return `f` as a function of number `i` alone."""

    def along(x: float) -> float:
        moved = [*at[:i], x, *at[i + 1 :]]
        return float(data_of(f([Value(x) for x in moved])))

    return along


def _kink(f: Callable[[float], float], name: str, x: float) -> list[str]:
    """Return what to say if the slopes to the left and to the right are others."""
    h = EPSILON**0.2 * max(1e-3, abs(x))
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if abs(right - left) <= KINK * max(1.0, abs(left), abs(right)):
        return []
    return [
        f"{name} = {x!r} is at a kink or jump: the slope is {left:.3g} below and"
        f" {right:.3g} above (hint: there is no derivative to measure; check beside it)"
    ]


def _central_difference(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """Return the measured slope at `x`, and how uncertain it is.

    The central difference (f(x + h) - f(x - h)) / 2h is off by O(h²); from the steps h
    and h/2 that error is taken out (Richardson's extrapolation), and what remains is
    estimated by what the extrapolation changed, and by the rounding of f over h.
    """

    def difference(h: float) -> float:
        nonlocal largest
        high, low = x + h, x - h
        f_high, f_low = f(high), f(low)
        largest = max(largest, abs(f_high), abs(f_low))
        return (f_high - f_low) / (high - low)

    largest = 0.0
    h = EPSILON**0.2 * max(1e-3, abs(x))
    coarse, fine = difference(h), difference(h / 2)
    slope = fine + (fine - coarse) / 3
    return slope, abs(fine - coarse) / 10 + 20 * EPSILON * largest / h


def _symbol(path: list[str], name: str) -> str:
    """Return `∂f/∂args[0]`, or for higher orders `∂²f/∂args[0]∂args[1]`."""
    by = "∂".join([*path[1:], name])
    power = "" if len(path) == 1 else str(len(path)).translate(SUPERSCRIPTS)
    return f"∂{power}{path[0]}/∂{by}"


SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
