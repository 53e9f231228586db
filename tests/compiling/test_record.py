"""Recording, reading what was recorded, and what is refused."""

import importlib.util
import math
import pickle
import random
import re
import sys
import threading
import time
from copy import deepcopy

import numpy as np
import pytest
from scipy.special import erf

from autograd import (
    Op,
    Value,
    draw,
    explain,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    logsumexp,
    maximum,
    no_grad,
    record,
    softmax,
    value_and_grad,
    vjp,
    where,
)
from autograd.compiling import compiled as memory
from autograd.compiling.statements import in_order
from autograd.phrases import Phrases
from nn import MLP, cross_entropy, l2_penalty, max_margin

pytestmark = pytest.mark.versions


class Named(Value):
    """A subclass with attributes of its own."""

    def __init__(self, data):
        super().__init__(data)
        self.name = "mine"


class Slotted(Value):
    __slots__ = ("moment",)


@pytest.fixture
def w():
    return Value(2.0, "w")


def program_of(w):
    return record(lambda x, y: (w * x - y) ** 2, (1, 1), [w])


def moons():
    """Return a program, and the model, which knows the names of its parameters."""
    model = MLP(2, [16, 16, 1], seed=0)
    ps = model.parameters()
    program = record(lambda x, y: max_margin(model(x), y) + l2_penalty(ps), (2, 1), ps)
    return program, model


# --- what is recorded -----------------------------------------------------------------


def test_parameters_are_as_they_were_afterwards(w):
    others = [Named(1.0), Slotted(3.0)]
    record(lambda x: w * x + others[0] * others[1], (1,), [w, *others])
    assert [type(p) for p in (w, *others)] == [Value, Named, Slotted]
    assert [p.data for p in (w, *others)] == [2.0, 1.0, 3.0]
    (w * w).backward()
    assert w.grad == 4.0


def test_they_are_after_an_error_as_well(w):
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        record(f, (1,), [w])
    assert type(w) is Value and (w + 1.0).data == 3.0


@pytest.mark.parametrize("kind", [Value, Named, Slotted])
def test_parameters_of_subclasses(kind):
    a, b = kind(2.0), kind(3.0)
    step = record(lambda x: (a * x).tanh() + b.relu() * a, (1,), [a, b]).compile()
    _, gradients = step([a, b], [0.5])
    assert gradients[1] == 2.0
    assert gradients[0] == pytest.approx(0.5 * (1 - np.tanh(1.0) ** 2) + 3.0)
    with pytest.raises(TypeError, match="a comparison was asked for"):
        record(lambda x: x if a > 0 else -x, (1,), [a])


def test_sizes_of_arguments(w):
    def f(one, three, matrix, list_of_one):
        assert len(three) == 3 and [len(row) for row in matrix] == [3, 3]
        assert len(list_of_one) == 1
        return one + three[2] * matrix[1][2] * list_of_one[0] * w

    step = record(f, (1, 3, (2, 3), (1,)), [w]).compile()
    matrix = [[[0, 0, 0], [0, 0, 7]]]
    loss, _ = step([2.0], [1.0], [[0, 0, 5.0]], matrix, [[3.0]])
    assert loss == 1.0 + 5.0 * 7.0 * 3.0 * 2.0
    shapes = [x.shape for x in step.input_gradients([2.0], [1.0], [[0, 0, 5.0]],
                                                    matrix, [[3.0]])]  # fmt: skip
    assert shapes == [(1,), (1, 3), (1, 2, 3), (1, 1)]


def test_values_computed_before_the_recording(w):
    before = w * 3.0 + Value(1.0, constant=True)
    step = record(lambda x: before * x, (1,), [w]).compile()
    loss, gradients = step([2.0], [4.0])
    assert (loss, gradients.tolist()) == (28.0, [12.0])


def test_a_value_labelled_where_used_once_is_no_copy(w):
    same = record(lambda x: w * x + w * x, (1,), [w])
    assert same.rolled.scalars == 2  # w·x, once, and the sum


def test_constants_are_folded(w):
    program = record(lambda x: w * x * (2.0**3 + log(1.0) + Value(1.0, constant=True)),
                     (1,), [w])  # fmt: skip
    assert program.rolled.scalars == 2


def test_zero_plus_something_used_elsewhere(w):
    def f(x):
        y = w * x
        return sum([y]) * y

    assert record(f, (1,), [w]).compile()([3.0], [2.0])[0] == 36.0


# --- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("branch", "what"),
    [
        (lambda x: x if x > 0 else -x, "a comparison"),
        (lambda x: x if 0 >= x else -x, "a comparison"),
        (lambda x: x if x else -x, "the truth of one"),
        (lambda x: x if x == 1 else -x, "a comparison"),
        (lambda x: x if x in [1.0, 2.0] else -x, "a comparison"),
        (lambda x: x * [1, 2][x], "the item at its place"),
        (lambda x: x * x.data, "its data"),
        (lambda x: max(x, 0.0), "a comparison"),
        (lambda x: x if x in {1.0, 2.0} else -x, "its place in a set or a dict"),
        (lambda x: {1.0: x}.get(x, -x), "its place in a set or a dict"),
    ],
)
def test_branching_names_the_line_and_what_to_do(branch, what, w):
    place = rf"test_record.py:{branch.__code__.co_firstlineno}"
    with pytest.raises(
        TypeError, match=rf"{what} was asked for, at .*{place}.*hint: in place of"
    ):
        record(lambda x: branch(w * x), (1,), [w])


