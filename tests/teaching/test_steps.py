"""How the slope of one op is called, so that nobody takes it for the whole slope."""

from __future__ import annotations

import pytest

from autograd import Value, explain, ops
from autograd.drawing.notation import LATEX, MATHML, TEXT
from autograd.teaching.steps import written_partial

pytestmark = pytest.mark.versions


def called(root, markup=TEXT):
    lesson = explain(root)
    return [step.written_partial(markup) for step in lesson.backward]


def test_names_say_it_where_there_is_one_way():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    assert called(ops.tanh(w * x)) == ["∂L/∂v1", "∂v1/∂w", "∂v1/∂x"]
    # v1 takes w, and so does v2: but no name of a slope has v1 at its top elsewhere.
    assert called(w * x * w) == ["∂L/∂v1", "∂(v1·w)/∂w", "∂v1/∂w", "∂v1/∂x"]


@pytest.mark.parametrize(
    ("markup", "whole", "first"),
    [
        (TEXT, "∂(v1 − a)/∂a", "∂v1/∂a₁"),
        (
            LATEX,
            r"\frac{\partial \left(\mathrm{v1} - a\right)}{\partial a}",
            r"\frac{\partial \mathrm{v1}}{\partial a_{1}}",
        ),
        (
            MATHML,
            "<mfrac><mrow><mo>∂</mo><mrow><mo>(</mo><mrow><mi>v1</mi><mo>−</mo>"
            "<mi>a</mi></mrow><mo>)</mo></mrow></mrow><mrow><mo>∂</mo><mi>a</mi></mrow>"
            "</mfrac>",
            "<mfrac><mrow><mo>∂</mo><mi>v1</mi></mrow><mrow><mo>∂</mo><msub><mi>a</mi>"
            "<mn>1</mn></msub></mrow></mfrac>",
        ),
    ],
)
def test_the_output_and_a_node_that_it_takes_directly_too(markup, whole, first):
    a = Value(3.0, "a")
    assert called(a * a - a, markup)[1:3] == [whole, first]


def test_a_function_needs_no_brackets():
    a, b = Value(3.0, "a"), Value(4.0, "b")
    assert called(ops.maximum(a * b, a))[1] == "∂maximum(v1, a)/∂a"


def test_without_the_steps_it_is_the_same():
    a, b = Value(3.0, "a"), Value(4.0, "b")
    for root in (a * a - a, a * b + a, ops.where(a, a, b) * b - b, (a + a) / (a + a)):
        lesson = explain(root)
        for step in lesson.backward:
            there = step.node.place, step.i
            assert step.written_partial() == written_partial(
                lesson.snapshot, lesson.names, *there
            )


def test_two_numbers_never_stand_under_one_name():
    a, b = Value(3.0, "a"), Value(-2.0, "b")
    c = a * b
    for root in (c * a + c, c - a, c * c + a * c, a * a * a, (c + b) * (c - b)):
        lesson = explain(root)
        said = {
            TEXT.derivative(lesson.output.name, node.name): node.grad
            for node in lesson.nodes
            if not node.constant
        }
        for step in lesson.backward:
            name = step.written_partial()
            assert said.setdefault(name, step.slope) == step.slope
