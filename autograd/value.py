"""`Value`: a number that remembers how it was computed.

Arithmetic on Values, and the functions of the table of operations, give new Values
that know their op and their args. The Values so linked are the computation graph, on
which `backward` applies the chain rule.
"""

from __future__ import annotations

from . import ops, reverse
from .graph import is_active, topological
from .messages import describe, is_real, to_float
from .micrograd import Links, label_among, undeclared
from .op import ARITHMETIC_ERRORS, Op, one
from .reverse import EDITED, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol

    from .reading.sources import Source

    class Watch(Protocol):
        """What looks on while nodes are made (see `sources`, `anomaly`)."""

        strict: bool  # whether it looks on while gradients flow, too

        def made(self, node: Value) -> None:
            """See a node that an op has just made."""

    class StrictWatch(Watch, Protocol):
        """What looks on while gradients flow, too."""

        def swept(self, node: Value, arg: Value, total: Any) -> None:
            """See the adjoint or tangent that a share of `arg`, in `node`, led to."""


# How many edits of data there have been. A node is stamped with their number when it is
# made, and a leaf when it is edited: an arg with a later stamp than its node was edited
# after it was used. Constants are never edited, and have None.
_edits = 0

# Who looks on, if anyone.
_watch: Watch | None = None

# Who is asked before a number leaves the graph, while a function is being recorded.
_reading: Callable[..., None] | None = None

_new = object.__new__

# The types that most numbers have, told at a glance.
USUAL = frozenset((float, int))


def _node(op: Op, data: float, args: Sequence[Value]) -> Value:
    node = _new(Value)
    node._data = data
    node.grad = 0.0
    node._row = op
    node._first, node._after = _stored(args)
    node._scratch = None
    node._stamp = None if all([arg._stamp is None for arg in args]) else _edits
    node._active = is_active(op, args)
    if _watch is not None:
        _watch.made(node)
    return node


def _lifted(number: Any, who_needs: str) -> Value:
    """Return the number as a constant of the graph, and a Value as it is."""
    if isinstance(number, Value):
        return number
    node = _new(Value)
    node._data = to_float(number, who_needs)
    node.grad = 0.0
    node._row = None
    node._first = None
    node._after = None
    node._scratch = None
    node._stamp = None
    node._active = False
    return node


# The methods below are made from the rows. They build a node in place, as `_node` does:
# the call saved is a fifth of the time of an operation.


def _unary(op: Op) -> Callable[[Value], Value]:
    forward = op.forward
    (taken,) = op.taken

    def method(self: Value) -> Value:
        try:
            data = forward(self._data)
        except ARITHMETIC_ERRORS as error:
            raise op.out_of_domain(error, (self._data,), (self,)) from None
        node = _new(Value)
        node._data = data
        node.grad = 0.0
        node._row = op
        node._first = self
        node._after = None
        node._scratch = None
        node._stamp = None if self._stamp is None else _edits
        node._active = self._active and (taken is one or bool(taken(self._data)))
        if _watch is not None:
            _watch.made(node)
        return node

    return _named(method, op.name, op)


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
            other = _lifted(other, op.symbol)
        try:
            data = forward(self._data, other._data)
        except ARITHMETIC_ERRORS as error:
            data = (self._data, other._data)
            raise op.out_of_domain(error, data, (self, other)) from None
        node = _new(Value)
        node._data = data
        node.grad = 0.0
        node._row = op
        node._first = self
        node._after = other
        node._scratch = None
        if self._stamp is None and other._stamp is None:
            node._stamp = None
        else:
            node._stamp = _edits
        node._active = self._active or other._active
        if _watch is not None:
            _watch.made(node)
        return node

    def reflected(self: Value, other: Any) -> Value:
        if not (type(other) in USUAL or is_real(other)):
            return NotImplemented
        return method(_lifted(other, op.symbol), self)

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
    if _reading is not None:
        _reading(value, "a comparison")
    if isinstance(other, Value):
        if _reading is not None:
            _reading(other, "a comparison")
        return other._data
    return other if is_real(other) else None


