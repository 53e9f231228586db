"""Zero times infinity: one rule, for every op and whoever applies the chain rule.

A sweep visits the nodes on a taken path between a variable and an output. There every
partial is asked for, and one that has no finite value raises, whatever it is multiplied
with; elsewhere nothing is asked for, and nothing added.
"""

from __future__ import annotations

import math
from functools import cache

import pytest

import autograd
from autograd import (
    Op,
    Value,
    draw,
    evaluate_rows,
    explain,
    grad,
    greater,
    hessian,
    hvp,
    jvp,
    maximum,
    minimum,
    one,
    paths,
    record,
    relu,
    sqrt,
    step,
    to_python,
    vjp,
    where,
    zero,
)
from autograd.graph import topological
from autograd.ops import TABLE

INF = math.inf

# --- who applies the chain rule: the slope of f(x) at x, or an error ------------------


def by_backward(f, x):
    v = Value(x, "x")
    f(v).backward()
    return v.grad


def by_graph_of_gradients(f, x):
    v = Value(x, "x")
    f(v).backward(create_graph=True)
    return v.grad.data


def by_one_node_after_the_other(f, x):
    v = Value(x, "x")
    y = f(v)
    y.grad = 1.0
    for node in reversed(topological(y)):
        node._backward()
    return v.grad


def by_paths(f, x):
    v = Value(x, "x")
    found = paths(f(v), v)
    assert found.total == found.derivative
    return found.total


def by_hand(f, x):
    scope = {}
    exec(to_python(f(Value(x, "x"))), scope)
    (function,) = (v for k, v in scope.items() if k.endswith("_and_gradients"))
    return function()[1].get("x", 0.0)


def by_telling(f, x):
    return explain(f(Value(x, "x"))).gradient.get("x", 0.0)


def by_hessian_vector(f, x):
    # The slope of w f(x) by w and x is f'(x).
    return hvp(lambda x, w: w * f(x), (x, 2.0), (0.0, 1.0))[0]


def compiled(backend):
    @cache  # of the functions, each of which is asked at several points
    def program(f):
        return record(f, inputs=(1,)).compile(backend)

    return lambda f, x: float(program(f).input_gradients([], [x])[0][0])


READERS = {
    "backward": by_backward,
    "create_graph": by_graph_of_gradients,
    "_backward": by_one_node_after_the_other,
    "grad": lambda f, x: grad(f)(x),
    "jvp": lambda f, x: jvp(f, (x,), (1.0,))[1],
    "vjp": lambda f, x: vjp(f, x)[1](1.0)[0],
    "hvp": by_hessian_vector,
    "paths": by_paths,
    "by-hand": by_hand,
    "explain": by_telling,
    "numpy": compiled("numpy"),
    "native": compiled("native"),
    "jax": compiled("jax"),
}
every_reader = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


def answer(reader, f, x):
    """Return the slope, or the class of the error."""
    try:
        return reader(f, x)
    except (ArithmeticError, ValueError) as error:
        # Plain Python, written by hand, says it as Python does.
        assert reader is by_hand or "needs a finite slope" in str(error)
        return type(error)


# --- every op -------------------------------------------------------------------------

# The arguments that the result does not take at the middle of the safe range.
NOT_TAKEN = {
    "clip": (1, 2),
    "greater": (0, 1),
    "maximum": (0,),
    "minimum": (1,),
    "ceil": (0,),
    "floor": (0,),
    "sign": (0,),
    "step": (0,),
    "where": (0, 2),
}


PLACES = [(name, i) for name, op in TABLE.items() for i in range(op.arity)]


@every_reader
@pytest.mark.parametrize("name, i", PLACES)
def test_every_partial_is_asked_for_where_it_is_taken_and_nowhere_else(name, i, reader):
    if i > 0 and reader is READERS["jax"]:
        pytest.skip("compiled for long, of the code that runs on NumPy")
    op = TABLE[name]
    middle = [(low + high) / 2.0 for low, high in op.safe]

    def steep(x):  # infinitely so at 0
        at = [a + sqrt(x) if k == i else a for k, a in enumerate(middle)]
        return op(*at)

    def lost(x):
        return 0.0 * steep(x) + x

    def guarded(x):
        return where(step(x), steep(x), 0.0) + x

    taken = i not in NOT_TAKEN.get(name, ())
    assert answer(reader, lost, 0.0) == (ZeroDivisionError if taken else 1.0)
    assert answer(reader, guarded, 0.0) == 1.0
    by_x = answer(reader, guarded, 0.04)
    assert by_x == pytest.approx(1.0 + grad(steep)(0.04), rel=1e-12)


