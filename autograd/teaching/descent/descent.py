"""Gradient descent as a walk: look at the slope underfoot, step against it, again.

`descend` walks on a function of one or two inputs and returns the walk as data, as a
table, as a plot and as a page, whichever way it went: too slow, well, or astray.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from ...drawing.notation import TEXT, Markup
from ...drawing.plot import CURVE, Plot, grid, spread
from ...forks import cached_property
from ...messages import cut, to_float
from ...phrases.table import Phrases, chosen
from ..errors import said_in
from .doubt import doubt
from .landscape import Landscape, Point, equation, read_landscape
from .text import reason, table
from .walks import Walk, walk
from .window import in_proportion, probes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ...phrases.table import Language
    from .landscape import Formula

    Window = tuple[tuple[float, float], ...]

ENDINGS = (".html", ".png", ".svg", ".pdf", ".txt")  # of files that are written
MOST_STEPS = 1000
WIDEST = 1e307  # from 0: what is further out is in no picture
LIVELY = 3.0  # times a calm rate: a walk that may jump into another valley
# The rates that are tried beside the one given, as shares of it.
SHARES = [digit * 10.0**power for power in range(-2, 5) for digit in (1, 2, 3, 5, 7, 9)]

# How much of the way from the start to the lowest point is shown behind it.
BEYOND = 0.4


@dataclass(frozen=True, repr=False)
class Descent:
    """A walk downhill on a function of one or two inputs.

    As text it is a table; a notebook shows the page that steps through it.

    Attributes:
        landscape: The function.
        walk: Where the walk went.
        steps: How many steps were asked for.
        window: What a picture shows, if that was given.
        language: "en" or "fr".
    """

    landscape: Landscape
    walk: Walk
    steps: int
    window: Window | None
    language: Language

    @property
    def rate(self) -> float:
        """The learning rate."""
        return self.walk.rate

    @property
    def points(self) -> list[Any]:
        """The points of the walk: numbers, or pairs for two inputs."""
        return _unwrapped(self.walk.places)

    @property
    def values(self) -> list[float]:
        """The value of the function at each point."""
        return self.walk.values

    @property
    def slopes(self) -> list[Any]:
        """The slope at each point, or the pair of slopes; nan where there is none."""
        return _unwrapped(self.walk.gradients)

    @property
    def stopped(self) -> str:
        """Why the walk ended, in one word; `reason()` says it in a sentence."""
        return self.walk.stopped

    def reason(self, language: Language | None = None) -> str:
        """Return what happened, in a sentence or two.

        Args:
            language: "en" or "fr"; None for that of the descent.
        """
        words = Phrases(language or self.language)
        said = self.doubt(words.language), reason(self.landscape, self.walk, words)
        return " ".join(filter(None, said))

    def doubt(self, language: Language | None = None) -> str:
        """Return where the walk does not follow the slope of the function, or "".

        Args:
            language: "en" or "fr"; None for that of the descent.
        """
        return doubt(self.landscape, self.walk, Phrases(language or self.language))

    @cached_property
    def scouts(self) -> list[Walk]:
        """The same walk at other rates, from much smaller to much larger ones."""
        start = self.walk.places[0]
        rates = [self.rate * share for share in SHARES]
        return [
            self.walk if rate == self.rate
            else walk(self.landscape, start, rate, self.steps)
            for rate in rates if 0.0 < rate < math.inf
        ]  # fmt: skip

    @cached_property
    def shown(self) -> list[Walk]:
        """The walks that a picture has room for: this one, and others that go well."""
        if all(scout.stays for scout in self.scouts):
            return [self.walk]  # no valley: the others just go further, or less far
        calm = [scout for scout in self.scouts if scout.stays]
        most = LIVELY * max((scout.rate for scout in calm), default=self.rate)
        good = [s for s in self.scouts if s.rate <= most and s.stays_below]
        if not calm:
            return [self.walk, *good]
        best = min(calm, key=lambda scout: scout.values[-1])
        # The best of them is followed further, towards the bottom.
        ahead = walk(self.landscape, best.places[0], best.rate, MOST_STEPS)
        return [self.walk, *good, *([ahead] if ahead.stays else [])]

    @cached_property
    def frame(self) -> Window:
        """What a picture shows, along each input."""
        if self.window is not None:
            return self.window
        places = [p for shown in self.shown for p in shown.places[: shown.in_picture]]
        values = [v for shown in self.shown for v in shown.values[: shown.in_picture]]
        _, lowest = min(zip(values, places, strict=True))
        # Something of what lies beyond the lowest point.
        beyond = [b + BEYOND * (b - a) for a, b in zip(places[0], lowest, strict=True)]
        places.append(tuple(beyond))
        if self.stopped == "outside" and self.walk.landing:
            places.append(self.walk.landing)
        sides = zip(*places, strict=True)
        return in_proportion([_with_margin(side) for side in sides])

    @cached_property
    def curve(self) -> tuple[list[float], list[float]]:
        """For one input: x and f(x) across the picture, nan where there is none."""
        xs = spread(*self.frame[0], CURVE)
        return xs, [self.landscape.height(x) for x in xs]

    @cached_property
    def rise(self) -> tuple[float, float]:
        """For one input: the least and the largest f(x) in the picture.

        Where the curve goes on to great heights or depths, it is cut there.
        """
        values = [v for shown in self.shown for v in shown.values[: shown.in_picture]]
        low, high = min(values), max(values)
        room = high - low or 1.0
        known = [h for h in self.curve[1] if math.isfinite(h)] or [low]
        return _with_margin(
            [min(low, max(min(known), low - room)),
             max(high, min(max(known), high + room))]
        )  # fmt: skip

    @cached_property
    def grid(self) -> tuple[list[float], list[float], list[list[float]]]:
        """For two inputs: columns, rows, and f(x, y) for each row and column."""
        across, up = self.frame
        return grid(self.landscape.height, across, up)

    @property
    def axes(self) -> tuple[str, ...]:
        """What the axes of a picture are called: across, and up."""
        names = tuple(map(TEXT.name, self.landscape.names))
        return (*names, TEXT.function(self.landscape.name, names))[:2]

    @property
    def path(self) -> list[Point]:
        """Where the points of the walk are in a picture."""
        points = zip(self.walk.places, self.values, strict=True)
        return [(*place, value)[:2] for place, value in points]

    @cached_property
    def picture(self) -> Plot:
        """The curve, or the contour map, and the walk on it."""
        across, *up = self.frame
        plot = Plot(across, up[0] if up else self.rise, names=self.axes)
        if up:
            plot.contours(self.landscape.height)
        else:
            plot.line(zip(*self.curve, strict=True))
        plot.line(self.path, colour="grad", width=1.5)
        return plot.dots(self.path, colour="grad")

    @cached_property
    def formula(self) -> Formula | None:
        """The graph that the function is, if it is the same all over the picture."""
        return self.landscape.formula([*self.walk.places, *probes(self.frame)])

    def title(self, markup: Markup = TEXT, around: str = "") -> str:
        """Return `f(x) = x^2, rate 0.1`, with signs `around` the formula."""
        written = f"{around}{equation(self.landscape, self.formula, markup)}{around}"
        rate = TEXT.digits(self.rate)
        return Phrases(self.language)("descend.title", equation=written, rate=rate)

    def __repr__(self) -> str:
        """Return `<Descent f(x) = x^2, rate 0.1>`."""
        return f"<Descent {self.title()}>"

    def __str__(self) -> str:
        """Return the walk as a table, and what happened."""
        return table(self, Phrases(self.language))

    def figure(self, *, uphill: bool = False) -> Any:
        """Return a matplotlib figure of the curve, or the contour map, with the walk.

        Args:
            uphill: Whether the first step is also shown with a plus in place of the
                minus.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        return self.plot(uphill=uphill).figure

    def plot(self, ax: Any = None, *, uphill: bool = False) -> Any:
        """Draw the curve, or the contour map, with the walk into matplotlib axes.

        Args:
            ax: Where to; by default the axes of a new figure.
            uphill: As for `figure`.

        Returns:
            The axes.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        from .plot import draw_descent, new_axes

        ax = new_axes() if ax is None else ax
        draw_descent(ax, self, with_plus=uphill)
        return ax

    def to_html(self, language: Language | None = None) -> str:
        """Return the page that steps through the walk, which needs nothing else.

        Args:
            language: "en" or "fr"; None for that of the descent.
        """
        from .page.page import page

        told = self._told_in(language)
        return page(told, Phrases(told.language))

    def save(self, path: str | Path, language: Language | None = None) -> Path:
        """Write the page (.html), the plot (.png, .svg, .pdf) or the table (.txt).

        Args:
            path: The file; its ending says which.
            language: "en" or "fr"; None for that of the descent.

        Returns:
            The path.

        Raises:
            ValueError: For another ending, or a folder that is not there.
            ImportError: For a plot, if matplotlib is not installed.
        """
        from ...writing.files import write_whole

        path = Path(path)
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            endings = ", ".join(ENDINGS)
            raise ValueError(f"save needs one of {endings}; got {path.name}")
        if not path.parent.is_dir():
            raise ValueError(f"save needs an existing folder; got {path.parent}")
        told = self._told_in(language)
        if ending == ".html":
            write_whole(path, told.to_html())
        elif ending == ".txt":
            write_whole(path, f"{told}\n")
        else:
            from .plot import picture

            write_whole(path, picture(told.figure(), ending[1:]))
        return path

    def _told_in(self, language: Language | None) -> Descent:
        if language in (None, self.language):
            return self
        return replace(self, language=chosen(language))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what a notebook shows: the page, and text where it shows no pages."""
        from .page.page import in_notebook

        return in_notebook(self, Phrases(self.language))


