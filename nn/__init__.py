"""Networks of neurons over `autograd.Value`: build them, train them, look at them.

`MLP` is made of `Layer`s, a `Layer` of `Neuron`s, a `Neuron` of Values: every number in
a network is a node of the graph that back-propagation walks.

- To build: `MLP Layer Neuron`, or a `Module` of your own.
- To train: `fit`, or a loop of your own with a loss (`squared_error`, …), an optimiser
  (`SGD`, …), a schedule (`cosine`, …) and `clip_by_norm`.
- Data: `load_data Data Preprocessing two_moons`; `accuracy predict` to measure.
- To look at it: `plot_boundary plot_history …`, `write_report`, `Trail`.
- To keep it: `save_model load_model`, `to_torch from_torch to_onnx`; in scikit-learn's
  pipelines `MLPClassifier MLPRegressor`.

>>> from nn import MLP, Adam, accuracy, fit, load_data
>>> moons, model = load_data("moons"), MLP(2, [16, 16, 1], seed=0)
>>> adam = Adam(model.parameters(), lr=0.05)
>>> _ = fit(model, moons, optimizer=adam, epochs=99, engine="numpy", progress=False)
>>> accuracy(model.predict(moons.X), moons.y)
1.0
"""

from typing import TYPE_CHECKING

import autograd

if not hasattr(autograd, "register_module"):
    raise ImportError(
        f"nn needs the autograd of chainrule; got {autograd!r}, another one (hint: give"
        " that file or folder another name; if it was installed, python -m pip"
        " uninstall autograd, then install chainrule again)"
    )

from autograd.imports import on_demand

from .data.dataset import Data, load_data
from .data.preprocessing import Preprocessing
from .data.sets import two_moons
from .files.export import from_torch, to_torch
from .files.onnx_export import to_onnx
from .files.weights import load_model, read_metadata, save_model
from .losses import (
    absolute_error,
    binary_cross_entropy,
    cross_entropy,
    huber,
    l1_penalty,
    l2_penalty,
    max_margin,
    squared_error,
)
from .modules.layers import MLP, Layer, Neuron
from .modules.module import Module
from .optim.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp, clip_by_norm
from .optim.schedules import cosine, linear_decay, step_decay, warm_up
from .prediction import predict
from .training.history import History
from .training.loop import fit
from .training.samples import accuracy
from .training.trail import Trail

if TYPE_CHECKING:
    from .estimators import MLPClassifier, MLPRegressor
    from .plots import (
        animate_boundary,
        plot_activations,
        plot_boundary,
        plot_gradients,
        plot_history,
        plot_surface,
    )
    from .report.document import write_report

# What takes long to import, and where it is: most programs never ask.
_LATER = {
    "MLPClassifier": "estimators",
    "MLPRegressor": "estimators",
    "animate_boundary": "plots",
    "plot_activations": "plots",
    "plot_boundary": "plots",
    "plot_gradients": "plots",
    "plot_history": "plots",
    "plot_surface": "plots",
    "write_report": "report.document",
}


__getattr__, __dir__ = on_demand(__name__, _LATER)

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Data",
    "History",
    "Layer",
    "MLPClassifier",
    "MLPRegressor",
    "Module",
    "Neuron",
    "Optimizer",
    "Preprocessing",
    "RMSProp",
    "Trail",
    "absolute_error",
    "accuracy",
    "animate_boundary",
    "binary_cross_entropy",
    "clip_by_norm",
    "cosine",
    "cross_entropy",
    "fit",
    "from_torch",
    "huber",
    "l1_penalty",
    "l2_penalty",
    "linear_decay",
    "load_data",
    "load_model",
    "max_margin",
    "plot_activations",
    "plot_boundary",
    "plot_gradients",
    "plot_history",
    "plot_surface",
    "predict",
    "read_metadata",
    "save_model",
    "squared_error",
    "step_decay",
    "to_onnx",
    "to_torch",
    "two_moons",
    "warm_up",
    "write_report",
]
