"""Pictures of a training run, drawn with matplotlib."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .module import Module
from .training import History

BLUE, ORANGE = "#0072b2", "#e69f00"  # told apart by colour-blind eyes, and by marker
CELLS = 60


def plot_training(
    model: Module,
    X: Sequence[Sequence[float]],
    y: Sequence[float],
    history: History,
    path: str | Path,
) -> Path:
    """Write a picture of the decision boundary and of the loss.

    Args:
        model: Gives one score for a point [x₁, x₂]; the boundary is where it is 0.
        X: The points.
        y: The class of each point, negative or positive.
        history: The loss and accuracy of each step.
        path: The file; its ending (.png, .svg, .pdf) says the format. An existing file
            is replaced once the new one is whole.

    Returns:
        The path.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If a point has not two coordinates, or for an unknown ending.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib: pip install 'chainrule[all]'"
        ) from error
    for i, row in enumerate(X):
        if len(row) != 2:
            raise ValueError(
                f"plot_training needs 2 coordinates a point; got {len(row)} in row {i}"
            )
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    boundary, curve = figure.subplots(1, 2)
    _draw_boundary(boundary, model, X, y)
    _draw_curve(curve, history)
    return _write(figure, Path(path))


def _draw_boundary(
    axes: Any, model: Module, X: Sequence[Sequence[float]], y: Sequence[float]
) -> None:
    horizontal, vertical = ([row[i] for row in X] for i in (0, 1))
    xs, ys = _grid(horizontal), _grid(vertical)
    scores = [[float(model([a, b])) for a in xs] for b in ys]
    largest = max(abs(score) for row in scores for score in row) or 1.0
    axes.contourf(
        xs,
        ys,
        scores,
        levels=[-largest, 0.0, largest],
        colors=[BLUE, ORANGE],
        alpha=0.25,
        extend="both",
    )
    axes.contour(xs, ys, scores, levels=[0.0], colors="black", linewidths=1.5)
    for sign, colour, marker in ((-1, BLUE, "o"), (1, ORANGE, "^")):
        of_class = [row for row, target in zip(X, y, strict=True) if target * sign > 0]
        axes.scatter(
            [row[0] for row in of_class],
            [row[1] for row in of_class],
            c=colour,
            marker=marker,
            edgecolors="black",
            label=f"class {sign:+d}",
        )
    axes.set(title="Decision boundary: where the score is 0", xlabel="x₁", ylabel="x₂")
    axes.legend()


def _draw_curve(axes: Any, history: History) -> None:
    steps = range(len(history.losses))
    axes.plot(steps, history.losses, color=BLUE, label="loss")
    axes.plot(steps, history.accuracies, color=ORANGE, linestyle="--", label="accuracy")
    axes.set(title="Training", xlabel="step", ylim=(0.0, None))
    axes.legend()


def _grid(numbers: Sequence[float]) -> list[float]:
    """Return evenly spaced numbers, from below the least to above the largest."""
    low, high = min(numbers) - 0.5, max(numbers) + 0.5
    return [low + (high - low) * i / (CELLS - 1) for i in range(CELLS)]


def _write(figure: Any, path: Path) -> Path:
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    os.close(handle)
    try:
        figure.savefig(draft, dpi=120)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return path
