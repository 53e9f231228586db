"""Fused maps: a chain of ops on elements, written as one loop.

What a loop computes is told apart from where its numbers are, so that one piece of code
serves all chains of the same ops. A loop of rows goes over the samples of each; numbers
that all samples have in common are spread over a vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ....op import Op
from .emit import I64, Emitter
from .formula import written_op

# How element i of an operand is found: rows at a stride, or numbers in an index of
# rows, each a vector of samples; or, with the same two, one number for all samples.
ROWS, LISTED_ROWS, NUMBERS, LISTED_NUMBERS = range(4)


# No tuples, of which one of a kind would be equal to one of the other.
@dataclass(frozen=True)
class Operand:
    """Something from memory: the number of the operand."""

    number: int


@dataclass(frozen=True)
class Result:
    """The result of an earlier step: the number of the step."""

    number: int


class Output(NamedTuple):
    """What is stored.

    Attributes:
        step: The step whose result it is.
        listed: Whether its rows stand in an index, else at a stride.
        added: Whether it is added to what stands there.
    """

    step: int
    listed: bool = False
    added: bool = False


class Body(NamedTuple):
    """What a loop computes.

    Attributes:
        operands: How each operand is found.
        steps: For each step an op, or None to pass an operand on, and its args: an
            Operand, a Result, or a number that is part of the code.
        outputs: What is stored.
    """

    operands: tuple[int, ...]
    steps: tuple[tuple[Op | None, tuple[Operand | Result | float, ...]], ...]
    outputs: tuple[Output, ...]


def write_map(e: Emitter, body: Body) -> None:
    """Write the kernel of a map.

    Args: elements; for each operand and then for each output its address, and its
    stride in bytes or the address of its index.
    """
    pitch, count = e.read("pitch"), len(body.operands) + len(body.outputs)
    places = [(e.address(1 + 2 * n), 2 + 2 * n) for n in range(count)]
    with e.loop(e.number(0)) as i:

        def found(n: int, unit: Any, listed: bool) -> Any:
            start, second = places[n]
            if not listed:
                return e.item(start, i, e.number(second))
            return e.item(start, e.load(e.item(e.address(second), i), I64), unit)

        rows: dict[int, Any] = {}
        spread: dict[int, Any] = {}
        for n, kind in enumerate(body.operands):
            if kind in (ROWS, LISTED_ROWS):
                rows[n] = found(n, pitch, kind == LISTED_ROWS)
            else:
                place = found(n, 8, kind == LISTED_NUMBERS)
                spread[n] = e.splat(e.load(place))
        outputs = [
            found(n, pitch, output.listed)
            for n, output in enumerate(body.outputs, len(body.operands))
        ]
        with e.loop(e.read("vectors")) as v:
            operands = spread | {n: e.vector(e.column(r, v)) for n, r in rows.items()}
            results: list[Any] = []
            for op, args in body.steps:
                values = [
                    operands[arg.number] if isinstance(arg, Operand)
                    else results[arg.number] if isinstance(arg, Result) else arg
                    for arg in args
                ]  # fmt: skip
                results.append(values[0] if op is None else written_op(e, op, values))
            for output, row in zip(body.outputs, outputs, strict=True):
                place, value = e.column(row, v), results[output.step]
                if output.added:
                    value = e.b.fadd(e.vector(place), value)
                e.keep(value, place)
