"""Forks: what a child process finds where another thread of its parent was at work.

A fork copies the memory of a process, and of its threads the one that forks. A lock
that another one held would stay locked for ever, and what it was in the middle of would
never be done. So a fork waits for our locks, which are held for moments, and the child
forgets what other threads had begun.
"""

from __future__ import annotations

import functools
import os
from _thread import RLock  # the import of threading is not for free
from contextlib import nullcontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def in_child(renew: Callable[[], object]) -> None:
    """Have `renew` be called in each child, before anything else happens there."""
    if hasattr(os, "register_at_fork"):  # Windows has no forks
        os.register_at_fork(after_in_child=renew)


def waited_for(lock: Any) -> Any:
    """Return the lock, for which each fork waits from now on: a child finds it open."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire,
            after_in_parent=lock.release,
            after_in_child=lock.release,
        )
    return lock


# Held, for moments, by who changes what concerns all threads.
one_at_a_time = waited_for(RLock())


if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property(functools.cached_property):
        """Python's own, without the one lock for all objects that 3.11 has in it.

        Two threads may compute the same, once each.
        """

        lock = property(lambda self: nullcontext(), lambda self, _: None)
