"""Every row of the table of operations, against four judges.

The judges are differences (`check_gradients`), JAX, PyTorch's answers as stored by
`oracles/make_torch_answers.py`, and mpmath with 50 digits. The tests walk over all
rows: a new row is tested without a new test, and fails here until the judges know it.
Where a judge is not followed, a table below says where and why.
"""

from __future__ import annotations

import json
import math
import pickle
import runpy
from pathlib import Path

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from oracles.jax_functions import JAX

from autograd import (
    Op,
    Value,
    check_gradients,
    clip,
    dot,
    grad,
    hessian,
    jacobian,
    jvp,
    logsumexp,
    mean,
    one,
    ops,
    softmax,
    zero,
)
from autograd.ops import TABLE

ORACLES = Path(__file__).parents[1] / "oracles"
STORED = json.loads((ORACLES / "torch_answers.json").read_text(encoding="utf-8"))
ERRORS = (ValueError, ZeroDivisionError, OverflowError)
EPSILON = 2.0**-52
SMALLEST_NORMAL = 2.0**-1022
INF = math.inf

every_row = pytest.mark.parametrize("name", TABLE)


def safe_points(op):
    """Return three points within the safe intervals of `op`."""
    shares = [(0.11, 0.53, 0.87), (0.83, 0.29, 0.61), (0.37, 0.71, 0.19)]
    return [
        tuple(low + row[i % 3] * (high - low) for i, (low, high) in enumerate(op.safe))
        for row in shares
    ]


def answer(f, *at):
    """Return the number that f gives, or the class of the error it raises."""
    try:
        return float(f(*at))
    except ERRORS as error:
        return type(error)


def our_answers(op, at):
    """Return our value, first and second derivatives by name: y, 0, 1, 00, 01, …"""
    ours = {"y": answer(op, *at)}
    for i in range(op.arity):
        ours[f"{i}"] = answer(grad(op, i), *at)
        for j in range(op.arity):
            ours[f"{i}{j}"] = answer(grad(grad(op, i), j), *at)
    return ours


# Where a formula, ours or theirs, subtracts from 1, the result is precise to some 1e-16
# only, however small: from which derivative on, and which difference.
CANCELLING = {
    "gelu": (0, "1 + erf(x / sqrt(2))"),
    "tanh": (1, "1 - y * y"),
    "sigmoid": (1, "1 - y"),
    "silu": (1, "1 - sigmoid(x)"),
    "expm1": (1, "y + 1, theirs; we take exp(x)"),
    "elu": (1, "y + alpha"),
    "asin": (2, "(1 - x) and (1 + x), whose derivatives are added"),
    "acos": (2, "the same"),
    "softplus": (2, "1 - sigmoid(x)"),
}


def agree(name, entry, ours, theirs, relative=1e-10):
    """Tell whether two answers are the same, given rounding.

    The libraries' own functions differ by some 1e-12, and some of their formulas
    underflow below 1e-290. Where others give an infinity or nan, we may raise.
    """
    order = 0 if entry == "y" else len(entry)
    cancels_from, _ = CANCELLING.get(name, (math.inf, ""))
    absolute = 1e-15 if order >= cancels_from else 1e-290
    if isinstance(ours, type) or isinstance(theirs, type):
        if isinstance(theirs, type):
            return ours is theirs
        if math.isinf(theirs):
            return ours in (ZeroDivisionError, OverflowError)
        return math.isnan(theirs) and ours is ValueError
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return ours == theirs or abs(ours - theirs) <= relative * abs(theirs) + absolute


# --- differences ----------------------------------------------------------------------


@every_row
def test_partials_agree_with_differences(name):
    op = TABLE[name]
    for point in safe_points(op):
        check_gradients(op, *point, order=2)


@every_row
def test_forward_mode_gives_what_reverse_mode_gives(name):
    op = TABLE[name]
    for point in safe_points(op):
        slopes = grad(op, range(op.arity))(*point)
        for i, slope in enumerate(slopes):
            direction = [float(i == j) for j in range(op.arity)]
            assert jvp(op, point, direction) == (op(*point), slope)
        direction = [2.0 + i for i in range(op.arity)]
        along = jvp(op, point, direction)[1]
        expected = sum(v * slope for v, slope in zip(direction, slopes, strict=True))
        assert along == pytest.approx(expected, rel=1e-15, abs=1e-15)


@every_row
def test_the_method_gives_what_the_function_gives(name):
    op = TABLE[name]
    for point in safe_points(op):
        node = op(*[Value(x) for x in point])
        assert node.op is op
        assert node.data == op(*point)
        method = getattr(Value, name, None) or getattr(Value, f"__{name}__", None)
        if method is not None:
            assert method(*[Value(x) for x in point]).data == node.data


