"""Prediction: what a trained network gives for new rows, without a graph.

Once nothing is to be differentiated, nothing needs to be recorded. The network's own
code runs, but on whole columns of numbers (see `autograd.evaluate_rows`), so that the
forty thousand points behind a decision boundary take a blink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd import evaluate_samples
from autograd.imports import np

from .modules.module import Module

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def predict(model: Module, X: ArrayLike) -> NDArray[Any]:
    """Return what `model` gives for each row of `X`, as floats.

    Args:
        model: A network: it takes a row, and gives a number or a list.
        X: The rows: lists of numbers, or of lists of them, such as sequences; or an
            array of two dimensions or more.

    Returns:
        An array, of shape (rows,) if the model gives a number, (rows, outputs) if it
        gives a list. They are the numbers that `model(row)` gives, to a few units in
        the last place; for additions, multiplications and relu to the last bit.

    Raises:
        ImportError: If NumPy is not installed.
        ValueError: If `X` has not two dimensions, or a row is not one for the model.
        TypeError: If `X` is not made of real numbers.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> scores = predict(model, [[0.5, -1.0], [2.0, 1.0]])
    >>> scores.tolist() == [model([0.5, -1.0]).data, model([2.0, 1.0]).data]
    True
    """
    return evaluate_samples(model, X)


def log_probabilities(logits: NDArray[Any]) -> NDArray[Any]:
    """Return the logarithms of the probability of each class, a row for each row.

    The one logit of two classes is that of the second, where the first has 0: for
    sigmoid(z) is softmax of 0 and z.
    """
    if logits.ndim == 1 or logits.shape[1] == 1:
        logits = np.column_stack((np.zeros(len(logits)), logits))
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