@pytest.mark.parametrize(
    ("taken", "hint"),
    [
        (lambda x: x * float(x), r"float\(\) of one .*functions of autograd in place"),
        (lambda x: x * int(x), r"int\(\) of one .*functions of autograd in place"),
        (lambda x: 1.0 / (1.0 + math.exp(-x)), "autograd.exp in place of math.exp"),
        (lambda x: np.zeros(2).__setitem__(0, x), "array of dtype=object to store it"),
        (lambda x: x * float(f"{x:.3f}"), "its data was asked for"),
    ],
)
def test_what_takes_the_number_out_names_the_line_and_what_to_do(taken, hint, w):
    place = rf"at .*test_record.py:{taken.__code__.co_firstlineno} "
    with pytest.raises(TypeError, match=hint) as caught:
        record(lambda x: taken(w * x), (1,), [w])
    assert re.search(place, str(caught.value))


def test_what_to_use_in_place_of_branching(w):
    f = record(lambda x: where(x.relu(), maximum(w * x, 0.5), -x), (1,), [w])
    assert f.compile().outputs([2.0], [-1.0, 0.1, 1.0]).tolist() == [1.0, 0.5, 2.0]


def test_an_input_is_not_looked_up_either(w):
    with pytest.raises(
        TypeError, match="its place in a set or a dict was asked for, at"
    ):
        record(lambda x: w * 2.0 if x in {1.0, 2.0} else w, (1,), [w])
    places = {w: 3.0}
    step = record(lambda x: places[w] * x * w, (1,), [w]).compile()
    assert step([2.0], [1.0])[0] == 6.0


def test_copies(w):
    program = program_of(w)
    step = program.compile()
    for copy in (pickle.loads(pickle.dumps(program)), deepcopy(program)):
        assert str(copy) == str(program)
        assert copy.compile()(copy.parameters, [1.0], [3.0])[0] == 1.0
    assert pickle.loads(pickle.dumps(step))([4.0], [1.0], [3.0])[0] == 1.0


def in_thread(f):
    """Return what `f` gives, or raises, in another thread."""
    found = []

    def run():
        try:
            found.append(f())
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("kind", [Value, Named, Slotted])
def test_another_thread_has_its_own_use_of_parameters_meanwhile(kind):
    w = kind(2.0)
    uses = (
        lambda: (w * 2.0).data, lambda: w.data, lambda: w > 0.0, lambda: bool(w),
        lambda: type(w), lambda: (w * w).backward() or w.grad, lambda: repr(w),
        lambda: grad(lambda x: x**3)(w).data,
        lambda: record(lambda x: w * x, (1,), [w]).compile()([w], [5.0])[0],
    )  # fmt: skip
    found = []

    def f(x):
        w.grad = 0.0
        found[:] = [in_thread(use) for use in uses]
        found.append(in_thread(lambda: x * 2.0))
        return w * x

    assert record(f, (1,), [w]).rolled.scalars == 1
    *numbers, error = found
    shown = "Value(data=2.0, grad=4.0)"
    assert numbers == [4.0, 2.0, True, True, kind, 4.0, shown, 12.0, 10.0]
    assert isinstance(error, RuntimeError) and "or another thread's" in str(error)


def test_parameters_keep_their_class(w):
    kinds = []
    record(lambda x: kinds.append(type(w)) or w * x, (1,), [w])
    assert set(kinds) == {Value}


@pytest.mark.parametrize("kind", [Value, Named, Slotted])
@pytest.mark.parametrize(
    "read",
    [
        lambda w: w.data,
        lambda w: w > 0.0,
        lambda w: 0.0 <= w,
        lambda w: Value(0.0, constant=True) < w,
        lambda w: bool(w),
        lambda w: float(w),
        lambda w: int(w),
        lambda w: [1, 2][w],
        lambda w: max(w, 0.0),
        lambda w: (w * w).data,
        lambda w: w + 1.0 > w,
        lambda w: setattr(w, "data", 3.0),
        lambda w: math.floor(w),
        lambda w: np.zeros(1).__setitem__(0, w),
        lambda w: Value(w),
    ],
)
def test_no_number_is_taken_out_of_a_parameter(read, kind):
    w = kind(2.0)
    before = w * 3.0  # computed before, and a parameter's all the same
    for value in (w, before):
        with pytest.raises(TypeError):
            record(lambda x, value=value: x if read(value) else w * x, (1,), [w])
    assert w.data == 2.0 and not w < 0.0 and before.data == 6.0


def test_what_is_no_parameter_has_its_number(w):
    rate, other = Value(0.5, constant=True), Value(4.0)
    step = record(lambda x: w * x * (rate.data if other > 1.0 else 9.0), (1,), [w])
    assert step.compile()([2.0], [3.0])[0] == 3.0


def test_a_parameter_on_either_side_of_an_input():
    for kind in (Value, Named, Slotted):
        a, b = kind(2.0), kind(3.0)

        def f(x, a=a, b=b):
            return [a * x, x * a, a - x, a / x, a**x, maximum(a, x), where(x, a, b),
                    where(a, x, b), a.leaky_relu(x), np.dot([a, b], [x, x]),
                    np.sum(np.array([a, x, b])), a * b + x]  # fmt: skip

        found = record(f, (1,), [a, b]).compile().outputs([a, b], [0.5])
        expected = [2 * 0.5, 0.5 * 2, 1.5, 4, 2**0.5, 2, 2, 0.5, 2, 2.5, 5.5, 6.5]
        assert [float(y[0]) for y in found] == expected


def test_a_long_chain_of_parameters_alone(w):
    def f(x):
        y, z = w, x
        for _ in range(3000):
            y = y * 0.999 + w * 0.001
            z = z + y * x
        return z

    assert len(record(f, (1,), [w]).scalars.ops) > 12_000


def test_what_is_returned_as_it_was_given(w):
    step = record(lambda x: x, (1,), [w]).compile()
    assert step.input_gradients([2.0], [1.0, 5.0])[0].tolist() == [0.5, 0.5]
    step = record(lambda x: w, (1,), [w]).compile()
    assert step.evaluate(step.vector([w]), step.data([1.0]))[1].shape == (1,)