def test_rows_say_what_they_take():
    some = {name for name, op in TABLE.items() if op.chooses}
    assert some == NOT_TAKEN.keys() | {"relu", "leaky_relu", "elu"}
    nan = math.nan
    for op, at, taken in [
        (where, (0.0, 1.0, 2.0), [False, False, True]),
        (where, (-0.0, 1.0, 2.0), [False, False, True]),
        (where, (-1e-310, 1.0, 2.0), [False, True, False]),
        (where, (nan, 1.0, 2.0), [False, True, True]),
        (maximum, (1.0, 2.0), [False, True]),
        (maximum, (2.0, 2.0), [True, True]),
        (maximum, (INF, INF), [True, True]),
        (maximum, (nan, 2.0), [True, True]),
        (minimum, (1.0, 2.0), [True, False]),
        (minimum, (0.0, -0.0), [True, True]),
        (relu, (-5e-324,), [False]),
        (relu, (0.0,), [True]),
        (relu, (nan,), [True]),
        (TABLE["clip"], (0.5, 0.0, 1.0), [True, False, False]),
        (TABLE["clip"], (0.0, 0.0, 1.0), [True, True, False]),
        (TABLE["clip"], (2.0, 0.0, 1.0), [False, False, True]),
        (TABLE["clip"], (nan, 0.0, 1.0), [True, True, True]),
        (TABLE["leaky_relu"], (0.0, 0.1), [True, True]),
        (TABLE["leaky_relu"], (1.0, 0.1), [True, False]),
        (TABLE["elu"], (-1.0, 0.1), [True, True]),
        (TABLE["elu"], (1.0, 0.1), [True, False]),
        (TABLE["abs"], (0.0,), [True]),
        (step, (1.0,), [False]),
        (TABLE["sign"], (1.0,), [False]),
        (greater, (1.0, 2.0), [False, False]),
    ]:
        assert [op.takes(i, at) for i in range(op.arity)] == taken, (op, at)


# --- the rule -------------------------------------------------------------------------


def power_of_root(x):
    return (x ** (1.0 / 3.0)) ** 3.0


@every_reader
@pytest.mark.parametrize(
    "f, x, slope",
    [
        (lambda x: sqrt(x) ** 2.0, 0.0, ZeroDivisionError),
        (lambda x: TABLE["cos"](TABLE["acos"](x)), 1.0, ZeroDivisionError),
        (power_of_root, 0.0, ZeroDivisionError),
        (lambda x: where(step(x), sqrt(x), 0.0), 0.0, 0.0),
        (lambda x: sqrt(relu(x)), -1.0, 0.0),
        (lambda x: sqrt(relu(x)), 0.0, ZeroDivisionError),
        (lambda x: sqrt(relu(x)), 4.0, 0.25),
        (lambda x: sqrt(maximum(x, 0.0)), -1.0, 0.0),
        (lambda x: sqrt(maximum(x, 1.0)), 0.25, 0.0),
        (lambda x: minimum(sqrt(x), -1.0), 0.0, 0.0),
        (lambda x: relu(sqrt(x) - 1.0), 0.0, 0.0),
        (lambda x: relu(sqrt(x)), 0.0, ZeroDivisionError),
        (lambda x: where(sqrt(x), x, 3.0 * x), 0.0, 3.0),
        (lambda x: abs(sqrt(x)) * 0.0, 0.0, ZeroDivisionError),
        (lambda x: sqrt(relu(x)) + sqrt(relu(-x)), 4.0, 0.25),
        (lambda x: where(greater(x, 1.0), sqrt(x - 1.0), x), 1.0, 1.0),
        (lambda x: relu(x) * 3.0, -1.0, 0.0),
    ],
)
def test_zero_times_infinity(f, x, slope, reader):
    assert answer(reader, f, x) == slope


