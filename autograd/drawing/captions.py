"""The words around a picture: notes below it, and the legend."""

from __future__ import annotations

import math

from ..reading.partials import partial
from ..reading.pathfinding import Paths
from ..value import data_of
from .boxes import STYLES, font
from .escaping import html, quoted
from .numerals import counted, grouped, scientific
from .scene import Scene

OUTLINES = {"op": ' STYLE="rounded"', "constant": ' STYLE="dashed"'}  # of the legend
LONGEST_PATH = 9  # stations written out


def notes(scene: Scene) -> list[str]:
    """Return what is said below the picture."""
    words, notes = scene.words, []
    if not scene.graded and not scene.look.data_only:
        notes.append(font(words("drawing.no_gradients"), scene.colours.muted))
    if not scene.single:
        nodes = counted(words, "drawing.nodes", len(scene.snapshot.nodes))
        drawn = len(scene.folding.groups)
        text = counted(words, "drawing.boxes", drawn, nodes=nodes)
        notes.append(font(text, scene.colours.muted))
    if scene.look.sweep is not None:
        notes.append(scene.look.sweep.told)
    for root, paths in scene.look.paths:
        notes += _path_notes(scene, root, paths)
    return notes


def _path_notes(scene: Scene, root: int, paths: Paths) -> list[str]:
    words, colour = scene.words, scene.colours.highlight
    digits = scene.look.markup.digits
    start, end = _called(scene, paths.start), _called(scene, root)
    count = paths.count
    total = digits(paths.derivative)
    if not count:
        return [font(words("drawing.paths.none", start=start, end=end), colour)]
    if count < 10**9:
        many = grouped(words, count)
    else:
        number = "{}e{}".format(*scientific(count))
        many = words("drawing.paths.about", number=number)
    slots = {"number": many, "start": start, "end": end}
    notes = [f"<B>{font(words.counted('drawing.paths', count, **slots), colour)}</B>"]
    for steps, product in paths.listed:
        stations = [start]
        steps = [(n, i) for n, i in steps if scene.is_told(n)]
        for n, _ in steps:  # of those inside a fold, the fold is named once
            if scene.single or stations[-1] != _called(scene, n):
                stations.append(_called(scene, n))
        if len(stations) > LONGEST_PATH:
            number = grouped(words, len(steps))
            stations = [start, words("drawing.paths.steps", number=number), end]
        factors = ""
        if scene.single and 1 < len(steps) < LONGEST_PATH:
            slopes = (partial(scene.snapshot.nodes[n], i) for n, i in steps)
            factors = f"{' · '.join(map(scene.look.markup.factor, slopes))} = "
        slots = {"path": " → ".join(stations), "product": f"{factors}{digits(product)}"}
        notes.append(words("drawing.paths.product", **slots))
    if count > 1:
        what = "sum" if paths.listed else "sum_all"
        slots = {"derivative": f"∂{end}/∂{start}", "total": total}
        notes.append(words(f"drawing.paths.{what}", **slots))
    return [*notes, *_apart(scene, root, paths)]


def _apart(scene: Scene, root: int, paths: Paths) -> list[str]:
    """Return why the grad in the box of the start is not what the paths sum to."""
    node, output = scene.snapshot.nodes[paths.start], scene.snapshot.nodes[root]
    if not scene.graded or node.constant or not math.isfinite(paths.derivative):
        return []
    grad, arrived = data_of(node.grad), data_of(output.grad)
    brought = arrived * paths.derivative
    if math.isclose(grad, paths.derivative, rel_tol=1e-9):
        return []
    # Inner nodes hold what the latest call brought, leaves the sum of all calls.
    same = math.isclose(grad, brought, rel_tol=1e-9)
    why = "scaled" if same else "other" if node.op is not None else "added"
    digits = scene.look.markup.digits
    slots = {"start": _called(scene, paths.start), "end": _called(scene, root)}
    slots |= {"grad": digits(grad), "slope": scene.look.markup.factor(paths.derivative)}
    slots |= {"arrived": digits(arrived), "total": digits(paths.derivative)}
    note = scene.words(f"drawing.paths.{why}", **slots)
    return [font(line, scene.colours.grad) for line in note.split("\n")]


def _called(scene: Scene, n: int) -> str:
    group = scene.folding.group_of[n]
    return html(scene.name(n) or group.name or scene.auto(n), 40)


def legend(scene: Scene) -> str:
    """Return the DOT of what explains the boxes."""
    colours, look, words = scene.colours, scene.look, scene.words
    shown = {
        "fold"
        if group.kind in ("module", "sum", "run")
        else scene.kind(group.members[0])
        for group in filter(scene.is_drawn, scene.folding.groups)
    }
    table = "".join(
        f'<TR><TD><TABLE BORDER="1" CELLBORDER="0" COLOR="{colours.line}"'
        f' BGCOLOR="{getattr(colours, kind)}"{OUTLINES.get(kind, "")}>'
        f"<TR><TD>{words(f'drawing.kinds.{kind}')}</TD></TR>"
        f'</TABLE></TD><TD ALIGN="LEFT">{_explained(scene, kind)}</TD></TR>'
        for kind in STYLES
        if kind in shown
    )
    signs = {"data": font("data", colours.data), "grad": font("grad", colours.grad)}
    if look.partials or look.paths:
        signs["partial"] = "∂y/∂x"
    if look.widths:
        signs["wide"] = words("drawing.legend.wide_edge")
    if any(map(scene.places, scene.folding.groups)):
        signs["places"] = "1 2"
    signs["double"] = words("drawing.legend.double_line")
    table += "".join(
        f'<TR><TD>{sign}</TD><TD ALIGN="LEFT" BALIGN="LEFT">{_explained(scene, key)}'
        "</TD></TR>"
        for key, sign in signs.items()
    )
    return (
        '\tlegend [class="legend" shape=plain label=<<TABLE BORDER="1"'
        f' COLOR="{colours.line}" CELLBORDER="0" CELLSPACING="2" CELLPADDING="1">'
        f"{table}</TABLE>> tooltip={quoted([words('drawing.legend.name')])}]\n"
    )


def _explained(scene: Scene, what: str) -> str:
    return scene.words(f"drawing.legend.{what}").replace("\n", "<BR/>")
