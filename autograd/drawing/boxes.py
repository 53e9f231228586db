"""What stands in a box: a title, data and grad, and more in the tooltip.

Each box says in words what it is; outlines tell leaves, parameters, constants and folds
apart without colour.
"""

from __future__ import annotations

from collections import Counter

from ..phrases.table import Phrases
from ..value import Value, data_of
from .escaping import html, isolated, quoted
from .groups import Group
from .notation import TEXT
from .numerals import counted, grouped, span
from .parts import Part
from .scene import Scene

STYLES = {
    "op": "filled,rounded", "leaf": "filled", "parameter": "filled,bold",
    "constant": "filled,dashed", "fold": "filled",
}  # fmt: skip
_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{}">{}</TABLE>'


def box(scene: Scene, group: Group) -> str:
    """Return the DOT of a box."""
    if group.kind == "node":
        kind, rows, tooltip = _node(scene, group)
    elif group.kind == "alike":
        kind, rows, tooltip = _alike(scene, group)
    else:
        kind, rows, tooltip = _fold(scene, group)
    colours = scene.colours
    shape, extra = "box", ""
    if kind == "fold":
        shape, extra = "box3d", ' margin="0.14,0.09"'
    names = [kind]
    if group in scene.path_groups:
        extra += f' color="{colours.highlight}" penwidth=2'
        names.append("path")
    if any(scene.folding.group_of[root] is group for root in scene.snapshot.roots):
        names.append("output")
        if kind != "fold":
            extra += " peripheries=2"
    table = _table(rows)
    if places := scene.places(group):
        table = _with_places(scene, table, places)
        extra += " margin=0"
    return (
        f'\t{scene.ids[group]} [class="{" ".join(names)}" shape={shape}'
        f' style="{STYLES[kind]}" fillcolor="{getattr(colours, kind)}"{extra}'
        f" label=<{table}> tooltip={quoted(tooltip)}]\n"
    )


def _node(scene: Scene, group: Group) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return kind, rows and tooltip of the box of one node."""
    n = group.members[0]
    node = scene.snapshot.nodes[n]
    op = node.op
    kind = scene.kind(n)
    name = scene.shown(n)
    called = scene.words(f"drawing.kinds.{kind}")
    if op is not None:
        if scene.look.formula:
            title = f"{html(name or scene.auto(n))} = {scene.formula(n)}"
            rows = [(f"<B>{title}</B>", "")]
        else:
            symbol = f"<B>{html(scene.symbol(n))}</B>"
            rows = [(f"<B>{html(name)} </B>", symbol) if name else (symbol, "")]
    else:
        what = font(called, scene.colours.muted) if kind != "leaf" or not name else ""
        if name and what:
            rows = [(f"<B>{html(name)} </B>", what)]
        else:
            rows = [(f"<B>{html(name)}</B>" if name else what, "")]
    rows.append(_number(scene, "data", scene.look.markup.digits(node.data)))
    whole = name
    if kind == "parameter" and group.part is not None and not node.label:
        whole = f"{group.part.name}.{name}"
    tooltip = [f"{isolated(whole)} ({called})" if name else called]
    if kind == "op":
        title = isolated(name or scene.auto(n))
        tooltip[0] = f"{title} = {scene.formula(n, plain=True)}"
    tooltip.append(f"data = {node.data!r}")
    if scene.shows_grad and not node.constant:
        grad = float(data_of(node.grad))
        # What the sweep has not reached yet takes its room.
        hidden = getattr(scene.colours, kind) if scene.is_ahead(n) else ""
        rows.append(_number(scene, "grad", scene.look.markup.digits(grad), hidden))
        tooltip.append(f"grad = {grad!r}")
    if node.source:
        tooltip.append(f"{node.source.expression}   {node.source.place}")
    return kind, rows, tooltip


def _alike(scene: Scene, group: Group) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return kind, rows and tooltip of the box of nodes computed alike."""
    nodes = [scene.snapshot.nodes[n] for n in group.members]
    words, kind, op = scene.words, scene.kind(group.members[0]), nodes[0].op
    called = words(f"drawing.kinds.{kind}")
    times = f"× {grouped(words, len(nodes))}"
    labels = [node.label for node in nodes if node.label]
    if op is not None:
        title = html(TEXT.sign(op.symbol))
    elif labels and labels[0] != labels[-1]:
        title = f"{html(labels[0])} … {html(labels[-1])}"
    else:
        title = html(labels[0] if labels else called)
    if scene.look.partials and kind != "constant":
        title = f"{scene.auto(group.members[0])} {title}"
    rows = [(f"<B>{title} </B>", f"<B>{times}</B>")]
    what = op.name if op is not None else called
    slots = {"nodes": counted(words, "drawing.nodes", len(nodes)), "what": what}
    tooltip = [words("drawing.alike", **slots)]
    _spans(scene, nodes, rows, tooltip)
    return kind, rows, tooltip


