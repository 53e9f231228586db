"""An op on arrays, as instructions: its formula taken apart, operator by operator.

The formula is the one that `numpy_forward` reads from the row. Each operator and each
call of it becomes one instruction, so that what two formulas have in common, such as
the eˣ of a sigmoid and of its slope, is one instruction of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache

from ...arrays.numpy_forward import array_expression
from ...op import Op
from ...reading.braces import SIGNS
from .instructions import Instructions, Operand, literal


def add_op(code: Instructions, op: Op, args: Sequence[Operand]) -> Operand | None:
    """Add the instructions of `op` for `args`, and return the value of the result.

    There are none of an op without a formula for arrays: one with a loop, a closure, a
    function of SciPy, or no source. It is to be called number by number.
    """
    try:
        steps = _steps(op)
    except ValueError:
        return None
    values: list[Operand] = list(args)
    for template, operands in steps:
        taken = [values[x] if isinstance(x, int) else x for x in operands]
        values.append(code.compute(template, *taken))
    return values[-1]


@cache
def _steps(op: Op) -> list[tuple[str, tuple[Operand, ...]]]:
    """Return templates and what they take: arguments, and after them earlier steps."""
    names, body, _ = array_expression(op)
    reader = _Reader(names)
    result = reader.value(body)
    if isinstance(result, str) or result < len(names):
        reader.steps.append(("{}", (result,)))
    return reader.steps


class _Reader:
    def __init__(self, names: Sequence[str]) -> None:
        self.places = {name: i for i, name in enumerate(names)}
        self.steps: list[tuple[str, tuple[Operand, ...]]] = []

    def value(self, node: ast.expr) -> Operand:
        """Return the place of the value of an expression, after adding its steps."""
        match node:
            case ast.Name(name):
                return self.places[name]
            case ast.Constant(int() | float() as number):
                return literal(number)
            case ast.BinOp(left, sign, right) | ast.Compare(left, [sign], [right]):
                return self._step(f"{{}} {SIGNS[type(sign)]} {{}}", left, right)
            case ast.UnaryOp(sign, operand):
                return self._step(f"{SIGNS[type(sign)]}{{}}", operand)
            case ast.Call(ast.Name(name), args):
                taken = ", ".join(["{}"] * len(args))
                return self._step(f"{name}({taken})", *args)
        raise ValueError(f"a program needs formulas; got {ast.unparse(node)}")

    def _step(self, template: str, *args: ast.expr) -> Operand:
        operands = tuple([self.value(arg) for arg in args])
        self.steps.append((template, operands))
        return len(self.places) + len(self.steps) - 1
