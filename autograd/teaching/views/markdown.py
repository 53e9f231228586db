"""A lesson as Markdown, for GitHub and notebooks: formulas in $…$, code in fences.

Whatever comes from the learner's code stands in a fence, in a code span, or in a
formula, where nothing of it is read as Markdown or HTML.
"""

from __future__ import annotations

import re

from ...drawing.escaping import printable
from ..notation import TEXT, LaTeX
from ..steps import Forward, Seed
from .doubts import doubts
from .telling import (
    after_slopes,
    bill,
    columns_of,
    equations,
    heading,
    how_measured,
    marked,
    opening,
    remark,
    row_of,
    rules,
    title,
    with_carets,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...phrases.table import Phrases
    from ..lesson import Lesson

# GitHub reads Markdown before formulas: these would be gone, or end them.
LOOKALIKES = str.maketrans("_*<>$\\`|~#&%^{}[]", "ˍ∗＜＞＄＼ˋ∣～＃＆％＾｛｝［］")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$&#])")


class _Math(LaTeX):
    """LaTeX without backslashes before signs, which Markdown would take away."""

    def name(self, name: str) -> str:
        """Return the name, its special signs replaced by some that look like them."""
        name = TEXT.name(name).translate(LOOKALIKES)
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name
        letters = name.replace(" ", r"\ ")
        return rf"\mathrm{{{letters}}}"

    def function(self, name: str, args: Sequence[str]) -> str:
        """Return the function with its args in brackets."""
        if name in self.functions:
            return super().function(name, args)
        return rf"\mathrm{{{name.translate(LOOKALIKES)}}}" + self.brackets(
            ", ".join(args)
        )

    def sign(self, symbol: str) -> str:
        """Return a sign."""
        return self.signs.get(symbol, symbol.translate(LOOKALIKES))


MATH = _Math()


def written(lesson: Lesson, words: Phrases) -> str:
    """Return the lesson as Markdown."""
    output = escaped(TEXT.name(lesson.output.name))
    lines = [f"# {escaped(title(lesson))}", ""]
    for sentence in doubts(lesson, words):
        lines += [f"> {escaped(sentence)}", ""]
    lines += [escaped(opening(lesson, words)), ""]
    for i, step in enumerate(lesson.steps):
        if i == 0 and isinstance(step, Forward):
            lines += [f"## {words('lesson.forward_title', output=output)}", ""]
            lines += [words("lesson.forward_about"), ""]
        if isinstance(step, Seed):
            lines += [f"## {words('lesson.backward_title', output=output)}", ""]
            for rule in rules(lesson, words):
                lines += [escaped(rule), ""]
        lines += [f"**{escaped(heading(lesson, i + 1, words))}**", ""]
        if step.node.source is not None and not isinstance(step, Seed):
            pairs = map(with_carets, marked(step.node.source))
            lines += fenced([line for pair in pairs for line in pair if line.strip()])
        for parts in equations(step, MATH):
            lines += ["$$", MATH.equation(*parts), "$$", ""]
        if said := remark(step, words):
            lines += [escaped(said), ""]
    lines += [f"## {words('lesson.slopes_title')}", "", *_slopes(lesson, words)]
    return "\n".join(lines) + "\n"


def _slopes(lesson: Lesson, words: Phrases) -> list[str]:
    if not lesson.inputs:
        return [words("lesson.no_inputs")]
    heads = columns_of(lesson, words)
    lines = [escaped(how_measured(lesson, words)), ""]
    lines += [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    for wiggle in lesson.wiggles:
        lines.append(f"| {' | '.join(map(escaped, row_of(wiggle, lesson)))} |")
    lines.append("")
    for sentence in after_slopes(lesson, words):
        lines += [escaped(sentence), ""]
    return [*lines, " ".join(bill(lesson, words))]


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
