"""A schedule with memory and machine code: tasks as words that a kernel can read.

Memory is one arena for what is held in common, and for each thread one for the sums and
one for the rows of a block. Addresses are fixed once; what changes from call to call
(how many samples there are, and where they stand) is in the words of the block.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakSet

from ....forks import in_child
from .emit import ARRAYS, PITCH, VECTORS
from .host import compile_module, new_module, width
from .kernels import kernels
from .maps import Body, write_map
from .plan import BLOCK_ROWS, ONE, OWN_SUMS, SUMS, TABLE, Place, Rows, Schedule, Task
from .running import RUNNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CACHE = 200_000  # bytes of a block's rows that still are near the processor
MOST_SAMPLES = 256  # of a block
PADDING = 16  # numbers: what begins a line late may be read a vector too far
ABSOLUTE = "absolute"  # the space of places whose offset is an address

# Multiplications from which a second thread is worth its start.
WORTH_A_THREAD = 50_000_000

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
    length: int


@dataclass
class Lane:
    """What a thread has of its own.

    Attributes:
        block: The words of its block.
        address: Where they are.
        bases: Where its spaces of memory begin.
        sums: Its sums over samples.
        batch: Its tasks in each pass.
    """

    block: Any
    address: int
    bases: dict[str, int]
    sums: Any
    batch: list[Tasks] = field(default_factory=list)


class Machine:
    """A schedule that can run.

    Attributes:
        numbers: The numbers held in common.
        lanes: What each thread has; the first has the tasks in common, too.
        one: The tasks in common before each pass.
        samples: How many samples a block has.
    """

    def __init__(self, plan: Schedule, threads: int) -> None:
        """Compile what is new, and lay out memory."""
        self.plan = plan
        tasks = [task for stage in plan.stages for task in (*stage.one, *stage.batch)]
        map_kernels(task.kernel for task in tasks if isinstance(task.kernel, Body))
        kernels([*RUNNING, *(t.kernel for t in tasks if isinstance(t.kernel, str))])
        self._kept: list[Any] = []
        self.numbers = self._array(plan.numbers)
        for place, values in plan.constants:
            self.numbers[place.offset : place.offset + len(values)] = values
        self.tables = [self._words(table).ctypes.data for table in plan.tables]
        self.samples = self._samples()
        # An odd number of lines from a row to the next: so they lie apart in the cache.
        self.pitch = 8 * (self.samples + 8)
        self.lanes: list[Lane] = []
        for _ in range(threads):
            self.lanes.append(self._lane())
        first = self.lanes[0]
        self.one = [self.tasks(stage.one, first) for stage in plan.stages]
        for lane in self.lanes:
            lane.batch.extend(self.tasks(stage.batch, lane) for stage in plan.stages)
        # What adds the sums of each other thread to those of the first.
        self.joining = [
            [
                self.tasks([_addition(lane, *s) for s in stage.sums], first)
                for stage in plan.stages
            ]
            for lane in self.lanes[1:]
        ]
        passes = zip(self.one, first.batch, strict=True)
        words = [word for one, batch in passes for word in (*one, *batch)]
        self._passes: int = self._words([len(plan.stages), *words]).ctypes.data

    def _samples(self) -> int:
        fitting = CACHE // (8 * max(self.plan.rows, 1))
        # A product goes by four vectors at a time.
        return max(16, min(MOST_SAMPLES, fitting // 32 * 32))

    # --- memory -------------------------------------------------------------------

    def _array(self, count: int) -> Any:
        """Return zeros that begin where a line of memory does."""
        import numpy as np

        whole = np.zeros(count + PADDING)
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
        sums = self._array(self.plan.sums)
        shared = self.lanes[0].sums if self.lanes else sums
        spaces = {ONE: self.numbers, SUMS: shared, OWN_SUMS: sums, BLOCK_ROWS: rows}
        bases = {space: array.ctypes.data for space, array in spaces.items()}
        return Lane(block, block.ctypes.data, bases, sums)

    def at(self, place: Place, count: int) -> Any:
        """Return the numbers at a place in common."""
        array = self.numbers if place.space == ONE else self.lanes[0].sums
        return array[place.offset : place.offset + count]

    # --- tasks --------------------------------------------------------------------

    def tasks(self, tasks: Sequence[Task], lane: Lane) -> Tasks:
        """Return tasks as words, for one thread."""
        args: list[int] = []
        heads: list[tuple[int, int, int]] = []
        blocks: dict[int, int] = {}
        own = lane.address
        shared = kernels(t.kernel for t in tasks if isinstance(t.kernel, str))
        for task in tasks:
            block, kernel = own, task.kernel
            if task.vectors is not None:
                if task.vectors not in blocks:
                    words = [0] * ARRAYS
                    words[VECTORS] = -(-task.vectors // width())
                    blocks[task.vectors] = self._words(words).ctypes.data
                block = blocks[task.vectors]
            address = shared[kernel] if isinstance(kernel, str) else _maps[kernel]
            heads.append((address, block, len(args)))
            args += [self._word(arg, lane) for arg in task.args]
        start = self._words(args).ctypes.data
        words = [(kernel, block, start + 8 * n) for kernel, block, n in heads]
        return Tasks(self._words(words).ctypes.data, len(heads))

    def _word(self, arg: Place | Rows | int, lane: Lane) -> int:
        if isinstance(arg, int):
            return arg
        if isinstance(arg, Rows):
            return arg.count * self.pitch
        if arg.space == TABLE:
            return self.tables[arg.offset]
        if arg.space == ABSOLUTE:
            return arg.offset
        size = self.pitch if arg.space == BLOCK_ROWS else 8
        return lane.bases[arg.space] + size * arg.offset

    # --- running ------------------------------------------------------------------

    def bind(self, number: int, array: Any) -> None:
        """Say where an array outside stands."""
        start, _ = array.__array_interface__["data"]
        first = ARRAYS + 2 * number
        for lane in self.lanes:
            lane.block[first], lane.block[first + 1] = start, array.strides[0]

    def run(self, size: int) -> None:
        """Run all passes over a batch of `size` samples, on as many threads as fit."""
        first = self.lanes[0].address
        parts = self._parts(size) if len(self.lanes) > 1 else ()
        if len(parts) < 2:
            _functions().program(first, self._passes, size, self.samples)
            return
        for k, one in enumerate(self.one):
            _functions().tasks(*one)
            if not self.lanes[0].batch[k].length:
                continue
            waiting = [
                _pool().submit(self._pass, lane, k, *part)
                for lane, part in zip(self.lanes[1:], parts[1:], strict=False)
            ]
            try:
                self._pass(self.lanes[0], k, *parts[0])
            finally:  # when it is interrupted, too: memory is used again
                for each in waiting:
                    each.result()
            for joining in self.joining[: len(waiting)]:
                _functions().tasks(*joining[k])

    def do(self, tasks: Tasks) -> None:
        """Do what all samples have in common."""
        _functions().tasks(*tasks)

    def training(
        self,
        size: int,
        arrays: Sequence[Any],
        commit: Tasks,
        predictions: tuple[int, int],
    ) -> Callable[[int, int], int]:
        """Return the machine code that takes steps (see `running`) on one thread.

        Args:
            size: How many samples a step takes.
            arrays: For each step where its order begins, and its settings; where
                settings go; where a loss is, and where losses go.
            commit: What makes a step count.
            predictions: The number of the array they go to, and how many bytes further
                those of the next step go.
        """
        import numpy as np

        number, left = predictions
        words = [self.lanes[0].address, self._passes, self.samples, size]
        words += [array.ctypes.data for array in arrays]
        words += [*commit, self.lanes[0].address + 8 * (ARRAYS + 2 * number), left]
        held = np.array(words, dtype=np.int64)

        def take(start: int, end: int) -> int:
            return _functions().train(held.ctypes.data, start, end)

        return take

    def _parts(self, size: int) -> list[tuple[int, int]]:
        """Return each thread's stretch of samples, of whole vectors but for the end."""
        step = -(-size // (len(self.lanes) * width())) * width()
        return [(i, min(i + step, size)) for i in range(0, size, step)]

    def _pass(self, lane: Lane, k: int, start: int, end: int) -> None:
        _functions().blocks(lane.address, *lane.batch[k], start, end, self.samples)


class Machines:
    """The machines of a plan, by their threads; they are for one caller at a time.

    Attributes:
        lock: Held by who uses one.
    """

    def __init__(self, plan: Schedule, threads: int | None) -> None:
        """Keep to so many threads; None for what a batch is worth."""
        self.lock = Lock()
        self._plan, self._threads = plan, threads
        self._made: dict[int, Machine] = {}
        _alive.add(self)

    def for_batch(self, size: int) -> Machine:
        """Return the machine for a batch of so many samples."""
        threads = self._threads
        if threads is None:
            threads = cores() if self._plan.work * size >= WORTH_A_THREAD else 1
        if threads not in self._made:
            self._made[threads] = Machine(self._plan, threads)
        return self._made[threads]


# What a child may find in use by a thread that it does not have.
_alive: WeakSet[Machines] = WeakSet()


def _renew() -> None:
    for each in _alive:
        each.lock = Lock()


in_child(_renew)


def _addition(lane: Lane, place: Place, count: int) -> Task:
    """Return the task that adds a sum of a thread to that of the first."""
    source = Place(ABSOLUTE, lane.bases[OWN_SUMS] + 8 * place.offset)
    return Task("add", (place, source, count))


@cache
def _pool() -> Any:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(cores(), thread_name_prefix="chainrule")


in_child(_pool.cache_clear)  # whose threads a child does not have


def cores() -> int:
    """Return how many processor cores this process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Functions(NamedTuple):
    """Machine code that Python calls, without holding its lock."""

    tasks: Any
    blocks: Any
    program: Any
    train: Any


@cache
def _functions() -> _Functions:
    address, whole = ctypes.c_void_p, ctypes.c_int64
    kinds = {
        "tasks": (None, address, whole),
        "blocks": (None, address, address, whole, whole, whole, whole),
        "program": (None, address, address, whole, whole),
        "train": (whole, address, whole, whole),
    }
    code = kernels(RUNNING)
    return _Functions(
        **{name: ctypes.CFUNCTYPE(*kind)(code[name]) for name, kind in kinds.items()}
    )
