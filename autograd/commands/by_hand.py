"""`by-hand`: back-propagation written out as a plain Python function."""

from __future__ import annotations

import argparse

from ..phrases.table import Phrases
from .parser import Parser, say
from .shared import add_lesson, read_lesson


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    add_lesson(parser, words)


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.by_hand import to_python

    say(to_python(read_lesson(options)))
    return 0
