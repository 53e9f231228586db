"""What the words mean, tried out: gradient, descent, forwards, composition."""

from __future__ import annotations

import math

from ....drawing.notation import TEXT, listed
from ....op import ARITHMETIC_ERRORS
from ....reading.partials import partial
from ....reading.pathfinding import find_paths
from ....transforms import jvp
from ...lesson import Lesson
from ...passes import recompute
from .replay import (
    LISTED,
    CannotShowError,
    Replay,
    computed,
    differ,
    function_of,
    gone_wrong,
    grads_of,
    new_leaves,
    shown,
    sloping_input,
    small_change,
)

RATE = 0.1  # of the steps that descent would take


def gradient(lesson: Lesson) -> Replay:
    """Foretell the output, all inputs moved, from one derivative and from all."""
    sloping_input(lesson)
    if len(lesson.inputs) < 2:
        raise CannotShowError("one_input")
    output = lesson.output
    step = 1e-3
    for _ in range(4):
        numbers = {node.place: node.data + step for node in lesson.inputs}
        change = recompute(lesson.snapshot, numbers)[output.place] - output.data
        told = step * math.fsum(node.grad for node in lesson.inputs)
        off = [n for n in lesson.inputs
               if abs(change - step * n.grad) > 0.2 * abs(change)]  # fmt: skip
        if off and abs(change - told) <= 0.05 * abs(change):
            break
        step /= 10.0
    else:
        raise CannotShowError("no_difference")
    chosen = next((node for node in off if node.grad), off[0])
    alone = step * chosen.grad
    rows = [("input", "derivative", "wiggled")]
    rows += [
        (TEXT.derivative(output.label, w.node.name), w.node.grad, w.slope)
        for w in lesson.wiggles[:LISTED]
    ]
    name = f"Δ{output.label}"
    slots = {
        "name": chosen.name, "step": step, "change": change, "told": told,
        "alone": alone, "count": len(lesson.inputs),
        "all": listed([shown(node.grad) for node in lesson.inputs]),
    }  # fmt: skip
    return gone_wrong(name, {name: change}, {name: alone}, slots, rows)


def descent(lesson: Lesson) -> Replay:
    """Look at the inputs before and after backward: nothing moves."""
    node = sloping_input(lesson)
    leaves = new_leaves(lesson)
    before = {n.name: leaves[n.place].data for n in lesson.inputs}
    computed(lesson, leaves).backward()
    after = {n.name: leaves[n.place].data for n in lesson.inputs}
    moved = {n.name: n.data - RATE * n.grad for n in lesson.inputs}
    rows = [("input", "before", "after", "slope", "plain", "momentum")]
    rows += [
        (n.name, before[n.name], after[n.name], n.grad, moved[n.name],
         n.data - RATE * (0.9 * n.grad + n.grad))
        for n in lesson.inputs[:LISTED]
    ]  # fmt: skip
    return gone_wrong(node.name, after, moved, {"rate": RATE}, rows)


def forwards(lesson: Lesson) -> Replay:
    """Compute the gradient forwards, with one pass per input."""
    at = [node.data for node in lesson.inputs]
    f = function_of(lesson, lesson.inputs)
    found = {}
    for k, node in enumerate(lesson.inputs):
        direction = [float(i == k) for i in range(len(at))]
        try:
            found[f"{node.name}.grad"] = jvp(f, at, direction)[1]
        except ARITHMETIC_ERRORS:  # of a slope that back-propagation had no need of
            raise CannotShowError("no_forward") from None
    right = grads_of(lesson, lesson.nodes)
    rows = [("slope", "forwards", "backwards")]
    rows += [(name, found[name], right[name]) for name in right][:LISTED]
    off = max(abs(found[name] - right[name]) for name in right)
    one = lesson.inputs[0]
    inner = [n for n in lesson.nodes if n.op is not None and not n.constant]
    by_one = jvp(function_of(lesson, [one], inner), [one.data], [1.0])[1]
    h = small_change(lesson)
    slots = {
        "inputs": len(at), "name": one.name, "h": h, "off": off,
        "all": listed([
            f"{n.label} {'−' if slope < 0.0 else '+'} {shown(abs(slope))}·{h}"
            for n, slope in zip(inner, by_one, strict=True)
        ]),
    }  # fmt: skip
    same = "same" if off == 0.0 else "nearly"
    return Replay(right, slots=slots, rows=rows, extra=[same])


def product(lesson: Lesson) -> Replay:
    """Multiply two functions that were put one into the other."""
    snapshot, nodes = lesson.snapshot, lesson.nodes
    best: tuple[tuple[bool, bool], Replay] | None = None  # the most telling chain
    for outer, middle, inner in _chains(lesson):
        data = [node.data for node in nodes]
        i, k = snapshot.args[outer].index(middle), snapshot.args[middle].index(inner)
        # The outer function, fed with the innermost number, all else as it was.
        given = [data[inner] if j == i else data[m]
                 for j, m in enumerate(snapshot.args[outer])]  # fmt: skip
        op = snapshot.nodes[outer].op
        try:
            there = op.compute(tuple(given))
            misplaced = float(op.partials[i](*given, there))
        except ARITHMETIC_ERRORS:
            continue
        times = data[middle] * there
        steep = partial(snapshot.nodes[outer], i)
        gentle = partial(snapshot.nodes[middle], k)
        numbers = (times, steep, gentle, misplaced)
        if not all(map(math.isfinite, numbers)) or not differ(times, data[outer]):
            continue
        g, f, x = nodes[outer].label, nodes[middle].label, nodes[inner].label
        slots = {
            "g": g, "f": f, "x": x, "h": small_change(lesson),
            "data_g": data[outer], "data_f": data[middle], "data_x": data[inner],
            "there": there, "times": times, "steep": steep, "gentle": gentle,
            "formula_g": nodes[outer].formula, "formula_f": nodes[middle].formula,
            "slope": steep * gentle, "misplaced": misplaced,
            "slope_there": misplaced * gentle,
        }  # fmt: skip
        replayed = gone_wrong(g, {g: data[outer]}, {g: times}, slots)
        replayed.extra = ["point"] if differ(steep, misplaced) and gentle else []
        rank = (bool(replayed.extra), abs(gentle) != 1.0)
        if best is None or rank > best[0]:
            best = rank, replayed
    if best is None:
        raise CannotShowError("no_chain")
    return best[1]


def _chains(lesson: Lesson) -> list[tuple[int, int, int]]:
    """Return all node, arg, and input of the arg, which goes no other way to the node.

    Where it did, the product of the two slopes would not be all that it moves.
    """
    args, nodes = lesson.snapshot.args, lesson.nodes
    return [
        (outer, middle, inner)
        for outer in range(len(nodes))
        for middle in dict.fromkeys(args[outer])
        for inner in dict.fromkeys(args[middle])
        if nodes[inner].op is None
        and not nodes[inner].constant
        and find_paths(lesson.snapshot, inner, outer, 0).count == 1
    ]
