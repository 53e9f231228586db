"""The picture of a program: a box for each line of its listing, and shapes on arrows.

It is drawn with the colours, and by the renderer, of all other pictures.
"""

from __future__ import annotations

from ..drawing.colours import THEMES
from ..drawing.picture import new_picture
from ..drawing.text import html, quoted
from .listing import MOST, Listing, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..drawing.renderer import Picture
    from .program import Program

DIRECTIONS = ("LR", "TB", "RL", "BT")


def draw_program(program: Program, direction: str, theme: str) -> Picture:
    """Return the picture.

    Raises:
        ValueError: If `direction` or `theme` is unknown, or there are too many boxes.
    """
    for what, given, known in (
        ("direction", direction, DIRECTIONS),
        ("theme", theme, THEMES),
    ):
        if given not in known:
            names = ", ".join(map(repr, known))
            raise ValueError(f"draw needs {what} among {names}; got {given!r}")
    listing = Listing(program)
    if len(listing.lines) > MOST:
        raise ValueError(
            f"a picture needs at most {MOST} statements; got {listing.title}"
            " (hint: print(program) counts them by kind)"
        )
    colours = THEMES[theme]
    picture = new_picture(direction, theme, [html(listing.title, 80)])
    shapes = dict(listing.arguments)
    fills = dict.fromkeys(listing.arguments, colours.leaf)
    for name, parameters in listing.parameters.items():
        shapes[name] = parameters.shape
        fills[name] = colours.parameter
    used = {name for line in listing.lines for name in line.uses}
    ids = {name: f"n{i}" for i, name in enumerate(n for n in shapes if n in used)}
    for name, node in ids.items():
        told = listing.labels.get(name, name)
        picture.body.append(
            f'\t{node} [style=filled fillcolor="{fills[name]}" label=<{html(name)}>'
            f" tooltip={quoted([f'{told}: {size(shapes[name])}'])}]\n"
        )
    for line in listing.lines:
        node = f"n{len(ids)}"
        text = f"{line.name} = {line.text}"
        picture.body.append(
            f'\t{node} [style="filled,rounded" fillcolor="{colours.op}"'
            f" label=<{html(text, 80)}>"
            f" tooltip={quoted([text, f'{size(line.shape)} for each sample'])}]\n"
        )
        for name, shape in line.uses.items():
            picture.body.append(
                f"\t{ids[name]} -> {node} [label=<{html(size(shape))}>]\n"
            )
        ids[line.name] = node
    return picture
