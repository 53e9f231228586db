"""Programs written for micrograd, and for the lecture around it, run on our classes."""

from __future__ import annotations

import copy
import importlib.util
import json
import pickle
import re
from collections.abc import Set
from inspect import signature
from pathlib import Path

import pytest

from autograd import Op, Value, zero
from nn import MLP, Layer, Module, Neuron

ORACLES = Path(__file__).parents[1] / "oracles"


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


def test_micrograds_demo_gives_its_numbers():
    taken = script.demo(MLP, Value, steps=15)
    assert taken[0] == pytest.approx([0.8958441028683222, 0.5], rel=1e-9)
    for now, stored in zip(taken, answers["demo"], strict=False):
        assert now == pytest.approx(stored, rel=1e-9)


@pytest.mark.peers
def test_all_of_micrograds_demo_gives_its_published_numbers():
    taken = script.demo(MLP, Value)
    assert len(taken) == 100
    for now, stored in zip(taken, answers["demo"], strict=True):
        assert now == pytest.approx(stored, rel=1e-9)
    # As its notebook prints them.
    assert taken[0] == pytest.approx([0.8958441028683222, 0.5], rel=1e-9)
    assert taken[99] == pytest.approx([0.010978370135492717, 1.0], rel=1e-9)


@pytest.mark.peers
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


# --- the programs that come with micrograd --------------------------------------------


def test_its_own_tests_pass():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    # As PyTorch gives them.
    assert (y.data, x.grad) == (-20.0, 46.0)


def draw_dot(root):
    """Draw as micrograd's notebook on graphs does: one edge for each child."""
    from graphviz import Digraph

    dot = Digraph(format="svg", graph_attr={"rankdir": "LR"})
    nodes, edges = trace(root)
    for n in nodes:
        text = "{ data %.4f | grad %.4f }" % (n.data, n.grad)  # noqa: UP031
        dot.node(name=str(id(n)), label=text, shape="record")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    return dot


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


def test_its_notebook_on_graphs():
    import random

    y = (Value(1.0) * 2 + 1).relu()
    y.backward()
    source = draw_dot(y).source
    for op in ("*", "+", "ReLU"):
        assert re.search(rf'label="?{re.escape(op)}"?\]', source)
    assert "{ data 3.0000 | grad 1.0000 }" in source
    random.seed(1337)
    neuron = Neuron(2)
    y = neuron([Value(1.0), Value(-2.0)])
    y.backward()
    nodes, _ = trace(y)
    assert sorted(n._op for n in nodes) == ["", "", "", "", "", "*", "*", "+", "+",
                                            "ReLU"]  # fmt: skip


def by_hand(root):
    """Run backward as micrograd and the lecture write it."""
    topo, visited = [], set()

    def build_topo(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build_topo(child)
            topo.append(v)

    build_topo(root)
    root.grad = 1.0
    for node in reversed(topo):
        node._backward()
    return topo


# Cells of the lecture, each with what it shows.
CELLS = [
    ("b = a + a", {"a": 3.0}, {"a": 2.0}),
    ("d = a * b; e = a + b; f = d * e", {"a": -2.0, "b": 3.0}, {"a": -3.0, "b": -8.0}),
    ("L = (a * b + c) * f", {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0},
     {"a": 6.0, "b": -4.0, "c": -2.0, "f": 4.0}),
    ("n = x1 * w1 + x2 * w2 + b; o = n.tanh()",
     {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8813735870195432},
     {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0}),
    ("n = x1 * w1 + x2 * w2 + b; e = (2 * n).exp(); o = (e - 1) / (e + 1)",
     {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8813735870195432},
     {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0}),
    ("g = (a - b) ** 2 / b - -a", {"a": 3.0, "b": 2.0}, {"a": 2.0, "b": -1.25}),
]  # fmt: skip


@pytest.mark.parametrize("walk", [lambda root: root.backward(), by_hand])
@pytest.mark.parametrize(("cell", "given", "slopes"), CELLS)
def test_the_lectures_cells(walk, cell, given, slopes):
    names = {name: Value(data, label=name) for name, data in given.items()}
    exec(cell, names)
    walk([v for v in names.values() if isinstance(v, Value)][-1])
    assert {n: names[n].grad for n in slopes} == pytest.approx(slopes, abs=1e-12)


def test_layers_as_micrograd_writes_them():
    class Linear(Module):
        def __init__(self, nin):
            self.w = [Value(0.5) for _ in range(nin)]
            self.b = Value(0)

        def __call__(self, x):
            return sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)

        def parameters(self):
            return [*self.w, self.b]

        def __repr__(self):
            return f"LinearNeuron({len(self.w)})"

    neuron = Linear(2)
    neuron([1.0, 2.0]).backward()
    assert [p.grad for p in neuron.parameters()] == [1.0, 2.0, 1.0]
    neuron.zero_grad()
    assert [p.grad for p in neuron.parameters()] == [0.0, 0.0, 0.0]
    assert repr(neuron) == "LinearNeuron(2)"


