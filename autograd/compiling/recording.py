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
from functools import cache
from typing import Any, NoReturn

from .. import forward, graph, ops, reverse, transforms
from ..composites import largest, stop_gradient
from ..forks import in_child, one_at_a_time
from ..graph import topological
from ..imports import np
from ..messages import cut, is_real, other_type, to_float
from ..nesting import flatten, outline, rebuild, units
from ..node import OFF, is_off, set_reading
from ..op import Op, one, zero
from ..operands import Operand
from ..reading.sources import OURS, feeds_max, line_of_user, list_indexed, way_on
from ..value import Value, lifted
from . import asked
from .asked import Asked, may_be_infinite
from .items import item_of
from .tracing import answer, slope_of

_new = object.__new__

SWEEPS = [
    module.__file__ for module in (asked, forward, graph, reverse, transforms)
] + [__file__]  # fmt: skip
LATE = 1 << 62  # stamps after those of all nodes outside

# What to do instead.
BRANCH = "in place of branching on a number: where(step(x), …), maximum, relu, clip"
SAME = "a program needs a function that does the same each time it is called"
INSIDE = (
    "autograd.grad, or backward(create_graph=True); draw and explain what is not being"
    " recorded"
)
INDEX = (
    "in place of an index: an input itself, in items[x], of a list of numbers or of"
    " lists of one shape, in a file or notebook, whose line is read; else a list of 0s"
    " with one 1, and its products with the table"
)
HINTS = {
    "its data": f"{BRANCH}; softmax, logsumexp",
    "_backward()": INSIDE,
    OFF: "autograd.stop_gradient(y) of what it gives, outside of no_grad",
}


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
        choices: From how many items an input chooses, for those that do.
    """

    ops: list[Op | None] = field(default_factory=list)
    args: list[tuple[int, ...]] = field(default_factory=list)
    inputs: dict[int, int] = field(default_factory=dict)
    parameters: dict[int, int] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    sizes: tuple[int, int] = (0, 0)
    choices: dict[int, int] = field(default_factory=dict)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state of a pickle, which may be older than choices."""
        vars(self).update({"choices": {}} | state)


