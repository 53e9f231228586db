"""Back-propagation done right, and wrong in one chosen way.

A sweep is a list of shares, in the order in which they were handed on. To see what a
mistake does, the wrong sweep is run beside the right one, and the first share in which
they differ is looked for.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from ...op import ARITHMETIC_ERRORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ...reading.snapshot import Snapshot
    from ...value import Value

# Below these, relative to the two numbers and to the largest share of all, a difference
# comes from rounding.
ROUNDING, LOST = 1e-9, 1e-12


@dataclass(frozen=True)
class Share:
    """What a node hands one of its args.

    Attributes:
        node: The place of the node.
        i: Which of its args gets the share, from 0.
        arg: The place of that arg.
        upstream: The slope that the node had when it handed on.
        slope: ∂node/∂arg; nan where there is none.
        contribution: The share.
        total: What the arg had then.
    """

    node: int
    i: int
    arg: int
    upstream: float
    slope: float
    contribution: float
    total: float


@dataclass(frozen=True)
class Sweep:
    """The shares of a sweep, and the slope that each node had in the end."""

    shares: list[Share]
    adjoints: list[float]


def sweep(
    snapshot: Snapshot,
    order: Iterable[int] | None = None,
    *,
    overwrite: bool = False,
    local: bool = False,
) -> Sweep:
    """Return the sweep of a graph, which is right if no argument says otherwise.

    Args:
        snapshot: The graph, of one output.
        order: In which order nodes hand on; by default, each after all that it went
            into.
        overwrite: Whether a share replaces those before it, `=` for `+=`.
        local: Whether the slope of the op alone is handed on, and what arrives from
            above left out.
    """
    (root,) = snapshot.roots
    data = [node.data for node in snapshot.nodes]
    adjoints = [0.0] * len(data)
    adjoints[root] = 1.0
    shares = []
    for n in reversed(range(len(data))) if order is None else order:
        for i, arg in enumerate(snapshot.args[n]):
            if snapshot.nodes[arg].constant:
                continue
            upstream, slope = adjoints[n], slope_of(snapshot, n, i, data)
            contribution = slope if local else upstream * slope
            if not snapshot.hands_on(n, i, contribution):
                contribution = 0.0
            if overwrite:
                adjoints[arg] = contribution
            else:
                adjoints[arg] += contribution
            shares.append(
                Share(n, i, arg, upstream, slope, contribution, adjoints[arg])
            )
    return Sweep(shares, adjoints)


def slope_of(snapshot: Snapshot, n: int, i: int, data: list[float]) -> float:
    """Return the partial of a node by one arg, with given data; nan if it has none."""
    op = snapshot.nodes[n].op
    try:
        return float(op.partials[i](*[data[m] for m in snapshot.args[n]], data[n]))
    except ARITHMETIC_ERRORS:
        return math.nan


def forward_order(snapshot: Snapshot) -> list[int]:
    """Return the nodes in the order of the forward pass."""
    return list(range(len(snapshot.nodes)))


def breadth_first(snapshot: Snapshot) -> list[int]:
    """Return the nodes by their distance from the output, each when it is first met."""
    (root,) = snapshot.roots
    order, waiting = {root: None}, deque([root])
    while waiting:
        for arg in snapshot.args[waiting.popleft()]:
            if arg not in order:
                order[arg] = None
                waiting.append(arg)
    return list(order)


def first_wrong(
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


def differ(a: float, b: float, scale: float = 0.0) -> bool:
    """Tell whether two numbers differ by more than rounding.

    >>> differ(0.1 + 0.2, 0.3), differ(1.0, 2.0), differ(1e-17, 0.0, scale=1.0)
    (False, True, False)
    """
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) != math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a != b
    return abs(a - b) > max(ROUNDING * max(abs(a), abs(b)), LOST * scale)


def built(snapshot: Snapshot, leaves: Mapping[int, Value]) -> list[Value]:
    """Return the graph built anew on given leaves; the other ones are constants.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: Outside the domain of an op.
    """
    from ...value import Value

    nodes: list[Value] = []
    for n, node in enumerate(snapshot.nodes):
        if node.op is not None:
            nodes.append(node.op(*[nodes[m] for m in snapshot.args[n]]))
        elif n in leaves:
            nodes.append(leaves[n])
        else:
            nodes.append(Value(node.data, constant=True))
    return nodes