def test_constants_keep_their_sign(w):
    f = record(lambda x: [(w * x[0]) * 0.0, (w * x[1]) * -0.0], (2,), [w]).compile()
    found = f.outputs([2.0], [[1.0, 1.0]])
    assert [np.signbit(y[0]) for y in found] == [False, True]


def curve(t, w):
    """Return something of t and w that chooses and bends."""
    return (w * t).tanh() * w + (w - t).relu() * t**3 + abs(t) ** w + maximum(t, w)


def backward_inside(t, w):
    curve(t, w).backward(create_graph=True)
    first, w.grad = w.grad, 0.0
    (w * t * t).backward(create_graph=True)
    return first * t.grad + w.grad


INSIDE = [
    lambda t, w: (grad(curve)(t, w) + curve(t, w)) ** 2,
    lambda t, w: grad(grad(curve, 1), 0)(t, w) * t,
    lambda t, w: grad(curve, (0, 1))(t, w)[1] + grad(curve, (0, 1))(t, w)[0],
    lambda t, w: grad(lambda s: grad(lambda r: s * r * r)(t) * s)(t) * w,
    lambda t, w: grad(lambda s: (s * w).relu() * t)(2.0) * w,
    lambda t, w: grad(lambda s: s * w**2)(2.0) * t,
    lambda t, w: grad(lambda s: s**s)(w * t * t + 1.0),
    lambda t, w: value_and_grad(lambda s: curve(s, w))(t)[0] * t,
    lambda t, w: jvp(curve, (t, 2.0), (w, t))[1],
    lambda t, w: jvp(lambda s: s * s * 3.0, (2.0,), (w * t,))[1],
    lambda t, w: vjp(lambda s: [curve(s, w), s * t], t)[1]([w, 2.0])[0],
    lambda t, w: vjp(lambda s: s * s, 2.0)[1](t * w)[0],
    lambda t, w: jacobian(lambda s: [s[0] * s[1], s[0] * w])([t, w])[0][1],
    lambda t, w: jacobian(lambda s: [s * s * w, s, curve(s, t)])(t)[2],
    lambda t, w: hessian(lambda s: curve(s, w) * t)(t),
    lambda t, w: hvp(curve, [t, w], [w, 1.0])[1],
    backward_inside,
    lambda t, w: t * w * grad(lambda z: z**3)(2.0),
]


@pytest.mark.parametrize("f", INSIDE)
def test_derivatives_inside_are_those_of_the_eager_engine(f, w):
    step = record(lambda t: f(t, w), (1,), [w]).compile()
    assert (w.grad, type(w.grad)) == (0.0, float)
    for x in (0.3, 1.7, 5.0):
        w.grad, t = 0.0, Value(x)
        y = f(t, w)
        w.grad = t.grad = 0.0
        y.backward()
        loss, gradient = step([w], [x])
        assert loss == pytest.approx(y.data, rel=1e-12)
        assert gradient[0] == pytest.approx(w.grad, rel=1e-12)
        slopes = step.input_gradients([w], [x])
        assert slopes[0][0] == pytest.approx(t.grad, rel=1e-12)
        w.grad = 0.0


@pytest.mark.parametrize("x", [-1.0, 0.0, 4.0])
@pytest.mark.parametrize(
    "f",
    [
        lambda t, w: w * where(t.step(), t.relu().sqrt(), 0.0),
        lambda t, w: (t + t * t).relu() * w + where(t.step(), (w * t).relu() ** 0.5, t),
        lambda t, w: where(t.step(), 1.0 / where(t.step(), t, 0.0), w),
    ],
)
def test_no_slope_inside_is_asked_for_where_nothing_is_taken(f, x, w):
    for g in (
        lambda t, w: grad(f)(t, w) * t + grad(f, 1)(t, w),
        lambda t, w: jvp(f, (t, w), (1.0, w))[1],
    ):
        try:
            exact = value_and_grad(g, (0, 1))(x, 2.0)
        except ZeroDivisionError:
            continue
        step = record(lambda t, g=g: g(t, w), (1,), [w]).compile()
        loss, gradient = step([w], [x])
        found = [loss, step.input_gradients([w], [x])[0][0], gradient[0]]
        assert found == pytest.approx([exact[0], *exact[1]], rel=1e-12)


def test_what_derivatives_leave_is_computed_once(w):
    f = record(lambda x: grad(lambda t: t.tanh())(x) + x.tanh() + w, (1,), [w])
    assert f.rolled.scalars == 5  # tanh, its square, 1 - it, and two sums


@pytest.mark.parametrize(
    ("use", "what"),
    [
        (lambda x, w: (w * x).backward(), "backward"),
        (lambda x, w: (w * w).backward(), "backward"),
        (lambda x, w: (w * x)._backward(), "_backward"),
        (lambda x, w: (w * w)._backward(), "_backward"),
        (lambda x, w: draw(w * x), "its graph"),
        (lambda x, w: explain(w * x), "its graph"),
        (lambda x, w: (w * x).args, "its graph"),
        (lambda x, w: (w * x)._prev, "its graph"),
    ],
)
def test_what_would_leave_the_recording(use, what, w):
    place = rf"test_record.py:{use.__code__.co_firstlineno}"
    with pytest.raises(
        TypeError, match=rf"recorded as well; {what}.* at .*{place}.*autograd.grad"
    ):
        record(lambda x: use(x, w), (1,), [w])


def test_what_is_differentiated_elsewhere_is_a_number(w):
    step = record(lambda x: w * x * grad(lambda t: t**3)(2.0), (1,), [w]).compile()
    assert step([2.0], [1.0])[0] == 24.0


