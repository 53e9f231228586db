"""Walking a graph of linked nodes, never by recursion: a chain may be a million long.

Nodes are recognised by identity, and their args are walked in order, so the same
graph is always walked in the same order.
"""

from __future__ import annotations

# The lock that threading.RLock returns; the import of threading is not for free.
from _thread import RLock
from contextlib import contextmanager

from .forks import waited_for
from .op import one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from .op import Op
    from .value import Value

# A walk marks the nodes that it visits, and two at once would take each other's marks
# for their own.
walking = waited_for(RLock())


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


def topological(*roots: Value) -> list[Value]:
    """Return all nodes that `roots` depend on, each after its args: leaves first."""
    leaves, inner = walk(roots, mark=object())
    return leaves + inner


def walk(roots: Iterable[Value], mark: object) -> tuple[list[Value], list[Value]]:
    """Return the leaves that `roots` depend on, and the inner nodes after their args.

    Args:
        roots: Where to start; each comes after everything that it depends on.
        mark: A fresh object, left in the `_scratch` of every node in the lists. Whoever
            goes on to use `_scratch` holds the lock `walking` all along.
    """
    leaves: list[Value] = []
    inner: list[Value] = []
    open_nodes: list[Value] = []
    push, pop = open_nodes.append, open_nodes.pop
    with walking:
        for node in roots:
            if node._scratch is mark:
                continue
            if node._first is None:
                node._scratch = mark
                leaves.append(node)
                continue
            while True:
                # Go down to the first arg that is not in a list yet, …
                arg = node._first
                if arg._scratch is not mark:
                    if arg._first is not None:
                        push(node)
                        node = arg
                        continue
                    arg._scratch = mark
                    leaves.append(arg)
                arg = node._after
                if type(arg) is tuple:
                    arg = _next_inner(arg, mark, leaves)
                if arg is not None and arg._scratch is not mark:
                    if arg._first is not None:
                        push(node)
                        node = arg
                        continue
                    arg._scratch = mark
                    leaves.append(arg)
                # … and where all of them are, the node follows.
                node._scratch = mark
                inner.append(node)
                if not open_nodes:
                    break
                node = pop()
    return leaves, inner


def _next_inner(
    args: tuple[Value, ...], mark: object, leaves: list[Value]
) -> Value | None:
    """List the leaves among `args`, and return the first inner node not listed yet."""
    for arg in args:
        if arg._scratch is not mark:
            if arg._first is not None:
                return arg
            arg._scratch = mark
            leaves.append(arg)
    return None


def is_closed(order: Iterable[Value], own: Container[Value]) -> bool:
    """Tell whether the leaves in `order` are all constants or among `own`."""
    return all(node._row is not None or node.constant or node in own for node in order)


# --- what is taken --------------------------------------------------------------------
# An op that chooses takes some of its arguments and not others (see `Op`). A sweep
# visits the nodes on a *taken path* between a variable and an output. There every
# partial is asked for, whatever it is multiplied with; elsewhere none is.


def takes(node: Value, i: int) -> bool:
    """Tell whether the number of `node` is taken from its argument number `i`."""
    op = node._row
    if not op.chooses or op.taken[i] is one:
        return True
    return op.takes(i, [arg._data for arg in node.args])


def goes_on(node: Value, i: int) -> bool:
    """Tell whether a path can go on by argument number `i` of a node."""
    return not node.args[i].constant and takes(node, i)


def is_active(op: Op, args: Sequence[Value]) -> bool:
    """Tell whether `op` of `args` depends on a variable through what it takes."""
    if not op.chooses:
        return any([arg._active for arg in args])
    data = [arg._data for arg in args]
    return any(arg._active and op.takes(i, data) for i, arg in enumerate(args))


def on_taken_paths(
    order: Sequence[Value], variables: Container[Value], outputs: Iterable[Value]
) -> dict[Value, None]:
    """Return the nodes on a taken path between a variable and an output, in order.

    Args:
        order: All nodes that the outputs depend on, each after its args.
        variables: Where such a path begins; what lies behind one is no part of it.
        outputs: Where it ends.
    """
    active: dict[Value, list[Value]] = {}  # with the args that the way goes on to
    for node in order:
        if node in variables:
            active[node] = []
        elif ways := [
            a for i, a in enumerate(node.args) if a in active and takes(node, i)
        ]:
            active[node] = ways
    reached = {output for output in outputs if output in active}
    for node in reversed(active):
        if node in reached:
            reached.update(active[node])
    return {node: None for node in active if node in reached}
