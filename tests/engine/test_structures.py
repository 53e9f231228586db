"""Derivatives of functions of arrays and structures; aux, names, nesting, no_grad."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from autograd import (
    Value,
    check_gradients,
    exp,
    grad,
    hessian,
    hvp,
    hypot,
    jacobian,
    jvp,
    maximum,
    native,
    no_grad,
    norm,
    numerical_gradient,
    ravel,
    stop_gradient,
    tanh,
    value_and_grad,
    vjp,
)
from autograd.nesting import aligned, flatten, outline, rebuild

jax.config.update("jax_enable_x64", True)

X = np.array([0.5, 1.5, 2.0])
A = np.arange(6.0).reshape(2, 3) / 7.0


def alike(ours, theirs):
    """Compare structures of arrays, their kinds and shapes included."""
    ours, kind = jax.tree.flatten(ours)
    theirs, other = jax.tree.flatten(theirs)
    assert kind == other
    for a, b in zip(ours, theirs, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(np.asarray(a, float), b, rtol=1e-9, atol=1e-12)


# Written once for NumPy and for JAX's namespace.
FUNCTIONS = {
    "sum": lambda xp, x: xp.sum(xp.tanh(x) * x**2),
    "mean, var, std": lambda xp, x: xp.mean(x) + xp.var(x) * xp.std(x),
    "products": lambda xp, x: x @ (A.T @ (A @ x)) + xp.dot(x, x) + xp.prod(x),
    "outer": lambda xp, x: xp.outer(x, x).trace() + xp.einsum("i,i", x, x),
    "shapes": lambda xp, x: (x.reshape(3, 1).T @ x)[0] + x[::-1][0] + x[None, 1][0],
    "norm": lambda xp, x: xp.linalg.norm(x),
    "logs": lambda xp, x: xp.sum(xp.log10(x) + xp.log2(x) + xp.log1p(x) + xp.log(x)),
    "exps": lambda xp, x: xp.sum(xp.exp2(x) + xp.expm1(x) + xp.exp(x)),
    "angles": lambda xp, x: xp.sum(xp.arctan2(x, 2.0) + xp.arctan(x) + xp.sin(x)),
    "arcs": lambda xp, x: xp.sum(xp.arcsin(x / 4) + xp.arccos(x / 4)),
    "hyperbolic": lambda xp, x: xp.sum(
        xp.arcsinh(x) + xp.arccosh(x + 1) + xp.arctanh(x / 4) + xp.sinh(x) + xp.cosh(x)
    ),
    "roots": lambda xp, x: xp.sum(xp.sqrt(x) + xp.cbrt(x) + xp.hypot(x, 3.0)),
    "two": lambda xp, x: xp.sum(xp.logaddexp(x, 1.0) + xp.maximum(x, 1.0)),
    "choice": lambda xp, x: xp.sum(xp.exp(xp.where(x > 1.0, x * x, 0.0))),
    "joined": lambda xp, x: xp.sum(xp.exp(xp.concatenate([x, xp.ones(2)]))),
    "stacked": lambda xp, x: xp.sum(xp.tanh(xp.stack([x, xp.zeros(3)]))),
    "clipped": lambda xp, x: xp.sum(xp.clip(x, 0.7, 1.7) + xp.floor(x / 1.7) * x),
    "extremes": lambda xp, x: xp.max(x) * xp.min(x) + xp.cumsum(x)[1] + xp.abs(x)[0],
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_an_array(name):
    f = FUNCTIONS[name]
    value, slope = value_and_grad(lambda x: f(np, x))(X)
    assert type(slope) is np.ndarray and slope.dtype == float and type(value) is float
    alike((value, slope), jax.value_and_grad(lambda x: f(jnp, x))(X))
    check_gradients(lambda x: f(np, x), X, order=2, tolerance=1e-5)
    direction = np.array([1.0, -2.0, 0.5])
    (along,) = hvp(lambda x: f(np, x), (X,), (direction,))
    np.testing.assert_allclose(along, hessian(lambda x: f(np, x))(X) @ direction)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,), (2, 1, 2)])
def test_arrays_keep_their_shape(shape):
    x = np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape)
    alike(
        grad(lambda x: np.sum(np.tanh(x)))(x), jax.grad(lambda x: jnp.tanh(x).sum())(x)
    )
    ours = jacobian(lambda x: np.tanh(x) * x)(x)
    alike(ours, jax.jacobian(lambda x: jnp.tanh(x) * x)(x))


Point = namedtuple("Point", "x y")


@dataclass
class Layer:
    W: np.ndarray
    b: list
    steps: int = field(init=False, default=3)


def test_structures_come_back_as_they_went_in():
    def f(p):
        return p["a"][0] * p["b"].x + (p["c"] ** 2).sum() * p["b"].y

    at = OrderedDict(a=(2.0,), b=Point(3.0, 0.5), c=A)
    slopes = grad(f)(at)
    assert type(slopes) is OrderedDict and list(slopes) == ["a", "b", "c"]
    assert type(slopes["b"]) is Point and type(slopes["a"]) is tuple
    alike(dict(slopes), jax.grad(f)(dict(at)))
    alike(dict(jacobian(f)(at)), jax.jacobian(f)(dict(at)))
    layer = grad(lambda p: (p.W @ np.array(p.b)).sum() * p.steps)(Layer(A, [1.0] * 3))
    assert type(layer) is Layer and layer.steps == 3
    np.testing.assert_allclose(layer.W, 3.0 * np.ones((2, 3)))
    np.testing.assert_allclose(layer.b, 3.0 * A.sum(0))


def test_a_jacobian_is_nested_as_jax_nests_it():
    def f(xp, p):
        return {"y": p["A"] @ p["b"], "z": (p["b"][0] * 2.0, xp.tanh(p["b"]))}

    at = {"A": A, "b": X}
    alike(jacobian(lambda p: f(np, p))(at), jax.jacobian(lambda p: f(jnp, p))(at))


def test_few_inputs_and_many_outputs_take_forward_sweeps():
    calls = []

    def f(x):
        return [calls.append(1) or tanh(x * k) for k in range(30)]

    slopes = jacobian(f)(0.5)
    alike(
        slopes,
        [float(jax.grad(lambda x, k=k: jnp.tanh(x * k))(0.5)) for k in range(30)],
    )
    w = Value(2.0)
    outer = jacobian(lambda x: [x * w, x**2 * w])(3.0)  # connected to what is outside
    outer[1].backward()
    assert w.grad == 6.0


def test_vjp_and_jvp_of_structures():
    f = lambda p, s: {"y": p @ s, "z": s * 2.0}  # noqa: E731
    value, pull = vjp(f, A, X)
    theirs, their_pull = jax.vjp(f, A, X)
    alike(value, theirs)
    seeds = {"z": np.ones(3), "y": np.array([1.0, -1.0])}  # in another order
    alike(pull(seeds), their_pull({k: seeds[k] for k in ("y", "z")}))
    tangents = (np.ones((2, 3)), [0.0, 1.0, 0.0])  # a list for an array
    alike(
        jvp(f, (A, X), tangents), jax.jvp(f, (A, X), (jnp.ones((2, 3)), jnp.eye(3)[1]))
    )


def test_minimisers_of_scipy_take_them_as_they_stand():
    def rosenbrock(x):
        return sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    start, both = np.zeros(4), value_and_grad(rosenbrock)
    assert minimize(both, start, jac=True).fun < 1e-9
    with_hess = minimize(
        both, start, jac=True, hess=hessian(rosenbrock), method="trust-ncg"
    )
    with_product = minimize(
        both, start, jac=True, hessp=hvp(rosenbrock), method="Newton-CG"
    )
    assert with_hess.fun < 1e-9 and with_product.fun < 1e-6


def test_measured_gradients_of_structures():
    at = {"w": A, "b": 2.0}
    gradient, passes = numerical_gradient(lambda p: (p["w"] ** 2).sum() * p["b"], at)
    assert passes == 8 and gradient["w"].shape == (2, 3)
    check_gradients(lambda p: (p["w"] ** 2).sum() * p["b"], at, order=2)
    wrong = lambda p: sum(p["w"].ravel()[0].data * x for x in p["w"].ravel())  # noqa: E731
    with pytest.raises(ValueError, match=r"∂f/∂args\[0\]\['w'\]\[0\]\[0\]"):
        check_gradients(wrong, {"w": A + 1.0})


def test_keyword_arguments_aux_name_and_docstring():
    def loss(w, x, *, power=2, flip=False):
        """Say how wrong it is."""
        error = w * x - 1.0
        return error**power, {"error": error, "n": 3, "name": "a", "flip": flip}

    ((value, aux), slope) = value_and_grad(loss, has_aux=True)(2.0, x=3.0, flip=True)
    assert (value, slope) == (25.0, 30.0)
    assert aux == {"error": 5.0, "n": 3, "name": "a", "flip": True}
    assert type(aux["n"]) is int and type(aux["error"]) is float
    assert grad(loss, has_aux=True)(x=3.0, w=2.0)[0] == 30.0
    assert grad(loss, argnums=1, has_aux=True)(2.0, x=3.0, power=1)[0] == 2.0
    assert jacobian(lambda x: ([x, x * x], "more"), has_aux=True)(3.0) == (
        [1.0, 6.0],
        "more",
    )
    for derive in (grad, value_and_grad, jacobian):
        assert derive(loss).__name__ == "loss"
        assert derive(loss).__doc__ == "Say how wrong it is."
        assert inspect.signature(derive(loss)) == inspect.signature(loss)
    with pytest.raises(TypeError, match="has_aux needs a function that returns a pair"):
        grad(lambda x: x, has_aux=True)(1.0)


def test_other_conventions_are_refused_with_the_right_call():
    for call in (
        lambda: jvp(tanh, 3.0, 1.0),
        lambda: jvp(tanh, X, X),
        lambda: hvp(tanh, 3.0, 1.0),
        lambda: jvp(tanh, (3.0,), 1.0),
    ):
        with pytest.raises(TypeError, match=r"hint: jvp\(f, \(x,\), \(v,\)\)"):
            call()
    with pytest.raises(ValueError, match=r"one tangent per number of \[array\(3,\)\]"):
        jvp(lambda x: x, (X,), (A,))
    with pytest.raises(ValueError, match=r"output of \{y: ·\}; got \{z: ·\}"):
        vjp(lambda x: {"y": x}, 1.0)[1]({"z": 1.0})


def test_bad_numbers_are_named_by_their_place():
    with pytest.raises(TypeError, match=r"in argument 0\['b'\]\[1\] a real number"):
        grad(lambda p: p["a"])({"a": 1.0, "b": [2.0, "3"]})
    with pytest.raises(OverflowError, match=r"grad needs in argument 0\[0\] a number"):
        grad(lambda x: x[0])([10**400])
    with pytest.raises(TypeError, match=r"argument 1\.b\[0\] a real number; got NoneT"):
        grad(lambda x, p: x, 1)(1.0, Layer(A, [None]))
    with pytest.raises(ValueError, match="needs numbers; got a masked one"):
        grad(lambda x: x.sum())(np.ma.masked_invalid([1.0, np.nan]))
    with pytest.raises(TypeError, match=r"one number; got .*hint: jacobian"):
        grad(lambda x: x * 2.0)(X)
    with pytest.raises(TypeError, match="a real number; got complex"):
        grad(lambda x: x.sum())(np.array([1j]))


def test_ops_of_arrays():
    np.testing.assert_array_equal(tanh(X), [tanh(x) for x in X.tolist()])
    assert tanh(A).shape == (2, 3) and tanh(X).dtype == float
    mixed = hypot(np.array([Value(3.0), 1.0], dtype=object), 4.0)
    assert [getattr(x, "data", x) for x in mixed] == [5.0, hypot(1.0, 4.0)]
    x = Value(2.0)
    total = maximum(x, np.array([1.0, 3.0])).sum()
    total.backward()
    assert x.grad == 1.0
    plain = np.array([Value(0.5), Value(1.5)])
    for name in ("arctan2", "hypot"):
        assert getattr(np, name)(plain, plain[::-1]).shape == (2,)


numbers = st.floats(-10, 10, allow_nan=False)
structures = st.recursive(
    numbers,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.builds(Point, inner, inner)
        | st.lists(numbers, min_size=1, max_size=4).map(np.array)
    ),
    max_leaves=12,
)


@given(structures)
def test_what_is_taken_apart_is_put_together_again(nested):
    flat = flatten(nested)
    again = rebuild(nested, iter(flat))
    assert outline(again) == outline(nested)
    assert flatten(again) == aligned(nested, again) == flat
    vector, unravel = ravel(nested)
    assert vector.tolist() == flat and flatten(unravel(vector)) == flat
    squares = grad(lambda p: sum([x * x for x in flatten(p)], 0.0))(nested)
    assert flatten(squares) == [2.0 * x for x in flat]


def test_a_flat_vector_of_values_finds_its_way_back():
    flat, unravel = ravel({"w": A, "b": 1.0})
    f = lambda p: np.tanh(p["w"]).sum() * p["b"]  # noqa: E731
    slope = grad(lambda v: f(unravel(v)))(flat)
    alike(slope, ravel(grad(f)({"w": A, "b": 1.0}))[0])
    with pytest.raises(ValueError, match="unravel needs one number for each of"):
        unravel(np.ones(3))


def _descended(derive, a, steps):
    x = 1.0
    for _ in range(steps):
        x = x - 0.1 * derive(lambda v: v * v * a, x)
    return x


@pytest.mark.parametrize("inner", ["grad", "jvp"])
@pytest.mark.parametrize("outer", ["grad", "jvp"])
def test_an_inner_derivative_visits_what_its_own_function_made(
    inner, outer, monkeypatch
):
    if native.engine is not None:
        pytest.skip("the native core walks by itself: tests/benchmarks/derivatives.py")
    derive = {
        "grad": lambda f, x: grad(f)(x),
        "jvp": lambda f, x: jvp(f, (x,), (1.0,))[1],
    }
    import autograd.forward
    import autograd.graph
    import autograd.reverse
    from autograd.graph import topological

    visited = []

    def counting(*roots, **since):
        found = topological(*roots, **since)
        visited.append(len(found))
        return found

    for module in (autograd.forward, autograd.graph, autograd.reverse):
        monkeypatch.setattr(module, "topological", counting)
    slope = derive[outer](lambda a: _descended(derive[inner], a, 60), 0.3)
    # x ← x (1 - 0.2 a), sixty times
    assert slope == pytest.approx(-0.2 * 60 * (1.0 - 0.06) ** 59)
    small = [count for count in visited if count < 30]
    assert len(visited) - len(small) <= 4 and max(small) < 30


def test_no_slope_goes_through_what_is_stopped():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    np.testing.assert_array_equal(grad(lambda x: (x * stop_gradient(x)).sum())(X), X)
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,)) == (9.0, 3.0)
    assert grad(lambda p: stop_gradient(p)["a"] * p["a"])({"a": 2.0}) == {"a": 2.0}
    assert stop_gradient(2.0) == 2.0 and hessian(stop_gradient)(2.0) == 0.0


def test_no_graph_is_recorded_in_no_grad():
    w = Value(3.0)
    with no_grad():
        y = w * w + exp(w)
        leaf = Value(1.0)
        assert y.constant and y.args == () and y.op is None and not leaf.constant
        # Functions are differentiated all the same, at Values too.
        assert grad(lambda x: x**3)(2.0) == 12.0
        for slope in (
            grad(lambda x: x**2)(w),
            jvp(lambda x: x**2, (w,), (1.0,))[1],
            jacobian(lambda x: [x * x])(w)[0],
            hessian(lambda x: x**3)(w) / 3.0,
            vjp(lambda x: x**2, w)[1](1.0)[0],
        ):
            assert getattr(slope, "data", slope) == 6.0
        assert (w * w).constant
        theirs = []
        thread = threading.Thread(target=lambda: theirs.append(w * w))
        thread.start()
        thread.join()
        assert not theirs[0].constant
    assert not (w * w).constant
    with pytest.raises(ZeroDivisionError), no_grad():
        w / 0.0
    assert not (w * w).constant
    assert w.item() == 3.0


def test_a_norm_has_a_slope_everywhere():
    assert norm([0.0, 0.0]) == 0.0 and grad(norm)([0.0, 0.0]) == [0.0, 0.0]
    assert grad(norm)([3.0, 4.0]) == pytest.approx([0.6, 0.8])
    alike(hessian(norm)(X), jax.hessian(jnp.linalg.norm)(X))
    assert norm([1e300, 1e300]) == pytest.approx(1.414213562373095e300)
    assert grad(norm)([1e-200, 0.0]) == [1.0, 0.0]


def test_numpy_is_not_imported_for_it():
    code = (
        "import sys, autograd;"
        "autograd.hessian(lambda p: p['a'] ** 2 * p['b'][0])({'a': 1.0, 'b': [2.0]});"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
