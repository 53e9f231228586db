"""Programs recorded and compiled, on batches: the numbers of the Python engine.

A program's variables are parameters, each with an input added to it, so that every
sample is at a point of its own. A sample whose result is not finite is the eager
engine's affair: a batch gives what the samples give one by one, or raises what one of
them raises. Programs that raise nothing are compiled several together, as one sum.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd import Value, evaluate_rows, record

from . import executions
from .formulas import NotSaid
from .generating import draw_number
from .judging import Disagreement, close, demand, outcome
from .programs import Program
from .reference import ERRORS, answer, values_of

SAMPLES = 4
# Beyond this change of a slope when each step errs by 1e-14, nothing is compared.
SHAKY = 1e-3


@dataclass
class Sample:
    """What is added to the variables, and what is right then.

    Attributes:
        shifts: What is added.
        right: The number and the slopes, or the kind of an error.
        slack: What the rounding of a library may change.
        errors: The kinds of error that may be raised.
    """

    shifts: list[float]
    right: Any
    slack: float
    errors: set[type[Exception]] = field(default_factory=set)


def samples_of(program: Program, random: random.Random, kinks: bool) -> list[Sample]:
    """Return the program's own point and some more, without those that are shaky."""
    if not all(map(math.isfinite, program.variables)):
        return []
    found = []
    for k in range(SAMPLES):
        shifts = [
            draw_number(random, kinks) - x if k and random.random() < 0.7 else 0.0
            for x in program.variables
        ]
        if not all(map(math.isfinite, shifts)):
            continue
        there = _moved(program, shifts)
        right = outcome(executions.backward, there, 1.0)
        try:
            slack = shakiness(there)
        except NotSaid:
            continue
        if slack is None:
            continue
        if isinstance(right, type):
            found.append(Sample(shifts, right, 0.0, {right} | _possible(there)))
        elif slack <= SHAKY:
            found.append(Sample(shifts, right, slack))
    return found


def _possible(program: Program) -> set[type[Exception]]:
    try:
        return answer(program, values_of(program)).errors
    except ERRORS as error:
        return {type(error)}


def shakiness(program: Program) -> float | None:
    """Return how far slopes move when each step errs a little; None if by a jump."""
    answers = []
    for seed in (1, 2, 3):
        try:
            values = values_of(program, jitter=random.Random(seed))
            answers.append(answer(program, values))
        except ERRORS as error:
            answers.append(type(error))
    first = answers[0]
    if isinstance(first, type):
        return 0.0 if answers == [first] * 3 else None
    if any(isinstance(a, type) or a.errors != first.errors for a in answers):
        return None
    slack = 0.0
    for other in answers[1:]:
        pairs = zip([first.number, *first.slopes], [other.number, *other.slopes],
                    strict=True)  # fmt: skip
        for a, b in pairs:
            if math.isfinite(a) != math.isfinite(b):
                return None
            if math.isfinite(a):
                slack = max(slack, abs(a - b))
    return slack


def judge_arrays(
    programs: Sequence[Program],
    backend: str,
    random: random.Random,
    kinks: bool = True,
    inputs: bool = False,
) -> int:
    """Compare compiled programs with the Python engine.

    Args:
        programs: Those that raise nothing are compiled together.
        backend: What runs them.
        random: Where the samples come from.
        kinks: Whether samples also lie on kinks.
        inputs: Whether derivatives by the inputs are compared, too.

    Returns:
        For how many programs there was something to compare.

    Raises:
        Disagreement: If they differ.
    """
    together, compared = [], 0
    for program in programs:
        samples = samples_of(program, random, kinks)
        compared += bool(samples)
        whole = [sample for sample in samples if not sample.errors]
        if whole:
            together.append((program, [whole[k % len(whole)] for k in range(SAMPLES)]))
        for sample in [sample for sample in samples if sample.errors][:1]:
            _judge_error(program, sample, backend)
    if together:
        _judge_numbers(together, backend, inputs)
    return compared


