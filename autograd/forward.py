"""The forward sweep: forward-mode differentiation.

The tangent of a node y, ẏ, is the derivative of y along one chosen direction of the
inputs. It is carried from the args to the output, with the same partials as in the
reverse sweep:

    ẏ = Σ ∂y/∂a · ȧ

One forward sweep gives the derivatives of every node along one direction; one reverse
sweep gives those of one output by every node.
"""

from __future__ import annotations

from . import native
from .graph import evaluated, first_stamp, is_closed, on_taken_paths, takes, topological
from .node import last_edit
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
    # Where nothing is chosen, all that has a tangent leads to an output.
    chosen = any([node._row is not None and node._row.chooses for node in order])
    visited = on_taken_paths(order, inputs, nodes) if chosen else order
    edited = last_edit()
    for node in order:
        row, args = node._row, node._args
        if node._stamp < edited:
            check_agreement(node)
        if row is None or node in inputs or (chosen and node not in visited):
            continue
        if not alone:
            operands = (*args, node)
        elif len(args) == 2:  # as nearly always
            a, b = args
            operands = (a._data, b._data, node._data)
        else:
            operands = (*[arg._data for arg in args], node._data)
        total: Any = None
        i = -1
        for partial in row.partials:
            i += 1
            tangent = tangents.get(args[i])
            if tangent is None or (row.chooses and not takes(node, i)):
                continue
            try:
                share = tangent if partial is one else partial(*operands) * tangent
            except ARITHMETIC_ERRORS as error:
                raise no_slope(node, error) from error
            except TypeError:
                with evaluated(row):
                    raise
            total = share if total is None else total + share
            if watch is not None:
                watch.swept(node, args[i], total)
        if total is not None:
            tangents[node] = total
    return [tangents.get(output, 0.0) for output in outputs]


native.take_sweep(globals(), "tangents_of")
