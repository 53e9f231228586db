"""The picture of a graph: what stands in its DOT."""

import copy
import math
import re
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, exercise, explain, mistakes, paths, sqrt, to_python
from autograd.drawing import draw
from autograd.drawing.numerals import short
from autograd.reading.pathfinding import find_paths
from autograd.reading.snapshot import take

GOLDEN = Path(__file__).parent / "golden"


def lesson():
    """The lecture's neuron, as it is written there."""
    x1, x2 = Value(2.0, "x1"), Value(0.0, "x2")
    w1, w2 = Value(-3.0, "w1"), Value(1.0, "w2")
    b = Value(6.8813735870195432, "b")
    n = x1 * w1 + x2 * w2 + b
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    return o


def square():
    a = Value(3.0, "a")
    return a, a * a + a


def lines(picture, kind):
    """The lines of nodes or edges that have this class."""
    return [
        line
        for line in picture.source.splitlines()
        if re.search(rf'\[class="[^"]*\b{kind}\b', line)
    ]


def edges(picture):
    return re.findall(r"(n\d+) -> (n\d+)", picture.source)


GOLDEN_PICTURES = {
    "neuron": lambda: draw(differentiated(lesson())),
    "neuron_before_backward": lambda: draw(lesson()),
    "neuron_full": lambda: draw(
        differentiated(lesson()),
        partials=True,
        formula=True,
        widths=True,
        legend=True,
        direction="TB",
        theme="dark",
    ),
    "square_paths": lambda: square_with_paths(),
}


def differentiated(y):
    y.backward()
    return y


def square_with_paths():
    a, y = square()
    y.backward()
    return draw(y, highlight=[a])


@pytest.mark.parametrize("name", GOLDEN_PICTURES)
def test_dot_is_as_kept(name):
    source = GOLDEN_PICTURES[name]().source
    assert source == (GOLDEN / f"{name}.gv").read_text("utf-8")
    assert source == GOLDEN_PICTURES[name]().source


def test_dot_has_no_address_and_no_record():
    o = differentiated(lesson())
    source = draw(o, partials=True, legend=True).source
    assert "record" not in source
    assert str(id(o)) not in source and "0x" not in source
    assert re.findall(r"^\t(n\d+) \[", source, re.M) == [f"n{i}" for i in range(10)]


def test_each_arg_has_an_edge():
    _, y = square()
    assert edges(draw(y)) == [("n0", "n1"), ("n0", "n1"), ("n1", "n2"), ("n0", "n2")]


def test_no_gradients_before_backward():
    picture = draw(lesson())
    assert "No gradients yet" in picture.source and ">grad" not in picture.source
    picture = draw(differentiated(lesson()))
    assert "No gradients yet" not in picture.source and ">grad" in picture.source


def test_gradients_of_an_earlier_graph_are_not_this_ones():
    a = Value(3.0, "a")
    (a * a).backward()
    assert "No gradients yet" in draw(a * 2.0).source


def test_gradients_with_create_graph():
    a = Value(3.0, "a")
    y = a**3.0
    y.backward(create_graph=True)
    assert ">27<" in draw(y).source
    assert 'grad = 27.0"' in draw(y).source


def test_kinds_are_told_apart():
    w, x = Value(1.0), Value(2.0, constant=True)

    class Model:
        def __init__(self):
            self.w = w

        def parameters(self):
            return [self.w]

    picture = draw(w * x + Value(1.0, "free"), model=Model())
    kinds = ("parameter", "constant", "leaf", "op")
    assert [len(lines(picture, kind)) for kind in kinds] == [1, 2, 1, 2]
    assert draw(w * x).source != draw(w * x, names={"model": Model()}).source


def test_constants_have_no_gradient():
    y = differentiated(Value(2.0, "a") * 3.0)
    (constant,) = [line for line in lines(draw(y), "constant") if "->" not in line]
    assert "grad" not in constant


def test_partials():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    e = a * b
    e.label = "e"
    assert "∂e/∂a = −3" in draw(e, partials=True).source
    assert "∂" not in draw(e).source
    assert "∂v2/∂b = 2" in draw(a * b, partials=True).source


