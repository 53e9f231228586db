"""What the commands share: their parser, kinds of numbers, and care for files.

Whatever the user reads here comes from the phrases, in the language of `--language`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
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


class Formatter(argparse.HelpFormatter):
    """Lays out the help, in the user's language from its first word on."""

    def __init__(self, *args: Any, words: Phrases, **named: Any) -> None:
        """Take the first word from `words`."""
        super().__init__(*args, **named)
        self.words = words

    def add_usage(
        self, usage: Any, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        """Say what can be typed."""
        prefix = self.words("command.usage") if prefix is None else prefix
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """A parser of arguments that speaks the user's language."""

    def __init__(self, *args: Any, words: Phrases, **named: Any) -> None:
        """Take headings, and the options that all commands have, from `words`."""
        super().__init__(
            *args, add_help=False, allow_abbrev=False,
            formatter_class=partial(Formatter, words=words), **named,
        )  # fmt: skip
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


def say(text: str) -> None:
    """Print a line, at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line beside the results, on stderr."""
    print(text, file=sys.stderr, flush=True)
