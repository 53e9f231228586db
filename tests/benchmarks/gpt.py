"""A step of a small GPT written in scalars, recorded as it stands, beside PyTorch.

    python -m pip install -e ".[test]" && python tests/benchmarks/gpt.py

It has 4,192 parameters and texts of 16 tokens; a step is the loss of one text and its
slopes, and a call checks arrays before. PyTorch is measured where it is installed.
After 0.2.0, on one core of an AMD EPYC, of one loss to the last digit: eager 53 ms,
NumPy 7.2 ms, machine code 0.26 ms, PyTorch 1.04 ms. With products of the tables and of
0s with one 1, in place of a gather, machine code took 0.45 ms.
"""

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from small_gpt import GPT, texts

from autograd import record

ROUNDS = 50


def best(work, rounds=ROUNDS):
    """Return the best time of some rounds, in milliseconds."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return 1000.0 * min(found)


def in_pytorch(model, rows):
    """Return a step of the same model on tensors."""
    import torch

    names = ("wte", "wpe", "lm_head", "wq", "wk", "wv", "wo", "fc1", "fc2")
    numbers = {
        name: [[p.data for p in row] for row in getattr(model, name)] for name in names
    }
    W = {
        name: torch.tensor(rows, dtype=torch.float64, requires_grad=True)
        for name, rows in numbers.items()
    }
    text, size = torch.tensor(rows[0]), model.size
    mask = torch.full((model.block, model.block), -torch.inf).triu(1)

    def norm(x):
        return x * ((x * x).mean(-1, keepdim=True) + 1e-5) ** -0.5

    def heads(x):
        return x.view(model.block, -1, size).transpose(0, 1)

    def step():
        for w in W.values():
            w.grad = None
        residual = norm(W["wte"][text[:-1]] + W["wpe"])
        x = norm(residual)
        q, k, v = (heads(x @ W[name].T) for name in ("wq", "wk", "wv"))
        weights = (q @ k.transpose(1, 2) / size**0.5 + mask).softmax(-1)
        attended = (weights @ v).transpose(0, 1).reshape(model.block, -1)
        x = attended @ W["wo"].T + residual
        x = (norm(x) @ W["fc1"].T).relu() @ W["fc2"].T + x
        loss = torch.nn.functional.cross_entropy(x @ W["lm_head"].T, text[1:])
        loss.backward()
        return loss.item()

    return step


def main() -> None:
    """Measure, and print."""
    model = GPT(27, 16, 4, 16)
    rows = texts(model, 1)

    def eager():
        loss = model(rows[0])
        loss.backward()
        return loss.data

    begun = time.perf_counter()
    program = record(model, [model.block + 1], model)
    print(f"{program!r}, recorded in {time.perf_counter() - begun:.1f} s")
    print(f"eager          {best(eager, 3):9.2f} ms, loss {eager()!r}")
    P, X = np.array([p.data for p in model.parameters()]), np.array(rows)
    for backend in ("numpy", "native"):
        step = program.compile(backend)
        loss, _ = step(P, X)
        checked = step.vector(P), step.data(X)
        alone = best(lambda s=step, given=checked: s.evaluate(*given))
        print(f"{backend:14} {alone:9.2f} ms, loss {loss!r}")
        print(f"{backend}, a call {best(lambda s=step: s(P, X)):9.2f} ms")
    if importlib.util.find_spec("torch"):
        step = in_pytorch(model, rows)
        print(f"PyTorch        {best(step):9.2f} ms, loss {step()!r}")


if __name__ == "__main__":
    main()
