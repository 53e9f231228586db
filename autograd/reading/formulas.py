"""How an op is computed, as a formula: the `forward` of a row, read from its source.

A row says once how its op is computed, for Python's floats. Who computes it on
something else (the script of a page, arrays, machine code) reads that formula here, as
a tree of Python's own `ast`, and writes it in a language of its own.
"""

from __future__ import annotations

import ast
import builtins
import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..messages import is_real
from ..op import TAKES_ANY_NUMBER, Op, one, zero
from .definitions import Reader, arithmetic, definition

# What a forward may call, apart from functions of Python that can be read themselves.
FUNCTIONS: dict[Any, str] = {
    function: name for name, function in vars(math).items() if callable(function)
} | {builtins.abs: "fabs", float.is_integer: "is_integer"}

DEEPEST = 20  # functions that call each other


def forward_expression(op: Op) -> tuple[list[str], ast.expr]:
    """Return the parameters of the op's forward, and the expression that it computes.

    The expression is made of parameters (`ast.Name`), numbers (`ast.Constant`),
    arithmetic, comparisons, `and`, `or`, `not`, conditional expressions, and calls of
    plain names: functions of `math`, and `is_integer`. Functions and ops that the
    forward calls are put in their place. Where the forward raises, it is nan.

    Raises:
        ValueError: If the forward cannot be read so, or its source is not known.

    >>> from autograd import ops
    >>> names, expression = forward_expression(ops.softplus)
    >>> names, ast.unparse(expression)
    (['x'], '(x if x > 0.0 else 0.0) + log1p(exp(-fabs(x)))')
    """
    return _expression(op, op.forward, op.arity)


def partial_expression(op: Op, i: int) -> tuple[list[str], ast.expr]:
    """Return the parameters of a partial of the op, and the expression it computes.

    The parameters are those of the op, and the output; the expression is made as that
    of `forward_expression` is.

    Raises:
        ValueError: If the partial cannot be read so, or its source is not known.

    >>> from autograd import ops
    >>> names, expression = partial_expression(ops.tanh, 0)
    >>> names, ast.unparse(expression)
    (['x', 'y'], '1.0 - y * y')
    """
    return _expression(op, op.partials[i], op.arity + 1)


def taken_expression(op: Op, i: int) -> tuple[list[str], ast.expr]:
    """Return the parameters of the op, and what tells whether it takes argument `i`.

    Raises:
        ValueError: If that cannot be read as the forward is, or its source is unknown.

    >>> from autograd import ops
    >>> names, expression = taken_expression(ops.maximum, 0)
    >>> names, ast.unparse(expression)
    (['a', 'b'], 'not a < b')
    """
    return _expression(op, op.taken[i], op.arity)


def _expression(op: Op, function: Any, count: int) -> tuple[list[str], ast.expr]:
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & TAKES_ANY_NUMBER:
        names = ["x"] if count == 1 else [f"x{i}" for i in range(count)]
    else:
        names = list(code.co_varnames[:count])
    return names, _called(op, function, [ast.Name(name) for name in names], 0)


def _called(op: Op, function: Any, args: Sequence[ast.expr], depth: int) -> ast.expr:
    """Return the expression that calls `function`, whatever it is."""
    if (written := arithmetic(function, args)) is not None:
        return written
    if function is float:
        return args[0]
    if function in (one, zero):
        return _number(function())
    if isinstance(function, Op):
        args = [*args, *map(_number, function.defaults[len(args) - function.arity :])]
        return _called(op, function.forward, args[: function.arity], depth)
    if getattr(function, "__code__", None) is not None:
        return _inlined(op, function, args, depth + 1)
    name = FUNCTIONS.get(function)
    if name is None:
        raise _unreadable(op, f"a call of {getattr(function, '__name__', function)}")
    return ast.Call(ast.Name(name), list(args), [])


def _inlined(op: Op, function: Any, args: Sequence[ast.expr], depth: int) -> ast.expr:
    """Return what a function of Python computes, its parameters replaced by `args`."""
    if depth > DEEPEST:
        raise _unreadable(op, "functions that call each other without end")
    tree = definition(function.__code__)
    if tree is None or function.__code__.co_flags & TAKES_ANY_NUMBER:
        raise _unreadable(op, "a function whose source is not known")
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = [_number(value) for value in function.__defaults__ or ()]
    args = (
        [*args, *defaults[len(args) - len(names) :]] if len(args) < len(names) else args
    )
    known = dict(zip(names, args, strict=True))
    reader = _Inliner(op, function, depth)
    if isinstance(tree, ast.Lambda):
        return reader.read(tree.body, known)
    return reader.run(tree.body, known)


# What an expression may be made of, besides names and calls.
READ = (
    ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.cmpop, ast.boolop,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd, ast.Not,
)  # fmt: skip


class _Inliner(Reader):
    """Reads the body of one function, what it calls put in its place."""

    def __init__(self, op: Op, function: Any, depth: int) -> None:
        super().__init__(function)
        self.op, self.depth = op, depth
        self.known: Mapping[str, ast.expr] = {}

    def refusal(self, what: str) -> ValueError:
        return _unreadable(self.op, what)

    def run(self, body: Sequence[ast.stmt], known: Mapping[str, ast.expr]) -> ast.expr:
        """Return what the statements return, as one expression."""
        known = dict(known)
        for i, statement in enumerate(body):
            match statement:
                case ast.Expr(ast.Constant()):  # a docstring
                    pass
                case ast.Assign([ast.Name(name)], value):
                    known[name] = self.read(value, known)
                case ast.Return(ast.expr() as value):
                    return self.read(value, known)
                case ast.Raise():
                    return ast.Constant(math.nan)
                case ast.If(test, then, otherwise):
                    rest = body[i + 1 :]
                    return ast.IfExp(
                        self.read(test, known),
                        self.run([*then, *rest], known),
                        self.run([*otherwise, *rest], known),
                    )
                case _:
                    raise self.refusal(ast.unparse(statement))
        raise self.refusal("a function that returns nothing")

    def read(self, node: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
        """Return the expression with all names resolved but the op's parameters."""
        self.known = known
        return self.visit(copy.deepcopy(node))

    def visit(self, node: ast.AST) -> Any:
        match node:
            case ast.Name(name) if name in self.known:
                return self.known[name]
            case ast.Name() | ast.Attribute():
                return _number(self.resolved(node), self.op)
            case ast.Constant(value) if is_real(value):
                return node
            case ast.Call(ast.Attribute(number, "is_integer"), [], []):
                return ast.Call(ast.Name("is_integer"), [self.visit(number)], [])
            case ast.Call(function, args, []):
                found = self.resolved(function)
                return _called(self.op, found, list(map(self.visit, args)), self.depth)
        if isinstance(node, READ):
            return self.generic_visit(node)
        raise self.refusal(ast.unparse(node))


def _number(value: Any, op: Op | None = None) -> ast.Constant:
    if is_real(value):
        return ast.Constant(float(value))
    raise _unreadable(op, f"{value!r}, which is no number")


def _unreadable(op: Op | None, what: str) -> ValueError:
    return ValueError(
        f"a formula needs a forward of arithmetic, conditions and functions of math;"
        f" got {what} in {op.name if op else 'a default'}"
    )
