"""What a learner may have mixed up, told from the wrong number alone.

Each kind of confusion is a function that gives the number to which it leads. An answer
that is not right is compared with those numbers, and the first that fits is named. The
functions hold arithmetic only, so that they run on numbers, and on Values as well.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

from ..drawing.notation import TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ..phrases.table import Phrases
    from .steps import Node

NEAR = 0.01  # relative: answers are worked out by hand, and rounded
NOTHING = 1e-9  # what is taken for 0: 0.1 + 0.2 - 0.3 is

# Of `s` (see `numbers_of`): the wrong number that each confusion gives, the likeliest
# first, since the first that fits is what the learner is told.
MIXUPS: dict[str, Callable[[Any], Any]] = {
    "local": lambda s: s.before + s.slope,
    "unchanged": lambda s: s.before + s.upstream,
    "no_sum": lambda s: s.contribution,
    "forgotten": lambda s: s.before,
    "sign": lambda s: -s.right,
    "sign_of_share": lambda s: s.before - s.contribution,
    "sum_for_product": lambda s: s.before + s.upstream + s.slope,
    "product_for_sum": lambda s: s.before * s.contribution,
    "swapped": lambda s: s.before + s.upstream * s.data,
    "data": lambda s: s.data,
    "result": lambda s: s.node_data,
    "half": lambda s: s.right / 2.0,
    "double": lambda s: s.right * 2.0,
}

# What can be asked about a step of back-propagation, and what is mixed up there.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "share": (
        "local", "unchanged", "sign", "sum_for_product", "swapped", "data", "result",
        "half", "double",
    ),
    "total": (
        "no_sum", "forgotten", "local", "unchanged", "sign", "sign_of_share",
        "sum_for_product", "product_for_sum", "swapped", "data", "result", "half",
        "double",
    ),
}  # fmt: skip

# Forwards, by the name of the op: the wrong number for its args.
FORWARD: dict[str, dict[str, Callable[..., float]]] = {
    "mul": {"added": lambda a, b: a + b},
    "add": {"multiplied": lambda a, b: a * b, "subtracted": lambda a, b: a - b},
    "sub": {"turned_round": lambda a, b: b - a, "added": lambda a, b: a + b},
    "pow": {"doubled": lambda a, b: a * b},
    "relu": {"not_cut": lambda x: x},
}


def numbers_of(step: Any, question: str) -> SimpleNamespace:
    """Return the numbers of a step from which mix-ups are computed.

    Args:
        step: A step of back-propagation, or whatever has its `slope`, `upstream`,
            `contribution`, `before`, `total`, and as `arg.data` and `node.data` the
            numbers of the nodes. They may be Values.
        question: What is asked for: the "share" (upstream times slope), or the "total"
            (the sum with this share, where the arg had some before).

    Returns:
        Those numbers, `data` and `node_data`, and `right`: the one asked for. Where the
        share alone is asked for, nothing was there `before`.
    """
    before = step.before if question == "total" else 0.0
    answers = {"share": step.contribution, "total": step.total}
    return SimpleNamespace(
        slope=step.slope,
        upstream=step.upstream,
        contribution=step.contribution,
        before=before,
        total=step.total,
        data=step.arg.data,
        node_data=step.node.data,
        right=answers[question],
    )


def is_near(answer: float, number: float) -> bool:
    """Tell whether an answer worked out by hand means `number`.

    It does when it is off by one part in a hundred at most, or is the number rounded to
    two digits.

    >>> is_near(0.42, 0.41997), is_near(0.11, 0.105), is_near(0.12, 0.105)
    (True, True, False)
    """
    if answer == number:
        return True
    if not (math.isfinite(answer) and math.isfinite(number)):
        return False
    size, off = abs(number), abs(answer - number)
    if off <= max(NEAR * size, NOTHING):
        return True
    # Half a unit of the second digit, and a little for what floats lose.
    unit = 10.0 ** (math.floor(math.log10(size)) - 1) if size > 0.0 else 0.0
    return off <= 0.5000001 * unit and float(f"{answer:.1e}") == answer


def diagnose(answer: float, numbers: Any, question: str) -> str | None:
    """Return what an answer to a question about a step has mixed up.

    Args:
        answer: The number that the learner gave.
        numbers: What `numbers_of` returns for that question.
        question: "share" or "total".

    Returns:
        "right", which goes before everything else; a kind of `MIXUPS`; or None for a
        number that nothing explains.

    >>> from autograd import explain
    >>> step = explain("w*x + w", w=3, x=2).backward[-2]
    >>> step.arg.name, step.before, step.contribution, step.total
    ('w', 1.0, 2.0, 3.0)
    >>> numbers = numbers_of(step, "total")
    >>> [diagnose(answer, numbers, "total") for answer in (3.0, 2.0, -3.0, 7.25)]
    ['right', 'no_sum', 'sign', None]
    """
    if is_near(answer, numbers.right):
        return "right"
    for kind in QUESTIONS[question]:
        if is_near(answer, MIXUPS[kind](numbers)):
            return kind
    return None


def diagnose_number(answer: float, node: Node, nodes: Sequence[Node]) -> str | None:
    """Return what an answer has mixed up that is to be the number of a node itself.

    Args:
        answer: The number that the learner gave.
        node: The node.
        nodes: All nodes of its lesson.

    Returns:
        "right"; a kind of `FORWARD`; "sign"; or None for a number that nothing
        explains.

    >>> from autograd import explain
    >>> nodes = explain("w*x", w=3, x=-4).nodes
    >>> [diagnose_number(answer, nodes[-1], nodes) for answer in (-12, -1, 12, 5)]
    ['right', 'added', 'sign', None]
    """
    if is_near(answer, node.data):
        return "right"
    args = [nodes[place].data for place in node.args]
    wrong = FORWARD.get(node.op.name, {}) if node.op is not None else {}
    for kind, number in wrong.items():
        if is_near(answer, number(*args)):
            return kind
    return "sign" if is_near(answer, -node.data) else None


def told(
    kind: str, numbers: Any, question: str, node: str, arg: str, words: Phrases
) -> str:
    """Return what to say to the learner about a mix-up.

    Args:
        kind: What `diagnose` returned, other than None and "right".
        numbers: What `numbers_of` returned.
        question: "share" or "total".
        node: The name of the node that hands on the slope.
        arg: The name of the one that gets it.
        words: The phrases of the learner's language.
    """
    phrases = words.table("mixups")
    own = f"{kind}_{question}"
    slots = {"node": node, "arg": arg}
    for name, number in vars(numbers).items():
        slots[name] = TEXT.digits(number)
        slots[f"{name}_"] = TEXT.factor(number)
    return phrases[own if own in phrases else kind].format(**slots)
