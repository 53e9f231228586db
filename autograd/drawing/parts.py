"""The parts of a network, and which nodes of a graph each of them computed.

A module is whatever has a method `parameters` and keeps Values and modules in its
attributes. The nodes of a neuron are found by their shape: products with its weights,
sums of those, and one function of the sum.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import ops
from ..reading.snapshot import Snapshot
from ..value import Value
from .registry import registered_modules

# How large a part is. What holds one list of Values is a neuron, what holds neurons or
# more Values than that a layer, and what holds layers a network.
NEURON, LAYER, NETWORK = 0, 1, 2
ARITHMETIC = {ops.add, ops.sub, ops.mul, ops.div, ops.pow, ops.neg}


@dataclass(eq=False)
class Part:
    """A module in its place.

    Attributes:
        module: The module.
        name: How it is reached from the whole, such as `layers[0].neurons[2]`.
        parent: What it is a part of.
        parts: Its own parts.
        own: The Values that it holds itself, with their names.
        size: NEURON, LAYER, NETWORK, or more for networks of networks.
    """

    module: Any
    name: str
    parent: Part | None
    parts: list[Part] = field(default_factory=list)
    own: dict[Value, str] = field(default_factory=dict)
    size: int = NEURON

    def above(self) -> list[Part]:
        """Return the part and all that it is part of, the whole first."""
        path: list[Part] = []
        part: Part | None = self
        while part is not None:
            path.append(part)
            part = part.parent
        return path[::-1]

    def within(self) -> Iterator[Part]:
        """Yield the part and all its parts, each after the one that it is part of."""
        waiting: list[Part] = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.parts))


# Of each node the part that it belongs to, or None.
Parts = list[Part | None]


def is_module(thing: Any) -> bool:
    """Tell whether `thing` looks like a module.

    >>> is_module(Value(1.0))
    False
    """
    return (
        callable(getattr(thing, "parameters", None))
        and hasattr(thing, "__dict__")
        and not isinstance(thing, type | Value)
    )


def find_parts(
    modules: Iterable[Any], leaves: Container[Value] | None = None
) -> list[Part]:
    """Return each whole among `modules`, which is part of no other, with its parts.

    Args:
        modules: Where to look; whatever is no module is passed over.
        leaves: Of which a whole must hold one, if given.
    """
    modules = list({id(m): m for m in modules if is_module(m)}.values())
    inner = {
        id(item)
        for module in modules
        for _, item in _items(vars(module))
        if item is not module and is_module(item)
    }
    outer = [module for module in modules if id(module) not in inner]
    # A part may refer back to what it is part of; the first is the whole then.
    wholes = [_explored(module) for module in outer or modules[:1]]
    if leaves is not None:
        wholes = [
            whole
            for whole in wholes
            if any(value in leaves for part in whole.within() for value in part.own)
        ]
    kinds = [type(whole.module).__name__ for whole in wholes]
    for i, (whole, kind) in enumerate(zip(wholes, kinds, strict=True)):
        several = kinds.count(kind) > 1
        whole.name = f"{kind}{kinds[: i + 1].count(kind)}" if several else kind
        if len(wholes) > 1:
            for part in list(whole.within())[1:]:
                part.name = f"{whole.name}.{part.name}"
    return wholes


def find_modules(
    snapshot: Snapshot, model: Any, names: Mapping[str, Any]
) -> list[Part]:
    """Return the wholes that own leaves of the graph: given, by name, or registered."""
    leaves = {node for node in snapshot.nodes if node.op is None}
    candidates = [model] if model is not None else list(names.values())
    return find_parts(candidates, leaves) or find_parts(registered_modules(), leaves)


def _explored(module: Any) -> Part:
    """Return `module` with its parts, and theirs, and so on."""
    seen = {id(module)}
    whole = Part(module, "", None)
    parts = [whole]
    for part in parts:  # which grows
        start = "" if part is whole else f"{part.name}."
        lists = set()
        for name, item in _items(vars(part.module)):
            if isinstance(item, Value):
                if item.op is None and not item.constant:
                    part.own[item] = name
                    lists.add(name.rpartition("[")[0])
            elif is_module(item) and id(item) not in seen:
                seen.add(id(item))
                inner = Part(item, start + name, part)
                part.parts.append(inner)
                parts.append(inner)
        if len(lists - {""}) > 1:
            part.size = LAYER
    for part in reversed(parts):
        if part.parts:
            part.size = 1 + max(inner.size for inner in part.parts)
    return whole


def _items(attributes: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what stands in attributes, and in lists and dicts there, with its name."""
    waiting = list(attributes.items())[::-1]
    seen: set[int] = set()
    while waiting:
        name, thing = waiting.pop()
        if isinstance(thing, list | tuple | dict):
            if id(thing) in seen:  # a list may hold itself
                continue
            seen.add(id(thing))
            pairs = thing.items() if isinstance(thing, dict) else enumerate(thing)
            waiting.extend([(f"{name}[{key!r}]", item) for key, item in pairs][::-1])
        else:
            yield name, thing


def owners(snapshot: Snapshot, wholes: list[Part]) -> Parts:
    """Return for each node the part that holds it, or that computed it, if any."""
    if not wholes:
        return [None] * len(snapshot.nodes)
    holder: dict[Value, Part] = {}
    for whole in wholes:
        for part in whole.within():
            for value in part.own:
                holder.setdefault(value, part)
    owner: Parts = [holder.get(node) for node in snapshot.nodes]
    parameter = [part is not None for part in owner]
    product = [False] * len(owner)
    total = [False] * len(owner)
    for n, (node, args) in enumerate(zip(snapshot.nodes, snapshot.args, strict=True)):
        if not args:
            continue
        op = node.op
        weights = [arg for arg in args if parameter[arg]]
        if op is ops.mul and len(weights) == 1:  # w · x
            owner[n], product[n] = owner[weights[0]], True
            continue
        inner = {owner[arg] for arg in args if not snapshot.nodes[arg].constant}
        if len(inner) != 1 or None in inner or len(weights) == len(args):
            continue
        if op is ops.add:  # … + w · x, … + b
            mine = any(product[arg] or parameter[arg] for arg in args)
            if mine and not any(snapshot.nodes[arg].constant for arg in args):
                owner[n], total[n] = inner.pop(), True
        elif op not in ARITHMETIC and not weights:  # relu(…)
            if any(product[arg] or total[arg] for arg in args):
                owner[n] = inner.pop()
    return owner
