"""Rows of the table as plain Python: expressions, and the functions that they call.

A row computes with Python's operators, functions of `math`, other rows, and functions
of its own. Their source is read, and what it names is put in its place: a function of
`math` is imported, a number is written out, and anything else that is written in Python
becomes a small helper function. Nothing of it needs us any more.
"""

from __future__ import annotations

import ast
import builtins
import copy
import keyword
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any

from .. import ops
from ..messages import is_real
from ..op import Op, one, zero
from .definitions import Reader, arithmetic, definition

MATH = {function: name for name, function in vars(math).items() if callable(function)}
BUILTINS = {
    thing: name for name, thing in vars(builtins).items() if callable(thing)
} | {math.fabs: "abs"}
FUNCTIONS = {*MATH.values(), *BUILTINS.values(), *ops.TABLE}
TAKEN = {*vars(builtins), *vars(math), *keyword.kwlist}

# For the forwards that several rows have in common, the name of the row that it is of.
FORWARDS = {
    op.forward: op.name for op in ops.TABLE.values() if type(op.forward) is FunctionType
}

# What a helper function cannot do by itself.
REFUSED = (
    ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom,
    ast.Await, ast.ClassDef,
)  # fmt: skip

EXPONENT = re.compile(r"(?<=\d)e\+")
SIMPLE_POWER = re.compile(r"([\w.]) \*\* (-?[\w.]+)(?![\w.(\[])")


def unparsed(tree: ast.AST) -> str:
    """Return the code of a tree, numbers and powers as a formatter writes them."""
    code = ast.unparse(ast.fix_missing_locations(tree))
    return EXPONENT.sub("e", SIMPLE_POWER.sub(r"\1**\2", code))


def number(value: float) -> ast.expr:
    """Return the expression of a number; `inf` and `nan` are names of `math`."""
    if math.isnan(value):
        return ast.Name("nan")
    size = ast.Name("inf") if math.isinf(value) else ast.Constant(abs(value))
    negative = math.copysign(1.0, value) < 0.0
    return ast.UnaryOp(ast.USub(), size) if negative else size


