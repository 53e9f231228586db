"""The report: all of it in one page, for whatever was trained."""

from __future__ import annotations

import os
import random
import re
import stat

import numpy as np
import pytest

from autograd import Phrases, Value
from nn import (
    MLP,
    SGD,
    Data,
    History,
    Layer,
    Module,
    Preprocessing,
    Trail,
    binary_cross_entropy,
    fit,
    linear_decay,
    load_data,
    max_margin,
    plot_surface,
    squared_error,
    write_report,
)
from nn.report.measures import measure
from nn.report.neuron import example, most_wrong
from nn.report.pieces import listed
from nn.training.samples import measured_on


class Line(Module):
    def __init__(self):
        self.a, self.b = Value(2.0), Value(1.0)

    def __call__(self, x):
        return self.a * x[0] + self.b


def learned(name="moons", hidden=(4,), epochs=2):
    data = load_data(name)
    train, test = data.split()
    outputs = len(data.classes) if len(data.classes) > 2 else 1
    model = MLP(len(data.features), [*hidden, outputs], seed=0)
    trail = Trail(model)
    history = fit(model, train, epochs=epochs, validation=test, callbacks=[trail],
                  progress=False)  # fmt: skip
    return {"model": model, "data": train, "history": history, "test": test,
            "trail": trail}  # fmt: skip


def headings(page):
    return re.findall("<h2>(.*?)</h2>", page)


class TestPage:
    def test_it_holds_everything_and_asks_for_nothing(self, tmp_path):
        run = learned()
        settings = {"batch": 32}
        path = write_report(
            tmp_path / "r.html", **run, settings=settings, language="en"
        )
        page = path.read_text("utf-8")
        assert "default-src 'none'" in page
        assert not re.search(r'(?:src|href)="(?!#)', page)
        assert len(page) < 1_500_000
        assert page.count("<figure") == 6
        assert '<th scope="row">batch</th><td>32</td>' in page
        right = measure("test", run["model"], run["test"], None, None).right
        assert f"right for {right} of 20" in page
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids))

    @pytest.mark.long
    def test_in_french_every_heading_is_another(self, tmp_path):
        run = learned()
        pages = {
            language: write_report(tmp_path / language, **run, language=language)
            for language in ("en", "fr")
        }
        english, french = (pages[k].read_text("utf-8") for k in ("en", "fr"))
        assert '<html lang="fr">' in french
        assert len(headings(english)) == len(headings(french)) == 10
        both = set(headings(english)) & set(headings(french))
        assert not both
        # After epoch, in the frames too.
        assert "après l’époque 2" in french and "after epoch" not in french

    @pytest.mark.long
    def test_an_old_report_is_kept_if_the_new_one_fails(self, tmp_path):
        path = tmp_path / "r.html"
        path.write_text("old")
        run = learned()
        with pytest.raises(ValueError, match=r"3 outputs .* got one of 5"):
            write_report(path, MLP(4, [5], seed=0), load_data("iris"))
        assert path.read_text() == "old" and len(list(tmp_path.iterdir())) == 1
        write_report(path, **run)
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o400

    @pytest.mark.parametrize(
        ("model", "data", "named"),
        [
            (MLP, None, "a report needs a Module"),
            (None, [[1.0]], "a report needs Data"),
        ],
    )
    def test_what_is_no_model_or_data(self, tmp_path, model, data, named):
        model = model or MLP(1, [1])
        with pytest.raises(TypeError, match=named):
            write_report(tmp_path / "r.html", model, data)


