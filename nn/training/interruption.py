"""Ctrl-C, held back for a moment.

A step moves the parameters one after the other. Stopped in between, a network would be
half of one step and half of another, so the interruption waits until the step is whole.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self


class Interruption:
    """Ctrl-C raises KeyboardInterrupt as ever, but not while `hold` is in force.

    Used as a context. A program that deals with Ctrl-C in its own way is left to do so.
    """

    def __init__(self) -> None:
        """See the class."""
        self._holding = False
        self._waiting = False

    def __enter__(self) -> Self:
        """Begin to look out for Ctrl-C, where Python tells it: in the main thread."""
        self._ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._ours:
            signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, *_: object) -> None:
        """Let Ctrl-C do what it did before."""
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Have Ctrl-C wait for the end of this context, and raise there."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._waiting:
            self._waiting = False
            raise KeyboardInterrupt

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self._holding:
            self._waiting = True
        else:
            raise KeyboardInterrupt
