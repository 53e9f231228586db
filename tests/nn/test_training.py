"""Training: what is learned, what is recorded and shown, and what goes wrong."""

from __future__ import annotations

import gc
import io
import json
import math
import re
import signal
import sys

import numpy as np
import pytest

from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    Data,
    History,
    Module,
    absolute_error,
    accuracy,
    binary_cross_entropy,
    cross_entropy,
    fit,
    l1_penalty,
    l2_penalty,
    linear_decay,
    load_data,
    max_margin,
    squared_error,
    two_moons,
)
from nn.training.collector import freeze
from nn.training.interruption import Interruption

pytestmark = pytest.mark.versions


def quiet(model, *args, **options):
    return fit(model, *args, progress=False, **options)


def numbers(model):
    return [p.data for p in model.parameters()]


class Line(Module):
    """slope * x + start, with a label on the slope."""

    def __init__(self, slope=0.0):
        self.slope, self.start = Value(slope, "slope"), Value(0.0)

    def __call__(self, x):
        return self.slope * x[0] + self.start


X_LINE, Y_LINE = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]


class TestLearning:
    def test_the_loop_is_the_one_that_one_would_write(self):
        X, y = two_moons(20)
        by_hand, fitted = (MLP(2, [4, 1], seed=3) for _ in range(2))
        optimizer = SGD(by_hand.parameters(), lr=1.0)
        losses, rights = [], []
        for step in range(5):
            scores = [by_hand(row) for row in X]
            loss = max_margin(scores, y) + l2_penalty(by_hand.parameters(), 0.01)
            losses.append(loss.data)
            rights.append(accuracy(scores, y))
            optimizer.zero_grad()
            loss.backward()
            optimizer.lr = linear_decay(1.0, 5)(step)
            optimizer.step()
        history = quiet(
            fitted, X, y, loss=max_margin, penalty=0.01, epochs=5,
            optimizer=SGD(fitted.parameters(), lr=9.0), schedule=linear_decay(1.0, 5),
        )  # fmt: skip
        assert numbers(fitted) == numbers(by_hand)
        assert (history.losses, history.accuracies) == (losses, rights)
        rates = [linear_decay(1.0, 5)(step) for step in range(5)]
        assert history.learning_rates == rates
        assert (history.steps, history.stopped) == (5, "finished")

    def test_batches_follow_the_seed(self):
        data = load_data("moons", samples=21)
        runs = []
        for seed in (0, 0, 1):
            model = MLP(2, [3, 1], seed=1)
            history = quiet(model, data, epochs=2, batch_size=5, seed=seed)
            runs.append((numbers(model), history))
        assert runs[0] == runs[1]
        assert runs[0] != runs[2]
        assert runs[0][1].steps == 10

    def test_the_loss_of_an_epoch_is_that_of_its_samples(self):
        model = Line()
        optimizer = SGD([model.slope], lr=1e-300)
        history = quiet(
            model, X_LINE, Y_LINE, optimizer=optimizer, batch_size=3, epochs=1
        )
        assert history.losses == pytest.approx([(1 + 9 + 25 + 49) / 4])
        assert model.start.data == 0.0

    @pytest.mark.parametrize("name", ["circles", "xor", "blobs"])
    def test_sets_are_learned(self, name):
        data = load_data(name, samples=60)
        model = MLP(2, [8, 3 if name == "blobs" else 1], activation="tanh", seed=0)
        optimizer = Adam(model.parameters(), lr=0.05)
        history = quiet(model, data, optimizer=optimizer, epochs=60)
        assert history.accuracies[-1] >= 0.95

    def test_a_line_is_learned(self):
        model = Line()
        optimizer = SGD(model.parameters(), lr=0.1)
        history = quiet(model, X_LINE, Y_LINE, optimizer=optimizer, epochs=200)
        assert (model.slope.data, model.start.data) == (
            pytest.approx(2.0, abs=0.01),
            pytest.approx(1.0, abs=0.02),
        )
        assert history.accuracies == []

    def test_max_norm_and_penalties(self):
        model = Line(5.0)
        optimizer = SGD(model.parameters(), lr=1.0)
        quiet(model, X_LINE, Y_LINE, optimizer=optimizer, epochs=1, max_norm=0.5)
        assert math.hypot(model.slope.data - 5.0, model.start.data) == pytest.approx(
            0.5, rel=1e-6
        )
        losses = [
            quiet(Line(5.0), X_LINE, Y_LINE, penalty=penalty, epochs=1).losses[0]
            for penalty in (0.0, 0.1, lambda ps: l1_penalty(ps, 0.1))
        ]
        assert losses[1:] == [losses[0] + 2.5, losses[0] + 0.5]

    def test_what_is_not_in_the_optimizer_stays(self):
        model = MLP(2, [3, 1], seed=0)
        before = [p.data for p in model.layers[0].parameters()]
        optimizer = SGD(model.layers[1].parameters(), lr=0.1)
        quiet(model, load_data("moons"), optimizer=optimizer, epochs=2)
        assert [p.data for p in model.layers[0].parameters()] == before


