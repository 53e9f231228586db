"""Trainings by compiled engines: what the eager engine does, only faster."""

import importlib
import importlib.util
import math
import random
import signal
import warnings

import numpy as np
import pytest

from autograd import Value, grad, where
from autograd.compiling import Program
from autograd.compiling.backends.table import BACKENDS as TABLE
from autograd.compiling.backends.table import is_installed
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Module,
    RMSProp,
    cosine,
    fit,
    l1_penalty,
    linear_decay,
    load_data,
    squared_error,
    two_moons,
)
from nn.training.compiled import CompiledTrainer

FINDER = "autograd.compiling.backends.table.find_spec"
ENGINES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(not is_installed(name), reason=f"{name} is missing"),
    )
    for name in TABLE
]
# Of classes in unequal numbers: a slope that is 0 but for rounding would be the seed of
# a difference.
X, Y = (part[3:] for part in two_moons(40))


def train(engine, *, data=(X, Y), layers=(2, [4, 1]), optimizer=None, **settings):
    """Return the history, the parameters and the optimiser's averages."""
    model = MLP(layers[0], layers[1], activation="tanh", seed=0)
    optimizer = (optimizer or (lambda ps: SGD(ps, lr=0.1)))(model.parameters())
    history = fit(
        model, *data, optimizer=optimizer, progress=False, engine=engine, **settings
    )
    return history, [p.data for p in model.parameters()], optimizer


def assert_equal(one, other, relative=1e-9):
    """Assert that two trainings went alike, and ended alike."""
    (history, numbers, optimizer), (same, same_numbers, same_optimizer) = one, other
    close = {"rtol": relative, "atol": 1e-12}
    for name in ("losses", "validation_losses", "learning_rates"):
        np.testing.assert_allclose(getattr(history, name), getattr(same, name), **close)
    for name in ("accuracies", "validation_accuracies", "steps", "stopped", "epochs"):
        assert getattr(history, name) == getattr(same, name), name
    np.testing.assert_allclose(numbers, same_numbers, rtol=1e-7, atol=1e-9)
    assert optimizer.steps == same_optimizer.steps
    for name, averages in optimizer.averages.items():
        assert type(same_optimizer.averages[name]) is list
        np.testing.assert_allclose(
            averages, same_optimizer.averages[name], rtol=1e-6, atol=1e-9
        )


# --- the same training ----------------------------------------------------------------


