"""`mistakes`: what goes wrong with the chain rule, tried out on a graph."""

from __future__ import annotations

import argparse
from typing import Any

from ..phrases.table import Phrases
from .parser import say
from .shared import add_variables, read_lesson, room


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    from ..teaching.mistakes.catalogue import KINDS

    parser = commands.add_parser("mistakes", help=words("mistakes.about"))
    parser.set_defaults(run=_run)
    parser.add_argument(
        "what", nargs="?", metavar=words("command.what_name"),
        help=words("mistakes.what"),
    )  # fmt: skip
    add_variables(parser, words)
    parser.add_argument(
        "--only", choices=KINDS, metavar=words("mistakes.kind"),
        help=words("mistakes.only", kinds=", ".join(KINDS)),
    )  # fmt: skip


def _run(options: argparse.Namespace) -> int:
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
