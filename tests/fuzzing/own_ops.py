"""Ops of a user's own: each is one declaration, and nothing else knows of them."""

from __future__ import annotations

import math

from autograd import Op, exp, one, step, where, zero

bump = Op(
    "bump",
    forward=lambda x, k=2.0: math.exp(-k * x * x) if x > -1.0 else 0.25 * x,
    partials=(
        lambda x, k, y: where(step(x + 1.0), -2.0 * k * x * y, 0.25),
        lambda x, k, y: where(step(x + 1.0), -x * x * y, 0.0),
    ),
)
shifted = Op("shifted", forward=lambda x: x + 1.0, partials=(one,))
floored = Op("floored", forward=lambda x: float(math.floor(x)), partials=(zero,))
fused = Op(
    "fused",
    forward=lambda a, b, c: a * b + math.exp(0.1 * c),
    partials=(
        lambda a, b, c, y: b,
        lambda a, b, c, y: a,
        lambda a, b, c, y: 0.1 * exp(0.1 * c),
    ),
)
reciprocal = Op(
    "reciprocal",
    forward=lambda x: 1.0 / x,
    partials=(lambda x, y: -y * y,),
    domain="an argument other than 0",
)

OWN = {op.name: op for op in (bump, shifted, floored, fused, reciprocal)}
