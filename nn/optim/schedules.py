"""Schedules: the learning rate at each step. Large steps first, small ones to settle.

A schedule is a function from the number of the step, counted from 0, to the learning
rate. Any function of that kind will do; these are the usual ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral

Schedule = Callable[[int], float]


def linear_decay(lr: float, steps: int, end: float = 0.1) -> Schedule:
    """Return the schedule that falls from `lr` to `end` · `lr`, the same each step.

    With `end=0.1` it is that of micrograd's demo.

    Args:
        lr: The learning rate at step 0.
        steps: At which step the end is reached; the rate stays there.
        end: The share of `lr` that is left.

    Raises:
        ValueError: If `lr` is not positive, `steps` is not a positive whole number, or
            `end` is below 0.

    >>> schedule = linear_decay(1.0, steps=100)
    >>> schedule(0), schedule(50)
    (1.0, 0.55)
    """
    _check("linear_decay", lr, steps=steps)
    if not 0.0 <= end < math.inf:
        raise ValueError(f"linear_decay needs an end of at least 0; got {end!r}")
    return lambda step: lr * (1.0 - (1.0 - end) * min(step, steps) / steps)


def step_decay(lr: float, every: int, factor: float) -> Schedule:
    """Return the schedule that multiplies the rate by `factor` after `every` steps.

    Args:
        lr: The learning rate at step 0.
        every: How many steps it stays the same.
        factor: What it is multiplied by.

    Raises:
        ValueError: If `lr` or `factor` is not positive, or `every` is not a positive
            whole number.

    >>> schedule = step_decay(1.0, every=10, factor=0.5)
    >>> schedule(9), schedule(10), schedule(25)
    (1.0, 0.5, 0.25)
    """
    _check("step_decay", lr, every=every)
    if not 0.0 < factor < math.inf:
        raise ValueError(f"step_decay needs a positive factor; got {factor!r}")
    return lambda step: lr * factor ** (step // every)


def cosine(lr: float, steps: int, least: float = 0.0) -> Schedule:
    """Return the schedule that falls from `lr` to `least` as half a wave of a cosine.

    Args:
        lr: The learning rate at step 0.
        steps: At which step the least is reached; the rate stays there.
        least: The rate at the end.

    Raises:
        ValueError: If `lr` is not positive, `steps` is not a positive whole number, or
            `least` is not between 0 and `lr`.

    >>> schedule = cosine(1.0, steps=10)
    >>> schedule(0), round(schedule(5), 6), schedule(10)
    (1.0, 0.5, 0.0)
    """
    _check("cosine", lr, steps=steps)
    if not 0.0 <= least <= lr:
        raise ValueError(f"cosine needs least between 0 and {lr!r}; got {least!r}")

    def schedule(step: int) -> float:
        angle = math.pi * min(step, steps) / steps
        return least + (lr - least) * (1.0 + math.cos(angle)) / 2.0

    return schedule


def warm_up(steps: int, then: Schedule) -> Schedule:
    """Return the schedule that climbs for `steps` steps to where `then` begins.

    It climbs by the same amount each step, from the first on, so that no step is lost
    at a rate of 0.

    Args:
        steps: How many steps come before the first of `then`.
        then: The schedule that follows, its steps counted from 0 again.

    Raises:
        ValueError: If `steps` is not a positive whole number.
        TypeError: If `then` is no function.

    >>> schedule = warm_up(3, then=step_decay(1.0, every=10, factor=0.5))
    >>> [schedule(step) for step in (0, 1, 2, 3, 12, 13)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5]
    """
    _check("warm_up", steps=steps)
    if not callable(then):
        raise TypeError(
            f"warm_up needs a schedule to follow; got {then!r}"
            " (hint: lambda step: 0.1 stays at 0.1)"
        )

    def schedule(step: int) -> float:
        if step < steps:
            return then(0) * (step + 1) / (steps + 1)
        return then(step - steps)

    return schedule


def _check(who: str, lr: float = 1.0, **counts: int) -> None:
    if not 0.0 < lr < math.inf:
        raise ValueError(f"{who} needs a positive learning rate; got {lr!r}")
    for name, count in counts.items():
        if not isinstance(count, Integral) or count < 1:
            raise ValueError(f"{who} needs {name} of at least 1; got {count!r}")
