"""Compares what a program gives: with the reference, and one execution with another."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Sequence
from typing import Any

from autograd import Value

from . import executions
from .formulas import FORMULAS, NotSaid
from .programs import FUNCTIONS, Program
from .reference import ERRORS, Answer, answer

SEEDS = (1.0, 1.0, 1.0, -2.5, 0.0)


class Disagreement(AssertionError):
    """Two that should give the same do not."""


def outcome(f: Callable[..., Any], *args: Any) -> Any:
    """Return what `f` gives, or the kind of error that it raises."""
    try:
        return f(*args)
    except ERRORS as error:
        if type(error) not in ERRORS:  # such as one of a file that cannot be read
            raise
        return type(error)


def close(a: float, b: float, size: float = 0.0, relative: float = 1e-9) -> bool:
    """Tell whether two numbers are the same, given sums of products of this `size`."""
    if a == b or (a != a and b != b):
        return True
    if not (math.isfinite(a) and math.isfinite(b)):
        return not math.isfinite(size) and not math.isfinite(a) and a != a
    return abs(a - b) <= relative * abs(b) + 1e-12 * size


def demand(agree: bool, who: str, found: Any, right: Any) -> None:
    """Raise Disagreement unless they agree."""
    if not agree:
        raise Disagreement(f"{who} gives {_shown(found)}; right is {_shown(right)}")


def agree_with(who: str, found: Any, right: Answer, only: int | None = None) -> None:
    """Demand that slopes, or the kind of an error, are right."""
    if right.errors:
        demand(found in list(right.errors), who, found, right.errors)
        return
    if isinstance(found, type):
        raise Disagreement(f"{who} raises {found.__name__}; right is {right.slopes}")
    places = range(len(right.slopes)) if only is None else [only]
    for slope, i in zip(found, places, strict=True):
        demand(close(slope, right.slopes[i], right.sizes[i]), who, found, right.slopes)


def forward(program: Program) -> list[float] | type[Exception]:
    """Return the number at each place, judged by its formula; or what it raises."""
    values: list[Any] = [Value(x) for x in program.variables]
    values += [Value(x, constant=True) for x in program.constants]
    for name, places in program.steps:
        args = [values[place] for place in places]
        data = [arg.data for arg in args]
        y = outcome(FUNCTIONS[name], *args)
        try:
            right = outcome(FORMULAS[name].number, math, *data)
        except NotSaid:
            right = y if isinstance(y, type) else y.data
        if isinstance(y, type):
            demand(y is right, f"{name}({data})", y, right)
            return y
        agree = not isinstance(right, type) and close(y.data, right, 1e-3, 1e-12)
        demand(agree, f"{name}({data})", y.data, right)
        values.append(y)
    return [value.data for value in values]


def judge(program: Program, random: random.Random) -> None:
    """Compare all executions of Python but for `to_python`, which takes longer.

    Raises:
        Disagreement: If two do not agree.
    """
    values = forward(program)
    seed = random.choice(SEEDS)
    if isinstance(values, type):
        for run in (executions.backward, executions.create_graph):
            found = outcome(run, program, seed)
            demand(found is values, run.__name__, found, values)
        return
    errors: Collection[type[Exception]] = ()
    try:
        errors = judge_first_order(program, values, seed)
    except NotSaid:
        pass
    judge_edits(program, random)
    # It takes as long as all the rest: every other program is enough.
    if random.random() < 0.5 and not _at_power_of_0(program, values):
        judge_second_order(program, random, errors)


def judge_first_order(
    program: Program, values: list[float], seed: float
) -> set[type[Exception]]:
    """Compare the ways to the slopes, and return the errors that they may raise."""
    errors = answer(program, values).errors
    right = answer(program, values, seed=seed)
    found = outcome(executions.backward, program, seed)
    if not isinstance(found, type):
        demand(close(found[0], values[-1]), "the output", found[0], values[-1])
    slopes = _slopes(found)
    agree_with("backward", slopes, right)
    for run in (executions.create_graph, executions.by_hand):
        agree_with(run.__name__, _slopes(outcome(run, program, seed)), right)
    if seed != 1.0:
        right = answer(program, values)
    found = outcome(executions.gradient, program)
    agree_with("grad", found, right)
    if seed == 1.0 and not isinstance(slopes, type):
        demand(_same(found, slopes), "grad, to the bit", found, slopes)
    for i in range(len(program.variables)):
        right = answer(program, values, [i])
        found = outcome(executions.forward_mode, program, i)
        agree_with(f"jvp along x{i}", _slopes(found, one=True), right, only=i)
    found = outcome(executions.along_paths, program, i)
    agree_with(f"paths from x{i}", _slopes(found, one=True), right, only=i)
    return errors


def judge_telling(program: Program) -> None:
    """Compare lessons, and the text of `to_python`, with `backward`, to the bit."""
    right = outcome(executions.backward, program, 1.0)
    for run in (executions.in_python, executions.told, executions.watched):
        found, who = outcome(run, program), f"{run.__name__}, to the bit,"
        if isinstance(right, type) or isinstance(found, type):
            demand(found is right, who, found, right)
        else:
            same = _same([found[0], *found[1]], [right[0], *right[1]])
            demand(same, who, found, right)


def judge_edits(program: Program, random: random.Random) -> None:
    """Edit a leaf: sweeps raise where a number is no more what its op gives."""
    i = random.randrange(len(program.variables))
    number = random.choice((0.25, 3.0, program.variables[i]))
    plain = outcome(executions.backward, program, 1.0)
    undone = outcome(executions.edited, program, i, number, True)
    same = undone is plain if isinstance(plain, type) else _same(undone, plain[1])
    demand(same, f"backward after an undone edit of x{i}", undone, plain)
    try:
        found = outcome(executions.edited, program, i, number, False)
    except RuntimeError:
        found = RuntimeError
    who = f"backward after x{i}.data = {number}"
    stale = _is_stale(program, i, number)
    if stale:  # a slope that raises may be met first
        raised = found is RuntimeError or (isinstance(found, type) and found is plain)
        demand(raised, who, found, "an error")
    elif stale is not None:
        demand(found is not RuntimeError, who, found, "no error of edited data")


def _is_stale(program: Program, i: int, number: float) -> bool | None:
    """Tell whether a node that was computed from variable `i` would be another now.

    Returns:
        None where it would be the same number, taken from another argument.
    """
    xs = executions.leaves_of(program)
    stale: bool | None = False
    for node in executions.nodes_of(executions.built(program, xs)[-1]):
        if xs[i] in node.args:
            before = [arg.data for arg in node.args]
            data = [number if arg is xs[i] else arg.data for arg in node.args]
            now = outcome(node.op, *data)
            if now != node.data and (now == now or node.data == node.data):
                return True
            places = range(len(data))
            if any(node.op.takes(k, data) != node.op.takes(k, before) for k in places):
                stale = None
    return stale


def _at_power_of_0(program: Program, values: list[float]) -> bool:
    """Tell whether there is a power of 0, whose conventions have no second order.

    The slope of b · aᵇ⁻¹ by b and that of aᵇ · log(a) by a are then two numbers.
    """
    powers = [places for name, places in program.steps if name == "pow"]
    return any(values[base] == 0.0 for base, _ in powers)


def judge_second_order(
    program: Program, random: random.Random, errors: Collection[type[Exception]]
) -> None:
    """Compare the ways to the Hessian times a vector, which may raise `errors`."""
    v = [random.choice((1.0, -0.5, 2.0)) for _ in program.variables]
    found = {
        name: outcome(run, program, v) for name, run in executions.SECOND_ORDER.items()
    }
    right, kinds = found["hvp"], list(errors)
    for name, slopes in found.items():
        if isinstance(right, type) or isinstance(slopes, type):
            # Of several slopes that raise, one or the other is met first.
            same = slopes is right or (slopes in kinds and right in kinds)
            demand(same, name, slopes, right)
            continue
        size = max([1.0, *(abs(s) for s in (*slopes, *right) if math.isfinite(s))])
        agree = all(close(a, b, 1e4 * size) for a, b in zip(slopes, right, strict=True))
        demand(agree, name, slopes, right)


def _slopes(found: Any, one: bool = False) -> Any:
    """Return the slopes of what an execution gave, or the kind of error."""
    if isinstance(found, type):
        return found
    return [found[1]] if one else found[1]


def _same(found: Any, right: Sequence[float]) -> bool:
    return not isinstance(found, type) and all(
        a == b or (a != a and b != b) for a, b in zip(found, right, strict=True)
    )


def _shown(found: Any) -> str:
    return found.__name__ if isinstance(found, type) else repr(found)
