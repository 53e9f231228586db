"""What each function is, said a second time: number, slopes, and what it takes.

Nothing here is read from the table of operations. A formula is given `m`, the module
that it computes with: `math`, or mpmath for as many digits as one likes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mpmath import mp

Numbers = tuple[Any, ...]


class Formula(NamedTuple):
    """A function's number, its slope by each argument, and which of them it takes."""

    number: Callable[..., Any]
    slopes: Callable[..., list[Callable[[], Any]]]
    takes: Callable[..., list[bool]] = lambda *xs: [True] * len(xs)


class NotSaid(Exception):
    """The rules do not say what is right here."""


def smooth(number: Any, slope: Any) -> Formula:
    """Return the formula of a function of one argument."""
    return Formula(number, lambda m, x: [lambda: slope(m, x)])


def linear(number: Any, *slopes: float) -> Formula:
    """Return the formula of a function whose slopes are numbers."""
    return Formula(number, lambda m, *xs: [lambda s=s: s for s in slopes])


def _logistic(m: Any, x: Any) -> Any:
    e = m.exp(-abs(x))
    return 1 / (1 + e) if x >= 0 else e / (1 + e)


def _bell(m: Any, x: Any) -> Any:
    """Return the slope of the logistic function."""
    e = m.exp(-abs(x))
    return e / (1 + e) ** 2


def _normal(m: Any, x: Any) -> Any:
    """Return the distribution function of the normal law."""
    return m.erfc(-x / m.sqrt(2)) / 2


def _density(m: Any, x: Any) -> Any:
    return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)


def _silu_slope(m: Any, x: Any) -> Any:
    if m.isinf(x):
        return float(x > 0)
    return _logistic(m, x) + x * _bell(m, x)


def _gelu_slope(m: Any, x: Any) -> Any:
    if m.isinf(x):
        return float(x > 0)
    return _normal(m, x) + x * _density(m, x)


def _times_share(m: Any, x: Any, share: Any) -> Any:
    return 0 * abs(m.exp(0)) if m.isinf(x) and x < 0 else x * share(m, x)


def _root_of_rest(m: Any, x: Any) -> Any:
    """Return √(1 - x²), without losing digits near 1."""
    return m.sqrt((1 - x) * (1 + x))


def _power(m: Any, a: Any, b: Any) -> Any:
    if a < 0 and m.isfinite(b) and b != int(b):
        raise ValueError
    return a**b


def _power_slopes(m: Any, a: Any, b: Any) -> list[Callable[[], Any]]:
    def by_base() -> Any:
        return 0.0 if b == 0 and a == 0 else b * a ** (b - 1)

    def by_exponent() -> Any:
        return 0.0 * a**b if a == 0 else a**b * m.log(a)

    return [by_base, by_exponent]


def _two_to(m: Any, x: Any) -> Any:
    return (2 * m.exp(0)) ** x


def _cube_root(m: Any, x: Any) -> Any:
    return abs(x) ** (m.exp(0) / 3) * _sign(x)


def _sign(x: Any) -> Any:
    return x if x != x else float(x > 0) - float(x < 0)


def _known(*numbers: Any) -> None:
    if any(x != x for x in numbers):
        raise NotSaid


def _finite(m: Any, *numbers: Any) -> None:
    if any(x != x or m.isinf(x) for x in numbers):
        raise NotSaid


# --- choices --------------------------------------------------------------------------


def _choice(better: Callable[[Any, Any], bool]) -> Formula:
    """Return the larger or the smaller of two: 1/2 each where they are equal."""

    def number(m: Any, a: Any, b: Any) -> Any:
        return a + b if a != a or b != b else b if better(b, a) else a

    def slopes(m: Any, a: Any, b: Any) -> list[Callable[[], Any]]:
        _known(a, b)
        share = 0.5 if a == b else 1.0
        return [lambda: share, lambda: share]

    return Formula(number, slopes, lambda a, b: [not better(b, a), not better(a, b)])


def _where_slopes(m: Any, c: Any, a: Any, b: Any) -> list[Callable[[], Any]]:
    _known(c)
    return [lambda: 0.0, lambda: 1.0, lambda: 1.0]


def _leaky_slopes(m: Any, x: Any, slope: Any) -> list[Callable[[], Any]]:
    _known(x)
    return [lambda: 1.0 if x > 0 else slope, lambda: x]


def _elu_slopes(m: Any, x: Any, alpha: Any) -> list[Callable[[], Any]]:
    _known(x)
    return [lambda: 1.0 if x > 0 else alpha * m.exp(x), lambda: m.expm1(x)]


# --- of many --------------------------------------------------------------------------


def _shares(m: Any, xs: Numbers) -> list[Any]:
    _finite(m, *xs)
    parts = [m.exp(x - max(xs)) for x in xs]
    return [part / sum(parts) for part in parts]


