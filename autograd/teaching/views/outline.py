"""A lesson from its title to the bill: what is told, and in which order.

`tell` goes through it once, for all views that can be read from top to bottom. A view
is a `Writer`, which says how each thing looks in its format.
"""

from __future__ import annotations

from ...drawing.notation import TEXT
from ..lines import by_lines
from ..steps import Forward, Seed, Step
from . import telling
from .doubts import doubts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..turns import Turn
    from .telling import Pieces


class Writer:
    """Writes what a lesson tells, piece by piece, in one format.

    Attributes:
        lines: What is written.
    """

    def __init__(self) -> None:
        """Begin."""
        self.lines: list[str] = []

    def title(self, text: str, /) -> None:
        """Write the title of the whole."""

    def section(self, text: str) -> None:
        """Write the title of a part."""

    def prose(self, text: str, /) -> None:
        """Write a paragraph."""

    def doubt(self, text: str) -> None:
        """Write what has to be known before the slopes are read."""
        self.prose(text)

    def step(self, text: str) -> None:
        """Write the heading of a step."""

    def code(self, lines: list[Pieces]) -> None:
        """Show the learner's line, with the expression of the step marked.

        Above it are the lines that led to it, if they have not just been shown.
        """

    def equations(self, step: Step) -> None:
        """Write what is computed in a step."""

    def remark(self, text: str) -> None:
        """Write what else has to be said of a step."""
        self.prose(text)

    def slopes(self, rows: list[list[str]]) -> None:
        """Write the table of slopes, its heads first."""


def tell(lesson: Lesson, words: Phrases, to: Writer) -> None:
    """Tell a lesson, in the language of `words`."""
    output = TEXT.name(lesson.output.name)
    to.title(telling.title(lesson))
    for sentence in doubts(lesson, words):
        to.doubt(sentence)
    to.prose(telling.opening(lesson, words))
    if lesson.given:
        to.prose(telling.roles(lesson, words))
    shown: list[Turn] = []
    groups = by_lines(lesson) if lesson.by == "lines" else [[s] for s in lesson.told]
    for number, group in enumerate(groups, 1):
        step = group[0]
        if number == 1 and isinstance(step, Forward):
            to.section(words("lesson.forward_title", output=output))
            to.prose(words("lesson.forward_about"))
        if isinstance(step, Seed):
            to.section(words("lesson.backward_title", output=output))
            for rule in telling.rules(lesson, words):
                to.prose(rule)
        place = {"number": number, "steps": len(groups)}
        to.step(words("lesson.step", **place) + telling.heading(lesson, group, words))
        way = lesson.ways[step.node.place]
        if way and not isinstance(step, Seed):
            to.code(telling.program(way, shown, words))
            shown = way
        for step in group:
            to.equations(step)
            if said := telling.remark(step, words):
                to.remark(said)
    to.section(words("lesson.slopes_title"))
    if not lesson.learned:
        to.prose(words("lesson.no_inputs"))
        return
    if how := telling.how_measured(lesson, words):
        to.prose(how)
    to.slopes(telling.slopes(lesson, words))
    for sentence in (
        *telling.after_slopes(lesson, words),
        *telling.bill(lesson, words),
    ):
        to.prose(sentence)
