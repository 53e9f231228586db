"""The learner's code, with what each node is in it.

The function is shown whole. Lines from elsewhere that made nodes, such as those of a
helper, follow it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape

from ....drawing.escaping import printable
from ..telling import remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....phrases.table import Phrases
    from ....reading.sources import Source
    from ...lesson import Lesson
    from ...turns import Turn

Mark = tuple[int, int, int]  # a line of the listing, and from where to where in it


@dataclass
class Block:
    """Lines that stand together.

    Attributes:
        title: The name of their file, or "".
        lines: Their numbers, None for the text of an expression, and texts.
    """

    title: str
    lines: list[tuple[int | None, str]]


class Listing:
    """All lines of code that a lesson shows, numbered from 0 through all blocks."""

    def __init__(self, lesson: Lesson) -> None:
        """Collect the lines of a lesson."""
        code = lesson.code.rstrip().split("\n") if lesson.code else []
        indents = (len(line) - len(line.lstrip()) for line in code if line.strip())
        self._first, self._indent = lesson.first_line, min(indents, default=0)
        self._main = {(self._first + i, line.rstrip()) for i, line in enumerate(code)}
        self.blocks: list[Block] = []
        if code:
            lines = (line.rstrip()[self._indent :] for line in code)
            self.blocks.append(Block("", list(enumerate(lines, self._first))))
        # Elsewhere: where each line of each source is in the listing.
        self._place: dict[tuple[str, int], int] = {}
        for source in sorted({turn.source for way in lesson.ways for turn in way}):
            if source.text and not self._is_inside(source):
                self._add(source)

    def _is_inside(self, source: Source) -> bool:
        """Tell whether a source stands in the function."""
        lines = enumerate(source.text.split("\n"), source.line)
        return self._main.issuperset((number, line.rstrip()) for number, line in lines)

    def _add(self, source: Source) -> None:
        file = "" if source.file == "expression" else os.path.basename(source.file)
        if not self.blocks or self.blocks[-1].title != file or not file:
            self.blocks.append(Block(file, []))
        for number, line in enumerate(source.text.split("\n"), source.line):
            place = source.file, number
            if place not in self._place:
                self._place[place] = len(self._main) + len(self._place)
                self.blocks[-1].lines.append((number if file else None, line))

    def marks(self, source: Source | None) -> list[Mark]:
        """Return where in the listing an expression is, line by line."""
        if source is None or not source.text:
            return []
        here, less = self._where(source)
        return [
            (here + i, first - less, last - less)
            for i, (_, first, last) in enumerate(source.lines())
            if first < last
        ]

    def _where(self, source: Source) -> tuple[int, int]:
        """Return where the first line of a source is, and what it is moved left."""
        if self._is_inside(source):
            return source.line - self._first, self._indent
        return self._place[source.file, source.line], 0

    def way(self, way: list[Turn], words: Phrases) -> list[tuple[int, str]]:
        """Return the lines on the way to a node, each with what is said of it."""
        known = (turn for turn in way if turn.source.text)
        return [(self._where(turn.source)[0], remarks(turn, words)) for turn in known]

    def html(self) -> str:
        """Return all blocks, each line in an element of its own."""
        parts = []
        for block in self.blocks:
            if block.title:
                parts.append(f'<p class="file">{shown(block.title)}</p>')
            lines = "".join(
                f'<span class="line"><i>{"" if number is None else number}</i>'
                f"<code>{shown(text)}</code></span>"
                for number, text in block.lines
            )
            parts.append(f"<pre>{lines}</pre>")
        return "".join(parts)

    def units(self, marks: list[Mark]) -> list[Mark]:
        """Return marks counted as JavaScript counts letters, in units of UTF-16."""
        texts = [_clean(text) for block in self.blocks for _, text in block.lines]
        return [
            (here, _units(texts[here][:start]), _units(texts[here][:end]))
            for here, start, end in marks
        ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _clean(text: str) -> str:
    """Return a line of code without what cannot be drawn; tabs may stay."""
    return "\t".join(map(printable, text.split("\t")))


def shown(text: str) -> str:
    """Return code or a name as HTML that shows it."""
    return escape(_clean(text))
