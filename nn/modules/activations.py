"""What bends the weighted sum of a neuron: an op of the table, or any function.

Without it a network of many layers would be no more than one: sums of sums are sums.
A neuron keeps the function itself, and None where nothing is bent; names are what
users write, and what files and tables show.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any, Literal

import autograd
from autograd import Op, Value

from ..phrases import refused

Activation = Callable[[Any], Any]
# The names of the ops of one argument, to type checkers.
ActivationName = Literal[
    "linear", "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil",
    "cos", "cosh", "elu", "erf", "exp", "exp2", "expm1", "floor", "gelu", "identity",
    "leaky_relu", "log", "log10", "log1p", "log2", "neg", "relu", "sigmoid", "sign",
    "silu", "sin", "sinh", "softplus", "sqrt", "step", "tan", "tanh",
]  # fmt: skip
# What users give: None bends nothing.
Bent = ActivationName | Activation | None

LINEAR = "linear"


def _takes_one(op: Op) -> bool:
    return op.arity - len(op.defaults) == 1


# The ops that can be called with one argument, by name.
ACTIVATIONS: dict[str, Op] = {
    name: op
    for name, op in sorted(vars(autograd).items())
    if isinstance(op, Op) and _takes_one(op)
}

# A method of Value builds its node in place, in a tenth of the time of the op.
_METHODS = {
    op: methodcaller(name) for name, op in ACTIVATIONS.items() if hasattr(Value, name)
}


def find_activation(activation: Bent) -> Activation | None:
    """Return the op of that name, or the function itself; None for "linear" or None.

    Raises:
        ValueError: If there is no op of that name with one argument.
        TypeError: If `activation` is neither a name nor a function of one Value.

    >>> find_activation("tanh")
    <op tanh>
    """
    if activation is None:
        return None
    if isinstance(activation, str):
        if activation == LINEAR:
            return None
        if activation not in ACTIVATIONS:
            raise refused(
                "layers.activation", known=", ".join(ACTIVATIONS), activation=activation
            )
        return ACTIVATIONS[activation]
    if isinstance(activation, Op) and not _takes_one(activation):
        raise TypeError(f"activation needs a function of one Value; got {activation!r}")
    if not callable(activation):
        raise TypeError(
            f"activation needs a name or a function of a Value; got {activation!r}"
        )
    return activation


def activation_name(activation: Activation | None) -> str | None:
    """Return the name by which `find_activation` finds it, or None if it has none.

    >>> activation_name(None), activation_name(autograd.relu), activation_name(max)
    ('linear', 'relu', None)
    """
    if activation is None:
        return LINEAR
    name = getattr(activation, "name", None)
    return name if ACTIVATIONS.get(str(name)) is activation else None


def bend(activation: Activation, total: Any) -> Any:
    """Return `activation(total)`, for an op of a Value the quick way."""
    if type(total) is Value and isinstance(activation, Op):
        return _METHODS.get(activation, activation)(total)
    return activation(total)
