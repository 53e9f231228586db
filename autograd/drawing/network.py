"""The picture of a network itself, as in a textbook: circles, and a line per weight.

A line is as wide as its weight is large. Positive weights are blue and solid, negative
ones orange and dashed. Of wide layers the first neurons and the last are drawn.
"""

from __future__ import annotations

from typing import Any

from ..phrases.table import Phrases
from ..writing.colours import THEMES, Theme
from .boxes import font
from .chain import Layer, in_order
from .dot import new_picture
from .escaping import html, quoted
from .notation import TEXT
from .numerals import counted, grouped
from .parts import Part, find_parts
from .renderer import Picture

WIDEST = 16  # circles in a column


def draw_network(model: Any, direction: str, theme: str, words: Phrases) -> Picture:
    """Return the picture of a network of layers of neurons.

    Raises:
        TypeError: If `model` is not made of neurons with one list of weights each, or
            does not run its layers one after the other.
    """
    layers = _layers(model)
    colours = THEMES[theme]
    weights = [w.data for layer in layers for neuron in layer for w in neuron[0]]
    largest = max(map(abs, weights), default=0.0) or 1.0
    inputs = len(layers[0][0][0])
    sizes = [inputs, *map(len, layers)]
    held = {value for layer in layers for ws, rest in layer for value in [*ws, *rest]}
    parameters = counted(words, "drawing.parameters", len(held))
    slots = {"sizes": "-".join(map(str, sizes)), "parameters": parameters}
    notes = [
        words("drawing.network.title", **slots),
        font(words("drawing.network.positive"), colours.data),
        font(words("drawing.network.negative"), colours.negative),
        words("drawing.network.widest", number=TEXT.digits(largest)),
        words("drawing.network.in_circle"),
    ]
    if max(sizes) > WIDEST:
        notes.append(words("drawing.network.some"))
    tallest = min(max(sizes), WIDEST)
    picture = new_picture(direction, theme, notes)
    picture.attr(
        ranksep=f"{1.0 + 0.14 * tallest:.3g}", nodesep="0.12", splines="line",
        outputorder="edgesfirst",
    )  # fmt: skip
    picture.attr("node", shape="circle", style="filled", fixedsize="true", width="0.55")
    # Thin lines where there are many.
    thick = 4.5 / max(1.0, len(weights) / 40) ** 0.5
    number = 0
    before: list[str | None] = []
    for depth, size in enumerate(sizes):
        kept = _kept(size)
        column: list[str | None] = [None] * size
        lines = []
        previous = ""
        for k in kept:
            name = f"n{number}"
            number += 1
            if k is None:
                left = grouped(words, size - len(kept) + 1)
                more = words("drawing.network.more", number=left)
                every = words("drawing.network.all", number=grouped(words, size))
                lines.append(
                    f'\t\t{name} [class="more" style=""'
                    f" label=<{more.replace(chr(10), '<BR/>')}>"
                    f' color="{colours.background}" tooltip={quoted([every])}]\n'
                )
            else:
                column[k] = name
                neuron = layers[depth - 1][k] if depth else None
                lines.append(_circle(name, depth, k, neuron, colours, words))
            if previous:
                lines.append(f"\t\t{previous} -> {name} [style=invis weight=100]\n")
            previous = name
        picture.body.append("\t{\n\t\trank=same\n" + "".join(lines) + "\t}\n")
        for k, end in enumerate(column):
            if not depth or end is None:
                continue
            for i, start in enumerate(before):
                if start is not None:
                    weight = layers[depth - 1][k][0][i].data
                    width = 0.3 + thick * abs(weight) / largest
                    picture.body.append(_line(start, end, weight, width, colours))
        before = column
    return picture


def _circle(
    name: str, depth: int, k: int, neuron: Any, colours: Theme, words: Phrases
) -> str:
    if neuron is None:
        label, kind, fill = f"x{k + 1}", "input", colours.leaf
        about = [words("drawing.network.input", number=k + 1)]
    else:
        label, kind, fill = "", "neuron", colours.op
        about = [words("drawing.network.neuron", layer=depth, number=k + 1)]
        for value in neuron[1]:
            about.append(words("drawing.network.bias", number=repr(value.data)))
        if len(neuron[1]) == 1:
            label = TEXT.digits(float(f"{neuron[1][0].data:.2g}"))
    return (
        f'\t\t{name} [class="{kind}" fillcolor="{fill}" fontsize=10'
        f" label=<{html(label)}> tooltip={quoted(about)}]\n"
    )


def _line(start: str, end: str, weight: float, width: float, colours: Theme) -> str:
    kind, colour, style = (
        ("negative", colours.negative, "dashed")
        if weight < 0.0
        else ("positive", colours.data, "solid")
    )
    return (
        f'\t{start} -> {end} [class="weight {kind}" color="{colour}" style={style}'
        f" penwidth={width:.3g} arrowhead=none tooltip={quoted([f'{weight!r}'])}]\n"
    )


def _kept(size: int) -> list[int | None]:
    """Return which of a column are drawn, with None for those left out."""
    if size <= WIDEST:
        return list(range(size))
    return [*range(WIDEST - 2), None, size - 1]


def _layers(model: Any) -> list[Layer]:
    """Return the layers in the order in which the network runs them."""
    (whole,) = find_parts([model])
    columns: dict[Part | None, Layer] = {}
    for part in whole.within():
        weights = [value for value, name in part.own.items() if name.endswith("]")]
        lists = {name.rpartition("[")[0] for name in part.own.values() if "[" in name}
        if len(lists) == 1:
            rest = [v for v, name in part.own.items() if not name.endswith("]")]
            columns.setdefault(part.parent, []).append((weights, rest))
        elif part.own:
            columns = {}
            break
    layers = list(columns.values())
    if not layers or any(len({len(ws) for ws, _ in layer}) > 1 for layer in layers):
        raise TypeError(
            "draw needs a network of layers of neurons, with a list of weights in each;"
            f" got {type(model).__name__} (hint: draw(model(x)) draws its graph)"
        )
    return in_order(model, layers)
