"""How numbers leave the graph: through our own interfaces as they are, else never."""

import array
import copy
import datetime
import decimal
import fractions
import json
import math
import operator
import pickle
import random
import statistics
import struct
import time
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    Operand,
    Value,
    check_answer,
    check_gradients,
    descend,
    detect_anomaly,
    draw,
    evaluate_rows,
    explain,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    mistakes,
    numerical_gradient,
    paths,
    record,
    record_sources,
    tanh,
    to_python,
    value_and_grad,
    vjp,
)
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Data,
    MLPRegressor,
    Preprocessing,
    RMSProp,
    Trail,
    accuracy,
    clip_by_norm,
    cosine,
    cross_entropy,
    fit,
    l1_penalty,
    l2_penalty,
    linear_decay,
    load_model,
    max_margin,
    plot_activations,
    plot_boundary,
    plot_gradients,
    plot_surface,
    predict,
    save_model,
    squared_error,
    step_decay,
    to_onnx,
    warm_up,
    write_report,
)

pytestmark = pytest.mark.versions

ROWS = [[0.5, -1.0], [2.0, 1.0], [-1.0, 0.25], [0.0, -2.0]]
SIGNS = [-1, 1, 1, -1]
TWO = Value(2.0, constant=True)


def numbers_in(thing):
    """Return all that stands in arrays, dictionaries and nested lists."""
    if hasattr(thing, "tolist"):
        thing = thing.tolist()
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, list | tuple):
        return [number for part in thing for number in numbers_in(part)]
    return [thing]


def leaf():
    return Value(0.5, "v")


# --- ways of Python and NumPy ---------------------------------------------------------

OURS = "float() needs a constant"


@pytest.mark.parametrize(
    "take",
    [
        float, int, round, complex, math.floor, math.ceil, math.trunc, math.isfinite,
        lambda v: round(v, 2),
        lambda v: "%.3f" % v,  # noqa: UP031
        lambda v: "%g and more" % v,  # noqa: UP031
        lambda v: math.isclose(v, 0.5),
        lambda v: math.hypot(v, 1.0),
        lambda v: math.fsum([v, v]),
        lambda v: math.dist([v], [1.0]),
        lambda v: statistics.fmean([v, v]),
        lambda v: array.array("d", [v]),
        lambda v: list(map(math.tanh, [v])),
        np.float64, np.float32, np.floor,
        lambda v: np.asarray(v, float),
        lambda v: np.array([v, 1.0], dtype=float),
        lambda v: np.array([v, 1.0]).astype(float),
        lambda v: np.zeros(4).__setitem__(0, v),
        lambda v: np.zeros(4, dtype=int).__setitem__(0, v),
        lambda v: np.zeros(4).fill(v),
        lambda v: np.interp(v, [0.0, 1.0], [0.0, 1.0]),
        lambda v: np.random.default_rng(0).normal(v),
    ],
)  # fmt: skip
def test_what_asks_for_a_float_is_told_where_and_what_to_do(take):
    with pytest.raises(TypeError) as caught:
        take(leaf())
    message = str(caught.value)
    assert message.startswith(OURS) and "got 0.5 at 'v', asked for at " in message
    assert ".data for the number alone" in message and 'f"{v:.3f}"' in message


@pytest.mark.parametrize(
    "take",
    [
        operator.index, range, json.dumps, time.sleep, fractions.Fraction,
        decimal.Decimal, Value, np.isnan, np.round, np.isfinite,
        lambda v: datetime.timedelta(v),
        lambda v: "%d" % v,  # noqa: UP031
        lambda v: statistics.mean([v, v]),
        lambda v: statistics.stdev([v, v]),
        lambda v: struct.pack("d", v),
        lambda v: [1.0, 2.0][v],
        lambda v: np.ones(2)[v],
        lambda v: "a" * v,
        lambda v: v % 1.0,
        lambda v: v // 1.0,
        lambda v: divmod(v, 1.0),
        lambda v: v.backward(seed=v),
        lambda v: setattr(v, "data", v),
    ],
)  # fmt: skip
def test_what_else_takes_numbers_takes_no_value(take):
    with pytest.raises((TypeError, IndexError, struct.error)):
        take(leaf())


