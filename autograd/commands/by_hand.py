"""`by-hand`: back-propagation written out as a plain Python function."""

from __future__ import annotations

import argparse

from .parser import say
from .shared import add_lesson, read_lesson

add = add_lesson  # what the command takes


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.by_hand import to_python

    say(to_python(read_lesson(options)))
    return 0