class Dice:
    """Something of the user's own that gives another number each time."""

    def __init__(self):
        self.random, self.count = random.Random(1), 0

    def roll(self):
        self.count += 1
        return self.random.random()


@pytest.mark.parametrize(
    ("draw_one", "name"),
    [
        (lambda dice: random.random(), "random"),
        (lambda dice: random.gauss(0.0, 1.0), "random"),
        (lambda dice: random.choice([1.0, 1.0]), "random"),
        (lambda dice: np.random.rand(), "numpy.random"),
        (lambda dice: np.random.normal(), "numpy.random"),
    ],
)
def test_drawing_by_lot(draw_one, name, w):
    random.seed(5)
    np.random.seed(5)
    before = random.getstate(), np.random.get_state()[1].tolist()
    with pytest.raises(ValueError, match=f"draws random numbers, of {name} .hint: dr"):
        record(lambda x: w * x * draw_one(None), (1,), [w])
    assert before == (random.getstate(), np.random.get_state()[1].tolist())
    expected = random.random(), np.random.rand()
    random.seed(5)
    np.random.seed(5)
    assert expected == (random.random(), np.random.rand())


@pytest.mark.parametrize(
    "number",
    [
        lambda dice: dice.roll(),
        lambda dice: dice.roll() * 0.0 + dice.count,
        lambda dice: time.perf_counter(),
        lambda dice: time.time_ns() % 1e9,
    ],
)
def test_what_is_another_number_each_time(number, w):
    dice = Dice()
    with pytest.raises(ValueError, match=r"the same each time .* first, and .* then"):
        record(lambda x: w * x * number(dice), (1,), [w])


def test_another_program_each_time(w):
    calls = []

    def f(x):
        calls.append(1)
        return w * x if len(calls) % 2 else w * x + w

    with pytest.raises(ValueError, match=r"got 3 scalars at first, and 4 others"):
        record(f, (1,), [w])


def test_what_is_the_same_each_time_may_be_recorded(w):
    kept = {}

    def f(x):
        cube = Op("cube", lambda x: x**3, (lambda x, y: 3.0 * x**2,))
        kept.setdefault("twice", w * 2.0)
        return cube(w * x) + kept["twice"] * random.Random(1).random() * math.nan

    record(f, (1,), [w])


def test_the_inputs_of_several_outputs(w):
    step = record(lambda x: [w * x, w * x * x], (1,), [w]).compile()
    with pytest.raises(ValueError, match=r"returns one number; got one .* 2 .hint: re"):
        step.input_gradients([2.0], [1.0])
    assert step([2.0], [3.0])[0] == 6.0  # the first is the loss
    assert step.hvp([2.0], [1.0], [3.0]).tolist() == [0.0]
    one = record(lambda x: [w * x * x], (1,), [w]).compile()
    assert one.input_gradients([2.0], [3.0])[0].tolist() == [12.0]


def test_parameters_may_be_looked_up_but_not_compared(w):
    other = Value(1.0)
    f = record(lambda x: w * x if w in [other, w] else x, (1,), [w, other])
    assert f.compile()([2.0, 1.0], [3.0])[0] == 6.0


def test_leaves_of_another_model(w):
    stranger = Value(1.0, "stranger")
    with pytest.raises(ValueError, match=r"among its parameters.*stranger.*at .*test_"):
        record(lambda x: w * x + stranger, (1,), [w])


def test_recording_inside_recording(w):
    with pytest.raises(RuntimeError, match=r"record\(\) inside .*test_record.py"):
        record(lambda x: record(lambda y: y, (1,)).compile() and x, (1,), [w])
    assert program_of(w)  # and the next one is free to begin


def test_scalars_left_behind(w):
    kept = []
    record(lambda x: kept.append(x) or w * x, (1,), [w])
    with pytest.raises(RuntimeError, match="which is over"):
        kept[0] + 1.0
    with pytest.raises(RuntimeError, match="needs its own recording"):
        record(lambda x: x + kept[0], (1,), [w])


@pytest.mark.parametrize("result", [None, "text", [1.0, "text"], np.zeros(2)])
def test_what_returns_no_scalars(result):
    with pytest.raises(TypeError, match="returns scalars; got"):
        record(lambda x: result, (1,))


def test_what_returns_nothing_at_all():
    with pytest.raises(TypeError, match="returns scalars; got none"):
        record(lambda x: [], (1,))


@pytest.mark.parametrize("inputs", [(0,), (-1,), (True,), ((),), ((2, 0),), ("x",)])
def test_sizes_that_are_none(inputs):
    with pytest.raises(ValueError, match="inputs need a size for each argument"):
        record(lambda x: 1.0, inputs)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ([1.0], TypeError, "Values as parameters; got 1.0"),
        ([Value(1.0, constant=True)], ValueError, "leaves as parameters; got a const"),
        ([Value(1.0) + 1.0], ValueError, "leaves as parameters; got a computed"),
    ],
)
def test_parameters_that_are_none(parameters, error, message):
    with pytest.raises(error, match=message):
        record(lambda x: x, (1,), parameters)


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (([1.0],), ValueError, "needs 2 arguments beside the parameters, x, y; got 1"),
        (([[1.0, 2.0]], [1.0]), ValueError, r"x of shape \(samples\); got \(1, 2\)"),
        ((1.0, [1.0]), ValueError, r"x of shape \(samples\); got \(\)"),
        (([1.0, 2.0], [1.0]), ValueError, "same number of samples .* got 1, 2"),
        (([], []), ValueError, "at least one; got 0"),
        (([1.0], [1j]), TypeError, "real numbers in y; got an array of complex128"),
        ((["a"], [1.0]), TypeError, "real numbers in x; got an array of <U1"),
        (([[1.0], [1.0, 2.0]], [1.0]), ValueError, "rows of one length in x"),
        (([1.0, np.nan], [1.0, 1.0]), ValueError, "finite data; got nan in sample 1"),
        (([1.0], [np.inf]), ValueError, "finite data; got inf in sample 0, at y"),
    ],
)
def test_wrong_data(columns, error, message, w):
    step = program_of(w).compile()
    with pytest.raises(error, match=message):
        step([2.0], *columns)


