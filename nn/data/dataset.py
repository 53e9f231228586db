"""Data to learn from.

`load_data` gives a `Data`: rows of numbers, and for each row its class or number. It
can be split into a part to train on and a part to test with, and taken in batches.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from autograd import refuse_masked
from autograd.imports import needed, np

from ..phrases import refused
from .preprocessing import Preprocessing
from .sets import DRAWN, MEASURED, drawn, measured
from .tables import Table, categories, encode, feature_names, few, numbers, read_table

MOST_CLASSES = 20  # of a target column that holds the numbers 0, 1, 2, …
OFTEN = 5  # how often each of a few whole numbers occurs that may be classes
INDEXES = ("id", "index", "row", "rowid", "rownames", "row.names", "unnamed: 0", "#")


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """Samples, and what is to be predicted for each.

    Attributes:
        X: The inputs, an array with one row for each sample.
        y: The targets: class numbers from 0, or numbers if there are no `classes`.
        features: The name of each column of `X`.
        classes: The name of each class; none if the targets are numbers.
        name: What the data is called.
        target: What `y` tells.
        columns: The columns that the features were made of, each with its categories;
            none for a column of numbers.

    Raises:
        ValueError: If the sizes do not fit each other, there is no sample, a number is
            masked, or there is a class number without a name.

    >>> from nn import load_data
    >>> iris = load_data("iris")
    >>> iris.X.shape, iris.features[0], iris.classes
    ((150, 4), 'sepal length (cm)', ['setosa', 'versicolor', 'virginica'])
    >>> train, test = iris.split(0.2, seed=0)
    >>> len(train), len(test)
    (120, 30)
    """

    X: np.ndarray
    y: np.ndarray
    features: list[str]
    classes: list[str]
    name: str
    target: str
    columns: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what was given, and make arrays of it; without NumPy it is lists."""
        if not self.columns:
            object.__setattr__(self, "columns", {name: [] for name in self.features})
        if not find_spec("numpy"):
            return
        refuse_masked(self.X, "Data needs")
        refuse_masked(self.y, "Data needs as targets")
        object.__setattr__(self, "X", np.asarray(self.X, dtype=float))
        object.__setattr__(self, "y", np.asarray(self.y, dtype=float))
        if self.X.ndim != 2 or self.X.shape[1] != len(self.features):
            raise refused("data.features", count=len(self.features), shape=self.X.shape)
        if len(self.X) != len(self.y) or len(self.X) == 0:
            raise refused("data.targets", count=len(self.X), targets=len(self.y))
        if self.classes:
            known = np.isin(self.y, range(len(self.classes)))
            if not known.all():
                row = np.flatnonzero(~known)[0]
                last, given = len(self.classes) - 1, self.y[row]
                raise refused("data.classes", last=last, given=given, row=row)
            object.__setattr__(self, "y", self.y.astype(int))

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.X)

    def __repr__(self) -> str:
        """Return `Data moons: 100 samples, 2 features, 2 classes`."""
        features = len(self.features)
        return (
            f"Data {self.name}: {len(self)} samples, {features}"
            f" feature{'s' * (features != 1)}, "
            + (f"{len(self.classes)} classes" if self.classes else "numbers as targets")
        )

    def split(self, share: float = 0.2, seed: int = 0) -> tuple[Data, Data]:
        """Return a part to train on and a part to test with.

        Each class is divided in the same way, as far as its number of samples allows.

        Args:
            share: How much of the data the second part takes, between 0 and 1.
            seed: The same seed draws the same samples.

        Raises:
            ValueError: If the share is not between 0 and 1, or leaves one part empty.
        """
        if not 0.0 < share < 1.0:
            raise refused("split.share", given=share)
        order = np.array(_shuffled(len(self), f"split {seed}"))
        if self.classes:
            order = order[np.argsort(self.y[order], kind="stable")]
        # Walking along the classes, take a sample whenever the share makes up one more.
        taken = np.floor(np.arange(len(self) + 1) * share + 0.5)
        chosen = np.zeros(len(self), dtype=bool)
        chosen[order[np.diff(taken) > 0]] = True
        if chosen.all() or not chosen.any():
            raise refused("split.few", count=len(self), share=share)
        return self._part(~chosen), self._part(chosen)

    def standardised(self) -> Data:
        """Return the same data, each column of numbers with mean 0 and deviation 1.

        For a part to test with, use the means of the part that was trained on: see
        `Preprocessing`.
        """
        return Preprocessing.fit(self).apply(self)

    def _part(self, chosen: np.ndarray) -> Data:
        return replace(self, X=self.X[chosen], y=self.y[chosen])


