"""Names for the nodes of a graph: those that the learner's own code gave them.

The code says `s = w * x + b`, and the node is s. What has no name in the code is called
v1, v2, …; two nodes never have the same name.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from ..reading.definitions import parsed
from ..reading.sources import Source, lines_of, place_in_file
from ..value import Value

LONGEST = 40  # characters of a name that is made of others
MOST = 5_000  # things that are looked at for the Values in them


def name_nodes(
    nodes: Iterable[Value],
    known: Mapping[Value, str],
    output: str = "",
    by_callers: Mapping[Value, str] | None = None,
) -> list[str]:
    """Return a name for each of `nodes`, "" for numbers that stand in the code.

    Args:
        nodes: All nodes of a graph, each after its args; the last is its output.
        known: Names that are known from elsewhere, such as of local variables.
        output: The name of the output, if the code gives it none, or gives it to the
            sums before in a loop, too.
        by_callers: The names that callers give to what a function has made; they go
            before those of the function.
    """
    nodes = list(nodes)
    wanted = [node.label or (by_callers or {}).get(node, "") for node in nodes]
    inner = {
        arg for node in nodes for arg in node.args if arg.source == node.source
    }  # inside one call, such as that of sum
    for i, node in enumerate(nodes):
        if not wanted[i] and node.source is not None:
            name, called = _assigned(node.source)
            # In a loop, `h = tanh(h)` is no call that made many nodes.
            whole = not called or (node.op is not None and node.op.name == called)
            wanted[i] = name if whole or node not in inner else ""
        wanted[i] = wanted[i] or known.get(node, "")
    numbers: dict[str, int] = {}
    names, used = [], set()
    if output and _is_grown(nodes[-1]):
        wanted[-1] = output
        numbers[output] = 1  # of the sums before, if they have this name, too
        used.update({output}.intersection(wanted[:-1]))
    wanted[-1] = wanted[-1] or output
    taken = set(filter(None, wanted))
    counted: dict[str, int] = {"v": 1}
    for node, name in zip(nodes, wanted, strict=True):
        if not name and node.op is None and node.constant:
            names.append("")
            continue
        if not name:
            name = numbered("v", taken, counted)
        elif name in used and not (name == output and node is nodes[-1]):
            stem = f"{name}_" if name[-1].isdigit() else name
            name = numbered(stem, taken, numbers)
        taken.add(name)
        used.add(name)
        names.append(name)
    return names


def numbered(stem: str, taken: set[str], numbers: dict[str, int]) -> str:
    """Return s2, s3, … for a name s that is taken; `numbers` are those to try next.

    >>> numbered("h[0]", {"h[0]", "h2[0]"}, {})
    'h3[0]'
    """
    number = numbers.get(stem, 2)
    head, bracket, place = stem.partition("[")
    while (name := f"{head}{number}{bracket}{place}") in taken:
        number += 1
    numbers[stem] = number + 1
    return name


def _is_grown(node: Value) -> bool:
    """Tell whether a node is what a sum such as `total += x` in a loop came to."""
    source = node.source
    if source is None or source not in [arg.source for arg in node.args]:
        return False
    name, called = _assigned(source)
    return bool(name) and not called


def names_among(variables: Mapping[str, Any]) -> dict[Value, str]:
    """Return the names of the Values in `variables`, and in lists and objects there.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> names_among({"w": w, "layer": [[w, Value(2.0)]]}).values()
    dict_values(['w', 'layer[0][1]'])
    """
    found: dict[Value, str] = {}
    waiting = [(n, thing) for n, thing in variables.items() if not n.startswith("_")]
    seen: set[int] = set()
    for name, thing in waiting:
        if isinstance(thing, Value):
            # What was computed in a loop is h[1] rather than the loop's variable.
            if thing not in found or (thing.op is not None and name.endswith("]")):
                found[thing] = name
        elif len(name) < LONGEST and len(waiting) < MOST and id(thing) not in seen:
            seen.add(id(thing))
            waiting.extend(_parts(name, thing))
    return found


def _parts(name: str, thing: Any) -> Iterable[tuple[str, Any]]:
    """Return the names of what a list, a dictionary or an object of yours holds."""
    if isinstance(thing, list | tuple):
        return [(f"{name}[{i}]", part) for i, part in enumerate(thing[:MOST])]
    if isinstance(thing, dict):
        pairs = itertools.islice(thing.items(), MOST)
        return [(f"{name}[{k!r}]", part) for k, part in pairs if type(k) in (str, int)]
    if isinstance(thing, type | ModuleType | FunctionType):
        return []
    own = getattr(thing, "__dict__", {})
    return [(f"{name}.{key}", own[key]) for key in own if not key.startswith("_")]


def _assigned(source: Source) -> tuple[str, str]:
    """Return the name that the code gives what `source` made, and what is called."""
    text = "".join(lines_of(source.file))
    return _assignments(source.file, text).get(source, ("", ""))


@cache
def _assignments(file: str, text: str) -> dict[Source, tuple[str, str]]:
    """Return the names that a source text assigns to expressions."""
    tree = parsed(text)
    found: dict[Source, tuple[str, str]] = {}
    for statement in ast.walk(tree) if tree else ():
        for target, value in _targets(statement):
            if isinstance(target, ast.Name | ast.Attribute):
                place = place_in_file(
                    file, value.lineno, value.end_lineno, value.col_offset,
                    value.end_col_offset,
                )  # fmt: skip
                found[place] = ast.unparse(target), _called(value)
    return found


def _called(value: ast.AST) -> str:
    """Return the last name of the function that an expression calls, or ""."""
    match value:
        case ast.Call(ast.Name(name)) | ast.Call(ast.Attribute(_, name)):
            return name
        case ast.Call():
            return "()"
    return ""


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
