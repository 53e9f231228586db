"""The learner's function itself, run anew with one input moved.

What back-propagation gives are slopes of the graph that was recorded. So the slopes to
check them against are measured on the function: it is called again, on fresh Values,
as it was called before. Where there is no function, the graph is computed anew.
"""

from __future__ import annotations

import inspect
import io
import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from ..messages import is_real
from ..nesting import flatten
from ..op import ARITHMETIC_ERRORS
from ..reading.snapshot import Snapshot, take
from ..value import Value
from .noting import Comparison, Notes, Read, noting
from .passes import recompute
from .steps import Node
from .wiggle import Wiggle, measured_step, wiggle

AGAIN = 10  # calls that show whether a function gives one number


@dataclass(frozen=True)
class Unreached:
    """An input that is not in the graph.

    Attributes:
        name: What it is called.
        slope: The slope measured; nan where there is none.
    """

    name: str
    slope: float


@dataclass(frozen=True)
class Measured:
    """What was measured, and what was noted of the function meanwhile.

    Attributes:
        wiggles: The slope by each input.
        what: "function"; or "graph", where that alone is known.
        unreached: The inputs that never reach the output.
        twice: Two numbers that the function gave for the same inputs, if it did.
        reads: Where numbers were taken out of the graph.
        comparisons: Where numbers were compared.
    """

    wiggles: list[Wiggle]
    what: str = "graph"
    unreached: list[Unreached] = field(default_factory=list)
    twice: tuple[float, float] | None = None
    reads: list[Read] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)


def measure_graph(snapshot: Snapshot, nodes: Sequence[Node]) -> Measured:
    """Return the slopes of a graph, computed anew."""
    (root,) = snapshot.roots

    def run(node: Node, number: float) -> float:
        return recompute(snapshot, {node.place: number})[root]

    return Measured(wiggle(run, nodes, nodes[root].data))


class Call:
    """A function with its arguments, which is called again and again.

    Args:
        f: The function.
        bind: Gives its arguments, on fresh Values each time.
    """

    def __init__(
        self, f: Callable[..., Any], bind: Callable[[], inspect.BoundArguments]
    ) -> None:
        """See the class."""
        self.f = f
        self.bind = bind
        self.given: list[Value] = []

    def first(self, within: CodeType) -> tuple[Any, inspect.BoundArguments, Notes]:
        """Return what the function gives, its arguments, and what was noted.

        Who calls this is no place where a node was made: it is `within`.
        """
        arguments = self.bind()
        self.given = _values_in(arguments)
        with noting(within=within) as self.notes:
            root = self.f(*arguments.args, **arguments.kwargs)
        return root, arguments, self.notes

    def measure(self, snapshot: Snapshot, nodes: Sequence[Node]) -> Measured:
        """Return the slopes of the function by the inputs, and by what it was given."""
        (root,) = snapshot.roots
        output = nodes[root].data
        values = snapshot.nodes
        noted = list(self.notes.reads.values()), list(self.notes.comparisons.values())
        inside = set(values)
        lost = [
            value
            for value in dict.fromkeys([*self.given, *(r.value for r in noted[0])])
            if value not in inside and value.op is None and not value.constant
            and value.label
        ]  # fmt: skip

        def unsteady(again: float) -> Measured:
            unreached = [Unreached(value.label, math.nan) for value in lost]
            twice = output, again
            return Measured(_unmeasured(nodes), "function", unreached, twice, *noted)

        # What was there before the call is left as the call left it.
        kept = [(v, v._data, v.grad) for v in {*values, *self.given} if v.op is None]
        try:
            other, again = self._again({})
            if again is None or not _same(other, output):
                return unsteady(other)
            before = inside.intersection(take([again]).nodes)
            earlier = [value for value in values if value in before]

            def run(value: Value, number: float) -> float:
                return self._moved(value, number, earlier)

            found = wiggle(lambda n, x: run(values[n.place], x), nodes, output)
            unreached = [Unreached(v.label, _slope(run, v, output)) for v in lost]
            doubtful = any(w.other for w in found) or any(u.slope for u in unreached)
            for _ in range(AGAIN if doubtful else 1):
                other, _ = self._again({})
                if not _same(other, output):
                    return unsteady(other)
            return Measured(found, "function", unreached, None, *noted)
        finally:
            for value, data, grad in kept:
                value._data, value.grad = data, grad

    def _moved(self, value: Value, number: float, earlier: Sequence[Value]) -> float:
        """Return the output with another number at one Value."""
        if value in self.given and value not in earlier:
            return self._again({self.given.index(value): number})[0]
        if value in self.notes.leaves:
            return self._again({}, (self.notes.leaves.index(value), number))[0]
        # It was there before the call, and so may be what was computed from it.
        kept = [(node, node._data) for node in (value, *earlier)]
        try:
            value._data = number
            for node in earlier:
                if node.op is not None:
                    node._data = node.op.compute(tuple(arg._data for arg in node.args))
            return self._again({})[0]
        except ARITHMETIC_ERRORS:
            return math.nan
        finally:
            for node, data in kept:
                node._data = data

    def _again(
        self, moved: dict[int, float], made: tuple[int, float] | None = None
    ) -> tuple[float, Value | None]:
        """Return the output of another call, as a number and as it is."""
        arguments = self.bind()
        given = _values_in(arguments)
        kept = [(value, value._data) for value in given]
        try:
            for i, number in moved.items():
                given[i]._data = number
            notes = noting(made) if made else nullcontext()
            with redirect_stdout(io.StringIO()), notes:
                root = self.f(*arguments.args, **arguments.kwargs)
            alone = isinstance(root, list | tuple) and len(root) == 1
            root: Any = root[0] if alone else root
            if isinstance(root, Value):
                return root.data, root
            return (float(root) if is_real(root) else math.nan), None
        except Exception:  # of the learner's code, and outside a domain
            return math.nan, None
        finally:
            for value, data in kept:
                value._data = data


def _values_in(arguments: inspect.BoundArguments) -> list[Value]:
    things = flatten([*arguments.args, *arguments.kwargs.values()])
    return [thing for thing in things if isinstance(thing, Value)]


def _slope(run: Any, value: Value, output: float) -> float:
    x = value.data
    step = measured_step(x)
    return (run(value, x + step) - output) / step


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _unmeasured(nodes: Sequence[Node]) -> list[Wiggle]:
    return [
        Wiggle(node, math.nan, math.nan, math.nan)
        for node in nodes
        if node.op is None and not node.constant
    ]
