"""Lessons that the tests of the page open."""

from __future__ import annotations

import random

from autograd import Value, explain, relu, tanh


def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2


def square(a):
    return a * a + a


def neuron(w, x, b):
    total = b
    for weight, number in zip(w, x, strict=True):
        total = total + weight * number
    return tanh(total)


def network(w, v, x, y):
    hidden = [sum(a * b for a, b in zip(row, x, strict=True)) for row in w]
    p = sum(a * relu(h) for a, h in zip(v, hidden, strict=True))
    return (p - y) ** 2


def loss_lesson(language="en"):
    return explain(loss, language=language, w=0.5, x=2.0, b=-1.0, y=1.0)


def square_lesson(language="en"):
    return explain(square, language=language, a=3.0)


def neuron_lesson(language="en"):
    return explain(
        neuron, language=language, w=[0.5, -1.0, 2.0], x=[1.0, 2.0, 3.0], b=0.25
    )


def network_lesson(language="en"):
    draw = random.Random(7)
    w = [[draw.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
    v = [draw.uniform(-1, 1) for _ in range(3)]
    return explain(network, language=language, w=w, v=v, x=[1.0, -2.0], y=1.0)


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</mi></math><b onclick=alert(3)>",
    "{slope} {0} %s &amp; \"quotes\" 'too' \\N",
    "\x00\u202e\ud800 \U0001f600",
    "a" * 40,
)


def hostile_lesson():
    leaves = [Value(1.5 + i, name) for i, name in enumerate(HOSTILE)]
    total = leaves[0]
    for leaf in leaves[1:]:
        total = total * leaf
        total.label = f"<u>{leaf.label}</u>"
    return explain(total, language="en")


ALL = {
    "loss": loss_lesson,
    "square": square_lesson,
    "neuron": neuron_lesson,
    "network": network_lesson,
    "hostile": hostile_lesson,
}