class TestTargets:
    @pytest.mark.parametrize("labels", [(-1, 1), (0, 1), (False, True), (0.0, 1.0)])
    @pytest.mark.parametrize("loss", [None, max_margin, binary_cross_entropy])
    def test_two_classes_in_either_manner(self, labels, loss):
        X, y = [[-1.0], [2.0], [1.0], [-3.0]], [labels[i] for i in (0, 1, 1, 0)]
        model = MLP(1, [1], seed=0)
        history = quiet(
            model, X, y, loss=loss, optimizer=SGD(model.parameters(), lr=0.5), epochs=20
        )
        assert history.accuracies[-1] == 1.0
        assert (model.predict(X) > 0).tolist() == [False, True, True, False]

    @pytest.mark.parametrize(
        ("outputs", "y", "expected"),
        [
            (1, [-1, 1, 1], max_margin),
            (1, [0, 1, 1], max_margin),
            (1, [0, 1, 2], squared_error),
            (3, [0, 1, 2], cross_entropy),
            (2, [[0.0, 1.0], [1.0, 1.0], [0.5, 0.5]], squared_error),
        ],
    )
    def test_the_usual_loss(self, outputs, y, expected):
        X = [[0.5, 1.0], [1.0, 2.0], [3.0, 0.0]]
        histories = []
        for loss in (None, expected):
            model = MLP(2, [outputs], seed=0)
            histories.append(quiet(model, X, y, loss=loss, epochs=2))
        assert histories[0] == histories[1]

    def test_data_says_what_its_targets_are(self):
        X, y = np.array([[-1.0], [1.0], [2.0]]), np.array([0.0, 1.0, 1.0])
        assert quiet(MLP(1, [1]), X, y, epochs=1).accuracies
        as_numbers = Data(X, y, ["x"], [], "mine", "y")
        assert not quiet(MLP(1, [1]), as_numbers, epochs=1).accuracies
        with pytest.raises(ValueError, match="3 classes need a model with as many"):
            quiet(MLP(4, [1]), load_data("iris"))

    def test_arrays_and_frames_are_rows(self):
        class Frame:
            def __array__(self, dtype=None, copy=None):
                return np.array(X_LINE)

            def __iter__(self):
                return iter(["column"])

        results = [
            quiet(Line(), X, y, epochs=3)
            for X, y in (
                (X_LINE, Y_LINE),
                (np.array(X_LINE, dtype=np.float32), np.array(Y_LINE)),
                (Frame(), tuple(Y_LINE)),
            )
        ]
        assert results[0] == results[1] == results[2]

    def test_wrong_labels(self):
        X = [[1.0], [2.0]]
        with pytest.raises(ValueError, match=r"two classes, .*; got 2 in row 1"):
            quiet(MLP(1, [1]), X, [1, 2], loss=max_margin)
        with pytest.raises(ValueError, match=r"two classes, .*; got -1 in row 1"):
            quiet(MLP(1, [1]), X, [0, -1], loss=max_margin)
        with pytest.raises(ValueError, match=r"to 1, as .* 2 outputs; got 2 in row 1"):
            quiet(MLP(1, [2]), X, [0, 2], loss=cross_entropy)
        with pytest.raises(ValueError, match=r"got 0\.5 in row 0"):
            quiet(MLP(1, [2]), X, [0.5, 1])

    def test_accuracy(self):
        assert accuracy([Value(2.0), [-1.0]], [1, 0]) == 1.0
        assert accuracy([[1.0, 2.0, 0.0], [3.0, 2.0, 0.0]], [1, 1]) == 0.5
        with pytest.raises(ValueError, match="at least one score"):
            accuracy([], [])
        with pytest.raises(ValueError, match="got 1 scores and 2 targets"):
            accuracy([1.0], [1, 1])