# --- PyTorch, stored ------------------------------------------------------------------

# Where we do not give PyTorch's answer: op, at which points, for which entries (01 is
# the derivative by argument 1 of that by argument 0), our answer, and why.
NOT_AS_TORCH = [
    ("pow", lambda a, b: a == 0 and b >= 0.5, ("11",), lambda a, b: 0.0,
     "PyTorch gives nan, from 0 * log(0); 0**b is 0 for all b > 0"),
    ("pow", lambda a, b: a == 0 and b >= 1, ("10",), lambda a, b: 0.0,
     "the same: the derivative by b is 0 for all a near the convention's 0"),
    ("pow", lambda a, b: a == 0 and b == 0, ("00", "10", "11"), lambda a, b: 0.0,
     "the derivatives of x**0 are 0 everywhere; PyTorch's second ones are nan"),
    ("pow", lambda a, b: a == 0 and b == 0, ("01",), lambda a, b: 1.0,
     "it is that of b * a**0 for the convention's sake; PyTorch gives nan"),
    ("pow", lambda a, b: a > 0 and b == 0, ("01",), lambda a, b: 1.0 / a,
     "of b * a**(b - 1) it is 1/a; PyTorch cuts it off, and gives 0"),
    ("pow", lambda a, b: a < 0 and b == 0, ("10",), lambda a, b: ValueError,
     "the derivative by b, y * log(a), raises for a < 0; PyTorch's is nan, but not the"
     " derivative of that nan"),
    ("pow", lambda a, b: a == 0 and b == 0.5, ("01", "10"),
     lambda a, b: ZeroDivisionError, "no finite slope; PyTorch gives nan, not -inf"),
    ("leaky_relu", lambda x, slope: x == 0, ("01", "10"), lambda x, slope: 1.0,
     "the slope at 0 is `slope`, with derivative 1; PyTorch's prelu gives 0, although"
     " its slope is the same"),
    ("gelu", lambda x: abs(x) == 1e300, ("00",), lambda x: 0.0,
     "PyTorch gives nan, from inf * 0"),
    ("clip", lambda x, low, high: x < low == high, ("1",), lambda x, low, high: 1.0,
     "PyTorch gives no slope to a lower bound that is the upper one too"),
]  # fmt: skip


def expected_answers(row):
    """Return what a stored row says, under the names of `our_answers`."""
    expected = {"y": float(row["value"])}
    for i, slope in enumerate(row["first"]):
        expected[f"{i}"] = float(slope)
        for j, second in enumerate(row["second"][i]):
            expected[f"{i}{j}"] = float(second)
    return expected


@every_row
def test_answers_are_those_of_pytorch(name):
    assert name in STORED["answers"], (
        f"{name} has no stored answers; give it a function and points in"
        " tests/oracles/make_torch_answers.py and run that"
    )
    wrong = []
    for row in STORED["answers"][name]:
        at = row["at"]
        expected = expected_answers(row)
        for op_name, condition, entries, truth, _ in NOT_AS_TORCH:
            if op_name == name and condition(*at):
                expected.update(dict.fromkeys(entries, truth(*at)))
        ours = our_answers(TABLE[name], at)
        wrong += [
            (at, entry, ours[entry], expected[entry])
            for entry in ours
            if not agree(name, entry, ours[entry], expected[entry])
        ]
    assert wrong == []  # (point, entry, ours, theirs)


@pytest.mark.peers
def test_stored_answers_are_recomputed_where_pytorch_is_installed():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    answers = runpy.run_path(str(ORACLES / "make_torch_answers.py"))["answers"]
    wrong = [
        (name, row["at"])
        for name in TABLE
        for row, stored in zip(
            answers(torch, name), STORED["answers"][name], strict=True
        )
        for now, then in [(expected_answers(row), expected_answers(stored))]
        if row["at"] != stored["at"]
        or not all(agree(name, key, now[key], then[key], 1e-12) for key in then)
    ]
    assert wrong == []


# --- JAX, live ------------------------------------------------------------------------

# Where JAX is not asked, and why; PyTorch's answers say what we give there.
NOT_AS_JAX = {
    "abs": (lambda x: x == 0, "its slope at 0 is 1"),
    "atanh": (lambda x: abs(x) < 1e-3, "its second derivatives lose digits near 0"),
    "leaky_relu": (lambda x, slope: x == 0, "its slope at 0 is 1"),
    "pow": (lambda a, b: a == 0 or b == 0, "its second derivatives at 0 are nan"),
}


