"""The graphs of exercises: a few shapes for each level, and numbers that stay simple.

Numbers are drawn until every number and every slope of the graph can be written with
few digits. Only `random.random` is drawn from, whose results no version of Python
changes, so the same seed gives the same graph everywhere.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from ...ops import relu, tanh
from ...value import Value
from ..graphs import built
from ..lesson import Lesson, explain

LARGEST = 60.0  # of the numbers in an exercise
TRIES = 500

# What numbers are drawn from.
NUMBERS: dict[str, tuple[float, ...]] = {
    "whole": (-5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0),
    "small": (-3.0, -2.0, 2.0, 3.0),
    "halves": (-2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 3.0),
    "tenths": (-0.8, -0.6, 0.6, 0.8),
    "units": (-1.0, 1.0, 0.5, -0.5),
}

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


def bias(p: Value, v: Value) -> Value:
    """Return the b with which tanh(v + b) is p, one of the tenths."""
    s = TANH[p.data] if p.data > 0.0 else -TANH[-p.data]
    return Value(s - v.data)


NEURON = "w=halves x=small! b=small"
SUM = "v = w*x; s = v + b"
TANH_SUM = "v = w*x; b = bias(p, v); s = v + b; p = tanh(s)"
LEVELS: dict[int, tuple[Shape, ...]] = {
    1: (
        Shape("a=whole b=whole", "L = a*b"),
        Shape("w=halves x=whole", "L = w*x"),
    ),
    2: (
        Shape("a=small b=whole c=whole", "v = a*b; L = v + c"),
        Shape("a=whole b=whole c=small", "v = a + b; L = v*c"),
        Shape("a=whole b=whole c=small", "v = a - b; L = v*c"),
        Shape("a=small b=small c=halves", "v = a*b; L = v*c"),
        Shape("a=small b=small c=small d=small", "u = a*b; v = u + c; L = v*d"),
    ),
    3: (
        Shape("a=small b=whole", "v = a*b; L = v + a"),
        Shape("a=small b=whole", "v = a + b; L = v*a"),
        Shape("a=small b=small", "v = a*b; L = v*v"),
        Shape("a=small b=small c=small", "u = a + b; v = u*c; L = v*u"),
        Shape("a=small b=small c=small", "u = a*b; v = a*c; L = u*v"),
    ),
    4: (
        Shape(f"{NEURON} a=whole", f"{SUM}; p = relu(s); L = p*a"),
        Shape(NEURON, f"{SUM}; p = relu(s); L = p + w", flat=True),
        Shape(
            "x=small! z=small! w=halves m=halves a=small",
            "u = w*x; v = m*z; s = u + v; p = relu(s); L = p*a",
        ),
        Shape("w=halves x=small! p=tenths a=whole", f"{TANH_SUM}; L = p*a"),
    ),
    5: (
        Shape(f"{NEURON} y=halves!", "v = w*x; p = v + b; e = p - y; L = e**2"),
        Shape(f"{NEURON} y=halves!", f"{SUM}; p = relu(s); e = p - y; L = e**2"),
        Shape(
            "w=halves x=small! p=tenths y=units!", f"{TANH_SUM}; e = p - y; L = e**2"
        ),
        Shape(
            "w=halves x1=small! y1=small! x2=small! y2=small!",
            "e1 = w*x1 - y1; e2 = w*x2 - y2; q1 = e1**2; q2 = e2**2; L = q1 + q2",
        ),
    ),
}


def invented(seed: int, level: int, language: str) -> Lesson:
    """Return the lesson on a graph of a level, made from the seed alone."""
    source = random.Random(f"chainrule {seed} {level}")
    shape = LEVELS[level][seed % len(LEVELS[level])]  # neighbours are of other shapes

    for _ in range(TRIES):
        given = {}
        for part in shape.given.split():
            name, _, numbers = part.partition("=")
            number = _pick(source, NUMBERS[numbers.rstrip("!")])
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


def _pick(source: random.Random, choices: tuple[Any, ...]) -> Any:
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
