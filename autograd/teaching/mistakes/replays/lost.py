"""What gets lost in code: a number without its graph, a name for another number."""

from __future__ import annotations

from ....op import ARITHMETIC_ERRORS
from ....value import Value
from ...lesson import Lesson
from ...passes import rebuild
from .replay import First, Replay, differ, grads_of, new_leaves
from .training import telling_rate


def data(lesson: Lesson) -> Replay | str:
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
            cut = rebuild(lesson.snapshot, leaves | {n: values[n].op(*given)})
            cut[lesson.output.place].backward()
        except ARITHMETIC_ERRORS:  # of a slope that nothing needed before
            continue
        wrong = grads_of(lesson, leaves)
        name = next((key for key in right if differ(right[key], wrong[key])), None)
        if name is None:
            continue
        first = First(name, right[name], wrong[name])
        slots = {
            "node": lesson.nodes[n].label, "arg": arg.label, "data": arg.data,
            "formula": lesson.nodes[n].formula, "name": name.removesuffix(".grad"),
            "right": right[name], "wrong": wrong[name],
        }  # fmt: skip
        lost = "all" if wrong[name] == 0.0 else "part"
        return Replay(right, wrong, first, slots, extra=[lost])
    return "no_slope"


def rebind(lesson: Lesson) -> Replay | str:
    """Train with `p = p - rate * p.grad`: what is learned has no place to stay."""
    found = telling_rate(lesson)
    if found is None:
        return "no_slope"
    rate, node, moved, _ = found
    leaves = new_leaves(lesson)
    output = rebuild(lesson.snapshot, leaves)[lesson.output.place]
    output.backward()
    parameters = list(leaves.values())
    for p in parameters:
        p = p - rate * p.grad
    after = rebuild(lesson.snapshot, leaves)[lesson.output.place].data
    label = lesson.output.label
    right = {n.name: moved[n.place] for n in lesson.inputs}
    right[label] = moved[lesson.output.place]
    wrong = {n.name: leaves[n.place].data for n in lesson.inputs} | {label: after}
    first = First(node.name, right[node.name], wrong[node.name])
    slots = {
        "name": node.name, "rate": rate, "data": node.data, "slope": node.grad,
        "moved": right[node.name], "before": output.data,
    }  # fmt: skip
    return Replay(right, wrong, first, slots)