class TestValidation:
    def test_is_measured_after_each_epoch_and_not_learned(self):
        train, test = load_data("moons", samples=40).split(0.5)
        models = [MLP(2, [4, 1], seed=0) for _ in range(3)]
        plain = quiet(models[0], train, epochs=4)
        given = (test.X, test.y)
        histories = [
            quiet(model, train, epochs=4, validation=part)
            for model, part in zip(models[1:], (test, given), strict=True)
        ]
        assert numbers(models[0]) == numbers(models[1])
        assert plain.losses == histories[0].losses
        assert plain.validation_losses == []
        assert histories[0] == histories[1]
        targets = (2 * test.y - 1).tolist()
        scores = models[1].predict(test.X).tolist()
        assert histories[0].validation_losses[-1] == max_margin(scores, targets)
        assert histories[0].validation_accuracies[-1] == accuracy(scores, targets)

    def test_a_loss_that_calls_methods(self):
        def hinge(scores, targets):
            pairs = zip(scores, targets, strict=True)
            return sum((1 + -y * s).relu() for s, y in pairs) / len(targets)

        data = ([[0.0], [1.0]], [1.0, -1.0])
        history = quiet(Line(), *data, loss=hinge, validation=data, epochs=2)
        same = quiet(Line(), *data, loss=max_margin, validation=data, epochs=2)
        assert history.validation_losses == same.validation_losses

    def test_patience_goes_back_to_the_best_epoch(self):
        # A slope of 2 is best for these, and of 3 for the others: it gets worse.
        train, test = ([[1.0]], [3.0]), ([[1.0]], [2.0])
        model = Line()
        seen = []
        history = quiet(
            model, *train, optimizer=SGD([model.slope], lr=0.1), validation=test,
            patience=3, callbacks=[lambda _: seen.append(model.slope.data)],
        )  # fmt: skip
        assert history.stopped == "patience"
        assert history.best_epoch == history.epochs - 1 - 3
        assert model.slope.data == seen[-4]
        assert abs(model.slope.data - 2.0) == min(abs(slope - 2.0) for slope in seen)

    def test_patience_without_need(self):
        model = Line()
        optimizer = SGD(model.parameters(), lr=0.01)
        history = quiet(
            model, X_LINE, Y_LINE, validation=(X_LINE, Y_LINE), patience=2, epochs=5,
            optimizer=optimizer,
        )  # fmt: skip
        assert (history.stopped, history.epochs) == ("finished", 5)

    def test_an_infinite_loss_is_told(self):
        with pytest.raises(
            FloatingPointError, match=r"got none after epoch 1, sample X\[1\]: "
        ):
            quiet(Line(1.0), X_LINE, Y_LINE, validation=([[1.0], [1e200]], [1.0, 1.0]))


