"""What training costs through `nn.fit`, and what it reaches.

    python -m pip install -e ".[bench,all]" && python tests/benchmarks/training.py

One full-batch step on two moons beside micrograd's demo, prediction without a graph,
and handwritten digits. Each figure is taken in a fresh process; the two engines of the
first take turns. Without micrograd its row is left out.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
import time

ROUNDS = 3


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


# --- in a process of their own --------------------------------------------------------


def moons_ours():
    """Seconds of a step: 2-16-16-1, 100 samples, max-margin and L2, through fit."""
    from nn import MLP, SGD, fit, l2_penalty, max_margin, two_moons

    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    X, y = two_moons(100)
    ends = []
    fit(
        model, X, y, loss=max_margin, penalty=l2_penalty, epochs=21, progress=False,
        optimizer=SGD(model.parameters(), lr=0.1),
        callbacks=[lambda history: ends.append(time.perf_counter())],
    )  # fmt: skip
    return median([b - a for a, b in itertools.pairwise(ends)])


def moons_micrograd():
    """Seconds of a step of micrograd's demo, as its notebook has it."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    from nn import two_moons

    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    X, y = two_moons(100)
    times = []
    for _ in range(2):
        start = time.perf_counter()
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * s).relu() for yi, s in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        _ = [
            (yi > 0) == (s.data > 0) for yi, s in zip(y, scores, strict=True)
        ]  # accuracy
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
        times.append(time.perf_counter() - start)
    return median(times)


def predict():
    """Seconds for 40,000 points through 2-16-16-1."""
    import numpy as np

    from nn import MLP

    model = MLP(2, [16, 16, 1], seed=0)
    points = np.random.default_rng(0).normal(size=(40_000, 2))
    times = []
    for _ in range(7):
        start = time.perf_counter()
        model.predict(points)
        times.append(time.perf_counter() - start)
    return median(times)


def digits(engine):
    """Test accuracy and seconds of digits, 64-32-10, ten epochs with one engine."""
    from nn import MLP, Adam, accuracy, cross_entropy, fit, load_data

    train, test = load_data("digits").split(0.2, seed=0)
    model = MLP(64, [32, 10], activation="tanh", seed=0)
    start = time.perf_counter()
    fit(
        model, train, loss=cross_entropy, epochs=10, batch_size=32, progress=False,
        optimizer=Adam(model.parameters(), lr=1e-2), engine=engine,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    return accuracy(model.predict(test.X), test.y), seconds


# --- the table ------------------------------------------------------------------------


def ask(name, *args):
    command = [sys.executable, __file__, name, *args]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def verdict(text, holds):
    print(f"  {text:<70}{'ok' if holds else 'NOT MET'}")


def main():
    from nn.training.engines import ENGINES

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(ask("moons_ours"))
        theirs.append(ask("moons_micrograd"))
    step = median(ours)
    print(f"  a step on moons through fit: {step * 1e3:.1f} ms")
    if None not in theirs:
        ratio = median(theirs) / step
        print(f"  micrograd's demo: {median(theirs) * 1e3:.1f} ms")
        verdict(f"micrograd's time / ours >= 18: {ratio:.1f}", ratio >= 18)
    seconds = median([ask("predict") for _ in range(ROUNDS)])
    verdict(f"40,000 points <= 50 ms: {seconds * 1e3:.1f} ms", seconds <= 0.05)
    for engine in ENGINES:
        found = ask("digits", engine)
        if found:
            share, seconds = found
            text = f"digits, {engine}: accuracy {share:.1%} >= 95 %, {seconds:.1f} s"
            verdict(text, share >= 0.95)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
