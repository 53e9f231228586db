"""The words around a picture: notes below it, and the legend."""

from __future__ import annotations

from ..routes import partial
from .boxes import font
from .numerals import counted, scientific, short
from .text import html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..routes import Paths
    from .scene import Scene

LONGEST_PATH = 9  # stations written out
NO_GRADIENTS = "No gradients yet: backward() has not been called."


def notes(scene: Scene) -> list[str]:
    """Return what is said below the picture."""
    notes = []
    if not scene.graded:
        notes.append(font(html(NO_GRADIENTS, 99), scene.colours.muted))
    if not scene.single:
        drawn = len(scene.folding.groups)
        of = counted(len(scene.snapshot.nodes), "node")
        notes.append(
            font(
                f"{of} in {drawn:,} {'box' if drawn == 1 else 'boxes'}",
                scene.colours.muted,
            )
        )
    for root, paths in scene.look.paths:
        notes += _path_notes(scene, root, paths)
    return notes


def _path_notes(scene: Scene, root: int, paths: Paths) -> list[str]:
    colour = scene.colours.highlight
    start, end = _called(scene, paths.start), _called(scene, root)
    count = paths.count
    total = short(paths.derivative)
    if not count:
        return [font(f"no path from {start} to {end}", colour)]
    many = f"{count:,}" if count < 10**9 else "about {}e{}".format(*scientific(count))
    noun = "path" if count == 1 else "paths"
    notes = [f"<B>{font(f'{many} {noun} from {start} to {end}', colour)}</B>"]
    for steps, product in paths.listed:
        stations = [start]
        for n, _ in steps:  # of those inside a fold, the fold is named once
            if scene.single or stations[-1] != _called(scene, n):
                stations.append(_called(scene, n))
        if len(stations) > LONGEST_PATH:
            stations = [start, f"… {len(steps):,} steps …", end]
        factors = ""
        if scene.single and 1 < len(steps) < LONGEST_PATH:
            slopes = (partial(scene.snapshot.nodes[n], i) for n, i in steps)
            factors = f"{' · '.join(map(_bracketed, slopes))} = "
        notes.append(f"{' → '.join(stations)}: {factors}{short(product)}")
    if count > 1:
        what = "sum over the paths" if paths.listed else "products along them sum to"
        joint = ": " if paths.listed else " "
        notes.append(f"{what}{joint}∂{end}/∂{start} = {total}")
    return notes


def _called(scene: Scene, n: int) -> str:
    group = scene.folding.group_of[n]
    return html(scene.name(n) or group.name or scene.auto(n), 40)


def legend(scene: Scene) -> str:
    """Return the DOT of what explains the boxes."""
    colours, look = scene.colours, scene.look
    cells = {
        "op": (colours.op, ' STYLE="rounded"', "computed by the op in bold"),
        "leaf": (colours.leaf, "", "leaf: a number put in"),
        "parameter": (colours.parameter, "", "parameter: trained"),
        "constant": (colours.constant, ' STYLE="dashed"', "constant: stays"),
        "fold": (colours.fold, "", "fold: holds many nodes"),
    }
    shown = {
        "fold"
        if group.kind in ("module", "sum", "run")
        else scene.kind(group.members[0])
        for group in scene.folding.groups
    }
    table = "".join(
        f'<TR><TD><TABLE BORDER="1" CELLBORDER="0" COLOR="{colours.line}"'
        f' BGCOLOR="{fill}"{outline}><TR><TD>{kind}</TD></TR></TABLE></TD>'
        f'<TD ALIGN="LEFT">{what}</TD></TR>'
        for kind, (fill, outline, what) in cells.items()
        if kind in shown
    )
    words = [
        (font("data", colours.data), "its number"),
        (font("grad", colours.grad), "how fast the output<BR/>grows with it"),
    ]
    if look.partials or look.paths:
        words.append(("∂y/∂x", "how fast y grows<BR/>with x alone"))
    if look.widths:
        words.append(("wide edge", "much gradient<BR/>flows back"))
    table += "".join(
        f'<TR><TD>{word}</TD><TD ALIGN="LEFT" BALIGN="LEFT">{what}</TD></TR>'
        for word, what in [*words, ("double line", "the output")]
    )
    return (
        '\tlegend [class="legend" shape=plain label=<<TABLE BORDER="1"'
        f' COLOR="{colours.line}" CELLBORDER="0" CELLSPACING="2" CELLPADDING="1">'
        f'{table}</TABLE>> tooltip="legend"]\n'
    )


def _bracketed(number: float) -> str:
    text = short(number)
    return f"({text})" if text.startswith("-") else text
