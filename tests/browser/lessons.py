"""Lessons that the tests of the page open."""

from __future__ import annotations

import random

from autograd import Value, explain, relu, sigmoid, tanh


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


def by_operations(*args, **options):
    """Return a lesson told by operations at first, without data, that asks."""
    lesson = explain(*args, **options, given=(), predict=True)
    lesson.by = "operations"
    return lesson


def loss_lesson(language="en"):
    return by_operations(loss, language=language, w=0.5, x=2.0, b=-1.0, y=1.0)


def square_lesson(language="en"):
    return explain(square, language=language, predict=True, a=3.0)


def neuron_lesson(language="en"):
    return by_operations(
        neuron, language=language, w=[0.5, -1.0, 2.0], x=[1.0, 2.0, 3.0], b=0.25
    )


def network_lesson(language="en"):
    draw = random.Random(7)
    w = [[draw.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
    v = [draw.uniform(-1, 1) for _ in range(3)]
    return by_operations(network, language=language, w=w, v=v, x=[1.0, -2.0], y=1.0)


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
    return by_operations(total, language="en")


ALL = {
    "loss": loss_lesson,
    "square": square_lesson,
    "neuron": neuron_lesson,
    "network": network_lesson,
    "hostile": hostile_lesson,
}


def net(w1, b1, w2, b2, x, y):
    hidden = []
    for weights, bias in zip(w1, b1, strict=True):
        total = bias
        for w, number in zip(weights, x, strict=True):
            total += w * number
        hidden.append(sigmoid(total))
    total = b2
    for w, h in zip(w2, hidden, strict=True):
        total += w * h
    output = sigmoid(total)
    return (output - y) ** 2


XOR = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


def xor(w1, b1, w2, b2):
    loss = 0
    for x, y in XOR:
        loss += net(w1, b1, w2, b2, x, y)
    return loss / len(XOR)


WEIGHTS = {
    "w1": [[0.5, -0.4], [-0.3, 0.8]], "b1": [0.1, -0.2], "w2": [0.7, -0.6], "b2": 0.05
}  # fmt: skip


def net_lesson(language="en"):
    return explain(net, language=language, **WEIGHTS, x=[1.0, 0.0], y=1.0)


def xor_lesson(language="en"):
    return explain(xor, language=language, **WEIGHTS)


def valley_lesson(language="en"):
    return explain("(1 - x)**2 + 100*(y - x**2)**2", language=language, x=-1, y=2)


def lines_lesson(language="en"):
    return explain(loss, language=language, w=0.5, x=2.0, b=-1.0, y=1.0)


GLANCES = {
    "net": net_lesson,
    "square": square_lesson,
    "xor": xor_lesson,
    "valley": valley_lesson,
    "loss": lines_lesson,
    "neuron": neuron_lesson,
}
