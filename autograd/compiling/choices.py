"""What is taken, on arrays: where a slope goes, element by element.

An op that chooses takes its arguments at some elements and not at others. A mask is 1
(or any number but 0) where something is so; `True` and `False` stand for masks that are
so everywhere or nowhere, and cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import ops
from ..op import Op, one, zero
from .statements import CONSTANT, MAP, PICK, PLACE, TAKE, Statement, mapped, put, taken
from .tracing import taking

Mask = Statement | bool

POLES = (ops.log, ops.log1p, ops.log2)


def active_masks(
    order: Iterable[Statement], variables: set[Statement]
) -> dict[Statement, Mask]:
    """Return where each statement depends on a variable through what is taken.

    Those that do so nowhere are left out.
    """
    active: dict[Statement, Mask] = {}
    for y in order:
        mask: Mask = y in variables
        for i, arg in enumerate(y.args):
            mask = either(mask, both(active.get(arg, False), takes(y, i)))
        if isinstance(mask, Statement) and y.kind is not MAP:
            through = y.kind is TAKE and mask.shape == y.args[0].shape
            mask = taken(mask, y.what, y.shape) if through else True
        if mask is not False:
            active[y] = mask
    return active


def handed(y: Statement, i: int, reached: Mask) -> Mask:
    """Return where a slope goes on to argument number `i`, which has reached `y`."""
    mask = both(reached, takes(y, i))
    if isinstance(mask, bool) or y.kind is MAP:
        return mask
    if y.kind is TAKE and mask.shape == y.shape:
        return put([mask], [y.what], y.args[0].size)
    return True


def takes(y: Statement, i: int) -> Mask:
    """Return where `y` takes its argument number `i`."""
    if y.kind in (PICK, PLACE):
        return i == 0
    test = y.what.taken[i] if y.kind is MAP else one
    if test is one or test is zero:
        return test is one
    return mapped(taking(y.what, i), y.args)


def both(a: Mask, b: Mask) -> Mask:
    """Return where both masks are."""
    if isinstance(a, bool):
        return a and b
    return both(b, a) if isinstance(b, bool) else _applied(ops.mul, a, b)


def either(a: Mask, b: Mask) -> Mask:
    """Return where one of the masks is."""
    if isinstance(a, bool):
        return a or b
    return either(b, a) if isinstance(b, bool) else _applied(ops.add, a, b)


def _applied(op: Op, a: Any, b: Any) -> Any:
    """Return `op` of two statements, or of scalars that are being recorded."""
    return mapped(op, [a, b]) if isinstance(a, Statement) else op(a, b)


def may_be_infinite(slope: Statement, y: Statement) -> bool:
    """Tell whether a partial of `y` may have no finite value where `y` has one."""
    if ops.TABLE.get(y.what.name) is not y.what:
        return True  # and nobody knows whether it is 0 where nothing is taken
    waiting, seen = [slope], {y, *y.args}
    while waiting:
        x = waiting.pop()
        if x in seen or x.kind is not MAP:
            continue
        seen.add(x)
        last = x.args[-1]
        fixed = last.kind is CONSTANT
        if (
            x.what in POLES
            or (x.what is ops.div and not (fixed and all(last.what)))
            or (x.what is ops.pow and not (fixed and all(n >= 0.0 for n in last.what)))
            or ops.TABLE.get(x.what.name) is not x.what
        ):
            return True
        waiting.extend(x.args)
    return False
