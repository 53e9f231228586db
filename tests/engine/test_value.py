"""`Value`: what a node knows, what it accepts, and what becomes of it."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import random
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import Value, ops
from autograd.graph import topological

pytestmark = pytest.mark.versions

DEEP = 1_000_000


def chain(length: int, start: Value) -> Value:
    y = start
    for _ in range(length):
        y = y * 1.0 if length < 10 else -y
    return y


@pytest.mark.parametrize(
    "number",
    [2, 2.0, True, Fraction(1, 2), Decimal("0.5"), np.float32(2), np.int64(2)],
)
def test_any_real_number_becomes_a_float(number):
    v = Value(number)
    assert type(v.data) is float
    assert v.data == float(number)


@pytest.mark.parametrize(
    "thing",
    ["3", 1j, None, [1.0], np.array([1.0]), np.array(1.0), b"1", Value(1.0)],
    ids=repr,
)
def test_anything_else_is_refused_by_name(thing):
    with pytest.raises(TypeError, match=f"real number; got {type(thing).__name__}"):
        Value(thing)
    v = Value(1.0)
    with pytest.raises(TypeError, match="data needs a real number"):
        v.data = thing
    assert v.data == 1.0


def test_an_integer_that_no_float_holds_is_refused():
    with pytest.raises(OverflowError, match="a number that a float can hold; got int"):
        Value(10**400)


def test_nan_and_infinity_are_floats():
    assert math.isnan(Value(math.nan).data)
    assert (Value(math.inf) + 1).data == math.inf


def test_op_args_and_multiplicity():
    a = Value(3.0, "a")
    y = a * a
    assert y.op is ops.mul
    assert y.args == (a, a)
    assert (a.op, a.args) == (None, ())
    z = autograd.where(a, y, 2.0)
    assert z.args[:2] == (a, y)
    assert z.args[2].constant
    with pytest.raises(AttributeError):
        y.args = ()


def test_label_can_be_changed_and_must_be_text():
    v = Value(1.0, "w")
    v.label = "weight"
    assert v.label == "weight"
    assert "label='weight'" in repr(v)
    assert Value(1.0).label == ""
    with pytest.raises(TypeError, match="text as label; got 3"):
        Value(1.0, 3)  # type: ignore


def test_repr():
    v = Value(2.0) * 3
    v.backward()
    assert repr(v) == "Value(data=6.0, grad=1.0)"


def test_equality_and_hash_are_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert a == a
    assert len({a, b, a}) == 2


def test_comparison_is_by_data():
    a, b = Value(1.0), Value(2.0)
    assert a < b
    assert a <= 1
    assert b > 1.5
    assert not a >= b
    assert 0 < a < Fraction(3, 2)
    assert max(a, b) is b
    assert min([b, a]) is a
    assert sorted([b, a]) == [a, b]
    with pytest.raises(TypeError):
        assert a < "2"


def test_bool():
    assert bool(Value(0.1))
    assert not Value(0.0)


@pytest.mark.parametrize("other", [2, 2.0, Fraction(2), np.float64(2), np.int32(2)])
def test_numbers_on_either_side(other):
    v = Value(3.0)
    pairs = [
        (v + other, 5.0), (other + v, 5.0), (v - other, 1.0), (other - v, -1.0),
        (v * other, 6.0), (other * v, 6.0), (v / other, 1.5), (other / v, 2 / 3),
        (v**other, 9.0), (other**v, 8.0), (-v, -3.0), (+v, 3.0), (abs(-v), 3.0),
    ]  # fmt: skip
    for y, expected in pairs:
        assert isinstance(y, Value)
        assert y.data == expected


def test_sum_starts_from_a_plain_zero():
    vs = [Value(float(i)) for i in range(4)]
    total = sum(vs)
    total.backward()
    assert total.data == 6.0
    assert [v.grad for v in vs] == [1.0] * 4


@pytest.mark.parametrize("other", ["a", None, 1j, [1.0]])
def test_operators_refuse_what_is_no_number(other):
    for operate in (lambda v: v + other, lambda v: other * v, lambda v: v**other):
        with pytest.raises(TypeError):
            operate(Value(1.0))


def test_numpy_object_arrays():
    a = np.array([Value(1.0), Value(2.0)])
    b = np.array([3.0, 4.0])
    y = (a * b).sum() + a @ b + (np.float64(2) * a).sum()
    y.backward()
    assert y.data == 28.0
    assert [v.grad for v in a] == [8.0, 10.0]
    assert [v.data for v in np.tanh(a)] == [math.tanh(1.0), math.tanh(2.0)]
    for name in ("exp", "log", "sqrt", "sin", "arctan", "log1p", "expm1", "cosh"):
        got = getattr(np, name)(a)
        expected = getattr(np, name)(np.array([1.0, 2.0]))
        np.testing.assert_allclose([v.data for v in got], expected, rtol=1e-15)


def test_every_method_is_a_row_of_the_table():
    x = Value(0.5)
    for name in (
        "exp expm1 log log1p log2 sqrt sin cos tan asin acos atan sinh cosh tanh"
        " sigmoid softplus silu gelu erf relu leaky_relu elu"
    ).split():
        y = getattr(x, name)()
        assert y.op is ops.TABLE[name]
        assert y.data == ops.TABLE[name](0.5)
    assert x.leaky_relu(0.3).args[1].data == 0.3
    assert (-x).elu(2.0).data == 2.0 * math.expm1(-0.5)


def test_domain_errors_name_op_need_number_and_label():
    cases = [
        (lambda: Value(-1.5, "margin").log(), ValueError,
         "log needs a positive argument; got -1.5 at 'margin'"),
        (lambda: Value(1.0, "a") / Value(0.0, "b"), ZeroDivisionError,
         "/ needs a divisor other than 0; got 1.0 at 'a', 0.0 at 'b'"),
        (lambda: 1 / Value(0.0), ZeroDivisionError, "/ needs a divisor other than 0"),
        (lambda: Value(0.0, "x") ** -1, ZeroDivisionError,
         "** needs a base other than 0 for a negative exponent"),
        (lambda: Value(-8.0) ** (1 / 3), ValueError, "a positive base for a fraction"),
        (lambda: Value(1000.0, "x").exp(), OverflowError,
         "exp needs a result that a float can hold (below 1.8e308); got 1000.0 at 'x'"),
    ]  # fmt: skip
    for compute, kind, message in cases:
        with pytest.raises(kind) as caught:
            compute()
        assert message in str(caught.value)


def test_no_attributes_of_ones_own_but_in_a_subclass():
    v = Value(1.0)
    with pytest.raises(AttributeError):
        v.gard = 0.0

    class Weight(Value):
        pass

    w = Weight(2.0, "w")
    w.momentum = 0.5
    y = 3 * w + w
    assert type(y) is Value
    y.backward()
    assert w.grad == 4.0


def test_constants_are_never_differentiated():
    c, x = Value(2.0, constant=True), Value(3.0)
    y = c * x
    y.backward()
    assert (c.grad, x.grad) == (0.0, 2.0)
    # The exponent's partial would take the logarithm of a negative number.
    y = Value(-2.0) ** 2
    y.backward()
    assert y.args[0].grad == -4.0
    c.backward()
    assert c.grad == 0.0
    k = c * c
    assert k.constant
    for constant in (c, k):
        with pytest.raises(ValueError, match="no constant; got Value"):
            constant.data = 3.0
    with pytest.raises(AttributeError):
        c.constant = False
    with pytest.raises(AttributeError):
        y.op = None


def test_a_dropped_graph_is_freed_at_once():
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(o, Value) for o in gc.get_objects())
        x = Value(0.5)
        y = (x * x + autograd.tanh(x)).relu()
        y.backward()
        autograd.hessian(lambda x: x[0] * x[1])([2.0, 3.0])
        del x, y
        assert sum(isinstance(o, Value) for o in gc.get_objects()) == before
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_million_nodes_in_a_chain():
    x = Value(1.5, "x")
    y = chain(DEEP, x)
    y.backward()
    assert x.grad == 1.0
    assert repr(y) == "Value(data=1.5, grad=1.0)"
    del y


def test_copies_and_pickles_of_a_long_chain():
    x = Value(1.5, "x")
    y = chain(DEEP // 10, x)
    y.backward()
    twin = copy.deepcopy(y)
    leaf = topological(twin)[0]
    assert leaf is not x
    assert (leaf.label, leaf.grad) == ("x", 1.0)
    twin.backward()
    assert (leaf.grad, x.grad) == (2.0, 1.0)
    loaded = pickle.loads(pickle.dumps(y))
    loaded.backward()
    assert topological(loaded)[0].grad == 2.0
    del twin, loaded, y


def test_copies_keep_what_a_node_knows():
    a = Value(2.0, "a")
    y = autograd.where(1.0, a * a, Value(4.0, "b"))
    y.label = "y"
    y.backward()
    shallow = copy.copy(y)
    assert shallow is not y
    assert shallow.args == y.args
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert (twin.data, twin.grad, twin.label, twin.op) == (4.0, 1.0, "y", ops.where)
        leaf = twin.args[1].args[0]
        assert twin.args[1].args == (leaf, leaf)
        assert (leaf.label, leaf.grad) == ("a", 4.0)
        assert twin.args[0].constant
    a2, y2 = copy.deepcopy([a, y])
    assert y2.args[1].args[0] is a2
    a3, y3 = pickle.loads(pickle.dumps([a, y]))
    assert y3.args[1].args[0] is a3
    # Grads that are graphs: a copy keeps them, a pickle their numbers.
    a.grad = 0.0
    y.backward(create_graph=True)
    assert copy.deepcopy(a).grad.data == 4.0
    assert pickle.loads(pickle.dumps(a)).grad == 4.0
    a.grad = 0.0


def test_threads_that_share_a_parameter():
    w = Value(0.5, "w")
    graphs = [sum((w * x for x in range(200)), 0.0) for _ in range(8)]
    threads = [threading.Thread(target=graph.backward) for graph in graphs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 8 * sum(range(200))


def test_same_graph_same_numbers():
    def build():
        draw = random.Random(7)
        xs = [Value(draw.uniform(-1, 1)) for _ in range(20)]
        for _ in range(300):
            xs.append(draw.choice(xs) * draw.choice(xs) + draw.choice(xs).tanh())
        xs[-1].backward()
        return [x.grad for x in xs]

    assert build() == build()


def test_arguments_by_name_and_default():
    assert autograd.leaky_relu(-1.0) == -0.01
    assert autograd.leaky_relu(-1.0, slope=0.5) == -0.5
    assert autograd.elu(alpha=2.0, x=Value(1.0)).data == 1.0
    for call in (
        lambda: autograd.leaky_relu(1.0, hill=2),
        lambda: autograd.leaky_relu(1.0, 2.0, slope=3.0),
        lambda: autograd.leaky_relu(slope=3.0),
    ):
        with pytest.raises(TypeError, match=r"leaky_relu takes 2 arguments.*; got "):
            call()
