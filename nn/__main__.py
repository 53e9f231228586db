"""`python -m nn`: train a network, look at what it learned, and predict with it."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from autograd.commands.parser import run

from .commands.moons import moons


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    return run("nn", list(sys.argv[1:] if argv is None else argv), moons)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal may not have every letter of the user's data.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main())
