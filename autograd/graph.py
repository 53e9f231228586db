"""Walking a graph of linked nodes, never by recursion: a chain may be a million long.

Nodes are recognised by identity, and their args are walked in order, so the same
graph is always walked in the same order.
"""

from __future__ import annotations

# The lock that threading.RLock returns; the import of threading is not for free.
from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from .value import Value

# A walk marks the nodes that it visits, and two at once would take each other's marks
# for their own.
walking = RLock()


def topological(*roots: Value, mark: object = None) -> list[Value]:
    """Return all nodes that `roots` depend on, each after its args.

    Args:
        roots: Where to start; each comes after everything that it depends on.
        mark: A fresh object, left in the `_scratch` of every node in the list. Whoever
            goes on to use `_scratch` holds the lock `walking` all along.
    """
    if mark is None:
        mark = object()
    order: list[Value] = []
    open_nodes: list[Value] = []
    emit, push, pop = order.append, open_nodes.append, open_nodes.pop
    with walking:
        for root in roots:
            if root._scratch is mark:
                continue
            node = root
            while True:
                # Go down to the first arg that is not in the list yet …
                arg = node._a
                if arg is not None and arg._scratch is not mark:
                    push(node)
                    node = arg
                    continue
                arg = node._b
                if type(arg) is tuple:
                    arg = next((a for a in arg if a._scratch is not mark), None)
                if arg is not None and arg._scratch is not mark:
                    push(node)
                    node = arg
                    continue
                # … and where all of them are, the node follows.
                node._scratch = mark
                emit(node)
                if not open_nodes:
                    break
                node = pop()
    return order


def is_closed(order: Iterable[Value], own: Container[Value]) -> bool:
    """Tell whether the leaves in `order` are all constants or among `own`."""
    return all(node.op is not None or node.constant or node in own for node in order)
