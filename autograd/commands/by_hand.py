"""`by-hand`: back-propagation written out as a plain Python function."""

from __future__ import annotations

import argparse
from typing import Any

from ..phrases.table import Phrases
from .parser import say
from .shared import add_lesson, read_lesson


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    parser = commands.add_parser("by-hand", help=words("by_hand.command.about"))
    parser.set_defaults(run=_by_hand)
    add_lesson(parser, words)


def _by_hand(options: argparse.Namespace) -> int:
    from ..teaching.by_hand import to_python

    say(to_python(read_lesson(options)))
    return 0
