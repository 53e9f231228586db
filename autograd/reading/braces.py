"""Formulas written for languages with braces, such as C and JavaScript.

Their expressions look alike: conditions are `a ? b : c`, and where Python has an
operator that they have not, or that raises, a function is called. What differs from one
language to another is what a subclass says.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import ClassVar

# Functions of `math`, under whose names the languages have the same.
FUNCTIONS = frozenset(
    "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp"
    " exp2 expm1 fabs floor fmod hypot is_integer isfinite isinf isnan log log10 log1p"
    " log2 pow sin sinh sqrt tan tanh trunc".split()
)
PREDICATES = ("is_integer", "isfinite", "isinf", "isnan")

SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.USub: "-", ast.UAdd: "+",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
    ast.NotEq: "!=",
}  # fmt: skip


class Writer:
    """Writes one formula.

    Args:
        names: What the names in it are called.
    """

    language: ClassVar = ""
    comparisons: ClassVar = SIGNS

    def __init__(self, names: Mapping[str, str]) -> None:
        """See the class."""
        self.names = names

    def number(self, number: float) -> str:
        """Return a number with all its digits."""
        raise NotImplementedError

    def call(self, name: str, args: Sequence[str]) -> str:
        """Return a call of one of FUNCTIONS, or of `div` or `pow`."""
        raise NotImplementedError

    def written(self, node: ast.expr, inside: bool = False) -> str:
        """Return an expression, in brackets if it is `inside` one and needs them.

        Raises:
            ValueError: If it has something that the language has not.
        """

        def within(part: ast.expr) -> str:
            return self.written(part, inside=True)

        def term(part: ast.expr) -> str:
            product = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult)
            return self.written(part, inside=not product)

        match node:
            case ast.Name(name):
                return self.names[name]
            case ast.Constant(float() | int() as number):
                text = self.number(float(number))
                return f"({text})" if inside and text[0] == "-" else text
            case ast.Call(ast.Name(name), args) if name in FUNCTIONS:
                return self.call(name, [self.written(arg) for arg in args])
            case ast.BinOp(left, ast.Div() | ast.Pow() as sign, right):
                name = "div" if isinstance(sign, ast.Div) else "pow"
                return self.call(name, [self.written(left), self.written(right)])
            case ast.BinOp(left, ast.Mult(), right):
                text = f"{term(left)}*{within(right)}"
            case ast.BinOp(left, sign, right) if type(sign) in SIGNS:
                text = f"{term(left)}{SIGNS[type(sign)]}{term(right)}"
            case ast.UnaryOp(ast.UAdd() | ast.USub() as sign, operand):
                text = f"{SIGNS[type(sign)]}{within(operand)}"
            case ast.IfExp(test, then, otherwise):
                text = f"{self.truth(test)}?{within(then)}:{within(otherwise)}"
            case ast.BoolOp(sign, [first, *rest]):
                # Python's `or` and `and` give one of their operands.
                other = ast.BoolOp(sign, rest) if len(rest) > 1 else rest[0]
                pair = (first, other) if isinstance(sign, ast.Or) else (other, first)
                text = f"{self.truth(first)}?{within(pair[0])}:{within(pair[1])}"
            case ast.Compare() | ast.UnaryOp():
                text = f"{self.truth(node)}?1:0"
            case _:
                raise ValueError(
                    f"{self.language} needs functions that it has too;"
                    f" got {ast.unparse(node)}"
                )
        return f"({text})" if inside else text

    def truth(self, node: ast.expr) -> str:
        """Return the condition that Python takes `node` for, where nan is true."""
        match node:
            case ast.Compare(left, signs, others):
                numbers = [self.written(part, inside=True) for part in (left, *others)]
                return "(" + "&&".join(
                    f"{numbers[i]}{self.comparisons[type(sign)]}{numbers[i + 1]}"
                    for i, sign in enumerate(signs)
                ) + ")"  # fmt: skip
            case ast.BoolOp(sign, values):
                parts = [self.truth(value) for value in values]
                return f"({('||' if isinstance(sign, ast.Or) else '&&').join(parts)})"
            case ast.UnaryOp(ast.Not(), operand):
                return f"!{self.truth(operand)}"
            case ast.Call(ast.Name(name)) if name in PREDICATES:
                return self.written(node)
        return f"({self.written(node, inside=True)}{self.comparisons[ast.NotEq]}0)"
