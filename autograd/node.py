"""`Node`: a number, the op that made it, and what it was made of.

Nodes linked by their args are a computation graph. This is all that the sweeps of
`reverse` and `forward` see of it; `Value` adds what people want of a number.

Every node has a stamp, which grows with each node that is made. So falling stamps are
the order of back-propagation, without a search: whatever a node was computed from is
older than the node. An edit of data has a stamp too, by which older nodes are known.
"""

from __future__ import annotations

from _thread import get_ident
from contextlib import contextmanager
from itertools import count

from . import native
from .messages import to_float

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Protocol, TypeVar

    from .op import Op

    SomeNode = TypeVar("SomeNode", bound="Node")

    class Watch(Protocol):
        """What looks on while nodes are made (see `reading.sources`)."""

        strict: bool  # whether it looks on while gradients flow, too

        def made(self, node: Any) -> None:
            """See a node that an op has just made."""

    class StrictWatch(Watch, Protocol):
        """What looks on while gradients flow, too."""

        def swept(self, node: Any, arg: Any, total: Any) -> None:
            """See the adjoint or tangent that a share of `arg`, in `node`, led to."""


_stamps = count(1)

# The stamp of the last edit of data: only older nodes may disagree with their args.
_edited = 0

# The threads in which no graph is recorded (see `no_grad`), and what takes numbers out.
_off: set[int] = set()
OFF = "an op in no_grad()"

# Who looks on, if anyone.
_watch: Watch | None = None

# Who is asked before a number leaves the graph, while a function is being recorded,
# and who gives what stands there for a Value that is differentiated.
_reading: Callable[..., None] | None = None
_noting: Callable[..., Any] | None = None


class Node:
    """What an op makes of its args; or a leaf, which no op made.

    Attributes:
        data: The number.
        grad: The derivative of the last output by this node.
        op: The row of the table that made it; None for a leaf.
        args: The nodes it was computed from, in order and multiplicity; () for a leaf.
        constant: Whether it is never differentiated: nothing but constants is in it.
    """

    # `_notes` stays unset until there is a label or a source.
    __slots__ = {
        **dict.fromkeys(("_args", "_constant", "_data", "_notes", "_row", "_stamp")),
        "grad": "The derivative of the last output by this node.",
    }

    _data: float
    _row: Any
    _args: tuple[Any, ...]
    _constant: bool
    _stamp: int
    _notes: dict[str, Any]
    grad: Any

    @property
    def data(self) -> float:
        """The number."""
        held = None if _reading is None else _reading(self, "its data")
        return self._data if held is None else held

    @data.setter
    def data(self, number: Any) -> None:
        if _reading is not None:
            _reading(self, "a change of its data")
        number = to_float(number, "data needs")
        try:
            constant = self._constant
        except AttributeError:
            from .reading.micrograd import undeclared

            raise undeclared("an __init__ in place of Value's") from None
        if constant:
            raise ValueError(
                f"data can be changed in what is no constant; got {self!r}"
                " (hint: compute with a new Value)"
            )
        if number != self._data:
            note_edit()
        self._data = number

    @property
    def op(self) -> Any:
        """The row of the table of operations that made it; None for a leaf."""
        return self._row

    @property
    def args(self) -> tuple[Any, ...]:
        """The nodes that this one was computed from, in order; () for a leaf."""
        return self._args

    @property
    def constant(self) -> bool:
        """Whether it is never differentiated; its data cannot be changed."""
        return self._constant


def build(
    node: SomeNode, data: float, op: Op | None, args: tuple[Any, ...], constant: bool
) -> SomeNode:
    """Make an empty object a node: the one place where nodes come from."""
    if _off and op is not None and is_off():
        for arg in args:
            leaving(arg, OFF)
        op, args, constant = None, (), True
    node._data = data
    node.grad = 0.0
    node._row = op
    node._args = args
    node._constant = constant
    node._stamp = next(_stamps)
    if _watch is not None and op is not None:
        _watch.made(node)
    return node


def is_off() -> bool:
    """Tell whether no graph is recorded in this thread."""
    return get_ident() in _off


@contextmanager
def no_grad(off: bool = True) -> Iterator[None]:
    """Compute without recording a graph: what ops give in the context are constants.

    It concerns the thread that opens it. Functions given to `grad` and its like are
    differentiated all the same.

    Args:
        off: False has graphs recorded again, inside such a context.

    >>> from autograd import Value, no_grad
    >>> w = Value(3.0)
    >>> with no_grad():
    ...     y = w * w
    >>> y.data, y.constant, y.args
    (9.0, True, ())
    """
    thread = get_ident()
    before = thread in _off
    (_off.add if off else _off.discard)(thread)
    try:
        yield
    finally:
        (_off.add if before else _off.discard)(thread)


def note_edit() -> None:
    """Have every graph that stands now be checked before it is differentiated."""
    global _edited
    _edited = next(_stamps)


def last_edit() -> int:
    """Return the stamp of the last edit."""
    return _edited


def watching() -> StrictWatch | None:
    """Return who looks on while gradients flow, if anyone."""
    return _watch if _watch is not None and _watch.strict else None  # type: ignore


def set_watch(watch: Watch | None) -> None:
    """Have `watch` look on while nodes are made, or nobody."""
    global _watch
    _watch = watch


def set_reading(
    reading: Callable[..., None] | None, noting: Callable[..., Any] | None
) -> None:
    """Have `reading` be asked before a number leaves the graph, and `noting` for what
    is differentiated there; or nobody.
    """
    global _reading, _noting
    _reading, _noting = reading, noting


def leaving(thing: Any, what: str) -> None:
    """Have whoever records a function refuse that a number leaves it."""
    if _reading is not None and isinstance(thing, Node):
        _reading(thing, what)


def is_recording() -> bool:
    """Tell whether a function is being recorded, in whatever thread."""
    return _noting is not None


def noted(output: Any, variables: Sequence[Any] = ()) -> tuple[Any, Sequence[Any]]:
    """Return an output, and the variables to differentiate it by, as they are; or, if
    the output is part of a function being recorded, what stands there for them.
    """
    return (output, variables) if _noting is None else _noting(output, variables)


native.take_nodes(globals())
