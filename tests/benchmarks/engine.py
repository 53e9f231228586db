"""How fast, how small and how steady the engine is, beside the engines it stands among.

    python -m pip install -e ".[bench]" && python tests/benchmarks/engine.py

Prints one table, with what is required of each figure. Every figure is taken in fresh
processes (`worker.py`) and is the median of several rounds, in which the engines take
turns, so that all of them see the same weather on the machine. Engines that are not
installed are left out.

Python's engine (CHAINRULE_NATIVE=0), version 0.2.0, Python 3.11, one core of an AMD
EPYC; microseconds for each operation as it is written: making the graph, gradients of
all, letting go.

                                               ours  micrograd  xad (C++)  PyTorch, 0-d
    micrograd's README expression, 25          0.72       1.99       1.41           5.6
    a chain of 10,000                          0.49       2.51       0.46           5.8
    a training step on moons, 65,077           0.79       18.6       0.60           6.9

In a graph of a million nodes each takes about twice as long as in one of a thousand:
half of the time is then that of Python's garbage collector, which walks every node.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
ENGINES = ("ours", "micrograd", "xad", "torch")
WORKS = {
    "readme": "micrograd's README expression",
    "chain": "a chain of 10,000 operations",
    "moons": "a training step on moons, 2-16-16-1",
}
SHAPES = {"chain": "y = y*x", "accumulation": "y = y + p*q"}
SMALL, LARGE = 1_000, 1_000_000

# How many times as long as ours the others have to take, with each of our engines.
PYTHON = {
    "micrograd": {"readme": 3.5, "chain": 3.5, "moons": 20.0},
    "xad": {"moons": 1 / 1.5},
}
NATIVE = {
    "micrograd": {"readme": 18.0, "chain": 50.0, "moons": 150.0},
    "xad": {"readme": 15.0, "chain": 8.0, "moons": 5.0},
}

# --- measuring ------------------------------------------------------------------------


def ask(*question: Any) -> Any:
    """Return what a fresh worker process answers; None, with its error, if nothing."""
    words = [str(word) for word in question]
    command = [sys.executable, WORKER, *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not done.stdout:
        error = (done.stderr.strip() or "no answer").splitlines()[-1]
        print(f"{' '.join(words)}: {error}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def rounds(count: int, questions: Sequence[tuple[Any, ...]]) -> dict[Any, list[Any]]:
    """Return the answers to each question, asked in turns."""
    answers: dict[Any, list[Any]] = {question: [] for question in questions}
    for _ in range(count):
        for question in questions:
            answers[question].append(ask(*question))
    return answers


def median(numbers: Sequence[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def medians(answers: Sequence[Sequence[float]]) -> list[float]:
    """Return the median of the first numbers, of the second numbers, and so on."""
    return [median(column) for column in zip(*answers, strict=True)]


# --- the table ------------------------------------------------------------------------


def row(name: str, *cells: str) -> None:
    print(f"  {name:<36}" + "".join(f"{cell:>12}" for cell in cells))


def heading(title: str, *cells: str) -> None:
    print()
    row(title, *cells)
    print("  " + "-" * (36 + 12 * len(cells)))


def verdict(required: str, measured: float | None, holds: bool) -> None:
    """Keep a line of the last table: what was required, and whether it holds."""
    if measured is not None:
        shown = f"{measured:.0f}" if measured > 99 else f"{measured:.2f}"
        VERDICTS.append((required, shown, "ok" if holds else "NOT MET"))
    else:
        VERDICTS.append((required, "-", "not measured"))


VERDICTS: list[tuple[str, str, str]] = []

# --- A: speed -------------------------------------------------------------------------


def speed(count: int) -> None:
    engines = [name for name in ENGINES if installed(name)]
    print("\nLeaves, graph, gradients and letting go, per operation as written; the")
    print("network's parameters are made once. First all gradients are compared.")
    heading("microseconds an operation", *ENGINES)
    times: dict[tuple[str, str], float | None] = {}
    for work, title in WORKS.items():
        operations = ask("operations", work)
        agree(work, engines)
        answers = rounds(count, [("eager", engine, work) for engine in engines])
        for engine in ENGINES:
            found = [s for s in answers.get(("eager", engine, work), []) if s]
            times[engine, work] = median(found) * 1e6 / operations if found else None
        row(title, *(cell(times[engine, work], ".3f") for engine in ENGINES))
        row(
            f"    {operations:,} operations; ours = 1",
            *(
                cell(ratio(times[engine, work], times["ours", work]), ".2f")
                for engine in ENGINES
            ),
        )
    native = ask("engine") == "native"
    limits = NATIVE if native else PYTHON
    for work, least in limits["micrograd"].items():
        faster = ratio(times["micrograd", work], times["ours", work])
        required = f"{work}: micrograd's time / ours >= {least:g}"
        verdict(required, faster, faster is not None and faster >= least)
    for work, least in limits["xad"].items():
        faster = ratio(times["xad", work], times["ours", work])
        required = f"{work}: xad's time / ours >= {least:.3g}"
        verdict(required, faster, faster is not None and faster >= least)


def agree(work: str, engines: Sequence[str]) -> None:
    """Check that all engines compute the same, before any of them is timed."""
    ours = ask("gradients", "ours", work)
    for engine in engines:
        theirs = ask("gradients", engine, work)
        if ours is None or theirs is None or len(theirs) != len(ours):
            print(f"  {engine} gives no gradients for {work}")
            continue
        pairs = zip(ours, theirs, strict=True)
        worst = max(abs(a - b) / max(1.0, abs(a)) for a, b in pairs)
        if not worst <= 1e-9:
            print(f"  {engine}'s gradients for {work} differ from ours by {worst:.1e}")


def ratio(a: float | None, b: float | None) -> float | None:
    return a / b if a is not None and b is not None else None


def cell(number: float | None, form: str) -> str:
    return "-" if number is None else format(number, form)


# --- B: memory ------------------------------------------------------------------------


def memory(count: int) -> None:
    print("\nBytes handed out by Python, and growth of the process (RSS).")
    heading("bytes a node, of 100,000", "built", "swept", "RSS built", "RSS swept")
    for engine in ("ours", "micrograd"):
        if not installed(engine):
            continue
        kinds = ("traced", "resident")
        answers = rounds(count, [(kind, engine, 100_000) for kind in kinds])
        figures = [medians(answers[kind, engine, 100_000]) for kind in kinds]
        row(engine, *(f"{figure:.0f}" for pair in figures for figure in pair))
        if engine == "ours":
            most = max(figure for pair in figures for figure in pair)
            allowed = 112 if ask("engine") == "native" else 200
            verdict(f"bytes a node <= {allowed}", most, most <= allowed)


# --- C: growth ------------------------------------------------------------------------


def growth(count: int) -> None:
    print("\nThe same per node in small and large graphs, and of it in the collector.")
    sizes = (f"n={SMALL:,}", "collector", f"n={LARGE:,}", "collector")
    heading("nanoseconds a node", *sizes)
    for shape, title in SHAPES.items():
        sizes = [("growth", shape, n) for n in (SMALL, LARGE)]
        answers = rounds(count, sizes)
        (small, small_gc), (large, large_gc) = (medians(answers[s]) for s in sizes)
        row(title, *(f"{s * 1e9:.0f}" for s in (small, small_gc, large, large_gc)))
        most = 2.5 if ask("engine") == "native" else 2.0
        required = f"{title}: time a node at {LARGE:,} / at {SMALL:,} <= {most:g}"
        verdict(required, large / small, large / small <= most)
    for shape, title in SHAPES.items():
        garbage, left = ask("uncollected", shape, 10_000)
        required = f"{title}: left after a drop, collector off = 0"
        verdict(required, garbage + left, garbage == left == 0)


# --- D: import ------------------------------------------------------------------------

IMPORT = """
import sys, time
sys.path.insert(0, {folder!r})
start = time.perf_counter()
{statement}
print(time.perf_counter() - start)
"""


def imports(count: int) -> None:
    found = importlib.util.find_spec("autograd")
    folder = os.path.dirname(os.path.dirname(found.origin))
    statements = ("import autograd", "import dataclasses, math")
    seconds: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(count + 1):
        for statement in statements:
            code = IMPORT.format(folder=folder, statement=statement)
            # -I -S: without what the environment has imported already
            command = [sys.executable, "-I", "-S", "-c", code]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds[statement].append(float(done.stdout))
    ours, theirs = (median(seconds[statement][1:]) for statement in statements)
    heading("milliseconds to import", "autograd", "dataclasses")
    row("in a bare process, .pyc written", f"{ours * 1e3:.1f}", f"{theirs * 1e3:.1f}")
    verdict(
        "import autograd / import dataclasses, math <= 1.5",
        ours / theirs,
        ours / theirs <= 1.5,
    )


# --- the machine ----------------------------------------------------------------------


def installed(engine: str) -> bool:
    return engine == "ours" or importlib.util.find_spec(engine) is not None


def version(engine: str) -> str:
    if engine == "ours":
        return f"this working copy, engine: {ask('engine')}"
    if not installed(engine):
        return "not installed"
    return importlib.metadata.version(engine)


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            lines = [line for line in file if line.startswith("model name")]
        return lines[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def conditions() -> None:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {platform.system()}, {processor()},")
    print(f"{os.cpu_count()} cores{load}; the collector as Python sets it.")
    print("; ".join(f"{engine}: {version(engine)}" for engine in ENGINES) + ".")
    print("Other machines, and busy ones, give other times; ratios move less.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    count = max(1, parser.parse_args().rounds)
    if importlib.util.find_spec("autograd") is None:
        print('autograd is not importable; python -m pip install -e ".[bench]"')
        return
    start = time.perf_counter()
    conditions()
    parts: list[tuple[Callable[[int], None], int]] = [
        (speed, count),
        (memory, 1),
        (growth, min(3, count)),
        (imports, 4 * count + 1),
    ]
    for part, times in parts:
        part(times)
    print()
    print(f"  {'required':<60}{'measured':>12}")
    print("  " + "-" * 84)
    for required, measured, holds in VERDICTS:
        print(f"  {required:<60}{measured:>12}  {holds}")
    print(f"\nTook {time.perf_counter() - start:.0f} seconds.")


if __name__ == "__main__":
    main()