class Rows:
    """Gives the expressions of rows, and collects what these call.

    Attributes:
        helpers: The helper functions by name, each after those that it calls.
        imports: What they may use of `math`.
        names: All names that they may use from outside, helpers and imports included.
    """

    def __init__(self) -> None:
        """Know of no row yet."""
        self.helpers: dict[str, ast.FunctionDef] = {}
        self.imports: set[str] = {"inf", "nan"}
        self.names: set[str] = {"inf", "nan"}
        self._called: dict[Any, str] = {}
        self._known: dict[tuple[Any, int], tuple[list[str], ast.expr]] = {}

    def forward(self, op: Op, args: Sequence[ast.expr]) -> ast.expr:
        """Return the expression that computes the op.

        Where numbers among the args decide all that the forward asks, as an exponent
        of 2 does, what it then computes is written in its place.

        Raises:
            ValueError: If the source of the op, or of what it calls, is not known.
        """
        expression = self.call(op, args)
        if isinstance(expression, ast.Call) and any(map(_constant, args)):
            helper = self.helpers.get(expression.func.id)  # type: ignore
            decided = helper and _decided(helper, args)
            expression = decided or expression
        if ops.TABLE.get(op.name) is op or _is_float(expression):
            return expression
        self.names.add("float")
        return ast.Call(ast.Name("float"), [expression], [])

    def partial(self, op: Op, i: int, operands: Sequence[ast.expr]) -> ast.expr:
        """Return the expression of the partial by arg `i`, for the args and the output.

        Raises:
            ValueError: If the source of the partial, or of what it calls, is not known.
        """
        wanted = f"{op.name}_slope" if op.arity == 1 else f"{op.name}_slope_{i + 1}"
        return self._read(op, op.partials[i], operands, wanted)

    def taken(self, op: Op, i: int, operands: Sequence[ast.expr]) -> ast.expr | bool:
        """Return on which condition the op takes argument `i`.

        Raises:
            ValueError: If the source of what tells it is not known.
        """
        test = op.taken[i]
        if test is one or test is zero:
            return test is one
        condition = self._read(op, test, operands, f"{op.name}_takes_{i + 1}")
        truth = _truth(condition)
        return condition if truth is None else truth

    def _read(
        self, op: Op, function: Any, operands: Sequence[ast.expr], wanted: str
    ) -> ast.expr:
        """Return what a partial, or what tells of an argument, is for these operands.

        One that is no single expression is called as a helper, by the name `wanted`.
        """
        key = function, len(operands)
        if key not in self._known:
            self._known[key] = self._parsed(op, function, len(operands), wanted)
        names, expression = self._known[key]
        return put_in(expression, dict(zip(names, operands, strict=True)))

    def used(self, trees: Iterable[ast.AST]) -> tuple[list[str], list[ast.FunctionDef]]:
        """Return what of `math`, and which helpers, the code `trees` needs."""
        waiting = list(trees)
        seen: set[str] = set()
        while waiting:
            for node in ast.walk(waiting.pop()):
                if isinstance(node, ast.Name) and node.id in self.names - seen:
                    seen.add(node.id)
                    waiting += filter(None, [self.helpers.get(node.id)])
        helpers = [tree for name, tree in self.helpers.items() if name in seen]
        return sorted(seen & self.imports), helpers

    def call(self, op: Op, args: Sequence[ast.expr], named: Any = ()) -> ast.expr:
        """Return the expression that calls an op."""
        forward = op.forward
        if (written := arithmetic(forward, args)) is not None:
            return written
        return ast.Call(ast.Name(self.name(forward, op.name)), list(args), list(named))

    def name(self, function: Any, wanted: str) -> str:
        """Return the name by which `function` can be called.

        Args:
            function: A function of Python's or of `math`, an op, or one of the user.
            wanted: What a helper for it is to be called.

        Raises:
            ValueError: If its source is not known.
        """
        try:
            if function in self._called:
                return self._called[function]
            known = BUILTINS.get(function) or MATH.get(function)
        except TypeError:  # it has no hash
            known = None
        if known:
            self.names.add(known)
            if function not in BUILTINS:
                self.imports.add(known)
            return known
        if isinstance(function, Op):
            return self.name(function.forward, function.name)
        if type(function) is not FunctionType:
            raise _unknown(wanted)
        return self._helper(function, FORWARDS.get(function, wanted))

    def _helper(self, function: FunctionType, wanted: str) -> str:
        name = re.sub(r"\W", "_", wanted).strip("_") or "helper"
        while name in TAKEN or name in self._called.values():
            name += "_"
        self._called[function] = name
        self.names.add(name)
        tree = _definition(function, wanted)
        helper = ast.FunctionDef(name, tree.args, _statements(tree), [])
        helper = _Plain(self, function, wanted, tree).visit(helper)
        if ast.get_docstring(helper) is not None and len(helper.body) > 1:
            del helper.body[0]
        self.helpers[name] = helper
        return name

    def _parsed(
        self, op: Op, function: Any, count: int, wanted: str
    ) -> tuple[list[str], ast.expr]:
        """Return the names of its parameters, and the expression of a function."""
        if type(function) is FunctionType:
            tree = _definition(function, op.name)
            plain = _Plain(self, function, op.name, tree)
            names = [plain.variable(arg.arg) for arg in tree.args.args]
            alone = not (tree.args.vararg or tree.args.kwonlyargs)
            match _statements(tree):
                case [ast.Return(ast.expr() as body)] if alone and len(names) == count:
                    return names, plain.visit(body)
        names = [f"operand_{k}" for k in range(count)]
        args: list[ast.expr] = [ast.Name(name) for name in names]
        return names, ast.Call(ast.Name(self.name(function, wanted)), args, [])


class _Plain(Reader):
    """Puts in the place of names what they stand for in a function."""

    def __init__(
        self, rows: Rows, function: FunctionType, wanted: str, tree: ast.AST
    ) -> None:
        super().__init__(function)
        self.rows = rows
        self.wanted = wanted
        self.local = _bound(tree)

    def refusal(self, what: str) -> ValueError:
        """Return the error for a function that does not stand by itself."""
        return _unknown(self.wanted)

    def visit(self, node: ast.AST) -> Any:
        """Refuse what does not stand by itself."""
        if isinstance(node, REFUSED):
            raise _unknown(self.wanted)
        return super().visit(node)

    def variable(self, name: str) -> str:
        """Return a name for a variable that hides no function."""
        return f"{name}_" if name in FUNCTIONS else name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Leave variables, and resolve the rest."""
        if node.id in self.local:
            return ast.Name(self.variable(node.id), node.ctx)
        return self.reference(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Name a parameter as the variable that it is."""
        return ast.arg(self.variable(node.arg))

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Resolve `math.pi`, and leave methods of numbers."""
        if _root(node) is None or _root(node) in self.local:
            return self.generic_visit(node)
        return self.reference(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Write ops of arithmetic as arithmetic."""
        root = _root(node.func)
        if root is None or root in self.local:
            return self.generic_visit(node)
        function = self.resolved(node.func)
        args = [self.visit(arg) for arg in node.args]
        named = [self.visit(keyword) for keyword in node.keywords]
        if isinstance(function, Op):
            return self.rows.call(function, args, named)
        if (written := arithmetic(function, args)) is not None:
            return written
        return ast.Call(self.reference(node.func), args, named)

    def reference(self, node: ast.expr) -> ast.expr:
        """Return how the helper refers to what `node` names."""
        thing = self.resolved(node)
        if thing is None or isinstance(thing, int):
            return ast.Constant(thing)
        if is_real(thing):
            if isinstance(node, ast.Attribute) and vars(math).get(node.attr) is thing:
                self.rows.names.add(node.attr)
                self.rows.imports.add(node.attr)
                return ast.Name(node.attr)
            return number(float(thing))
        called = getattr(thing, "__name__", None) or ast.unparse(node)
        return ast.Name(self.rows.name(thing, called))