@pytest.mark.parametrize(
    "compute",
    [
        lambda v: sum([v, v]),
        lambda v: math.prod([v, 2.0]),
        lambda v: random.Random(0).gauss(v, 1.0),
        lambda v: random.Random(0).uniform(0.0, v),
        lambda v: max(v, 0.0),
        lambda v: sorted([v, -v])[1],
        lambda v: np.exp(v),
        lambda v: np.float64(2.0) * v,
        lambda v: np.asarray(v).item(),
        lambda v: np.array([v, 1.0]).mean(),
        lambda v: np.array([v, 1.0], dtype=object) @ np.array([1.0, 2.0]),
        lambda v: np.clip(v, 0.0, 1.0),
        lambda v: np.where([True, False], v, 0.0)[0],
    ],
)
def test_what_computes_stays_in_the_graph(compute):
    v = leaf()
    y = compute(v)
    assert isinstance(y, Value)
    y.backward()
    moved = (compute(Value(0.5 + 1e-6)).data - y.data) / 1e-6
    assert v.grad == pytest.approx(moved, rel=1e-4)


def takes_one_number(f):
    try:
        f(0.5)
    except ValueError:  # outside its domain
        return True
    except TypeError:
        return False
    return True


MATH = [
    f
    for name, f in sorted(vars(math).items())
    if callable(f) and not name.startswith("_") and takes_one_number(f)
]


def outcome(f, x):
    """Return what f gives, or how it raises; nan as text, for it is not itself."""
    try:
        return repr(f(x))
    except (ArithmeticError, ValueError) as error:
        return repr(error)


@given(st.sampled_from(MATH), st.floats())
def test_functions_of_math_take_constants_alone(f, x):
    with pytest.raises(TypeError) as caught:
        f(Value(x))
    assert str(caught.value).startswith(OURS)
    constant = Value(x, constant=True)
    assert outcome(f, constant) == outcome(f, x)
    assert outcome(f, +constant) == outcome(f, x)  # computed of constants alone


def test_the_function_of_ours_is_named_where_there_is_one():
    v = leaf()

    from math import exp

    takes = [
        (lambda v: exp(v), "autograd.exp in place of exp;"),
        (lambda v: 2 * math.log2(v), "autograd.log2 in place of math.log2;"),
        (lambda v: math.fabs(v), "autograd.abs in place of math.fabs;"),
        (lambda v: statistics.fmean([v, v]), "functions of autograd in place of"),
        (lambda v: math.erfc(v), "functions of autograd in place of"),
        (lambda v: np.zeros(2).fill(v), "functions of autograd in place of"),
        (lambda v: np.float64(v), "functions of autograd in place of"),
    ]  # no assertions, whose code pytest rewrites
    for take, hint in takes:
        with pytest.raises(TypeError) as caught:
            take(v)
        said = str(caught.value)
        assert f"test_leaving.py:{take.__code__.co_firstlineno} (hint: {hint}" in said
    assert "an array of dtype=object to store it" in said


def test_the_node_is_told_where_it_was_made():
    with record_sources():
        y = tanh(leaf())
    line = y.source.line
    with pytest.raises(
        TypeError, match=rf"got 0\.46\d+, made at .*:{line}, asked for at .*:"
    ):
        float(y)


def test_the_learners_own_sigmoid():
    def sigmoid(x):
        return 1.0 / (1.0 + math.exp(-x))

    for derive in (
        lambda: grad(sigmoid)(0.5),
        lambda: value_and_grad(sigmoid)(0.5),
        lambda: jvp(sigmoid, (0.5,), (1.0,)),
        lambda: check_gradients(sigmoid, 0.5),
        lambda: explain(sigmoid, language="en", x=0.5),
        lambda: record(sigmoid, (1,), []),
    ):
        with pytest.raises(TypeError, match=r"autograd\.exp in place of math\.exp"):
            derive()
    assert evaluate_rows(lambda x: sigmoid(x[0]), [[0.0]]).tolist() == [0.5]


def test_a_decay_that_is_kept_in_an_array():
    def decay(k, kept):
        kept[0] = 1.0
        for i in range(3):
            kept[i + 1] = kept[i] - 0.1 * k * kept[i]
        return kept[3]

    with pytest.raises(TypeError, match="an array of dtype=object to store it"):
        grad(lambda k: decay(k, np.zeros(4)))(0.5)
    slope = grad(lambda k: decay(k, np.zeros(4, dtype=object)))(0.5)
    assert slope == pytest.approx(-0.3 * 0.95**2, rel=1e-12)  # of (1 - k/10)³


def test_an_operand_has_no_number_to_give():
    class Spoken(Operand):
        def apply(self, op, args):
            return self

    with pytest.raises(TypeError, match="needs a constant"):
        math.exp(Spoken(0.0))


# --- what prints ----------------------------------------------------------------------


