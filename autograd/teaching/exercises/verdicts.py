"""Judging the answers to an exercise: right, or what was mixed up.

A wrong answer may come by the right way from a wrong number before; else it is compared
with what each mix-up leads to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import Any

from ...drawing.escaping import printable, without_addresses
from ...drawing.notation import TEXT
from ...op import ARITHMETIC_ERRORS
from ...phrases.table import Phrases
from ...reading.partials import partial
from ...value import data_of
from ..lesson import Lesson
from ..mixups import diagnose, diagnose_number, is_near, numbers_of, told
from ..steps import Backward, Node
from ..views.terminal import filled

Numbers = Mapping[str, float | None]

WIDTH = 80
MOST_SHARES = 8  # whose sums are tried: 2⁸

# What a learner types as a number: 2, -0.5, −0,5, 1e-3, -1/2.
NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Blank:
    """One number to be found.

    Attributes:
        name: What it is called in answers: "L" for the number of a node, "a.grad" for
            the slope of the output by it.
        asked: The same as mathematics writes it: "L", "∂L/∂a".
        node: The node that it belongs to.
        grad: Whether the slope is asked for, rather than the number.
        number: The right answer.
        place: Which of the blanks it is, from 1: in the picture, (3) is the third.
    """

    name: str
    asked: str
    node: Node
    grad: bool
    number: float
    place: int


@dataclass(frozen=True)
class Verdict:
    """What came out for one blank.

    Attributes:
        blank: The blank.
        answer: What the learner gave, as a number; None for no answer, or no number.
        right: Whether it is right; None without an answer.
        kind: What was mixed up, if it is known: a kind of `mixups`, or "carried" for a
            right way from a wrong number before.
        message: What to say to the learner.
    """

    blank: Blank
    answer: float | None
    right: bool | None
    kind: str | None
    message: str


class Verdicts(list[Verdict]):
    """What came out for blanks: a list, which as text says it line by line.

    Each line has the number of its blank in the picture.
    """

    def __init__(self, verdicts: Iterable[Verdict], words: Phrases) -> None:
        """See the class."""
        super().__init__(verdicts)
        self.words = words

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(verdict.right is True for verdict in self)

    @property
    def solved(self) -> bool:
        """Whether all answers are right."""
        return self.right == len(self)

    @property
    def explained(self) -> bool:
        """Whether each answer is right, or wrong in a way that is known."""
        return all(verdict.kind is not None for verdict in self)

    def __str__(self) -> str:
        """Return a line for each blank, and how many are right."""
        lines = [
            filled(f"{v.blank.place:>2}. {self._line(v)}", WIDTH, indent="    ")
            for v in self
        ]
        return "\n".join([*lines, self._score()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        items = "".join(
            f'<li value="{v.blank.place}">{escape(self._line(v))}</li>' for v in self
        )
        score, language = escape(self._score()), self.words.language
        return f'<div lang="{language}"><ol>{items}</ol><p>{score}</p></div>'

    def _line(self, verdict: Verdict) -> str:
        asked, message = verdict.blank.asked, verdict.message
        return self.words("exercises.line", asked=asked, message=message)

    def _score(self) -> str:
        return self.words("exercises.score", right=self.right, all=len(self))


@dataclass(frozen=True)
class Judge:
    """Who judges the answers to one exercise.

    Attributes:
        lesson: The graph.
        blanks: What is asked, in the order in which it can be found.
        words: The phrases of the learner's language.
    """

    lesson: Lesson
    blanks: list[Blank]
    words: Phrases

    def verdict(self, blank: Blank, answers: Mapping[str, Any]) -> Verdict:
        """Return what came out for one blank.

        Args:
            blank: The blank.
            answers: Answers by name, that of this blank among them.
        """
        words, typed = self.words, answers.get(blank.name, ...)
        if typed is ...:
            return Verdict(blank, None, None, None, words("exercises.open"))
        if typed is None or not str(typed).strip():
            said = words("exercises.no_answer", number=TEXT.digits(blank.number))
            return Verdict(blank, None, None, None, said)
        answer = read_number(typed)
        if answer is None:
            said = words("exercises.no_number", given=as_typed(typed))
            return Verdict(blank, None, False, None, said)
        if is_near(answer, blank.number):
            return Verdict(blank, answer, True, "right", words("mixups.right"))
        numbers = {name: read_number(given) for name, given in answers.items()}
        kind, message = self._explained(blank, answer, numbers)
        return Verdict(blank, answer, False, kind, message)

    def _explained(
        self, blank: Blank, answer: float, numbers: Numbers
    ) -> tuple[str | None, str]:
        """Return what a wrong answer mixed up, and how to say it."""
        words = self.words
        right = TEXT.digits(blank.number)
        carried = self._carried(blank, numbers)
        if carried is not None and is_near(answer, carried):
            return "carried", words("exercises.carried", number=right)
        if blank.grad:
            shares = shares_of(self.lesson, blank.node)
            if 2 < len(shares) <= MOST_SHARES and _is_part(answer, shares):
                said = " + ".join(TEXT.factor(s.contribution) for s in shares)
                slots = {"arg": blank.node.name, "shares": said, "number": right}
                return "no_sum", words("exercises.some_shares", **slots)
            last = shares[-1]
            question = "total" if last.of > 1 else "share"
            asked = numbers_of(last, question)
            kind = diagnose(answer, asked, question)
            if kind is not None:
                names = last.node.name, last.arg.name
                return kind, told(kind, asked, question, *names, words)
        else:
            kind = diagnose_number(answer, blank.node, self.lesson.nodes)
            if kind is not None:
                args = [self.lesson.nodes[n] for n in blank.node.args]
                said = words(
                    f"mixups.forward.{kind}", right=right, node=blank.node.name,
                    formula=blank.node.formula,
                    numbered=blank.node.formula and blank.node.formula.numbered(),
                    arg=args[0].label,
                )  # fmt: skip
                return kind, said
        return None, words("exercises.unexplained", number=right)

    def _carried(self, blank: Blank, numbers: Numbers) -> float | None:
        """Return what a right way leads to from the learner's own numbers before."""
        data = [node.data for node in self.lesson.nodes]
        slopes = [node.grad for node in self.lesson.nodes]
        wrong = False
        for other in self.blanks:
            if other is blank:
                break
            number = numbers.get(other.name)
            if number is not None and not is_near(number, other.number):
                (slopes if other.grad else data)[other.node.place] = number
                wrong = True
        if not wrong:
            return None
        try:
            return self._computed(blank, data, slopes)
        except ARITHMETIC_ERRORS:
            return None

    def _computed(self, blank: Blank, data: list[float], slopes: list[float]) -> float:
        """Return the number of a blank from those of other nodes."""
        nodes = self.lesson.snapshot.nodes
        if not blank.grad:
            args = tuple(data[n] for n in blank.node.args)
            return nodes[blank.node.place].op.compute(args)
        total = 0.0
        for share in shares_of(self.lesson, blank.node):
            n = share.node.place
            operands = [data[place] for place in (*share.node.args, n)]
            total += slopes[n] * partial(nodes[n], share.i, operands)
        return total


