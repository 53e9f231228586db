"""The two engines on the same random programs: Python's and the native core's.

python -m tests.fuzzing.engines --programs 10000

Each runs in a process of its own, which says what engine it has, and writes down all
that it gives: every number to the bit, every grad, every error with its message. The
two must be the same text.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ENGINES = {"python": "0", "native": "require"}


def transcripts(engine: str, first: int, count: int) -> list[str]:
    """Return what an engine gives for each of some programs, by their seeds."""
    done = subprocess.run(
        [sys.executable, "-m", "fuzzing.engines", engine, str(first), str(count)],
        capture_output=True, text=True, cwd=ROOT / "tests",
        env=os.environ
        | {"CHAINRULE_NATIVE": ENGINES[engine], "PYTHONPATH": os.fspath(ROOT)},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    said, *lines = done.stdout.splitlines()
    assert said == f"engine: {engine}", said
    return lines


def differences(first: int, count: int) -> list[str]:
    """Return where the engines differ, of the programs of some seeds."""
    texts = [transcripts(engine, first, count) for engine in ENGINES]
    assert all(len(lines) == count for lines in texts)
    return [
        f"seed {first + i}:\n  python {ours}\n  native {theirs}"
        for i, (ours, theirs) in enumerate(zip(*texts, strict=True))
        if ours != theirs
    ]


# --- in the process of one engine -----------------------------------------------------


def transcript(seed: int) -> str:
    """Return all that a program gives, on one line."""
    from autograd import Value

    from . import executions
    from .generating import draw_program

    draw = random.Random(seed)
    program = draw_program(draw)
    of_output = draw.choice((1.0, 1.0, -2.5, 0.0))
    direction = [draw.choice((1.0, -0.5, 2.0)) for _ in program.variables]
    number = draw.choice((0.25, 3.0))

    def everything(create_graph: bool) -> Any:
        """Sweep back twice, the second time where grads are no longer 0."""
        xs = executions.leaves_of(program, labelled=seed % 2 == 1)
        nodes = [node for node in executions.built(program, xs)]
        try:
            nodes[-1].backward(of_output, create_graph)
            nodes[-1].backward()
        finally:
            found = [(n.data, n.grad, n.constant) for n in nodes]
            grads = [n.grad for n in nodes if isinstance(n.grad, Value)]
            found += [(n.data, repr(n.op), len(n.args)) for n in grads]
            seen.append(found)
            for x in xs:
                x.grad = 0.0
        return [repr(node) for node in nodes]

    seen: list[Any] = []
    runs: list[Callable[[], Any]] = [
        lambda: everything(False),
        lambda: everything(True),
        lambda: executions.by_hand(program, of_output),
        lambda: executions.gradient(program),
        lambda: executions.forward_mode(program, 0),
        lambda: executions.edited(program, 0, number, False),
        lambda: executions.edited(program, 0, number, True),
        lambda: executions.by_hvp(program, direction),
        lambda: executions.twice_backward(program, direction),
        lambda: executions.reverse_over_forward(program, direction),
    ]
    said = [_said(run) for run in runs]
    return f"{said} {[_exact(found) for found in seen]}"


def _said(run: Callable[[], Any]) -> str:
    """Return what a run gives, or the error that it raises with its message."""
    try:
        return _exact(run())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _exact(thing: Any) -> str:
    """Return the text of numbers, however nested, to the bit."""
    if isinstance(thing, float):
        return thing.hex()
    if isinstance(thing, list | tuple):
        return f"[{', '.join(map(_exact, thing))}]"
    return repr(thing)


def write(engine: str, first: int, count: int) -> None:
    """Print the transcripts of one engine, which has to be the one wanted."""
    from autograd import native

    found = "python" if native.engine is None else "native"
    print("engine:", found)
    assert found == engine, native.reason
    for seed in range(first, first + count):
        print(transcript(seed))


def main() -> int:
    """Return how a process ends that has found differences, or none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="where to begin")
    options = parser.parse_args()
    found = differences(options.seed, options.programs)
    print(*found[:5], sep="\n")
    print(f"compared: {options.programs:,} programs; {len(found)} differ")
    return bool(found)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ENGINES:
        write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
