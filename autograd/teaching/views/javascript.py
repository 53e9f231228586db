"""Rows of the table of operations, written in JavaScript.

The page computes everything anew when a slider moves, with these. They are read from
the same `forward` and partials that Python runs (see `autograd.reading.formulas`); the
functions that they call are those of `page/functions.js`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import ClassVar

from ...drawing.notation import Markup
from ...op import Op
from ...reading.braces import Writer
from ...reading.formulas import forward_expression, partial_expression, taken_expression
from ...writing.resources import text_of


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


def is_writable(op: Op) -> bool:
    """Tell whether JavaScript can compute an op."""
    try:
        return bool(_row(op))
    except ValueError:
        return False


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
    body = Formula(dict(zip(names, ours, strict=True))).written(expression)
    return f"({','.join(ours)})=>{body}"


class Formula(Writer):
    """Writes a formula with the functions of functions.js.

    They have the names of Python's, `div` and `pow` stand for its operators, and where
    Python raises, they give NaN.
    """

    language: ClassVar = "JavaScript"
    comparisons: ClassVar = {**Writer.comparisons, ast.Eq: "===", ast.NotEq: "!=="}

    def number(self, number: float) -> str:
        """Return a number as JavaScript writes it."""
        return number_text(number)

    def call(self, name: str, args: Sequence[str]) -> str:
        """Return a call."""
        return f"{name}({','.join(args)})"


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
