"""What a program does, before it has memory: tasks on places, in passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .maps import Body

# Spaces of memory. A thread adds up sums of its own, and reads those of all.
ONE, SUMS, OWN_SUMS, BLOCK_ROWS, TABLE = "one", "sums", "own sums", "rows", "table"


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

    `vectors` is how long a loop over numbers in common is; None in a pass over samples.
    """

    kernel: str | Body
    args: tuple[Place | Rows | int, ...]
    vectors: int | None = None


@dataclass
class Stage:
    """What is computed in common, a pass over the batch, and the sums it leaves."""

    one: list[Task] = field(default_factory=list)
    batch: list[Task] = field(default_factory=list)
    sums: list[tuple[Place, int]] = field(default_factory=list)


@dataclass
class Schedule:
    """The tasks of a program, and the memory that they need.

    Attributes:
        stages: Passes over the batch, in order.
        numbers: How many numbers are held in common.
        sums: How many numbers the sums over samples take.
        rows: How many rows a block has.
        tables: Arrays of indices.
        constants: Numbers that stand in the code, and where they go.
        leaves: Where the numbers of leaves (parameters, direction, …) go.
        outputs: Where each output is, or the number of the array it is written to.
        arrays: How many rows each array outside has; the first is the inputs.
        work: About how many multiplications a sample takes.
    """

    stages: list[Stage] = field(default_factory=list)
    numbers: int = 0
    sums: int = 0
    rows: int = 0
    tables: list[Any] = field(default_factory=list)
    constants: list[tuple[Place, Any]] = field(default_factory=list)
    leaves: dict[Any, Place] = field(default_factory=dict)
    outputs: list[Place | int] = field(default_factory=list)
    arrays: list[int] = field(default_factory=list)
    work: int = 0
