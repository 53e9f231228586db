"""One neuron of the network, to be explained on one sample of the data.

What it computes is written down as a function of Python, with its own number of inputs
and its own activation, so that the explanation can show the line of each step.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from typing import Any

from autograd import Value, explain

from ..data.dataset import Data
from ..modules.activations import LINEAR, activation_name
from ..modules.layers import Neuron
from ..modules.module import Module
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


def example(model: Module, data: Data, language: Language) -> Example | None:
    """Return the explanation of a neuron, or None if the model has none to explain.

    It is one of the first layer, which sees the data itself, and a sample for which it
    gives much: of a relu that is 0 there would be nothing to tell.
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
    _, sample, number = candidates[len(candidates) // 2]
    neuron, row = neurons[-number], rows[-sample]
    kept, rest = _parts(neuron, row)
    lesson = _lesson(neuron, row, kept, rest, language)
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
    language: Language,
) -> Any:
    """Return the lesson on a function written for this neuron, with its numbers."""
    numbers: dict[str, float] = {}
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
    code = (
        f"def neuron({', '.join(numbers)}):\n"
        f"    total = {' + '.join([*terms, 'b'])}\n"
        f"    return {result}\n"
    )
    # Python looks up there the lines of code that stands in no file, to be shown.
    linecache.cache[FILE] = (len(code), None, code.splitlines(True), FILE)
    made: dict[str, Any] = {name: neuron.activation}
    exec(compile(code, FILE, "exec"), made)
    return explain(made["neuron"], language=language, **numbers)
