"""Back-propagation, line by line; and the classic mistakes of its sweep, replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ....drawing.notation import PYTHON, TEXT, listed
from ...lesson import Lesson
from ...passes import Share, Sweep, backward_order, order_of_meeting, sweep
from ...steps import Backward
from .replay import CannotShowError, First, Replay, differ, grads_of, shown

EQUATIONS = 5  # that are shown


def equations(lesson: Lesson) -> Replay:
    """Put beside each equation of back-propagation the line of code that it is."""
    steps = lesson.backward
    rows = [("equation", "code", "numbers")]
    rows += [_equation(lesson, step) for step in steps[:EQUATIONS]]
    extra = ["more"] if len(steps) > EQUATIONS else []
    slots = {"all": len(steps)}
    return Replay(dict(lesson.gradient), slots=slots, rows=rows, extra=extra)


def _equation(lesson: Lesson, step: Backward) -> tuple[str, str, str]:
    output, node, arg = lesson.output.name, step.node.name, step.arg.name
    total, upstream = (TEXT.derivative(output, name) for name in (arg, node))
    equation = f"{total} += {upstream} · {step.written_partial()}"
    partial, number = "0.0", "0"
    if step.partial is not None:
        partial = step.partial.factor(PYTHON)
        number = shown(step.slope, enclosed=True)
    code = f"{arg}.grad += {node}.grad * {partial}"
    numbers = f"{shown(step.upstream)} · {number} = {shown(step.contribution)}"
    return equation, code, numbers


def overwrite(lesson: Lesson) -> Replay:
    """Replace a slope by each new share, where shares add up."""
    wrong = sweep(lesson.snapshot, mistake=lambda s: s._replace(total=s.contribution))
    found = _first_wrong(lesson, wrong, lambda share: share.total)
    if found is None:
        reused = any(
            count > 1 and not node.constant
            for node, count in zip(lesson.nodes, lesson.snapshot.uses, strict=True)
        )
        raise CannotShowError("reused_alike" if reused else "reused_none")
    count, became, should = found
    arg = lesson.nodes[became.arg]
    slots = {
        "arg": arg.label, "uses": arg.uses, "total": should.total,
        "before": should.total - should.contribution, "share": should.contribution,
    }  # fmt: skip
    totals = should.total, became.total
    first = First(f"{arg.label}.grad", *totals, count, became.node, became.arg)
    return _of_sweep(lesson, wrong, first, slots)


def order(lesson: Lesson) -> Replay:
    """Have nodes hand on their slope in another order."""

    def visits(places: Iterable[int]) -> str:
        labels = [lesson.nodes[n].label for n in places if lesson.snapshot.args[n]]
        return listed(labels)

    for style, places in (
        ("breadth_first", order_of_meeting(lesson.snapshot)),
        ("forward_order", range(len(lesson.nodes))),
    ):
        wrong = sweep(lesson.snapshot, places)
        if found := _first_wrong(lesson, wrong):
            _, became, should = found
            replayed = _of_shares(lesson, wrong, *found)
            replayed.slots |= {
                "wrong_order": visits(places), "early": became.upstream,
                "right_order": visits(backward_order(lesson.snapshot)),
                "complete": should.upstream,
            }  # fmt: skip
            replayed.extra = [style]
            return replayed
    raise CannotShowError("flat")


def local(lesson: Lesson) -> Replay:
    """Take the slope of each op alone for the slope of the output."""
    wrong = sweep(lesson.snapshot, mistake=lambda s: s.of(s.slope) if s.taken else s)
    found = _first_wrong(lesson, wrong)
    if found is None:
        raise CannotShowError("same_shares")
    replayed = _of_shares(lesson, wrong, *found)
    partial = lesson.backward[found[0] - 1].written_partial()
    replayed.slots |= {"partial": partial}
    return replayed


def _first_wrong(
    lesson: Lesson,
    wrong: Sweep,
    number: Callable[[Share], float] = lambda share: share.contribution,
) -> tuple[int, Share, Share] | None:
    """Return the first share of the wrong sweep that differs from the right one.

    Args:
        lesson: The graph.
        wrong: The wrong sweep.
        number: What to look at of each share.

    Returns:
        How many shares there were up to it, the share as it became, and as it should
        be; None if all agree.
    """
    right = sweep(lesson.snapshot).shares
    should = {(share.node, share.i): share for share in right}
    scale = max((abs(share.contribution) for share in right), default=0.0)
    for count, share in enumerate(wrong.shares, 1):
        other = should[share.node, share.i]
        if differ(number(share), number(other), scale):
            return count, share, other
    return None


def _of_shares(
    lesson: Lesson, wrong: Sweep, count: int, became: Share, should: Share
) -> Replay:
    """Return the replay of a wrong sweep, of which one share is the first wrong one."""
    node, arg = lesson.nodes[became.node].label, lesson.nodes[became.arg].label
    shares = should.contribution, became.contribution
    slots = {
        "node": node, "arg": arg, "upstream": should.upstream, "slope": should.slope,
        "share": shares[0], "wrong_share": shares[1],
    }  # fmt: skip
    first = First(f"{node} → {arg}", *shares, count, became.node, became.arg)
    return _of_sweep(lesson, wrong, first, slots)


def _of_sweep(
    lesson: Lesson, sweep: Sweep, first: First, slots: dict[str, object]
) -> Replay:
    """Return the replay of a wrong sweep, with the slopes that it led to."""
    wrong = {f"{n.name}.grad": sweep.adjoints[n.place] for n in lesson.inputs}
    return Replay(grads_of(lesson, lesson.nodes), wrong, first, slots)
