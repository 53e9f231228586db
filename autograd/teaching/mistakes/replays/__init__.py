"""Each mistake and each wrong belief, tried out on a lesson's own graph.

A replay really computes: the wrong way and the right one, side by side. It gives the
numbers of both, and the first that goes wrong; where a graph cannot show it, it gives
the reason in place of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ...lesson import Lesson
from .meanings import descent, forwards, gradient, product
from .replay import CannotShowError, First, Replay, said, shown
from .sweeps import equations, local, order, overwrite
from .training import accumulate, data, rebind, uphill, zero


class Kind(NamedTuple):
    """One mistake.

    Attributes:
        replay: Makes it, on a lesson.
        example: The smallest graph that shows it: how it is told, code, inputs.
    """

    replay: Callable[[Lesson], Replay]
    example: tuple[str, str, dict[str, float]]

    def __call__(self, lesson: Lesson) -> Replay | str:
        """Return what came out, or the name of the reason why it cannot be shown."""
        try:
            return self.replay(lesson)
        except CannotShowError as reason:
            return str(reason)


SQUARE = "a*a", "L = a*a", {"a": 3.0}
CHAIN = "(3*a)**2", "L = (3*a)**2", {"a": 1.0}
EARLY = "s + s*s, s = 2*a", "s = 2*a; L = s + s*s", {"a": 3.0}
TWO_INPUTS = "(w*x - 4)**2", "L = (w*x - 4)**2", {"w": 1.0, "x": 2.0}

# In the order in which they are told: what belief each answers.
REPLAYS = {
    "equations": Kind(equations, CHAIN),
    "overwrite": Kind(overwrite, SQUARE),
    "order": Kind(order, EARLY),
    "local": Kind(local, CHAIN),
    "zero": Kind(zero, SQUARE),
    "accumulate": Kind(accumulate, TWO_INPUTS),
    "uphill": Kind(uphill, SQUARE),
    "gradient": Kind(gradient, TWO_INPUTS),
    "descent": Kind(descent, SQUARE),
    "forwards": Kind(forwards, TWO_INPUTS),
    "product": Kind(product, CHAIN),
    "data": Kind(data, SQUARE),
    "rebind": Kind(rebind, SQUARE),
}

__all__ = ["REPLAYS", "First", "Replay", "said", "shown"]
