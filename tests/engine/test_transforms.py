"""The transforms, and the measured gradients that check them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograd import (
    Op,
    Value,
    check_gradients,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    maximum,
    numerical_gradient,
    relu,
    sin,
    sqrt,
    tanh,
    value_and_grad,
    vjp,
)

pytestmark = pytest.mark.versions


def f(x):
    return x[0] ** 2 * x[1] + sin(x[1])


def test_grad_to_any_order():
    derivative = lambda x: x**5  # noqa: E731
    for expected in (80.0, 160.0, 240.0, 240.0, 120.0, 0.0):
        derivative = grad(derivative)
        assert derivative(2.0) == expected
        assert type(derivative(2.0)) is float


def test_structure_is_kept():
    gradient = grad(lambda p: p[0][0] * p[1] + p[0][1] ** 2)(([2.0, 3.0], 4.0))
    assert gradient == ([4.0, 6.0], 2.0)
    assert isinstance(gradient, tuple)
    assert grad(lambda xs: sum(xs, 0.0))([]) == []


def test_argnums():
    g = lambda x, y: x * y**2  # noqa: E731
    assert grad(g)(2.0, 3.0) == 9.0
    assert grad(g, 1)(2.0, 3.0) == 12.0
    assert grad(g, argnums=(1, 0))(2.0, 3.0) == (12.0, 9.0)
    assert grad(g, -1)(2.0, 3.0) == 12.0
    assert hessian(g, argnums=(0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))
    assert grad(g, np.int64(1))(2.0, 3.0) == 12.0
    with pytest.raises(ValueError, match="each argument once"):
        grad(g, (0, -2))(2.0, 3.0)
    with pytest.raises(IndexError, match=r"an argument 2 .*; got 2 arguments"):
        grad(g, 2)(2.0, 3.0)


def test_at_a_constant():
    c = Value(3.0, constant=True)
    assert grad(lambda x: x**2)(c) == 6.0
    assert hessian(lambda x: x**3)(c) == 18.0
    assert vjp(lambda x: x**2, c)[1](1.0) == (6.0,)
    assert jvp(lambda x: x**2, (c,), (1.0,)) == (9.0, 6.0)


def test_an_edit_inside_the_function_is_noticed():
    def edits(x):
        y = x * x
        x.data = 5.0
        return y

    for derive in (lambda: jvp(edits, (2.0,), (1.0,)), lambda: grad(edits)(2.0)):
        with pytest.raises(RuntimeError, match="data was edited"):
            derive()


def test_value_and_grad():
    assert value_and_grad(f)([2.0, 0.0]) == (0.0, [0.0, 5.0])


def test_jacobian_vjp_jvp_agree():
    def h(x, y):
        return [x * y, {"": tanh(x)}[""], (y**2, 3.0)]

    rows = jacobian(h, argnums=(0, 1))(0.5, 2.0)
    value, pull = vjp(h, 0.5, 2.0)
    same_value, dots = jvp(h, (0.5, 2.0), (1.0, 10.0))
    assert value == same_value == [1.0, math.tanh(0.5), (4.0, 3.0)]
    slope = 1 - math.tanh(0.5) ** 2
    assert rows == [(2.0, 0.5), (slope, 0.0), ((0.0, 4.0), (0.0, 0.0))]
    assert dots == [7.0, slope, (40.0, 0.0)]
    assert pull([1.0, 2.0, (3.0, 4.0)]) == (2.0 + 2 * slope, 0.5 + 12.0)


def test_hessian_and_hvp():
    x = [2.0, 3.0]
    H = hessian(f)(x)
    assert H == [[6.0, 4.0], [4.0, -math.sin(3.0)]]
    assert hvp(f, [x], [[1.0, -2.0]]) == ([6.0 - 8.0, 4.0 + 2 * math.sin(3.0)],)
    assert hvp(lambda a, b: a * a * b, (2.0, 3.0), (1.0, 0.0)) == (6.0, 4.0)


def test_nested_transforms_are_not_confused():
    # d/dx (x · d/dy (x y)) = d/dx x² = 2x, although y is set to x
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0
    # and where the inner one is forward mode
    assert grad(lambda x: x * jvp(lambda y: x * y * y, (2.0,), (1.0,))[1])(3.0) == 24.0
    assert jvp(grad(lambda x: x**3), (2.0,), (1.0,)) == (12.0, 12.0)
    inner = lambda x: jvp(lambda y: x * y, (x,), (1.0,))[1]  # noqa: E731
    assert jvp(lambda x: x * inner(x), (3.0,), (1.0,)) == (9.0, 6.0)


def test_powers_of_negative_numbers_to_any_order():
    # The exponent is a constant, and so is what partials compute from it.
    derivative = lambda x: x**4  # noqa: E731
    for expected in (-32.0, 48.0, -48.0, 24.0, 0.0, 0.0):
        derivative = grad(derivative)
        assert derivative(-2.0) == expected
    assert grad(grad(lambda x: x**1))(0.0) == 0.0
    assert hvp(lambda x: (x - 3.0) ** 2, (1.0,), (1.0,)) == (2.0,)


def test_linear_functions_have_a_zero_hessian():
    assert hessian(lambda x: 2 * x[0] + x[1])([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert grad(grad(lambda x: 3 * x))(1.0) == 0.0


def test_values_from_outside_stay_connected():
    w = Value(0.5, "w")
    slope = grad(lambda x: tanh(w * x))(2.0)  # w (1 - tanh²(2w)), to be trained
    assert isinstance(slope, Value)
    slope.backward()
    t = math.tanh(1.0)
    assert w.grad == pytest.approx((1 - t * t) - 0.5 * 2 * t * (1 - t * t) * 2.0)


def test_no_grad_is_touched():
    w, x = Value(0.5), Value(2.0)
    y = w * x
    y.backward()
    grad(lambda t: t * y * w)(1.0)
    hessian(lambda t: t[0] * t[1] * y)([1.0, 2.0])
    jvp(lambda t: t * y, (1.0,), (1.0,))
    assert (w.grad, x.grad, y.grad) == (2.0, 0.5, 1.0)


def test_a_plain_number_is_a_constant_function():
    assert grad(lambda x: max(0.0, x))(-1.0) == 0.0
    assert grad(lambda x: max(0.0, x))(2.0) == 1.0
    assert value_and_grad(lambda x: 3)(1.0) == (3.0, 0.0)


@pytest.mark.parametrize(
    ("returned", "named"),
    [([1.0], "list"), (None, "NoneType"), ("2", "str"), ((1.0, 2.0), "tuple")],
)
def test_grad_wants_one_number_back(returned, named):
    with pytest.raises(TypeError, match=f"returns one number; got {named}"):
        grad(lambda x: returned)(1.0)


def test_other_bad_input():
    with pytest.raises(TypeError, match="grad needs in argument 0 a real number; got"):
        grad(lambda x: x)("1")
    with pytest.raises(TypeError, match="jacobian needs a function that returns num"):
        jacobian(lambda x: {"y": "x"})(1.0)
    with pytest.raises(ValueError, match=r"one tangent per number of \[·, \[·, ·\]\]"):
        jvp(lambda x, y: x, (1.0, [1.0, 2.0]), (1.0, [1.0]))
    with pytest.raises(ValueError, match="one adjoint per output of ·; got "):
        vjp(lambda x: x, 1.0)[1]([1.0])
    with pytest.raises(ZeroDivisionError, match="finite slope of sqrt"):
        jvp(sqrt, (0.0,), (1.0,))


def test_forward_mode_walks_long_chains():
    def long(x):
        for _ in range(20_000):
            x = x * 1.0001
        return x

    value, dot = jvp(long, (1.0,), (1.0,))
    assert dot == pytest.approx(value, rel=1e-9)


class TestMeasured:
    def test_the_bill_is_one_pass_per_input_and_one(self):
        calls = []

        def loss(w, x):
            calls.append(1)
            return w[0] * x + w[1] ** 2

        gradient, passes = numerical_gradient(loss, [2.0, 3.0], 5.0)
        assert passes == len(calls) == 4
        assert gradient[0] == pytest.approx([5.0, 6.0], abs=1e-5)
        assert gradient[1] == pytest.approx(2.0, abs=1e-5)
        assert numerical_gradient(lambda x: x**2, 3.0).gradient == pytest.approx(6.0)

    def test_bad_input(self):
        with pytest.raises(ValueError, match="a positive step; got 0"):
            numerical_gradient(lambda x: x, 1.0, step=0)
        with pytest.raises(ValueError, match="a step that moves each input"):
            numerical_gradient(lambda x: x, 1e12)
        with pytest.raises(TypeError, match="returns one number; got list"):
            numerical_gradient(lambda x: [x], 1.0)
        with pytest.raises(ValueError, match="order of at least 1; got 0"):
            check_gradients(lambda x: x, 1.0, order=0)

    def test_right_gradients_pass_at_any_scale(self):
        for x in (1e-3, 1.0, 50.0, 700.0):
            check_gradients(exp, x)
        check_gradients(lambda x: sin(30 * x), 0.7, order=3)
        check_gradients(lambda x: 1e8 + x * x, 3.0, order=2)
        check_gradients(lambda x: x**3 * 1e-9, 3.0, order=2)
        check_gradients(f, [2.0, 3.0], order=3)
        check_gradients(lambda x: maximum(x, 0.0), 0.5, order=2)

    def test_a_wrong_partial_is_shown_in_a_table(self):
        wrong = Op("square", lambda x: x * x, (lambda x, y: x,))
        with pytest.raises(ValueError) as caught:
            check_gradients(lambda a, b: wrong(a[0]) * b, [3.0], 2.0)
        lines = str(caught.value).splitlines()
        assert "got 1 of 2 that do not" in lines[0]
        assert lines[1].split() == ["derivative", "derived", "measured"]
        assert lines[2].split()[0] == "∂f/∂args[0][0]"
        assert [float(n) for n in lines[2].split()[1:]] == pytest.approx([6.0, 12.0])

    def test_a_wrong_second_derivative_is_found_at_order_two(self):
        half = Op("half", lambda x: x * x, (lambda x, y: 2.0 * getattr(x, "data", x),))
        check_gradients(half, 3.0)
        with pytest.raises(ValueError, match="∂²f/∂args"):
            check_gradients(half, 3.0, order=2)

    def test_a_kink_and_the_edge_of_a_domain_are_called_so(self):
        said = r"args\[0\] = 0\.0 is at a kink or jump: the slope is 0 below and 1 abo"
        with pytest.raises(ValueError, match=said):
            check_gradients(relu, 0.0)
        said = r"of args\[0\] = 1e-09; got log needs a positive argument"
        with pytest.raises(ValueError, match=said):
            check_gradients(log, 1e-9)
