"""The number of a partial, for whoever reads a graph: ∂y/∂a at a node's numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..op import ARITHMETIC_ERRORS
from ..reverse import no_slope
from ..value import Value


def partial(
    node: Value,
    i: int,
    operands: Iterable[float] | None = None,
    *,
    needed: bool = False,
) -> float:
    """Return ∂node/∂(its argument `i`), or nan where there is no finite slope.

    Args:
        node: The node, made by an op.
        i: Which of its args.
        operands: Other numbers than theirs for its args, and for itself.
        needed: Whether to raise where there is no finite slope.

    Raises:
        ZeroDivisionError, OverflowError, ValueError: If it is needed.
    """
    op = node.op
    assert op is not None
    if operands is None:
        operands = [other.data for other in (*node.args, node)]
    try:
        return float(op.partials[i](*operands))
    except ARITHMETIC_ERRORS as error:
        if needed:
            raise no_slope(node, error) from error
        return math.nan