def test_partials_have_the_names_that_the_boxes_show():
    a = Value(3.0, "a")
    y = a * a + 2.0
    assert "label=<∂v2/∂a₁ = 3>" in draw(y, partials=True).source
    assert "label=<∂v2/∂a₁ = 3>" in draw(y, partials=True, formula=True).source
    assert "label=< ∂v2/∂a₂ = 3<BR/>" in draw(y, highlight=[a]).source
    unnamed = Value(3.0) * 2.0
    assert "label=<∂v2/∂v0 = 2>" in draw(unnamed, partials=True, formula=True).source


def test_a_partial_is_not_called_as_the_whole_derivative():
    a = Value(3.0, "a")
    y = a * 2.0 - a
    y.label = "y"
    source = draw(y, partials=True, formula=True).source
    assert "label=<∂(v2 − a)/∂a = −1>" in source and "∂y/∂a" not in source
    assert "label=<∂y/∂v2 = 1>" in source


def test_a_partial_that_has_no_value():
    y = sqrt(Value(0.0, "x"))
    assert "∂v1/∂x = none" in draw(y, partials=True).source
    assert "nan" in draw(y, highlight=y.args).source


def test_formula():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    source = draw((-(a * b) / -2.0).tanh(), formula=True).source
    for formula in ("v3 = a·b", "v4 = −v3", "v5 = v4 / (−2)", "v6 = tanh(v5)"):
        assert f"<B>{formula}</B>" in source


def test_names():
    p, qs = Value(1.0), [Value(2.0), Value(3.0, "own")]
    source = draw(p * qs[0] * qs[1], names={"_": p, "p": p, "qs": qs}).source
    assert [name in source for name in (">p<", ">qs[0]<", ">own ", "qs[1]")] == [
        True,
        True,
        False,
        False,
    ]
    assert "<B>own</B>" in source


def test_widths_are_of_the_gradient_that_flows():
    a, b = Value(2.0, "a"), Value(8.0, "b")
    y = differentiated(a * b)
    widths = re.findall(r"penwidth=([\d.]+)", draw(y, widths=True).source)
    assert [float(width) for width in widths] == [6.0, 0.5 + 5.5 * 0.5]
    assert "penwidth" not in draw(y).source
    assert "penwidth" not in draw(a * b, widths=True).source  # nothing flows yet


def test_highlight_gives_the_product_along_each_path():
    a, y = square()
    source = draw(y, highlight=[a]).source
    assert "3 paths from a to v2" in source
    assert source.count("a → v1 → v2: 3 · 1 = 3") == 2
    assert "a → v2: 1" in source and "∂v2/∂a = 7" in source
    assert len([line for line in lines(draw(y, highlight=[a]), "flow path")]) == 4


def test_highlight_leaves_other_edges_alone():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    picture = draw(a * b + b, highlight=a)
    assert len(lines(picture, "flow path")) == 2 and len(lines(picture, "flow")) == 4


def test_highlight_of_a_constant_finds_no_path():
    y = Value(2.0, "a") * 3.0
    assert "no path from" in draw(y, highlight=[y.args[1]]).source


def test_paths_are_counted_exactly_without_being_walked():
    a = v = Value(1.0, "a")
    for _ in range(70):
        v = v + v
    paths = find_paths(take([v]), 0, 70)
    assert paths.count == 2**70 and paths.derivative == 2.0**70
    assert paths.listed == []
    assert "about 1.18e21 paths" in draw(v, highlight=[a]).source


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_paths_sum_to_the_derivative(choices):
    a = Value(0.7, "a")
    nodes = [a]
    for choice in choices:
        nodes.append(nodes[-1] * nodes[choice % len(nodes)] + nodes[-1])
    nodes[-1].backward()
    snapshot = take([nodes[-1]])
    paths = find_paths(snapshot, 0, snapshot.roots[0])
    assert math.isclose(paths.derivative, a.grad, rel_tol=1e-9)
    if paths.listed:
        assert len(paths.listed) == paths.count
        total = sum(product for _, product in paths.listed)
        assert math.isclose(total, a.grad, rel_tol=1e-9)


def test_more_paths_than_a_float_can_count():
    a = v = Value(1.0, "a")
    for _ in range(20_000):
        v = v - v
    assert "about 3.98e6020 paths from a" in draw(v, highlight=[a]).source


