"""`doctor`: whether imports find us here, and which program draws pictures."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ..phrases.table import Phrases
from ..reading.expressions import read_expression
from .draw import write_picture
from .neighbours import neighbours
from .shared import check_out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    parser = commands.add_parser("doctor", help=words("command.doctor.about"))
    parser.set_defaults(run=_doctor)
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("doctor.svg"),
        metavar=words("command.file"), help=words("command.doctor.out"),
    )  # fmt: skip


def _doctor(options: argparse.Namespace) -> int:
    from ..drawing.picture import draw
    from ..drawing.renderer import CHOICE, find_renderer

    words = Phrases(options.language)
    # Of .gv, no renderer would be run.
    check_out("--out", options.out, (".svg", ".png"), words)
    renderer = find_renderer()
    say(words("command.doctor.renderer", program=renderer.program,
              reason=renderer.reason, choice=CHOICE))  # fmt: skip
    y = read_expression("tanh(a*b + c)", {"a": 2.0, "b": -3.0, "c": 6.5})
    y.backward()
    start = time.perf_counter()
    picture = draw(y, partials=True, legend=True, language=words.language)
    write_picture(picture, options.out, words)
    seconds = f"{time.perf_counter() - start:.2f}"
    say(words("command.doctor.wrote", file=options.out, seconds=seconds))
    found = neighbours(words)
    for fault in found:
        say(f"{words('command.error')} {fault}", sys.stderr)
    if not found:
        say(words("command.doctor.well"))
    return len(found) and 1
