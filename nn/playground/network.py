"""A network as the page has it: a program whose outputs are those of all its neurons.

It also finds out which weight leads from where to where, by the graph of one sample: so
any module that has neurons is drawn, not only layers in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd import Program, Value, record

from ..modules.activations import activation_name, bend
from ..modules.layers import Neuron, layers_of
from ..modules.module import Module
from ..training.engines import nodes_of


@contextmanager
def listening(neurons: Sequence[Neuron]) -> Iterator[dict[Neuron, Any]]:
    """Give what each neuron gave last, if it was asked, while this lasts."""
    given: dict[Neuron, Any] = {}
    before: list[Any] = [neuron.activation for neuron in neurons]

    def noting(neuron: Neuron, activation: Any) -> Callable[[Any], Any]:
        def bent(total: Any) -> Any:
            given[neuron] = total if activation is None else bend(activation, total)
            return given[neuron]

        return bent

    try:
        for neuron in neurons:
            neuron.activation = noting(neuron, neuron.activation)
        yield given
    finally:
        for neuron, activation in zip(neurons, before, strict=True):
            neuron.activation = activation


def record_network(
    model: Module, loss: Callable[[Any, Any], Any], row: list[float], target: Any
) -> tuple[Program, dict[str, Any]]:
    """Return the program of the loss of a sample, and what the page draws.

    The program gives the loss, the predictions, and what each neuron gives.

    Args:
        model: The network.
        loss: The loss.
        row: A sample,
        target: and its target.
    """
    layers = layers_of(model)
    with listening([neuron for layer in layers for neuron in layer]) as given:
        inputs = [Value(x) for x in row]
        outputs = _listed(model(list(inputs)))
    neurons = list(given)
    places = {x: i for i, x in enumerate(inputs)}
    places |= {given[neuron]: len(row) + k for k, neuron in enumerate(neurons)}

    def f(x: Any, y: Any) -> list[Any]:
        with listening(neurons) as given:
            output = model(x)
        return [loss([output], [y]), *_listed(output), *(given[n] for n in neurons)]

    width = (len(target),) if isinstance(target, list) else 1
    program = record(f, ((len(row),), width), model)
    number = {p: j for j, p in enumerate(model.parameters())}
    sources = _sources(outputs, places, {w for n in neurons for w in n.w})
    drawn = [
        [
            {
                "name": f"{i}.{j}",
                "output": neurons.index(neuron),
                "bends": activation_name(neuron.activation) or "",
                "linear": neuron.activation is None,
                "bias": number.get(neuron.b, -1),
                "weights": [number.get(w, -1) for w in neuron.w],
                "from": [sources.get(w, -1) for w in neuron.w],
            }
            for j, neuron in enumerate(layer, 1)
            if neuron in given
        ]
        for i, layer in enumerate(layers, 1)
    ]
    return program, {
        "layers": [layer for layer in drawn if layer],
        "outputs": len(outputs),
        "parameters": [name for name, _ in model.named_parameters()],
    }


def _sources(
    outputs: list[Any], places: dict[Value, int], weights: set[Value]
) -> dict[Value, int]:
    """Return for each weight the place of what it is multiplied with."""
    found = {}
    for output in outputs:
        for node in nodes_of(output):
            for w, x in (node.args, node.args[::-1]) if len(node.args) == 2 else ():
                if w in weights and x in places:
                    found[w] = places[x]
    return found


def _listed(output: Any) -> list[Any]:
    return list(output) if hasattr(output, "__len__") else [output]
