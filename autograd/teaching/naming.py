"""Names for the nodes of a graph: those that the learner's own code gave them.

The code says `s = w * x + b`, and the node is s. What has no name in the code is called
v1, v2, …; two nodes never have the same name.
"""

from __future__ import annotations

import ast
import linecache
from functools import cache

from ..formulas import parsed
from ..sources import Source, place_in_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ..value import Value


def name_nodes(
    nodes: Iterable[Value], known: Mapping[Value, str], output: str = ""
) -> list[str]:
    """Return a name for each of `nodes`, "" for numbers that stand in the code.

    Args:
        nodes: All nodes of a graph, each after its args; the last is its output.
        known: Names that are known from elsewhere, such as of local variables.
        output: The name of the output, if the code gives it none.
    """
    nodes = list(nodes)
    wanted = [node.label for node in nodes]
    inner = {
        arg for node in nodes for arg in node.args if arg.source == node.source
    }  # inside one call, such as that of sum
    for i, node in enumerate(nodes):
        if not wanted[i] and node.source is not None:
            name, is_call = _assigned(node.source)
            wanted[i] = "" if is_call and node in inner else name
        wanted[i] = wanted[i] or known.get(node, "")
    wanted[-1] = wanted[-1] or output
    taken = set(filter(None, wanted))
    names, used, number = [], set(), 0
    for node, name in zip(nodes, wanted, strict=True):
        if not name and node.op is None and node.constant:
            names.append("")
            continue
        if not name:
            number += 1
            while f"v{number}" in taken:
                number += 1
            name = f"v{number}"
        elif name in used:
            name = _another(name, taken)
        taken.add(name)
        used.add(name)
        names.append(name)
    return names


def _another(name: str, taken: set[str]) -> str:
    """Return s2, s3, … for a name s that another node has."""
    stem = f"{name}_" if name[-1].isdigit() else name
    number = 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def names_among(variables: Mapping[str, Any]) -> dict[Value, str]:
    """Return the names of the Values in `variables`, and in lists there.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> names_among({"w": w, "layer": [[w, Value(2.0)]]}).values()
    dict_values(['w', 'layer[0][1]'])
    """
    from ..value import Value

    found: dict[Value, str] = {}
    waiting = [(n, thing) for n, thing in variables.items() if not n.startswith("_")]
    for name, thing in waiting:
        if isinstance(thing, Value):
            # What was computed in a loop is h[1] rather than the loop's variable.
            if thing not in found or (thing.op is not None and name.endswith("]")):
                found[thing] = name
        elif isinstance(thing, list | tuple) and len(name) < 40:
            waiting.extend((f"{name}[{i}]", part) for i, part in enumerate(thing))
    return found


def _assigned(source: Source) -> tuple[str, bool]:
    """Return the name that the code gives what `source` made, and if it is a call."""
    lines = linecache.getlines(source.file)
    return _assignments(source.file, "".join(lines)).get(source, ("", False))


@cache
def _assignments(file: str, text: str) -> dict[Source, tuple[str, bool]]:
    """Return the names that a source text assigns to expressions."""
    tree = parsed(text)
    found: dict[Source, tuple[str, bool]] = {}
    for statement in ast.walk(tree) if tree else ():
        for target, value in _targets(statement):
            if isinstance(target, ast.Name | ast.Attribute):
                place = place_in_file(
                    file, value.lineno, value.end_lineno, value.col_offset,
                    value.end_col_offset,
                )  # fmt: skip
                found[place] = ast.unparse(target), isinstance(value, ast.Call)
    return found


def _targets(statement: ast.AST) -> Iterator[tuple[ast.expr, Any]]:
    """Yield what a statement assigns to, with the piece of code assigned."""
    match statement:
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
            if len(targets) == len(values):
                yield from zip(targets, values, strict=True)
        case ast.Assign([target, *_], value):
            yield target, value
        case ast.AnnAssign(target, _, ast.expr() as value):
            yield target, value
        case ast.NamedExpr(target, value):
            yield target, value
        case ast.AugAssign(target):
            yield target, statement
