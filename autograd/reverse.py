"""The reverse sweep: back-propagation.

One walk from the output back to the leaves gives the derivative of the output by every
node at once. The adjoint of a node y, ȳ, is the derivative of the output by y; once all
that depends on y has been visited, ȳ is complete, and y hands it on to its args:

    ā += ȳ · ∂y/∂a

The partial ∂y/∂a comes from the row of y's op. Here is the whole of it:

>>> from autograd import Value
>>> from autograd.graph import topological
>>> a, b = Value(2.0), Value(-3.0)
>>> y = (a * b + a).tanh() * b
>>> adjoint = {y: 1.0}
>>> for node in reversed(topological(y)):
...     for arg, partial in zip(node.args, node.op.partials if node.op else ()):
...         slope = partial(*[arg.data for arg in node.args], node.data)
...         adjoint[arg] = adjoint.get(arg, 0.0) + adjoint[node] * slope
>>> y.backward()
>>> (adjoint[a], adjoint[b]) == (a.grad, b.grad)
True

`sweep` says the same, with what people need besides: gradients that are graphs again,
several variables or some of them, choices, and errors that name the node.

Zero times infinity: a sweep visits the nodes on a taken path between a variable and the
output (see `graph`). There each partial is asked for, whatever ȳ is, and one that has
no finite value raises; elsewhere nothing is asked for and nothing is added, not even 0.
So sqrt(x)² at 0 raises, and `where(step(x), sqrt(x), 0.0)` has the slope 0 there.
Inner nodes on which no such path ends, such as the output of a relu that sleeps, hold
their derivative all the same, for the eyes, where there is a finite one.
"""

from __future__ import annotations

from math import isfinite

from . import native
from .graph import (
    active_in,
    depending,
    evaluated,
    first_stamp,
    is_closed,
    takes,
    topological,
    variables_among,
)
from .node import last_edit, watching
from .op import ARITHMETIC_ERRORS, one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from .value import Value


def sweep(
    order: Sequence[Value],
    root: Value,
    seed: Any = 1.0,
    *,
    variables: Collection[Value] | None = None,
    create_graph: bool = False,
) -> dict[Value, Any]:
    """Return the adjoint of each node that the adjoint of `root` is handed on to.

    Args:
        order: All nodes that `root` depends on, each after its args.
        root: The output.
        seed: Its adjoint.
        variables: What to differentiate by alone; what lies behind one has no adjoint,
            for it belongs to whoever differentiates the result. By default all leaves.
        create_graph: Whether the partials are evaluated on the nodes themselves, so
            that the adjoints are a graph again; else on their data.

    Raises:
        ZeroDivisionError, OverflowError, ValueError: If a partial that is asked for has
            no finite value.
        TypeError: If `create_graph`, and a partial cannot be computed from Values.
    """
    watch = watching()
    no_share = (*ARITHMETIC_ERRORS, TypeError) if create_graph else ARITHMETIC_ERRORS
    own = variables or ()
    active = depending(order, own) if own else None  # else found out where it matters
    adjoints = {root: seed} if active is None or root in active else {}
    for node in reversed(order):
        row = node._row
        adjoint = adjoints.get(node)
        if row is None or adjoint is None or (own and node in own):
            continue
        args = node._args
        if create_graph:
            operands = (*args, node)
        elif len(args) == 2:  # as nearly always: without a loop, a fifth of the time
            a, b = args
            operands = (a._data, b._data, node._data)
        else:
            operands = (*[arg._data for arg in args], node._data)
        i = -1
        for partial in row.partials:
            i += 1
            arg = args[i]
            if arg._constant or (own and arg not in active):
                continue
            if row.chooses and not takes(node, i):
                continue
            try:
                share = adjoint if partial is one else adjoint * partial(*operands)
            except no_share as error:
                active = active_in(root) if active is None else active
                if arg not in active:
                    continue
                with evaluated(row):
                    raise no_slope(node, error) from error
            number = getattr(share, "_data", share) if create_graph else share
            if not isfinite(number):
                active = active_in(root) if active is None else active
                if arg not in active:
                    continue
            adjoints[arg] = adjoints[arg] + share if arg in adjoints else share
            if watch is not None:
                watch.swept(node, arg, adjoints[arg])
    return adjoints


