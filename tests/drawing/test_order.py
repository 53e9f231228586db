"""Which argument is first is seen in a picture, wherever it matters."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Op, Value, ops
from autograd.drawing import draw
from autograd.drawing.scene import order_matters
from autograd.reading.snapshot import depth_first, take

SVG = "{http://www.w3.org/2000/svg}"

blend = Op(
    "blend",
    forward=lambda a, b, c: 2.0 * a + b - c,
    partials=(lambda a, b, c, y: 2.0, lambda a, b, c, y: 1.0, lambda a, b, c, y: -1.0),
)
mean = Op(
    "mean",
    forward=lambda a, b: 0.5 * (a + b),
    partials=(lambda a, b, y: 0.5, lambda a, b, y: 0.5),
)
OPS = [ops.sub, ops.where, ops.greater, ops.leaky_relu, ops.add, ops.mul, blend, mean]


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def nearest(point, spots):
    x, y = point
    return min(
        spots, key=lambda spot: (spots[spot][0] - x) ** 2 + (spots[spot][1] - y) ** 2
    )


def args_seen(svg):
    """For each box the boxes that its places, 1, 2, …, show; without places, sorted."""
    root = ET.fromstring(svg)
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class")]
    boxes, places = {}, {}
    for group in groups:
        if not re.fullmatch(r"node\d+", group.get("id", "")):
            continue
        name = f"n{int(group.get('id')[4:]) - 1}"
        spots = {}
        for text in group.iter(f"{SVG}text"):
            if text.get("font-size") == "9.00":
                spots[int(text.text)] = float(text.get("x")), float(text.get("y"))
        boxes[name], places[name] = [], spots
    for group in groups:
        if not re.fullmatch(r"edge\d+", group.get("id", "")):
            continue
        source, target = re.match(
            r"(n\d+)->(n\d+)", group.findtext(f"{SVG}title")
        ).groups()
        tip = numbers(group.find(f".//{SVG}polygon").get("points"))[2:4]
        at = nearest(tip, places[target]) if places[target] else 0
        boxes[target].append((at, source))
    assert all(
        sorted(at for at, _ in args) == sorted(places[name])
        for name, args in boxes.items()
        if places[name]
    )
    return {
        name: [source for _, source in sorted(args)] for name, args in boxes.items()
    }


@st.composite
def graphs(data):
    nodes = [Value(float(i), f"x{i}") for i in range(data(st.integers(1, 3)))]
    for _ in range(data(st.integers(1, 7))):
        op = data(st.sampled_from(OPS))
        args = [data(st.sampled_from(nodes)) for _ in range(op.arity)]
        nodes.append(op(*args))
    return nodes[-1]


@settings(max_examples=25, deadline=None)
@given(graphs(), st.sampled_from(["LR", "TB", "RL", "BT"]))
def test_the_args_of_every_box_are_read_from_the_picture(y, direction):
    snapshot = take([y], "draw", depth_first)
    seen = args_seen(draw(y, direction=direction).pipe(encoding="utf-8"))
    assert len(seen) == len(snapshot.nodes)
    for n, (node, args) in enumerate(zip(snapshot.nodes, snapshot.args, strict=True)):
        names = [f"n{arg}" for arg in args]
        ordered = node.op is not None and order_matters(node.op)
        assert seen[f"n{n}"] == (names if ordered else sorted(names))


def test_exchanged_arguments_are_drawn_otherwise():
    a, b = Value(1.0, "a"), Value(1.0, "b")
    for op in (op for op in (*ops.TABLE.values(), blend, mean) if op.arity == 2):
        there, back = (draw(op(*args), names={}) for args in ((a, b), (b, a)))
        arrives = [re.findall(r"-> n2(\S*)", p.source) for p in (there, back)]
        assert arrives[0] == arrives[1] and all(arrives[0]) == order_matters(op)


@pytest.mark.parametrize("op", [op for op in ops.TABLE.values() if op.arity > 1])
def test_the_row_tells_whether_order_matters(op):
    alike = {"add", "mul", "maximum", "minimum", "hypot", "logaddexp"}
    assert order_matters(op) == (op.name not in alike)


def test_an_op_that_refuses_the_exchange_has_an_order():
    def forward(a, b):
        if a > b:
            raise ValueError
        return a + b

    both = (lambda a, b, y: 1.0, lambda a, b, y: 1.0)
    assert order_matters(Op("rising", forward, both, safe=((0.0, 1.0), (2.0, 3.0))))


def test_nodes_computed_alike_have_places_too():
    b = Value(1.0, "b")
    there = sum(Value(float(i)) - b for i in range(100))
    back = sum(b - Value(float(i)) for i in range(100))
    pictures = [draw(y).source for y in (there, back)]
    arrives = [sorted(re.findall(r"-> n\d(:i\d:w)", source)) for source in pictures]
    assert arrives == [[":i0:w", ":i1:w"]] * 2
    assert "n0 -> n2:i1" in pictures[0] and "n0 -> n2:i0" in pictures[1]
