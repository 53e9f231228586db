"""A lesson as Markdown, for GitHub and notebooks: formulas in $…$, code in fences.

Whatever comes from the learner's code stands in a fence, in a code span, or in a
formula, where nothing of it is read as Markdown or HTML.
"""

from __future__ import annotations

import re

from ...drawing.escaping import isolated, printable
from ...drawing.notation import LaTeX
from .outline import Writer, tell
from .telling import equations, with_carets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..steps import Step
    from .telling import Pieces

# GitHub reads Markdown before formulas: these would be gone, or end them.
LOOKALIKES = str.maketrans("_*<>$\\`|~#&%^{}[]", "ˍ∗＜＞＄＼ˋ∣～＃＆％＾｛｝［］")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$&#])")


class _Math(LaTeX):
    """LaTeX without backslashes before signs, which Markdown would take away."""

    operator = r"\mathrm"

    def spelt(self, text: str) -> str:
        """Return text, its special signs replaced by some that look like them."""
        return isolated(text).translate(LOOKALIKES).replace(" ", r"\ ")


MATH = _Math()


def written(lesson: Lesson, words: Phrases) -> str:
    """Return the lesson as Markdown."""
    page = _Markdown()
    tell(lesson, words, page)
    return "\n".join(page.lines)


class _Markdown(Writer):
    """Writes a lesson as Markdown."""

    def title(self, text: str) -> None:
        self.prose(text, "# ")

    def section(self, text: str) -> None:
        self.prose(text, "## ")

    def doubt(self, text: str) -> None:
        self.prose(text, "> ")

    def prose(self, text: str, sign: str = "") -> None:
        self.lines += [sign + escaped(text), ""]

    def step(self, text: str) -> None:
        self.lines += [f"**{escaped(text)}**", ""]

    def code(self, lines: list[Pieces]) -> None:
        pairs = map(with_carets, lines)
        self.lines += fenced([line for pair in pairs for line in pair if line.strip()])

    def equations(self, step: Step) -> None:
        for parts in equations(step, MATH):
            self.lines += ["$$", MATH.equation(*parts), "$$", ""]

    def slopes(self, rows: list[list[str]]) -> None:
        lines = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
        rule = f"| --- |{' ---: |' * len(rows[0][1:])}"
        self.lines += [lines[0], rule, *lines[1:], ""]


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is.

    >>> print(escaped("a_b|<b>"))
    a\\_b\\|\\<b\\>
    """
    return SPECIAL.sub(r"\\\1", printable(text))


def fenced(lines: list[str]) -> list[str]:
    """Return `lines` in a fence that is longer than any in them."""
    runs = re.findall("`+", "\n".join(lines))
    fence = "`" * max([3, *(len(run) + 1 for run in runs)])
    return [f"{fence}python", *lines, fence, ""]
