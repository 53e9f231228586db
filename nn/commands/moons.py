"""`python -m nn` alone: a network learns two moons, and a page tells all about it.

The settings are those of micrograd's demo, so the loss is the one known from there.
"""

from __future__ import annotations

import argparse
import random

from autograd import Phrases
from autograd.commands.parser import say
from autograd.writing.files import free_name

from ..data.dataset import load_data
from ..losses import max_margin
from ..modules.layers import MLP
from ..optim.optimizers import SGD
from ..optim.schedules import linear_decay
from ..plots.style import check_matplotlib, digits, percent
from ..report.document import write_report
from ..report.measures import measure
from ..training.loop import fit
from ..training.trail import Trail
from .shared import check_files

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
    report = free_name("report.html")
    check_files({}, {"--report": report}, words)
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
    learned, new = (measure("", model, part, max_margin, None) for part in (data, test))
    say(
        words("command.moons.end", seconds=f"{history.seconds:.1f}",
              loss=digits(learned.loss), right=percent(learned.accuracy, words, 1),
              test=percent(new.accuracy, words, 1), count=len(test))
    )  # fmt: skip
    settings = {
        words("command.optimizer"): "SGD",
        words("command.lr"): "1.0 → 0.1",
        words("command.penalty"): f"{PENALTY} · Σ p²",
        words("command.seed"): SEED,
    }
    write_report(
        report, model, data, history, test=test, loss=max_margin, trail=trail,
        settings=settings, language=words.language,
    )  # fmt: skip
    say(words("command.wrote_report", file=report))
    return 0
