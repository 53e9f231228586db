"""Paths through a graph, and the product of the partials along each.

The chain rule, said with paths: the derivative of the output by a node is the sum, over
all paths between them, of the product of the partials on the way. There may be more
paths than atoms, so they are counted without being walked; a few are listed, or those
with the largest products.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..graph import goes_on
from .partials import partial
from .snapshot import Snapshot

Steps = list[tuple[int, int]]  # places of nodes, and by which of their args

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
    listed: list[tuple[Steps, float]]


def find_paths(snapshot: Snapshot, start: int, root: int, most: int = LISTED) -> Paths:
    """Return the paths from `start` to `root`, listed if there are at most `most`."""
    nodes, args = snapshot.nodes, snapshot.args
    counts, slopes = {start: 1}, {start: 1.0}  # of what is still to be used
    reached = [False] * len(nodes)
    reached[start] = True
    remaining = list(snapshot.uses)
    for n in range(start + 1, root + 1):
        count, slope = 0, 0.0
        for i, arg in enumerate(args[n]):
            if reached[arg] and goes_on(nodes[n], i):
                reached[n] = True
                count += counts[arg]
                slope += partial(nodes[n], i) * slopes[arg]
            remaining[arg] -= 1
            if not remaining[arg]:  # a count may have as many digits as there are nodes
                counts.pop(arg, None)
        if reached[n]:
            counts[n], slopes[n] = count, slope
    count = counts.get(root, 0)
    listed = _listed(snapshot, start, root, reached) if count <= most else []
    return Paths(start, reached, count, slopes.get(root, 0.0), listed)


def _listed(
    snapshot: Snapshot, start: int, root: int, reached: list[bool]
) -> list[tuple[Steps, float]]:
    """Walk back from the root along nodes that the start leads to."""
    nodes, args = snapshot.nodes, snapshot.args
    found = []
    # A path is linked backwards, so that those that part share what they have walked.
    unfinished: list[tuple[int, Any]] = [(root, None)] if reached[root] else []
    while unfinished:
        n, link = unfinished.pop()
        if n == start:
            steps = _unlinked(link)
            found.append((steps, math.prod(partial(nodes[m], i) for m, i in steps)))
            continue
        for i, arg in reversed(list(enumerate(args[n]))):
            if reached[arg] and goes_on(nodes[n], i):
                unfinished.append((arg, ((n, i), link)))
    return found


def largest_paths(
    snapshot: Snapshot, paths: Paths, root: int, most: int
) -> list[Steps]:
    """Return the steps of the paths with the largest products, regardless of sign.

    The largest paths to a node go on from the largest paths to its args, so nothing
    but `most` of them is kept for each node. Of equal ones, those by the first args.
    """
    nodes, args = snapshot.nodes, snapshot.args
    # Products as (exponent, mantissa), which neither overflow nor vanish on the way.
    best: dict[int, list[tuple[tuple[float, float], Any]]] = {}
    best[paths.start] = [(_size(1.0), None)]
    remaining = list(snapshot.uses)
    for n in range(paths.start + 1, root + 1):
        found = []
        for i, arg in enumerate(args[n]):
            if paths.reached[arg] and goes_on(nodes[n], i):
                step, factor = (n, i), _size(partial(nodes[n], i))
                found += [
                    (_times(size, factor), (step, link)) for size, link in best[arg]
                ]
            remaining[arg] -= 1
            if not remaining[arg]:
                best.pop(arg, None)
        if found:
            found.sort(key=lambda entry: entry[0], reverse=True)
            best[n] = found[:most]
    return [_unlinked(link)[::-1] for _, link in best.get(root, [])]


def _size(number: float) -> tuple[float, float]:
    """Return |number| as (exponent, mantissa from ½ to 1), which compares as it is."""
    mantissa, exponent = math.frexp(abs(number))
    return (exponent, mantissa) if mantissa else (-math.inf, 0.0)


def _times(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    exponent, mantissa = _size(a[1] * b[1])
    return a[0] + b[0] + exponent, mantissa


def _unlinked(link: Any) -> Steps:
    """Return the steps that are linked, the latest first."""
    steps = []
    while link is not None:
        step, link = link
        steps.append(step)
    return steps
