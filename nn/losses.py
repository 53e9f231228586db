"""How wrong the network is, as one number to walk down.

Each loss takes one prediction and its target, or a list of each, of which it gives the
mean. What it returns is a Value when the predictions are, so it can be differentiated.
Its attribute `targets` says what targets are: "numbers", "signs" (-1 or 1), "bits" (0
or 1), or "classes" (0, 1, 2, …).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from numbers import Real
from typing import Any, TypeVar

from autograd import Operand, Value, logsumexp, mean, minimum, relu, softplus, where

from .modules.tensors import number_of
from .phrases import refused

Loss = TypeVar("Loss", bound=Callable[..., Any])


def _with_targets(kind: str) -> Callable[[Loss], Loss]:
    """Return what gives a loss its attribute `targets`."""

    def mark(loss: Loss) -> Loss:
        vars(loss)["targets"] = kind
        return loss

    return mark


# --- for numbers ----------------------------------------------------------------------


@_with_targets("numbers")
def squared_error(predictions: Any, targets: Any) -> Any:
    """Return the (mean) square of prediction - target.

    Where each prediction is a list of numbers, it is the mean over all of them.

    Raises:
        ValueError: If the lengths differ or are 0.

    >>> squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return mean((p - t) ** 2 for p, t in _pairs(predictions, targets, "squared_error"))


