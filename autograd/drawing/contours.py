"""Contour lines, without any library, so that a map can be drawn wherever Python is.

`levels` chooses the heights, `contour` finds the lines of one height by the marching
squares.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
Corner = tuple[int, int]  # column and row
Side = tuple[Corner, Corner]


def levels(heights: Sequence[Sequence[float]], count: int = 14) -> list[float]:
    """Return the heights at which contour lines are drawn, the lowest first.

    They divide the ground, not the heights, into parts of like size, finer at the
    bottom: so a valley under steep walls shows lines too.

    >>> levels([[0.0, 1.0], [4.0, 9.0]], count=3)
    [0.38, 1.2, 3.8]
    """
    known = sorted(h for row in heights for h in row if math.isfinite(h))
    if not known or known[0] == known[-1]:
        return []
    found = []
    for i in range(1, count + 1):
        place = (i / (count + 1)) ** 1.5 * (len(known) - 1)
        below = known[int(place)]
        above = known[min(int(place) + 1, len(known) - 1)]
        level = below + (above - below) * (place % 1.0)
        rounded = float(f"{level:.2g}")
        if known[0] < rounded < known[-1] and rounded not in found:
            found.append(rounded)
    return sorted(found)


def contour(
    xs: Sequence[float],
    ys: Sequence[float],
    heights: Sequence[Sequence[float]],
    level: float,
) -> list[list[Point]]:
    """Return the lines along which the height is `level`.

    The marching squares: every cell of the grid is crossed by no, one or two straight
    pieces, which are joined to lines. A cell with a corner that is nan stays empty.

    Args:
        xs: The columns of the grid.
        ys: Its rows.
        heights: `heights[j][i]` is the height at `xs[i], ys[j]`.
        level: The height of the lines.

    >>> contour([0.0, 1.0], [0.0, 1.0], [[0.0, 1.0], [0.0, 1.0]], 0.25)
    [[(0.25, 0.0), (0.25, 1.0)]]
    """
    # A place on a line is known by the side of a cell that it crosses, so that pieces
    # in neighbouring cells meet in the very same place.
    beside: dict[Side, list[Side]] = {}
    for j in range(len(ys) - 1):
        for i in range(len(xs) - 1):
            around = {
                (x, y): heights[y][x]
                for x, y in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            }
            for a, b in _pieces(around, level):
                beside.setdefault(a, []).append(b)
                beside.setdefault(b, []).append(a)

    def crossing(side: Side) -> Point:
        (i, j), (k, m) = side
        share = (level - heights[j][i]) / (heights[m][k] - heights[j][i])
        return xs[i] + share * (xs[k] - xs[i]), ys[j] + share * (ys[m] - ys[j])

    return [list(map(crossing, line)) for line in _lines(beside)]


def _pieces(around: dict[Corner, float], level: float) -> Iterator[list[Side]]:
    """Yield the pieces of the line in one cell, as pairs of sides of the cell."""
    if not all(map(math.isfinite, around.values())):
        return
    above = {corner: height >= level for corner, height in around.items()}
    corners = list(around)
    sides = [sorted((corners[k - 1], corners[k])) for k in range(4)]
    crossed = [(a, b) for a, b in sides if above[a] != above[b]]
    if len(crossed) == 4:  # a saddle: its middle says which corners belong together
        if (sum(around.values()) / 4.0 >= level) == above[corners[0]]:
            crossed = [*crossed[1:], crossed[0]]
        yield crossed[2:]
    if crossed:
        yield crossed[:2]


def _lines(beside: dict[Side, list[Side]]) -> Iterator[list[Side]]:
    """Yield the lines that the pieces make: first those with ends, then the rings."""
    starts = [side for side, others in beside.items() if len(others) == 1]
    for start in (*starts, *beside):
        line = [start]
        while beside[line[-1]]:
            here = line[-1]
            there = beside[here].pop()
            beside[there].remove(here)
            line.append(there)
        if len(line) > 1:
            yield line
