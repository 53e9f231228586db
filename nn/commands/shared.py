"""What the commands share: their parser, kinds of numbers, and care for files.

Whatever the user reads here comes from the phrases, in the language of `--language`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from autograd import Phrases

LANGUAGES = ("en", "fr")

# What argparse says of arguments, in English; we say it in the user's language.
COMPLAINTS = {
    "missing": r"the following arguments are required: (?P<given>.+)",
    "choice": r"argument (?P<option>.+?): invalid choice: (?P<given>.+) \(choose from"
    r" (?P<known>.+)\)",
    "nothing": r"argument (?P<option>.+?): expected .*arguments?",
    "value": r"argument (?P<option>.+?): invalid .+ value: (?P<given>.+)",
    "extra": r"unrecognized arguments: (?P<given>.+)",
}


class Parser(argparse.ArgumentParser):
    """A parser of arguments that speaks the user's language."""

    def __init__(self, *args: Any, words: Phrases, **named: Any) -> None:
        """Take headings, and the options that all commands have, from `words`."""
        super().__init__(*args, add_help=False, allow_abbrev=False, **named)
        self.words = words
        self._positionals.title = words("command.arguments")
        self._optionals.title = words("command.options")
        self.add_argument("-h", "--help", action="help", help=words("command.help"))
        self.add_argument(
            "--language", choices=LANGUAGES, default=words.language,
            help=words("command.language"),
        )  # fmt: skip

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments.

        Raises:
            ValueError: Always.
        """
        for kind, pattern in COMPLAINTS.items():
            if found := re.fullmatch(pattern, message, re.DOTALL):
                raise ValueError(self.words(f"command.{kind}", **found.groupdict()))
        raise ValueError(message)


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


def check_folder(option: str, path: Path | None, words: Phrases) -> None:
    """Check, before any work, that a file can stand there.

    Raises:
        ValueError: If its folder is not there, or it is a folder itself.
    """
    if path is not None and (not path.parent.is_dir() or path.is_dir()):
        raise ValueError(words("command.folder", option=option, given=path))


def say(text: str) -> None:
    """Print a line, at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line beside the results, on stderr."""
    print(text, file=sys.stderr, flush=True)
