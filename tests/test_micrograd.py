"""Programs written for micrograd, and for the lecture around it, run on our classes."""

from __future__ import annotations

import gc
import importlib.util
import json
from pathlib import Path

import pytest

from autograd import Value
from nn import MLP, Layer, Neuron

ORACLES = Path(__file__).with_name("oracles")


def load(name):
    spec = importlib.util.spec_from_file_location(name, ORACLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load("make_micrograd_answers")
answers = json.loads(script.ANSWERS.read_text())


def assert_as_stored(training):
    assert training["first"] == answers["first"]
    for now, stored in zip(training["steps"], answers["steps"], strict=True):
        assert now == pytest.approx(stored, rel=1e-9)
    assert training["repr"] == answers["repr"]


def test_the_same_network_trains_to_the_same_numbers():
    assert_as_stored(script.training(MLP))


@pytest.fixture
def libraries_left_alone():
    """Keep the collector from walking what was imported whenever a graph grows."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_micrograds_demo_gives_its_published_numbers(libraries_left_alone):
    taken = script.demo(MLP, Value)
    assert len(taken) == 100
    for now, stored in zip(taken, answers["demo"], strict=True):
        assert now == pytest.approx(stored, rel=1e-9)
    # As its notebook prints them.
    assert taken[0] == pytest.approx([0.8958441028683222, 0.5], rel=1e-9)
    assert taken[99] == pytest.approx([0.010978370135492717, 1.0], rel=1e-9)


def test_the_stored_answers_are_micrograds():
    micrograd = pytest.importorskip(
        "micrograd.nn", reason="micrograd is not installed (extra: bench)"
    )
    from micrograd.engine import Value as Micrograds

    # Not to the last bit: its sets of children have no fixed order.
    assert_as_stored(script.training(micrograd.MLP))
    taken = script.demo(micrograd.MLP, Micrograds, steps=3)
    for now, stored in zip(taken, answers["demo"], strict=False):
        assert now == pytest.approx(stored, rel=1e-9)


def test_the_lectures_trace_of_a_graph():
    def trace(root):
        nodes, edges = set(), set()

        def build(v):
            if v not in nodes:
                nodes.add(v)
                for child in v._prev:
                    edges.add((child, v))
                    build(child)

        build(root)
        return nodes, edges

    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    e = a * b
    e.label = "e"
    L = e.tanh() + 1
    nodes, edges = trace(L)
    rows = sorted(f"{n.label} | data {n.data:.4f} | grad {n.grad:.4f}" for n in nodes)
    assert len(rows) == 6
    assert rows[-1] == "e | data -6.0000 | grad 0.0000"
    assert (a, e) in edges
    assert {n._op for n in nodes} == {"", "*", "tanh", "+"}


def test_the_lectures_training_loop():
    import random

    random.seed(0)
    n = MLP(3, [4, 4, 1])
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    losses = []
    for _ in range(50):
        ypred = [n(x) for x in xs]
        loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred, strict=True))
        for p in n.parameters():
            p.grad = 0.0
        loss.backward()
        for p in n.parameters():
            p.data += -0.01 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.2 * losses[0]


def test_constructors_as_in_micrograd():
    assert len(Neuron(3).parameters()) == 4
    assert repr(Neuron(3, nonlin=False)) == "LinearNeuron(3)"
    assert repr(Layer(2, 2)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert len(Layer(2, 3, nonlin=False)([1.0, 2.0])) == 3
