"""Run random programs for as long as one likes, and show those that fail, made small.

python -m tests.fuzzing --seconds 600 --seed 7
python -m tests.fuzzing --kinds python native
python -m tests.fuzzing --kinds python --only 7000123
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from .campaign import KINDS, fuzz

# How many programs of each kind follow each other: about as long for each.
TURN = {
    "python": 400, "telling": 30, "rows": 100, "mpmath": 100, "jax alive": 5,
    "numpy": 100, "native": 20, "jax": 10,
}  # fmt: skip


def main() -> int:
    """Return how a process ends that has found failures, or none."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzzing", description=__doc__
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long")
    parser.add_argument(
        "--seed", type=int, default=0, help="where to begin, in millions"
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--only", type=int, help="the program of this seed alone")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    seed, counts, failed = options.seed * 1_000_000, Counter[str](), 0
    while time.monotonic() < until:
        for kind in options.kinds:
            seeds = range(seed, seed + TURN[kind])
            if options.only is not None:
                seeds = [options.only]
            compared, failures = fuzz(kind, seeds)
            counts[kind] += compared
            failed += len(failures)
            for failure in failures:
                print(f"--- {kind}, {failure}", flush=True)
            if time.monotonic() > until:
                break
        seed += max(TURN.values())
        if options.only is not None:
            break
    told = ", ".join(f"{kind} {count:,}" for kind, count in counts.items())
    print(f"compared: {told}; {failed} failed; the next seed is {seed}")
    return bool(failed)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))  # where oracles/ is
    sys.exit(main())
