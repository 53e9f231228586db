"""`Neuron`, `Layer`, `MLP`: a network, down to the single weight.

A neuron weighs its inputs, adds a bias, and bends the sum: relu(w₁x₁ + w₂x₂ + … + b). A
layer is neurons side by side on the same inputs; a multi-layer perceptron is layers in
a row. The last layer of an `MLP` is not bent, so that it can give any number.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

from autograd import Value, relu

from ..phrases import refused
from .activations import (
    LINEAR,
    Activation,
    Bent,
    activation_name,
    bend,
    find_activation,
)
from .initialisers import Draws, Initialiser, find_initialiser, source_of
from .module import Module
from .tensors import shape_of


class Neuron(Module):
    """bend(w·x + b), or w·x + b.

    Args:
        nin: How many inputs it has.
        nonlin: Whether the sum is bent; False is the same as activation "linear".
        activation: What bends the sum: the name of an op of one argument ("relu",
            "tanh", "sigmoid", …), "linear" or None, or any function of a Value.
        init: What draws the weights: "uniform" (as micrograd does), "xavier",
            "kaiming", or a function (nin, nout, random) -> weight. The bias starts
            at 0.
        random: What it draws from: a `random.Random`.
        seed: The same seed gives the same weights; without one, and without `random`,
            they are drawn from Python's `random`, as micrograd draws them.

    Attributes:
        w: The weights, a list of Values.
        b: The bias, a Value.
        activation: The function that bends the sum; None where nothing does.

    Raises:
        ValueError: If `nin` is not a positive whole number, or a name is unknown; when
            called, if the number of inputs is not `nin`.
        TypeError: If `activation` or `init` is neither a name nor a function.

    >>> neuron = Neuron(2, activation="tanh")
    >>> neuron
    TanhNeuron(2)
    >>> len(neuron.parameters())
    3
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Bent = "relu",
        init: str | Initialiser = "uniform",
        random: Draws = None,
        seed: int | None = None,
    ) -> None:
        """See the class."""
        _check_size(nin, "Neuron needs a number of inputs")
        draw, source = find_initialiser(init), source_of(random, seed)
        self.w = [Value(draw(nin, 1, source)) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = find_activation(activation if nonlin else LINEAR)

    @property
    def nonlin(self) -> bool:
        """Whether the sum is bent; setting it to True means by relu, if by nothing."""
        return self.activation is not None

    @nonlin.setter
    def nonlin(self, nonlin: bool) -> None:
        self.activation = (self.activation or relu) if nonlin else None

    def __call__(self, x: Sequence[Any]) -> Value:
        """Return the output for the inputs `x`, numbers or Values."""
        _check_inputs(x, len(self.w), self)
        total = self.b
        for w, xi in zip(self.w, x, strict=True):
            total = total + w * xi
        return total if self.activation is None else bend(self.activation, total)

    def __repr__(self) -> str:
        """Return `ReLUNeuron(2)`; for a function of your own, `BentNeuron(2)`."""
        name = activation_name(self.activation) or "bent"
        start = "ReLU" if name == "relu" else name.title().replace("_", "")
        return f"{start}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons on the same `nin` inputs.

    Args:
        nin: How many inputs each neuron has.
        nout: How many neurons there are.
        nonlin, activation, init, random, seed: As for `Neuron`, and for all of them.

    Raises:
        ValueError: If a size is not a positive whole number; when called, if the number
            of inputs is not `nin`.

    >>> [name for name in Layer(2, 3).tensors()]
    ['weight', 'bias']
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        nonlin: bool = True,
        activation: Bent = "relu",
        init: str | Initialiser = "uniform",
        random: Draws = None,
        seed: int | None = None,
    ) -> None:
        """See the class."""
        _check_size(nout, "Layer needs a number of neurons")
        draw, source = find_initialiser(init), source_of(random, seed)

        def drawn(nin: int, _: int, source: Any) -> float:
            return draw(nin, nout, source)  # a neuron does not know who is beside it

        self.neurons = [
            Neuron(nin, nonlin, activation=activation, init=drawn, random=source)
            for _ in range(nout)
        ]

    @property
    def activation(self) -> Activation | None:
        """What bends the sums of the neurons: that of the first, if they differ."""
        return self.neurons[0].activation

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the list of outputs; for one neuron, its output alone."""
        _check_inputs(x, len(self.neurons[0].w), self)
        # One node per input, rather than one for each neuron that takes it; whatever
        # else records ops is a node already.
        x = [xi if hasattr(xi, "_record_op") else Value(xi, constant=True) for xi in x]
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def _named_parts(self) -> dict[str, Any]:
        """Return what the layer holds, its tensors named as in `torch.nn.Linear`."""
        parts = vars(self).copy()
        neurons = parts.pop("neurons")
        return {
            "weight": [neuron.w for neuron in neurons],
            "bias": [neuron.b for neuron in neurons],
            "activation": self.activation,
            **parts,
        }

    def __repr__(self) -> str:
        """Return `Layer of [ReLUNeuron(2), …]`."""
        return f"{type(self).__name__} of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers in a row: a multi-layer perceptron.

    Args:
        nin: How many inputs the network has.
        nouts: The number of neurons of each layer; the last is the number of outputs.
        activation: What bends the sums, as for `Neuron`: one for all layers but the
            last, which is linear; or a list with one for each layer, the last included.
        init: What draws the weights, as for `Neuron`.
        random, seed: What they are drawn from, as for `Neuron`.

    Raises:
        ValueError: If there is no layer, a size is not a positive whole number, a name
            is unknown, or there is not one activation per layer; when called, if the
            number of inputs is not `nin`.
        TypeError: If `nouts` is not a list, or `activation` or `init` is neither a name
            nor a function.

    >>> model = MLP(2, [16, 16, 1], seed=0)
    >>> len(model.parameters())
    337
    >>> model([1.0, -2.0]).backward()
    >>> model.summary()
    MLP
    name   kind   shapes                   activation  parameters
    0      Layer  weight 16 × 2, bias 16   relu                48
    2      Layer  weight 16 × 16, bias 16  relu               272
    4      Layer  weight 1 × 16, bias 1    linear              17
    total                                                     337
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Bent | Sequence[Bent] = "relu",
        init: str | Initialiser = "uniform",
        random: Draws = None,
        seed: int | None = None,
    ) -> None:
        """See the class."""
        if not isinstance(nouts, Sequence):
            raise TypeError(f"MLP needs a list of layer sizes; got {nouts!r}")
        sizes = list(nouts)
        if not sizes:
            raise ValueError("MLP needs at least one layer; got nouts=[]")
        if isinstance(activation, str) or not isinstance(activation, Sequence):
            activations = [*[activation] * (len(sizes) - 1), LINEAR]
        else:
            activations = list(activation)
        if len(activations) != len(sizes):
            raise refused("layers.activations", wanted=len(sizes), got=len(activations))
        source = source_of(random, seed)
        self.layers = [
            Layer(n, nout, activation=bent, init=init, random=source)
            for n, nout, bent in zip([nin, *sizes], sizes, activations, strict=False)
        ]

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the outputs of the last layer; for one neuron, its output alone."""
        last = self.layers[-1]
        for layer in self.layers[:-1]:
            x = layer(x)
            # A layer of one gives a number, and the next wants a list.
            x = x if isinstance(x, list) else [x]
        return last(x)

    def _named_parts(self) -> dict[str, Any]:
        """Return the layers, numbered as in the `torch.nn.Sequential` of the same.

        There an activation is a module of its own, with the number after its layer's.
        """
        parts = vars(self).copy()
        named: dict[str, Any] = {}
        number = 0
        for layer in parts.pop("layers"):
            named[str(number)] = layer
            number += 1 if layer.activation is None else 2
        return named | parts

    def architecture(self) -> dict[str, Any] | None:
        """Return what rebuilds the network but for its weights, as JSON can have it.

        It is None where no such description would do: for subclasses, for activations
        that are functions of your own, and for networks whose layers were exchanged
        for something that `MLP(nin, nouts, activation=...)` does not build.

        >>> MLP(2, [3, 1]).architecture()
        {'kind': 'MLP', 'nin': 2, 'nouts': [3, 1], 'activation': ['relu', 'linear']}
        """
        neurons = [neuron for layer in self.layers for neuron in layer.neurons]
        if {*map(type, (self, *self.layers, *neurons))} != {MLP, Layer, Neuron}:
            return None
        nin = len(neurons[0].w)
        nouts = [len(layer.neurons) for layer in self.layers]
        sizes = list(zip([nin, *nouts], nouts, strict=False))
        expected = [shape for n, nout in sizes for shape in ((nout, n), (nout,))]
        shapes = [shape_of(tensor) for tensor in self.tensors().values()]
        names = [activation_name(layer.activation) for layer in self.layers]
        several = any(
            neuron.activation is not layer.activation
            for layer in self.layers
            for neuron in layer.neurons
        )
        # A number of parameters short of their places means that some are shared.
        shared = len(self.parameters()) != sum((n + 1) * nout for n, nout in sizes)
        if shapes != expected or several or None in names or shared:
            return None
        return {"kind": "MLP", "nin": nin, "nouts": nouts, "activation": names}

    def __repr__(self) -> str:
        """Return `MLP of [Layer of […], …]`."""
        return f"{type(self).__name__} of [{', '.join(map(str, self.layers))}]"


def layers_of(model: Module) -> list[list[Neuron]]:
    """Return the neurons of each layer, in the order of the model's tensors."""
    layers: dict[int, list[Neuron]] = {}
    for tensor in model._tensors().values():
        if isinstance(tensor.owner, Layer):
            layers[id(tensor.owner)] = tensor.owner.neurons
        elif isinstance(tensor.owner, Neuron):
            layers[id(tensor.owner)] = [tensor.owner]
    return list(layers.values())


def _check_size(size: object, needs: str) -> None:
    if not isinstance(size, Integral) or size < 1:
        raise ValueError(f"{needs} of at least 1; got {size!r}")


def _check_inputs(x: Any, nin: int, where: Module) -> None:
    name = type(where).__name__
    if not hasattr(x, "__len__"):
        raise TypeError(
            f"{name} needs a list of numbers; got {type(x).__name__} {x!r}"
            " (hint: put it in a list)"
        )
    if len(x) != nin:
        raise ValueError(f"{name} needs {nin} inputs; got {len(x)}")
