"""`mistakes`: what goes wrong with the chain rule, tried out on a graph."""

from __future__ import annotations

import argparse

from ..phrases.table import Phrases
from .parser import Parser, say, typed
from .shared import add_variables, read_lesson, room


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    from ..teaching.mistakes.catalogue import KINDS

    parser.add_argument(
        "what", nargs="?", type=typed, metavar=words("command.what_name"),
        help=words("mistakes.what"),
    )  # fmt: skip
    add_variables(parser, words)
    parser.add_argument(
        "--only", choices=KINDS, metavar=words("mistakes.kind"),
        help=words("mistakes.only", kinds=", ".join(KINDS)),
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.mistakes.catalogue import example, mistakes

    words = Phrases(options.language)
    if options.what is None:
        lesson = example()
        say(words("mistakes.built_in"))
        say("")
    else:
        lesson = read_lesson(options)
    say(mistakes(lesson, options.only, words.language).text(room(100, 40)))
    return 0
