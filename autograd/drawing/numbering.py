"""The numbers of nodes in a picture, depth first: what belongs together is near."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..value import Value


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
