"""What of a picture can be set: constants, numbers, words, attributes."""

import re

import pytest

from autograd import Value, grad, logsumexp, record_sources, softmax, tanh
from autograd.drawing import draw
from nn import MLP


def boxes(picture):
    """The first line of each box."""
    found = re.findall(r"\t(n\d+) \[.*?<B>(.*?)</B>", picture.source)
    return {node: title.strip() for node, title in found}


def edges(picture):
    return re.findall(r"\t(n\d+) -> (n\d+)", picture.source)


def test_numbers_title_and_data_alone():
    y = Value(1.0, "a") / 3.0
    y.backward()
    source = draw(y, numbers=".2f", title="a <third>", data_only=True).source
    assert ">0.33<" in source and ">grad" not in source and "No grad" not in source
    assert "<B>a &lt;third&gt;</B>" in source
    svg = draw(y, title="third").pipe(encoding="utf-8")
    assert svg.index(">third<") < svg.index(">data")
    assert "1.000000" in draw(y, numbers="f", highlight="a").source


def test_highlight_by_name():
    a, w = Value(2.0, "a"), Value(3.0)
    y = a * w
    named = draw(y, names={"w": w}, highlight=["a", "w"])
    assert named.source == draw(y, names={"w": w}, highlight=[a, w]).source


def test_equal_constants_stand_once():
    a = Value(2.0, "a")
    y = (a * 3.0 + 3.0) * a - 2.0
    assert draw(y).source.count(">constant<") == 3
    once = draw(y, constants="once")
    assert once.source.count(">constant<") == 2
    assert len(edges(once)) == len(edges(draw(y))) == 8


def test_hidden_constants_stand_in_the_op():
    a = Value(2.0, "a")
    hidden = draw(1.0 - (a * 3.0) ** -2.0, constants="hidden")
    assert list(boxes(hidden).values()) == ["a", "…·3", "…^(−2)", "1 − …"]
    assert ":i" not in hidden.source and len(edges(hidden)) == 3
    assert ":i0" in draw(a - a, constants="hidden").source


@pytest.mark.parametrize("constants", ["once", "hidden"])
def test_steps_that_change_nothing_are_folded(constants):
    a, b = Value(2.0, "a"), Value(3.0, "b")
    picture = draw((a * 1.0 + 0.0) * b / 1.0, constants=constants)
    assert list(boxes(picture).values()) == ["a", "b", "·"]
    assert edges(picture) == [("n0", "n2"), ("n1", "n2")]
    assert len(boxes(draw(0.0 * a + a, constants=constants))) == 3


def test_what_nobody_has_written_is_folded():
    x = Value(0.5, "x")
    slope = grad(lambda x: tanh(x) * x)(x)
    assert [*boxes(draw(slope)).values()].count("·") == 2
    tanh(x).backward(create_graph=True)
    assert boxes(draw(x.grad)) == {"n1": "x", "n2": "tanh", "n3": "·", "n4": "−"}
    total = sum([x * 2.0, x])
    assert sorted(boxes(draw(total)).values()) == ["+", "x", "·"]
    assert "total" in boxes(draw(total - total, names={"total": total})).values()
    paths = draw(total, highlight=[x]).source
    assert "x → v2 → v3: 2 · 1 = 2" in paths and "x → v3: 1" in paths
    assert len(boxes(draw(x * 1.0 + 0.0))) == 3


def test_the_largest_of_a_softmax_is_a_number():
    xs = [Value(number, f"x{i}") for i, number in enumerate((2.0, -1.0, 0.5))]
    picture = draw(softmax(xs))
    assert "maximum" not in picture.source and picture.source.count(">constant<") == 1
    hidden = draw(logsumexp(xs), constants="hidden")
    assert [*boxes(hidden).values()].count("… − 2") == 3


def test_what_is_set_on_the_digraph_wins():
    picture = draw(Value(2.0, "a") * 3.0)
    picture.attr(rankdir="TB", label="mine")
    picture.attr("node", fontname="Helvetica")
    picture.edge_attr["color"] = "red"
    picture.node("n0", fillcolor="yellow")
    svg = picture.pipe(encoding="utf-8")
    assert "rankdir=LR" not in picture.source and ">mine<" in svg
    assert "Helvetica" in svg and 'stroke="red"' in svg and 'fill="yellow"' in svg


def test_neurons_have_frames_and_full_names():
    model = MLP(2, [2, 1], seed=1)
    y = model([Value(1.0, "x"), Value(2.0, "y")])
    source = draw(y).source
    assert source.count("subgraph") == 3 and "layers[0].neurons[1]" in source
    assert draw(y, depth="scalar").source.count("subgraph") == 6
    assert "layers[0].neurons[1].w[0] (" in source


def cost(a):
    return (a - 1.0) ** 2.0


def test_functions_have_frames_where_sources_are_recorded():
    a = Value(2.0, "a")
    with record_sources():
        y = cost(a * 3.0) + 1.0
    assert ">cost()<" in draw(y).source.replace("<cost()>", ">cost()<")
    assert "subgraph" not in draw(cost(a)).source
