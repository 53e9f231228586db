"""Python's garbage collector, told what it need not look through.

A graph of Values has no cycles and is freed at once, without the collector. But the
collector comes by whenever many objects are made, and then walks all that the program
holds, imported libraries included: that can take as long as the training itself.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Python 3.12 itself freezes a few hundred objects as it starts.
FEW = 1000


@contextmanager
def freeze() -> Iterator[None]:
    """Have the collector pass over what is there already, until the context ends.

    What is made inside is collected as ever. A program that has frozen objects itself
    is left alone, since thawing would thaw them too.
    """
    if gc.get_freeze_count() > FEW:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
