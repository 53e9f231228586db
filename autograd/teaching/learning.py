"""What a lesson's inputs are for: some are given as data, the others are learned.

Which are given says whoever explains; else their names tell. Nothing is learned from a
slope by data, so no sweep is told that leads only there. One step moves each of the
others against its slope:

    w ← w − rate · ∂L/∂w
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..value import Value
from .passes import rebuild
from .steps import Backward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Phrases
    from .lesson import Lesson
    from .steps import Step

# What data is called, before its number: x, x1, ys[2], batch.inputs[0][1].
DATA = re.compile(
    r"(.*\.)?(xs?|ys?|inputs?|targets?|data|labels?|features?|samples?|examples?"
    r"|entr[eé]es?|cibles?|donn[eé]es?|exemples?)[_\d]*(\[.*)?",
    re.IGNORECASE,
)


def given_among(
    names: Sequence[str], given: str | Iterable[str] | None, words: Phrases
) -> list[str]:
    """Return which of the names of inputs are those of data.

    Args:
        names: The names of all inputs.
        given: Names of inputs, or of lists of them; None to go by what inputs are
            called, unless all are called as data is.
        words: The language of the error message.

    Raises:
        ValueError: If no input has such a name.
    """
    if given is None:
        found = [name for name in names if DATA.fullmatch(name)]
        return found if len(found) < len(names) else []
    wanted = given.replace(",", " ").split() if isinstance(given, str) else given
    found = []
    for name in wanted:
        parts = f"{name}[", f"{name}."
        mine = [known for known in names if known == name or known.startswith(parts)]
        if not mine:
            stems = dict.fromkeys(known.partition("[")[0] for known in names)
            there = ", ".join(stems) or words("errors.explain.nothing")
            raise ValueError(words("errors.explain.given", given=name, known=there))
        found += mine
    return found


def moving(lesson: Lesson) -> set[int]:
    """Return the places of what is learned, and of what is computed from it."""
    places = {node.place for node in lesson.learned}
    for node in lesson.nodes:
        if places.intersection(node.args):
            places.add(node.place)
    return places


def told_steps(lesson: Lesson, steps: Iterable[Step]) -> list[Step]:
    """Return the steps of some that do not lead to nothing but data."""
    places = moving(lesson)
    return [s for s in steps if not isinstance(s, Backward) or s.arg.place in places]


def descent(lesson: Lesson, rate: float, steps: int) -> list[dict[str, float]]:
    """Return the learned inputs and the output, at first and after each step."""
    names, root = [node.name for node in lesson.nodes], lesson.output.place
    numbers = {node.place: node.data for node in lesson.learned}
    told = []
    for _ in range(steps + 1):
        moved = {place: Value(number) for place, number in numbers.items()}
        output = rebuild(lesson.snapshot, moved)[root]
        told.append({names[n]: w.data for n, w in moved.items()})
        told[-1][names[root]] = output.data
        if moved:
            output.backward()
        # w ← w − rate · ∂L/∂w
        numbers = {place: w.data - rate * w.grad for place, w in moved.items()}
    return told
