"""Less to look at: equal constants as one box, and no steps that change nothing.

Derivatives begin with `1 ·` and end with `0 +`, sums begin with `0 +`, which nobody has
written: there the number stands on the left.
"""

from __future__ import annotations

from collections.abc import Container

from .. import ops
from ..graph import topological
from ..reading.snapshot import Snapshot
from ..value import Value
from .groups import Folding, Group, with_arrows

CONSTANTS = ("each", "once", "hidden")

# For an op that has one the number that changes nothing, and in which places: those
# of numbers that nobody has written first.
NEUTRAL = {
    ops.add: (0.0, (0, 1)), ops.sub: (0.0, (1,)),
    ops.mul: (1.0, (0, 1)), ops.div: (1.0, (1,)), ops.pow: (1.0, (1,)),
}  # fmt: skip


def tidied(
    snapshot: Snapshot, folding: Folding, constants: str, named: Container[Value]
) -> Folding:
    """Return `folding` with fewer boxes "node": these may hold several nodes then.

    Args:
        snapshot: The graph.
        folding: Its boxes.
        constants: One of CONSTANTS.
        named: Nodes with names, which keep their boxes.
    """
    nodes, group_of = snapshot.nodes, list(folding.group_of)
    known: dict[tuple[str, str], Group] = {}
    uses = list(snapshot.uses)
    for n, node in enumerate(nodes):
        if group_of[n].kind != "node" or node in named:
            continue
        if node.op is None and node.constant:
            if constants != "each":
                key = node.label, repr(node.data)
                group_of[n] = known.setdefault(key, group_of[n])
        elif (way := _unchanged(node, constants)) is not None:
            number, kept = snapshot.args[n][way], snapshot.args[n][1 - way]
            if group_of[kept].kind == "node":
                group_of[n] = group_of[kept]
                # A constant that nothing else uses goes along.
                uses[number] -= 1
                if not uses[number] and nodes[number] not in named:
                    group_of[number] = group_of[kept]
    members: dict[Group, list[int]] = {}
    for n, group in enumerate(group_of):
        members.setdefault(group, []).append(n)
    for group, held in members.items():
        if group.kind == "node":
            first = group.members[0]
            group.members = [first, *(n for n in held if n != first)]

    def complete(group: Group) -> int:
        return group.members[0 if group.kind == "node" else -1]

    groups = sorted(members, key=complete)
    return with_arrows(snapshot, Folding(groups, group_of))


def simplified(root: Value) -> Value:
    """Return a formula without what numbers alone give: `2·x^(2 − 1)` is `2·x`."""
    now: dict[Value, Value] = {}
    for node in topological(root):
        args = [now[arg] for arg in node.args]
        now[node] = node
        if node.op is None:
            continue
        if node.constant:
            now[node] = Value(node.data, constant=True)
        elif args != list(node.args):
            now[node] = node.op(*args)
        if (way := _unchanged(now[node])) is not None:
            now[node] = args[1 - way]
    return now[root]


def _unchanged(node: Value, constants: str = "once") -> int | None:
    """Return which arg of a node without a name leaves the other one as it is."""
    if node.op not in NEUTRAL or node.label:
        return None
    number, places = NEUTRAL[node.op]
    for i in (0,) if constants == "each" else places:
        arg = node.args[i]
        plain = arg.op is None and arg.constant and not arg.label
        if plain and i in places and arg.data == number:
            return i
    return None
