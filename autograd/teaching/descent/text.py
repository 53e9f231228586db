"""A walk downhill in words: the table of its points, and what happened to it."""

from __future__ import annotations

import math
from textwrap import wrap

from ...phrases import Phrases
from ..notation import TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Descent
    from .landscape import Landscape, Point
    from .walks import Walk

SHOWN_ROWS = 60
WIDTH = 88
FLAT_NEARBY = 1e-3  # how far one looks around where the ground is flat
ARRIVED = 0.05  # the share of the first slope that is left on gentle ground


def reason(landscape: Landscape, walk: Walk, words: Phrases) -> str:
    """Return what happened on a walk."""
    digits = TEXT.digits
    last = len(walk.values) - 1
    slots: dict[str, Any] = {
        "at": at(landscape, walk.places[-1]),
        "slope": _pair(walk.gradients[-1]),
        "first": _pair(walk.gradients[0]),
        "rate": digits(walk.rate),
        "landing": at(landscape, walk.landing) if walk.landing else "",
        "value": digits(walk.values[-1]),
        "count": last,
    }

    def said(key: str) -> str:
        return words(f"descend.stopped.{key}", **slots)

    if walk.stopped == "flat":
        return said(f"flat.{_ground(landscape, walk.places[-1], walk.values[-1])}")
    if walk.stopped == "no_slope":
        return said("no_slope")
    if walk.stopped in ("outside", "no_bottom", "too_small"):
        return said(walk.stopped)
    rise = next((k for k in range(last) if walk.values[k + 1] > walk.values[k]), None)
    if walk.stopped == "too_large":
        if rise is None:
            # The first step led where no number is large enough.
            slots["move"] = _pair(walk.move(last))
            return said("too_large.at_once")
        return f"{_jump(landscape, walk, rise, words)} {said('too_large.end')}"
    if walk.values[-1] >= walk.values[0]:
        if rise is None:
            return said("bounces")
        return _jump(landscape, walk, rise, words)
    now, first = (math.hypot(*walk.gradients[k]) for k in (-1, 0))
    if now <= ARRIVED * first:
        return said("arrived")
    if rise is not None:
        return f"{_jump(landscape, walk, rise, words)} {said('lower_yet')}"
    return said("under_way")


def _jump(landscape: Landscape, walk: Walk, k: int, words: Phrases) -> str:
    """Return what the step from point `k`, which led up, did."""
    digits = TEXT.digits
    jumped = any(
        a * b < 0.0
        for a, b in zip(walk.gradients[k], walk.gradients[k + 1], strict=True)
    )
    return words(
        f"descend.stopped.too_large.{'jumped' if jumped else 'climbed'}",
        at=at(landscape, walk.places[k]),
        slope=_pair(walk.gradients[k]),
        slope_=_pair(walk.gradients[k], enclosed=True),
        rate=digits(walk.rate),
        move=_pair(walk.move(k)),
        there=at(landscape, walk.places[k + 1]),
        before=digits(walk.values[k]),
        after=digits(walk.values[k + 1]),
    )


def _ground(landscape: Landscape, point: Point, height: float) -> str:
    """Return what flat ground is: "bottom", "top" (or a pass), or a "plain"."""
    around = []
    for i, x in enumerate(point):
        for sign in (-1.0, 1.0):
            aside = list(point)
            aside[i] = x + sign * FLAT_NEARBY * max(1.0, abs(x))
            around.append(landscape.height(tuple(aside)))
    if any(other < height for other in around):
        return "top"
    return "bottom" if any(other > height for other in around) else "plain"


def at(landscape: Landscape, point: Point) -> str:
    """Return `x = 3`, or `x = 3, y = −1`."""
    return ", ".join(
        f"{name} = {TEXT.digits(x)}"
        for name, x in zip(landscape.names, point, strict=True)
    )


def _pair(numbers: Point, enclosed: bool = False) -> str:
    """Return two numbers in brackets, or one: bare, unless negative and `enclosed`."""
    text = ", ".join(map(TEXT.digits, numbers))
    negative = enclosed and numbers[0] < 0.0
    return f"({text})" if len(numbers) > 1 or negative else text


def table(descent: Descent, words: Phrases, width: int = WIDTH) -> str:
    """Return the walk as a table, with the rule above it and what happened below."""
    landscape, walk = descent.landscape, descent.walk
    names = landscape.names
    rate = words("descend.rate")
    rule = ", ".join(
        f"{name} ← {name} − {rate}·{TEXT.derivative(landscape.name, name)}"
        for name in names
    )
    many = len(names) > 1
    rows = [[
        words("descend.step"),
        *names,
        *(TEXT.derivative(landscape.name, name) for name in names),
        *(words("descend.move_of", name=n) if many else words("descend.move")
          for n in names),
        landscape.name,
    ]]  # fmt: skip
    last = len(walk.places) - 1
    for k, (place, value, slopes) in enumerate(
        zip(walk.places, walk.values, walk.gradients, strict=True)
    ):
        # What was not done is not shown: there is no move from the last point.
        moves = [""] * len(names) if k == last else map(TEXT.digits, walk.move(k))
        known = ["—" if math.isnan(s) else TEXT.digits(s) for s in slopes]
        rows.append(
            [str(k), *map(TEXT.digits, place), *known, *moves, TEXT.digits(value)]
        )
    if len(rows) > SHOWN_ROWS:
        half = SHOWN_ROWS // 2
        rows = [*rows[:half], ["…"] * len(rows[0]), *rows[-half:]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  " + "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(
        [
            descent.title(),
            words("descend.rule", rule=rule),
            "",
            *lines,
            "",
            *wrap(descent.reason(words.language), width, break_on_hyphens=False),
        ]
    )
