"""The numbers of a network as arrays by name, and back.

What comes from outside is checked as a whole before anything is changed: a network
has all the numbers of a state, or none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from autograd import Value
from autograd.imports import needed, np

from ..phrases import refused
from .tensors import Tensor, describe_shape, number_of, scalars_of, shape_of


def arrays_of(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    """Return a copy of each tensor as an array of float64.

    Raises:
        ImportError: If NumPy is not installed.
    """
    np: Any = needed("numpy", "arrays need", "numpy", "nn")
    return {
        name: np.array(
            [p.data for p in scalars_of(tensor.values)], dtype=np.float64
        ).reshape(tensor.shape)
        for name, tensor in tensors.items()
    }


def numbers_for(
    tensors: Mapping[str, Tensor], state: Mapping[str, Any], strict: bool, who: str
) -> dict[Value, float]:
    """Return the number that `state` has for each parameter.

    Args:
        tensors: Those of the network, by name.
        state: Arrays, nested lists or tensors of PyTorch, by name.
        strict: Whether the names must be the same; else those in both are taken.
        who: The network, for messages.

    Raises:
        ValueError: If a name is missing or unknown, a shape differs, or a parameter
            that stands in two places would be two different numbers.
        TypeError: If something in a tensor is not a real number.
    """
    differences = [f"no {name}" for name in tensors if name not in state]
    differences += [f"an unknown {name}" for name in state if name not in tensors]
    if strict and differences:
        raise refused(
            "state.tensors",
            who=who,
            tensors=few(list(tensors)),
            differences=few(differences),
        )
    numbers: dict[Value, float] = {}
    source: dict[Value, str] = {}
    for name, tensor in tensors.items():
        if name not in state:
            continue
        given = _plain(state[name])
        if shape_of(given) != tensor.shape:
            raise refused(
                "state.shape",
                who=who,
                name=name,
                shape=describe_shape(tensor.shape),
                given=describe_shape(shape_of(given)),
            )
        pairs = zip(scalars_of(tensor.values), scalars_of(given), strict=True)
        for p, number in pairs:
            if not isinstance(number, Real | Value):
                raise TypeError(
                    f"{who} needs real numbers in {name};"
                    f" got {type(number).__name__} {number!r}"
                )
            data = number_of(number)
            before = numbers.setdefault(p, data)
            if before != data and not (math.isnan(before) and math.isnan(data)):
                raise refused(
                    "state.shared",
                    who=who,
                    one=source[p],
                    name=name,
                    before=before,
                    data=data,
                )
            source.setdefault(p, name)
    return numbers


def _plain(tensor: Any) -> Any:
    """Return an array, or nested lists of arrays, as nested lists of numbers."""
    if hasattr(tensor, "tolist"):
        return tensor.tolist()
    if isinstance(tensor, list | tuple):
        return [_plain(row) for row in tensor]
    return tensor


def few(things: list[str]) -> str:
    """Return them in one line; of many, the first four."""
    rest = f", and {len(things) - 4} more" if len(things) > 4 else ""
    return ", ".join(things[:4]) + rest
