"""Networks, losses, gradient descent, training, and the command that shows them."""

from __future__ import annotations

import copy
import math
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

from autograd import Value, check_gradients
from nn import (
    MLP,
    SGD,
    Layer,
    Module,
    Neuron,
    accuracy,
    fit,
    l2_penalty,
    max_margin,
    plot_training,
    squared_error,
    two_moons,
)
from nn.__main__ import main


class TestModules:
    def test_a_neuron_is_what_it_says(self):
        random.seed(1)
        neuron = Neuron(2)
        w1, w2 = (w.data for w in neuron.w)
        neuron.b.data = 5.0
        assert neuron([0.5, -2.0]).data == 5.0 + w1 * 0.5 + w2 * -2.0
        neuron.b.data = -50.0
        assert neuron([0.5, -2.0]).data == 0.0

    def test_parameters_in_order_and_once(self):
        class Tied(Module):
            def __init__(self):
                self.first = Neuron(2)
                self.again = [self.first, {"scale": Value(2.0, "scale")}]
                self.unit = Value(1.0, constant=True)
                self.computed = self.first.b * 2

        tied = Tied()
        labels = [*tied.first.w, tied.first.b, tied.again[1]["scale"]]
        assert tied.parameters() == labels
        with pytest.raises(TypeError, match="Tied needs a method __call__"):
            tied([1.0])

    def test_parameters_in_arrays_and_in_circles(self):
        class Part(Module):
            def __init__(self, whole):
                self.whole = whole
                self.w = np.array([[Value(1.0)], [Value(2.0)]])

        class Whole(Module):
            def __init__(self):
                self.part = Part(self)
                self.b = Value(0.0)

        whole = Whole()
        expected = [*whole.part.w.flat, whole.b]
        assert whole.parameters() == expected
        assert set(whole.part.parameters()) == set(expected)

    def test_zero_grad(self):
        model = MLP(2, [3, 1])
        model([1.0, 2.0]).backward()
        assert any(p.grad for p in model.parameters())
        model.zero_grad()
        assert not any(p.grad for p in model.parameters())

    def test_inputs_may_be_values_numbers_or_rows_of_an_array(self):
        random.seed(3)
        model = MLP(2, [4, 2])
        row = [0.5, -1.0]
        as_numbers = [v.data for v in model(row)]
        assert [v.data for v in model(np.array(row))] == as_numbers
        x = [Value(0.5), Value(-1.0)]
        out = model(x)
        assert [v.data for v in out] == as_numbers
        sum(out).backward()
        assert any(v.grad for v in x)

    def test_one_wide_layers(self):
        assert isinstance(MLP(1, [1, 1])([2.0]), Value)

    @pytest.mark.parametrize("module", [Neuron(3), Layer(3, 2), MLP(3, [2])])
    @pytest.mark.parametrize("wrong", [[], [1.0, 2.0], [1.0] * 4])
    def test_a_wrong_number_of_inputs(self, module, wrong):
        with pytest.raises(ValueError, match=rf"needs 3 inputs; got {len(wrong)}"):
            module(wrong)

    def test_an_input_that_is_no_list_or_no_number(self):
        with pytest.raises(TypeError, match=r"a list of numbers; got float 1\.0"):
            MLP(1, [1])(1.0)
        with pytest.raises(TypeError, match="real number; got str 'a'"):
            MLP(1, [1])(["a"])

    def test_empty_networks(self):
        with pytest.raises(ValueError, match="at least one layer"):
            MLP(2, [])
        for make in (lambda: MLP(0, [1]), lambda: MLP(2, [3, 0]), lambda: Neuron(0)):
            with pytest.raises(ValueError, match="at least 1; got 0"):
                make()
        with pytest.raises(TypeError, match="MLP needs a list of layer sizes; got 3"):
            MLP(2, 3)
        with pytest.raises(ValueError, match=r"at least 1; got 2\.0"):
            Neuron(2.0)

    @pytest.mark.parametrize(
        "twin", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
    )
    def test_copies_work_on_their_own(self, twin):
        random.seed(4)
        model = MLP(2, [3, 1])
        other = twin(model)
        assert other([0.3, 0.4]).data == model([0.3, 0.4]).data
        other([0.3, 0.4]).backward()
        other.parameters()[0].data += 1.0
        assert not any(p.grad for p in model.parameters())
        assert model.parameters()[0].data != other.parameters()[0].data
        assert len(other.parameters()) == len(model.parameters())

    def test_gradients_of_a_network(self):
        random.seed(5)
        model = MLP(2, [3, 1])
        parameters = model.parameters()

        def loss(values):
            for p, layer_value in zip(parameters, values, strict=True):
                p.data = float(layer_value)
            return squared_error(model([0.5, -0.5]), 1.0).data

        at = [p.data for p in parameters]
        model.zero_grad()
        squared_error(model([0.5, -0.5]), 1.0).backward()
        for i, p in enumerate(parameters):
            moved = list(at)
            moved[i] += 1e-6
            high = loss(moved)
            moved[i] -= 2e-6
            assert p.grad == pytest.approx((high - loss(moved)) / 2e-6, abs=1e-6)


