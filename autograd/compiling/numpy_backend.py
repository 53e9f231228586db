"""Programs on NumPy: what needs nothing else, and what the others are checked against."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from .array_code import write_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .statements import Statement


@cache
def numpy_namespace() -> Any:
    """Return the functions that programs call, of NumPy."""
    import numpy as np

    names = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
    try:
        from scipy import special

        names |= {"erf": special.erf, "erfc": special.erfc}
    except ImportError:
        names |= {"erf": _missing, "erfc": _missing}
    return SimpleNamespace(**names, added_at=_added_at)


def _added_at(array: Any, place: Any, x: Any) -> Any:
    """Return the array, to which x was added at a place, where indices may repeat."""
    import numpy as np

    if isinstance(place, slice):
        array[place] += x
    else:
        np.add.at(array, place, x)
    return array


def _missing(x: Any) -> Any:
    raise ImportError("erf of arrays needs scipy: pip install 'chainrule[all]'")


def compile_numpy(outputs: Sequence[Statement]) -> Callable[..., Any]:
    """Return the function (P, X, size, V) that gives the arrays of `outputs`."""
    import numpy as np

    code = write_code(outputs)
    run = code.function()
    arrays, constants = numpy_namespace(), code.constants

    def program(P: Any, X: Any, size: int, V: Any = None) -> Any:
        with np.errstate(all="ignore"):
            return run(arrays, constants, P, X, size, V)

    return program
