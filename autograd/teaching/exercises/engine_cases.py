"""The graphs on which a learner's engine is tried, and ways to get them wrong.

A known mistake is really made here, in a sweep over the graph of our own engine. What
becomes of the slopes can so be compared with what the learner's engine says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import permutations, product
from types import SimpleNamespace
from typing import Any

from ...forks import cached_property
from ...op import zero
from ...ops import TABLE
from ...reading.snapshot import Snapshot, take
from ...value import Value
from ...writing.resources import table_of
from ..mixups import MIXUPS
from ..passes import Share, order_of_meeting, sweep
from .runner import as_function

Grads = dict[str, float]

GIVEN = {"a": 3.0, "b": -5.0, "c": 0.4}
BACKWARD = "; L.backward(); "


@dataclass(frozen=True)
class Case:
    """A graph on which a class is tried.

    Attributes:
        shows: What it shows, by the name of its phrase.
        code: How it is built. `L.backward()` follows.
        needs: The method without which it is left out.
        optional: Whether a class may refuse it: what it does with plain numbers.
        given: The numbers of inputs that are not those of `GIVEN`.
        reflected: The operator that computes with a plain number on the left.
    """

    shows: str
    code: str
    needs: str = ""
    optional: bool = False
    given: Mapping[str, float] = field(default_factory=dict)
    reflected: str = ""

    @cached_property
    def rounds(self) -> list[str]:
        """The code of each graph, after which its backward pass follows."""
        return self.code.split(BACKWARD)

    def of_function(self) -> Case:
        """Return the same with a function in place of the method."""
        return replace(self, code=as_function(self.code, self.needs))

    @cached_property
    def leaves(self) -> list[str]:
        """The names of the inputs."""
        return [name for name in GIVEN if re.search(rf"\b{name}\b", self.code)]

    @cached_property
    def numbers(self) -> Grads:
        """The inputs."""
        return {name: float(self.given.get(name, GIVEN[name])) for name in self.leaves}

    @property
    def asked(self) -> dict[str, Any]:
        """What whoever tries it has to know, which is not what is right."""
        return {"rounds": self.rounds, "given": self.numbers, "needs": self.needs}

    @cached_property
    def graphs(self) -> list[tuple[dict[str, float], Snapshot]]:
        """What our engine makes of it: the data of all names, and the graph."""
        names: dict[str, Any] = {n: Value(x, n) for n, x in self.numbers.items()}
        graphs = []
        for code in self.rounds:
            exec(code, dict(TABLE), names)
            data = {name: value.data for name, value in names.items()}
            graphs.append((data, take([names["L"]])))
        return graphs

    @cached_property
    def right(self) -> Grads:
        """The right slopes of the inputs."""
        return predicted(Mistake("none"), self)


def _of_the_table(known: Sequence[Case]) -> Iterator[Case]:
    """Yield a case for each method of one arg that has none, where it is smooth."""
    told = {case.needs for case in known}
    for op in TABLE.values():
        smooth = op.arity == 1 and op.partials != (zero,)
        if smooth and hasattr(Value, op.name) and op.name not in told:
            low, high = op.safe[0]
            given = {"c": round(low + 0.7 * (high - low), 2)}
            yield Case("op", f"L = c.{op.name}()*a + c", op.name, given=given)


FILE = table_of(__package__, "engine_cases.toml")
CASES = [Case(**case) for case in FILE["cases"]]
CASES += _of_the_table(CASES)


def fresh_case() -> Case:
    """Return a case whose numbers nobody knows before."""
    given = {name: round(random.uniform(0.5, 3.0), 3) for name in GIVEN}
    return Case("fresh", "s = a*b + c; t = s*a; L = t*s + b", given=given)


# Of `s`, one use of an arg: the wrong share that each confusion hands on.
SHARES: dict[str, Callable[[Any], float]] = {k: MIXUPS[k] for k in FILE["shares"]}
SHARES["data_for_grad"] = lambda s: s.node_data * s.slope
SHARES["result"] = lambda s: s.upstream * s.node_data

# The same for the slips that only one op invites; n is the exponent.
SLIPS: dict[str, dict[str, Callable[[Any], float]]] = {
    "add": {"as_product": lambda s: s.upstream * s.other},
    "sub": {"as_sum": lambda s: s.upstream},
    "pow": {
        "no_factor": lambda s: s.upstream * s.data ** (s.other - 1.0),  # x**(n-1)
        "no_power": lambda s: s.upstream * s.other * s.data,  # n*x
        "old_power": lambda s: s.upstream * s.other * s.node_data,  # n*x**n
    },
    "tanh": {"of_input": lambda s: s.upstream * (1.0 - s.data**2)},
}


@dataclass(frozen=True)
class Mistake:
    """A way to get back-propagation wrong.

    Attributes:
        kind: Its name.
        op: In which op alone it is made; None for all.
        side: For which of the op's args alone; None for all.
        order: In which order nodes hand on; None for the right one.
    """

    kind: str
    op: str | None = None
    side: int | None = None
    order: Callable[[Snapshot], Iterable[int]] | None = None


def _unlike(graph: Snapshot, turn: int) -> list[int]:
    """Return the right order without nodes whose number another one has, met before."""
    places = range(len(graph.nodes))[::turn]
    first = {graph.nodes[n].data: n for n in reversed(places)}
    return sorted(first.values(), reverse=True)


# Args may be kept in a tuple or in a set, and be taken from either end.
ORDERS = [
    Mistake("forwards", order=lambda graph: range(len(graph.nodes))),
    *[Mistake("equal", order=partial(_unlike, turn=turn)) for turn in (1, -1)],
] + [
    Mistake(
        "again" if again else "depth_first" if depth else "breadth_first",
        order=partial(order_of_meeting, depth=depth, turn=turn, again=again, kept=kept),
    )
    for again, depth, turn, kept in product(
        (False, True), (False, True), (1, -1), (tuple, dict.fromkeys)
    )
]


def mistakes_for(case: Case) -> Iterator[Mistake]:
    """Yield all known mistakes that could show, the most precise ones first."""
    ops = {n.op.name: n.op for _, graph in case.graphs for n in graph.nodes if n.op}
    for name, op in ops.items():
        sides = [None, *range(op.arity)] if op.arity > 1 else [None]
        kinds = ("overwrite", *SLIPS.get(name, ()), *SHARES)
        for side, kind in product(sides, kinds):
            yield Mistake(kind, name, side)
    yield from map(Mistake, ("inner", "overwrite"))
    # In the loop over the nodes, `self.args` and `node.grad`; or `self` throughout.
    yield Mistake("self")
    yield Mistake("self", order=lambda graph: graph.roots * len(graph.nodes))
    yield from ORDERS
    yield from map(Mistake, ("resets", "tape"))
    if len(case.graphs) == 1:
        nodes = [n for n, args in enumerate(case.graphs[0][1].args) if args]
        for order in permutations(nodes):
            yield Mistake("early", order=lambda graph, order=order: order)


def _swept(graph: Snapshot, mistake: Mistake, totals: Grads) -> Grads:
    """Return the slopes of the inputs after a sweep with a mistake in it."""
    nodes, root = graph.nodes, graph.roots[0]
    order = mistake.order(graph) if mistake.order else None
    grads = [0.0 if node.op else totals.get(node.label, 0.0) for node in nodes]
    if mistake.kind == "self":  # the root hands on in place of each node
        all_root, its_args = [nodes[root]] * len(nodes), [graph.args[root]] * len(nodes)
        graph = Snapshot(all_root, its_args, graph.uses, graph.roots)

    def became(share: Share) -> Share:
        node, args, i = graph.nodes[share.node], graph.args[share.node], share.i
        if mistake.op not in (None, node.op.name) or mistake.side not in (None, i):
            return share
        inner = mistake.kind == "inner" and nodes[share.arg].op is not None
        if mistake.kind == "overwrite" or inner:
            return share._replace(total=share.contribution)
        wrong = (SHARES | SLIPS.get(node.op.name, {})).get(mistake.kind)
        data = [nodes[m].data for m in args]
        use = SimpleNamespace(
            upstream=share.upstream, slope=share.slope, contribution=share.contribution,
            right=share.contribution, before=0.0, data=data[i],
            node_data=node.data, other=data[i - 1],
        )  # fmt: skip
        return share.of(wrong(use)) if wrong else share

    grads = sweep(graph, order, became, start=grads, everywhere=True).adjoints
    return totals | {n.label: g for n, g in zip(nodes, grads, strict=True) if n.label}


def predicted(mistake: Mistake, case: Case) -> Grads:
    """Return what the slopes of the inputs become by a mistake."""
    totals: Grads = dict.fromkeys(case.leaves, 0.0)
    for k, (_, graph) in enumerate(case.graphs):
        if ".grad" in case.rounds[k] or mistake.kind == "resets":
            totals = dict.fromkeys(case.leaves, 0.0)
        totals = _swept(graph, mistake, totals)
        for _, earlier in case.graphs[:k] if mistake.kind == "tape" else ():
            totals = _swept(earlier, mistake, totals)
    return totals