def test_wrong_parameters(w):
    step = program_of(w).compile()
    with pytest.raises(ValueError, match="needs its 1 parameter; got 2"):
        step([1.0, 2.0], [1.0], [1.0])
    with pytest.raises(ValueError, match=r"another Value at place 0, .*'of another'"):
        step([Value(2.0, "of another")], [1.0], [1.0])
    with pytest.raises(TypeError, match="numbers as parameters; got 'text'"):
        step(["text"], [1.0], [1.0])
    with pytest.raises(ValueError, match="hvp needs a vector of 1 number"):
        step.hvp([2.0], [1.0, 1.0], [1.0], [1.0])


def test_unknown_backend(w):
    with pytest.raises(ValueError, match="'numpy', 'jax', 'native'; got 'cuda'"):
        program_of(w).compile("cuda")


@pytest.mark.parametrize(
    ("backend", "library", "extra"),
    [("jax", "jax", "jax"), ("native", "llvmlite", "fast")],
)
def test_a_backend_that_is_not_installed(backend, library, extra, w, monkeypatch):
    for name in list(sys.modules):
        if name.partition(".")[0] == library or f"{backend}_backend" in name:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    needed = rf'needs {library}: pip install "chainrule\[{extra}\]"'
    with pytest.raises(ImportError, match=needed):
        program_of(w).compile(backend)


def looped(x):
    for _ in range(3):
        x = math.sin(x)
    return x


def sines(x, y):
    a, b = math.sin(x), math.sin(math.sin(x))
    return math.cos(x) * math.cos(a) * math.cos(b)


def power(exponent):
    return lambda x: x**exponent, lambda x, y: exponent * x ** (exponent - 1.0)


nowhere = {}
exec("def cube(x): return x**3\ndef slope(x, y): return 3 * x**2", nowhere)

loop = Op("loop", looped, (sines,))
library = Op(
    "library",
    lambda x: float(erf(x)),
    (lambda x, y: 2.0 * math.exp(-x * x) / math.pi**0.5,),
)
closure = Op("closure", power(3.0)[0], power(3.0)[1:])
unwritten = Op("unwritten", nowhere["cube"], (nowhere["slope"],))
asking = Op("asking", lambda x: x, (lambda x, y: 1.0 if x.is_integer() else 0.9,))
kinked = Op(
    "kinked", lambda x: x if x > 0 else 0.0, (lambda x, y: 1.0 if x > 0 else 0.0,)
)


@pytest.mark.parametrize(
    ("op", "backend"),
    [(op, "numpy") for op in (loop, kinked, library, closure, unwritten, asking)]
    + [(loop, "jax"), (kinked, "jax")],
)
def test_an_op_without_a_formula_is_called(op, backend, w):
    pytest.importorskip(backend)
    step = record(lambda x: op(w * x) * x, (1,), [w]).compile(backend)
    rows = [1.0, -0.5, 2.0]
    y = sum(op(w * x) * x for x in rows) / 3.0
    y.backward()
    loss, gradient = step([w], rows)
    assert (loss, gradient[0]) == pytest.approx((y.data, w.grad), rel=1e-12)


def test_one_that_machine_code_cannot_do_is_refused_when_compiled(w):
    pytest.importorskip("llvmlite")
    for op in (loop, library, unwritten):
        with pytest.raises(
            ValueError, match=rf"(?s)formula needs .* in {op.name}.*numpy backend calls"
        ):
            record(lambda x, op=op: op(w * x), (1,), [w]).compile("native")
    step = record(lambda x: closure(w * x), (1,), [w]).compile("native")
    assert step([w], [0.5])[0] == pytest.approx(w.data**3 / 8.0)


def test_a_partial_without_a_formula_is_not_differentiated_again(w):
    step = record(lambda x: loop(w * x), (1,), [w]).compile()
    with pytest.raises(TypeError, match="partials of loop need to be computed from"):
        step.hvp([w], [1.0], [1.0])
    inside = record(lambda x: grad(lambda t: loop(t * t))(x) + w, (1,), [w]).compile()
    assert inside.outputs([w], [0.5])[0] == pytest.approx(2.0 + sines(0.25, 0.0))


def test_a_batch_larger_than_memory(w, monkeypatch):
    step = moons()[0].compile()
    ps = step.program.parameters
    monkeypatch.setattr(memory, "free_bytes", lambda: 100_000_000)
    with pytest.raises(MemoryError, match=r"batches of at most [\d,]+\)") as caught:
        step(ps, np.zeros((1_000_000, 2)), np.ones(1_000_000))
    fitting = int(str(caught.value).split("at most ")[1].strip(")").replace(",", ""))
    step(ps, np.zeros((fitting, 2)), np.ones(fitting))
    assert 50_000 < fitting < 1_000_000


def test_free_memory_is_known_on_linux():
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems need not say")
    assert memory.free_bytes() > 10_000_000


# --- what is read ---------------------------------------------------------------------


def test_a_network_is_listed_in_matrices():
    program, _model = moons()
    text = str(program)
    first, *lines = [line.strip() for line in text.splitlines()]
    assert first == "1,319 scalars -> 3 statements:"
    assert lines[0].split("  ")[0] == "h1 = relu(W1 x + b1)"
    assert lines[1].split("  ")[0] == "h2 = relu(W2 h1 + b2)"
    assert lines[2].startswith("loss = relu(1 - y · (W3 h2 + b3)) + 0.0001 · Σ p²")
    assert lines[3] == "for each sample: x 2, y 1"
    assert "W2 16 × 16 (2.weight)" in lines[4]
    assert repr(program) == "<program of 1,319 scalars, 337 parameters>"


