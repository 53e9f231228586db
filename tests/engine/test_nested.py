"""Descents inside descents, with derivatives of either mode in either.

They are small ones of the problems by which nested derivatives are usually judged: a
saddle point, sought by a descent inside a descent, and a charged particle, whose path
an inner derivative bends at each step, and which an outer one steers.
"""

import itertools

import numpy as np
import pytest

from autograd import Value, grad, jvp, record


def forward(f):
    """Return the derivatives of f by its list of numbers, one tangent after another."""

    def derivatives(x):
        units = np.eye(len(x)).tolist()
        return [jvp(f, (x,), (unit,))[1] for unit in units]

    return derivatives


MODES = {"forward": forward, "reverse": grad}
NESTINGS = pytest.mark.parametrize(
    ("outer", "inner"), list(itertools.product(MODES.values(), repeat=2))
)


def descended(f, gradient, x, steps, rate):
    """Return where some steps down f lead to from x."""
    for _ in range(steps):
        slopes = gradient(f)(x)
        x = [a - rate * slope for a, slope in zip(x, slopes, strict=True)]
    return x


def worst(a, gradient, steps=6):
    """Return the largest of a function of a, as an inner descent finds it."""

    def f(b):
        return a[0] ** 2 + a[0] * b[0] + a[1] * b[1] - b[0] ** 2 - b[1] ** 2

    return f(descended(lambda b: -f(b), gradient, [1.0, 1.0], steps, 0.2))


@NESTINGS
def test_a_saddle_point(outer, inner):
    a = descended(lambda a: worst(a, inner), outer, [1.0, 1.0], 4, 0.2)
    # b ← 0.6 b + 0.2 a, from 1: b = a/2 + 0.6⁶ (1 - a/2).
    k = 0.6**6
    expected = [1.0, 1.0]
    for _ in range(4):
        b = [x / 2 + k * (1 - x / 2) for x in expected]
        by_b = [x - 2 * y for x, y in zip(expected, b, strict=True)]
        slopes = [y + d * (1 - k) / 2 for y, d in zip(b, by_b, strict=True)]
        slopes[0] += 2 * expected[0]
        expected = [x - 0.2 * slope for x, slope in zip(expected, slopes, strict=True)]
    assert a == pytest.approx(expected, rel=1e-12)


def landing(w, gradient, steps=8):
    """Return the square of where a particle is that two charges push, one at 10 - w."""
    charges = [10.0, 10.0 - w], [10.0, 0.0]

    def potential(x):
        squares = [[(a - b) ** 2 for a, b in zip(x, c, strict=True)] for c in charges]
        return sum(1.0 / sum(pair) ** 0.5 for pair in squares)

    x, speed = [0.0, 8.0], [0.75, 0.0]
    for _ in range(steps):
        pushed = gradient(potential)(x)
        x = [a + 0.5 * v for a, v in zip(x, speed, strict=True)]
        speed = [v - 0.5 * p for v, p in zip(speed, pushed, strict=True)]
    time = -x[1] / speed[1]
    return (x[0] + time * speed[0]) ** 2


def force(x, w):
    """Return the slopes of the potential, by hand."""
    found = [0.0, 0.0]
    for c in ([10.0, 10.0 - w], [10.0, 0.0]):
        away = [a - b for a, b in zip(x, c, strict=True)]
        cubed = sum(d * d for d in away) ** 1.5
        found = [f - d / cubed for f, d in zip(found, away, strict=True)]
    return found


@NESTINGS
def test_a_particle_is_steered(outer, inner):
    # With the inner slopes by hand, the outer derivative is a plain one.
    by_hand = grad(lambda w: landing(w, lambda _: lambda x: force(x, w)))(0.2)
    assert outer(lambda w: landing(w[0], inner))([0.2]) == pytest.approx([by_hand])


@NESTINGS
def test_they_are_recorded(outer, inner):
    w = Value(0.2)

    def f(x):
        steered = outer(lambda p: landing(p[0], inner, steps=2))([x * w])
        return steered[0] + worst([x, w], inner, steps=3)

    y = f(1.5)
    y.backward()
    loss, gradient = record(f, 1, w).compile()([0.2], [1.5])
    assert loss == pytest.approx(y.data, rel=1e-12)
    assert gradient == pytest.approx([w.grad], rel=1e-9)


@NESTINGS
def test_their_cost_is_linear_in_the_steps(outer, inner):
    def made(steps):
        """Return how many nodes were made: each has a stamp, and they grow."""
        start = Value(0.0)
        outer(lambda a: worst(a, inner, steps))([1.0, 1.0])
        return Value(0.0)._stamp - start._stamp

    few, more, most = made(5), made(10), made(20)
    assert most - more == 2 * (more - few)
