"""Programs that are written in JavaScript, and what NumPy gives for them.

Each is run as it is in a page: what the function gives, the mean loss and its slopes,
and steps of an optimiser.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Value, hypot, logsumexp, maximum, ops, record, relu, softmax, tanh
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    RMSProp,
    absolute_error,
    binary_cross_entropy,
    cross_entropy,
    huber,
    l2_penalty,
    max_margin,
    squared_error,
)

STEPS = 100
SAMPLES = 10  # not a multiple of four


@dataclass
class Case:
    """A program, an optimiser, and samples."""

    program: Any
    optimizer: Any
    columns: tuple[np.ndarray, ...]
    steps: int = 5

    def script(self) -> str:
        """Return an expression of JavaScript: all numbers of the case."""
        X = self.program.compile("numpy").data(*self.columns).T.ravel().tolist()
        return (
            "(() => {" + self.program.to_javascript(self.optimizer) + f"""
            const X = Float64Array.from({json.dumps(X)});
            const found = {{ outputs: [...program.forward(X)] }};
            found.loss = program.gradient(X);
            found.slopes = [...program.slopes];
            found.losses = [];
            for (let k = 0; k < {self.steps}; k++) found.losses.push(program.step(X));
            found.moved = [...program.parameters];
            program.reset();
            found.again = program.step(X);
            return found;
            }})()"""
        )  # fmt: skip

    def wanted(self) -> dict[str, Any]:
        """Return the same numbers from NumPy."""
        compiled = self.program.compile("numpy")
        P, X = compiled.vector(self.program.parameters), compiled.data(*self.columns)
        loss, slopes, _ = compiled.evaluate(P, X)
        outputs = compiled.outputs(self.program.parameters, *self.columns)
        outputs = np.reshape(outputs, (-1, X.shape[1])).T.ravel()
        optimizer, order = self.optimizer, compiled.order
        averages = {k: np.array(v)[order] for k, v in optimizer.averages.items()}
        train = compiled.trainer(optimizer.formula, list(averages))
        rates = np.full(self.steps, optimizer.lr)
        losses, _ = train(P, averages, X, None, rates, 1)
        found = {"outputs": outputs, "loss": loss, "slopes": slopes, "moved": P}
        return {**found, "losses": losses, "again": losses[0]}


def every_op() -> dict[str, Case]:
    """Return a case for each row of the table, as `test_compiled_ops` has them."""
    cases = {}
    for name, op in ops.TABLE.items():
        ps = [Value((low + high) / 2) for low, high in op.safe]

        def f(x, op=op, ps=ps):
            return op(*[p + (i + 1) * x for i, p in enumerate(ps)]) * (1.0 + x)

        x = np.array([-0.05, 0.0, 0.02, 0.04, 0.05])
        cases[name] = Case(record(f, 1, ps), SGD(ps, lr=1e-3), (x,))
    return cases


def networks() -> dict[str, Case]:
    """Return what people train, and what is special about it."""
    rng = np.random.default_rng(5)
    two, one = rng.normal(size=(SAMPLES, 2)), rng.normal(size=SAMPLES)
    sign, coin = np.sign(one), (one > 0).astype(float)
    kinds = rng.integers(0, 3, SAMPLES).astype(float)
    random.seed(3)

    def model(*sizes, **options):
        return MLP(2, list(sizes), **options)

    def trained(m, loss, y, optimizer, **options):
        program = record(lambda x, y: loss(m(x), y), inputs=(2, 1), parameters=m)
        return Case(program, optimizer(m.parameters(), **options), (two, y), STEPS)

    cases = {
        "moons": trained(model(16, 16, 1), max_margin, sign, SGD, lr=0.1),
        "adam": trained(model(5, 3, 1), squared_error, one, Adam, lr=0.01),
        "rmsprop": trained(
            model(4, 1), binary_cross_entropy, coin, RMSProp, lr=0.01
        ),
        "adamw": trained(model(4, 3), cross_entropy, kinds, AdamW, lr=0.02),
        "momentum": trained(
            model(4, 1), huber, one, SGD, lr=0.05, momentum=0.9, nesterov=True,
            weight_decay=0.01,
        ),
        "absolute": trained(model(1), absolute_error, one, SGD, lr=0.05),
    }  # fmt: skip
    m = model(4, 1)

    def penalised(x, y):
        return squared_error(m(x), y) + l2_penalty(m.parameters()) * 0.1

    program = record(penalised, inputs=(2, 1), parameters=m)
    cases["penalty"] = Case(program, Adam(m.parameters(), lr=0.1), (two, one))
    m3 = model(3, 3)

    def several(x, k):
        scores = m3(x)
        return [cross_entropy(scores, k), *softmax(scores), logsumexp(scores)]

    program = record(several, inputs=(2, 1), parameters=m3)
    cases["outputs"] = Case(program, SGD(m3.parameters(), lr=0.1), (two, kinds))
    table = [
        [Value(float(rng.normal()), f"e{i}[{j}]") for j in range(4)] for i in range(3)
    ]
    last = [Value(0.3), Value(-0.2), Value(0.1), Value(0.7)]

    def chosen(k, x):
        row = table[k]
        return (sum(w * tanh(e * x) for w, e in zip(last, row, strict=True)) - x) ** 2

    ps = [p for row in table for p in row] + last
    program = record(chosen, inputs=(1, 1), parameters=ps)
    cases["chosen"] = Case(program, SGD(ps, lr=0.1), (kinds, one))
    w, b = Value(0.5, "new"), Value(-0.3, "X")

    def reserved(x):
        return hypot(w * x[0] + b, relu(x[1]) + 0.5) + maximum(w, b) * w / (b * b + 1.0)

    program = record(reserved, inputs=(2,), parameters=[w, b])
    cases["reserved names"] = Case(program, SGD([w, b], lr=0.1), (two,))
    v = Value(2.0)
    program = record(lambda x: (v - 3.0) ** 2, inputs=1, parameters=v)
    cases["no sample matters"] = Case(program, SGD([v], lr=0.1), (one,))
    return cases


def assert_agrees(found: dict[str, Any], wanted: dict[str, Any], name: str) -> None:
    """Check the numbers of a case, to 1e-12 of the largest of their kind."""
    for key, numbers in wanted.items():
        numbers = np.asarray(numbers, dtype=float)
        given = np.array(found[key], dtype=float)
        scale = max(1.0, np.abs(numbers).max(initial=0.0))
        np.testing.assert_allclose(
            given, numbers, rtol=1e-12, atol=1e-12 * scale, err_msg=f"{name}, {key}"
        )
