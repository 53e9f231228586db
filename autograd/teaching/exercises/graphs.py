"""The graphs of exercises: a few shapes for each level, and numbers that stay simple.

Numbers are drawn until every number and every slope of the graph can be written with
few digits. Only `random.random` is drawn from, whose results no version of Python
changes, so the same seed gives the same graph everywhere.
"""

from __future__ import annotations

import random

from ...ops import relu, tanh
from ...value import Value
from ..lesson import Lesson, explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Draw = Callable[..., Value]
    Shape = Callable[[Draw], Value]

WHOLE = (-5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0)
SMALL = (-3.0, -2.0, 2.0, 3.0)
HALVES = (-2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 3.0)
LARGEST = 60.0  # of the numbers in an exercise
TRIES = 500

# s with tanh(s) = ±0.6 or ±0.8, whose slope 1 - tanh² is 0.64 or 0.36: s = log(2) and
# log(3).
TANH = {0.6: 0.6931471805599453, 0.8: 1.0986122886681098}


def _product(draw: Draw) -> Value:
    a, b = draw("a", WHOLE), draw("b", WHOLE)
    return a * b


def _product_of_inputs(draw: Draw) -> Value:
    w, x = draw("w", HALVES), draw("x", WHOLE)
    return w * x


def _product_and_sum(draw: Draw) -> Value:
    a, b, c = draw("a", SMALL), draw("b", WHOLE), draw("c", WHOLE)
    v = _named("v", a * b)
    return v + c


def _sum_and_product(draw: Draw) -> Value:
    a, b, c = draw("a", WHOLE), draw("b", WHOLE), draw("c", SMALL)
    v = _named("v", a + b)
    return v * c


def _difference_and_product(draw: Draw) -> Value:
    a, b, c = draw("a", WHOLE), draw("b", WHOLE), draw("c", SMALL)
    v = _named("v", a - b)
    return v * c


def _three_factors(draw: Draw) -> Value:
    a, b, c = draw("a", SMALL), draw("b", SMALL), draw("c", HALVES)
    v = _named("v", a * b)
    return v * c


def _three_ops(draw: Draw) -> Value:
    a, b = draw("a", SMALL), draw("b", SMALL)
    u = _named("u", a * b)
    v = _named("v", u + draw("c", SMALL))
    return v * draw("d", SMALL)


def _leaf_again(draw: Draw) -> Value:
    a, b = draw("a", SMALL), draw("b", WHOLE)
    v = _named("v", a * b)
    return v + a


def _leaf_times_sum(draw: Draw) -> Value:
    a, b = draw("a", SMALL), draw("b", WHOLE)
    v = _named("v", a + b)
    return v * a


def _square_by_product(draw: Draw) -> Value:
    a, b = draw("a", SMALL), draw("b", SMALL)
    v = _named("v", a * b)
    return v * v


def _node_again(draw: Draw) -> Value:
    a, b, c = draw("a", SMALL), draw("b", SMALL), draw("c", SMALL)
    u = _named("u", a + b)
    v = _named("v", u * c)
    return v * u


def _two_branches(draw: Draw) -> Value:
    a, b, c = draw("a", SMALL), draw("b", SMALL), draw("c", SMALL)
    u = _named("u", a * b)
    v = _named("v", a * c)
    return u * v


def _relu_neuron(draw: Draw) -> Value:
    w, x, b = draw("w", HALVES), draw("x", SMALL, constant=True), draw("b", SMALL)
    s = _named("s", _named("v", w * x) + b)
    p = _named("p", relu(s))
    return p * draw("a", WHOLE)


def _relu_with_bypass(draw: Draw) -> Value:
    w, x, b = draw("w", HALVES), draw("x", SMALL, constant=True), draw("b", SMALL)
    s = _named("s", _named("v", w * x) + b)
    p = _named("p", relu(s))
    return p + w


