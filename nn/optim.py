"""Optimisers: how parameters move, once their gradients are known."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Value


class SGD:
    """Gradient descent: each parameter takes a step against its slope.

    A positive grad means that the loss grows with the parameter, so the parameter is
    made smaller: p ← p - lr · ∂loss/∂p.

    Args:
        parameters: The Values to train.
        lr: The learning rate, how far a step goes for a slope of 1; it can be changed.

    Raises:
        ValueError: If there are no parameters, or `lr` is not positive.
        TypeError: If a parameter is not a Value.
    """

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        """See the class."""
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("SGD needs at least one parameter; got none")
        for p in self.parameters:
            if not isinstance(p, Value):
                raise TypeError(f"SGD needs Values as parameters; got {p!r}")
        if not lr > 0.0:
            raise ValueError(f"SGD needs a positive learning rate; got {lr!r}")
        self.lr = lr

    def zero_grad(self) -> None:
        """Set the grad of each parameter to 0, since `backward` adds to it."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        """Move each parameter once."""
        for p in self.parameters:
            p.data -= self.lr * p.grad
