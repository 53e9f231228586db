"""Programs on NumPy and on JAX: the numbers of the eager engine.

Every op of the table, random graphs and the awkward cases (kinks, shared weights,
repeated inputs, unused parameters, several outputs, batches of any size) are compiled
and compared with `Value`s, in values, gradients and Hessian-vector products.
"""

from __future__ import annotations

import itertools
import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from autograd import Op, Value, hvp, record
from autograd.arrays import idioms
from autograd.compiling.backends.array_code import Places, write_code
from autograd.compiling.backends.instructions import Instructions, literal
from autograd.compiling.backends.jax_backend import compile_jax, train_jax
from autograd.compiling.backends.numpy_backend import (
    compile_numpy,
    numpy_namespace,
    train_numpy,
)
from autograd.nesting import units
from autograd.ops import (
    TABLE,
    elu,
    erf,
    leaky_relu,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    step,
    tanh,
    where,
)
from nn import SGD, Adam, AdamW, RMSProp

BACKENDS = ("numpy", "jax")
TRAINS = {"numpy": train_numpy, "jax": train_jax}
each_backend = pytest.mark.parametrize("backend", BACKENDS)
close = {"rtol": 1e-10, "atol": 1e-12}


def loss_of(result):
    return result[0] if isinstance(result, list) else result


def mean_loss(f, numbers, samples):
    """Return the mean loss of `f` at given parameters, by the eager engine."""
    total = sum(loss_of(f(numbers, *sample)) for sample in samples)
    return total / len(samples)


def check(f, numbers, columns, backend, second=True, **tolerance):
    """Compare a program of `f(parameters, *inputs)` with the eager engine.

    The columns hold, for each input, one number or row of numbers for each sample.
    """
    tolerance = close | tolerance
    parameters = [Value(x) for x in numbers]
    sizes = [np.shape(column)[1:] or 1 for column in columns]
    program = record(lambda *xs: f(parameters, *xs), sizes, parameters)
    compiled = program.compile(backend)
    samples = list(zip(*(np.asarray(c).tolist() for c in columns), strict=True))

    loss, gradient = compiled(numbers, *columns)
    eager = mean_loss(f, parameters, samples)
    eager.backward()
    assert_allclose(loss, eager.data, **tolerance)
    assert_allclose(gradient, [p.grad for p in parameters], **tolerance)

    outputs = compiled.outputs(numbers, *columns)
    expected = [f(numbers, *sample) for sample in samples]
    for ours, theirs in zip(
        units(outputs), zip(*map(units, expected), strict=True), strict=True
    ):
        assert_allclose(ours, theirs, **tolerance)

    if second:
        vector = [0.5 + 0.25 * i for i in range(len(numbers))]
        ours = compiled.hvp(numbers, vector, *columns)
        (theirs,) = hvp(lambda ps: mean_loss(f, ps, samples), [numbers], [vector])
        assert_allclose(ours, theirs, **tolerance)
    return program


# --- every op -------------------------------------------------------------------------


def applied(op, parameters, offsets):
    """Return `op` twice, each time of parameters moved by offsets."""
    args = [p + 0.01 * x for p, x in zip(parameters, offsets, strict=False)]
    return op(*args), op(*[arg + 0.005 for arg in args])


def safe_numbers(op):
    shares = zip((0.4, 0.7, 0.3), op.safe, strict=False)
    return [low + share * (high - low) for share, (low, high) in shares]


offsets = np.random.default_rng(0).uniform(-1.0, 1.0, (5, 3))


# On JAX: test_compiled_ops.py.
@pytest.mark.parametrize("name", TABLE)
def test_each_op_on_numpy_is_the_eager_one(name):
    op = TABLE[name]

    def f(parameters, xs):
        first, second = applied(op, parameters, xs)
        return [first * second + first, second]

    check(f, safe_numbers(op), [offsets], "numpy")


