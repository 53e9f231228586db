"""A computation and its back-propagation, told as a list of steps.

Forward, each node is computed from its args; backward, each hands on its share of the
slope, `upstream × partial`, and shares of one node add up. The steps hold formulas and
numbers; the views put them into words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..drawing.notation import ATOM, PYTHON, SUM, TEXT, Markup, write
from ..drawing.tidying import simplified
from ..graph import evaluated
from ..op import ARITHMETIC_ERRORS, Op
from ..reading.snapshot import Snapshot, place_among
from ..reading.sources import Source
from ..value import Value
from .passes import sweep


@dataclass(frozen=True)
class Formula:
    """A small graph over stand-ins for nodes, to be written with names or numbers.

    It is made by running the row of an op (its forward, or one of its partials) on the
    stand-ins, so it is the formula that the engine computes.

    Attributes:
        root: What is computed.
        places: For each stand-in, the place of its node in the lesson.
        names: For each stand-in, its name; what is not in it is a number.
    """

    root: Value
    places: dict[Value, int]
    names: dict[Value, str]

    def named(self, markup: Markup = TEXT) -> str:
        """Return the formula with the names of the nodes."""
        return write(self.root, markup, self.names.get).text

    def factor(self, markup: Markup = TEXT) -> str:
        """Return the formula with names, in brackets where a factor needs them."""
        written = write(self.root, markup, self.names.get)
        negative = written.text.startswith(("-", "−"))
        loose = written.level <= SUM or negative
        return markup.brackets(written.text) if loose else written.text

    def enclosed(self, markup: Markup = TEXT) -> str:
        """Return the formula with names, in brackets unless it is in one piece."""
        written = write(self.root, markup, self.names.get)
        whole = written.level == ATOM
        return written.text if whole else markup.brackets(written.text)

    def numbered(self, markup: Markup = TEXT) -> str:
        """Return the formula with the numbers put in."""
        return write(self.root, markup).text

    def python(self) -> str:
        """Return the formula as an expression of Python."""
        return self.named(PYTHON)

    def __str__(self) -> str:
        """Return the formula as plain text."""
        return self.named()


@dataclass(frozen=True)
class Node:
    """A node of the graph that a lesson is about.

    Attributes:
        place: Its number in topological order, from 0.
        name: What it is called; "" for a number that stands in the code.
        op: The op that made it; None for a leaf.
        args: The places of its args, in order and multiplicity.
        data: Its number.
        grad: The derivative of the output by it; 0 for constants.
        constant: Whether it is never differentiated.
        uses: How many times it is an arg of another node.
        source: The learner's expression that made it, if it is known.
        formula: How it is computed from its args; None for a leaf.
    """

    place: int
    name: str
    op: Op | None
    args: tuple[int, ...]
    data: float
    grad: float
    constant: bool
    uses: int
    source: Source | None
    formula: Formula | None

    @property
    def label(self) -> str:
        """The name, or for a number that stands in the code that number."""
        return self.name or TEXT.digits(self.data)


@dataclass(frozen=True)
class Forward:
    """One node is computed.

    Attributes:
        node: The node.
        formula: How, from its args.
        result: Its number.
    """

    node: Node
    formula: Formula
    result: float


@dataclass(frozen=True)
class Seed:
    """Back-propagation begins: the slope of the output by itself is 1.

    Attributes:
        node: The output.
    """

    node: Node


@dataclass(frozen=True)
class Backward:
    """A node hands one of its args a share of the slope, if it has taken that arg.

    Attributes:
        node: The node that hands on.
        i: Which of its args gets the share, from 0.
        arg: The node that gets it.
        partial: The formula of ∂node/∂arg; None where it has no finite value, and is
            not needed because nothing is handed on.
        slope: The number of the partial; nan where it has none.
        upstream: The derivative of the output by `node`, complete by now.
        contribution: upstream × slope.
        before: The sum of the shares that the arg had.
        total: The sum with this one.
        nth: The how-manieth share of the arg it is, from 1.
        of: How many shares the arg gets in all.
        taken: Whether something is handed on: not to what the op has not taken, nor
            where the share is not finite and no input is behind it (see `graph`).
    """

    node: Node
    i: int
    arg: Node
    partial: Formula | None
    slope: float
    upstream: float
    contribution: float
    before: float
    total: float
    nth: int
    of: int
    taken: bool = True

    def written_partial(self, markup: Markup = TEXT) -> str:
        """Return how the partial is called, such as `∂v1/∂a`: see `call_partial`."""
        node, arg = self.node, self.arg
        place = place_among(node.args, self.i)
        # ∂L/∂a is the slope of the output L by all the ways that a takes to it.
        total = node.uses == 0 and self.of > 1 and not place
        whole = node.formula if total else None
        return call_partial(markup, node.name, arg.name, place, whole)


Step = Forward | Seed | Backward


def tell_steps(snapshot: Snapshot, names: list[str]) -> tuple[list[Node], list[Step]]:
    """Return the nodes of a graph with one output, and its steps.

    Raises:
        ZeroDivisionError, OverflowError, ValueError: If an op has no finite slope.
    """
    (root,) = snapshot.roots
    values = snapshot.nodes
    shares, adjoints = sweep(snapshot)
    nodes = [
        Node(
            n, names[n], value.op, snapshot.args[n], value.data, adjoints[n],
            value.constant, snapshot.uses[n], value.source,
            forward_formula(snapshot, names, n) if value.op is not None else None,
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    steps: list[Step] = [
        Forward(node, node.formula, node.data) for node in nodes if node.formula
    ]
    if not values[root].constant:
        steps.append(Seed(nodes[root]))
    due = Counter(share.arg for share in shares)
    got: Counter[int] = Counter()
    for share in shares:
        got[share.arg] += 1
        partial = partial_formula(snapshot, names, share.node, share.i)
        steps.append(
            Backward(
                nodes[share.node], share.i, nodes[share.arg], partial, share.slope,
                share.upstream, share.contribution, share.before, share.total,
                got[share.arg], due[share.arg], share.taken,
            )
        )  # fmt: skip
    return nodes, steps


def call_partial(
    markup: Markup, node: str, arg: str, place: int, formula: Formula | None
) -> str:
    """Return how the partial of a node by one of its args is called: `∂v1/∂a`.

    Args:
        markup: The language to write it in.
        node: The name of the node.
        arg: The name of the arg.
        place: Which of the places of the arg, where the node takes it several times:
            `∂v1/∂a₁`. 0 where it takes it once.
        formula: How the node is computed, if the two names would mean the derivative by
            all ways from the arg to the node: `∂(v1 + a)/∂a` stands for this one alone.
    """
    top = markup.name(node) if formula is None else formula.enclosed(markup)
    bottom = markup.indexed(arg, place) if place else markup.name(arg)
    return markup.quotient(top, bottom)


def _formula(
    snapshot: Snapshot,
    names: list[str],
    places: Sequence[int],
    row: Callable[..., Any],
    tidy: bool = False,
) -> Formula:
    """Return what a row computes of Values that stand for the nodes at some places."""
    stand_ins = [
        Value(snapshot.nodes[place].data, constant=not names[place]) for place in places
    ]
    known = dict(zip(stand_ins, places, strict=True))
    root = row(*stand_ins)
    if not isinstance(root, Value):
        root = Value(root, constant=True)
    root = simplified(root) if tidy else root
    named = {value: names[n] for value, n in known.items() if names[n]}
    return Formula(root, known, named)


def forward_formula(snapshot: Snapshot, names: list[str], n: int) -> Formula:
    """Return how a node is computed from its args."""
    return _formula(snapshot, names, snapshot.args[n], snapshot.nodes[n].op)


def folded_formula(
    snapshot: Snapshot, names: list[str], n: int, inner: set[int]
) -> Formula:
    """Return how a node is computed, those of its args that are `inner` written out."""
    outside: dict[int, None] = {}
    waiting = [*snapshot.args[n]]
    while waiting:
        place = waiting.pop(0)
        if place in inner:
            waiting[:0] = snapshot.args[place]
        else:
            outside[place] = None

    def row(*stand_ins: Value) -> Value:
        known = dict(zip(outside, stand_ins, strict=True))
        for place in sorted({*inner, n}):
            args = [known[arg] for arg in snapshot.args[place]]
            known[place] = snapshot.nodes[place].op(*args)
        return known[n]

    return _formula(snapshot, names, list(outside), row)


def written_partial(
    snapshot: Snapshot, names: list[str], n: int, i: int, markup: Markup = TEXT
) -> str:
    """Return how one partial of a node is called, without the steps of a lesson."""
    arg = snapshot.args[n][i]
    place = place_among(snapshot.args[n], i)
    total = snapshot.uses[n] == 0 and snapshot.uses[arg] > 1 and not place
    formula = forward_formula(snapshot, names, n) if total else None
    return call_partial(markup, names[n], names[arg], place, formula)


def partial_formula(
    snapshot: Snapshot, names: list[str], n: int, i: int
) -> Formula | None:
    """Return the formula of one partial of a node; None where it has no number."""
    node = snapshot.nodes[n]
    try:
        with evaluated(node.op):
            places = *snapshot.args[n], n
            return _formula(snapshot, names, places, node.op.partials[i], tidy=True)
    except ARITHMETIC_ERRORS:
        return None
