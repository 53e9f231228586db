"""Expressions such as `tanh(a*b + c)`, read from text into a graph.

The text is taken apart by Python's own parser, and only what stands in a short list is
accepted: numbers, names, arithmetic, and the functions of the table of operations.
Nothing of it is ever run.
"""

from __future__ import annotations

import ast
import difflib
import unicodedata
import warnings

from . import ops
from .op import count
from .sources import Source
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .op import Op

LONGEST = 10_000

BINARY: dict[type[ast.operator], Op] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
}
UNARY: dict[type[ast.unaryop], Op] = {ast.USub: ops.neg, ast.UAdd: ops.identity}


def read_expression(text: str, variables: Mapping[str, float]) -> Value:
    """Return the graph of the expression `text`, its variables as labelled leaves.

    Args:
        text: Arithmetic with numbers, variables, and functions of `autograd.ops`.
        variables: A number for each name in the text.

    Raises:
        ValueError: If something in the text is not accepted, with a caret under it; or
            a variable has no number, or stands nowhere.
        ZeroDivisionError, OverflowError: Outside the domain of an op.

    >>> y = read_expression("a*b + c", {"a": 2, "b": -3, "c": 10})
    >>> y.data, [leaf.label for leaf in y.args]
    (4.0, ['', 'c'])
    >>> read_expression("a + open('x')", {"a": 1})
    Traceback (most recent call last):
    ValueError: an expression needs functions such as sin, exp, tanh; got open
      a + open('x')
          ^
    """
    tree = _parsed(text)
    leaves: dict[str, Value] = {}
    for given, number in variables.items():
        name = normalised(given)
        if name in leaves:
            raise ValueError(f"variables need one number each; got two for {name}")
        leaves[name] = Value(number, name)
    used: set[str] = set()
    results: dict[ast.AST, Value] = {}
    for node in _operands_first(tree, text):
        results[node] = value = _evaluated(node, results, leaves, used, text)
        if value.op is not None:
            value._note("source", _source(node, text.strip()))
    for name in leaves:
        if name not in used:
            raise ValueError(f"variables need a place in the expression; got {name}")
    return results[tree]


def normalised(name: str) -> str:
    """Return `name` as Python's parser gives it, who knows one µ only.

    >>> normalised("\N{MICRO SIGN}") == "\N{GREEK SMALL LETTER MU}"
    True
    """
    return unicodedata.normalize("NFKC", name)


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ValueError(
            f"an expression needs at most {LONGEST:,} characters; got {len(text):,}"
        )
    try:
        with warnings.catch_warnings():  # of Python's parser, about odd texts
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        offset = (error.offset or 1) - 1
        line = (error.lineno or 1) - 1
        raise _refused(text, f"correct syntax; got {error.msg}", line, offset) from None
    except (RecursionError, MemoryError):
        raise ValueError(
            "an expression needs to be shallower than this one, which nests too deeply"
        ) from None
    except ValueError as error:  # a null character
        raise ValueError(f"an expression needs printable text; got {error}") from None


def _operands_first(tree: ast.expr, text: str) -> list[ast.expr]:
    """Return the operations, names and numbers in the text, each after its operands."""
    order = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(_operands(node, text))
    return order[::-1]


def _operands(node: ast.expr, text: str) -> list[ast.expr]:
    match node:
        case ast.BinOp(left, op, right):
            if type(op) not in BINARY:
                raise _at(node, text, "+, -, *, / or ** between numbers")
            return [left, right]
        case ast.UnaryOp(op, operand):
            if type(op) not in UNARY:
                raise _at(node, text, "+ or - before a number")
            return [operand]
        case ast.Call(ast.Name(name) as function, args, []):
            if name not in ops.TABLE:
                near = difflib.get_close_matches(name, ops.TABLE, n=1)
                hint = f" (hint: did you mean {near[0]}?)" if near else ""
                what = f"functions such as sin, exp, tanh; got {name}{hint}"
                raise _at(function, text, what)
            op = ops.TABLE[name]
            if not op.arity - len(op.defaults) <= len(args) <= op.arity:
                what = f"{count(op.arity, 'argument')} for {name}; got {len(args)}"
                raise _at(node, text, what)
            for arg in args:
                if isinstance(arg, ast.Starred):
                    raise _at(arg, text, "plain arguments")
            return args
        case ast.Name():
            return []
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return []
    raise _at(node, text, "numbers, names, arithmetic and functions only")


def _evaluated(
    node: ast.expr,
    results: dict[ast.AST, Value],
    leaves: dict[str, Value],
    used: set[str],
    text: str,
) -> Value:
    match node:
        case ast.BinOp(left, op, right):
            return BINARY[type(op)](results[left], results[right])
        case ast.UnaryOp(op, operand):
            return UNARY[type(op)](results[operand])
        case ast.Call(ast.Name(name), args):
            return ops.TABLE[name](*[results[arg] for arg in args])
        case ast.Name(name):
            if name not in leaves:
                what = f"a number for each name; got none for {name}"
                raise _at(node, text, f"{what} (hint: add {name}=2)")
            used.add(name)
            return leaves[name]
        case ast.Constant(number):
            try:
                return Value(number, constant=True)
            except OverflowError:
                raise _at(node, text, "numbers below 1.8e308") from None
    raise AssertionError(node)


def _source(node: Any, text: str) -> Source:
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + _column(
        lines, node.lineno - 1, node.col_offset
    )
    end = sum(map(len, lines[: node.end_lineno - 1])) + _column(
        lines, node.end_lineno - 1, node.end_col_offset
    )
    return Source("expression", 1, text, start, end)


def _column(lines: list[str], line: int, column: int) -> int:
    """Return a column in characters, which Python counts in bytes."""
    return len(lines[line].encode()[:column].decode(errors="ignore"))


def _at(node: Any, text: str, needs: str) -> ValueError:
    offset = _column(text.strip().splitlines(), node.lineno - 1, node.col_offset)
    return _refused(text, needs, node.lineno - 1, offset)


def _refused(text: str, needs: str, line: int, offset: int) -> ValueError:
    lines = text.strip().splitlines() or [""]
    shown = lines[min(line, len(lines) - 1)]
    offset = min(max(offset, 0), len(shown))
    start = max(0, offset - 40)
    cut = "…" if start else ""
    shown = cut + shown[start : start + 76]
    caret = " " * (len(cut) + offset - start) + "^"
    return ValueError(f"an expression needs {needs}\n  {shown}\n  {caret}")
