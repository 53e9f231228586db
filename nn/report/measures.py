"""How good a network is, in numbers: on what it learned from, and on what it never saw.

For classes, how many are right, and which are taken for which; for numbers, how far off
it is, in the units that were measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from autograd.imports import np

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..training.samples import Loss, loss_of, measured_on


@dataclass(frozen=True)
class Measures:
    """What was measured on a part of the data.

    Attributes:
        name: The part: "training", "validation", "test".
        data: Its samples.
        answers: What the network says: class numbers, or numbers as they were measured.
        truth: What is true.
        loss: The loss, without penalty.
    """

    name: str
    data: Data
    answers: np.ndarray
    truth: np.ndarray
    loss: float

    @property
    def right(self) -> int:
        """How many samples are classified rightly."""
        return int((self.answers == self.truth).sum())

    @property
    def accuracy(self) -> float:
        """The share of samples classified rightly."""
        return self.right / len(self.truth)

    @property
    def typical_error(self) -> float:
        """The root of the mean squared error."""
        return math.sqrt(((self.answers - self.truth) ** 2).mean())

    @property
    def mean_error(self) -> float:
        """The mean distance of an answer from the truth."""
        return float(abs(self.answers - self.truth).mean())

    @property
    def explained(self) -> float:
        """R²: the share of the targets' spread that the network accounts for."""
        spread = float(((self.truth - self.truth.mean()) ** 2).sum())
        if spread == 0.0:
            return math.nan
        return 1.0 - float(((self.answers - self.truth) ** 2).sum()) / spread

    def confusion(self) -> np.ndarray:
        """Return how many of each class (row) are taken for each class (column)."""
        counts = np.zeros((len(self.data.classes),) * 2, dtype=int)
        np.add.at(counts, (self.truth, self.answers), 1)
        return counts


def measure(
    name: str,
    model: Module,
    data: Data,
    loss: Loss | None,
    preprocessing: Preprocessing | None,
) -> Measures:
    """Return the measures of a model on a part of the data."""
    _, targets, loss = measured_on(model, data, loss, name=name)
    outputs = model.predict(data.X)
    try:
        measured = loss_of(loss, outputs.tolist(), targets)
    except ArithmeticError:
        measured = math.nan
    several = outputs.ndim == 2 and outputs.shape[1] > 1
    if data.classes:
        answers = outputs.argmax(axis=1) if several else outputs.reshape(-1) > 0.0
        return Measures(name, data, answers.astype(int), data.y, measured)
    scale, zero = 1.0, 0.0
    if preprocessing is not None:
        scale, zero = preprocessing.target_scale, preprocessing.target_mean
    answers = outputs.reshape(len(data), -1)[:, 0] * scale + zero
    return Measures(name, data, answers, data.y * scale + zero, measured)
