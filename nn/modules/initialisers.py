"""Where weights start. They must differ, or the neurons of a layer would stay alike.

An initialiser draws one weight of a neuron with `nin` inputs that stands in a layer of
`nout` neurons. How wide it draws decides whether numbers grow or fade on their way
through many layers.
"""

from __future__ import annotations

import math
import random as pythons_random
from collections.abc import Callable
from typing import Any

from ..phrases import refused

# What draws: Python's `random` module, or a `random.Random` with a seed of its own.
Draws = Any

Initialiser = Callable[[int, int, Draws], float]


def uniform(nin: int, nout: int, random: Draws) -> float:
    """Return a number drawn between -1 and 1.

    micrograd draws the same numbers in the same order, so after `random.seed(...)` both
    start from the same network.
    """
    return random.uniform(-1, 1)


def xavier(nin: int, nout: int, random: Draws) -> float:
    """Return a number drawn between -a and a, where a = √(6 / (nin + nout)).

    The variance, 2 / (nin + nout), keeps the spread of tanh and linear layers about
    the same in both directions: of numbers on their way forward, of adjoints on their
    way back (Glorot and Bengio, 2010, equation 16).
    """
    a = math.sqrt(6.0 / (nin + nout))
    return random.uniform(-a, a)


def kaiming(nin: int, nout: int, random: Draws) -> float:
    """Return a number drawn between -a and a, where a = √(6 / nin).

    The variance, 2 / nin, makes up for the half that relu cuts away (He et al., 2015,
    equation 10).
    """
    a = math.sqrt(6.0 / nin)
    return random.uniform(-a, a)


INITIALISERS: dict[str, Initialiser] = {
    "uniform": uniform,
    "xavier": xavier,
    "kaiming": kaiming,
}


def source_of(random: Draws, seed: int | None) -> Draws:
    """Return what draws: `random` if it is given, else of that seed, else Python's."""
    if random is not None or seed is None:
        return random or pythons_random
    return pythons_random.Random(seed)


def find_initialiser(init: str | Initialiser) -> Initialiser:
    """Return the initialiser of that name, or the function itself.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If `init` is neither a name nor a function.
    """
    if isinstance(init, str):
        if init not in INITIALISERS:
            raise refused("layers.init", known=", ".join(INITIALISERS), init=init)
        return INITIALISERS[init]
    if not callable(init):
        raise TypeError(
            "init needs a name or a function (nin, nout, random) -> weight;"
            f" got {init!r}"
        )
    return init