@each_backend
def test_the_slopes_at_kinks_are_those_of_the_table(backend):
    def f(parameters, x):
        a, b = parameters
        kinked = [op(a * x) for op in (relu, step, sign, abs, leaky_relu, elu)]
        kinked += [maximum(a, x * b), minimum(a, x * b), where(x, a, b)]
        return sum((i + 1.0) * y for i, y in enumerate(kinked))

    check(f, [1.0, 1.0], [[0.0, -1.0, 1.0, 2.0]], backend)


def test_ops_of_your_own_run_on_arrays():
    # Of these, arrays show what one number does not: a result that is no array.
    second = Op("second", lambda a, b: b, (lambda a, b, y: 0.0, lambda a, b, y: 1.0))
    three = Op("three", lambda x: 3.0, (lambda x, y: 0.0,))
    chosen = Op("chosen", lambda a, b: b * 1.0 if a == a else b,
                (lambda a, b, y: 0.0, lambda a, b, y: 1.0))  # fmt: skip

    def f(parameters, xs):
        a, b = parameters
        alike = [second(x, a) + chosen(x, b) + three(x) for x in xs]
        return sum(alike[1:], alike[0]) * b

    for backend in BACKENDS:
        check(f, [0.5, 2.0], [offsets], backend)


# --- idioms ---------------------------------------------------------------------------


@pytest.mark.parametrize("choice, call", idioms.IDIOMS)
def test_an_idiom_is_what_the_choice_is(choice, call):
    names = {name: getattr(np, name) for name in ("maximum", "minimum", "fmax", "sign")}
    names = {"__builtins__": {}, **names}
    numbers = [-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 3.0, np.inf, np.nan]
    for x, c in itertools.product(numbers, numbers):
        if np.isnan(c) and "c" in choice.split():
            continue  # written for a number
        known = names | {"x": x, "c": c, "a": x, "b": c}
        assert_allclose(eval(call, known), eval(choice, known), rtol=0)


# --- random graphs --------------------------------------------------------------------

SMOOTH = [name for name in TABLE if name not in ("sign", "step", "abs", "where")]


@st.composite
def graphs(draw):
    steps = []
    for _ in range(draw(st.integers(3, 14))):
        name = draw(st.sampled_from(SMOOTH))
        places = st.integers(0, 5 + len(steps))
        steps.append((name, [draw(places) for _ in range(TABLE[name].arity)]))
    numbers = draw(st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3))
    # 1, and sizes that no vector of a processor divides.
    return steps, numbers, draw(st.sampled_from([1, 3, 7])), draw(st.integers(0, 99))


def random_function(steps):
    def f(parameters, xs, x):
        nodes = [*parameters[:3], *xs, x]
        for name, places in steps:
            op = TABLE[name]
            # Args are led into the safe range, so that no graph leaves a domain.
            args = [
                low + (high - low) * sigmoid(nodes[i])
                for i, (low, high) in zip(places, op.safe, strict=True)
            ]
            nodes.append(op(*args))
        return [sum(nodes[6:], nodes[0]), nodes[-1], nodes[0]]

    return f


def check_graph(graph, backend):
    steps, numbers, size, seed = graph
    rng = np.random.default_rng(seed)
    columns = [rng.uniform(-1.5, 1.5, (size, 2)), rng.uniform(-1.5, 1.5, size)]
    check(random_function(steps), numbers, columns, backend, rtol=1e-8, atol=1e-10)


@settings(max_examples=60)
@given(graphs())
def test_random_graphs_on_numpy(graph):
    check_graph(graph, "numpy")


@settings(max_examples=3)
@given(graphs())
def test_random_graphs_on_jax(graph):
    check_graph(graph, "jax")


# --- networks -------------------------------------------------------------------------


def layers(parameters, xs, widths):
    """Return the outputs of a network written without nn, relu between its layers."""
    at = iter(parameters)
    for i, width in enumerate(widths):
        sums = [sum(next(at) * x for x in xs) + next(at) for _ in range(width)]
        xs = sums if i == len(widths) - 1 else [relu(s) for s in sums]
    return xs


