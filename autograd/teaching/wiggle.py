"""Slopes measured by wiggling one input after the other, and the bill for it.

This is the answer that needs no theory: move an input a little, see how far the output
moves. It takes a forward pass for each input and one more; back-propagation gets all
slopes from one forward and one backward pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..op import ARITHMETIC_ERRORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..snapshot import Snapshot
    from .steps import Node

STEP = 1e-6


@dataclass(frozen=True)
class Wiggle:
    """One input moved a little.

    Attributes:
        node: The input.
        step: How far it was moved.
        moved: The output then; nan where there is none.
        slope: (moved - output) / step.
    """

    node: Node
    step: float
    moved: float
    slope: float


def wiggle(snapshot: Snapshot, nodes: Sequence[Node]) -> list[Wiggle]:
    """Return the slope by each input, measured on the graph computed anew."""
    (root,) = snapshot.roots
    wiggles = []
    for node in nodes:
        if node.op is None and not node.constant:
            # What the input moves by, after rounding, is the number to divide by.
            moved_by = (node.data + STEP * max(1.0, abs(node.data))) - node.data
            moved = replay(snapshot, {node.place: node.data + moved_by})[root]
            slope = (moved - nodes[root].data) / moved_by
            wiggles.append(Wiggle(node, moved_by, moved, slope))
    return wiggles


def replay(snapshot: Snapshot, numbers: Mapping[int, float]) -> list[float]:
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
