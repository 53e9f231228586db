"""Roll up: from scalar operations to statements on vectors and matrices.

Scalars that are computed alike, from alike things, at the same depth, become the
elements of one vector. A long sum of parameter times activation is a row of a matrix
times a vector; rows on the same activations are one matrix. What is alone stays alone,
as a vector of one. The work grows linearly with the scalars.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import ops
from ..op import Op
from . import statements as st
from .items import Item
from .statements import Statement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .recording import Scalars

LONG = 3  # terms that make a sum a total, rather than so many additions
# What may be done in any order is done by pairs, and pairs of pairs, from so many on: a
# chain would be so many statements. Where three or more are the largest alike, they
# share the slope as pairs do, and not as the chain.
PAIRED = 16
BY_PAIRS = (ops.mul, ops.maximum, ops.minimum)


@dataclass(frozen=True, eq=False, slots=True)
class _Node:
    """A scalar to compute: an op of others, or sums and products that belong together.

    Of a dot product Σ uᵢvᵢ, `args` are the u, then the v.
    """

    kind: Op | str
    args: tuple[int, ...]


@dataclass(frozen=True)
class Rolled:
    """A program of arrays.

    Attributes:
        outputs: One statement for each scalar that the function returned.
        inputs: The statement of the inputs.
        parameters: The statement of the parameters, in the order of `order`.
        order: The number of each parameter, in the order in which they are used, so
            that a matrix is a stretch of the vector of them all.
        scalars: How many scalar operations there were.
    """

    outputs: list[Statement]
    inputs: Statement
    parameters: Statement
    order: list[int]
    scalars: int


def roll_up(scalars: Scalars) -> Rolled:
    """Return the scalar operations as statements on arrays."""
    return _Roller(scalars).rolled()


class _Roller:
    def __init__(self, scalars: Scalars) -> None:
        self.scalars = scalars
        self.live = _live(scalars)
        self.uses = _uses(scalars, self.live)
        self.batched = _batched(scalars, self.live)
        # New nodes, of the parts of sums, are numbered after the recorded ones.
        self.nodes: dict[int, _Node] = {}
        self.fresh = len(scalars.ops)
        # Where a new node belongs among the recorded ones.
        self.rank: dict[int, int] = {}
        inputs, parameters = scalars.sizes
        self.inputs = Statement(st.INPUTS, (), (inputs,), True)
        self.parameters = Statement(st.PARAMETERS, (), (parameters,), False)
        # Where each node is: its statement, and its place there.
        self.place: dict[int, tuple[Statement, int]] = {}
        self.gathered: dict[tuple[int, ...], Statement] = {}

    def rolled(self) -> Rolled:
        self._simplify()
        levels = self._levels()
        order = self._order_of_parameters(levels)
        position = {j: i for i, j in enumerate(order)}
        for n, i in self.scalars.inputs.items():
            self.place[n] = self.inputs, i
        for n, j in self.scalars.parameters.items():
            self.place[n] = self.parameters, position[j]
        for level in levels:
            for group in self._groups(level):
                self._roll(group)
        outputs = [self._scalar(n) for n in self.scalars.outputs]
        count = sum(self.scalars.ops[n] is not None for n in self.live)
        return Rolled(outputs, self.inputs, self.parameters, order, count)

    # --- sums ---------------------------------------------------------------------

    def _simplify(self) -> None:
        """Gather chains of additions into sums, and name what is to be computed."""
        scalars, outputs = self.scalars, set(self.scalars.outputs)
        absorbed: set[int] = set()
        # From the end, so that a chain is met where it ends.
        for n in reversed(self.live):
            op = scalars.ops[n]
            if op is None or n in absorbed:
                continue
            self.nodes[n] = _Node(op, scalars.args[n])
            if op is ops.add or op in BY_PAIRS:
                terms, inside = self._terms(n, outputs)
                if op is ops.add:
                    absorbed |= inside
                    self._sum(n, terms, absorbed, outputs)
                elif len(terms) >= PAIRED:
                    absorbed |= inside
                    self._pair(n, op, terms)

    def _pair(self, n: int, op: Op, terms: list[int]) -> None:
        """Name a chain of one op as the op of two, of two each, and so on."""
        while len(terms) > 2:
            pairs = zip(terms[::2], terms[1::2], strict=False)
            rest = terms[len(terms) & ~1 :]
            terms = [self._new(n, op, pair) for pair in pairs] + rest
        self.nodes[n] = _Node(op, tuple(terms))

    def _terms(self, n: int, outputs: set[int]) -> tuple[list[int], set[int]]:
        """Return the terms of the chain of one op that ends in `n`, and the others."""
        scalars, terms, inside = self.scalars, [], set[int]()
        waiting = list(reversed(scalars.args[n]))
        while waiting:
            arg = waiting.pop()
            alone = self.uses[arg] == 1 and arg not in outputs
            # What one sample has is not mixed with what all have in common.
            alike = self.batched[arg] == self.batched[n]
            if scalars.ops[arg] is scalars.ops[n] and alone and alike:
                inside.add(arg)
                waiting.extend(reversed(scalars.args[arg]))
            else:
                terms.append(arg)
        return terms, inside

    def _sum(
        self, n: int, terms: list[int], absorbed: set[int], outputs: set[int]
    ) -> None:
        """Name a sum as a dot product, a total of plain terms, and their addition."""
        scalars = self.scalars
        us, vs, plain = [], [], []
        # The 0 that Python's sum starts from adds nothing.
        terms = [t for t in terms if scalars.constants.get(t) != 0.0] or terms[:1]
        for term in terms:
            pair = self._weighted(term)
            if pair is None or self.uses[term] != 1 or term in outputs:
                plain.append(term)
            else:
                absorbed.add(term)
                us.append(pair[0])
                vs.append(pair[1])
        if len(us) == 1 and len(plain) < LONG:
            # A product on its own is one like any other.
            (term,) = (t for t in terms if t not in plain)
            self.nodes[term] = _Node(ops.mul, scalars.args[term])
            us, vs, plain = [], [], terms
        parts = []
        if us:
            parts.append(self._new(n, "dot", (*us, *vs)))
        if len(plain) >= LONG:
            parts.append(self._new(n, "total", tuple(plain)))
        else:
            parts += plain
        while len(parts) > 2:
            parts = [self._new(n, ops.add, (parts[0], parts[1])), *parts[2:]]
        if len(parts) == 2:
            self.nodes[n] = _Node(ops.add, tuple(parts))
        elif parts[0] in self.nodes:
            self.nodes[n] = self.nodes.pop(parts[0])
        else:  # 0 + x, of an x that others may use as well
            self.nodes[n] = _Node(ops.identity, (parts[0],))

    def _weighted(self, term: int) -> tuple[int, int] | None:
        """Return (u, v) if a term is u·v, u the same for all samples and v not."""
        if self.scalars.ops[term] is not ops.mul:
            return None
        a, b = self.scalars.args[term]
        if self.batched[a] == self.batched[b]:
            return None
        if a in self.scalars.constants or b in self.scalars.constants:
            return None
        return (b, a) if self.batched[a] else (a, b)

    def _new(self, whole: int, kind: Op | str, args: tuple[int, ...]) -> int:
        """Name a part of the sum `whole`."""
        number = self.fresh
        self.fresh += 1
        self.rank[number] = whole
        self.nodes[number] = _Node(kind, args)
        return number

    # --- groups -------------------------------------------------------------------

    def _levels(self) -> list[list[int]]:
        """Return the nodes by their distance from the leaves."""
        level: dict[int, int] = {}
        levels: list[list[int]] = []
        for start in sorted(self.nodes):
            waiting = [start]
            while waiting:
                n = waiting[-1]
                if n in level or n not in self.nodes:
                    level.setdefault(n, -1)
                    waiting.pop()
                    continue
                args = self.nodes[n].args
                missing = [arg for arg in args if arg not in level]
                if missing:
                    waiting.extend(missing)
                    continue
                level[n] = 1 + max((level[arg] for arg in args), default=-1)
                while len(levels) <= level[n]:
                    levels.append([])
                levels[level[n]].append(n)
                waiting.pop()
        for nodes in levels:
            nodes.sort(key=lambda n: self.rank.get(n, n))
        return levels

    def _order_of_parameters(self, levels: Iterable[Sequence[int]]) -> list[int]:
        """Return the parameters in the order in which the groups will take them."""
        parameters, order = self.scalars.parameters, {}
        nodes = [self.nodes[n] for level in levels for n in level]
        matrices = (node for node in nodes if node.kind == "dot")
        batched = (self.nodes[n] for level in levels for n in level if self._has_own(n))
        for node in (*matrices, *batched, *nodes):
            for arg in node.args:
                if arg in parameters:
                    order[parameters[arg]] = None
        rest = (j for j in range(self.scalars.sizes[1]) if j not in order)
        return [*order, *rest]

    def _has_own(self, n: int) -> bool:
        """Tell whether each sample has its own of this node."""
        return any(
            arg < len(self.batched) and self.batched[arg] for arg in self.nodes[n].args
        )

    def _groups(self, level: Sequence[int]) -> Iterable[list[int]]:
        """Return the nodes of a level that are computed alike, from alike things."""
        groups: dict[object, list[int]] = {}
        for n in level:
            node = self.nodes[n]
            if node.kind == "dot":
                half = len(node.args) // 2
                # On the same activations: rows of one matrix.
                key: object = ("dot", node.args[half:])
            elif isinstance(node.kind, Item):
                key = (node.kind, self._origin(node.args[1]))
            elif node.kind == "total":
                key = ("total", len(node.args), self._origin(node.args[0]))
            else:
                key = (node.kind, *map(self._origin, node.args))
            groups.setdefault(key, []).append(n)
        return groups.values()

    def _origin(self, n: int) -> object:
        """Return what the args of a group have in common: the statement they are in."""
        if n in self.scalars.constants:
            return "constant"
        return self.place[n][0]

    def _roll(self, group: list[int]) -> None:
        """Compute the scalars of a group by one statement, or a few."""
        group = sorted(group, key=self._where)
        nodes = [self.nodes[n] for n in group]
        first = nodes[0]
        if first.kind == "dot":
            half = len(first.args) // 2
            us = self._gather(
                [u for node in nodes for u in node.args[:half]], (len(nodes), half)
            )
            statement = st.matvec(us, self._gather(first.args[half:]))
        elif first.kind == "total":
            terms = [t for node in nodes for t in sorted(node.args, key=self._position)]
            statement = st.total(self._gather(terms, (len(nodes), len(first.args))))
        elif isinstance(first.kind, Item):
            statement = self._chosen(nodes)
        else:
            op: Any = first.kind
            columns = zip(*(node.args for node in nodes), strict=True)
            statement = st.mapped(op, [self._column(c) for c in columns])
            if not statement.shape:  # of numbers alone
                statement = st.taken(st.joined([statement]), [0] * len(group))
        for i, n in enumerate(group):
            self.place[n] = statement, i

    def _chosen(self, nodes: Sequence[_Node]) -> Statement:
        """Return what inputs choose, of a vector of all items."""
        items = list(dict.fromkeys(x for node in nodes for x in node.args[1:]))
        place = {x: i for i, x in enumerate(items)}
        table = [place[x] for node in nodes for x in node.args[1:]]
        k = self._gather([node.args[0] for node in nodes])
        return st.pick(self._gather(items), k, array("q", table))

    def _where(self, n: int) -> tuple[int, int]:
        """Return what puts the nodes of a group in order: that of what they take."""
        node = self.nodes[n]
        if isinstance(node.kind, Op):
            for arg in node.args:
                if arg in self.place:
                    return self.place[arg][1], self.rank.get(n, n)
        return 0, self.rank.get(n, n)

    def _position(self, n: int) -> int:
        return self.place[n][1] if n in self.place else -1

    def _column(self, nodes: Sequence[int]) -> Statement:
        """Return one argument of a group; one number where it is the same for all."""
        numbers = self.scalars.constants
        if all(n in numbers for n in nodes):
            values = [numbers[n] for n in nodes]
            # 0.0 and -0.0 are equal and not the same, nan is the same and not equal.
            if len(set(map(repr, values))) == 1:
                return st.constant(values[0])
        return self._gather(nodes)

    def _gather(self, nodes: Sequence[int], shape: tuple[int, ...] = ()) -> Statement:
        """Return the vector (or matrix) of scalars that stand anywhere."""
        key = (*nodes, *shape)
        if key not in self.gathered:
            self.gathered[key] = self._gathered(nodes, shape or (len(nodes),))
        return self.gathered[key]

    def _gathered(self, nodes: Sequence[int], shape: tuple[int, ...]) -> Statement:
        numbers = self.scalars.constants
        if all(n in numbers for n in nodes):
            return st.constant([numbers[n] for n in nodes], shape)
        start: dict[Statement, int] = {}
        fixed: list[float] = []
        length = 0
        for n in nodes:
            if n in numbers:
                fixed.append(numbers[n])
            elif self.place[n][0] not in start:
                start[self.place[n][0]] = length
                length += self.place[n][0].size
        parts = [*start, *([st.constant(fixed)] if fixed else [])]
        index, constants = [], 0
        for n in nodes:
            if n in numbers:
                index.append(length + constants)
                constants += 1
            else:
                statement, i = self.place[n]
                index.append(start[statement] + i)
        return st.taken(st.joined(parts), index, shape)

    def _scalar(self, n: int) -> Statement:
        """Return the statement of one scalar, as a vector of one."""
        return self._gather([n])


def _live(scalars: Scalars) -> list[int]:
    """Return the nodes that the outputs depend on, in order."""
    needed = [False] * len(scalars.ops)
    for n in scalars.outputs:
        needed[n] = True
    for n in reversed(range(len(needed))):
        if needed[n]:
            for arg in scalars.args[n]:
                needed[arg] = True
    return [n for n, is_needed in enumerate(needed) if is_needed]


def _uses(scalars: Scalars, live: Iterable[int]) -> list[int]:
    uses = [0] * len(scalars.ops)
    for n in live:
        for arg in scalars.args[n]:
            uses[arg] += 1
    return uses


def _batched(scalars: Scalars, live: Iterable[int]) -> list[bool]:
    """Return for each node whether it depends on the inputs."""
    batched = [False] * len(scalars.ops)
    for n in live:
        args = scalars.args[n]
        batched[n] = n in scalars.inputs or any(batched[arg] for arg in args)
    return batched
