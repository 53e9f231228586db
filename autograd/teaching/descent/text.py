"""A walk downhill in words: the table of its points, and what happened to it."""

from __future__ import annotations

import math
from itertools import product
from textwrap import wrap

from ...drawing.notation import TEXT
from ...phrases.table import Phrases
from .landscape import Landscape, Point
from .walks import Walk
from .walks import walk as take_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .descent import Descent

SHOWN_ROWS = 60
WIDTH = 88
FLAT_NEARBY = 1e-3  # how far one looks around where the ground is flat
ARRIVED = 0.05  # the share of the first slope that is left on gentle ground
LATEST = 4  # points: a walk may by chance be on level ground once

# Rates that are tried before it is said that one would do better, as shares of its own.
SMALLER = (0.5, 0.2, 0.1, 0.01)
LARGER = (1.2, 2.0)


def reason(landscape: Landscape, walk: Walk, words: Phrases) -> str:
    """Return what happened on a walk."""
    last, start, end = len(walk.values) - 1, walk.values[0], walk.values[-1]
    slots = {
        "at": at(landscape, walk.places[-1]),
        "slope": _pair(walk.gradients[-1]),
        "first": _pair(walk.gradients[0]),
        "rate": TEXT.digits(walk.rate),
        "landing": at(landscape, walk.landing) if walk.landing else "",
        "value": TEXT.digits(end),
        "count": last,
        "move": _pair(walk.move(last)),
    }

    def said(key: str) -> str:
        return words(f"descend.stopped.{key}", **slots)

    def smaller(below: float, steps: int = last) -> str:
        return _smaller(landscape, walk, below, steps, words)

    rise = next((k for k in range(last) if walk.values[k + 1] > walk.values[k]), None)
    jump = "" if rise is None else _jump(landscape, walk, rise, words)
    match walk.stopped:
        case "flat":
            return said(f"flat.{_ground(landscape, walk.places[-1], end)}")
        case "outside":
            return said("outside") + smaller(start, last + 1)
        case "too_large" if jump:
            before, now = (math.hypot(*slopes) for slopes in walk.gradients[-2:])
            ending = said(f"too_large.{'end' if now > before else 'leaves'}")
            return f"{jump} {ending}{smaller(start, last + 1)}"
        case "too_large":  # the first step led where no number is large enough
            return said("too_large.at_once")
        case "no_slope" | "no_bottom" | "too_small":
            return said(walk.stopped)
    if end >= start:
        across = all(map(walk.overshoots, range(last)))
        return (jump or said("bounces" if across else "still")) + smaller(start)
    steepest = max(math.hypot(*slopes) for slopes in walk.gradients[-LATEST:])
    if steepest <= ARRIVED * math.hypot(*walk.gradients[0]):
        return said("arrived")
    if jump:
        return f"{jump} {said('lower_yet')}{smaller(end)}"
    if advice := smaller(end):
        return said("still") + advice
    rates = [(1.0, 2 * last), *((rate, last) for rate in LARGER)]
    others = (_tried(landscape, walk, *rate) for rate in rates)
    further = all(o.stays_below and o.values[-1] < end for o in others)
    return said("under_way" if further else "still")


def _tried(landscape: Landscape, walk: Walk, share: float, steps: int) -> Walk:
    """Return the walk from the same start at another rate."""
    return take_walk(landscape, walk.places[0], share * walk.rate, steps)


def _smaller(
    landscape: Landscape, walk: Walk, below: float, steps: int, words: Phrases
) -> str:
    """Return the advice to take a smaller rate, if one was found to end lower."""
    for share in SMALLER:
        other = _tried(landscape, walk, share, steps)
        if other.stays_below and other.values[-1] < below:
            calmer, lower = TEXT.digits(other.rate), TEXT.digits(other.values[-1])
            said = words("descend.stopped.smaller", calmer=calmer, lower=lower)
            return f" {said}"
    return ""


def _jump(landscape: Landscape, walk: Walk, k: int, words: Phrases) -> str:
    """Return what the step from point `k`, which led up, did."""
    digits = TEXT.digits
    return words(
        f"descend.stopped.too_large.{'jumped' if walk.overshoots(k) else 'climbed'}",
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
    around = [
        landscape.height(
            *(
                x + share * FLAT_NEARBY * max(1.0, abs(x))
                for x, share in zip(point, direction, strict=True)
            )
        )
        for direction in product((-1.0, -0.5, 0.0, 0.5, 1.0), repeat=len(point))
    ]
    if any(other < height for other in around):
        return "top"
    return "bottom" if any(other > height for other in around) else "plain"


def at(landscape: Landscape, point: Point) -> str:
    """Return `x = 3`, or `x = 3, y = −1`."""
    return ", ".join(
        f"{TEXT.name(name)} = {TEXT.digits(x)}"
        for name, x in zip(landscape.names, point, strict=True)
    )


def _pair(numbers: Point, enclosed: bool = False) -> str:
    """Return two numbers in brackets, or one: bare, unless negative and `enclosed`."""
    text = ", ".join(map(TEXT.digits, numbers))
    negative = enclosed and numbers[0] < 0.0
    return f"({text})" if len(numbers) > 1 or negative else text


def heads(landscape: Landscape, words: Phrases) -> list[str]:
    """Return the heads of a table of points, but that of the height."""
    names = [TEXT.name(name) for name in landscape.names]
    move = "descend.move_of" if len(names) > 1 else "descend.move"
    return [
        words("descend.step"),
        *names,
        *(TEXT.derivative(landscape.name, name) for name in names),
        *(words(move, name=name) for name in names),
    ]


def table(descent: Descent, words: Phrases, width: int = WIDTH) -> str:
    """Return the walk as a table, with the rule above it and what happened below."""
    landscape, walk = descent.landscape, descent.walk
    names = [TEXT.name(name) for name in landscape.names]
    rate = words("descend.rate")
    rule = ", ".join(
        f"{name} ← {name} − {rate}·{TEXT.derivative(landscape.name, name)}"
        for name in names
    )
    rows = [[*heads(landscape, words), landscape.name]]
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
