"""Optimisers: how parameters move, once their gradients are known.

Each optimiser is one formula, of one parameter: its number, gradient and averages in,
the moved number and new averages out. It runs on floats, and compiled on the vectors of
all parameters. With the same settings they move as PyTorch's of the same names do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd import Value, sqrt

from ..modules.tensors import number_of
from .gradients import check_gradients, checked_parameters
from .optimizer import Known, Moved, Optimizer, in_range

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "clip_by_norm"]


class SGD(Optimizer):
    """Gradient descent: each parameter takes a step against its slope.

    A positive grad means that the loss grows with the parameter, so the parameter is
    made smaller: p ← p - lr · g, with g = ∂loss/∂p. With momentum it keeps part of its
    speed, as a ball does that rolls downhill.

    Args:
        parameters: The Values to train.
        lr: The learning rate, how far a step goes for a slope of 1; it can be changed.
        momentum: The share of the speed that is kept, from 0 to 1.
        nesterov: Whether to look a step ahead, with the speed that comes next.
        weight_decay: Adds weight_decay · p to g, the slope of weight_decay · p² / 2.

    Raises:
        ValueError: If there are no parameters, a setting is out of its range, or
            `nesterov` comes without momentum.
        TypeError: If a parameter is not a Value.

    >>> p = Value(3.0)
    >>> optimizer = SGD([p], lr=0.5)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> p.data
    0.0
    """

    SETTINGS = ("momentum", "nesterov", "weight_decay")
    AVERAGES = ("velocity",)
    FIRST_RATE = 0.1

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        """See the class."""
        super().__init__(parameters, lr)
        self.momentum = in_range("SGD", "momentum", momentum)
        self.weight_decay = in_range("SGD", "weight_decay", weight_decay)
        self.nesterov = nesterov
        if nesterov and not momentum:
            raise ValueError("SGD needs momentum for nesterov=True; got momentum=0.0")

    def formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """See `Optimizer`."""
        m, g = self.momentum, _decayed(g, p, self.weight_decay)
        # v ← m v + g;  p ← p - lr v, or with Nesterov's look ahead p - lr (g + m v)
        v = m * averages["velocity"] + g if m else g
        way = g + m * v if self.nesterov else v
        return p - lr * way, {"velocity": v}


class RMSProp(Optimizer):
    """Steps of about the same length for parameters with steep and with gentle slopes.

    Each slope is divided by the root of the running mean of its square.

    Args:
        parameters: The Values to train.
        lr: The learning rate; it can be changed.
        alpha: How long the running mean remembers, from 0 to 1.
        eps: What is added to the root, so that nothing is divided by 0.
        momentum: The share of the speed that is kept, from 0 to 1.
        weight_decay: Adds weight_decay · p to the slope.

    Raises:
        ValueError: If there are no parameters, or a setting is out of its range.
        TypeError: If a parameter is not a Value.

    >>> from autograd import Value
    >>> steep, gentle = Value(1.0), Value(1.0)
    >>> optimizer = RMSProp([steep, gentle], lr=0.01)
    >>> (100.0 * steep**2 + 0.01 * gentle**2).backward()
    >>> optimizer.step()
    >>> round(steep.data, 3), round(gentle.data, 3)  # steps of the same length
    (0.9, 0.9)
    """

    SETTINGS = ("alpha", "eps", "momentum", "weight_decay")
    AVERAGES = ("squares", "velocity")

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-2,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        """See the class."""
        super().__init__(parameters, lr)
        self.alpha = in_range("RMSProp", "alpha", alpha)
        self.eps = in_range("RMSProp", "eps", eps)
        self.momentum = in_range("RMSProp", "momentum", momentum)
        self.weight_decay = in_range("RMSProp", "weight_decay", weight_decay)

    def formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """See `Optimizer`."""
        a, m, g = self.alpha, self.momentum, _decayed(g, p, self.weight_decay)
        # s ← a s + (1 - a) g²;  v ← m v + g / (√s + ε);  p ← p - lr v
        s = a * averages["squares"] + (1.0 - a) * (g * g)
        v = m * averages["velocity"] + g / (sqrt(s) + self.eps)
        return p - lr * v, {"squares": s, "velocity": v}


class Adam(Optimizer):
    """A running mean of slopes, divided by the root of one of their squares.

    Both means start at 0 and are too small at first, which is corrected for. Kingma and
    Ba, 2014, algorithm 1.

    Args:
        parameters: The Values to train.
        lr: The learning rate, about how far a step goes; it can be changed.
        betas: How long the two running means remember, each from 0 to 1.
        eps: What is added to the root, so that nothing is divided by 0.
        weight_decay: Adds weight_decay · p to the slope.

    Raises:
        ValueError: If there are no parameters, or a setting is out of its range.
        TypeError: If a parameter is not a Value.

    >>> p = Value(3.0)
    >>> optimizer = Adam([p], lr=0.5)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> round(p.data, 6)
    2.5
    """

    SETTINGS = ("betas", "eps", "weight_decay")
    AVERAGES = ("slopes", "squares")

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        """See the class."""
        super().__init__(parameters, lr)
        kind = type(self).__name__
        try:
            first, second = betas
        except (TypeError, ValueError):
            raise ValueError(
                f"{kind} needs two numbers as betas; got {betas!r}"
            ) from None
        self.betas = in_range(kind, "betas", first), in_range(kind, "betas", second)
        self.eps = in_range(kind, "eps", eps)
        self.weight_decay = in_range(kind, "weight_decay", weight_decay)

    def formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """See `Optimizer`."""
        return self._adam(p, _decayed(g, p, self.weight_decay), averages, lr, step)

    def _adam(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        b1, b2 = self.betas
        # m ← b₁ m + (1 - b₁) g;  s ← b₂ s + (1 - b₂) g²
        m = b1 * averages["slopes"] + (1.0 - b1) * g
        s = b2 * averages["squares"] + (1.0 - b2) * (g * g)
        # m̂ = m / (1 - b₁ᵗ);  ŝ = s / (1 - b₂ᵗ);  p ← p - lr m̂ / (√ŝ + ε)
        root = sqrt(s) / sqrt(1.0 - b2**step)
        moved = p - lr / (1.0 - b1**step) * m / (root + self.eps)
        return moved, {"slopes": m, "squares": s}


class AdamW(Adam):
    """Adam whose weight decay shrinks parameters itself, past the running means.

    First p ← p - lr · weight_decay · p, then as Adam without weight decay. Loshchilov
    and Hutter, 2017, algorithm 2.

    Args:
        parameters: The Values to train.
        lr: The learning rate, about how far a step goes; it can be changed.
        betas: How long the two running means remember, each from 0 to 1.
        eps: What is added to the root, so that nothing is divided by 0.
        weight_decay: How fast parameters shrink.

    Raises:
        ValueError: If there are no parameters, or a setting is out of its range.
        TypeError: If a parameter is not a Value.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w**2).backward()
    >>> optimizer.step()  # 3 · (1 - 0.1 · 0.5) - 0.1
    >>> round(w.data, 6)
    2.75
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        """See the class."""
        super().__init__(
            parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay
        )

    def formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """See `Optimizer`."""
        kept = 1.0 - lr * self.weight_decay
        return self._adam(kept * p, g, averages, lr, step)


