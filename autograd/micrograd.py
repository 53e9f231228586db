"""What programs written for micrograd find on a Value, and what they are told.

There a node is made with its children, its slope is a closure `_backward`, and it takes
whatever attribute one sets. Here ops are rows of a table, and only ops link nodes:
whoever links them by hand would get slopes of 0, and is shown the row to write instead.
"""

from __future__ import annotations

from . import ops
from .messages import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, KeysView, Sequence
    from typing import Any

    from .value import Value

LINKS = ("_backward", "_op", "_prev")
NAMES = {"relu": "ReLU"}  # where micrograd's differ from ours

# What programs keep on a parameter, or pictures on a node. Python refuses any attribute
# that is not there; to say in all cases what to do instead would take a `__setattr__`,
# with which building a node takes 9 times as long, and `p.grad = 0.0` 13 times.
EXTRAS = frozenset(
    "cache color colour decay lr m momentum name tag v velocity".split()
)  # fmt: skip


class Links:
    """The names by which micrograd links nodes: to be read, and set by ops alone."""

    __slots__ = ()

    if TYPE_CHECKING:
        op: Any
        args: Any
        _hand_on: Callable[[], None]

    def __init_subclass__(cls, **named: Any) -> None:
        """Check that the subclass has no links of its own.

        Raises:
            TypeError: If it has.
        """
        super().__init_subclass__(**named)
        for name in LINKS:
            if name in vars(cls):
                raise undeclared(f"{cls.__name__}.{name}", cls.__name__.lower())

    def __dir__(self) -> list[str]:
        """Return the names that are there, for completion."""
        return sorted({*super().__dir__()} - EXTRAS | {*getattr(self, "__dict__", ())})

    @property
    def _prev(self) -> KeysView[Value]:
        """The args in their order, each once; of a power by a number, the base."""
        args = self.args if self._exponent() is None else self.args[:1]
        return dict.fromkeys(args).keys()

    @_prev.setter
    def _prev(self, children: Iterable[Value]) -> None:
        children = tuple(children)
        if self._prev != set(children):
            raise undeclared(f"_prev = {cut(children)}", count=len(children))

    @property
    def _op(self) -> str:
        """What micrograd calls the op, as `ReLU`, `**2`; else our symbol; "" at leaves.

        What micrograd composes of others is one op here: `a - b`, `a / b` and `-a`.
        """
        if self.op is None:
            return ""
        exponent = self._exponent()
        if exponent is not None:
            return f"**{exponent!r}".removesuffix(".0")
        return NAMES.get(self.op.name) or self.op.symbol

    @_op.setter
    def _op(self, name: str) -> None:
        if name != self._op:
            raise undeclared(f"_op = {name!r}", name)

    def _exponent(self) -> float | None:
        """Return the number to whose power something was raised here, if any."""
        if self.op is not ops.pow:
            return None
        exponent = self.args[1]
        return exponent.data if exponent.constant and exponent.op is None else None

    @property
    def _backward(self) -> Callable[[], None]:
        """What hands this node's grad on to its args when called."""
        return self._hand_on

    @_backward.setter
    def _backward(self, function: Any) -> None:
        place = getattr(function, "__qualname__", repr(function))
        method = place.rpartition(".<locals>.")[0].rpartition(".")[2]
        raise undeclared(f"_backward = {place}", method)


class Extra:
    """A name that only subclasses of Value have room for, as they have for any name."""

    def __init__(self, name: str) -> None:
        """Stand for `name` in a class."""
        self.name = name
        self.__doc__ = "Refused: an attribute of your own needs a subclass."

    def __get__(self, node: Any, kind: Any = None) -> Any:
        """Return what was set."""
        if self.name in getattr(node, "__dict__", ()):
            return vars(node)[self.name]
        raise self.refused(self.name)

    def __set__(self, node: Any, thing: Any) -> None:
        """Keep it in a subclass that has room, as it has for any other name.

        Raises:
            AttributeError: If there is no room.
        """
        if not hasattr(node, "__dict__"):
            raise self.refused(f"{self.name} = {cut(thing)}")
        vars(node)[self.name] = thing

    def __delete__(self, node: Any) -> None:
        """Forget it."""
        self.__get__(node)
        del vars(node)[self.name]

    def refused(self, got: str) -> AttributeError:
        """Return the error that says where there is room."""
        return AttributeError(
            f"Value needs a subclass for attributes of your own; got {got} (hint:"
            " class Weight(Value): pass, or keep it in a dictionary by Value)"
        )


for _name in EXTRAS:
    setattr(Links, _name, Extra(_name))


def label_among(given: Sequence[Any], label: Any, children: Any, op: Any) -> Any:
    """Return the label among the arguments of a leaf, in our or micrograd's order.

    Args:
        given: What follows `data`: `label`, or `_children, _op, label`.
        label: What was given by name, as are `children` and `op`.

    Raises:
        TypeError: If there are children or an op, or two labels.
    """
    if len(given) == 1 and type(given[0]) is str and not (label or children or op):
        return given[0]  # as nearly always
    labels, op = [*given, label], [op]
    children = list(children)
    if given and hasattr(given[0], "__iter__") and not isinstance(given[0], str):
        labels, op = [*given[2:], label], [*given[1:2], *op]
        children += given[0]
        if children and not (any(op) or any(isinstance(c, Links) for c in children)):
            return given[0]  # which is no label either
    if children or any(op):
        name = next(filter(None, op), "")
        raise undeclared(
            f"_children={cut(children)}, _op={name!r}", name, len(children)
        )
    labels = [one for one in labels if one != ""]
    if len(labels) > 1:
        raise TypeError(f"Value needs one label; got {', '.join(map(repr, labels))}")
    return labels[0] if labels else ""


def undeclared(got: str, name: Any = "", count: int = 1) -> TypeError:
    """Return the error that shows how to declare the op which nodes were linked for.

    Args:
        got: What was given.
        name: That of the op, if it can be told.
        count: How many arguments it has.
    """
    name = str(name)
    if not name.isidentifier() or name.startswith("__"):
        name = "my_op"
    x = ", ".join("abc"[:count]) if count > 1 else "x"
    partials = ", ".join([f"lambda {x}, y: ..."] * len(x.split()))
    comma = "," if x == "x" else ""
    return TypeError(
        f"Value needs ops to be declared, for their slopes to be known; got {got}"
        f' (hint: {name} = Op("{name}", forward=lambda {x}: ...,'
        f" partials=({partials}{comma})), y being the result, then {name}({x});"
        " an __init__ of your own only calls super().__init__(data))"
    )