@_with_targets("numbers")
def absolute_error(predictions: Any, targets: Any) -> Any:
    """Return the (mean) distance |prediction - target|.

    It minds a prediction that is far off less than its square does. Where each
    prediction is a list of numbers, it is the mean over all of them.

    Raises:
        ValueError: If the lengths differ or are 0.

    >>> absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    pairs = _pairs(predictions, targets, "absolute_error")
    return mean(abs(p - t) for p, t in pairs)


@_with_targets("numbers")
def huber(predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    """Return the (mean) Huber loss, a parabola that goes on as straight lines.

    Of a difference d = prediction - target it is d² / 2 up to |d| = delta, and
    delta (|d| - delta / 2) beyond: smooth near the target, patient with what is far
    off. Where each prediction is a list of numbers, it is the mean over all of them.

    Raises:
        ValueError: If the lengths differ or are 0, or `delta` is not positive.

    >>> huber([1.5, 4.0], [1.0, 1.0])
    1.3125
    """
    if not 0.0 < delta < math.inf:
        raise ValueError(f"huber needs a positive delta; got {delta!r}")
    losses = []
    for p, t in _pairs(predictions, targets, "huber"):
        distance = abs(p - t)
        # c (|d| - c / 2) with c = min(|d|, delta) is both pieces in one.
        near = minimum(distance, delta)
        losses.append(near * (distance - 0.5 * near))
    return mean(losses)


# --- for two classes ------------------------------------------------------------------


@_with_targets("signs")
def max_margin(scores: Any, targets: Any) -> Any:
    """Return the (mean) max-margin loss relu(1 - target * score), also called hinge.

    It is 0 for a score on the side of its target, -1 or 1, by at least 1.

    Raises:
        ValueError: If the lengths differ or are 0, or a target is neither -1 nor 1.

    >>> max_margin([2.0, 0.5], [1, -1])
    0.75
    """
    pairs = list(_pairs(scores, targets, "max_margin"))
    _check_labels([target for _, target in pairs], (-1.0, 1.0), "-1 or 1", "max_margin")
    return mean(relu(1.0 - target * score) for score, target in pairs)


@_with_targets("bits")
def binary_cross_entropy(logits: Any, targets: Any) -> Any:
    """Return the (mean) cross-entropy of sigmoid(logit) and a target of 0 or 1.

    It is -log of the probability that the network gives to what is true, where
    sigmoid(logit) is the probability of 1. The logit itself is taken, since the
    logarithm of a rounded sigmoid would be lost; this is precise for all of them.

    Raises:
        ValueError: If the lengths differ or are 0, or a target is neither 0 nor 1.

    >>> binary_cross_entropy(0.0, 1)
    0.6931471805599453
    >>> binary_cross_entropy([1000.0, -1000.0], [1, 1])
    500.0
    """
    who = "binary_cross_entropy"
    pairs = list(_pairs(logits, targets, who))
    _check_labels([target for _, target in pairs], (0.0, 1.0), "0 or 1", who)
    # -log σ(z) = softplus(-z), and -log(1 - σ(z)) = softplus(z).
    return mean(softplus((1.0 - 2.0 * target) * logit) for logit, target in pairs)


# --- for more classes -----------------------------------------------------------------


@_with_targets("classes")
def cross_entropy(logits: Any, targets: Any) -> Any:
    """Return the (mean) cross-entropy of softmax(logits) and the number of a class.

    It is -log of the probability that the network gives to what is true.

    Args:
        logits: One number for each class, or a list of those, one for each sample.
        targets: The class, counted from 0, or a list, one for each sample.

    Raises:
        ValueError: If the lengths differ or are 0, or a target is not the number of a
            class.

    >>> cross_entropy([0.0, 0.0], 1)
    0.6931471805599453
    >>> cross_entropy([[9.0, 0.0, 0.0], [0.0, 0.0, 9.0]], [0, 1]) > 4.0
    True
    """
    if not _is_list(logits) or len(logits) == 0:
        raise refused("losses.logits", logits=logits)
    if not _is_list(logits[0]):
        logits, targets = [logits], [targets]
    _check_lengths(logits, targets, "cross_entropy")
    losses = []
    for i, (zs, target) in enumerate(zip(logits, targets, strict=True)):
        if not _is_list(zs) or len(zs) == 0:
            raise refused("losses.row", zs=zs, i=i)
        needed = f"0 to {len(zs) - 1}"
        _check_labels([target], range(len(zs)), needed, "cross_entropy", i)
        # -log(eᶻᵗ / Σ eᶻ) = log Σ eᶻ⁻ᶻᵗ: differences first, for they may be small.
        zt = _chosen(zs, target)
        losses.append(logsumexp(_nothing(z) if z is zt else z - zt for z in zs))
    return mean(losses)


def _nothing(z: Any) -> Any:
    """Return z - z, which is 0 for an infinite z too."""
    infinite = not isinstance(z, Operand) and math.isinf(getattr(z, "data", z))
    return 0.0 if infinite else z - z


def _chosen(zs: Any, target: Any) -> Any:
    """Return the logit of the class, which may be a number yet to come."""
    if isinstance(target, Operand):
        return sum(where(target - k, 0.0, z) for k, z in enumerate(zs))
    return zs[int(float(target))]


# --- penalties ------------------------------------------------------------------------


def l1_penalty(parameters: Iterable[Any], alpha: float = 1e-4) -> Any:
    """Return alpha * Σ |p|, which keeps parameters small and makes many of them 0.

    >>> l1_penalty([3.0, -4.0], alpha=0.5)
    3.5
    """
    return alpha * sum(map(abs, parameters))


def l2_penalty(parameters: Iterable[Any], alpha: float = 1e-4) -> Any:
    """Return alpha * Σ p², which keeps parameters small.

    >>> l2_penalty([3.0, 4.0], alpha=0.5)
    12.5
    """
    return alpha * sum(p * p for p in parameters)


# --- lists and labels -----------------------------------------------------------------


def _is_list(thing: Any) -> bool:
    return hasattr(thing, "__len__")


def _pairs(predictions: Any, targets: Any, who: str) -> Iterator[tuple[Any, Any]]:
    """Yield each number predicted and its target, of lists of lists too."""
    if not _is_list(predictions):
        predictions, targets = [predictions], [targets]
    _check_lengths(predictions, targets, who)
    for i, (p, t) in enumerate(zip(predictions, targets, strict=True)):
        if _is_list(p):
            yield from _pairs(p, t, who)
        elif _is_list(t):
            raise ValueError(f"{who} needs numbers as targets; got {t!r} at place {i}")
        else:
            yield p, t


def _check_lengths(predictions: Any, targets: Any, who: str) -> None:
    got = len(targets) if _is_list(targets) else f"{targets!r}, which is no list"
    if got != len(predictions):
        raise refused("losses.count", who=who, wanted=len(predictions), got=got)


def _check_labels(
    targets: list[Any], labels: Any, needed: str, who: str, first: int = 0
) -> None:
    for i, target in enumerate(targets, first):
        if isinstance(target, Operand):  # its numbers are checked where they are known
            continue
        known = isinstance(target, Real | Value) and number_of(target) in labels
        if not known:
            raise refused("losses.target", who=who, needed=needed, target=target, i=i)