def asked(name, at):
    """Tell whether JAX is asked at this point. On CPUs it takes subnormals for 0."""
    skipped, _ = NOT_AS_JAX.get(name, (lambda *at: False, ""))
    return not skipped(*at) and not any(0 < abs(x) < SMALLEST_NORMAL for x in at)


def jax_answers(function, columns):
    """Return JAX's answers at many points at once, under the names of `our_answers`."""

    def slope(f, i):
        # The ops are elementwise, so the gradient of the sum is that of each point.
        return jax.grad(lambda *xs: f(*xs).sum(), argnums=i)

    entries = {"y": function}
    for i in range(len(columns)):
        entries[f"{i}"] = first = slope(function, i)
        for j in range(len(columns)):
            entries[f"{i}{j}"] = slope(first, j)

    @jax.jit  # all of them at once: compiled one by one they take three times as long
    def answers(*columns):
        return {entry: f(*columns) for entry, f in entries.items()}

    return {entry: np.asarray(column) for entry, column in answers(*columns).items()}


@every_row
def test_answers_are_those_of_jax(name):
    assert name in JAX, (
        f"{name} has no function of JAX to compare with, in oracles/jax_functions.py"
    )
    op = TABLE[name]
    points = [*safe_points(op), *(row["at"] for row in STORED["answers"].get(name, []))]
    points = [tuple(at) for at in points if asked(name, at)]
    theirs = jax_answers(JAX[name], [jnp.array(c) for c in zip(*points, strict=True)])
    wrong = []
    for k, at in enumerate(points):
        wrong += [
            (at, entry, ours, float(theirs[entry][k]))
            for entry, ours in our_answers(op, at).items()
            if not agree(name, entry, ours, float(theirs[entry][k]))
        ]
    assert wrong == []  # (point, entry, ours, theirs)


# --- mpmath, with 50 digits -----------------------------------------------------------

mp = mpmath.mp


def normal(x):
    """Return the distribution function of the normal law, precise in both tails."""
    if abs(x) > 1e4:  # beyond what mpmath can do; e^(-x²/2) is below 10^-21000000
        return mp.mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def logistic(x):
    return 1 / (1 + mp.exp(-x))


# The value and the slope, written so that 50 digits are enough anywhere.
TRUTH = {
    "exp": (mp.exp, mp.exp),
    "expm1": (mp.expm1, mp.exp),
    "log": (mp.log, lambda x: 1 / x),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x)),
    "log2": (lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2))),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x))),
    "sin": (mp.sin, mp.cos),
    "cos": (mp.cos, lambda x: -mp.sin(x)),
    "tan": (mp.tan, lambda x: 1 / mp.cos(x) ** 2),
    "asin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x)),
    "acos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x)),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x)),
    "sinh": (mp.sinh, mp.cosh),
    "cosh": (mp.cosh, mp.sinh),
    "tanh": (mp.tanh, lambda x: 1 / mp.cosh(x) ** 2),
    "sigmoid": (logistic, lambda x: logistic(x) * logistic(-x)),
    "softplus": (lambda x: mp.log1p(mp.exp(-abs(x))) + max(x, 0), logistic),
    "silu": (
        lambda x: x * logistic(x),
        lambda x: logistic(x) * (1 + x * logistic(-x)),
    ),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "gelu": (
        lambda x: x * normal(x),
        lambda x: normal(x) + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi),
    ),
}

# What may be lost, relative to the result. The functions of math are good to 1 or 2
# ulp, and a row takes a few of them, and of roundings, one after the other.
RELATIVE = 5 * EPSILON

# Where a formula subtracts from 1, it can lose an ulp or two of that 1, however small
# the result: (op, 0 for the value or 1 for the slope), what may be lost, and why.
ABSOLUTE = {
    ("tanh", 1): (2 * EPSILON, "1 - y * y"),
    ("sigmoid", 1): (2 * EPSILON, "y * (1 - y)"),
    ("gelu", 0): (10 * EPSILON, "1 + erf(x / sqrt(2)), times x, which is 0 from -9 on"),
    ("gelu", 1): (2 * EPSILON, "1 + erf(x / sqrt(2))"),
}


@pytest.mark.parametrize("which", [0, 1], ids=["value", "slope"])
@pytest.mark.parametrize("name", TRUTH)
def test_answers_are_true_to_a_few_units_of_the_last_place(name, which):
    op = TABLE[name]
    function = (op, grad(op))[which]
    absolute, _ = ABSOLUTE.get((name, which), (2 * math.ulp(0.0), "underflow"))
    wrong = []
    for (x,) in [row["at"] for row in STORED["answers"][name]]:
        ours = answer(function, x)
        with mp.workdps(50):
            try:
                truth = TRUTH[name][which](mp.mpf(x))
            except ZeroDivisionError:
                right = ours is ZeroDivisionError
            else:
                if abs(truth) > mp.mpf(2) ** 1024:
                    right = ours in (OverflowError, math.copysign(INF, truth))
                else:
                    right = abs(ours - truth) <= RELATIVE * abs(truth) + absolute
        if not right:
            wrong.append((x, ours, mp.nstr(truth, 20)))
    assert wrong == []  # (point, ours, truth)


