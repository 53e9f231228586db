"""The forward sweep: forward-mode differentiation.

The tangent of a node y, ẏ, is the derivative of y along one chosen direction of the
inputs. It is carried from the args to the output, with the same partials as in the
reverse sweep:

    ẏ = Σ ∂y/∂a · ȧ

One forward sweep gives the derivatives of every node along one direction; one reverse
sweep gives those of one output by every node.
"""

from __future__ import annotations

from .graph import evaluated, first_stamp, is_closed, on_taken_paths, takes, topological
from .op import ARITHMETIC_ERRORS, one
from .reverse import check_agreement, is_nothing, no_slope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .node import StrictWatch
    from .value import Value


def tangents_of(
    outputs: Sequence[Any], inputs: dict[Value, Any], watch: StrictWatch | None
) -> list[Any]:
    """Return the tangent of each of `outputs`.

    Args:
        outputs: Nodes of a graph; a plain number among them has tangent 0.
        inputs: The tangent of each input, a number or a Value.
        watch: Looks at every tangent, where given.

    Returns:
        Numbers if nothing but `inputs` and constants went into `outputs` and the
        tangents are numbers; else they can be Values, which still depend on the rest.
    """
    nodes = [output for output in outputs if hasattr(output, "op")]
    since = first_stamp(inputs)
    order = topological(*nodes, since=since)
    alone = is_closed(order, inputs, since) and all(
        isinstance(tangent, float) for tangent in inputs.values()
    )
    tangents = {x: tangent for x, tangent in inputs.items() if not is_nothing(tangent)}
    visited = on_taken_paths(order, inputs, nodes)
    for node in order:
        if node._row is None:
            continue
        check_agreement(node)
        if node in inputs or node not in visited:
            continue
        operands = (*node.args, node)
        if alone:
            operands = tuple(n.data for n in operands)
        total: Any = None
        for i, (arg, partial) in enumerate(
            zip(node.args, node._row.partials, strict=True)
        ):
            if arg not in tangents or not takes(node, i):
                continue
            tangent = tangents[arg]
            try:
                with evaluated(node._row):
                    share = tangent if partial is one else partial(*operands) * tangent
            except ARITHMETIC_ERRORS as error:
                raise no_slope(node, error) from error
            total = share if total is None else total + share
            if watch is not None:
                watch.swept(node, arg, total)
        if total is not None:
            tangents[node] = total
    return [tangents.get(output, 0.0) for output in outputs]
