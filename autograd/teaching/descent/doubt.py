"""Whether a walk follows the slopes of its function, or of a graph that is not it.

The slopes come from back-propagation. They are measured as well, at places all along
the walk, and the first that is another is told, with what may be the reason.
"""

from __future__ import annotations

import math
from contextlib import suppress

from ...drawing.notation import TEXT, listed, told_apart
from ...op import ARITHMETIC_ERRORS
from ...phrases.table import Phrases
from ..noting import noting
from ..wiggle import EPSILON, judged, measure
from .landscape import Landscape, Point
from .text import at
from .walks import Walk

PLACES = 60  # of a walk, that are looked at


def doubt(landscape: Landscape, walk: Walk, words: Phrases) -> str:
    """Return what is wrong with the slopes of a walk; "" where nothing is seen."""
    apart = -(-len(walk.places) // PLACES)
    points = list(zip(walk.places, walk.values, walk.gradients, strict=True))
    for place, height, slopes in points[::apart]:
        again = landscape.height(*place)
        if math.isfinite(height) and again != height:
            first, second = told_apart(height, again)
            return words("descend.doubt.twice", first=first, again=second)
        for i, slope in enumerate(slopes):
            measured = _other(landscape, place, height, slopes, i)
            if measured is not None:
                return words(
                    "descend.doubt.other", name=landscape.names[i],
                    at=at(landscape, place), grad=TEXT.digits(slope),
                    measured=TEXT.digits(measured),
                    reason=_reason(landscape, place, words),
                )  # fmt: skip
    return ""


def _other(
    landscape: Landscape, place: Point, height: float, slopes: Point, i: int
) -> float | None:
    """Return the slope by one input as measured, if it is another; else None."""

    def moved(number: float) -> float:
        return landscape.height(*place[:i], number, *place[i + 1 :])

    sizes = [abs(s * x) for s, x in zip(slopes, place, strict=True)]
    noise = 8.0 * EPSILON * (abs(height) + sum(sizes))
    if not math.isfinite(noise):
        return None
    *_, slope, sides = measure(moved, place[i], height, slopes[i], noise)
    return slope if judged(sides, slopes[i]) == "other" else None


def _reason(landscape: Landscape, place: Point, words: Phrases) -> str:
    with noting() as notes, suppress(*ARITHMETIC_ERRORS):
        landscape.at(place)
    found = dict.fromkeys(
        f"{read.source.expression} ({words('lesson.line', line=read.source.line)[2:]})"
        for read in notes.reads.values()
    )
    key = "data" if found else "unknown"
    return words(f"lesson.doubt.{key}", places=listed(list(found)))
