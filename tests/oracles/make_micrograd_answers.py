"""Write micrograd's answers to `micrograd_answers.json`, for the tests to compare with.

Run with micrograd 0.1.0 and scikit-learn installed, which takes a minute or two:
`python tests/oracles/make_micrograd_answers.py`.
`training` and `demo` below are programs written for micrograd; the tests run them on
our classes. The second is the notebook that comes with micrograd, with its seeds.
"""

import json
import random
from pathlib import Path

ANSWERS = Path(__file__).with_name("micrograd_answers.json")


def training(MLP, steps=20):
    """Return the first parameters, then loss and accuracy of each training step."""
    random.seed(1337)
    model = MLP(2, [8, 8, 1])
    draw = random.Random(5)
    X = [[draw.uniform(-1, 1), draw.uniform(-1, 1)] for _ in range(20)]
    y = [1 if a * a + b > 0.3 else -1 for a, b in X]
    first = [p.data for p in model.parameters()]
    taken = [_step(model, X, y, 1.0 - 0.9 * k / 100) for k in range(steps)]
    return {"first": first, "steps": taken, "repr": repr(model)}


def demo(MLP, Value, steps=100):
    """Return loss and accuracy of each step on two moons."""
    import numpy as np
    from sklearn.datasets import make_moons

    np.random.seed(1337)
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1)
    y = y * 2 - 1  # NumPy's integers, which stand on the left of Values below
    model = MLP(2, [16, 16, 1])
    taken = []
    for k in range(steps):
        inputs = [list(map(Value, row)) for row in X]
        taken.append(_step(model, inputs, y, 1.0 - 0.9 * k / 100))
    return taken


def _step(model, X, y, learning_rate):
    """Take a step against the max-margin loss; return loss and accuracy before it."""
    scores = [model(row) for row in X]
    losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
    right = [bool((yi > 0) == (s.data > 0)) for yi, s in zip(y, scores, strict=True)]
    model.zero_grad()
    total.backward()
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    return [float(total.data), sum(right) / len(right)]


if __name__ == "__main__":
    from micrograd.engine import Value
    from micrograd.nn import MLP

    stored = {**training(MLP), "demo": demo(MLP, Value)}
    ANSWERS.write_text(json.dumps(stored, indent=1) + "\n")
