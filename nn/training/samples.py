"""Samples as a training loop wants them: rows of numbers, targets in the loss's terms.

Class numbers 0, 1, 2, … are what data has. A margin wants -1 and 1 for two classes,
a logit 0 and 1, a softmax the class number: a loss says which by its `targets`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

from autograd import Value, mean, refuse_masked
from autograd.imports import np

from ..data.dataset import Data
from ..losses import cross_entropy, max_margin, squared_error
from ..modules.module import Module
from ..modules.tensors import number_of
from ..phrases import refused

# (predictions, targets) -> how far they are apart
Loss = Callable[[Any, Any], Any]

TWO_CLASSES = {"signs": (-1.0, 1.0), "bits": (0.0, 1.0)}


class Samples(NamedTuple):
    """Samples in lists of Python's numbers.

    Attributes:
        rows: The inputs of each: lists of numbers, or of lists of them.
        targets: The target of each.
        classes: How many classes the targets tell, 0 if they are numbers; None where
            nobody said.
        weights: How much each counts, 1 on average; None if all count alike.
    """

    rows: list[Any]
    targets: list[Any]
    classes: int | None
    weights: list[float] | None = None


def samples(
    model: Module, data: Any, y: Any, weights: Any = None, name: str = "training"
) -> Samples:
    """Return rows and targets as lists of Python's numbers, those that count.

    Args:
        model: What is to take the rows.
        data: A `Data`, or rows.
        y: The targets of the rows; None with a `Data`.
        weights: How much each sample counts; None if all count alike.
        name: What they are for, for messages.

    Raises:
        ValueError: If there are none, their numbers differ, rows differ in length where
            the model needs one, or a number is not finite or is masked, naming row and
            column.
        TypeError: If one is not a real number, or a row not a list.
    """
    classes = None
    if isinstance(data, Data):
        if y is not None:
            raise TypeError(
                f"{name} needs Data, or rows and targets; got Data and targets"
            )
        data, y, classes = data.X, data.y, len(data.classes)
    elif y is None:
        raise TypeError(
            f"{name} needs Data, or rows and their targets; got"
            f" {type(data).__name__} without targets"
        )
    refuse_masked(data, f"{name} needs")
    refuse_masked(y, f"{name} targets need")
    rows, targets = _plain(data), _plain(y)
    for what, given in (("rows", rows), ("targets", targets)):
        if not isinstance(given, list):
            raise TypeError(
                f"{name} needs a list of {what}; got {type(given).__name__}"
            )
    if len(rows) == 0:
        raise ValueError(f"{name} needs at least one sample; got none")
    if len(rows) != len(targets):
        raise refused(
            "samples.targets", name=name, count=len(rows), targets=len(targets)
        )
    for i, row in enumerate(rows):
        if not isinstance(row, list):
            raise TypeError(
                f"{name} needs a list of numbers for each sample; got {row!r} in row"
                f" {i} (hint: put it in a list)"
            )
        _check_numbers(row, f"{name} needs", f" in row {i}", ", column")
    for i, target in enumerate(targets):
        _check_numbers(target, f"{name} targets need", f" in row {i}")
    if weights is not None:
        weights = _weights(weights, len(rows))
        rows, targets, weights = (
            [x for x, weight in zip(xs, weights, strict=True) if weight]
            for xs in (rows, targets, weights)
        )
    _check_lengths(model, rows, name)
    rows = [_kept(row) for row in rows]
    if all(isinstance(target, list) and len(target) == 1 for target in targets):
        output = model(rows[0])  # [[1.0], [2.0], …] unless it gives such lists itself
        if not hasattr(output, "__len__") or len(output) != 1:
            targets = [target for (target,) in targets]
    return Samples(rows, targets, classes, weights)


def _weights(weights: Any, size: int) -> list[float]:
    """Return the weights of so many samples, divided by the mean of those not 0."""
    refuse_masked(weights, "sample_weight needs")
    weights = _plain(weights)
    if not isinstance(weights, list) or len(weights) != size:
        got = len(weights) if isinstance(weights, list) else type(weights).__name__
        raise refused("samples.weights", size=size, got=got)
    for i, weight in enumerate(weights):
        _check_number(weight, "sample_weight needs", f" in row {i}")
        if weight < 0.0:
            raise refused("samples.weight", weight=weight, i=i)
    total, count = sum(weights), sum(weight > 0.0 for weight in weights)
    if not total:
        raise ValueError("sample_weight needs at least one above 0; got none")
    return [weight * count / total for weight in weights]


def _check_lengths(model: Module, rows: list[Any], name: str) -> None:
    """Check that the model takes rows of other lengths than the first, if there are.

    Raises:
        ValueError: If it does not.
    """
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            try:
                model(row)
            except (IndexError, ValueError) as error:
                raise refused(
                    "samples.rows", name=name, first=len(rows[0]), other=len(row), i=i
                ) from error
            return


def usual_loss(model: Module, learned: Samples) -> Loss:
    """Return the loss that fits: for classes with an output each, two classes, numbers.

    Where nobody said what the targets are, -1 and 1 are classes, and so are 0 and 1;
    if the model has several outputs, 0, 1, 2, ….

    Raises:
        ValueError: If there are three classes or more, and but one output.
    """
    rows, targets, classes, _ = learned
    if classes == 0 or any(isinstance(target, list) for target in targets):
        return squared_error
    if _outputs(model, rows[0]) > 1:
        return cross_entropy
    if classes and classes > 2:
        raise refused("samples.one_output", classes=classes)
    return max_margin if _two_classes(targets) else squared_error


def in_terms_of(loss: Loss, model: Module, learned: Samples) -> list[Any]:
    """Return the targets as `loss` wants them.

    Raises:
        ValueError: If they are not classes, or too many for it or for the model.
    """
    rows, targets, *_ = learned
    kind, name = terms(loss), getattr(loss, "__name__", "the loss")
    if kind in TWO_CLASSES:
        classes = _two_classes(targets)
        if not classes:
            few, many = TWO_CLASSES["bits"], TWO_CLASSES["signs"]
            i, target = _first_other(targets, few if 0 in targets else many)
            raise refused("samples.two", name=name, target=target, i=i)
        return [TWO_CLASSES[kind][classes.index(target)] for target in targets]
    if kind == "classes":
        outputs = _outputs(model, rows[0])
        for i, target in enumerate(targets):
            if isinstance(target, list) or target not in range(outputs):
                raise refused(
                    "samples.classes",
                    name=name,
                    last=outputs - 1,
                    outputs=outputs,
                    target=target,
                    i=i,
                )
        return [int(target) for target in targets]
    return targets


def measured_on(
    model: Module,
    data: Data,
    loss: Loss | None,
    most: int | None = None,
    name: str = "training",
) -> tuple[list[Any], list[Any], Loss]:
    """Return rows, targets and the loss to measure a model with: by default the usual.

    Args:
        model: The model.
        data: The samples.
        loss: The loss; None for the one that fits.
        most: How many samples to draw, if there are more; None for all, in order.
        name: What the data is for, for messages.
    """
    learned = samples(model, data, None, name=name)
    loss = usual_loss(model, learned) if loss is None else loss
    rows, targets = learned.rows, in_terms_of(loss, model, learned)
    if most is not None:
        chosen = np.random.default_rng(0).permutation(len(targets))[:most]
        rows, targets = ([xs[i] for i in chosen] for xs in (rows, targets))
    return rows, targets, loss


def terms(loss: Loss) -> str:
    """Return what the targets of a loss are: numbers, signs, bits or classes."""
    return getattr(loss, "targets", "numbers")


def weighed(
    loss: Loss,
    predictions: Sequence[Any],
    targets: Any,
    weights: Sequence[Any] | None = None,
) -> Any:
    """Return the loss of samples; with weights, the mean of weight · loss of each."""
    if weights is None:
        return loss(predictions, targets)
    triples = zip(predictions, targets, weights, strict=True)
    return mean(w * loss([p], [y]) for p, y, w in triples)


def loss_of(loss: Loss, predictions: list[Any], *known: Sequence[Any] | None) -> float:
    """Return the loss of predictions that are numbers, as a number.

    Args:
        loss: The loss.
        predictions: What the model gives for each sample.
        *known: The targets, and the weights if there are any.
    """
    try:
        return number_of(weighed(loss, predictions, *known))
    except (AttributeError, TypeError):  # it calls methods of Values: p.log()
        return number_of(weighed(loss, _constants(predictions), *known))


def count_right(predictions: Sequence[Any], targets: Sequence[Any]) -> int:
    """Return how many predictions are of the class of their target.

    A list of numbers predicts the class of the largest; one number predicts by its
    sign, for targets -1 or 0 and 1.
    """
    right = 0
    for prediction, target in zip(predictions, targets, strict=True):
        scores = prediction if hasattr(prediction, "__len__") else [prediction]
        if len(scores) > 1:
            best = max(range(len(scores)), key=scores.__getitem__)
            right += best == number_of(target)
        else:
            right += (scores[0] > 0.0) == (target > 0.0)
    return right


def accuracy(scores: Sequence[Any], targets: Sequence[float]) -> float:
    """Return the share of predictions that are of the class of their target.

    Args:
        scores: For each sample a number, of which the sign tells one of two classes, or
            a list of numbers, of which the largest tells the class.
        targets: For each sample -1 or 1, 0 or 1, or the number of the class.

    Returns:
        The share, from 0 to 1.

    Raises:
        ValueError: If there are none, or their numbers differ.

    >>> accuracy([0.3, -2.0, 1.0, 0.1], [1, -1, 1, -1])
    0.75
    >>> accuracy([[0.3, 2.0, 1.0]], [1])
    1.0
    """
    refuse_masked(scores, "accuracy needs")
    refuse_masked(targets, "accuracy needs as targets")
    if len(targets) == 0:
        raise ValueError("accuracy needs at least one score; got none")
    if len(scores) != len(targets):
        raise refused("samples.scores", count=len(scores), targets=len(targets))
    return float(count_right(scores, targets) / len(targets))


def _plain(numbers: Any) -> Any:
    """Return arrays, data frames and tensors as nested lists of Python's numbers."""
    if hasattr(numbers, "__array__"):
        return np.asarray(numbers).tolist()
    if isinstance(numbers, list | tuple | range):
        return [_plain(part) for part in numbers]
    return numbers


