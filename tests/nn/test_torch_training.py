"""Losses, optimisers, schedules and clipping give PyTorch's numbers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import nn
from autograd import Value

SCRIPT = Path(__file__).parents[1] / "oracles" / "make_torch_training_answers.py"


def load():
    spec = importlib.util.spec_from_file_location(SCRIPT.stem, SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


cases = load()
answers = json.loads(cases.ANSWERS.read_text(encoding="utf-8"))


def near(numbers):
    return pytest.approx(numbers, rel=1e-10, abs=1e-10)


def mapped(function, nested):
    if isinstance(nested, list):
        return [mapped(function, inner) for inner in nested]
    return function(nested)


def flat(nested):
    if not isinstance(nested, list):
        return [nested]
    return [number for inner in nested for number in flat(inner)]


@pytest.mark.parametrize("name", cases.LOSSES)
def test_losses(name):
    function, _, settings = name.partition(", delta=")
    options = {"delta": float(settings)} if settings else {}
    rows = zip(cases.LOSSES[name], answers["losses"][name], strict=True)
    for (predictions, targets), answer in rows:
        values = mapped(Value, predictions)
        loss = getattr(nn, function)(values, targets, **options)
        loss.backward()
        assert loss.data == near(answer["value"])
        gradient = [value.grad for value in flat(values)]
        assert gradient == near(flat(answer["gradient"]))
        on_numbers = getattr(nn, function)(predictions, targets, **options)
        assert on_numbers == loss.data


@pytest.mark.parametrize(
    ("kind", "i"),
    [(kind, i) for kind, rows in cases.OPTIMIZERS.items() for i in range(len(rows))],
)
def test_optimizers(kind, i):
    settings = cases.OPTIMIZERS[kind][i]
    p = [Value(x) for x in cases.START]
    optimizer = getattr(nn, kind)(p, **settings)
    stored = answers["optimizers"][kind][i]
    assert len(stored) == cases.STEPS
    for answer in stored:
        optimizer.zero_grad()
        cases.valley(p).backward()
        optimizer.step()
        assert [x.data for x in p] == near(answer)


@pytest.mark.parametrize("text", cases.SCHEDULES)
def test_schedules(text):
    schedule = cases.SCHEDULES[text](nn)
    rates = [schedule(step) for step in range(cases.LENGTH)]
    assert rates == near(answers["schedules"][text])


def test_clipping():
    rows = zip(cases.GRADIENTS, answers["clipping"], strict=True)
    for (gradient, longest), answer in rows:
        p = [Value(0.0) for _ in gradient]
        for value, slope in zip(p, gradient, strict=True):
            value.grad = slope
        norm = nn.clip_by_norm(p, longest)
        assert norm == pytest.approx(answer["norm"], rel=1e-10)
        left = [value.grad for value in p]
        assert left == pytest.approx(answer["gradient"], rel=1e-10)


@pytest.mark.peers
def test_the_stored_answers_are_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    live = cases.answers(torch)
    for name, rows in live["losses"].items():
        for now, stored in zip(rows, answers["losses"][name], strict=True):
            assert now["value"] == near(stored["value"])
            assert flat(now["gradient"]) == near(flat(stored["gradient"]))
    for name, paths in live["optimizers"].items():
        assert flat(paths) == near(flat(answers["optimizers"][name]))
    for name, rates in live["schedules"].items():
        assert rates == near(answers["schedules"][name])
    assert live["clipping"] == answers["clipping"]
