"""A lesson told by lines: what a line of the program computes is one step.

The nodes of a line that are used nowhere else are folded into the one that goes on: its
formula holds theirs, and their shares become one share for each of its args.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from .. import ops
from .learning import moving
from .steps import Backward, Forward, Node, Seed, Step, folded_formula

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .lesson import Lesson


def by_lines(lesson: Lesson, everywhere: bool = False) -> list[list[Step]]:
    """Return the steps of each line together; each by itself if there is one line.

    Args:
        lesson: The lesson.
        everywhere: Whether those that lead to data alone are told, too: before others.
    """
    steps = lesson.steps if everywhere else lesson.told
    places = moving(lesson)
    owner = owners(lesson)
    nodes = {
        n: _folded(lesson, n, {m for m in owner if owner[m] == n and m != n})
        for n in sorted(set(owner.values()))
    }
    if len(nodes) < 2:
        return [[step] for step in steps]
    # How far each owner moves with the args on the way, and its shares.
    local = {n: {n: 1.0} for n in nodes}
    shares: dict[int, dict[int, Backward]] = {}
    for step in steps:
        if not isinstance(step, Backward):
            continue
        place, arg = owner[step.node.place], step.arg.place
        moves = local[place]
        moved = moves[step.node.place] * step.slope if step.taken else 0.0
        moves[arg] = moves.get(arg, 0.0) + moved
        if owner.get(arg) != place:
            alone = nodes[place].args == step.node.args
            shares.setdefault(place, {})[arg] = replace(
                step, node=nodes[place], i=nodes[place].args.index(arg),
                partial=step.partial if alone else None,
                slope=moves[arg], upstream=nodes[place].grad,
                contribution=nodes[place].grad * moves[arg],
            )  # fmt: skip
    due = Counter(arg for line in shares.values() for arg in line)
    got: Counter[int] = Counter()
    sums: dict[int, float] = {}
    told: list[list[Step]] = [
        [Forward(node, node.formula, node.data)]
        for node in nodes.values()
        if node.formula
    ]
    told.extend([step] for step in steps if isinstance(step, Seed))
    for line in shares.values():
        told.append([])
        for arg, step in sorted(
            line.items(), key=lambda item: (item[0] in places, item[1].i)
        ):
            got[arg] += 1
            before = sums.get(arg, 0.0)
            sums[arg] = before + step.contribution
            told[-1].append(
                replace(step, before=before, total=sums[arg], nth=got[arg], of=due[arg])
            )
    return told


def line_graph(lesson: Lesson) -> tuple[list[Node], list[Backward]]:
    """Return what lines compute and from what, but numbers of the code; and shares."""
    nodes = {n.place: n for n in lesson.nodes if n.op is None and n.name}
    steps = [step for group in by_lines(lesson, True) for step in group]
    for step in steps:
        if isinstance(step, Forward):
            args = tuple(arg for arg in step.node.args if lesson.nodes[arg].name)
            nodes[step.node.place] = replace(step.node, args=args)
    shares = [
        replace(step, node=nodes[step.node.place], i=args.index(step.arg.place))
        for step in steps
        if isinstance(step, Backward) and (args := nodes[step.node.place].args)
    ]
    return [nodes[place] for place in sorted(nodes)], shares


def several(lesson: Lesson) -> bool:
    """Tell whether the lesson was computed in several lines, which are known."""
    known = {_line(step.node) for step in lesson.forward if step.node.source}
    return len(known) > 1 and len(set(owners(lesson).values())) > 1


def owners(lesson: Lesson) -> dict[int, int]:
    """Return for each computed node the node of its line that it is folded into."""
    computed = [step.node for step in lesson.forward]
    run = dict.fromkeys((node.place for node in computed), 0)
    for before, node in pairwise(computed):
        run[node.place] = run[before.place] + (_line(before) != _line(node))
    turn = {n: [(t.nth, t.of) for t in lesson.ways[n]] for n in run}
    users: dict[int, set[int]] = {n: set() for n in run}
    for node in computed:
        for arg in node.args:
            users.get(arg, set()).add(node.place)
    owner: dict[int, int] = {}
    for n in reversed(run):
        owners = {owner[user] for user in users[n]}
        # A sum goes on through the turns of a loop.
        folds = len(owners) == 1 and all(
            run[n] == run[user]
            and (turn[n] == turn[user] or lesson.nodes[user].op is ops.add)
            for user in users[n]
        )
        owner[n] = owners.pop() if folds else n
    return owner


def _line(node: Node) -> tuple[object, ...]:
    source = node.source
    return (node.place,) if source is None else (source.file, source.line)


def _folded(lesson: Lesson, n: int, inner: set[int]) -> Node:
    """Return a node as it is computed from what is no part of its line."""
    formula = folded_formula(lesson.snapshot, lesson.names, n, inner)
    args = tuple(formula.places.values())
    return replace(lesson.nodes[n], args=args, formula=formula)
