"""Record: the function of one sample, run once on operands that only note what is done.

What is noted is a list of scalar operations. Parameters, inputs and constants are told
apart, and the same operation on the same operands is noted once. A recorded operand has
no number: who asks for it, to branch on it, is told which line did and what to write
instead.
"""

from __future__ import annotations

import math
from _thread import get_ident
from dataclasses import dataclass, field
from functools import cache

from .. import ops
from ..graph import topological, walking
from ..op import Op, cut, is_real, to_float
from ..operands import Operand
from ..sources import line_of_user, way_on
from ..structure import flatten
from ..value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

_new = object.__new__


# What to do instead.
BRANCH = "in place of branching on a number: where(step(x), …), maximum, relu, clip"
INDEX = "in place of an index: a list of 0s with one 1, and its products with the table"


@dataclass(frozen=True, eq=False)
class Scalars:
    """Scalar operations, in order; a node is the number of its place in the lists.

    Attributes:
        ops: The op of each node; None for a leaf.
        args: The nodes that each is computed from.
        inputs: Which input a node is, for those that are inputs.
        parameters: Which parameter a node is, for those that are.
        constants: The number of each node that is one.
        outputs: The nodes that the function returned.
        sizes: How many numbers there are of inputs and of parameters.
    """

    ops: list[Op | None] = field(default_factory=list)
    args: list[tuple[int, ...]] = field(default_factory=list)
    inputs: dict[int, int] = field(default_factory=dict)
    parameters: dict[int, int] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    sizes: tuple[int, int] = (0, 0)


class Recorded(Operand):
    """A scalar of the function being recorded."""

    __slots__ = ()

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Note the op, and return the operand that stands for its result."""
        return _recording().apply(op, args)

    @property
    def data(self) -> float:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Refuse: there is no number."""
        _refuse("its data")

    def __float__(self) -> float:
        """Refuse: there is no number."""
        _refuse("float() of one", way_on())

    def __int__(self) -> int:
        """Refuse: there is no number."""
        _refuse("int() of one", way_on())

    def __index__(self) -> int:
        """Refuse: there is no number."""
        _refuse("the item at its place", INDEX)

    def __bool__(self) -> bool:
        """Refuse: there is no number."""
        _refuse("the truth of one")

    def __lt__(self, other: Any) -> bool:
        """Refuse: there is no number."""
        _refuse("a comparison")

    __le__ = __gt__ = __ge__ = __lt__

    def __eq__(self, other: object) -> bool:
        """Tell parameters apart; refuse what asks for a number."""
        if is_real(other) or (
            other is not self
            and isinstance(other, Recorded)
            and not (_is_parameter(self) or _is_parameter(other))
        ):
            _refuse("a comparison")
        return self is other

    def __hash__(self) -> int:
        """Tell parameters apart; refuse for others, which may be looked up as numbers.

        A set or a dict would look for the operand itself, and find it nowhere.
        """
        if not _is_parameter(self):
            _refuse("its place in a set or a dict")
        return Value.__hash__(self)

    def __repr__(self) -> str:
        """Return `<recorded scalar>`."""
        return "<recorded scalar>"

    def backward(self, seed: Any = 1.0, create_graph: bool = False) -> None:
        """Refuse: a program is differentiated as a whole."""
        _refuse("backward() of one")


class _Recording:
    """Takes the notes."""

    def __init__(self) -> None:
        self.scalars = Scalars()
        self.nodes: list[Recorded] = []
        self.known: dict[Any, Recorded] = {}
        self.leaves: dict[int, int] = {}  # by id
        self.thread = get_ident()

    def leaf(self, node: Recorded) -> int:
        """Note a leaf, and return its number."""
        number = len(self.nodes)
        self.scalars.ops.append(None)
        self.scalars.args.append(())
        self.nodes.append(node)
        self.leaves[id(node)] = node._scratch = number
        return number

    def constant(self, number: float) -> Recorded:
        # 0.0 and -0.0 are equal and not the same, nan is the same and not equal.
        key = number, math.copysign(1.0, number)
        if key not in self.known:
            self.known[key] = node = _operand()
            self.scalars.constants[self.leaf(node)] = number
        return self.known[key]

    def apply(self, op: Op, args: tuple[Any, ...]) -> Recorded:
        places = tuple([self.place(arg) for arg in args])
        if op is ops.div and self.scalars.constants.get(places[1]) == 1.0:
            return self.nodes[places[0]]  # the mean of one sample
        key = op, places
        node = self.known.get(key)
        if node is None:
            node = _operand()
            self.scalars.ops.append(op)
            self.scalars.args.append(places)
            node._scratch = len(self.nodes)
            self.nodes.append(node)
            self.known[key] = node
        return node

    def place(self, arg: Any) -> int:
        """Return the number of an operand, of whatever kind."""
        if isinstance(arg, Recorded):
            number = arg._scratch
            if (
                type(number) is not int
                or number >= len(self.nodes)
                or self.nodes[number] is not arg
            ):
                raise RuntimeError(
                    "a recorded scalar needs its own recording; got one that an earlier"
                    f" one left behind, at {line_of_user()}"
                )
            return number
        if not isinstance(arg, Value):
            return self.constant(to_float(arg, "an op needs"))._scratch
        return self.value(arg)._scratch

    def value(self, value: Value) -> Recorded:
        """Take over a Value that was computed before, or that is no parameter."""
        if value.constant:
            return self.constant(value.data)
        if value in self.known:
            return self.known[value]
        order = topological(value)
        for node in order:
            if isinstance(node, Recorded):
                node._scratch = self.leaves[id(node)]  # which the walk has overwritten
        for node in order:
            if isinstance(node, Recorded) or node in self.known:
                continue
            if node.constant:
                self.known[node] = self.constant(node.data)
            elif node.op is None:
                raise ValueError(
                    "a program needs each leaf among its parameters or inputs; got"
                    f" {cut(node)}, at {line_of_user()} (hint: is it of another model?"
                    " What is not trained is Value(number, constant=True))"
                )
            else:
                args = [self.known.get(a, a) for a in node.args]
                self.known[node] = self.apply(node.op, tuple(args))
        return self.known[value]


