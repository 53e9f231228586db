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
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .drawing import draw
    from .modules import register_module


def __getattr__(name: str) -> object:
    """Import what draws when it is first asked for: most programs draw nothing."""
    if name == "draw":
        from .drawing import draw as found
    elif name == "register_module":
        from .modules import register_module as found
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
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
    "exp",
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
