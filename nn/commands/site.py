"""`site`: a folder of pages that explain and train in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd import Phrases
from autograd.commands.parser import Parser, say

from ..site.build import build_site
from ..site.server import serve


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    folder = words("command.site.folder")
    for name, default in {"out": Path("site"), "runtime": None}.items():
        about = words(f"command.site.{name}")
        parser.add_file(f"--{name}", default=default, metavar=folder, help=about)
    parser.add_argument(
        "--serve", action="store_true", help=words("command.site.serve")
    )


def run(options: argparse.Namespace) -> int:
    """Build it, show it if asked to, and return the exit status."""
    words = Phrases(options.language, "nn.phrases")
    build_site(options.out, options.runtime, words)
    say(words("command.site.wrote", folder=options.out))
    if options.serve:
        serve(options.out, lambda at: say(words("command.site.serving", address=at)))
    return 0
