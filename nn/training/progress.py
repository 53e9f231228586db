"""Telling how a training run gets on.

Someone who looks on, at a terminal or in a notebook, sees a bar that moves; a log file
gets a line now and then. Either tells the loss, the accuracy, the speed and the time
left.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from autograd import Phrases

from .history import History

LINES = 10  # how many lines a run leaves in a log, about
# Short enough for the loss and the accuracy to stand in 80 columns.
BAR = "{{desc}}{{bar:10}} {{rate_fmt}}, {left}{{postfix}}"


class Progress:
    """What is told of a run: here, nothing."""

    def step(self) -> None:
        """A step has been taken."""

    def epoch(self, history: History) -> None:
        """An epoch is over."""

    def close(self) -> None:
        """The run is over."""


def follow(epochs: int, steps: int, done: int, shown: bool | str) -> Progress:
    """Return the way to tell of a run that fits the place.

    Args:
        epochs: How many epochs it is to have.
        steps: How many steps an epoch has.
        done: How many epochs are done already.
        shown: False to tell nothing; or the language, "en" or "fr", True for that of
            the environment.
    """
    if not shown:
        return Progress()
    words = Phrases(shown if isinstance(shown, str) else None, "nn.phrases")
    kernel = _in_notebook()
    if kernel or _at_terminal():
        try:
            return Bar(epochs, steps, done, words, Cell() if kernel else sys.stderr)
        except ImportError:
            pass  # without tqdm, lines will do
    return Lines(epochs, steps, done, words)


class Lines(Progress):
    """Prints the first epoch, the last, and about every tenth part between."""

    def __init__(self, epochs: int, steps: int, done: int, words: Phrases) -> None:
        """See `follow`."""
        self.epochs, self.steps, self.done, self.words = epochs, steps, done, words
        self.every = -(-epochs // LINES)
        self.start = time.perf_counter()

    def epoch(self, history: History) -> None:
        """Print a line, if it is time for one."""
        now = history.epochs
        if now in (self.done + 1, self.epochs) or now % self.every == 0:
            pace = (time.perf_counter() - self.start) / (now - self.done)
            line = self.words(
                "progress.line",
                epoch=f"{now:{len(str(self.epochs))}}",
                epochs=self.epochs,
                numbers=history.latest(self.words),
                pace=f"{self.steps / pace:.1f}",
                seconds=f"{pace * (self.epochs - now):.0f}",
            )
            print(line, flush=True)


class Bar(Progress):
    """Moves a bar of tqdm, one step at a time."""

    def __init__(
        self, epochs: int, steps: int, done: int, words: Phrases, file: Any
    ) -> None:
        """See `follow`; `file` is where it is drawn."""
        from tqdm import tqdm

        self.epochs, self.words = epochs, words
        self.bar = tqdm(
            total=epochs * steps,
            initial=done * steps,
            unit=words("progress.unit"),
            file=file,
            dynamic_ncols=True,
            bar_format=BAR.format(left=words("progress.left", time="{remaining}")),
        )

    def step(self) -> None:
        """Move the bar."""
        self.bar.update()

    def epoch(self, history: History) -> None:
        """Tell the numbers of the epoch."""
        place = self.words("progress.epoch", epoch=history.epochs, epochs=self.epochs)
        self.bar.set_description_str(f"{place} ", False)
        self.bar.set_postfix_str(history.latest(self.words), False)

    def close(self) -> None:
        """Leave the bar as it is now."""
        self.bar.close()


class Cell:
    """A file that shows, as one output of a notebook's cell, the last line written.

    Printed bars would pile up in the saved notebook, one for each time it moved.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        """See the class."""
        from IPython.display import display  # pyright: ignore[reportMissingImports]

        self.output: Any = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text: str) -> None:
        """Show the text in place of the one before."""
        if line := text.strip():
            self.output.update({"text/plain": line}, raw=True)

    def flush(self) -> None:
        """Do nothing: what is written is shown at once."""


def _at_terminal() -> bool:
    """Tell whether standard error is a terminal, of which the width is not 0."""
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns > 0
    except (OSError, ValueError):
        return True  # what has no number of its own is no pseudo-terminal


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython  # pyright: ignore[reportMissingImports]

    return getattr(get_ipython(), "kernel", None) is not None
