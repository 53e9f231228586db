"""One walk downhill: look at the slope underfoot, step against it, again.

A walk that goes wrong, above all with too large a step, ends where it still can be
shown, and knows why it ended.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...op import ARITHMETIC_ERRORS
from .landscape import Landscape, Point

# A walk has gone astray when it stands so many times higher above the start than its
# first step was to go down; or when, so many times as far from the start as that is
# from 0, it leaps so many times as far as all its steps yet, or the slope is so many
# times the first one and grows from step to step.
TOO_HIGH = 10.0
TOO_FAR = 20.0
TOO_LONG = 10.0
TOO_STEEP = 20.0

LARGEST = 8e307  # half of what a float holds, so that differences are floats too


@dataclass(frozen=True)
class Walk:
    """Where one walk went.

    Attributes:
        rate: The learning rate.
        places: The points, the start first.
        values: The value of the function at each.
        gradients: The slopes at each; nan where there is none.
        stopped: Why it ended: "steps" (all are done), "flat" (the slope is 0),
            "too_small" (the step is too small to change the numbers), "too_large" (it
            climbs out of the picture), "no_bottom" (it falls without end), "outside"
            (the step leads where the function has no value) or "no_slope" (there is no
            finite slope to follow).
        landing: For "outside", "too_large" and "no_bottom": the point that the last
            step led to, if the walk did not go there.
    """

    rate: float
    places: list[Point]
    values: list[float]
    gradients: list[Point]
    stopped: str
    landing: Point | None = None

    @property
    def stays(self) -> bool:
        """Whether every step went down, or at least not up."""
        pairs = zip(self.values, self.values[1:], strict=False)
        return self.stays_below and all(after <= before for before, after in pairs)

    @property
    def stays_below(self) -> bool:
        """Whether it never stood higher than at the start, and found no end."""
        found_no_end = self.stopped in ("steps", "flat", "too_small")
        return found_no_end and max(self.values) <= self.values[0]

    @property
    def in_picture(self) -> int:
        """How many of the points belong into a picture: not one far out."""
        astray = self.stopped in ("too_large", "no_bottom") and self.landing is None
        return max(len(self.places) - astray, 1)

    def overshoots(self, k: int) -> bool:
        """Whether the step from point `k` leads to where it goes uphill."""
        pairs = zip(self.move(k), self.gradients[k + 1], strict=True)
        return sum(move * slope for move, slope in pairs) > 0.0

    def move(self, k: int) -> Point:
        """Return the step from point `k`: -rate · slope, along each input."""
        return tuple(-self.rate * slope for slope in self.gradients[k])


def walk(landscape: Landscape, start: Point, rate: float, steps: int) -> Walk:
    """Walk downhill: `x ← x - rate · ∂f/∂x`, `steps` times or until it ends.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: If there is no value at the start.
    """
    places, values, gradients = [start], [landscape.at(start)[0].data], []
    gone = 0.0  # the length of all steps yet
    dip = 0.0  # how far the first step was to go down

    def ended(why: str, landing: Point | None = None) -> Walk:
        if len(gradients) < len(places):
            gradients.append(_slopes(landscape, places[-1]))
        return Walk(rate, places, values, gradients, why, landing)

    while True:
        here = places[-1]
        slopes = _slopes(landscape, here)
        gradients.append(slopes)
        if not all(map(math.isfinite, slopes)):
            return ended("no_slope")
        if not any(slopes):
            return ended("flat")
        if len(places) > steps:
            return ended("steps")
        there = tuple(x - rate * slope for x, slope in zip(here, slopes, strict=True))
        if there == here:
            return ended("too_small")
        try:
            height = landscape.at(there)[0].data
        except OverflowError:
            height = math.inf
        except ARITHMETIC_ERRORS:
            height = math.nan
        if not all(map(math.isfinite, (*there, height))):
            return ended(_beyond(landscape, here, there, height), there)
        if len(places) == 1:
            dip = rate * sum(slope * slope for slope in slopes)
        places.append(there)
        values.append(height)
        if height - values[0] > TOO_HIGH * dip:
            return ended("too_large")
        leap = math.dist(here, there)
        if math.dist(start, there) > TOO_FAR * max(1.0, math.hypot(*start)):
            if len(places) > 2 and leap > TOO_LONG * gone:
                return ended("too_large" if height > values[0] else "no_bottom")
            if height < values[0] and _speeds_up(gradients):
                return ended("no_bottom")
        gone += leap


def _slopes(landscape: Landscape, point: Point) -> Point:
    """Return the slopes at a point; nan where one is not a finite number."""
    try:
        slopes = landscape.slopes(point)[1]
    except ARITHMETIC_ERRORS:
        slopes = (math.nan,)
    return slopes if all(map(math.isfinite, slopes)) else (math.nan,) * len(point)


def _beyond(landscape: Landscape, here: Point, there: Point, height: float) -> str:
    """Return why a walk ends whose next point, or the value there, is no number."""
    if math.isnan(height) and all(map(math.isfinite, there)):
        return "outside"
    # On the way there, does the ground rise or fall where it still has a height?
    far = [min(max(x, -LARGEST), LARGEST) for x in there]
    share = 1.0
    while share:
        share *= 0.5
        point = tuple(a + share * (b - a) for a, b in zip(here, far, strict=True))
        seen = landscape.height(*point)
        if math.isfinite(seen):
            return "too_large" if seen > landscape.height(*here) else "no_bottom"
    return "too_large"


def _speeds_up(gradients: Sequence[Point]) -> bool:
    """Tell whether the slope grows from step to step, and is far above the first."""
    sizes = [math.hypot(*slopes) for slopes in (gradients[0], *gradients[-3:])]
    return sizes[-1] > TOO_STEEP * sizes[0] and sizes[1:] == sorted(sizes[1:])


def uphill(landscape: Landscape, walk: Walk, k: int) -> tuple[Point, float]:
    """Return where a plus in place of the minus leads from point `k`, and how high.

    The height is nan where there is none.
    """
    point = tuple(
        x - move for x, move in zip(walk.places[k], walk.move(k), strict=True)
    )  # fmt: skip
    if not all(map(math.isfinite, point)):
        return point, math.nan
    return point, landscape.height(*point)
