"""`History`: what a training run went through, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd import Phrases


@dataclass(repr=False)
class History:
    """What `fit` returns: numbers per epoch, and how the run ended.

    Attributes:
        losses: The mean loss of the epoch's samples, penalty included, each batch
            measured before the step that it led to.
        accuracies: The share of samples classified rightly then; none for numbers.
        validation_losses: The loss of the validation data after the epoch, without
            penalty; none without such data.
        validation_accuracies: The share of them classified rightly.
        learning_rates: The learning rate of the epoch's last step.
        steps: How many steps were taken.
        seconds: How long that took; two runs are equal (`==`) whatever it took.
        engine: Who computed the gradients: "eager", "numpy", "jax" or "native".
        compiling: How many seconds were spent before the first step, in which the
            engine recorded the model and compiled it.
        stopped: Why it ended: "finished" (all epochs done), "patience" (no better for
            long), "callback" (one returned True), "interrupted" (Ctrl-C); "" while it
            is running.

    >>> from nn import MLP, fit, load_data
    >>> model, xor = MLP(2, [4, 1], seed=0), load_data("xor")
    >>> history = fit(model, xor, epochs=3, progress=False)
    >>> history.epochs, history.steps, history.stopped
    (3, 3, 'finished')
    """

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    validation_accuracies: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    steps: int = 0
    seconds: float = field(default=0.0, compare=False)
    stopped: str = ""
    engine: str = field(default="", compare=False)
    compiling: float = field(default=0.0, compare=False)

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.losses)

    @property
    def best_epoch(self) -> int | None:
        """The epoch, from 0, of the least (validation) loss; None before the first."""
        losses = self.validation_losses or self.losses
        return losses.index(min(losses)) if losses else None

    def record(
        self,
        measured: tuple[float, float | None],
        validation: tuple[float, float | None] | None,
        learning_rate: float,
    ) -> None:
        """Add an epoch: loss and accuracy (None for numbers) of each part of the data.

        >>> history = History()
        >>> history.record((0.5, 0.75), None, 0.1)
        >>> history.losses, history.accuracies, history.validation_losses
        ([0.5], [0.75], [])
        """
        self.learning_rates.append(learning_rate)
        for part, losses, accuracies in (
            (measured, self.losses, self.accuracies),
            (validation, self.validation_losses, self.validation_accuracies),
        ):
            if part is not None:
                losses.append(part[0])
                if part[1] is not None:
                    accuracies.append(part[1])

    def plot(self, ax: Any = None) -> Any:
        """Return the curves of loss and accuracy as a matplotlib figure.

        Args:
            ax: The axes to draw into, as for `plot_history`.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        from ..plots import plot_history

        return plot_history(self, ax=ax)

    def latest(self, words: Phrases) -> str:
        """Return the numbers of the latest epoch: `loss 0.1234, accuracy 97.0%, …`."""
        parts = [
            words(f"progress.{name}", number=f"{factor * numbers[-1]:.{places}f}")
            for name, numbers, factor, places in (
                ("loss", self.losses, 1, 4),
                ("accuracy", self.accuracies, 100, 1),
                ("validation_loss", self.validation_losses, 1, 4),
                ("validation_accuracy", self.validation_accuracies, 100, 1),
            )
            if numbers
        ]
        return ", ".join(parts)

    def __repr__(self) -> str:
        """Return `History of 20 epochs, 900 steps in 41.0 s by eager: loss 0.12, …`."""
        told = f"History of {self.epochs} epochs, {self.steps} steps"
        told += f" in {self.seconds:.1f} s"
        if self.engine:
            told += f" by {self.engine}"
        if self.compiling:
            told += f", compiled in {self.compiling:.1f} s"
        if self.losses:
            told += f": {self.latest(Phrases('en', 'nn.phrases'))}"
        return told + (f" ({self.stopped})" if self.stopped else "")
