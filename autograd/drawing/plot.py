"""A plot of our own: curves, points, arrows and contour lines over two axes, as SVG.

No library is needed, so a lesson shows the same picture wherever Python runs. What is
drawn is kept in the numbers of the axes; only `svg` knows of pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from html import escape
from itertools import islice
from typing import Any

from ..messages import cut
from ..op import ARITHMETIC_ERRORS
from ..value import data_of
from ..writing.colours import AUTO, LIGHT, PALETTE, style_sheet
from ..writing.resources import text_of
from .contours import contour, levels
from .notation import TEXT

Side = tuple[float, float]
Place = Sequence[float]

LEFT, TOP, RIGHT, BOTTOM = 64, 16, 16, 48  # pixels beside the field
HEAD = 24  # pixels above it, for the title and the legend
FARTHEST = 5000.0  # pixels: what lies out of the picture further than that is put there
CURVE, GRID = 301, 61  # places of a curve, and along each side of a map
ROOM = 40  # pixels around a label of a contour line
HOLE = (math.nan, math.nan)  # between the pieces of a line


class Plot:
    """A picture over two axes; what draws into it returns it, to be shown or drawn on.

    Colours are called by their roles in the palette: "data" (blue), "grad" (orange),
    "highlight", "text", "muted". A `label` is told in the legend.

    Args:
        across: The least and the largest number across.
        up: The same upwards; by default, what all lines and points need.
        names: What the axes are called.
        title: What stands above.
        size: Of the field between the axes, in pixels.

    >>> from autograd import Plot
    >>> Plot((-1, 2)).curve(lambda x: x * x, "parabola").dots([(1, 1)])
    <Plot of y over x: parabola>
    """

    def __init__(
        self, across: Side, up: Side | None = None, *,
        names: Sequence[str] = ("x", "y"), title: str = "", size: Side = (480, 360),
    ) -> None:  # fmt: skip
        """See the class."""
        for low, high in (across, up or across):
            if not (low < high and math.isfinite(high - low)):
                raise ValueError(f"Plot needs (low, high); got {cut((low, high))}")
        self.across, self.names, self.title, self.size = across, names, title, size
        self._up, self._ys = up, list[float]()
        self._marks: list[tuple[list[Place], str, Callable[[list[Place]], str]]] = []

    @property
    def up(self) -> Side:
        """The least and the largest number upwards."""
        low, high = self._ys or (0.0, 1.0)
        margin = 0.06 * (high - low) or 1.0
        return self._up or (low - margin, high + margin)

    def curve(self, f: Callable[[float], Any], label: str = "", **look: Any) -> Plot:
        """Draw a function of one number, all across; `look` is that of `line`."""
        places = [(x, height(f, x)) for x in spread(*self.across, CURVE)]
        return self.line(places, label, **look)

    def line(
        self, places: Iterable[Place], label: str = "", *,
        colour: str = "data", width: float = 2.5, dashed: bool = False,
    ) -> Plot:  # fmt: skip
        """Draw a line through places (x, y); where one is nan, it is interrupted."""
        look = f'stroke-width="{width:g}"' + dashed * ' stroke-dasharray="7 5"'
        return self._add(places, label, partial(_line, colour=colour, look=look))

    def dots(
        self, places: Iterable[Place], label: str = "", *, colour: str = "text"
    ) -> Plot:
        """Draw a dot at each of places (x, y)."""
        dot = f'<circle {_inked(colour)} r="4" cx="{{:g}}" cy="{{:g}}"/>'
        known = (place for place in places if all(map(math.isfinite, place)))
        return self._add(known, label, lambda at: "".join(dot.format(*p) for p in at))

    def arrow(
        self, start: Place, end: Place, label: str = "", *, colour: str = "text"
    ) -> Plot:
        """Draw an arrow from one place (x, y) to another."""

        def drawn(at: list[Place]) -> str:
            (x, y), (tx, ty) = at
            length = math.dist(*at) or 1.0
            ux, uy = 11.0 * (tx - x) / length, 11.0 * (ty - y) / length
            bx, by = tx - ux, ty - uy
            head = _path(
                [(tx, ty), (bx - uy / 2, by + ux / 2), (bx + uy / 2, by - ux / 2)]
            )
            shaft = _line([(x, y), (bx, by)], colour, 'stroke-width="3"')
            return f'{shaft}<path {_inked(colour)} d="{head}z"/>'

        return self._add((start, end), label, drawn)

    def write(
        self, place: Place, text: Any, *, colour: str = "text", size: int = 14
    ) -> Plot:
        """Write `text` around a place (x, y)."""
        look = f'dy="0.35em" font-size="{size}"'
        return self._add([place], "", lambda at: _text(at[0], text, colour, look=look))

    def contours(
        self, f: Callable[[float, float], Any], at: Iterable[float] | None = None
    ) -> Plot:
        """Draw the map of a function of two numbers, a line for each height.

        Args:
            f: The function.
            at: The heights of the lines; by default such that the ground shows well.
        """
        xs, ys, heights = grid(f, self.across, self.up)
        chosen = levels(heights) if at is None else sorted(at)
        named: dict[Place, float] = {}
        for n, level in enumerate(chosen):
            lines = contour(xs, ys, heights, level)
            places = [place for line in lines for place in (*line, HOLE)]
            # The lower, the stronger.
            look = f'stroke-width="1.4" opacity="{1.0 - 0.7 * n / len(chosen):.2f}"'
            self._add(places, "", partial(_line, colour="data", look=look))
            longest = max(lines, key=len, default=[])
            free = (place for place in longest[4::3] if self._has_room(place, named))
            if n % 2 == 0:
                named |= {place: level for place in islice(free, 1)}
        for place, level in named.items():
            self.write(place, TEXT.digits(level), colour="data", size=12)
        return self

    def place(self, point: Place) -> list[float]:
        """Return where a point (x, y) is in the picture, in pixels."""
        left, top, width, down = self.box
        (low, high), (least, most) = self.across, self.up
        at = (
            left + (point[0] - low) / (high - low) * width,
            top + (most - point[1]) / (most - least) * down,
        )
        return [
            x if math.isnan(x) else round(min(max(x, -FARTHEST), FARTHEST), 1)
            for x in at
        ]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where the field is in the picture: left, top, width and height in pixels."""
        above = self.title or any(label for _, label, _ in self._marks)
        return (LEFT, TOP + HEAD * bool(above), *self.size)

    def svg(self, label: str = "", *, style: bool = True) -> str:
        """Return the picture.

        Args:
            label: What it shows, for whoever does not see it.
            style: Whether it brings colours for dark screens, which else a page has.
        """
        left, top, width, down = self.box
        return text_of(__package__, "plot.svg").strip().format(
            auto=AUTO, label=escape(label or repr(self)[1:-1]),
            width=left + width + RIGHT, height=top + down + BOTTOM,
            style=f"<style>{style_sheet()}</style>" if style else "",
            field='x="{}" y="{}" width="{}" height="{}"'.format(*self.box),
            box="{} {} {} {}".format(*self.box), middle=top + down / 2,
            paper=LIGHT.background, edge=LIGHT.line, ink=LIGHT.text,
            upright=escape(self.names[1]), axes="".join(self._axes()),
            marks="".join(
                drawn(list(map(self.place, places))) for places, _, drawn in self._marks
            ),
        )  # fmt: skip

    _repr_svg_ = svg

    def __repr__(self) -> str:
        """Return what is drawn, in words."""
        labels = [label for _, label, _ in self._marks if label]
        of = self.title or f"{self.names[1]} over {self.names[0]}"
        return f"<Plot of {': '.join(filter(None, (of, ', '.join(labels))))}>"

    def _add(
        self, places: Iterable[Place], label: str, drawn: Callable[[list[Place]], str]
    ) -> Plot:
        self._marks.append((kept := list(places), label, drawn))
        ys = [*self._ys, *(y for _, y in kept if math.isfinite(y))]
        self._ys = [min(ys), max(ys)] if ys else []
        return self

    def _axes(self) -> Iterator[str]:
        left, top, width, down = self.box
        thin = 'stroke-width="1"'
        for x in ticks(*self.across):
            at, _ = self.place((x, 0.0))
            yield _line([(at, top), (at, top + down)], "constant", thin)
            yield _text((at, top + down + 19), TEXT.digits(x))
        for y in ticks(*self.up):
            _, at = self.place((0.0, y))
            yield _line([(left, at), (left + width, at)], "constant", thin)
            yield _text((left - 7, at + 5), TEXT.digits(y), anchor="end")
        yield _text((left + width / 2, top + down + 41), self.names[0])
        at = left
        for _, label, drawn in [([], self.title, lambda _: ""), *self._marks]:
            if label:
                sample = drawn([(at, top - 15), (at + 28, top - 15)])
                at += 36 * bool(sample)
                yield sample + _text((at, top - 10), label, anchor="start")
                at += 24 + 8 * len(label)

    def _has_room(self, place: Place, others: Iterable[Place]) -> bool:
        """Whether a label fits at a place, beside the edges and the other labels."""
        x, y = self.place(place)
        left, top, width, down = self.box
        far = [
            abs(x - a) > ROOM or abs(y - b) > ROOM / 2
            for a, b in map(self.place, others)
        ]
        return all(far) and (
            abs(x - left - width / 2) < width / 2 - ROOM
            and abs(y - top - down / 2) < down / 2 - ROOM / 2
        )


