"""Where the nodes and edges of a graph stand, as Graphviz finds it.

Graphviz gets boxes of fixed sizes and tells in its plain format where it puts them. The
picture is then ours, so that its parts have ids that a script can find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

POINTS = 72.0  # of an inch, which is what Graphviz counts in
MOST = 120  # edges with labels, for which Graphviz finds room in less than some seconds


@dataclass(frozen=True)
class Layout:
    """A graph laid out; y grows downwards.

    Attributes:
        width: In pixels.
        height: In pixels.
        centres: The centre of each node.
        curves: For each node and place of its args, the points of the curve from the
            arg to the node: one, and three for each piece of the curve.
        labels: For each of the curves, the centre of its label.
    """

    width: float
    height: float
    centres: list[tuple[float, float]]
    curves: dict[tuple[int, int], list[tuple[float, float]]]
    labels: dict[tuple[int, int], tuple[float, float]]


def lay_out(
    args: Sequence[Sequence[int]],
    sizes: Sequence[tuple[float, float]],
    direction: str,
    labels: Mapping[tuple[int, int], str],
) -> Layout:
    """Return where Graphviz puts the nodes of a graph.

    Args:
        args: The places of each node's args.
        sizes: The width and height of each node, in pixels.
        direction: "LR" (left to right) or "TB" (top to bottom).
        labels: For a node and place of its args what stands beside the edge.

    Raises:
        RuntimeError: If Graphviz is missing or fails.
    """
    from ....drawing.dot import HURRY, MANY
    from ....drawing.renderer import Picture

    picture = Picture("graph")
    edges = sum(map(len, args))
    if edges > MANY:
        picture.body.append(HURRY)
    space = 0.15 if edges <= MOST else 0.8
    picture.body.append(
        f"\tgraph [rankdir={direction} nodesep=0.2 ranksep={space}]\n"
        "\tnode [shape=box fixedsize=true]\n"
        "\tedge [dir=none fontname=Courier fontsize=11]\n"
    )
    for n, (width, height) in enumerate(sizes):
        size = f"width={width / POINTS:.4f} height={height / POINTS:.4f}"
        picture.body.append(f"\tn{n} [{size}]\n")
    for n, places in enumerate(args):
        for i, arg in enumerate(places):
            width = len(labels.get((n, i), "")) if edges <= MOST else 0
            picture.body.append(f'\tn{arg} -> n{n} [label="{"0" * width}"]\n')
    return _read(picture.pipe("plain", encoding="utf-8"), args)


def _read(plain: str, args: Sequence[Sequence[int]]) -> Layout:
    """Return what the plain format says: inches, from the lower left corner."""
    lines = [line.split() for line in plain.splitlines()]
    width, height = (float(size) * POINTS for size in lines[0][2:4])

    def point(x: str, y: str) -> tuple[float, float]:
        return float(x) * POINTS, height - float(y) * POINTS

    # Two edges between the same nodes have the same two names, in this order.
    waiting: dict[tuple[int, int], list[int]] = {}
    for n, places in enumerate(args):
        for i, arg in enumerate(places):
            waiting.setdefault((arg, n), []).append(i)
    centres = [(0.0, 0.0)] * len(args)
    curves, labels = {}, {}
    for kind, *words in lines[1:]:
        if kind == "node":
            centres[int(words[0][1:])] = point(*words[1:3])
        elif kind == "edge":
            arg, n, count = int(words[0][1:]), int(words[1][1:]), int(words[2])
            numbers = words[3 : 3 + 2 * count]
            edge = n, waiting[arg, n].pop(0)
            curve = [point(*numbers[j : j + 2]) for j in range(0, 2 * count, 2)]
            *label, _style, _colour = words[3 + 2 * count :]
            curves[edge] = curve
            labels[edge] = point(*label[1:]) if label else _middle(curve)
    return Layout(width, height, centres, curves, labels)


def _middle(curve: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the middle of the middle piece of a curve."""
    start = (len(curve) - 1) // 6 * 3
    a, b, c, d = curve[start : start + 4]
    x, y = ((p + 3 * (q + r) + s) / 8 for p, q, r, s in zip(a, b, c, d, strict=True))
    return x, y
