"""Whether a network runs its layers one after the other, as its picture shows them.

Its attributes do not tell; what it does with numbers does. It is run on probes, and in
the graph each weight has to meet, once, what one neuron before gives, and nothing else
may come from layer to layer: no skip, no branch, no layer used twice or not at all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .. import ops
from ..graph import topological
from ..value import Value

# Of each neuron its weights, and its other Values.
Layer = list[tuple[list[Value], list[Value]]]


def in_order(model: Any, layers: list[Layer]) -> list[Layer]:
    """Return `layers` in the order in which `model` runs them.

    Raises:
        TypeError: If it does anything but running each of them once, in a row.
    """
    why = "no Values come out when a list of Values is given to it"
    before = random.getstate()  # a network may drop neurons at random
    try:
        for size in dict.fromkeys(len(layer[0][0]) for layer in layers):
            flaws = []
            for inputs, outputs in _runs(model, size):
                run = _Run(outputs)
                layers = sorted(layers, key=run.time_of)
                flaws.append(run.flaw(layers, inputs, outputs))
            if flaws and not any(flaws):
                return layers
            why = next(filter(None, flaws), why)
    finally:
        random.setstate(before)
    raise TypeError(
        "draw needs a network that runs its layers one after the other; got"
        f" {type(model).__name__}, where {why}"
        " (hint: draw(model(x)) draws the graph of what it does)"
    )


def _runs(model: Any, size: int) -> Iterator[tuple[list[Value], list[Value]]]:
    """Yield inputs and outputs, with inputs of both signs: there may be branches."""
    for sign in (1.0, -1.0):
        inputs = [Value(sign * (i + 1) / size) for i in range(size)]
        with suppress(Exception):  # it takes another number, or has no value there
            output = model(list(inputs))
            outputs = [output] if isinstance(output, Value) else list(output)
            if outputs and all(isinstance(y, Value) for y in outputs):
                yield inputs, outputs


class _Run:
    """The graph of one run."""

    def __init__(self, outputs: list[Value]) -> None:
        """Note where each node is used, and into which sum it goes."""
        self.place = {node: i for i, node in enumerate(topological(*outputs))}
        self.users: dict[Value, list[Value]] = {}
        for node in self.place:
            for arg in node.args:
                self.users.setdefault(arg, []).append(node)
        self.total: dict[Value, Value] = {}
        for node in reversed(self.place):
            users = self.users.get(node, [])
            adds = len(users) == 1 and users[0].op is ops.add
            self.total[node] = self.total[users[0]] if adds else node

    def time_of(self, layer: Layer) -> int:
        """Return when a layer is run, if layers are run one after the other."""
        users = self.users.get(layer[0][0][0], [])
        return min((self.place[user] for user in users), default=0)

    def flaw(
        self, layers: list[Layer], inputs: list[Value], outputs: list[Value]
    ) -> str:
        """Return what is done but running one layer after the other, if anything."""
        neurons = [neuron for layer in layers for neuron in layer]
        for weight in (weight for weights, _ in neurons for weight in weights):
            if (count := len(self.users.get(weight, ()))) != 1:
                return f"a weight is used {count} times"
        known = {*inputs, *(value for ws, rest in neurons for value in [*ws, *rest])}
        takes = inputs
        for layer, gives in zip(
            layers, [*map(self._taken, layers[1:]), outputs], strict=True
        ):
            for k, (weights, rest) in enumerate(layer):
                products = [self.users[w][0] for w in weights]
                if (
                    len(gives) != len(layer)
                    or [{*p.args} for p in products]
                    != [{w, x} for w, x in zip(weights, takes, strict=False)]
                    or any(p.op is not ops.mul for p in products)
                    or len({self.total[p] for p in products}) != 1
                    or _ends(gives[k], products, known) != {*products, *rest}
                ):
                    return "something goes another way than from each layer to the next"
            takes = gives
        return ""

    def _taken(self, layer: Layer) -> list[Value]:
        """Return what the first neuron of a layer multiplies with its weights."""
        products = [self.users[w][0] for w in layer[0][0]]
        return [x for product in products for x in product.args if x not in layer[0][0]]


def _ends(node: Value, products: list[Value], known: set[Value]) -> set[Value]:
    """Return at which of `products` or `known` leaves the ways from `node` end."""
    ends, stops, seen = set(), set(products), {node}
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node in stops or node in known:
            ends.add(node)
            continue
        waiting += [arg for arg in node.args if arg not in seen]
        seen.update(node.args)
    return ends
