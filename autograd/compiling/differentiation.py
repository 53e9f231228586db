"""Differentiate: the reverse sweep, on statements.

It is the rule of `reverse`, ā += ȳ · ∂y/∂a, for arrays: the partials of a map come from
the row of its op, and the other kinds of statement, which only move numbers and add
them, are linear. What comes out is statements again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from .. import ops
from .choices import Mask, active_masks, both, either, handed, may_be_infinite, takes
from .statements import (
    BACKVEC,
    JOIN,
    MAP,
    MATVEC,
    OUTER,
    PART,
    PICK,
    PLACE,
    PUT,
    SHARE,
    SPREAD,
    TAKE,
    TOTAL,
    Statement,
    backvec,
    batch_total,
    constant,
    in_order,
    joined,
    mapped,
    matvec,
    outer,
    part,
    pick,
    placed,
    put,
    spread,
    taken,
    total,
)
from .tracing import is_number, partial_of


def differentiate(output: Statement, variables: Sequence[Statement]) -> list[Statement]:
    """Return the derivatives of the mean of `output` over the batch.

    Args:
        output: A vector of one, for each sample or for all.
        variables: What to differentiate by: statements that the output depends on.

    Returns:
        One statement for each variable, of its shape. That of a batched variable has
        for each sample the derivative of the mean by its numbers.
    """
    order = in_order([output])
    active = active_masks(order, set(variables))
    reached: dict[Statement, Mask] = {output: True}
    shares: dict[Statement, list[Statement]] = {output: []}
    if output in active:
        # The mean gives each sample its share.
        shares[output] = [share_of_sample() if output.batched else constant(1.0)]
    adjoints: dict[Statement, Statement] = {}
    for statement in reversed(order):
        if statement not in active or not shares.get(statement):
            continue
        # All that depends on it has been visited.
        adjoint = adjoints[statement] = _sum(shares.pop(statement))
        start = 0
        for i, arg in enumerate(statement.args):
            way = handed(statement, i, reached[statement])
            if arg in active and way is not False:
                reached[arg] = either(reached.get(arg, False), way)
                there = both(both(reached[statement], takes(statement, i)), active[arg])
                share = _contribution(statement, i, start, adjoint, there)
                shares.setdefault(arg, []).append(_fitted(share, statement, arg))
            start += arg.size
    return [_whole(adjoints.get(v) or constant(0.0), v.shape) for v in variables]


def share_of_sample() -> Statement:
    """Return 1 over the number of samples."""
    return Statement(SHARE, (), (), False)


def _whole(adjoint: Statement, shape: tuple[int, ...]) -> Statement:
    """Return an adjoint in full, where it may be one number for all elements."""
    if adjoint.shape == shape:
        return adjoint
    return mapped(ops.mul, [adjoint, constant([1.0] * prod(shape), shape)])


def _contribution(
    y: Statement, i: int, start: int, adjoint: Statement, there: Mask
) -> Statement:
    """Return ȳ · ∂y/∂arg for argument number `i`.

    In a vector of joined parts, that argument begins at `start`. Where `there` is not,
    nothing is handed on, were the partial infinite; where the partial is finite, that
    is so by itself, for either ȳ is 0 there, or what follows is multiplied with 0.
    """
    arg = y.args[i]
    kind = y.kind
    if kind is MAP:
        slope = partial_of(y.what, i, list(y.args), y)
        if slope is None or is_number(slope, 1.0):
            return adjoint
        if is_number(slope, -1.0):
            return mapped(ops.neg, [adjoint])
        share = mapped(ops.mul, [adjoint, slope])
        if isinstance(there, Statement) and may_be_infinite(slope, y):
            return mapped(ops.where, [there, share, constant(0.0)])
        return share
    adjoint = _whole(adjoint, y.shape)
    if kind is TAKE:
        return put([adjoint], [y.what], arg.size)
    if kind is PUT:
        return taken(adjoint, y.what[i], arg.shape)
    if kind is PICK:
        return placed(adjoint, y.args[1], y.what, arg.size, arg.batched)
    if kind is PLACE:
        return pick(adjoint, y.args[1], y.what)
    if kind is JOIN:
        return part(adjoint, start, arg.shape)
    if kind is PART:
        index = range(y.what, y.what + y.size)
        return put([joined([adjoint])], [index], arg.size)
    if kind is MATVEC:
        w, x = y.args
        return outer(adjoint, x) if i == 0 else backvec(w, adjoint)
    if kind is BACKVEC:
        w, x = y.args
        return outer(x, adjoint) if i == 0 else matvec(w, adjoint)
    if kind is OUTER:
        a, b = y.args
        return matvec(adjoint, b) if i == 0 else backvec(adjoint, a)
    if kind is TOTAL:
        return spread(adjoint, arg.shape[-1])
    if kind is SPREAD:
        return total(adjoint)
    return adjoint  # of a batch total, each sample's share is the whole


def _fitted(share: Statement, y: Statement, arg: Statement) -> Statement:
    """Return the share of `y` in the shape of the arg that it goes to."""
    while len(share.shape) > len(arg.shape):  # the arg was one number for many
        share = total(share)
    if arg.batched:
        return share
    if share.batched:
        return batch_total(share)
    if y.batched and share.kind not in (OUTER, PLACE):
        # All samples have the same share, and there are 1 / SHARE of them.
        if share.kind is SHARE:
            return constant(1.0)
        return mapped(ops.div, [share, share_of_sample()])
    return share


def _sum(shares: Sequence[Statement]) -> Statement:
    """Return the sum of shares; those of parts of a vector are put together."""
    puts = [share for share in shares if share.kind is PUT]
    rest = [share for share in shares if share.kind is not PUT]
    for batched in (False, True):
        alike = [share for share in puts if share.batched == batched]
        if alike:
            xs = [x for share in alike for x in share.args]
            indices = [index for share in alike for index in share.what]
            rest.append(put(xs, indices, alike[0].size))
    result = rest[0]
    for share in rest[1:]:
        result = mapped(ops.add, [result, share])
    return result
