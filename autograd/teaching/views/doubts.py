"""What is said before anything else: where slopes are not those of the function.

The measured slopes are the judges. Where one that was derived is another, the cause is
looked for: a number that was taken out of the graph, an op whose partial is wrong, an
op that stands exactly at a corner.
"""

from __future__ import annotations

import math

from ...drawing.notation import TEXT, listed, told_apart
from ...graph import topological
from ...op import ARITHMETIC_ERRORS
from ..wiggle import EPSILON, judged, measure
from .telling import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..steps import Backward

TOLD = 3  # inputs of which the numbers are told


def doubts(lesson: Lesson, words: Phrases) -> list[str]:
    """Return what has to be known before the slopes of a lesson are read."""
    measured = lesson.measured
    if measured.twice is not None:
        first, again = told_apart(*measured.twice)
        key = "stopped" if math.isnan(measured.twice[1]) else "twice"
        said = [words(f"lesson.doubt.{key}", first=first, again=again)]
    else:
        said = _differences(lesson, words)
    lost = [TEXT.name(u.name) for u in measured.unreached if not abs(u.slope) > 0.0]
    if lost:
        names = listed(lost)
        said.append(words.counted("lesson.doubt.unreached", len(lost), names=names))
    return said


def _differences(lesson: Lesson, words: Phrases) -> list[str]:
    """Return which slopes are not those of the function, and why."""
    output = TEXT.name(lesson.output.name)
    # For each, its name, the measured slope, and the one derived, if there is one.
    differ = [
        (w.node.name, w.slope, TEXT.digits(w.node.grad))
        for w in lesson.wiggles
        if w.other
    ]
    lost = [u for u in lesson.measured.unreached if abs(u.slope) > 0.0]
    differ += [(u.name, u.slope, "") for u in lost]
    told = []
    for name, measured, grad in differ:
        slots = {"name": TEXT.name(name), "measured": TEXT.digits(measured)}
        slots |= {"output": output, "grad": grad}
        told.append(words(f"lesson.doubt.{'slope' if grad else 'lost'}", **slots))
    if not told:
        return []
    said = [words("lesson.doubt.head"), *told[:TOLD]]
    if more := [TEXT.name(name) for name, *_ in differ[TOLD:]]:
        said.append(words("lesson.doubt.more", names=listed(more)))
    reasons = [*_ops(lesson, words), *_reads(lesson, words)]
    return said + (reasons or [words("lesson.doubt.unknown")])


def _reads(lesson: Lesson, words: Phrases) -> list[str]:
    """Return where numbers were taken out on which an input bears."""
    values = lesson.snapshot.nodes
    wrong = {values[w.node.place] for w in lesson.wiggles if w.other}
    inside = set(values)
    found = {
        read.source: place(lesson, read.source, words)
        for read in lesson.measured.reads
        if any(node in wrong or node not in inside for node in topological(read.value))
    }
    if not found:
        return []
    return [words("lesson.doubt.data", places=listed(list(found.values())))]


def _ops(lesson: Lesson, words: Phrases) -> list[str]:
    """Return which ops have another slope than their partial, each once."""
    found: dict[object, str] = {}
    for step in lesson.backward:
        if step.partial is None or not step.upstream or step.node.op in found:
            continue
        sides = _sides(lesson, step)
        verdict = judged(sides, step.slope)
        if verdict:
            left, right = sides
            op: Any = step.node.op
            found[step.node.op] = words(
                f"lesson.doubt.{verdict}_op", op=TEXT.name(op.name),
                node=TEXT.name(step.node.label), formula=str(step.node.formula),
                arg=TEXT.name(step.arg.label), data=TEXT.digits(step.arg.data),
                slope=TEXT.digits(step.slope), left=TEXT.digits(left),
                right=TEXT.digits(right),
            )  # fmt: skip
    return list(found.values())


def _sides(lesson: Lesson, step: Backward) -> tuple[float, float]:
    """Return the slopes of an op by one arg, left and right, if another."""
    op, data = step.node.op, [lesson.nodes[arg].data for arg in step.node.args]
    x, y = step.arg.data, step.node.data

    def moved(number: float) -> float:
        args = [number if i == step.i else other for i, other in enumerate(data)]
        try:
            return op.compute(tuple(args))  # type: ignore
        except ARITHMETIC_ERRORS:
            return float("nan")

    noise = EPSILON * (abs(y) + abs(step.slope * x))
    return measure(moved, x, y, step.slope, noise)[-1]
