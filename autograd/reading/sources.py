"""Where in the learner's own code a node was made: the line, and what of it.

While `record_sources()` is open, every new node notes the expression that made it, to
the character. When it is not, nothing is looked at and nothing is kept.
"""

from __future__ import annotations

import os
import re
import sys
from _thread import get_ident
from collections import namedtuple
from contextlib import contextmanager

from ..forks import in_child, one_at_a_time
from ..node import set_watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType
    from typing import Any

    from ..node import Watch
    from ..value import Value

HOUSE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))

# Where our own code lies: what a network does for the learner is no line of theirs.
OURS = tuple(os.path.join(HOUSE, package, "") for package in ("autograd", "nn"))
LONGEST = 400  # characters that are kept of the lines of an expression


class Source(namedtuple("Source", "file line text start end")):
    """A place in a source text; as text it is `file:line`.

    Attributes:
        file: The name of the file, or what stands for it in a notebook.
        line: The number of the (first) line, from 1.
        text: The line; all lines of an expression that has more than one.
        start: Where in `text` the expression begins.
        end: Where in `text` it ends: `text[start:end]` is the expression.
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Return `file:line`."""
        return f"{self.file}:{self.line}"

    @property
    def place(self) -> str:
        """What a picture may tell others of it: the name of the file without folders.

        A cell of a notebook has a name that is of no use: its line alone is told.

        >>> Source("/home/ada/net.py", 3, "", 0, 0).place
        'net.py:3'
        >>> Source("/tmp/ipykernel_7/12.py", 3, "", 0, 0).place
        ':3'
        """
        in_notebook = self.file.startswith("<") or "ipykernel_" in self.file
        return f"{'' if in_notebook else os.path.basename(self.file)}:{self.line}"

    @property
    def expression(self) -> str:
        """What of the text made the node."""
        return self.text[self.start : self.end]

    def lines(self) -> list[tuple[str, int, int]]:
        """Return each line, and from where to where in it the expression is.

        Indentation is none of it.
        """
        found, before = [], 0
        for line in self.text.split("\n"):
            first = max(self.start - before, len(line) - len(line.lstrip()))
            found.append((line, first, max(first, min(self.end - before, len(line)))))
            before += len(line) + 1
        return found


class Sources:
    """Notes for each new node the expression outside our packages that made it.

    Args:
        within: Code that callers are looked for up to; None for all of them.
    """

    strict = False

    def __init__(self, within: CodeType | None = None) -> None:
        """Know of no place yet."""
        self._within = within
        self._sites: dict[tuple[int, int], dict[str, Any] | None] = {}
        self._codes: list[CodeType] = []  # alive, so that their ids stay theirs

    def made(self, node: Value) -> None:
        """Note where `node`, which has no notes yet, was made."""
        frame: Any = sys._getframe(3)
        while frame is not None:
            notes = self.notes_at(frame)
            if notes is not None:
                node._notes = notes.copy()
                return
            frame = frame.f_back

    def notes_at(self, frame: FrameType) -> dict[str, Any] | None:
        """Return the notes for nodes made in `frame`, looked up once for each place."""
        site = id(frame.f_code), frame.f_lasti
        if site not in self._sites:
            self._sites[site] = self._notes(frame)
            self._codes.append(frame.f_code)
        return self._sites[site]

    def _notes(self, frame: FrameType) -> dict[str, Any] | None:
        """Return the notes for nodes made in `frame`; None if the code is ours."""
        if frame.f_code is self._within:
            return {}
        if frame.f_code.co_filename.startswith(OURS):
            return None
        return {"source": place_of(frame)}


# Who looks on, in all threads together, and the thread that has it look on.
_open: list[tuple[int, Watch]] = []


@contextmanager
def looking(watch: Watch) -> Iterator[None]:
    """Have `watch` look on inside the context, or one of the strict ones there are."""
    opened = get_ident(), watch
    with one_at_a_time:
        _open.append(opened)
        _choose()
    try:
        yield
    finally:
        with one_at_a_time:
            _open.remove(opened)
            _choose()


def _choose() -> None:
    watches = [watch for _, watch in _open]
    strict = [watch for watch in watches if watch.strict]
    set_watch((strict or watches or [None])[-1])


def _forget() -> None:
    """Leave out, in a child, those of threads that it does not have."""
    _open[:] = [opened for opened in _open if opened[0] == get_ident()]
    _choose()


in_child(_forget)


@contextmanager
def record_sources() -> Iterator[None]:
    """Note for each node made inside the context which expression of yours made it.

    It is then in `node.source`, with the file, the line, and where in it. It concerns
    every thread.

    >>> from autograd import Value, record_sources
    >>> a = Value(2.0, "a")
    >>> with record_sources():
    ...     y = 1.0 + 3.0 * a
    >>> y.args[1].source.expression
    '3.0 * a'
    """
    with looking(Sources()):
        yield


