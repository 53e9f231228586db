"""How wrong the network is, as one number to walk down.

Each loss takes one prediction and its target, or a list of each, of which it gives the
mean. What it returns is a Value when the predictions are, so it can be differentiated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value, mean, relu


def squared_error(predictions: Any, targets: Any) -> Any:
    """Return the (mean) square of prediction - target.

    Raises:
        ValueError: If the lengths differ or are 0.

    >>> squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return mean((p - t) ** 2 for p, t in _pairs(predictions, targets, "squared_error"))


def max_margin(scores: Any, targets: Any) -> Any:
    """Return the (mean) max-margin loss relu(1 - target * score), also called hinge.

    It is 0 for a score on the side of its target, -1 or 1, by at least 1.

    Raises:
        ValueError: If the lengths differ or are 0, or a target is neither -1 nor 1.

    >>> max_margin([2.0, 0.5], [1, -1])
    0.75
    """
    pairs = _pairs(scores, targets, "max_margin")
    for i, (_, target) in enumerate(pairs):
        if float(target) not in (-1.0, 1.0):
            raise ValueError(
                f"max_margin needs -1 or 1 as targets; got {target!r} at place {i}"
            )
    return mean(relu(1.0 - target * score) for score, target in pairs)


def l2_penalty(parameters: Iterable[Any], alpha: float = 1e-4) -> Any:
    """Return alpha * Σ p², which keeps parameters small.

    >>> l2_penalty([3.0, 4.0], alpha=0.5)
    12.5
    """
    return alpha * sum(p * p for p in parameters)


def _pairs(predictions: Any, targets: Any, who: str) -> list[tuple[Any, Any]]:
    if isinstance(predictions, Value) or not hasattr(predictions, "__len__"):
        predictions, targets = [predictions], [targets]
    if not hasattr(targets, "__len__") or len(predictions) != len(targets):
        got = len(targets) if hasattr(targets, "__len__") else repr(targets)
        raise ValueError(
            f"{who} needs as many targets as predictions, {len(predictions)}; got {got}"
        )
    return list(zip(predictions, targets, strict=True))