def height(f: Callable[..., Any], *at: float) -> float:
    """Return the number that `f` gives; nan where it gives none, or no finite one."""
    try:
        found = float(data_of(f(*at)))
    except ARITHMETIC_ERRORS:
        return math.nan
    return found if math.isfinite(found) else math.nan


def grid(
    f: Callable[[float, float], Any], across: Side, up: Side
) -> tuple[list[float], list[float], list[list[float]]]:
    """Return columns, rows, and what `f` gives for each row and column."""
    xs, ys = spread(*across, GRID), spread(*up, GRID)
    return xs, ys, [[height(f, x, y) for x in xs] for y in ys]


def spread(low: float, high: float, count: int) -> list[float]:
    """Return `count` evenly spaced numbers from `low` to `high`.

    >>> spread(0.0, 1.0, 5)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round numbers between `low` and `high`.

    >>> ticks(-3.3, 3.3)
    [-2.0, 0.0, 2.0]
    """
    raw = (high - low) / count
    if not raw > 0.0 or not math.isfinite(raw):
        return [low]
    size = 10.0 ** math.floor(math.log10(raw))
    step = next((m * size for m in (1, 2, 5) if m * size >= raw), 10 * size)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


# --- pieces of SVG --------------------------------------------------------------------


def _path(places: Iterable[Place]) -> str:
    """Return a line as the data of an SVG path, in steps from place to place."""
    parts = []
    here = None  # in tenths of a pixel, so that rounding does not add up
    for x, y in places:
        there = None if math.isnan(x + y) else (round(10 * x), round(10 * y))
        if there and here:
            dx, dy = there[0] - here[0], there[1] - here[1]
            parts.append(f"l{dx / 10:g} {dy / 10:g}")
        elif there:
            parts.append(f"M{x:g} {y:g}")
        here = there
    return "".join(parts)


def _line(places: Iterable[Place], colour: str, look: str) -> str:
    return f'<path d="{_path(places)}" {_inked(colour, "stroke")} fill="none" {look}/>'


def _text(
    at: Place,
    text: object,
    colour: str = "text",
    anchor: str = "middle",
    look: str = "",
) -> str:
    where = f'x="{at[0]:g}" y="{at[1]:g}" text-anchor="{anchor}"'
    return f"<text {where} {_inked(colour)} {look}>{escape(str(text))}</text>"


def _inked(colour: str, what: str = "fill") -> str:
    """Return what colours a piece; by the class a page does, as the reader wants."""
    if colour not in PALETTE:
        raise ValueError(f"Plot needs one of {', '.join(PALETTE)}; got {colour!r}")
    return f'class="{colour} {what}" {what}="{getattr(LIGHT, colour)}"'
