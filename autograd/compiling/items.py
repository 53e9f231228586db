"""Items of a list that an input chooses: `table[x]`, an op of x and of all items.

Recorded, it is one scalar, and rolled up it is a gather, whose derivative is a
scatter-add. On numbers it is Python's own index.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from .. import ops
from ..op import Op, zero
from ..value import Value


class Item(Op):
    """The op that gives item number k of so many; its args are k and all items."""

    def __init__(self, count: int) -> None:
        """See the class."""
        partials = zero, *(partial(_chosen, i) for i in range(count))
        super().__init__(f"item_of_{count}", lambda k, *xs: xs[int(k)], partials)

    def __call__(self, k: Any, *items: Any) -> Any:
        """Return the item; of a Value k, as what is computed of all of them."""
        if hasattr(k, "apply"):
            return super().__call__(k, *items)
        if isinstance(k, Value):
            return sum(ops.where(k - i, 0.0, x) for i, x in enumerate(items))
        return items[int(k)]

    def __reduce__(self) -> Any:
        """Pickle by the number of items."""
        return item_of, (self.arity - 1,)


@cache
def item_of(count: int) -> Item:
    """Return the op that chooses among so many items."""
    return Item(count)


def _chosen(i: int, k: Any, *operands: Any) -> Any:
    return ops.where(k - i, 0.0, 1.0)
