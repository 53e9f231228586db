"""Scalars that know their derivatives: a readable engine for the chain rule.

`Value` records a computation as a graph, and `backward` applies the chain rule to it.
`grad` and its like turn functions into derivatives, of any order. The operations stand
in one table, `autograd.ops`, to which your own are added by declaring an `Op`.
"""

from .anomaly import detect_anomaly
from .checking import check_gradients, numerical_gradient
from .composites import clip, dot, logsumexp, mean, softmax
from .op import Op, one, zero
from .ops import (
    abs,
    acos,
    add,
    asin,
    atan,
    cos,
    cosh,
    div,
    elu,
    erf,
    exp,
    expm1,
    gelu,
    identity,
    leaky_relu,
    log,
    log1p,
    log2,
    maximum,
    minimum,
    mul,
    neg,
    pow,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    step,
    sub,
    tan,
    tanh,
    where,
)
from .sources import record_sources
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .arrays import evaluate_rows
    from .drawing import draw
    from .modules import register_module
    from .teaching import explain

# What draws, tells or computes on arrays, and where it is: most programs never ask.
_LATER = {
    "draw": "drawing",
    "evaluate_rows": "arrays",
    "explain": "teaching",
    "register_module": "modules",
}


def __getattr__(name: str) -> object:
    """Import a name of `_LATER` when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = found
    return found


__all__ = [
    "Op",
    "Value",
    "abs",
    "acos",
    "add",
    "asin",
    "atan",
    "check_gradients",
    "clip",
    "cos",
    "cosh",
    "detect_anomaly",
    "div",
    "dot",
    "draw",
    "elu",
    "erf",
    "evaluate_rows",
    "exp",
    "explain",
    "expm1",
    "gelu",
    "grad",
    "hessian",
    "hvp",
    "identity",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log",
    "log1p",
    "log2",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mul",
    "neg",
    "numerical_gradient",
    "one",
    "pow",
    "record_sources",
    "register_module",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "step",
    "sub",
    "tan",
    "tanh",
    "value_and_grad",
    "vjp",
    "where",
    "zero",
]