def _logsumexp(m: Any, *xs: Any) -> Any:
    _finite(m, *xs)
    return max(xs) + m.log(sum(m.exp(x - max(xs)) for x in xs))


def _softmax_slopes(m: Any, *xs: Any) -> list[Callable[[], Any]]:
    y, *others = _shares(m, xs)
    return [lambda: y * (1 - y), *[lambda s=s: -y * s for s in others]]


def _dot(m: Any, *xs: Any) -> Any:
    half = len(xs) // 2
    return sum((a * b for a, b in zip(xs[half:], xs[:half], strict=True)), 0.0)


def _dot_slopes(m: Any, *xs: Any) -> list[Callable[[], Any]]:
    half = len(xs) // 2
    return [lambda x=x: x for x in (*xs[half:], *xs[:half])]


def _clip(m: Any, x: Any, low: Any, high: Any) -> Any:
    _known(x, low, high)
    if not low <= high:
        raise NotSaid  # of numbers an error, of Values whatever the formula gives
    return min(max(x, low), high)


def _clip_slopes(m: Any, x: Any, low: Any, high: Any) -> list[Callable[[], Any]]:
    _known(x, low, high)
    return [lambda: 1.0, lambda: float(x < low), lambda: float(x > high)]


# --- all ------------------------------------------------------------------------------

EXACT = frozenset(
    "neg identity abs relu maximum minimum where sign step greater clip floor ceil"
    " floored".split()
)