def _constants(numbers: Any) -> Any:
    if isinstance(numbers, list):
        return [_constants(part) for part in numbers]
    return Value(numbers, constant=True)


def _kept(nested: Any) -> Any:
    """Return whole numbers as ints, for they may be tokens, and others as floats."""
    if isinstance(nested, list):
        return [_kept(part) for part in nested]
    return int(nested) if isinstance(nested, Integral) else float(nested)


def _check_numbers(nested: Any, who_needs: str, place: str, column: str = "") -> None:
    """Check a number, or lists of them; `column` is what its place is told by."""
    if not isinstance(nested, list):
        _check_number(nested, who_needs, place)
        return
    for j, part in enumerate(nested):
        at = f"{place}{column} {j}" if column else place
        _check_numbers(part, who_needs, at, column and ",")


def _check_number(number: Any, who_needs: str, place: str) -> None:
    if not isinstance(number, Real):
        raise TypeError(f"{who_needs} numbers; got {number!r}{place}")
    if not math.isfinite(number):
        raise ValueError(f"{who_needs} finite numbers; got {number!r}{place}")


def _two_classes(targets: list) -> tuple[float, float] | None:
    """Return the two numbers by which the targets tell classes, or None."""
    if any(isinstance(target, list) for target in targets):
        return None
    values = set(targets)
    return next((two for two in TWO_CLASSES.values() if values <= set(two)), None)


def _first_other(targets: list, classes: tuple[float, float]) -> tuple[int, Any]:
    return next((i, t) for i, t in enumerate(targets) if t not in classes)


def _outputs(model: Module, row: list[float]) -> int:
    output = model(row)
    return len(output) if hasattr(output, "__len__") else 1
