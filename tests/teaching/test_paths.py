"""Every path from a node to the output: counted, listed, and summed."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, explain, ops, paths, tanh
from autograd.__main__ import main
from autograd.reading.pathfinding import find_paths, largest_paths
from autograd.reading.snapshot import take

quiet = settings(max_examples=100)


def neuron(w, x, b):
    return tanh(w * x + b)


def doubled(times, combine):
    a = v = Value(1.0, "a")
    for _ in range(times):
        v = combine(v, v)
    return a, v


def test_a_square_and_a_summand():
    a = Value(3.0, "a")
    y = a * a + a
    found = paths(y, a, language="en")
    assert (found.start, found.output, found.count) == ("a", "L", 3)
    assert [path.stations for path in found.listed] == [
        ["a", "v1", "L"], ["a", "v1", "L"], ["a", "L"]
    ]  # fmt: skip
    assert [path.product for path in found.listed] == [3.0, 3.0, 1.0]
    assert [f.i for path in found.listed for f in path.factors] == [0, 0, 1, 0, 1]
    first = found.listed[0].factors[0]
    assert (first.arg, first.node, first.slope) == ("a", "v1", 3.0)
    assert str(first.formula) == "a"
    y.backward()
    assert found.total == found.derivative == a.grad == 7.0


def test_a_lesson_and_names():
    lesson = explain(neuron, language="fr", w=0.5, x=2.0, b=-1.0)
    text = str(paths(lesson, "w"))
    assert text.startswith("De w à neuron\xa0: 1 chemin.")
    assert "w → v1 → v2 → neuron" in text
    assert "∂neuron/∂v2 · ∂v2/∂v1 · ∂v1/∂w" in text
    assert "(1 − neuron·neuron) · 1 · x" in text
    assert str(paths(lesson, "w", language="en")).startswith(
        "From w to neuron: 1 path."
    )
    with pytest.raises(ValueError, match="paths attend le nom d’un nœud"):
        paths(lesson, "q")
    with pytest.raises(ValueError, match=r"got nuron \(hint: there is neuron"):
        paths(explain(neuron, language="en", w=1, x=1, b=1), "nuron")


def test_no_path_a_constant_and_the_output_itself():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = Value(4.0, "c", constant=True)
    y = a * c
    none = paths(y, b, language="en")
    assert (none.count, none.derivative, none.listed) == (0, 0.0, [])
    assert str(none) == (
        "No path leads from b to L: with these numbers L does not depend on b, so ∂L/∂b"
        "\n= 0."
    )
    constant = paths(y, c, language="en")
    assert constant.count == 0 and constant.constant
    assert "c is a constant" in str(constant)
    four = (y := a * 4.0).args[1]
    assert "4 is a constant" in str(paths(y, four, language="en"))
    y = a * c
    itself = paths(y, y, language="en")
    assert (itself.count, itself.derivative, itself.total) == (1, 1.0, 1.0)
    assert itself.listed[0].steps == [] and itself.listed[0].product == 1.0
    assert "the output itself" in str(itself) and "$" in itself._repr_markdown_()
    alone = Value(1.0, "x")
    assert paths(alone, alone).count == 1
    flat = paths(ops.step(a), a, language="en")
    assert (flat.count, flat.derivative) == (0, 0.0)


def test_an_inner_node():
    x = Value(0.5, "x")
    h = x * x
    y = h * h + x
    found = paths(y, h)
    y.backward()
    assert found.count == 2 and found.derivative == h.grad == 0.5
    assert x.grad == 1.5  # once: paths has not touched it


def test_an_infinite_slope():
    x = Value(0.0, "x")
    with pytest.raises(ZeroDivisionError, match=r"finite slope of sqrt; got 0\.0"):
        paths(ops.sqrt(x) * 2.0, x)
    # The branch that is not taken is asked for nothing.
    taken = paths(ops.where(1.0, x, ops.sqrt(x)), x)
    assert (taken.count, taken.derivative) == (1, 1.0)
    for f in (lambda x: ops.sqrt(x) ** 2.0, lambda x: ops.sqrt(x) * 0.0):
        with pytest.raises(ZeroDivisionError, match="finite slope"):  # 0 times infinity
            paths(f(x), x)


def test_errors_are_said_in_french_too():
    with pytest.raises(ZeroDivisionError, match="une pente finie de sqrt"):
        explain("sqrt(x)*x", x=0.0, language="fr")
    with pytest.raises(ValueError, match=r"finie de \*\* par rapport à son exposant"):
        explain("a**b", a=-2.0, b=2.0, language="fr")


def test_what_is_no_graph_or_no_node():
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match="paths needs a Value or a lesson; got float"):
        paths(1.0, x)
    with pytest.raises(TypeError, match="paths needs a Value or a name to start from"):
        paths(x * 2.0, 1.0)


def test_data_that_was_edited():
    x = Value(1.0, "x")
    y = x * x
    x.data = 2.0
    with pytest.raises(RuntimeError, match="numbers agree"):
        paths(y, x)
    x.data = 1.0  # undone
    found = paths(y, x)
    x.data = 2.0
    with pytest.raises(RuntimeError, match="paths needs a graph whose numbers agree"):
        str(found)


# --- many paths -----------------------------------------------------------------------


def test_more_paths_than_atoms():
    a, y = doubled(1000, ops.add)
    found = paths(y, a, language="en")
    text = str(found)
    assert found.count == 2**1000
    assert found.derivative == found.total == 2.0**1000
    assert "about 1.07·10^301 paths" in text and len(text) < 2000
    assert len(found.listed) == 10


def test_a_count_with_more_digits_than_python_prints():
    a, y = doubled(20_000, ops.sub)
    found = paths(y, a, language="fr")
    assert found.count == 2**20_000
    assert repr(found).startswith("<PathSum from a to ")
    assert "environ 3.98·10^6020 chemins" in str(found)
    assert r"3.98\cdot10^{6020}" in found._repr_markdown_()


def test_exact_counts_are_written_with_separators():
    a, y = doubled(20, ops.add)
    assert "1,048,576 paths" in str(paths(y, a, language="en"))
    assert "1\u202f048\u202f576 chemins" in str(paths(y, a, language="fr"))


def test_overflow_is_said():
    a, y = doubled(1100, ops.add)
    assert "too large for a float" in str(paths(y - y, a, language="en"))


@quiet
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.floats(-2.0, 2.0)), min_size=1, max_size=7
    ),
    st.integers(1, 5),
)
def test_the_largest_are_those_of_all(program, most):
    nodes = [Value(0.7, "a")]
    for place, factor in program:
        nodes.append(nodes[-1] * factor + nodes[place % len(nodes)] * 0.5)
    snapshot = take([nodes[-1]])
    start, root = snapshot.nodes.index(nodes[0]), snapshot.roots[0]
    found = find_paths(snapshot, start, root, most=10_000)
    assert len(found.listed) == found.count
    largest = largest_paths(snapshot, found, root, most)
    products = {tuple(steps): abs(product) for steps, product in found.listed}
    expected = sorted(products.values(), reverse=True)[:most]
    assert len({tuple(steps) for steps in largest}) == len(largest) == len(expected)
    for steps, product in zip(largest, expected, strict=True):
        assert math.isclose(
            products[tuple(steps)], product, rel_tol=1e-9, abs_tol=1e-300
        )


@quiet
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_the_sum_over_the_paths_is_the_derivative(choices):
    nodes = [Value(0.7, "a")]
    for choice in choices:
        nodes.append(nodes[-1] * nodes[choice % len(nodes)] + nodes[-1])
    found = paths(nodes[-1], nodes[0], language="en")
    nodes[-1].backward()
    assert found.derivative == nodes[0].grad
    assert math.isclose(found.total, found.derivative, rel_tol=1e-9)
    said = str(found).replace("\n", " ")
    same = "to the last bit" in said
    assert same == (found.total == found.derivative)
    assert same or repr(found.total) in said


# --- looks ----------------------------------------------------------------------------


def test_lines_are_no_wider_than_asked():
    lesson = explain(neuron, w=0.5, x=2.0, b=-1.0)
    for width, language in itertools.product((30, 78), ("en", "fr")):
        text = paths(lesson, "w", language=language).text(width)
        assert max(map(len, text.splitlines())) <= width


def test_a_notebook_shows_mathematics():
    a = Value(-3.0, "a")
    shown = paths(a * a, a, language="en")._repr_markdown_()
    assert r"$a \to L$" in shown
    assert r"\frac{\partial L}{\partial a_{1}} = a = -3$" in shown
    assert "`a.grad`" in shown
    assert "<script>" not in paths(Value(1.0, "<script>") * a, a)._repr_markdown_()


def test_no_slope_of_one_op_is_called_as_the_whole_one():
    a, b = Value(3.0, "a"), Value(2.0, "b")
    told = str(paths(a * b - a, a, language="en"))
    assert "∂(v1 − a)/∂a = −1" in told and "∂L/∂a = 2 + (−1) = 1" in told
    assert "∂L/∂v1" in told and told.count("∂L/∂a") == 1
    square = str(paths(a * a, a, language="fr"))
    assert "∂L/∂a₁ = a = 3" in square and "(a₂ est le second a de L)" in square


def test_helpers_in_slopes_are_told():
    a = Value(2.0, "a")
    assert "step(a) is 1 where" in str(paths(ops.relu(a) * a, a, language="en"))
    assert "step(a)" not in str(paths(tanh(a), a, language="en"))


def test_one_factor_needs_no_brackets():
    a, b = Value(-3.0, "a"), Value(2.0, "b")
    assert "∂L/∂b = a = −3\n" in str(paths(a * b, b))


def test_the_command(capsys):
    assert main(["paths", "a*a + b", "a=3", "b=1", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "From a to L: 2 paths." in said and "From b to L: 1 path." in said
    assert main(["paths", "a*a", "a=3", "--from", "a", "--language", "fr"]) == 0
    assert "De a à L" in capsys.readouterr().out
    assert main(["paths", "a*a", "a=3", "--from", "z", "--language", "en"]) == 1
    assert "there is a, L" in capsys.readouterr().err
    assert main(["paths", "2*3", "--language", "en"]) == 0
    assert "L is a constant" in capsys.readouterr().out
    assert main(["by-hand", "a*a", "a=3", "--language", "fr"]) == 0
    assert "def value_and_gradients(a=3.0):" in capsys.readouterr().out
