"""`Module`: whatever has parameters.

A module finds its parameters in its own attributes, so that a network of your own is a
subclass that sets Values, modules, or lists of them, and computes something with them.
"""

from __future__ import annotations

from typing import Any, Self

from autograd import Value, register_module


class Module:
    """A part of a network, with parameters to train.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.start = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.start
    >>> line = Line()
    >>> line(3.0).data
    7.0
    >>> len(line.parameters())
    2
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Have pictures of graphs find the module."""
        module = super().__new__(cls)
        register_module(module)
        return module

    def __call__(self, x: Any) -> Any:
        """Return what the module computes from `x`; each kind of module says what."""
        raise TypeError(f"{type(self).__name__} needs a method __call__; it has none")

    def parameters(self) -> list[Value]:
        """Return the Values to train, in the order in which attributes were set.

        They are the leaves in attributes, in lists, tuples, dicts and object arrays
        there, and in modules there; each is listed once. Constants are none, nor is
        what was computed from Values: write `Value(3 * 0.1)`, not `Value(3) * 0.1`.
        """
        found: dict[Value, None] = {}
        _collect(self, found, set())
        return list(found)

    def zero_grad(self) -> None:
        """Set the grad of each parameter to 0, since `backward` adds to it."""
        for p in self.parameters():
            p.grad = 0.0


def _collect(thing: Any, found: dict[Value, None], seen: set[int]) -> None:
    if isinstance(thing, Value):
        if thing.op is None and not thing.constant:
            found[thing] = None
        return
    if isinstance(thing, Module):
        # The parameters of a module are its own affair, but for the one that asks.
        own = type(thing).parameters is Module.parameters
        inner: Any = vars(thing).values() if own or not seen else thing.parameters()
    elif isinstance(thing, list | tuple):
        inner = thing
    elif isinstance(thing, dict):
        inner = thing.values()
    elif str(getattr(thing, "dtype", "")) == "object":
        inner = thing.flat
    else:
        return
    if id(thing) not in seen:  # a part may refer to the whole
        seen.add(id(thing))
        for item in inner:
            _collect(item, found, seen)
