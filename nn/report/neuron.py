"""One neuron of the network, to be explained on one sample of the data.

What it computes is written down as a function of Python, with its own number of inputs
and its own activation, so that the explanation can show the line of each step.
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograd import Value, explain, value_and_grad

from ..data.dataset import Data
from ..modules.activations import LINEAR, activation_name
from ..modules.layers import Neuron
from ..modules.module import Module
from ..modules.tensors import number_of
from ..plots.neurons import layers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd.phrases.table import Language

MOST_INPUTS = 4  # that are told one by one; the others' share is one number
FILE = "<neuron>"
FIRST = 20  # samples among which one is looked for


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
    """
    rows = data.X[:FIRST].tolist()
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
            behind = _behind(neurons[-number], partial(loss, -sample), output)
            if behind[0]:  # no slope arrives from a sample that is right already
                break
        else:
            # Of 0 times everything there would be nothing to tell.
            (_, sample, number), behind = candidates[middle], None
    neuron, row = neurons[-number], rows[-sample]
    kept, rest = _parts(neuron, row)
    lesson = _lesson(neuron, row, kept, rest, behind, language)
    features = [data.features[i] for i in kept]
    return Example(1 - number, 1 - sample, features, len(rest), lesson)


def _sees_data(layer: list[Neuron], model: Module, row: list[float]) -> bool:
    """Tell whether the first neuron of a layer weighs the inputs of the network."""
    inputs = [Value(x) for x in row]
    output = model(list(inputs))
    waiting = [output] if isinstance(output, Value) else list(output)
    pairs: set[frozenset[Value]] = set()
    seen = set(waiting)
    while waiting:
        args = waiting.pop().args
        pairs.add(frozenset(args))
        waiting += [arg for arg in args if arg not in seen]
        seen.update(args)
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


def _parts(neuron: Neuron, row: list[float]) -> tuple[list[int], list[int]]:
    """Return which inputs to tell, those that weigh most, and the others."""
    count = len(row)
    if count <= MOST_INPUTS:
        return list(range(count)), []
    shares = sorted(range(count), key=lambda i: -abs(neuron.w[i].data * row[i]))
    kept = sorted(shares[: MOST_INPUTS - 1])
    return kept, [i for i in range(count) if i not in kept]


def _lesson(
    neuron: Neuron,
    row: list[float],
    kept: list[int],
    rest: list[int],
    behind: tuple[float, float] | None,
    language: Language,
) -> Any:
    """Return the lesson on a function written for this neuron, with its numbers."""
    numbers: dict[str, Any] = {}
    terms = []
    for i in kept:
        terms.append(f"w{i + 1} * x{i + 1}")
        numbers |= {f"w{i + 1}": neuron.w[i].data, f"x{i + 1}": row[i]}
    if rest:
        terms.append("rest")
        numbers["rest"] = sum(neuron.w[i].data * row[i] for i in rest)
    numbers["b"] = neuron.b.data
    name = activation_name(neuron.activation) or "activation"
    result = "total" if name == LINEAR else f"{name}(total)"
    lines = [f"total = {' + '.join([*terms, 'b'])}", f"return {result}"]
    if behind and all(map(math.isfinite, behind)):
        slope, start = behind
        sign = "-" if start < 0.0 else "+"
        line = f"{slope:.6g} * neuron {sign} {abs(start):.6g}"
        lines[1:] = [f"neuron = {result}", f"loss = {line}", "return loss"]
    code = "\n    ".join([f"def one_neuron({', '.join(numbers)}):", *lines]) + "\n"
    # Python looks up there the lines of code that stands in no file, to be shown.
    linecache.cache[FILE] = (len(code), None, code.splitlines(True), FILE)
    made: dict[str, Any] = {name: neuron.activation}
    exec(compile(code, FILE, "exec"), made)
    data = [key for key in numbers if key[0] in "xr"]
    return explain(made["one_neuron"], language=language, given=data, **numbers)
