"""Preparing data for a network: what was learned from one part, applied to others.

Networks learn best from numbers around 0 of size about 1. How far a column is shifted
and shrunk is taken from the training part alone: the test part must stay unseen. The
same shifts belong to the trained model, so they can be kept as JSON beside it.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd import refuse_masked
from autograd.imports import np

from ..modules.tensors import as_numbers
from ..phrases import refused
from .tables import Table, encode, feature_names, few, read_table

if TYPE_CHECKING:
    from .dataset import Data


@dataclass(frozen=True)
class Preprocessing:
    """What turns the columns of a data set into the inputs of a network, and back.

    Make one with `Preprocessing.fit(training_part)`.

    Attributes:
        columns: The columns, each with its categories; none for a column of numbers.
        means: What is taken off each feature.
        scales: What it is divided by then: its standard deviation. Features that are 0
            or 1 for a category are left as they are, and so is what never varies.
        target: The name of what is to be predicted.
        classes: The names of its classes; none for numbers.
        target_mean: What is taken off a target that is a number.
        target_scale: What it is divided by then.

    >>> from nn import load_data
    >>> train, test = load_data("iris").split()
    >>> preprocessing = Preprocessing.fit(train)
    >>> train, test = preprocessing.apply(train), preprocessing.apply(test)
    >>> bool(abs(train.X.mean()) < 1e-12)
    True
    >>> preprocessing.predictions([[0.1, 2.0, -1.0]])
    ['versicolor']
    """

    columns: dict[str, list[str]]
    means: list[float]
    scales: list[float]
    target: str
    classes: list[str]
    target_mean: float = 0.0
    target_scale: float = 1.0

    @classmethod
    def fit(cls, data: Data) -> Preprocessing:
        """Return the preprocessing for data like `data`, the training part."""
        means, scales = [], []
        features = iter(data.X.T)
        for kinds in data.columns.values():
            for feature in islice(features, len(kinds) or 1):
                mean, scale = (0.0, 1.0) if kinds else _mean_and_scale(feature)
                means.append(mean)
                scales.append(scale)
        target = (0.0, 1.0) if data.classes else _mean_and_scale(data.y)
        columns, classes = dict(data.columns), list(data.classes)
        return cls(columns, means, scales, data.target, classes, *target)

    def apply(self, data: Data) -> Data:
        """Return `data` with its features, and a target of numbers, standardised.

        Raises:
            ValueError: If it has other columns or classes.
        """
        if data.columns != self.columns:
            own, given = _shown(self.columns), _shown(data.columns)
            raise refused("preprocessing.columns", own=own, given=given)
        if data.classes != self.classes:
            own, given = few(self.classes) or "none", few(data.classes) or "none"
            raise refused("preprocessing.classes", own=own, given=given)
        y = data.y
        if not self.classes:
            y = (y - self.target_mean) / self.target_scale
        return replace(data, X=self._standardised(data.X), y=y)

    def read(self, path: str | os.PathLike[str] | Table) -> np.ndarray:
        """Return the rows of a CSV file, or of its table, as inputs for the network.

        The file needs the columns that the data had, in any order; others, the target
        included, are left alone.

        Raises:
            OSError: If the file cannot be read.
            ValueError: If a column is missing, or a cell is no number or a category
                that the data did not have.
        """
        return self._standardised(encode(read_table(path), self.columns))

    def predictions(self, outputs: Any) -> list[Any]:
        """Return what the outputs of the network say, in the words of the target.

        Args:
            outputs: What the network gives for each row: one number, or one for each
                class.

        Returns:
            For each row the name of its class: that of the largest output, or of a
            single output that is positive (the second class) or not (the first). For a
            target of numbers, these numbers, as they were before they were
            standardised.
        """
        refuse_masked(outputs, "predictions need")
        outputs = np.asarray(as_numbers(outputs), dtype=float)
        several = outputs.ndim == 2 and outputs.shape[1] > 1
        if not several:
            outputs = outputs.reshape(-1)
        if not self.classes:
            return (outputs * self.target_scale + self.target_mean).tolist()
        places = outputs.argmax(axis=1) if several else outputs > 0.0
        return [self.classes[int(place)] for place in places]

    def to_json(self) -> str:
        """Return the whole as JSON; `from_json` reads it to the last bit."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Preprocessing:
        """Return what `to_json` wrote.

        Raises:
            ValueError: If it wrote something else.
        """
        try:
            preprocessing = cls(**json.loads(text))
            width = len(feature_names(preprocessing.columns))
            if not len(preprocessing.means) == len(preprocessing.scales) == width:
                raise ValueError(f"means and scales of other than {width} features")
        except (TypeError, ValueError, AttributeError) as error:
            raise refused("preprocessing.json", error=error) from None
        return preprocessing

    def _standardised(self, X: np.ndarray) -> np.ndarray:
        return (X - self.means) / self.scales


def _mean_and_scale(column: np.ndarray) -> tuple[float, float]:
    # Of three times 0.1 the mean is not quite 0.1, nor is the deviation quite 0.
    if (column == column[0]).all():
        return float(column[0]), 1.0
    # Sums and squares of the largest and smallest floats are none; a power of two
    # brings the column to about 1, and changes no digit.
    size = 2.0 ** (math.frexp(abs(column).max())[1] - 1)
    column = column / size
    return float(column.mean() * size), float(column.std() * size)


def _shown(columns: dict[str, list[str]]) -> str:
    return few(
        f"{name} ({few(kinds)})" if kinds else name for name, kinds in columns.items()
    )
