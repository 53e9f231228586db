"""Plots of a walk downhill, drawn with matplotlib: the curve, or the contour map.

`plot_contours` knows nothing of walks: it takes heights on a grid and a list of points,
so it also shows the error of a network around its weights, with the path of training.
"""

from __future__ import annotations

import math
from itertools import pairwise

from ...imports import needed
from ...phrases.table import Phrases
from ...writing.colours import LIGHT
from ..notation import LATEX, TEXT
from .contours import levels
from .walks import uphill
from .window import PROPORTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .descent import Descent

SIZE = (7.0, 5.25)  # of a figure, in inches
DOTS = 150  # per inch of a bitmap
MOST_ARROWS = 60
SHORTEST_ARROW = 0.03  # of a side of the picture: shorter steps are dots alone


def new_figure() -> Any:
    """Return an empty matplotlib figure that no window of the program shows.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    library: Any = needed("matplotlib.figure", "plots need", "matplotlib", "nn")
    return library.Figure(figsize=SIZE, layout="constrained")


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
    ax = new_figure().subplots() if ax is None else ax
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


def draw_descent(ax: Any, descent: Descent, *, uphill: bool) -> None:
    """Draw a walk into axes: its ground, its points, and arrows from each to the next.

    Args:
        ax: The axes.
        descent: The walk.
        uphill: Whether to show the first step with a plus beside it.
    """
    words = Phrases(descent.language)
    landscape, walk = descent.landscape, descent.walk
    many = len(landscape.names) > 1
    if many:
        path = walk.places
        plot_contours(*descent.grid, path, ax=ax, names=landscape.names)
    else:
        path = [(*place, v) for place, v in zip(walk.places, walk.values, strict=True)]
        xs, heights = descent.curve
        ax.plot(xs, heights, color=LIGHT.data, linewidth=2)
        ax.grid(color=LIGHT.constant)
        (name,) = landscape.names
        label = TEXT.function(landscape.name, [name])
        ax.set(xlabel=name, ylabel=label, xlim=descent.frame[0], ylim=descent.rise)
        _draw_tangent(ax, descent)
        _draw_path(ax, path)
    if uphill:
        _draw_uphill(ax, descent, many, words)
    ax.set_title(descent.title(LATEX, "$"))


def _draw_path(ax: Any, points: Sequence[Sequence[float]]) -> None:
    if not points:
        return
    ax.plot(*zip(*points, strict=True), color=LIGHT.grad, linewidth=1, zorder=3)
    sides = [high - low for low, high in (ax.get_xlim(), ax.get_ylim())]
    for here, there in list(pairwise(points))[:MOST_ARROWS]:
        gone = [(b - a) / side for a, b, side in zip(here, there, sides, strict=True)]
        if math.hypot(*gone) < SHORTEST_ARROW:
            continue
        ax.annotate(
            "", xy=there, xytext=here, annotation_clip=False, zorder=3,
            arrowprops={"arrowstyle": "-|>", "color": LIGHT.grad, "shrinkA": 0,
                        "shrinkB": 2, "mutation_scale": 10, "clip_on": True,
                        "clip_box": ax.bbox},
        )  # fmt: skip
    ax.plot(
        *zip(*points, strict=True), "o", color=LIGHT.grad, markersize=4,
        markeredgecolor="white", markeredgewidth=0.5, zorder=4,
    )  # fmt: skip
    ax.plot(
        *points[0], "s", color=LIGHT.text, markersize=8, markeredgecolor="white",
        zorder=5,
    )  # fmt: skip


def _draw_tangent(ax: Any, descent: Descent) -> None:
    """Draw a piece of the straight line that touches the curve at the start."""
    (slope,), height = descent.walk.gradients[0], descent.walk.values[0]
    (x,) = descent.walk.places[0]
    if math.isnan(slope):
        return
    (left, right), (low, high) = descent.frame[0], descent.rise
    # As long in the picture for every slope.
    per_x = 1.0 / (right - left)
    length = 0.15 / math.hypot(per_x, slope / (high - low))
    ends = [x - length, x + length]
    ax.plot(
        ends, [height + slope * (end - x) for end in ends], "--", color=LIGHT.muted,
        linewidth=1.5, zorder=2,
    )  # fmt: skip


def _draw_uphill(ax: Any, descent: Descent, many: bool, words: Phrases) -> None:
    point, height = uphill(descent.landscape, descent.walk, 0)
    if math.isnan(height):
        return
    start = descent.walk.places[0]
    here = start if many else (*start, descent.walk.values[0])
    there = point if many else (*point, height)
    ax.plot(
        *zip(here, there, strict=True), "--^", color=LIGHT.highlight, markersize=7,
        markerfacecolor="none", markevery=[1], zorder=4,
        label=words("descend.with_plus", value=TEXT.digits(height)),
    )  # fmt: skip
    ax.legend()
