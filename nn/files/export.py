"""The way out, and back in: the same network in PyTorch.

Who has outgrown scalars takes the network along: each layer becomes a
`torch.nn.Linear` of float64, so that the outputs are the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from autograd import elu, leaky_relu

from ..modules.layers import MLP
from ..phrases import refused

if TYPE_CHECKING:
    import torch  # pyright: ignore[reportMissingImports]

# What our rows take when nothing else is said, which is what an activation is.
SLOPE = -leaky_relu(-1.0)
ALPHA = -elu(-math.inf)

# PyTorch's modules for our activations, with the settings that make them the same.
# Softplus is replaced by x above the threshold: at 40 no digit is lost.
IN_TORCH: dict[str, tuple[str, dict[str, Any]]] = {
    "elu": ("ELU", {"alpha": ALPHA}),
    "gelu": ("GELU", {"approximate": "none"}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": SLOPE}),
    "relu": ("ReLU", {}),
    "sigmoid": ("Sigmoid", {}),
    "silu": ("SiLU", {}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 40.0}),
    "tanh": ("Tanh", {}),
}


def to_torch(model: MLP) -> torch.nn.Sequential:
    """Return the same network as a `torch.nn.Sequential` of float64.

    It gives a row of outputs for each row of inputs, within 1e-12 of ours. Its
    `state_dict()` has the names and shapes of `model.tensors()`.

    Args:
        model: A network of plain layers, its activations among elu, gelu, leaky_relu,
            relu, sigmoid, silu, softplus, tanh and linear.

    Raises:
        ImportError: If PyTorch is not installed.
        ValueError: If PyTorch has no module for an activation, or `model` has layers
            or functions of your own.

    >>> import torch
    >>> from nn import MLP
    >>> model = MLP(2, [3, 1], activation="tanh", seed=0)
    >>> network = to_torch(model)
    >>> theirs = network(torch.tensor([[1.0, 2.0]], dtype=torch.float64)).item()
    >>> abs(theirs - float(model.predict([[1.0, 2.0]])[0])) < 1e-12
    True
    """
    architecture = plain_architecture(model, "to_torch", IN_TORCH)
    torch = _torch("to_torch")
    sizes = [architecture["nin"], *architecture["nouts"]]
    modules = []
    names = architecture["activation"]
    for (nin, nout), name in zip(pairwise(sizes), names, strict=True):
        # Without weights of its own, which would disturb PyTorch's random numbers.
        linear = torch.nn.utils.skip_init(
            torch.nn.Linear, nin, nout, dtype=torch.float64
        )
        modules.append(linear)
        if name != "linear":
            kind, settings = IN_TORCH[name]
            modules.append(getattr(torch.nn, kind)(**settings))
    network = torch.nn.Sequential(*modules)
    state = {name: torch.tensor(array) for name, array in model.state_dict().items()}
    network.load_state_dict(state)
    return network


def from_torch(network: torch.nn.Sequential) -> MLP:
    """Return the same network as an `MLP`.

    Its outputs are within 1e-12 of those of `network` in float64. (One exception is
    PyTorch's own: its Softplus leaves out up to 2e-9 above its threshold of 20.)

    Args:
        network: Linear layers with bias, each followed by at most one of ELU, GELU,
            LeakyReLU, ReLU, Sigmoid, SiLU, Softplus and Tanh, with the settings that
            PyTorch gives them by default.

    Raises:
        ImportError: If PyTorch is not installed.
        TypeError: If `network` is not a Sequential.
        ValueError: If there is anything else in it; the module is named.

    >>> import torch
    >>> network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh())
    >>> from_torch(network)
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)]]
    """
    torch = _torch("from_torch")
    if not isinstance(network, torch.nn.Sequential):
        raise TypeError(
            f"from_torch needs a torch.nn.Sequential; got {type(network).__name__}"
        )
    layers: list[Any] = []
    activations: list[Any] = []
    for place, module in enumerate(network):
        after_layer = len(activations) < len(layers)
        bent = _activation(module, torch)
        if type(module) is torch.nn.Linear and module.bias is not None:
            activations += ["linear"] * after_layer
            layers.append(module)
        elif bent is not None and after_layer:
            activations.append(bent)
        else:
            raise ValueError(
                "from_torch needs Linear layers with bias, each followed by at most"
                f" one of {', '.join(kind for kind, _ in IN_TORCH.values())} with its"
                f" default settings; got {module} as module {place}"
            )
    if not layers:
        raise ValueError("from_torch needs at least one Linear layer; got none")
    activations += ["linear"] * (len(layers) - len(activations))
    for layer, following in pairwise(layers):
        if following.in_features != layer.out_features:
            raise refused("export.fit", layer=layer, following=following)
    model = MLP(
        layers[0].in_features,
        [layer.out_features for layer in layers],
        activation=activations,
        seed=0,  # the weights are replaced; drawing them disturbs no one
    )
    tensors = [tensor for layer in layers for tensor in (layer.weight, layer.bias)]
    numbers = [tensor.detach().double().cpu().numpy() for tensor in tensors]
    model.load_state_dict(dict(zip(model.tensors(), numbers, strict=True)))
    return model


def _activation(module: Any, torch: Any) -> str | None:
    """Return the name of our activation that a module of PyTorch is, or None."""
    for name, (kind, settings) in IN_TORCH.items():
        if type(module) is getattr(torch.nn, kind) and all(
            getattr(module, setting) == number
            for setting, number in settings.items()
            if setting != "threshold"
        ):
            return name
    return None


def plain_architecture(
    model: MLP, who: str, activations: Iterable[str]
) -> dict[str, Any]:
    """Return the architecture of a network that others know too.

    Raises:
        ValueError: If it has layers or functions of your own, or an activation that is
            not among `activations`.
    """
    architecture = model.architecture()
    if architecture is None:
        raise refused("export.plain", who=who, kind=type(model).__name__)
    for name in architecture["activation"]:
        if name != "linear" and name not in activations:
            known = ", ".join([*activations, "linear"])
            raise ValueError(f"{who} needs activations among {known}; got {name}")
    return architecture


def _torch(who: str) -> Any:
    try:
        import torch  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ImportError(f"{who} needs PyTorch: pip install torch") from error
    return torch
