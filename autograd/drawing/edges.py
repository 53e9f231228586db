"""The edges of a picture: one for each argument, with its partial and its gradient."""

from __future__ import annotations

import math
from heapq import heappop, heappush

from ..reading.partials import partial
from ..reading.snapshot import place_among
from ..value import data_of
from .boxes import place
from .escaping import html, isolated, quoted
from .groups import Arrow, Group
from .notation import TEXT
from .numerals import grouped, span, subscript
from .scene import Scene

# What keeps a text off a thick line under it; the space before it, off one beside it.
BELOW = '<BR/><FONT POINT-SIZE="5"> </FONT>'

SIDES = {"LR": "w", "TB": "n", "RL": "e", "BT": "s"}  # where edges arrive


def edges(scene: Scene) -> list[str]:
    """Return the DOT of all edges."""
    arrows = [arrow for arrow in scene.folding.arrows if scene.is_drawn(arrow.source)]
    flows = [_flow(scene, arrow) for arrow in arrows]
    folds = {arrow.target for arrow in arrows if scene.look.partials}
    inside = {fold: _through(scene, fold) for fold in folds if fold.name}
    largest = max((flow for flow in flows if math.isfinite(flow)), default=0.0)
    return [
        _edge(scene, arrow, flow, largest, inside)
        for arrow, flow in zip(arrows, flows, strict=True)
    ]


def _flow(scene: Scene, arrow: Arrow) -> float:
    """Return what the edge brings to the grad of its source: ȳ · ∂y/∂a."""
    if not scene.look.widths or not scene.graded:
        return 0.0
    flow = 0.0
    for n, i in _steps(scene, arrow):
        node = scene.snapshot.nodes[n]
        if (n, i) in scene.snapshot.taken:
            flow += abs(data_of(node.grad) * partial(node, i))
    return flow


def _steps(scene: Scene, arrow: Arrow) -> list[tuple[int, int]]:
    """Return what an edge stands for: places of nodes, and by which of their args."""
    if arrow.count == 1:
        return [(arrow.node, arrow.i)]
    single = arrow.target.kind in ("node", "alike")
    return [
        (n, i)
        for n in arrow.target.members
        for i, arg in enumerate(scene.snapshot.args[n])
        if scene.folding.group_of[arg] is arrow.source and (not single or i == arrow.i)
    ]


Inside = dict[Group, list[dict[int, float]]]


def _through(scene: Scene, fold: Group) -> list[dict[int, float]]:
    """Return for each output of a fold its derivative by each node that goes in.

    It is the sum, over the paths inside, of the products of the partials.
    """
    snapshot, members = scene.snapshot, set(fold.members)
    found = []
    for head in scene.heads(fold):
        slopes, ahead = {head: 1.0}, [-head]  # the latest node comes first
        while ahead:
            n = -heappop(ahead)
            slope = slopes.pop(n)
            for i, at in enumerate(snapshot.args[n]):
                share = slope * partial(snapshot.nodes[n], i)
                passes = (n, i) in snapshot.taken or math.isfinite(share)
                if snapshot.nodes[at].constant or not passes:
                    continue
                if at in members and at not in slopes:
                    heappush(ahead, -at)
                slopes[at] = slopes.get(at, 0.0) + share
        found.append(slopes)
    return found


def _edge(
    scene: Scene, arrow: Arrow, flow: float, largest: float, inside: Inside
) -> str:
    source, target = scene.ids[arrow.source], scene.ids[arrow.target]
    if scene.places(arrow.target):
        side = SIDES[scene.look.direction]
        target += f":{place(arrow.i)}:{side}"
    colours, look, words = scene.colours, scene.look, scene.words
    names, attributes = ["flow"], ""
    width = 1.0
    n, i = arrow.node, arrow.i
    at = scene.snapshot.args[n][i]
    arg = scene.snapshot.nodes[at]
    both_nodes = arrow.source.kind == arrow.target.kind == "node"
    on_path = bool(scene.on_path) and not scene.on_path.isdisjoint(_steps(scene, arrow))
    about = []
    if arg.constant:
        if both_nodes:
            names.append("constant")
            attributes += " style=dashed"
    elif look.partials or (both_nodes and on_path):
        slopes = _slopes(scene, arrow, inside)
        y, x = scene.called(arrow.target), scene.called(arrow.source)
        written = _called(scene, arrow, html(y), html(x))
        number = span(words, slopes, look.markup.digits)
        if not slopes or (len(slopes) == 1 and math.isnan(slopes[0])):
            taken = (n, i) in scene.snapshot.taken
            number = words("drawing.none" if taken else "drawing.untaken")
        text = f"{written} = {number}"
        if on_path or look.widths or look.sweep:
            text = f" {text}{BELOW}"
        attributes += f" label=<{text}>"
        if look.sweep and (n, i) not in look.sweep.passed:  # it takes its room
            attributes += f' fontcolor="{colours.background}"'
        called = _called(scene, arrow, isolated(y), isolated(x), plain=True)
        about.append(f"{called} = {span(words, slopes, repr)}")
    if arrow.count > 1:
        number = grouped(words, arrow.count)
        about.append(words("drawing.edges", number=number))
    if look.widths and scene.graded and largest:
        share = min(flow / largest, 1.0) if math.isfinite(flow) else 1.0
        width = 0.5 + 5.5 * math.sqrt(share)
        about.append(words("drawing.gradient", number=repr(flow)))
    if on_path:
        names.append("path")
        width = max(width, 3.0)
        attributes += f' color="{colours.highlight}" fontcolor="{colours.highlight}"'
    if width != 1.0:
        attributes += f" penwidth={width:.3g}"
    if about:
        attributes += f" tooltip={quoted(about)}"
    return f'\t{source} -> {target} [class="{" ".join(names)}"{attributes}]\n'


def _slopes(scene: Scene, arrow: Arrow, inside: Inside) -> list[float]:
    """Return the derivatives that an edge stands for."""
    if arrow.target.name:
        ends = arrow.source.members
        return [by[at] for by in inside[arrow.target] for at in ends if at in by]
    nodes = scene.snapshot.nodes
    return [partial(nodes[n], i) for n, i in _steps(scene, arrow)]


def _called(scene: Scene, arrow: Arrow, y: str, x: str, plain: bool = False) -> str:
    """Return how a partial is called, so that it is not taken for a whole derivative.

    `∂v1/∂a₁` is by one of the places of `a` alone; and where `a` comes to the output by
    other ways too, its formula takes the place of its name: `∂(v1 + a)/∂a`.
    """
    n, i = arrow.node, arrow.i
    args = scene.snapshot.args[n]
    if arrow.target.kind != "node":
        return TEXT.quotient(y, x)
    if number := place_among(args, i):
        x += subscript(number)
    elif n in scene.snapshot.roots and scene.snapshot.uses[args[i]] > 1:
        y = f"({scene.formula(n, plain)})"
    return TEXT.quotient(y, x)
