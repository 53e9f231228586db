"""The palette of pictures, pages and plots, for light and dark backgrounds.

Data is blue and grad orange, which colour-blind eyes tell apart; words and outlines say
the same without colour. The theme "auto" is the light one, with a style sheet in the
SVG that exchanges each colour for its dark counterpart where the reader prefers dark.
"""

from __future__ import annotations

from collections import namedtuple

from .resources import table_of

_FILE = table_of(__package__, "colours.toml")
# Each light and dark.
PALETTE: dict[str, tuple[str, str]] = _FILE["roles"]
Theme = namedtuple("Theme", PALETTE)  # a colour for each role; no two are the same
LIGHT, DARK = (Theme(*colours) for colours in zip(*PALETTE.values(), strict=True))
THEMES = {"light": LIGHT, "dark": DARK, "auto": LIGHT}

# What plots have besides, light and dark: lines of a grid, and what tells curves apart.
GRID: tuple[str, str] = _FILE["plots"]["grid"]
SERIES: dict[str, str] = _FILE["series"]

# The class of the drawing in the SVG, by which the style sheet finds it: a notebook
# page holds many drawings.
DRAWING, AUTO = "chainrule", "chainrule-auto"

FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',Courier,monospace"


def variables() -> dict[str, tuple[str, str]]:
    """Return the variables of CSS, such as `--data`, each light and dark."""
    return {f"--{role}": pair for role, pair in PALETTE.items()}


def plot_variables() -> dict[str, tuple[str, str]]:
    """Return those of plots, such as `--series-0`."""
    series = {f"--series-{k}": pair for k, pair in enumerate(SERIES.items())}
    return {"--grid": GRID, **series}


def style_sheet() -> str:
    """Return the CSS that goes into every SVG."""
    rules = "".join(
        f'.{AUTO} [fill="{light}"]{{fill:{dark}}}'
        f'.{AUTO} [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in PALETTE.values()
    )
    return (
        f".{DRAWING} text{{font-family:{FONTS}}}"
        f"@media (prefers-color-scheme:dark){{{rules}}}"
    )
