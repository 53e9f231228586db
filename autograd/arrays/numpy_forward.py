"""The forward of an op, written for NumPy: the same formula, for many numbers at once.

`formulas` reads from the row what the op computes; here that expression is rewritten
with NumPy's functions in place of those of `math`, and compiled. So an op of your own
runs on arrays too, without another line.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

from ..op import Op
from ..reading.formulas import forward_expression
from .idioms import recognised

# What the functions of math and of idioms are called for arrays, by their number of
# arguments: NumPy would take one more for the array to write to.
FUNCTIONS = {
    1: {
        "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh",
        "atan": "arctan", "atanh": "arctanh",
    } | {name: name for name in (
        "cbrt", "ceil", "cos", "cosh", "degrees", "erf", "erfc", "exp", "exp2", "expm1",
        "fabs", "floor", "isfinite", "isinf", "isnan", "log", "log10", "log1p", "log2",
        "radians", "sign", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
    )},
    2: {"atan2": "arctan2", "copysign": "copysign", "fmax": "fmax", "fmod": "fmod",
        "hypot": "hypot", "maximum": "maximum", "minimum": "minimum", "pow": "power"},
}  # fmt: skip


@cache
def numpy_forward(op: Op) -> Callable[..., Any] | None:
    """Return the op's forward as a function of arrays, or None if there is none.

    There is none for a forward that cannot be read, or calls what has no like for
    arrays. Where the forward of one number raises, that of arrays gives nan, or sets
    one of the flags of floating-point arithmetic (see `numpy.errstate`).

    >>> from autograd import ops
    >>> import numpy as np
    >>> numpy_forward(ops.relu)(np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 0.0, 2.0]
    """
    try:
        names, body, raises = array_expression(op)
        functions = {
            node.id: _function(node.id)
            for node in ast.walk(body)
            if isinstance(node, ast.Name) and node.id not in names
        }
    except (ValueError, ImportError):
        return None
    parameters = [ast.arg(name) for name in names]
    whole = ast.Lambda(ast.arguments([], parameters, None, [], [], None, []), body)
    tree = ast.fix_missing_locations(ast.Expression(whole))
    function = eval(compile(tree, f"<{op.name} of arrays>", "eval"), functions)
    return _flagging(function) if raises else function


def array_expression(op: Op) -> tuple[list[str], ast.expr, bool]:
    """Return the op's forward as an expression of arrays.

    Returns:
        Its parameters; the expression, whose functions are names such as `arrays.exp`;
        and whether the forward raises somewhere, where the expression is nan.

    Raises:
        ValueError: If the forward cannot be read, or calls what has no like for arrays.
    """
    names, expression = forward_expression(op)
    raises = any(
        isinstance(node, ast.Constant) and node.value != node.value
        for node in ast.walk(expression)
    )
    return names, _number(expression), raises


def _flagging(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, made to set the flag "invalid" when it gives a nan."""
    import numpy

    def flagging(*args: Any) -> Any:
        y = function(*args)
        if numpy.isnan(y).any():
            numpy.sqrt(-1.0)
        return y

    return flagging


def _rewritten(node: ast.expr) -> ast.expr:
    """Return the expression with functions of arrays for what takes one number."""
    match node:
        case ast.Constant(bool() | int() | float() as value):
            return ast.Constant(float(value))
        case ast.Name(name):
            return ast.Name(name, ast.Load())
        case ast.BinOp(left, sign, right):
            return ast.BinOp(_number(left), sign, _number(right))
        case ast.UnaryOp(ast.Not(), operand):
            return _call("logical_not", _rewritten(operand))
        case ast.UnaryOp(sign, operand):
            return ast.UnaryOp(sign, _number(operand))
        case ast.IfExp(test, then, otherwise):
            call = recognised(node)
            if call is not None:
                return _rewritten(call)
            return _call("where", _rewritten(test), _number(then), _number(otherwise))
        case ast.BoolOp(sign, values) if _is_truth(node):
            name = "logical_and" if isinstance(sign, ast.And) else "logical_or"
            return reduce(lambda a, b: _call(name, a, b), map(_rewritten, values))
        case ast.BoolOp(ast.And(), values):
            return reduce(lambda a, b: _call("where", a, b, a), map(_number, values))
        case ast.BoolOp(ast.Or(), values):
            return reduce(lambda a, b: _call("where", a, a, b), map(_number, values))
        case ast.Compare(left, signs, others):
            sides = [_number(side) for side in (left, *others)]
            pairs = zip(sides, signs, sides[1:], strict=False)
            compared = [ast.Compare(a, [sign], [b]) for a, sign, b in pairs]
            return reduce(lambda a, b: _call("logical_and", a, b), compared)
        case ast.Call(ast.Name("is_integer"), [number]):
            whole = _call("floor", _number(number))
            return ast.Compare(_number(number), [ast.Eq()], [whole])
        case ast.Call(ast.Name(name), args):
            if name not in FUNCTIONS.get(len(args), ()):
                raise ValueError(f"arrays need a function that NumPy has; got {name}")
            return _call(FUNCTIONS[len(args)][name], *map(_number, args))
    return node


def _number(node: ast.expr) -> ast.expr:
    """Return the rewritten expression, with 1 and 0 for Python's True and False."""
    rewritten = _rewritten(node)
    if _is_truth(node):
        return _call("where", rewritten, ast.Constant(1.0), ast.Constant(0.0))
    return rewritten


def _is_truth(node: ast.expr) -> bool:
    """Tell whether an expression gives True or False."""
    match node:
        case ast.Compare() | ast.UnaryOp(ast.Not()):
            return True
        case ast.Call(ast.Name(name)):
            return name.startswith("is")
        case ast.BoolOp(_, values):
            return all(map(_is_truth, values))
    return False


def _call(name: str, *args: ast.expr) -> ast.expr:
    # No parameter has a dot in its name, so none can be mistaken for the function.
    return ast.Call(ast.Name(f"arrays.{name}", ast.Load()), list(args), [])


def _function(name: str) -> Any:
    """Return what a name such as `arrays.exp` stands for."""
    import numpy

    name = name.removeprefix("arrays.")
    if name in ("erf", "erfc"):
        from scipy import special

        return getattr(special, name)
    return getattr(numpy, name)
