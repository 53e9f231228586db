"""Large graphs, folded so that they can be read."""

import math
import random
import re

import pytest

from autograd import Value, sin
from autograd.drawing import draw
from nn import MLP, Layer, Neuron, l2_penalty, max_margin


def network(sizes=(16, 16, 1), samples=20, penalty=True):
    random.seed(3)
    model = MLP(2, list(sizes))
    points = [[random.random(), random.random()] for _ in range(samples)]
    targets = [random.choice([-1, 1]) for _ in range(samples)]
    loss = max_margin([model(point) for point in points], targets)
    if penalty:
        loss = loss + l2_penalty(model.parameters())
    return model, loss


def boxes(picture):
    """The titles of what is drawn."""
    return re.findall(r"^\tn\d+ \[.*?<B>(.*?)</B>", picture.source, re.M)


def arrows(picture):
    return re.findall(r"^\tn\d+ -> n\d+ \[", picture.source, re.M)


def names(picture):
    return {title for title in boxes(picture) if title[:6] == "layers" or "Σ" in title}


def test_a_batch_through_a_network_is_readable():
    model, loss = network()
    loss.backward()
    picture = draw(loss, model=model)
    assert names(picture) == {"layers[0]", "layers[1]", "layers[2]", "Σ1", "Σ2"}
    assert len(boxes(picture)) < 30
    assert "× 20" in picture.source
    assert "16 Neurons" in picture.source and "272 parameters" in picture.source


def test_nodes_are_counted():
    model, loss = network()
    counts = re.findall(
        r">([\d,]+) nodes in (\d+) boxes<", draw(loss, model=model).source
    )
    ((nodes, drawn),) = counts
    assert int(nodes.replace(",", "")) > 10_000 and int(drawn) == 17


@pytest.mark.parametrize("samples", [8, 100])
def test_a_sample_stands_for_the_batch(samples):
    model, loss = network(samples=samples)
    source = draw(loss, model=model).source
    assert f'<B>relu </B></TD><TD ALIGN="RIGHT"><B>× {samples}' in source
    assert f"sum of {samples}<" in source


@pytest.mark.parametrize("where", [0, 100, 199])
def test_one_nan_among_many_is_shown(where):
    xs = [Value(math.nan if i == where else float(i)) for i in range(200)]
    source = draw(sum(x * 2.0 for x in xs)).source
    assert ", nan × 1<" in source and ', nan × 1"]' in source
    for x in xs:
        x.data = math.nan
    source = draw(sum(x * 2.0 for x in xs)).source
    assert '<FONT COLOR="#0063a6">nan</FONT>' in source


def test_depths():
    model, _ = network((4, 1))
    score = model([1.0, 2.0])
    layers = draw(score, depth="layer", model=model)
    assert names(layers) == {"layers[0]", "layers[1]"}
    neurons = draw(score, depth="neuron", model=model)
    assert len(names(neurons)) == 5 and "layers[1].neurons[0]" in names(neurons)
    whole = draw(score, depth="network", model=model)
    assert boxes(whole)[-1] == "MLP" and len(arrows(whole)) == 2
    scalars = draw(score, depth="scalar", model=model)
    assert scalars.source.count("subgraph") == 1 + 2 + 5
    assert 'class="parameter"' in scalars.source


def test_parts_without_a_network_around_them():
    layer = Layer(2, 3)
    assert names(draw(layer([1.0, 2.0]), depth="layer", model=layer)) == set()
    assert "<B>Layer</B>" in draw(layer([1.0, 2.0]), depth="layer", model=layer).source
    neuron = Neuron(2)
    assert (
        "<B>Neuron</B>" in draw(neuron([1.0, 2.0]), depth="neuron", model=neuron).source
    )


def test_one_fold_opens_while_the_rest_stays():
    model, loss = network()
    by_module = draw(loss, model=model, expand=model.layers[0])
    assert by_module.source == draw(loss, model=model, expand="layers[0]").source
    folds = names(by_module)
    assert {"layers[1]", "layers[2]", "Σ1", "Σ2"} < folds and "layers[0]" not in folds
    assert len(folds) == 4 + 16
    neuron = draw(loss, model=model, expand=["layers[0].neurons[1]"])
    assert "layers[0].neurons[1]" not in names(neuron)
    assert len(names(neuron)) == 4 + 15
    assert len(re.findall('class="parameter"', neuron.source)) == 3


def test_a_sum_opens():
    model, loss = network()
    picture = draw(loss, model=model, expand="Σ1")
    assert names(picture) == {"layers[0]", "layers[1]", "layers[2]", "Σ2"}
    assert len(boxes(picture)) == len(boxes(draw(loss, model=model))) - 1 + 19


