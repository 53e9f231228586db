"""What a picture is made of, once it is decided what is drawn together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..reading.snapshot import Snapshot
from .parts import Part

LONG = 8  # the terms of a sum, the steps of a row, that are worth folding


@dataclass(eq=False, slots=True)
class Group:
    """What is drawn as one box.

    Attributes:
        kind: "node"; "alike" for nodes computed alike; or a fold, which has a name:
            "module", "sum" or "run".
        members: The places of its nodes; in a box "node", the one that it shows first.
        name: By which a fold is expanded.
        part: The module that is folded, or in which the box stands.
    """

    kind: str
    members: list[int]
    name: str = ""
    part: Part | None = None


@dataclass(eq=False, slots=True)
class Arrow:
    """One edge between boxes.

    Attributes:
        source: The group of the argument.
        target: The group of the node.
        node: The place of the node; of the first one, where there are several.
        i: Which argument of it.
        count: For how many arguments the edge stands.
    """

    source: Group
    target: Group
    node: int
    i: int
    count: int = 1


@dataclass
class Folding:
    """The boxes of a picture, in the order of the graph, and the edges between."""

    groups: list[Group]
    group_of: list[Group]
    arrows: list[Arrow] = field(default_factory=list)


def ordered(groups: Iterable[Group]) -> list[Group]:
    """Return `groups` in the order in which they are complete."""
    return sorted(groups, key=lambda group: group.members[-1])


def with_arrows(snapshot: Snapshot, folding: Folding) -> Folding:
    """Return `folding` with the edges that the graph gives it."""
    arrows: dict[tuple[Group, Group, int], Arrow] = {}
    group_of = folding.group_of
    for n, args in enumerate(snapshot.args):
        target = group_of[n]
        single = target.kind in ("node", "alike")
        if target.kind == "node" and n != target.members[0]:
            continue  # it changes nothing
        for i, arg in enumerate(args):
            source = group_of[arg]
            if source is target:
                continue
            # An edge for each argument, but only one into a fold.
            key = (source, target, i if single else 0)
            arrow = arrows.get(key)
            if arrow is None:
                arrows[key] = Arrow(source, target, n, i)
            else:
                arrow.count += 1
    folding.arrows = list(arrows.values())
    return folding