def descend(
    f: Callable[..., Any] | str,
    start: Any,
    *,
    rate: float = 0.1,
    steps: int = 20,
    window: Sequence[Any] | None = None,
    language: Language | None = None,
) -> Descent:
    """Walk down a function of one or two inputs: each step goes against the slope.

    Args:
        f: Takes one or two Values and gives one; or the text of an expression.
        start: Where the walk begins: a number, a pair of numbers, or the numbers by
            name. Numbers without names go to the names of a text in alphabetical order.
        rate: The learning rate: how many times the slope one step is long.
        steps: How many steps to make, unless the walk ends before.
        window: What a picture shows: (least, largest) x, or for two inputs a pair of
            such pairs. By default, where the walk and others like it go.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        TypeError: If `f` is no function or gives no Value, or a number is none.
        ValueError: If there are not one or two inputs, a name is unknown, or `f` has no
            value at the start (as ZeroDivisionError and OverflowError also say).

    >>> from autograd import descend
    >>> down = descend(lambda x: x**2, 3.0, rate=0.1, steps=3, language="en")
    >>> [round(x, 4) for x in down.points], down.stopped
    ([3.0, 2.4, 1.92, 1.536], 'steps')
    >>> print(descend("x**2", 3.0, rate=0.1, steps=2, language="en"))
    f(x) = x^2, rate 0.1
    Each step: x ← x − rate·∂f/∂x
    <BLANKLINE>
      step     x  ∂f/∂x   move       f
         0     3      6   −0.6       9
         1   2.4    4.8  −0.48    5.76
         2  1.92   3.84         3.6864
    <BLANKLINE>
    All steps are done, and the slope is still 3.84: more steps, or a larger rate, lead
    further down.
    """
    words = Phrases(language)
    rate = to_float(rate, "descend needs as rate")
    if not (rate > 0.0 and math.isfinite(rate)):
        raise ValueError(words("descend.errors.rate", rate=repr(rate)))
    if isinstance(steps, bool) or not isinstance(steps, int):
        raise TypeError(
            f"descend needs a whole number of steps; got {type(steps).__name__}"
            f" {cut(steps)}"
        )
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(words("descend.errors.steps", most=MOST_STEPS, steps=steps))
    with said_in(words):
        landscape, point = read_landscape(f, start, words)
        shown = None if window is None else _window(window, len(point))
        walked = walk(landscape, point, rate, steps)
    if not math.isfinite(walked.values[0]):
        raise ValueError(words("descend.errors.value", value=repr(walked.values[0])))
    return Descent(landscape, walked, steps, shown, words.language)


def _unwrapped(points: Sequence[Point]) -> list[Any]:
    return [point[0] if len(point) == 1 else point for point in points]


def _window(window: Sequence[Any], inputs: int) -> Window:
    sides = [window] if inputs == 1 else window
    form = "(low, high)" if inputs == 1 else "((low, high), (low, high))"
    try:
        checked = tuple(
            (to_float(low, "window needs"), to_float(high, "window needs"))
            for low, high in sides
        )
    except (TypeError, ValueError):
        checked = ()
    if len(checked) != inputs or not all(
        low < high and math.isfinite(high - low) for low, high in checked
    ):
        raise ValueError(f"window needs {form}; got {cut(window)}")
    return checked


def _with_margin(side: Sequence[float]) -> tuple[float, float]:
    """Return the least and the largest, and some room beside them."""
    low, high = min(side), max(side)
    margin = 0.12 * (high - low)
    if not margin > 1e-9 * max(abs(low), abs(high)):  # it never moved
        margin = max(1.0, 0.5 * abs(low))
    low, high = max(low - margin, -WIDEST), min(high + margin, WIDEST)
    return (low, high) if low < high else (-WIDEST, WIDEST)