# --- what a node is read for ----------------------------------------------------------


def test_prev_is_a_set_in_the_order_of_the_args():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    assert list((b * a)._prev) == [b, a] and list((a * b)._prev) == [a, b]
    assert list((a * a)._prev) == [a] and len((a * a)._prev) == 1
    assert list(Op("f", lambda a, b, c: a, (zero,) * 3)(c, a, c)._prev) == [c, a]
    prev = (a + b)._prev
    assert prev == {b, a} and {b, a} == prev and prev != {a}
    assert a in prev and c not in prev
    assert prev | {c} == {a, b, c} == {c} | prev and prev & {a, c} == {a}
    assert prev - {a} == {b} and set(prev) == {a, b} and prev <= {a, b, c}
    assert isinstance(prev, Set) and list(a._prev) == []
    assert not hasattr(prev, "add")  # which would link nothing


@pytest.mark.parametrize(
    ("compute", "op", "children"),
    [
        (lambda a, b: a, "", ""),
        (lambda a, b: a + b, "+", "ab"),
        (lambda a, b: a * b, "*", "ab"),
        (lambda a, b: a**2, "**2", "a"),
        (lambda a, b: a**-1, "**-1", "a"),
        (lambda a, b: a**0.5, "**0.5", "a"),
        (lambda a, b: a ** (1 / 3), "**0.3333333333333333", "a"),
        (lambda a, b: a.relu(), "ReLU", "a"),
        # In the lecture.
        (lambda a, b: a.tanh(), "tanh", "a"),
        (lambda a, b: a.exp(), "exp", "a"),
        # Not in micrograd, or of several nodes there.
        (lambda a, b: a - b, "-", "ab"),
        (lambda a, b: a / b, "/", "ab"),
        (lambda a, b: -a, "-", "a"),
        (lambda a, b: a**b, "**", "ab"),
        (lambda a, b: a ** (b * 1), "**", "a*"),
    ],
)
def test_op_and_prev_say_what_micrograd_says(compute, op, children):
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = compute(a, b)
    assert y._op == op
    assert "".join(child.label or child._op for child in y._prev) == children
    y._op, y._prev = op, set(y._prev)  # to set what is there does no harm
    for link, other in (("_op", "?"), ("_prev", {Value(1.0)})):
        with pytest.raises(TypeError, match="Value needs ops to be declared"):
            setattr(y, link, other)


# --- an op of one's own, written as micrograd would -----------------------------------


class V(Value):
    def __init__(self, data, _children=(), _op=""):
        super().__init__(data, _children, _op)


class Labelled(Value):
    def __init__(self, data, _children=(), _op="", label=""):
        super().__init__(data, _children, _op, label=label)


class Pasted(Value):
    """All of micrograd's `__init__`."""

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op


