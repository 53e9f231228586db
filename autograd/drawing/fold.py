"""Which nodes are drawn together, so that a picture of any graph stays readable.

Nodes of a module fold into it. Of what remains, long sums become one Σ, and nodes that
are computed alike, as the samples of a batch are, become one node "× 100". A long row
of steps, each of which only sees the one before, is cut short in the middle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Hashable, Iterable
from dataclasses import replace
from typing import Any

from .. import ops
from ..phrases.table import LANGUAGES, Phrases
from ..reading.snapshot import Snapshot
from .frames import framed
from .groups import LONG, Folding, Group, ordered, with_arrows
from .parts import LAYER, NETWORK, NEURON, Part, Parts
from .runs import without_rows

READABLE = 150  # more boxes or arrows than this are folded by default
DRAWABLE = 3000  # more boxes than this are refused
DEPTHS = {"network": 1000, "layer": LAYER, "neuron": NEURON, "scalar": -1}


def fold(
    snapshot: Snapshot,
    owner: Parts,
    depth: str | None,
    expand: Iterable[Any],
    words: Phrases,
) -> Folding:
    """Return what is drawn together.

    Args:
        snapshot: The graph.
        owner: For each node the smallest part of the network that it belongs to.
        depth: A key of DEPTHS; None for what is readable.
        expand: Names of folds, or modules, to leave open.
        words: The phrases of the language in which folds have their names.

    Raises:
        ValueError: If there is nothing to fold by, or too much remains.
    """
    expand = list(expand)
    modules = {part for part in set(owner) if part is not None}
    if depth not in (None, "scalar") and not modules:
        raise ValueError(
            f"depth={depth!r} needs a network; got a graph in which no module was found"
            " (hint: draw(..., model=model))"
        )
    if depth == "scalar" or (depth is None and len(owner) <= READABLE and not expand):
        if len(owner) > DRAWABLE:
            raise _too_large(len(owner), len(owner), bool(modules), depth)
        parts = framed(snapshot, owner)
        if depth is None:  # the frames of neurons alone take less room
            alone = {part: part and replace(part, parent=None) for part in set(parts)}
            parts = [alone[part] for part in parts]
        groups = [Group("node", [n], part=part) for n, part in enumerate(parts)]
        return with_arrows(snapshot, Folding(groups, groups))
    folder, folding = _chosen(snapshot, owner, depth, bool(modules), words)
    if expand:
        folding = folder.expanded(folding, expand, modules)
    if len(folding.groups) > DRAWABLE:
        raise _too_large(len(owner), len(folding.groups), bool(modules), depth)
    return folding


def _chosen(
    snapshot: Snapshot, owner: Parts, depth: str | None, modules: bool, words: Phrases
) -> tuple[_Folder, Folding]:
    """Return the finest way of folding that is readable, else the coarsest."""
    if depth is not None:
        sizes = [DEPTHS[depth]]
    elif modules:
        sizes = [NEURON, LAYER, NETWORK, DEPTHS["network"]]
    else:
        sizes = [DEPTHS["scalar"]]
    # Where much belongs to no module, folding those alone is no use.
    crowded = owner.count(None) > READABLE
    ways = [(size, alike) for size in sizes for alike in (False, True)]
    ways = [way for way in ways if way[1] or not crowded]
    while True:
        folder = _Folder(snapshot, owner, words, *ways.pop(0))
        folding = folder.fold()
        if not ways or _is_readable(folding):
            break
    if not _is_readable(folding):  # leaves may be many although each has a label
        last = _Folder(snapshot, owner, words, folder.size, alike=True, labels=False)
        without = last.fold()
        if _is_readable(without) or len(folding.groups) > DRAWABLE:
            return last, without
    return folder, folding


def _is_readable(folding: Folding) -> bool:
    return len(folding.groups) <= READABLE and len(folding.arrows) <= READABLE


def _too_large(nodes: int, boxes: int, modules: bool, depth: str | None) -> ValueError:
    got = f"{nodes:,} nodes"
    if boxes != nodes:
        got += f", {boxes:,} of them after folding"
    ways = ["draw an inner node"]
    if modules:
        ways.insert(0, "depth='neuron', 'layer' or 'network' folds modules")
    elif depth == "scalar":
        ways.insert(0, "leave out depth='scalar', to fold what is alike")
    return ValueError(
        f"a picture needs at most {DRAWABLE:,} boxes; got {got} (hint:"
        f" {', or '.join(ways)})"
    )


class _Folder:
    """Folds one graph at one depth."""

    def __init__(
        self,
        snapshot: Snapshot,
        owner: Parts,
        words: Phrases,
        size: int,
        alike: bool,
        labels: bool = True,  # whether they tell leaves apart
    ) -> None:
        self.snapshot = snapshot
        self.owner = owner
        self.words = words
        self.size = size
        self.alike = alike
        self.labels = labels
        self.sums: dict[str, list[int]] = {}
        self.runs: dict[str, list[int]] = {}

    def fold(
        self, opened: Container[Part] = (), unrolled: Collection[str] = ()
    ) -> Folding:
        """Return the boxes, the modules `opened` and the folds `unrolled` left open."""
        folded: Parts = []
        place: Parts = []
        chosen: dict[Part | None, tuple[Part | None, Part | None]] = {
            None: (None, None)
        }
        for part in self.owner:
            if part is not None and part not in chosen:
                chosen[part] = self._module_of(part, opened)
            fold, inside = chosen[part]
            folded.append(fold)
            place.append(inside)
        groups, group_of = self._grouped(folded, place, unrolled)
        folding = with_arrows(self.snapshot, Folding(groups, group_of))
        if self.alike and len(groups) > READABLE:
            folds = self.sums | self.runs
            shown = {n for name in unrolled for n in folds[name]}
            folding = without_rows(self.snapshot, folding, shown)

            def name(group: Group) -> str:
                return self.words("drawing.steps", number=len(self.runs) + 1)

            _name(folding.groups, "run", self.runs, bool(unrolled), name)
        return folding

    def expanded(
        self, folding: Folding, expand: list[Any], modules: set[Part]
    ) -> Folding:
        """Return the boxes with the folds in `expand`, names or modules, left open."""
        parts = {part for module in modules for part in module.above()}
        by_name = {part.name: part for part in parts}
        by_module = {id(part.module): part for part in parts}
        opened: set[Part] = set()
        rest = []
        for thing in expand:
            part = by_name.get(thing) if isinstance(thing, str) else None
            part = part or by_module.get(id(thing))
            if part is None:
                rest.append(self._in_words(thing))
            else:
                opened.update(part.above())
        # The sums and rows in a module have names only once it is open.
        if opened:
            folding = self.fold(opened)
        # And what stands in a row of steps has one only once that is open.
        unrolled: list[str] = []
        while rest:
            names = [group.name for group in folding.groups if group.name]
            known = [thing for thing in rest if thing in names]
            rest = [thing for thing in rest if thing not in names]
            if not known:
                raise ValueError(
                    "expand needs the name of a fold, or a module of the network; got"
                    f" {rest[0]!r} (hint: folds are {', '.join(names) or 'none'})"
                )
            unrolled += known
            folding = self.fold(opened, unrolled)
        return folding

    def _in_words(self, name: Any) -> Any:
        """Return the name that a fold has here, given the one of any language.

        So a program that opens a fold does not depend on where it runs.
        """
        number = name.rpartition(" ")[2] if isinstance(name, str) else ""
        ways = [Phrases(language) for language in LANGUAGES] if number.isdigit() else []
        if name in [words("drawing.steps", number=number) for words in ways]:
            return self.words("drawing.steps", number=number)
        return name

    def _module_of(
        self, part: Part, opened: Container[Part]
    ) -> tuple[Part | None, Part]:
        """Return the module that folds over `part`, if any, and the one around it."""
        for above in part.above():
            if above.size <= self.size and above not in opened:
                return above, above.parent or above
        return None, part

    def _grouped(
        self, folded: Parts, place: Parts, unrolled: Collection[str]
    ) -> tuple[list[Group], list[Group]]:
        """Group nodes by the module that folds them and, if wished, by likeness."""
        head = [-1] * len(folded)
        likeness: list[Any] = [part or n for n, part in enumerate(folded)]
        if self.alike:
            head = self._sums(folded, place, unrolled)
            likeness = self._likeness(folded, place, head)
        by_likeness: dict[Hashable, Group] = {}
        group_of = []
        for n, (like, fold) in enumerate(zip(likeness, folded, strict=True)):
            group = by_likeness.get(like)
            if group is None:
                group = by_likeness[like] = Group("node", [], part=place[n])
                if fold is not None:
                    group.kind, group.name, group.part = "module", fold.name, fold
                elif head[n] >= 0:
                    group.kind = "sum"
            elif group.kind == "node":
                group.kind = "alike"
            group.members.append(n)
            group_of.append(group)
        groups = ordered(by_likeness.values())
        numbers: Counter[Part | None] = Counter()

        def name(group: Group) -> str:
            numbers[group.part] += 1
            inside = f"{group.part.name}." if group.part is not None else ""
            return f"{inside}Σ{numbers[group.part]}"

        _name(groups, "sum", self.sums, bool(unrolled), name)
        return groups, group_of

    def _likeness(self, folded: Parts, place: Parts, head: list[int]) -> list[int]:
        """Return what nodes of the same op on args of the same groups share."""
        nodes, args = self.snapshot.nodes, self.snapshot.args
        known: dict[Hashable, int] = {}
        likeness = [-1] * len(nodes)
        terms: dict[int, Counter[int]] = {}
        loose = []  # leaves that no name tells apart
        for n, node in enumerate(nodes):
            inside = place[n]
            if folded[n] is not None:
                key: Hashable = folded[n]
            elif head[n] >= 0:
                total = terms.setdefault(head[n], Counter())
                total.update(likeness[arg] for arg in args[n] if head[arg] != head[n])
                if head[n] != n:
                    continue
                key = "sum", inside, tuple(sorted(total.items()))
            elif args[n]:
                # Outside a part, its parameters are all alike: Σ p² is one box.
                alike = (
                    ("of", place[arg])
                    if place[arg] is not inside and self.owner[arg] and not args[arg]
                    else likeness[arg]
                    for arg in args[n]
                )
                key = node.op, inside, tuple(alike)
            elif self.owner[n] is not None:
                key = n
            elif node.label and self.labels:
                key = "leaf", node.constant, node.label
            else:
                key = "leaf", node.constant
                loose.append(n)
            likeness[n] = known.setdefault(key, len(known))
        for n, h in enumerate(head):
            if h >= 0:
                likeness[n] = likeness[h]
        self._tell_apart(loose, likeness, known)
        return likeness

    def _sums(
        self, folded: Parts, place: Parts, unrolled: Collection[str]
    ) -> list[int]:
        """Return the last node of the long sum that a node adds to, or -1."""
        left = {n for name in unrolled for n in self.sums.get(name, ())}
        nodes, args, uses = self.snapshot.nodes, self.snapshot.args, self.snapshot.uses
        head = [-1] * len(nodes)
        sizes: Counter[int] = Counter()
        for n in range(len(nodes) - 1, -1, -1):
            if nodes[n].op is not ops.add or folded[n] is not None or n in left:
                continue
            if head[n] < 0:
                head[n] = n
            sizes[head[n]] += 1
            for arg in args[n]:
                inner = nodes[arg]
                if uses[arg] != 1 or folded[arg] or place[arg] is not place[n]:
                    continue
                if inner.op is ops.add or (inner.constant and inner.data == 0.0):
                    head[arg] = head[n]  # sum(...) begins with a 0
        kept = {n for n, size in sizes.items() if size + 1 >= LONG}
        return [h if h in kept else -1 for h in head]

    def _tell_apart(
        self, loose: list[int], likeness: list[int], known: dict[Hashable, int]
    ) -> None:
        """Make leaves that go into different groups different."""
        uses: dict[int, set[tuple[int, int]]] = {n: set() for n in loose}
        for n, args in enumerate(self.snapshot.args):
            for i, arg in enumerate(args):
                if arg in uses:
                    uses[arg].add((likeness[n], i))
        for n in loose:
            if likeness[n] == known.get(("leaf", self.snapshot.nodes[n].constant)):
                key = "used", likeness[n], frozenset(uses[n])
                likeness[n] = known.setdefault(key, len(known))


def _name(
    groups: list[Group],
    kind: str,
    known: dict[str, list[int]],
    again: bool,
    new: Callable[[Group], str],
) -> None:
    """Name the folds of a kind, and note what they hold; `again` as they were named."""
    if not again:
        known.clear()
    names = {n: name for name, members in known.items() for n in members}
    for group in groups:
        if group.kind == kind:
            last = group.members[-1]
            group.name = names[last] if last in names else new(group)
            known.setdefault(group.name, group.members)
