"""What came out of trying a mistake or a belief, and what all replays need."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....drawing.notation import TEXT
from ....value import Value
from ...lesson import Lesson
from ...passes import rebuild
from ...steps import Node

Numbers = Mapping[str, float]

LISTED = 8  # rows of a table, names in a list

# Below these, relative to the two numbers and to the largest share of all, a difference
# comes from rounding.
ROUNDING, LOST = 1e-9, 1e-12


class CannotShowError(Exception):
    """Raised where a graph cannot show a mistake, with the name of the reason."""


@dataclass(frozen=True)
class First:
    """The first number that goes wrong.

    Attributes:
        name: Of what it is a number: "w.grad", "s → w" (a share), or a node.
        should: What it should be.
        became: What it became.
        step: In a sweep, the how-manieth share goes wrong, from 1; else 0.
        node: In a sweep, the place of the node that hands on; else None.
        arg: In a sweep, the place of the arg that gets the share; else None.
    """

    name: str
    should: float
    became: float
    step: int = 0
    node: int | None = None
    arg: int | None = None


@dataclass
class Replay:
    """What came out of trying.

    Attributes:
        right: Numbers as they should be, by name.
        wrong: The same as they became.
        first: The first that goes wrong; None for a belief that no number breaks.
        slots: What goes into the phrases; `x` goes in as `x_` too, with brackets.
        rows: A table, if there is one: the first row are keys of phrases.
        extra: Keys of phrases that are added to the explanation.
    """

    right: dict[str, float]
    wrong: dict[str, float] = field(default_factory=dict)
    first: First | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[tuple[object, ...]] = ()
    extra: list[str] = field(default_factory=list)


def differ(a: float, b: float, scale: float = 0.0) -> bool:
    """Tell whether two numbers differ by more than rounding.

    >>> differ(0.1 + 0.2, 0.3), differ(1.0, 2.0), differ(1e-17, 0.0, scale=1.0)
    (False, True, False)
    """
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) != math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a != b
    return abs(a - b) > max(ROUNDING * max(abs(a), abs(b)), LOST * scale)


def shown(number: float, enclosed: bool = False) -> str:
    """Return a number as in formulas, in brackets if it is negative and `enclosed`."""
    return TEXT.factor(number) if enclosed else TEXT.digits(number)


def said(thing: object, enclosed: bool = False) -> object:
    """Return a thing as it is said: a number with few digits."""
    return shown(thing, enclosed) if isinstance(thing, float) else thing


def small_change(lesson: Lesson) -> str:
    """Return a letter for a small change, which no node has for a name."""
    names = {node.name for node in lesson.nodes}
    return next(letter for letter in ("h", "δ", "ε", "dx") if letter not in names)


def sloping_input(lesson: Lesson) -> Node:
    """Return the first input with a slope other than 0."""
    for node in lesson.inputs:
        if node.grad and math.isfinite(node.grad):
            return node
    raise CannotShowError("no_slope")


def new_leaves(lesson: Lesson) -> dict[int, Value]:
    """Return a new Value for each input, for the learner's own are left as they are."""
    return {node.place: Value(node.data) for node in lesson.inputs}


def computed(lesson: Lesson, leaves: Mapping[int, Value]) -> Value:
    """Return the output, computed anew from some leaves."""
    return rebuild(lesson.snapshot, leaves)[lesson.output.place]


def grads_of(lesson: Lesson, leaves: Any) -> dict[str, float]:
    """Return the grad of each input by name, as `lesson.nodes` or others hold it."""
    return {f"{node.name}.grad": leaves[node.place].grad for node in lesson.inputs}


def by_name(lesson: Lesson, numbers: Any) -> dict[str, float]:
    """Return of some numbers, by place, those of the inputs and the output by name."""
    nodes = (*lesson.inputs, lesson.output)
    return {node.label: numbers[node.place] for node in nodes}


def gone_wrong(
    name: str, right: dict[str, float], wrong: dict[str, float], *more: Any
) -> Replay:
    """Return the replay whose first wrong number has that name; `more` is its rest."""
    return Replay(right, wrong, First(name, right[name], wrong[name]), *more)


def function_of(
    lesson: Lesson, inputs: Sequence[Node], outputs: Sequence[Node] | None = None
) -> Callable[..., Any]:
    """Return the lesson's graph as a function of some inputs: its output, or several.

    The other inputs are constants.
    """

    def f(*values: Value) -> Value | list[Value]:
        leaves = dict(zip([node.place for node in inputs], values, strict=True))
        nodes = rebuild(lesson.snapshot, leaves)
        if outputs is None:
            return nodes[lesson.output.place]
        return [nodes[node.place] for node in outputs]

    return f
