"""`train`: a network learns a data set or a CSV file, is saved, and reported on."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

from autograd import Phrases
from autograd.commands.parser import Parser, say
from autograd.writing.files import free_name

from ..data.dataset import Data, load_data
from ..data.preprocessing import Preprocessing
from ..files.weights import safetensors, save_model
from ..plots.style import check_matplotlib, digits, percent
from ..report.document import write_report
from ..report.measures import Measures, measure
from ..training.engines import ENGINES
from ..training.loop import fit
from ..training.trail import Trail
from .shared import COUNT, SHARE, add_network, check_data, network, note, reading

FITTED = ("epochs", "batch_size", "patience", "checkpoint", "engine", "seed")


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    option = add_network(parser, words, "train", [16, 16], "relu")
    option("--epochs", 100, type=COUNT)
    option("--batch-size", 32, type=COUNT)
    option("--engine", "numpy", choices=ENGINES, metavar="|".join(ENGINES))
    option("--validation", 0.2, type=SHARE, metavar="X")
    option("--patience", type=COUNT, topic="waits")
    file = {"type": Path, "metavar": words("command.file")}
    option("--checkpoint", **file)
    option("--save", **file)
    option("--report", **file)


def run(options: argparse.Namespace) -> int:
    """Train, save and report, and return the exit status."""
    words = Phrases(options.language, "nn.phrases")
    options.save = options.save or free_name("model.safetensors")
    options.report = options.report or free_name("report.html")
    written = {
        f"--{name}": getattr(options, name) for name in ("checkpoint", "save", "report")
    }
    check_data(options.what, written, words)
    check_matplotlib()
    safetensors()
    data = load_data(options.what, **reading(options, "target", "classes", "index"))
    learned, validation, test = _parts(data, options, words)
    preprocessing = Preprocessing.fit(learned)
    learned = preprocessing.apply(learned)
    validation = validation and preprocessing.apply(validation)
    test = test and preprocessing.apply(test)

    model, loss, optimizer = network(options, data, words)
    sizes = [len(data.features), *(len(layer.neurons) for layer in model.layers)]
    count = len(model.parameters())
    counts = (len(part) if part else 0 for part in (learned, validation, test))
    counted = dict(zip(("learned", "validation", "test"), counts, strict=True))
    say(
        words("command.train.start", name=data.name, sizes="-".join(map(str, sizes)),
              parameters=count, **counted)
    )  # fmt: skip
    trail = Trail(model)
    with warnings.catch_warnings():
        # What cannot be compiled is said in one line, and trained all the same.
        warnings.showwarning = lambda message, *_: note(
            words.said(" ".join(str(message).split()))
        )
        history = fit(
            model,
            learned,
            loss=loss,
            optimizer=optimizer,
            validation=validation,
            callbacks=[trail],
            progress=words.language,
            **{name: vars(options)[name] for name in FITTED},
        )
    say(words.counted(f"command.train.{history.stopped}", history.epochs))
    parts = {"training": learned, "validation": validation, "test": test}
    for name, part in parts.items():
        if part:
            _say_result(measure(name, model, part, loss, preprocessing), words)

    notes = {"preprocessing": preprocessing.to_json(), "loss": loss.__name__}
    save_model(model, options.save, metadata=notes)
    say(words("command.wrote_model", file=options.save))
    settings = {
        words("command.optimizer"): type(optimizer).__name__,
        words("command.lr"): optimizer.lr,
        words("command.batch_size"): options.batch_size,
        words("command.seed"): options.seed,
    }
    write_report(
        options.report, model, learned, history, validation=validation, test=test,
        loss=loss, trail=trail, preprocessing=preprocessing, settings=settings,
        language=words.language,
    )  # fmt: skip
    say(words("command.wrote_report", file=options.report))
    return 0


def _parts(
    data: Data, options: argparse.Namespace, words: Phrases
) -> tuple[Data, Data | None, Data | None]:
    """Return the samples to learn from, to watch with, and to test with.

    Raises:
        ValueError: If there are too few for that.
    """
    validation, test = options.validation, options.test
    rest, watched, unseen = data, None, None
    try:
        if test:
            rest, unseen = rest.split(test, options.seed)
        if validation:
            # A share of all data is a larger one of what is left.
            rest, watched = rest.split(validation / (1.0 - test), options.seed)
    except ValueError as error:
        shares = {"validation": validation, "test": test}
        raise ValueError(
            words("command.train.few", count=len(data), **shares)
        ) from error
    return rest, watched, unseen


def _say_result(result: Measures, words: Phrases) -> None:
    part = words(f"report.{result.name}")
    if result.data.classes:
        right = percent(result.accuracy, words, 1)
        say(words("command.train.right", part=part, percent=right))
    else:
        error, target = digits(result.mean_error), result.data.target
        say(words("command.train.off", part=part, error=error, target=target))