class Value(Links):
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

    # Python's collector walks every container there is and every slot in it, and in
    # large graphs that is where the time goes. So args stand in the node itself:
    # `_first`, and `_after` it the second or a tuple of the rest. Slots are walked in
    # the order of their names, and in a long sum it matters by a factor of 5 that the
    # summand comes before the sum so far. `_scratch` is the mark or the adjoint of a
    # walk going on; `_row` is the op; `_stamp` tells when data was set (see `_edits`);
    # `_active`, whether it depends on a variable through what was taken (see `graph`);
    # `_notes` stays unset until there is a label or a source.
    __slots__ = (
        "_active",
        "_after",
        "_data",
        "_first",
        "_notes",
        "_row",
        "_scratch",
        "_stamp",
        "grad",
    )

    _data: float
    grad: Any
    _row: Any
    _stamp: Any
    _active: bool
    _first: Any
    _after: Any
    _scratch: Any
    _notes: dict[str, Any]

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
            self._data = to_float(data, "Value needs")
            self.grad = 0.0
            self._row = None
            self._first = None
            self._after = None
            self._scratch = None
            self._stamp = None if constant else _edits
            self._active = not constant
            if given or _children or _op:
                label = label_among(given, label, _children, _op)
            if label != "":
                self.label = label

        # The signature that help shows.
        __init__.__wrapped__ = lambda self, data, label="", *, constant=False: None

    # --- what a node knows ------------------------------------------------------------

    @property
    def data(self) -> float:
        """The number."""
        if _reading is not None:
            _reading(self, "its data")
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        global _edits
        if _reading is not None:
            _reading(self, "a change of its data")
        number = to_float(number, "data needs")
        try:
            constant = self._stamp is None
        except AttributeError:
            raise undeclared("an __init__ in place of Value's") from None
        if constant:
            raise ValueError(
                f"data can be changed in what is no constant; got {self!r}"
                " (hint: compute with a new Value)"
            )
        if number != self._data:
            _edits += 1
            self._stamp = _edits if self._row is None else EDITED
        self._data = number

    @property
    def constant(self) -> bool:
        """Whether it is never differentiated; its data cannot be changed."""
        return self._stamp is None

    @property
    def op(self) -> Any:
        """The row of the table of operations that made it; None for a leaf."""
        return self._row

    @property
    def args(self) -> tuple[Value, ...]:
        """The Values this one was computed from, in order; () for a leaf."""
        if self._first is None:
            return ()
        if self._after is None:
            return (self._first,)
        if type(self._after) is tuple:
            return (self._first, *self._after)
        return (self._first, self._after)

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

    exp = _unary(ops.exp)
    expm1 = _unary(ops.expm1)
    log = _unary(ops.log)
    log1p = _unary(ops.log1p)
    log2 = _unary(ops.log2)
    sqrt = _unary(ops.sqrt)
    sin = _unary(ops.sin)
    cos = _unary(ops.cos)
    tan = _unary(ops.tan)
    asin = arcsin = _unary(ops.asin)  # NumPy's functions call the method of their name
    acos = arccos = _unary(ops.acos)
    atan = arctan = _unary(ops.atan)
    sinh = _unary(ops.sinh)
    cosh = _unary(ops.cosh)
    tanh = _unary(ops.tanh)
    sigmoid = _unary(ops.sigmoid)
    softplus = _unary(ops.softplus)
    silu = _unary(ops.silu)
    gelu = _unary(ops.gelu)
    erf = _unary(ops.erf)
    relu = _unary(ops.relu)

    def leaky_relu(self, slope: Any = 0.01) -> Value:
        """Return x where positive, else slope * x."""
        return ops.leaky_relu(self, slope)

    def elu(self, alpha: Any = 1.0) -> Value:
        """Return x where positive, else alpha * (eˣ - 1)."""
        return ops.elu(self, alpha)

    @classmethod
    def _record_op(cls, op: Op, args: tuple[Any, ...]) -> Value:
        """Return the node for `op` of `args`, of which numbers become constants."""
        nodes = tuple(_lifted(arg, f"{op.name} needs") for arg in args)
        data = op.compute(tuple(node._data for node in nodes), nodes)
        return _node(op, data, nodes)

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
        if _reading is not None:
            _reading(self, "the truth of one")
        return self._data != 0.0

    def __float__(self) -> float:
        """Return data, of a constant. No slope goes through what is computed from it.

        Raises:
            TypeError: If it is no constant.
        """
        if self._stamp is None:
            return self._data
        from .reading.sources import called_by_user, line_of_user, way_on

        line = line_of_user()
        source = self.source if str(self.source) != line else None
        made = f", made at {source}" if source else ""
        fault = TypeError(
            "float() needs a constant, since no slope goes through a plain number; got"
            f" {describe(self._data, self)}{made}, asked for at {line} (hint:"
            f' {way_on()}; .data for the number alone, f"{{v:.3f}}" to print it)'
        )
        vars(fault)["facts"] = {
            "kind": "left_graph", "symbol": "", "given": [(self._data, self.label)],
            "made": source, "line": line, "called": called_by_user(),
        }  # fmt: skip
        raise fault

    def __int__(self) -> int:
        """Return data without its fraction, of a constant."""
        return int(float(self))

    __trunc__ = __int__

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
        if _reading is not None:
            _reading(self, "backward()", differentiating=True)
        if create_graph:
            seed = _lifted(seed, "seed needs")
        else:
            seed = to_float(seed, "seed needs")
        reverse.backward(self, seed, create_graph, _edits, watching())

    def _hand_on(self) -> None:
        """Hand this node's grad on to its args, the chain rule for one op."""
        if _reading is not None:
            _reading(self, "_backward()", differentiating=True)
        if self.op is not None:
            reverse.hand_on(self)

    # --- copies -----------------------------------------------------------------------

    def __copy__(self) -> Value:
        """Return another node with the same op and the same args."""
        copy = _new(type(self))
        copy._row, copy._first, copy._after = self._row, self._first, self._after
        copy._scratch, copy._stamp, copy._active = None, self._stamp, self._active
        copy.__setstate__((self._data, self.grad, *_extras(self)))
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        """Return a copy of the node and of all that it depends on."""
        from copy import deepcopy

        fresh = [node for node in topological(self) if id(node) not in memo]
        for node in fresh:
            memo[id(node)] = copy = node.__copy__()
            if node.op is not None:
                copy._first, copy._after = _stored([memo[id(arg)] for arg in node.args])
        for node in fresh:
            copy = memo[id(node)]
            copy.grad = deepcopy(node.grad, memo)
            attributes = getattr(copy, "__dict__", {})  # of a subclass
            attributes.update(deepcopy(attributes, memo))
        return memo[id(self)]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the graph as one flat list; grads as numbers.

        Leaves keep their identity in whatever is pickled with them. Of inner nodes
        that two pickled outputs share, each output gets a copy.
        """
        if self.op is None:
            return _load_leaf, (type(self), self.constant), _state(self)
        order = topological(self)
        place = {node: i for i, node in enumerate(order)}
        rows = [
            node
            if node.op is None
            else (node.op, [place[arg] for arg in node.args], _state(node))
            for node in order
        ]
        return _load_graph, (rows,)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take the state that `_state` gave."""
        self._data, self.grad, notes, attributes = state
        if notes:
            self._notes = dict(notes)
        getattr(self, "__dict__", {}).update(attributes)


