"""What the network says on a grid of points: the shapes of a picture, and its frames.

The network predicts at each point of the grid (see `predict`), and the plane is cut
into regions of one answer. Done again for parameters of earlier epochs, this shows how
the boundary came about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autograd import Phrases
from autograd.imports import np

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..phrases import refused
from ..training.trail import MOST, Trail, moved_to
from .plane import Plane, choose_plane

GRID = 100  # points in each direction
MARGIN = 0.15  # of the data's width, on each side
BANDS = 8  # of colours, in a map of numbers
SAME = 1e-9  # of numbers: a spread that is none


@dataclass(frozen=True)
class View:
    """What there is to be drawn.

    Attributes:
        model: The network.
        data: The samples.
        plane: Where they stand.
        ticks: For each axis, where the grid's points are.
        y: The targets, as they were measured.
        levels: For numbers, where one colour ends and the next begins.
        unit: What one unit of the network's outputs is, and what its 0 is, for numbers.
    """

    model: Module
    data: Data
    plane: Plane
    ticks: list[np.ndarray]
    y: np.ndarray
    levels: list[float]
    unit: tuple[float, float]

    def outputs(self) -> np.ndarray:
        """Return what the network gives on the grid: a field for each output."""
        grid = np.stack(np.meshgrid(*self.ticks), axis=-1)
        places = grid.reshape(-1, len(self.ticks))
        scale, zero = self.unit
        outputs = self.model.predict(self.plane.rows(places)) * scale + zero
        outputs = outputs.reshape(len(places), -1).T
        return outputs.reshape(len(outputs), *grid.shape[:-1])

    def shapes(self) -> list[Any]:
        """Return the shapes of the picture, as matplotlib's paths.

        They are the region of each class; of numbers, that between two levels; for one
        feature, the curve of each output.
        """
        from matplotlib.path import Path as Shape

        fields = self.outputs()
        if len(self.ticks) == 1:
            return [Shape(np.column_stack((self.ticks[0], line))) for line in fields]
        if not self.data.classes:
            limits = [-np.inf, *self.levels, np.inf]
            pairs = pairwise(limits)
            return [self._region(fields[0], *pair) for pair in pairs]
        if len(fields) == 1:
            return [self._region(s * fields[0], 0.0, np.inf) for s in (-1.0, 1.0)]
        return [
            self._region(field - np.delete(fields, k, axis=0).max(0), 0.0, np.inf)
            for k, field in enumerate(fields)
        ]

    def frames(
        self, trail: Trail, most: int = MOST
    ) -> list[tuple[int | None, list[Any]]]:
        """Return the shapes after epochs of the trail, the first and the last included.

        If the model is now as none of them, what it is now comes last, with no epoch.

        Args:
            trail: The parameters on the way.
            most: How many frames there are at most.
        """
        chosen = np.unique(
            np.linspace(0, len(trail.points) - 1, most).round().astype(int)
        )
        parameters = self.model.parameters()
        frames: list[tuple[int | None, list[Any]]] = []
        for i in chosen:
            with moved_to(parameters, trail.points[i]):
                frames.append((trail.epochs[i], self.shapes()))
        if [p.data for p in parameters] != trail.points[-1]:
            frames.append((None, self.shapes()))
        return frames

    def _region(self, field: np.ndarray, low: float, high: float) -> Any:
        """Return where the field is between two numbers."""
        from contourpy import FillType, contour_generator
        from matplotlib.path import Path as Shape

        x, y = self.ticks
        generator = contour_generator(x, y, field, fill_type=FillType.OuterCode)
        pieces = zip(*generator.filled(low, high), strict=True)
        shapes = [Shape(points, codes) for points, codes in pieces]
        return Shape.make_compound_path(*shapes) if shapes else Shape([(x[0], y[0])])


def look_at(
    model: Module, data: Data, preprocessing: Preprocessing | None, words: Phrases
) -> View:
    """Return the view of a model and its data.

    Raises:
        ValueError: If the model gives other than an output for each class, or one, or
            if a parameter is not finite.
    """
    check_model("plot_boundary", model, data)
    plane = choose_plane(model, data, preprocessing, words)
    places = plane.places(data.X)
    low, high = places.min(axis=0), places.max(axis=0)
    width = np.where(high > low, high - low, 1.0) * MARGIN
    points = GRID if len(low) > 1 else 2 * GRID
    ends = zip(low - width, high + width, strict=True)
    ticks = [np.linspace(*pair, points) for pair in ends]
    y, levels, unit = data.y, [], (1.0, 0.0)
    if not data.classes:
        if preprocessing is not None:
            unit = preprocessing.target_scale, preprocessing.target_mean
            y = y * unit[0] + unit[1]
        low, high = float(y.min()), float(y.max())
        size = max(abs(low), abs(high))
        if high - low <= SAME * size:  # the map needs room around one number
            room = 0.5 * size or 0.5
            low, high = low - room, high + room
        levels = np.linspace(low, high, BANDS + 1)[1:-1].tolist()
    return View(model, data, plane, ticks, y, levels, unit)


def check_model(who: str, model: Module, data: Data) -> None:
    """Check that a model has an output for each class, or one, and numbers as weights.

    Raises:
        ValueError: If it has not.
    """
    for name, p in model.named_parameters():
        if not math.isfinite(p.data):
            raise ValueError(f"{who} needs finite parameters; got {p.data} as {name}")
    count = len(data.classes)
    shape = model.predict(data.X[:1]).shape[1:]
    outputs = shape[0] if shape else 1
    if outputs != count and not (outputs == 1 and count in (0, 2)):
        raise refused(
            "plots.outputs", who=who, wanted=count or 1, data=data, outputs=outputs
        )