class After(Value):
    def __init__(self, data, _children=(), _op=""):
        super().__init__(data)
        self._prev = set(_children)
        self._op = _op


class Plain(Value):
    pass


def cube(x, kind=Plain):
    """Compute a cube as micrograd does, but for the children."""
    out = kind(x.data**3)

    def _backward():
        x.grad += 3 * x.data**2 * out.grad

    out._backward = _backward
    return out


def overriding():
    class Cube(Value):
        def _backward(self):
            raise AssertionError

    return Cube


a, b, c, d = (Value(2.0, label) for label in "abcd")
LINKED = [
    (lambda: Value(8.0, (a,), "cube"), "cube", 1),
    (lambda: Value(8.0, (a, b), "mix"), "mix", 2),
    (lambda: Value(8.0, (a, b, c), "mix"), "mix", 3),
    (lambda: Value(8.0, [a, a], "mix"), "mix", 2),
    (lambda: Value(8.0, (a, 2), "+"), "my_op", 2),
    (lambda: Value(8.0, (a,)), "my_op", 1),
    (lambda: Value(8.0, {a, b}), "my_op", 2),
    (lambda: Value(8.0, {a: 1}.keys(), ""), "my_op", 1),
    (lambda: Value(8.0, (child for child in [a])), "my_op", 1),
    (lambda: Value(8.0, (a,), "cube", "label"), "cube", 1),
    (lambda: Value(8.0, (a,), "cube", label="label"), "cube", 1),
    (lambda: Value(8.0, (a,), _op="cube"), "cube", 1),
    (lambda: Value(8.0, _children=(a,), _op="cube"), "cube", 1),
    (lambda: Value(8.0, _children=[a]), "my_op", 1),
    (lambda: Value(8.0, (), _children=(a,)), "my_op", 1),
    (lambda: Value(8.0, (), "cube"), "cube", 1),
    (lambda: Value(8.0, _op="cube"), "cube", 1),
    (lambda: V(8.0, (a,), "cube"), "cube", 1),
    (lambda: Labelled(8.0, (a,), "cube"), "cube", 1),
    (lambda: Labelled(8.0, {a}, "cube", "label"), "cube", 1),
    (lambda: After(8.0, (a,), "cube"), "my_op", 1),
    (lambda: After(8.0, (), "cube"), "cube", 1),
    (lambda: Pasted(8.0), "my_op", 1),
    (lambda: cube(a), "cube", 1),
    (lambda: cube(a, Value), "cube", 1),
    (lambda: cube(a, V), "cube", 1),
    (lambda: setattr(a * b, "_backward", lambda: None), "my_op", 1),
    (lambda: setattr(a, "_backward", print), "my_op", 1),
    (lambda: setattr(a, "_prev", (b,)), "my_op", 1),
    (lambda: setattr(a * b, "_prev", set()), "my_op", 1),
    (overriding, "cube", 1),
    (lambda: type("Cube", (Value,), {"__slots__": ("_prev",)}), "cube", 1),
    (lambda: type("Cube", (Plain,), {"_op": "cube"}), "cube", 1),
]  # fmt: skip
HINT = re.compile(r"\(hint: (\w+) = (Op\(.*\)), y being the result, then (.*?);")


@pytest.mark.parametrize(("make", "name", "arity"), LINKED)
def test_linking_nodes_by_hand_shows_the_op_to_declare(make, name, arity):
    with pytest.raises(
        TypeError, match="Value needs ops to be declared, for"
    ) as caught:
        make()
    target, row, use = HINT.search(str(caught.value)).groups()
    op = eval(row, {"Op": Op})
    assert (target, op.name, op.arity) == (name, name, arity)
    assert use.startswith(f"{name}(") and use.count(",") == arity - 1
    assert str(caught.value).endswith("only calls super().__init__(data))")


