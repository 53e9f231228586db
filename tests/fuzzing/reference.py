"""What is right: a sweep of its own, by the rule for zero and infinity.

A sweep visits the nodes on a taken path between a variable that is asked for and the
output. There every slope is asked for, whatever it is multiplied with, and one that
raises, raises; everywhere else nothing is asked for and nothing is added.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from .formulas import EXACT, FORMULAS
from .programs import Program

ERRORS = (ValueError, ZeroDivisionError, OverflowError)
# What rounding may cost in a slope by a formula that subtracts from numbers around 1.
FLOOR = 1e-3


@dataclass
class Answer:
    """What a program gives.

    Attributes:
        number: The output.
        slopes: By each variable; 0 where nothing that was asked for leads to it.
        sizes: For each slope, about how large the products were that were added up.
        errors: The kinds of error that may be raised; if any, one is.
    """

    number: Any
    slopes: list[Any]
    sizes: list[Any]
    errors: set[type[Exception]]


def values_of(
    program: Program, m: Any = math, jitter: random.Random | None = None
) -> list[Any]:
    """Return the number at each place; with `jitter`, as a sloppy library would.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: Where a step is out of its domain.
    """
    values = [_number(m, x) for x in (*program.variables, *program.constants)]
    for name, places in program.steps:
        y = FORMULAS[name].number(m, *[values[place] for place in places])
        if jitter is not None and name not in EXACT:
            y *= 1.0 + jitter.uniform(-1.0, 1.0) * 1e-14
        values.append(y)
    return values


def taken_by(program: Program, values: Sequence[Any]) -> list[list[int]]:
    """Return for each place which of its arguments it takes."""
    taken: list[list[int]] = [[] for _ in range(program.start)]
    for name, places in program.steps:
        takes = FORMULAS[name].takes(*[values[place] for place in places])
        taken.append([i for i, take in enumerate(takes) if take])
    return taken


def visited(
    program: Program, taken: Sequence[Sequence[int]], asked: Collection[int]
) -> set[int]:
    """Return the places on a taken path between a variable asked for and the output."""
    depending = set(asked)
    for n in range(program.start, program.output + 1):
        places = program.steps[n - program.start][1]
        if any(places[i] in depending for i in taken[n]):
            depending.add(n)
    wanted = {program.output}
    for n in range(program.output, program.start - 1, -1):
        if n in wanted:
            places = program.steps[n - program.start][1]
            wanted.update(places[i] for i in taken[n])
    return depending & wanted


def answer(
    program: Program,
    values: Sequence[Any],
    asked: Collection[int] | None = None,
    seed: float = 1.0,
    m: Any = math,
) -> Answer:
    """Return what is right at these numbers, when the variables `asked` are asked for.

    Raises:
        NotSaid: Where the rules do not say.
    """
    count = len(program.variables)
    taken = taken_by(program, values)
    every = range(count) if asked is None else asked
    visit = visited(program, taken, every) if seed else set()
    adjoints = dict.fromkeys(range(len(values)), _number(m, 0.0))
    sizes = dict(adjoints)
    adjoints[program.output], sizes[program.output] = seed, abs(seed)
    errors: set[type[Exception]] = set()
    for n in range(program.output, program.start - 1, -1):
        if n not in visit:
            continue
        name, places = program.steps[n - program.start]
        slopes = FORMULAS[name].slopes(m, *[values[place] for place in places])
        for i in taken[n]:
            if places[i] not in visit:
                continue
            try:
                slope = slopes[i]()
            except ERRORS as error:
                errors.add(type(error))
                continue
            adjoints[places[i]] += adjoints[n] * slope
            sizes[places[i]] += sizes[n] * (abs(slope) + FLOOR)
    slopes = [adjoints[i] if i in visit else 0.0 for i in range(count)]
    return Answer(values[-1], slopes, [sizes[i] for i in range(count)], errors)


def _number(m: Any, x: float) -> Any:
    return x if m is math else m.mpf(x)