@pytest.fixture(scope="module")
def thousand():
    return {
        "all": train("eager", epochs=1000),
        "batches": train(
            "eager", epochs=250, batch_size=11, optimizer=lambda ps: Adam(ps, lr=0.01)
        ),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_steps_on_all_samples(engine, thousand):
    assert_equal(thousand["all"], train(engine, epochs=1000))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_steps_on_batches(engine, thousand):
    adam = lambda ps: Adam(ps, lr=0.01)  # noqa: E731
    found = train(engine, epochs=250, batch_size=11, optimizer=adam)
    assert found[0].steps == 1000
    assert_equal(thousand["batches"], found)


def tanh_error(predictions, targets):
    pairs = zip(predictions, targets, strict=True)
    return sum((p - t).tanh() ** 2 for p, t in pairs) / len(predictions)


SETTINGS = {
    "nesterov": {
        "optimizer": lambda ps: SGD(
            ps, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3
        )
    },
    "rmsprop": {"optimizer": lambda ps: RMSProp(ps, lr=0.01, momentum=0.5)},
    "adamw": {"optimizer": lambda ps: AdamW(ps, lr=0.01), "batch_size": 7},
    "clipped": {"max_norm": 0.05, "batch_size": 16},
    "penalty": {"penalty": 0.01, "optimizer": lambda ps: Adam(ps, lr=0.01)},
    "own penalty": {"penalty": l1_penalty},
    "schedule": {"schedule": linear_decay(0.5, steps=40), "batch_size": 16},
    "cosine": {"schedule": cosine(0.5, steps=20), "max_norm": 1.0},
    "some parameters": {"optimizer": lambda ps: Adam(ps[3:9][::-1], lr=0.1)},
    "validation": {"validation": (X[:9], Y[:9])},
    "patience": {
        "validation": (X[:9], Y[:9]), "patience": 2,
        "optimizer": lambda ps: SGD(ps, lr=3.0), "epochs": 40,
    },
    "numbers": {"loss": squared_error, "data": (X, [0.5 * y for y in Y])},
    "several numbers": {
        "data": (X, [[a, b] for a, b in X]), "layers": (2, [4, 2]),
    },
    "one input": {"data": ([[a] for a, _ in X], Y), "layers": (1, [4, 1])},
    "methods": {"loss": tanh_error},
    "callback": {"callbacks": [lambda history: None]},
}  # fmt: skip


@pytest.mark.parametrize("engine", ["numpy", *ENGINES[2:]])
@pytest.mark.parametrize("name", SETTINGS)
def test_all_settings(name, engine):
    settings = {"epochs": 12} | SETTINGS[name]
    assert_equal(train("eager", **settings), train(engine, **settings))


@pytest.mark.parametrize("engine", ENGINES)
def test_classes(engine):
    digits, _ = load_data("digits").split(0.95, seed=0)
    settings = {
        "data": (digits,), "layers": (64, [8, 10]), "epochs": 3, "batch_size": 32,
        "optimizer": lambda ps: Adam(ps, lr=0.01),
    }  # fmt: skip
    assert_equal(train("eager", **settings), train(engine, **settings))


def test_callbacks_see_the_model_and_may_change_it():
    seen = {}
    for engine in ("eager", "numpy"):
        model = MLP(2, [3, 1], seed=0)
        optimizer = SGD(model.parameters(), lr=0.1)
        found = seen[engine] = []

        def look(history, model=model, optimizer=optimizer, found=found):
            found.append([p.data for p in model.parameters()])
            found.append([p.grad for p in model.parameters()])
            model.parameters()[0].data += 0.1
            optimizer.lr *= 0.9

        fit(model, X, Y, optimizer=optimizer, epochs=5, callbacks=[look],
            progress=False, engine=engine)  # fmt: skip
    np.testing.assert_allclose(seen["eager"], seen["numpy"], rtol=1e-9, atol=1e-12)


def test_a_model_keeps_its_parameters():
    model = Logarithm()

    def replace(history):
        model.a = Value(2.0)

    with pytest.raises(RuntimeError, match="the model to keep its parameters; got"):
        fit(model, [[1.0], [2.0]], [0.0, 0.0], loss=squared_error, progress=False,
            optimizer=SGD(model.parameters(), lr=0.1), callbacks=[replace],
            engine="numpy")  # fmt: skip


@pytest.mark.parametrize("engine", ["numpy", *ENGINES[2:]])
def test_checkpoints(engine, tmp_path):
    settings = {"batch_size": 9, "optimizer": lambda ps: Adam(ps, lr=0.01)}
    file = tmp_path / "run.safetensors"
    whole = train(engine, epochs=7, **settings)
    train(engine, epochs=3, checkpoint=file, **settings)
    again = train(engine, epochs=7, checkpoint=file, **settings)
    assert again[0].losses == whole[0].losses
    assert again[1] == whole[1]
    with pytest.raises(ValueError, match=f'engine "{engine}" there and "eager" here'):
        train("eager", epochs=9, checkpoint=file, **settings)


# --- what goes wrong ------------------------------------------------------------------


def failure(engine, **settings):
    model = MLP(2, [4, 1], seed=0)
    optimizer = settings.pop("optimizer")(model.parameters())
    with pytest.raises(FloatingPointError) as caught:
        fit(model, X, Y, loss=squared_error, optimizer=optimizer, epochs=50,
            progress=False, engine=engine, **settings)  # fmt: skip
    return str(caught.value), [p.data for p in model.parameters()], optimizer.steps


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": lambda ps: SGD(ps, lr=1e60)},
        {"optimizer": lambda ps: SGD(ps, lr=1e30), "batch_size": 7},
        {"optimizer": lambda ps: RMSProp(ps, lr=1e200)},
    ],
)
def test_a_nan_is_traced_back(engine, settings):
    text, numbers, steps = failure("eager", **settings)
    found = failure(engine, **settings)
    assert found[2] == steps
    np.testing.assert_allclose(found[1], numbers, rtol=1e-6)
    place = text.partition("sample X[")[0]
    assert "epoch" in place and found[0].startswith(place)
    assert "a result that a float can hold" in found[0] or "finite result" in found[0]


class Logarithm(Module):
    def __init__(self):
        self.a = Value(1.0, "a")

    def __call__(self, x):
        return (self.a * x[0] + 3.0).log()


def test_what_leaves_a_domain_is_traced_to_its_sample():
    rows, zeros = [[1.0], [2.0], [-4.0]], [0.0, 0.0, 0.0]
    model = Logarithm()
    with pytest.raises(ValueError, match="log needs a positive argument; got -1") as e:
        fit(model, rows, zeros, loss=squared_error, progress=False, engine="numpy",
            optimizer=SGD(model.parameters(), lr=0.1))  # fmt: skip
    assert "in epoch 1, batch 1, sample X[2]" in e.value.__notes__


