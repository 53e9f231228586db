"""Graphs copied and pickled, however deep: flat lists in the order of the program."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..graph import topological
from ..node import build, note_edit
from ..value import Value, _load_graph, _load_leaf, data_of


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """Return a copy of a node and of all that it depends on."""
    fresh = [node for node in topological(root) if id(node) not in memo]
    for node in fresh:
        memo[id(node)] = copy = node.__copy__()
        copy._args = tuple([memo[id(arg)] for arg in node.args])
    for node in fresh:
        copy = memo[id(node)]
        copy.grad = deepcopy(node.grad, memo)
        attributes = getattr(copy, "__dict__", {})  # of a subclass
        attributes.update(deepcopy(attributes, memo))
    return memo[id(root)]


def reduced(root: Value) -> tuple[Any, ...]:
    """Return what `pickle` keeps of a leaf, or of a graph: a row for each node."""
    if root.op is None:
        return _load_leaf, (type(root), root.constant), _state(root)
    order = topological(root)
    place = {node: i for i, node in enumerate(order)}
    rows = [
        node
        if node.op is None
        else (node.op, [place[arg] for arg in node.args], _state(node))
        for node in order
    ]
    return _load_graph, (rows,)


def _state(node: Value) -> tuple[Any, ...]:
    """Return the numbers, the notes, and the attributes that a subclass has."""
    notes, own = getattr(node, "_notes", {}), getattr(node, "__dict__", {})
    return node._data, float(data_of(node.grad)), notes, own


def loaded(rows: list[Any]) -> Value:
    """Return the last node of a graph that was kept as rows."""
    nodes: list[Value] = []
    for row in rows:
        if isinstance(row, Value):
            nodes.append(row)
            continue
        op, places, state = row
        args = tuple([nodes[i] for i in places])
        constant = all([arg.constant for arg in args])
        nodes.append(build(object.__new__(Value), 0.0, op, args, constant))
        nodes[-1].__setstate__(state)
    note_edit()  # who knows what was edited, or computed by another version
    return nodes[-1]
