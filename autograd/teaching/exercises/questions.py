"""`exercise`: a fresh small graph with blanks to fill in, checked and explained.

The numbers are chosen so that all can be done by hand. The same seed and level give the
same exercise everywhere. A wrong answer is compared with what comes out if one thing is
mixed up, and that is what the learner is told.
"""

from __future__ import annotations

import math
import operator
import re
from html import escape

from ...drawing.notation import TEXT
from ...forks import cached_property
from ...messages import cut
from ...phrases.table import Phrases
from ...value import Value
from ...writing.page import scrolling
from ..lesson import Lesson, explain
from ..views.doubts import doubts
from .diagram import picture_of, told
from .shapes import LEVELS, invented, is_round
from .verdicts import Blank, Judge, Verdicts, shares_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ...drawing.renderer import Picture
    from ...phrases.table import Language
    from ..steps import Node

EMPTY = "____"


class Exercise:
    """A small graph, with blanks for its numbers and its slopes.

    Args:
        lesson: The graph.
        words: The phrases of the learner's language.
        seed: The number that it was made from; None if it was not.
        level: How hard it is, from 1 to 5; None for a graph of the learner's own.

    Attributes:
        blanks: The numbers to be found, in the order in which they can be.
        judge: Who judges the answers.
    """

    def __init__(
        self,
        lesson: Lesson,
        words: Phrases,
        seed: int | None = None,
        level: int | None = None,
    ) -> None:
        """See the class."""
        self.lesson, self.words, self.seed, self.level = lesson, words, seed, level
        self.blanks = _blanks(lesson)
        self.judge = Judge(lesson, self.blanks, words)

    def check(self, answers: Any = None, /, **named: Any) -> Verdicts:
        """Return for each answer whether it is right, and what was mixed up.

        Args:
            answers: Numbers, or text such as "0,5" or "-1/2": by name of the blank in a
                dictionary, or in the order of the blanks in a list. None asks to be
                told; `...` is no answer yet.
            **named: Answers by name, with a_grad for a.grad.

        Returns:
            The verdicts on the answers, in the order of the blanks; without any answer,
            one for each blank.

        Raises:
            TypeError: If the answers are neither a dictionary nor a list.
            ValueError: If a name is unknown or given twice, or a list is too long.

        >>> from autograd import exercise
        >>> e = exercise(7, level=1, language="en")
        >>> [blank.name for blank in e.blanks]
        ['L', 'x.grad', 'w.grad']
        >>> print(e.check([-3, "-3/2", "-1,5"]))
         1. L: Right.
         2. ∂L/∂x: Right.
         3. ∂L/∂w: That is what comes of multiplying by −1.5, the number of w itself.
            What counts is how strongly the op that gives L reacts to w, and that is 2:
            1 · 2 = 2.
        2 of 3 right.
        """
        given = self._given(answers, named)
        asked = [blank for blank in self.blanks if blank.name in given] or self.blanks
        return Verdicts(
            (self.judge.verdict(blank, given) for blank in asked), self.words
        )

    def solution(self) -> str:
        """Return the way to all numbers, step by step."""
        return "\n".join([
            self.words("exercises.forward"), *_indented(self.forward_steps),
            "", self.words("exercises.backward"), *_indented(self.backward_steps),
            *self.notes,
        ])  # fmt: skip

    @property
    def notes(self) -> list[str]:
        """What has to be known to read the solution."""
        ops = {node.op.name for node in self.lesson.nodes if node.op is not None}
        return [self.words("exercises.step")] if "relu" in ops else []

    @property
    def picture(self) -> Picture:
        """The graph, with numbered blanks in place of numbers."""
        return picture_of(self)

    def hint(self, blank: Blank) -> str:
        """Return the way to a number, without it.

        >>> e = exercise(7, level=1, language="en")
        >>> [e.hint(blank) for blank in e.blanks]
        ['L = w·x = (−1.5)·2', '∂L/∂x = ∂L/∂L · w', '∂L/∂w = ∂L/∂L · x']
        """
        steps = self.backward_steps if blank.grad else self.forward_steps
        asked = TEXT.equation(blank.asked, "")
        sides = next(s for s in steps if s.startswith(asked)).split(" = ")
        return TEXT.equation(*sides[:-1][: 2 if blank.grad else 3])

    @cached_property
    def forward_steps(self) -> list[str]:
        """The lines of the forward pass, numbers put in."""
        return [
            TEXT.equation(
                step.node.name, step.formula.named(), step.formula.numbered(),
                TEXT.digits(step.result),
            )
            for step in self.lesson.forward
        ]  # fmt: skip

    @cached_property
    def backward_steps(self) -> list[str]:
        """The lines of back-propagation, one per slope, numbers put in."""
        lesson = self.lesson
        output = lesson.output.name
        lines = [TEXT.equation(TEXT.derivative(output, output), "1")]
        for blank in self.blanks:
            if not blank.grad:
                continue
            named, numbered, products = [], [], []
            for share in shares_of(lesson, blank.node):
                number = TEXT.factor if named else TEXT.digits  # brackets within a sum
                upstream = TEXT.derivative(output, share.node.name)
                partial = share.partial.factor() if share.partial is not None else "0"
                named.append(f"{upstream} · {partial}")
                slope = TEXT.factor(share.slope)
                numbered.append(f"{number(share.upstream)} · {slope}")
                products.append(number(share.contribution))
            sides = [named, numbered, products][: 2 + (len(named) > 1)]
            equal = [*map(" + ".join, sides), TEXT.digits(blank.number)]
            lines.append(TEXT.equation(blank.asked, *equal))
        return lines

    @cached_property
    def given_lines(self) -> list[str]:
        """What is known at the beginning."""
        lesson = self.lesson
        leaves = [
            TEXT.equation(n.name, TEXT.digits(n.data))
            for n in lesson.nodes
            if n.op is None and n.name
        ]
        asked = {blank.node.place for blank in self.blanks if not blank.grad}
        known = [
            TEXT.equation(n.name, n.formula.named(), TEXT.digits(n.data))
            for n in lesson.nodes
            if n.formula is not None and n.place not in asked
        ]
        return [", ".join(leaves), *known]

    @cached_property
    def question_lines(self) -> list[str]:
        """The blanks, one a line, with numbers."""
        lines = []
        for blank in self.blanks:
            parts = [blank.asked]
            if not blank.grad and blank.node.formula is not None:
                parts.append(blank.node.formula.named())
            lines.append(f"({blank.place}) {TEXT.equation(*parts, EMPTY)}")
        return lines

    @property
    def doubts(self) -> list[str]:
        """Where the slopes of a graph of one's own are not those of its function."""
        return [] if self.seed is not None else doubts(self.lesson, self.words)

    @property
    def heading(self) -> str:
        """The title; from that of a drawn exercise it can be made again."""
        if self.seed is None:
            return self.words("exercises.of_your_own", title=self.lesson.output.name)
        return self.words("exercises.heading", seed=self.seed, level=self.level)

    def __str__(self) -> str:
        """Return what is given and what is asked, as text."""
        words, lines = self.words, self.question_lines
        slopes = sum(blank.grad for blank in self.blanks)  # which are asked for last
        forward, backward = lines[:-slopes], lines[-slopes:]
        output = self.lesson.output.name
        seed = TEXT.equation(TEXT.derivative(output, output), "1")
        return "\n".join([
            self.heading, *self.doubts, "",
            words("exercises.given"), *_indented(self.given_lines),
            "", words("exercises.forward"), *_indented(forward),
            "", words("exercises.backward_from", seed=seed), *_indented(backward),
        ])  # fmt: skip

    def __repr__(self) -> str:
        """Return the call that makes it."""
        if self.seed is None:
            return f"exercise({self.lesson.output.name})"
        return f"exercise({self.seed}, level={self.level})"

    def _repr_html_(self) -> str:
        """Return picture and text for a notebook."""
        try:
            picture = self.picture.pipe("svg", encoding="utf-8")
            picture = scrolling(
                picture[picture.index("<svg") :], told(self), 'style="overflow-x:auto"'
            )
        except (RuntimeError, OSError):  # no renderer: the text says the same
            picture = ""
        language = self.words.language
        return f'<div lang="{language}">{picture}<pre>{escape(str(self))}</pre></div>'

    def _given(self, answers: Any, named: dict[str, Any]) -> dict[str, Any]:
        """Return the answers by name of their blanks."""
        names = [blank.name for blank in self.blanks]
        pairs: list[tuple[str, Any]] = []
        if hasattr(answers, "items"):
            pairs += answers.items()
        elif isinstance(answers, list | tuple):
            if len(answers) > len(names):
                raise ValueError(
                    self.words("exercises.too_many", count=len(names),
                               given=len(answers))
                )  # fmt: skip
            pairs += zip(names, answers, strict=False)
        elif answers is not None:
            raise TypeError(
                "check needs a dictionary or a list of answers; got"
                f" {type(answers).__name__} {cut(answers)}"
            )
        forms = [(form, b.name) for b in self.blanks for form in (b.name, b.asked)]
        known = {_plain(form): name for form, name in forms} | dict(forms)
        given: dict[str, Any] = {}
        for name, answer in [*pairs, *named.items()]:
            found = known.get(str(name), known.get(_plain(str(name))))
            if found is None or found in given:
                key = "unknown" if found is None else "twice"
                raise ValueError(
                    self.words(f"exercises.{key}", given=name, names=", ".join(names))
                )
            given[found] = answer
        return given


