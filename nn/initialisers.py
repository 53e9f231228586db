"""Where weights start. They must differ, or the neurons of a layer would stay alike."""

from __future__ import annotations

import random


def uniform(nin: int) -> list[float]:
    """Return `nin` numbers drawn between -1 and 1 from Python's `random`.

    micrograd draws the same numbers in the same order, so after `random.seed(...)` both
    start from the same network.
    """
    return [random.uniform(-1, 1) for _ in range(nin)]