FORMULAS: dict[str, Formula] = {
    "add": linear(lambda m, a, b: a + b, 1.0, 1.0),
    "sub": linear(lambda m, a, b: a - b, 1.0, -1.0),
    "mul": Formula(lambda m, a, b: a * b, lambda m, a, b: [lambda: b, lambda: a]),
    "div": Formula(
        lambda m, a, b: a / b, lambda m, a, b: [lambda: 1 / b, lambda: -a / b / b]
    ),
    "pow": Formula(_power, _power_slopes),
    "neg": linear(lambda m, x: -x, -1.0),
    "identity": linear(lambda m, x: x, 1.0),
    "abs": smooth(lambda m, x: abs(x), lambda m, x: _sign(x)),
    "exp": smooth(lambda m, x: m.exp(x), lambda m, x: m.exp(x)),
    "expm1": smooth(lambda m, x: m.expm1(x), lambda m, x: m.exp(x)),
    "log": smooth(lambda m, x: m.log(x), lambda m, x: 1 / x),
    "log1p": smooth(lambda m, x: m.log1p(x), lambda m, x: 1 / (1 + x)),
    "log2": smooth(lambda m, x: m.log(x) / m.log(2), lambda m, x: 1 / (x * m.log(2))),
    "log10": smooth(
        lambda m, x: m.log(x) / m.log(10), lambda m, x: 1 / (x * m.log(10))
    ),
    "exp2": smooth(_two_to, lambda m, x: _two_to(m, x) * m.log(2)),
    "logaddexp": Formula(
        _logsumexp, lambda m, *xs: [lambda s=s: s for s in _shares(m, xs)]
    ),
    "cbrt": smooth(_cube_root, lambda m, x: 1 / (3 * _cube_root(m, x) ** 2)),
    "sqrt": smooth(lambda m, x: m.sqrt(x), lambda m, x: 0.5 / m.sqrt(x)),
    "sin": smooth(lambda m, x: m.sin(x), lambda m, x: m.cos(x)),
    "cos": smooth(lambda m, x: m.cos(x), lambda m, x: -m.sin(x)),
    "tan": smooth(lambda m, x: m.tan(x), lambda m, x: 1 / m.cos(x) ** 2),
    "asin": smooth(lambda m, x: m.asin(x), lambda m, x: 1 / _root_of_rest(m, x)),
    "acos": smooth(lambda m, x: m.acos(x), lambda m, x: -1 / _root_of_rest(m, x)),
    "atan": smooth(lambda m, x: m.atan(x), lambda m, x: 1 / (1 + x * x)),
    "sinh": smooth(lambda m, x: m.sinh(x), lambda m, x: m.cosh(x)),
    "cosh": smooth(lambda m, x: m.cosh(x), lambda m, x: m.sinh(x)),
    "asinh": smooth(lambda m, x: m.asinh(x), lambda m, x: 1 / m.hypot(1, x)),
    "acosh": smooth(
        lambda m, x: m.acosh(x), lambda m, x: 1 / (m.sqrt(x - 1) * m.sqrt(x + 1))
    ),
    "atanh": smooth(lambda m, x: m.atanh(x), lambda m, x: 1 / ((1 - x) * (1 + x))),
    "atan2": Formula(
        lambda m, a, b: m.atan2(a, b),
        lambda m, a, b: [
            lambda: b / m.hypot(a, b) / m.hypot(a, b),
            lambda: -a / m.hypot(a, b) / m.hypot(a, b),
        ],
    ),
    "hypot": Formula(
        lambda m, a, b: m.hypot(a, b),
        lambda m, a, b: [lambda: a / m.hypot(a, b), lambda: b / m.hypot(a, b)],
    ),
    "tanh": smooth(lambda m, x: m.tanh(x), lambda m, x: 4 * _bell(m, 2 * x)),
    "sigmoid": smooth(_logistic, _bell),
    "softplus": smooth(lambda m, x: max(x, 0.0) + m.log1p(m.exp(-abs(x))), _logistic),
    "silu": smooth(lambda m, x: _times_share(m, x, _logistic), _silu_slope),
    "gelu": smooth(lambda m, x: _times_share(m, x, _normal), _gelu_slope),
    "erf": smooth(lambda m, x: m.erf(x), lambda m, x: 2 / m.sqrt(m.pi) * m.exp(-x * x)),
    "relu": Formula(
        lambda m, x: x if x > 0 or x != x else 0.0,
        lambda m, x: [lambda: _relu_slope(x)],
        lambda x: [not x < 0],
    ),
    "leaky_relu": Formula(
        lambda m, x, slope: x if x > 0 else slope * x,
        _leaky_slopes,
        lambda x, slope: [True, not x > 0],
    ),
    "elu": Formula(
        lambda m, x, alpha: x if x > 0 else alpha * m.expm1(x),
        _elu_slopes,
        lambda x, alpha: [True, not x > 0],
    ),
    "maximum": _choice(lambda a, b: a > b),
    "minimum": _choice(lambda a, b: a < b),
    "where": Formula(
        lambda m, c, a, b: c if c != c else a if c else b,
        _where_slopes,
        lambda c, a, b: [False, c != 0, c == 0 or c != c],
    ),
    "sign": Formula(
        lambda m, x: _sign(x), lambda m, x: [lambda: 0.0], lambda x: [False]
    ),
    "step": Formula(
        lambda m, x: x if x != x else float(x > 0),
        lambda m, x: [lambda: 0.0],
        lambda x: [False],
    ),
    "greater": Formula(
        lambda m, a, b: a + b if a != a or b != b else float(a > b),
        lambda m, a, b: [lambda: 0.0, lambda: 0.0],
        lambda a, b: [False, False],
    ),
    # composites
    "logsumexp": Formula(
        _logsumexp, lambda m, *xs: [lambda s=s: s for s in _shares(m, xs)]
    ),
    "first_of_softmax": Formula(lambda m, *xs: _shares(m, xs)[0], _softmax_slopes),
    "mean": Formula(
        lambda m, *xs: sum(xs[1:], xs[0]) / len(xs),
        lambda m, *xs: [lambda: m.exp(0) / len(xs)] * len(xs),
    ),
    "dot": Formula(_dot, _dot_slopes),
    "clip": Formula(
        _clip,
        _clip_slopes,
        lambda x, low, high: [low <= x <= high, x <= low, x >= high],
    ),
    # a user's own
    "bump": Formula(
        lambda m, x, k: m.exp(-k * x * x) if x > -1 else 0.25 * x,
        lambda m, x, k: [
            lambda: -2 * k * x * m.exp(-k * x * x) if x > -1 else 0.25,
            lambda: -x * x * m.exp(-k * x * x) if x > -1 else 0.0,
        ],
    ),
    "shifted": linear(lambda m, x: x + 1.0, 1.0),
    "floor": Formula(
        lambda m, x: float(mp.floor(x)) if m.isfinite(x) else _no_floor(),
        lambda m, x: [lambda: 0.0],
        lambda x: [False],
    ),
    "floored": Formula(
        lambda m, x: float(mp.floor(x)) if m.isfinite(x) else _no_floor(),
        lambda m, x: [lambda: 0.0],
        lambda x: [False],
    ),
    "ceil": Formula(
        lambda m, x: float(mp.ceil(x)) if m.isfinite(x) else _no_floor(),
        lambda m, x: [lambda: 0.0],
        lambda x: [False],
    ),
    "fused": Formula(
        lambda m, a, b, c: a * b + m.exp(0.1 * c),
        lambda m, a, b, c: [lambda: b, lambda: a, lambda: 0.1 * m.exp(0.1 * c)],
    ),
    "reciprocal": smooth(lambda m, x: 1 / x, lambda m, x: -1 / x / x),
}


def _relu_slope(x: Any) -> float:
    _known(x)
    return float(x > 0)


def _no_floor() -> float:
    raise NotSaid
