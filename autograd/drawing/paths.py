"""Paths through a graph, and the product of the partials along each.

The chain rule, said with paths: the derivative of the output by a node is the sum, over
all paths between them, of the product of the partials on the way. There may be more
paths than atoms, so they are counted without being walked; a few are listed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..op import ARITHMETIC_ERRORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..value import Value
    from .snapshot import Snapshot

LISTED = 6


@dataclass(frozen=True)
class Paths:
    """The paths from one node to the output.

    Attributes:
        start: The place of the node in the snapshot.
        reached: For each node, whether a path from the start leads to it.
        count: How many paths lead to the output.
        derivative: The sum of the products along them; nan where a slope is infinite.
        listed: The paths with their products, each a list of steps (place of the node,
            which of its args), if there are few.
    """

    start: int
    reached: list[bool]
    count: int
    derivative: float
    listed: list[tuple[list[tuple[int, int]], float]]


def partial(node: Value, i: int) -> float:
    """Return ∂node/∂(its argument `i`), or nan where there is no finite slope."""
    op = node.op
    assert op is not None
    try:
        partial = op.partials[i]
        return float(partial(*[arg.data for arg in node.args], node.data))
    except ARITHMETIC_ERRORS:
        return math.nan


def find_paths(snapshot: Snapshot, start: int, root: int) -> Paths:
    """Return the paths from `start` to `root`."""
    nodes, args = snapshot.nodes, snapshot.args
    counts, slopes = {start: 1}, {start: 1.0}  # of what is still to be used
    reached = [False] * len(nodes)
    reached[start] = True
    remaining = list(snapshot.uses)
    for n in range(start + 1, root + 1):
        count, slope = 0, 0.0
        for i, arg in enumerate(args[n]):
            if reached[arg] and not nodes[arg].constant:
                reached[n] = True
                count += counts[arg]
                slope += partial(nodes[n], i) * slopes[arg]
            remaining[arg] -= 1
            if not remaining[arg]:  # a count may have as many digits as there are nodes
                counts.pop(arg, None)
        if reached[n]:
            counts[n], slopes[n] = count, slope
    count = counts.get(root, 0)
    listed = _listed(snapshot, start, root, reached) if count <= LISTED else []
    return Paths(start, reached, count, slopes.get(root, 0.0), listed)


def _listed(
    snapshot: Snapshot, start: int, root: int, reached: list[bool]
) -> list[tuple[list[tuple[int, int]], float]]:
    """Walk back from the root along nodes that the start leads to."""
    nodes, args = snapshot.nodes, snapshot.args
    found = []
    # A path is linked backwards, so that those that part share what they have walked.
    unfinished: list[tuple[int, Any]] = [(root, None)] if reached[root] else []
    while unfinished:
        n, link = unfinished.pop()
        if n == start:
            steps = []
            while link is not None:
                step, link = link
                steps.append(step)
            found.append((steps, math.prod(partial(nodes[m], i) for m, i in steps)))
            continue
        for i, arg in reversed(list(enumerate(args[n]))):
            if reached[arg] and not nodes[arg].constant:
                unfinished.append((arg, ((n, i), link)))
    return found
