"""`train`: a network learns a data set or a CSV file, is saved, and reported on."""

from __future__ import annotations

import argparse
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograd import Phrases
from autograd.commands.parser import Parser, say
from autograd.writing.files import free_name

from ..data.dataset import Data, load_data
from ..data.preprocessing import Preprocessing
from ..files.weights import safetensors, save_model
from ..losses import binary_cross_entropy, cross_entropy, squared_error
from ..modules.activations import ACTIVATIONS, LINEAR
from ..modules.layers import MLP
from ..optim.optimizers import OPTIMIZERS
from ..plots.style import check_matplotlib, digits, percent
from ..report.document import write_report
from ..report.measures import Measures, measure
from ..training.engines import ENGINES
from ..training.loop import fit
from ..training.trail import Trail
from .shared import COUNT, POSITIVE, SHARE, add_reading, check_files, note, reading

MOST_PARAMETERS = 2_000_000  # each is an object
FITTED = ("epochs", "batch_size", "patience", "checkpoint", "engine", "seed")
RECTIFIERS = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    # After --hidden, which takes any number of numbers, the data could not stand.
    parser.usage = (
        f"%(prog)s {words('command.data')} [{parser.words('command.options')}]"
    )
    parser.add_argument(
        "what", metavar=words("command.data"), help=words("command.train.what")
    )

    def option(name: str, default: Any = None, topic: str = "", **named: Any) -> None:
        named.setdefault("metavar", "N")
        topic = topic or name.strip("-").replace("-", "_")
        about = words(f"command.train.{topic}").replace("%", "%%")
        parser.add_argument(name, default=default, help=about, **named)

    option("--target", metavar=words("command.column"))
    option("--index", metavar=words("command.column"))
    add_reading(parser, words, "classes")
    option("--hidden", [16, 16], type=COUNT, nargs="*")
    option("--activation", "relu", choices=[*ACTIVATIONS, LINEAR], metavar="F")
    option("--epochs", 100, type=COUNT)
    option("--batch-size", 32, type=COUNT)
    option("--optimizer", "adam", choices=OPTIMIZERS, metavar="|".join(OPTIMIZERS))
    option("--lr", type=POSITIVE, metavar="X")
    option("--engine", "numpy", choices=ENGINES, metavar="|".join(ENGINES))
    option("--validation", 0.2, type=SHARE, metavar="X")
    option("--test", 0.2, type=SHARE, metavar="X")
    option("--patience", type=COUNT, topic="waits")
    option("--seed", 0, type=int)
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
    file = Path(options.what)
    is_set = not (file.suffix or file.exists() or options.what == "-")
    check_files({} if is_set else {words("command.data"): file}, written, words)
    check_matplotlib()
    safetensors()
    data = load_data(options.what, **reading(options, "target", "classes", "index"))
    learned, validation, test = _parts(data, options, words)
    preprocessing = Preprocessing.fit(learned)
    learned = preprocessing.apply(learned)
    validation = validation and preprocessing.apply(validation)
    test = test and preprocessing.apply(test)

    outputs, loss = _outputs_and_loss(data)
    sizes = [len(data.features), *options.hidden, outputs]
    count = sum((1 + n) * m for n, m in pairwise(sizes))
    if count > MOST_PARAMETERS:
        raise ValueError(
            words("command.train.large", most=MOST_PARAMETERS, count=count)
        )
    bent, seed = options.activation, options.seed
    init = "kaiming" if bent in RECTIFIERS else "xavier"
    model = MLP(sizes[0], sizes[1:], activation=bent, init=init, seed=seed)
    kind = OPTIMIZERS[options.optimizer]
    optimizer = kind(model.parameters(), lr=options.lr or kind.FIRST_RATE)
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
        words("command.optimizer"): kind.__name__,
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


def _outputs_and_loss(data: Data) -> tuple[int, Any]:
    if len(data.classes) > 2:
        return len(data.classes), cross_entropy
    return 1, binary_cross_entropy if data.classes else squared_error


def _say_result(result: Measures, words: Phrases) -> None:
    part = words(f"report.{result.name}")
    if result.data.classes:
        right = percent(result.accuracy, words, 1)
        say(words("command.train.right", part=part, percent=right))
    else:
        error, target = digits(result.mean_error), result.data.target
        say(words("command.train.off", part=part, error=error, target=target))