def whole_numbers(who: str, **given: Any) -> tuple[int, ...]:
    """Return what was given for some arguments as ints, or raise TypeError."""
    try:
        return tuple(map(operator.index, given.values()))
    except TypeError:
        raise TypeError(
            f"{who} needs whole numbers for {' and '.join(given)}; got"
            f" {' and '.join(map(cut, given.values()))}"
        ) from None


def exercise(what: Any, level: int = 1, language: Language | None = None) -> Exercise:
    """Return a graph with blanks to fill in: a fresh one, or one's own.

    Args:
        what: Any whole number, for a fresh graph: the same number and level give the
            same exercise. Or a graph of one's own: a Value, or a lesson of `explain`.
        level: Of a fresh graph, 1: one product; 2: products and sums; 3: nodes that are
            used again; 4: neurons with relu or tanh; 5: their squared losses.
        language: "en" or "fr"; None for that of the lesson, else of the environment.

    Raises:
        TypeError: If `what` is no whole number, Value or lesson, or the level is no
            whole number.
        ValueError: If there is no such level or language, or a graph of one's own has
            no op, or a number or slope that is not finite, or is too large to be told
            node by node.

    >>> from autograd import exercise
    >>> e = exercise(7, level=1, language="en")
    >>> print(e)
    Exercise 7, level 1
    <BLANKLINE>
    Given
      w = −1.5, x = 2
    <BLANKLINE>
    Forward: compute each node from those before it.
      (1) L = w·x = ____
    <BLANKLINE>
    Backward: from the output to the inputs, beginning with ∂L/∂L = 1.
      (2) ∂L/∂x = ____
      (3) ∂L/∂w = ____
    """
    if isinstance(what, Value | Lesson):
        lesson = what if isinstance(what, Lesson) else explain(what, language=language)
        lesson.check("exercise")
        _check_can_be_asked(lesson)
        return Exercise(lesson, lesson.phrases(language))
    if not hasattr(what, "__index__"):
        raise TypeError(
            f"exercise needs a whole number, a Value or a lesson; got {cut(what)}"
        )
    seed, level = whole_numbers("exercise", what=what, level=level)
    words = Phrases(language)
    if level not in LEVELS:
        raise ValueError(
            f"level needs to be from {min(LEVELS)} to {max(LEVELS)}; got {level}"
        )
    return Exercise(invented(seed, level, words.language), words, seed, level)


