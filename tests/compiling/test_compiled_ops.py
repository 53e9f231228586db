"""Random functions over every op of the table, compiled: equal to the eager engine."""

import importlib.util
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Op, Value, hvp, ops, record
from autograd.compiling.backends.table import BACKENDS as TABLE
from autograd.compiling.backends.table import is_installed
from nn import (
    MLP,
    binary_cross_entropy,
    cross_entropy,
    huber,
    max_margin,
    squared_error,
)

BACKENDS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(not is_installed(name), reason=f"{name} is missing"),
    )
    for name in TABLE
]
CLOSE = {"rtol": 1e-9, "atol": 1e-10}


def eager(f, parameters, rows):
    """Return mean loss and gradients of the samples, one by one on Values."""
    for p in parameters:
        p.grad = 0.0
    losses = [f(*row) for row in rows]
    loss = sum(losses[1:], losses[0]) / len(losses)
    if isinstance(loss, Value):
        loss.backward()
    return loss.data, [p.grad for p in parameters]


def mean_loss(f, parameters, rows):
    """Return the loss as a function of the parameters' numbers, for `hvp`."""

    def loss(*numbers):
        swapped = dict(zip(parameters, numbers, strict=True))
        losses = [f(lambda p: swapped[p], *row) for row in rows]
        return sum(losses[1:], losses[0]) / len(losses)

    return loss


# --- each op --------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", sorted(ops.TABLE))
def test_every_op_alone(name, backend):
    op = ops.TABLE[name]
    middles = [(low + high) / 2 for low, high in op.safe]
    ps = [Value(middle) for middle in middles]
    # Each argument is a parameter and something of the sample together.
    rows = [(d,) for d in (-0.05, 0.0, 0.02, 0.04, 0.05)]

    def with_(of, x):
        return op(*[of(p) + (i + 1) * x for i, p in enumerate(ps)]) * (1.0 + x)

    def f(x):
        return with_(lambda p: p, x)

    step = record(f, (1,), ps).compile(backend)
    x = [row[0] for row in rows]
    loss, gradients = step(ps, x)
    expected = eager(f, ps, rows)
    np.testing.assert_allclose(loss, expected[0], **CLOSE)
    np.testing.assert_allclose(gradients, expected[1], **CLOSE)
    inner = [Value(d) for d in x]
    total = sum(f(v) for v in inner) / len(inner)
    if isinstance(total, Value):
        total.backward()
    np.testing.assert_allclose(
        step.input_gradients(ps, x)[0], [v.grad for v in inner], **CLOSE
    )
    direction = [0.5 + i for i in range(len(ps))]
    found = step.hvp(ps, direction, x)
    exact = hvp(mean_loss(with_, ps, rows), middles, direction)
    np.testing.assert_allclose(found, exact, rtol=1e-8, atol=1e-9)


# --- random functions -----------------------------------------------------------------

# Of any finite number in, a finite number out: what can stand anywhere.
SMOOTH = [
    ops.tanh, ops.sin, ops.cos, ops.sigmoid, ops.softplus, ops.silu, ops.gelu, ops.erf,
    ops.atan, ops.relu, ops.neg, ops.identity, ops.abs, ops.step, ops.sign,
]  # fmt: skip
PAIRS = [ops.add, ops.sub, ops.mul, ops.maximum, ops.minimum]


@st.composite
def functions(draw):
    """Return instructions for a function of three inputs and four parameters."""
    count = draw(st.integers(1, 14))
    plan = []
    for i in range(count):
        places = st.integers(0, 7 + i)  # 3 inputs, 4 parameters, a number, and so on
        if draw(st.booleans()):
            plan.append((draw(st.sampled_from(SMOOTH)), [draw(places)]))
        else:
            plan.append((draw(st.sampled_from(PAIRS)), [draw(places), draw(places)]))
    return plan


def run(plan, xs, ps):
    values = [*xs, *ps, 0.75]
    for op, places in plan:
        value = op(*[values[i] for i in places])
        # Kept small, and off the kinks of relu and its like.
        values.append(ops.tanh(0.3 * value + 0.1234567))
    return values[-1] + 0.1 * values[8] * values[3]


numbers = st.floats(-1.5, 1.5).map(lambda x: round(x, 3) + 0.0003717)


def check_random(backend, plan, parameters, rows, direction):
    ps = [Value(p) for p in parameters]
    rows = [tuple(row) for row in rows]

    def f(*xs):
        return run(plan, xs, ps)

    step = record(f, (1, 1, 1), ps).compile(backend)
    columns = list(zip(*rows, strict=True))
    loss, gradients = step(ps, *columns)
    expected = eager(f, ps, rows)
    np.testing.assert_allclose(loss, expected[0], **CLOSE)
    np.testing.assert_allclose(gradients, expected[1], **CLOSE)

    def total(*qs):
        losses = [run(plan, row, qs) for row in rows]
        return sum(losses[1:], losses[0]) / len(losses)

    np.testing.assert_allclose(
        step.hvp(ps, direction, *columns),
        hvp(total, parameters, direction),
        rtol=1e-8,
        atol=1e-9,
    )


samples = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=7)
four = st.lists(numbers, min_size=4, max_size=4)


@settings(max_examples=60)
@given(functions(), four, samples, four)
def test_random_functions_on_numpy(plan, parameters, rows, direction):
    check_random("numpy", plan, parameters, rows, direction)


