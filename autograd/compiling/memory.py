"""How much memory a batch takes, reckoned before it is run.

A batch too large for the machine would bring the whole process down, and with it what
was learned so far. What a program holds at the worst moment is known from its
statements, so such a batch is refused, and one that fits is named.
"""

from __future__ import annotations

import os

from .statements import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .statements import Statement

BYTES = 8  # of a float64
SMALL = 1 << 26  # bytes, below which nobody needs to ask


def numbers_held(outputs: Sequence[Statement]) -> tuple[int, int]:
    """Return how many numbers the program holds at once: for all samples, and for each.

    They are those of the moment at which most are held for each sample.
    """
    order = in_order(outputs)
    last = {arg: y for y in order for arg in y.args}
    kept = set(outputs)
    fixed = held = most = 0
    for y in order:
        if not y.batched:
            fixed += y.size
            continue
        held += y.size
        most = max(most, held)
        for arg in set(y.args):
            if arg.batched and last[arg] is y and arg not in kept:
                held -= arg.size
    return fixed, most


def check_memory(held: tuple[int, int], samples: int) -> None:
    """Check that a batch of so many samples fits into the memory that is free.

    Raises:
        MemoryError: If it does not, with the size of a batch that would.
    """
    fixed, each = held
    needed = BYTES * (fixed + samples * each)
    if needed < SMALL:
        return
    free = free_bytes()
    if free is None or needed <= free:
        return
    fitting = max(0, (free - BYTES * fixed) // (BYTES * max(1, each)))
    hint = f"batches of at most {fitting:,}" if fitting else "a smaller program"
    raise MemoryError(
        f"a batch of {samples:,} samples needs {needed / 1e9:.1f} GB of memory; got"
        f" {free / 1e9:.1f} GB free (hint: {hint})"
    )


def free_bytes() -> int | None:
    """Return how much memory can still be had; None where the system does not say."""
    found = [_free_of_machine(), _free_of_container()]
    return min((free for free in found if free is not None), default=None)


def _free_of_machine() -> int | None:
    try:
        with open("/proc/meminfo") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows, macOS
        return None


def _free_of_container() -> int | None:
    """Return what is left of the limit of a Linux container, if there is one."""
    try:
        limit, used = (
            _contents(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current")
        )
        return int(limit) - int(used)
    except (OSError, ValueError):  # no container, or one without a limit, "max"
        return None


def _contents(path: str) -> str:
    with open(path) as file:
        return file.read().strip()
