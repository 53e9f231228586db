"""What a compiled program is given, checked and laid out as arrays.

A wrong shape, something that is no number, or a nan would otherwise come out as numbers
that look like results.
"""

from __future__ import annotations

from ..arrays.masks import refuse_masked
from ..messages import count, cut, is_real
from ..nesting import flatten
from ..value import Value, data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .program import Program


def parameter_vector(program: Program, parameters: Any) -> Any:
    """Return the parameters as a vector, in the order of the program's statements.

    Raises:
        ValueError: If their number is wrong, or they are Values of something else.
        TypeError: If they are no numbers.
    """
    import numpy as np

    refuse_masked(parameters, "a program needs as parameters")
    numbers = _flat(parameters)
    needed = count(len(program.parameters), "parameter")
    if len(numbers) != len(program.parameters):
        raise ValueError(f"a program needs its {needed}; got {len(numbers)}")
    for i, (number, own) in enumerate(zip(numbers, program.parameters, strict=True)):
        if isinstance(number, Value) and number is not own:
            raise ValueError(
                f"a program needs its {needed} in their order; got another Value at"
                f" place {i}, {cut(number)} (hint: numbers may come from anywhere:"
                " [p.data for p in parameters])"
            )
    P = np.array([_number(number) for number in numbers], dtype=float)
    return P[program.rolled.order]


def input_array(program: Program, inputs: Sequence[Any]) -> Any:
    """Return the inputs as one array: the numbers of a sample by the samples.

    Raises:
        ValueError: If a shape is wrong, or a number is not finite.
        TypeError: If something is no real number.
    """
    import numpy as np

    if len(inputs) != len(program.inputs):
        raise ValueError(
            f"a program needs {count(len(program.inputs), 'argument')} beside the"
            f" parameters, {', '.join(program.names) or 'none'}; got {len(inputs)}"
        )
    columns, sizes = [], set()
    for name, x, size in zip(program.names, inputs, program.inputs, strict=True):
        array = _array(x, name)
        wanted = _shape(size)
        if not array.ndim or array.shape[1:] != wanted:
            shown = ", ".join(["samples", *map(str, wanted)])
            raise ValueError(
                f"a program needs {name} of shape ({shown}); got {array.shape}"
            )
        sizes.add(len(array))
        columns.append(array)
    if len(sizes) > 1 or 0 in sizes:
        raise ValueError(
            "a program needs the same number of samples in all arguments, at least"
            f" one; got {', '.join(map(str, sorted(sizes)))}"
        )
    columns = [array.reshape(len(array), -1).T for array in columns]
    X = np.concatenate(columns) if columns else np.empty((0, 1))
    if not np.isfinite(X).all():
        place, sample = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(
            f"a program needs finite data; got {X[place, sample]} in sample {sample},"
            f" at {_place(program, int(place))}"
        )
    return np.ascontiguousarray(X)


def _place(program: Program, place: int) -> str:
    """Return the name of an input, such as `x[2]`."""
    for name, length in zip(program.names, program.lengths, strict=True):
        if place < length:
            return name if length == 1 else f"{name}[{place}]"
        place -= length
    raise IndexError(place)


def _flat(thing: Any) -> list[Any]:
    """Return the numbers in an array, a list or a list of lists."""
    return thing.ravel().tolist() if hasattr(thing, "ravel") else flatten(thing)


def _number(thing: Any) -> float:
    number = data_of(thing)
    if is_real(number):
        return float(number)
    raise TypeError(f"a program needs numbers as parameters; got {cut(thing)}")


def _array(x: Any, name: str) -> Any:
    import numpy as np

    refuse_masked(x, f"a program needs in {name}")
    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"a program needs rows of one length in {name}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"a program needs real numbers in {name}; got an array of {array.dtype}"
        )
    return array.astype(float)


def _shape(size: Any) -> tuple[int, ...]:
    if isinstance(size, int):
        return () if size == 1 else (size,)
    return tuple(size)
