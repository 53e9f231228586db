"""Expressions such as `tanh(a*b + c)`, read from text into a graph.

The text is taken apart by Python's own parser, and only what stands in a short list is
accepted: numbers, names, arithmetic, and the functions of the table of operations.
Nothing of it is ever run.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
import unicodedata
import warnings
from collections.abc import Mapping
from typing import Any

from .. import ops
from ..op import Op
from ..phrases.table import Phrases
from ..value import Value
from ..writing.resources import table_of
from .sources import Source

LONGEST = 10_000
HERE = "expression"  # stands for the file in the sources of nodes

BINARY: dict[type[ast.operator], Op] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
}
_FILE = table_of(__package__, "expressions.toml")
# What Python's parser says, as far as we can say it better.
SYNTAX: dict[str, str] = _FILE["syntax"]
# What is known without being given, and functions under their name elsewhere.
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
ELSEWHERE: dict[str, str] = _FILE["elsewhere"]
# Signs of mathematics that are others in Python.
SIGNS = {sign: ours for ours, signs in _FILE["signs"].items() for sign in signs}
UNARY: dict[type[ast.unaryop], Op] = {ast.USub: ops.neg, ast.UAdd: ops.identity}


def read_expression(
    text: str, variables: Mapping[str, float], words: Phrases | None = None
) -> Value:
    """Return the graph of the expression `text`, its variables as labelled leaves.

    Args:
        text: Arithmetic with numbers, variables, and functions of `autograd.ops`; `pi`
            and `e` are known, unless they are given.
        variables: A number for each name in the text.
        words: The language of what is said of mistakes; None for English.

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
    return _Reader(text, words or Phrases("en")).read(variables)


def normalised(name: str) -> str:
    """Return `name` as Python's parser gives it, who knows one µ only.

    >>> normalised("\N{MICRO SIGN}") == "\N{GREEK SMALL LETTER MU}"
    True
    """
    return unicodedata.normalize("NFKC", name)