def test_a_long_sum_opens_and_is_not_cut_short():
    xs = [Value(float(i)) for i in range(200)]
    v = sum(x * x for x in xs)
    for expand in ("Σ1", ["Σ1"]):
        titles = boxes(draw(v, expand=expand))
        assert titles.count("+") == 200 and "steps 1" not in titles


def test_what_stands_in_a_row_opens_with_it():
    v = Value(0.5, "x")
    for i in range(300):
        v = v.tanh()
        if i == 150:
            v = sum((v * float(k) for k in range(20)), Value(0.0, "start"))
    assert names(draw(v)) == set() and "steps 1" in boxes(draw(v))
    opened = draw(v, expand="steps 1")
    assert names(opened) == {"Σ1"} and boxes(opened).count("tanh") == 300
    both = draw(v, expand=["Σ1", "steps 1"])
    assert names(both) == set() and boxes(both).count("+") == 20
    with pytest.raises(ValueError, match=r"got 'Σ1' .*folds are steps 1"):
        draw(v, expand="Σ1")


def test_the_layout_of_a_large_picture_is_bounded():
    v = sum(Value(float(i)).tanh() for i in range(200))
    assert "nslimit" not in draw(v).source
    assert "nslimit=0.1 nslimit1=0.5 mclimit=0.1" in draw(v, depth="scalar").source


def test_an_unknown_fold_is_refused_with_the_known_ones():
    model, loss = network()
    with pytest.raises(ValueError, match=r"got 'Σ7' .*folds are layers\[0\], .*Σ2"):
        draw(loss, model=model, expand="Σ7")


def test_folds_without_modules():
    loss = network()[1]  # and the network is gone
    picture = draw(loss)
    assert names(picture) == {"Σ1", "Σ2", "Σ3", "Σ4"}
    assert len(boxes(picture)) < 40
    assert "sum of 20<" in picture.source and "sum of 17<" in picture.source


def test_a_small_graph_is_not_folded():
    model, _ = network((2, 1))
    score = model([1.0, 2.0])
    assert 'class="fold"' not in draw(score, model=model).source


def test_a_long_row_is_cut_short():
    v = Value(0.5, "x")
    for _ in range(1000):
        v = (v * 1.001).tanh()
    picture = draw(v)
    assert len(boxes(picture)) < 15 and "steps 1" in boxes(picture)
    with pytest.raises(ValueError, match="at most 3,000 boxes; got 3,001 nodes"):
        draw(v, depth="scalar")


def test_a_row_of_diamonds_is_cut_short_and_opens():
    v = Value(0.5, "x")
    for _ in range(100):
        v = v * v + v
    assert len(boxes(draw(v))) < 12
    assert len(boxes(draw(v, expand="steps 1"))) == 201
    assert len(boxes(draw(v, depth="scalar"))) == 201


def test_a_graph_that_cannot_be_folded_is_refused():
    random.seed(1)
    nodes = [Value(random.random(), f"x{i}") for i in range(50)]
    ops = [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: (a - b).tanh()]
    for _ in range(20_000):
        nodes.append(random.choice(ops)(*random.sample(nodes[-50:], 2)))
    with pytest.raises(ValueError, match=r"at most 3,000 boxes; got .* after folding"):
        draw(nodes[-1])


def test_a_hundred_thousand_nodes():
    total = sum((Value(float(i)) * 2.0 for i in range(33_333)), Value(0.0))
    assert len(boxes(draw(total))) < 10


@pytest.mark.parametrize("count", [500, 5000])
def test_many_leaves_with_labels_are_folded(count):
    xs = [Value(float(i), f"x{i}") for i in range(count)]
    picture = draw(sum(xs))
    assert f'<B>x0 … x{count - 1} </B></TD><TD ALIGN="RIGHT"><B>× {count:,}<' in (
        picture.source
    )
    assert len(boxes(picture)) == 2
    few = draw(sum(xs[:100]))
    assert len(boxes(few)) == 101 and "x99" in boxes(few)


def test_what_to_do_about_too_large_a_picture_fits_the_graph():
    v = sum(Value(float(i), f"x{i}").tanh() for i in range(2000))
    with pytest.raises(ValueError, match="leave out depth='scalar'") as caught:
        draw(v, depth="scalar")
    assert "model" not in str(caught.value)
    model, loss = network()
    with pytest.raises(ValueError, match="depth='neuron', 'layer' or 'network'"):
        draw(loss, model=model, depth="scalar")


def test_folding_is_deterministic():
    sources = set()
    for _ in range(2):
        model, loss = network()
        sources.add(draw(loss, model=model, expand="layers[2].neurons[0]").source)
    assert len(sources) == 1