def test_expressions_are_written_as_in_mathematics():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    for f, text in (
        (lambda x: a - (b - x), "a - (b - x)"),
        (lambda x: (a + x) * b / x, "(a + x) · b / x"),
        (lambda x: -((a + x) ** 3), "-(a + x)^3"),
        (lambda x: abs(a * x) ** b, "|a · x|^b"),
        (lambda x: maximum(a, -2.0 * x), "maximum(a, -2 · x)"),
    ):
        line = str(record(f, (1,), [a, b])).splitlines()[1].strip()
        assert line.split("  ")[0].removeprefix("loss = ") == text


def long():
    """Return a program of too many statements for a listing."""
    ps = MLP(2, [3, 1], seed=0).parameters()

    def f(x):
        y = x[0]
        for i in range(2000):
            y = (ps[i % 13] * y + x[i % 2]).tanh()
        return y

    return record(f, (2,), ps)


def test_what_does_not_roll_up_is_summed_up():
    lines = str(long()).splitlines()
    assert lines[0] == "6,000 scalars -> 613 statements" and len(lines) == 2
    assert lines[1].startswith("too many to list: 6,000 of 6,000 operations are on one")


def test_a_picture():
    program, _ = moons()
    source = program.draw().source
    assert "h1 = relu(W1 x + b1)" in source and "16 × 16" in source
    assert source == program.draw().source
    with pytest.raises(ValueError, match="direction among 'LR'"):
        program.draw(direction="up")
    with pytest.raises(ValueError, match="theme among 'light'"):
        program.draw(theme="blue")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_picture_of_too_much(language):
    with pytest.raises(ValueError, match=r"at most 40 statements; got 6,000 scalars"):
        long().draw(language=language)


def test_plain_python_gives_the_same():
    model = MLP(3, [4, 3], activation="tanh", seed=0)
    ps = model.parameters()
    program = record(lambda x, t: cross_entropy(model(x), t), (3, 1), ps)
    x, t = [0.5, -1.0, 2.0], 1
    code = program.to_python(x, t, language="en")
    scope = {"__name__": "elsewhere"}
    exec(compile(code, "<plain>", "exec"), scope)
    loss, slopes = scope["loss_and_gradients"]()
    expected, gradients = program.compile()(ps, [x], [t])
    assert loss == pytest.approx(expected, rel=1e-12)
    named = {f"W1[{i},{j}]" for i in range(4) for j in range(3)}
    assert named <= set(slopes) and {"x[0]", "x[2]", "t", "b2[1]"} <= set(slopes)
    ours = sorted(s for name, s in slopes.items() if name[0] in "Wb")
    np.testing.assert_allclose(ours, sorted(gradients), atol=1e-12)
    assert "autograd" not in code


def test_plain_python_of_what_nobody_reads():
    model = MLP(64, [64, 10], seed=0)
    f = record(lambda x: model(x)[0], (64,), model.parameters())
    with pytest.raises(ValueError, match="at most 5,000 scalars"):
        f.to_python()
    small = record(lambda x: log(x), (1,))
    with pytest.raises(ValueError, match="a sample needs 1 number, for x; got 2"):
        small.to_python([1.0, 2.0])
    with pytest.raises(ValueError, match="log needs a positive"):
        small.to_python(-1.0)


# --- in the reader's language ---------------------------------------------------------


def constants():
    """Return a program with numbers in its code, and many parameters."""
    ps = [Value(1.0, f"p{i}") for i in range(14)]

    def f(x):
        total = sum((k * x).tanh() for k in range(2, 7))
        for i, p in enumerate(ps):
            total = total * p if i % 2 else (total + p).sin()
        return total

    return record(f, (1,), ps)


def test_a_french_listing(monkeypatch):
    program, _model = moons()
    english = str(program).splitlines()
    monkeypatch.setenv("LANGUAGE", "fr")
    first, *lines, arguments, parameters = str(program).splitlines()
    assert first == "1\u202f319 scalaires -> 3 instructions\u00a0:"
    assert lines == english[1:-2]  # formulas are the same
    assert arguments == "pour chaque exemple\u00a0: x 2, y 1"
    assert parameters.startswith(
        "337 paramètres\u00a0: W1 16 × 2 (0.weight), W2 16 × 16"
    )
    *_, parameters, numbers = str(constants()).splitlines()
    assert parameters.endswith(", et 2 autres")
    assert numbers == "nombres écrits dans le code\u00a0: c1 5"
    lines = str(long()).splitlines()
    assert lines[0] == "6\u202f000 scalaires -> 613 instructions"
    assert lines[1].startswith("trop d’instructions pour une liste\u00a0: 6\u202f000 ")
    one = Value(1.0, "w")
    text = str(record(lambda x: one * x, (1,), [one]))
    assert text.startswith("1 scalaire -> 1 instruction\u00a0:\n  loss = w · x")
    assert text.endswith("\n1 paramètre\u00a0: w 1")


def test_a_french_picture(monkeypatch):
    program, _model = moons()
    english, french = (program.draw(language=name).source for name in ("en", "fr"))
    assert ">1,319 scalars -&gt; 3 statements<" in english
    assert ">1\u202f319 scalaires -&gt; 3 instructions<" in french
    assert 'tooltip="0.weight: 16 × 2"' in english
    assert 'tooltip="0.weight\u00a0: 16 × 2"' in french
    assert "&#10;16 for each sample" in english
    assert "&#10;16 pour chaque exemple" in french
    texts = re.compile(r'tooltip="[^"]*"|label=<<TABLE.*?</TABLE>>')
    assert texts.sub("", english) == texts.sub("", french)
    assert program.draw().source == english
    monkeypatch.setenv("LANGUAGE", "fr_FR.UTF-8")
    assert program.draw().source == french


