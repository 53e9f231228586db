"""Which nodes there are in a graph, and which of them a slope goes through.

Nodes are recognised by identity, and never found by recursion: a chain may be a million
long.
"""

from __future__ import annotations

from contextlib import contextmanager
from operator import attrgetter

from . import native
from .op import one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from .op import Op
    from .value import Value

_stamp = attrgetter("_stamp")


@contextmanager
def evaluated(op: Op) -> Iterator[None]:
    """Have the op named whose partial leaves the graph on the way."""
    try:
        yield
    except TypeError as error:
        raise TypeError(
            f"partials of {op.name} need to be computed from Values, to be"
            f" differentiated again: {error}"
        ) from error


def topological(*roots: Value, since: int = 0) -> list[Value]:
    """Return all nodes that `roots` depend on, as they were made: args come first.

    Nothing made before `since`, a stamp, is looked behind: nothing that is younger went
    into it. So a derivative inside a long program visits what its own function made.
    """
    nodes = list(dict.fromkeys(roots))
    seen = set(nodes)
    for node in nodes:  # which grows meanwhile
        if node._stamp < since:
            continue
        for arg in node._args:
            if arg not in seen:
                seen.add(arg)
                nodes.append(arg)
    nodes.sort(key=_stamp)
    return nodes


def is_closed(order: Iterable[Value], own: Container[Value], since: int = 0) -> bool:
    """Tell whether the leaves in `order` are all constants or among `own`.

    What was made before `since` counts as a leaf. What is being recorded has no numbers
    that could be told, and is open.
    """
    order = list(order)
    if order and hasattr(order[-1], "apply"):
        return False
    leaves = [node for node in order if node._row is None or node._stamp < since]
    return all([leaf._constant or leaf in own for leaf in leaves])


def settled(roots: Sequence[Value], since: int) -> bool:
    """Tell whether all leaves that `roots` depend on are constants."""
    return is_closed(topological(*roots, since=since), (), since)


def first_stamp(nodes: Iterable[Value]) -> int:
    """Return the stamp of the node that was made first; 0 without any."""
    return min([node._stamp for node in nodes], default=0)


# --- what is taken --------------------------------------------------------------------
# An op that chooses takes some of its arguments and not others (see `Op`). A sweep
# visits the nodes on a *taken path* between a variable and an output. There every
# partial is asked for, whatever it is multiplied with; elsewhere none is.


def takes(node: Value, i: int) -> bool:
    """Tell whether the number of `node` is taken from its argument number `i`."""
    op = node._row
    if not op.chooses or op.taken[i] is one:
        return True
    return op.takes(i, [arg._data for arg in node._args])


def goes_on(node: Value, i: int) -> bool:
    """Tell whether a path can go on by argument number `i` of a node."""
    return not node._args[i]._constant and takes(node, i)


def depending(order: Iterable[Value], variables: Container[Value]) -> set[Value]:
    """Return the nodes that depend on a variable through what they take.

    Args:
        order: Nodes, each after its args.
        variables: Where such a path begins; what lies behind one is no part of it.
    """
    found: set[Value] = set()
    for node in order:
        if node in variables or not found.isdisjoint(args_taken(node)):
            found.add(node)
    return found


def args_taken(node: Value) -> Sequence[Value]:
    """Return the arguments that the number of `node` is taken from."""
    row, args = node._row, node._args
    if row is None or not row.chooses:
        return args
    return [arg for i, arg in enumerate(args) if takes(node, i)]


def active_in(root: Value) -> set[Value]:
    """Return the nodes behind `root` that depend on any variable in this way."""
    order = topological(root)
    return depending(order, variables_among(order))


def variables_among(order: Iterable[Value]) -> set[Value]:
    """Return the leaves that are no constants."""
    return {node for node in order if node._row is None and not node._constant}


def on_taken_paths(
    order: Sequence[Value], variables: Container[Value], outputs: Iterable[Value]
) -> set[Value]:
    """Return the nodes on a taken path between a variable and an output.

    Args:
        order: All nodes that the outputs depend on, each after its args.
        variables: Where such a path begins; what lies behind one is no part of it.
        outputs: Where it ends.
    """
    active = depending(order, variables)
    reached = active.intersection(outputs)
    for node in reversed(order):
        if node in reached and node not in variables:
            reached.update(active.intersection(args_taken(node)))
    return reached


native.take_sweep(globals(), "settled")