@pytest.mark.parametrize("a, b", [row["at"] for row in STORED["answers"]["pow"]])
def test_powers_are_true_to_a_few_units_of_the_last_place(a, b):
    with mp.workdps(50):
        truth = mp.mpf(a) ** mp.mpf(b)
        assert abs(ops.pow(a, b) - truth) <= RELATIVE * abs(truth) + math.ulp(0.0)


# --- edges ----------------------------------------------------------------------------

# The conventions of PyTorch at kinks: op, point, slopes.
KINKS = [
    ("relu", (0.0,), (0.0,)),
    ("relu", (-0.0,), (0.0,)),
    ("abs", (0.0,), (0.0,)),
    ("sign", (0.0,), (0.0,)),
    ("step", (0.0,), (0.0,)),
    ("maximum", (1.5, 1.5), (0.5, 0.5)),
    ("maximum", (0.0, -0.0), (0.5, 0.5)),
    ("minimum", (1.5, 1.5), (0.5, 0.5)),
    ("leaky_relu", (0.0, 0.1), (0.1, 0.0)),
    ("elu", (0.0, 0.3), (0.3, 0.0)),
    ("pow", (0.0, 0.0), (0.0, 0.0)),
    ("pow", (0.0, 1.0), (1.0, 0.0)),
    ("pow", (-2.0, 0.0), (0.0, None)),
    ("where", (0.0, 7.0, 8.0), (0.0, 0.0, 1.0)),
    ("where", (-1.0, 7.0, 8.0), (0.0, 1.0, 0.0)),
]


@pytest.mark.parametrize("name, point, slopes", KINKS)
def test_slopes_at_kinks(name, point, slopes):
    for i, slope in enumerate(slopes):
        if slope is not None:
            assert grad(TABLE[name], i)(*point) == slope
            direction = [float(i == j) for j in range(len(point))]
            assert jvp(TABLE[name], point, direction)[1] == slope


@pytest.mark.parametrize(
    "name, point",
    [
        ("sqrt", (0.0,)),
        ("asin", (1.0,)),
        ("asin", (-1.0,)),
        ("acos", (1.0,)),
        ("acos", (-1.0,)),
        ("pow", (0.0, 0.5)),
    ],
)
@pytest.mark.parametrize("order", [1, 2])
def test_an_infinite_slope_raises_and_names_the_op(name, point, order):
    op = TABLE[name]
    f = grad(op) if order == 1 else grad(grad(op))
    with pytest.raises(ZeroDivisionError, match="needs a finite slope of") as caught:
        f(*point)
    shown = ", ".join(map(repr, point))
    assert f"slope of {op.symbol}" in str(caught.value)
    assert f"; got {shown}, where there is none" in str(caught.value)
    with pytest.raises(ZeroDivisionError, match="needs a finite slope of"):
        jvp(op, point, [1.0, 0.0][: op.arity])


@pytest.mark.parametrize("x", [1e3, -1e3, 1e100, -1e100, 1e308, -1e308])
def test_squashing_functions_are_finite_everywhere(x):
    for f in (
        ops.sigmoid,
        ops.softplus,
        ops.tanh,
        ops.silu,
        ops.gelu,
        ops.erf,
        ops.elu,
    ):
        for number in (f(x), grad(f)(x), grad(grad(f))(x)):
            assert math.isfinite(number)
    assert ops.tanh(x) == ops.erf(x) == math.copysign(1.0, x)
    assert ops.sigmoid(x) == float(x > 0)
    assert ops.softplus(x) == ops.relu(x) == max(x, 0.0)


@pytest.mark.parametrize(
    "name", [name for name, op in TABLE.items() if op.arity - len(op.defaults) == 1]
)
def test_nan_passes_through(name):
    assert math.isnan(TABLE[name](math.nan))
    x = Value(math.nan)
    y = TABLE[name](x)
    assert math.isnan(y.data)
    y.backward()  # nan is no edit
    assert isinstance(x.grad, float)


# --- errors ---------------------------------------------------------------------------

POW_NEEDS = (
    "** needs a base other than 0 for a negative exponent, and a positive base for a"
    " fractional one; got "
)
FITS = " needs a result that a float can hold (below 1.8e308); got "