def test_french_python(w, monkeypatch):
    program = record(lambda x: (w * x).tanh(), (1,), [w])
    english, french = (program.to_python(language=name) for name in ("en", "fr"))
    assert "# Forward: every number" in english and "back-propagation" in english
    assert "# En avant\u00a0: chaque nombre" in french and "rétropropagation" in french
    assert program.to_python() == english
    monkeypatch.setenv("LANGUAGE", "fr")
    assert program.to_python() == french


def test_a_language_that_nobody_wrote(w, monkeypatch):
    program = program_of(w)
    for read in (program.draw, program.to_python):
        with pytest.raises(ValueError, match="needs to be 'en' or 'fr'; got 'de'"):
            read(language="de")
    english = str(program)
    monkeypatch.setenv("LANGUAGE", "de")
    assert str(program) == english


def test_every_phrase_is_said(monkeypatch):
    said, say = set(), Phrases.__call__

    def heard(self, key, /, **slots):
        said.add(key)
        return say(self, key, **slots)

    monkeypatch.setattr(Phrases, "__call__", heard)
    program, _model = moons()
    w, x = Value(1.0, "w"), Value(1.0, "x")
    one = record(lambda y: (w * y, x)[0], (1,), [w])
    for told in (program, constants(), long(), one):
        str(told)
    program.draw()
    rare = {"compiling.more.one"}
    assert {key for key in said | rare if key.startswith("compiling.")} == {
        f"compiling.{key}" for key in Phrases("en").table("compiling")
    }


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is missing")
def test_a_backend_gets_its_options(w):
    with pytest.raises(ValueError, match="dtype among"):
        program_of(w).compile("jax", dtype="float8")


# --- items chosen by an input, and the largest of several -----------------------------


def chooser():
    """Return a function of two tokens and a target, and its 35 parameters."""
    numbers = np.random.default_rng(0).normal(size=(2, 5, 3)).tolist()
    wte, out = [[[Value(x) for x in row] for row in table] for table in numbers]
    bias = [Value(0.1 * i) for i in range(5)]
    model = {"wte": wte}

    def f(tokens, target):
        rows = [model["wte"][token] for token in tokens]
        x = [(a * b).tanh() for a, b in zip(*rows, strict=True)]
        logits = [
            sum(w * c for w, c in zip(row, x, strict=True)) + b
            for row, b in zip(out, bias, strict=True)
        ]
        largest = max(z.data for z in logits)
        exponentials = [(z - largest).exp() for z in logits]
        total = sum(exponentials)
        return -(exponentials[target] / total).log() + bias[target] * x[0]

    return f, [p for row in [*wte, *out] for p in row] + bias, wte


@pytest.mark.parametrize("backend", ["numpy", "native", "jax"])
def test_an_input_chooses_from_a_list(backend):
    pytest.importorskip({"native": "llvmlite"}.get(backend, backend))
    f, ps, wte = chooser()
    draw = np.random.default_rng(1)
    # More than machine code takes in one go.
    rows, targets = draw.integers(0, 5, (300, 2)), draw.integers(0, 5, 300)
    y = sum(map(f, rows.tolist(), targets.tolist())) / 300.0
    y.backward()
    step = record(f, (2, 1), ps).compile(backend)
    assert len(wte) == 5
    loss, gradient = step(ps, rows, targets)
    assert loss == pytest.approx(y.data, rel=1e-12)
    assert gradient == pytest.approx([p.grad for p in ps], rel=1e-9, abs=1e-14)
    P, v = np.array([p.data for p in ps]), draw.normal(size=len(ps))
    ends = [step(P + h * v, rows, targets)[1] for h in (-1e-5, 1e-5)]
    product = (ends[1] - ends[0]) / 2e-5
    assert step.hvp(P, v, rows, targets) == pytest.approx(product, rel=1e-6, abs=1e-9)


def test_what_is_chosen_is_gathered_and_its_slope_added_there():
    f, ps, _ = chooser()
    program = record(f, (2, 1), ps)
    kinds = [y.kind.name for y in in_order([*program.rolled.outputs, program.gradient])]
    assert (kinds.count("pick"), kinds.count("place")) == (2, 2)
    assert "p3[(tokens[0], tokens[0]" in str(program)


def test_what_is_not_chosen_may_be_anything():
    items = [Value(0.0), Value(4.0)]

    def f(k):
        roots = [x.sqrt() for x in items]
        return roots[k]

    loss, gradient = record(f, 1, items).compile()(items, [1, 1])
    assert (loss, gradient.tolist()) == (2.0, [0.0, 0.25])


@pytest.mark.parametrize("wrong", [5.0, -1.0, 1.5])
def test_a_place_that_is_none_is_told_with_its_sample(wrong):
    f, ps, _ = chooser()
    step = record(f, (2, 1), ps).compile()
    with pytest.raises(
        IndexError,
        match=rf"whole number from 0 to 4; got {wrong:g} in sample 1, at tokens\[1\]",
    ):
        step(ps, [[0, 1], [2, wrong]], [3, 4])


@pytest.mark.parametrize(
    "use",
    [
        lambda x, ws: ws[x * 2.0],
        lambda x, ws: tuple(ws)[x],
        lambda x, ws: [ws, ws[:1]][x][0],
        lambda x, ws: list(ws)[x],
        lambda x, ws: [ws[0], ws[1]][x],
    ],
)
def test_what_an_input_cannot_choose_from(use):
    ws = [Value(1.0), Value(2.0)]
    with pytest.raises(TypeError, match=r"item at its place was asked .*items"):
        record(lambda x: use(x, ws), (1,), ws)
    assert len(ws) == 2


