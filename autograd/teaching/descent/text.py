"""A walk downhill in words: the table of its points, and what happened to it."""

from __future__ import annotations

import math
from itertools import pairwise, product
from textwrap import wrap

from ...phrases.table import Phrases
from ..notation import TEXT
from .walks import walk as take_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .descent import Descent
    from .landscape import Landscape, Point
    from .walks import Walk

SHOWN_ROWS = 60
WIDTH = 88
FLAT_NEARBY = 1e-3  # how far one looks around where the ground is flat
ARRIVED = 0.05  # the share of the first slope that is left on gentle ground
LATEST = 12  # points that tell whether a walk still turns round

# Rates that are tried before it is said that one would do better, as shares of its own.
SMALLER = (0.5, 0.2, 0.1, 0.01)
LARGER = (1.2, 2.0)


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

    def smaller(below: float, steps: int) -> str:
        """Return the advice to take a smaller rate, where one was found to help."""
        calmer = _calmer(landscape, walk, below, steps)
        if calmer is None:
            return ""
        slots["calmer"], slots["lower"] = digits(calmer.rate), digits(calmer.values[-1])
        return f" {said('smaller')}"

    def jumped(k: int) -> str:
        return _jump(landscape, walk, k, words)

    start, end = walk.values[0], walk.values[-1]
    if walk.stopped == "flat":
        return said(f"flat.{_ground(landscape, walk.places[-1], end)}")
    if walk.stopped in ("no_slope", "no_bottom", "too_small"):
        return said(walk.stopped)
    if walk.stopped == "outside":
        return said("outside") + smaller(start, last + 1)
    rise = next((k for k in range(last) if walk.values[k + 1] > walk.values[k]), None)
    if walk.stopped == "too_large":
        if rise is None:
            # The first step led where no number is large enough.
            slots["move"] = _pair(walk.move(last))
            return said("too_large.at_once")
        sizes = [math.hypot(*slopes) for slopes in walk.gradients[rise:]]
        steeper = all(a < b for a, b in pairwise(sizes))
        ending = said("too_large.end" if steeper else "too_large.leaves")
        return f"{jumped(rise)} {ending}{smaller(start, last + 1)}"
    if end >= start:
        if rise is not None:
            return jumped(rise) + smaller(start, last)
        if all(walk.overshoots(k) for k in range(last)):
            return said("bounces") + smaller(start, last)
        return said("still")
    recent = max(2, len(walk.gradients) // 4)
    if _bounces(walk, recent) and (advice := smaller(end, last)):
        if rise is None:
            return said("zigzag") + advice
        return f"{jumped(rise)} {said('lower_yet')}{advice}"
    latest = walk.gradients[-recent if _turns(walk) else -1 :]
    now = max(math.hypot(*slopes) for slopes in latest)
    if now <= ARRIVED * math.hypot(*walk.gradients[0]):
        return said("arrived")
    if rise is not None:
        return f"{jumped(rise)} {said('lower_yet')}"
    further = [
        other.stays_below and other.values[-1] < end
        for other in (
            take_walk(landscape, walk.places[0], walk.rate, 2 * last),
            *(
                take_walk(landscape, walk.places[0], larger * walk.rate, last)
                for larger in LARGER
            ),
        )
    ]
    if all(further):
        return said("under_way")
    return said("more" if further[0] else "still") + smaller(end, last)


def _calmer(landscape: Landscape, walk: Walk, below: float, steps: int) -> Walk | None:
    """Return a walk at a smaller rate that ends lower than `below`, if one does."""
    for share in SMALLER:
        other = take_walk(landscape, walk.places[0], share * walk.rate, steps)
        if other.stays_below and other.values[-1] < below:
            return other
    return None


def _turns(walk: Walk, i: int | None = None) -> bool:
    """Tell whether the latest steps went to and fro, along input `i` or any."""
    latest = walk.gradients[-LATEST:]
    return any(
        a * b < 0.0
        for before, after in pairwise(latest)
        for j, (a, b) in enumerate(zip(before, after, strict=True))
        if i is None or i == j
    )


def _bounces(walk: Walk, recent: int) -> bool:
    """Tell whether steps go to and fro along an input, and do not soon get shorter."""
    for i, slopes in enumerate(zip(*walk.gradients, strict=True)):
        sizes = [abs(slope) for slope in slopes]
        before = sizes[-2 * recent : -recent]
        if before and _turns(walk, i) and max(sizes[-recent:]) > 0.5 * max(before):
            return True
    return False


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
            tuple(
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
