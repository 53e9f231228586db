"""The report of a training run: one page of HTML that needs nothing else.

It tells what was learned from what and how well, draws the curves, the boundary, the
error surface and the inside of the network, and explains one neuron step by step. What
a model or a run does not have (no history, no neurons) is left out, and said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from autograd.imports import np
from autograd.phrases import Language, Phrases
from autograd.writing.files import write_whole

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..plots.grid import check_model
from ..training.history import History
from ..training.samples import Loss
from ..training.trail import Trail
from .measures import measure
from .page import page
from .run import Run

__all__ = ["write_report"]


def write_report(
    path: str | os.PathLike[str],
    model: Module,
    data: Data,
    history: History | None = None,
    *,
    validation: Data | None = None,
    test: Data | None = None,
    loss: Loss | None = None,
    trail: Trail | None = None,
    preprocessing: Preprocessing | None = None,
    settings: Mapping[str, object] | None = None,
    language: Language | None = None,
) -> Path:
    """Write a page about a trained model: what it learned, how well, and how.

    Args:
        path: The file, by custom with the ending `.html`. An existing one is replaced
            once the new one is whole.
        model: The trained network.
        data: What it learned from.
        history: What `fit` returned; None if that is not known.
        validation: Data that training was watched with.
        test: Data that it never saw.
        loss: The loss; by default what `fit` takes by default.
        trail: The parameters on the way, as a callback of `fit`. With it, the page
            shows how the boundary came about, and the path down the error surface.
        preprocessing: What was done to all the data; pictures then show what was
            measured.
        settings: What else to tell of how it was trained, by name.
        language: "en" or "fr"; None for that of the environment.

    Returns:
        The path.

    Raises:
        TypeError: If a part of the data is no `Data`, or the model no `Module`.
        ValueError: If the data does not fit the model or the loss, a parameter is not
            finite, or there are no phrases in the language.
        ImportError: If matplotlib is not installed.
        OSError: If the file cannot be written.

    >>> import tempfile
    >>> from nn import MLP, Trail, fit, load_data
    >>> xor, model = load_data("xor"), MLP(2, [4, 1], seed=0)
    >>> trail = Trail(model)
    >>> history = fit(model, xor, epochs=2, callbacks=[trail], progress=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(f"{folder}/xor.html", model, xor, history, trail=trail).name
    'xor.html'
    """
    if not isinstance(model, Module):
        raise TypeError(f"a report needs a Module; got {type(model).__name__}")
    words = Phrases(language, "nn.phrases")
    parts = {"training": data, "validation": validation, "test": test}
    for name, part in parts.items():
        if not isinstance(part, Data) and (part is not None or name == "training"):
            raise TypeError(
                f"a report needs Data for {name}; got {type(part).__name__}"
            )
    check_model("a report", model, data)
    with np.errstate(all="ignore"):  # outputs may be beyond what a float can hold
        measures = [
            measure(name, model, part, loss, preprocessing)
            for name, part in parts.items()
            if part is not None
        ]
        run = Run(
            model, data, history or History(), measures, loss, trail, preprocessing,
            dict(settings or {}), words,
        )  # fmt: skip
        text = page(run)
    return write_whole(path, text)
