"""`descend`: a walk downhill, as a table, a page or a plot."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from ..phrases.table import Phrases
from .shared import add_lesson, blaming, check_out, read_function, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NARROWEST = 30  # columns


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    parser = commands.add_parser("descend", help=words("descend.command.about"))
    parser.set_defaults(run=_descend)
    add_lesson(parser, words)
    parser.add_argument(
        "--rate",
        type=_number,
        metavar="N",
        default=0.1,
        help=words("descend.command.rate"),
    )
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        default=20,
        help=words("descend.command.steps"),
    )
    parser.add_argument(
        "-o", "--out", type=Path, metavar=words("command.file"),
        help=words("descend.command.out"),
    )  # fmt: skip


def _number(text: str) -> float:
    """Return the number, which may be written 0,1 as in France."""
    return float(text.replace(",", "."))


def _descend(options: argparse.Namespace) -> int:
    from ..teaching.descent.descent import ENDINGS, descend
    from ..teaching.descent.text import WIDTH, table

    words = Phrases(options.language)
    if options.out is not None:
        check_out("--out", options.out, ENDINGS, words)
    f, start = read_function(options)
    with blaming(options.what):
        walked = descend(
            f, start, rate=options.rate, steps=options.steps, language=words.language
        )
    if options.out is None:
        width = max(NARROWEST, min(shutil.get_terminal_size().columns - 1, WIDTH))
        say(table(walked, words, width))
        return 0
    walked.save(options.out)
    say(words("descend.command.wrote", file=options.out, reason=walked.reason()))
    return 0
