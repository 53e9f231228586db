"""Trainers: they go through epochs, step by step, and tell what was measured.

`Trainer` takes each step on Values, by the eager engine. `compiled.CompiledTrainer` is
one that may take many steps before it looks up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        columns: The samples, their targets and, if they have any, their weights.
        batch_size: How many samples a step takes; None for all.
        seed: The same seed gives the same order.
    """

    columns: tuple[Sequence[Any], ...]
    batch_size: int | None
    seed: int

    @property
    def size(self) -> int:
        """How many samples there are."""
        return len(self.columns[0])

    def order(self, epoch: int) -> list[list[int]]:
        """Return the samples of each batch of an epoch."""
        return batches(self.size, self.batch_size, self.seed, epoch)


class Epoch(NamedTuple):
    """What was measured in an epoch.

    Attributes:
        loss_and_accuracy: The mean loss, and the accuracy; None for that of numbers.
        rate: The learning rate of the last step.
    """

    loss_and_accuracy: tuple[float, float | None]
    rate: float


class Step(NamedTuple):
    """A step to take: the epoch and the batch it is, and its samples."""

    epoch: int
    batch: int
    samples: Sequence[int]


class Outcome(NamedTuple):
    """The loss of a step, how many samples were classified rightly, and the rate."""

    loss: float
    right: int
    rate: float


class Trainer:
    """Takes the steps one by one, on Values.

    Args:
        stepper: Takes a step; holds model, optimiser, schedule and the rest.
        batches: The data.
        progress: Told of each step.
    """

    def __init__(self, stepper: Stepper, batches: Batches, progress: Progress) -> None:
        """See the class."""
        self.stepper = stepper
        self.batches = batches
        self.progress = progress
        self.classes = terms(stepper.engine.loss) != "numbers"

    def epochs(self, first: int, most: int) -> list[Epoch]:
        """Go through the data, and return what was measured, epoch by epoch.

        Args:
            first: The number of the first epoch.
            most: How many may be gone through before anybody looks.

        Raises:
            FloatingPointError: If the loss or a gradient is not finite.
        """
        steps = [
            Step(epoch, number, samples)
            for epoch in range(first, first + self._at_once(most))
            for number, samples in enumerate(self.batches.order(epoch), 1)
        ]
        size = self.batches.size
        measured: dict[int, tuple[float, int, float]] = {}
        for step, outcome in self._outcomes(steps):
            loss, right, _ = measured.get(step.epoch, (0.0, 0, 0.0))
            loss += outcome.loss * (len(step.samples) / size)
            measured[step.epoch] = loss, right + outcome.right, outcome.rate
            self.progress.step()
        return [
            Epoch((loss, right / size if self.classes else None), rate)
            for loss, right, rate in measured.values()
        ]

    def settle(self) -> None:
        """Have the model hold what was learned, which here it does already."""

    def holds(self) -> bool:
        """Tell whether what is computed is what the model does, which here it is."""
        return True

    def _at_once(self, most: int) -> int:
        """Return how many epochs to go through."""
        return 1

    def _outcomes(self, steps: list[Step]) -> Iterator[tuple[Step, Outcome]]:
        """Take the steps, and yield each with what came of it."""
        for step in steps:
            yield step, self._take(step)

    def _take(self, step: Step) -> Outcome:
        """Take a step on Values."""
        columns = [[xs[i] for i in step.samples] for xs in self.batches.columns]
        loss, predictions = self.stepper.take(
            columns, step.samples, f"epoch {step.epoch + 1}, batch {step.batch}"
        )
        right = count_right(predictions, columns[1]) if self.classes else 0
        return Outcome(loss, right, self.stepper.optimizer.lr)
