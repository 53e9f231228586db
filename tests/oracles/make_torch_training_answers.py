"""Store what PyTorch answers for losses, optimisers, schedules and clipping.

Run from anywhere, where torch 2.13.0 is installed, after adding a case:

    python tests/oracles/make_torch_training_answers.py

It writes `torch_training_answers.json` beside itself, in float64. Numbers are written
as Python's `repr` has them, so nothing is lost. The cases stand here, for the tests to
ask ours the same.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from types import SimpleNamespace

ANSWERS = Path(__file__).with_name("torch_training_answers.json")

# --- losses: predictions and targets --------------------------------------------------

NUMBERS = [
    (0.3, 1.0),
    (2.0, 2.0),
    ([0.5, -1.25, 3.0], [0.5, 1.0, -2.0]),
    ([0.0, -0.0, 1e-9, -1e-9], [0.0, 0.0, 0.0, 0.0]),
    ([1.0, -1.0, 1.5, -0.5], [0.0, 0.0, 0.5, 0.5]),  # at distance 1 from the target
    ([1e6, -1e6], [0.0, 1e3]),
    ([[0.5, -1.0], [2.0, 2.0], [7.0, 0.0]], [[0.0, -1.0], [1.0, 2.5], [-7.0, 0.0]]),
]
SIGNS = [
    (0.25, -1.0),
    ([2.0, 0.5, -0.5, 0.0], [1.0, -1.0, -1.0, 1.0]),
    ([1.0, -1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0]),  # at the kink
    ([1e6, -1e6], [-1.0, -1.0]),
]
BITS = [
    (0.7, 1.0),
    ([0.0, -0.0, 0.0], [0.0, 1.0, 1.0]),
    ([3.0, -3.0, 3.0, -3.0], [1.0, 1.0, 0.0, 0.0]),
    ([40.0, -40.0, 800.0, -800.0], [1.0, 1.0, 0.0, 0.0]),
    ([1e4, -1e4, 1e4, -1e4], [1.0, 1.0, 0.0, 0.0]),
]
CLASSES = [
    ([0.1, -0.4, 2.0], 1),
    ([0.0, 0.0, 0.0, 0.0], 3),
    ([5.0], 0),
    ([[1.0, 1.0, -1.0], [0.3, 0.2, 0.1]], [1, 0]),
    ([[1e3, -1e3, 0.0], [-800.0, 800.0, 799.0], [1e4, 1e4, 0.0]], [0, 0, 1]),
    ([[-1e4, -1e4 - 1.0], [40.0, 0.0]], [1, 1]),
]
LOSSES = {
    "squared_error": NUMBERS,
    "absolute_error": NUMBERS,
    "huber": NUMBERS,
    "huber, delta=0.5": NUMBERS,
    "huber, delta=2.0": NUMBERS,
    "max_margin": SIGNS,
    "binary_cross_entropy": BITS,
    "cross_entropy": CLASSES,
}


def losses(torch):
    """Return for each loss the value and the gradient at each of its cases."""
    f = torch.nn.functional

    def cross_entropy(z, t):
        return f.cross_entropy(z, t.to(torch.int64))

    functions = {
        "squared_error": f.mse_loss,
        "absolute_error": f.l1_loss,
        "huber": f.huber_loss,
        "huber, delta=0.5": lambda p, t: f.huber_loss(p, t, delta=0.5),
        "huber, delta=2.0": lambda p, t: f.huber_loss(p, t, delta=2.0),
        "max_margin": lambda s, t: torch.relu(1.0 - t * s).mean(),
        "binary_cross_entropy": f.binary_cross_entropy_with_logits,
        "cross_entropy": cross_entropy,
    }
    answers = {}
    for name, cases in LOSSES.items():
        rows = answers[name] = []
        for predictions, targets in cases:
            at = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
            value = functions[name](at, torch.tensor(targets, dtype=torch.float64))
            value.backward()
            rows.append({"value": value.item(), "gradient": at.grad.tolist()})
    return answers


# --- optimisers: 50 steps on a valley that is no parabola -----------------------------

STEPS = 50
START = [1.5, -1.2, 0.8, 0.0]
ADAMS = [
    {"lr": 0.05},
    {"lr": 0.2, "betas": [0.8, 0.9]},
    {"lr": 0.05, "betas": [0.0, 0.0]},
    {"lr": 0.05, "weight_decay": 0.1},
    {"lr": 0.05, "weight_decay": 0.0, "eps": 1e-3},
    {},
]
OPTIMIZERS = {
    "SGD": [
        {"lr": 0.05},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.02, "momentum": 0.9},
        {"lr": 0.02, "momentum": 0.9, "nesterov": True},
        {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.1},
        {"lr": 0.02, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
    ],
    "RMSProp": [
        {},
        {"lr": 0.01, "alpha": 0.9},
        {"lr": 0.03, "weight_decay": 0.1},
        {"lr": 0.01, "momentum": 0.9},
        {"lr": 0.01, "momentum": 0.5, "alpha": 0.8, "weight_decay": 0.1, "eps": 1e-4},
    ],
    "Adam": ADAMS,
    "AdamW": ADAMS,
}


def valley(p):
    """Return the height at p, four Values or tensors; the last has no slope at 0."""
    a, b, c, d = p
    slope = (a * b).exp() * 0.3 + (c - a.tanh()) ** 2 + 0.5 * (b * c).sin()
    return slope + 0.1 * (a**4 + b**4 + c**2) + 0.2 * d**2 * a


def optimizers(torch):
    """Return for each optimiser and its settings the parameters after each step."""
    kinds = {
        "SGD": torch.optim.SGD,
        "RMSProp": torch.optim.RMSprop,
        "Adam": torch.optim.Adam,
        "AdamW": torch.optim.AdamW,
    }
    answers = {}
    for name, cases in OPTIMIZERS.items():
        paths = answers[name] = []
        for settings in cases:
            p = [
                torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in START
            ]
            optimizer = kinds[name](p, **settings)
            path = []
            for _ in range(STEPS):
                optimizer.zero_grad()
                valley(p).backward()
                optimizer.step()
                path.append([x.item() for x in p])
            paths.append(path)
    return answers


# --- schedules ------------------------------------------------------------------------

LENGTH = 30
SCHEDULES = {  # each made by the functions of a namespace `s`
    "linear_decay(0.5, 20)": lambda s: s.linear_decay(0.5, 20),
    "linear_decay(0.5, 30, end=0.25)": lambda s: s.linear_decay(0.5, 30, end=0.25),
    "step_decay(0.5, 7, 0.3)": lambda s: s.step_decay(0.5, 7, 0.3),
    "step_decay(0.5, 1, 0.9)": lambda s: s.step_decay(0.5, 1, 0.9),
    "cosine(0.5, 30)": lambda s: s.cosine(0.5, 30),
    "cosine(0.5, 30, least=0.1)": lambda s: s.cosine(0.5, 30, least=0.1),
    "warm_up(5, linear_decay(0.5, 20))": lambda s: s.warm_up(
        5, s.linear_decay(0.5, 20)
    ),
    "warm_up(1, step_decay(0.5, 7, 0.3))": lambda s: s.warm_up(
        1, s.step_decay(0.5, 7, 0.3)
    ),
    "warm_up(8, cosine(0.5, 22, least=0.1))": lambda s: s.warm_up(
        8, s.cosine(0.5, 22, least=0.1)
    ),
}


def schedules(torch):
    """Return the learning rate of each schedule at each of its steps."""
    rates = torch.optim.lr_scheduler

    def linear_decay(lr, steps, end=0.1):
        return lr, lambda o: rates.LinearLR(o, 1.0, end, steps)

    def step_decay(lr, every, factor):
        return lr, lambda o: rates.StepLR(o, every, factor)

    def cosine(lr, steps, least=0.0):
        return lr, lambda o: rates.CosineAnnealingLR(o, steps, least)

    def warm_up(steps, then):
        def both(optimizer):
            first = rates.LinearLR(optimizer, 1.0 / (steps + 1), 1.0, steps)
            return rates.SequentialLR(optimizer, [first, then[1](optimizer)], [steps])

        return then[0], both

    namespace = SimpleNamespace(
        linear_decay=linear_decay, step_decay=step_decay, cosine=cosine, warm_up=warm_up
    )
    answers = {}
    for text, schedule_of in SCHEDULES.items():
        lr, make = schedule_of(namespace)
        p = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([p], lr=lr)
        row = answers[text] = []
        with warnings.catch_warnings():
            # SequentialLR calls its schedules in a way that PyTorch itself deprecates.
            warnings.simplefilter("ignore", UserWarning)
            schedule = make(optimizer)
            for _ in range(LENGTH):
                row.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                schedule.step()
    return answers


# --- clipping -------------------------------------------------------------------------

GRADIENTS = [
    ([3.0, 4.0], 1.0),
    ([3.0, 4.0], 5.0),
    ([3.0, 4.0], 50.0),
    ([0.0, 0.0], 1.0),
    ([1e-7, -1e-8], 1e-7),
    ([1e100, -1e100, 0.0], 2.0),
]


def clipping(torch):
    """Return for each gradient its length before, and what becomes of it."""
    answers = []
    for gradient, longest in GRADIENTS:
        p = torch.zeros(len(gradient), dtype=torch.float64, requires_grad=True)
        p.grad = torch.tensor(gradient, dtype=torch.float64)
        norm = torch.nn.utils.clip_grad_norm_([p], longest)
        answers.append({"norm": norm.item(), "gradient": p.grad.tolist()})
    return answers


def answers(torch):
    """Return everything that is stored."""
    return {
        "losses": losses(torch),
        "optimizers": optimizers(torch),
        "schedules": schedules(torch),
        "clipping": clipping(torch),
    }


if __name__ == "__main__":
    import torch

    version = torch.__version__.split("+")[0]
    stored = {"torch": version, **answers(torch)}
    ANSWERS.write_text(json.dumps(stored) + "\n", encoding="utf-8")
