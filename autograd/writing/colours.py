"""The palette of pictures, pages and plots, for light and dark backgrounds.

Data is blue and grad orange, which colour-blind eyes tell apart; words and outlines say
the same without colour. The theme "auto" is the light one, with a style sheet in the
SVG that exchanges each colour for its dark counterpart where the reader prefers dark.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


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


LIGHT = Theme(
    background="#ffffff",
    text="#1a1a1a",
    muted="#5f6368",
    line="#80868b",
    data="#0063a6",
    grad="#a84b00",
    highlight="#b5127a",
    negative="#c65d00",
    op="#fefefe",
    leaf="#e3effa",
    parameter="#e1f2e2",
    constant="#f1f1f1",
    fold="#fff5d9",
)
DARK = Theme(
    background="#17191c",
    text="#ececec",
    muted="#a9adb2",
    line="#8b9096",
    data="#79c0ff",
    grad="#ffb066",
    highlight="#ff7ec8",
    negative="#f58a2e",
    op="#25282c",
    leaf="#1b3347",
    parameter="#1d3a24",
    constant="#303236",
    fold="#3d3418",
)
THEMES = {"light": LIGHT, "dark": DARK, "auto": LIGHT}

# What plots have besides, light and dark: lines of a grid; and what tells classes and
# curves apart, the colours of Okabe and Ito for colour-blind eyes, and two more.
GRID = "#d5d7da", "#45494e"
SERIES = {
    "#0072b2": "#4aa3df",
    "#e69f00": "#e69f00",
    "#009e73": "#2fbf95",
    "#cc79a7": "#cc79a7",
    "#56b4e9": "#8fd0f5",
    "#d55e00": "#f58a2e",
    "#8c6d31": "#b89452",
    "#7f7f7f": "#9a9a9a",
}

# The class of the drawing in the SVG, by which the style sheet finds it: a notebook
# page holds many drawings.
DRAWING, AUTO = "chainrule", "chainrule-auto"

FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',Courier,monospace"


def variables() -> dict[str, tuple[str, str]]:
    """Return the variables of CSS, such as `--data`, each light and dark."""
    pairs = zip(asdict(LIGHT).items(), asdict(DARK).values(), strict=True)
    return {f"--{role}": (light, dark) for (role, light), dark in pairs}


def plot_variables() -> dict[str, tuple[str, str]]:
    """Return those of plots, such as `--series-0`."""
    series = {f"--series-{k}": pair for k, pair in enumerate(SERIES.items())}
    return {"--grid": GRID, **series}


def style_sheet() -> str:
    """Return the CSS that goes into every SVG."""
    rules = "".join(
        f'.{AUTO} [fill="{light}"]{{fill:{dark}}}'
        f'.{AUTO} [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in variables().values()
    )
    return (
        f".{DRAWING} text{{font-family:{FONTS}}}"
        f"@media (prefers-color-scheme:dark){{{rules}}}"
    )