class Branching(Module):
    def __init__(self):
        self.a = Value(1.0)

    def __call__(self, x):
        z = self.a * x[0]
        return z if z > 0.0 else 0.1 * z


class Drawing(Branching):
    def __call__(self, x):
        return self.a * x[0] * random.choice([0.0, 2.0])


class DrawingOwn(Branching):
    def __init__(self):
        super().__init__()
        self.random = np.random.default_rng(0)

    def __call__(self, x):
        return self.a * x[0] * float(self.random.normal())


class Counting(Branching):
    calls = 0

    def __call__(self, x):
        self.calls += 1
        return self.a * x[0] * self.calls


class Looking(Branching):
    def __call__(self, x):
        return self.a * x[0] if x[0] in {1.0, 2.0} else self.a * 0.3


class Asking(Branching):
    def __call__(self, x):
        return self.a * x[0] if isinstance(x[0], float) else self.a * 0.3


class Whole(Branching):
    def __call__(self, x):
        return self.a * x[0] if x[0].is_integer() else self.a


class Mine(SGD):
    def moved(self, data, grads, step):
        return [p - 0.1 * g for p, g in zip(data, grads, strict=True)], self.averages


def summed(predictions, targets):
    return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True))


@pytest.mark.parametrize(
    ("model", "loss", "optimizer", "why"),
    [
        (
            Branching,
            squared_error,
            SGD,
            "a comparison was asked for, at .*test_engines",
        ),
        (Drawing, squared_error, SGD, "draws random numbers"),
        (DrawingOwn, squared_error, SGD, "does the same each time it is called"),
        (
            Counting,
            squared_error,
            SGD,
            "the same each time .* number (1.* and 2|2.* and 3).0",
        ),
        (Asking, squared_error, SGD, "from the eager engine and .* the recording"),
        (Whole, squared_error, SGD, "no attribute 'is_integer'"),
        (
            Looking,
            squared_error,
            SGD,
            "a set or a dict was asked for, at .*test_engines",
        ),
        (Logarithm, summed, SGD, "the mean of the losses of single samples"),
        (Logarithm, squared_error, Mine, "the optimizer Mine works on lists"),
    ],
)
@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_what_cannot_be_compiled_is_told(
    engine, model, loss, optimizer, why, monkeypatch
):
    # What is quick "auto" leaves to "eager".
    monkeypatch.setattr("nn.training.programs.NODE", 1.0)
    rows, targets = [[1.0], [2.0], [-1.0]], [0.5, 0.0, 1.0]
    histories = []
    for name in ("eager", engine):
        random.seed(7)
        network = model()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            histories.append(
                fit(network, rows, targets, loss=loss, epochs=3, progress=False,
                    optimizer=optimizer(network.parameters(), lr=0.01), engine=name)
            )  # fmt: skip
        assert bool(told) is (name != "eager")
        if told:
            assert told[0].category is RuntimeWarning
            assert told[0].filename == __file__
            assert "runs in the eager engine, for it cannot be compiled" in str(
                told[0].message
            )
    if model not in (DrawingOwn, Counting):  # of which each call is another
        assert histories[0] == histories[1]
    with pytest.warns(RuntimeWarning, match=why):
        network = model()
        moves = optimizer(network.parameters(), lr=0.01)
        fit(network, rows, targets, loss=loss, epochs=1, progress=False, engine=engine,
            optimizer=moves)  # fmt: skip


def test_a_loss_that_is_a_mean_only_where_training_begins():
    def root(predictions, targets):
        return squared_error(predictions, targets) ** 0.5

    model = Logarithm()
    model.a.data = 0.0  # all errors are equal
    optimizer = SGD(model.parameters(), lr=0.1)
    with pytest.warns(RuntimeWarning, match="the mean of the losses of single samples"):
        fit(model, [[1.0], [2.0]], [0.0, 0.0], loss=root, optimizer=optimizer,
            epochs=2, progress=False, engine="numpy")  # fmt: skip


def test_where_compiles_what_if_does_not():
    class Leaky(Branching):
        def __call__(self, x):
            z = self.a * x[0]
            return where(z.relu(), z, 0.1 * z)

    histories = []
    for model, engine in ((Branching(), "eager"), (Leaky(), "numpy")):
        optimizer = SGD(model.parameters(), lr=0.01)
        history = fit(model, [[1.0], [-1.0]], [0.5, 0.0], loss=squared_error,
                      optimizer=optimizer, progress=False, engine=engine)  # fmt: skip
        histories.append(history)
    np.testing.assert_allclose(histories[0].losses, histories[1].losses, rtol=1e-12)


