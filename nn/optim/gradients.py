"""Parameters and their gradients, checked before anything moves.

Whoever moves parameters or scales gradients asks here first, so that a slip, or a
gradient that is no number, is named while everything is still as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd import Value


def checked_parameters(parameters: Iterable[Value], who: str) -> list[Value]:
    """Return the parameters, each once.

    Raises:
        ValueError: If there are none, or one is computed or a constant.
        TypeError: If one is not a Value, or they are no list.
    """
    if not isinstance(parameters, Iterable):
        raise TypeError(
            f"{who} needs a list of parameters; got {type(parameters).__name__}"
            " (hint: model.parameters())"
        )
    parameters = list(parameters)
    if not parameters:
        raise ValueError(f"{who} needs at least one parameter; got none")
    for p in parameters:
        if not isinstance(p, Value):
            raise TypeError(f"{who} needs Values as parameters; got {p!r}")
        if p.op is not None or p.constant:
            got = "a constant" if p.constant else "what was computed from others"
            raise ValueError(f"{who} needs leaves to train; got {got}, {p!r}")
    return list(dict.fromkeys(parameters))


def check_gradients(parameters: list[Value], grads: list[float], who: str) -> None:
    """Check that all gradients are finite.

    Raises:
        FloatingPointError: If one is not, naming its parameter.
    """
    for i, g in enumerate(grads):
        if not math.isfinite(g):
            raise FloatingPointError(
                f"{who} needs finite gradients; got {g!r} for {name_of(parameters, i)}"
                " (hint: autograd.detect_anomaly() finds the node)"
            )


def name_of(parameters: list[Value], i: int) -> str:
    """Return `parameter 3`, with the label where there is one."""
    label = parameters[i].label
    return f"parameter {i}" + (f" ({label!r})" if label else "")