def _check_can_be_asked(lesson: Lesson) -> None:
    """Raise ValueError if there is nothing to find in a graph, or no number for it."""
    output = lesson.output
    if output.op is None:
        raise ValueError(
            f"exercise needs a graph with an op in it; got {output.label!r} ="
            f" {output.data!r} alone"
        )
    for node in lesson.nodes:
        for kind, number in (("data", node.data), ("grad", node.grad)):
            if not math.isfinite(number):
                raise ValueError(
                    f"exercise needs finite numbers; got {kind} {number!r}"
                    f" at {node.label!r}"
                )


def _blanks(lesson: Lesson) -> list[Blank]:
    asked = [
        (node.name, node.name, node, False, node.data)
        for node in lesson.nodes
        # What needs tables of a function, and what leads there, is given.
        if node.op is not None and _by_hand(node, lesson)
    ]
    output = lesson.output
    for node in reversed(lesson.nodes):
        if node is not output and not node.constant:
            slope = TEXT.derivative(output.name, node.name)
            asked.append((f"{node.name}.grad", slope, node, True, node.grad))
    return [Blank(*blank, place) for place, blank in enumerate(asked, 1)]


def _by_hand(node: Node, lesson: Lesson) -> bool:
    return is_round(node.data) and node.op is not None and node.op.name != "tanh"


def _plain(name: str) -> str:
    """Return a name in the one form in which names are compared.

    >>> {_plain(name) for name in ("∂L/∂a", "dL/da", "dL_da", " dL/da ")}
    {'dL_da'}
    """
    return re.sub(r"[./\s]+", "_", name.strip().replace("∂", "d"))


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
