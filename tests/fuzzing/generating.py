"""Draws programs: numbers that lie on kinks, ties and infinities among random ones."""

from __future__ import annotations

import math
import random

from autograd.ops import TABLE

from .formulas import FORMULAS, NotSaid
from .own_ops import OWN
from .programs import COMPOSITES, Program
from .reference import ERRORS

NICE = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
LARGE = 1e4  # beyond it, a step is mostly drawn anew
LENGTHS = {"logsumexp": 3, "first_of_softmax": 3, "mean": 3, "dot": 4, "clip": 3}
NAMES = [*TABLE, *OWN, *(name for name in COMPOSITES if name not in TABLE)]


def draw_program(random: random.Random, kinks: bool = True) -> Program:
    """Return a program of up to 12 steps and the sum of what they leave.

    Args:
        random: Where the choices come from.
        kinks: Whether numbers are also 0, 1, equal and infinite. Without, nothing lies
            on a kink but by chance, and nothing is infinite.
    """
    variables = [draw_number(random, kinks) for _ in range(random.randint(1, 3))]
    if kinks and len(variables) > 1 and random.random() < 0.2:
        variables[-1] = variables[0]
    constants = [draw_number(random, kinks) for _ in range(random.randint(0, 2))]
    values = variables + constants
    start = len(values)
    spared = range(len(variables), start)
    steps: list[tuple[str, tuple[int, ...]]] = []
    for _ in range(random.randint(1, 12)):
        for _ in range(20):
            name = random.choice(NAMES)
            length = LENGTHS.get(name) or _arity(name)
            places = tuple(_draw_place(random, values, spared) for _ in range(length))
            y = _result(name, [values[place] for place in places])
            bad = random.random() < 0.02 if kinks else False
            if y is not None and (abs(y) < LARGE or bad) and (kinks or y != 0.0):
                steps.append((name, places))
                values.append(y)
                break
    if kinks and random.random() < 0.03:  # a step out of its domain, most likely
        name = random.choice(("log", "sqrt", "asin", "div", "pow", "exp"))
        length = _arity(name)
        places = tuple(_draw_place(random, values, spared) for _ in range(length))
        steps.append((name, places))
        values.append(0.5)
    used = {place for _, places in steps for place in places}
    rest = [place for place in range(start, len(values)) if place not in used]
    total = rest[0] if rest else 0
    for place in rest[1:] or ([] if steps else [0]):
        steps.append(("add", (total, place)))
        total = start + len(steps) - 1
    return Program(tuple(variables), tuple(constants), tuple(steps))


def _arity(name: str) -> int:
    return (TABLE.get(name) or OWN[name]).arity


def draw_number(random: random.Random, kinks: bool) -> float:
    """Return a number of a leaf."""
    if kinks:
        share = random.random()
        if share < 0.02:
            return random.choice((math.inf, -math.inf))
        if share < 0.5:
            return random.choice(NICE)
    return random.gauss(0.0, 1.5)


def _draw_place(random: random.Random, values: list[float], spared: range) -> int:
    """Return one of the places: later ones more often, and those `spared` seldom."""
    count = len(values)
    place = max(random.randrange(count), random.randrange(count))
    if place in spared and random.random() < 0.7:
        return random.randrange(spared.start)
    return place


def _result(name: str, args: list[float]) -> float | None:
    try:
        return FORMULAS[name].number(math, *args)
    except (*ERRORS, NotSaid):
        return None
