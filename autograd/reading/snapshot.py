"""A graph as plain lists, read once: what whoever shows or tells it works on.

Nodes are numbered, leaves first, then in the order in which the program made them; and
every list that has one entry per node is indexed by their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..forks import cached_property
from ..graph import goes_on, on_taken_paths, takes, topological
from ..reverse import check_agreement
from ..value import Value


@dataclass(frozen=True)
class Snapshot:
    """The nodes of a graph.

    Attributes:
        nodes: The nodes: leaves depth first, then each after its args.
        args: The places of each node's args, in order and multiplicity.
        uses: How many times each node is an arg.
        roots: The places of the outputs.
    """

    nodes: list[Value]
    args: list[tuple[int, ...]]
    uses: list[int]
    roots: list[int]

    @cached_property
    def taken(self) -> set[tuple[int, int]]:
        """The steps (node, which of its args) on taken paths from a variable to a root.

        A variable is a leaf that is no constant. What is asked for is asked
        for at these steps, and at no others (see `graph`).
        """
        nodes = self.nodes
        variables = {n for n in nodes if n.op is None and not n.constant}
        visited = on_taken_paths(nodes, variables, [nodes[root] for root in self.roots])
        return {
            (n, i)
            for n, node in enumerate(nodes)
            if node in visited
            for i, arg in enumerate(node.args)
            if arg in visited and takes(node, i)
        }

    def hands_on(self, n: int, i: int, share: float) -> bool:
        """Tell whether a node hands a share on to an arg, as `backward` does."""
        if (n, i) in self.taken:
            return True
        return goes_on(self.nodes[n], i) and math.isfinite(share)

    @property
    def has_gradients(self) -> bool:
        """Whether `backward` has run: it leaves a grad on inner nodes.

        Leaves do not tell, for they keep what an earlier graph gave them.
        """
        nodes = self.nodes
        return any(n.op is not None and n.grad for n in nodes) or any(
            nodes[root].grad for root in self.roots
        )

    def check(self, who: str) -> None:
        """Check that the numbers agree, so that no equation of them is wrong.

        Args:
            who: Who is about to show them, for the error message.

        Raises:
            RuntimeError: If data was edited since the graph was computed.
        """
        for node in self.nodes:
            if node.op is not None:
                check_agreement(node, who)


def take(
    roots: Sequence[Value],
    who: str = "backward",
    order: Callable[..., Sequence[Value]] | None = None,
) -> Snapshot:
    """Return the snapshot of the graph of `roots`.

    Args:
        roots: The outputs.
        who: Who is about to show it, for the error message.
        order: Gives the nodes as they are to be numbered, leaves first and each node
            after its args; by default as the program made them.

    Raises:
        RuntimeError: If data was edited since the graph was computed.
    """
    nodes = list((order or _as_computed)(*roots))
    place = {node: i for i, node in enumerate(nodes)}
    uses = [0] * len(nodes)
    args = []
    for node in nodes:
        places = tuple([place[arg] for arg in node.args])
        for i in places:
            uses[i] += 1
        args.append(places)
    snapshot = Snapshot(nodes, args, uses, [place[root] for root in roots])
    snapshot.check(who)
    return snapshot


def _as_computed(*roots: Value) -> list[Value]:
    leaves = [node for node in depth_first(*roots) if node.op is None]
    return leaves + [node for node in topological(*roots) if node.op is not None]


def depth_first(*roots: Value) -> list[Value]:
    """Return all nodes that `roots` depend on, leaves first, each after its args."""
    leaves: list[Value] = []
    inner: list[Value] = []
    seen: set[Value] = set()
    for root in roots:
        waiting = [] if root in seen else [(root, iter(root.args))]
        while waiting:
            node, args = waiting[-1]
            for arg in args:
                if arg not in seen:
                    waiting.append((arg, iter(arg.args)))
                    break
            else:
                waiting.pop()
                seen.add(node)
                (leaves if node.op is None else inner).append(node)
    return leaves + inner


def place_among(args: Sequence[int], i: int) -> int:
    """Return which of the places of the same arg it is, from 1; 0 if it is alone.

    >>> place_among([4, 5, 4], 2), place_among([4, 5, 4], 1)
    (2, 0)
    """
    return args[: i + 1].count(args[i]) if args.count(args[i]) > 1 else 0
