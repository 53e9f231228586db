"""Every partial of the table is made wrong, in many ways: the judges of rows notice.

A mutant counts if it differs anywhere that it is asked for: on the row's safe range,
and for an op that chooses also where it chooses otherwise. It has to be caught by
differences (`check_gradients`, to second order), which know nothing of partials.
"""

from __future__ import annotations

import math
from itertools import combinations, permutations

import pytest
import test_ops

from autograd import check_gradients
from autograd.ops import TABLE

# What a wrong partial may also do, a complex number among it.
ERRORS = (ValueError, ZeroDivisionError, OverflowError, TypeError)
SHARES = [(0.05, 0.45, 0.8), (0.3, 0.9, 0.15), (0.55, 0.2, 0.6), (0.95, 0.7, 0.35)]


def mutants(op, i):
    """Return wrong versions of partial `i` of an op, by what is wrong with them."""
    partial = op.partials[i]
    found = {
        "the sign": lambda *operands: -partial(*operands),
        "a factor of 2": lambda *operands: 2.0 * partial(*operands),
        "a factor of 1.01": lambda *operands: 1.01 * partial(*operands),
        "0": lambda *operands: 0.0 * operands[-1],
        "1 more": lambda *operands: 1.0 + partial(*operands),
        "upside down": lambda *operands: 1.0 / partial(*operands),
    }
    names = [*map(str, range(op.arity)), "y"]
    for a, b in combinations(range(op.arity + 1), 2):
        for what, order in (("and {} swapped", (b, a)), ("in place of {}", (a, a)),
                            ("given {}", (b, b))):  # fmt: skip

            def moved(*operands, a=a, b=b, order=order):
                operands = list(operands)
                operands[a], operands[b] = operands[order[0]], operands[order[1]]
                return partial(*operands)

            found[f"{names[a]} {what.format(names[b])}"] = moved
    for j, other in enumerate(op.partials):
        if j != i:
            found[f"that of argument {j}"] = other
    return found


def points(op):
    """Return where partials are asked for: safe numbers, and all choices of them."""
    found = []
    for row in SHARES:
        at = [low + share * (high - low) for (low, high), share in
              zip(op.safe, row, strict=False)]  # fmt: skip
        orders = permutations(at) if op.chooses else [at]
        found += [tuple(order) for order in orders if is_in_domain(op, order)]
        if op.name == "where":
            found.append((0.0, *at[1:]))
    return found


def is_in_domain(op, at):
    try:
        op.compute(tuple(at))
    except ERRORS:
        return False
    return True


def differ(op, i, right, wrong):
    """Tell whether two partials give different numbers where they are asked for."""
    for at in points(op):
        if not op.takes(i, at):
            continue
        y = op.compute(at)
        try:
            if not math.isclose(right(*at, y), wrong(*at, y), abs_tol=1e-9):
                return True
        except ERRORS:
            return True
    return False


def is_caught(name):
    """Tell whether the judge of rows finds one wrong."""
    op = TABLE[name]
    try:
        test_ops.test_partials_agree_with_differences(name)
        if op.chooses:
            for at in points(op):
                if name == "where":  # beside a condition of 0 there is a jump
                    check_gradients(lambda *rest, c=at[0]: op(c, *rest), *at[1:])
                else:
                    check_gradients(op, *at)
    except ERRORS:
        return True
    return False


@pytest.mark.parametrize("name", TABLE)
def test_mutated_partials_are_caught(name, monkeypatch, record_property):
    op = TABLE[name]
    right = op.partials
    assert not is_caught(name)
    missed, count = [], 0
    for i in range(op.arity):
        for what, wrong in mutants(op, i).items():
            if differ(op, i, right[i], wrong):
                count += 1
                monkeypatch.setattr(
                    op, "partials", (*right[:i], wrong, *right[i + 1 :])
                )
                if not is_caught(name):
                    missed.append(f"partial {i}, {what}")
                monkeypatch.setattr(op, "partials", right)
    record_property("counted", ["mutated partials caught", count - len(missed), count])
    assert missed == []
