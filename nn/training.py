"""Training: predict, measure the loss, differentiate it, take a step, and again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from .losses import l2_penalty, max_margin
from .module import Module
from .optim import SGD


@dataclass
class History:
    """What a training run went through, one entry per step.

    Attributes:
        losses: The loss before the step, penalty included.
        accuracies: The share of samples on the right side before the step, 0 to 1.
    """

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)


def fit(
    model: Module,
    X: Sequence[Sequence[float]],
    y: Sequence[float],
    *,
    optimizer: SGD,
    loss: Callable[[Any, Any], Any] = max_margin,
    penalty: float = 1e-4,
    schedule: Callable[[int], float] | None = None,
    steps: int = 100,
    on_step: Callable[[int, float, float], None] | None = None,
) -> History:
    """Train `model` to give `y` for `X`, all samples at each step.

    Args:
        model: Gives one score for each row of `X`.
        X: The samples, each a list of numbers.
        y: The target of each sample.
        optimizer: Moves the parameters.
        loss: Gives the loss of all scores and targets.
        penalty: The weight of Σ p² over the parameters in the loss.
        schedule: The learning rate at each step, counted from 0.
        steps: How many steps to take.
        on_step: Called at each step with its number, loss and accuracy.

    Returns:
        The history. The model has been changed.

    Raises:
        ValueError: If there are no samples, their number differs from that of targets,
            or a number in the data is not finite (row and column are named).
        FloatingPointError: If the loss is not finite; the parameters are left as they
            were before that step.
    """
    _check_data(X, y)
    parameters = model.parameters()
    history = History()
    for step in range(steps):
        scores = [model(row) for row in X]
        total = loss(scores, y) + l2_penalty(parameters, penalty)
        if not math.isfinite(total):
            raise FloatingPointError(
                f"training needs a finite loss; got {total.data!r} at step {step}"
                " (hint: a smaller learning rate; autograd.detect_anomaly() finds the"
                " node)"
            )
        history.losses.append(total.data)
        history.accuracies.append(accuracy(scores, y))
        if on_step is not None:
            on_step(step, total.data, history.accuracies[-1])

        optimizer.zero_grad()
        total.backward()
        if schedule is not None:
            optimizer.lr = schedule(step)
        optimizer.step()
    return history


def accuracy(scores: Sequence[Any], targets: Sequence[float]) -> float:
    """Return the share of scores that have the sign of their target, from 0 to 1.

    >>> accuracy([0.3, -2.0, 1.0, 0.1], [1, -1, 1, -1])
    0.75
    """
    if len(targets) == 0:
        raise ValueError("accuracy needs at least one score; got none")
    right = [
        (float(s) > 0.0) == (t > 0.0) for s, t in zip(scores, targets, strict=True)
    ]
    return sum(right) / len(right)


def _check_data(X: Sequence[Sequence[float]], y: Sequence[float]) -> None:
    if len(X) == 0:
        raise ValueError("training needs at least one sample; got none")
    if len(X) != len(y):
        raise ValueError(
            f"training needs one target per sample; got {len(X)} samples and"
            f" {len(y)} targets"
        )
    for i, (row, target) in enumerate(zip(X, y, strict=True)):
        for j, number in enumerate(row):
            if not isinstance(number, Real):
                raise TypeError(
                    f"training needs numbers; got {number!r} in row {i}, column {j}"
                )
            if not math.isfinite(number):
                raise ValueError(
                    f"training needs finite numbers; got {number!r} in row {i},"
                    f" column {j}"
                )
        if not math.isfinite(target):
            raise ValueError(
                f"training needs finite targets; got {target!r} in row {i}"
            )
