"""What goes on inside: the outputs of the neurons, and the gradients of their weights.

A neuron whose output and slope are 0 for every sample is dead: no sample moves its
weights any more. One that sits on the flat part of its curve nearly always is
saturated, and learns hardly anything. Both are found here by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import evaluate_rows
from autograd.imports import np
from autograd.phrases import Language, Phrases

from ..data.dataset import Data
from ..modules.layers import Neuron, layers_of
from ..modules.module import Module
from ..modules.tensors import scalars_of
from ..training.engines import Eager
from ..training.samples import Loss, measured_on
from .style import BLUE, LINE, ORANGE, drawing, percent, places_for

FLAT = 0.01  # a slope below which a sample teaches a neuron hardly anything
MOSTLY = 0.95  # of the samples
STEP = 1e-4  # for the slope
MOST_SAMPLES = 200  # for the gradients
BINS = 41
MOST_LAYERS = 8  # that are drawn


@dataclass(frozen=True)
class Activity:
    """The outputs of the bent neurons of a layer.

    Attributes:
        layer: Its number, from 1.
        outputs: A row for each sample, a column for each neuron.
        dead: The neurons, from 1, whose output and slope are 0 for every sample.
        saturated: Those on a flat part of their curve for 95 % of the samples or more.
    """

    layer: int
    outputs: np.ndarray
    dead: list[int]
    saturated: list[int]


def measure_activity(model: Module, X: np.ndarray) -> list[Activity]:
    """Return what the neurons of each layer give for the rows of `X`.

    Layers without a bend are left out: nothing in them can die. A layer that is used
    several times counts as often.
    """
    found = []
    for number, neurons in enumerate(layers_of(model), 1):
        outputs, slots = _watched(model, neurons, X)
        if not slots:
            continue
        before, outputs, after = np.split(outputs, 3, axis=1)
        # A relu at its kink is flat, as on its left; a tanh that gives 0 is not.
        still = (outputs == 0.0) & ((before == 0.0) | (after == 0.0))
        zero = still.all(axis=0)
        flat = (abs(after - before) < FLAT * 2 * STEP).mean(axis=0) >= MOSTLY
        dead, lazy = (
            sorted({n for n, is_so in zip(slots, kind, strict=True) if is_so})
            for kind in (zero, flat & ~zero)
        )
        found.append(Activity(number, outputs, dead, lazy))
    return found


def measure_gradients(
    model: Module, data: Data, loss: Loss | None
) -> list[list[float]]:
    """Return ∂loss/∂p of the weights and biases of each layer, or part with parameters.

    It is the loss of the data, of at most 200 samples, without penalty. The grads of
    the model are left as they were.
    """
    rows, targets, loss = measured_on(model, data, loss, MOST_SAMPLES)
    parameters = model.parameters()
    before = [p.grad for p in parameters]
    Eager(model, loss, None).step(rows, targets)
    groups: dict[str, list[float]] = {}
    for tensor in model._tensors().values():
        slopes = [p.grad for p in scalars_of(tensor.values)]
        groups.setdefault(tensor.start, []).extend(slopes)
    for p, grad in zip(parameters, before, strict=True):
        p.grad = grad
    return list(groups.values())


def plot_activations(
    model: Module, data: Data, *, ax: Any = None, language: Language | None = None
) -> Any:
    """Return histograms of the outputs of the neurons of each layer.

    Args:
        model: The network.
        data: The samples for which the neurons are watched.
        ax: The axes to draw into: one for each histogram, or one that they share; by
            default those of a new figure.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the model has no `Neuron` with an activation.

    >>> from nn import MLP, load_data
    >>> figure = plot_activations(MLP(2, [4, 4, 1]), load_data("xor"), language="en")
    >>> len(figure.axes)  # a histogram for each layer of neurons with an activation
    2
    """
    found = measure_activity(model, data.X)
    if not found:
        raise ValueError(
            f"plot_activations needs neurons with an activation; got none in {model!r}"
        )
    return draw_activations(found, Phrases(language, "nn.phrases"), ax)


def plot_gradients(
    model: Module,
    data: Data,
    *,
    loss: Loss | None = None,
    ax: Any = None,
    language: Language | None = None,
) -> Any:
    """Return histograms of the gradients of the weights of each layer.

    Args:
        model: The network; its grads are left as they were.
        data: What it learned from.
        loss: The loss; by default what `fit` takes by default.
        ax: The axes to draw into: one for each histogram, or one that they share; by
            default those of a new figure.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the targets do not fit the loss.

    >>> from nn import MLP, load_data
    >>> figure = plot_gradients(MLP(2, [4, 4, 1]), load_data("xor"), language="en")
    >>> len(figure.axes)  # a histogram for each layer
    3
    """
    slopes = measure_gradients(model, data, loss)
    return draw_gradients(slopes, Phrases(language, "nn.phrases"), ax)


def draw_activations(found: Sequence[Activity], words: Phrases, ax: Any = None) -> Any:
    """Return the figure of the outputs of each layer."""
    rows = [(layer.layer, layer.outputs.ravel()) for layer in found]
    return _histograms(rows, words("plots.output_of_neuron"), BLUE, words, ax)


def draw_gradients(
    slopes: Sequence[Sequence[float]], words: Phrases, ax: Any = None
) -> Any:
    """Return the figure of the gradients of each layer."""
    rows = list(enumerate(slopes, 1))
    return _histograms(rows, words("plots.gradient"), ORANGE, words, ax)


def _histograms(
    rows: Sequence[tuple[int, Any]], label: str, colour: str, words: Phrases, ax: Any
) -> Any:
    """Return a figure with a histogram for each layer, on one scale."""
    rows = [(layer, np.asarray(numbers)) for layer, numbers in rows[:MOST_LAYERS]]
    every = np.concatenate([numbers for _, numbers in rows])
    # The zeros, often most of them, would press all other bars flat: they are counted.
    every = every[np.isfinite(every) & (every != 0.0)]
    every = every if len(every) else np.zeros(1)
    # A few far-out numbers would press all others into one bar: they go to the edge.
    low, high = np.percentile(every, [0.1, 99.9])
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    if low == high:
        low, high = -1.0, 1.0
    with drawing():
        figure, table = places_for(len(rows), 0.9 + 1.15 * len(rows), ax)
        for axes, (layer, numbers) in zip(table, rows, strict=True):
            name = words("plots.layer", number=layer)
            shown = numbers[np.isfinite(numbers) & (numbers != 0.0)]
            axes.hist(
                shown.clip(low, high), bins=BINS, range=(low, high),
                color=colour, edgecolor=LINE, linewidth=0.4,
            )  # fmt: skip
            if (zeros := (numbers == 0.0).mean()) > 0.0:
                share = percent(zeros, words)
                name = words("plots.with_zeros", name=name, share=share)
            axes.set_title(name, loc="left")
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
        table[-1].set_xlabel(label)
        table[-1].locator_params(axis="x", nbins=5)
    return figure


# --- watching -------------------------------------------------------------------------


def _watched(
    model: Module, neurons: Sequence[Neuron], X: np.ndarray
) -> tuple[np.ndarray, list[int]]:
    """Return what bent neurons give for each row, and the number of each, from 1.

    It stands between what they would give for sums a little smaller, and larger.
    """
    seen: list[tuple[int, list[Any]]] = []
    before: list[Any] = [neuron.activation for neuron in neurons]

    def noting(number: int, bend: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def bent(total: Any) -> Any:
            near = [bend(total - STEP), bend(total), bend(total + STEP)]
            seen.append((number, near))
            return near[1]

        return bent

    def watched(x: list[Any]) -> list[Any]:
        seen.clear()
        model(x)
        return [near[k] for k in range(3) for _, near in seen] or [0.0]

    try:
        for number, (neuron, bend) in enumerate(zip(neurons, before, strict=True), 1):
            neuron.activation = bend and noting(number, bend)
        outputs = evaluate_rows(watched, X)
    finally:
        for neuron, activation in zip(neurons, before, strict=True):
            neuron.activation = activation
    return outputs, [number for number, _ in seen]
