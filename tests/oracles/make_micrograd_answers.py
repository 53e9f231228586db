"""Write micrograd's answers to `micrograd_answers.json`, for the tests to compare with.

Run with micrograd 0.1.0 installed: `python tests/oracles/make_micrograd_answers.py`.
`training` below is a program written for micrograd; the tests run it on our classes.
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
    steps_taken = []
    for k in range(steps):
        scores = [model(row) for row in X]
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        right = [
            (yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)
        ]
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        steps_taken.append([total.data, sum(right) / len(right)])
    return {"first": first, "steps": steps_taken, "repr": repr(model)}


if __name__ == "__main__":
    from micrograd.nn import MLP

    ANSWERS.write_text(json.dumps(training(MLP), indent=1) + "\n")
