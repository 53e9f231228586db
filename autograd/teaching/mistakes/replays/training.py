"""Mistakes of training code: slopes that are kept, steps uphill, what gets lost.

And what `+=` is for.
"""

from __future__ import annotations

import math

from ....op import ARITHMETIC_ERRORS
from ....reading.partials import partial
from ....value import Value
from ...lesson import Lesson
from ...passes import rebuild, recompute
from ...steps import Node
from .replay import (
    LISTED,
    CannotShowError,
    Replay,
    by_name,
    computed,
    differ,
    gone_wrong,
    grads_of,
    new_leaves,
    shown,
    sloping_input,
)

RATE = 0.1  # of a step along the slope
# Tried until both directions tell: larger ones on gentle slopes, then smaller ones.
RATES = [RATE * 10.0**k for k in range(8)] + [RATE / 2.0**k for k in range(1, 40)]


def zero(lesson: Lesson) -> Replay:
    """Call backward a second time, without setting the slopes back to 0."""
    node = sloping_input(lesson)
    leaves = new_leaves(lesson)
    output = computed(lesson, leaves)
    output.backward()
    right = grads_of(lesson, leaves)
    output.backward()
    wrong = grads_of(lesson, leaves)
    name = f"{node.name}.grad"
    slots = {"name": node.name, "once": right[name], "twice": wrong[name]}
    return gone_wrong(name, right, wrong, slots)


def uphill(lesson: Lesson) -> Replay:
    """Add the slopes to the inputs, in place of subtracting them."""
    rate, node, down, up = telling_rate(lesson)
    output = lesson.output
    right, wrong = by_name(lesson, down), by_name(lesson, up)
    slots = {
        "rate": rate, "here": output.data, "above": wrong[output.label],
        "below": right[output.label], "name": node.name, "slope": node.grad,
        "data": node.data, "down": down[node.place], "up": up[node.place],
    }  # fmt: skip
    grows = "positive" if node.grad > 0.0 else "negative"
    return gone_wrong(node.name, right, wrong, slots, (), [grows])


def telling_rate(lesson: Lesson) -> tuple[float, Node, list[float], list[float]]:
    """Return a rate at which a step down and one up tell, an input, and all numbers.

    The numbers are those after the step down, and after the step up.
    """
    node, place = sloping_input(lesson), lesson.output.place
    here = lesson.output.data
    for rate in RATES:
        down, up = _moved(lesson, -rate), _moved(lesson, rate)
        seen = len({shown(number) for number in (down[place], here, up[place])}) == 3
        if down[place] < here < up[place] and (seen or rate < RATE):
            return rate, node, down, up
    raise CannotShowError("no_slope")


def _moved(lesson: Lesson, rate: float) -> list[float]:
    """Return all numbers after a step of `rate` times the slope."""
    numbers = {n.place: n.data + rate * n.grad for n in lesson.inputs}
    return recompute(lesson.snapshot, numbers)


def accumulate(lesson: Lesson) -> Replay:
    """Add the losses of two samples: their gradients add up, too."""
    varied, number = _sample(lesson)
    weights = [node for node in lesson.inputs if node is not varied]
    shared = {node.place: Value(node.data) for node in weights}

    def loss(data: float) -> Value:
        return computed(lesson, shared | {varied.place: Value(data)})

    def slopes(*losses: Value) -> dict[str, float]:
        for weight in shared.values():
            weight.grad = 0.0
        for one in losses:
            one.backward()
        return {f"{node.name}.grad": shared[node.place].grad for node in weights}

    first_alone, last_alone = slopes(loss(varied.data)), slopes(loss(number))
    added = slopes(loss(varied.data), loss(number))
    of_sum = slopes(loss(varied.data) + loss(number))
    columns = first_alone, last_alone, added, of_sum
    rows = [("slope", "sample_1", "sample_2", "added", "of_sum")]
    rows += [(name, *(column[name] for column in columns)) for name in of_sum][:LISTED]
    name = next((n for n in of_sum if differ(last_alone[n], of_sum[n])), None)
    if name is None:
        raise CannotShowError("no_slope")
    slots = {
        "varied": varied.name, "data": varied.data, "other": number, "name": name,
        "first": first_alone[name], "last": last_alone[name], "sum": of_sum[name],
    }  # fmt: skip
    return gone_wrong(name, of_sum, last_alone, slots, rows)


def _sample(lesson: Lesson) -> tuple[Node, float]:
    """Return an input to be another one in a second sample, and its number there."""
    if len(lesson.inputs) < 2:
        raise CannotShowError("one_input")
    values = lesson.snapshot.nodes
    inputs = sorted(lesson.inputs, key=lambda node: not node.name.startswith("x"))
    for node in inputs:
        for number in (node.data + 1.0, node.data - 1.0, node.data * 0.5):
            numbers = recompute(lesson.snapshot, {node.place: number})
            if all(map(math.isfinite, numbers)) and all(
                math.isfinite(partial(values[n], i, [numbers[m] for m in (*args, n)]))
                for n, args in enumerate(lesson.snapshot.args)
                for i, arg in enumerate(args)
                if not values[arg].constant
            ):
                return node, number
    raise CannotShowError("no_sample")


def data(lesson: Lesson) -> Replay:
    """Compute on with the number of a node, `.data`, in one place that it goes to."""
    right = grads_of(lesson, lesson.nodes)
    values = lesson.snapshot.nodes
    # Best in the middle of the graph, where the slope of something is lost in part.
    places = sorted(
        ((step.node.place, step.i, step.arg) for step in lesson.backward),
        key=lambda found: (found[2].op is None, found[2].uses == 1),
    )
    for n, i, arg in places:
        leaves = new_leaves(lesson)
        try:
            nodes = rebuild(lesson.snapshot, leaves)
            given = [nodes[m] for m in lesson.snapshot.args[n]]
            given[i] = Value(given[i].data, constant=True)
            computed(lesson, leaves | {n: values[n].op(*given)}).backward()
        except ARITHMETIC_ERRORS:  # of a slope that nothing needed before
            continue
        wrong = grads_of(lesson, leaves)
        name = next((key for key in right if differ(right[key], wrong[key])), None)
        if name is None:
            continue
        slots = {
            "node": lesson.nodes[n].label, "arg": arg.label, "data": arg.data,
            "formula": lesson.nodes[n].formula, "name": name.removesuffix(".grad"),
            "right": right[name], "wrong": wrong[name],
        }  # fmt: skip
        lost = "all" if wrong[name] == 0.0 else "part"
        return gone_wrong(name, right, wrong, slots, (), [lost])
    raise CannotShowError("no_slope")


def rebind(lesson: Lesson) -> Replay:
    """Train with `p = p - rate * p.grad`: what is learned has no place to stay."""
    rate, node, moved, _ = telling_rate(lesson)
    leaves = new_leaves(lesson)
    output = computed(lesson, leaves)
    output.backward()
    parameters = list(leaves.values())
    for p in parameters:
        p = p - rate * p.grad
    after = rebuild(lesson.snapshot, leaves)
    right = by_name(lesson, moved)
    wrong = by_name(lesson, [value.data for value in after])
    slots = {
        "name": node.name, "rate": rate, "data": node.data, "slope": node.grad,
        "moved": right[node.name], "before": output.data,
    }  # fmt: skip
    return gone_wrong(node.name, right, wrong, slots)
