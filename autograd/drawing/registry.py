"""Modules that exist: how a picture of a graph finds the network that it belongs to.

A node does not know which neuron it is part of, which would cost memory in every node.
Whoever makes modules, as `nn` does, registers each one as it is made; who looks for
owners of leaves asks here. Registered modules are not kept alive.
"""

from __future__ import annotations

import itertools
from weakref import WeakValueDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_modules: WeakValueDictionary[int, Any] = WeakValueDictionary()
_numbers = itertools.count()


def register_module(module: Any) -> None:
    """Have pictures find `module`: an object with Values and modules as attributes.

    >>> from autograd import Value, draw, register_module, tanh
    >>> class Scale:
    ...     def __init__(self):
    ...         self.w = Value(2.0)
    ...         register_module(self)
    >>> scale = Scale()
    >>> picture = draw(tanh(scale.w * 3.0))
    """
    _modules[next(_numbers)] = module


def registered_modules() -> list[Any]:
    """Return the modules that are still in use, the oldest first."""
    return [module for _, module in sorted(_modules.items())]