def backward(root: Value, seed: Any, create_graph: bool) -> None:
    """Put the derivative of `root` by every node into the node's `grad`.

    Leaves accumulate, inner nodes hold the adjoint of this call, constants have 0.
    No `grad` is touched unless the whole sweep succeeds.

    Args:
        root: The output.
        seed: The adjoint of the output: a number, or a Value if `create_graph`.
        create_graph: Whether gradients are Values, to be differentiated again.
    """
    if root._constant:
        return
    order = _checked(root)
    adjoints = {root: seed}
    if not is_nothing(seed):
        adjoints = sweep(order, root, seed, create_graph=create_graph)
    nothing = seed * 0.0 if create_graph else 0.0
    leaves = variables_among(order)
    try:
        totals = {leaf: leaf.grad + adjoints.get(leaf, nothing) for leaf in leaves}
    except TypeError:
        from .reading.faults import no_number

        raise no_number(leaves) from None
    watch = watching()
    if watch is not None:
        for leaf, total in totals.items():
            watch.swept(root, leaf, total)
    for node in order:
        if node._row is not None and not node._constant:
            node.grad = adjoints.get(node, nothing)
    for leaf, total in totals.items():
        leaf.grad = total


def adjoints_of(variables: Sequence[Value], root: Value) -> list[Any]:
    """Return the derivative of `root` by each of `variables`, touching no `grad`.

    The derivatives are numbers if nothing but `variables` and constants went into
    `root`; else they can be Values, which still depend on the rest.
    """
    since, own = first_stamp(variables), set(variables)
    order = _checked(root, since)
    alone = is_closed(order, own, since)
    all_leaves = alone and all(variable._row is None for variable in variables)
    adjoints = sweep(
        order, root, variables=None if all_leaves else own, create_graph=not alone
    )
    return [adjoints.get(variable, 0.0) for variable in variables]


def derivative_by(variable: Value, root: Value) -> float:
    """Return the derivative of `root` by one node, leaf or not, as a number."""
    return sweep(_checked(root), root, variables={variable}).get(variable, 0.0)


def _checked(root: Value, since: int = 0) -> list[Value]:
    """Return the nodes that `root` depends on, if their numbers agree after edits."""
    order = topological(root, since=since)
    for node in order:
        if node._stamp > last_edit():
            break
        check_agreement(node)
    return order


def is_nothing(given: Any) -> bool:
    """Tell whether a seed or tangent is the number 0, which asks for no derivative."""
    return getattr(given, "constant", True) and not given


def hand_on(node: Value) -> None:
    """Add to the grad of each arg of `node` what node.grad contributes to it.

    What was handed on to an inner node is noted there, be it 0: a node that has got
    nothing hands nothing on.
    """
    handed = getattr(node, "_notes", {}).pop("handed", False)
    if not (handed or node.grad):
        return
    shares = sweep([node], node, node.grad)
    del shares[node]
    for arg, share in shares.items():
        arg.grad = arg.grad + share
        if arg._row is not None:
            arg._note("handed", True)


def check_agreement(node: Value, who: str = "backward") -> None:
    """Check that edits of data have left `node` what its op gives for its args.

    Args:
        node: The node.
        who: Who is about to read it, for the error message.

    Raises:
        RuntimeError: If they have not.
    """
    if node._row is None or node._constant or node._stamp > last_edit():
        return
    data = tuple(arg._data for arg in node._args)
    y = node._data
    try:
        now = node._row.forward(*data)
    except ARITHMETIC_ERRORS:
        now = None
    if now != y and not (now != now and y != y):  # nan agrees with nan
        from .reading.faults import disagreement

        raise disagreement(node, y, data, who)


def no_slope(node: Value, error: Exception) -> Exception:
    """Return `error`, raised by a partial of `node`, as one that can be read."""
    from .reading.faults import no_slope

    return no_slope(node, error)


native.take_sweep(globals(), "backward")
native.take_sweep(globals(), "adjoints_of")