def _is_part(answer: float, shares: Sequence[Backward]) -> bool:
    """Tell whether an answer is the sum of some of the shares, but not of all."""
    return any(
        is_near(answer, sum(share.contribution for share in some))
        for count in range(1, len(shares))
        for some in combinations(shares, count)
    )


def shares_of(lesson: Lesson, node: Node) -> list[Backward]:
    """Return the steps that bring a node its shares; if none does, those that might."""
    steps = [step for step in lesson.backward if step.arg.place == node.place]
    return [step for step in steps if step.taken] or steps


def read_number(answer: Any) -> float | None:
    """Return what a learner gave as a number, or None if it is none.

    >>> [read_number(answer) for answer in ("0,5", "-1/2", "−3", 2, "1.2.3", "1/0", "")]
    [0.5, -0.5, -3.0, 2.0, None, None, None]
    """
    if not isinstance(answer, str):
        try:
            number = float(data_of(answer))
        except (TypeError, ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None
    text = "".join(answer.split()).replace("−", "-")
    parts = text.split("/")
    if len(parts) > 2 or not all(map(NUMBER.fullmatch, parts)):
        return None
    top, *bottom = (float(part.replace(",", ".")) for part in parts)
    if bottom and not bottom[0]:
        return None
    number = top / bottom[0] if bottom else top
    return number if math.isfinite(number) else None


def as_typed(answer: Any) -> str:
    """Return an answer as it is quoted to the learner, on one line and not too long.

    >>> as_typed([object(), "x"])
    "[object, 'x']"
    """
    return without_addresses(printable(str(answer)))[:40]
