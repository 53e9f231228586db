"""What is said before anything else: where slopes are not those of the function.

The measured slopes are the judges. Where one that was derived is another, the cause is
looked for: a number that was taken out of the graph.
"""

from __future__ import annotations

import math

from ...graph import topological
from ..notation import TEXT, listed, told_apart
from .telling import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson

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
    differ += [(u.name, u.slope, "") for u in lesson.measured.unreached if u.slope]
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
    places = _reads(lesson, words)
    return [
        *said,
        words(f"lesson.doubt.{'data' if places else 'unknown'}", places=places),
    ]


def _reads(lesson: Lesson, words: Phrases) -> str:
    """Return where numbers were taken out on which an input bears."""
    values = lesson.snapshot.nodes
    wrong = {values[w.node.place] for w in lesson.wiggles if w.other}
    inside = set(values)
    found = {
        read.source: place(lesson, read.source, words)
        for read in lesson.measured.reads
        if any(node in wrong or node not in inside for node in topological(read.value))
    }
    return listed(list(found.values()))
