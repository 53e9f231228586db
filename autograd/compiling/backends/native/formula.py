"""From the formula of a row to instructions on vectors.

A condition becomes a mask, and a choice computes both sides and selects; what both
sides have in common, such as an exponential of different numbers, is computed once, of
the numbers selected.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from typing import Any

from ....op import Op
from ....reading.braces import SIGNS
from ....reading.formulas import forward_expression
from .elementary import elementary
from .emit import Emitter

MOST_FACTORS = 4  # of a power that is written as products


@cache
def _parsed(op: Op) -> tuple[list[str], ast.expr]:
    try:
        return forward_expression(op)
    except ValueError as error:
        raise ValueError(f"{error} (hint: the numpy backend calls it)") from None


def written_op(e: Emitter, op: Op, args: Sequence[Any]) -> Any:
    """Return the vector that `op` gives for vectors; a float among them is a constant.

    Raises:
        ValueError: If the formula has something that machine code cannot do.
    """
    names, body = _parsed(op)
    return _Lowering(e, dict(zip(names, args, strict=True))).number(body)


@cache
def exponents(op: Op) -> frozenset[int]:
    """Return which args of the op are exponents in its formula."""
    names, body = _parsed(op)
    return frozenset(
        names.index(node.right.id)
        for node in ast.walk(body)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Pow)
        and isinstance(node.right, ast.Name)
    )


class _Lowering:
    def __init__(self, e: Emitter, known: Mapping[str, Any]) -> None:
        self.e = e
        self.b = e.b
        self.known = known
        # What has been computed, by node; within a choice, also what its sides share.
        self.done: dict[int, Any] = {}

    def number(self, node: ast.expr) -> Any:
        """Return the vector of a formula's values."""
        if id(node) not in self.done:
            value = self._number(node)
            value = self.e.splat(value) if isinstance(value, float) else value
            self.done[id(node)] = value
        return self.done[id(node)]

    def _number(self, node: ast.expr) -> Any:
        e, b = self.e, self.b
        match node:
            case ast.Constant(bool() | int() | float() as value):
                return float(value)
            case ast.Name(name):
                return self.known[name]
            case ast.BinOp(left, ast.Pow(), right):
                return self._power(left, right)
            case ast.BinOp(left, sign, right):
                x, y = self.number(left), self.number(right)
                match sign:
                    case ast.Add():
                        return b.fadd(x, y)
                    case ast.Sub():
                        return b.fsub(x, y)
                    case ast.Mult():
                        return b.fmul(x, y)
                return b.fdiv(x, y)
            case ast.UnaryOp(ast.USub(), operand):
                return b.fneg(self.number(operand))
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.number(operand)
            case ast.IfExp(test, then, otherwise):
                mask = self.mask(test)
                return self._choice(mask, then, otherwise)
            case ast.BoolOp(sign, values):
                numbers = [self.number(value) for value in values]
                if isinstance(sign, ast.And):
                    return reduce(lambda x, y: b.select(self._true(x), y, x), numbers)
                return reduce(lambda x, y: b.select(self._true(x), x, y), numbers)
            case ast.Call(ast.Name("degrees"), [x]):
                return b.fmul(self.number(x), e.splat(180.0 / math.pi))
            case ast.Call(ast.Name("radians"), [x]):
                return b.fmul(self.number(x), e.splat(math.pi / 180.0))
            case ast.Call(ast.Name(name), args) if not name.startswith("is"):
                return elementary(e, name, [self.number(arg) for arg in args])
        return b.select(self.mask(node), e.splat(1.0), e.splat(0.0))

    def mask(self, node: ast.expr) -> Any:
        """Return where a formula is true."""
        b = self.b
        match node:
            case ast.Compare(left, signs, others):
                sides = [self.number(side) for side in (left, *others)]
                pairs = zip(sides, signs, sides[1:], strict=False)
                return reduce(b.and_, [self._compared(x, s, y) for x, s, y in pairs])
            case ast.UnaryOp(ast.Not(), operand):
                return b.not_(self.mask(operand))
            case ast.BoolOp(ast.And(), values):
                return reduce(b.and_, [self.mask(value) for value in values])
            case ast.BoolOp(ast.Or(), values):
                return reduce(b.or_, [self.mask(value) for value in values])
            case ast.Call(ast.Name(name), [arg]) if name.startswith("is"):
                return self._is(name, self.number(arg))
        return self._true(self.number(node))

    def _true(self, x: Any) -> Any:
        return self.b.fcmp_unordered("!=", x, self.e.splat(0.0))

    def _compared(self, x: Any, sign: ast.cmpop, y: Any) -> Any:
        if isinstance(sign, ast.NotEq):
            return self.b.fcmp_unordered("!=", x, y)
        return self.b.fcmp_ordered(SIGNS[type(sign)], x, y)

    def _is(self, name: str, x: Any) -> Any:
        e, b = self.e, self.b
        size = e.call("fabs", x)
        infinity = e.splat(math.inf)
        if name == "isnan":
            return b.fcmp_unordered("uno", x, x)
        if name == "isinf":
            return b.fcmp_ordered("==", size, infinity)
        finite = b.fcmp_ordered("<", size, infinity)
        if name == "isfinite":
            return finite
        if name != "is_integer":
            raise ValueError(f"machine code needs a function that C has; got {name}")
        return b.and_(finite, b.fcmp_ordered("==", x, e.call("floor", x)))

    def _power(self, base: ast.expr, exponent: ast.expr) -> Any:
        """Return a power; a small whole one as products."""
        n = self._number(exponent)
        x = self.number(base)
        if isinstance(n, float) and n.is_integer() and abs(n) <= MOST_FACTORS:
            factors = [x] * int(abs(n)) or [self.e.splat(1.0)]
            y = reduce(self.b.fmul, factors)
            return y if n >= 0.0 else self.b.fdiv(self.e.splat(1.0), y)
        n = self.e.splat(n) if isinstance(n, float) else n
        return elementary(self.e, "pow", [x, n])

    # --- choices ------------------------------------------------------------------

    def _choice(self, mask: Any, then: ast.expr, otherwise: ast.expr) -> Any:
        """Return the values of one side or the other.

        What each side has one of is computed once, of the args selected.
        """
        before = dict(self.done)
        left, right = _costly(then), _costly(otherwise)
        for name, calls in left.items():
            others = right.get(name, [])
            if len(calls) != 1 or len(others) != 1:
                continue
            sides = calls[0], others[0]
            if any(id(side) in self.done for side in sides):
                continue
            args = [
                self.b.select(mask, self.number(x), self.number(y))
                for x, y in zip(*map(_args, sides), strict=True)
            ]
            if name == "/":
                numerator, divisor = args
                value = self.b.fdiv(numerator, divisor)
            else:
                value = elementary(self.e, name, args)
            for side in sides:
                self.done[id(side)] = value
        value = self.b.select(mask, self.number(then), self.number(otherwise))
        self.done = before
        return value


def _costly(tree: ast.expr) -> dict[str, list[ast.expr]]:
    """Return the calls and divisions in a formula by name, those inside others first.

    Those inside of a choice within are its own.
    """
    found: dict[int, tuple[str, ast.expr]] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.IfExp():
                continue
            case ast.Call(ast.Name(name)) if not name.startswith("is"):
                found[id(node)] = name, node
            case ast.BinOp(_, ast.Div()):
                found[id(node)] = "/", node
        waiting += [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
    by_name: dict[str, list[ast.expr]] = {}
    for name, node in reversed(found.values()):
        by_name.setdefault(name, []).append(node)
    return by_name


def _args(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    assert isinstance(node, ast.Call)
    return node.args