class TestFaults:
    def test_a_loss_that_explodes_keeps_the_parameters(self):
        model = Line(1e200)
        before = numbers(model)
        with pytest.raises(
            FloatingPointError,
            match=r"no number in epoch 1, batch 1, sample X\[1\]: \*\* .*or stand",
        ):
            quiet(model, X_LINE, Y_LINE)
        assert numbers(model) == before

    def test_the_sample_the_node_and_the_line_are_named(self):
        class Steep(Line):
            def __call__(self, x):
                return self.slope * x[0] * 1e200

        X = [[0.0], [0.0], [0.0], [1e150]]
        line = Steep.__call__.__code__.co_firstlineno + 1
        place = re.escape(f"{__file__}:{line}")
        for size in (1, 2, None):
            with pytest.raises(FloatingPointError) as caught:
                quiet(Steep(1.0), X, [0.0] * 4, loss=absolute_error, batch_size=size)
            assert re.search(
                r"got inf in epoch 1, batch \d, sample X\[3\]: \* needs a finite"
                rf" result; got inf from 1e\+150, 1e\+200 at {place} ",
                str(caught.value),
            )

    def test_a_rate_too_large_leaves_the_latest_that_was_finite(self):
        model = Line()
        seen = []
        with pytest.raises(FloatingPointError, match="epoch"):
            quiet(
                model, X_LINE, Y_LINE, optimizer=SGD(model.parameters(), lr=1e30),
                callbacks=[lambda _: seen.append(numbers(model))],
            )  # fmt: skip
        # The last entry is where the next loss was too large.
        assert numbers(model) in ([[0.0, 0.0], *seen][-2:])
        assert math.isfinite(squared_error(model([3.0]), 7.0).data)

    def test_a_gradient_that_is_infinite(self):
        class Root(Line):
            def __call__(self, x):
                return (self.slope * x[0]) ** 0.5

        model = Root(0.0)
        with pytest.raises(FloatingPointError, match=r"no number in epoch 1, .*X\[0\]"):
            quiet(model, [[1.0]], [1.0])
        assert numbers(model) == [0.0, 0.0]

    def test_together_too_much(self):
        model = Line()
        with pytest.raises(FloatingPointError, match="got inf in epoch 1, batch 1"):
            quiet(model, [[1.0], [1.0]], [1.3e154, 1.3e154])

    def test_a_penalty_that_explodes(self):
        model = Line(1e200)
        with pytest.raises(FloatingPointError, match="batch 1, penalty: "):
            quiet(model, [[0.0]], [1.0], penalty=1.0)

    def test_a_penalty_that_is_no_value(self):
        with pytest.raises(FloatingPointError, match="batch 1, penalty: it is nan"):
            quiet(Line(), X_LINE, Y_LINE, penalty=lambda parameters: math.nan)

    def test_out_of_the_domain(self):
        class Log(Line):
            def __call__(self, x):
                return (self.slope * x[0]).log()

        with pytest.raises(ValueError, match="log needs a positive") as caught:
            quiet(Log(1.0), [[1.0], [-1.0]], [1.0, 1.0])
        assert caught.value.__notes__ == ["in epoch 1, batch 1, sample X[1]"]
        with pytest.raises(FloatingPointError, match=r"no number in epoch 1.*X\[1\]: "):

            class Power(Line):
                def __call__(self, x):
                    return (self.slope * x[0]).exp()

            quiet(Power(1.0), [[1.0], [1000.0]], [1.0, 1.0])

    def test_out_of_the_domain_in_the_validation(self):
        class Log(Line):
            def __call__(self, x):
                return (self.slope * x[0]).log()

        with pytest.raises(ValueError, match=r"log needs a .*, in row 1") as caught:
            quiet(Log(1.0), [[1.0]], [1.0], validation=([[1.0], [-1.0]], [1.0, 1.0]))
        assert caught.value.__notes__ == ["in the validation data, after epoch 1"]

    def test_a_loss_that_is_no_value(self):
        with pytest.raises(TypeError, match="loss that is a Value; got"):
            quiet(Line(), X_LINE, Y_LINE, loss=lambda ps, ts: 3.0)


