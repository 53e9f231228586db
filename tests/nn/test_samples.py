"""Samples as people have them: weights, columns of targets, rows of any shape."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autograd import Value
from autograd.compiling.backends.table import BACKENDS, is_installed
from nn import (
    MLP,
    SGD,
    Layer,
    Module,
    Neuron,
    cross_entropy,
    fit,
    load_model,
    squared_error,
    two_moons,
)

ENGINES = ["eager", *filter(is_installed, BACKENDS)]
X, Y = (part[3:] for part in two_moons(24))
WEIGHTS = [float(i % 4) for i in range(len(X))]


def trained(X, y, model=None, lr=0.1, **settings):
    """Return the numbers of the parameters after a training, and its history."""
    model = model or MLP(2, [4, 1], activation="tanh", seed=0)
    settings = {"epochs": 6, "progress": False, "engine": "eager"} | settings
    history = fit(model, X, y, optimizer=SGD(model.parameters(), lr=lr), **settings)
    return [p.data for p in model.parameters()], history


# --- weights --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_in_every_engine(engine):
    size = None if engine == "numpy" else 8  # batches, then, of one length
    settings = {"sample_weight": WEIGHTS, "batch_size": size, "penalty": 0.01}
    wanted, history = trained(X, Y, **settings)
    found, same = trained(X, Y, engine=engine, **settings)
    assert same.engine == engine and f" by {engine}" in repr(same)
    assert (same.compiling > 0.0) is (engine != "eager")
    np.testing.assert_allclose(found, wanted, 1e-12, 1e-14)
    np.testing.assert_allclose(same.losses, history.losses, 1e-12)
    assert same.accuracies == history.accuracies


def test_a_whole_weight_is_as_many_copies_and_0_leaves_out():
    copies = [int(w) * [(x, y)] for x, y, w in zip(X, Y, WEIGHTS, strict=True)]
    rows, targets = zip(*itertools.chain(*copies), strict=True)
    for scale in (1.0, 1e-3):
        weights = [scale * w for w in WEIGHTS]
        found, history = trained(X, Y, sample_weight=weights)
        wanted, same = trained(rows, targets)
        np.testing.assert_allclose(found, wanted, 1e-12, 1e-14)
        np.testing.assert_allclose(history.losses, same.losses, 1e-12)
    kept = [i for i, w in enumerate(WEIGHTS) if w]
    alone = trained([X[i] for i in kept], [Y[i] for i in kept], batch_size=5)
    assert trained(X, Y, sample_weight=np.sign(WEIGHTS), batch_size=5)[1].steps == (
        alone[1].steps
    )
    # One whose weight is 0 may be anything that a sample can be.
    far = [[1e300, -1e300] if not w else x for x, w in zip(X, WEIGHTS, strict=True)]
    assert trained(far, Y, sample_weight=WEIGHTS) == trained(
        X, Y, sample_weight=WEIGHTS
    )


def test_weights_of_the_validation():
    weighted = trained(X, Y, validation=(X, Y, WEIGHTS))[1]
    kept = [(x, y) for x, y, w in zip(X, Y, WEIGHTS, strict=True) if w == 2.0]
    only = [float(w == 2.0) for w in WEIGHTS]
    parts = [trained(X, Y, validation=v)[1] for v in ((X, Y, only), zip_lists(kept))]
    one, other = (part.validation_losses for part in parts)
    np.testing.assert_allclose(one, other, 1e-12)
    assert parts[0].validation_accuracies == parts[1].validation_accuracies
    assert weighted.losses == parts[0].losses


def zip_lists(pairs):
    return tuple(map(list, zip(*pairs, strict=True)))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], "a number for each of 21 samples; got 1"),
        (2.0, "a number for each of 21 samples; got float"),
        ([-1.0] + [1.0] * 20, r"numbers from 0; got -1\.0 in row 0"),
        ([0.0] * 21, "at least one above 0; got none"),
        ([1.0] * 20 + [np.nan], "finite numbers; got nan in row 20"),
    ],
)
def test_weights_that_are_none(weights, message):
    with pytest.raises(ValueError, match=f"sample_weight needs {message}"):
        trained(X, Y, sample_weight=weights)


def test_a_run_with_weights_is_carried_on(tmp_path):
    path = tmp_path / "run.safetensors"
    settings = {"sample_weight": WEIGHTS, "batch_size": 5}
    trained(X, Y, epochs=2, checkpoint=path, **settings)
    with pytest.raises(ValueError, match="carrying on needs"):
        trained(X, Y, epochs=6, checkpoint=path, batch_size=5)
    assert trained(X, Y, checkpoint=path, **settings) == trained(X, Y, **settings)


# --- targets --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_a_column_of_targets_is_one_number_each(engine):
    column = np.array(Y)[:, None]
    settings = {"engine": engine, "validation": (X, column)}
    assert trained(X, column, **settings) == trained(
        X, Y, engine=engine, validation=(X, Y)
    )
    classes = (column > 0).astype(int)
    model = [MLP(2, [2], seed=0) for _ in range(2)]
    assert trained(X, classes, model[0]) == trained(X, classes[:, 0], model[1])


def test_a_model_that_gives_lists_of_one_keeps_them():
    class Listed(Module):
        def __init__(self):
            self.inner = Neuron(2, activation=None, seed=0)

        def __call__(self, x):
            return [self.inner(x)]

    column = [[y] for y in Y]
    history = trained(X, column, Listed(), loss=squared_error)[1]
    flat = trained(X, Y, Neuron(2, activation=None, seed=0), loss=squared_error)[1]
    assert history.losses == flat.losses


# --- rows -----------------------------------------------------------------------------


class Reader(Module):
    """Adds up the vectors of tokens, and judges the sum."""

    def __init__(self):
        self.table = [[Value(0.1 * i), Value(0.2 - 0.1 * i)] for i in range(4)]
        self.judge = Layer(2, 3, activation=None, seed=1)

    def __call__(self, tokens):
        vectors = [self.table[token] for token in tokens]
        return self.judge([sum(column) for column in zip(*vectors, strict=True)])


SENTENCES, MEANINGS = [[0, 1], [2, 3, 3], [1], [0, 3, 2, 1]], [0, 1, 2, 1]


def test_sequences_of_tokens_of_any_length():
    model = Reader()
    history = trained(
        SENTENCES, MEANINGS, model, loss=cross_entropy, epochs=60, lr=1.0,
        validation=(SENTENCES, MEANINGS), batch_size=2,
    )[1]  # fmt: skip
    assert history.accuracies[-1] == 1.0
    predictions = model.predict(SENTENCES)
    assert predictions.argmax(axis=1).tolist() == MEANINGS
    assert history.validation_losses[-1] == cross_entropy(
        predictions.tolist(), MEANINGS
    )
    again = model.predict(np.array([[0, 1], [2, 3]]))
    assert again[0].tolist() == predictions[0].tolist()


class Mean(Module):
    """A neuron on the mean of several points."""

    def __init__(self):
        self.neuron = Neuron(2, activation="tanh", seed=0)

    def __call__(self, points):
        xs, ys = zip(*points, strict=True)
        return self.neuron([sum(xs) / len(xs), sum(ys) / len(ys)])


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_nested_rows_in_every_engine(engine):
    rows = np.random.default_rng(0).normal(size=(9, 3, 2))
    y = rows.sum(axis=(1, 2)) / 6.0
    wanted = trained(rows, y, Mean(), loss=squared_error)
    found = trained(rows, y, model := Mean(), loss=squared_error, engine=engine)
    np.testing.assert_allclose(found[0], wanted[0], 1e-12)
    predictions = model.predict(rows)
    assert predictions.shape == (9,)
    known = [model(row.tolist()).data for row in rows]
    np.testing.assert_allclose(predictions, known, 1e-14)
    ragged = [row.tolist()[: 1 + i % 3] for i, row in enumerate(rows)]
    known = [model(row).data for row in ragged]
    np.testing.assert_allclose(model.predict(ragged), known, 1e-14)


def test_what_is_wrong_in_nested_rows_is_found():
    rows = [[[1.0, 2.0]], [[3.0, np.nan]]]
    with pytest.raises(ValueError, match="got nan in row 1, column 0, 1"):
        trained(rows, [1.0, 2.0], Mean(), loss=squared_error)
    with pytest.warns(RuntimeWarning, match="rows of different lengths"):
        trained([[[1.0, 2.0]], [[3.0, 1.0]] * 2], [1.0, 2.0], Mean(),
                loss=squared_error, engine="numpy")  # fmt: skip
    with pytest.raises(ValueError, match="needs 2 inputs; got 1, in row 1"):
        MLP(2, [1]).predict([[1.0, 2.0], [1.0]])


# --- callbacks and histories ----------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_a_callback_that_returns_true_ends_the_run(engine):
    calls = []
    answers = [None, 1.0, "yes", np.float64(3.0) > 2.0]
    callbacks = [lambda h: answers[h.epochs - 1], lambda h: calls.append(h.epochs)]
    numbers, history = trained(X, Y, engine=engine, callbacks=callbacks, epochs=9)
    assert (history.stopped, history.epochs, calls) == ("callback", 4, [1, 2, 3, 4])
    assert "(callback)" in repr(history)
    np.testing.assert_allclose(numbers, trained(X, Y, epochs=4)[0], 1e-12)


def test_a_run_that_a_callback_ended_can_be_carried_on(tmp_path):
    path = tmp_path / "run.safetensors"
    trained(X, Y, checkpoint=path, callbacks=[lambda h: h.epochs == 2])
    assert trained(X, Y, checkpoint=path) == trained(X, Y)


# --- networks -------------------------------------------------------------------------


def test_seeds_alike(tmp_path):
    for make in (
        lambda seed: MLP(3, [2, 1], seed=seed),
        lambda seed: Layer(3, 2, seed=seed),
        lambda seed: Neuron(3, seed=seed),
    ):
        one, same, other = (
            [p.data for p in make(seed).parameters()] for seed in (4, 4, 5)
        )
        assert one == same != other
    layer = Layer(3, 2, activation=None, seed=4)
    model = MLP(3, [2], activation=None, seed=4)
    assert [p.data for p in layer.parameters()] == [p.data for p in model.parameters()]
    model = MLP(3, [2, 1], activation=[None, "tanh"], seed=0)
    assert (
        model.architecture()
        == MLP(3, [2, 1], activation=["linear", "tanh"]).architecture()
    )
    model.save(tmp_path / "m.safetensors")
    again = load_model(tmp_path / "m.safetensors")
    assert [*again.tensors()] == [*model.tensors()]
    assert again([1.0, 2.0, 3.0]).data == model([1.0, 2.0, 3.0]).data
