"""`descend`: a walk downhill, as a table, a page or a plot."""

from __future__ import annotations

import argparse

from ..phrases.table import Phrases
from .parser import TERMINAL, Parser, decimal, say
from .shared import add_lesson, blaming, check_out, read_function, room


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    add_lesson(parser, words)
    for name, kind, default in (("rate", decimal, 0.1), ("steps", int, 20)):
        about = words(f"descend.command.{name}")
        parser.add_argument(
            f"--{name}", type=kind, metavar="N", default=default, help=about
        )
    parser.add_file("-o", "--out", help=words("descend.command.out"))


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.descent.descent import ENDINGS, descend
    from ..teaching.descent.text import WIDTH, table

    words = Phrases(options.language)
    if options.out is not None:
        check_out("--out", options.out, ENDINGS, words, piped=True)
    f, start = read_function(options)
    with blaming(options.what):
        walked = descend(
            f, start, rate=options.rate, steps=options.steps, language=words.language
        )
    if options.out in (None, TERMINAL):
        say(table(walked, words, room(WIDTH)))
        return 0
    walked.save(options.out)
    say(words("descend.command.wrote", file=options.out, reason=walked.reason()))
    return 0
