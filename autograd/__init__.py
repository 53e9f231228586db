"""Scalars that know their derivatives: a readable engine for the chain rule.

`Value` records a computation as a graph, and `backward` applies the chain rule to it.
`grad` and its like turn functions into derivatives, of any order. The operations stand
in one table, `autograd.ops`, to which your own are added by declaring an `Op`.

- To compute: the ops, as operators and functions; `dot logsumexp mean softmax`.
- To differentiate: `backward`; `grad value_and_grad jvp vjp jacobian hessian hvp`.
- To trust it: `numerical_gradient check_gradients detect_anomaly`.
- To see and understand: `draw explain paths to_python mistakes descend`.
- To practise: `exercise check_answer check_engine`.
- To run it on arrays: `record evaluate_rows`.

>>> from autograd import Value, tanh
>>> w, x = Value(0.5, "w"), Value(2.0, "x")
>>> L = tanh(w * x)
>>> L.backward()
>>> print(f"if w grows by a little, L grows by {w.grad:.4f} times that")
if w grows by a little, L grows by 0.8399 times that
"""

from .anomaly import detect_anomaly
from .checking import check_gradients, numerical_gradient
from .composites import dot, logsumexp, mean, softmax
from .op import Op, one, zero
from .ops import (
    abs,
    acos,
    add,
    asin,
    atan,
    clip,
    cos,
    cosh,
    div,
    elu,
    erf,
    exp,
    expm1,
    gelu,
    greater,
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
    from .compiling import record
    from .drawing import draw
    from .masks import refuse_masked
    from .modules import register_module
    from .operands import Operand
    from .teaching import Phrases, explain
    from .teaching.by_hand import to_python
    from .teaching.descent import descend
    from .teaching.descent.plot import plot_contours
    from .teaching.exercises import exercise
    from .teaching.exercises.answers import check_answer
    from .teaching.exercises.engines import check_engine
    from .teaching.mistakes import mistakes
    from .teaching.paths import paths

# What draws, tells or computes on arrays, and where it is: most programs never ask.
_LATER = {
    "Operand": "operands",
    "Phrases": "teaching",
    "check_answer": "teaching.exercises.answers",
    "check_engine": "teaching.exercises.engines",
    "descend": "teaching.descent",
    "draw": "drawing",
    "evaluate_rows": "arrays",
    "exercise": "teaching.exercises",
    "explain": "teaching",
    "mistakes": "teaching.mistakes",
    "paths": "teaching.paths",
    "plot_contours": "teaching.descent.plot",
    "record": "compiling",
    "refuse_masked": "masks",
    "register_module": "modules",
    "to_python": "teaching.by_hand",
}


def __getattr__(name: str) -> object:
    """Import a name of `_LATER` when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return all names, those of `_LATER` too: for completion and for pydoc."""
    return sorted({*globals(), *_LATER})


__all__ = [
    "Op",
    "Operand",
    "Phrases",
    "Value",
    "abs",
    "acos",
    "add",
    "asin",
    "atan",
    "check_answer",
    "check_engine",
    "check_gradients",
    "clip",
    "cos",
    "cosh",
    "descend",
    "detect_anomaly",
    "div",
    "dot",
    "draw",
    "elu",
    "erf",
    "evaluate_rows",
    "exercise",
    "exp",
    "explain",
    "expm1",
    "gelu",
    "grad",
    "greater",
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
    "mistakes",
    "mul",
    "neg",
    "numerical_gradient",
    "one",
    "paths",
    "plot_contours",
    "pow",
    "record",
    "record_sources",
    "refuse_masked",
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
    "to_python",
    "value_and_grad",
    "vjp",
    "where",
    "zero",
]