class TestInterruption:
    def test_ctrl_c_waits_for_the_whole_step(self):
        class Interrupted(SGD):
            def step(self):
                if self.steps == 2:
                    signal.raise_signal(signal.SIGINT)
                super().step()

        model, twin = Line(), Line()
        history = quiet(
            model, X_LINE, Y_LINE, optimizer=Interrupted(model.parameters(), lr=0.01)
        )
        assert (history.stopped, history.steps, history.epochs) == ("interrupted", 3, 2)
        quiet(twin, X_LINE, Y_LINE, optimizer=SGD(twin.parameters(), 0.01), epochs=3)
        assert numbers(model) == numbers(twin)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_ctrl_c_drops_the_step_in_progress(self):
        class Slow(Line):
            calls = 0

            def __call__(self, x):
                self.calls += 1
                if self.calls == 10:
                    signal.raise_signal(signal.SIGINT)
                return super().__call__(x)

        model, twin = Slow(), Line()
        options = {"loss": squared_error}
        history = quiet(
            model, X_LINE, Y_LINE, optimizer=SGD(model.parameters(), 0.01), **options
        )
        assert (history.stopped, history.steps) == ("interrupted", 2)
        quiet(twin, X_LINE, Y_LINE, optimizer=SGD(twin.parameters(), 0.01), epochs=2)
        assert numbers(model) == numbers(twin)
        # What was interrupted has left nothing behind.
        model.zero_grad()
        model([2.0]).backward()
        assert model.slope.grad == 2.0

    def test_a_handler_of_ones_own_is_left_alone(self):
        def own(number, frame):
            raise AssertionError

        before = signal.signal(signal.SIGINT, own)
        try:
            with Interruption():
                assert signal.getsignal(signal.SIGINT) is own
        finally:
            signal.signal(signal.SIGINT, before)

    def test_errors_of_callbacks_are_not_hidden(self):
        def callback(history):
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            quiet(Line(), X_LINE, Y_LINE, callbacks=[callback])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class TestCollector:
    def test_what_was_frozen_is_left_and_the_rest_thawed(self):
        gc.unfreeze()
        with freeze():
            assert gc.get_freeze_count() > 0
            with freeze():
                pass
            assert gc.get_freeze_count() > 0
        assert gc.get_freeze_count() == 0