@pytest.mark.parametrize(
    ("engine", "extra"), [("numpy", "nn"), ("jax", "jax"), ("native", "fast")]
)
def test_an_engine_that_is_not_installed(engine, extra, monkeypatch):
    monkeypatch.setattr(FINDER, lambda name: None)
    with pytest.raises(ImportError, match=rf"the {engine} engine needs .*\[{extra}\]"):
        train(engine, epochs=1)


def test_auto_without_anything_installed(monkeypatch):
    monkeypatch.setattr(FINDER, lambda name: None)
    assert train("auto", epochs=2)[0].engine == "eager"  # and nobody is told
    monkeypatch.setattr("nn.training.programs.NODE", 1.0)
    with pytest.warns(RuntimeWarning, match="the compiled engines need numpy"):
        train("auto", epochs=2)


def test_auto_takes_what_is_done_first(monkeypatch):
    taken = []
    compile_ = Program.compile
    monkeypatch.setattr(
        "autograd.compiling.Program.compile",
        lambda self, name: taken.append(name) or compile_(self, "numpy"),
    )
    monkeypatch.setattr("nn.training.programs.NODE", 1.3e-6)  # of Python's engine
    missing = {"llvmlite"}
    monkeypatch.setattr(FINDER, lambda name: name not in missing)
    train("auto", epochs=2)  # over in a blink
    train("auto", epochs=300)
    missing.clear()
    train("auto", epochs=300)  # done before machine code is made
    monkeypatch.setattr("nn.training.programs.WRITING", 0.0)
    train("auto", epochs=300)
    monkeypatch.setattr("nn.training.programs.SMALL", 10)
    train("auto", epochs=300)
    # Each is checked on NumPy twice first.
    assert taken[2::3] == ["numpy", "numpy", "native", "numpy"]


def test_unknown_engine():
    with pytest.raises(ValueError, match="'eager', 'auto', 'numpy', 'jax', 'native'"):
        train("fast", epochs=1)


def test_a_batch_larger_than_memory(monkeypatch):
    monkeypatch.setattr("autograd.compiling.compiled.free_bytes", lambda: 1_000)
    monkeypatch.setattr("autograd.compiling.compiled.SMALL", 0)
    with pytest.raises(MemoryError, match="batches of at most"):
        train("numpy", epochs=3)


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="needs raise_signal")
def test_control_c_keeps_what_was_learned():
    model = MLP(2, [3, 1], seed=0)
    before = [p.data for p in model.parameters()]

    def interrupt(step):
        if step == 30:
            signal.raise_signal(signal.SIGINT)
        return 0.1

    history = fit(
        model, X, Y, schedule=interrupt, epochs=500, progress=False, engine="numpy",
        optimizer=SGD(model.parameters(), lr=0.1),
    )  # fmt: skip
    assert history.stopped == "interrupted"
    after = [p.data for p in model.parameters()]
    assert after != before and all(map(math.isfinite, after))
    assert 30 <= history.steps < 500


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="needs raise_signal")
def test_control_c_waits_until_the_model_holds_what_was_learned(monkeypatch):
    settle, times = CompiledTrainer._settle, []

    def settled(trainer):
        times.append(trainer.stepper.steps)
        if len(times) == 3:
            signal.raise_signal(signal.SIGINT)
        settle(trainer)

    monkeypatch.setattr(CompiledTrainer, "_settle", settled)
    model, known = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=0)
    common = {"progress": False, "engine": "numpy", "callbacks": [lambda _: None]}
    history = fit(model, X, Y, epochs=500, **common)
    assert (history.stopped, history.steps) == ("interrupted", times[2])
    monkeypatch.undo()
    fit(known, X, Y, epochs=3, **common)
    assert [p.data for p in model.parameters()] == [p.data for p in known.parameters()]


@pytest.mark.parametrize("looked_at", ["callbacks", "checkpoint"])
def test_a_nan_after_epochs_that_somebody_looked_at(looked_at, tmp_path):
    ends = []
    for engine in ("eager", "numpy"):
        looks = {"callbacks": [lambda history: None], "checkpoint": tmp_path / engine}
        _, numbers, steps = failure(
            engine,
            optimizer=lambda ps: SGD(ps, lr=1e60),
            **{looked_at: looks[looked_at]},
        )
        ends.append([*numbers, steps])
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-6)


