"""What is learned and what is given; and one step, as a network is trained."""

from __future__ import annotations

import pytest

from autograd import Value, exp, explain, sigmoid
from autograd.phrases import Phrases
from autograd.teaching.learning import given_among
from autograd.teaching.lines import by_lines
from autograd.teaching.steps import Backward
from autograd.teaching.views.text import written
from nn import MLP, SGD, squared_error

XOR = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


def small(x, y, W, b, c, d):
    hidden = []
    for weights, bias in zip(W, b, strict=True):
        total = bias
        for w, number in zip(weights, x, strict=True):
            total += w * number
        hidden.append(1 / (1 + exp(-total)))
    p = sigmoid(sum(w * h for w, h in zip(c, hidden, strict=True)) + d)
    loss = (p - y) ** 2
    return loss


SMALL = {
    "x": [1, -2], "y": 1, "W": [[0.5, -0.3], [0.2, 0.8]], "b": [0.1, -0.1],
    "c": [1.0, -1.5], "d": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def lesson():
    return explain(small, language="en", **SMALL)


# --- learned or given -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "data"),
    [
        ("w x b y", "x y"),
        ("w1 x1 x_2 xs[0] ys[1][0] layers[0].w[1]", "x1 x_2 xs[0] ys[1][0]"),
        ("batch.inputs[0] target Label entrée cible weight bias exp index xy",
         "batch.inputs[0] target Label entrée cible"),
        ("x y", ""),  # of a function that is no loss
        ("a b v1", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_names_tell_what_is_data(names, data):
    assert given_among(names.split(), None, Phrases("en")) == data.split()


def test_whoever_explains_says_what_is_data(lesson):
    names = [node.name for node in lesson.inputs]

    def given(said):
        return given_among(names, said, Phrases("en"))

    assert sorted(given(("x",))) == ["x[0]", "x[1]"]
    assert given("y, x[1]") == given(["y", "x[1]"]) == ["y", "x[1]"]
    assert given(()) == given("") == []
    assert sorted(given("W[1]")) == ["W[1][0]", "W[1][1]"]
    assert explain("w*x", given="w", w=1.0, x=2.0).learned[0].name == "x"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_name_that_is_none_is_refused_with_those_that_are(language):
    there = "there is" if language == "en" else "il y a"
    with pytest.raises(ValueError, match=rf" z \(.*{there} c, b, W, x, d, y\)$"):
        explain(small, language=language, given=("x", "z"), **SMALL)


def test_no_sweep_is_told_into_data(lesson):
    assert sorted(lesson.given) == ["x[0]", "x[1]", "y"]
    told = written(lesson, Phrases("en"), 88)
    assert "Data, given as they are: x, y. To be learned: c, b, W, d." in told
    assert "x[0].grad" not in told and "y.grad" not in told
    assert "p.grad" in told and "W[1][0].grad" in told
    assert "Wiggling 9 inputs" in told and "\nx[0] " not in told
    everything = explain(small, language="en", given=(), **SMALL)
    assert len(everything.steps) == len(lesson.steps) > len(lesson.told)
    assert everything.told == everything.steps
    told = written(everything, Phrases("en"), 88)
    assert "x[0].grad" in told and "Wiggling 12 inputs" in told
    # An input that is asked for has its whole sum; sums on the way to the others stay.
    shares = [s for group in by_lines(lesson) for s in group if isinstance(s, Backward)]
    grads = {step.arg.name: step.total for step in shares}
    for node in lesson.learned:
        assert grads[node.name] == pytest.approx(node.grad)
    # What is computed from data alone gets nothing, either.
    lesson = explain("(w*(x - 1) - y)**2", w=1.0, x=2.0, y=3.0)
    told = {step.arg.name for step in lesson.told if isinstance(step, Backward)}
    assert told == {"w", "v2", "v3"}


def test_a_list_of_which_only_some_is_data_is_told_in_full():
    lesson = explain(small, language="en", given="x[1]", **SMALL)
    told = written(lesson, Phrases("en"), 200)
    assert "Data, given as they are: x[1]. To be learned: c, b, W, x[0], d, y." in told
    lesson = explain("w*x", language="fr", given="w,x", w=1.0, x=2.0)
    told = written(lesson, Phrases("fr"), 80)
    assert "Données\u00a0: w, x. À apprendre\u00a0: rien." in told


def test_parameters_of_a_model_are_learned():
    model = MLP(2, [2, 1], activation=["tanh", "linear"], seed=0)

    def loss(x, y):
        return squared_error(model(x), y)

    lesson = explain(loss, x=[1.0, 0.5], y=2.0)
    assert sorted(lesson.given) == ["x[0]", "x[1]", "y"]
    assert len(lesson.learned) == len(list(model.parameters()))


# --- one step -------------------------------------------------------------------------


def test_fifty_steps_are_those_of_sgd_to_the_last_bit(lesson):
    lists = {name: [Value(w) for w in SMALL[name]] for name in "bc"}
    W = [[Value(w) for w in row] for row in SMALL["W"]]
    d = Value(SMALL["d"])
    at = {"x": SMALL["x"], "y": SMALL["y"], "W": W, "d": d, **lists}
    parameters = [*W[0], *W[1], *lists["b"], *lists["c"], d]
    optimizer = SGD(parameters, lr=0.7)
    names = ["W[0][0]", "W[0][1]", "W[1][0]", "W[1][1]", "b[0]", "b[1]", "c[0]", "c[1]"]
    told = lesson.learn(0.7, 50)
    assert len(told) == 51
    for numbers in told:
        output = small(**at)
        assert numbers["loss"] == output.data
        assert [numbers[name] for name in (*names, "d")] == [p.data for p in parameters]
        optimizer.zero_grad()
        output.backward()
        optimizer.step()
    assert told[-1]["loss"] < 0.1 * told[0]["loss"]


def test_a_step_over_examples_is_that_of_their_mean():
    def mean(W, b, c, d):
        return sum(small(x, y, W, b, c, d) for x, y in XOR) / 4

    at = {name: SMALL[name] for name in "Wbcd"}
    lesson = explain(mean, **at)
    assert lesson.given == []
    alone = [explain(small, x=x, y=y, **at).gradient for x, y in XOR]
    before, after = lesson.learn(0.5)
    for node in lesson.learned:
        slope = sum(gradient[node.name] for gradient in alone) / 4
        moved = before[node.name] - 0.5 * slope
        assert after[node.name] == pytest.approx(moved, rel=1e-12)


def test_where_nothing_is_learned_nothing_moves():
    assert explain("w*x", given="w, x", w=2.0, x=3.0).learn(0.1, 2) == [{"L": 6.0}] * 3
