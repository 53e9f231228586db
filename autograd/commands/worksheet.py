"""`worksheet`: exercises to print, solutions apart."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..phrases.table import Phrases
from .shared import check_out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENDINGS = (".html", ".htm")


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    from ..teaching.exercises.shapes import LEVELS

    parser = commands.add_parser("worksheet", help=words("exercises.sheet.about"))
    parser.set_defaults(run=_run)
    parser.add_argument(
        "--seed", type=int, metavar="N", default=1, help=words("exercises.sheet.seed")
    )
    parser.add_argument(
        "--count",
        type=int,
        metavar="N",
        default=10,
        help=words("exercises.sheet.count"),
    )
    parser.add_argument(
        "--level",
        type=int,
        metavar="N",
        choices=LEVELS,
        help=words("exercises.sheet.level"),
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("worksheet.html"),
        metavar=words("command.file"), help=words("exercises.sheet.out"),
    )  # fmt: skip


def _run(options: argparse.Namespace) -> int:
    from ..teaching.exercises.worksheet import worksheet
    from ..writing.files import write_whole

    words = Phrases(options.language)
    check_out("--out", options.out, ENDINGS, words)
    seed, count = options.seed, options.count
    write_whole(options.out, worksheet(seed, count, options.level, words.language))
    slots = {"file": options.out, "count": count, "seed": seed}
    say(words("exercises.sheet.wrote", **slots))
    return 0
