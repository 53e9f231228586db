"""What the commands share: kinds of numbers, and care for files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile

from autograd import Phrases
from autograd.commands.parser import say


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number of at least `least`."""

    def whole(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError
        return number

    return whole


def positive(text: str) -> float:
    """Return a number above 0."""
    number = float(text)
    if not 0.0 < number < float("inf"):
        raise ValueError
    return number


def share(text: str) -> float:
    """Return a number from 0 to 1, without 1."""
    number = float(text)
    if not 0.0 <= number < 1.0:
        raise ValueError
    return number


def check_files(
    read: Mapping[str, Path], written: Mapping[str, Path | None], words: Phrases
) -> None:
    """Check, before any work, that files can be written, each at a place of its own.

    Args:
        read: The files that are read, by the name of their argument or option.
        written: Those that will be written; None for one that will not.
        words: For what is wrong.

    Raises:
        ValueError: If a folder is not there or cannot be written in, or if a file has
            two names.
    """
    owners = {path.resolve(): option for option, path in read.items()}
    for option, path in written.items():
        if path is None:
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