def test_the_op_that_is_shown_is_differentiated():
    with pytest.raises(TypeError) as caught:
        Value(8.0, (a,), "cube")
    row = HINT.search(str(caught.value)).group(2)
    for body in ("x**3", "3 * x**2"):
        row = row.replace("...", body, 1)
    x = Plain(2.0)
    eval(row, {"Op": Op})(x).backward()
    assert x.grad == 12.0


@pytest.mark.parametrize(
    "leaf",
    [
        Value(3, (), ""),
        Value(3, ()),
        Value(3, set()),
        Value(3, _children=(), _op=""),
        V(3),
        V(3, (), ""),
        After(3),
        Labelled(3),
    ],
)
def test_leaves_may_be_made_in_micrograds_order(leaf):
    (leaf * leaf).backward()
    assert (leaf.data, leaf.grad, leaf._op, leaf.label) == (3.0, 6.0, "", "")
    assert leaf._prev == set()


def test_labels_in_the_lectures_order():
    for leaf in (Value(3, (), "", "w"), Value(3, (), label="w"), Labelled(3, label="w"),
                 Value(3, _children=(), label="w"), Value(3, "w")):  # fmt: skip
        assert leaf.label == "w"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(1.0, 3), "Value needs text as label; got 3"),
        (lambda: Value(1.0, [3]), r"Value needs text as label; got \[3\]"),
        (lambda: Value(1.0, label=()), r"Value needs text as label; got \(\)"),
        (lambda: Value(1.0, (), "", 3), "Value needs text as label; got 3"),
        (lambda: Value(1.0, "v", "w"), "Value needs one label; got 'v', 'w'"),
        (lambda: Value(1.0, "v", label="w"), "Value needs one label; got 'v', 'w'"),
        (lambda: Value(1.0, (), "", "v", "w"), "Value needs one label; got 'v', 'w'"),
        (lambda: Value(1.0, name="w"), "unexpected keyword argument 'name'"),
    ],
)
def test_labels_that_are_none(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_subclasses_with_methods_of_operators():
    class W(V):
        def cube(self):
            return self * self * self

    w = W(2.0)
    w.cube().backward()
    assert w.grad == 12.0


def test_help_shows_the_arguments_of_ours():
    assert str(signature(Value)) == "(data, label='', *, constant=False)"


# --- attributes of one's own ----------------------------------------------------------


@pytest.mark.parametrize("name", ["momentum", "velocity", "m", "v", "colour", "name"])
def test_attributes_are_refused_with_where_to_keep_them(name):
    p, w = Value(1.0), Plain(1.0)
    message = (
        "Value needs a subclass for attributes of your own; got {}"
        " (hint: class Weight(Value): pass, or keep it in a dictionary by Value)"
    )
    for node in (p, p * p, Value(1.0, constant=True)):
        with pytest.raises(AttributeError, match=re.escape(message.format(name))):
            getattr(node, name)
        with pytest.raises(AttributeError) as caught:
            setattr(node, name, 0.5)
        assert str(caught.value) == message.format(f"{name} = 0.5")
        assert name not in dir(node) and not hasattr(node, name)
    assert name not in dir(w) and not hasattr(w, name)
    setattr(w, name, 0.5)
    assert getattr(w, name) == vars(w)[name] == 0.5 and name in dir(w)
    assert getattr(pickle.loads(pickle.dumps(w)), name) == 0.5
    assert getattr(copy.deepcopy(w), name) == 0.5
    delattr(w, name)
    assert not hasattr(w, name)
    with pytest.raises(AttributeError):
        delattr(w, name)


def test_subclasses_have_their_own_names():
    class Weight(Value):
        momentum = 0.5
        __slots__ = ("velocity",)

        @property
        def name(self):
            return f"weight {self.label}"

    w = Weight(1.0, "w")
    assert (w.momentum, w.name) == (0.5, "weight w")
    w.velocity = 2.0
    assert w.velocity == 2.0
