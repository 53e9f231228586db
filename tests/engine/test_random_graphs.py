"""Random computation graphs: ours against JAX, and our sweeps against each other."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.jax_functions import JAX
from random_graphs import alone, directions, programs, run, with_jax

from autograd import Value, grad, hessian, hvp, jvp
from autograd.ops import TABLE


def close(ours, theirs, relative):
    """Assert that numbers agree, relative to each or to the largest of them or to 1."""
    theirs = np.asarray(theirs)
    floor = relative * max(1.0, np.abs(theirs).max())
    np.testing.assert_allclose(ours, theirs, rtol=relative, atol=floor)


def backward(program, order=None, **options):
    """Return the inputs as Values, and the output, of which backward was called."""
    xs = [Value(x) for x in program.at]
    y = run(program, TABLE, xs, order)
    y.backward(**options)
    return xs, y


@pytest.mark.long
@with_jax
@given(programs())
def test_values_gradients_and_hessians_are_those_of_jax(program):
    def theirs(xs):
        return run(program, JAX, list(xs))

    derivatives = theirs, jax.grad(theirs), jax.hessian(theirs)
    answers = jax.jit(lambda at: [f(at) for f in derivatives])(jnp.array(program.at))
    xs, y = backward(program)
    close(y.data, answers[0], 1e-9)
    close([x.grad for x in xs], answers[1], 1e-9)
    ours = hessian(lambda xs: run(program, TABLE, xs))(program.at)
    close(ours, answers[2], 1e-9)


@alone
@given(programs(), directions)
def test_forward_mode_agrees_with_reverse_mode(program, direction):
    def f(xs):
        return run(program, TABLE, xs)

    v = direction[: len(program.at)]
    value, slope = jvp(f, (program.at,), (v,))
    # The same steps on floats, of which Python 3.12 sums more precisely than we do.
    close(value, run(program, TABLE, program.at), 1e-12)
    close(slope, np.dot(grad(f)(program.at), v), 1e-12)
    (product,) = hvp(f, (program.at,), (v,))
    close(product, np.dot(hessian(f)(program.at), v), 1e-10)


@alone
@given(programs())
def test_the_gradient_of_a_gradient_graph_is_the_hessian(program):
    second = hessian(lambda xs: run(program, TABLE, xs))(program.at)
    close(np.transpose(second), second, 1e-10)
    for i, row in enumerate(second):
        xs, _ = backward(program, create_graph=True)
        slope = xs[i].grad
        for x in xs:
            x.grad = 0.0
        if isinstance(slope, Value):
            slope.backward()
        close([x.grad for x in xs], row, 1e-10)


@alone
@given(programs())
def test_backward_twice_exactly_doubles_the_leaves(program):
    xs, y = backward(program)
    once = [x.grad for x in xs]
    y.backward()
    assert [x.grad for x in xs] == [2.0 * slope for slope in once]


@alone
@given(programs(), st.randoms(use_true_random=False))
def test_the_order_of_independent_steps_does_not_matter(program, random):
    order = []
    waiting = list(range(len(program.steps)))
    while waiting:
        done = {len(program.at) + i for i in order} | set(range(len(program.at)))
        ready = [i for i in waiting if done.issuperset(program.steps[i][1])]
        order.append(random.choice(ready))
        waiting.remove(order[-1])
    xs, y = backward(program)
    shuffled_xs, shuffled_y = backward(program, order)
    assert shuffled_y.data == y.data
    close([x.grad for x in shuffled_xs], [x.grad for x in xs], 1e-13)
