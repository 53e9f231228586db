"""Each mistake and each wrong belief, tried out on a lesson's own graph.

A replay really computes: the wrong way and the right one, side by side. It gives the
numbers of both, and the first that goes wrong; where a graph cannot show it, it gives
the reason in place of them.
"""

from __future__ import annotations

from collections.abc import Callable

from ...lesson import Lesson
from .lost import data, rebind
from .meanings import descent, forwards, gradient, product
from .replay import First, Replay, said, shown
from .sweeps import equations, local, order, overwrite
from .training import accumulate, uphill, zero

# In the order in which they are told: what belief each answers.
REPLAYS: dict[str, Callable[[Lesson], Replay | str]] = {
    "equations": equations,
    "overwrite": overwrite,
    "order": order,
    "local": local,
    "zero": zero,
    "accumulate": accumulate,
    "uphill": uphill,
    "gradient": gradient,
    "descent": descent,
    "forwards": forwards,
    "product": product,
    "data": data,
    "rebind": rebind,
}

__all__ = ["REPLAYS", "First", "Replay", "said", "shown"]
