"""What all pictures share: the figure, its colours, and marks that do without colours.

Each class has a marker of its own, and each curve a line style.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from autograd import Phrases
from autograd.imports import needed
from autograd.writing.colours import GRID, LIGHT, SERIES

SIZE = (4.2, 3.3)  # of a figure in inches: on a telephone its words can still be read
LONGEST = 24  # letters of a name
TEXT, MUTED, LINE, PAPER = LIGHT.text, LIGHT.muted, GRID[0], LIGHT.background
COLOURS = tuple(SERIES)
BLUE, ORANGE = COLOURS[0], COLOURS[5]
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*", "<", ">", "p")

SETTINGS: Any = {
    "font.size": 9.5,
    "axes.titlesize": 9.5,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": LINE,
    "legend.frameon": False,
    "text.color": TEXT,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}


def new_figure(height: float = SIZE[1]) -> Any:
    """Return an empty matplotlib figure of that height in inches.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    check_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=(SIZE[0], height), dpi=120, layout="constrained")


def places_for(count: int, height: float, ax: Any = None) -> tuple[Any, list[Any]]:
    """Return a figure, and axes in it, one above the other.

    Args:
        count: How many axes.
        height: That of a new figure in inches.
        ax: The axes to draw into: so many, or one, whose place they then share; None
            for a new figure.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If there are others than so many.
    """
    if ax is None:
        figure = new_figure(height)
        table = figure.subplots(count, 1, sharex=True, squeeze=False)
        return figure, [*table[:, 0]]
    given = [*getattr(ax, "flat", ax if isinstance(ax, list | tuple) else [ax])]
    if len(given) == 1 < count:
        (whole,), share = given, 1.0 / count
        whole.set_axis_off()
        given = []
        for row in reversed(range(count)):  # the topmost first
            place = 0.0, row * share, 1.0, 0.75 * share
            top = given[0] if given else None
            given.append(whole.inset_axes(place, sharex=top))
            given[-1].tick_params(labelbottom=row == 0)
    if len(given) != count:
        raise ValueError(f"ax needs one or {count} axes; got {len(given)}")
    return given[0].get_figure(), given


def drawing() -> Any:
    """Return a context in which new axes look as they should.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    check_matplotlib()
    import matplotlib

    return matplotlib.rc_context(SETTINGS)


def check_matplotlib() -> None:
    """Check that pictures can be drawn.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    needed("matplotlib.figure", "plots need", "matplotlib", "nn")


def percent(share: float, words: Phrases, places: int = 0) -> str:
    """Return a share as it is written in the language of `words`.

    Only all is 100 %, and only nothing is 0 %.

    >>> percent(0.9996, Phrases("en", "nn.phrases"))
    '99%'
    """
    number, least = 100.0 * share, 10.0**-places
    if 0.0 < share < 1.0:
        number = min(max(number, least), 100.0 - least)
    return words("plots.percent", number=f"{number:.{places}f}")


def digits(number: float, count: int = 4) -> str:
    """Return a number with so many digits that count, without an exponent if it can be.

    >>> digits(48584.2), digits(0.0123456), digits(1e20)
    ('48580', '0.01235', '1e+20')
    """
    if not math.isfinite(number):
        return "—"
    text = f"{number:.{count}g}"
    return f"{Decimal(text):f}" if 1e-5 < abs(number) < 1e9 else text


def plain(name: str) -> str:
    """Return a name from the user's data as matplotlib shows it letter by letter."""
    name = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    # Between dollar signs would be mathematics; what begins with _ would not be shown.
    name = " ".join(name.split()).replace("$", r"\$")
    return f" {name}" if name.startswith("_") else name


def look(place: int) -> dict[str, Any]:
    """Return colour and marker of the class of that number."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[place % len(MARKERS)],
    }
