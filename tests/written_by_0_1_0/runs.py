"""What `fit` and `model.save` wrote: runs to carry on with in each engine, weights."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from nn import MLP, SGD, Adam, fit, l1_penalty, linear_decay, squared_error

from .own import Residual, bent
from .things import ROWS, TARGETS

HERE = os.path.dirname(__file__)
FILES = os.path.join(HERE, "files")


def _penalty(parameters: Any) -> Any:
    return l1_penalty(parameters, 0.01)


# Settings of `fit`, and of the optimiser, by the name of the run.
RUNS: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "momentum": (
        {"batch_size": 4, "schedule": linear_decay(0.1, 12), "max_norm": 0.5},
        lambda ps: SGD(ps, lr=0.1, momentum=0.9),
    ),
    "patience": (
        {"validation": (ROWS, TARGETS), "patience": 3, "seed": 5, "penalty": _penalty},
        lambda ps: Adam(ps, lr=0.05),
    ),
}
ENGINES = ("eager", "numpy", "native")


def run(name: str, engine: str, epochs: int, checkpoint: Any = None) -> dict[str, Any]:
    """Return where the run leads in so many epochs, carried on from a checkpoint."""
    settings, optimizer = RUNS[name]
    model = MLP(2, [3, 1], activation="tanh", seed=6)
    history = fit(
        model, ROWS, TARGETS, loss=squared_error,
        optimizer=optimizer(model.parameters()), epochs=epochs, engine=engine,
        checkpoint=checkpoint, progress=False, **settings,
    )  # fmt: skip
    return {
        "parameters": [p.data for p in model.parameters()],
        "losses": history.losses,
        "validation": history.validation_losses,
        "rates": history.learning_rates,
        "ended": [history.steps, history.stopped],
    }


# Networks whose weights are saved; those of our own kinds say how they are built.
SAVED: dict[str, Callable[[], Any]] = {
    "tanh": lambda: MLP(2, [3, 2], activation="tanh", seed=7),
    "several": lambda: MLP(2, [3, 3, 1], activation="gelu", init="kaiming", seed=8),
    "own_activation": lambda: MLP(2, [3, 1], activation=bent, seed=9),
    "residual": lambda: Residual(10),
}
