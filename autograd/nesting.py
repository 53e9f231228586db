"""Structures of numbers: taken apart into a flat list, and put together again.

A structure is a number, an array of NumPy, or a list, tuple, dict or dataclass of
structures. Numbers and arrays are its *units*: an array keeps its shape, and what is
put in its place has that shape too.
"""

from __future__ import annotations

import sys
from itertools import islice

from .node import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Opened = tuple[list[Any], list[Any], Callable[[list[Any]], Any]]


def is_array(thing: Any) -> bool:
    """Tell whether `thing` is an array of NumPy, which is not imported for it."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(thing, numpy.ndarray)


def opened(nested: Any) -> Opened | None:
    """Return the keys of a list, tuple, dict or dataclass, what stands there, and how
    the like of it is made of other things; None for a unit.
    """
    kind = type(nested)
    if kind is float or isinstance(nested, Node):  # as nearly always
        return None
    if isinstance(nested, dict):

        def filled(inner: list[Any]) -> Any:
            like = nested.copy()
            like.update(zip(nested, inner, strict=True))
            return like

        return list(nested), list(nested.values()), filled
    if isinstance(nested, list | tuple):
        make: Any = list if isinstance(nested, list) else tuple
        if hasattr(nested, "_fields"):  # a named tuple takes its fields one by one
            make = lambda inner: kind(*inner)  # noqa: E731
        return list(range(len(nested))), list(nested), make
    if hasattr(kind, "__dataclass_fields__"):
        from dataclasses import fields, replace

        names = [field.name for field in fields(nested) if field.init]
        parts = [getattr(nested, name) for name in names]
        return names, parts, lambda i: replace(nested, **dict(zip(names, i)))  # noqa: B905
    return None


def units(nested: Any) -> list[Any]:
    """Return the numbers and arrays in a structure, in order."""
    found = opened(nested)
    if found is None:
        return [nested]
    return [unit for part in found[1] for unit in units(part)]


def with_units(like: Any, filling: Iterator[Any]) -> Any:
    """Return a structure like this one, with other units."""
    found = opened(like)
    if found is None:
        return next(filling)
    _, parts, fill = found
    return fill([with_units(part, filling) for part in parts])


def numbers_of(unit: Any) -> list[Any]:
    """Return the numbers in a unit."""
    if not is_array(unit):
        return [unit]
    from .arrays.masks import refuse_masked

    refuse_masked(unit, "a derivative needs")
    return unit.ravel().tolist()


def flatten(nested: Any) -> list[Any]:
    """Return the numbers in a structure, in order.

    >>> flatten([1.0, {"a": (2.0, [3.0])}])
    [1.0, 2.0, 3.0]
    """
    return [number for unit in units(nested) for number in numbers_of(unit)]


def rebuild(like: Any, numbers: Iterator[Any]) -> Any:
    """Return a structure like this one, filled with other numbers.

    >>> rebuild([1.0, {"a": (2.0, [3.0])}], iter("abc"))
    ['a', {'a': ('b', ['c'])}]
    """
    return with_units(like, (unit_of(shape_of(u), numbers) for u in units(like)))


def shape_of(unit: Any) -> tuple[int, ...] | None:
    """Return the shape of an array; None for a number."""
    return unit.shape if is_array(unit) else None


def unit_of(shape: tuple[int, ...] | None, numbers: Iterator[Any]) -> Any:
    """Return the next number, or the array of this shape of the next numbers."""
    if shape is None:
        return next(numbers)
    from .arrays.elementwise import array_of

    size = 1
    for length in shape:
        size *= length
    return array_of(islice(numbers, size), shape)


def aligned(like: Any, given: Any) -> list[Any] | None:
    """Return the numbers in `given` in the order of `like`; None if they do not match.

    Lists match tuples, and both match arrays of their shape.
    """
    if is_array(like) or is_array(given):
        like, given = (x.tolist() if is_array(x) else x for x in (like, given))
    ours, theirs = opened(like), opened(given)
    if ours is None or theirs is None:
        return [given] if ours is theirs else None
    (keys, parts, _), (others, matching, _) = ours, theirs
    if sorted(map(repr, keys)) != sorted(map(repr, others)):
        return None
    by_key = dict(zip(others, matching, strict=True))
    rows = [aligned(part, by_key[key]) for key, part in zip(keys, parts, strict=True)]
    return None if None in rows else [x for row in rows for x in row or ()]


def places(nested: Any, name: str) -> list[str]:
    """Return what each number in a structure is called, such as `w['b'][0]`.

    >>> places([1.0, {"a": (2.0, 3.0)}], "w")
    ['w[0]', "w[1]['a'][0]", "w[1]['a'][1]"]
    """
    found = opened(nested.tolist() if is_array(nested) else nested)
    if found is None:
        return [name]
    keys, parts, _ = found
    dotted = hasattr(type(nested), "__dataclass_fields__")
    return [
        place
        for key, part in zip(keys, parts, strict=True)
        for place in places(part, f"{name}.{key}" if dotted else f"{name}[{key!r}]")
    ]


def outline(nested: Any) -> str:
    """Return the structure without its numbers, as in `[·, [·, array(2, 3)]]`."""
    if is_array(nested):
        return f"array{nested.shape}"
    found = opened(nested)
    if found is None:
        return "·"
    keys, parts, _ = found
    shown = [outline(part) for part in parts]
    if isinstance(nested, list | tuple):
        return f"[{', '.join(shown)}]"
    named = [f"{key}: {part}" for key, part in zip(keys, shown, strict=True)]
    return f"{{{', '.join(named)}}}"
