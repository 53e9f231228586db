"""The picture of a program: a box for each line of its listing, and shapes on arrows.

It is drawn with the colours, and by the renderer, of all other pictures.
"""

from __future__ import annotations

from ...drawing.dot import new_picture
from ...drawing.escaping import html, quoted
from ...phrases.table import Phrases
from ...writing.colours import THEMES
from .listing import MOST, Listing, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...drawing.renderer import Picture
    from ...phrases.table import Language
    from ..program import Program

DIRECTIONS = ("LR", "TB", "RL", "BT")


def draw_program(
    program: Program, direction: str, theme: str, language: Language | None
) -> Picture:
    """Return the picture.

    Raises:
        ValueError: If an option is unknown, or there are too many boxes.
    """
    words = Phrases(language)
    for what, given, known in (
        ("direction", direction, DIRECTIONS),
        ("theme", theme, THEMES),
    ):
        if given not in known:
            names = ", ".join(map(repr, known))
            raise ValueError(f"draw needs {what} among {names}; got {given!r}")
    listing = Listing(program)
    if len(listing.lines) > MOST:
        got = listing.title(Phrases("en"))  # as all error messages
        raise ValueError(
            f"a picture needs at most {MOST} statements; got {got}"
            " (hint: print(program) says how many did not roll up)"
        )
    colours = THEMES[theme]
    picture = new_picture(direction, theme, [html(listing.title(words), 80)])
    shapes = dict(listing.arguments)
    fills = dict.fromkeys(listing.arguments, colours.leaf)
    for name, parameters in listing.parameters.items():
        shapes[name] = parameters.shape
        fills[name] = colours.parameter
    used = {name for line in listing.lines for name in line.uses}
    ids = {name: f"n{i}" for i, name in enumerate(n for n in shapes if n in used)}
    for name, node in ids.items():
        told = listing.labels.get(name, name)
        about = words("compiling.holds", name=told, size=size(shapes[name], words))
        picture.body.append(
            f'\t{node} [style=filled fillcolor="{fills[name]}" label=<{html(name)}>'
            f" tooltip={quoted([about])}]\n"
        )
    for line in listing.lines:
        node = f"n{len(ids)}"
        text = f"{line.name} = {line.text}"
        about = words("compiling.for_each", size=size(line.shape, words))
        picture.body.append(
            f'\t{node} [style="filled,rounded" fillcolor="{colours.op}"'
            f" label=<{html(text, 80)}>"
            f" tooltip={quoted([text, about])}]\n"
        )
        for name, shape in line.uses.items():
            picture.body.append(
                f"\t{ids[name]} -> {node} [label=<{html(size(shape, words))}>]\n"
            )
        ids[line.name] = node
    return picture
