"""The palette of pictures, pages and plots, for light and dark backgrounds.

Data is blue and grad orange, which colour-blind eyes tell apart; words and outlines say
the same without colour. The theme "auto" is the light one, with a style sheet in the
SVG that exchanges each colour for its dark counterpart where the reader prefers dark.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A colour for each role; within a theme no two are the same."""

    background: str
    text: str
    muted: str
    line: str
    data: str
    grad: str
    highlight: str
    negative: str
    op: str
    leaf: str
    parameter: str
    constant: str
    fold: str


# Each light and dark.
PALETTE = {
    "background": ("#ffffff", "#17191c"),
    "text":       ("#1a1a1a", "#ececec"),
    "muted":      ("#5f6368", "#a9adb2"),
    "line":       ("#80868b", "#8b9096"),
    "data":       ("#0063a6", "#79c0ff"),
    "grad":       ("#a84b00", "#ffb066"),
    "highlight":  ("#b5127a", "#ff7ec8"),
    "negative":   ("#c65d00", "#f58a2e"),
    "op":         ("#fefefe", "#25282c"),
    "leaf":       ("#e3effa", "#1b3347"),
    "parameter":  ("#e1f2e2", "#1d3a24"),
    "constant":   ("#f1f1f1", "#303236"),
    "fold":       ("#fff5d9", "#3d3418"),
}  # fmt: skip
LIGHT, DARK = (Theme(*colours) for colours in zip(*PALETTE.values(), strict=True))
THEMES = {"light": LIGHT, "dark": DARK, "auto": LIGHT}

# What plots have besides, light and dark: lines of a grid; and what tells classes and
# curves apart, the colours of Okabe and Ito for colour-blind eyes, and two more.
GRID = "#d5d7da", "#45494e"
SERIES = {
    "#0072b2": "#4aa3df", "#e69f00": "#e69f00", "#009e73": "#2fbf95",
    "#cc79a7": "#cc79a7", "#56b4e9": "#8fd0f5", "#d55e00": "#f58a2e",
    "#8c6d31": "#b89452", "#7f7f7f": "#9a9a9a",
}  # fmt: skip

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