@given(
    st.floats(), st.sampled_from(["", ">60", "<4", "e", ".3f", "+.2e", "010.1f", "%"])
)
def test_formats(x, spec):
    v = Value(x, "v")
    assert format(v, spec) == (format(x, spec) if spec else repr(v))
    assert f"{v:{spec}}" == format(v, spec) == ("{:" + spec + "}").format(v)
    assert f"{v!r} {v!s} {v}" == " ".join([repr(v)] * 3) == "%s %r %s" % (v, v, v)  # noqa: UP031


# --- our own interfaces ---------------------------------------------------------------


def checked(model):
    """Give each parameter a grad that is a Value, as `create_graph` does."""
    model.zero_grad()
    squared_error([model(row) for row in ROWS], SIGNS).backward(create_graph=True)
    assert all(isinstance(p.grad, Value) for p in model.parameters())
    assert not all(p.grad.constant for p in model.parameters())
    return model


def network():
    return checked(MLP(2, [3, 1], activation="tanh", seed=0))


def cube():
    """Return x and x³, with grads that are Values."""
    x = leaf()
    y = x**3
    y.backward(create_graph=True)
    return x, y


def of_derivatives():
    two = [0.5, 1.0]

    def f(x, y):
        return TWO * x**2 * y + math.exp(TWO)

    yield grad(f, argnums=(0, 1))(*two)
    yield value_and_grad(f)(*two)
    yield jvp(f, two, [1.0, 0.0])
    yield vjp(f, *two)[0]
    yield vjp(f, *two)[1](1.0)
    yield jacobian(lambda x: [x[0] * x[1], x[0] ** TWO])(two)
    yield hessian(lambda x: f(*x))(two)
    yield hvp(f, two, [1.0, 0.0])
    yield grad(grad(f))(*two)
    yield numerical_gradient(f, *two).gradient
    check_gradients(f, *two, order=2)


def of_grads():
    x, y = cube()
    for copied in (pickle.loads(pickle.dumps(y)), pickle.loads(pickle.dumps(x))):
        yield copied.grad
    assert copy.deepcopy(y).grad.data == y.grad.data == 1.0
    with detect_anomaly():
        (x**4).backward(create_graph=True)
    assert "0.75" in repr(x) or x.grad.data == 0.75 + 0.5
    yield [graph.count("grad") for graph in (draw(y).source, draw(y * y).source)]
    x.grad = x.grad + x  # two calls, or more: the picture says how they differ
    yield len(draw(y, partials=True, highlight=[x], language="en").source)


def of_columns():
    v = leaf()
    yield evaluate_rows(lambda x: v * x[0] + x[1], ROWS)
    yield evaluate_rows(lambda x: [v * x[0], v, 1.0], ROWS)
    yield evaluate_rows(lambda x: v * x[0] if x[1] > 0.0 else v, ROWS)
    yield evaluate_rows(lambda x: [x[0] * x[1]], [[Value(x) for x in r] for r in ROWS])
    w = Value(2.0, "w")
    compiled = record(lambda x: w * x, (1,), [w]).compile()
    yield compiled([w], [1.0, 2.0])
    yield compiled.outputs([w], [1.0, 2.0])


def of_lessons():
    x, y = cube()
    yield [explain(y, language="en").gradient, explain(y * 2.0).gradient]
    yield [paths(y, x).total, paths(y, x).derivative]
    yield descend(lambda x: x * x, leaf(), language="en").points
    yield check_answer(leaf(), right=0.5, language="en").solved
    yield [len(text) for text in (to_python(y), str(mistakes(y)), f"{x:.3f}{y}")]


def of_optimizers():
    kinds = (SGD, Adam, AdamW, RMSProp, lambda p, lr: SGD(p, lr=lr, momentum=0.9))
    for kind in kinds:
        model = network()
        plain = MLP(2, [3, 1], activation="tanh", seed=0)
        squared_error([plain(row) for row in ROWS], SIGNS).backward()
        moved = []
        for each in (model, plain):
            optimizer = kind(each.parameters(), lr=0.1)
            yield clip_by_norm(each.parameters(), 1e3)
            optimizer.step()
            optimizer.load_state_dict(json.loads(json.dumps(optimizer.state_dict())))
            yield list(optimizer.averages.values())
            moved.append([p.data for p in each.parameters()])
        yield moved
        assert moved[0] == moved[1]
    shortened = network()
    yield clip_by_norm(shortened.parameters(), 1e-3)
    yield [p.grad for p in shortened.parameters()]
    for schedule in (
        linear_decay(0.1, 5), step_decay(0.1, 2, 0.5), warm_up(2, cosine(0.1, 5)),
    ):  # fmt: skip
        yield [schedule(step) for step in range(5)]


