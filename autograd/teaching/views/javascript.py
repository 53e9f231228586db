"""Rows of the table of operations, written in JavaScript.

The page computes everything anew when a slider moves, with these. They are read from
the same `forward` and partials that Python runs (see `autograd.reading.formulas`); the
functions that they call are those of `page/functions.js`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from functools import cache
from typing import ClassVar, cast

from ...drawing.notation import Markup
from ...op import Op
from ...reading.formulas import forward_expression, partial_expression, taken_expression
from ..resources import text_of

# Functions of Python that functions.js has under the same name. Where Python raises,
# they give NaN; `div` and `pow` are Python's operators.
FUNCTIONS = frozenset(
    "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp"
    " exp2 expm1 fabs floor fmod hypot is_integer isfinite isinf isnan log log10 log1p"
    " log2 pow sin sinh sqrt tan tanh trunc".split()
)

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_SIGNS = {ast.USub: "-", ast.UAdd: "+"}
_COMPARISONS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===",
    ast.NotEq: "!==",
}  # fmt: skip


def functions() -> str:
    """Return the script that the rows need."""
    return text_of(__package__, "page/functions.js")


def write_rows(ops: Iterable[Op]) -> str:
    """Return the rows as an array: of each its forward, and the array of its partials.

    An op that chooses has besides, for each argument, the function that tells whether
    it is taken.

    Raises:
        ValueError: If the forward, a partial or what is taken cannot be read as a
            formula.

    >>> from autograd import ops
    >>> print(write_rows([ops.mul, ops.relu]))
    [
    {f:(a,b)=>a*b,d:[(a,b,y)=>b,(a,b,y)=>a]},
    {f:(a)=>(a<=0)?0:a,d:[(a,y)=>(a>0)?1:((a<=0)?0:a)],t:[(a)=>!(a<0)?1:0]}
    ]
    """
    return "[\n" + ",\n".join(map(_row, ops)) + "\n]"


@cache
def _row(op: Op) -> str:
    forward = _function(*forward_expression(op))
    partials = ",".join(
        _function(*partial_expression(op, i), output=True) for i in range(op.arity)
    )
    if not op.chooses:
        return f"{{f:{forward},d:[{partials}]}}"
    taken = ",".join(_function(*taken_expression(op, i)) for i in range(op.arity))
    return f"{{f:{forward},d:[{partials}],t:[{taken}]}}"


def _function(names: list[str], expression: ast.expr, output: bool = False) -> str:
    # Names of ours, for those of Python may be words that JavaScript keeps for itself.
    ours = [chr(ord("a") + i) if i < 23 else f"a{i}" for i in range(len(names))]
    if output:
        ours[-1] = "y"
    body = _written(expression, dict(zip(names, ours, strict=True)))
    return f"({','.join(ours)})=>{body}"


def _written(node: ast.expr, names: dict[str, str], inside: bool = False) -> str:
    """Return an expression, in brackets if it is `inside` one where it needs them."""

    def within(part: ast.expr) -> str:
        return _written(part, names, inside=True)

    def term(part: ast.expr) -> str:
        product = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult)
        return _written(part, names, inside=not product)

    match node:
        case ast.Name(name):
            return names[name]
        case ast.Constant(number):
            text = number_text(float(cast("float", number)))
            return f"({text})" if inside and text[0] == "-" else text
        case ast.Call(ast.Name(name), args) if name in FUNCTIONS:
            return f"{name}({','.join(_written(arg, names) for arg in args)})"
        case ast.BinOp(left, ast.Div() | ast.Pow() as sign, right):
            name = "div" if isinstance(sign, ast.Div) else "pow"
            return f"{name}({_written(left, names)},{_written(right, names)})"
        case ast.BinOp(left, ast.Mult(), right):
            text = f"{term(left)}*{within(right)}"
        case ast.BinOp(left, sign, right):
            text = f"{term(left)}{_OPERATORS[type(sign)]}{term(right)}"
        case ast.UnaryOp(ast.UAdd() | ast.USub() as sign, operand):
            text = f"{_SIGNS[type(sign)]}{within(operand)}"
        case ast.IfExp(test, then, otherwise):
            text = f"{_truth(test, names)}?{within(then)}:{within(otherwise)}"
        case ast.BoolOp(sign, [first, *rest]):
            # Python's `or` and `and` give one of their operands.
            other = ast.BoolOp(sign, rest) if len(rest) > 1 else rest[0]
            pair = (first, other) if isinstance(sign, ast.Or) else (other, first)
            text = f"{_truth(first, names)}?{within(pair[0])}:{within(pair[1])}"
        case ast.Compare() | ast.UnaryOp():
            text = f"{_truth(node, names)}?1:0"
        case _:
            raise ValueError(
                f"JavaScript needs functions that it has too; got {ast.unparse(node)}"
            )
    return f"({text})" if inside else text


def _truth(node: ast.expr, names: dict[str, str]) -> str:
    """Return the condition that Python takes `node` for, where nan is true."""
    match node:
        case ast.Compare(left, signs, others):
            numbers = [_written(part, names, inside=True) for part in (left, *others)]
            return "(" + "&&".join(
                f"{numbers[i]}{_COMPARISONS[type(sign)]}{numbers[i + 1]}"
                for i, sign in enumerate(signs)
            ) + ")"  # fmt: skip
        case ast.BoolOp(sign, values):
            parts = [_truth(value, names) for value in values]
            return f"({('||' if isinstance(sign, ast.Or) else '&&').join(parts)})"
        case ast.UnaryOp(ast.Not(), operand):
            return f"!{_truth(operand, names)}"
        case ast.Call(ast.Name("is_integer" | "isfinite" | "isinf" | "isnan")):
            return _written(node, names)
    return f"({_written(node, names, inside=True)}!==0)"


def number_text(number: float) -> str:
    """Return a number with all its digits, as JavaScript writes it."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0.0 else "-Infinity"
    return repr(int(number)) if _is_plain(number) else repr(number)


def _is_plain(number: float) -> bool:
    """Tell whether an integer is shorter without its point; -0.0 is not one."""
    return number.is_integer() and abs(number) < 1e15 and str(number) != "-0.0"


class JavaScript(Markup):
    """How formulas look in JavaScript."""

    signs: ClassVar = {}

    def name(self, name: str) -> str:
        """Return the name as it is."""
        return name

    def digits(self, number: float) -> str:
        """Return the number with all its digits."""
        return number_text(number)


JAVASCRIPT = JavaScript()