def load_data(
    what: str | os.PathLike[str],
    *,
    samples: int | None = None,
    noise: float | None = None,
    seed: int | None = None,
    target: str | None = None,
    classes: bool | None = None,
    index: str | None = None,
    **reading: Any,
) -> Data:
    """Return data to learn from.

    Args:
        what: "moons", "circles", "blobs", "spiral" or "xor", which are drawn at random;
            "iris" or "digits" (their grey levels from 0 to 1), which were measured; or
            the path of a CSV file, whose first line names the columns.
        samples: How many points to draw (100; of a spiral, 200).
        noise: The standard deviation of what is added to each coordinate (moons,
            circles: 0.1; blobs: 1.0; spiral: 0.02; xor: 0.0).
        seed: The same seed draws the same points (1).
        target: The column of a CSV file to be predicted (the last).
        classes: Whether the numbers of the target are classes; None to see: those are
            that are 0, 1, 2, … or -1 and 1, and words always.
        index: The column that names the rows, and is left out; "" for none.
        **reading: How the file is written: separator=";" or "tab"; decimal="," or ".";
            encoding="cp1252"; header=False where no line names the columns.

    Returns:
        The data. A column of words in a CSV file becomes a feature of 0 or 1 for each
        word.

    Raises:
        ValueError: If there is no such data, an option does not apply to it, or the
            file has a cell that is empty or does not fit, naming row and column; or can
            be read in two ways.
        OSError: If the file cannot be read.
        ImportError: If NumPy is not installed, but for what is drawn by default; or,
            for irises and digits, scikit-learn.

    >>> load_data("moons")
    Data moons: 100 samples, 2 features, 2 classes
    """
    given = {"samples": samples, "noise": noise, "seed": seed}
    options: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    name = os.fspath(what)
    unfit = {} if name in DRAWN else options
    if name in DRAWN or name in MEASURED:
        of_files = {"target": target, "classes": classes, "index": index}
        unfit = {**unfit, **of_files, **reading}
    for option, number in unfit.items():
        if number is not None:
            raise refused("data.option", name=name, option=option, given=number)
    if name in DRAWN:
        return Data(*drawn(name, **options))
    needed("numpy", "data sets need", "NumPy", "nn")
    if name in MEASURED:
        return Data(*measured(name))
    if not (name.lower().endswith(".csv") or name == "-" or os.path.isfile(name)):
        known = [*DRAWN, *MEASURED]
        raise refused("data.unknown", known, known=", ".join(known), given=name)
    return _from_table(read_table(name, **reading), target, classes, index)


def batches(count: int, size: int | None, seed: int, epoch: int) -> list[list[int]]:
    """Return the samples of each batch of an epoch, by their place in the data.

    Args:
        count: How many samples there are.
        size: How many a batch takes, the last one what is left; None for all of them,
            in their order.
        seed: The same seed gives the same order in the same epoch.
        epoch: Each epoch has an order of its own.

    >>> batches(5, 2, seed=0, epoch=0)
    [[2, 4], [1, 3], [0]]
    """
    if size is None:
        return [list(range(count))]
    order = _shuffled(count, f"epoch {epoch} of {seed}")
    return [order[start : start + size] for start in range(0, count, size)]


# --- CSV files ------------------------------------------------------------------------


def _from_table(
    table: Table, target: str | None, asked: bool | None, index: str | None
) -> Data:
    names = list(table.columns)
    target = names[-1] if target is None else target
    for option, name in {"target": target, "index": index or target}.items():
        if name not in names:
            slots = {"option": option, "known": few(names), "given": name}
            raise refused("csv.column", names, **slots)
    for name in set(names) - {target}:
        if index is None and name.lower() in INDEXES and table.is_index(name):
            raise refused("csv.index", path=table.path, given=name)
    names = [name for name in names if name == target or name != index]
    if len(names) == 1:
        raise refused("csv.target_alone", path=table.path, target=target)
    columns = {name: categories(table, name) for name in names if name != target}
    classes = categories(table, target) if asked is not False else []
    if classes:
        y = np.array([classes.index(cell) for cell in table.columns[target]])
    else:
        y = np.array(numbers(table, target))
        values = np.unique(y).tolist()
        if asked is None:
            asked = values == [-1.0, 1.0] or _counted(values)
            some = 1 < len(values) <= min(MOST_CLASSES, len(y) / OFTEN)
            if not asked and some and all(map(float.is_integer, values)):
                given = few(f"{value:g}" for value in values)
                slots = {"target": target, "given": given, "path": table.path}
                raise refused("csv.classes", **slots)
        if asked:
            classes = [f"{value:.15g}" for value in values]
            y = np.searchsorted(values, y)
    if len(classes) == 1:
        raise refused("csv.one_class", target=target, given=classes[0], path=table.path)
    X, features, name = encode(table, columns), feature_names(columns), table.path.stem
    return Data(X, y, features, classes, name, target, columns)


def _counted(values: list[float]) -> bool:
    """Tell whether the values are 0, 1, 2, …, few enough to be classes."""
    return values == list(range(len(values))) and 2 <= len(values) <= MOST_CLASSES


# --- helpers --------------------------------------------------------------------------


def _shuffled(count: int, seed: str) -> list[int]:
    # Seeded with text, so that neighbouring seeds have nothing in common.
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return order
