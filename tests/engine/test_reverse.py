"""The reverse sweep: gradients that are right, complete, and never silently wrong."""

from __future__ import annotations

import math
import pickle

import pytest

from autograd import (
    Op,
    Value,
    detect_anomaly,
    exp,
    grad,
    jvp,
    relu,
    sqrt,
    step,
    tanh,
    where,
)
from nn import Neuron

pytestmark = pytest.mark.versions


def test_the_readme_example_of_micrograd():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert g.data == pytest.approx(24.70408163265306, rel=1e-14)
    g.backward()
    assert a.grad == pytest.approx(138.83381924198252, rel=1e-14)
    assert b.grad == pytest.approx(645.5772594752186, rel=1e-14)


def test_a_neuron_of_two_inputs_by_hand():
    x1, x2, w1, w2 = Value(2.0), Value(0.0), Value(-3.0), Value(1.0)
    b = Value(6.8813735870195432)
    o = tanh(x1 * w1 + x2 * w2 + b)
    o.backward()
    assert o.data == pytest.approx(math.sqrt(0.5), rel=1e-12)
    got = [v.grad for v in (x1, x2, w1, w2, b)]
    assert got == pytest.approx([-1.5, 0.5, 1.0, 0.0, 0.5], abs=1e-12)


def test_the_sanity_expression():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    h = relu(z * z)
    y = h + q + q * x
    y.backward()
    # z = 3x + 2 < 0, so y = z² + zx + zx², and y' = 6z + (z + 3x) + (2zx + 3x²)
    assert y.data == 100 + 40 - 160
    assert x.grad == -60 + (-10 - 12) + (80 + 48)


def test_a_second_call_exactly_doubles_the_leaves():
    x = Value(3.0)
    y = x**3
    y.backward()
    assert x.grad == 27.0
    y.backward()
    assert x.grad == 54.0
    assert y.grad == 1.0


def test_doubling_is_exact_where_rounding_would_show():
    x = Value(0.1)
    y = x * 0.3 + x * 0.7 + tanh(x) * x
    y.backward()
    once = x.grad
    y.backward()
    assert x.grad == 2 * once


def test_seed():
    x = Value(3.0)
    y = x * x
    y.backward(0.5)
    assert (x.grad, y.grad) == (3.0, 0.5)
    with pytest.raises(TypeError, match="seed needs a real number; got str"):
        y.backward("1")


def test_reused_inner_nodes():
    a = Value(1.0)
    b = a + a
    c = b + b
    d = c * c + c
    d.backward()
    # d = 16a² + 4a
    assert (c.grad, b.grad, a.grad) == (9.0, 18.0, 36.0)


