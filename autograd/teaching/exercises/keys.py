"""The exercises of the lessons: what is right, what is wrong and why, and a solution.

They stand in `lessons/`, a file for each, so that no cell of a lesson shows them. An
expression is stated once, with its texts in each language; `let` has what it needs,
in this order. A list there has the numbers that may be drawn for a student, the first
for who is no student.
"""

from __future__ import annotations

import math
import os
import random
from operator import itemgetter
from string import Template
from typing import Any, NamedTuple

from ...phrases.table import Phrases
from ...writing.resources import table_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

LESSONS = range(1, 9)


class Solution(str):
    """The solution of an exercise: Markdown, and shown as such."""

    __slots__ = ()

    __repr__ = _repr_markdown_ = str.__str__

    @property
    def code(self) -> str:
        """The Python in it, to be run."""
        return self.partition("```python\n")[2].partition("```")[0]


class Key(NamedTuple):
    """What is known of one exercise, with the numbers of one student."""

    right: Any  # None where it is no number
    wrong: list[tuple[Any, str]]  # wrong answers, and what to say of each
    solution: Solution
    own: str  # numbers of the student's own, as "w = 5 (4)": 4 is the usual one


def exercises() -> dict[str, dict[str, Any]]:
    """Return what the files say of each exercise, by its number, such as "3.1"."""
    lessons = {n: table_of(__package__, f"lessons/{n}.toml") for n in LESSONS}
    return {f"{n}.{m}": row for n in lessons for m, row in lessons[n].items()}


def key_of(exercise: str, language: Language, student: str | None = None) -> Key:
    """Return the key of an exercise.

    Args:
        exercise: Its number, such as "3.1".
        language: That of the texts.
        student: Who gets numbers of their own: any text; None for that of the
            environment, `CHAINRULE_STUDENT`.
    """
    row = exercises()[exercise]
    student = student or os.environ.get("CHAINRULE_STUDENT")
    choose = random.Random(f"{exercise} {student}").choice if student else itemgetter(0)
    known: dict[str, Any] = dict(vars(math))
    own = []
    for name, given in row.get("let", {}).items():
        drawn = not isinstance(given, str)
        known[name] = choose(given) if drawn else eval(given, known)
        if drawn and known[name] != given[0]:
            own.append(f"{name} = {_shown(known[name])} ({_shown(given[0])})")
    known["right"] = eval(row.get("right", "None"), known)
    shown = {name: _shown(number) for name, number in known.items()}
    wrong = [
        (eval(one["is"], known), Template(one[language]).substitute(shown))
        for one in row.get("wrong", ())
    ]
    told = Template(row["solution"][language]).substitute(shown)
    return Key(known["right"], wrong, Solution(told.strip()), ", ".join(own))


def _shown(number: Any) -> str:
    text = f"{number:g}" if isinstance(number, float) else str(number)
    return text.replace("-", "−")


def solution(
    exercise: str, *, language: Language | None = None, student: str | None = None
) -> Solution:
    """Return one way to solve an exercise of the lessons.

    Args:
        exercise: Its number, such as "3.1": the first of lesson 3.
        language: "en" or "fr"; None for that of the environment.
        student: See `check_answer`.

    Raises:
        ValueError: If there is no such exercise.

    >>> from autograd import solution
    >>> solution("5.7", language="en")
    `(0.8 − 1) · 0.8 · 0.2`: how wrong, times the slope of the bend.
    <BLANKLINE>
    ```python
    delta = (0.8 - 1) * 0.8 * (1 - 0.8)
    ```
    """
    if exercise not in (known := exercises()):
        raise ValueError(
            f"solution needs an exercise of the lessons, {min(known)} to {max(known)};"
            f" got {exercise!r}"
        )
    return key_of(exercise, Phrases(language).language, student).solution
