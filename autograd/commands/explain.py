"""`explain`: every step, forward and backward, of an expression or a function."""

from __future__ import annotations

import argparse
import sys

from ..phrases.table import Phrases
from ..teaching.views import text
from ..teaching.views.formats import VIEWS
from ..teaching.views.terminal import coloured
from ..writing.files import free_name
from .parser import Parser, deliver, say
from .shared import add_lesson, check_out, open_page, read_lesson


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    add_lesson(parser, words)
    for name, view in VIEWS.items():
        about = words("command.explain.view", ending=view.ending)
        parser.add_file(f"--{name}", help=about)
    about = words("command.explain.given")
    parser.add_argument("--given", metavar="x,y", help=about)
    for name in ("open", "operations"):
        about = words(f"command.explain.{name}")
        parser.add_argument(f"--{name}", action="store_true", help=about)


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    words = Phrases(options.language)
    if options.open and options.html is None:
        options.html = free_name("lesson.html")
    files = {name: vars(options)[name] for name in VIEWS if vars(options)[name]}
    for name, path in files.items():
        check_out(f"--{name}", path, (VIEWS[name].ending,), words, piped=True)
    lesson = read_lesson(options)
    lesson.by = "operations" if options.operations else lesson.by
    if not files:
        say(text.written(lesson, words, colour=coloured(sys.stdout)))
    for name, path in files.items():
        if deliver(path, VIEWS[name].write(lesson, words)):
            say(words("command.wrote", file=path))
    if options.open:
        open_page(options.html, words)
    return 0
