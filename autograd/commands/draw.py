"""`draw`: the graph of an expression, as a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..graph import topological
from ..op import ARITHMETIC_ERRORS
from ..phrases.table import Phrases
from ..reading.expressions import normalised, read_expression
from ..teaching.errors import said_in
from ..writing.files import free_name, write_whole
from .parser import Parser, deliver, say, typed
from .shared import add_variables, check_out, read_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..drawing.renderer import Picture

ENDINGS = (".svg", ".png", ".pdf", ".tex", ".gv")
STEPS = (".gif", ".svg", ".png", ".pdf", ".tex")
FLAGS = ("partials", "formula", "widths", "legend", "data_only")
TEXTS = ("numbers", "title")


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    from ..drawing.picture import DIRECTIONS
    from ..drawing.tidying import CONSTANTS
    from ..writing.colours import THEMES

    parser.add_argument(
        "expression", type=typed, metavar=words("command.draw.expression"),
        help=words("command.draw.such_as"),
    )  # fmt: skip
    add_variables(parser, words)
    parser.add_file("-o", "--out", help=words("command.draw.out"))
    for flag in FLAGS:
        parser.add_argument(
            f"--{flag.replace('_', '-')}", action="store_true",
            help=words(f"command.draw.{flag}"),
        )  # fmt: skip
    for option in TEXTS:
        parser.add_argument(
            f"--{option}", default="", metavar=words("command.draw.text"),
            help=words(f"command.draw.{option}"),
        )  # fmt: skip
    parser.add_file("--animate", help=words("command.draw.animate"))
    name, about = words("command.name"), words("command.draw.highlight")
    parser.add_argument(
        "--highlight", action="append", default=[], metavar=name, help=about
    )
    choices = {"direction": DIRECTIONS, "theme": ("auto", *THEMES)}
    choices["constants"] = CONSTANTS
    for option, known in choices.items():
        parser.add_argument(
            f"--{option}", choices=dict.fromkeys(known), default=known[0],
            help=words(f"command.draw.{option}"),
        )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..drawing.picture import draw
    from ..drawing.sweep import animate

    words = Phrases(options.language)
    out = options.out or free_name("graph.svg")
    check_out("--out", out, ENDINGS, words, piped=True)
    if options.animate:
        check_out("--animate", options.animate, STEPS, words)
    variables = read_variables(options.variables, words)
    with said_in(words):
        y = read_expression(options.expression, variables, words)
    leaves = {node.label: node for node in topological(y) if node.label}
    highlight = [normalised(name) for name in options.highlight]
    for name in highlight:
        if name not in leaves:
            known = ", ".join(leaves) or words("command.none")
            raise ValueError(words("errors.highlight", given=name, known=known))
    try:
        with said_in(words):
            y.backward()
    except ARITHMETIC_ERRORS as error:
        say(words("command.draw.no_gradients", error=error), sys.stderr)
    picture = draw(
        y,
        **{name: vars(options)[name] for name in (*FLAGS, *TEXTS, "constants")},
        highlight=[leaves[name] for name in highlight],
        direction=options.direction,
        theme=options.theme,
        language=words.language,
    )
    files = animate(picture, options.animate) if options.animate else []
    if (options.out or not files) and write_picture(picture, out, words):
        files.append(out)
    for file in files:
        say(words("command.draw.wrote", file=file, number=repr(y.data)))
    return 0


def write_picture(picture: Picture, path: Path, words: Phrases) -> bool:
    """Write the picture whole; where it cannot be drawn, the DOT beside it.

    Returns:
        Whether it is in a file, and not on the standard output.

    Raises:
        RuntimeError: If it cannot be drawn.
    """
    kind = path.suffix[1:].lower() or "svg"
    if kind == "gv":
        return deliver(path, picture.source)
    try:
        return deliver(path, picture.pipe(kind))
    except RuntimeError as error:
        kept = free_name(path.with_suffix(".gv"))
        write_whole(kept, picture.source)
        said = words.said(error), words("errors.dot_is_kept", file=kept)
        raise RuntimeError("\n".join(said)) from error
