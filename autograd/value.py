"""`Value`: a number that remembers how it was computed.

Arithmetic on Values, and the functions of the table of operations, give new Values
that know their op and their args. The Values so linked are the computation graph, on
which `backward` applies the chain rule.
"""

from __future__ import annotations

import operator

from . import native, ops, reverse
from .messages import is_real, to_float
from .node import Node, build, leaving, noted
from .op import ARITHMETIC_ERRORS, Op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from . import _Methods  # those from the table, as the stub has them
    from .reading.sources import Source
else:
    _Methods = object

_new = object.__new__

# The types that most numbers have, told at a glance.
USUAL = frozenset((float, int))

# Names of micrograd's by which nodes are linked, and names that programs keep on a
# parameter, or pictures on a node: `reading.micrograd` answers for them. Python refuses
# all others. To say in each case what to do instead would take a `__setattr__`, with
# which building a node takes 9 times as long, and `p.grad = 0.0` 13 times.
LINKS = ("_backward", "_op", "_prev")
EXTRAS = "cache color colour decay lr m momentum name tag v velocity".split()


def lifted(number: Any, who_needs: str) -> Value:
    """Return the number as a constant of the graph, and a Value as it is."""
    if isinstance(number, Value):
        return number
    return build(_new(Value), to_float(number, who_needs), None, (), True)


def _unary(op: Op) -> Callable[[Value], Value]:
    """Return the method for `op` of one Value."""
    forward = op.forward

    def method(self: Value) -> Value:
        try:
            data = forward(self._data)
        except ARITHMETIC_ERRORS as error:
            raise op.out_of_domain(error, (self._data,), (self,)) from None
        return build(_new(Value), data, op, (self,), self._constant)

    return _named(method, op.name, op)


def _with_settings(op: Op) -> Callable[..., Value]:
    """Return the method for `op` of a Value and settings, such as a slope."""

    def method(self: Value, *settings: Any, **named: Any) -> Value:
        return op(self, *settings, **named)

    forward: Any = op.forward
    if hasattr(forward, "__code__"):  # else it is the library's, which has no types
        forward = type(forward)(forward.__code__, {}, op.name, op.defaults)
    made = _named(method, op.name, op)
    made.__wrapped__ = forward  # the signature that help shows
    return made


def _has_number(other: Any) -> bool:
    """Tell whether `other` is a Value, and no operand that records ops by itself."""
    return isinstance(other, Value) and not hasattr(other, "apply")


def _binary(op: Op) -> tuple[Callable[..., Value], Callable[..., Value]]:
    """Return the method for `self op other` and the one for `other op self`."""
    forward = op.forward

    def method(self: Value, other: Any) -> Value:
        if type(other) is not Value:
            if not (type(other) in USUAL or is_real(other) or _has_number(other)):
                return NotImplemented
            other = lifted(other, op.symbol)
        try:
            data = forward(self._data, other._data)
        except ARITHMETIC_ERRORS as error:
            data = (self._data, other._data)
            raise op.out_of_domain(error, data, (self, other)) from None
        constant = self._constant and other._constant
        return build(_new(Value), data, op, (self, other), constant)

    def reflected(self: Value, other: Any) -> Value:
        if not (type(other) in USUAL or is_real(other)):
            return NotImplemented
        return method(lifted(other, op.symbol), self)

    return _named(method, f"__{op.name}__", op), _named(
        reflected, f"__r{op.name}__", op
    )


def _named(method: Any, name: str, op: Op) -> Any:
    method.__name__ = name
    method.__qualname__ = f"Value.{name}"
    method.__doc__ = op.__doc__
    return method


def data_of(number: Any) -> Any:
    """Return the data of a Value, and what is no Value as it is."""
    return number.data if isinstance(number, Value) else number


def _compared(value: Value, other: Any) -> Any:
    """Return the number to compare `value` with, or None if `other` is none."""
    leaving(value, "a comparison")
    leaving(other, "a comparison")
    if isinstance(other, Value):
        return other._data
    return other if is_real(other) else None


