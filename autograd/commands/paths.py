"""`paths`: every path from an input to the output, and what goes along it."""

from __future__ import annotations

import argparse

from ..phrases.table import Phrases
from .parser import Parser, say
from .shared import add_lesson, read_lesson, room


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    add_lesson(parser, words)
    parser.add_argument(
        "--from", dest="starts", action="append", default=[],
        metavar=words("command.name"), help=words("paths.command.start"),
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.paths import WIDTH, paths

    lesson = read_lesson(options)
    starts = options.starts or [node.name for node in lesson.inputs]
    starts = starts or [lesson.output.name]  # a constant, which is said
    say("\n\n\n".join(paths(lesson, s).text(room(WIDTH)) for s in starts))
    return 0