class TestLosses:
    def test_on_numbers_values_and_lists(self):
        assert squared_error(3.0, 1.0) == 4.0
        assert squared_error(Value(3.0), 1.0).data == 4.0
        assert squared_error([Value(3.0), 1.0], [1.0, 1.0]).data == 2.0
        assert max_margin(0.25, -1) == 1.25
        assert max_margin([Value(2.0), Value(-0.5)], [1, 1]).data == 0.75
        assert l2_penalty([Value(2.0), 1.0], 0.1).data == 0.5

    def test_gradients(self):
        check_gradients(lambda p: squared_error(p, [1.0, -1.0]), [0.3, 0.4], order=2)
        check_gradients(lambda s: max_margin(s, [1, -1]), [0.3, 0.4])

    def test_bad_input(self):
        with pytest.raises(ValueError, match="as many targets as predictions, 2; g"):
            squared_error([1.0, 2.0], [1.0])
        with pytest.raises(ValueError, match=r"predictions, 2; got 1\.0"):
            max_margin([1.0, 2.0], 1.0)
        with pytest.raises(ValueError, match="-1 or 1 as targets; got 0 at place 1"):
            max_margin([1.0, 2.0], [1, 0])
        with pytest.raises(ValueError, match="at least one number; got none"):
            squared_error([], [])


class TestSGD:
    def test_a_step_goes_downhill(self):
        p = Value(3.0)
        optimizer = SGD([p], lr=0.1)
        (p * p).backward()
        optimizer.step()
        assert p.data == 3.0 - 0.1 * 6.0
        optimizer.zero_grad()
        assert p.grad == 0.0

    def test_bad_input(self):
        with pytest.raises(ValueError, match="at least one parameter"):
            SGD([], lr=0.1)
        for lr in (0.0, -1.0, math.nan):
            with pytest.raises(ValueError, match="a positive learning rate"):
                SGD([Value(1.0)], lr=lr)
        with pytest.raises(TypeError, match=r"Values as parameters; got 1\.0"):
            SGD([1.0], lr=0.1)