def judge_rows(program: Program, random: random.Random) -> bool:
    """Compare `evaluate_rows` with the numbers of Values, row by row."""
    samples = samples_of(program, random, True)
    whole = [sample for sample in samples if not isinstance(sample.right, type)]
    rows = [_moved(program, sample.shifts).variables for sample in whole]

    def on_row(row: Any) -> Any:
        return program(*row)

    if rows:
        found = outcome(evaluate_rows, on_row, rows)
        demand(not isinstance(found, type), f"evaluate_rows at {rows}", found, whole)
        for number, sample in zip(found.tolist(), whole, strict=True):
            size = 1.0 + 1e15 * sample.slack
            agree = close(number, sample.right[0], size)
            demand(agree, f"evaluate_rows at {rows}", found, sample.right[0])
    return bool(rows)


def _moved(program: Program, shifts: Sequence[float]) -> Program:
    pairs = zip(program.variables, shifts, strict=True)
    return program.at([x + shift for x, shift in pairs])


def _recorded(programs: Sequence[Program]) -> tuple[Any, list[Value]]:
    """Return what records the sum of the programs, and the parameters of all."""
    parameters = [Value(x) for program in programs for x in program.variables]

    def f(*shifts: Any) -> Any:
        at = [p + shift for p, shift in zip(parameters, shifts, strict=True)]
        total: Any = 0.0
        for program in programs:
            count = len(program.variables)
            total, at = total + program(*at[:count]), at[count:]
        return total

    return record(f, (1,) * len(parameters), parameters), parameters


def _judge_error(program: Program, sample: Sample, backend: str) -> None:
    def run() -> Any:
        recorded, parameters = _recorded([program])
        step = recorded.compile(backend)
        return step(parameters, *[[shift] for shift in sample.shifts])

    found = outcome(run)
    raised = isinstance(found, type) and found in sample.errors
    # A branch that is not taken may be out of its domain on arrays, not on Values.
    raised |= not isinstance(found, type) and not _is_built(program, sample)
    demand(raised, f"{backend} at {sample.shifts} from there", found, sample.right)


def _is_built(program: Program, sample: Sample) -> bool:
    """Tell whether all steps are in their domain, whether they are taken or not."""
    return not isinstance(outcome(values_of, _moved(program, sample.shifts)), type)


def _judge_numbers(
    together: list[tuple[Program, list[Sample]]], backend: str, inputs: bool
) -> None:
    recorded, parameters = _recorded([program for program, _ in together])
    step = recorded.compile(backend)
    columns = [
        [samples[k].shifts[i] for k in range(SAMPLES)]
        for program, samples in together
        for i in range(len(program.variables))
    ]
    shown = [sample.shifts for _, samples in together for sample in samples]
    who = f"{backend} at {shown} from there"
    found = outcome(step, parameters, *columns)
    if isinstance(found, type):
        raise Disagreement(f"{who} raises {found.__name__}; right is a number")
    loss, slack = 0.0, 0.0
    slopes: list[float] = []
    for program, samples in together:
        loss += sum(sample.right[0] for sample in samples) / SAMPLES
        slack += 1e15 * max(sample.slack for sample in samples)
        slopes += [
            sum(sample.right[1][i] for sample in samples) / SAMPLES
            for i in range(len(program.variables))
        ]
    size = 1.0 + slack
    demand(close(found[0], loss, size), who, found[0], loss)
    _demand_slopes(who, found[1].tolist(), slopes, size)
    if inputs:
        for k in range(SAMPLES):
            by_inputs = step.input_gradients(parameters, *columns)
            slopes = [
                s / SAMPLES for _, samples in together for s in samples[k].right[1]
            ]
            _demand_slopes(
                f"{who}, by inputs,", [g[k] for g in by_inputs], slopes, size
            )


def _demand_slopes(
    who: str, found: list[float], right: list[float], size: float
) -> None:
    agree = all(close(float(a), b, size) for a, b in zip(found, right, strict=True))
    demand(agree, who, found, right)
