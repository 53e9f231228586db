"""Tensors as nested lists: a number, a list of numbers, a list of equal lists, …

A parameter of a network is one scalar. What files and PyTorch know are tensors, so
parameters are named and stored in the rectangles in which they stand. Here is what
can be said of such rectangles, whatever stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from autograd import Value

Shape = tuple[int, ...]


class Tensor(NamedTuple):
    """Parameters in their place in a network.

    Attributes:
        start: What the name begins with: that of the owner, and a dot; "" for the
            network itself.
        name: The whole name, as in files.
        values: Nested lists of Values.
        shape: () for a single Value.
        owner: The module that holds them.
    """

    start: str
    name: str
    values: Any
    shape: Shape
    owner: Any


def shape_of(nested: Any) -> Shape | None:
    """Return the shape of nested lists: () for a scalar, None where they are ragged.

    >>> shape_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    (2, 3)
    >>> shape_of([[1.0, 2.0], [3.0]]) is None
    True
    """
    if not isinstance(nested, list | tuple):
        return ()
    shapes = {shape_of(row) for row in nested}
    if not shapes:
        return (0,)
    inner = shapes.pop()
    return None if shapes or inner is None else (len(nested), *inner)


def scalars_of(nested: Any) -> Iterator[Any]:
    """Yield what stands in nested lists, in order.

    >>> list(scalars_of([[1.0, 2.0], [3.0, 4.0]]))
    [1.0, 2.0, 3.0, 4.0]
    """
    if isinstance(nested, list | tuple):
        for row in nested:
            yield from scalars_of(row)
    else:
        yield nested


def number_of(thing: Any) -> float:
    """Return a Value or a number as a float."""
    return thing.data if isinstance(thing, Value) else float(thing)


def as_numbers(nested: Any) -> Any:
    """Return Values and numbers as floats, and nested lists of them as lists."""
    if hasattr(nested, "__len__"):
        return [as_numbers(part) for part in nested]
    return number_of(nested)


def places_of(shape: Shape) -> Iterator[str]:
    """Yield how each scalar of a tensor is written after its name, in order.

    >>> list(places_of((2, 2)))
    ['[0,0]', '[0,1]', '[1,0]', '[1,1]']
    >>> list(places_of(()))
    ['']
    """
    for indices in product(*map(range, shape)):
        yield f"[{','.join(map(str, indices))}]" if shape else ""


def describe_shape(shape: Shape | None) -> str:
    """Return `16 × 2`; `scalar` for (), `rows of different lengths` for None.

    >>> describe_shape((16, 2))
    '16 × 2'
    """
    if shape is None:
        return "rows of different lengths"
    return " × ".join(map(str, shape)) or "scalar"