@pytest.mark.parametrize("at", [0.0, -1.0])
def test_a_guarded_slope_is_0_to_any_order(at):
    def f(x):
        return where(step(x), sqrt(relu(x)), 0.0)

    order = f
    for _ in range(4):
        order = grad(order)
        assert order(at) == 0.0
    assert hessian(lambda x: f(x[0]) * x[1])([at, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_what_is_given_as_0_asks_for_nothing_and_what_is_computed_does():
    x = Value(0.0)
    y = sqrt(x)
    y.backward(seed=0.0)
    assert x.grad == 0.0
    with pytest.raises(ZeroDivisionError):
        (y * 0.0).backward()
    assert jvp(lambda x, y: sqrt(x) + y, (0.0, 1.0), (0.0, 2.0))[1] == 2.0
    pull = vjp(lambda x: [sqrt(x), 3.0 * x], 0.0)[1]
    assert pull([0.0, 1.0]) == (3.0,)
    with pytest.raises(ZeroDivisionError):
        pull([1.0, 0.0])
    with pytest.raises(ZeroDivisionError):  # this seed is computed
        grad(lambda s: vjp(lambda x: sqrt(x), 0.0)[1](s * 0.0)[0])(1.0)


def test_inner_nodes_have_their_slope_though_nothing_is_asked_for():
    x = Value(-1.0)
    h = relu(x)
    y = h * 3.0
    # Nothing that depends on x is taken, so nothing is asked for; h has its slope.
    for create_graph in (False, True):
        x.grad = 0.0
        y.backward(create_graph=create_graph)
        grads = [getattr(v.grad, "data", v.grad) for v in (x, h, y)]
        assert grads == [0.0, 3.0, 1.0]
    h.grad, x.grad, y.grad = 0.0, 0.0, 1.0
    for node in (y, h):
        node._backward()
    assert (x.grad, h.grad) == (0.0, 3.0)
    root = sqrt(h)  # whose slope at 0 is none, and not asked for
    root.backward()
    assert (x.grad, h.grad, root.grad) == (0.0, 0.0, 1.0)
    x, w = Value(-1.0), Value(3.0)
    (relu(x) * w + x).backward()
    assert (x.grad, w.grad) == (1.0, 0.0)


def test_infinities_are_no_reason_for_nan_elsewhere():
    # Nothing is added there, not even 0: infinity times 0 would be nan.
    x, w = Value(1e200), Value(2.0)
    y = where(0.0, x * x * w, w)
    y.backward()
    assert (x.grad, w.grad) == (0.0, 1.0)
    assert grad(lambda x: maximum(x * x * 1e300, 5.0) * 0.0 + minimum(x, 3.0))(1.0) == 1


def test_edits_are_looked_for_in_what_is_not_taken_too():
    x, c = Value(2.0), Value(1.0)
    y = where(c, x, x * x)
    x_squared = y.args[2]
    x.data = 3.0
    with pytest.raises(RuntimeError, match="data was edited"):
        y.backward()
    x.data = 2.0
    y.backward()
    assert x.grad == 1.0 and x_squared.grad == 0.0
    c.data = 0.0
    with pytest.raises(RuntimeError, match="data was edited"):
        grad(lambda a: y * a)(1.0)
    with pytest.raises(RuntimeError, match="data was edited"):
        jvp(lambda a: y * a, [1.0], [1.0])


def test_an_edit_may_change_what_is_taken_and_not_the_number():
    a, b, c = Value(2.0), Value(2.0, constant=True), Value(1.0)
    y = where(c, a, b) * 3.0
    for condition, slope in [(0.0, 0.0), (5.0, 3.0), (-0.0, 0.0), (1.0, 3.0)]:
        c.data = condition
        a.grad = 0.0
        y.backward()
        assert a.grad == slope
    x, c = Value(0.0), Value(1.0)
    y = sqrt(where(c, x, 0.0))
    with pytest.raises(ZeroDivisionError):
        y.backward()
    c.data = 0.0  # now it takes the 0, which is no variable
    y.backward()
    assert x.grad == 0.0
    x = Value(0.5)
    y = minimum(0.5, x)  # a tie
    x.data = 3.0
    y.backward()
    assert x.grad == 0.0
    assert grad(lambda t: y * t)(2.0).data == 0.5


def test_numbers_that_a_transform_is_done_with_count_for_nothing():
    def outer(t):
        value, _ = jvp(lambda y, x: sqrt(y * 1.0) * x, (0.0, t), (0.0, 1.0))
        return value

    assert grad(outer)(2.0) == 0.0
    t = Value(2.0)
    outer(t).backward()
    assert t.grad == 0.0


def test_paths_ask_for_their_own_node_alone():
    x, y = Value(0.0, "x"), Value(1.0, "y")
    assert paths(sqrt(x) + y, y).derivative == 1.0
    with pytest.raises(ZeroDivisionError):
        paths(sqrt(x) + y, x)


def test_inner_variables_are_asked_for_themselves():
    x = Value(-1.0)
    h = relu(x)
    y = h * h + 3.0 * h
    found = paths(y, h)
    assert (found.count, found.total, found.derivative) == (3, 3.0, 3.0)


def test_an_op_of_ones_own_says_what_it_takes():
    median = Op(
        "median",
        forward=lambda a, b, c: sorted([a, b, c])[1],
        partials=(one, one, one),
        taken=[lambda *x, k=k: sorted(x)[1] == x[k] for k in range(3)],
    )
    assert grad(median, (0, 1, 2))(3.0, 1.0, 2.0) == (0.0, 0.0, 1.0)
    assert grad(lambda x: median(sqrt(x), -1.0, 2.0 + x))(1.0) == 0.5
    assert grad(lambda x: median(sqrt(x), 1.0, 2.0))(0.0) == 0.0
    floor = Op("floor", forward=math.floor, partials=(zero,))
    assert grad(lambda x: floor(sqrt(x)))(0.0) == 0.0
    for taken, message in [
        ((one,), "one entry of taken per argument; got 1 for 2"),
        ((one, 1.0), "an entry of taken of op 'own' needs to be a function; got 1.0"),
        ((one, lambda x: True), "an entry of taken of op 'own' needs to take 2"),
    ]:
        with pytest.raises((TypeError, ValueError), match=message):
            Op("own", lambda a, b: a, (one, zero), taken=taken)


def test_pickles_and_copies_know_what_they_took():
    import copy
    import pickle

    x = Value(0.0, "x")
    y = where(step(x), sqrt(x), 0.0) + x
    for twin in (pickle.loads(pickle.dumps(y)), copy.deepcopy(y)):
        twin.backward()
        (leaf,) = [n for n in topological(twin) if n.op is None and not n.constant]
        assert leaf.grad == 1.0


def test_pictures_do_not_ask_where_nothing_is_taken():
    x = Value(0.0, "x")
    y = where(step(x), sqrt(x), 0.0) + x
    source = draw(y, partials=True, widths=True, language="en").source
    assert "= not taken" in source and "= none" not in source
    assert "= none" in draw(sqrt(x), partials=True, language="en").source


# --- on arrays ------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "native", "jax"])
def test_a_sample_that_is_not_finite_goes_to_the_engine(backend):
    w, b = Value(2.0), Value(1.0)
    program = record(
        lambda x: w * sqrt(relu(x)) + b * x, inputs=(1,), parameters=[w, b]
    )
    run = program.compile(backend)
    with pytest.raises(ZeroDivisionError, match=r"slope of sqrt; .*, in sample 2$"):
        run.input_gradients([2.0, 1.0], [4.0, -1.0, 0.0, 1.0])
    loss, slopes = run([2.0, 1.0], [4.0, -1.0, 0.0, 1.0])
    assert (loss, slopes.tolist()) == (2.5, [0.75, 1.0])
    (by_x,) = run.input_gradients([2.0, 1.0], [4.0, -1.0])
    assert by_x.tolist() == [0.75, 0.5]

    steep = record(lambda x: w * sqrt(x), inputs=(1,), parameters=[w]).compile(backend)
    for call in (steep, steep.outputs):
        with pytest.raises(ValueError, match=r"sqrt needs .*; got -1.0, in sample 3$"):
            call([2.0], [4.0, 1.0, 0.0, -1.0, 9.0])
    with pytest.raises(ValueError, match="in sample 1"):
        steep.hvp([2.0], [1.0], [4.0, -1.0])
    # A number that overflows is one, on arrays and in the engine.
    loss, slopes = steep([INF], [4.0, 1.0])
    assert loss == INF and slopes.tolist() == [1.5]


@pytest.mark.parametrize("backend", ["numpy", "native", "jax"])
def test_guarded_code_stays_on_arrays(backend, monkeypatch):
    def never(*args):
        raise AssertionError("the engine was asked")

    monkeypatch.setattr("autograd.compiling.compiled.by_sample", never)
    w = Value(2.0)
    for guarded in (
        lambda x: where(step(x), sqrt(relu(x)), 0.0) * w,
        lambda x: sqrt(relu(x - 1.0)) * w,
        lambda x: where(greater(x, 0.0), relu(x) ** 0.5, x) * w,
        lambda x: maximum(sqrt(relu(x)), 1.0) * w,
    ):
        run = record(guarded, inputs=(1,), parameters=[w]).compile(backend)
        xs = [0.0, -3.0, 4.0]
        (by_x,) = run.input_gradients([2.0], xs)
        slopes = [grad(lambda x, f=guarded: f(x))(x) for x in xs]
        assert by_x.tolist() == pytest.approx([float_of(s) / 3.0 for s in slopes])


def float_of(slope):
    return getattr(slope, "data", slope)


def test_rows_outside_of_a_domain_are_named():
    rows = [[1.0], [0.0], [-1.0]]
    assert evaluate_rows(lambda x: sqrt(relu(x[0])), rows).tolist() == [1.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="in row 2"):
        evaluate_rows(lambda x: where(step(x[0]), sqrt(x[0]), 0.0), rows)
    assert autograd.logsumexp([-INF, -INF]) == -INF
    sums = evaluate_rows(lambda x: autograd.logsumexp([x[0], x[1]]), [[-INF, -INF]])
    assert sums.tolist() == [-INF]
