"""What programs written for micrograd find on a Value, and what they are told.

There a node is made with its children, its slope is a closure `_backward`, and it takes
whatever attribute one sets. Here ops are rows of a table, and only ops link nodes:
whoever links them by hand would get slopes of 0, and is shown the row to write instead.
"""

from __future__ import annotations

from collections.abc import KeysView, Sequence
from typing import Any

from .. import ops
from ..messages import cut
from ..value import LINKS, Value

NAMES = {"relu": "ReLU"}  # where micrograd's differ from ours


def read(node: Value, name: str) -> Any:
    """Return what micrograd has under a name, or what a subclass keeps there.

    - `_prev`: the args in their order, each once; of a power by a number, the base.
    - `_op`: `ReLU`, `**2`; else our symbol; "" at leaves. What micrograd composes of
      others is one op here: `a - b`, `a / b` and `-a`.
    - `_backward`: what hands this node's grad on to its args when called.

    Raises:
        AttributeError: If nothing is there.
    """
    match name:
        case "_prev":
            return _prev(node)
        case "_op":
            return _op(node)
        case "_backward":
            return node._hand_on
    if name in getattr(node, "__dict__", ()):
        return vars(node)[name]
    raise _extra(name)


def write(node: Value, name: str, thing: Any) -> None:
    """Accept what ops have linked, and in a subclass with room any other name.

    Raises:
        TypeError: If it links nodes.
        AttributeError: If there is no room.
    """
    if name == "_prev":
        children = tuple(thing)
        if _prev(node) != set(children):
            raise undeclared(f"_prev = {cut(children)}", count=len(children))
    elif name == "_op":
        if thing != _op(node):
            raise undeclared(f"_op = {thing!r}", thing)
    elif name == "_backward":
        place = getattr(thing, "__qualname__", repr(thing))
        method = place.rpartition(".<locals>.")[0].rpartition(".")[2]
        raise undeclared(f"_backward = {place}", method)
    elif hasattr(node, "__dict__"):
        vars(node)[name] = thing
    else:
        raise _extra(f"{name} = {cut(thing)}")


def delete(node: Value, name: str) -> None:
    """Forget what a subclass keeps under a name."""
    read(node, name)
    if name in LINKS:
        raise AttributeError(f"{name} cannot be deleted")
    del vars(node)[name]


def _prev(node: Value) -> KeysView[Value]:
    args = node.args if _exponent(node) is None else node.args[:1]
    return dict.fromkeys(args).keys()


def _op(node: Value) -> str:
    if node.op is None:
        return ""
    exponent = _exponent(node)
    if exponent is not None:
        return f"**{exponent!r}".removesuffix(".0")
    return NAMES.get(node.op.name) or node.op.symbol


def _exponent(node: Value) -> float | None:
    """Return the number to whose power something was raised here, if any."""
    if node.op is not ops.pow:
        return None
    exponent = node.args[1]
    return exponent.data if exponent.constant and exponent.op is None else None


def _extra(got: str) -> AttributeError:
    """Return the error that says where there is room for attributes."""
    return AttributeError(
        f"Value needs a subclass for attributes of your own; got {got} (hint:"
        " class Weight(Value): pass, or keep it in a dictionary by Value)"
    )


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
        if children and not (any(op) or any(isinstance(c, Value) for c in children)):
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
