"""Masked arrays: what is hidden is never computed with."""

import warnings

import numpy as np
import pytest

from autograd import Value, evaluate_rows, explain, jvp, record
from nn import (
    MLP,
    Data,
    MLPClassifier,
    MLPRegressor,
    Preprocessing,
    accuracy,
    fit,
    load_data,
    predict,
    squared_error,
)

HIDDEN = 1e6
X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 3.0], [3.0, HIDDEN]])
ROWS = np.ma.masked_greater(X, 1e5)
Y = np.array([0.0, 1.0, 0.0, 1.0])
TARGETS = np.ma.array(Y, mask=[False, False, True, False])
AT_ROWS, AT_TARGETS = "got a masked one in row 3, column 1", "a masked one in row 2"

w = Value(2.0, "w")


def program():
    return record(lambda x, y: (w * x[0] + x[1] - y) ** 2, (2, 1), [w]).compile()


def model():
    return MLP(2, [2, 1], seed=0)


def trained(*data, **more):
    return fit(model(), *data, epochs=1, progress=False, **more)


def data(X, y):
    return Data(X, y, ["a", "b"], [], "mine", "y")


def classifier():
    return MLPClassifier((2,), max_iter=1, random_state=0)


@pytest.mark.parametrize(
    ("use", "where"),
    [
        (lambda: trained(ROWS, Y), AT_ROWS),
        (lambda: trained(list(ROWS), Y), AT_ROWS),
        (lambda: trained(X, TARGETS), AT_TARGETS),
        (lambda: trained(X, list(TARGETS)), AT_TARGETS),
        (lambda: trained(X, TARGETS.reshape(4, 1)), AT_TARGETS),
        (lambda: trained(ROWS, Y, engine="numpy"), AT_ROWS),
        (lambda: trained(X[:3], Y[:3], validation=(ROWS, Y)), AT_ROWS),
        (lambda: trained(X[:3], Y[:3], validation=(X, TARGETS)), AT_TARGETS),
        (lambda: data(ROWS, Y), AT_ROWS),
        (lambda: data(X, TARGETS), AT_TARGETS),
        (lambda: predict(model(), ROWS), AT_ROWS),
        (lambda: model().predict(list(ROWS)), AT_ROWS),
        (lambda: evaluate_rows(lambda x: x[0], ROWS), AT_ROWS),
        (lambda: evaluate_rows(lambda x: x[0], [row for row in ROWS]), AT_ROWS),
        (lambda: program()([2.0], ROWS, Y), AT_ROWS),
        (lambda: program()([2.0], X, TARGETS), AT_TARGETS),
        (lambda: program()([2.0], X, list(TARGETS)), AT_TARGETS),
        (lambda: program().outputs([2.0], ROWS, Y), AT_ROWS),
        (lambda: program().input_gradients([2.0], ROWS, Y), AT_ROWS),
        (lambda: program().data(ROWS, Y), AT_ROWS),
        (lambda: program()(np.ma.array([2.0], mask=[True]), X, Y), "one in row 0"),
        (lambda: program().hvp([2.0], np.ma.masked_all(1), X, Y), "one in row 0"),
        (lambda: classifier().fit(ROWS, Y), AT_ROWS),
        (lambda: classifier().fit(X, TARGETS), AT_TARGETS),
        (lambda: classifier().fit(X, Y).predict(ROWS), AT_ROWS),
        (lambda: classifier().fit(X, Y).predict_proba(ROWS), AT_ROWS),
        (lambda: classifier().fit(X, Y).score(ROWS, Y), AT_ROWS),
        (lambda: classifier().fit(X, Y).score(X, TARGETS), AT_TARGETS),
        (lambda: MLPRegressor(max_iter=1).fit(ROWS, Y), AT_ROWS),
        (lambda: MLPRegressor(max_iter=1).fit(X, TARGETS), AT_TARGETS),
        (lambda: MLPRegressor(max_iter=1).fit(X, Y).score(X, TARGETS), AT_TARGETS),
        (lambda: accuracy(Y, TARGETS), AT_TARGETS),
        (lambda: accuracy(TARGETS, Y), AT_TARGETS),
        (lambda: Preprocessing.fit(load_data("iris")).predictions(ROWS), AT_ROWS),
    ],
)
def test_what_is_masked_is_refused_by_place(use, where):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that one epoch is few
        with pytest.raises(ValueError, match=f"numbers?; {where}|{where}"):
            use()


@pytest.mark.parametrize(
    "use",
    [
        lambda: Value(TARGETS[2]),
        lambda: explain(lambda x: x * x, x=TARGETS[2]),
        lambda: explain(lambda x: x[1] * x[2], x=TARGETS),
        lambda: jvp(lambda x: x, [TARGETS[2]], [1.0]),
        lambda: model().load_state_dict(
            model().state_dict() | {"0.weight": np.ma.masked_all((2, 2))}
        ),
    ],
)  # fmt: skip
def test_a_masked_number_is_none(use):
    with pytest.raises((TypeError, ValueError), match=r"mask|None"):
        use()


def test_a_masked_array_without_masked_entries_is_an_array():
    rows, targets = np.ma.array(X[:3]), np.ma.array(Y[:3], mask=False)
    history = trained(rows, targets, loss=squared_error)
    assert history.losses == trained(X[:3], Y[:3], loss=squared_error).losses
    assert evaluate_rows(lambda x: x[0] + x[1], rows).tolist() == [1.0, 1.0, 5.0]
    assert program()([2.0], rows, targets)[0] == program()([2.0], X[:3], Y[:3])[0]
    assert data(rows, targets).X.tolist() == X[:3].tolist()
    assert type(data(rows, targets).X) is np.ndarray
