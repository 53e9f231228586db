"""The trainer of the eager engine: one step at a time, on Values.

`fit` asks a trainer for epochs and gets what was measured in them.
`compiled.CompiledTrainer` has the same methods, and may take many steps before it looks
up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..data.dataset import batches
from .progress import Progress
from .samples import count_right, terms
from .steps import Stepper


@dataclass(frozen=True)
class Batches:
    """What there is to learn from, and in which order.

    Attributes:
        rows: The samples.
        targets: Their targets.
        batch_size: How many samples a step takes; None for all.
        seed: The same seed gives the same order.
    """

    rows: Sequence[Any]
    targets: Sequence[Any]
    batch_size: int | None
    seed: int

    def order(self, epoch: int) -> list[list[int]]:
        """Return the samples of each batch of an epoch."""
        return batches(len(self.rows), self.batch_size, self.seed, epoch)


class Epoch(NamedTuple):
    """What was measured in an epoch.

    Attributes:
        loss_and_accuracy: The mean loss, and the accuracy; None for that of numbers.
        rate: The learning rate of the last step.
    """

    loss_and_accuracy: tuple[float, float | None]
    rate: float


class EagerTrainer:
    """Takes the steps one by one, on Values."""

    def __init__(self, stepper: Stepper, batches: Batches, progress: Progress) -> None:
        """See the class."""
        self.stepper = stepper
        self.batches = batches
        self.progress = progress

    def epochs(self, first: int, most: int) -> list[Epoch]:
        """Go through the data, and return what was measured: here, of one epoch.

        Args:
            first: The number of the first epoch.
            most: How many may be gone through before anybody looks.
        """
        stepper, rows, targets = self.stepper, self.batches.rows, self.batches.targets
        loss, right = 0.0, 0
        classes = terms(stepper.engine.loss) != "numbers"
        for number, batch in enumerate(self.batches.order(first), 1):
            wanted = [targets[i] for i in batch]
            of_batch, predictions = stepper.take(
                [rows[i] for i in batch], wanted, batch, place(first, number)
            )
            loss += of_batch * (len(batch) / len(rows))
            if classes:
                right += count_right(predictions, wanted)
            self.progress.step()
        accuracy = right / len(rows) if classes else None
        return [Epoch((loss, accuracy), stepper.optimizer.lr)]

    def settle(self) -> None:
        """Have the model hold what was learned, which here it does already."""


def place(epoch: int, batch: int) -> str:
    """Return `epoch 1, batch 3` for the epoch counted from 0."""
    return f"epoch {epoch + 1}, batch {batch}"