def test_many_paths_few_nodes():
    x = Value(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60


def test_a_sum_of_many_losses():
    w = Value(2.0)
    total = sum(w * 1.0 for _ in range(100_000))
    total.backward()
    assert w.grad == 100_000.0


def test_a_leaf_is_its_own_derivative():
    x = Value(2.0)
    x.backward()
    assert x.grad == 1.0
    unrelated = Value(5.0)
    (x * x).backward()
    assert unrelated.grad == 0.0


def test_create_graph_gives_gradients_to_differentiate():
    x = Value(2.0)
    y = x**4
    y.backward(create_graph=True)
    first, x.grad = x.grad, 0.0
    assert first.data == 32.0
    first.backward(create_graph=True)
    second, x.grad = x.grad, 0.0
    assert second.data == 48.0
    second.backward()
    assert x.grad == 48.0
    y.backward(create_graph=True)
    assert isinstance(y.grad, Value)


def test_create_graph_accumulates_as_well():
    x = Value(3.0)
    y = x * x
    y.backward(create_graph=True)
    y.backward(create_graph=True)
    assert x.grad.data == 12.0
    w = Value(1.0)
    (w * 2 + Value(0.0) * x).backward(create_graph=True)
    w.grad.backward()  # a constant gradient: nothing to differentiate, no error


@pytest.mark.parametrize("create_graph", [False, True])
def test_an_edited_leaf_is_noticed(create_graph):
    w, x = Value(0.5, "w"), Value(2.0, "x")
    s = w * x
    y = tanh(s)
    w.data = 0.6
    with pytest.raises(RuntimeError, match=r"a node = 1\.0 that is not \* of 0\.6 at"):
        y.backward(create_graph=create_graph)
    assert (w.grad, x.grad) == (0.0, 0.0)
    w.data = 0.5  # undone
    y.backward()
    assert x.grad != 0.0


def test_an_edited_inner_node_is_noticed():
    x = Value(2.0)
    s = x * x
    s.label = "s"
    y = exp(s)
    s.data = 3.0
    with pytest.raises(RuntimeError, match="because data was edited"):
        y.backward()
    top = exp(Value(1.0))
    top.data = 5.0
    with pytest.raises(RuntimeError, match="needs a graph whose numbers agree"):
        top.backward()


def test_an_edit_behind_a_zero_slope_is_noticed():
    a, b = Value(2.0), Value(0.0)
    y = (a * a) * b
    a.data = 3.0
    with pytest.raises(RuntimeError):
        y.backward()
    assert b.grad == 0.0
    x = Value(-1.0)
    y = where(step(x), x, 0.0)
    x.data = 3.0
    with pytest.raises(RuntimeError):
        y.backward()


def test_an_edit_survives_a_pickle():
    x = Value(2.0)
    y = x * x
    x.data = 3.0
    with pytest.raises(RuntimeError):
        pickle.loads(pickle.dumps(y)).backward()


def test_a_flat_op_passes_nothing_on_even_of_infinity():
    x = Value(1.0)
    (step(x) * 1e308 * 10.0).backward()
    assert x.grad == 0.0


def test_a_partial_that_leaves_the_graph_is_refused():
    mine = Op("mine", math.sin, (lambda x, y: math.cos(x),))
    assert grad(mine)(1.0) == math.cos(1.0)
    with pytest.raises(TypeError, match=r"partials of mine .* autograd\.cos in place"):
        grad(grad(mine))(1.0)


def test_an_edit_that_leaves_the_domain_is_told_as_an_edit():
    x = Value(2.0, "x")
    y = x.log()
    x.data = -1.0
    with pytest.raises(RuntimeError, match=r"not log of -1\.0 at 'x', because data"):
        y.backward()


def test_an_inner_node_may_be_nudged_to_see_its_effect():
    a, b = Value(2.0), Value(-3.0)
    e = a * b
    e.data += 0.001
    assert (e + 10.0).data == pytest.approx(4.001)


def test_editing_after_backward_is_how_training_goes():
    w = Value(1.0)
    for _ in range(3):
        w.grad = 0.0
        (w * w).backward()
        w.data -= 0.1 * w.grad
    assert w.data == pytest.approx(0.8**3)


def test_an_infinite_slope_raises_and_leaves_every_grad():
    x, z = Value(3.0, "x"), Value(0.0, "z")
    y = x * x + sqrt(z)
    y.grad = 7.0
    with pytest.raises(ZeroDivisionError, match=r"slope of sqrt; got 0\.0 at 'z'"):
        y.backward()
    assert (x.grad, z.grad, y.grad) == (0.0, 0.0, 7.0)


def test_a_branch_not_taken_contributes_nothing():
    x = Value(0.0)
    y = where(x, sqrt(x), 5.0 * x)
    y.backward()
    assert x.grad == 5.0


def test_a_grad_that_is_no_number_is_named():
    x = Value(1.0, "x")
    x.grad = None
    y = x * 2
    with pytest.raises(TypeError, match="numbers as grad, to add to; got None at 'x'"):
        y.backward()


def test_an_op_of_three_args():
    volume = Op(
        "volume",
        forward=lambda a, b, c: a * b * c,
        partials=(
            lambda a, b, c, y: b * c,
            lambda a, b, c, y: a * c,
            lambda a, b, c, y: a * b,
        ),
    )
    a, b, c = Value(2.0), Value(3.0), Value(4.0)
    y = volume(a, b, volume(c, 1, a))
    y.backward()
    assert (a.grad, b.grad, c.grad) == (48.0, 16.0, 12.0)
    assert grad(grad(lambda a: volume(a, a, a)))(2.0) == 12.0


def test_backward_by_hand_as_in_the_lecture():
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    e = a * b
    d = e + c
    d.grad = 1.0
    d._backward()
    e._backward()
    a._backward()  # a leaf has nobody to hand on to
    assert (c.grad, a.grad, b.grad) == (1.0, -3.0, 2.0)
    assert (e._op, a._op) == ("*", "")
    assert e._prev == {a, b}


class TestAnomaly:
    def test_forward_names_op_args_and_line(self):
        with detect_anomaly():
            x = Value(1e200, "x")
            with pytest.raises(FloatingPointError) as caught:
                x * x
        message = str(caught.value)
        assert "* needs a finite result; got inf from 1e+200 at 'x'" in message
        assert "test_reverse.py:" in message

    def test_backward_names_the_line_that_made_the_node(self):
        with detect_anomaly():
            x = Value(1e-320, "x")
            y = x.log() * 2.0
            with pytest.raises(FloatingPointError) as caught:
                y.backward()
        message = str(caught.value)
        assert "needs finite slopes; got inf for 1e-320 at 'x'" in message
        assert "from log" in message
        assert "test_reverse.py:" in message
        assert x.grad == 0.0

    def test_the_line_is_the_users_though_a_network_made_the_node(self):
        neuron = Neuron(1, nonlin=False)
        neuron.w[0].data = 1e200
        with detect_anomaly(), pytest.raises(FloatingPointError) as caught:
            neuron([1e200])
        assert "test_reverse.py:" in str(caught.value)

    def test_a_sum_that_overflows_on_the_way_back(self):
        with detect_anomaly():
            a = Value(1e-10, "a")
            y = a * 1e308 + a * 1e308
            with pytest.raises(FloatingPointError, match="got inf for 1e-10 at 'a'"):
                y.backward()
            y = Value(1e-10) * 1e308
            y.backward()
            with pytest.raises(FloatingPointError):
                y.backward()
                y.backward()
            with pytest.raises(FloatingPointError):
                jvp(lambda x: x * 1e200 * 1e200, (1e-300,), (1.0,))

    def test_the_line_of_a_slope_that_does_not_exist(self):
        with detect_anomaly():
            y = sqrt(Value(0.0))
            with pytest.raises(ZeroDivisionError, match=r"made at .*test_reverse\.py"):
                y.backward()

    def test_contexts_that_overlap(self):
        first, second = detect_anomaly(), detect_anomaly()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        with pytest.raises(FloatingPointError):
            Value(1e200) * 1e200
        second.__exit__(None, None, None)
        assert (Value(1e200) * 1e200).data == math.inf

    def test_in_transforms_too(self):
        with detect_anomaly(), pytest.raises(FloatingPointError, match="from log"):
            grad(lambda x: x.log())(1e-320)

    def test_same_gradients_inside_and_nothing_left_behind(self):
        def gradient():
            x = Value(0.3)
            (tanh(x) * x + relu(-x)).backward()
            return x.grad

        with detect_anomaly():
            inside = gradient()
        assert inside == gradient()
        assert (Value(1e200) * 1e200).data == math.inf