def frames_of_user(frame: Any, within: CodeType | None = None) -> list[Any]:
    """Return the frames of the learner's code, from one outwards to that of a code."""
    found = []
    while frame is not None and frame.f_code is not within:
        if not frame.f_code.co_filename.startswith(OURS):
            found.append(frame)
        frame = frame.f_back
    return found


def place_of(frame: FrameType) -> Source:
    """Return the expression that a frame is computing."""
    return place_in_file(*_position(frame))


def _position(frame: Any) -> tuple[str, int, int, int, int]:
    """Return file, first and last line, and first and last column in bytes."""
    code = frame.f_code
    positions = list(code.co_positions())[frame.f_lasti // 2]
    line, last, column, end = positions
    if line is None or last is None or column is None or end is None:
        return code.co_filename, frame.f_lineno or 0, frame.f_lineno or 0, 0, 0
    return code.co_filename, line, last, column, end


def list_indexed(frame: Any) -> Any:
    """Return the list of which a frame is taking an item; None if it is not known.

    Its expression is read in the source, and evaluated once more, if it calls nothing.
    """
    import ast

    try:
        tree = ast.parse(f"({place_of(frame).expression})", mode="eval").body
        if not isinstance(tree, ast.Subscript) or any(
            isinstance(node, ast.Call) for node in ast.walk(tree.value)
        ):
            return None
        code = compile(ast.Expression(tree.value), "<list>", "eval")
        found, again = (eval(code, frame.f_globals, frame.f_locals) for _ in range(2))
        return found if found is again else None  # not one that is made anew
    except (SyntaxError, NameError):
        return None


def feeds_max() -> bool:
    """Tell whether data are read for the largest of some: max(v.data for v in …)."""
    frame: Any = sys._getframe(1)
    while frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    back = frame.f_back
    text = place_of(back).expression if back and frame.f_code.co_name[0] == "<" else ""
    return re.match(r"max\(\s*(\w+)\.data\s+for\s+\1\s+in\b[^()]*\)$", text) is not None


def line_of_user() -> str:
    """Return `file:line` of the innermost frame outside our packages."""
    frame = _frame_of_user()
    if frame is None:
        return "an unknown line"
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def called_by_user() -> tuple[str, str]:
    """Return how the user's code calls what asks for a number, and what is ours of it.

    These are ("math.fabs", "abs"), or empty where autograd has no such function.
    """
    frame = _frame_of_user()
    text = place_in_file(*_position(frame)).expression if frame is not None else ""
    called = re.match(r"(?:\w+\.)*(\w+)(?=\()", text)
    if called:
        name = {"fabs": "abs"}.get(called[1], called[1])
        if name in vars(sys.modules["autograd"])["__all__"]:
            return called[0], name
    return "", ""


def way_on() -> str:
    """Return what to write where the user's code asks a Value for its number."""
    called, name = called_by_user()
    if called:
        return f"autograd.{name} in place of {called}"
    return (
        "functions of autograd in place of those of math, an array of dtype=object to"
        " store it"
    )


def _frame_of_user() -> Any:
    """Return the innermost frame outside our packages, and outside libraries if any."""
    from sysconfig import get_paths  # it takes a while to import

    paths = get_paths()
    libraries = (
        "<frozen ",
        *(os.path.join(paths[name], "") for name in ("stdlib", "purelib", "platlib")),
    )
    outside = frames_of_user(sys._getframe(1))
    own = (f for f in outside if not f.f_code.co_filename.startswith(libraries))
    return next(own, outside[0] if outside else None)


def lines_of(file: str) -> list[str]:
    """Return the lines of a file or a notebook's cell; none if they are not known.

    All that `exec` runs has the name `<string>`: what Python knows under it is another
    text, that of `python -c`.
    """
    import linecache  # it takes a while to import, and few programs come here

    return [] if file == "<string>" else linecache.getlines(file)


def place_in_file(file: str, line: int, last: int, column: int, end: int) -> Source:
    """Return the place from byte `column` of one line to byte `end` of another."""
    lines = [text.rstrip("\n") for text in lines_of(file)[line - 1 : last]]
    lines += [""] * (last - line + 1 - len(lines))
    # Python counts bytes of UTF-8 here.
    start = len(lines[0].encode()[:column].decode(errors="ignore"))
    stop = len(lines[-1].encode()[:end].decode(errors="ignore"))
    stop += sum(len(text) + 1 for text in lines[:-1])
    text = "\n".join(lines)
    if start == stop:  # the columns are not known
        start = len(text) - len(text.lstrip())
        stop = len(text)
    first = max(0, stop - LONGEST)
    return Source(file, line, text[first : first + LONGEST], max(start - first, 0),
                  stop - first)  # fmt: skip
