"""Schedules; PyTorch's numbers are in test_torch_training.py."""

from __future__ import annotations

import math

import pytest

from nn import cosine, linear_decay, step_decay, warm_up


def test_micrograds_demo_to_the_bit():
    schedule = linear_decay(1.0, steps=100)
    for k in range(100):
        assert schedule(k) == 1.0 - 0.9 * k / 100


def test_after_the_end_the_rate_stays():
    assert linear_decay(0.5, 10, end=0.0)(1000) == 0.0
    assert cosine(0.5, 10, least=0.2)(1000) == pytest.approx(0.2)


def test_warm_up_climbs_to_where_the_rest_begins():
    schedule = warm_up(4, then=lambda step: 1.0 - 0.1 * step)
    rates = [schedule(step) for step in range(7)]
    assert rates == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 0.9, 0.8])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: linear_decay(0.0, 10), "linear_decay needs a positive learning rate"),
        (lambda: linear_decay(1.0, 0), "linear_decay needs steps of at least 1; got 0"),
        (lambda: linear_decay(1.0, 10, end=-1.0), "an end of at least 0; got -1.0"),
        (
            lambda: step_decay(1.0, 2.5, 0.5),
            "step_decay needs every of at least 1; .*2.5",
        ),
        (lambda: step_decay(1.0, 2, 0.0), "a positive factor; got 0.0"),
        (
            lambda: cosine(math.nan, 10),
            "cosine needs a positive learning rate; got nan",
        ),
        (lambda: cosine(1.0, 10, least=2.0), "least between 0 and 1.0; got 2.0"),
        (
            lambda: warm_up(0, cosine(1.0, 10)),
            "warm_up needs steps of at least 1; got 0",
        ),
    ],
)
def test_bad_input(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_rate_is_no_schedule():
    with pytest.raises(
        TypeError, match=r"a schedule to follow; got 0\.1 \(hint: lambda"
    ):
        warm_up(3, then=0.1)
