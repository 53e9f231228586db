"""What the commands share: kinds of numbers, and care for files."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from autograd import Phrases
from autograd.commands.parser import TERMINAL, Parser, decimal, say

READING = {"separator": "X", "decimal": ".|,", "encoding": "X"}  # options, and for what


def number(kind: Callable[[str], Any], fits: Callable[[Any], bool]) -> Any:
    """Return what reads a number of a kind, and refuses those that do not fit."""

    def read(text: str) -> Any:
        found = kind(text)
        if not fits(found):
            raise ValueError
        return found

    return read


COUNT = number(int, lambda n: n >= 1)
POSITIVE = number(decimal, lambda x: 0.0 < x < math.inf)
SHARE = number(decimal, lambda x: 0.0 <= x < 1.0)


def add_reading(parser: Parser, words: Phrases, *flags: str) -> None:
    """Add the options of how a CSV file is written; flags are yes, no, or left open."""
    for name, sign in READING.items():
        about = words(f"command.reading.{name}")
        parser.add_argument(f"--{name}", metavar=sign, help=about)
    for name in ("header", *flags):
        about, kind = words(f"command.reading.{name}"), argparse.BooleanOptionalAction
        parser.add_argument(f"--{name}", action=kind, help=about)


def reading(options: argparse.Namespace, *more: str) -> dict[str, Any]:
    """Return what is said of a CSV file, for `read_table`, and other options."""
    return {name: vars(options)[name] for name in (*READING, "header", *more)}


def check_files(
    read: Mapping[str, Path], written: Mapping[str, Path | None], words: Phrases
) -> None:
    """Check, before any work, that files are there, or can be written, each elsewhere.

    Args:
        read: The files that are read, by the name of their argument or option.
        written: Those that will be written; None for one that will not.
        words: For what is wrong.

    Raises:
        ValueError: If a file or folder is not there, a folder cannot be written in, or
            a file has two names.
    """
    for option, path in read.items():
        if path != TERMINAL and (not path.exists() or path.is_dir()):
            raise ValueError(words("command.missing", option=option, given=path))
    owners = {path.resolve(): option for option, path in read.items()}
    for option, path in written.items():
        if path in (None, TERMINAL):
            continue
        named = {"option": option, "given": path}
        if not path.parent.is_dir() or path.is_dir():
            raise ValueError(words("command.folder", **named))
        if other := owners.get(path.resolve()):
            raise ValueError(words("command.same", **named, other=other))
        owners[path.resolve()] = option
        try:
            # Files are written whole, in the folder of the one that they may replace.
            with TemporaryFile(dir=path.resolve().parent):
                pass
        except OSError as error:
            raise ValueError(words("command.unwritable", **named)) from error


def note(text: str) -> None:
    """Print a line beside the results, on stderr."""
    say(text, sys.stderr)
