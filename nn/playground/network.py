"""A network as the page has it: a program whose outputs are those of all its neurons.

It also finds out which weight leads from where to where, by the graph of one sample: so
any module that has neurons is drawn, not only layers in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd import Program, Value, record

from ..modules.activations import activation_name
from ..modules.layers import Neuron, layers_of
from ..modules.module import Module

Seen = list[tuple[Neuron, list[Any], Any]]


@contextmanager
def watching(neurons: Sequence[Neuron], probes: Sequence[Value] = ()) -> Iterator[Seen]:
    """Note of each neuron what goes in and what comes out, while this lasts.

    Args:
        neurons: The neurons.
        probes: What is added to what each gives: the slope by one is that by the other.
    """
    seen: Seen = []
    kinds = [type(neuron) for neuron in neurons]

    def watched(kind: Any) -> Any:
        class Watched(kind):
            def __call__(self, x: Any) -> Any:
                output = super().__call__(x)
                if probes:
                    output = output + probes[neurons.index(self)]
                seen.append((self, list(x), output))
                return output

        return Watched

    made = {kind: watched(kind) for kind in {*kinds}}
    try:
        for neuron, kind in zip(neurons, kinds, strict=True):
            neuron.__class__ = made[kind]
        yield seen
    finally:
        for neuron, kind in zip(neurons, kinds, strict=True):
            neuron.__class__ = kind


def record_network(
    model: Module, loss: Callable[[Any, Any], Any], row: list[float], target: Any
) -> tuple[Program, dict[str, Any], Seen]:
    """Return the program of the loss of a sample, what the page draws, and was seen.

    The program gives the loss, the predictions, and what each neuron gives.

    Args:
        model: The network.
        loss: The loss.
        row: A sample,
        target: and its target.
    """
    layers = layers_of(model)
    every = [neuron for layer in layers for neuron in layer]
    with watching(every) as seen:
        inputs = [Value(x) for x in row]
        outputs = _listed(model(list(inputs)))
    given = {neuron: (xs, output) for neuron, xs, output in seen}
    neurons = list(given)
    places = {x: i for i, x in enumerate(inputs)}
    places |= {given[neuron][1]: len(row) + k for k, neuron in enumerate(neurons)}

    def f(x: Any, y: Any) -> list[Any]:
        with watching(neurons) as seen:
            output = model(x)
        given = {neuron: output for neuron, _, output in seen}
        return [loss([output], [y]), *_listed(output), *(given[n] for n in neurons)]

    width = (len(target),) if isinstance(target, list) else 1
    program = record(f, ((len(row),), width), model)
    number = {p: j for j, p in enumerate(model.parameters())}
    units = {
        neuron: {
            "name": f"{i}.{j}",
            "output": neurons.index(neuron),
            "bends": activation_name(neuron.activation) or "",
            "linear": neuron.activation is None,
            "bias": number.get(neuron.b, -1),
            "weights": [number.get(w, -1) for w in neuron.w],
            "from": [places.get(x, -1) for x in given[neuron][0]],
        }
        for i, layer in enumerate(layers, 1)
        for j, neuron in enumerate(layer, 1)
        if neuron in given
    }
    drawn = [[units[neuron] for neuron in layer if neuron in units] for layer in layers]
    return program, {
        "layers": [layer for layer in drawn if layer],
        "outputs": len(outputs),
        "parameters": [name for name, _ in model.named_parameters()],
    }, [(neuron, xs, units[neuron]) for neuron, xs, _ in seen]  # fmt: skip


def _listed(output: Any) -> list[Any]:
    return list(output) if hasattr(output, "__len__") else [output]
