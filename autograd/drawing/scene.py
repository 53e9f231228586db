"""What is drawn, how it is to look, and what things are called.

Boxes, edges and words ask here, so that they agree.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import lru_cache

from ..forks import cached_property
from ..op import ARITHMETIC_ERRORS, Op
from ..phrases.table import Phrases
from ..reading.pathfinding import Paths
from ..reading.snapshot import Snapshot
from ..value import Value
from ..writing.colours import THEMES, Theme
from .escaping import IN_TOOLTIP, html, shortened
from .groups import Folding, Group
from .notation import LOOSE, TEXT, Markup, Numbers, Written, operation

EXACT = Numbers(repr)


@dataclass
class Sweep:
    """How far back-propagation has come.

    Attributes:
        known: The places of nodes whose grad is complete.
        passed: The edges that a share has come along: node, and which of its args.
        active: Those that it comes along now.
        told: What is said below the picture.
    """

    known: set[int]
    passed: set[tuple[int, int]]
    active: set[tuple[int, int]]
    told: str


@dataclass
class Look:
    """How a graph is to be drawn; see `draw`."""

    partials: bool
    formula: bool
    widths: bool
    legend: bool
    direction: str
    theme: str
    names: dict[Value, str]
    parameters: dict[Value, str]
    words: Phrases
    markup: Markup = TEXT
    title: str = ""
    data_only: bool = False
    hides_constants: bool = False
    sweep: Sweep | None = None
    paths: list[tuple[int, Paths]] = field(default_factory=list)


@dataclass(eq=False)
class Scene:
    """A graph, its boxes, and the look of the picture."""

    snapshot: Snapshot
    folding: Folding
    look: Look

    @property
    def words(self) -> Phrases:
        """The phrases of the learner's language."""
        return self.look.words

    @property
    def colours(self) -> Theme:
        """The colours of the theme."""
        return THEMES[self.look.theme]

    @cached_property
    def graded(self) -> bool:
        """Whether there are gradients to show."""
        return self.snapshot.has_gradients

    @property
    def shows_grad(self) -> bool:
        """Whether they are to be shown."""
        return self.graded and not self.look.data_only

    @cached_property
    def single(self) -> bool:
        """Whether each box is one node."""
        return all(group.kind == "node" for group in self.folding.groups)

    @cached_property
    def ids(self) -> dict[Group, str]:
        """The id of each box in DOT."""
        return {group: f"n{i}" for i, group in enumerate(self.folding.groups)}

    @cached_property
    def on_path(self) -> set[tuple[int, int]]:
        """The edges on highlighted paths: place of the node, and which of its args."""
        if self.look.sweep is not None:
            return self.look.sweep.active
        return {
            (n, i)
            for _, paths in self.look.paths
            for n, args in enumerate(self.snapshot.args)
            for i, arg in enumerate(args)
            if paths.reached[arg] and not self.snapshot.nodes[arg].constant
        }

    @cached_property
    def path_groups(self) -> set[Group]:
        """The boxes on highlighted paths."""
        return {
            self.folding.group_of[place]
            for n, i in self.on_path
            for place in (n, self.snapshot.args[n][i])
        }

    def kind(self, n: int) -> str:
        """Return what a node is: op, leaf, parameter or constant."""
        node = self.snapshot.nodes[n]
        if node.op is not None:
            return "op"
        if node.constant:
            return "constant"
        return "parameter" if node in self.look.parameters else "leaf"

    def is_ahead(self, n: int) -> bool:
        """Tell whether the sweep has still to bring a node its grad."""
        return self.look.sweep is not None and n not in self.look.sweep.known

    def is_drawn(self, group: Group) -> bool:
        """Tell whether there is a box for the group."""
        n = group.members[0]
        hidden = self.look.hides_constants and self.snapshot.nodes[n].constant
        shown = not set(self.snapshot.roots).isdisjoint(group.members)
        return not hidden or group.kind != "node" or shown

    def is_told(self, n: int) -> bool:
        """Tell whether a node changes a number: `0 + x` is in the box of x."""
        group = self.folding.group_of[n]
        return group.kind != "node" or n == group.members[0]

    def called(self, group: Group) -> str:
        """Return what edges call the node or nodes in a box."""
        n = group.members[0]
        return self.shown(n) if group.kind == "node" else group.name or self.auto(n)

    def heads(self, group: Group) -> list[int]:
        """Return the nodes of a fold whose values are used outside it."""
        inner = {arg for n in group.members for arg in self.snapshot.args[n]}
        return [n for n in group.members if n not in inner]

    def symbol(self, n: int) -> str:
        """Return the sign of an op, with the numbers that have no box of their own."""
        node = self.snapshot.nodes[n]
        written = {
            arg: Written("…" if self.is_drawn(self.folding.group_of[at]) else "")
            for arg, at in zip(node.args, self.snapshot.args[n], strict=True)
        }
        if all(part.text for part in written.values()):
            return TEXT.sign(node.op.symbol)
        return operation(node, written, self.look.markup).text

    def places(self, group: Group) -> int:
        """Return how many places its args have whose order matters, 0 if it does not.

        To a fold what comes is not in order.
        """
        n = group.members[0]
        op, group_of = self.snapshot.nodes[n].op, self.folding.group_of
        single = group.kind in ("node", "alike")
        # With a number in the box, a formula there tells the order.
        arrive = [arg for arg in self.snapshot.args[n] if self.is_drawn(group_of[arg])]
        single = single and len(arrive) > 1
        return op.arity if single and op is not None and order_matters(op) else 0

    def name(self, n: int) -> str:
        """Return the name that a node has been given, if any."""
        group, look = self.folding.group_of[n], self.look
        node = self.snapshot.nodes[group.members[0] if group.kind == "node" else n]
        return node.label or look.names.get(node) or look.parameters.get(node, "")

    def shown(self, n: int) -> str:
        """Return the name that stands in the box of a single node, if any."""
        group = self.folding.group_of[n]
        kind = self.kind(n)
        told = self.look.formula and kind == "op"
        told = told or (self.look.partials and kind != "constant")
        # The paths are told below the picture, with names.
        auto = self.auto(n) if told or group in self.path_groups else ""
        return self.name(n) or auto

    def auto(self, n: int) -> str:
        """Return the name of a node that has been given none."""
        return f"v{self.ids[self.folding.group_of[n]][1:]}"

    def formula(self, n: int, plain: bool = False) -> str:
        """Return `a · b`, as text with all digits or else as HTML."""
        node = self.snapshot.nodes[n]
        written = {}
        for place in self.snapshot.args[n]:
            arg = self.snapshot.nodes[place]
            name = self.name(place) or (self.auto(place) if arg.op is not None else "")
            known = Written(TEXT.name(shortened(name))) if name else Written("", LOOSE)
            written[arg] = known
        markup = EXACT if plain else self.look.markup
        text = operation(node, written, markup).text
        return text if plain else html(text, IN_TOOLTIP)


@lru_cache
def order_matters(op: Op) -> bool:
    """Tell whether `op` gives other numbers where two of its arguments are exchanged.

    >>> from autograd import ops
    >>> [op.name for op in (ops.add, ops.sub, ops.hypot) if order_matters(op)]
    ['sub']
    """
    spans = list(enumerate(op.safe, 1))
    for i, j in itertools.combinations(range(op.arity), 2):
        for share in (0.2, 0.5, 0.8):
            data = [low + (high - low) * share**k for k, (low, high) in spans]
            other = data.copy()
            other[i], other[j] = data[j], data[i]
            try:
                y, exchanged = op.compute(tuple(data)), op.compute(tuple(other))
                if not math.isclose(y, exchanged, rel_tol=1e-9):
                    return True
            except (*ARITHMETIC_ERRORS, TypeError):  # it needs them where they are
                return True
    return False
