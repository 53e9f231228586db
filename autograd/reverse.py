"""The reverse sweep: back-propagation.

One walk from the output back to the leaves gives the derivative of the output by every
node at once. The adjoint of a node y, ȳ, is the derivative of the output by y; once all
that depends on y has been visited, ȳ is complete, and y hands it on to its args:

    ā += ȳ · ∂y/∂a

The partial ∂y/∂a comes from the row of y's op. `_sweep` says just this, for any kind of
operand; `_sweep_numbers` is the same rule written out for floats, several times faster.

Zero times infinity: both visit the nodes on a taken path between a variable and the
output (see `graph`). There each partial is asked for, whatever ȳ is, and one that has
no finite value raises; elsewhere nothing is asked for and nothing is added, not even 0.
So sqrt(x)² at 0 raises, and `where(step(x), sqrt(x), 0.0)` has the slope 0 there.
Inner nodes on which no such path ends hold their derivative all the same, for the eyes.
"""

from __future__ import annotations

import math

from .graph import (
    evaluated,
    goes_on,
    is_active,
    is_closed,
    on_taken_paths,
    takes,
    topological,
    walk,
    walking,
)
from .messages import describe
from .op import ARITHMETIC_ERRORS, note_facts, one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from typing import Any

    from .value import StrictWatch, Value

# Stamps of nodes that are always checked: an inner node whose data was edited by hand,
# and one that was loaded from a file.
EDITED = float("inf")
UNKNOWN = -1


def backward(
    root: Value, seed: Any, create_graph: bool, now: int, watch: StrictWatch | None
) -> None:
    """Put the derivative of `root` by every node into the node's `grad`.

    Leaves accumulate, inner nodes hold the adjoint of this call, constants have 0.
    No `grad` is touched unless the whole sweep succeeds.

    Args:
        root: The output.
        seed: The adjoint of the output: a number, or a Value if `create_graph`.
        create_graph: Whether gradients are Values, to be differentiated again.
        now: How many edits of data there have been.
        watch: Looks at every adjoint, where given.
    """
    if root.constant:
        return
    with walking:
        order: list[Value] = []
        try:
            mark = _fresh_zero()
            leaves, inner = walk([root], mark)
            active = [leaf for leaf in leaves if leaf._active]
            variables = [leaf for leaf in active if leaf._stamp is not None]
            if (
                create_graph
                or watch is not None
                or len(variables) < len(active)
                or not _sweep_numbers(root, inner, seed, mark, now)
            ):
                order = leaves + inner
                own = set(variables)
                adjoints = _sweep(order, own, root, seed, create_graph, watch, True)
                nothing = seed * 0.0
                for node in order:
                    node._scratch = adjoints.get(node, nothing)
            try:
                totals = [leaf.grad + leaf._scratch for leaf in variables]
            except TypeError:
                raise _no_number(variables) from None
            if watch is not None:
                for leaf, total in zip(variables, totals, strict=True):
                    watch.swept(root, leaf, total)
            for leaf, total in zip(variables, totals, strict=True):
                leaf.grad = total
            for node in inner:
                node.grad = node._scratch
        finally:
            for node in order:  # no reference to a graph of gradients stays behind
                node._scratch = None
                if node.constant:
                    node.grad = 0.0


def adjoints_of(
    variables: Sequence[Value], root: Value, now: int, watch: StrictWatch | None
) -> list[Any]:
    """Return the derivative of `root` by each of `variables`, touching no `grad`.

    The derivatives are numbers if nothing but `variables` and constants went into
    `root`; else they can be Values, which still depend on the rest.
    """
    own = set(variables)
    with walking:
        mark = _fresh_zero()
        leaves, inner = walk([root], mark)
        alone = is_closed(leaves, own)
        # What nodes know of themselves (`_active`) is of leaves, all variables.
        known = all(leaf in own or not leaf._active for leaf in leaves)
        if (
            known
            and watch is None
            and all(v._row is None for v in variables)
            and _sweep_numbers(root, inner, 1.0, mark, now)
        ):
            reached = own.intersection(leaves)
            return [v._scratch if v in reached else 0.0 for v in variables]
    adjoints = _sweep(leaves + inner, own, root, 1.0, not alone, watch)
    return [adjoints.get(v, 0.0) for v in variables]