@pytest.mark.skipif(
    importlib.util.find_spec("llvmlite") is None, reason="llvmlite is missing"
)
@settings(max_examples=25)
@given(functions(), four, samples, four)
def test_random_functions_in_machine_code(plan, parameters, rows, direction):
    check_random("native", plan, parameters, rows, direction)


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is missing")
@settings(max_examples=4)
@given(functions(), four, samples, four)
def test_random_functions_on_jax(plan, parameters, rows, direction):
    check_random("jax", plan, parameters, rows, direction)


# --- networks -------------------------------------------------------------------------


def check(f, sizes, parameters, *columns, backend):
    step = record(f, sizes, parameters).compile(backend)
    rows = [
        [x.tolist() if isinstance(x, np.ndarray) else float(x) for x in row]
        for row in zip(*columns, strict=True)
    ]
    loss, gradients = step(parameters, *columns)
    expected = eager(f, parameters, rows)
    np.testing.assert_allclose(loss, expected[0], **CLOSE)
    np.testing.assert_allclose(gradients, expected[1], **CLOSE)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [1, 2, 7, 33])
def test_networks_at_odd_sizes_of_batch(backend, size):
    random = np.random.default_rng(size)
    X = random.normal(size=(size, 3))
    model = MLP(3, [5, 4, 1], activation="tanh", seed=0)
    ps = model.parameters()
    y = random.choice([-1.0, 1.0], size)
    check(lambda x, t: max_margin(model(x), t), (3, 1), ps, X, y, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_losses_and_activations(backend, activation):
    random = np.random.default_rng(1)
    X = random.normal(size=(5, 2))
    model = MLP(2, [4, 3], activation=activation, seed=1)
    ps = model.parameters()
    classes = random.integers(0, 3, 5)
    check(lambda x, t: cross_entropy(model(x), t), (2, 1), ps, X, classes,
          backend=backend)  # fmt: skip
    targets = random.normal(size=(5, 3))
    for loss in (squared_error, huber):
        check(lambda x, t, loss=loss: loss(model(x), t), (2, 3), ps, X, targets,
              backend=backend)  # fmt: skip
    bits = random.integers(0, 2, 5)
    check(lambda x, t: binary_cross_entropy(model(x)[0], t), (2, 1), ps, X, bits,
          backend=backend)  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
def test_shared_weights_repeated_inputs_unused_parameters_and_skips(backend):
    w = [[Value(0.1 * i - 0.2 * j) for i in range(3)] for j in range(3)]
    unused, constant = Value(5.0), Value(0.5, constant=True)
    ps = [*(p for row in w for p in row), unused]

    def layer(xs):
        return [sum(p * x for p, x in zip(row, xs, strict=True)).tanh() for row in w]

    def f(x):
        first = layer([x[0], x[0], x[1]])
        second = layer(first)  # the same weights again
        third = [a + b for a, b in zip(second, first, strict=True)]  # a skip
        return sum(third) * x[0] * x[0] + constant * first[0] ** 2

    X = np.random.default_rng(2).normal(size=(6, 2))
    check(f, (2,), ps, X, backend=backend)
    assert record(f, (2,), ps).compile(backend)(ps, X)[1][-1] == 0.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_several_outputs_keep_their_structure(backend):
    w = Value(2.0)
    f = record(lambda x: [w * x[0], (w + x[1], [x[0] * x[1], w, 3.0])], (2,), [w])
    out = f.compile(backend).outputs([2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    loss, (second, (third, fourth, fifth)) = out
    assert loss.tolist() == [2.0, 6.0, 10.0]
    assert second.tolist() == [4.0, 6.0, 8.0]
    assert third.tolist() == [2.0, 12.0, 30.0]
    assert fourth.tolist() == [2.0, 2.0, 2.0]
    assert fifth.tolist() == [3.0, 3.0, 3.0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_op_of_ones_own(backend):
    bump = Op(
        "bump",
        forward=lambda x, k=2.0: math.exp(-k * x * x) if x > -1.0 else 0.25 * x,
        partials=(
            lambda x, k, y: ops.where(ops.step(x + 1.0), -2.0 * k * x * y, 0.25),
            lambda x, k, y: ops.where(ops.step(x + 1.0), -x * x * y, 0.0),
        ),
    )
    p = Value(0.7)
    X = np.array([-3.0, -0.5, 0.1, 2.0])
    check(lambda x: bump(p * x) + bump(x, p), (1,), [p], X, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_does_not_depend_on_inputs_or_parameters(backend):
    p = Value(3.0)
    X = [1.0, 2.0]
    assert record(lambda x: x * x, (1,), [p]).compile(backend)([3.0], X) == (2.5, [0])
    assert record(lambda x: p * p, (1,), [p]).compile(backend)([3.0], X) == (9.0, [6])
    assert record(lambda x: 4.0, (1,), [p]).compile(backend)([3.0], X) == (4.0, [0])
    assert record(lambda x: x, (1,), [p]).compile(backend)([3.0], X) == (1.5, [0])
    assert record(lambda x: p, (1,), [p]).compile(backend)([3.0], X) == (3.0, [1])


def test_gradients_of_a_polynomial_by_hand():
    a, b = Value(2.0), Value(-1.0)
    step = record(lambda x: (a * x + b) ** 2, (1,), [a, b]).compile()
    loss, gradients = step([2.0, -1.0], [1.0, 2.0])
    # (1 + 9) / 2;  mean of 2 (a x + b) x, and of 2 (a x + b)
    assert loss == 5.0
    assert gradients.tolist() == [7.0, 4.0]
    assert step.hvp([2.0, -1.0], [1.0, 0.0], [1.0, 2.0]).tolist() == [5.0, 3.0]
