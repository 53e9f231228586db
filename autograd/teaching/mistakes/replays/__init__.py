"""Each mistake and each wrong belief, tried out on a lesson's own graph.

A replay really computes: the wrong way and the right one, side by side. It gives the
numbers of both, and the first that goes wrong; where a graph cannot show it, it gives
the reason in place of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ....writing.resources import table_of
from ...lesson import Lesson
from .meanings import descent, forwards, gradient, product
from .replay import CannotShowError, First, Replay, said, shown
from .sweeps import equations, local, order, overwrite
from .training import accumulate, data, rebind, uphill, zero


class Kind(NamedTuple):
    """One mistake.

    Attributes:
        replay: Makes it, on a lesson.
        example: The smallest graph that shows it, of `examples.toml`.
    """

    replay: Callable[[Lesson], Replay]
    example: tuple[str, str, dict[str, float]]

    def __call__(self, lesson: Lesson) -> Replay | str:
        """Return what came out, or the name of the reason why it cannot be shown."""
        try:
            return self.replay(lesson)
        except CannotShowError as reason:
            return str(reason)


EXAMPLES = table_of(__package__, "examples.toml")

# In the order in which they are told: what belief each answers.
REPLAYS = {
    replay.__name__: Kind(replay, EXAMPLES[replay.__name__])
    for replay in (
        equations, overwrite, order, local, zero, accumulate, uphill, gradient, descent,
        forwards, product, data, rebind,
    )
}  # fmt: skip

__all__ = ["REPLAYS", "First", "Replay", "said", "shown"]