def _fold(scene: Scene, group: Group) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return kind, rows and tooltip of a fold."""
    nodes = [scene.snapshot.nodes[n] for n in group.members]
    words = scene.words
    held = counted(words, "drawing.nodes", len(nodes))
    rows = [(f"<B>{html(group.name, 40)}</B>", "")]
    tooltip = [words("drawing.fold", name=isolated(group.name), nodes=held)]
    if group.kind == "module":
        assert group.part is not None
        lines = about(group.part, words)[1:]
        tooltip += lines
        rows += [(html(line, 40), "") for line in lines]
    elif group.kind == "sum":
        heads = [scene.snapshot.nodes[n] for n in scene.heads(group)]
        adds = sum(1 if node.op is not None else -1 for node in nodes)
        terms = adds // len(heads) + 1
        times = f" × {grouped(words, len(heads))}" if len(heads) > 1 else ""
        rows[0] = (f"<B>{html(group.name, 40)}</B>{times}", "")
        rows.append((words("drawing.sum", number=grouped(words, terms)), ""))
        _spans(scene, heads, rows, tooltip)
    else:
        rows[0] = (f"<B>{html(group.name)}</B>", "")
        symbols = Counter(node.op.symbol for node in nodes if node.op is not None)
        steps = "  ".join(
            f"{html(TEXT.sign(symbol))} × {grouped(words, count)}"
            for symbol, count in sorted(
                symbols.items(), key=lambda pair: (-pair[1], pair[0])
            )[:4]
        )
        rows.append((steps, ""))
    rows.append((font(held, scene.colours.muted), ""))
    return "fold", rows, tooltip


def _spans(
    scene: Scene, nodes: list[Value], rows: list[tuple[str, str]], tooltip: list[str]
) -> None:
    data, digits = [node.data for node in nodes], scene.look.markup.digits
    rows.append(_number(scene, "data", span(scene.words, data, digits)))
    tooltip.append(f"data = {span(scene.words, data, repr)}")
    if scene.shows_grad and not nodes[0].constant:
        grads = [float(data_of(node.grad)) for node in nodes]
        rows.append(_number(scene, "grad", span(scene.words, grads, digits)))
        tooltip.append(f"grad = {span(scene.words, grads, repr)}")


def _number(scene: Scene, kind: str, number: str, colour: str = "") -> tuple[str, str]:
    """Return a row of "data" or "grad", in its colour."""
    colour = colour or getattr(scene.colours, kind)
    return font(f"{kind} ", colour), font(number.replace("−", "-"), colour)


def about(part: Part, words: Phrases) -> list[str]:
    """Return name, kind and size of a module, a line each."""
    if part.module is None:  # a function
        return [part.name]
    lines = [part.name, type(part.module).__name__]
    kinds = Counter(type(inner.module).__name__ for inner in part.parts)
    for kind, count in kinds.items():
        lines.append(counted(words, "drawing.parts", count, kind=kind))
    parameters = {value for inner in part.within() for value in inner.own}
    return [*lines, counted(words, "drawing.parameters", len(parameters))]


def font(text: str, colour: str) -> str:
    """Return `text`, which is HTML, in a colour."""
    return f'<FONT COLOR="{colour}">{text}</FONT>'


def _with_places(scene: Scene, table: str, places: int) -> str:
    """Return the table with 1, 2, … on the side where the args arrive, in order."""
    small = f'<FONT POINT-SIZE="9" COLOR="{scene.colours.muted}">'
    cells = [f'<TD PORT="{place(i)}">{small}{i + 1}</FONT></TD>' for i in range(places)]
    upright = scene.look.direction in ("LR", "RL")
    first = scene.look.direction in ("LR", "TB")
    numbers = ("</TR><TR>" if upright else "").join(cells)
    parts = [
        _TABLE.format(3, f"<TR>{numbers}</TR>"),
        _TABLE.format(4, f"<TR><TD>{table}</TD></TR>"),
    ]
    parts = [f"<TD>{part}</TD>" for part in (parts if first else parts[::-1])]
    return _TABLE.format(0, f"<TR>{('' if upright else '</TR><TR>').join(parts)}</TR>")


def place(i: int) -> str:
    """Return what DOT calls the place of argument `i` of a box."""
    return f"i{i}"


def _table(rows: list[tuple[str, str]]) -> str:
    body = "".join(
        f'<TR><TD ALIGN="LEFT">{left}</TD><TD ALIGN="RIGHT">{right}</TD></TR>'
        if right
        else f'<TR><TD COLSPAN="2">{left}</TD></TR>'
        for left, right in rows
    )
    return _TABLE.format(1, body)
