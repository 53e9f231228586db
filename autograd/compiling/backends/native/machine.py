"""A schedule with memory and machine code: tasks as words that a kernel can read.

Memory is one arena for what is held in common, and one for the rows of a block.
Addresses are fixed once; what changes from call to call (how many samples there are,
and where they stand) is in the words of the block.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakSet

from ....forks import in_child
from ....imports import np
from .emit import ARRAYS, WORDS
from .host import width
from .kernels import kernels
from .plan import BLOCK_ROWS, ONE, TABLE, Place, Rows, Schedule, Task
from .running import RUNNING

CACHE = 200_000  # bytes of a block's rows that still are near the processor
MOST_SAMPLES = 256  # of a block
PADDING = 16  # numbers: what begins a line late may be read a vector too far


class Tasks(NamedTuple):
    """A list of tasks: the address of its words, and how many there are."""

    address: int
    length: int


class Machine:
    """A schedule that can run, for one caller at a time.

    Attributes:
        lock: Held by who uses it.
        block: The address of the words of its block.
        passes: That of the words of its passes over the batch.
        samples: How many samples a block has.
    """

    def __init__(self, plan: Schedule) -> None:
        """Compile what is new, and lay out memory."""
        self.lock = Lock()
        _alive.add(self)
        self._kept: list[Any] = []
        self._numbers = self._array(plan.numbers)
        for place, values in plan.constants:
            self.at(place, len(values))[:] = values
        self._tables = [self._words(table) for table in plan.tables]
        # A product goes by four vectors at a time.
        fitting = CACHE // (8 * max(plan.rows, 1)) // 32 * 32
        self.samples = max(16, min(MOST_SAMPLES, fitting))
        # An odd number of lines from a row to the next: so they lie apart in the cache.
        self._pitch = 8 * (self.samples + 8)
        rows = self._array(plan.rows * self._pitch // 8)
        self._starts = {
            ONE: self._numbers.ctypes.data, BLOCK_ROWS: rows.ctypes.data
        }  # fmt: skip
        self.block = self._block(pitch=self._pitch, arrays=len(plan.arrays))
        kernels(
            [*RUNNING, *(t.kernel for s in plan.stages for t in (*s.one, *s.batch))]
        )
        words = [len(plan.stages)]
        for stage in plan.stages:
            words += [*self.tasks(stage.one), *self.tasks(stage.batch)]
        self.passes = self._words(words)

    # --- memory -------------------------------------------------------------------

    def _array(self, count: int) -> Any:
        """Return zeros that begin where a line of memory does."""
        whole = np.zeros(count + PADDING)
        self._kept.append(whole)
        skip = (-whole.ctypes.data % 64) // 8
        return whole[skip : skip + count]

    def _words(self, words: Any) -> int:
        """Return the address of words."""
        array = np.ascontiguousarray(words, dtype=np.int64)
        self._kept.append(array)
        return array.ctypes.data

    def _block(self, arrays: int = 0, **known: int) -> int:
        """Return the address of the words of a block."""
        words = [known.get(name, 0) for name in WORDS]
        return self._words([*words, *[0] * (2 * arrays)])

    def at(self, place: Place, count: int) -> Any:
        """Return the numbers at a place in common."""
        return self._numbers[place.offset : place.offset + count]

    # --- tasks --------------------------------------------------------------------

    def tasks(self, tasks: Sequence[Task]) -> Tasks:
        """Return tasks as words."""
        known = kernels(task.kernel for task in tasks)
        blocks: dict[int | None, int] = {None: self.block}
        args: list[int] = []
        heads = []
        for task in tasks:
            n = task.length
            if n is not None and n not in blocks:
                vectors = -(-n // width())
                blocks[n] = self._block(
                    vectors=vectors, samples=n, pitch=8 * n, first=1
                )
            heads.append((known[task.kernel], blocks[n], 8 * len(args)))
            args += map(self._word, task.args)
        start = self._words(args)
        words = [(kernel, block, start + offset) for kernel, block, offset in heads]
        return Tasks(self._words(words), len(words))

    def _word(self, arg: Place | Rows | int) -> int:
        if isinstance(arg, int):
            return arg
        if isinstance(arg, Rows):
            return arg.count * self._pitch
        if arg.space == TABLE:
            return self._tables[arg.offset]
        size = self._pitch if arg.space == BLOCK_ROWS else 8
        return self._starts[arg.space] + size * arg.offset

    # --- running ------------------------------------------------------------------

    def word_of(self, number: int) -> int:
        """Return the address of the word that says where an array outside stands."""
        return self.block + 8 * (ARRAYS + 2 * number)

    def bind(self, arrays: Sequence[Any]) -> None:
        """Say where the arrays outside stand."""
        for number, array in enumerate(arrays):
            words = (ctypes.c_int64 * 2).from_address(self.word_of(number))
            at = array.__array_interface__["data"][0]  # sooner than array.ctypes.data
            words[:] = at, array.strides[0]

    def run(self, size: int) -> None:
        """Run all passes over a batch of `size` samples."""
        _function("program")(self.block, self.passes, size, self.samples)

    def take(self, words: Any, start: int, end: int) -> int:
        """Take steps of a training (see `running`); return the number of the next."""
        return _function("train")(words.ctypes.data, start, end)


# What a child may find in use by a thread that it does not have.
_alive: WeakSet[Machine] = WeakSet()


def _renew() -> None:
    for each in _alive:
        each.lock = Lock()


in_child(_renew)


@cache
def _function(name: str) -> Any:
    """Return machine code as Python calls it, without holding Python's lock."""
    address, whole = ctypes.c_void_p, ctypes.c_int64
    kinds = {
        "program": (None, address, address, whole, whole),
        "train": (whole, address, whole, whole),
    }
    return ctypes.CFUNCTYPE(*kinds[name])(kernels(RUNNING)[name])
