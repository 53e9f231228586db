"""`Neuron`, `Layer`, `MLP`: a network, down to the single weight.

A neuron weighs its inputs, adds a bias, and bends the sum: relu(w₁x₁ + w₂x₂ + … + b). A
layer is neurons side by side on the same inputs; a multi-layer perceptron is layers in
a row. The last layer of an `MLP` is not bent, so that it can give any number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value

from .initialisers import uniform
from .module import Module


class Neuron(Module):
    """relu(w·x + b), or w·x + b.

    Args:
        nin: How many inputs it has.
        nonlin: Whether the sum is bent by relu.

    Raises:
        ValueError: If `nin` is not a positive whole number; when called, if the number
            of inputs is not `nin`.
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        """See the class."""
        _check_size(nin, "Neuron needs a number of inputs")
        self.w = [Value(w) for w in uniform(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        """Return the output for the inputs `x`, numbers or Values."""
        _check_inputs(x, len(self.w), self)
        total = self.b
        for w, xi in zip(self.w, x, strict=True):
            total = total + w * xi
        return total.relu() if self.nonlin else total

    def __repr__(self) -> str:
        """Return `ReLUNeuron(2)`."""
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons on the same `nin` inputs.

    Args:
        nin: How many inputs each neuron has.
        nout: How many neurons there are.
        **kwargs: What `Neuron` takes.

    Raises:
        ValueError: If a size is not a positive whole number; when called, if the number
            of inputs is not `nin`.
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        """See the class."""
        _check_size(nout, "Layer needs a number of neurons")
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the list of outputs; for one neuron, its output alone."""
        _check_inputs(x, len(self.neurons[0].w), self)
        # One node per input, rather than one for each neuron that takes it.
        x = [xi if isinstance(xi, Value) else Value(xi, constant=True) for xi in x]
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        """Return `Layer of [ReLUNeuron(2), …]`."""
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers in a row: a multi-layer perceptron.

    Args:
        nin: How many inputs the network has.
        nouts: The number of neurons of each layer; the last is the number of outputs.

    Raises:
        ValueError: If there is no layer, or a size is not a positive whole number; when
            called, if the number of inputs is not `nin`.

    >>> import random
    >>> random.seed(1337)
    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters())
    337
    >>> model([1.0, -2.0]).backward()
    """

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        """See the class."""
        if not isinstance(nouts, Sequence):
            raise TypeError(f"MLP needs a list of layer sizes; got {nouts!r}")
        sizes = list(nouts)
        if not sizes:
            raise ValueError("MLP needs at least one layer; got nouts=[]")
        self.layers = [
            Layer(n, nout, nonlin=i != len(sizes) - 1)
            for i, (n, nout) in enumerate(zip([nin, *sizes], sizes, strict=False))
        ]

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the outputs of the last layer; for one neuron, its output alone."""
        last = self.layers[-1]
        for layer in self.layers[:-1]:
            x = layer(x)
            # A layer of one gives a number, and the next wants a list.
            x = [x] if isinstance(x, Value) else x
        return last(x)

    def __repr__(self) -> str:
        """Return `MLP of [Layer of […], …]`."""
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _check_size(size: Any, needs: str) -> None:
    if not isinstance(size, int) or size < 1:
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
