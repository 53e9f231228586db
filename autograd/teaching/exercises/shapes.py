"""The graphs of exercises: a few shapes for each level, and numbers that stay simple.

The shapes stand in `shapes.toml`.

Numbers are drawn until every number and every slope of the graph can be written with
few digits. Only `random.random` is drawn from, whose results no version of Python
changes, so the same seed gives the same graph everywhere.
"""

from __future__ import annotations

import random
from contextlib import suppress
from typing import NamedTuple

from ...op import ARITHMETIC_ERRORS
from ...ops import relu, tanh
from ...value import Value
from ...writing.resources import table_of
from ..graphs import built
from ..lesson import Lesson, explain
from ..passes import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

LARGEST = 60.0  # of the numbers in an exercise
TRIES = 500

# s with tanh(s) = ±0.6 or ±0.8, whose slope 1 - tanh² is 0.64 or 0.36: s = log(2) and
# log(3).
TANH = {0.6: 0.6931471805599453, 0.8: 1.0986122886681098}


class Shape(NamedTuple):
    """A graph whose numbers are still to be drawn.

    Attributes:
        given: What is drawn, in this order, and from which numbers; data, which is no
            input, with an exclamation mark.
        code: What is computed.
        flat: Whether a slope may be 0: where relu is, no slope comes through, which is
            worth seeing if another way is open.
    """

    given: str
    code: str
    flat: bool = False


def redrawn(lesson: Lesson, seed: int) -> Lesson:
    """Return a lesson on the same graph, with other numbers: simple ones if any are."""
    source = random.Random(f"chainrule {seed} {lesson.title}")
    made = lesson
    for _ in range(TRIES):
        given = {
            n: Value(_pick(source, FILE["numbers"]["small"]), constant=node.constant)
            for n, node in enumerate(lesson.nodes)
            if node.op is None and node.name
        }
        with suppress(*ARITHMETIC_ERRORS):
            values = rebuild(lesson.snapshot, given)
            for value, node in zip(values, lesson.nodes, strict=True):
                value.label = node.name
            made = explain(values[-1], language=lesson.phrases(None).language)
            if _is_simple(made, flat=True):
                break
    return made


def bias(p: Value, v: Value) -> Value:
    """Return the b with which tanh(v + b) is p, one of the tenths."""
    s = TANH[p.data] if p.data > 0.0 else -TANH[-p.data]
    return Value(s - v.data)


FILE = table_of(__package__, "shapes.toml")
LEVELS: dict[int, list[Shape]] = {
    int(level): [Shape(**shape) for shape in shapes]
    for level, shapes in FILE["levels"].items()
}


def invented(seed: int, level: int, language: Language) -> Lesson:
    """Return the lesson on a graph of a level, made from the seed alone."""
    source = random.Random(f"chainrule {seed} {level}")
    shape = LEVELS[level][seed % len(LEVELS[level])]  # neighbours are of other shapes

    for _ in range(TRIES):
        given = {}
        for part in shape.given.split():
            name, _, numbers = part.partition("=")
            number = _pick(source, FILE["numbers"][numbers.rstrip("!")])
            given[name] = Value(number, constant=numbers.endswith("!"))
        root = built(shape.code, given, relu=relu, tanh=tanh, bias=bias)
        lesson = explain(root, language=language)
        if _is_simple(lesson, shape.flat):
            return lesson
    raise AssertionError(f"level {level} has no simple numbers for {shape.code}")


def is_round(number: float) -> bool:
    """Tell whether a number has few digits.

    >>> is_round(-0.512), is_round(1 / 3), is_round(0.1 + 0.2)
    (True, False, True)
    """
    return abs(number * 1e4 - round(number * 1e4)) < 1e-6


def _pick(source: random.Random, choices: list[float]) -> float:
    # random() alone is promised to stay as it is; choice() is not.
    return choices[int(source.random() * len(choices))]


def _is_simple(lesson: Lesson, flat: bool) -> bool:
    """Tell whether all numbers of a lesson have few digits and say something."""
    for node in lesson.nodes:
        leads_to_tanh = any(
            other.op is not None and other.op.name == "tanh"
            and (node.place in other.args or node.place == other.place)
            for other in lesson.nodes
        )  # fmt: skip
        if abs(node.data) > LARGEST or abs(node.grad) > LARGEST:
            return False
        if not is_round(node.grad):
            return False
        round_enough = is_round(node.data) or leads_to_tanh or node.name == "b"
        if not round_enough:
            return False
        if not flat and node.name and not (node.data and (node.constant or node.grad)):
            return False
    slopes = [abs(node.grad) for node in lesson.inputs]
    return len(slopes) == 1 or len(set(slopes)) > 1
