"""`Trail`: the parameters that a network had on its way through the training.

A loss says how well it got on, epoch by epoch; the parameters say where it was. From
them the boundary of any epoch can be drawn again, and the path down the error surface.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograd import Value

from ..modules.module import Module
from .history import History

MOST = 48  # points: beyond that, every other one goes


class Trail:
    """Keeps the parameters of a model now, and after epochs; a callback for `fit`.

    However long the training, at most 48 points are kept, evenly spaced.

    Args:
        model: The network, before it is trained.

    Attributes:
        epochs: The epoch of each point: 0 for the start, 1 after the first, ….
        points: The parameters then.

    >>> from nn import MLP, fit, load_data
    >>> model = MLP(2, [4, 1], seed=0)
    >>> trail = Trail(model)
    >>> _ = fit(model, load_data("xor"), epochs=3, callbacks=[trail], progress=False)
    >>> trail.epochs
    [0, 1, 2, 3]
    """

    def __init__(self, model: Module) -> None:
        """See the class."""
        self._parameters = model.parameters()
        self._stride = 1
        self.epochs = [0]
        self.points = [self._now()]

    def __call__(self, history: History) -> None:
        """Keep the parameters, if it is their turn."""
        if history.epochs % self._stride:
            return
        if len(self.points) == MOST:
            self._stride *= 2
            kept = [i for i, n in enumerate(self.epochs) if n % self._stride == 0]
            self.epochs = [self.epochs[i] for i in kept]
            self.points = [self.points[i] for i in kept]
            if history.epochs % self._stride:
                return
        self.epochs.append(history.epochs)
        self.points.append(self._now())

    def _now(self) -> list[float]:
        return [p.data for p in self._parameters]


@contextmanager
def moved_to(parameters: Sequence[Value], numbers: Sequence[float]) -> Iterator[None]:
    """Have the parameters be `numbers` until the context ends."""
    before = [p.data for p in parameters]
    try:
        for p, number in zip(parameters, numbers, strict=True):
            p.data = float(number)
        yield
    finally:
        for p, number in zip(parameters, before, strict=True):
            p.data = number