class TestAnyRun:
    def test_a_network_of_ones_own_and_numbers_without_history(self, tmp_path):
        data = Data([[0.0], [1.0], [2.0]], [1.0, 2.5, 5.0], ["x"], [], "line", "y")
        path = write_report(tmp_path / "r.html", Line(), data, language="en")
        page = path.read_text("utf-8")
        assert "There is no history" in page and "no neurons" in page
        assert "off by 0.1667 on average" in page
        assert "draw needs a network of layers" in page

    @pytest.mark.long
    def test_many_features_and_classes(self, tmp_path):
        generator = np.random.default_rng(0)
        X, y = generator.normal(size=(40, 15)), np.arange(40) % 12
        features = [f"f{i}" for i in range(15)]
        data = Data(X, y, features, [f"kind {i}" for i in range(12)], "many", "kind")
        path = write_report(tmp_path / "r.html", MLP(15, [6, 12], seed=0), data)
        assert path.read_text("utf-8").count('scope="col"') == 5 + 13

    def test_text_of_the_data_is_only_text(self, tmp_path):
        bad = "</script><script>alert(1)</script>"
        data = Data([[0.0, 1.0], [1.0, 0.0]], [0, 1], [bad, "$b"], [bad, "&"], bad, bad)
        model = MLP(2, [3, 1], seed=0)
        trail = Trail(model)
        trail(History([1.0]))
        path = write_report(tmp_path / "r.html", model, data, trail=trail,
                            settings={bad: bad})  # fmt: skip
        assert "<script>alert" not in path.read_text("utf-8")

    def test_an_interrupted_run_before_its_first_epoch(self, tmp_path):
        run = learned()
        run["history"] = History(stopped="interrupted")
        path = write_report(tmp_path / "r.html", **run, language="en")
        assert "it was interrupted" in path.read_text("utf-8")

    def test_numbers_are_written_out(self, tmp_path):
        data = Data([[0.0], [1.0], [2.0]], [1e5, 2.5e5, 5e5], ["x"], [], "line", "€")
        path = write_report(tmp_path / "r.html", Line(), data, language="fr")
        page = path.read_text("utf-8")
        assert "de 283300, dans" in page and "e+0" not in page

    def test_nearly_all_is_not_all(self, tmp_path):
        y = [0] + [1] * 1999
        data = Data([[1.0]] * 2000, y, ["x"], ["a", "b"], "d", "t")
        path = write_report(tmp_path / "r.html", Line(), data, language="en")
        assert "right for 1999 of 2000: 99.9%" in path.read_text("utf-8")

    def test_dollars_of_names_are_dollars(self, tmp_path):
        X = np.random.default_rng(0).normal(size=(20, 3))
        data = Data(X, X[:, 0], ["price ($)", "b", "c"], [], "d", "t")
        path = write_report(tmp_path / "r.html", MLP(3, [2, 1], seed=0), data)
        assert "(price ($) × " in path.read_text("utf-8")

    def test_inputs_and_outputs_of_the_picture_are_named(self, tmp_path):
        data = load_data("iris")
        model = MLP(4, [2, 3], seed=0)
        path = write_report(tmp_path / "r.html", model, data, language="en")
        page = path.read_text("utf-8")
        assert "inputs are: sepal length (cm), sepal width (cm)" in page
        assert "on the right stand for: setosa, versicolor, virginica." in page
        assert "A relu gives 0" in page

    def test_captions_say_what_is_shown(self, tmp_path):
        X = np.random.default_rng(0).normal(size=(201, 3))
        columns = {"a": [], "b": [], "c": ["no", "yes"]}
        data = Data(X, X[:, 0], ["a", "b", "c"], [], "d", "t", columns)
        model = MLP(3, [1], seed=0)
        trail = Trail(model)
        for step in (0.3, 0.1):
            model.parameters()[0].data += step
            model.parameters()[1].data -= step**2
            trail(History([1.0]))
        history = History([3.0, 2.0], stopped="patience")
        path = write_report(tmp_path / "r.html", model, data, history, trail=trail,
                            language="en")  # fmt: skip
        page = path.read_text("utf-8")
        assert "(a × b): of those that are numbers and not words" in page
        assert "the path goes back to the best epoch" in page
        assert page.count("The loss is that of 200 samples") == 2
        assert "A relu gives 0" not in page and "vanishing" not in page

    @pytest.mark.parametrize("number", [np.nan, np.inf])
    def test_weights_that_are_no_numbers(self, tmp_path, number):
        model = MLP(2, [1], seed=0)
        model.parameters()[1].data = number
        data = Data([[0.0, 1.0]], [1.0], ["x", "y"], [], "d", "t")
        with pytest.raises(ValueError, match=r"finite parameters; got .* as 0.weight"):
            write_report(tmp_path / "r.html", model, data)
        with pytest.raises(ValueError, match=r"finite parameters"):
            plot_surface(model, data)

    @pytest.mark.parametrize("classes", [[], ["a", "b"], ["a", "b", "c"]])
    def test_a_network_gone_astray(self, tmp_path, classes):
        y = np.arange(9) % (len(classes) or 9)
        data = Data(np.eye(9)[:, :2], y, ["x", "y"], classes, "d", "t")
        model = MLP(2, [2, len(classes) if len(classes) > 2 else 1], seed=0)
        for p in model.parameters():
            p.data = 1e200
        path = write_report(tmp_path / "r.html", model, data, loss=squared_error
                            if not classes else None)  # fmt: skip
        assert "</html>" in path.read_text("utf-8")

    @pytest.mark.long
    def test_too_many_classes_for_a_table(self, tmp_path):
        X = np.random.default_rng(0).normal(size=(50, 2))
        names = [f"kind {i}" for i in range(50)]
        data = Data(X, np.arange(50), ["x", "y"], names, "d", "t")
        path = write_report(tmp_path / "r.html", MLP(2, [50], seed=0), data)
        assert path.read_text("utf-8").count('scope="col"') == 5


