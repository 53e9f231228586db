"""From boxes and edges to DOT.

Every line depends on the graph alone, so the same graph gives the same bytes. The boxes
of a module stand together in its outline.
"""

from __future__ import annotations

from ..writing.colours import AUTO, DRAWING, THEMES
from ..writing.resources import table_of
from .boxes import about, box
from .captions import legend, notes
from .edges import edges
from .escaping import html, quoted
from .parts import LAYER, NEURON, Part
from .renderer import Picture
from .scene import Scene

REMINCROSS = "\tgraph [remincross=false]\n"

# Where a picture has many arrows, Graphviz could go on for minutes to make it a little
# neater: bounds on its rounds of tidying, that are relative to the size.
IN_TITLE = 100  # letters
MANY = 200
HURRY = "\tgraph [nslimit=0.1 nslimit1=0.5 mclimit=0.1]\n"


def new_picture(
    direction: str, theme: str, notes: list[str], title: str = ""
) -> Picture:
    """Return an empty picture with `notes`, HTML each, below what will be drawn.

    With a title they stand above it, and the title above them.
    """
    colours = THEMES[theme]
    name = f"{DRAWING} {AUTO}" if theme == "auto" else DRAWING
    style, text = table_of(__package__, "style.toml"), {"fontcolor": colours.text}
    own = {"class": name, "rankdir": direction, "bgcolor": colours.background}
    graph = style["graph"] | text | own
    node, edge = (style[of] | text | {"color": colours.line} for of in ("node", "edge"))
    if title:
        notes = [f"<B>{html(title, IN_TITLE)}</B>", *notes]
    if notes:
        graph |= {"labelloc": "t" if title else "b", "labeljust": "l"}
        graph["label"] = f"<{_note_table(notes)}>"
    return Picture(
        "graph", format="svg", graph_attr=graph, node_attr=node, edge_attr=edge
    )


def draw_graph(scene: Scene) -> Picture:
    """Return the picture of the graph."""
    look = scene.look
    picture = new_picture(look.direction, look.theme, notes(scene), look.title)
    crowd = len(scene.folding.arrows) / len(scene.folding.groups)
    if crowd > 2.0:  # room for the arrows between the columns
        picture.graph_attr["ranksep"] = f"{min(0.5 * crowd, 2.5):.3g}"
    if len(scene.folding.arrows) > MANY:
        picture.body.append(HURRY)
    picture.body += _boxes(scene)
    picture.body += edges(scene)
    picture.scene = scene
    if look.legend:
        picture.body.append(legend(scene))
    return picture


def _boxes(scene: Scene) -> list[str]:
    """Return the boxes, those of a module together in its outline."""
    lines: list[str] = []
    inside: dict[Part, list[str]] = {}
    whole: dict[Part, None] = {}
    for group in filter(scene.is_drawn, scene.folding.groups):
        part = group.part
        if part is not None and group.kind == "module":
            part = part.parent
        if part is None:
            lines.append(box(scene, group))
            continue
        inside.setdefault(part, []).append(box(scene, group))
        whole[part.above()[0]] = None
    for top in whole:
        lines += _clusters(scene, top, inside)
    if REMINCROSS in lines:
        lines = [REMINCROSS, *(line for line in lines if line != REMINCROSS)]
    return lines


def _clusters(scene: Scene, top: Part, inside: dict[Part, list[str]]) -> list[str]:
    shown = {above for part in inside for above in part.above()}
    lines = []
    open_parts: list[Part] = []
    for part in top.within():
        if part not in shown:
            continue
        while open_parts and open_parts[-1] is not part.parent:
            open_parts.pop()
            lines.append("\t}\n")
        open_parts.append(part)
        lines.append(
            f"\tsubgraph {quoted(['cluster_' + part.name])} {{\n"
            f'\tgraph [class="module" style="rounded,dashed" margin=10'
            f' color="{scene.colours.muted}" fontcolor="{scene.colours.muted}"'
            f" labelloc=t labeljust=l label=<{html(part.name, 60)}>"
            f" tooltip={quoted(about(part, scene.words))}]\n"
        )
        lines += inside.get(part, ())
        lines += _column(scene, part)
    lines += ["\t}\n"] * len(open_parts)
    return lines


def _column(scene: Scene, layer: Part) -> list[str]:
    """Return what keeps the neurons of a layer in their order."""
    ids = [
        scene.ids[group]
        for group in scene.folding.groups
        if group.kind == "module"
        and group.part is not None
        and group.part.parent is layer
        and group.part.size == NEURON
    ]
    if layer.size != LAYER or len(ids) < 2:
        return []
    # Inside an outline, Graphviz keeps this order only if it does not tidy up
    # again, and counts it from below where the graph goes sideways.
    if scene.look.direction in ("LR", "RL"):
        ids.reverse()
    chain = " -> ".join(ids)
    return [f"\t{{ rank=same {chain} [style=invis] }}\n", REMINCROSS]


def _note_table(notes: list[str]) -> str:
    rows = "".join(f'<TR><TD ALIGN="LEFT">{note}</TD></TR>' for note in notes)
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{rows}</TABLE>'