MESSAGES = [
    (lambda: ops.log(-1.5), ValueError, "log needs a positive argument; got -1.5"),
    (lambda: ops.log(0), ValueError, "log needs a positive argument; got 0.0"),
    (lambda: Value(-1.5, "margin").log(), ValueError,
     "log needs a positive argument; got -1.5 at 'margin'"),
    (lambda: ops.log(Value(-1.5, "margin")), ValueError,
     "log needs a positive argument; got -1.5 at 'margin'"),
    (lambda: ops.log2(-2.0), ValueError, "log2 needs a positive argument; got -2.0"),
    (lambda: ops.log10(0.0), ValueError, "log10 needs a positive argument; got 0.0"),
    (lambda: ops.acosh(0.5), ValueError,
     "acosh needs an argument of at least 1; got 0.5"),
    (lambda: ops.atanh(1.0), ValueError,
     "atanh needs an argument between -1 and 1; got 1.0"),
    (lambda: ops.log1p(-1.0), ValueError, "log1p needs an argument above -1; got -1.0"),
    (lambda: ops.sqrt(-4), ValueError,
     "sqrt needs an argument of at least 0; got -4.0"),
    (lambda: ops.asin(1.5), ValueError, "asin needs an argument from -1 to 1; got 1.5"),
    (lambda: ops.acos(-2.0), ValueError,
     "acos needs an argument from -1 to 1; got -2.0"),
    (lambda: ops.sin(INF), ValueError, "sin needs a finite argument; got inf"),
    (lambda: ops.cos(-INF), ValueError, "cos needs a finite argument; got -inf"),
    (lambda: ops.tan(INF), ValueError, "tan needs a finite argument; got inf"),
    (lambda: ops.div(1.0, 0.0), ZeroDivisionError,
     "/ needs a divisor other than 0; got 1.0, 0.0"),
    (lambda: Value(1.0, "a") / Value(0.0, "b"), ZeroDivisionError,
     "/ needs a divisor other than 0; got 1.0 at 'a', 0.0 at 'b'"),
    (lambda: 1.0 / Value(0.0, "b"), ZeroDivisionError,
     "/ needs a divisor other than 0; got 1.0, 0.0 at 'b'"),
    (lambda: ops.pow(0.0, -1.0), ZeroDivisionError, POW_NEEDS + "0.0, -1.0"),
    (lambda: Value(0.0, "x") ** -1, ZeroDivisionError, POW_NEEDS + "0.0 at 'x', -1.0"),
    (lambda: ops.pow(-8.0, 0.5), ValueError, POW_NEEDS + "-8.0, 0.5"),
    (lambda: Value(-8.0) ** 0.5, ValueError, POW_NEEDS + "-8.0, 0.5"),
    (lambda: (-8.0) ** Value(0.5), ValueError, POW_NEEDS + "-8.0, 0.5"),
    (lambda: Value(1e300) ** 2, OverflowError, "**" + FITS + "1e+300, 2.0"),
    (lambda: ops.exp(1000.0), OverflowError, "exp" + FITS + "1000.0"),
    (lambda: Value(1000.0, "z").exp(), OverflowError, "exp" + FITS + "1000.0 at 'z'"),
    (lambda: ops.expm1(1e3), OverflowError, "expm1" + FITS + "1000.0"),
    (lambda: ops.sinh(-1e3), OverflowError, "sinh" + FITS + "-1000.0"),
    (lambda: ops.cosh(1e3), OverflowError, "cosh" + FITS + "1000.0"),
    (lambda: ops.tanh(1.0, 2.0), TypeError, "tanh takes 1 argument; got 2: 1.0, 2.0"),
    (lambda: ops.tanh(), TypeError, "tanh takes 1 argument; got 0"),
    (lambda: ops.add(1.0), TypeError, "add takes 2 arguments; got 1: 1.0"),
    (lambda: ops.where(1.0, 2.0), TypeError,
     "where takes 3 arguments; got 2: 1.0, 2.0"),
    (lambda: ops.elu(), TypeError, "elu takes 2 arguments; got 0"),
    (lambda: ops.elu(1.0, 2.0, 3.0), TypeError,
     "elu takes 2 arguments; got 3: 1.0, 2.0, 3.0"),
    (lambda: ops.elu(1.0, slope=2.0), TypeError,
     "elu takes 2 arguments (x, alpha); got 2: 1.0, slope=2.0"),
    (lambda: ops.exp("1"), TypeError,
     "exp needs a real number; got str '1'"
     " (hint: float(...) reads a number from text)"),
    (lambda: ops.exp(1j), TypeError, "exp needs a real number; got complex 1j"),
    (lambda: ops.exp(None), TypeError, "exp needs a real number; got NoneType None"),
    (lambda: ops.exp([1.0]), TypeError,
     "exp needs a real number; got list [1.0] (hint: take its numbers one by one)"),
    (lambda: ops.exp(np.array(["1"])), TypeError,
     "exp needs a real number; got str '1'"
     " (hint: float(...) reads a number from text)"),
    (lambda: ops.exp(10**400), OverflowError,
     "exp needs a number that a float can hold; got int beyond 1.8e308"),
    (lambda: ops.add(Value(1.0), "1"), TypeError,
     "add needs a real number; got str '1'"
     " (hint: float(...) reads a number from text)"),
    (lambda: clip(1.0, 2.0, 1.0), ValueError,
     "clip needs low <= high; got 1.0, 2.0, 1.0"),
    (lambda: dot([1.0], [1.0, 2.0]), ValueError,
     "dot needs two equally long lists; got 1 and 2 numbers"),
    (lambda: dot([], []), ValueError, "dot needs at least one number; got none"),
    (lambda: mean([]), ValueError, "mean needs at least one number; got none"),
    (lambda: softmax([]), ValueError, "softmax needs at least one number; got none"),
    (lambda: logsumexp([]), ValueError,
     "logsumexp needs at least one number; got none"),
]  # fmt: skip


