"""`python -m nn`: train a network, look at what it learned, and predict with it."""

from __future__ import annotations

import argparse
import io
import os
import sys
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import cast

from autograd import Phrases

from .commands import COMMANDS
from .commands.moons import moons
from .commands.shared import LANGUAGES, Parser, note

ERRORS = (
    ArithmeticError, ImportError, MemoryError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
INTERRUPTED = 130  # what shells expect after Ctrl-C


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # Where they are closed, Python has None in their place.
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    words = Phrases(_language(argv), "nn.phrases")
    try:
        options = _parsed(argv, words)
        status = options.run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has left; at its end Python must not write to them again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ERRORS as error:
        note(f"{words('command.error')} {' '.join(str(error).split())}")
        return 1


def _parsed(argv: list[str], words: Phrases) -> argparse.Namespace:
    parser = Parser("python -m nn", description=words("command.about"), words=words)
    commands = parser.add_subparsers(
        title=words("command.commands"), metavar=words("command.command"),
        parser_class=cast("type[Parser]", partial(Parser, words=words)),
    )  # fmt: skip
    for name in COMMANDS:
        import_module(f".commands.{name}", __package__).add(commands, words)
    parser.set_defaults(run=moons)
    return parser.parse_args(argv)


def _language(argv: list[str]) -> str | None:
    """Return the language that the arguments ask for, which the help needs first."""
    for option, value in zip(argv, [*argv[1:], ""], strict=False):
        name, equals, joined = option.partition("=")
        if name == "--language":
            language = joined if equals else value
            return language if language in LANGUAGES else None
    return None


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal may not have every letter of a phrase or of the user's data.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main())
