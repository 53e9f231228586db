"""A lesson as text for a terminal, with colour where that is wanted."""

from __future__ import annotations

from ...drawing.notation import TEXT
from ..steps import Forward
from .outline import Writer, tell
from .telling import cropped, equations, with_carets
from .terminal import INDENT, WIDEST, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..steps import Step
    from .telling import Pieces


def written(
    lesson: Lesson, words: Phrases, width: int | None = None, colour: bool = False
) -> str:
    """Return the lesson as text.

    Args:
        lesson: What to tell.
        words: The language.
        width: How many columns there are; None for those of the terminal.
        colour: Whether to colour it, by the codes that terminals understand.
    """
    page = _Text(width, colour)
    tell(lesson, words, page)
    return "\n".join(page.lines)


def file_of(lesson: Lesson, words: Phrases) -> str:
    """Return the lesson as a file of text, as wide as the widest terminal."""
    return written(lesson, words, WIDEST) + "\n"


class _Text(Page, Writer):
    """Writes a lesson for a terminal."""

    def title(self, text: str, line: str = "═") -> None:
        super().title(text, line)

    def section(self, text: str) -> None:
        self.blank()
        self.title(text, "─")

    def step(self, text: str) -> None:
        self.blank()
        self.prose(text)

    def code(self, lines: list[Pieces]) -> None:
        for pieces in lines:
            line, carets = with_carets(cropped(pieces, self.width - INDENT))
            self.lines.append(" " * INDENT + line)
            if carets.strip():
                self.lines.append(" " * INDENT + self.paint(carets, "mark"))

    def equations(self, step: Step) -> None:
        for parts in equations(step, TEXT):
            self.equation(parts, "data" if isinstance(step, Forward) else "grad")

    def remark(self, text: str) -> None:
        self.prose(text, INDENT)

    def slopes(self, rows: list[list[str]]) -> None:
        self.blank()
        self.table(rows[0], rows[1:])
        self.blank()