def test_widths_of_gradients_that_are_not_finite():
    y = differentiated(Value(1e300, "a") * Value(1e300, "b") * Value(2.0, "c"))
    y.grad = math.inf
    source = draw(y, widths=True, partials=True, highlight=[y.args[1]]).source
    assert "penwidth=nan" not in source and "penwidth=6" in source


def test_several_outputs():
    a = Value(2.0, "a")
    picture = draw([a * 2.0, a * 3.0], highlight=[a])
    assert len(lines(picture, "output")) == 2
    assert draw([a, a]).source == draw(a).source


def test_directions_and_themes():
    _, y = square()
    for direction in ("LR", "TB", "RL", "BT"):
        assert f"rankdir={direction}" in draw(y, direction=direction).source
    sources = {draw(y, theme=theme).source for theme in ("light", "dark", "auto")}
    assert len(sources) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"direction": "up"},
            "direction needs one of 'LR', 'TB', 'RL', 'BT'; got 'up'",
        ),
        ({"theme": "blue"}, "theme needs one of 'light', 'dark', 'auto'; got 'blue'"),
        ({"depth": "cell"}, "depth needs one of None, 'network'"),
        ({"depth": "layer"}, "depth='layer' needs a network"),
        ({"expand": "Σ9"}, "expand needs the name of a fold.*got 'Σ9'.*none"),
        ({"highlight": "b"}, "highlight needs nodes .* got 'b'"),
        ({"numbers": "2g!"}, "numbers needs a format of Python, .* got '2g!'"),
        ({"highlight": [Value(5.0)]}, r"highlight needs nodes .* got Value\(data=5.0"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        draw(Value(2.0, "a") * 3.0, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": {1: Value(5.0)}}, "names needs text for each name; got int 1"),
        ({"names": [Value(5.0)]}, "names needs a mapping, .* got list"),
        ({"highlight": 3}, "highlight needs Values, or their names; got int 3"),
        ({"highlight": [[]]}, "highlight needs Values, or their names; got list"),
        ({"model": 3}, "model needs a module, .* got int 3"),
    ],
)
def test_options_of_a_wrong_type(options, message):
    with pytest.raises(TypeError, match=message):
        draw(Value(2.0, "a") * 3.0, **options)


def test_none_is_nothing():
    y = Value(2.0, "a") * 3.0
    nothing = draw(y, names=None, highlight=None, expand=None, model=None)
    assert nothing.source == draw(y).source


@pytest.mark.parametrize("what", [None, 3.0, "graph", [], [Value(1.0), 2.0]])
def test_what_cannot_be_drawn(what):
    with pytest.raises(TypeError, match="draw needs"):
        draw(what)


def test_drawing_changes_nothing():
    o = differentiated(lesson())
    before = repr(copy.deepcopy(take([o]).nodes))
    draw(
        o, partials=True, formula=True, widths=True, legend=True, highlight=[o.args[0]]
    )
    assert repr(take([o]).nodes) == before
    o = lesson()
    draw(o, partials=True, highlight=[o.args[0]])
    assert all(node.grad == 0.0 for node in take([o]).nodes)


def test_never_recursive():
    v = a = Value(0.5, "a")
    for _ in range(5000):
        v = v * 1.001
    limit = sys.getrecursionlimit()
    draw(a)  # imports, once, with room
    sys.setrecursionlimit(150)
    try:
        draw(v, highlight=[a])
        draw(v, highlight=[a], partials=True, widths=True)
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-1 / 14, "-0.0714"),
        (1.2e-9, "1.2e-9"),
        (2.0, "2"),
        (-0.0, "0"),
        (0.70710678, "0.7071"),
        (1e5, "1e5"),
        (99999.99999, "100000"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (5e-324, "4.94e-324"),
    ],
)
def test_short_numbers(number, text):
    assert short(number) == text


@settings(max_examples=300)
@given(st.floats(-1e307, 1e307))
def test_short_numbers_are_near(number):
    assert math.isclose(float(short(number)), number, rel_tol=5.1e-3, abs_tol=1e-320)
    assert len(short(number)) <= 11


def test_full_precision_is_in_the_tooltip():
    y = Value(1.0, "a") / 3.0
    assert "data = 0.3333333333333333" in draw(y).source
    assert ">0.3333<" in draw(y).source


