"""Kernels as machine code, each compiled when it is first needed, and kept.

Those that all programs share go by their names, fused maps by what they compute.
"""

from __future__ import annotations

from collections.abc import Iterable

from .emit import Emitter
from .host import compile_module, new_module
from .maps import Body, write_map
from .products import PRODUCTS
from .running import RUNNING, SIGNATURES
from .sums import SUMS
from .transfers import MOVES

KERNELS = PRODUCTS | SUMS | MOVES | RUNNING

_addresses: dict[str | Body, int] = {}


def kernels(wanted: Iterable[str | Body]) -> dict[str | Body, int]:
    """Return the addresses of the kernels compiled so far, those wanted included."""
    new = [kernel for kernel in dict.fromkeys(wanted) if kernel not in _addresses]
    if new:
        module, names = new_module(), []
        for kernel in new:
            fused = isinstance(kernel, Body)
            names.append(f"map{len(names)}" if fused else kernel)
            e = Emitter(module, names[-1], *SIGNATURES.get(names[-1], ()))
            e.finish(write_map(e, kernel) if fused else KERNELS[kernel](e))
        addresses = compile_module(module, names)
        _addresses.update((k, addresses[n]) for k, n in zip(new, names, strict=True))
    return _addresses