@each_backend
@pytest.mark.parametrize("size", [1, 7])
def test_a_network(backend, size):
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=3 * 5 + 5 + 5 * 2 + 2 + 1).tolist()

    def f(parameters, xs, y):
        a, b = layers(parameters, xs, (5, 2))  # the last parameter is not used
        penalty = 0.01 * sum(p * p for p in parameters[:-1])
        return [(a - y) ** 2 + tanh(b * xs[0]) + penalty, [b, [a]]]

    columns = [rng.normal(size=(size, 3)), rng.normal(size=size)]
    check(f, numbers, columns, backend)


@each_backend
def test_shared_weights_repeated_inputs_and_skips(backend):
    rng = np.random.default_rng(2)
    numbers = rng.normal(size=6).tolist()

    def f(parameters, xs):
        u, v = parameters[:3], parameters[3:]
        # The same weights along a row of numbers, as a convolution has them.
        windows = [
            sum(w * x for w, x in zip(u, xs[i : i + 3], strict=True)) for i in range(4)
        ]
        mixed = [sigmoid(a + b * u[0] + xs[0]) for a, b in itertools.pairwise(windows)]
        return sum(w * m * m for w, m in zip(v, mixed, strict=True)) + xs[1] * xs[1]

    check(f, numbers, [rng.normal(size=(5, 6))], backend)


def test_the_same_numbers_again_when_run_again():
    w = [Value(0.3), Value(-0.7)]
    program = record(lambda x, y: (w[0] * x + w[1] - y) ** 2, (1, 1), w)
    compiled = program.compile("numpy")
    first = compiled(w, [1.0, 2.0, 3.0], [0.0, 1.0, 0.0])
    kept = first[1].copy()
    compiled([5.0, 5.0], [9.0, 9.0, 9.0], [1.0, 1.0, 1.0])
    assert_allclose(first[1], kept, rtol=0)


# --- the code -------------------------------------------------------------------------


def test_what_is_computed_once_is_not_computed_again():
    w = Value(0.5)
    program = record(lambda x: sigmoid(w * x), (1,), [w])
    text = write_code([program.rolled.outputs[0], program.gradient]).text
    # Two, of x and of -x, for the sigmoid and its slope together.
    assert text.count("arrays.exp(") == 2


def test_a_power_of_two_is_a_product():
    w = Value(0.5)
    text = write_code(record(lambda x: (w * x) ** 2, (1,), [w]).rolled.outputs).text
    assert "**" not in text and "where" not in text


def test_a_long_program_holds_few_arrays_and_grows_linearly():
    rng = random.Random(0)
    names = ("add", "mul", "tanh", "sin", "maximum")
    steps = [(name, [rng.randrange(6 + max(0, i - 30), 6 + i) if i else 0
                     for _ in range(TABLE[name].arity)])
             for i, name in enumerate(rng.choices(names, k=1500))]  # fmt: skip

    def lines(count):
        ps = [Value(0.1 * i) for i in range(3)]
        f = random_function(steps[:count])
        program = record(lambda xs, x: f(ps, xs, x)[0], (2, 1), ps)
        return write_code(program.rolled.outputs).text.splitlines()

    short, long = lines(300), lines(1500)
    assert len(short) < len(long) < 6 * len(short)
    names = {line.split(" = ")[0].strip() for line in long}
    assert len(names) < len(long) / 3


def test_instructions_do_arithmetic_on_numbers_at_once():
    code = Instructions()
    x = code.add("X")
    assert code.compute("{} + {}", literal(1), literal(2)) == "3.0"
    assert code.compute("{} < {}", literal(1), literal(2)) == "True"
    assert isinstance(code.compute("{} / {}", "1.0", "0.0"), int)
    assert isinstance(code.compute("{} ** {}", "(-1.0)", "0.5"), int)
    assert code.compute("arrays.where({}, {}, {})", "False", "arrays.nan", x) == x
    assert code.compute("{} * {}", x, x) == code.compute("{} ** {}", x, "2.0")
    assert literal(-0.0) == "(-0.0)" and literal(-np.inf) == "(-arrays.inf)"