# --- pictures whose numbers would not agree -------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"partials": True}, {"formula": True}, {"widths": True}, {"highlight": "w"},
     {"depth": "scalar"}, {"legend": True}],
)  # fmt: skip
def test_a_graph_whose_data_was_edited_is_refused_as_backward_does(options):
    w, x = Value(3.0, "w"), Value(2.0, "x")
    y = w * x
    y.backward()
    if "highlight" in options:
        options = {"highlight": w}
    w.data -= 0.4
    with pytest.raises(RuntimeError, match=r"^draw needs a graph whose numbers agree"):
        draw(y, **options)
    with pytest.raises(RuntimeError, match=r"= 6\.0 that is not \* of 2\.6 at 'w', 2"):
        draw([x + 1.0, y + 1.0], **options)
    w.data = 3.0  # undone
    assert "graph" in draw(y, **options).source


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_tells_of_a_graph_refuses_it_too(language):
    w, x = Value(3.0, "w"), Value(2.0, "x")
    y = w * x
    told = explain(y, language=language)
    w.data -= 0.4
    readers = {
        "explain": [lambda: explain(y, language=language), lambda: str(told),
                    lambda: told.wiggles, told._repr_mimebundle_],
        "paths": [partial(paths, what, w, language=language) for what in (y, told)],
        "to_python": [partial(to_python, what) for what in (y, told)],
        "mistakes": [lambda: mistakes(told)],
        "exercise": [lambda: exercise(told)],
    }  # fmt: skip
    for who, calls in readers.items():
        for call in calls:
            with pytest.raises(
                RuntimeError, match=r"numbers agree|concordent"
            ) as error:
                call()
            assert str(error.value).split()[0] in (who, "draw")
    w.data = 3.0
    assert told.wiggles and paths(told, "w").total == 2.0


def caption(picture):
    """The notes below a picture, without markup."""
    label = re.search(r"label=<(<TABLE.*?</TABLE>)>", picture.source)
    return " ".join(re.sub(r"<[^>]*>", " ", label[1]).split())


def test_the_caption_says_why_a_grad_is_not_the_sum_over_the_paths():
    a, y = square()
    y.backward()
    assert "every call" not in caption(draw(y, highlight=a, language="en"))
    y.backward()
    told = caption(draw(y, highlight=a, language="en"))
    assert (
        "= 7" in told and "grad of a is 14, not 7: every call of backward adds" in told
    )
    french = caption(draw(y, highlight=a, language="fr"))
    assert "grad de a vaut 14, et non 7" in french
    a.grad = 0.0  # reset, while inner nodes still hold theirs
    assert "grad of a is 0, not 7" in caption(draw(y, highlight=a, language="en"))
    y.backward(seed=-3.0)
    told = caption(draw(y, highlight=a, language="en"))
    assert "grad of a is −21 = −3 · 7" in told and "came to v2 with −3, not 1" in told


def test_the_caption_of_a_node_on_the_way_to_a_loss():
    w = Value(2.0, "w")
    h = w * 3.0
    h.label = "h"
    y = h * h
    loss = y * 0.5 + h
    loss.backward()
    told = caption(draw(y, highlight=[w, h], language="en"))
    assert "grad of w is 21, not 36: every call" in told
    assert "grad of h is 7, not 12: the latest backward" in told
    told = caption(draw(loss, highlight=[w, h], language="en"))
    assert " not " not in told
    told = caption(draw(y, language="en"))  # without paths there is nothing to compare
    assert " not " not in told


@given(st.lists(st.sampled_from([1.0, -2.0, 0.5]), min_size=1, max_size=4))
def test_whenever_the_caption_and_the_box_differ_it_says_why(seeds):
    a, y = square()
    for seed in seeds:
        y.backward(seed)
    told = caption(draw(y, highlight=a, language="en"))
    assert ("grad of a is" in told) == (sum(seeds) != 1.0)


def test_the_caption_of_grads_that_are_values():
    a, y = square()
    y.backward(create_graph=True)
    y.backward(create_graph=True)
    assert "grad of a is 14, not 7" in caption(draw(y, highlight=a, language="en"))
