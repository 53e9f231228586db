"""Record: the function of one sample, run once on operands that only note what is done.

What is noted is a list of scalar operations. Parameters, inputs and constants are told
apart, and the same operation on the same operands is noted once. A recorded operand has
no number: who asks for it, to branch on it, is told which line did and what to write
instead.
"""

from __future__ import annotations

import math
import pickle
import random
import sys
from _thread import get_ident
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .. import ops
from ..forks import in_child, one_at_a_time
from ..graph import topological
from ..messages import cut, is_real, to_float
from ..nesting import flatten, rebuild, units
from ..node import set_reading
from ..op import Op
from ..operands import Operand
from ..reading.sources import OURS, line_of_user, way_on
from ..value import Value

_new = object.__new__


# What to do instead.
BRANCH = "in place of branching on a number: where(step(x), …), maximum, relu, clip"
SAME = "a program needs a function that does the same each time it is called"
INSIDE = (
    "record the function itself: the compiled program gives the gradients, and hvp"
    " second derivatives"
)
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
    """A scalar of the function being recorded; `number` is its place in the notes."""

    __slots__ = ("number",)

    number: int

    # There is no graph to walk, and nothing was differentiated.
    _args: Any = property(
        lambda self: _refuse("its graph", INSIDE), lambda self, _: None
    )
    grad = property(lambda self: _refuse("its grad", INSIDE), lambda self, _: None)

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Note the op, and return the operand that stands for its result."""
        recording = _recordings.get(get_ident())
        if recording is None:
            raise RuntimeError(
                "a recorded scalar needs the recording it was made in, which is over"
                f" or another thread's; got an op on it, at {line_of_user()}"
            )
        return recording.apply(op, args)

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
        """Refuse what asks for a number; a parameter is itself, whatever its number."""
        if is_real(other) or (isinstance(other, Recorded) and other is not self):
            _refuse("a comparison")
        return self is other

    def __hash__(self) -> int:
        """Refuse: it may be looked up as a number.

        A set or a dict would look for the operand itself, and find it nowhere. Our own
        code has sets and dicts of the nodes of a graph.
        """
        if sys._getframe(1).f_code.co_filename.startswith(OURS):
            _refuse("its graph", INSIDE)
        _refuse("its place in a set or a dict")

    def __repr__(self) -> str:
        """Return `<recorded scalar>`."""
        return "<recorded scalar>"

    def backward(self, seed: Any = 1.0, create_graph: bool = False) -> None:
        """Refuse: a program is differentiated as a whole."""
        _refuse("backward()", INSIDE)

    def _hand_on(self) -> None:
        _refuse("_backward()", INSIDE)


class _Recording:
    """Takes the notes."""

    def __init__(self, parameters: Sequence[Value]) -> None:
        self.scalars = Scalars()
        self.nodes: list[Recorded] = []
        self.known: dict[Any, Recorded] = {}
        self.parameters = frozenset(parameters)

    def leaf(self) -> Recorded:
        """Note a leaf, and return the operand that stands for it."""
        return self._noted(None, ())

    def _noted(self, op: Op | None, places: tuple[int, ...]) -> Recorded:
        node = _new(Recorded)
        node._row = None
        node._constant = False
        node.number = len(self.nodes)
        self.scalars.ops.append(op)
        self.scalars.args.append(places)
        self.nodes.append(node)
        return node

    def constant(self, number: float) -> Recorded:
        # 0.0 and -0.0 are equal and not the same, nan is the same and not equal.
        key = number, math.copysign(1.0, number)
        if key not in self.known:
            self.known[key] = node = self.leaf()
            self.scalars.constants[node.number] = number
        return self.known[key]

    def apply(self, op: Op, args: tuple[Any, ...]) -> Recorded:
        places = tuple([self.place(arg) for arg in args])
        if op is ops.div and self.scalars.constants.get(places[1]) == 1.0:
            return self.nodes[places[0]]  # the mean of one sample
        key = op, places
        if key not in self.known:
            self.known[key] = self._noted(op, places)
        return self.known[key]

    def place(self, arg: Any) -> int:
        """Return the number of an operand, of whatever kind."""
        if isinstance(arg, Recorded):
            number = arg.number
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
            return self.constant(to_float(arg, "an op needs")).number
        return self.value(arg).number

    def value(self, value: Value) -> Recorded:
        """Take over a Value: a parameter, or computed from parameters and constants."""
        known = self.known
        waiting = [value]
        while waiting:
            node = waiting[-1]
            if node not in known:
                if node.constant:
                    known[node] = self.constant(node._data)
                elif node.op is None:
                    raise ValueError(
                        "a program needs each leaf among its parameters or inputs; got"
                        f" {cut(node)}, at {line_of_user()} (hint: is it of another"
                        " model? What is not trained is Value(number, constant=True);"
                        " and nothing is differentiated inside a recorded function)"
                    )
                elif unknown := [arg for arg in node.args if arg not in known]:
                    waiting += reversed(unknown)
                    continue
                else:
                    known[node] = self.apply(node.op, node.args)
            waiting.pop()
        return known[value]

    def concerns(self, value: Value) -> bool:
        """Tell whether a Value is, or depends on, a parameter or an input."""
        if isinstance(value, Recorded):
            return True
        if value.constant:
            return False
        return not self.parameters.isdisjoint(topological(value))


# The recordings going on, by thread: each concerns its own thread alone.
_recordings: dict[int, _Recording] = {}


def _choose() -> None:
    set_reading(_read if _recordings else None)


def _forget() -> None:
    """Leave out, in a child, those of threads that it does not have."""
    for thread in _recordings.keys() - {get_ident()}:
        del _recordings[thread]
    _choose()


in_child(_forget)


def _read(value: Value, what: str, differentiating: bool = False) -> None:
    """Refuse to tell the number of what is being recorded in this thread."""
    recording = _recordings.get(get_ident())
    if recording is not None and recording.concerns(value):
        _refuse(what, INSIDE if differentiating else BRANCH)


@contextmanager
def _going_on(recording: _Recording) -> Iterator[None]:
    """Have what happens in this thread be noted."""
    with one_at_a_time:
        _recordings[get_ident()] = recording
        _choose()
    try:
        yield
    finally:
        with one_at_a_time:
            del _recordings[get_ident()]
            _choose()


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
        ValueError: If a leaf is neither a parameter nor a constant, or `f` draws random
            numbers, or does another thing when it is called once more.
    """
    for p in parameters:
        if not isinstance(p, Value):
            raise TypeError(f"a program needs Values as parameters; got {cut(p)}")
        if p.op is not None or p.constant:
            what = "a constant" if p.constant else "a computed Value"
            raise ValueError(f"a program needs leaves as parameters; got {what}, {p!r}")
    if get_ident() in _recordings:
        raise RuntimeError(
            "recording needs to come to an end before the next; got record() inside"
            f" a recorded function, at {line_of_user()}"
        )
    parameters = list(dict.fromkeys(parameters))
    drawn = _generators()
    scalars, result = _recorded(f, inputs, parameters)
    for name, state in _generators().items():
        if name in drawn and state != drawn[name]:
            _set_generator(name, drawn[name])
            raise ValueError(
                f"{SAME}; got one that draws random numbers, of {name} (hint: draw"
                " before, or pass what is drawn as an input)"
            )
    # Other generators, counters and clocks show in a second recording.
    again, _ = _recorded(f, inputs, parameters)
    _check_same(scalars, again)
    return scalars, result


