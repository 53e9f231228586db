"""Scalars that know their derivatives: a readable engine for the chain rule.

`Value` records a computation as a graph, and `backward` applies the chain rule to it.
`grad` and its like turn functions into derivatives, of any order. The operations stand
in one table, `autograd.ops`, to which your own are added by declaring an `Op`.

- To compute: `Value`, the ops as operators and functions, and of several Values `dot
  logsumexp mean norm softmax`; `Op` declares one of your own (with `one` and `zero`).
- To differentiate: `backward`; `grad value_and_grad jvp vjp jacobian hessian hvp`, with
  `ravel`; and not to: `stop_gradient`, `no_grad`.
- To trust it: `numerical_gradient check_gradients detect_anomaly`.
- To see and understand: `draw explain paths to_python mistakes descend`, and `Plot`.
- To practise: `exercise check_answer check_engine solution`; `speak` its language.
- To run it on arrays, fast: `record`.

What only specialists need is in its room: `autograd.arrays`, `checking`, `compiling`,
`drawing`, `reading`, `teaching`.

>>> from autograd import Value, tanh
>>> w, x = Value(0.5, "w"), Value(2.0, "x")
>>> L = tanh(w * x)
>>> L.backward()
>>> print(f"if w grows by a little, L grows by {w.grad:.4f} times that")
if w grows by a little, L grows by 0.8399 times that
"""

from .imports import find_moved, on_demand
from .ops import TABLE

__version__ = "0.2.0"

# The module that has each name. It is imported when the name is first asked for: most
# programs never draw, tell or compile anything.
_PUBLIC = {
    "checking.anomaly": "detect_anomaly",
    "checking.differences": "check_gradients numerical_gradient",
    "compiling": "record",
    "composites": "dot logsumexp mean norm softmax stop_gradient",
    "drawing.picture": "draw",
    "drawing.plot": "Plot",
    "node": "no_grad",
    "op": "Op one zero",
    "ops": " ".join(TABLE),
    "phrases.table": "speak",
    "teaching.by_hand": "to_python",
    "teaching.descent.descent": "descend",
    "teaching.exercises.answers": "check_answer",
    "teaching.exercises.engines": "check_engine",
    "teaching.exercises.keys": "solution",
    "teaching.exercises.questions": "exercise",
    "teaching.lesson": "explain",
    "teaching.mistakes.catalogue": "mistakes",
    "teaching.paths": "paths",
    "transforms": "grad hessian hvp jacobian jvp ravel value_and_grad vjp",
    "value": "Value",
}
_SPECIAL = {
    "arrays.columns": "evaluate_rows evaluate_samples",
    "arrays.masks": "refuse_masked",
    "compiling.compiled": "Compiled",
    "compiling.program": "Program",
    "drawing.engine": "use_layout",
    "drawing.registry": "register_module",
    "drawing.renderer": "Picture",
    "operands": "Operand",
    "phrases": "Phrases",
    "reading.sources": "record_sources",
    "teaching.descent.plot": "plot_contours",
    "teaching.lesson": "Lesson",
}

globals().update(TABLE)  # each op is the function that computes it
__getattr__, __dir__, __all__ = on_demand(__name__, _PUBLIC, _SPECIAL)
find_moved()
