"""What the commands share: reading what to explain, options, and writing files whole.

Whatever a learner reads here comes from the phrases, in the language of `--language`.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path

from ..op import ARITHMETIC_ERRORS
from ..phrases.table import LANGUAGES, Phrases
from ..reading.expressions import normalised
from ..teaching.lesson import Lesson, explain, load_function
from ..teaching.views.terminal import encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, NoReturn, TextIO

# What argparse says of arguments, in English; we say it in the learner's language.
COMPLAINTS = {
    "missing": r"the following arguments are required: (?P<given>.+)",
    "choice": r"argument (?P<option>.+?): invalid choice: (?P<given>.+) \(choose from"
    r" (?P<known>.+)\)",
    "nothing": r"argument (?P<option>.+?): expected one argument",
    "value": r"argument (?P<option>.+?): invalid \w+ value: (?P<given>.+)",
}

# A function in a file, rather than an expression.
FUNCTION = re.compile(r".*\.py(:.*)?", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """A parser of arguments that speaks the learner's language."""

    def __init__(self, *args: Any, words: Phrases, **named: Any) -> None:
        """Take headings, and the options that all commands have, from `words`."""
        super().__init__(*args, add_help=False, **named)
        self.words = words
        self._positionals.title = words("command.arguments")
        self._optionals.title = words("command.options")
        self.add_argument("-h", "--help", action="help", help=words("command.help"))
        self.add_argument(
            "--language", choices=LANGUAGES, default=words.language,
            help=words("command.language"),
        )  # fmt: skip

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(encodable(message, file or sys.stderr), file)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments.

        Raises:
            ValueError: Always.
        """
        for kind, pattern in COMPLAINTS.items():
            if found := re.fullmatch(pattern, message, re.DOTALL):
                slots = found.groupdict()
                raise ValueError(self.words(f"errors.arguments.{kind}", **slots))
        raise ValueError(message)


def add_lesson(parser: argparse.ArgumentParser, words: Phrases) -> None:
    """Add the arguments that `read_lesson` reads."""
    parser.add_argument(
        "what", metavar=words("command.what_name"), help=words("command.what")
    )
    add_variables(parser, words)


def add_variables(parser: argparse.ArgumentParser, words: Phrases) -> None:
    """Add the arguments that `read_variables` reads."""
    parser.add_argument(
        "variables", nargs="*", metavar=words("command.pair"),
        help=words("command.variables"),
    )  # fmt: skip


def read_lesson(options: argparse.Namespace) -> Lesson:
    """Return the lesson on what `add_lesson` had given: EXPR or file.py:function.

    Raises:
        ValueError: If it cannot be explained, or the learner's file has an error.
        ZeroDivisionError, OverflowError: Outside the domain of an op.
    """
    f, at = read_function(options)
    with blaming(options.what):
        return explain(f, language=options.language, **at)


def read_function(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the text of the expression, or the function, and what to give to it.

    Raises:
        ValueError: If there is no such function, or its file has an error.
    """
    words = Phrases(options.language)
    at = read_variables(options.variables, words)
    if not FUNCTION.fullmatch(options.what):
        return options.what.strip(), at
    with blaming(options.what):
        return load_function(options.what, words.language), at


def read_variables(texts: Sequence[str], words: Phrases) -> dict[str, Any]:
    """Return the numbers, or lists of numbers, in texts such as `a=2` and `x=[1, 2]`.

    Raises:
        ValueError: If a text is anything else, or a name has two numbers.
    """
    variables: dict[str, Any] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        name = normalised(name.strip())
        if not equals or not name.isidentifier():
            raise ValueError(words("errors.pair", given=text))
        if name in variables:
            raise ValueError(words("errors.two_numbers", name=name))
        variables[name] = _number(name, number.strip(), words)
    return variables


def _number(name: str, text: str, words: Phrases) -> Any:
    try:
        if text.startswith(("[", "(")):
            return _floats(ast.literal_eval(text))
        return float(text.replace(",", "."))  # much of the world writes 0,5
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        pass
    raise ValueError(words("errors.number", name=name, given=repr(text)))


def _floats(thing: Any) -> Any:
    """Return a number as a float, and those in lists."""
    if isinstance(thing, list | tuple):
        return [_floats(part) for part in thing]
    if isinstance(thing, str | bytes):
        raise TypeError
    return float(thing)


@contextmanager
def blaming(what: str) -> Iterator[None]:
    """Say of an error in the learner's own file which line it is, instead of raising.

    Args:
        what: What was given, `file.py:function` or an expression.
    """
    if not FUNCTION.fullmatch(what):
        yield
        return
    file = Path(what.rpartition(":")[0]).resolve()
    try:
        yield
    except (Exception, SystemExit) as error:
        if isinstance(error, SyntaxError) and error.filename:
            place = Path(error.filename), error.lineno or 1
            said = f"{type(error).__name__}: {error.msg}"
        else:
            frames = traceback.extract_tb(error.__traceback__)
            mine = [f for f in frames if Path(f.filename).resolve() == file]
            if not mine:
                raise
            place = Path(mine[-1].filename), mine[-1].lineno
            said = str(error)
            if not isinstance(error, ARITHMETIC_ERRORS):
                said = f"{type(error).__name__}: {said}"
        raise ValueError(f"{place[0].name}:{place[1]}: {said}") from error


def check_out(option: str, path: Path, endings: Sequence[str], words: Phrases) -> None:
    """Check, before any work, that a file of such a name can be written.

    Raises:
        ValueError: If its ending is none of `endings`, or its folder is not there.
    """
    if path.suffix.lower() not in endings:
        raise ValueError(
            words("errors.ending", option=option, endings=", ".join(endings),
                  given=path.name)
        )  # fmt: skip
    if not path.parent.is_dir():
        raise ValueError(words("errors.folder", option=option, given=path.parent))


def say(text: str, stream: TextIO | None = None) -> None:
    """Print `text` to the standard output or `stream`, in signs that it has."""
    stream = stream or sys.stdout
    print(encodable(text, stream), file=stream)


def open_page(path: Path, words: Phrases) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(words("command.no_browser", file=path))
