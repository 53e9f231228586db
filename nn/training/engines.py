"""Engines: who computes the loss of a batch and its gradients.

A training loop asks an engine for one thing: the loss of some samples, what the model
predicted for them, and the gradients, left in the parameters. `Eager` builds the graph
of Values for each batch and walks back through it, as one would by hand. The others run
a program that was compiled from the same code (see `programs` and `compiled`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from autograd import Value
from autograd.compiling.backends.table import BACKENDS

from ..modules.module import Module
from ..modules.tensors import as_numbers
from .samples import Loss, weighed


class Eager:
    """Computes a batch by running the model on Values, sample after sample.

    Args:
        model: Gives one prediction, a Value or a list of them, for a row of numbers.
        loss: Gives the loss of all predictions and targets of a batch.
        penalty: Gives what the parameters add to the loss; None for nothing.
    """

    def __init__(
        self, model: Module, loss: Loss, penalty: Callable[[list[Value]], Any] | None
    ) -> None:
        """See the class."""
        self.model = model
        self.loss = loss
        self.penalty = penalty
        self.parameters = model.parameters()
        self.unreached = set(self.parameters)  # by the losses so far, penalties aside

    def step(self, *columns: Sequence[Any]) -> tuple[float, list]:
        """Return the loss of a batch and its predictions, as numbers.

        The parameters' grads are then the loss's derivatives by them.

        Args:
            *columns: The rows, the targets and, if they have any, the weights.

        Raises:
            TypeError: If the loss does not depend on any Value.
        """
        total, predictions = self.measure(*columns)
        if self.penalty is not None:
            total = total + self.penalty(self.parameters)
        if not isinstance(total, Value):
            raise TypeError(
                f"training needs a loss that is a Value; got {total!r}"
                " (hint: compute with the parameters themselves, not with their data)"
            )
        for p in self.parameters:
            p.grad = 0.0
        total.backward()
        return total.data, [as_numbers(prediction) for prediction in predictions]

    def measure(self, rows: Sequence[Any], *known: Sequence[Any]) -> tuple[Any, list]:
        """Return the loss of a batch, given as to `step`, without penalty.

        With it come the predictions.

        Parameters that the loss was computed from are in `unreached` no longer.
        """
        predictions = [self.model(row) for row in rows]
        total = weighed(self.loss, predictions, *known)
        for node in nodes_of(total):
            self.unreached.discard(node)
            if not self.unreached:
                break
        return total, predictions


def nodes_of(total: Any) -> Iterator[Value]:
    """Yield the nodes that a loss was computed from, itself the first."""
    waiting = [total] if isinstance(total, Value) else []
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        yield node
        fresh = [arg for arg in node.args if arg not in seen]
        seen.update(fresh)
        waiting += fresh


# Their names, to type checkers.
EngineName = Literal["eager", "auto", "numpy", "jax", "native"]
ENGINES = ("eager", "auto", *BACKENDS)
