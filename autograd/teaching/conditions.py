"""Where a slope goes on, as conditions of Python, for programs that meet other numbers.

Which nodes a sweep visits depends on what ops that choose have taken (see
`autograd.graph`). What holds whatever the numbers are is `True` or `False` here, and
the rest an expression; what is put together of several gets a name, as a fact.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from ..reading.snapshot import Snapshot
from .passes import backward_order

Condition = ast.expr | bool


class Conditions:
    """On which conditions each node of a graph hands its slope on.

    Args:
        snapshot: The graph, of one output.
        taken: On which condition a node takes an argument.
        names: A variable for each node; "" for a number that stands in the code.
        unused: Gives a name that no variable has, like the one that it is given.

    Attributes:
        facts: The named conditions, each after those that it refers to.
        share: For (node, which of its args) when a share is handed on.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        taken: Callable[[int, int], Condition],
        names: Sequence[str],
        unused: Callable[[str], str],
    ) -> None:
        """See the class."""
        self.facts: dict[str, ast.expr] = {}
        self.share: dict[tuple[int, int], Condition] = {}
        self._unused = unused
        args = snapshot.args
        active: list[Condition] = []
        takes: dict[tuple[int, int], Condition] = {}
        for n, node in enumerate(snapshot.nodes):
            condition = node.op is None and not node.constant
            for i, arg in enumerate(args[n]):
                takes[n, i] = taken(n, i) if active[arg] is not False else False
                condition = _either(condition, _both(takes[n, i], active[arg]))
            active.append(self._named(f"active_{names[n]}", condition))
        reached: list[Condition] = [False] * len(active)
        reached[snapshot.roots[0]] = True
        for n in backward_order(snapshot):
            arrives = reached[n] = self._named(f"reached_{names[n]}", reached[n])
            for i, arg in enumerate(args[n]):
                way = _both(arrives, takes[n, i])
                self.share[n, i] = _both(way, active[arg])
                reached[arg] = _either(reached[arg], way)

    def used(self, conditions: Iterable[ast.expr]) -> list[tuple[str, ast.expr]]:
        """Return the facts that some conditions refer to, in order."""
        waiting, names = list(conditions), set()
        while waiting:
            for node in ast.walk(waiting.pop()):
                if isinstance(node, ast.Name) and node.id in self.facts.keys() - names:
                    names.add(node.id)
                    waiting.append(self.facts[node.id])
        return [(name, fact) for name, fact in self.facts.items() if name in names]

    def _named(self, name: str, condition: Condition) -> Condition:
        """Return the condition, by a name if it is put together of several."""
        if not isinstance(condition, ast.BoolOp):
            return condition
        name = self._unused(name)
        self.facts[name] = condition
        return ast.Name(name)


def _both(a: Condition, b: Condition) -> Condition:
    return _joined(ast.And(), a, b)


def _either(a: Condition, b: Condition) -> Condition:
    return _joined(ast.Or(), a, b)


def _joined(sign: ast.boolop, a: Condition, b: Condition) -> Condition:
    """Return two conditions joined by `and` or `or`, parts that are alike once."""
    ends = isinstance(sign, ast.Or)  # what decides it alone
    if isinstance(a, bool) or isinstance(b, bool):
        known, other = (a, b) if isinstance(a, bool) else (b, a)
        return ends if known is ends else other
    parts: dict[str, ast.expr] = {}
    for part in (a, b):
        values = [part]
        if isinstance(part, ast.BoolOp) and type(part.op) is type(sign):
            values = part.values
        parts |= {ast.dump(value): value for value in values}
    alone = list(parts.values())
    return alone[0] if len(alone) == 1 else ast.BoolOp(sign, alone)