@pytest.mark.parametrize(
    "call, kind, message", MESSAGES, ids=[message for _, _, message in MESSAGES]
)
def test_errors_say_what_was_needed_and_what_was_given(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_every_domain_is_in_a_message_above():
    text = "".join(message for _, _, message in MESSAGES)
    for op in TABLE.values():
        if op.domain:
            assert f"{op.symbol} needs {op.domain}; got" in text


def test_defaults_complete_the_arguments():
    assert ops.leaky_relu(-2.0) == ops.leaky_relu(-2.0, 0.01) == -0.02
    assert ops.leaky_relu(-2.0, slope=0.5) == -1.0
    assert ops.elu(-2.0) == ops.elu(-2.0, 1.0) == math.expm1(-2.0)
    assert Value(-2.0).leaky_relu().data == -0.02
    assert Value(-2.0).elu(0.5).data == 0.5 * math.expm1(-2.0)


# --- composites -----------------------------------------------------------------------

LISTS = [
    [0.0],
    [1.0, 2.0, -0.5],
    [3.0, 3.0, 3.0],
    [-1e308, 1e308, 1.0],
    [1000.0, 1000.5, -1000.0],
    [-800.0, -801.0, -799.5],
    [700.0, -700.0, 1e-310],
]

COMPOSITES = [
    ("logsumexp", logsumexp, jax.scipy.special.logsumexp),
    ("softmax[0]", lambda xs: softmax(xs)[0], lambda xs: jax.nn.softmax(xs)[0]),
    ("dot", lambda xs: dot(xs, xs[::-1]), lambda xs: jnp.dot(xs, xs[::-1])),
    ("mean", mean, jnp.mean),
    ("clip", lambda xs: clip(xs[0], -0.75, 1.25), lambda xs: xs[0].clip(-0.75, 1.25)),
]


@pytest.mark.parametrize("xs", LISTS, ids=str)
@pytest.mark.parametrize(
    "ours, theirs", [row[1:] for row in COMPOSITES], ids=[row[0] for row in COMPOSITES]
)
def test_composites_are_those_of_jax(ours, theirs, xs):
    derivatives = theirs, jax.grad(theirs), jax.hessian(theirs)
    answers = jax.jit(lambda at: [f(at) for f in derivatives])(jnp.array(xs))
    for mine, other in [
        (ours(xs), answers[0]),
        (ours([Value(x) for x in xs]).data, answers[0]),
        (grad(ours)(xs), answers[1]),
        (hessian(ours)(xs), answers[2]),
    ]:
        np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("xs", LISTS, ids=str)
def test_softmax_is_finite_positive_and_sums_to_1(xs):
    shares = softmax(xs)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert sum(shares) == pytest.approx(1.0, abs=1e-15)
    slopes = np.array(jacobian(softmax)(xs))
    assert np.isfinite(slopes).all()
    np.testing.assert_allclose(slopes.sum(axis=0), 0.0, atol=1e-15)
    assert math.isfinite(logsumexp(xs))
    np.testing.assert_allclose(grad(logsumexp)(xs), shares, rtol=1e-13, atol=1e-300)


# --- ops of one's own -----------------------------------------------------------------

cube = Op("cube", lambda x: x**3, (lambda x, y: 3.0 * x**2,), doc="Return x³.")
area = Op(
    "area",
    lambda a, b, c: a * b + b * c + c * a,
    (lambda a, b, c, y: b + c, lambda a, b, c, y: a + c, lambda a, b, c, y: a + b),
)


def test_an_op_of_ones_own_is_differentiated_to_any_order():
    for x in (2.0, 0.5):
        assert cube(x) == x**3
        assert grad(cube)(x) == 3 * x**2
        assert grad(grad(cube))(x) == 6 * x
        assert grad(grad(grad(cube)))(x) == 6.0
        assert jvp(cube, (x,), (2.0,)) == (x**3, 6 * x**2)
        check_gradients(cube, x, order=3)
    x = Value(2.0)
    y = cube(x) + x
    y.backward()
    assert (y.data, x.grad) == (10.0, 13.0)
    assert cube.__doc__ == "Return x³."
    assert repr(cube) == "<op cube>"


def test_an_op_of_ones_own_is_pickled_by_name():
    assert pickle.loads(pickle.dumps(cube)) is cube
    x = Value(2.0, "x")
    y = pickle.loads(pickle.dumps(cube(x) + 1.0))
    y.backward()
    (leaf,) = [arg for arg in y.args[0].args]
    assert (y.data, leaf.label, leaf.grad) == (9.0, "x", 12.0)


@every_row
def test_rows_are_pickled_by_name(name):
    assert pickle.loads(pickle.dumps(TABLE[name])) is TABLE[name]


def test_an_op_may_have_three_args():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    y = area(a, b, c)
    y.backward()
    assert y.data == 31.0
    assert y.args == (a, b, c)
    assert (a.grad, b.grad, c.grad) == (8.0, 7.0, 5.0)
    one_twice = area(a, a, 5)
    a.grad = 0.0
    one_twice.backward()
    assert a.grad == 14.0  # of a² + 10a
    second = hessian(area, (0, 1, 2))(2.0, 3.0, 5.0)
    assert second == ((0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))
    assert jvp(area, (2.0, 3.0, 5.0), (1.0, 10.0, 100.0))[1] == 578.0
    check_gradients(area, 2.0, 3.0, 5.0, order=2)


@pytest.mark.parametrize(
    "partials, order, name",
    [
        ((lambda a, b, y: b, lambda a, b, y: 1.0001 * a), 1, "∂f/∂args[1]"),
        ((lambda a, b, y: -b, lambda a, b, y: a), 1, "∂f/∂args[0]"),
        ((lambda a, b, y: b, one), 1, "∂f/∂args[1]"),
        ((zero, lambda a, b, y: a), 1, "∂f/∂args[0]"),
        # Right as a number, but cut off from the graph: wrong at second order.
        (
            (lambda a, b, y: getattr(b, "data", b), lambda a, b, y: a),
            2,
            "∂²f/∂args[0]∂args[1]",
        ),
    ],
)
def test_a_wrong_partial_is_caught(partials, order, name):
    wrong = Op("wrong", lambda a, b: a * b, partials)
    with pytest.raises(ValueError, match="derived and measured") as caught:
        check_gradients(wrong, 2.0, 3.0, order=order)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "declaration, kind, message",
    [
        ({"forward": 1.0, "partials": (one,)}, TypeError,
         "op 'bad' needs a function as forward; got 1.0"),
        ({"forward": abs, "partials": ()}, ValueError,
         "op 'bad' needs one partial per argument; got none"),
        ({"forward": abs, "partials": (1.0,)}, TypeError,
         "op 'bad' needs functions as partials; got 1.0"
         " (hint: for a constant 1 or 0 give autograd.one or autograd.zero)"),
        ({"forward": abs, "partials": (one,), "safe": ((0, 1), (0, 1))}, ValueError,
         "op 'bad' needs one safe interval per argument; got 2 for 1"),
    ],
)  # fmt: skip
def test_a_bad_declaration_raises(declaration, kind, message):
    with pytest.raises(kind) as caught:
        Op("bad", **declaration)
    assert str(caught.value) == message


