"""Runs programs by the seeds that they are drawn from, and tells of those that fail."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from . import arrays, judging, oracles
from .generating import draw_program
from .programs import Program
from .shrinking import shrunk

Judge = Callable[[Sequence[Program], random.Random, bool], int]


class Kind(NamedTuple):
    """How programs are judged.

    Attributes:
        judge: Judges several, and returns how many there was something to say of.
        group: How many at once.
        kinks: Whether they may lie on kinks, ties and infinities.
        needs: The library without which there is nothing to judge.
    """

    judge: Judge
    group: int = 1
    kinks: bool = True
    needs: str = "autograd"


def _each(judge: Callable[[Program, random.Random], Any]) -> Judge:
    """Return a judge of several from a judge of one, who says False of nothing."""

    def judge_all(programs: Sequence[Program], random: random.Random, _: bool) -> int:
        return sum(judge(program, random) is not False for program in programs)

    return judge_all


def _compiled(backend: str) -> Judge:
    def judge(programs: Sequence[Program], random: random.Random, kinks: bool) -> int:
        inputs = backend == "numpy"
        return arrays.judge_arrays(programs, backend, random, kinks, inputs)

    return judge


KINDS: dict[str, Kind] = {
    "python": Kind(_each(judging.judge)),
    "telling": Kind(_each(lambda program, _: judging.judge_telling(program))),
    "mpmath": Kind(_each(oracles.judge_by_mpmath), kinks=False),
    "jax alive": Kind(
        _each(lambda program, _: oracles.judge_by_jax(program)), 1, False, "jax"
    ),
    "rows": Kind(_each(arrays.judge_rows), needs="numpy"),
    "numpy": Kind(_compiled("numpy"), 5, needs="numpy"),
    "native": Kind(_compiled("native"), 20, needs="llvmlite"),
    "jax": Kind(_compiled("jax"), 20, needs="jax"),
}


class Failure(NamedTuple):
    """A program that failed, and the smallest that fails in the same way.

    Attributes:
        seed: What it is drawn from.
        message: What disagrees in the smallest.
        program: The smallest.
    """

    seed: int
    message: str
    program: Program

    def __str__(self) -> str:
        """Return what one needs to see it oneself."""
        return f"seed {self.seed}: {self.message}\n{self.program}"


def fuzz(name: str, seeds: Sequence[int], most: int = 5) -> tuple[int, list[Failure]]:
    """Judge the programs of some seeds, until `most` of them have failed.

    Returns:
        For how many there was something to compare, and those that failed.
    """
    kind = KINDS[name]
    programs = [draw_program(random.Random(seed), kind.kinks) for seed in seeds]
    compared, failures = 0, []
    for i in range(0, len(seeds), kind.group):
        if len(failures) >= most:
            break
        group = programs[i : i + kind.group]
        steady = random.Random(seeds[i])
        try:
            compared += kind.judge(group, steady, kind.kinks)
        except Exception:
            for seed, program in zip(seeds[i : i + kind.group], group, strict=True):
                message = _fault(kind, seed, program)
                if message:
                    failures.append(_smallest(kind, seed, program))
    return compared, failures


def _fault(kind: Kind, seed: int, program: Program) -> str:
    """Return what is wrong with a program; nothing if all is well."""
    try:
        kind.judge([program], random.Random(seed), kind.kinks)
    except judging.Disagreement as fault:
        return str(fault)
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-2)}"
    return ""


def _smallest(kind: Kind, seed: int, program: Program) -> Failure:
    """Return the smallest program that fails in the same way."""
    way = _way(_fault(kind, seed, program))

    def fails(smaller: Program) -> bool:
        return _way(_fault(kind, seed, smaller)) == way

    found = shrunk(program, fails)
    return Failure(seed, _fault(kind, seed, found), found)


def _way(message: str) -> str:
    """Return who is wrong, without the numbers."""
    for end in (" gives", " raises", " at ", " along", "(", ":"):
        message = message.split(end)[0]
    return message
