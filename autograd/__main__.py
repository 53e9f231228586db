"""`python -m autograd`: a tour, lessons on the learner's own code, and pictures."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from functools import partial
from importlib import import_module
from typing import cast

from .commands import COMMANDS
from .commands.neighbours import check_package
from .commands.shared import Parser, say
from .commands.tour import tour
from .op import ARITHMETIC_ERRORS
from .phrases.table import LANGUAGES, Phrases

# `-a + b` is an expression; these are options, with or without what they need.
OPTION = re.compile(
    r"-[oh]|-o.*\.\w+|--|--[a-z]{2,}(-[a-z]{2,})*(=.*)?", re.ASCII | re.DOTALL
)
INTERRUPTED = 130  # what shells expect after Ctrl-C


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # Where they are closed, Python has None in their place.
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    words = Phrases(_language(argv))
    try:
        check_package(words)
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
    except (*ARITHMETIC_ERRORS, OSError, RuntimeError, TypeError) as error:
        say(f"{words('command.error')} {error}", sys.stderr)
        return 1


def _parsed(argv: list[str], words: Phrases) -> argparse.Namespace:
    parser = Parser(
        "python -m autograd", description=words("command.about"), words=words
    )
    commands = parser.add_subparsers(
        title=words("command.commands"), metavar=words("command.command"),
        parser_class=cast("type[Parser]", partial(Parser, words=words)),
    )  # fmt: skip
    for name in COMMANDS:
        import_module(f".commands.{name}", __package__).add(commands, words)
    parser.set_defaults(run=tour)
    # An expression may begin with a minus sign, and must not look like an option then.
    end = argv.index("--") if "--" in argv else len(argv)
    for i, text in enumerate(argv[:end]):
        if text.startswith("-") and text != "-" and not OPTION.fullmatch(text):
            argv[i] = f" {text}"
    options, rest = parser.parse_known_args(argv)
    # Of names and numbers on both sides of an option argparse takes the first ones.
    if rest and not (hasattr(options, "variables") and all("=" in r for r in rest)):
        raise ValueError(words("errors.arguments.extra", given=" ".join(rest)))
    if rest:
        options.variables = [*options.variables, *rest]
    return options


def _language(argv: list[str]) -> str | None:
    """Return the language that the arguments ask for, which the help needs first."""
    for option, value in zip(argv, [*argv[1:], ""], strict=False):
        name, equals, joined = option.partition("=")
        if name == "--language":
            language = joined if equals else value
            return language if language in LANGUAGES else None
    return None


if __name__ == "__main__":
    sys.exit(main())