def _unknown(name: str) -> ValueError:
    return ValueError(
        f"to_python needs the source of {name}, in Python with functions of math; got"
        " none that stands by itself (hint: define it in a file or a notebook)"
    )


def _definition(function: FunctionType, name: str) -> ast.Lambda | ast.FunctionDef:
    tree = definition(function.__code__)
    if tree is None:
        raise _unknown(name)
    return copy.deepcopy(tree)


def _statements(tree: ast.Lambda | ast.FunctionDef) -> list[ast.stmt]:
    return [ast.Return(tree.body)] if isinstance(tree, ast.Lambda) else tree.body


def _bound(tree: ast.AST) -> set[str]:
    """Return the names that are bound anywhere in a function."""
    bound = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=str(name)) | ast.ExceptHandler(name=str(name)):
                bound.add(name)
    return bound - {getattr(tree, "name", "")}


def _root(node: ast.expr) -> str | None:
    """Return the name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


# --- numbers put in -------------------------------------------------------------------


def put_in(expression: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    """Return the expression for these args, without the cases that they rule out."""
    return _Filler(known).visit(copy.deepcopy(expression))


class _Filler(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.known.get(node.id, node)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        test = self.visit(node.test)
        truth = _truth(test)
        if truth is not None:
            return self.visit(node.body if truth else node.orelse)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))


def _decided(helper: ast.FunctionDef, args: Sequence[ast.expr]) -> ast.expr | None:
    """Return the arithmetic that a function does for these args, if they decide it."""
    names = [arg.arg for arg in helper.args.args]
    if len(names) != len(args):
        return None
    known = dict(zip(names, args, strict=True))
    statements = list(helper.body)
    while statements:
        match statements.pop(0):
            case ast.If(test, then, otherwise):
                truth = _truth(put_in(test, known))
                if truth is None:
                    return None
                statements = [*(then if truth else otherwise), *statements]
            case ast.Return(ast.expr() as value):
                filled = put_in(value, known)
                return filled if isinstance(filled, ast.BinOp) else None
            case _:
                return None
    return None


def _constant(node: ast.expr) -> bool:
    return _value(node) is not None


def _value(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(float() | int() as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(float() | int() as value)):
            return -value
    return None


# What conditions are decided with; infinity and nan are names there.
KNOWN = {"isfinite": math.isfinite, "isinf": math.isinf, "isnan": math.isnan}


def _truth(test: ast.expr) -> bool | None:
    """Return whether a condition holds, or None if the numbers in it do not tell."""
    match test:
        case ast.UnaryOp(ast.Not(), operand):
            truth = _truth(operand)
            return None if truth is None else not truth
        case ast.BoolOp(sign, operands) if all(map(_harmless, operands)):
            ends = isinstance(sign, ast.Or)  # what decides it alone
            truths = [_truth(operand) for operand in operands]
            if ends in truths:
                return ends
            return None if None in truths else not ends
        case ast.Constant() | ast.UnaryOp() | ast.Compare() | ast.Call():
            try:
                return bool(eval(ast.unparse(test), {"__builtins__": KNOWN}))
            except (NameError, AttributeError):  # it hangs on a variable
                return None
    return None


def _harmless(operand: ast.expr) -> bool:
    """Tell whether a condition cannot raise, so that it may be left out."""
    if _truth(operand) is not None:
        return True
    compared = isinstance(operand, ast.Compare)
    parts = [operand.left, *operand.comparators] if compared else [operand]
    return all(isinstance(part, ast.Name) or _constant(part) for part in parts)


def _is_float(node: ast.expr) -> bool:
    """Tell whether an expression of floats is certainly a float."""
    match node:
        case ast.Name() | ast.Constant(float()):
            return True
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return _is_float(operand)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            return _is_float(left) and _is_float(right)
    return False
