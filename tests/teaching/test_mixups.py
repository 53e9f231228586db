"""What a wrong number has mixed up: right answers are right, and slips are named."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import Value, explain
from autograd.phrases import LANGUAGES, Phrases
from autograd.teaching.mixups import (
    FORWARD,
    MIXUPS,
    QUESTIONS,
    diagnose,
    diagnose_number,
    is_near,
    numbers_of,
    told,
)

numbers = st.floats(-50.0, 50.0)


def step(slope=2.0, upstream=3.0, before=0.0, data=5.0, node_data=10.0):
    contribution = upstream * slope
    return SimpleNamespace(
        slope=slope, upstream=upstream, contribution=contribution, before=before,
        total=before + contribution, arg=SimpleNamespace(data=data),
        node=SimpleNamespace(data=node_data),
    )  # fmt: skip


@given(numbers, numbers, numbers, numbers, numbers)
def test_a_right_answer_is_right(slope, upstream, before, data, node_data):
    for question in QUESTIONS:
        asked = numbers_of(step(slope, upstream, before, data, node_data), question)
        assert diagnose(asked.right, asked, question) == "right"


@given(st.floats(0.01, 1e6), st.sampled_from([1.0, -1.0]))
def test_two_digits_are_enough(size, sign):
    number = sign * size
    assert is_near(float(f"{number:.1e}"), number)
    assert is_near(float(f"{number:.2e}"), number)
    assert not is_near(number * 1.06, number)
    assert not is_near(-number, number)


def test_near_is_near_at_the_edges():
    assert is_near(0.0, 5e-17) and not is_near(0.001, 0.0)
    assert is_near(float("inf"), float("inf"))
    assert not is_near(float("nan"), 1.0) and not is_near(1.0, float("nan"))
    assert not is_near(float("inf"), 1e308)


@pytest.mark.parametrize(
    ("question", "before", "answer", "kind"),
    [
        ("share", 0.0, 2.0, "local"),
        ("share", 0.0, 3.0, "unchanged"),
        ("share", 0.0, -6.0, "sign"),
        ("share", 0.0, 5.0, "sum_for_product"),
        ("share", 0.0, 15.0, "swapped"),
        ("share", 0.0, 12.0, "double"),
        ("share", 0.0, 77.0, None),
        ("total", 7.0, 6.0, "no_sum"),
        ("total", 7.0, 7.0, "forgotten"),
        ("total", 7.0, 9.0, "local"),
        ("total", 7.0, 42.0, "product_for_sum"),
        ("total", 7.0, 1.0, "sign_of_share"),
        ("total", 7.0, 6.5, "half"),
    ],
)
def test_each_slip_is_named(question, before, answer, kind):
    asked = numbers_of(step(before=before), question)
    assert diagnose(answer, asked, question) == kind


@given(numbers, numbers, numbers, numbers, numbers)
def test_a_mixup_on_values_is_the_one_on_numbers(slope, upstream, before, data, y):
    plain = numbers_of(step(slope, upstream, before, data, y), "total")
    values = SimpleNamespace(**{k: Value(v) for k, v in vars(plain).items()})
    for mixup in MIXUPS.values():
        assert mixup(values).data == mixup(plain)


def test_every_kind_can_be_said_in_every_language():
    assert set().union(*QUESTIONS.values()) == set(MIXUPS)
    for language in LANGUAGES:
        words = Phrases(language)
        for question, kinds in QUESTIONS.items():
            asked = numbers_of(step(before=-7.0, slope=-2.0), question)
            for kind in kinds:
                said = told(kind, asked, question, "loss", "w", words)
                assert "{" not in said and len(said) > 20
        for kinds in FORWARD.values():
            for kind in kinds:
                assert words.table("mixups.forward")[kind]


@given(numbers, numbers)
def test_a_forward_slip_is_told_from_what_is_right(a, b):
    nodes = explain("a*b", a=a, b=b).nodes
    product = nodes[-1]
    assert diagnose_number(a * b, product, nodes) == "right"
    assume(not is_near(a + b, a * b))
    assert diagnose_number(a + b, product, nodes) == "added"