class Recorded(Operand):
    """A scalar of the function being recorded; `number` is its place in the notes."""

    __slots__ = ("number",)

    number: int

    # The sweeps alone know the graph.
    @property
    def args(self) -> tuple[Any, ...]:
        """Refuse: what is shown or told of a graph has numbers."""
        _refuse("its graph", INSIDE)

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Note the op, and return the operand that stands for its result."""
        recording = _recordings.get(get_ident())
        if recording is None:
            raise RuntimeError(
                "a recorded scalar needs the recording it was made in, which is over"
                f" or another thread's; got an op on it, at {line_of_user()}"
            )
        if is_off():
            _refuse(OFF, HINTS[OFF])
        return recording.apply(op, args)

    @property
    def data(self) -> float:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Refuse: there is no number; but the largest of several is noted, and held."""
        return _held(self)

    def __float__(self) -> float:
        """Refuse: there is no number."""
        _refuse("float() of one", way_on())

    def __int__(self) -> int:
        """Refuse: there is no number."""
        _refuse("int() of one", way_on())

    def __index__(self) -> int:
        """Return the place at which what is chosen by it stands in the list."""
        items = list_indexed(sys._getframe(1))
        recording = _recordings.get(get_ident())
        if recording is None or not isinstance(items, list) or not items:
            _refuse("the item at its place", INDEX)
        return recording.lend(items, self)

    def __bool__(self) -> bool:
        """Answer as is being tried out, in a partial; else refuse."""
        found = answer(self)
        return _refuse("the truth of one") if found is None else found

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

        A set or a dict would look for the operand itself, and find it nowhere. The
        sweeps have dicts of the nodes of a graph.
        """
        asking = sys._getframe(1).f_code.co_filename
        if asking in SWEEPS:
            return self.number  # so that sets have the same order each time
        if asking.startswith(OURS):
            _refuse("its graph", INSIDE)
        _refuse("its place in a set or a dict")

    def __repr__(self) -> str:
        """Return `<recorded scalar>`."""
        return "<recorded scalar>"

    def backward(self, seed: Any = 1.0, create_graph: bool = False) -> None:
        """Put derivatives that are noted too into `grad`, also of what stands outside.

        Raises:
            TypeError: Unless they are to be a graph.
        """
        if not create_graph:
            _refuse("backward()", INSIDE)
        recording = _recordings[get_ident()]
        recording.noted(self, ())
        with recording.grads_inside():
            reverse.backward(self, lifted(seed, "seed needs"), create_graph)

    def _hand_on(self) -> None:
        _refuse("_backward()", INSIDE)


class Largest(Recorded):
    """The largest of some scalars, as a number that nothing is differentiated by."""

    __slots__ = ("among",)

    among: list[Any]

    def __gt__(self, other: Any) -> bool:
        """Take over what the other is the largest of; for max, the larger one is."""
        other.among += self.among
        self.among = other.among
        return True


class _Recording:
    """Takes the notes."""

    def __init__(self, parameters: Sequence[Value]) -> None:
        self.scalars = Scalars()
        self.nodes: list[Recorded] = []
        self.known: dict[Any, Recorded] = {}
        self.parameters = frozenset(parameters)
        self.grads: dict[Value, Any] = {}  # what they were before
        self.differentiated = False
        self.asked = Asked((), ())
        self.lent: tuple[list[Any], Any] | None = None

    def leaf(self) -> Recorded:
        """Note a leaf, and return the operand that stands for it."""
        return self._noted(None, ())

    def _noted(self, op: Op | None, places: tuple[int, ...]) -> Recorded:
        node = _new(Recorded)
        node._row = op and _row(op)
        node._args = tuple([self.nodes[place] for place in places])
        node._constant, node._data, node.grad = False, 1.0, 0.0
        node.number = len(self.nodes)
        node._stamp = LATE + node.number
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
        self.take_back()
        places = tuple([self.place(arg) for arg in args])
        if op is ops.div and self.scalars.constants.get(places[1]) == 1.0:
            return self.nodes[places[0]]  # the mean of one sample
        if op is ops.identity:  # of what is differentiated by, each is its own
            return self._noted(op, places)
        key = op, places
        if key not in self.known:
            self.known[key] = self._noted(op, places)
        return self.known[key]

    def place(self, arg: Any) -> int:
        """Return the number of an operand, of whatever kind."""
        if isinstance(arg, Largest):
            return self.place(stop_gradient(largest(arg.among)))
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
                        " model? What is not trained is Value(number, constant=True))"
                    )
                elif unknown := [arg for arg in node.args if arg not in known]:
                    waiting += reversed(unknown)
                    continue
                else:
                    known[node] = self.apply(node.op, node.args)
            waiting.pop()
        return known[value]

    def noted(
        self, output: Any, variables: Sequence[Value]
    ) -> tuple[Any, Sequence[Value]]:
        """See `node.noted`."""
        self.differentiated = True
        for variable in variables:
            if variable._row is None and not isinstance(variable, Recorded):
                constant = self.constant(variable._data)
                self.known.setdefault(variable, +constant)
        outputs = flatten(output)
        if any(map(self.concerns, outputs)):
            noted = [self.nodes[self.place(number)] for number in outputs]
            output = rebuild(output, iter(noted))
            variables = [self.nodes[self.place(x)] for x in variables]
            self.asked = Asked(noted, variables)
        return output, variables

    def lend(self, items: list[Any], index: Recorded) -> int:
        """Have what an index chooses stand at the end of a list, and return where.

        It stands there until the next op: Python takes it before it does anything else.
        """
        self.take_back()
        number = self.scalars.inputs.get(index.number)
        alike = {outline(item) for item in items}
        if number is None or len(alike) > 1:
            _refuse("the item at its place", INDEX)
        length = min(len(items), self.scalars.choices.get(number, len(items)))
        self.scalars.choices[number] = length
        choose = item_of(len(items))
        columns = zip(*map(flatten, items), strict=True)
        chosen = [choose(index, *column) for column in columns]
        self.lent = items, rebuild(items[0], iter(chosen))
        items.append(self.lent[1])
        return len(items) - 1

    def take_back(self) -> None:
        """Have the list that something was lent to be as it was."""
        if self.lent is not None:
            items, item = self.lent
            del items[max(i for i, each in enumerate(items) if each is item)]
            self.lent = None

    @contextmanager
    def grads_inside(self) -> Iterator[None]:
        """Have each Value the grad of what stands for it, which goes on from there."""
        pairs = [(x, node) for x, node in self.known.items() if isinstance(x, Value)]
        for value, node in pairs:
            node.grad = value.grad if isinstance(value.grad, Value) else 0.0
        yield
        for value, node in pairs:
            if isinstance(node.grad, Value):
                self.grads.setdefault(value, value.grad)
                value.grad = node.grad

    def concerns(self, value: Any) -> bool:
        """Tell whether a Value is, or depends on, a parameter or an input."""
        if isinstance(value, Recorded):
            return True
        if not isinstance(value, Value) or value.constant:
            return False
        return not self.parameters.isdisjoint(topological(value))


# The recordings going on, by thread: each concerns its own thread alone.
_recordings: dict[int, _Recording] = {}


def _choose() -> None:
    set_reading(*((_read, _noted) if _recordings else (None, None)))


def _forget() -> None:
    """Leave out, in a child, those of threads that it does not have."""
    for thread in _recordings.keys() - {get_ident()}:
        del _recordings[thread]
    _choose()


in_child(_forget)


def _read(value: Value, what: str) -> Any:
    """Refuse to tell the number of what is being recorded in this thread."""
    recording = _recordings.get(get_ident())
    if recording is not None and recording.concerns(value):
        return (
            _held(value)
            if what == "its data"
            else _refuse(what, HINTS.get(what, BRANCH))
        )


def _held(value: Value) -> Any:
    """Return what stands for data in max(v.data for v in …), or refuse to tell data."""
    if not feeds_max():
        _refuse("its data", HINTS["its data"])
    held = _new(Largest)
    held.among = [value]
    return held


def _noted(output: Any, variables: Sequence[Value]) -> tuple[Any, Sequence[Value]]:
    recording = _recordings.get(get_ident())
    if recording is None:
        return output, variables
    return recording.noted(output, variables)


@cache
def _row(op: Op) -> Op:
    """Return the row of an op whose partials are noted, whatever they test."""
    row = _new(Op)
    vars(row).update(vars(op), __wrapped__=op)
    row.partials = tuple([_noting(op, i) for i in range(op.arity)])
    # What is taken depends on the numbers, which there are none of: each may be.
    row.taken = tuple([zero if test is zero else one for test in op.taken])
    row.chooses = zero in row.taken
    return row


def _noting(op: Op, i: int) -> Callable[..., Any]:
    """Return a partial for operands of which some are constants."""
    if op.partials[i] in (one, zero):
        return op.partials[i]

    def noting(*operands: Any) -> Any:
        recording = _recordings[get_ident()]
        known = recording.scalars.constants
        numbers = [known.get(x.number, x) for x in operands]
        slope = slope_of(op, i, numbers)
        if may_be_infinite(op, slope, numbers):
            there = recording.asked.of(operands[-1], i)
            if isinstance(there, bool):
                return slope if there else 0.0
            return ops.where(there, slope, 0.0)
        return slope

    return noting


@contextmanager
def _going_on(recording: _Recording) -> Iterator[None]:
    """Have what happens in this thread be noted."""
    with one_at_a_time:
        _recordings[get_ident()] = recording
        _choose()
    try:
        yield
    finally:
        recording.take_back()
        with one_at_a_time:
            del _recordings[get_ident()]
            _choose()
        for value, grad in recording.grads.items():
            value.grad = grad


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
        states["numpy.random"] = pickle.dumps(np.random.get_state(legacy=False))
    return states


def _set_generator(name: str, state: Any) -> None:
    if name == "random":
        random.setstate(state)
    else:
        np.random.set_state(pickle.loads(state))


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
                raise other_type(
                    "a program needs a function that returns scalars", output
                )
            scalars.outputs.append(recording.place(output))
    if recording.differentiated:
        scalars = _simplified(scalars)
    sizes = len(scalars.inputs), len(scalars.parameters)
    object.__setattr__(scalars, "sizes", sizes)
    return scalars, rebuild(result, iter(scalars.outputs))


def _simplified(scalars: Scalars) -> Scalars:
    """Return the scalars without what derivatives leave: 1 · x, x¹, and x once more."""
    simpler = Scalars(choices=scalars.choices)
    known: dict[Any, int] = {}
    place: list[int] = []
    for op, args in zip(scalars.ops, scalars.args, strict=True):
        numbers = [scalars.constants.get(arg) for arg in args]
        args = tuple([place[arg] for arg in args])
        if op is ops.identity or (op in (ops.mul, ops.pow) and numbers[1] == 1.0):
            place.append(args[0])
        elif op is ops.mul and numbers[0] == 1.0:
            place.append(args[1])
        elif op is not None and (op, args) in known:
            place.append(known[op, args])
        else:
            known[op, args] = len(simpler.ops)
            place.append(len(simpler.ops))
            simpler.ops.append(op)
            simpler.args.append(args)
    for name in ("inputs", "parameters", "constants"):
        others = getattr(scalars, name)
        getattr(simpler, name).update({place[n]: x for n, x in others.items()})
    simpler.outputs.extend([place[n] for n in scalars.outputs])
    return simpler


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
        needs = "a recorded scalar needs gradients that are recorded as well"
    else:
        needs = "a recorded scalar stands for many numbers, and has none of its own"
    raise TypeError(
        f"{needs}; {what} was asked for, at {line_of_user()} (hint: {hint})"
    )
