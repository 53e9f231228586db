"""The graph of a lesson as SVG, with a place for each number.

It is drawn twice: from left to right, and from top to bottom for narrow screens. Each
edge has an arrowhead at either end, of which one is shown: data goes to the node,
slopes come back from it.
"""

from __future__ import annotations

import math
from html import escape

from ...drawing.text import printable, shortened
from ..notation import TEXT
from .layout import lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..lesson import Lesson
    from ..phrases import Phrases
    from ..steps import Node
    from .layout import Layout

LETTER = 7.3  # width in pixels
LONGEST = 18  # letters of a name
WIDTH, HEIGHT = 108.0, 64.0  # of a node with data and grad, at least
FLAT = 30.0  # the height of a number that stands in the code
INSET = 9  # of the text in a box
MARGIN = 10.0
SIGNS = {"*": "·", "-": "−"}
ARROW = 9.0, 4.0  # length and half the width


def draw_graphs(lesson: Lesson, words: Phrases) -> str:
    """Return both pictures of the graph.

    Raises:
        RuntimeError: If Graphviz is missing or fails.
    """
    args = [node.args for node in lesson.nodes]
    sizes = [_size(node) for node in lesson.nodes]
    shares = {(step.node.place, step.i): n for n, step in enumerate(lesson.backward)}
    return "".join(
        _svg(lesson, lay_out(args, sizes, direction), sizes, shares, direction, words)
        for direction in ("LR", "TB")
    )


def _size(node: Node) -> tuple[float, float]:
    title = shortened(node.label, LONGEST)
    letters = len(title) + (len(_sign(node)) + 2 if node.op else 0)
    width = LETTER * letters + 18.0
    if not node.name:
        return max(width, 36.0), FLAT
    return max(width, WIDTH), HEIGHT - (18.0 if node.constant else 0.0)


def _sign(node: Node) -> str:
    symbol = shortened(printable(node.op.symbol), 12) if node.op else ""
    return SIGNS.get(symbol, symbol)


def _svg(
    lesson: Lesson,
    layout: Layout,
    sizes: list[tuple[float, float]],
    shares: dict[tuple[int, int], int],
    direction: str,
    words: Phrases,
) -> str:
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    head = (
        f'<svg class="graph {direction}" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="{-MARGIN:.0f} {-MARGIN:.0f} {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{escape(words("page.graph"))}">'
    )
    parts = [head]
    for edge, points in layout.curves.items():
        parts.append(_edge(lesson, edge, points, layout.labels[edge], shares))
    for node, centre, size in zip(lesson.nodes, layout.centres, sizes, strict=True):
        parts.append(_node(node, centre, size, direction))
    return "".join(parts) + "</svg>"


def _node(
    node: Node, centre: tuple[float, float], size: tuple[float, float], direction: str
) -> str:
    (x, y), (width, height) = centre, size
    right = width - INSET
    kind = "inner" if node.op else "fixed" if node.constant else "leaf"
    kind = kind if node.name else "number"

    def text(kind: str, at: float, down: int, content: str) -> str:
        return f"<text class={kind} x={at:.0f} y={down}>{content}</text>"

    parts = [
        f"<g class='node {kind}' id={direction}{node.place} data-n={node.place}"
        f" transform=translate({x - width / 2:.0f},{y - height / 2:.0f})>"
        f"<title>{escape(printable(node.label))}</title>"
        f"<rect width={width:.0f} height={height:.0f} rx=8 />"
    ]
    if kind == "number":
        parts.append(text("digits", width / 2, 20, _title(node)))
    else:
        parts.append(text("name", INSET, 19, _title(node)))
        if node.op:
            kind = "op" if len(_sign(node)) > 1 else "'op sign'"
            parts.append(text(kind, right, 20, escape(_sign(node))))
        digits = TEXT.digits(node.data)
        parts.append(text("key", INSET, 37, "data"))
        parts.append(text(f"data data-d={node.place}", right, 37, digits))
        if not node.constant:
            digits = TEXT.digits(node.grad)
            parts.append(text("key", INSET, 54, "grad"))
            parts.append(text(f"grad data-g={node.place}", right, 54, digits))
    return "".join(parts) + "</g>"


def _title(node: Node) -> str:
    """Return the name, shortened where it tells least: layers[0].w[1] by its end."""
    label = node.label
    if len(label) > LONGEST and ("." in label or "[" in label):
        label = "…" + label[1 - LONGEST :]
    return escape(printable(shortened(label, LONGEST)))


def _edge(
    lesson: Lesson,
    edge: tuple[int, int],
    points: list[tuple[float, float]],
    label: tuple[float, float],
    shares: dict[tuple[int, int], int],
) -> str:
    (x, y), *rest = points
    curve = f"M{x:.0f},{y:.0f}C" + " ".join(f"{x:.0f},{y:.0f}" for x, y in rest)
    share = shares.get(edge)
    number = ""
    if share is not None:
        slope = TEXT.digits(lesson.backward[share].slope)
        x, y = label
        number = (
            f"<text class=slope data-k={share} x={x:.0f} y={y + 4:.0f}>×{slope}</text>"
        )
    return (
        f'<g class=edge data-edge={edge[0]}.{edge[1]}><path d="{curve}"/>'
        f'<path class=there d="{_arrow(points[-2], points[-1])}"/>'
        f'<path class=back d="{_arrow(points[1], points[0])}"/>{number}</g>'
    )


def _arrow(before: tuple[float, float], tip: tuple[float, float]) -> str:
    """Return the triangle at the end of a curve that comes from `before`."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = math.hypot(dx, dy) or 1.0
    dx, dy = dx / length, dy / length
    long, half = ARROW
    x, y = tip[0] - long * dx, tip[1] - long * dy
    return (
        f"M{tip[0]:.0f},{tip[1]:.0f}L{x - half * dy:.1f},{y + half * dx:.1f}"
        f" {x + half * dy:.1f},{y - half * dx:.1f}z"
    )
