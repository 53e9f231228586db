"""Masked arrays of NumPy: what stands under a mask is no number that was given.

`numpy.asarray` gives the numbers that are hidden, as if there were no mask.
"""

from __future__ import annotations

import sys
from typing import Any


def refuse_masked(numbers: Any, who_needs: str, place: tuple[int, ...] = ()) -> None:
    """Check that nothing is masked in an array, or in (nested) lists of arrays.

    Args:
        numbers: What may be a masked array, or hold some; anything else is passed over.
        who_needs: The beginning of the error message, such as "training needs".
        place: Where `numbers` stands in what was given.

    Raises:
        ValueError: If a number is masked, naming row and column.

    >>> import numpy as np
    >>> refuse_masked(np.ma.masked_invalid([[1.0, 2.0], [3.0, np.nan]]), "this needs")
    Traceback (most recent call last):
    ValueError: this needs numbers; got a masked one in row 1, column 1 (hint: ...
    """
    ma = sys.modules.get("numpy.ma")  # without it there are no masked arrays
    if ma is None:
        return
    if isinstance(numbers, list | tuple):
        for i, part in enumerate(numbers):
            if isinstance(part, list | tuple | ma.MaskedArray):
                refuse_masked(part, who_needs, (*place, i))
    elif isinstance(numbers, ma.MaskedArray) and ma.getmaskarray(numbers).any():
        first, *_ = sys.modules["numpy"].argwhere(ma.getmaskarray(numbers)).tolist()
        place = (*place, *first)
        names = ("row", "column")[: len(place)] if len(place) < 3 else ["place"] * 9
        where = ", ".join(f"{n} {i}" for n, i in zip(names, place, strict=False))
        raise ValueError(
            f"{who_needs} numbers; got a masked one{where and f' in {where}'} (hint:"
            " leave out what is masked, or fill it in: x.filled(0.0))"
        )
