"""The kernels that all programs share, each compiled when it is first needed."""

from __future__ import annotations

from .host import compile_module, new_module
from .products import PRODUCTS
from .running import RUNNING
from .sums import SUMS
from .transfers import MOVES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

KERNELS = PRODUCTS | SUMS | MOVES | RUNNING

_addresses: dict[str, int] = {}


def kernels(names: Iterable[str]) -> dict[str, int]:
    """Return the addresses of the kernels compiled so far, the named ones included."""
    new = [name for name in dict.fromkeys(names) if name not in _addresses]
    if new:
        module = new_module()
        for name in new:
            KERNELS[name](module, name)
        _addresses.update(compile_module(module, new))
    return _addresses
