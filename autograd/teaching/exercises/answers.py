"""`check_answer`: one answer of a learner, judged, and a wrong one explained.

What is right, and the numbers to which known confusions lead, each with what to say,
stand in the keys of the lessons, or in the call: so a teacher can ask for anything that
can be computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...drawing.escaping import coded
from ...messages import cut
from ...phrases.table import Phrases
from ..mixups import is_near
from ..views.terminal import filled
from .keys import exercises, key_of
from .verdicts import WIDTH, as_typed, read_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

Wrong = Iterable[tuple[Any, str]]

MISSES = 2  # before a solution is offered
_missed: Counter[str] = Counter()


@dataclass(frozen=True)
class Answer:
    """What came out for an answer: its text says it to the learner.

    Attributes:
        solved: Whether it is right.
        explained: Whether it is right, or wrong in a way that is known.
        message: What to say; a line for each thing.
        language: That of the message, "en" or "fr".
    """

    solved: bool
    explained: bool
    message: str
    language: Language

    def __repr__(self) -> str:
        """Return the message."""
        return "\n".join(filled(line, WIDTH) for line in self.message.split("\n"))

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        lines = map(coded, self.message.split("\n"))
        return "".join(f'<p lang="{self.language}">{line}</p>' for line in lines)


def check_answer(
    answer: Any,
    *given: Any,
    right: Any = ...,
    wrong: Wrong = (),
    language: Language | None = None,
    student: str | None = None,
) -> Answer:
    """Return whether an answer is right, and what was mixed up if it is not.

    `check_answer("3.1", answer)` judges an answer to an exercise of the lessons: its
    key is known, and after two misses a solution is offered. `check_answer(answer,
    right=6)` judges any other.

    Args:
        answer: What the learner gives: a number, text such as "0,5" or "-1/2", or a
            list of them. `...` is no answer yet.
        given: `right` and `wrong`, where they are not named.
        right: The number that is right, or a list. What is worked out by hand is
            rounded, so a float may be off by one part in a hundred, or given with two
            digits. An int is a count, and must be met.
        wrong: Pairs of a wrong answer and what to say to who gives it. The first that
            fits is said.
        language: "en" or "fr"; None for that of the environment.
        student: Any text, such as a name: in many exercises each student has numbers
            of their own, which the check tells. None for that in `CHAINRULE_STUDENT`,
            or for the numbers that the lesson says.

    Raises:
        TypeError: If `right` or an answer in `wrong` is no number or list of numbers,
            or `wrong` holds something else than pairs of an answer and text.

    >>> from autograd import check_answer, grad
    >>> check_answer("1.2", 0.2, language="en")
    The size is right. But which way did the knob go?
    >>> def slope(answer):
    ...     return check_answer(
    ...         answer,
    ...         right=grad(lambda x: x**3)(2.0),
    ...         wrong=[(2.0**3, "That is the height of the curve, not its slope.")],
    ...         language="en",
    ...     )
    >>> slope(...)
    No answer yet: replace the three dots.
    >>> slope(8)
    That is the height of the curve, not its slope.
    >>> slope("12,0")
    Right.
    """
    words = Phrases(language)
    if len(given) == 1 and isinstance(answer, str) and answer in exercises():
        key = key_of(answer, words.language, student)
        found = _judged(given[0], key.right, key.wrong, words)
        if found.solved:
            return found
        _missed[answer] += not _is_open(given[0])
        said = [found.message]
        if key.own and not found.explained:
            said.append(words("exercises.own", given=key.own))
        if _missed[answer] >= MISSES:
            said.append(words("exercises.offered", given=answer))
        return replace(found, message=" ".join(said))
    right, wrong = (*given, *(right, wrong)[len(given) :])
    return _judged(answer, right, wrong, words)


def _judged(answer: Any, right: Any, wrong: Wrong, words: Phrases) -> Answer:
    expected = _numbers_asked(right, "right")
    known = [(_numbers_asked(number, "wrong"), why) for number, why in _pairs(wrong)]
    given = _numbers(answer)
    solved = explained = False
    if _is_open(answer):
        said = words("exercises.not_yet")
    elif not _is_read(given):
        said = words("exercises.no_number", given=as_typed(answer))
    elif _fits(given, expected):
        solved, explained, said = True, True, words("mixups.right")
    elif fitting := [why for number, why in known if _fits(given, number)]:
        explained, said = True, fitting[0]
    elif isinstance(expected, list) and not (
        isinstance(given, list) and len(given) == len(expected)
    ):
        said = words("exercises.how_many", count=len(expected))
    elif isinstance(answer, tuple) and not isinstance(expected, list):
        said = words("exercises.comma")
    else:
        said = words("mixups.unknown")
    return Answer(solved, explained, said, words.language)


def _is_open(answer: Any) -> bool:
    if answer is ... or answer is None:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    return isinstance(answer, list | tuple) and any(map(_is_open, answer))


def _numbers(answer: Any, counts: bool = False) -> Any:
    """Return an answer with each number read; None in place of what is none.

    Args:
        answer: A number, or a list.
        counts: Whether an int stays one.
    """
    if hasattr(answer, "tolist"):  # an array
        answer = answer.tolist()
    if isinstance(answer, list | tuple):
        return [_numbers(part, counts) for part in answer]
    return answer if counts and isinstance(answer, int) else read_number(answer)


def _is_read(numbers: Any) -> bool:
    """Tell whether all that was given are numbers."""
    if isinstance(numbers, list):
        return all(map(_is_read, numbers))
    return numbers is not None


def _pairs(wrong: Wrong) -> list[tuple[Any, str]]:
    pairs: list[Any] = list(wrong) if hasattr(wrong, "__iter__") else [wrong]
    for pair in pairs:
        match pair:
            case [_, str()]:
                continue
        raise TypeError(
            f"check_answer needs pairs of an answer and text in wrong; got {cut(pair)}"
        )
    return pairs


def _numbers_asked(asked: Any, name: str) -> Any:
    numbers = _numbers(asked, counts=True)
    if not _is_read(numbers):
        raise TypeError(
            f"check_answer needs numbers, or lists of numbers, in {name}; got"
            f" {cut(asked)}"
        )
    return numbers


def _fits(given: Any, number: Any) -> bool:
    if isinstance(given, list) and isinstance(number, list):
        return len(given) == len(number) and all(map(_fits, given, number))
    if isinstance(given, list) or isinstance(number, list):
        return False
    return given == number if isinstance(number, int) else is_near(given, number)
