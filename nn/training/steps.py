"""One training step, taken whole or not at all.

A batch whose loss or gradient is no number must not move the parameters, and Ctrl-C
must not leave half of them moved. What goes wrong is told with its place: the epoch,
the batch, the sample and the node.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd import Value

from ..optim.optimizers import Optimizer, clip_by_norm
from .engines import Eager
from .faults import FAULTS, find_fault
from .interruption import Interruption

HINT = "(hint: a smaller learning rate, max_norm=1.0 or standardised data)"


@dataclass
class Stepper:
    """Takes the steps of a run.

    Attributes:
        engine: Computes the loss, the predictions and the gradients of a batch.
        optimizer: Moves the parameters.
        schedule: Gives the learning rate of each step; None to leave it alone.
        max_norm: How long the gradient may be; None for any length.
        steps: How many steps the run has taken.
        interruption: Has Ctrl-C wait while parameters move.
    """

    engine: Eager
    optimizer: Optimizer
    schedule: Callable[[int], float] | None
    max_norm: float | None
    steps: int = 0
    interruption: Interruption = field(default_factory=Interruption)

    def __post_init__(self) -> None:
        """Find the parameters."""
        self.parameters = self.engine.parameters
        self._good: list[float] = []  # parameters of which the loss was finite

    def take(
        self, columns: Sequence[Sequence[Any]], places: Sequence[int], where: str
    ) -> tuple[float, list[Any]]:
        """Return the loss and the predictions of a batch, and take the step from there.

        Args:
            columns: The samples, their targets and, if they have any, their weights.
            places: Where in the data they stand.
            where: The epoch and the batch, for messages.

        Raises:
            FloatingPointError: If the loss or a gradient is not finite.
            ValueError: As the model or the loss raised it, with a note of where.
        """
        got = "no number"
        try:
            loss, predictions = self.engine.step(*columns)
            if not math.isfinite(loss):
                got = repr(loss)
                raise FloatingPointError("all samples together are too much")
            self._good = [p.data for p in self.parameters]
            if self.schedule is not None:
                self.optimizer.lr = self.schedule(self.steps)
            with self.interruption.hold():
                if self.max_norm is not None:
                    clip_by_norm(self.optimizer.parameters, self.max_norm)
                self.optimizer.step()
                self.steps += 1
        except FAULTS as error:
            sample, why = find_fault(self.engine, columns, places)
            self._go_back()
            if not isinstance(error, ArithmeticError):
                error.add_note(f"in {where}{sample}")
                raise
            why = why or str(error)
            if "(hint:" not in why:
                why += f" {HINT}"
            raise FloatingPointError(
                f"training needs a finite loss and gradients; got {got} in {where}"
                f"{sample}: {why}"
            ) from None
        return loss, predictions

    def remember(self, parameters: Sequence[Value], numbers: Sequence[float]) -> None:
        """Take these numbers as the latest of which the loss was finite."""
        known = dict(zip(parameters, numbers, strict=True))
        self._good = [known[p] for p in self.parameters]

    def _go_back(self) -> None:
        """Set the parameters to the latest whose loss was finite."""
        for p, number in zip(self.parameters, self._good, strict=bool(self._good)):
            p.data = number
        self.engine.model.zero_grad()
