"""Text for a terminal: its width, its colours, and the signs that it can show."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import textwrap
import unicodedata
from typing import TextIO

from ...writing.resources import table_of

INDENT = 4
NARROWEST, WIDEST = 30, 100

# The blue of data and the orange of gradients, on dark and on light backgrounds.
CODES = {"title": "1", "data": "38;5;32", "grad": "38;5;166", "mark": "38;5;162"}


class Page:
    """Lines of text, as they are written one after the other."""

    def __init__(self, width: int | None = None, colour: bool = False) -> None:
        """Begin.

        Args:
            width: How many columns there are; None for those of the terminal.
            colour: Whether to colour, by the codes that terminals understand.
        """
        if width is None:
            width = min(shutil.get_terminal_size().columns - 1, WIDEST)
        self.width = max(width, NARROWEST)
        self.colour = colour
        self.lines: list[str] = []

    def paint(self, text: str, role: str) -> str:
        """Return `text` in the colour of its role."""
        return f"\x1b[{CODES[role]}m{text}\x1b[0m" if self.colour and text else text

    def blank(self) -> None:
        """Leave a line free."""
        self.lines.append("")

    def title(self, text: str, line: str = "") -> None:
        """Write a title, underlined with `line`."""
        for part in wrapped(text, self.width):
            self.lines.append(self.paint(part, "title"))
        if line:
            self.lines.append(line * min(self.width, columns(text)))

    def prose(self, text: str, indent: int = 0) -> None:
        """Write sentences, in as many lines as they need."""
        for part in wrapped(text, self.width - indent):
            self.lines.append(" " * indent + part)

    def equation(self, parts: list[str], role: str) -> None:
        """Write parts that are equal, in one line if there is room."""
        first, *rest = parts
        room = self.width - INDENT
        if columns(" = ".join(parts)) <= room:
            *rest, result = rest
            line = " = ".join([first, *rest, self.paint(result, role)])
            self.lines.append(" " * INDENT + line)
            return
        aligned = columns(first) <= room // 3
        indent = columns(first) if aligned else 2
        lead = first if aligned else " " * indent
        if not aligned:
            self.prose(first, INDENT)
        for i, part in enumerate(rest):
            sign = " = "
            for piece in wrapped(part, room - indent - 3):
                text = self.paint(piece, role) if i == len(rest) - 1 else piece
                self.lines.append(" " * INDENT + lead + sign + text)
                lead, sign = " " * indent, "   "

    def table(self, heads: list[str], rows: list[list[str]]) -> None:
        """Write names and numbers, in columns if there is room for them."""
        every = [heads, *rows]
        widths = [max(map(columns, column)) for column in zip(*every, strict=True)]
        if sum(widths) + 2 * len(widths) > self.width:
            for name, *cells in rows:
                self.prose(name)
                for head, cell in zip(heads[1:], cells, strict=True):
                    self.lines.append(f"  {head}: {self.paint(cell, 'grad')}")
            return
        for number, row in enumerate(every):
            line = ""
            for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
                painted = self.paint(cell, "grad") if i and number else cell
                end = i == len(row) - 1
                line += painted + ("" if end else " " * (width - columns(cell) + 2))
            self.lines.append(line)


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(c: str) -> int:
    if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def wrapped(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at spaces if possible.

    >>> wrapped("a word that is verylong", 8)
    ['a word', 'that is', 'verylong']
    """
    if columns(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if columns(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while columns(line) > width:
            end = _fitting(line, width)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line]


def _fitting(text: str, width: int) -> int:
    """Return how many letters of `text` fit, one at least."""
    for end in range(1, len(text)):
        width -= columns(text[end - 1])
        if width < columns(text[end]):
            return end
    return len(text)


def filled(text: str, width: int, *, first: str = "", indent: str = "") -> str:
    """Return `text` in lines of `width` letters where words allow, none of them cut.

    Args:
        text: One paragraph.
        width: In letters.
        first: What the first line begins with.
        indent: What the later lines begin with.
    """
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


# --- terminals ------------------------------------------------------------------------

PLAIN = table_of(__package__, "plain.toml")
HANDLER = "chainrule-plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = ""
    for c in error.object[error.start : error.end]:
        letters = PLAIN.get(c) or unicodedata.normalize("NFKD", c)
        plain += letters.encode("ascii", "ignore").decode() or "?"
    return plain, error.end


codecs.register_error(HANDLER, _plain)


def encodable(text: str, stream: TextIO | None) -> str:
    """Return `text` with plain signs for those that `stream` cannot write."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding, HANDLER).decode(encoding)
    except (LookupError, UnicodeError):
        return text.encode("ascii", HANDLER).decode()


def coloured(stream: TextIO) -> bool:
    """Tell whether colours are wanted: on a terminal, unless NO_COLOR is set."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty() and (sys.platform != "win32" or _ansi_on_windows())


def _ansi_on_windows() -> bool:
    return bool(os.environ.get("WT_SESSION") or os.environ.get("ANSICON"))
