"""The ways in which Python runs a program forward and back, each on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Value, detect_anomaly, explain, grad, hvp, jvp, paths, to_python

from .programs import Program

Slopes = list[float]


def leaves_of(program: Program, labelled: bool = False) -> list[Value]:
    return [
        Value(x, f"x{i}" if labelled else "") for i, x in enumerate(program.variables)
    ]


def built(program: Program, xs: list[Value]) -> list[Any]:
    """Return what stands at each place, with Values for constants as well."""
    constants = [Value(c, constant=True) for c in program.constants]
    return program.run(xs, constants)


# --- first order ----------------------------------------------------------------------


def backward(program: Program, seed: float) -> tuple[float, Slopes]:
    xs = leaves_of(program)
    y = built(program, xs)[-1]
    y.backward(seed)
    return y.data, [x.grad for x in xs]


def create_graph(program: Program, seed: float) -> tuple[float, Slopes]:
    xs = leaves_of(program)
    y = built(program, xs)[-1]
    y.backward(seed, create_graph=True)
    slopes = [x.grad.data if isinstance(x.grad, Value) else x.grad for x in xs]
    for x in xs:
        x.grad = 0.0
    return y.data, slopes


def by_hand(program: Program, seed: float) -> tuple[float, Slopes]:
    """Call `_backward` of each node, as the lecture on micrograd does."""
    xs = leaves_of(program)
    y = built(program, xs)[-1]
    y.grad = seed
    for node in reversed(nodes_of(y)):
        node._backward()
    return y.data, [x.grad for x in xs]


def nodes_of(y: Value) -> list[Value]:
    """Return the nodes of a graph, each after those it is computed from."""
    found: dict[Value, None] = {}

    def visit(node: Value) -> None:
        if node not in found:
            for arg in node.args:
                visit(arg)
            found[node] = None

    visit(y)
    return list(found)


def gradient(program: Program) -> Slopes:
    if len(program.variables) == 1:
        return [grad(program)(*program.variables)]
    every = range(len(program.variables))
    return list(grad(program, every)(*program.variables))


def forward_mode(program: Program, i: int) -> tuple[float, float]:
    direction = [float(i == j) for j in range(len(program.variables))]
    return jvp(program, program.variables, direction)


def along_paths(program: Program, i: int) -> tuple[float, float]:
    """Return the sum over all paths, and the derivative that is told with it."""
    xs = leaves_of(program)
    told = paths(built(program, xs)[-1], xs[i])
    return told.total, told.derivative


def in_python(program: Program) -> tuple[float, Slopes]:
    xs = leaves_of(program, labelled=True)
    code = to_python(built(program, xs)[-1], most=100_000)
    names: dict[str, Any] = {}
    exec(code, names)
    (function,) = [f for name, f in names.items() if name.endswith("_and_gradients")]
    y, slopes = function()
    return y, [slopes.get(x.label, 0.0) for x in xs]


def told(program: Program) -> tuple[float, Slopes]:
    """Return what a lesson tells."""
    xs = leaves_of(program, labelled=True)
    lesson = explain(built(program, xs)[-1])
    slopes = lesson.gradient
    return lesson.output.data, [slopes.get(x.label, 0.0) for x in xs]


def watched(program: Program) -> tuple[float, Slopes]:
    """Go back under the eyes of who looks for nan and infinity, and stops at them."""
    try:
        with detect_anomaly():
            return backward(program, 1.0)
    except FloatingPointError:
        return backward(program, 1.0)


def edited(program: Program, i: int, number: float, undone: bool) -> Slopes:
    """Edit a leaf after it was used; `undone` before the sweep."""
    xs = leaves_of(program)
    y = built(program, xs)[-1]
    xs[i].data = number
    if undone:
        xs[i].data = program.variables[i]
    y.backward()
    return [x.grad for x in xs]


# --- second order: the Hessian times a vector -----------------------------------------


def by_hvp(program: Program, v: Slopes) -> Slopes:
    return list(hvp(program, program.variables, v))


def twice_backward(program: Program, v: Slopes) -> Slopes:
    xs = leaves_of(program)
    y = built(program, xs)[-1]
    y.backward(create_graph=True)
    total = Value(0.0)
    for x, share in zip(xs, v, strict=True):
        total = total + share * x.grad
        x.grad = 0.0
    total.backward()
    return [x.grad for x in xs]


def forward_over_reverse(program: Program, v: Slopes) -> Slopes:
    slopes = grad(program, range(len(v)))
    return list(jvp(slopes, program.variables, v)[1])


def reverse_over_forward(program: Program, v: Slopes) -> Slopes:
    def along(*xs: Any) -> Any:
        return jvp(program, xs, v)[1]

    return list(grad(along, range(len(v)))(*program.variables))


SECOND_ORDER: dict[str, Callable[[Program, Slopes], Slopes]] = {
    "hvp": by_hvp,
    "backward twice": twice_backward,
    "forward over reverse": forward_over_reverse,
    "reverse over forward": reverse_over_forward,
}