class _Elsewhere:
    """A name that `reading.micrograd` answers for, in case somebody asks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.__doc__ = "Not an attribute: says where to keep it instead."

    def __get__(self, node: Any, kind: Any = None) -> Any:
        from .reading import micrograd

        return self if node is None else micrograd.read(node, self.name)

    def __set__(self, node: Any, thing: Any) -> None:
        from .reading import micrograd

        micrograd.write(node, self.name, thing)

    def __delete__(self, node: Any) -> None:
        from .reading import micrograd

        micrograd.delete(node, self.name)


class Value(Node, _Methods):
    """A number in a computation graph, and the derivative of an output by it.

    Args:
        data: Any real number; it is kept as a float.
        label: A name for messages, pictures and explanations.
        constant: Whether it is never differentiated: its grad stays 0 and its data as
            it is. What is computed from constants alone is a constant too.

    Attributes:
        data: The number. Assign to it to change a leaf, as a training step does. If
            data, of whatever node, was edited after another node used it, and that node
            is no longer what its op gives for its args, `backward` raises RuntimeError.
            An edit that is undone, or changes no result, does no harm.
        grad: The derivative of the last output by this Value: leaves accumulate over
            calls of `backward`, inner nodes hold the adjoint of the latest call.
        op: The row of the table of operations that made it; None for a leaf.
        args: The Values it was computed from, in order and multiplicity.
        label: The name, which can be changed.

    Numbers on either side of an operator become constants. `==` and `hash` are
    identity, for Values are nodes of a graph; `<`, `<=`, `>` and `>=` compare data.
    No slope goes through a plain number, so `float(v)` is for constants alone, and with
    it `int`, `round`, the functions of `math` and arrays of floats: for others they
    raise TypeError, which says what to write there. `v.data` is the number, and
    `f"{v:.3f}"` prints it.
    A Value takes no further attributes (`p.momentum = 0.0` is an AttributeError, and so
    is a slip such as `p.gard = 0.0`), for they would cost memory in every node: keep
    what is yours in a dictionary by Value, or in a subclass of Value.

    Only ops link nodes: what is written as in micrograd, `Value(data, (a, b), "op")` or
    `out._backward = f`, is a TypeError that shows the same as an `Op`. To be read there
    are `_prev`, each of the args once, `_op`, with micrograd's names, and a callable
    `_backward`.

    Raises:
        TypeError: If `data` is not a real number or `label` not text, or nodes or an
            op are given too.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> y = a * b + a**2
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-2.0, 1.0, 2.0)
    >>> print(f"{y:.2f}")
    -2.00
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self, data: Any, label: str = "", *, constant: bool = False
        ) -> None:
            """See the class."""
    else:

        def __init__(
            self, data, *given, label="", constant=False, _children=(), _op=""
        ):
            """See the class; the rest are micrograd's arguments, which are refused."""
            build(self, to_float(data, "Value needs"), None, (), constant)
            if given or _children or _op:
                if len(given) == 1 and type(given[0]) is str and not (label or _op):
                    label = given[0]  # as nearly always
                else:
                    from .reading.micrograd import label_among

                    label = label_among(given, label, _children, _op)
            if label != "":
                self.label = label

        # The signature that help shows.
        __init__.__wrapped__ = lambda self, data, label="", *, constant=False: None

    def __init_subclass__(cls, **named: Any) -> None:
        """Check that the subclass has no links of its own.

        Raises:
            TypeError: If it has.
        """
        super().__init_subclass__(**named)
        for name in LINKS:
            if name in vars(cls):
                from .reading.micrograd import undeclared

                raise undeclared(f"{cls.__name__}.{name}", cls.__name__.lower())

    def __dir__(self) -> list[str]:
        """Return the names that are there, for completion."""
        own = getattr(self, "__dict__", ())
        return sorted({*super().__dir__()}.difference(EXTRAS).union(own))

    # --- notes on a node --------------------------------------------------------------

    @property
    def label(self) -> str:
        """The name in messages, pictures and explanations."""
        return getattr(self, "_notes", {}).get("label", "")

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise TypeError(f"Value needs text as label; got {label!r}")
        self._note("label", label)

    @property
    def source(self) -> Source | None:
        """The expression that made the node, where `record_sources` was on."""
        return getattr(self, "_notes", {}).get("source")

    def _note(self, name: str, note: Any) -> None:
        if not hasattr(self, "_notes"):
            self._notes = {}
        self._notes[name] = note

    # --- the table's operations -------------------------------------------------------

    __add__, __radd__ = _binary(ops.add)
    __sub__, __rsub__ = _binary(ops.sub)
    __mul__, __rmul__ = _binary(ops.mul)
    __truediv__, __rtruediv__ = _binary(ops.div)
    __pow__, __rpow__ = _binary(ops.pow)
    __neg__ = _unary(ops.neg)
    __pos__ = _unary(ops.identity)
    __abs__ = _unary(ops.abs)

    @classmethod
    def _record_op(cls, op: Op, args: tuple[Any, ...]) -> Value:
        """Return the node for `op` of `args`, of which numbers become constants."""
        nodes = tuple([lifted(arg, f"{op.name} needs") for arg in args])
        data = op.compute(tuple([node._data for node in nodes]), nodes)
        constant = all([node._constant for node in nodes])
        return build(_new(Value), data, op, nodes, constant)

    # --- comparison: by data; == and hash stay those of object, by identity -----------

    def __lt__(self, other: Any) -> bool:
        """Compare data."""
        number = _compared(self, other)
        return NotImplemented if number is None else self._data < number

    def __le__(self, other: Any) -> bool:
        """Compare data."""
        number = _compared(self, other)
        return NotImplemented if number is None else self._data <= number

    def __gt__(self, other: Any) -> bool:
        """Compare data."""
        number = _compared(self, other)
        return NotImplemented if number is None else self._data > number

    def __ge__(self, other: Any) -> bool:
        """Compare data."""
        number = _compared(self, other)
        return NotImplemented if number is None else self._data >= number

    def __bool__(self) -> bool:
        """Return whether data is not 0."""
        leaving(self, "the truth of one")
        return self._data != 0.0

    def __float__(self) -> float:
        """Return data, of a constant. No slope goes through what is computed from it.

        Raises:
            TypeError: If it is no constant.
        """
        if self._constant:
            return self._data
        from .reading.leaving import left_graph

        raise left_graph(self)

    def item(self) -> float:
        """Return data, as arrays do."""
        return self.data

    def conjugate(self) -> Value:
        """Return the Value itself, which is real; NumPy asks for it in a variance."""
        return self

    def __int__(self) -> int:
        """Return data without its fraction, of a constant."""
        return int(float(self))

    __trunc__ = __int__

    def __index__(self) -> int:
        """Return data as a place in a list, of a constant that is a whole number."""
        number: Any = float(self)
        return operator.index(int(number) if number.is_integer() else number)

    def __round__(self, digits: int | None = None) -> float:
        """Return data rounded, of a constant."""
        return round(float(self), digits)

    def __format__(self, spec: str) -> str:
        """Return the text that `spec` makes of data; that of the Value without one."""
        return format(self.data, spec) if spec else str(self)

    def __repr__(self) -> str:
        """Return `Value(data=2.0, grad=0.0)`, with the label where there is one."""
        grad = self.grad._data if isinstance(self.grad, Value) else self.grad
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={grad!r}{label})"

    # --- differentiation --------------------------------------------------------------

    def backward(self, seed: Any = 1.0, create_graph: bool = False) -> None:
        """Put the derivative of this Value by each node of its graph into `node.grad`.

        Leaves accumulate, so that a second call doubles them; inner nodes hold the
        adjoint of the latest call.

        Args:
            seed: The adjoint given to this Value itself, a real number.
            create_graph: Whether grads become Values, which can be differentiated
                again. A leaf then refers to a graph that refers to the leaf: reset its
                grad when done, or use `grad` and `hessian`, which keep no such cycle.

        Raises:
            RuntimeError: If data was edited since the graph was computed.
            ZeroDivisionError, OverflowError, ValueError: If an op has no finite slope
                at its data, such as sqrt at 0. All grads are then left as they were.
        """
        inside, _ = noted(self)
        if inside is not self:
            return inside.backward(seed, create_graph)
        seed = (lifted if create_graph else to_float)(seed, "seed needs")
        reverse.backward(self, seed, create_graph)

    def _hand_on(self) -> None:
        """Hand this node's grad on to its args, the chain rule for one op."""
        leaving(self, "_backward()")
        if self.op is not None:
            reverse.hand_on(self)

    # --- copies -----------------------------------------------------------------------

    def __copy__(self) -> Value:
        """Return another node with the same op and the same args."""
        copy = build(_new(type(self)), 0.0, self._row, self._args, self._constant)
        notes, own = getattr(self, "_notes", {}), getattr(self, "__dict__", {})
        copy.__setstate__((self._data, self.grad, notes, own))
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        """Return a copy of the node and of all that it depends on."""
        from .reading.copies import deep_copy

        return deep_copy(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the graph as one flat list, in the order in which it was made.

        Grads are kept as numbers. Leaves keep their identity in whatever is pickled
        with them. Of inner nodes that two pickled outputs share, each output gets a
        copy.
        """
        from .reading.copies import reduced

        return reduced(self)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take the state that `_state` gave."""
        self._data, self.grad, notes, attributes = state
        if notes:
            self._notes = dict(notes)
        getattr(self, "__dict__", {}).update(attributes)


for _op in ops.TABLE.values():  # what mathematics writes as a function is a method too
    if _op.name in ("neg", "identity", "abs") or _op.notation == "infix":
        continue
    _method = _unary(_op) if _op.arity == 1 else _with_settings(_op)
    for _name in ops.names_in_numpy(_op.name):  # NumPy's functions call these
        setattr(Value, _name, _method)
for _name in (*LINKS, *EXTRAS):
    setattr(Value, _name, _Elsewhere(_name))
native.take_over(Value)


# Pickles name these two.


def _load_leaf(kind: type[Value], constant: bool) -> Value:
    return build(_new(kind), 0.0, None, (), constant)


def _load_graph(rows: list[Any]) -> Value:
    from .reading.copies import loaded

    return loaded(rows)
