"""The way out to everything else: the same network as an ONNX file.

ONNX is a graph of named tensors and operations that many runtimes can run, on servers,
telephones and in browsers. Here each layer is one matrix product, its weights under the
names of `model.tensors()`, and each activation a node or a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd.imports import needed, np
from autograd.writing.files import write_whole

from ..modules.layers import MLP
from .export import ALPHA, SLOPE, plain_architecture

OPERATIONS = 17  # the version of ONNX's table of operations, of 2022
FORMAT = 8


def to_onnx(model: MLP, path: str | os.PathLike[str]) -> Path:
    """Write the same network as an ONNX file of float64.

    Its input `x` has a row of numbers for each sample, its output `y` a row of outputs,
    within 1e-12 of ours. An existing file is replaced once the new one is whole.

    Args:
        model: A network of plain layers, its activations among abs, cos, elu, exp,
            leaky_relu, relu, sigmoid, silu, sin, softplus, tanh and linear: those that
            runtimes have in float64.
        path: The file, by custom with the ending `.onnx`.

    Returns:
        The path.

    Raises:
        ImportError: If onnx is not installed.
        ValueError: If an activation is another (such as gelu), or `model` has layers or
            functions of your own.
        OSError: If the file cannot be written; what was there is then unharmed.

    >>> import tempfile
    >>> from nn import MLP
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     to_onnx(MLP(2, [3, 1]), f"{folder}/model.onnx").name
    'model.onnx'
    """
    architecture = plain_architecture(model, "to_onnx", ACTIVATIONS)
    onnx: Any = needed("onnx", "to_onnx needs", "onnx", "onnx")
    graph = _Graph()
    state = model.state_dict()
    tensors = [graph.constant(array, name) for name, array in state.items()]
    now = "x"
    for activation, weight, bias in zip(
        architecture["activation"], tensors[0::2], tensors[1::2], strict=True
    ):
        now = graph.node("Gemm", now, weight, bias, transB=1)
        if activation != "linear":
            now = ACTIVATIONS[activation](graph, now)
    graph.node("Identity", now, output="y")

    def rows(name: str, width: int) -> Any:
        return onnx.helper.make_tensor_value_info(
            name, onnx.TensorProto.DOUBLE, ["rows", width]
        )

    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            "MLP",
            [rows("x", architecture["nin"])],
            [rows("y", architecture["nouts"][-1])],
            graph.constants,
        ),
        producer_name="chainrule",
        opset_imports=[onnx.helper.make_opsetid("", OPERATIONS)],
        ir_version=FORMAT,
    )
    onnx.checker.check_model(made)
    return write_whole(path, made.SerializeToString())


class _Graph:
    """The nodes of an ONNX graph as they are added, each naming its output."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(
        self, operation: str, *inputs: str, output: str = "", **settings: Any
    ) -> str:
        """Add an operation, and return the name of its output."""
        from onnx import helper  # pyright: ignore[reportMissingImports]

        output = output or f"{operation.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [output], **settings))
        return output

    def constant(self, array: Any, name: str) -> str:
        """Add a tensor, and return its name."""
        from onnx import numpy_helper  # pyright: ignore[reportMissingImports]

        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def number(self, number: float) -> str:
        """Return the name of a constant that is one number."""
        name = str(number)
        if all(constant.name != name for constant in self.constants):
            self.constant(np.array(number), name)
        return name


# --- activations, of operations that runtimes have in float64 -------------------------


def _same(operation: str) -> Callable[[_Graph, str], str]:
    return lambda graph, x: graph.node(operation, x)


def _elu(graph: _Graph, x: str) -> str:
    # max(x, 0) + alpha (exp(min(x, 0)) - 1)
    e = graph.node("Exp", graph.node("Min", x, graph.number(0.0)))
    below = graph.node("Sub", e, graph.number(1.0))
    scaled = graph.node("Mul", graph.number(ALPHA), below)
    return graph.node("Add", graph.node("Relu", x), scaled)


def _leaky_relu(graph: _Graph, x: str) -> str:
    # max(x, slope x), since the slope is below 1
    return graph.node("Max", x, graph.node("Mul", graph.number(SLOPE), x))


def _silu(graph: _Graph, x: str) -> str:
    return graph.node("Mul", x, graph.node("Sigmoid", x))


def _softplus(graph: _Graph, x: str) -> str:
    # max(x, 0) + log(1 + e⁻|x|)
    e = graph.node("Exp", graph.node("Neg", graph.node("Abs", x)))
    log = graph.node("Log", graph.node("Add", graph.number(1.0), e))
    return graph.node("Add", graph.node("Relu", x), log)


ACTIVATIONS: dict[str, Callable[[_Graph, str], str]] = {
    "abs": _same("Abs"),
    "cos": _same("Cos"),
    "elu": _elu,
    "exp": _same("Exp"),
    "leaky_relu": _leaky_relu,
    "relu": _same("Relu"),
    "sigmoid": _same("Sigmoid"),
    "silu": _silu,
    "sin": _same("Sin"),
    "softplus": _softplus,
    "tanh": _same("Tanh"),
}
