"""Long rows of steps, cut short in the middle.

A step ends at a node through which everything that came before it goes on, leaves
aside: the rest of the graph sees nothing else of the past.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ..reading.snapshot import Snapshot
from .groups import LONG, Folding, Group, ordered, with_arrows


def without_rows(
    snapshot: Snapshot, folding: Folding, shown: Container[int]
) -> Folding:
    """Return `folding` with the middle of each long row as one fold.

    The nodes `shown`, of folds that were opened, belong to no row.
    """
    sources = {id(arrow.target) for arrow in folding.arrows}
    inner = [group for group in folding.groups if id(group) in sources]
    at = {id(group): p for p, group in enumerate(inner)}
    last_use = list(range(len(inner)))
    for arrow in folding.arrows:
        p = at.get(id(arrow.source))
        if p is not None:
            last_use[p] = max(last_use[p], at[id(arrow.target)])
    ends: list[list[int]] = [[]]
    reach = 0
    for p, last in enumerate(last_use):
        if any(n in shown for n in inner[p].members):
            ends.append([])
        elif reach <= p:
            if ends[-1] and p - ends[-1][-1] > LONG:
                ends.append([])
            ends[-1].append(p)
        reach = max(reach, last)
    row_of: dict[int, Group] = {}
    for row in ends:
        if len(row) > LONG:
            fold = Group("run", [])
            for p in range(row[2] + 1, row[-3] + 1):
                row_of[id(inner[p])] = fold
    if not row_of:
        return folding
    # Leaves that only a row uses go into it.
    users: dict[int, set[Any]] = {}
    for arrow in folding.arrows:
        users.setdefault(id(arrow.source), set()).add(row_of.get(id(arrow.target)))
    for group in folding.groups:
        into = users.get(id(group), set())
        if id(group) not in at and len(into) == 1 and None not in into:
            row_of[id(group)] = next(iter(into))
    for group in folding.groups:
        if id(group) in row_of:
            row_of[id(group)].members.extend(group.members)
    groups = {id(g): g for g in (row_of.get(id(g), g) for g in folding.groups)}
    for group in groups.values():
        group.members.sort()
    group_of = [row_of.get(id(group), group) for group in folding.group_of]
    return with_arrows(snapshot, Folding(ordered(groups.values()), group_of))
