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

from .checking.anomaly import detect_anomaly
from .checking.differences import check_gradients, numerical_gradient
from .composites import dot, logsumexp, mean, softmax
from .imports import find_moved, on_demand
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
from .reading.sources import record_sources
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .arrays.columns import evaluate_rows
    from .arrays.masks import refuse_masked
    from .compiling import record
    from .drawing.picture import draw
    from .drawing.registry import register_module
    from .operands import Operand
    from .teaching import Phrases, explain
    from .teaching.by_hand import to_python
    from .teaching.descent.descent import descend
    from .teaching.descent.plot import plot_contours
    from .teaching.exercises.answers import check_answer
    from .teaching.exercises.engines import check_engine
    from .teaching.exercises.questions import exercise
    from .teaching.mistakes.catalogue import mistakes
    from .teaching.paths import paths

# What draws, tells or computes on arrays, and where it is: most programs never ask.
_LATER = {
    "Operand": "operands",
    "Phrases": "teaching",
    "check_answer": "teaching.exercises.answers",
    "check_engine": "teaching.exercises.engines",
    "descend": "teaching.descent.descent",
    "draw": "drawing.picture",
    "evaluate_rows": "arrays.columns",
    "exercise": "teaching.exercises.questions",
    "explain": "teaching",
    "mistakes": "teaching.mistakes.catalogue",
    "paths": "teaching.paths",
    "plot_contours": "teaching.descent.plot",
    "record": "compiling",
    "refuse_masked": "arrays.masks",
    "register_module": "drawing.registry",
    "to_python": "teaching.by_hand",
}


__getattr__, __dir__ = on_demand(__name__, _LATER)
find_moved()

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