def derivative_by(variable: Value, root: Value) -> float:
    """Return the derivative of `root` by one node, leaf or not, as a number."""
    adjoints = _sweep(topological(root), {variable}, root, 1.0, False, None)
    return adjoints.get(variable, 0.0)


def _sweep(
    order: Sequence[Value],
    variables: Container[Value],
    root: Value,
    seed: Any,
    create_graph: bool,
    watch: StrictWatch | None,
    idle: bool = False,
) -> dict[Value, Any]:
    """Return the adjoint of every node on a taken path from `variables` to `root`.

    With `idle`, those of the others too as far as there are some (see `_lent`).

    What lies behind a variable has none: it belongs to whoever differentiates the
    result. With `create_graph` the partials are evaluated on the nodes themselves, so
    that the adjoints are a graph again; else on their data.
    """
    visited = on_taken_paths(order, variables, [root])
    begun = (root in visited or idle) and not is_nothing(seed)
    adjoints = {root: seed} if begun else {}
    for node in order:
        if node._row is not None:
            check_agreement(node)
    for node in reversed(order):
        adjoint = adjoints.get(node)
        if adjoint is None or node._row is None or node in variables:
            continue
        nodes = (*node.args, node)
        operands = nodes if create_graph else tuple(n._data for n in nodes)
        for i, arg in enumerate(node.args):
            if arg in visited and node in visited and takes(node, i):
                share = _share(node, i, adjoint, operands)
            else:
                share = _lent(node, i, adjoint, operands) if idle else None
            if share is not None:
                so_far = adjoints.get(arg)
                total = share if so_far is None else so_far + share
                if watch is not None:
                    watch.swept(node, arg, total)
                adjoints[arg] = total
    return adjoints


def is_nothing(given: Any) -> bool:
    """Tell whether a seed or tangent is the number 0, which asks for no derivative."""
    return not given and getattr(given, "constant", True)


# On an inner node: something was handed on to it, be it 0, by `hand_on`.
HANDED = object()


def hand_on(node: Value) -> None:
    """Add to the grad of each arg of `node` what node.grad contributes to it."""
    if not node.grad and node._scratch is not HANDED:
        return
    node._scratch = None
    operands = tuple(n._data for n in (*node.args, node))
    for i, arg in enumerate(node.args):
        if arg._active and takes(node, i):
            share = _share(node, i, node.grad, operands)
        else:
            share = _lent(node, i, node.grad, operands)
        if share is not None:
            arg.grad = arg.grad + share
            if arg._active and arg._row is not None:
                arg._scratch = HANDED


def _share(node: Value, i: int, adjoint: Any, operands: tuple[Any, ...]) -> Any:
    """Return ȳ · ∂y/∂a for argument number `i`, the partial of these operands."""
    partial = node._row.partials[i]
    if partial is one:
        return adjoint
    try:
        with evaluated(node._row):
            return adjoint * partial(*operands)
    except ARITHMETIC_ERRORS as error:
        raise no_slope(node, error) from error


def _lent(node: Value, i: int, adjoint: Any, operands: tuple[Any, ...]) -> Any | None:
    """Return the share of an arg that depends on no variable; None if there is none.

    Nothing is asked for it: it is for the eyes alone, the grad of an inner node such as
    the output of a relu that sleeps. So where it is not finite, it is left out.
    """
    if not goes_on(node, i):
        return None
    try:
        share = _share(node, i, adjoint, operands)
    except ARITHMETIC_ERRORS:
        return None
    return share if math.isfinite(getattr(share, "data", share)) else None


def _fresh_zero() -> float:
    """Return a zero that no other walk has: it marks nodes and starts their sums."""
    return float("0")