class TestTraining:
    def train(self, X, y, **options):
        random.seed(1337)
        model = MLP(2, [8, 1])
        optimizer = SGD(model.parameters(), lr=0.5)
        return model, fit(model, X, y, optimizer=optimizer, **options)

    def test_it_learns(self):
        X, y = two_moons(40)
        seen = []
        model, history = self.train(
            X, y, steps=30, on_step=lambda *step: seen.append(step)
        )
        assert history.losses[-1] < 0.5 * history.losses[0]
        steps = range(30)
        assert seen == list(zip(steps, history.losses, history.accuracies, strict=True))
        assert accuracy([model(row) for row in X], y) > 0.8

    def test_schedule(self):
        X, y = two_moons(10)
        random.seed(0)
        model = MLP(2, [1])
        optimizer = SGD(model.parameters(), lr=9.0)
        rates = []
        fit(
            model, X, y, optimizer=optimizer, schedule=lambda k: 1.0 / (k + 1), steps=3,
            on_step=lambda *_: rates.append(optimizer.lr),
        )  # fmt: skip
        assert [*rates, optimizer.lr] == [9.0, 1.0, 0.5, 1.0 / 3.0]

    def test_bad_data_is_named_before_anything_is_trained(self):
        with pytest.raises(ValueError, match="got nan in row 1, column 0"):
            self.train([[0.0, 1.0], [math.nan, 2.0]], [1, -1])
        with pytest.raises(ValueError, match="got inf in row 0"):
            self.train([[0.0, 1.0]], [math.inf])
        with pytest.raises(ValueError, match="got 1 samples and 2 targets"):
            self.train([[0.0, 1.0]], [1, 1])
        with pytest.raises(TypeError, match="got 'a' in row 0, column 1"):
            self.train([[0.0, "a"]], [1])
        with pytest.raises(ValueError, match="at least one score"):
            accuracy([], [])
        with pytest.raises(ValueError, match="at least one sample"):
            self.train([], [])

    def test_a_loss_that_explodes_stops_and_keeps_the_parameters(self):
        X, y = [[1.0, 1.0]], [1]
        model = MLP(2, [1])
        model.parameters()[0].data = 1e200
        before = [p.data for p in model.parameters()]
        with pytest.raises(FloatingPointError, match="got inf at step 0"):
            fit(model, X, y, optimizer=SGD(model.parameters(), lr=1.0))
        assert [p.data for p in model.parameters()] == before

    def test_two_moons(self):
        X, y = two_moons(50, noise=0.05, seed=3)
        assert len(X) == len(y) == 50
        assert set(y) == {-1.0, 1.0}
        assert two_moons(50, noise=0.05, seed=3) == (X, y)
        assert all(type(x) is float for row in X for x in row)


class TestPicture:
    def test_it_is_written_whole_or_not_at_all(self, tmp_path):
        X, y = two_moons(10)
        random.seed(0)
        model = MLP(2, [1])
        history = fit(model, X, y, optimizer=SGD(model.parameters(), lr=0.1), steps=2)
        path = plot_training(model, X, y, history, tmp_path / "a.png")
        assert path.read_bytes().startswith(b"\x89PNG")
        with pytest.raises(ValueError, match="nonsense"):
            plot_training(model, X, y, history, tmp_path / "a.nonsense")
        with pytest.raises(ValueError, match="2 coordinates a point; got 1 in row 0"):
            plot_training(model, [[1.0]], [1], history, tmp_path / "b.png")
        assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


class TestCommand:
    def test_it_trains_reports_and_draws(self, tmp_path, capsys):
        out = tmp_path / "moons.svg"
        arguments = "--steps 12 --samples 30 --hidden 4".split()
        assert main([*arguments, "--out", str(out)]) == 0
        printed = capsys.readouterr().out
        assert "A 2-4-1 network, 17 parameters" in printed
        assert "step   10  loss" in printed
        assert "accuracy" in printed.splitlines()[-2]
        assert printed.splitlines()[-1] == f"Wrote {out}."
        assert "</svg>" in out.read_text()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--steps", "0"], "needs at least 1; got 0"),
            (["--out", "missing/folder/a.png"], "needs an existing folder"),
            (["--out", "moons.xyz"], "needs a file that ends in .png, .svg or .pdf"),
        ],
    )
    def test_bad_arguments(self, arguments, message, capsys):
        with pytest.raises(SystemExit):
            main(arguments)
        assert message in capsys.readouterr().err

    def test_as_typed(self, tmp_path):
        command = [sys.executable, "-m", "nn", "--steps", "2", "--samples", "10"]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert "Wrote moons.png." in done.stdout
        assert (tmp_path / "moons.png").stat().st_size > 1000
