"""The part of the plane that a picture shows."""

from __future__ import annotations

from collections.abc import Sequence

from ...drawing.plot import spread

PROPORTION = 4 / 3  # of the width of a map to its height
NEAR = 5.0  # so many times one scale may be the other before they become one
PROBES = 6  # along each side of the picture


def in_proportion(
    window: Sequence[tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """Return a window on a map with one scale for both inputs, if it is near to that.

    Only then does a step, which goes straight down, look it: it crosses the contour
    lines at right angles.

    >>> in_proportion([(-4.0, 4.0), (-1.0, 1.0)])
    ((-4.0, 4.0), (-3.0, 3.0))
    """
    if len(window) != 2:
        return tuple(window)
    width, height = (high - low for low, high in window)
    wanted = max(width, height * PROPORTION)
    if wanted > NEAR * min(width, height * PROPORTION):
        return tuple(window)
    sizes = wanted, wanted / PROPORTION
    return tuple(
        ((low + high - size) / 2.0, (low + high + size) / 2.0)
        for (low, high), size in zip(window, sizes, strict=True)
    )


def probes(window: Sequence[tuple[float, float]]) -> list[tuple[float, ...]]:
    """Return a few points all over the window."""
    sides = [spread(low, high, PROBES) for low, high in window]
    if len(sides) == 1:
        return [(x,) for x in sides[0]]
    return [(x, y) for y in sides[1] for x in sides[0]]