def _sweep_numbers(
    root: Value, inner: Sequence[Value], seed: float, mark: float, now: int
) -> bool:
    """Leave the adjoint of every node that `root` depends on in its `_scratch`.

    A walk with `mark`, a fresh zero, has just given the nodes `inner`, and the caller
    still holds the lock `walking`. Where the mark itself is left, nothing was added.

    Returns:
        Whether it could: not if an edit has changed what a node takes, and not its
        number. What nodes know of themselves (`_active`) is then out of date.
    """
    if seed:
        root._scratch = seed
    node = root
    try:
        for node in reversed(inner):
            if node._stamp is not now:
                check_agreement(node)
                if _takes_others(node):
                    return False
            adjoint = node._scratch
            if adjoint is mark:
                continue
            op = node._row
            a = node._first
            b = node._after
            y = node._data
            if not node._active:
                _lend(node, adjoint)
            elif b is None:  # one arg, which is taken, or the node were not active
                (partial,) = op.partials
                a._scratch += adjoint * partial(a._data, y)
            elif type(b) is not tuple and not op.chooses:  # two args
                x = a._data
                z = b._data
                partial_a, partial_b = op.partials
                if a._active:
                    if partial_a is one:
                        a._scratch += adjoint
                    else:
                        a._scratch += adjoint * partial_a(x, z, y)
                elif a._stamp is not None:
                    _lend(node, adjoint)
                if b._active:
                    if partial_b is one:
                        b._scratch += adjoint
                    else:
                        b._scratch += adjoint * partial_b(x, z, y)
                elif b._stamp is not None:
                    _lend(node, adjoint)
            else:
                args = node.args
                data = [arg._data for arg in args]
                for i, (arg, partial) in enumerate(zip(args, op.partials, strict=True)):
                    if arg._active and (not op.chooses or op.takes(i, data)):
                        arg._scratch += adjoint * partial(*data, y)
                _lend(node, adjoint)
    except ARITHMETIC_ERRORS as error:
        for other in inner:
            check_agreement(other)
            if _takes_others(other):
                return False
        raise no_slope(node, error) from error
    if not seed:
        root._scratch = seed
    return True


def _lend(node: Value, adjoint: float) -> None:
    """Hand on to the args that depend on no variable (see `_lent`)."""
    operands = tuple(n._data for n in (*node.args, node))
    for i, arg in enumerate(node.args):
        if not arg._active:
            share = _lent(node, i, adjoint, operands)
            if share is not None:
                arg._scratch += share


def _takes_others(node: Value) -> bool:
    """Tell whether an edit has changed whether what a node takes is active."""
    op = node._row
    return op.chooses and node._active != is_active(op, node.args)


def _no_number(leaves: Sequence[Value]) -> TypeError:
    """Return the error for the first of `leaves` whose grad cannot be added to."""
    leaf = next(leaf for leaf in leaves if not hasattr(leaf.grad, "__float__"))
    return TypeError(
        f"backward needs numbers as grad, to add to; got {leaf.grad!r}"
        f" at {leaf.label or 'a leaf without label'!r} (hint: reset with grad = 0.0)"
    )


def check_agreement(node: Value, who: str = "backward") -> None:
    """Check that edits of data have left `node` what its op gives for its args.

    Args:
        node: The node.
        who: Who is about to read it, for the error message.

    Raises:
        RuntimeError: If they have not.
    """
    stamp = node._stamp
    if stamp is None:
        return
    if stamp != EDITED and all((arg._stamp or 0) <= stamp for arg in node.args):
        return
    data = tuple(arg._data for arg in node.args)
    y = node._data
    try:
        now = node._row.forward(*data)
    except ARITHMETIC_ERRORS:
        now = None
    if now != y and not (now != now and y != y):  # nan agrees with nan
        name = f"node {node.label!r}" if node.label else "a node"
        given = ", ".join(map(describe, data, node.args))
        fault = RuntimeError(
            f"{who} needs a graph whose numbers agree; got {name}"
            f" = {y!r} that is not {node._row.symbol} of {given}, because data"
            " was edited after it was computed (hint: compute the expression again)"
        )
        facts = {"node": (y, node.label), "who": who}
        note_facts(fault, "edited", node._row, data, node.args, **facts)
        raise fault


def no_slope(node: Value, error: Exception) -> Exception:
    """Return `error`, raised by a partial of `node`, as one that can be read."""
    op, data = node._row, [arg._data for arg in node.args]
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
        node._row.partials[i](*[n._data for n in (*node.args, node)])
    except ARITHMETIC_ERRORS:
        return True
    return False
