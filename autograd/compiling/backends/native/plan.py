"""What a program does, before it has memory: tasks on places, in passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .maps import Body

# Spaces of memory: numbers in common, rows of a block, and arrays of indices.
ONE, BLOCK_ROWS, TABLE = "one", "rows", "table"


class Place(NamedTuple):
    """Where numbers are: a space of memory, and which number, row or index of it."""

    space: str
    offset: int

    def on(self, count: int) -> Place:
        """Return the place `count` further on."""
        return Place(self.space, self.offset + count)


@dataclass(frozen=True)
class Rows:
    """As many bytes as so many rows take."""

    count: int


@dataclass(frozen=True)
class Task:
    """A kernel (by name, or a map's body) and its arguments.

    `length` is how long rows of numbers in common are; None in a pass over samples.
    """

    kernel: str | Body
    args: tuple[Place | Rows | int, ...]
    length: int | None = None


@dataclass
class Stage:
    """What is computed in common, and then a pass over the batch."""

    one: list[Task] = field(default_factory=list)
    batch: list[Task] = field(default_factory=list)


@dataclass
class Schedule:
    """The tasks of a program, and the memory that they need.

    Attributes:
        stages: Passes over the batch, in order.
        numbers: How many numbers are held in common.
        rows: How many rows a block has.
        tables: Arrays of indices.
        constants: Numbers that stand in the code, and where they go.
        leaves: Where the numbers of leaves (parameters, direction, …) go.
        outputs: Where each output is, or the number of the array it is written to.
        arrays: How many rows each array outside has; the first is the inputs.
    """

    stages: list[Stage] = field(default_factory=list)
    numbers: int = 0
    rows: int = 0
    tables: list[Any] = field(default_factory=list)
    constants: list[tuple[Place, Any]] = field(default_factory=list)
    leaves: dict[Any, Place] = field(default_factory=dict)
    outputs: list[Place | int] = field(default_factory=list)
    arrays: list[int] = field(default_factory=list)

    def new_numbers(self, count: int) -> Place:
        """Return room for numbers in common, up to a whole number of vectors."""
        size = -(-max(count, 1) // 8) * 8
        self.numbers += size
        return Place(ONE, self.numbers - size)
