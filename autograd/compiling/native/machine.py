"""A schedule with memory and machine code: tasks as words that a kernel can read.

Memory is one arena for what is held in common, and for each thread one for the sums and
one for the rows of a block. Addresses are fixed once; what changes from call to call
(how many samples there are, and where they stand) is in the words of the block.
"""

from __future__ import annotations

import ctypes
from typing import NamedTuple

from .emit import ARRAYS, FAULT, ORDER, PITCH, SIZE, VECTORS
from .host import compile_module, new_module, width
from .kernels import TASK, kernels
from .maps import Body, write_map
from .schedule import BLOCK_ROWS, ONE, SUMS, TABLE, Place, Rows, Schedule, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

CACHE = 400_000  # bytes of a block's rows that still are near the processor
MOST_SAMPLES = 256  # of a block
PADDING = 8  # numbers: a vector may be read beyond the end of what it is of

_maps: dict[Body, int] = {}


def map_kernels(bodies: Iterable[Body]) -> None:
    """Compile the maps that have not been compiled before."""
    new = [body for body in dict.fromkeys(bodies) if body not in _maps]
    if new:
        module = new_module()
        names = [f"map{n}" for n in range(len(new))]
        for name, body in zip(names, new, strict=True):
            write_map(module, name, body)
        addresses = compile_module(module, names)
        _maps.update(zip(new, (addresses[name] for name in names), strict=True))


class Tasks(NamedTuple):
    """A list of tasks: the address of its words, and how many there are."""

    address: int
    count: int


class Lane(NamedTuple):
    """What a thread has of its own: its block, its sums, and its tasks in each pass."""

    block: Any
    sums: Any
    batch: list[Tasks]


class Machine:
    """A schedule that can run.

    Attributes:
        numbers: The numbers held in common.
        lanes: What each thread has; the first also has the tasks in common.
        one: The tasks in common before each pass.
        samples: How many samples a block has.
    """

    def __init__(self, plan: Schedule, threads: int) -> None:
        """Compile what is new, and lay out memory."""
        self.plan = plan
        tasks = [task for stage in plan.stages for task in (*stage.one, *stage.batch)]
        map_kernels(task.kernel for task in tasks if isinstance(task.kernel, Body))
        self._kept: list[Any] = []
        self.numbers = self._array(plan.numbers)
        for place, values in plan.constants:
            self.numbers[place.offset : place.offset + len(values)] = values
        self.tables = [self._words(table) for table in plan.tables]
        self.samples = self._samples()
        # An odd number of lines from a row to the next: no two rows in the same place
        # of the cache.
        self.pitch = 8 * (self.samples + 8)
        self.lanes = [self._lane() for _ in range(threads)]
        self.one = [self._tasks(stage.one, self.lanes[0]) for stage in plan.stages]
        for lane in self.lanes:
            lane.batch.extend(self._tasks(stage.batch, lane) for stage in plan.stages)

    def _samples(self) -> int:
        wide = CACHE // (8 * max(self.plan.rows, 1))
        return max(2 * width(), min(MOST_SAMPLES, wide // 8 * 8))

    def _array(self, count: int) -> Any:
        """Return zeros that begin where a line of memory does."""
        import numpy as np

        whole = np.zeros(count + 2 * PADDING)
        self._kept.append(whole)
        skip = (-whole.ctypes.data % 64) // 8
        return whole[skip : skip + count]

    def _words(self, words: Any) -> Any:
        import numpy as np

        array = np.ascontiguousarray(words, dtype=np.int64)
        self._kept.append(array)
        return array

    def _lane(self) -> Lane:
        block = self._words([0] * (ARRAYS + 2 * len(self.plan.arrays)))
        block[PITCH] = self.pitch
        rows = self._array(self.plan.rows * self.pitch // 8)
        lane = Lane(block, self._array(self.plan.sums), [])
        self._bases = {}
        return lane
