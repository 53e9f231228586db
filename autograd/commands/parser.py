"""The command line of both packages: its parser, its errors, and what it prints.

Each command is a module with `add(parser, words)`, which adds to the parser what it
takes, and `run(options)`, which returns the exit status. Whatever the user reads comes
from the phrases, in the language of `--language`.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TextIO, cast

from ..phrases.table import LANGUAGES, Phrases
from ..teaching.views.terminal import encodable
from ..writing.files import write_whole

ERRORS = (
    ArithmeticError, ImportError, MemoryError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
INTERRUPTED = 130  # what shells expect after Ctrl-C
WRONGLY_TYPED = 2  # and of a command that can never be run
TERMINAL = Path("-")  # in place of a file: the standard input, or output


class UsageError(ValueError):
    """What was typed is no command, whatever there is in files and folders."""


def run(
    package: str,
    argv: list[str],
    alone: Callable[[argparse.Namespace], int],
    check: Callable[[Phrases], None] = lambda words: None,
) -> int:
    """Run a command with its arguments, and return its exit status.

    Args:
        package: That of the commands, whose names are in `COMMANDS`.
        argv: The arguments.
        alone: What runs where no command is named.
        check: What has to be well before anything runs.
    """
    # Where they are closed, Python has None in their place.
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    language = _language(argv)
    ours = Phrases(language)
    try:
        check(ours)
        words = Phrases(language, f"{package}.phrases")
        try:
            options = _parsed(package, argv, alone, words)
            return options.run(options)
        finally:  # the end of the help included
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has left; at its end Python must not write to them again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ERRORS as error:
        words = Phrases(language, f"{package}.phrases")
        said = words.said(str(error) or type(error).__name__)
        say(f"{ours('command.error')} {said}", sys.stderr)
        return WRONGLY_TYPED if isinstance(error, UsageError) else 1


def _parsed(
    package: str,
    argv: list[str],
    alone: Callable[[argparse.Namespace], int],
    words: Phrases,
) -> argparse.Namespace:
    from .. import __version__  # not before it is known that this is our package

    ours = Phrases(words.language)
    parser = Parser(
        f"python -m {package}", description=words("command.about"), words=ours
    )
    parser.add_argument(
        "--version", action="version", version=f"chainrule {__version__}",
        help=ours("command.version"),
    )  # fmt: skip
    commands = parser.add_subparsers(
        title=ours("command.commands"), metavar=ours("command.command"),
        parser_class=cast("type[Parser]", partial(Parser, words=ours)),
    )  # fmt: skip
    for name in import_module(f"{package}.commands").COMMANDS:
        module = import_module(f"{package}.commands.{name}")
        about = words(f"commands.{name}")
        command = commands.add_parser(name.replace("_", "-"), help=about)
        command.set_defaults(run=module.run, parser=command)
        module.add(command, words)
    parser.set_defaults(run=alone, parser=parser)
    options, rest = parser.parse_known_args(argv)
    # Of names and numbers on both sides of an option argparse takes the first ones.
    if rest and not (hasattr(options, "variables") and all("=" in r for r in rest)):
        said = ours("errors.arguments.extra", given=" ".join(rest))
        name, known = rest[0].partition("=")[0], options.parser.names()
        raise UsageError(ours.near(said, name, known))
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
        formatter = cast("Any", partial(Formatter, words=words))
        super().__init__(*args, add_help=False, formatter_class=formatter, **named)
        self.words = words
        self._positionals.title = words("command.arguments")
        self._optionals.title = words("command.options")
        self.add_argument("-h", "--help", action="help", help=words("command.help"))
        self.add_argument(
            "--language", choices=LANGUAGES, default=words.language,
            help=words("command.language"),
        )  # fmt: skip

    def add_file(self, *names: str, **named: Any) -> None:
        """Add an option for a file, or an argument that is one."""
        named.setdefault("metavar", self.words("command.file"))
        self.add_argument(*names, type=Path, **named)

    def names(self) -> list[str]:
        """Return the options, under all of their names."""
        return [name for action in self._actions for name in action.option_strings]

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(encodable(message, file or sys.stderr), file)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments.

        Raises:
            UsageError: Always.
        """
        choice = re.search(r"invalid choice: '?(.+?)'? \(choose from (.+)\)", message)
        given, known = choice.groups() if choice else ("", "")
        said = self.words.said(message)  # which argparse says in English
        raise UsageError(self.words.near(said, given, re.findall(r"[^\s,']+", known)))


def decimal(text: str) -> float:
    """Return the number, which may be written 0,1 as in France, or with a minus −."""
    return float(text.replace(",", ".").replace("−", "-"))


def typed(text: str) -> str:
    """Return what was typed, or for `-` what comes in."""
    comes = text.strip() == str(TERMINAL) and sys.stdin
    return comes.read() if comes else text


def deliver(path: Path, content: str | bytes) -> bool:
    """Write a file, or for `-` to the standard output; return whether it is a file."""
    if path != TERMINAL:
        write_whole(path, content)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(encodable(content, sys.stdout))
    return path != TERMINAL


def say(text: str, stream: TextIO | None = None) -> None:
    """Print `text` at once, to the standard output or `stream`, in signs it has."""
    stream = stream or sys.stdout
    print(encodable(text, stream), file=stream, flush=True)
