"""`detect_anomaly`: stop at the first number that is not finite, and say who made it.

Python's floats overflow to inf and turn to nan without a word, and a loss that has
become nan says nothing about where. Inside the context every new node is looked at, and
its line of source is kept, so that an infinite gradient can be traced to it as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..messages import describe
from ..reading.sources import Sources, looking
from ..value import Value, data_of


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise at the first nan or infinity, forward or backward, inside the context.

    It concerns every thread, and makes each operation several times slower.

    Raises:
        FloatingPointError: Naming the op, its arguments, and the line of the user's
            code that made the node.

    >>> from autograd import Value, detect_anomaly
    >>> with detect_anomaly():
    ...     Value(1e200, "a") * 1e200
    Traceback (most recent call last):
    FloatingPointError: * needs a finite result; got inf from 1e+200 at 'a', 1e+200 ...
    """
    with looking(_Anomaly()):
        yield


class _Anomaly(Sources):
    """Looks at every node and contribution."""

    strict = True

    def made(self, node: Value) -> None:
        super().made(node)
        if not math.isfinite(node.data):
            args = ", ".join(describe(arg.data, arg) for arg in node.args)
            raise FloatingPointError(
                f"{node.op.symbol} needs a finite result; got {node.data!r} from {args}"
                f" at {node.source or 'an unknown line'}"
            )

    def swept(self, node: Value, arg: Value, total: Any) -> None:
        total = float(data_of(total))
        if not math.isfinite(total):
            of = node.op.symbol if node.op is not None else "a leaf"
            args = ", ".join(describe(a.data, a) for a in node.args) or "nothing"
            raise FloatingPointError(
                f"differentiation needs finite slopes; got {total!r} for"
                f" {describe(arg.data, arg)}, from {of} of {args}"
                f" made at {node.source or 'a line that was not watched'}"
            )
