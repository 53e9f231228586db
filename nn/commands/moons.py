"""`python -m nn` alone: a network learns two moons, and a page tells all about it.

The settings are those of micrograd's demo, so the loss is the one known from there.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from autograd import Phrases

from ..data.dataset import load_data
from ..losses import max_margin
from ..modules.layers import MLP
from ..optim.optimizers import SGD
from ..optim.schedules import linear_decay
from ..plots.style import check_matplotlib, percent
from ..report.document import write_report
from ..report.measures import measure
from ..training.loop import fit
from ..training.trail import Trail
from .shared import check_files, say

REPORT = Path("report.html")
STEPS = 100
SEED = 1337
PENALTY = 1e-4
TESTED = 200  # points that the network never saw


def moons(options: argparse.Namespace, steps: int = STEPS) -> int:
    """Train on two moons, write the report, and return the exit status.

    Args:
        options: With the language.
        steps: How many steps to take.
    """
    words = Phrases(options.language, "nn.phrases")
    check_files({}, {"--report": REPORT}, words)
    check_matplotlib()
    data, test = load_data("moons"), load_data("moons", samples=TESTED, seed=2)
    random.seed(SEED)
    model = MLP(2, [16, 16, 1])
    count = len(model.parameters())
    say(words("command.moons.start", parameters=count, count=len(data)))
    trail = Trail(model)
    history = fit(
        model,
        data,
        loss=max_margin,
        optimizer=SGD(model.parameters(), lr=1.0),
        penalty=PENALTY,
        schedule=linear_decay(1.0, steps),
        epochs=steps,
        callbacks=[trail],
        progress=words.language,
    )
    right, new = (
        percent(measure("", model, part, max_margin, None).accuracy, words, 1)
        for part in (data, test)
    )
    said = {"seconds": f"{history.seconds:.1f}", "right": right, "test": new}
    say(words("command.moons.end", **said, count=len(test)))
    settings = {
        words("command.optimizer"): "SGD",
        words("command.lr"): "1.0 → 0.1",
        words("command.penalty"): f"{PENALTY} · Σ p²",
        words("command.seed"): SEED,
    }
    write_report(
        REPORT, model, data, history, test=test, loss=max_margin, trail=trail,
        settings=settings, language=words.language,
    )  # fmt: skip
    say(words("command.wrote_report", file=REPORT))
    return 0
