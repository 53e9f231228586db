"""The error surface: what the loss would be if the weights were a little different.

A network has hundreds of weights, and a map has two directions. If the path of the
training is known, they are the two in which it went farthest (the principal directions
of its points): in any other plane the path looks like a dot. If it is not known, they
are drawn at random, each neuron's part as long as its weights (Li et al., 2018), so
that a step means as much for a neuron with small weights as for one with large ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from autograd import Value, plot_contours
from autograd.imports import np
from autograd.phrases import Language, Phrases

from ..data.dataset import Data
from ..modules.module import Module
from ..modules.tensors import scalars_of, shape_of
from ..training.samples import Loss, loss_of, measured_on
from ..training.trail import Trail, moved_to
from .grid import check_model
from .style import PAPER, SIZE, TEXT, drawing, places_for

MOST_SAMPLES = 200  # on which the loss is measured
WORK = 400_000  # parameters times points of the map, about
SIDES = (11, 25)  # points in each direction, at least and at most
ROOM = 0.35  # around the path, of its width
HIGHEST = 30.0  # times the least loss of the path's ends: beyond, a map says nothing


@dataclass(frozen=True)
class Surface:
    """A map of the loss.

    Attributes:
        kind: "path" or "random": what the directions are.
        share: How much of the path's spread lies in the two directions, from 0 to 1.
        xs: The columns of the map: how far along the first direction.
        ys: Its rows.
        heights: The loss at each; where it is far above what matters, nan.
        path: The points that were gone through, the trained network last.
        samples: On how many samples the loss was measured.
    """

    kind: str
    share: float
    xs: list[float]
    ys: list[float]
    heights: list[list[float]]
    path: list[tuple[float, float]]
    samples: int


def plot_surface(
    model: Module,
    data: Data,
    trail: Trail | None = None,
    *,
    loss: Loss | None = None,
    ax: Any = None,
    language: Language | None = None,
) -> Any:
    """Return a map of the loss around the trained network, with the path to it.

    The loss is that of the data, without penalty, of at most 200 samples. The model is
    left as it was.

    Args:
        model: The trained network.
        data: What it learned from.
        trail: The parameters on the way, as a callback of `fit`. The map then has the
            two principal directions of that path, else two at random.
        loss: The loss; by default what `fit` takes by default.
        ax: The axes to draw into; by default those of a new figure.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the targets do not fit the loss, or see `plot_boundary`.

    >>> from nn import MLP, Trail, fit, load_data
    >>> xor, model = load_data("xor"), MLP(2, [4, 1], seed=0)
    >>> trail = Trail(model)
    >>> _ = fit(model, xor, epochs=5, callbacks=[trail], progress=False)
    >>> figure = plot_surface(model, xor, trail, language="en")
    """
    surface = measure_surface(model, data, trail, loss)
    return draw_surface(surface, Phrases(language, "nn.phrases"), ax)


def draw_surface(surface: Surface, words: Phrases, ax: Any = None) -> Any:
    """Return the figure of a map."""
    with drawing():
        figure, (ax,) = places_for(1, SIZE[1], ax)
        name = f"plots.{surface.kind}_direction"
        axes = plot_contours(
            surface.xs, surface.ys, surface.heights, surface.path,
            ax=ax, names=(words(name, number=1), words(name, number=2)),
        )  # fmt: skip
        axes.set_aspect("auto")
        axes.plot(
            *surface.path[-1], marker="*", markersize=13, color=PAPER,
            markeredgecolor=TEXT, zorder=6,
        )  # fmt: skip
    return figure


def measure_surface(
    model: Module, data: Data, trail: Trail | None, loss: Loss | None
) -> Surface:
    """Return the map of the loss around the model's parameters; see `plot_surface`."""
    check_model("plot_surface", model, data)
    parameters = model.parameters()
    here = np.array([p.data for p in parameters])
    points = np.array([*(trail.points if trail else []), here])
    kind, (directions, share) = "path", _principal(points - here)
    if share == 0.0:
        kind, directions = "random", _random(model, parameters)
    path = (points - here) @ directions.T if kind == "path" else np.zeros((1, 2))
    side = int(math.sqrt(WORK / len(parameters)))
    side = max(SIDES[0], min(side, SIDES[1]))
    xs, ys = (_ticks(along, kind, side) for along in path.T)

    rows, targets, known = measured_on(model, data, loss, MOST_SAMPLES)

    def height(x: float, y: float) -> float:
        with moved_to(parameters, here + x * directions[0] + y * directions[1]):
            try:
                return loss_of(known, model.predict(rows).tolist(), targets)
            except (ArithmeticError, ValueError):  # far out, an op may leave its domain
                return math.nan

    heights = np.array([[height(x, y) for x in xs] for y in ys])
    ends = [height(*path[0]), height(*path[-1])]
    limit = max(ends) + HIGHEST * abs(max(ends) - min(0.0, *ends))
    heights[~(heights <= limit)] = math.nan
    return Surface(
        kind, share, xs, ys, heights.tolist(),
        [(float(x), float(y)) for x, y in path], len(targets),
    )  # fmt: skip


def _principal(steps: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the two directions in which the points spread most, and their share.

    The share is 0 if the points do not spread in two directions.
    """
    spread = steps - steps.mean(axis=0)
    _, sizes, directions = np.linalg.svd(spread, full_matrices=False)
    if len(sizes) < 2 or sizes[1] <= 1e-9 * max(sizes[0], 1e-300):
        return directions[:2], 0.0
    return directions[:2], float((sizes[:2] ** 2).sum() / (sizes**2).sum())


def _random(model: Module, parameters: list[Value]) -> np.ndarray:
    """Return two random directions, each neuron's part as long as its weights."""
    places = {p: i for i, p in enumerate(parameters)}
    directions = np.random.default_rng(0).normal(size=(2, len(parameters)))
    here = np.array([p.data for p in parameters])
    for tensor in model.tensors().values():
        matrix = len(shape_of(tensor) or ()) > 1
        for row in tensor if matrix else [tensor]:
            own = [places[p] for p in scalars_of(row)]
            norms = np.linalg.norm(directions[:, own], axis=1, keepdims=True)
            directions[:, own] *= np.linalg.norm(here[own]) / norms
    return directions


def _ticks(along: np.ndarray, kind: str, side: int) -> list[float]:
    low, high = along.min(), along.max()
    room = ROOM * (high - low) if kind == "path" else 1.0
    return np.linspace(low - room, high + room, side).tolist()