class TestArguments:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"epochs": 0}, "epochs needs a whole number from 1; got 0"),
            ({"epochs": 2.5}, r"epochs needs a whole number from 1; got 2\.5"),
            ({"batch_size": 0}, "batch_size needs a whole number from 1; got 0"),
            ({"penalty": -1.0}, r"penalty needs a number from 0, .*; got -1\.0"),
            ({"penalty": math.nan}, "penalty needs a number from 0, .*; got nan"),
            ({"max_norm": 0.0}, r"max_norm needs a positive number; got 0\.0"),
            ({"max_norm": math.inf}, "max_norm needs a positive number; got inf"),
            ({"schedule": lambda step: None}, "learning rate of .*; got None"),
            ({"patience": 3}, "patience needs validation data"),
            ({"engine": "fast"}, "engine needs one of 'eager', .*; got 'fast'"),
        ],
    )
    def test_settings(self, options, message):
        with pytest.raises(ValueError, match=message):
            quiet(Line(), X_LINE, Y_LINE, **options)

    @pytest.mark.parametrize(
        ("X", "y", "message"),
        [
            ([[0.0, 1.0], [math.nan, 2.0]], [1, -1], "got nan in row 1, column 0"),
            ([[0.0, 1.0]], [math.inf], "targets need finite .*; got inf in row 0"),
            ([[0.0, 1.0]], [1, 1], "got 1 samples and 2 targets"),
            ([[0.0, 1.0], [1.0]], [1, 1], "2 numbers in row 0 and 1 in row 1"),
            ([], [], "at least one sample; got none"),
        ],
    )
    def test_data(self, X, y, message):
        with pytest.raises(ValueError, match=message):
            quiet(MLP(2, [1]), X, y)

    def test_kinds(self):
        with pytest.raises(TypeError, match="got 'a' in row 0, column 1"):
            quiet(MLP(2, [1]), [[0.0, "a"]], [1])
        with pytest.raises(TypeError, match=r"got 0\.5 in row 0 \(hint: put it in a l"):
            quiet(MLP(1, [1]), [0.5], [1])
        with pytest.raises(TypeError, match="got list without targets"):
            quiet(MLP(1, [1]), X_LINE)
        with pytest.raises(TypeError, match="got Data and targets"):
            quiet(MLP(2, [1]), load_data("moons"), [1])
        with pytest.raises(TypeError, match="a Module as model; got function"):
            quiet(lambda x: x, X_LINE, Y_LINE)
        with pytest.raises(ValueError, match="2 that the model does not have"):
            quiet(Line(), X_LINE, Y_LINE, optimizer=Adam(Line().parameters()))

        with pytest.raises(TypeError, match="pair of rows and targets; got ndarray"):
            quiet(Line(), X_LINE, Y_LINE, validation=np.array(X_LINE))
        for callbacks in (print, [print, 3], None):
            with pytest.raises(TypeError, match="callbacks needs a list of functions"):
                quiet(Line(), X_LINE, Y_LINE, callbacks=callbacks)
        with pytest.raises(TypeError, match="a list of rows; got generator"):
            quiet(Line(), (row for row in X_LINE), Y_LINE)
        with pytest.raises(TypeError, match="a list of targets; got int"):
            quiet(Line(), X_LINE, 1)
        with pytest.raises(TypeError, match=r"schedule needs a function; got 0\.1"):
            quiet(Line(), X_LINE, Y_LINE, schedule=0.1)
        with pytest.raises(TypeError, match="loss needs a function; got 'mse'"):
            quiet(Line(), X_LINE, Y_LINE, loss="mse")
        for optimizer in (SGD, "adam"):
            with pytest.raises(TypeError, match="optimizer needs one such as Adam"):
                quiet(Line(), X_LINE, Y_LINE, optimizer=optimizer)

    def test_a_wrong_width_is_noted(self):
        with pytest.raises(ValueError, match="needs 2 inputs; got 1"):
            quiet(MLP(2, [1]), X_LINE, Y_LINE)


class TestHistory:
    def test_reads_well(self):
        history = History()
        assert history.best_epoch is None
        assert repr(history) == "History of 0 epochs, 0 steps in 0.0 s"
        history.record((0.5, 0.75), (0.6, 0.5), 0.1)
        history.record((0.25, 1.0), (0.7, 0.5), 0.1)
        history.stopped = "finished"
        assert history.best_epoch == 0
        assert repr(history) == (
            "History of 2 epochs, 0 steps in 0.0 s: loss 0.2500, accuracy 100.0%,"
            " validation loss 0.7000, validation accuracy 50.0% (finished)"
        )

    def test_time_makes_no_difference(self):
        assert History(losses=[1.0], seconds=1.0) == History(losses=[1.0], seconds=2.0)
        assert History(losses=[1.0]) != History(losses=[2.0])


