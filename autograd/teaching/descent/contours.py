"""Contour lines, without any library, so that a page can be made wherever Python is.

`levels` chooses the heights, `contour` finds the lines of one height by the marching
squares.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Side = tuple[int, int, int]  # column, row, and 0 for along x or 1 for along y


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
) -> list[list[tuple[float, float]]]:
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
    # A crossing of a side of the grid is known by that side, so that pieces in
    # neighbouring cells meet in the very same place.
    places: dict[tuple[int, int, int], tuple[float, float]] = {}
    beside: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for j in range(len(ys) - 1):
        for i in range(len(xs) - 1):
            corners = (
                heights[j][i], heights[j][i + 1],
                heights[j + 1][i + 1], heights[j + 1][i],
            )  # fmt: skip
            if not all(map(math.isfinite, corners)):
                continue
            for a, b in _pieces(i, j, corners, level):
                for side in (a, b):
                    if side not in places:
                        places[side] = _crossing(side, xs, ys, heights, level)
                beside.setdefault(a, []).append(b)
                beside.setdefault(b, []).append(a)
    return [[places[side] for side in line] for line in _lines(beside)]


def _pieces(
    i: int, j: int, corners: tuple[float, ...], level: float
) -> Iterator[tuple[Side, Side]]:
    """Yield the pieces of the line in one cell, as pairs of sides of the cell."""
    above = [h >= level for h in corners]
    sides: list[Side] = [(i, j, 0), (i + 1, j, 1), (i, j + 1, 0), (i, j, 1)]
    crossed = [
        side for k, side in enumerate(sides) if above[k] != above[(k + 1) % 4]
    ]  # fmt: skip
    if len(crossed) == 2:
        yield crossed[0], crossed[1]
    elif len(crossed) == 4:  # a saddle: its middle says which corners belong together
        a, b, c, d = crossed
        if (sum(corners) / 4.0 >= level) == above[0]:
            yield a, b
            yield c, d
        else:
            yield d, a
            yield b, c


def _crossing(
    side: Side,
    xs: Sequence[float],
    ys: Sequence[float],
    heights: Sequence[Sequence[float]],
    level: float,
) -> tuple[float, float]:
    i, j, upright = side
    k, m = (i, j + 1) if upright else (i + 1, j)
    from_height, to_height = heights[j][i], heights[m][k]
    share = (level - from_height) / (to_height - from_height)
    return xs[i] + share * (xs[k] - xs[i]), ys[j] + share * (ys[m] - ys[j])


def _lines(beside: dict[Side, list[Side]]) -> Iterator[list[Side]]:
    """Yield the lines that the pieces make: first those with ends, then the rings."""
    left = {side: list(others) for side, others in beside.items()}
    starts = [side for side, others in left.items() if len(others) == 1]
    for start in (*starts, *left):
        if not left[start]:
            continue
        line = [start]
        while left[line[-1]]:
            here = line[-1]
            there = left[here].pop()
            left[there].remove(here)
            line.append(there)
        yield line
