"""The ground of a walk as SVG: axes, and the curve or the contour lines.

Colours stand in the elements, for a picture alone; the style sheet of the page has its
own, for light and dark, by the classes.
"""

from __future__ import annotations

import math
from html import escape

from ....drawing.notation import TEXT
from ....writing.colours import LIGHT
from ..contours import contour, levels
from ..window import ticks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..descent import Descent
    from ..landscape import Point

SIZE = 560, 420
MARGIN = 58, 16, 16, 46  # left, top, right, bottom
FARTHEST = 5000.0  # pixels: what lies out of the picture further than that is put there
LABEL_EVERY = 2  # contour lines
ROOM = 40  # pixels around a label
LONG_LINE = 8  # points of a contour line that has room for a label


class Ground:
    """What maps points of a walk to places in the picture, and draws the ground.

    Args:
        descent: The walk.
    """

    def __init__(self, descent: Descent) -> None:
        """See the class."""
        self.descent = descent
        self.left, self.top = MARGIN[:2]
        self.width = SIZE[0] - MARGIN[0] - MARGIN[2]
        self.height = SIZE[1] - MARGIN[1] - MARGIN[3]
        self.is_map = len(descent.landscape.names) > 1
        across = descent.frame[0]
        self.frame = (across, descent.frame[1] if self.is_map else descent.rise)

    def place(self, point: Point, value: float) -> list[float]:
        """Return where a point of the walk is in the picture, or far out beside it."""
        x, y = point if self.is_map else (point[0], value)
        return [self._across(x), self._down(y)]

    def svg(self, alt: str, path: bool = False) -> str:
        """Return the picture.

        Args:
            alt: What it shows, for whoever does not see it.
            path: Whether the walk is drawn too, which else the script does.
        """
        ground = self._map() if self.is_map else self._curve()
        box = (
            f'x="{self.left}" y="{self.top}" width="{self.width}"'
            f' height="{self.height}"'
        )
        return (
            f'<svg class="walk" role="img" aria-label="{escape(alt)}"'
            f' viewBox="0 0 {SIZE[0]} {SIZE[1]}" xmlns="http://www.w3.org/2000/svg"'
            ' font-family="system-ui,sans-serif" font-size="14">'
            f'<clipPath id="box"><rect {box}/></clipPath>'
            f'<rect class="paper" {box} fill="{LIGHT.background}"'
            f' stroke="{LIGHT.line}"/>{self._axes()}'
            f'<g clip-path="url(#box)">{ground}'
            f"{self._path() if path else '<g id=marks></g>'}</g></svg>"
        )

    def _across(self, x: float) -> float:
        low, high = self.frame[0]
        return _cut(self.left + (x - low) / (high - low) * self.width)

    def _down(self, y: float) -> float:
        low, high = self.frame[1]
        return _cut(self.top + (high - y) / (high - low) * self.height)

    def _axes(self) -> str:
        bottom = self.top + self.height
        names = self.descent.landscape.names
        function = TEXT.function(self.descent.landscape.name, names)
        upright = names[1] if self.is_map else function
        parts = []
        for x in ticks(*self.frame[0]):
            at = self._across(x)
            parts.append(_line(at, self.top, at, bottom))
            parts.append(_text(at, bottom + 18, TEXT.digits(x)))
        for y in ticks(*self.frame[1]):
            at = self._down(y)
            parts.append(_line(self.left, at, self.left + self.width, at))
            parts.append(_text(self.left - 6, at + 5, TEXT.digits(y), "end"))
        middle = self.left + self.width / 2, self.top + self.height / 2
        parts.append(_text(middle[0], SIZE[1] - 8, names[0], kind="name"))
        name = _text(14, middle[1], upright, kind="name")
        parts.append(f'<g transform="rotate(-90 14 {middle[1]:g})">{name}</g>')
        return "".join(parts)

    def _curve(self) -> str:
        xs, heights = self.descent.curve
        pieces: list[list[tuple[float, float]]] = [[]]
        for x, height in zip(xs, heights, strict=True):
            if math.isnan(height):
                pieces.append([])
            else:
                pieces[-1].append((self._across(x), self._down(height)))
        return (
            f'<path class="curve" d="{_paths(pieces)}" fill="none"'
            f' stroke="{LIGHT.data}" stroke-width="2.5"/>'
        )

    def _map(self) -> str:
        xs, ys, heights = self.descent.grid
        found = levels(heights)
        parts, labels = [], []
        taken = [self.place(self.descent.walk.places[0], 0.0)]  # of the start, too
        for n, level in enumerate(found):
            lines = [
                [(self._across(x), self._down(y)) for x, y in line]
                for line in contour(xs, ys, heights, level)
            ]
            # The lower, the stronger.
            strength = 1.0 - 0.7 * n / max(len(found) - 1, 1)
            parts.append(
                f'<path class="level" d="{_paths(lines)}" fill="none"'
                f' stroke="{LIGHT.data}" stroke-width="1.4" opacity="{strength:.2f}"/>'
            )
            longest = max(lines, key=len, default=[])
            if n % LABEL_EVERY == 0 and len(longest) >= LONG_LINE:
                # On the way along a line the first place with room around it.
                for x, y in longest[LONG_LINE // 2 :: 3]:
                    if self._has_room(x, y, taken):
                        taken.append([x, y])
                        text = TEXT.digits(level)
                        labels.append(_text(x, y + 4, text, kind="height"))
                        break
        return "".join(parts + labels)

    def _has_room(self, x: float, y: float, taken: Sequence[Sequence[float]]) -> bool:
        inside = (
            self.left + ROOM < x < self.left + self.width - ROOM
            and self.top + ROOM / 2 < y < self.top + self.height - ROOM / 2
        )
        return inside and all(abs(x - a) > ROOM or abs(y - b) > ROOM / 2
                              for a, b in taken)  # fmt: skip

    def _path(self) -> str:
        walk = self.descent.walk
        places = list(map(self.place, walk.places, walk.values))
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="3.5" fill="{LIGHT.grad}"/>'
            for x, y in places
        )
        return (
            f'<path d="{_paths([places])}" fill="none" stroke="{LIGHT.grad}"'
            f' stroke-width="1.5"/>{dots}'
        )


def _cut(number: float) -> float:
    return round(min(max(number, -FARTHEST), FARTHEST), 1)


def _paths(lines: Iterable[Sequence[Sequence[float]]]) -> str:
    """Return lines as the data of one SVG path, in steps from point to point."""
    parts = []
    for line in lines:
        if len(line) < 2:
            continue
        x, y = (round(10 * at) for at in line[0])
        parts.append(f"M{x / 10:g} {y / 10:g}l")
        steps = []
        for point in line[1:]:
            nx, ny = (round(10 * at) for at in point)
            steps.append(f"{(nx - x) / 10:g} {(ny - y) / 10:g}")
            x, y = nx, ny
        parts.append(" ".join(steps))
    return "".join(parts)


def _line(x: float, y: float, x2: float, y2: float) -> str:
    return (
        f'<line class="tick" x1="{x:g}" y1="{y:g}" x2="{x2:g}" y2="{y2:g}"'
        f' stroke="{LIGHT.constant}"/>'
    )


def _text(
    x: float, y: float, text: str, anchor: str = "middle", kind: str = "number"
) -> str:
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
        f' fill="{LIGHT.text}">{escape(text)}</text>'
    )