def of_networks(folder):
    model = network()
    yield model.predict(ROWS)
    yield predict(model, [[Value(x) for x in row] for row in ROWS])
    scores = [model(row) for row in ROWS]
    yield accuracy(scores, SIGNS)
    yield accuracy(scores, [Value(sign) for sign in SIGNS])
    assert accuracy([[leaf(), leaf() + 1.0]], [Value(1.0)]) == 1.0
    columns = Preprocessing(columns={}, means=[], scales=[], target="y", classes=[],
                            target_mean=1.0, target_scale=2.0)  # fmt: skip
    yield columns.predictions(scores)
    yield columns.predictions([[score] for score in scores])
    yield model.state_dict()
    other = MLP(2, [3, 1], activation="tanh", seed=1)
    other.load_state_dict(model.state_dict())
    other.load_state_dict({name: t.values for name, t in model._tensors().items()})
    assert [p.data for p in other.parameters()] == [p.data for p in model.parameters()]
    path = save_model(network(), folder / "model.safetensors")
    yield load_model(path).predict(ROWS)
    yield [p.grad for p in pickle.loads(pickle.dumps(model)).parameters()]
    yield [p.grad.data for p in copy.deepcopy(model).parameters()]


def of_pictures(folder):
    data = Data(ROWS, [0, 1, 1, 0], ["a", "b"], ["no", "yes"], "mine", "y")
    model = network()
    before = [p.grad for p in model.parameters()]
    page = write_report(folder / "report.html", model, data, language="en")
    yield len(page.read_text(encoding="utf-8"))
    for plot in (plot_gradients, plot_activations, plot_boundary, plot_surface):
        yield len(plot(model, data, language="en").axes)
    assert [p.grad for p in model.parameters()] == before
    if find_spec("onnx"):
        yield to_onnx(model, folder / "model.onnx").stat().st_size
    with pytest.warns(UserWarning, match="still making progress"):
        yield MLPRegressor((2,), max_iter=2).fit(ROWS, SIGNS).predict(ROWS)


def of_training(folder, engine):
    for loss, targets, sizes, penalty in (
        (squared_error, SIGNS, [3, 1], 0.0),
        (max_margin, SIGNS, [3, 1], l2_penalty),
        (cross_entropy, [0, 1, 1, 0], [3, 2], l1_penalty),
        (lambda p, t: squared_error(p, t) * TWO, SIGNS, [1], 0.5),
    ):
        model = MLP(2, sizes, activation="tanh", seed=0)
        if len(sizes) == 2 and sizes[1] == 1:
            checked(model)
        trail = Trail(model)
        history = fit(
            model, ROWS, targets, loss=loss, penalty=penalty, epochs=3, engine=engine,
            validation=(ROWS, targets), max_norm=1.0, schedule=cosine(0.1, 3),
            checkpoint=folder / f"{engine}.safetensors", callbacks=[trail],
            batch_size=2, progress=False,
        )  # fmt: skip
        yield [history.losses, history.accuracies, history.learning_rates]
        yield [history.validation_losses, history.validation_accuracies]
        yield [p.grad for p in model.parameters()]
        yield [list(point) for point in trail.points]
        (folder / f"{engine}.safetensors").unlink()


@pytest.mark.parametrize(
    "leave",
    [
        of_derivatives, of_grads, of_columns, of_lessons, of_optimizers, of_networks,
        of_pictures,
        lambda folder: of_training(folder, "eager"),
        lambda folder: of_training(folder, "numpy"),
    ],
)  # fmt: skip
def test_numbers_leave_through_our_interfaces(leave, tmp_path):
    found = leave(tmp_path) if leave.__code__.co_argcount else leave()
    for numbers in found:
        kinds = {type(number) for number in numbers_in(numbers)}
        assert kinds and kinds <= {float, int, bool}, kinds


def test_data_are_plain_numbers():
    v = leaf()
    for give in (
        lambda: Value(v),
        lambda: Data([[v, 1.0]], [1.0], ["a", "b"], [], "mine", "y"),
        lambda: fit(MLP(1, [1]), [[v]], [1.0], epochs=1, progress=False),
        lambda: fit(MLP(1, [1]), [[1.0]], [v], epochs=1, progress=False),
        lambda: numerical_gradient(lambda x: x, v),
        lambda: cross_entropy([0.0, 1.0], v * 2.0),
    ):
        with pytest.raises(TypeError):
            give()
    assert cross_entropy([0.0, 0.0], Value(1.0, constant=True)) == math.log(2.0)