def _generators() -> dict[str, Any]:
    """Return the state of the generators that a program shares, by their modules."""
    states: dict[str, Any] = {"random": random.getstate()}
    if "numpy.random" in sys.modules:
        states["numpy.random"] = pickle.dumps(_numpy_random().get_state(legacy=False))
    return states


def _set_generator(name: str, state: Any) -> None:
    if name == "random":
        random.setstate(state)
    else:
        _numpy_random().set_state(pickle.loads(state))


def _numpy_random() -> Any:
    return sys.modules["numpy.random"]


def _check_same(scalars: Scalars, again: Scalars) -> None:
    """Check that a function was recorded a second time as at first.

    Raises:
        ValueError: If it was not, with the first number that differs.
    """
    pairs = zip(scalars.constants.items(), again.constants.items(), strict=False)
    for first, then in pairs:
        if repr(first) != repr(then):  # nan is the same, and -0.0 is not 0.0
            got = f"the number {first[1]!r} at first, and {then[1]!r} then"
            break
    else:
        shapes = [(_names(s.ops), s.args, s.outputs) for s in (scalars, again)]
        if shapes[0] == shapes[1]:
            return
        got = f"{len(scalars.ops):,} scalars at first, and {len(again.ops):,} others"
    raise ValueError(
        f"{SAME}; got {got} (hint: pass what changes from call to call as an input;"
        " draw, count and look at the clock before)"
    )


def _names(row: Sequence[Op | None]) -> list[str | None]:
    # An op can be declared inside the function, each time anew.
    return [op and op.name for op in row]


def _recorded(
    f: Callable[..., Any], inputs: Sequence[Any], parameters: Sequence[Value]
) -> tuple[Scalars, Any]:
    recording = _Recording(parameters)
    scalars = recording.scalars
    with _going_on(recording):
        arguments = [_shaped(size, recording) for size in inputs]
        for i, node in enumerate(flatten(arguments)):
            scalars.inputs[node.number] = i
        for i, p in enumerate(parameters):
            recording.known[p] = node = recording.leaf()
            scalars.parameters[node.number] = i
        result = f(*arguments)
        for output in units(result):
            if not isinstance(output, Value) and not is_real(output):
                raise TypeError(
                    "a program needs a function that returns scalars; got"
                    f" {type(output).__name__} {cut(output)}"
                )
            scalars.outputs.append(recording.place(output))
    sizes = len(scalars.inputs), len(scalars.parameters)
    object.__setattr__(scalars, "sizes", sizes)
    return scalars, rebuild(result, iter(scalars.outputs))


def _shaped(size: Any, recording: _Recording, inside: bool = False) -> Any:
    """Return one recorded scalar for size 1, else lists of them."""
    if isinstance(size, int) and not isinstance(size, bool) and size >= 1:
        if size == 1 and not inside:
            return recording.leaf()
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
    if hint is INSIDE:
        needs = "a recorded function needs to be differentiated as a whole, not inside"
    else:
        needs = "a recorded scalar stands for many numbers, and has none of its own"
    raise TypeError(
        f"{needs}; {what} was asked for, at {line_of_user()} (hint: {hint})"
    )