# Under the names that a command line has for them.
OPTIMIZERS = {kind.__name__.lower(): kind for kind in (Adam, AdamW, RMSProp, SGD)}


def clip_by_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Shorten the gradient of all parameters together, if it is longer than `max_norm`.

    Its direction stays. The length is the root of the sum of squares.

    Args:
        parameters: The Values whose grads are scaled, all by the same factor.
        max_norm: How long the gradient may be.

    Returns:
        The length before.

    Raises:
        ValueError: If there are no parameters, or `max_norm` is not positive.
        TypeError: If a parameter is not a Value.
        FloatingPointError: If a gradient is nan or infinite; none is changed then.

    >>> a, b = Value(0.0), Value(0.0)
    >>> (3.0 * a + 4.0 * b).backward()
    >>> clip_by_norm([a, b], max_norm=1.0)
    5.0
    >>> round(a.grad, 6), round(b.grad, 6)
    (0.6, 0.8)
    """
    parameters = checked_parameters(parameters, "clip_by_norm")
    in_range("clip_by_norm", "max_norm", max_norm)
    grads = [number_of(p.grad) for p in parameters]
    check_gradients(parameters, grads, "clip_by_norm")
    norm = math.hypot(*grads)
    share = min(1.0, max_norm / (norm + 1e-6))  # as PyTorch, whose guard this is
    if share < 1.0:
        for p, g in zip(parameters, grads, strict=True):
            p.grad = share * g
    return norm


def _decayed(g: Any, p: Any, weight_decay: float) -> Any:
    """Return the slope g, and that of weight_decay · p² / 2."""
    return g + weight_decay * p if weight_decay else g
