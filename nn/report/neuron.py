"""One neuron of the network, to be explained on one sample of the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograd import Value, value_and_grad
from autograd.phrases import Language

from ..data.dataset import Data
from ..modules.layers import Neuron, layers_of
from ..modules.module import Module
from ..modules.tensors import number_of
from ..playground.neuron import MOST_INPUTS, explain_neuron, numbers_told
from ..training.engines import nodes_of
from ..training.samples import loss_of

SOME = 20  # samples among which one is looked for


@dataclass(frozen=True)
class Example:
    """A neuron at work on a sample.

    Attributes:
        neuron: Its number in the first layer, from 1.
        sample: The number of the sample, from 1.
        features: The names of the inputs that are told.
        rest: How many inputs make up the rest.
        lesson: The explanation.
    """

    neuron: int
    sample: int
    features: list[str]
    rest: int
    lesson: Any


def example(
    model: Module,
    data: Data,
    language: Language,
    loss: Callable[[int], Any] | None = None,
    samples: Sequence[int] | None = None,
) -> Example | None:
    """Return the explanation of a neuron, or None if the model has none to explain.

    It is one of the first layer, which sees the data itself, and a sample for which it
    gives much: of a relu that is 0 there would be nothing to tell.

    Args:
        model: The network.
        data: What it has learned.
        language: "en" or "fr".
        loss: Gives the loss for a sample, by its number from 0: the neuron is explained
            from there backwards. None to explain what it gives itself.
        samples: Which to look among, see `most_wrong`; by default the first.
    """
    samples = range(min(SOME, len(data))) if samples is None else samples
    rows = data.X[samples].tolist()
    layers = (layer for layer in layers_of(model) if _sees_data(layer, model, rows[0]))
    neurons = next(layers, None)
    if neurons is None:
        return None
    candidates = [
        (abs(neuron(row).data), -sample, -number)
        for number, neuron in enumerate(neurons)
        for sample, row in enumerate(rows)
    ]
    # In the middle of those that give anything, a neuron is at its most telling.
    candidates = sorted(c for c in candidates if c[0] > 0.0) or sorted(candidates)
    middle, behind = len(candidates) // 2, None
    _, sample, number = candidates[middle]
    if loss is not None:
        for _, sample, number in candidates[middle:] + candidates[:middle]:
            output = neurons[-number](rows[-sample]).data
            known = partial(loss, samples[-sample])
            behind = _behind(neurons[-number], known, output)
            if behind[0]:  # no slope arrives from a sample that is right already
                break
        else:
            # Of 0 times everything there would be nothing to tell.
            (_, sample, number), behind = candidates[middle], None
    neuron, row = neurons[-number], rows[-sample]
    kept, formula = _kept(neuron, row), ""
    if behind and all(map(math.isfinite, behind)):
        slope, start = behind
        sign = "-" if start < 0.0 else "+"
        formula = f"{slope:.6g} * neuron {sign} {abs(start):.6g}"
    numbers = numbers_told(neuron, row, kept)
    lesson = explain_neuron(numbers, neuron.activation, formula, language)
    features = [data.features[i] for i in kept]
    place = samples[-sample] + 1
    return Example(1 - number, place, features, len(row) - len(kept), lesson)


def most_wrong(
    model: Module, rows: list[Any], targets: list[Any], loss: Callable[[Any, Any], Any]
) -> list[int]:
    """Return some samples, by their numbers from 0, of which the loss is the largest.

    From a sample that is right already no slope arrives, and of a trained network that
    may be nearly all of them.
    """
    predictions = model.predict(rows).tolist()

    def wrong(i: int) -> float:
        try:
            return loss_of(loss, [predictions[i]], [targets[i]])
        except ArithmeticError:  # it is beyond what a float can hold, and so is a slope
            return -math.inf

    return sorted(range(len(rows)), key=wrong, reverse=True)[:SOME]


def _sees_data(layer: list[Neuron], model: Module, row: list[float]) -> bool:
    """Tell whether the first neuron of a layer weighs the inputs of the network."""
    inputs = [Value(x) for x in row]
    output = model(list(inputs))
    outputs = [output] if isinstance(output, Value) else list(output)
    pairs = {frozenset(node.args) for y in outputs for node in nodes_of(y)}
    weights = layer[0].w
    return len(weights) == len(row) and all(
        {w, x} in pairs for w, x in zip(weights, inputs, strict=True)
    )


def _behind(
    neuron: Neuron, loss: Callable[[], Any], output: float
) -> tuple[float, float]:
    """Return a and b of a · output + b: the loss, near what a neuron gives."""
    activation = neuron.activation

    def moved(given: Any) -> Any:
        neuron.activation = lambda total: given
        try:
            return loss()
        finally:
            neuron.activation = activation

    number, slope = map(number_of, value_and_grad(moved)(output))
    return slope, number - slope * output


def _kept(neuron: Neuron, row: list[float]) -> list[int]:
    """Return which inputs to tell: those that weigh most, if there are many."""
    count = len(row)
    if count <= MOST_INPUTS:
        return list(range(count))
    shares = sorted(range(count), key=lambda i: -abs(neuron.w[i].data * row[i]))
    return sorted(shares[: MOST_INPUTS - 1])