@pytest.mark.parametrize("index", [[3, 1, 2, 0], [5, 0], [1, 1, 4, 1, 0]])
def test_elements_are_added_at_their_places(index):
    x = np.arange(2.0 * len(index)).reshape(-1, 2)
    expected = np.zeros((6, 2))
    np.add.at(expected, index, x)
    places = Places(np.array(index), 6)
    assert_allclose(numpy_namespace().added_at(x, places), expected, rtol=0)


# --- training -------------------------------------------------------------------------

KINDS = [
    (SGD, {}),
    (SGD, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (RMSProp, {"momentum": 0.5}),
    (Adam, {"betas": (0.8, 0.99), "weight_decay": 0.01}),
    (AdamW, {}),
]


def rule(kind=SGD, **settings):
    """Return the formula of an optimiser, and what it remembers."""
    return kind([Value(0.0)], lr=1.0, **settings).formula, kind.AVERAGES


def small_problem():
    rng = np.random.default_rng(3)
    parameters = [Value(x) for x in rng.normal(size=13).tolist()]

    def f(xs, y):
        (out,) = layers(parameters, xs, (3, 1))
        return [(out - y) ** 2, out]

    return record(f, (2, 1), parameters), parameters, rng.normal(size=(3, 23))


@each_backend
@pytest.mark.parametrize("kind, chosen", KINDS)
def test_training_is_that_of_the_optimisers(backend, kind, chosen):
    program, parameters, X = small_problem()
    loss, out = program.rolled.outputs
    order = np.random.default_rng(4).integers(0, 23, (20, 5))
    lrs = np.linspace(0.01, 0.002, 20)
    train = TRAINS[backend]([loss, program.gradient, out], *rule(kind, **chosen))
    P = np.array([p.data for p in parameters])[program.rolled.order]
    averages = {name: np.zeros(13) for name in kind.AVERAGES}
    # In two calls, of which the second carries on.
    first = train(P, averages, X, order[:10], lrs[:10], 1)
    second = train(P, averages, X, order[10:], lrs[10:], 11)

    stepper, compiled = kind(parameters, lr=1.0, **chosen), program.compile()
    for i, (batch, lr) in enumerate(zip(order, lrs, strict=True)):
        given = X[:2, batch].T, X[2, batch]
        expected, gradients = compiled(parameters, *given)
        losses, predicted = first if i < 10 else second
        assert_allclose(losses[i % 10], expected, **close)
        assert_allclose(
            predicted[i % 10], [compiled.outputs(parameters, *given)[1]], **close
        )
        for p, slope in zip(parameters, gradients.tolist(), strict=True):
            p.grad = slope
        stepper.lr = lr
        stepper.step()
    moved = np.array([p.data for p in parameters])[program.rolled.order]
    assert_allclose(P, moved, **close)
    for name, numbers in averages.items():
        theirs = np.array(stepper.averages[name])[program.rolled.order]
        assert_allclose(numbers, theirs, **close)


@each_backend
def test_a_step_may_take_all_samples(backend):
    program, parameters, X = small_problem()
    P = np.array([p.data for p in parameters])[program.rolled.order]
    whole = np.tile(np.arange(23), (4, 1))
    found = []
    for order in (None, whole):
        train = TRAINS[backend]([program.rolled.outputs[0], program.gradient], *rule())
        start, averages = P.copy(), {"velocity": np.zeros(13)}
        losses, predicted = train(start, averages, X, order, [0.1] * 4, 1)
        assert predicted is None
        found.append(np.concatenate([losses, start]))
    assert_allclose(*found, **close)


@each_backend
def test_training_stops_before_a_step_that_is_not_finite(backend):
    w = Value(1.0)
    program = record(lambda x: (w * x).exp(), (1,), [w])
    loss = program.rolled.outputs[0]
    train = TRAINS[backend]([loss, program.gradient, loss], *rule(momentum=0.5))
    P, averages = np.array([1.0]), {"velocity": np.zeros(1)}
    # The third step's loss is e⁸⁰⁰.
    order = np.array([[0, 0], [0, 0], [1, 0], [0, 0]])
    X = np.array([[0.01, 1e5]])
    losses, predicted = train(P, averages, X, order, [0.01] * 4, 1)
    assert len(losses) == len(predicted) == 2
    expected, kept = np.array([1.0]), {"velocity": np.zeros(1)}
    train(expected, kept, X, order[:2], [0.01] * 2, 1)
    assert_allclose(P, expected, rtol=1e-12)
    assert_allclose(averages["velocity"], kept["velocity"], rtol=1e-12)
    nothing, predicted = train(P, averages, X, order[2:], [0.01] * 2, 1)
    assert nothing.shape == (0,) and predicted.shape == (0, 1, 2)


@each_backend
def test_what_all_samples_have_in_common_is_predicted_for_each(backend):
    w = [Value(0.5), Value(-1.0)]
    program = record(lambda x: [(w[0] * x - w[1]) ** 2, w[1]], (1,), w)
    loss, out = program.rolled.outputs
    train = TRAINS[backend]([loss, program.gradient, out], *rule())
    P, averages = np.array([0.5, -1.0])[program.rolled.order], {"velocity": np.zeros(2)}
    _, predicted = train(P, averages, np.array([[1.0, 2.0, 3.0]]), None, [0.1] * 2, 1)
    assert predicted.shape == (2, 1, 3)
    assert_allclose(predicted[0], -1.0)
    assert abs(predicted[1, 0, 0] + 1.0) > 0.1


@each_backend
def test_training_refuses_samples_that_there_are_not(backend):
    program, _, X = small_problem()
    train = TRAINS[backend]([program.rolled.outputs[0], program.gradient], *rule())
    with pytest.raises(IndexError, match=r"22|23"):
        train(
            np.zeros(13), {"velocity": np.zeros(13)}, X, np.array([[0, 23]]), [0.1], 1
        )


# --- JAX alone ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype, rtol", [("float32", 1e-4), ("bfloat16", 0.1)])
def test_other_precisions(dtype, rtol):
    program, parameters, X = small_problem()
    P = np.array([p.data for p in parameters])[program.rolled.order]
    outputs = [program.rolled.outputs[0], program.gradient]
    exact = compile_numpy(outputs)(P, X, 23)
    rough = compile_jax(outputs, dtype=dtype)(P, X, 23)
    assert 0.0 < abs(exact[1] - rough[1]).max() < rtol * abs(exact[1]).max()
    train = train_jax(outputs, *rule(Adam), dtype=dtype)
    averages = {name: np.zeros(13) for name in Adam.AVERAGES}
    losses, _ = train(P, averages, X, None, [0.01] * 30, 1)
    assert losses[-1] < losses[0]


@pytest.mark.long
def test_what_does_not_roll_up_is_compiled_in_bearable_time():
    # Fused, it took minutes.
    rng = random.Random(1)
    names = ("add", "mul", "tanh", "sin")
    steps = [(name, [rng.randrange(max(0, i - 20), 6 + i)
                     for _ in range(TABLE[name].arity)])
             for i, name in enumerate(rng.choices(names, k=150))]  # fmt: skip
    columns = [np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([0.5, -0.5])]
    check(random_function(steps), [0.1, 0.2, 0.3], columns, "jax", second=False)


def test_jax_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    w = Value(1.0)
    program = record(lambda x: w * x, (1,), [w])
    with pytest.raises(ImportError, match=r'jax backend needs jax: pip install "chain'):
        program.compile("jax")([1.0], [1.0])


@pytest.mark.parametrize("given, message", [
    ({"dtype": "float16"}, "a dtype among 'float64', .*; got 'float16'"),
    ({"devices": []}, "one device of this process; got 0 devices"),
])  # fmt: skip
def test_options_that_jax_cannot_have(given, message):
    w = Value(1.0)
    program = record(lambda x: w * x, (1,), [w])
    with pytest.raises(ValueError, match=message):
        program.compile("jax", **given)([1.0], [1.0])


def test_erf_without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    w = Value(1.0)
    program = record(lambda x: erf(w * x), (1,), [w])
    with pytest.raises(ImportError, match=r"erf of arrays needs scipy: pip install"):
        program.compile("numpy")([1.0], [1.0])
