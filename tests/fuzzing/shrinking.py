"""Makes a program that fails smaller, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .programs import Program

SIMPLE = (0.0, 1.0, -1.0, 2.0, 0.5)


def shrunk(program: Program, fails: Callable[[Program], bool]) -> Program:
    """Return a program that fails too, of which no simpler one was found."""
    while True:
        for candidate in _simpler(program):
            if fails(candidate):
                program = candidate
                break
        else:
            return program


def _simpler(program: Program) -> Iterator[Program]:
    for i in reversed(range(len(program.steps))):
        for place in dict.fromkeys(program.steps[i][1]):
            yield _without_step(program, i, place)
    for place in reversed(range(program.start)):
        if program.start > 1 and _unused(program, place):
            yield _without_leaf(program, place)
    for place in range(program.start):
        leaves = [*program.variables, *program.constants]
        if leaves[place] not in SIMPLE:
            for number in SIMPLE:
                leaves[place] = number
                count = len(program.variables)
                yield replace(
                    program,
                    variables=tuple(leaves[:count]),
                    constants=tuple(leaves[count:]),
                )


def _without_step(program: Program, i: int, instead: int) -> Program:
    """Have `instead` stand for the result of step `i`."""
    gone = program.start + i

    def moved(place: int) -> int:
        place = instead if place == gone else place
        return place - (place > gone)

    steps = [
        (name, tuple(moved(place) for place in places))
        for n, (name, places) in enumerate(program.steps)
        if n != i
    ]
    return replace(program, steps=tuple(steps))


def _unused(program: Program, place: int) -> bool:
    return all(place not in places for _, places in program.steps)


def _without_leaf(program: Program, gone: int) -> Program:
    steps = tuple(
        (name, tuple(place - (place > gone) for place in places))
        for name, places in program.steps
    )
    leaves = [*program.variables, *program.constants]
    del leaves[gone]
    count = len(program.variables) - (gone < len(program.variables))
    return Program(tuple(leaves[:count]), tuple(leaves[count:]), steps)
