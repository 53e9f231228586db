"""The learner's code, with what each node is in it.

The function is shown whole. Lines from elsewhere that made nodes, such as those of a
helper, follow it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape

from ....drawing.escaping import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....reading.sources import Source
    from ...lesson import Lesson

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
        self._first = lesson.first_line
        code = lesson.code.rstrip().split("\n") if lesson.code else []
        self._main = [line.rstrip() for line in code]
        indented = [line for line in self._main if line.strip()]
        self._indent = min(
            (len(line) - len(line.lstrip()) for line in indented), default=0
        )
        self.blocks: list[Block] = []
        if self._main:
            numbered: list[tuple[int | None, str]] = [
                (self._first + i, line[self._indent :])
                for i, line in enumerate(self._main)
            ]
            self.blocks.append(Block("", numbered))
        # Elsewhere: where each line of each source is in the listing.
        self._place: dict[tuple[str, int], int] = {}
        sources = {n.source for n in lesson.nodes if n.source and n.source.text}
        count = len(self._main)
        for source in sorted(sources):
            if self._line_of(source) is None:
                count = self._add(source, count)

    def _line_of(self, source: Source) -> int | None:
        """Return which line of the function a source begins on, if it is there."""
        i = source.line - self._first
        lines = [line.rstrip() for line in source.text.split("\n")]
        return i if i >= 0 and self._main[i : i + len(lines)] == lines else None

    def _add(self, source: Source, count: int) -> int:
        file = "" if source.file == "expression" else os.path.basename(source.file)
        if not self.blocks or self.blocks[-1].title != file or not file:
            self.blocks.append(Block(file, []))
        for i, line in enumerate(source.text.split("\n")):
            place = source.file, source.line + i
            if place not in self._place:
                self._place[place] = count
                count += 1
                number = source.line + i if file else None
                self.blocks[-1].lines.append((number, line))
        return count

    def marks(self, source: Source | None) -> list[Mark]:
        """Return where in the listing an expression is, line by line."""
        if source is None or not source.text:
            return []
        start, end = source.start, source.end
        first = self._line_of(source)
        marks = []
        for i, line in enumerate(source.text.split("\n")):
            inside = max(0, start), min(len(line), end)
            start, end = start - len(line) - 1, end - len(line) - 1
            inside = max(inside[0], len(line) - len(line.lstrip())), inside[1]
            if inside[0] >= inside[1]:
                continue
            if first is not None:
                here, less = first + i, self._indent
            else:
                here, less = self._place[source.file, source.line + i], 0
            marks.append((here, inside[0] - less, inside[1] - less))
        return marks

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
