"""Functions of several Values, built from the rows of the table."""

from __future__ import annotations

import math
import operator
from functools import reduce

from . import ops
from .messages import cut
from .nesting import flatten, rebuild
from .node import is_recording
from .op import Op, zero
from .operands import Operand
from .value import Value, data_of, lifted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


hold = Op(
    "hold", operator.pos, (zero,), symbol="stop_gradient",
    doc="Return x; the slope is 0.",
)  # fmt: skip


def stop_gradient(x: Any) -> Any:
    """Return x, number, Value or structure of them, by which nothing is differentiated.

    >>> from autograd import grad, stop_gradient
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return rebuild(x, iter([hold(number) for number in flatten(x)]))


def logsumexp(xs: Iterable[Any]) -> Any:
    """Return log(Σ eˣ) of numbers or Values, for whatever numbers.

    The largest x, m, is taken out, so that no exponential overflows:
    log Σ eˣ = m + log Σ eˣ⁻ᵐ. Where m is infinite, it is the result.

    Raises:
        ValueError: If there are none.

    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    xs = list(xs)
    m, exponentials = _exponentials(xs, "logsumexp")
    without_numbers = is_recording() or isinstance(m, Operand)
    if not without_numbers and math.isinf(data_of(m)):
        return reduce(ops.maximum, xs)
    return m + ops.log(sum(exponentials[1:], exponentials[0]))


def softmax(xs: Iterable[Any]) -> list[Any]:
    """Return eˣ / Σ eˣ for each x of numbers or Values: positive, with sum 1.

    Raises:
        ValueError: If there are none.

    >>> softmax([0.0, 0.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    _, exponentials = _exponentials(xs, "softmax")
    total = sum(exponentials[1:], exponentials[0])
    return [e / total for e in exponentials]


def dot(a: Iterable[Any], b: Iterable[Any]) -> Any:
    """Return Σ aᵢ bᵢ of two equally long lists of numbers or Values.

    Raises:
        ValueError: If the lengths differ or are 0.
        TypeError: If what is listed are no numbers, but lists or texts.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    a, b = _listed(a, "dot"), _listed(b, "dot")
    if len(a) != len(b):
        raise ValueError(
            f"dot needs two equally long lists; got {len(a)} and {len(b)} numbers"
        )
    for x in (a[0], b[0]):
        if isinstance(x, list | tuple | str):  # which a whole number would repeat
            raise TypeError(
                f"dot needs lists of numbers; got {cut(x)} in one"
                " (hint: take one row or column at a time)"
            )
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total = total + x * y
    return total


def norm(xs: Iterable[Any]) -> Any:
    """Return √(Σ x²) of numbers or Values, without overflow; at 0 the slopes are 0.

    Raises:
        ValueError: If there are none.

    >>> norm([3.0, 4.0]), norm([1e200, 1e200]) > 1e200
    (5.0, True)
    """
    xs = _listed(xs, "norm")
    most = hold(largest([ops.abs(x) for x in xs]))
    # At 0 the root is taken of 1, and of its slope no share is taken.
    zero = 1.0 - ops.sign(most)
    scale = most + zero
    squares = [(x / scale) ** 2 for x in xs]
    total = sum(squares[1:], squares[0])
    return scale * ops.where(zero, 0.0, ops.sqrt(total + zero))


def mean(xs: Iterable[Any]) -> Any:
    """Return the mean of numbers or Values.

    Raises:
        ValueError: If there are none.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    xs = _listed(xs, "mean")
    return sum(xs[1:], xs[0]) / len(xs)


def _listed(xs: Iterable[Any], who: str) -> list[Any]:
    xs = list(xs)
    if not xs:
        raise ValueError(f"{who} needs at least one number; got none")
    return xs


def _exponentials(xs: Iterable[Any], who: str) -> tuple[Any, list[Any]]:
    """Return the largest x, and eˣ⁻ᵐ for each x."""
    # Any m gives the same sum, so nothing depends on it.
    xs = _listed(xs, who)
    if is_recording() or any(isinstance(x, Operand) for x in xs):
        # In pairs, the largest is found with few operations on vectors.
        m = hold(largest(xs))
    else:
        m = reduce(ops.maximum, map(data_of, xs))
        if any(isinstance(x, Value) for x in xs):
            m = lifted(m, who)  # one for all, in a picture too
    return m, [ops.exp(x - m) for x in xs]


def largest(xs: list[Any]) -> Any:
    """Return the largest, of pairs, pairs of pairs, and so on."""
    while len(xs) > 1:
        pairs = zip(xs[::2], xs[1::2], strict=False)
        xs = [ops.maximum(a, b) for a, b in pairs] + xs[len(xs) & ~1 :]
    return xs[0]