def test_an_op_without_a_domain_passes_on_what_its_forward_says():
    def forward(x):
        raise ValueError("too blue")

    shy = Op("shy", forward, (one,))
    with pytest.raises(ValueError) as caught:
        shy(Value(1.0, "x"))
    assert str(caught.value) == (
        "shy needs arguments in its domain (too blue); got 1.0 at 'x'"
    )


@pytest.mark.parametrize("rows", [[[1, 2], [3, 4]], [(1, 2), (3, 4)], ["a", "b"]])
def test_dot_takes_numbers_alone(rows):
    with pytest.raises(TypeError, match=r"dot needs lists of numbers; got .* in one"):
        dot([2, 1], rows)


# --- infinities, ties and nan ---------------------------------------------------------


@pytest.mark.parametrize(
    "name, at, value, slopes",
    [
        ("silu", (-INF,), 0.0, (0.0,)),
        ("silu", (INF,), INF, (1.0,)),
        ("gelu", (-INF,), 0.0, (0.0,)),
        ("gelu", (INF,), INF, (1.0,)),
        ("silu", (-1000.0,), 0.0, (0.0,)),
        ("gelu", (-40.0,), 0.0, (0.0,)),
        ("maximum", (INF, INF), INF, (0.5, 0.5)),
        ("maximum", (-INF, -INF), -INF, (0.5, 0.5)),
        ("minimum", (INF, INF), INF, (0.5, 0.5)),
        ("maximum", (INF, 0.0), INF, (1.0, 0.0)),
        ("minimum", (-INF, INF), -INF, (1.0, 0.0)),
        ("clip", (1.0, -1.0, 1.0), 1.0, (1.0, 0.0, 0.0)),
        ("clip", (-1.0, -1.0, 1.0), -1.0, (1.0, 0.0, 0.0)),
        ("clip", (INF, -INF, INF), INF, (1.0, 0.0, 0.0)),
        ("clip", (-INF, -INF, INF), -INF, (1.0, 0.0, 0.0)),
        ("clip", (INF, -1.0, 1.0), 1.0, (0.0, 0.0, 1.0)),
        ("clip", (-INF, -1.0, 1.0), -1.0, (0.0, 1.0, 0.0)),
        ("greater", (INF, INF), 0.0, (0.0, 0.0)),
        ("greater", (INF, 1.0), 1.0, (0.0, 0.0)),
        ("where", (INF, 2.0, 3.0), 2.0, (0.0, 1.0, 0.0)),
    ],
)
def test_infinities_and_ties(name, at, value, slopes):
    op = TABLE[name]
    assert op(*at) == value
    assert grad(op, range(op.arity))(*at) == slopes
    nodes = [Value(x) for x in at]
    op(*nodes).backward()
    assert tuple(node.grad for node in nodes) == slopes
    for i, slope in enumerate(slopes):
        along = [float(i == j) for j in range(op.arity)]
        assert jvp(op, at, along)[1] == slope


