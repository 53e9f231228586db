"""Plots of a walk downhill, drawn with matplotlib: the curve, or the contour map.

`plot_contours` knows nothing of walks: it takes heights on a grid and a list of points,
so it also shows the error of a network around its weights, with the path of training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...drawing.contours import levels
from ...drawing.notation import LATEX, TEXT
from ...imports import needed
from ...phrases.table import Phrases
from ...writing.colours import LIGHT
from .walks import uphill
from .window import PROPORTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .descent import Descent

SIZE = (7.0, 5.25)  # of a figure, in inches
DOTS = 150  # per inch of a bitmap


def new_axes() -> Any:
    """Return axes of a new matplotlib figure, which no window of the program shows.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    library: Any = needed("matplotlib.figure", "plots need", "matplotlib", "nn")
    return library.Figure(figsize=SIZE, layout="constrained").subplots()


def picture(figure: Any, ending: str) -> bytes:
    """Return the figure as a file of the format that `ending` names."""
    from io import BytesIO

    written = BytesIO()
    figure.savefig(written, format=ending, dpi=DOTS)
    return written.getvalue()


def plot_contours(
    xs: Sequence[float],
    ys: Sequence[float],
    heights: Sequence[Sequence[float]],
    points: Sequence[Sequence[float]] = (),
    *,
    ax: Any = None,
    names: Sequence[str] = ("x", "y"),
) -> Any:
    """Draw a contour map, and on it the path through some points.

    Args:
        xs: The columns of the grid, rising.
        ys: Its rows, rising.
        heights: `heights[j][i]` is the height at `xs[i], ys[j]`; nan stays blank.
        points: Where the path goes, as pairs (x, y), the start first.
        ax: The matplotlib axes to draw into; by default those of a new figure.
        names: What the axes are called.

    Returns:
        The axes.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the heights do not fit the grid, or a point is no pair.

    >>> from autograd import plot_contours
    >>> xs, ys = [-1.0, 0.0, 1.0, 2.0], [-1.0, 0.0, 1.0]
    >>> heights = [[x * x + y * y for x in xs] for y in ys]
    >>> axes = plot_contours(xs, ys, heights, [(2, 1), (0.4, 0.2)], names=("w", "b"))
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('w', 'b')
    """
    if len(heights) != len(ys) or any(len(row) != len(xs) for row in heights):
        raise ValueError(
            f"plot_contours needs {len(ys)} rows of {len(xs)} heights; got"
            f" {len(heights)} rows of {sorted({len(row) for row in heights})}"
        )
    for point in points:
        if len(point) != 2:
            raise ValueError(f"plot_contours needs points (x, y); got {point!r}")
    ax = new_axes() if ax is None else ax
    import numpy as np
    from matplotlib.colors import BoundaryNorm

    ground = np.ma.masked_invalid(np.asarray(heights, dtype=float))
    lines = levels([list(map(float, row)) for row in heights])
    if lines:
        bands = [ground.min(), *lines, ground.max()]
        # Each band a shade of its own: of heights far apart, most would look alike.
        ax.contourf(
            xs, ys, ground, levels=bands, cmap="Blues_r", alpha=0.5,
            norm=BoundaryNorm(bands, 256),
        )  # fmt: skip
        drawn = ax.contour(
            xs, ys, ground, levels=lines, colors=LIGHT.data, linewidths=0.8
        )
        ax.clabel(drawn, levels=lines[::2], fontsize=8, fmt=TEXT.digits)
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    if math.isclose((xs[-1] - xs[0]) / (ys[-1] - ys[0]), PROPORTION):
        ax.set_aspect("equal")
    _draw_path(ax, points)
    return ax


def draw_descent(ax: Any, descent: Descent, *, with_plus: bool) -> None:
    """Draw a walk into axes: its ground, and its points.

    Args:
        ax: The axes.
        descent: The walk.
        with_plus: Whether to show the first step with a plus beside it.
    """
    path = descent.path
    if len(descent.landscape.names) > 1:
        plot_contours(*descent.grid, path, ax=ax, names=descent.axes)
    else:
        ax.plot(*descent.curve, color=LIGHT.data, linewidth=2)
        ax.set(xlim=descent.frame[0], ylim=descent.rise)
        ax.set(**dict(zip(("xlabel", "ylabel"), descent.axes, strict=True)))
        _draw_path(ax, path)
    point, height = uphill(descent.landscape, descent.walk, 0)
    if with_plus and not math.isnan(height):
        said = Phrases(descent.language)("descend.with_plus", value=TEXT.digits(height))
        step = zip(path[0], (*point, height), strict=False)
        ax.plot(*step, "--^", color=LIGHT.highlight, markevery=[1], label=said)
        ax.legend()
    ax.set_title(descent.title(LATEX, "$"))


def _draw_path(ax: Any, points: Sequence[Sequence[float]]) -> None:
    if points:
        path = zip(*points, strict=True)
        ax.plot(*path, "o-", color=LIGHT.grad, linewidth=1, markersize=4)
        ax.plot(*points[0], "s", color=LIGHT.text)
