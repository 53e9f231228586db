"""The engine's tests in both engines, each in a process of its own, which says its own.

python tests/engines.py                  # both, which needs a built native core
python tests/engines.py python           # where there is no compiler
python tests/engines.py native -k sweep  # what follows goes to pytest
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENGINES = {"python": "0", "native": "require"}


def main() -> int:
    """Return how a process ends: 0 if all tests passed, in the engines wanted."""
    wanted, options = list(ENGINES), sys.argv[1:]
    if options and options[0] in ENGINES:
        wanted = [options.pop(0)]
    failed = False
    for engine in wanted:
        print(f"--- engine: {engine}", flush=True)
        tests = ["tests/engine", "tests/native"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *tests, *options],
            cwd=ROOT, env=os.environ | {"CHAINRULE_NATIVE": ENGINES[engine]},
        )  # fmt: skip
        failed = failed or done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