def _two_weights(draw: Draw) -> Value:
    x, z = draw("x", SMALL, constant=True), draw("z", SMALL, constant=True)
    u = _named("u", draw("w", HALVES) * x)
    v = _named("v", draw("m", HALVES) * z)
    p = _named("p", relu(_named("s", u + v)))
    return p * draw("a", SMALL)


def _tanh(draw: Draw) -> Value:
    """A neuron whose bias leads to a tanh that can be written with one digit."""
    w, x = draw("w", HALVES), draw("x", SMALL, constant=True)
    v = _named("v", w * x)
    p = draw("p", (-0.8, -0.6, 0.6, 0.8)).data
    bias = (TANH[p] if p > 0.0 else -TANH[-p]) - v.data
    s = _named("s", v + Value(bias, "b"))
    return _named("p", tanh(s))


def _tanh_neuron(draw: Draw) -> Value:
    return _tanh(draw) * draw("a", WHOLE)


def _squared(draw: Draw, p: Value) -> Value:
    e = _named("e", p - draw("y", HALVES, constant=True))
    return e**2


def _line_loss(draw: Draw) -> Value:
    w, x, b = draw("w", HALVES), draw("x", SMALL, constant=True), draw("b", SMALL)
    return _squared(draw, _named("p", _named("v", w * x) + b))


def _relu_loss(draw: Draw) -> Value:
    w, x, b = draw("w", HALVES), draw("x", SMALL, constant=True), draw("b", SMALL)
    s = _named("s", _named("v", w * x) + b)
    return _squared(draw, _named("p", relu(s)))


def _tanh_loss(draw: Draw) -> Value:
    p = _tanh(draw)
    e = _named("e", p - draw("y", (-1.0, 1.0, 0.5, -0.5), constant=True))
    return e**2


def _two_samples(draw: Draw) -> Value:
    w = draw("w", HALVES)
    first, second = (
        _named(f"e{i}", w * draw(f"x{i}", SMALL, constant=True)
               - draw(f"y{i}", SMALL, constant=True)) ** 2
        for i in (1, 2)
    )  # fmt: skip
    return _named("q1", first) + _named("q2", second)


LEVELS: dict[int, tuple[Shape, ...]] = {
    1: (_product, _product_of_inputs),
    2: (
        _product_and_sum, _sum_and_product, _difference_and_product, _three_factors,
        _three_ops,
    ),
    3: (
        _leaf_again, _leaf_times_sum, _square_by_product, _node_again, _two_branches,
    ),
    4: (_relu_neuron, _relu_with_bypass, _two_weights, _tanh_neuron),
    5: (_line_loss, _relu_loss, _tanh_loss, _two_samples),
}  # fmt: skip

# Where relu is 0 no slope comes through, which is worth seeing if another way is open.
MAY_BE_FLAT = (_relu_with_bypass,)


def invented(seed: int, level: int, language: str) -> Lesson:
    """Return the lesson on a graph of a level, made from the seed alone."""
    source = random.Random(f"chainrule {seed} {level}")
    shape = LEVELS[level][seed % len(LEVELS[level])]  # neighbours are of other shapes

    def draw(name: str, numbers: Sequence[float], *, constant: bool = False) -> Value:
        return Value(_pick(source, numbers), name, constant=constant)

    for _ in range(TRIES):
        lesson = explain(_named("L", shape(draw)), language=language)
        if _is_simple(lesson, flat=shape in MAY_BE_FLAT):
            return lesson
    raise AssertionError(f"level {level} has no simple numbers for {shape.__name__}")


def is_round(number: float) -> bool:
    """Tell whether a number has few digits.

    >>> is_round(-0.512), is_round(1 / 3), is_round(0.1 + 0.2)
    (True, False, True)
    """
    return abs(number * 1e4 - round(number * 1e4)) < 1e-6


def _pick(source: random.Random, choices: Sequence[Any]) -> Any:
    # random() alone is promised to stay as it is; choice() is not.
    return choices[int(source.random() * len(choices))]


def _named(name: str, value: Value) -> Value:
    value.label = name
    return value


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