def test_what_is_done_with_a_score_is_not_the_neuron():
    model, _ = network((2, 1))
    x = [Value(1.0, "x1"), Value(2.0, "x2")]
    score = model(x)
    loss = (score - 1.0) ** 2.0 + (model(x) + score)
    picture = draw(loss, depth="network", model=model)
    assert {"MLP", "+", "−", "^"} <= set(boxes(picture))


def test_highlight_goes_through_folds():
    model, loss = network()
    w = model.layers[0].neurons[0].w[0]
    picture = draw(loss, model=model, highlight=[w])
    assert 'class="fold path"' in picture.source
    assert "paths from w[0]" in picture.source
    neuron = Neuron(2)
    picture = draw(
        neuron([1.0, 2.0]) * 3.0, model=neuron, depth="neuron", highlight=neuron.w[:1]
    )
    slope = 3.0 if neuron([1.0, 2.0]) else 0.0
    assert f"w[0] → Neuron → v4: {slope:g}<" in picture.source


def test_a_model_with_a_cycle_of_modules():
    class Part:
        def __init__(self):
            self.w = [Value(1.0), Value(2.0)]
            self.self = self
            self.w.append(self.w)

        def parameters(self):
            return self.w[:2]

    part = Part()
    assert "w[1]" in draw(part.w[0] * part.w[1], model=part).source


def test_a_part_that_refers_to_the_whole():
    class Part:
        def __init__(self, whole=None):
            self.whole = whole
            self.w = [Value(2.0)]
            self.parts = [] if whole else [Part(self), Part(self)]

        def parameters(self):
            return self.w

    whole = Part()
    y = whole.parts[0].w[0] * 3.0 + whole.parts[1].w[0] * 4.0
    picture = draw(y, depth="neuron", model=whole)
    assert {"parts[0]", "parts[1]"} < set(boxes(picture))


def test_networks_of_nn_are_found():
    model, loss = network()
    picture = draw(loss)
    assert picture.source == draw(loss, model=model).source


def test_the_network_itself():
    random.seed(1)
    model = MLP(3, [4, 2])
    picture = draw(model)
    assert picture.source.count('class="weight') == 3 * 4 + 4 * 2
    assert picture.source.count('class="neuron"') == 6
    assert picture.source.count('class="input"') == 3
    w = model.layers[0].neurons[0].w[0]
    assert f'tooltip="{w.data!r}"' in picture.source
    negative = sum(p.data < 0.0 for p in model.parameters() if p.data)
    assert picture.source.count('class="weight negative"') == negative
    assert picture.source.count("style=dashed") == negative


@pytest.mark.parametrize(
    "options",
    [
        {"legend": True},
        {"partials": True},
        {"widths": True},
        {"formula": True},
        {"highlight": [Value(1.0)]},
        {"names": {"x": Value(1.0)}},
        {"depth": "layer"},
        {"expand": "layers[0]"},
        {"model": MLP(2, [1])},
    ],
)
def test_options_of_graphs_are_refused_for_a_network(options):
    (name,) = options
    with pytest.raises(ValueError, match=f"{name} needs a graph, and has no meaning"):
        draw(MLP(2, [2, 1]), **options)


def test_a_wide_network_is_drawn_in_part():
    source = draw(MLP(2, [40, 1])).source
    assert "label=<25<BR/>more>" in source
    assert source.count('class="neuron"') == 16


def test_a_model_of_another_kind_is_refused():
    class Line:
        def __init__(self):
            self.slope = Value(1.0)

        def parameters(self):
            return [self.slope]

    with pytest.raises(TypeError, match=r"draw needs a network .* got Line .hint"):
        draw(Line())


def partials(picture):
    return re.findall(r"label=<(∂.*?)> tooltip", picture.source)


def test_edges_of_folds_carry_the_product():
    y = x = Value(1.1, "x")
    for _ in range(200):
        y = sin(y) * 1.01
    picture = draw(y, partials=True)
    products = [
        float(label.split(" = ")[1].replace("−", "-")) for label in partials(picture)
    ]
    assert len(products) == 6 and "∂steps 1/∂v" in picture.source
    y.backward()
    assert math.prod(products) == pytest.approx(x.grad, rel=0.01)


def test_edges_between_many_carry_their_span():
    model = MLP(2, [3, 1], activation="tanh", seed=3)
    b = Value(2.0, "b")
    y = sum(b * Value(float(i)) for i in range(100))
    assert "∂v2/∂b = 0 … 99" in partials(draw(y, partials=True))
    x = [Value(1.0, "x"), Value(-2.0, "y")]
    out = model(x)
    out.backward()
    found = dict(
        label.split(" = ")
        for label in partials(draw(out, depth="network", partials=True))
    )
    assert [float(found[f"∂MLP/∂{v.label}"].replace("−", "-")) for v in x] == [
        pytest.approx(v.grad, abs=1e-3) for v in x
    ]
