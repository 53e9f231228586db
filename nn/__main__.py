"""`python -m nn`: train a small network on two moons, and draw what it learned."""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import time
from pathlib import Path

from .data import two_moons
from .layers import MLP
from .optim import SGD
from .plots import plot_training
from .training import accuracy, fit


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    options = _options(argv)
    X, y = two_moons(options.samples)
    random.seed(options.seed)
    model = MLP(2, [*options.hidden, 1])
    parameters = model.parameters()
    sizes = "-".join(map(str, [2, *options.hidden, 1]))
    print(
        f"A {sizes} network, {len(parameters)} parameters, learns two moons from"
        f" {len(X)} points by back-propagation through Values."
    )
    # The libraries just imported are here to stay: the collector need not walk them
    # again whenever a graph has grown, which takes longer than the graph itself.
    gc.collect()
    gc.freeze()

    def progress(step: int, loss: float, right: float) -> None:
        done = step + 1
        if sys.stdout.isatty():
            left = (time.perf_counter() - start) / done * (options.steps - done)
            line = f"step {done}/{options.steps}  loss {loss:.4f}"
            line += f"  accuracy {right:.0%}  {left:.0f} s left"
            print(f"\r{line:<70}", end="" if done < options.steps else "\n", flush=True)
        elif done % 10 == 0 or done in (1, options.steps):
            line = f"step {done:4}  loss {loss:.4f}  accuracy {right:.0%}"
            print(line, flush=True)

    start = time.perf_counter()
    history = fit(
        model,
        X,
        y,
        optimizer=SGD(parameters, lr=1.0),
        schedule=lambda step: 1.0 - 0.9 * step / options.steps,  # as micrograd's demo
        steps=options.steps,
        on_step=progress,
    )
    seconds = time.perf_counter() - start
    final = accuracy([model(row) for row in X], y)
    print(f"Trained in {seconds:.1f} s: accuracy {final:.1%}.")
    print(f"Wrote {plot_training(model, X, y, history, options.out)}.")
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nn", description=__doc__)
    parser.add_argument(
        "--hidden", type=_positive, nargs="*", default=[16, 16], metavar="N",
        help="neurons in each hidden layer (16 16)",
    )  # fmt: skip
    parser.add_argument(
        "--samples", type=_positive, default=100, help="how many points (100)"
    )
    parser.add_argument(
        "--steps", type=_positive, default=100, help="how many steps (100)"
    )
    parser.add_argument(
        "--seed", type=int, default=1337, help="of the first weights (1337)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("moons.png"),
        help="the picture: .png, .svg or .pdf (moons.png)",
    )  # fmt: skip
    options = parser.parse_args(argv)
    folder = options.out.parent
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        parser.error(f"--out needs an existing folder to write in; got {folder}")
    if options.out.suffix not in (".png", ".svg", ".pdf"):
        parser.error(
            f"--out needs a file that ends in .png, .svg or .pdf; got {options.out}"
        )
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"needs at least 1; got {number}")
    return number


if __name__ == "__main__":
    sys.exit(main())
