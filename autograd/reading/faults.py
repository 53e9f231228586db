"""What the engine says where it cannot go on: what was needed, what was given, where.

Each error keeps the facts of its message, for who says it in another language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..graph import goes_on
from ..messages import count, describe
from ..op import ARITHMETIC_ERRORS, Op
from ..value import Value


def note_facts(
    error: Exception,
    kind: str,
    op: Op,
    data: Sequence[float],
    nodes: Sequence[Any] = (),
    **more: Any,
) -> None:
    """Keep with an error what its message says, for who says it in another language."""
    labels = [getattr(node, "label", "") for node in nodes] or [""] * len(data)
    given = list(zip(data, labels, strict=True))
    facts = {"kind": kind, "op": op.name, "symbol": op.symbol, "domain": op.domain}
    vars(error)["facts"] = facts | {"given": given} | more


def located(error: Exception, place: str) -> Exception:
    """Return the error of an op with the place in the data at its end: `in row 3`."""
    if type(error) not in ARITHMETIC_ERRORS:
        return error
    named = type(error)(f"{error}, {place}")
    vars(named).update(vars(error))  # the facts that go with the message
    return named


def out_of_domain(
    op: Op, error: Exception, data: Sequence[float], nodes: Sequence[Any]
) -> Exception:
    """Return `error`, which an op's `forward` raised, with what the op requires."""
    given = ", ".join(
        describe(number, node) for number, node in zip(data, nodes or data, strict=True)
    )
    if isinstance(error, OverflowError):
        needs = "a result that a float can hold (below 1.8e308)"
    else:
        needs = op.domain or f"arguments in its domain ({error})"
    fault = type(error)(f"{op.symbol} needs {needs}; got {given}")
    note_facts(fault, "out_of_domain", op, data, nodes)
    return fault


def wrong_arguments(
    op: Op, args: Sequence[Any], named: dict[str, Any], names: Sequence[str]
) -> TypeError:
    """Return the error for arguments that are not those of an op."""
    given = [*map(repr, args), *(f"{name}={arg!r}" for name, arg in named.items())]
    by_position = ", by position" if named and not names else ""
    if names and named.keys() - set(names):
        by_position = f" ({', '.join(names)})"
    return TypeError(
        f"{op.name} takes {count(op.arity, 'argument')}{by_position};"
        f" got {len(given)}: {', '.join(given)}".rstrip(": ")
    )


def no_number(leaves: Iterable[Value]) -> TypeError:
    """Return the error for the first of `leaves` whose grad cannot be added to."""
    leaf = next(leaf for leaf in leaves if not hasattr(leaf.grad, "__float__"))
    return TypeError(
        f"backward needs numbers as grad, to add to; got {leaf.grad!r}"
        f" at {leaf.label or 'a leaf without label'!r} (hint: reset with grad = 0.0)"
    )


def disagreement(
    node: Value, y: float, data: Sequence[float], who: str
) -> RuntimeError:
    """Return the error for a node whose number is not what its op gives any more."""
    name = f"node {node.label!r}" if node.label else "a node"
    given = ", ".join(map(describe, data, node.args))
    fault = RuntimeError(
        f"{who} needs a graph whose numbers agree; got {name}"
        f" = {y!r} that is not {node.op.symbol} of {given}, because data"
        " was edited after it was computed (hint: compute the expression again)"
    )
    facts = {"node": (y, node.label), "who": who}
    note_facts(fault, "edited", node.op, data, node.args, **facts)
    return fault


def no_slope(node: Value, error: Exception) -> Exception:
    """Return `error`, raised by a partial of `node`, as one that can be read."""
    op, data = node.op, [arg._data for arg in node.args]
    args = ", ".join(map(describe, data, node.args))
    made = f", made at {node.source}" if node.source else ""
    place, name, by, hint = None, "", "", ""
    if op.arity > 1:
        place = next((i for i in range(op.arity) if _raises(node, i)), 0)
        name = op.argument(place)
        by = f" by its {name}" if len(name) > 1 else f" by argument {place + 1}"
        if place:  # what comes first is what the op is of
            hint = " (hint: where that slope is not wanted, write it as a plain number)"
    fault = type(error)(
        f"differentiation needs a finite slope of {op.symbol}{by}; got {args},"
        f" where there is none ({error}){made}{hint}"
    )
    more = {"made": node.source, "place": place, "name": name}
    note_facts(fault, "no_slope", op, data, node.args, **more)
    return fault


def _raises(node: Value, i: int) -> bool:
    """Tell whether the partial by argument number `i` has no number, and is needed."""
    if not goes_on(node, i):
        return False
    try:
        node.op.partials[i](*[n._data for n in (*node.args, node)])
    except ARITHMETIC_ERRORS:
        return True
    return False
