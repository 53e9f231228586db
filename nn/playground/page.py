"""The page: one file, with the program that trains, the data, and what is said."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from autograd.phrases import Language, Phrases
from autograd.writing.colours import plot_variables
from autograd.writing.page import (
    BASE,
    COMMON,
    REACHABLE,
    STEPPING,
    colours,
    for_script,
    policy,
    short_text,
)

from ..data.dataset import Data, load_data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..optim.optimizers import SGD, Adam, Optimizer
from ..phrases import refused
from ..training.samples import (
    TWO_CLASSES,
    Samples,
    in_terms_of,
    samples,
    terms,
    usual_loss,
)
from ..training.settings import check_count
from .network import record_network
from .neuron import explained_neurons
from .saving import program_parts

MADE = ("moons", "circles", "xor", "spiral")  # which the page draws itself
MOST_PARAMETERS = 20_000  # whose numbers stand in the page
SCRIPTS = (
    "data", "training", "plane", "network", "points", "link", "explaining",
    "saving", "playground",
)  # fmt: skip


def playground_page(
    model: Module,
    data: Any,
    loss: Callable[[Any, Any], Any] | None = None,
    *,
    test: Any = None,
    optimizer: Optimizer | None = None,
    batch_size: int | None = None,
    penalty: float = 0.0,
    preprocessing: Preprocessing | None = None,
    language: Language | None = None,
) -> str:
    """Return a page of HTML in which the network trains while one looks.

    It needs no network, nor NumPy for rows in lists and the sets that it draws itself.

    Args:
        model: The network; its weights are where the page begins.
        data: "moons", "circles", "xor" or "spiral", which the page draws; what
            `load_data` takes besides; a `Data`; or rows and their targets, in a pair.
            Several in a dict, by name, of which the first is shown first.
        loss: The loss; by default what `fit` takes by default.
        test: Data that is not learned from, to measure with: a `Data`, or a pair.
        optimizer: The one to begin with; by default Adam. SGD and Adam can be chosen.
        batch_size: How many samples a step takes; None for all of them.
        penalty: What is added to the loss for each p²; see `l2_penalty`.
        preprocessing: What was done to the data; axes then show what was measured.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        TypeError: If `model` is no Module, or the data none of those.
        ValueError: If the data does not fit the model or the loss, rows are no flat
            lists of one length, a number is out of its range, or the network is too
            large or cannot be written in JavaScript.

    >>> from nn import MLP
    >>> page = playground_page(MLP(2, [4, 1], seed=0), "xor", language="fr")
    >>> page[:32], "://" in page
    ('<!doctype html><html lang="fr"><', False)
    """
    if not isinstance(model, Module):
        raise TypeError(f"a playground needs a Module; got {type(model).__name__}")
    if (count := len(model.parameters())) > MOST_PARAMETERS:
        raise refused("playground.large", most=MOST_PARAMETERS, count=count)
    if batch_size is not None:
        check_count("batch_size", batch_size)
    if not 0.0 <= penalty < math.inf:
        raise refused("fit.penalty", penalty=penalty)
    words = Phrases(language, "nn.phrases")
    given = dict(data) if isinstance(data, Mapping) else {"": data}
    sets = [_Set(model, name, one) for name, one in given.items()]
    loss = usual_loss(model, sets[0].samples) if loss is None else loss
    row, target = sets[0].samples.rows[0], sets[0].targets(loss)[0]
    program, drawn, seen = record_network(model, loss, row, target)
    labels, classes = sets[0].labels(loss, drawn["outputs"])
    chosen = [optimizer] if optimizer else []
    chosen += [
        kind(model.parameters(), lr=kind.FIRST_RATE)
        for kind in (Adam, SGD)
        if type(optimizer) is not kind
    ]
    shown = [one.told(loss) for one in sets]
    if test is not None:
        shown[0]["test"] = _Set(model, "test", test).told(loss)["rows"]
    if len(row) == 2 == len(labels):  # a network for these learns them as well
        known = [one["name"] for one in shown]
        shown += [{"name": kind, "made": kind} for kind in MADE if kind not in known]
    scales = preprocessing or Preprocessing(
        {}, [0.0] * len(row), [1.0] * len(row), "", []
    )
    explained, probing, frames = explained_neurons(
        model, row, target, loss, seen, words
    )
    game = {
        **drawn,
        "explained": explained,
        "saved": program_parts(model, loss, chosen, words),
        "sets": shown,
        "features": sets[0].features,
        "units": [*zip(scales.means, scales.scales, strict=True)],
        "target": [scales.target_mean, scales.target_scale],
        "classes": classes,
        "labels": labels,
        "targets": len(target) if isinstance(target, list) else 1,
        "bits": terms(loss) == "bits",
        "optimizers": [
            {"name": type(o).__name__, "rate": o.lr, "written": repr(o)} for o in chosen
        ],
        "batch": batch_size or 0,
        "penalty": penalty,
        "words": words.table("playground.page"),
    }
    files = (short_text(__package__, f"{name}.js") for name in SCRIPTS)
    trainer = program.to_javascript(chosen)
    parts = [trainer, probing, REACHABLE, COMMON, STEPPING, *files]
    script = "\n".join(['"use strict";', *parts])
    sheets = (short_text(__package__, f"{name}.css") for name in ("page", "explaining"))
    style = "".join([colours(**plot_variables()), BASE, *sheets])

    def inner(tag: str) -> list[str]:  # which a frame has to be let have
        return re.findall(rf"<{tag}>(.*?)</{tag}>", "".join(frames), re.DOTALL)

    page = short_text(__package__, "page.html", "").format(
        **{name: escape(said) for name, said in game["words"].items()},
        language=words.language,
        network=escape(_network(model, loss, words)),
        policy=policy([script, *inner("script")], [style, *inner("style")]),
        style=style,
        data=for_script(game),
        program=script,
    )
    return page + "\n"


def _network(model: Module, loss: Any, words: Phrases) -> str:
    """Return which network learns by which loss, in a line."""
    shape, name = model.architecture(), type(model).__name__
    if shape:
        name += " " + "-".join(map(str, [shape["nin"], *shape["nouts"]]))
    count, said = len(model.parameters()), getattr(loss, "__name__", "?")
    return words.counted("playground.network", count, name=name, loss=said)


class _Set:
    """Data as the page takes it: rows and targets, and what they are called."""

    def __init__(self, model: Module, name: str, data: Any) -> None:
        """See `playground_page`."""
        self.model, self.name, self.made = model, name, ""
        self.features, self.classes = [], []
        if isinstance(data, str) and data in MADE:
            self.name, self.made = name or data, data
            self.samples = Samples([[0.0, 0.0], [1.0, 1.0]], [0, 1], 2)
        else:
            data = load_data(data) if isinstance(data, str | os.PathLike) else data
            pair = data if isinstance(data, tuple) else (data, None)
            self.samples = samples(model, *pair, name=name or "a playground")
        rows = self.samples.rows
        for i, row in enumerate(rows):
            if len(row) != len(rows[0]) or any(isinstance(x, list) for x in row):
                raise refused("playground.rows", i=i)
        if isinstance(data, Data):
            self.features, self.classes = list(data.features), list(data.classes)
            self.name = name or data.name
        self.features = self.features or [f"x{i + 1}" for i in range(len(rows[0]))]

    def targets(self, loss: Any) -> list[Any]:
        """Return the targets in the terms of the loss."""
        return in_terms_of(loss, self.model, self.samples)

    def labels(self, loss: Any, outputs: int) -> tuple[list[Any], list[str]]:
        """Return the target and the name of each class; none for numbers."""
        rows, targets, count, _ = self.samples
        if count == 0 or any(isinstance(target, list) for target in targets):
            return [], []
        if outputs > 1:
            values = [*range(outputs)] if terms(loss) == "classes" else []
        else:
            pairs = (two for two in TWO_CLASSES.values() if {*targets} <= {*two})
            values = list(next(pairs, []))
        whole = Samples([rows[0]] * len(values), values, count)
        labels = in_terms_of(loss, self.model, whole)
        return labels, self.classes or [f"{value:g}" for value in values]

    def told(self, loss: Any) -> dict[str, Any]:
        """Return what the page knows of it: of each sample all numbers, in a row."""
        if self.made:
            return {"name": self.name, "made": self.made}
        pairs = zip(self.samples.rows, self.targets(loss), strict=True)
        rows = [[*row, *(y if isinstance(y, list) else [y])] for row, y in pairs]
        return {"name": self.name, "rows": rows}
