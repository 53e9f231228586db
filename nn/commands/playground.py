"""`playground`: a page in which a network learns a data set while one looks."""

from __future__ import annotations

import argparse

from autograd import Phrases
from autograd.commands.parser import Parser, deliver, say
from autograd.writing.files import free_name

from ..data.dataset import load_data
from ..data.preprocessing import Preprocessing
from ..playground.page import MADE, playground_page
from .shared import COUNT, add_network, check_data, check_files, network, reading


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    option = add_network(parser, words, "playground", [8, 8], "tanh")
    option("--batch-size", type=COUNT)
    parser.add_file("-o", "--out", help=words("command.playground.out"))


def run(options: argparse.Namespace) -> int:
    """Write the page, and return the exit status."""
    words = Phrases(options.language, "nn.phrases")
    out = options.out or free_name("playground.html")
    is_made = options.what in MADE
    if is_made:  # a file of that name is not meant
        check_files({}, {"--out": out}, words)
    else:
        check_data(options.what, {"--out": out}, words)
    data = test = preprocessing = None
    if not is_made:
        data = load_data(options.what, **reading(options, "target", "classes", "index"))
        if options.test:
            data, test = data.split(options.test, options.seed)
        preprocessing = Preprocessing.fit(data)
        data, test = preprocessing.apply(data), test and preprocessing.apply(test)
    model, loss, optimizer = network(options, data, words)
    page = playground_page(
        model, data or options.what, loss, test=test, optimizer=optimizer,
        batch_size=options.batch_size, preprocessing=preprocessing,
        language=words.language,
    )  # fmt: skip
    if deliver(out, page):
        say(words("command.playground.wrote", file=out))
    return 0