@every_row
def test_nan_stays_visible(name):
    op = TABLE[name]
    middle = [(low + high) / 2.0 for low, high in op.safe]
    for i in range(op.arity):
        at = [math.nan if k == i else x for k, x in enumerate(middle)]
        if name == "pow" or (name == "where" and i == 2):
            continue  # 1 to whatever power is 1; the other branch is not taken
        assert math.isnan(op(*at)), (name, i)
    if name in ("leaky_relu", "elu", "relu", "abs", "tanh", "sigmoid", "silu", "gelu"):
        assert math.isnan(grad(op)(math.nan, *middle[1:]))
    if name in ("maximum", "minimum", "clip"):
        assert any(map(math.isnan, grad(op, range(op.arity))(math.nan, *middle[1:])))
    if name == "where":
        assert all(map(math.isnan, grad(op, (1, 2))(math.nan, 1.0, 2.0)))


def test_the_slope_of_elu_keeps_its_digits():
    with mpmath.workdps(40):
        for x in (-1e-9, -0.5, -5.0, -37.0, -100.0, -700.0):
            exact = float(mpmath.exp(mpmath.mpf(x)))
            assert grad(TABLE["elu"])(x, 1.0) == pytest.approx(exact, rel=1e-15)
    assert f"{grad(TABLE['elu'])(-37.0, 1.0):.3e}" == "8.533e-17"


def test_log_sum_exp_of_infinities():
    assert logsumexp([-INF, -INF]) == -INF
    assert logsumexp([INF, 0.0]) == logsumexp([INF, INF]) == INF
    assert logsumexp([-INF, 0.0]) == 0.0
    assert math.isnan(logsumexp([math.nan, INF]))
    xs = [Value(INF), Value(0.0)]
    y = logsumexp(xs)
    y.backward()
    assert y.data == INF and [x.grad for x in xs] == [1.0, 0.0]
    assert softmax([-INF, 0.0]) == [0.0, 1.0]


def test_a_slope_by_the_exponent_is_refused_where_the_base_is_negative():
    with pytest.raises(ValueError) as caught:
        (Value(-2.0) ** Value(2.0, "n")).backward()
    assert str(caught.value) == (
        "differentiation needs a finite slope of ** by its exponent; got -2.0, 2.0 at"
        " 'n', where there is none (log needs a positive argument; got -2.0)"
        " (hint: where that slope is not wanted, write it as a plain number)"
    )
    x = Value(-2.0)
    (x**2 + x ** Value(2.0, constant=True)).backward()
    assert x.grad == -8.0
