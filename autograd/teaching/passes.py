"""The two passes over a graph that was recorded, made again: anew, or with a mistake.

Forward, each node is computed from its args; backward, each hands on its share of the
slope:

    ā += ȳ · ∂y/∂a

For all of teaching that line stands here, in `sweep`. A mistake is a function that
makes a wrong share of a right one, or another order in which nodes hand on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..op import ARITHMETIC_ERRORS
from ..reading.partials import partial
from ..reading.snapshot import Snapshot
from ..value import Value


class Share(NamedTuple):
    """What a node hands one of its args.

    Attributes:
        node: The place of the node.
        i: Which of its args gets the share, from 0.
        arg: The place of that arg.
        upstream: The slope that the node has when it hands on.
        slope: ∂node/∂arg; nan where there is none.
        contribution: The share.
        before: What the arg had before.
        total: What the arg has then.
        taken: Whether something is handed on.
    """

    node: int
    i: int
    arg: int
    upstream: float
    slope: float
    contribution: float
    before: float
    total: float
    taken: bool = True

    def of(self, contribution: float) -> Share:
        """Return the same share with another number."""
        total = self.before + contribution
        return self._replace(contribution=contribution, total=total)


class Sweep(NamedTuple):
    """The shares of a sweep, and the slope that each node has in the end."""

    shares: list[Share]
    adjoints: list[float]


def sweep(
    snapshot: Snapshot,
    order: Iterable[int] | None = None,
    mistake: Callable[[Share], Share] | None = None,
    *,
    start: Sequence[float] | None = None,
    everywhere: bool = False,
) -> Sweep:
    """Return the shares of back-propagation, in the order in which they are handed on.

    It is right if no argument says otherwise.

    Args:
        snapshot: The graph, of one output.
        order: In which order nodes hand on.
        mistake: Makes of each share, as it should be, what it becomes.
        start: The slopes that nodes have before the sweep; 0 by default.
        everywhere: Whether constants get shares too, and what an op has not taken: in
            an engine that knows of neither.

    Raises:
        ZeroDivisionError, OverflowError, ValueError: If a slope is needed that is not
            finite.
    """
    nodes, (root,) = snapshot.nodes, snapshot.roots
    adjoints = [0.0] * len(nodes) if start is None else list(start)
    adjoints[root] = 0.0 if nodes[root].constant else 1.0
    shares = []
    for n in backward_order(snapshot) if order is None else order:
        for i, arg in enumerate(snapshot.args[n]):
            if nodes[arg].constant and not everywhere:
                continue
            slope = partial(nodes[n], i, needed=(n, i) in snapshot.taken)
            given = adjoints[n] * slope
            taken = everywhere or snapshot.hands_on(n, i, given)
            blank = Share(n, i, arg, adjoints[n], slope, 0.0, adjoints[arg], 0.0, taken)
            share = blank.of(given if taken else 0.0)
            shares.append(mistake(share) if mistake else share)
            adjoints[arg] = shares[-1].total
    return Sweep(shares, adjoints)


def backward_order(snapshot: Snapshot) -> list[int]:
    """Return the nodes in the order in which they hand on: each after all its users."""
    return list(reversed(range(len(snapshot.nodes))))


def order_of_meeting(
    snapshot: Snapshot,
    *,
    depth: bool = False,
    turn: int = 1,
    again: bool = False,
    kept: Callable[..., Any] = tuple,
) -> list[int]:
    """Return the nodes as they are met on ways from the output, level by level.

    It is an order that sweeps are wrongly written in.

    Args:
        snapshot: The graph.
        depth: Whether to follow one way to its end before the next.
        turn: 1 or -1, for the args from the first or from the last.
        again: Whether a node comes each time that it is met.
        kept: In what a node keeps its args.
    """
    order: list[int] = []
    waiting = list(snapshot.roots)
    while waiting:
        n = waiting.pop(-1 if depth else 0)
        if again or n not in order:
            order.append(n)
            waiting += kept(snapshot.args[n][::turn])
    return order


def recompute(snapshot: Snapshot, numbers: Mapping[int, float]) -> list[float]:
    """Return the data of all nodes, computed anew with other numbers at some leaves.

    Outside the domain of an op it is nan, and so is what depends on it.
    """
    data: list[float] = []
    for n, node in enumerate(snapshot.nodes):
        if node.op is None:
            data.append(numbers.get(n, node.data))
            continue
        try:
            data.append(node.op.compute(tuple(data[i] for i in snapshot.args[n])))
        except ARITHMETIC_ERRORS:
            data.append(math.nan)
    return data


def rebuild(snapshot: Snapshot, given: Mapping[int, Value]) -> list[Value]:
    """Return the graph built anew on given nodes; the other leaves are constants.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: Outside the domain of an op.
    """
    nodes: list[Value] = []
    for n, node in enumerate(snapshot.nodes):
        if n in given:
            nodes.append(given[n])
        elif node.op is not None:
            nodes.append(node.op(*[nodes[m] for m in snapshot.args[n]]))
        else:
            nodes.append(Value(node.data, constant=True))
    return nodes