class TestProgress:
    def test_lines_in_a_log(self, capsys):
        fit(MLP(2, [1]), load_data("moons", samples=10), epochs=25, batch_size=5)
        lines = capsys.readouterr().out.splitlines()
        numbers = [int(line.split("/")[0].removeprefix("epoch")) for line in lines]
        assert numbers == [1, 3, 6, 9, 12, 15, 18, 21, 24, 25]
        assert re.fullmatch(
            r"epoch  3/25: loss \d\.\d{4}, accuracy \d+\.0% "
            r"\([\d.]+ steps/s, \d+ s left\)",
            lines[1],
        )

    def test_a_bar_at_a_terminal(self, monkeypatch, capsys):
        class Terminal(io.StringIO):
            encoding = "utf-8"

            def isatty(self):
                return True

        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        data = load_data("moons", samples=10)
        fit(MLP(2, [1]), data, epochs=3, batch_size=5)
        shown = terminal.getvalue()
        assert capsys.readouterr().out == ""
        last = shown.replace("\n", "").split("\r")[-1]
        assert re.fullmatch(
            r"epoch 3/3 █{10} +[\d.]+ steps/s, 00:00 left, loss \d\.\d+, accuracy .*%",
            last,
        )

    def test_lines_without_tqdm(self, monkeypatch, capsys):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        monkeypatch.setitem(sys.modules, "tqdm", None)
        fit(Line(), X_LINE, Y_LINE, epochs=1)
        assert capsys.readouterr().out.startswith("epoch 1/1: loss 21.0000 (")

    def test_nothing(self, capsys):
        quiet(Line(), X_LINE, Y_LINE, epochs=1)
        captured = capsys.readouterr()
        assert captured.out == captured.err == ""

    def test_one_line_in_a_saved_notebook(self):
        nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
        nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
        pytest.importorskip("ipykernel", reason="ipykernel is not installed")
        code = (
            "from nn import MLP, fit, load_data\n"
            "fit(MLP(2, [1]), load_data('moons', samples=10), epochs=30)"
        )
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        nbclient.NotebookClient(notebook, timeout=60).execute()
        (cell,) = json.loads(nbformat.writes(notebook))["cells"]
        bar, result = cell["outputs"]
        assert set(bar["data"]) == {"text/plain"}
        text = "".join(bar["data"]["text/plain"])
        assert text.startswith("epoch 30/30 ██████████ ") and "loss" in text
        assert "\r" not in text and "\n" not in text
        assert "History of 30 epochs" in "".join(result["data"]["text/plain"])


def test_two_moons():
    X, y = two_moons(50, noise=0.05, seed=3)
    assert len(X) == len(y) == 50
    assert set(y) == {-1.0, 1.0}
    assert two_moons(50, noise=0.05, seed=3) == (X, y)
    assert all(type(x) is float for row in X for x in row)


# --- parameters from which no loss was computed ---------------------------------------


class Idle(Module):
    """Uses one of two layers, and of a vector one number."""

    def __init__(self):
        self.used = MLP(2, [3, 1], seed=0)
        self.idle = MLP(2, [2], seed=0)
        self.scale = [Value(1.0), Value(2.0)]
        self.shift = Value(0.0)

    def __call__(self, x):
        return self.used(x) * self.scale[0] + self.shift.data


ROWS, SIDES = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.0]], [1, -1, 1, -1]


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_parameters_that_no_loss_reaches_are_named(penalty):
    with pytest.warns(RuntimeWarning) as caught:
        fit(Idle(), ROWS, SIDES, epochs=2, penalty=penalty, progress=False)
    (warning,) = caught
    said = str(warning.message)
    lost = "idle.0.weight (all 4), idle.0.bias (all 2), scale[1], shift"
    assert f"none that depends on {lost} (hint" in said
    assert warning.filename == __file__


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_they_are_named_in_a_compiled_training_too(engine):
    pytest.importorskip({"numpy": "numpy", "native": "llvmlite"}[engine])

    class Half(Idle):
        def __call__(self, x):
            return self.used(x) * self.scale[0]

    with pytest.warns(
        RuntimeWarning, match=r"none that depends on idle\.0\.weight \(all 4\)"
    ) as all_:
        fit(Half(), ROWS, SIDES, epochs=2, penalty=0.1, progress=False, engine=engine)
    assert len(all_) == 1


def test_what_is_reached_late_or_with_slope_0_is_reached():
    class Late(Module):
        def __init__(self):
            self.early, self.late, self.dead = Value(1.0), Value(1.0), Value(-1.0)
            self.calls = 0

        def __call__(self, x):
            self.calls += 1
            late = self.late * x[1] if self.calls > 10 else 0.0
            return self.early * x[0] + late + self.dead.relu()

    fit(Late(), ROWS, SIDES, epochs=5, progress=False)  # warnings are errors here
