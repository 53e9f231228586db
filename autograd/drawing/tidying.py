"""Less in a picture: equal constants as one box, and no steps that change nothing.

Graphs of derivatives are full of `· 1` and `+ 0`, which nobody has written.
"""

from __future__ import annotations

from .. import ops
from ..reading.snapshot import Snapshot
from .groups import Folding, Group, with_arrows

CONSTANTS = ("each", "once", "hidden")

# For an op that has one the number that changes nothing, and in which places.
NEUTRAL = {
    ops.add: (0.0, (0, 1)), ops.sub: (0.0, (1,)),
    ops.mul: (1.0, (0, 1)), ops.div: (1.0, (1,)), ops.pow: (1.0, (1,)),
}  # fmt: skip


def tidied(snapshot: Snapshot, folding: Folding) -> Folding:
    """Return `folding` with fewer boxes "node": these may hold several nodes then."""
    nodes, group_of = snapshot.nodes, list(folding.group_of)
    known: dict[tuple[str, str], Group] = {}
    for n, node in enumerate(nodes):
        if group_of[n].kind != "node":
            continue
        if node.op is None and node.constant:
            group_of[n] = known.setdefault((node.label, repr(node.data)), group_of[n])
        elif (way := _unchanged(snapshot, n)) is not None:
            # A constant that nothing else uses goes along.
            number, kept = snapshot.args[n][way], snapshot.args[n][1 - way]
            if group_of[kept].kind == "node" and not nodes[kept].constant:
                group_of[n] = group_of[kept]
                if snapshot.uses[number] == 1:
                    group_of[number] = group_of[kept]
    members: dict[Group, list[int]] = {}
    for n, group in enumerate(group_of):
        members.setdefault(group, []).append(n)
    for group, held in members.items():
        first = group.members[0]
        group.members = [first, *(n for n in held if n != first)]
    groups = sorted(members, key=lambda group: group.members[0])
    return with_arrows(snapshot, Folding(groups, group_of))


def _unchanged(snapshot: Snapshot, n: int) -> int | None:
    """Return which arg of a node without a name leaves the other one as it is."""
    node = snapshot.nodes[n]
    if node.op not in NEUTRAL or node.label:
        return None
    number, places = NEUTRAL[node.op]
    for i in places:
        arg = node.args[i]
        if arg.op is None and arg.constant and not arg.label and arg.data == number:
            return i
    return None