class TestMeasures:
    def test_of_classes(self):
        data = Data([[-1.0], [1.0], [2.0]], [0, 1, 0], ["x"], ["a", "b"], "d", "t")
        model = MLP(1, [1])
        model.load_state_dict({"0.weight": [[1.0]], "0.bias": [0.0]})
        measures = measure("test", model, data, binary_cross_entropy, None)
        assert (measures.right, measures.accuracy) == (2, 2 / 3)
        assert measures.confusion().tolist() == [[1, 1], [0, 1]]

    def test_of_numbers_in_the_units_that_were_measured(self):
        data = Data([[0.0], [1.0]], [10.0, 30.0], ["x"], [], "d", "t")
        preprocessing = Preprocessing.fit(data)
        model = Line()
        model.a.data, model.b.data = 0.0, 0.0  # the mean, always
        prepared = preprocessing.apply(data)
        measures = measure("test", model, prepared, squared_error, preprocessing)
        assert measures.truth.tolist() == [10.0, 30.0]
        assert measures.mean_error == measures.typical_error == 10.0
        assert measures.explained == 0.0


class TestNeuron:
    def test_its_output_is_that_of_the_network(self):
        run = learned()
        found = example(run["model"], run["data"], "en")
        neuron = run["model"].layers[0].neurons[found.neuron - 1]
        output = neuron(run["data"].X[found.sample - 1].tolist())
        assert found.lesson.output.data == pytest.approx(output.data)
        assert "relu(total)" in found.lesson.code

    def test_it_is_told_from_the_loss_backwards(self):
        run = learned()
        model, data = run["model"], run["data"]

        def loss(i):
            return max_margin(model(data.X[i].tolist()), 2.0 * data.y[i] - 1.0)

        before = [p.grad for p in model.parameters()]
        found = example(model, data, "en", loss)
        assert [p.grad for p in model.parameters()] == before
        neuron = model.layers[0].neurons[found.neuron - 1]
        assert "neuron = relu(total)" in found.lesson.code
        assert found.lesson.given == ["x1", "x2"]
        wanted = loss(found.sample - 1)
        assert found.lesson.output.data == pytest.approx(wanted.data, rel=1e-4)
        model.zero_grad()
        wanted.backward()
        slopes = [p.grad for p in (*neuron.w, neuron.b)]
        told = [found.lesson.gradient[name] for name in ("w1", "w2", "b")]
        assert told == pytest.approx(slopes, rel=1e-4) and any(slopes)

    def test_of_a_trained_network_a_sample_is_found_that_is_not_right_yet(self):
        # The network of `python -m nn`, with its seed.
        data = load_data("moons")
        model = MLP(2, [16, 16, 1], random=random.Random(1337))
        fit(model, data, loss=max_margin, optimizer=SGD(model.parameters(), lr=1.0),
            penalty=1e-4, schedule=linear_decay(1.0, 100), epochs=100, engine="numpy",
            progress=False)  # fmt: skip
        rows, targets, _ = measured_on(model, data, max_margin)

        def loss(i):
            return max_margin(model(rows[i]), targets[i])

        assert all(loss(i).data == 0.0 for i in range(20))
        wrong = most_wrong(model, rows, targets, max_margin)
        losses = [loss(i).data for i in range(len(rows))]
        assert [losses[i] for i in wrong] == sorted(losses, reverse=True)[:20]
        found = example(model, data, "en", loss, wrong)
        assert "loss = " in found.lesson.code and any(found.lesson.gradient.values())
        told = {node.name: node.data for node in found.lesson.inputs}
        assert [told["x1"], told["x2"]] == rows[found.sample - 1]

    @pytest.mark.parametrize(
        "activation", ["tanh", "linear", lambda total: total * 2.0]
    )
    def test_of_many_inputs_few_are_told(self, activation):
        data = load_data("digits")
        model = MLP(64, [2, 10], activation=[activation, "linear"], seed=0)
        found = example(model, data, "fr")
        neuron = model.layers[0].neurons[found.neuron - 1]
        output = neuron(data.X[found.sample - 1].tolist())
        assert (len(found.features), found.rest) == (3, 61)
        assert found.lesson.output.data == pytest.approx(output.data)


def test_the_neuron_that_is_explained_sees_the_data():
    class Turned(Module):
        def __init__(self):
            self.out = Layer(2, 2)
            self.hidden = Layer(2, 2)

        def __call__(self, x):
            return self.out(self.hidden(x))

    model, data = Turned(), load_data("moons")
    found = example(model, data, "en")
    assert found is not None
    weights = model.hidden.neurons[found.neuron - 1].w
    row = data.X[found.sample - 1].tolist()
    given = {node.name: node.data for node in found.lesson.inputs}
    assert [given["w1"], given["w2"]] == [w.data for w in weights]
    assert [given["x1"], given["x2"]] == row

    class Skewed(Turned):
        def __call__(self, x):
            return self.out(self.hidden([x[0] + x[1], x[0] - x[1]]))

    assert example(Skewed(), data, "en") is None


def test_names_from_right_to_left_turn_no_sentence():
    assert listed(["אורך", "b"], Phrases("en", "nn.phrases")) == "\u2068אורך\u2069, b"
