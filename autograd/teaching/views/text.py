"""A lesson as text for a terminal, with colour where that is wanted."""

from __future__ import annotations

from ..notation import TEXT
from ..steps import Forward, Seed
from .doubts import doubts
from .telling import (
    after_slopes,
    bill,
    columns_of,
    cropped,
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
from .terminal import INDENT, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..steps import Step


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
    page = Page(width, colour)
    output = TEXT.name(lesson.output.name)
    page.title(title(lesson), "═")
    for sentence in doubts(lesson, words):
        page.prose(sentence)
    page.prose(opening(lesson, words))
    seeds = [i for i, step in enumerate(lesson.steps) if isinstance(step, Seed)]
    for i, step in enumerate(lesson.steps):
        if i == 0 and isinstance(step, Forward):
            page.blank()
            page.title(words("lesson.forward_title", output=output), "─")
            page.prose(words("lesson.forward_about"))
        if [i] == seeds:
            page.blank()
            page.title(words("lesson.backward_title", output=output), "─")
            for rule in rules(lesson, words):
                page.prose(rule)
        _tell(page, lesson, i + 1, words)
    page.blank()
    _slopes(page, lesson, words)
    return "\n".join(page.lines)


def _tell(page: Page, lesson: Lesson, number: int, words: Phrases) -> None:
    step = lesson.steps[number - 1]
    page.blank()
    page.prose(heading(lesson, number, words))
    if not isinstance(step, Seed):
        _code(page, step)
    for parts in equations(step, TEXT):
        page.equation(parts, "data" if isinstance(step, Forward) else "grad")
    if said := remark(step, words):
        page.prose(said, INDENT)


def _code(page: Page, step: Step) -> None:
    """Show the learner's line, with the expression of the step marked."""
    if step.node.source is None:
        return
    for pieces in marked(step.node.source):
        line, carets = with_carets(cropped(pieces, page.width - INDENT))
        page.lines.append(" " * INDENT + line)
        if carets.strip():
            page.lines.append(" " * INDENT + page.paint(carets, "mark"))


def _slopes(page: Page, lesson: Lesson, words: Phrases) -> None:
    """Show the gradients, beside the slopes that wiggling gives, and the bill."""
    page.title(words("lesson.slopes_title"), "─")
    if not lesson.inputs:
        page.prose(words("lesson.no_inputs"))
        return
    if said := how_measured(lesson, words):
        page.prose(said)
        page.blank()
    rows = [row_of(wiggle, lesson) for wiggle in lesson.wiggles]
    page.table(columns_of(lesson, words), rows)
    page.blank()
    for sentence in (*after_slopes(lesson, words), *bill(lesson, words)):
        page.prose(sentence)