def test_parameters_may_have_a_held_maximum_too(w):
    ws = [w, Value(3.0), Value(-1.0)]

    def f(x):
        m = max(v.data for v in ws)
        exponentials = [(v - m).exp() for v in ws]
        return x * exponentials[0] / sum(exponentials)

    loss, gradient = record(f, 1, ws).compile()(ws, [2.0])
    y = f(2.0)
    y.backward()
    assert loss == pytest.approx(y.data, rel=1e-14)
    assert gradient == pytest.approx([v.grad for v in ws], rel=1e-13)


def test_what_takes_out_the_largest_of_parameters_is_recorded(w):
    ws = [w, Value(3.0), Value(-1.0)]

    def f(x):
        return (softmax(ws)[0] + logsumexp(ws)) * x

    loss, gradient = record(f, 1, ws).compile()(ws, [2.0])
    y = f(2.0)
    y.backward()
    assert loss == pytest.approx(y.data, rel=1e-14)
    assert gradient == pytest.approx([v.grad for v in ws], rel=1e-13)


def test_no_grad_would_freeze_the_number_of_a_parameter(w):
    def doubled(y):
        with no_grad():
            return y * 2.0

    for g in (lambda x: doubled(w) * x, lambda x: doubled(x) * w):
        with pytest.raises(TypeError, match=r"op in no_grad.*autograd.stop_gradient"):
            record(g, (1,), [w])


@pytest.mark.parametrize(
    "read",
    [
        lambda xs: max([x.data for x in xs]),
        lambda xs: min(x.data for x in xs),
        lambda xs: max(2.0 * x.data for x in xs),
    ],
)
def test_other_uses_of_data_are_pointed_to_what_there_is(read, w):
    with pytest.raises(TypeError, match=r"its data was asked for.*softmax, logsumexp"):
        record(lambda xs: w * read(xs) * xs[0], (3,), [w])


# --- several outputs, copies on disk, and what else is understood ---------------------


def two_outputs(w):
    def f(x, s):
        return [w * x[0] * x[1] ** 2 + s.tanh() * x[0], (x[1] * s).sin() * w]

    return f, record(f, (2, 1), [w]).compile()


def test_the_jacobian_of_all_outputs_by_the_inputs(w):
    f, step = two_outputs(w)
    X, s = np.array([[1.0, 2.0], [-0.5, 0.3], [2.0, 1.0]]), np.array([0.1, -2.0, 1.0])
    found = step.jacobian([w], X, s)
    assert [x.shape for x in found[0]] == [(3, 2), (3,)]
    for i, (x, t) in enumerate(zip(X.tolist(), s.tolist(), strict=True)):
        exact = jacobian(lambda x, t: f(x, t), (0, 1))(x, t)
        for rows, (by_x, by_s) in zip(found, exact, strict=True):
            numbers = [p.data if isinstance(p, Value) else p for p in (*by_x, by_s)]
            assert [*rows[0][i], rows[1][i]] == pytest.approx(numbers, rel=1e-12)


def test_a_hessian_by_the_inputs_times_a_vector(w):
    f, step = two_outputs(w)
    X, s = np.array([[1.0, 2.0], [-0.5, 0.3]]), np.array([0.1, -2.0])
    V, v = np.array([[0.5, 1.0], [1.0, -1.0]]), np.array([1.0, 2.0])
    by_x, by_s = step.input_hvp([w], [V, v], X, s)
    assert (by_x.shape, by_s.shape) == ((2, 2), (2,))
    for i in range(2):
        at, along = [X[i].tolist(), float(s[i])], [V[i].tolist(), float(v[i])]
        exact = hvp(lambda x, t: f(x, t)[0] / 2.0, at, along)
        numbers = [getattr(p, "data", p) for p in (*exact[0], exact[1])]
        assert [*by_x[i], by_s[i]] == pytest.approx(numbers, rel=1e-12)


def test_derivatives_by_the_inputs_know_the_places_in_a_list(w):
    items = [w, w * 2.0]
    step = record(lambda x, k: items[k] * x**2, (1, 1), [w]).compile()
    assert step.jacobian([w], [3.0], [1.0])[0].tolist() == [24.0]
    with pytest.raises(IndexError, match="from 0 to 1; got 2 in sample 0, at k"):
        step.jacobian([w], [3.0], [2.0])


def test_a_compiled_program_is_saved_and_loaded(w, tmp_path):
    step = program_of(w).compile()
    assert repr(step) == "<program of 3 scalars, 1 parameters, for numpy>"
    step.save(tmp_path / "step")
    again = type(step).load(tmp_path / "step")
    assert again([4.0], [1.0], [3.0])[0] == step([4.0], [1.0], [3.0])[0] == 1.0


def test_one_number_for_a_list_of_one_and_models_for_their_parameters(w):
    step = record(lambda x: (w * x) ** 2, 1, w).compile()
    assert step(2.0, [1.0])[0] == step(w, [[1.0]])[0] == 4.0
    model = MLP(2, [3, 1], seed=0)
    step = record(lambda x: model(x) ** 2, inputs=2, parameters=model).compile()
    X = [[1.0, 2.0], [0.5, -1.0]]
    assert step(model, X)[0] == step(model.parameters(), X)[0]


def test_an_array_of_parameters_is_checked_as_an_array(w, monkeypatch):
    v = Value(3.0)
    step = record(lambda x: w * x + v, 1, [w, v]).compile()
    monkeypatch.setattr("autograd.compiling.compiled.flatten", None)
    for P in (
        np.array([2.0, 3.0]),
        np.array([[2], [3]], dtype="int8"),
        [np.array([2.0], dtype="float32"), [np.array(3)]],
    ):
        assert step(P, [1.0])[0] == 5.0
    with pytest.raises(ValueError, match="needs its 2 parameters; got 3"):
        step(np.zeros(3), [1.0])
