"""The graph of a lesson as SVG, with a place for each number.

It is drawn from left to right; on narrow screens the script moves its parts to where
they stand from top to bottom. Arrowheads are markers, at the end that the style sheet
says: data goes to the node, slopes come back from it.
"""

from __future__ import annotations

from html import escape

from ....drawing.escaping import printable, shortened
from ....drawing.notation import TEXT
from ....drawing.numerals import subscript
from ....reading.snapshot import place_among
from ....writing.page import short_text
from .layout import lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....phrases.table import Phrases
    from ...lesson import Lesson
    from ...steps import Backward, Node

    Graph = tuple[list[Node], list[Backward]]  # and what is handed on along its edges

LETTER = 7.3  # width in pixels
LONGEST = 18  # letters of a name
AT_EDGE = 7  # of one beside an edge
NUMBER = "−0.0001"  # as wide as the number there can be
WIDTH, HEIGHT = 122.0, 64.0  # of a node with data and grad, at least
FLAT = 30.0  # the height of a number that stands in the code
INSET = 9  # of the text in a box
MARGIN = 10.0


class Places:
    """Where the parts of a graph stand on the page.

    Attributes:
        box: The corner, width and height of it all.
        nodes: The upper left corner of each node.
        edges: For each edge the path of its curve, and x and y of its label.
    """

    def __init__(self, lesson: Lesson, graph: Graph, direction: str) -> None:
        """Have Graphviz lay out a graph of a lesson: "LR" or "TB".

        Raises:
            RuntimeError: If Graphviz is missing or fails.
        """
        nodes, shares = graph
        sizes = [_size(node) for node in nodes]
        at = {node.place: i for i, node in enumerate(nodes)}
        args = [[at[arg] for arg in node.args] for node in nodes]
        labels = {
            (at[step.node.place], step.i): at_edge(lesson, step.node, step.i) + NUMBER
            for step in shares
        }
        layout = lay_out(args, sizes, direction, labels)
        width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
        self.box = [-MARGIN, -MARGIN, round(width), round(height)]
        self.nodes = [
            f"{x - width / 2:.0f},{y - height / 2:.0f}"
            for (x, y), (width, height) in zip(layout.centres, sizes, strict=True)
        ]
        self.edges = {
            (nodes[n].place, i): (
                _curve(layout.curves[n, i]),
                *map(round, layout.labels[n, i]),
            )
            for n, i in sorted(layout.curves)
        }

    def data(self) -> dict[str, Any]:
        """Return it for the script."""
        edges = list(self.edges.values())
        return {"box": self.box, "nodes": self.nodes, "edges": edges}


def draw_graph(lesson: Lesson, graph: Graph, picture: Places, words: Phrases) -> str:
    """Return a graph as SVG."""
    nodes, steps = graph
    shares = {(step.node.place, step.i): n for n, step in enumerate(steps)}
    known = {node.place: node for node in nodes}
    x, y, width, height = picture.box
    arrows = short_text(__package__, "arrows.svg", "")
    parts = [
        f'<svg class=graph width={width} height={height} viewBox="{x} {y} {width}'
        f' {height}" role=img aria-label="{escape(words("page.shown.graph"))}">{arrows}'
    ]
    for (n, i), (curve, x, y) in picture.edges.items():
        edge = f"{n}.{i}.{known[n].args[i]}"
        share, number = shares.get((n, i)), ""
        if share is not None:
            written = escape(at_edge(lesson, known[n], i))
            slope = TEXT.digits(steps[share].slope)
            number = (
                f'<text class=slope data-k={share} data-of="{written}" x={x} y={y}'
                f" dy=4>{written}{slope}</text>"
            )
        parts.append(f'<g class=edge data-edge={edge}><path d="{curve}"/>{number}</g>')
    parts += map(_node, nodes, picture.nodes)
    return "".join(parts) + "</svg>"


def _size(node: Node) -> tuple[float, float]:
    title = shortened(node.label, LONGEST)
    letters = len(title) + (len(_sign(node)) + 2 if node.op else 0)
    width = LETTER * letters + 18.0
    if not node.name:
        return max(width, 36.0), FLAT
    return max(width, WIDTH), HEIGHT - (18.0 if node.constant else 0.0)


def _sign(node: Node) -> str:
    symbol = shortened(printable(node.op.symbol), 12) if node.op else ""
    return TEXT.sign(symbol)


def _node(node: Node, corner: str) -> str:
    width, height = _size(node)
    right = width - INSET
    kind = "inner" if node.op else "fixed" if node.constant else "leaf"
    kind = kind if node.name else "number"

    def text(kind: str, at: float, down: int, content: str) -> str:
        return f"<text class={kind} x={at:.0f} y={down}>{content}</text>"

    parts = [
        f"<g class='node {kind}' data-n={node.place} transform=translate({corner})>"
        f"<title>{escape(TEXT.name(node.label))}</title>"
        f"<rect width={width:.0f} height={height:.0f} rx=8 />"
    ]
    if kind == "number":
        parts.append(text("digits", width / 2, 20, escape(_title(node))))
    else:
        parts.append(text("name", INSET, 19, escape(_title(node))))
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


def _title(node: Node, most: int = LONGEST) -> str:
    """Return the name, shortened where it tells least: in the middle, or before."""
    label = node.label
    if len(label) > most:
        kept = 0 if "." in label or "[" in label else most // 3
        label = f"{label[:kept]}…{label[1 + kept - most :]}"
    return printable(label)


def at_edge(lesson: Lesson, node: Node, i: int) -> str:
    """Return what stands beside an edge, before the number of its partial."""
    by = _title(lesson.nodes[node.args[i]], AT_EDGE)
    if number := place_among(node.args, i):
        by += subscript(number)
    return TEXT.quotient(_title(node, AT_EDGE), by) + " = "


def _curve(points: list[tuple[float, float]]) -> str:
    """Return a path of one point, and three for each piece of a curve."""
    first, *rest = (f"{x:.0f},{y:.0f}" for x, y in points)
    return f"M{first}C{' '.join(rest)}"
