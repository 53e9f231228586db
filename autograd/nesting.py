"""Nested lists of numbers: taken apart into a flat list, and put together again."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def flatten(nested: Any) -> list[Any]:
    """Return what stands in nested lists and tuples, in order.

    >>> flatten([1.0, (2.0, [3.0])])
    [1.0, 2.0, 3.0]
    """
    if not isinstance(nested, list | tuple):
        return [nested]
    return [leaf for inner in nested for leaf in flatten(inner)]


def rebuild(like: Any, leaves: Iterator[Any]) -> Any:
    """Return lists and tuples nested as in `like`, filled from `leaves`.

    >>> rebuild([1.0, (2.0, [3.0])], iter("abc"))
    ['a', ('b', ['c'])]
    """
    if not isinstance(like, list | tuple):
        return next(leaves)
    inner = [rebuild(item, leaves) for item in like]
    if hasattr(like, "_fields"):  # a named tuple takes its fields one by one
        return type(like)(*inner)
    return inner if isinstance(like, list) else tuple(inner)


def same_shape(a: Any, b: Any) -> bool:
    """Tell whether `a` and `b` are nested alike, whether by lists or by tuples."""
    nested = isinstance(a, list | tuple), isinstance(b, list | tuple)
    if not all(nested):
        return not any(nested)
    return len(a) == len(b) and all(map(same_shape, a, b))
