"""The page of a playground as text: what is in it, what it refuses, the command."""

import json
import re

import numpy as np
import pytest

from autograd import Value, maximum
from nn import MLP, SGD, Module, load_data, playground_page
from nn.__main__ import main


def network(*sizes, **options):
    return MLP(sizes[0], list(sizes[1:]), seed=0, **options)


def game_of(page):
    found = re.search(r'<script type="application/json" id="game">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


class Ring(Module):
    """A module without neurons, of a loss of its own."""

    def __init__(self):
        self.radius, self.steep = Value(1.0), Value(2.0)

    def __call__(self, x):
        return self.steep * (x[0] ** 2 + x[1] ** 2 - self.radius)


def test_a_module_of_one_s_own_learns_by_a_loss_of_one_s_own():
    def hinge(scores, targets):
        pairs = zip(scores, targets, strict=True)
        return sum(maximum(1 - y * s, 0.0) for s, y in pairs)

    rows, targets = [[0.0, 0.1], [1.0, 2.0]], [-1, 1]
    game = game_of(playground_page(Ring(), (rows, targets), hinge))
    assert game["layers"] == [] and game["labels"] == [-1, 1]
    assert game["parameters"] == ["radius", "steep"]
    assert game["sets"][0]["rows"] == [[0.0, 0.1, -1], [1.0, 2.0, 1]]
    assert [one["name"] for one in game["sets"][1:]] == [
        "moons", "circles", "xor", "spiral",
    ]  # fmt: skip


def test_it_knows_where_each_weight_leads():
    model = network(2, 3, 1)
    game = game_of(playground_page(model, "moons"))
    hidden, last = game["layers"]
    names = game["parameters"]
    assert [neuron["from"] for neuron in hidden] == [[0, 1]] * 3
    assert last[0]["from"] == [2, 3, 4]
    assert [names[j] for j in hidden[1]["weights"]] == [
        "0.weight[1,0]",
        "0.weight[1,1]",
    ]
    assert names[last[0]["bias"]] == "2.bias[0]"
    assert hidden[0]["bends"] == "relu" and last[0]["bends"] == "linear"


def test_it_changes_nothing_about_the_model():
    model = network(2, 3, 1)
    before = [p.data for p in model.parameters()], model.layers[0].activation
    page = playground_page(model, "xor")
    assert (before[0], before[1]) == (
        [p.data for p in model.parameters()],
        model.layers[0].activation,
    )
    assert page == playground_page(model, "xor")


@pytest.mark.long
def test_classes_are_told_in_the_terms_of_the_loss():
    iris = load_data("iris")
    train, test = iris.split()
    game = game_of(playground_page(network(4, 3), train, test=test))
    assert game["labels"] == [0, 1, 2] and game["classes"] == iris.classes
    assert len(game["sets"][0]["test"]) == len(test)
    assert len(game["sets"]) == 1  # of four features nothing else is drawn
    rows = np.array([[0.0], [1.0], [2.0]])
    game = game_of(playground_page(network(1, 1), (rows, [0.5, 1.5, 2.5])))
    assert game["labels"] == [] and game["classes"] == []
    game = game_of(playground_page(network(1, 2), (rows, [[0.5, 1], [1.5, 2], [2, 3]])))
    assert game["targets"] == 2
    several = {"first": "xor", "mine": (rows.repeat(2, 1), [0, 1, 1])}
    game = game_of(playground_page(network(2, 1), several))
    assert [one["name"] for one in game["sets"][:2]] == ["first", "mine"]
    assert game["sets"][0]["made"] == "xor"


def test_the_optimiser_of_one_s_own_comes_first():
    class Half(SGD):
        def formula(self, p, g, averages, lr, step):
            return p - lr * g / 2, averages

    model = network(2, 1)
    page = playground_page(model, "xor", optimizer=Half(model.parameters(), lr=0.3))
    offered = [(one["name"], one["rate"]) for one in game_of(page)["optimizers"]]
    assert offered == [("Half", 0.3), ("Adam", 0.01), ("SGD", 0.1)]
    assert "function Half(rate = 0.3)" in page


@pytest.mark.parametrize(
    ("model", "data", "kind", "said"),
    [
        ([1], "moons", TypeError, "needs a Module; got list"),
        (network(2, 1), ([[[1.0], [2.0]]], [1]), ValueError, "flat lists"),
        (network(2, 1), [[1.0, 2.0]], TypeError, "without targets"),
        (network(2, 1), ([[1.0, 2.0]], [1, 2]), ValueError, "one target per sample"),
        (network(3, 1), "moons", ValueError, "needs 3 inputs"),
        (network(2, 1), "moon", ValueError, "did you mean moons"),
        (network(2, 160, 160, 1), "moons", ValueError, "at most 20000 weights"),
    ],
)
def test_nothing_is_written_where_something_does_not_fit(
    tmp_path, model, data, kind, said
):
    path = tmp_path / "page.html"
    with pytest.raises(kind, match=said):
        if isinstance(model, Module):
            model.playground(path, data)
        else:
            playground_page(model, data)
    assert not list(tmp_path.iterdir())


def test_numbers_out_of_range_are_refused():
    for options, said in (
        ({"batch_size": 0}, "batch_size needs a whole number from 1; got 0"),
        ({"penalty": -1.0}, "penalty needs .*; got -1.0"),
    ):
        with pytest.raises(ValueError, match=said):
            playground_page(network(2, 1), "moons", **options)


def test_the_command_writes_a_page(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["playground", "--language", "en"]) == 0
    assert capsys.readouterr().out == ("Wrote playground.html: open it in a browser.\n")
    assert game_of((tmp_path / "playground.html").read_text("utf-8"))["bits"]
    table = "width;length;kind\n" + "\n".join(
        f"{i},5;{i % 7};{'ab'[i % 2]}" for i in range(20)
    )
    (tmp_path / "flowers.csv").write_text(table)
    arguments = "flowers.csv --hidden 3 --optimizer sgd --batch-size 4 -o f.html"
    assert main(["playground", *arguments.split(), "--language", "fr"]) == 0
    page = (tmp_path / "f.html").read_text("utf-8")
    game = game_of(page)
    assert game["features"] == ["width", "length"] and game["classes"] == ["a", "b"]
    assert (len(game["sets"][0]["rows"]), len(game["sets"][0]["test"])) == (16, 4)
    assert game["optimizers"][0]["name"] == "SGD" and game["batch"] == 4
    assert game["units"][0][0] == pytest.approx(10, abs=2)
    assert '<html lang="fr">' in page
    assert main(["playground", "no.csv", "--language", "en"]) == 1
    assert main(["playground", "moons", "-o", "no/f.html"]) == 1
