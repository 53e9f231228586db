"""The reverse sweep: back-propagation.

One walk from the output back to the leaves gives the derivative of the output by every
node at once. The adjoint of a node y, ȳ, is the derivative of the output by y; once all
that depends on y has been visited, ȳ is complete, and y hands it on to its args:

    ā += ȳ · ∂y/∂a

The partial ∂y/∂a comes from the row of y's op. `_sweep` says just this, for any kind of
operand; `_sweep_numbers` is the same rule written out for floats, several times faster.
"""

from __future__ import annotations

from .graph import evaluated, is_closed, walk, walking
from .op import ARITHMETIC_ERRORS, describe, note_facts, one, zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
        adjoints: dict[Value, Any] = {}
        try:
            leaves, inner = walk([root], mark=_fresh_zero())
            if create_graph or watch is not None:
                adjoints = dict.fromkeys(leaves + inner)
                adjoints[root] = seed
                _sweep(inner, adjoints, create_graph, watch)
                nothing = seed * 0.0
                for node, adjoint in adjoints.items():
                    node._scratch = nothing if adjoint is None else adjoint
            else:
                _sweep_numbers(root, inner, seed, now)
            leaves = [leaf for leaf in leaves if not leaf.constant]
            try:
                totals = [leaf.grad + leaf._scratch for leaf in leaves]
            except TypeError:
                raise _no_number(leaves) from None
            if watch is not None:
                for leaf, total in zip(leaves, totals, strict=True):
                    watch.swept(root, leaf, total)
            for leaf, total in zip(leaves, totals, strict=True):
                leaf.grad = total
            for node in inner:
                node.grad = node._scratch
        finally:
            for node in adjoints:  # no reference to a graph of gradients stays behind
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
        leaves, inner = walk([root], mark=_fresh_zero())
        order = leaves + inner
        alone = is_closed(leaves, own)
        if alone and watch is None:
            _sweep_numbers(root, inner, 1.0, now)
            reached = own.intersection(order)
            return [v._scratch if v in reached else 0.0 for v in variables]
    # Only what depends on the variables has an adjoint here. What lies behind a
    # variable or beside it belongs to whoever differentiates the result.
    adjoints: dict[Value, Any] = {}
    for node in order:
        if node in own or any(arg in adjoints for arg in node.args):
            adjoints[node] = None
    if root in adjoints:
        adjoints[root] = 1.0
    inner = [node for node in adjoints if node not in own and node._row is not None]
    _sweep(inner, adjoints, not alone, watch)
    return [0.0 if (g := adjoints.get(v)) is None else g for v in variables]


def _sweep(
    inner: Sequence[Value],
    adjoints: dict[Value, Any],
    create_graph: bool,
    watch: StrictWatch | None,
) -> None:
    """Complete `adjoints`, whose keys are the nodes of interest (None: nothing yet).

    Of these, `inner` are the ones that hand their adjoint on, each after its args.
    With `create_graph` the partials are evaluated on the nodes themselves, so that the
    adjoints are a graph again; else on their data.
    """
    for node in reversed(inner):
        check_agreement(node)
        adjoint = adjoints[node]
        if adjoint is None or (not create_graph and not adjoint):
            continue
        nodes = (*node.args, node)
        operands = nodes if create_graph else tuple(n._data for n in nodes)
        for arg, contribution in _contributions(node, adjoint, operands):
            if arg in adjoints:
                so_far = adjoints[arg]
                total = contribution if so_far is None else so_far + contribution
                if watch is not None:
                    watch.swept(node, arg, total)
                adjoints[arg] = total


def hand_on(node: Value) -> None:
    """Add to the grad of each arg of `node` what node.grad contributes to it."""
    operands = tuple(n._data for n in (*node.args, node))
    for arg, contribution in _contributions(node, node.grad, operands):
        arg.grad = arg.grad + contribution


def _contributions(
    node: Value, adjoint: Any, operands: tuple[Any, ...]
) -> Iterator[tuple[Value, Any]]:
    """Yield each arg that is no constant and ȳ · ∂y/∂arg, in the order of the args."""
    for arg, partial in zip(node.args, node._row.partials, strict=True):
        if arg._stamp is None or partial is zero:
            continue
        try:
            with evaluated(node._row):
                share = adjoint if partial is one else adjoint * partial(*operands)
        except ARITHMETIC_ERRORS as error:
            raise no_slope(node, error) from error
        yield arg, share


def _fresh_zero() -> float:
    """Return a zero that no other walk has: it marks nodes and starts their sums."""
    return float("0")


def _sweep_numbers(root: Value, inner: Sequence[Value], seed: float, now: int) -> None:
    """Leave the adjoint of every node that `root` depends on in its `_scratch`.

    A walk with a fresh zero has just given the nodes `inner`, and the caller still
    holds the lock `walking`. A node whose adjoint is 0 contributes nothing, and its
    partials are not evaluated.
    """
    root._scratch = seed
    node = root
    try:
        for node in reversed(inner):
            if node._stamp is not now:
                check_agreement(node)
            adjoint = node._scratch
            if not adjoint:
                continue
            op = node._row
            a = node._first
            b = node._after
            y = node._data
            if b is None:  # one arg
                (partial,) = op.partials
                if a._stamp is not None and partial is not zero:
                    a._scratch += adjoint * partial(a._data, y)
            elif type(b) is not tuple:  # two args
                x = a._data
                z = b._data
                partial_a, partial_b = op.partials
                if a._stamp is not None:
                    if partial_a is one:
                        a._scratch += adjoint
                    elif partial_a is not zero:
                        a._scratch += adjoint * partial_a(x, z, y)
                if b._stamp is not None:
                    if partial_b is one:
                        b._scratch += adjoint
                    elif partial_b is not zero:
                        b._scratch += adjoint * partial_b(x, z, y)
            else:
                operands = (*[arg._data for arg in node.args], y)
                for arg, partial in zip(node.args, op.partials, strict=True):
                    if arg._stamp is not None and partial is not zero:
                        arg._scratch += adjoint * partial(*operands)
    except ARITHMETIC_ERRORS as error:
        raise no_slope(node, error) from error


def _no_number(leaves: Sequence[Value]) -> TypeError:
    """Return the error for the first of `leaves` whose grad cannot be added to."""
    leaf = next(leaf for leaf in leaves if not hasattr(leaf.grad, "__float__"))
    return TypeError(
        f"backward needs numbers as grad, to add to; got {leaf.grad!r}"
        f" at {leaf.label or 'a leaf without label'!r} (hint: reset with grad = 0.0)"
    )


def check_agreement(node: Value) -> None:
    """Check that edits of data have left `node` what its op gives for its args.

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
            "backward needs a graph whose numbers agree; got "
            f"{name} = {y!r} that is not {node._row.symbol} of {given}, because data"
            " was edited after it was computed (hint: compute the expression again)"
        )
        note_facts(fault, "edited", node._row, data, node.args, node=(y, node.label))
        raise fault


def no_slope(node: Value, error: Exception) -> Exception:
    """Return `error`, raised by a partial of `node`, as one that can be read."""
    args = ", ".join(describe(arg._data, arg) for arg in node.args)
    made = f", made at {node.source}" if node.source else ""
    fault = type(error)(
        f"differentiation needs a finite slope of {node._row.symbol}; got {args},"
        f" where there is none ({error}){made}"
    )
    data = [arg._data for arg in node.args]
    note_facts(fault, "no_slope", node._row, data, node.args, made=node.source)
    return fault
