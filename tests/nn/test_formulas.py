"""Each optimiser's formula stands once, and gives in every engine the same numbers.

The numbers of 20 steps in the eager engine were written down by

    python tests/nn/test_formulas.py

while each engine still had formulas of its own; they are kept beside this file. Those
of the other engines were then the same, to 7e-15 of the largest.
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from autograd import sign, sqrt, step, where
from autograd.compiling.backends.table import BACKENDS as TABLE
from autograd.compiling.backends.table import is_installed
from nn import MLP, SGD, Adam, AdamW, Optimizer, RMSProp, fit, squared_error

NUMBERS = Path(__file__).with_name("twenty_steps.json")

OPTIMIZERS = {
    "SGD": (SGD, {"lr": 0.1}),
    "SGD with momentum": (SGD, {"lr": 0.05, "momentum": 0.9}),
    "SGD looking ahead": (
        SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    ),
    "RMSProp": (RMSProp, {"lr": 0.02}),
    "RMSProp with momentum": (
        RMSProp, {"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "weight_decay": 0.01},
    ),
    "Adam": (Adam, {"lr": 0.05}),
    "Adam with decay": (
        Adam, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.01},
    ),
    "AdamW": (AdamW, {"lr": 0.05}),
    "AdamW without decay": (AdamW, {"lr": 0.05, "weight_decay": 0.0}),
}  # fmt: skip
# In batches, clipped, and of a part of the parameters: the ways that a step can take.
WAYS = ("whole", "batches", "clipped", "partly")


def twenty_steps(name, way, engine):
    """Return the losses, the parameters and the averages of 20 steps."""
    rows = [[0.1 * i, 0.7 - 0.2 * i * i] for i in range(10)]
    targets = [0.5 * i % 1.3 for i in range(10)]
    model = MLP(2, [3, 1], seed=0)
    kind, settings = OPTIMIZERS[name]
    parameters = model.parameters()
    optimizer = kind(parameters[3:] if way == "partly" else parameters, **settings)
    rate = settings["lr"]
    history = fit(
        model, rows, targets, loss=squared_error, optimizer=optimizer,
        epochs=10 if way == "batches" else 20, progress=False, engine=engine,
        batch_size=5 if way == "batches" else None,
        max_norm=0.3 if way == "clipped" else None,
        schedule=lambda step: rate * (1.0 - 0.02 * step),
    )  # fmt: skip
    assert optimizer.steps == history.steps == 20
    return {
        "losses": history.losses,
        "parameters": [p.data for p in parameters],
        "averages": optimizer.averages,
    }


@pytest.fixture(scope="module")
def numbers():
    return json.loads(NUMBERS.read_text("utf-8"))


ENGINES = [
    "eager",
    *(
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                not is_installed(name), reason=f"{name} is missing"
            ),
        )
        for name in TABLE
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_same_numbers_as_ever(name, way, engine, numbers):
    found, known = twenty_steps(name, way, engine), numbers[way][name]
    assert found["averages"].keys() == known["averages"].keys()
    pairs = [(found[what], known[what]) for what in ("losses", "parameters")]
    pairs += [(found["averages"][x], known["averages"][x]) for x in known["averages"]]
    close = 1e-15 if engine == "eager" else 5e-14
    for mine, theirs in pairs:
        scale = float(np.abs(theirs).max())
        np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=close * scale)


class Mine(Adam):
    """Another name for the same."""


class Signs(Optimizer):
    """Each parameter goes the same way, and less far where it goes to and fro."""

    SETTINGS = ("kept",)
    AVERAGES = ("mean", "rate")
    kept = 0.9

    def formula(self, p, g, averages, lr, number):
        mean = self.kept * averages["mean"] + (1.0 - self.kept) * g
        way = where(step(mean * g), sign(mean), 0.5 * sign(g))
        return p - lr * way / sqrt(number), {"mean": mean, "rate": lr}


class Deciding(Signs):
    def formula(self, p, g, averages, lr, step):
        return (p if not g else p - lr * g), averages


def trained(kind, engine, **options):
    model = MLP(2, [3, 1], seed=0)
    rows = [[0.1 * i, 0.7 - 0.2 * i * i] for i in range(10)]
    optimizer = kind(model.parameters(), lr=0.05)
    history = fit(
        model, rows, [0.5 * i % 1.3 for i in range(10)], loss=squared_error,
        optimizer=optimizer, epochs=6, progress=False, engine=engine, **options,
    )  # fmt: skip
    averages = optimizer.averages.values()
    return [*history.losses, *(x for numbers in averages for x in numbers)]


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("options", [{}, {"batch_size": 4}, {"max_norm": 0.1}])
@pytest.mark.parametrize("kind", [Mine, Signs, Deciding])
def test_one_of_your_own_trains_in_every_engine(kind, options, engine, recwarn):
    found = trained(kind, engine, **options)
    np.testing.assert_allclose(found, trained(kind, "eager", **options), rtol=1e-9)
    assert not recwarn.list
    if kind is Mine:
        assert found == trained(Adam, engine, **options)


class Copying(Signs):
    def formula(self, p, g, averages, lr, step):
        return p - math.copysign(lr, g), averages


class Comparing(Signs):
    def formula(self, p, g, averages, lr, step):
        return (p - lr if g > 0.0 else p + lr), averages


class Drawing(Signs):
    def formula(self, p, g, averages, lr, step):
        return p - lr * (g + 1e-3 * random.random()), averages


class Telling(Adam):
    def step(self):
        super().step()


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Copying, "compare no numbers; got that of an optimiser"),
        (Comparing, "compare no numbers; got that of an optimiser"),
        (Drawing, "the formula of Drawing needs to give the same each time"),
        (Telling, "the optimizer Telling works on lists of numbers"),
    ],
)
def test_what_no_array_can_do_trains_in_the_eager_engine(kind, why):
    random.seed(0)
    with pytest.warns(RuntimeWarning, match=why):
        found = trained(kind, "numpy")
    if kind is not Drawing:
        assert found == trained(kind, "eager")


if __name__ == "__main__":
    found = {
        way: {name: twenty_steps(name, way, "eager") for name in OPTIMIZERS}
        for way in WAYS
    }
    NUMBERS.write_text(json.dumps(found) + "\n", "utf-8")