_current: _Recording | None = None


def _is_parameter(node: Recorded) -> bool:
    return _recording().scalars.parameters.get(node._scratch) is not None


def _recording() -> _Recording:
    if _current is None:
        raise RuntimeError(
            "a recorded scalar needs the recording it was made in, which is over; got"
            f" an op on it, at {line_of_user()}"
        )
    if _current.thread != get_ident():
        raise RuntimeError(
            "a parameter needs the recording of its model to be over; got asked for in"
            f" another thread meanwhile, at {line_of_user()}"
        )
    return _current


def record_scalars(
    f: Callable[..., Any], inputs: Sequence[Any], parameters: Sequence[Value]
) -> tuple[Scalars, Any]:
    """Return the scalar operations of `f`, and what it returned, of numbered nodes.

    Args:
        f: Takes one argument for each of `inputs`.
        inputs: For each argument how many numbers it is: 1 for one number, 3 for a list
            of three, (2, 3) for two lists of three, …
        parameters: The Values to differentiate by.

    Raises:
        RuntimeError: If a recording is going on already.
        TypeError: If `f` asks a scalar for its number, or returns no scalars.
        ValueError: If a leaf is neither a parameter nor a constant.
    """
    global _current
    for p in parameters:
        if not isinstance(p, Value):
            raise TypeError(f"a program needs Values as parameters; got {cut(p)}")
        if p.op is not None or p.constant:
            what = "a constant" if p.constant else "a computed Value"
            raise ValueError(f"a program needs leaves as parameters; got {what}, {p!r}")
    with walking:
        if _current is not None:
            raise RuntimeError(
                "recording needs to come to an end before the next; got record() inside"
                f" a recorded function, at {line_of_user()}"
            )
        _current = recording = _Recording()
        scalars = recording.scalars
        changed: list[tuple[Value, type]] = []
        try:
            arguments = [_shaped(size, recording) for size in inputs]
            for i, node in enumerate(flatten(arguments)):
                scalars.inputs[node._scratch] = i
            # While it is recorded, a parameter has no number either.
            for i, p in enumerate(dict.fromkeys(parameters)):
                changed.append((p, type(p)))
                node: Any = p
                node.__class__ = _recorded_kind(type(p))
                scalars.parameters[recording.leaf(node)] = i
            result = f(*arguments)
            outputs = flatten(result)
            for output in outputs:
                if not isinstance(output, Value) and not is_real(output):
                    raise TypeError(
                        "a program needs a function that returns scalars; got"
                        f" {type(output).__name__} {cut(output)}"
                    )
                scalars.outputs.append(recording.place(output))
        finally:
            for p, kind in changed:
                p.__class__ = kind
                p._scratch = None
            for node in recording.nodes:
                node._scratch = None
            _current = None
    sizes = len(scalars.inputs), len(scalars.parameters)
    object.__setattr__(scalars, "sizes", sizes)
    return scalars, result


@cache
def _recorded_kind(kind: type) -> type:
    """Return what a parameter of a subclass of Value is while it is recorded."""
    if kind is Value:
        return Recorded
    # Only classes that keep the same things can stand in for each other.
    body = {} if kind.__dictoffset__ else {"__slots__": ()}
    return type(f"Recorded{kind.__name__}", (kind, Recorded), body)


def _operand() -> Recorded:
    node = _new(Recorded)
    node._data = math.nan
    node.grad = 0.0
    node._active = True
    node._row = node._first = node._after = node._scratch = None
    node._stamp = 0
    return node


def _shaped(size: Any, recording: _Recording, inside: bool = False) -> Any:
    """Return one recorded scalar for size 1, else lists of them."""
    if isinstance(size, int) and not isinstance(size, bool) and size >= 1:
        if size == 1 and not inside:
            node = _operand()
            recording.leaf(node)
            return node
        return [_shaped(1, recording) for _ in range(size)]
    if isinstance(size, tuple | list) and size:
        first, *rest = size
        if isinstance(first, int) and first >= 1:
            if not rest:
                return _shaped(first, recording, inside=True)
            return [_shaped(rest, recording, inside=True) for _ in range(first)]
    raise ValueError(
        f"inputs need a size for each argument, such as 1, 3 or (2, 3); got {cut(size)}"
    )


def _refuse(what: str, hint: str = BRANCH) -> NoReturn:
    if _current is not None:
        _recording()  # another thread is told about the recording
    raise TypeError(
        "a recorded scalar stands for many numbers, and has none of its own;"
        f" {what} was asked for, at {line_of_user()} (hint: {hint})"
    )