@pytest.mark.skipif(
    importlib.util.find_spec("llvmlite") is None, reason="llvmlite is missing"
)
def test_what_cannot_be_machine_code(monkeypatch):
    def refused(outputs, **options):
        raise ValueError("no machine code for this one")

    module = importlib.import_module("autograd.compiling.backends.native_backend")
    monkeypatch.setattr(module, "compile_native", refused)
    with pytest.warns(RuntimeWarning, match="no machine code for this one"):
        train("native", epochs=2)


@pytest.mark.parametrize("max_norm", [None, 0.05])
@pytest.mark.parametrize("engine", ENGINES)
def test_slopes_of_what_the_optimiser_does_not_move_are_seen(engine, max_norm):
    def slopes(engine):
        model, seen = MLP(2, [3, 1], seed=0), []
        parameters = model.parameters()
        fit(
            model, X, Y, optimizer=SGD(parameters[4:], lr=0.1), epochs=3,
            max_norm=max_norm, engine=engine, loss=squared_error, progress=False,
            callbacks=[lambda _: seen.append([p.grad for p in parameters])],
        )  # fmt: skip
        return np.array(seen), [p.data for p in parameters]

    (ours, moved), (theirs, known) = slopes(engine), slopes("eager")
    np.testing.assert_allclose(ours, theirs, 1e-9, 1e-12)
    np.testing.assert_allclose(moved, known, 1e-9)
    assert (theirs[:, :4] != 0.0).any() and moved[:4] == known[:4]


# --- auto -----------------------------------------------------------------------------


class Scaled(Branching):
    factor = 1.0

    def __call__(self, x):
        return self.a * x[0] * self.factor


def test_auto_sees_that_a_callback_changed_what_was_recorded(monkeypatch):
    monkeypatch.setattr("nn.training.programs.NODE", 1.0)
    ends = []
    for engine in ("eager", "auto"):
        model = Scaled()

        def halve(history, model=model):
            model.factor = 0.5 if history.epochs > 2 else 1.0

        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            history = fit(
                model, [[1.0], [2.0]], [0.5, 0.0], loss=squared_error, epochs=6,
                optimizer=SGD(model.parameters(), lr=0.1), callbacks=[halve],
                engine=engine, progress=False,
            )  # fmt: skip
        ends.append((model.a.data, *history.losses))
    np.testing.assert_allclose(*ends, 1e-12)
    (warning,) = warned
    assert "a callback was called" in str(warning.message)
    assert warning.filename == __file__ and history.engine == "eager"


def test_a_resumed_run_keeps_its_engine(monkeypatch, tmp_path):
    path = tmp_path / "run.safetensors"
    train("eager", epochs=2, checkpoint=path)
    monkeypatch.setattr("nn.training.programs.NODE", 1.0)
    found = train("auto", epochs=4, checkpoint=path)
    assert found[0].engine == "eager"
    wanted = train("eager", epochs=4)
    assert (found[0], found[1]) == (wanted[0], wanted[1])


def test_slopes_stay_after_a_compiled_training():
    slopes = []
    for engine in ("eager", "numpy"):
        model = MLP(2, [3, 1], seed=0)
        fit(model, X, Y, epochs=3, progress=False, engine=engine)
        slopes.append([p.grad for p in model.parameters()])
    np.testing.assert_allclose(*slopes, 1e-9, 1e-12)


def test_what_is_counted_for_auto_draws_nothing():
    random.seed(3)
    state = random.getstate()
    history = fit(Drawing(), [[1.0]], [0.5], loss=squared_error, epochs=1,
                  progress=False)  # fmt: skip
    random.setstate(state)
    again = fit(Drawing(), [[1.0]], [0.5], loss=squared_error, epochs=1,
                progress=False, engine="eager")  # fmt: skip
    assert history == again and history.engine == "eager"


class Oscillator(Module):
    """What is left of u'' + u = 0, u(0) = 0, u'(0) = 1 at a time t."""

    def __init__(self):
        self.u = MLP(1, [6, 1], seed=0, activation="tanh")

    def __call__(self, row):
        def u(t):
            return self.u([t])

        (t,) = row
        return [grad(grad(u))(t) + u(t), u(0.0), grad(u)(0.0) - 1.0]


def test_a_physics_informed_network_trains_in_machine_code():
    rows, learned = [[i / 8] for i in range(16)], []
    for engine in ("eager", "native"):
        model = Oscillator()
        fit(
            model, rows, [[0.0] * 3] * 16, loss=squared_error, epochs=5, batch_size=4,
            seed=0, engine=engine, progress=False,
        )  # fmt: skip
        learned.append([p.data for p in model.parameters()])
    assert learned[1] == pytest.approx(learned[0], rel=1e-9)