def _stored(args: Sequence[Value]) -> tuple[Any, Any]:
    """Return what stands in `_first` and `_after` for these args."""
    if len(args) > 2:
        return args[0], tuple(args[1:])
    return args[0], args[1] if len(args) == 2 else None


def _state(node: Value) -> tuple[Any, ...]:
    return node._data, float(data_of(node.grad)), *_extras(node)


def _extras(node: Value) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the notes, and the attributes that a subclass has."""
    return getattr(node, "_notes", {}), getattr(node, "__dict__", {})


def _load_leaf(kind: type[Value], constant: bool) -> Value:
    leaf = _new(kind)
    Value.__init__(leaf, 0.0, constant=constant)
    return leaf


def _load_graph(rows: list[Any]) -> Value:
    nodes: list[Value] = []
    for row in rows:
        if isinstance(row, Value):
            nodes.append(row)
            continue
        op, places, state = row
        node = _node(op, 0.0, [nodes[i] for i in places])
        if node._stamp is not None:
            node._stamp = UNKNOWN
        node.__setstate__(state)
        node._active = is_active(op, node.args)
        nodes.append(node)
    return nodes[-1]


def set_constant(leaf: Value, constant: bool) -> None:
    """Make a leaf a constant from now on, or no constant any more.

    What was made from it still says that it is active, as the leaf itself does: a sweep
    that meets such a leaf finds out anew what depends on variables.
    """
    leaf._stamp = None if constant else _edits
    leaf._active = True


def edits() -> int:
    """Return how many edits of data there have been."""
    return _edits


def watching() -> StrictWatch | None:
    """Return who looks on while gradients flow, if anyone."""
    return _watch if _watch is not None and _watch.strict else None  # type: ignore


def set_watch(watch: Watch | None) -> None:
    """Have `watch` look on while nodes are made, or nobody."""
    global _watch
    _watch = watch


def set_reading(reading: Callable[..., None] | None) -> None:
    """Have `reading` be asked before a number leaves the graph, or nobody."""
    global _reading
    _reading = reading


def differentiated(things: Iterable[Any], who: str) -> None:
    """Have whoever records a function refuse that it is differentiated inside."""
    if _reading is not None:
        for thing in things:
            if isinstance(thing, Value):
                _reading(thing, f"{who}()", differentiating=True)
