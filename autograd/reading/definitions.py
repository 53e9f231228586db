"""The source of a function: its tree, and what the names in it stand for.

Whoever reads how a row computes begins here: as a formula (`formulas`), or as Python
that stands by itself (`plain_python`).
"""

from __future__ import annotations

import ast
import builtins
import inspect
import operator
from collections.abc import Sequence
from functools import cache
from typing import Any

from .sources import lines_of

OPERATORS: dict[Any, ast.operator | ast.unaryop] = {
    operator.add: ast.Add(),
    operator.sub: ast.Sub(),
    operator.mul: ast.Mult(),
    operator.truediv: ast.Div(),
    operator.pow: ast.Pow(),
    operator.neg: ast.USub(),
    operator.pos: ast.UAdd(),
}


class Reader(ast.NodeTransformer):
    """Goes through the tree of a function, and resolves names on the way.

    Args:
        function: The function, of Python.
    """

    def __init__(self, function: Any) -> None:
        """See the class."""
        own = inspect.getclosurevars(function).nonlocals
        self._around = {**vars(builtins), **function.__globals__, **own}

    def refusal(self, what: str) -> ValueError:
        """Return the error for what cannot be read."""
        raise NotImplementedError

    def resolved(self, node: ast.expr) -> Any:
        """Return what a name, or an attribute of one, stands for in the function."""
        match node:
            case ast.Name(name) if name in self._around:
                return self._around[name]
            case ast.Attribute(whole, name):
                part = getattr(self.resolved(whole), name, None)
                if part is not None:
                    return part
        raise self.refusal(ast.unparse(node))


def arithmetic(function: Any, args: Sequence[ast.expr]) -> ast.expr | None:
    """Return a call of `function` as arithmetic, if it is an operator of Python."""
    sign = OPERATORS.get(function) if function.__hash__ else None
    if isinstance(sign, ast.operator) and len(args) == 2:
        return ast.BinOp(args[0], sign, args[1])
    if isinstance(sign, ast.unaryop) and len(args) == 1:
        return ast.UnaryOp(sign, args[0])
    return None


def definition(code: Any) -> ast.Lambda | ast.FunctionDef | None:
    """Return the tree of the function that `code` is of, or None if it is not known."""
    text = "".join(lines_of(code.co_filename))
    for node in _functions(text).get(code.co_firstlineno, ()):
        if isinstance(node, ast.Lambda):
            if code.co_name == "<lambda>" and _is_of(node, code):
                return node
        elif node.name == code.co_name:
            return node
    return None


@cache
def parsed(source: str) -> ast.Module | None:
    """Return the tree of a source text, or None if it is none of Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@cache
def _functions(source: str) -> dict[int, list[ast.Lambda | ast.FunctionDef]]:
    """Return the functions in a text by their first line, decorators included."""
    found: dict[int, list[ast.Lambda | ast.FunctionDef]] = {}
    tree = parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Lambda | ast.FunctionDef):
            decorators = getattr(node, "decorator_list", [])
            first = min(part.lineno for part in (node, *decorators))
            found.setdefault(first, []).append(node)
    return found


def _is_of(tree: ast.Lambda, code: Any) -> bool:
    """Tell whether a lambda is the one that `code` is of, of several on a line."""
    every = tree.args
    names = [arg.arg for arg in (*every.posonlyargs, *every.args, *every.kwonlyargs)]
    names += [arg.arg for arg in (every.vararg, every.kwarg) if arg]
    if names != list(code.co_varnames[: len(names)]):
        return False
    body, seen = tree.body, False
    start, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    for line, last, column, end_column in code.co_positions():
        if None in (line, last, column, end_column) or column == end_column:
            continue
        seen = True
        if not (start <= (line, column) and (last, end_column) <= end):
            return False
    # Of a constant, Python 3.12 does not keep the place.
    return seen or _is_among(body, code.co_consts)


def _is_among(body: ast.expr, constants: tuple[Any, ...]) -> bool:
    try:
        return ast.literal_eval(body) in constants
    except (ValueError, TypeError):
        return False
