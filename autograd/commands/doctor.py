"""`doctor`: whether imports find us, which engine runs, and what draws pictures."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .. import native
from ..phrases.table import Phrases
from ..reading.expressions import read_expression
from .draw import write_picture
from .neighbours import neighbours
from .parser import Parser, say
from .shared import check_out


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    parser.add_file("-o", "--out", help=words("command.doctor.out"))


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..drawing.picture import draw
    from ..drawing.renderer import CHOICE, find_renderer

    words = Phrases(options.language)
    # Of .gv, no renderer would be run.
    out = options.out or Path(tempfile.mkdtemp(), "doctor.svg")
    check_out("--out", out, (".svg", ".png"), words)
    renderer = find_renderer()
    if native.engine is None:
        kind, detail = native.reason
        why = words(f"native.{kind}", detail=detail)
        say(words("command.doctor.python", reason=why))
    else:
        say(words("command.doctor.native", rows=" ".join(native.in_python())))
    say(words("command.doctor.renderer", program=renderer.program,
              reason=renderer.reason, choice=CHOICE))  # fmt: skip
    y = read_expression("tanh(a*b + c)", {"a": 2.0, "b": -3.0, "c": 6.5})
    y.backward()
    start = time.perf_counter()
    picture = draw(y, partials=True, legend=True, language=words.language)
    write_picture(picture, out, words)
    seconds = f"{time.perf_counter() - start:.2f}"
    say(words("command.doctor.wrote", file=out, seconds=seconds))
    found = neighbours(words)
    for fault in found:
        say(f"{words('command.error')} {fault}", sys.stderr)
    if not found:
        say(words("command.doctor.well"))
    return len(found) and 1
