"""What the commands share: kinds of numbers, and care for files."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from autograd import Phrases
from autograd.commands.parser import TERMINAL, Parser, decimal, say

from ..data.dataset import Data
from ..losses import binary_cross_entropy, cross_entropy, squared_error
from ..modules.activations import ACTIVATIONS, LINEAR
from ..modules.layers import MLP
from ..optim.optimizers import OPTIMIZERS, Optimizer

MOST_PARAMETERS = 2_000_000  # each is an object
RECTIFIERS = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
READING = {"separator": "X", "decimal": ".|,", "encoding": "X"}  # options, and for what


def number(kind: Callable[[str], Any], fits: Callable[[Any], bool]) -> Any:
    """Return what reads a number of a kind, and refuses those that do not fit."""

    def read(text: str) -> Any:
        found = kind(text)
        if not fits(found):
            raise ValueError
        return found

    return read


COUNT = number(int, lambda n: n >= 1)
POSITIVE = number(decimal, lambda x: 0.0 < x < math.inf)
SHARE = number(decimal, lambda x: 0.0 <= x < 1.0)


def add_reading(parser: Parser, words: Phrases, *flags: str) -> None:
    """Add the options of how a CSV file is written; flags are yes, no, or left open."""
    for name, sign in READING.items():
        about = words(f"command.reading.{name}")
        parser.add_argument(f"--{name}", metavar=sign, help=about)
    for name in ("header", *flags):
        about, kind = words(f"command.reading.{name}"), argparse.BooleanOptionalAction
        parser.add_argument(f"--{name}", action=kind, help=about)


def reading(options: argparse.Namespace, *more: str) -> dict[str, Any]:
    """Return what is said of a CSV file, for `read_table`, and other options."""
    return {name: vars(options)[name] for name in (*READING, "header", *more)}


def add_network(
    parser: Parser, words: Phrases, command: str, hidden: list[int], activation: str
) -> Callable[..., None]:
    """Add the data, and the options of a network and of how it is trained.

    Args:
        parser: The parser of the command.
        words: For what the options are for.
        command: Its name.
        hidden: The neurons in each hidden layer by default.
        activation: What bends their sums by default.

    Returns:
        What adds another option: its name, its default, and what argparse takes.
    """
    said = words.table("command.train") | words.table(f"command.{command}")
    data = words("command.data")
    is_free = command == "playground"  # to leave the data out
    # After --hidden, which takes any number of numbers, the data could not stand.
    before = f"[{data}]" if is_free else data
    parser.usage = f"%(prog)s {before} [{parser.words('command.options')}]"
    parser.add_argument(
        "what", metavar=data, help=said["what"], default="moons",
        nargs="?" if is_free else None,
    )  # fmt: skip

    def option(name: str, default: Any = None, topic: str = "", **named: Any) -> None:
        named.setdefault("metavar", "N")
        topic = topic or name.strip("-").replace("-", "_")
        about = said[topic].replace("%", "%%")
        parser.add_argument(name, default=default, help=about, **named)

    option("--target", metavar=words("command.column"))
    option("--index", metavar=words("command.column"))
    add_reading(parser, words, "classes")
    option("--hidden", hidden, type=COUNT, nargs="*")
    option("--activation", activation, choices=[*ACTIVATIONS, LINEAR], metavar="F")
    option("--optimizer", "adam", choices=OPTIMIZERS, metavar="|".join(OPTIMIZERS))
    option("--lr", type=POSITIVE, metavar="X")
    option("--test", 0.2, type=SHARE, metavar="X")
    option("--seed", 0, type=int)
    return option


def network(
    options: argparse.Namespace, data: Data | None, words: Phrases
) -> tuple[MLP, Any, Optimizer]:
    """Return the network that was asked for, its loss, and its optimiser.

    Args:
        options: What was typed.
        data: What it is to learn; None for two features and two classes.
        words: For what is wrong.

    Raises:
        ValueError: If it would be too large.
    """
    classes = len(data.classes) if data else 2
    outputs = classes if classes > 2 else 1
    sizes = [len(data.features) if data else 2, *options.hidden, outputs]
    count = sum((1 + n) * m for n, m in pairwise(sizes))
    if count > MOST_PARAMETERS:
        slots = {"most": MOST_PARAMETERS, "count": count}
        raise ValueError(words("command.train.large", **slots))
    bent = options.activation
    init = "kaiming" if bent in RECTIFIERS else "xavier"
    model = MLP(sizes[0], sizes[1:], activation=bent, init=init, seed=options.seed)
    kind = OPTIMIZERS[options.optimizer]
    optimizer = kind(model.parameters(), lr=options.lr or kind.FIRST_RATE)
    if classes > 2:
        return model, cross_entropy, optimizer
    return model, binary_cross_entropy if classes else squared_error, optimizer


def check_data(what: str, written: Mapping[str, Path | None], words: Phrases) -> None:
    """Refuse data that is a file which cannot be read, or to be written over.

    Args:
        what: The name of a set, a file, or "-".
        written: The files to be written, see `check_files`.
        words: The language.
    """
    file = Path(what)
    is_set = not (file.suffix or file.exists() or what == "-")
    check_files({} if is_set else {words("command.data"): file}, written, words)


def check_files(
    read: Mapping[str, Path], written: Mapping[str, Path | None], words: Phrases
) -> None:
    """Check, before any work, that files are there, or can be written, each elsewhere.

    Args:
        read: The files that are read, by the name of their argument or option.
        written: Those that will be written; None for one that will not.
        words: For what is wrong.

    Raises:
        ValueError: If a file or folder is not there, a folder cannot be written in, or
            a file has two names.
    """
    for option, path in read.items():
        if path != TERMINAL and (not path.exists() or path.is_dir()):
            raise ValueError(words("command.missing", option=option, given=path))
    owners = {path.resolve(): option for option, path in read.items()}
    for option, path in written.items():
        if path in (None, TERMINAL):
            continue
        named = {"option": option, "given": path}
        if not path.parent.is_dir() or path.is_dir():
            raise ValueError(words("command.folder", **named))
        if other := owners.get(path.resolve()):
            raise ValueError(words("command.same", **named, other=other))
        owners[path.resolve()] = option
        try:
            # Files are written whole, in the folder of the one that they may replace.
            with TemporaryFile(dir=path.resolve().parent):
                pass
        except OSError as error:
            raise ValueError(words("command.unwritable", **named)) from error


def note(text: str) -> None:
    """Print a line beside the results, on stderr."""
    say(text, sys.stderr)
