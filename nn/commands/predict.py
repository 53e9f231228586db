"""`predict`: what a saved network says about the rows of a new CSV file."""

from __future__ import annotations

import argparse
import csv
import io
import math

from autograd import Phrases
from autograd.commands.parser import TERMINAL, Parser, deliver

from ..data.preprocessing import Preprocessing
from ..data.tables import few, read_table
from ..files.weights import load_model, read_metadata
from ..losses import binary_cross_entropy, cross_entropy
from ..prediction import log_probabilities
from .shared import add_reading, check_files, note, reading

# Of these losses, what the network gives are logits, of which probabilities are made.
LOGITS = (binary_cross_entropy.__name__, cross_entropy.__name__)


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    model, about = words("command.model"), words("command.predict.model")
    parser.add_file("model", metavar=model, help=about)
    parser.add_file("rows", help=words("command.predict.rows"))
    parser.add_file("-o", "--out", help=words("command.predict.out"))
    add_reading(parser, words)


def run(options: argparse.Namespace) -> int:
    """Write the predictions, and return the exit status."""
    words = Phrases(options.language, "nn.phrases")
    read = {
        words("command.model"): options.model, words("command.file"): options.rows
    }  # fmt: skip
    check_files(read, {"--out": options.out}, words)
    model, notes = load_model(options.model), read_metadata(options.model)
    if "preprocessing" not in notes:
        raise ValueError(words("command.predict.no_preprocessing", file=options.model))
    preprocessing = Preprocessing.from_json(notes["preprocessing"])
    table = read_table(options.rows, **reading(options))
    rows = preprocessing.read(table)
    known = {*preprocessing.columns, preprocessing.target}
    others = [name for name in table.columns if name not in known]
    if others:
        note(words.counted("command.predict.ignored", len(others), names=few(others)))

    outputs = model.predict(rows)
    header = [preprocessing.target]
    lines = [[said] for said in preprocessing.predictions(outputs)]
    if preprocessing.classes and notes.get("loss") in LOGITS:
        header += [f"p({name})" for name in preprocessing.classes]
        for cells, logs in zip(lines, log_probabilities(outputs).tolist(), strict=True):
            cells += [f"{math.exp(log):.6g}" for log in logs]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *lines])
    out = options.out or TERMINAL
    if deliver(out, text.getvalue()):
        note(words.counted("command.predict.wrote", len(lines), file=out))
    return 0
