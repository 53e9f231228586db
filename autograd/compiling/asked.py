"""Where a slope is asked for, in a derivative inside a function that is recorded.

It is the rule of `graph`: on a taken path between a variable and an output, and nowhere
else. What is taken depends on numbers, which a recording has none of, so that here a
path is a mask that is noted too: a scalar that is 0 where there is no such path, or
`True` or `False` where that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import ops
from ..forks import cached_property
from ..graph import first_stamp, topological, variables_among
from ..op import Op, one, zero
from .choices import both, either
from .tracing import taking

# Ops whose slopes are infinite somewhere.
STEEP = frozenset(
    {ops.acos, ops.acosh, ops.asin, ops.atan2, ops.atanh, ops.cbrt, ops.div, ops.hypot}
    | {ops.log, ops.log10, ops.log1p, ops.log2, ops.pow, ops.sqrt}
)


class Asked:
    """The paths of one sweep.

    Args:
        outputs: Where they end, among other things.
        variables: Where they begin; none for all leaves.
    """

    def __init__(self, outputs: Sequence[Any], variables: Sequence[Any]) -> None:
        """See the class."""
        self.outputs = [y for y in outputs if hasattr(y, "apply")]
        self.variables = variables

    @cached_property
    def masks(self) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Where each node depends on a variable, and where an output on each node."""
        order = topological(*self.outputs, since=first_stamp(self.variables))
        own = set(self.variables) or variables_among(order)
        active: dict[Any, Any] = {}
        for node in order:
            active[node] = node in own
            for i, arg in enumerate(node._args):
                if active[node] is not True:
                    way = both(active.get(arg, False), takes(node, i))
                    active[node] = either(active[node], way)
        reached: dict[Any, Any] = dict.fromkeys(self.outputs, True)
        for node in reversed(order):
            if node in own or node not in reached:
                continue
            for i, arg in enumerate(node._args):
                way = both(reached[node], takes(node, i))
                reached[arg] = either(reached.get(arg, False), way)
        return active, reached

    def of(self, node: Any, i: int) -> Any:
        """Return where the slope of a node by its argument number `i` is asked for."""
        active, reached = self.masks
        there = both(reached.get(node, False), takes(node, i))
        return both(there, active.get(node._args[i], False))


def may_be_infinite(op: Op, slope: Any, operands: Sequence[Any]) -> bool:
    """Tell whether a slope, of these numbers and operands, may have no finite value."""
    if isinstance(slope, float):
        return False
    if op is ops.pow and isinstance(operands[1], float):
        return operands[1] < 1.0
    return op in STEEP or ops.TABLE.get(op.name) is not op


def takes(node: Any, i: int) -> Any:
    """Return where a node takes its argument number `i`."""
    op = node._row.__wrapped__
    if op.taken[i] in (one, zero):
        return op.taken[i] is one
    return taking(op, i)(*node._args)
