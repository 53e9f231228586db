"""Choices that array libraries have one function for.

A forward chooses with `if` and `else`, written so that nan stays nan. For many numbers
a choice costs a comparison, both answers and a selection; where what is chosen is a
maximum or a sign, the library's own function does it in one pass. Both sides of each
line of the list agree for every number, nan and infinities included.
"""

from __future__ import annotations

import ast
from functools import cache

# A name stands for any expression, the same wherever it stands.
IDIOMS = (
    ("c if x <= c else x", "maximum(x, c)"),
    ("x if x > c else c", "fmax(x, c)"),
    ("a if a >= b or a != a else b", "maximum(a, b)"),
    ("a if a <= b or a != a else b", "minimum(a, b)"),
    ("1.0 if x > 0.0 else -1.0 if x < 0.0 else x", "sign(x)"),
    ("1.0 if x > 0.0 else 0.0 if x <= 0.0 else x", "sign(maximum(x, 0.0))"),
)


def recognised(choice: ast.IfExp) -> ast.expr | None:
    """Return what computes the choice without choosing, or None.

    >>> choice = ast.parse("0.0 if 2.0 * v <= 0.0 else 2.0 * v", mode="eval").body
    >>> ast.unparse(recognised(choice))
    'maximum(2.0 * v, 0.0)'
    """
    for pattern, replacement in _parsed():
        known: dict[str, ast.AST] = {}
        if _matches(pattern, choice, known):
            return _filled(replacement, known)
    return None


@cache
def _parsed() -> list[tuple[ast.expr, ast.expr]]:
    return [(_expression(choice), _expression(call)) for choice, call in IDIOMS]


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _matches(pattern: ast.AST, tree: ast.AST, known: dict[str, ast.AST]) -> bool:
    """Tell whether the tree is like the pattern, and note what its names stand for."""
    if isinstance(pattern, ast.Name):
        found = known.setdefault(pattern.id, tree)
        return ast.dump(found) == ast.dump(tree)
    if type(pattern) is not type(tree):
        return False
    if isinstance(pattern, ast.Constant):
        return pattern.value == getattr(tree, "value", None)
    parts = list(ast.iter_child_nodes(pattern)), list(ast.iter_child_nodes(tree))
    return len(parts[0]) == len(parts[1]) and all(
        _matches(*pair, known) for pair in zip(*parts, strict=True)
    )


def _filled(replacement: ast.expr, known: dict[str, ast.AST]) -> ast.expr:
    match replacement:
        case ast.Name(name):
            found = known[name]
            assert isinstance(found, ast.expr)
            return found
        case ast.Call(function, args):
            return ast.Call(function, [_filled(arg, known) for arg in args], [])
    return replacement
