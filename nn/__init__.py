"""Networks of neurons over `autograd.Value`: build them, train them, look at them.

`MLP` is made of `Layer`s, a `Layer` of `Neuron`s, a `Neuron` of Values: every number in
a network is a node of the graph that back-propagation walks.

- To build: `MLP Layer Neuron`, or a `Module` of your own.
- To train: `fit`, or a loop of your own with a loss (`squared_error`, …), an optimiser
  (`SGD`, …), a schedule (`cosine`, …) and `clip_by_norm`.
- Data: `load_data Data Preprocessing two_moons`; `accuracy predict` to measure.
- To look at it: `plot_boundary plot_history …`, `write_report`, `Trail`; and
  `playground_page`, in which it trains while one looks.
- To keep it: `save_model load_model`, `to_torch from_torch to_onnx`; in scikit-learn's
  pipelines `MLPClassifier MLPRegressor`.

>>> from nn import MLP, Adam, accuracy, fit, load_data
>>> moons, model = load_data("moons"), MLP(2, [16, 16, 1], seed=0)
>>> adam = Adam(model.parameters(), lr=0.05)
>>> _ = fit(model, moons, optimizer=adam, epochs=99, engine="numpy", progress=False)
>>> accuracy(model.predict(moons.X), moons.y)
1.0
"""

import autograd

if not hasattr(autograd, "Op"):
    raise ImportError(
        f"nn needs the autograd of chainrule; got {autograd!r}, another one (hint: give"
        " that file or folder another name; if it was installed, python -m pip"
        " uninstall autograd, then install chainrule again)"
    )

from autograd import __version__ as __version__
from autograd.imports import on_demand

# The module that has each name; it is imported when the name is first asked for.
_PUBLIC = {
    "data.dataset": "Data load_data",
    "data.preprocessing": "Preprocessing",
    "data.sets": "two_moons",
    "estimators": "MLPClassifier MLPRegressor",
    "files.export": "from_torch to_torch",
    "files.onnx_export": "to_onnx",
    "files.weights": "load_model read_metadata save_model",
    "losses": "absolute_error binary_cross_entropy cross_entropy huber l1_penalty"
    " l2_penalty max_margin squared_error",
    "modules.layers": "Layer MLP Neuron",
    "modules.module": "Module",
    "optim.optimizers": "Adam AdamW Optimizer RMSProp SGD clip_by_norm",
    "optim.schedules": "cosine linear_decay step_decay warm_up",
    "playground": "playground_page",
    "plots": "animate_boundary plot_activations plot_boundary plot_gradients"
    " plot_history plot_surface",
    "prediction": "predict",
    "report.document": "write_report",
    "training.history": "History",
    "training.loop": "fit",
    "training.samples": "accuracy",
    "training.trail": "Trail",
}

__getattr__, __dir__, __all__ = on_demand(__name__, _PUBLIC)
