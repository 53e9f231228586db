"""A plane through the data: what can be drawn of rows of more than two features.

Of a few features, the two that tell most are kept, and the others have their mean. Of
many, such as pixels, two alone tell nothing: there the plane is the one in which the
data spreads most. Either way a point of the picture is a row for the network.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd import Phrases
from autograd.imports import np

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module

FEW = 12  # features, of which two can be told apart as the most telling


@dataclass(frozen=True)
class Plane:
    """A plane (for one feature, a line) in the space of the features.

    Attributes:
        kind: "all" (all features are shown), "features" (two of them), "spread".
        origin: The row where the axes cross.
        directions: A row for each axis.
        names: What each axis is called.
        shift: The number at the origin, for each axis.
        stretch: How many units of the picture one of the network's inputs is.
    """

    kind: str
    origin: np.ndarray
    directions: np.ndarray
    names: list[str]
    shift: np.ndarray
    stretch: np.ndarray

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Return where rows stand in the picture."""
        return (rows - self.origin) @ self.directions.T * self.stretch + self.shift

    def rows(self, places: np.ndarray) -> np.ndarray:
        """Return the rows of the places in the picture."""
        return self.origin + (places - self.shift) / self.stretch @ self.directions


def choose_plane(
    model: Module, data: Data, preprocessing: Preprocessing | None, words: Phrases
) -> Plane:
    """Return the plane that shows most of what the network does with the data.

    Args:
        model: The network.
        data: Its data, as it takes it.
        preprocessing: What had been done to the data; the axes then tell the numbers
            that were measured.
        words: For the names of the axes.
    """
    X, count = data.X, len(data.features)
    if count > FEW:
        origin = X.mean(axis=0)
        # The zeros change no direction; with them even one sample has two.
        spread = np.vstack((X - origin, np.zeros((2, count))))
        directions = np.linalg.svd(spread, full_matrices=False)[2][:2]
        # Which of the two ways along it a direction points is left open: fix it.
        strongest = np.abs(directions).argmax(axis=1)
        directions *= np.sign(directions[range(2), strongest])[:, None]
        names = [words("plots.direction", number=i) for i in (1, 2)]
        return Plane("spread", origin, directions, names, np.zeros(2), np.ones(2))
    kept = list(range(count)) if count <= 2 else most_telling(model, data)
    origin = X.mean(axis=0) if count > 2 else np.zeros(count)
    shift, stretch = origin[kept], np.ones(len(kept))
    if preprocessing is not None:
        stretch = np.array(preprocessing.scales)[kept]
        shift = shift * stretch + np.array(preprocessing.means)[kept]
    return Plane(
        "all" if count <= 2 else "features",
        origin,
        np.eye(count)[kept],
        [data.features[i] for i in kept],
        shift,
        stretch,
    )


def most_telling(model: Module, data: Data) -> list[int]:
    """Return the places of the two features that the outputs depend on most.

    A feature tells much if the outputs change when its column is shuffled. Features
    that were made of words can have two numbers only: they come last.
    """
    outputs = model.predict(data.X)
    order = np.random.default_rng(0).permutation(len(data))
    changes = []
    for i in range(len(data.features)):
        shuffled = data.X.copy()
        shuffled[:, i] = shuffled[order, i]
        changes.append(float(np.abs(model.predict(shuffled) - outputs).mean()))
    words = [bool(kinds) for kinds in data.columns.values() for _ in kinds or [""]]
    ranks = sorted(range(len(changes)), key=lambda i: (words[i], -changes[i]))
    return sorted(ranks[:2])
