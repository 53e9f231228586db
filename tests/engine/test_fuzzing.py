"""Random programs, run in every way that there is, by the fuzzer's fixed seeds.

The table of operations is walked over: a new row is in by itself, once it has a formula
of its own in `fuzzing/formulas.py`. What fails is shown as a small program.
"""

from __future__ import annotations

import importlib.util
import random

import pytest
from fuzzing.campaign import KINDS, fuzz
from fuzzing.formulas import FORMULAS
from fuzzing.generating import draw_program
from fuzzing.programs import FUNCTIONS

from autograd import one, zero
from autograd.ops import TABLE

# How many programs of each kind, and in how many tests: they run beside each other.
# `python -m tests.fuzzing` runs others, for as long as one likes.
PROGRAMS = {
    "python": (10_000, 16),
    "telling": (200, 2),
    "rows": (300, 1),
    "mpmath": (400, 2),
    "jax alive": (12, 1),
    "numpy": (1_000, 4),
    "native": (200, 4),
    "jax": (100, 5),
}
PARTS = [
    pytest.param(
        name,
        range(i * count // parts, (i + 1) * count // parts),
        id=f"{name} {i}",
        marks=[pytest.mark.long] if "jax" in name else [],  # which compiles each
    )
    for name, (count, parts) in PROGRAMS.items()
    for i in range(parts)
]


@pytest.mark.parametrize("name", TABLE)
def test_every_row_has_a_formula_that_is_not_ours(name):
    assert name in FORMULAS, f"give {name} a formula in tests/fuzzing/formulas.py"


@pytest.mark.parametrize("name, seeds", PARTS)
def test_random_programs(name, seeds, record_property):
    needed = KINDS[name].needs
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed")
    compared, failures = fuzz(name, seeds)
    counted = [f"random programs compared: {name}", compared, len(seeds)]
    record_property("counted", counted)
    assert not failures, "\n\n".join(map(str, failures))
    assert compared > 0.5 * len(seeds)


def test_every_function_is_drawn():
    drawn = set()
    for seed in range(1_000):
        drawn |= {name for name, _ in draw_program(random.Random(seed)).steps}
    assert drawn == FUNCTIONS.keys()


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("tanh", {"partials": (lambda x, y: 1.0 - y,)}),
        ("sub", {"partials": (one, one)}),
        ("maximum", {"taken": (one, zero), "chooses": True}),
        ("step", {"taken": (one,), "chooses": False}),
    ],
)
def test_a_planted_fault_is_found_and_made_small(name, wrong, monkeypatch):
    for attribute, value in wrong.items():
        monkeypatch.setattr(TABLE[name], attribute, value)
    _, failures = fuzz("python", range(150))
    programs = [failure.program for failure in failures]
    found = [program for program in programs if name in dict(program.steps)]
    assert found
    assert min(len(program.steps) for program in found) <= 3
