"""What the commands share: reading what to explain, and checks before any work."""

from __future__ import annotations

import argparse
import ast
import re
import shutil
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..op import ARITHMETIC_ERRORS
from ..phrases.table import Phrases
from ..reading.expressions import normalised
from ..teaching.lesson import Lesson, explain, load_function
from .parser import TERMINAL, Parser, UsageError, decimal, say, typed

# A function in a file, rather than an expression.
FUNCTION = re.compile(r".*\.py(:.*)?", re.DOTALL)


def add_lesson(parser: Parser, words: Phrases) -> None:
    """Add the arguments that `read_lesson` reads."""
    parser.add_argument(
        "what", type=typed, metavar=words("command.what_name"),
        help=words("command.what"),
    )  # fmt: skip
    add_variables(parser, words)


def add_variables(parser: Parser, words: Phrases) -> None:
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
        given = getattr(options, "given", None)
        return explain(f, language=options.language, given=given, **at)


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
            raise UsageError(words("errors.pair", given=text))
        if name in variables:
            raise UsageError(words("errors.two_numbers", name=name))
        variables[name] = _number(name, number.strip(), words)
    return variables


def _number(name: str, text: str, words: Phrases) -> Any:
    try:
        if text.startswith(("[", "(")):
            return _floats(ast.literal_eval(text))
        return decimal(text)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        pass
    raise UsageError(words("errors.number", name=name, given=repr(text)))


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


def check_out(
    option: str, path: Path, endings: Sequence[str], words: Phrases, piped: bool = False
) -> None:
    """Check, before any work, that a file of such a name can be written.

    Args:
        option: That names it.
        path: The file.
        endings: What its name may end in.
        words: For what is wrong.
        piped: Whether `-`, the standard output, is taken as well.

    Raises:
        ValueError: If its ending is none of `endings`, or its folder is not there.
    """
    if piped and path == TERMINAL:
        return
    if path.suffix.lower() not in endings:
        raise UsageError(
            words("errors.ending", option=option, endings=", ".join(endings),
                  given=path.name)
        )  # fmt: skip
    if not path.parent.is_dir():
        raise ValueError(words("errors.folder", option=option, given=path.parent))


def room(most: int, least: int = 30) -> int:
    """Return how many columns the terminal has for a text."""
    return max(least, min(shutil.get_terminal_size().columns - 1, most))


def open_page(path: Path, words: Phrases) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(words("command.no_browser", file=path))
