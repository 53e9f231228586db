"""Back-propagation, line by line; and the classic mistakes of its sweep, replayed."""

from __future__ import annotations

from collections.abc import Callable

from ...lesson import Lesson
from ...notation import PYTHON, TEXT
from ...passes import Share, Sweep, backward_order, order_of_meeting, sweep
from ...steps import Backward
from .replay import First, Replay, differ, grads_of, listed, shown

EQUATIONS = 5  # that are shown


def equations(lesson: Lesson) -> Replay | str:
    """Put beside each equation of back-propagation the line of code that it is."""
    steps = lesson.backward
    rows = [("equation", "code", "numbers")]
    rows += [_equation(lesson, step) for step in steps[:EQUATIONS]]
    extra = ["more"] if len(steps) > EQUATIONS else []
    slots = {"all": len(steps)}
    return Replay(dict(lesson.gradient), slots=slots, rows=rows, extra=extra)


def _equation(lesson: Lesson, step: Backward) -> tuple[str, str, str]:
    output, node, arg = lesson.output.name, step.node.name, step.arg.name
    upstream = TEXT.derivative(output, node)
    equation = f"{upstream} · {step.written_partial()}"
    partial, number = "0.0", "0"
    if step.partial is not None:
        partial = step.partial.factor(PYTHON)
        number = shown(step.slope, enclosed=True)
    code = f"{arg}.grad += {node}.grad * {partial}"
    numbers = f"{shown(step.upstream)} · {number} = {shown(step.contribution)}"
    return equation, code, numbers


def overwrite(lesson: Lesson) -> Replay | str:
    """Replace a slope by each new share, where shares add up."""
    right = sweep(lesson.snapshot)
    wrong = sweep(lesson.snapshot, mistake=lambda s: s._replace(total=s.contribution))
    found = _first_wrong(wrong, right, lambda share: share.total)
    if found is None:
        reused = any(
            count > 1 and not node.constant
            for node, count in zip(lesson.nodes, lesson.snapshot.uses, strict=True)
        )
        return "reused_alike" if reused else "reused_none"
    count, became, should = found
    arg = lesson.nodes[became.arg]
    slots = {
        "arg": arg.label, "uses": arg.uses, "total": should.total,
        "before": should.total - should.contribution, "share": should.contribution,
    }  # fmt: skip
    name, (n, a) = f"{arg.label}.grad", (became.node, became.arg)
    first = First(name, should.total, became.total, count, n, a)
    return _of_sweeps(lesson, wrong.adjoints, first, slots)


def order(lesson: Lesson) -> Replay | str:
    """Have nodes hand on their slope in another order."""
    right = sweep(lesson.snapshot)
    for style, places in (
        ("breadth_first", order_of_meeting(lesson.snapshot)),
        ("forward_order", range(len(lesson.nodes))),
    ):
        wrong = sweep(lesson.snapshot, places)
        found = _first_wrong(wrong, right, lambda share: share.contribution)
        if found is None:
            continue
        count, became, should = found
        visits = [lesson.nodes[n].label for n in places if lesson.snapshot.args[n]]
        right_visits = [
            lesson.nodes[n].label
            for n in backward_order(lesson.snapshot)
            if lesson.snapshot.args[n]
        ]
        slots = _of_share(lesson, became, should) | {
            "wrong_order": listed(visits),
            "right_order": listed(right_visits),
            "early": became.upstream,
            "complete": should.upstream,
        }
        first = _first_share(lesson, count, became, should)
        replayed = _of_sweeps(lesson, wrong.adjoints, first, slots)
        replayed.extra = [style]
        return replayed
    return "flat"


def local(lesson: Lesson) -> Replay | str:
    """Take the slope of each op alone for the slope of the output."""
    right = sweep(lesson.snapshot)
    wrong = sweep(lesson.snapshot, mistake=lambda s: s.of(s.slope) if s.taken else s)
    found = _first_wrong(wrong, right, lambda share: share.contribution)
    if found is None:
        return "same_shares"
    count, became, should = found
    first = _first_share(lesson, count, became, should)
    slots = _of_share(lesson, became, should)
    slots["partial"] = lesson.backward[count - 1].written_partial()
    return _of_sweeps(lesson, wrong.adjoints, first, slots)


def _first_wrong(
    wrong: Sweep, right: Sweep, number: Callable[[Share], float]
) -> tuple[int, Share, Share] | None:
    """Return the first share of the wrong sweep that differs from the right one.

    Args:
        wrong: The wrong sweep.
        right: The right one, of the same graph.
        number: What to look at of each share.

    Returns:
        How many shares there were up to it, the share as it became, and as it should
        be; None if all agree.
    """
    should = {(share.node, share.i): share for share in right.shares}
    scale = max((abs(share.contribution) for share in right.shares), default=0.0)
    for count, share in enumerate(wrong.shares, 1):
        other = should[share.node, share.i]
        if differ(number(share), number(other), scale):
            return count, share, other
    return None


def _of_share(lesson: Lesson, became: Share, should: Share) -> dict[str, object]:
    return {
        "node": lesson.nodes[became.node].label,
        "arg": lesson.nodes[became.arg].label,
        "upstream": should.upstream,
        "slope": should.slope,
        "share": should.contribution,
        "wrong_share": became.contribution,
    }


def _first_share(lesson: Lesson, count: int, became: Share, should: Share) -> First:
    node, arg = lesson.nodes[became.node].label, lesson.nodes[became.arg].label
    return First(
        f"{node} → {arg}", should.contribution, became.contribution, count,
        became.node, became.arg,
    )  # fmt: skip


def _of_sweeps(
    lesson: Lesson, adjoints: list[float], first: First, slots: dict[str, object]
) -> Replay:
    """Return the replay of a wrong sweep, with the slopes that it led to."""
    wrong = {f"{node.name}.grad": adjoints[node.place] for node in lesson.inputs}
    return Replay(grads_of(lesson, lesson.nodes), wrong, first, slots)