class _Reader:
    """Reads one text, and says what is wrong with it."""

    def __init__(self, text: str, words: Phrases) -> None:
        self.text = text.strip()
        self.words = words
        if len(text) > LONGEST:
            most, got = f"{LONGEST:,}", f"{len(text):,}"
            raise self.error("long", most=most, got=got)
        if not self.text:
            raise self.error("empty")
        if unprintable := re.search("[\0\ud800-\udfff]", text):
            raise self.error("unprintable", sign=f"U+{ord(unprintable[0]):04X}")

    def read(self, variables: Mapping[str, float]) -> Value:
        """Return the graph."""
        tree = self.parsed()
        leaves: dict[str, Value] = {}
        for given, number in variables.items():
            name = normalised(given)
            if name in leaves:
                raise ValueError(self.words("errors.two_numbers", name=name))
            if isinstance(number, list | tuple):
                raise self.error("list", name=name)
            leaves[name] = Value(number, name)
        used: set[str] = set()
        results: dict[ast.AST, Value] = {}
        for node, (op, operands) in self.operands_first(tree):
            if op is None:
                results[node] = self.leaf(node, leaves, used)
                continue
            results[node] = op(*[results[operand] for operand in operands])
            results[node]._note("source", self.source(node))
        for name in leaves:
            if name not in used:
                raise self.error("unused", name=name)
        return results[tree]

    def parsed(self) -> ast.expr:
        """Return the tree of the text."""
        try:
            with warnings.catch_warnings():  # of Python's parser, about odd texts
                warnings.simplefilter("ignore")
                return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            needs = self.syntax(error.msg)
            line, offset = (error.lineno or 1) - 1, (error.offset or 1) - 1
            raise self.refused(needs, line, offset) from None
        except (RecursionError, MemoryError):
            raise self.error("deep") from None

    def syntax(self, message: str) -> str:
        """Return what the text needs, by what Python's parser says."""
        for kind, pattern in SYNTAX.items():
            if found := re.fullmatch(pattern, message):
                sign = next(filter(None, found.groups()), "")
                kind = "meant" if sign in SIGNS else kind
                return self.needs(kind, sign=sign, meant=SIGNS.get(sign))
        return self.needs("syntax", message=message)

    def operands_first(
        self, tree: ast.expr
    ) -> list[tuple[ast.expr, tuple[Op | None, list[ast.expr]]]]:
        """Return operations, names and numbers with their `parts`, operands first."""
        order = []
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            order.append((node, self.parts(node)))
            waiting.extend(order[-1][1][1])
        return order[::-1]

    def parts(self, node: ast.expr) -> tuple[Op | None, list[ast.expr]]:
        """Return the op of `node`, None for a name or a number, and its operands."""
        match node:
            case ast.BinOp(left, sign, right):
                if type(sign) not in BINARY:
                    caret = isinstance(sign, ast.BitXor)
                    raise self.at(node, "caret" if caret else "binary")
                return BINARY[type(sign)], [left, right]
            case ast.UnaryOp(sign, operand):
                if type(sign) not in UNARY:
                    raise self.at(node, "unary")
                return UNARY[type(sign)], [operand]
            case ast.Call(ast.Constant() | ast.BinOp() | ast.Call()):
                raise self.at(node, "glued")
            case ast.Call(ast.Name(name) as function, args, []):
                if name not in ops.TABLE:
                    alike = difflib.get_close_matches(name, ops.TABLE, n=1)
                    near = ELSEWHERE.get(name, "".join(alike))
                    kind = "near" if near else "function"
                    raise self.at(function, kind, name=name, near=near)
                op = ops.TABLE[name]
                if not op.arity - len(op.defaults) <= len(args) <= op.arity:
                    needs = self.words.counted(
                        "errors.needs.arguments", op.arity, name=name, got=len(args)
                    )
                    raise self.refused_at(node, needs)
                for arg in args:
                    if isinstance(arg, ast.Starred):
                        raise self.at(arg, "starred")
                return op, args
            case ast.Name():
                return None, []
            case ast.Tuple():
                raise self.at(node, "point")
            case ast.Constant(int() | float() as n) if not isinstance(n, bool):
                return None, []
        raise self.at(node, "arithmetic")

    def leaf(self, node: Any, leaves: dict[str, Value], used: set[str]) -> Value:
        """Return the Value of a name, or of a number."""
        if isinstance(node, ast.Name):
            if node.id in leaves:
                used.add(node.id)
                return leaves[node.id]
            if node.id in CONSTANTS:
                return Value(CONSTANTS[node.id], node.id, constant=True)
            if "·" in node.id:  # which Python takes for a letter
                raise self.at(node, "meant", sign="·", meant=SIGNS["·"])
            raise self.at(node, "value", name=node.id)
        try:
            return Value(node.value, constant=True)
        except OverflowError:
            raise self.at(node, "smaller") from None

    def source(self, node: Any) -> Source:
        """Return the place of a node in the text."""
        lines = self.text.splitlines(keepends=True)

        def place(line: int, column: int) -> int:
            return sum(map(len, lines[: line - 1])) + _column(lines, line - 1, column)

        start = place(node.lineno, node.col_offset)
        end = place(node.end_lineno, node.end_col_offset)
        return Source(HERE, 1, self.text, start, end)

    # What is wrong, in the learner's language.

    def needs(self, kind: str, **slots: object) -> str:
        """Return what an expression needs."""
        return self.words(f"errors.needs.{kind}", **slots)

    def error(self, kind: str, **slots: object) -> ValueError:
        """Return the error about the whole text or its variables."""
        return ValueError(self.words(f"errors.expression.{kind}", **slots))

    def at(self, node: Any, kind: str, **slots: object) -> ValueError:
        """Return the error with a caret under `node`."""
        return self.refused_at(node, self.needs(kind, **slots))

    def refused_at(self, node: Any, needs: str) -> ValueError:
        """Return the error that the text needs something at `node`."""
        line = node.lineno - 1
        offset = _column(self.text.splitlines(), line, node.col_offset)
        return self.refused(needs, line, offset)

    def refused(self, needs: str, line: int, offset: int) -> ValueError:
        """Return the error with a caret at one place."""
        lines = self.text.splitlines() or [""]
        shown = lines[min(line, len(lines) - 1)]
        offset = min(max(offset, 0), len(shown))
        start = max(0, offset - 40)
        cut = "…" if start else ""
        shown = cut + shown[start : start + 76]
        caret = " " * (len(cut) + offset - start) + "^"
        what = self.words("errors.expression.refused", needs=needs)
        return ValueError(f"{what}\n  {shown}\n  {caret}")


def _column(lines: list[str], line: int, column: int) -> int:
    """Return a column in characters, which Python counts in bytes."""
    return len(lines[line].encode()[:column].decode(errors="ignore"))
