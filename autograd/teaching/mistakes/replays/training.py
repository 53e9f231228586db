"""Mistakes of training: slopes that are kept, steps uphill; and what += is for."""

from __future__ import annotations

import math

from ....reading.partials import partial
from ....value import Value
from ...lesson import Lesson
from ...passes import rebuild, recompute
from ...steps import Node
from .replay import (
    LISTED,
    First,
    Replay,
    differ,
    grads_of,
    new_leaves,
    shown,
    sloping_input,
)

RATE = 0.1  # of a step along the slope
# Tried until both directions tell: larger ones on gentle slopes, then smaller ones.
RATES = [RATE * 10.0**k for k in range(8)] + [RATE / 2.0**k for k in range(1, 40)]


def zero(lesson: Lesson) -> Replay | str:
    """Call backward a second time, without setting the slopes back to 0."""
    node = sloping_input(lesson)
    if node is None:
        return "no_slope"
    leaves = new_leaves(lesson)
    output = rebuild(lesson.snapshot, leaves)[lesson.output.place]
    output.backward()
    right = grads_of(lesson, leaves)
    output.backward()
    wrong = grads_of(lesson, leaves)
    name = f"{node.name}.grad"
    first = First(name, right[name], wrong[name])
    slots = {"name": node.name, "once": right[name], "twice": wrong[name]}
    return Replay(right, wrong, first, slots)


def uphill(lesson: Lesson) -> Replay | str:
    """Add the slopes to the inputs, in place of subtracting them."""
    found = telling_rate(lesson)
    if found is None:
        return "no_slope"
    rate, node, down, up = found
    here = lesson.output.data
    above, below = (numbers[lesson.output.place] for numbers in (up, down))
    output = lesson.output.label
    right = {n.name: down[n.place] for n in lesson.inputs} | {output: below}
    wrong = {n.name: up[n.place] for n in lesson.inputs} | {output: above}
    first = First(node.name, right[node.name], wrong[node.name])
    slots = {
        "rate": rate, "here": here, "above": above, "below": below, "name": node.name,
        "slope": node.grad, "data": node.data, "down": down[node.place],
        "up": up[node.place],
    }  # fmt: skip
    grows = "positive" if node.grad > 0.0 else "negative"
    return Replay(right, wrong, first, slots, extra=[grows])


def telling_rate(
    lesson: Lesson,
) -> tuple[float, Node, list[float], list[float]] | None:
    """Return a rate at which a step down and one up tell, an input, and all numbers.

    The numbers are those after the step down, and after the step up.
    """
    node = sloping_input(lesson)
    here = lesson.output.data
    for rate in RATES if node is not None else ():
        up, down = (_moved(lesson, sign * rate) for sign in (1.0, -1.0))
        above, below = up[lesson.output.place], down[lesson.output.place]
        seen = len({shown(below), shown(here), shown(above)}) == 3
        if node is not None and below < here < above and (seen or rate < RATE):
            return rate, node, down, up
    return None


def _moved(lesson: Lesson, rate: float) -> list[float]:
    """Return all numbers after a step of `rate` times the slope."""
    numbers = {n.place: n.data + rate * n.grad for n in lesson.inputs}
    return recompute(lesson.snapshot, numbers)


def accumulate(lesson: Lesson) -> Replay | str:
    """Add the losses of two samples: their gradients add up, too."""
    if len(lesson.inputs) < 2:
        return "one_input"
    sample = _sample(lesson)
    if sample is None:
        return "no_sample"
    varied, number = sample
    weights = [node for node in lesson.inputs if node is not varied]
    shared = {node.place: Value(node.data) for node in weights}

    def loss(data: float) -> Value:
        leaves = shared | {varied.place: Value(data)}
        return rebuild(lesson.snapshot, leaves)[lesson.output.place]

    def slopes() -> dict[str, float]:
        return {f"{node.name}.grad": shared[node.place].grad for node in weights}

    def cleared() -> None:
        for weight in shared.values():
            weight.grad = 0.0

    loss(varied.data).backward()
    first_alone = slopes()
    loss(number).backward()
    added = slopes()
    cleared()
    loss(number).backward()
    last_alone = slopes()
    cleared()
    (loss(varied.data) + loss(number)).backward()
    of_sum = slopes()
    columns = first_alone, last_alone, added, of_sum
    rows = [("slope", "sample_1", "sample_2", "added", "of_sum")]
    rows += [(name, *(column[name] for column in columns)) for name in of_sum][:LISTED]
    name = next((n for n in of_sum if differ(last_alone[n], of_sum[n])), None)
    if name is None:
        return "no_slope"
    first = First(name, of_sum[name], last_alone[name])
    slots = {
        "varied": varied.name, "data": varied.data, "other": number, "name": name,
        "first": first_alone[name], "last": last_alone[name], "sum": of_sum[name],
    }  # fmt: skip
    return Replay(of_sum, last_alone, first, slots, rows)


def _sample(lesson: Lesson) -> tuple[Node, float] | None:
    """Return an input to be another one in a second sample, and its number there."""
    values = lesson.snapshot.nodes
    by_name = sorted(lesson.inputs, key=lambda node: not node.name.startswith("x"))
    for node in by_name:
        for number in (node.data + 1.0, node.data - 1.0, node.data * 0.5):
            numbers = recompute(lesson.snapshot, {node.place: number})
            if all(map(math.isfinite, numbers)) and all(
                math.isfinite(partial(values[n], i, [numbers[m] for m in (*args, n)]))
                for n, args in enumerate(lesson.snapshot.args)
                for i, arg in enumerate(args)
                if not values[arg].constant
            ):
                return node, number
    return None
