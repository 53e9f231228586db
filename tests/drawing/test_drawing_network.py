"""The picture of a network is what the network does, or there is none."""

import math
import random
import re

import pytest

from autograd import relu, sigmoid, softmax
from autograd.drawing import draw
from nn import MLP, Layer, Module


class Layers(Module):
    """Two layers of two neurons, and what a subclass does with them."""

    def __init__(self):
        rng = random.Random(1)
        self.a = Layer(2, 2, activation="tanh", random=rng)
        self.b = Layer(2, 2, activation="tanh", random=rng)


def network(run, base=Layers):
    """Return a network that runs as `run(model, x)` says."""
    return type("Net", (base,), {"__call__": run})()


ROWS = {
    "in a row": lambda m, x: m.b(m.a(x)),
    "in another order": lambda m, x: m.a(m.b(x)),
    "bent once more": lambda m, x: [relu(y) * 2.0 for y in m.b(m.a(x))],
    "bent by itself": lambda m, x: m.b([h * sigmoid(h) for h in m.a(x)]),
    "some left out": lambda m, x: m.b([h * float(i) for i, h in enumerate(m.a(x))]),
    "no log of a negative": lambda m, x: [math.log(x[0].data) + y for y in m.b(m.a(x))],
}
OTHERS = {
    "in parallel": lambda m, x: [p + q for p, q in zip(m.a(x), m.b(x), strict=True)],
    "side by side": lambda m, x: m.a(x) + m.b(x),
    "residual": lambda m, x: [h + y for h, y in zip(x, m.b(m.a(x)), strict=True)],
    "a skip inside": lambda m, x: m.b(
        [h + i for h, i in zip(m.a(x), x, strict=True)]
    ),
    "twice": lambda m, x: m.b(m.a(m.a(x))),
    "not all": lambda m, x: m.a(x),
    "a product": lambda m, x: [p * q for p, q in zip(m.a(x), m.b(x), strict=True)],
    "softmax": lambda m, x: softmax(m.b(m.a(x))),
    "turned around": lambda m, x: m.b(m.a(x)[::-1]),
    "outputs turned around": lambda m, x: m.b(m.a(x))[::-1],
    "one output": lambda m, x: sum(m.b(m.a(x))),
    "inputs twice": lambda m, x: m.b(m.a([x[0], x[0]])),
    "a branch": lambda m, x: m.b(m.a(x)) if x[0].data > 0 else m.b(x),
    "another bias": lambda m, x: m.b([h + m.b.neurons[0].b for h in m.a(x)]),
    "weights taken away": lambda m, x: m.b(
        [n.w[0] * x[0] - n.w[1] * x[1] + n.b for n in m.a.neurons]
    ),
    "no bias": lambda m, x: m.b(
        [n.w[0] * x[0] + n.w[1] * x[1] for n in m.a.neurons]
    ),
    "no Values": lambda m, x: [1.0, 2.0],
    "an error": lambda m, x: m.c(x),
}  # fmt: skip


@pytest.mark.parametrize("run", ROWS.values(), ids=ROWS)
def test_layers_in_a_row_are_drawn_as_they_are_run(run):
    model = network(run)
    state = random.getstate()
    source = draw(model, language="en").source
    assert "2-2-2 network" in source and source.count('class="weight') == 8
    first = model.b if run is ROWS["in another order"] else model.a
    line = re.search(r'\tn0 -> n2 \[.*tooltip="([^"]*)"', source)
    assert line and float(line[1]) == first.neurons[0].w[0].data
    assert random.getstate() == state


@pytest.mark.parametrize("run", OTHERS.values(), ids=OTHERS)
def test_whatever_else_a_network_does_is_refused(run):
    with pytest.raises(TypeError, match="one after the other; got Net, where") as error:
        draw(network(run))
    assert "(hint: draw(model(x)) draws the graph of what it does)" in str(error.value)


def test_nested_networks_and_lists_of_layers_are_drawn():
    class Both(Module):
        def __init__(self):
            self.back = [Layer(3, 4, activation="relu"), Layer(4, 2)]
            self.front = MLP(2, [4, 3])

        def __call__(self, x):
            x = self.front(x)
            for layer in self.back:
                x = layer(x)
            return x

    assert "2-4-3-4-2 network" in draw(Both(), language="en").source


def test_tied_layers_are_refused():
    model = MLP(2, [2, 2, 1])
    model.layers[1].neurons = model.layers[0].neurons
    with pytest.raises(TypeError, match="a weight is used 2 times"):
        draw(model)
    model = MLP(2, [2, 2, 1])
    model.layers[1].neurons[1].w[0] = model.layers[0].neurons[0].w[0]
    with pytest.raises(TypeError, match="a weight is used 2 times"):
        draw(model)
