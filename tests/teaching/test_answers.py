"""`check_answer`: one answer judged, as learners give it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from autograd import Value, check_answer

NOT_YET = "No answer yet: replace the three dots."


def checked(answer, right, wrong=(), language="en"):
    return check_answer(answer, right, wrong, language=language)


@pytest.mark.parametrize(
    ("answer", "right"),
    [(0.5, 0.5), ("0,5", 0.5), ("−1/2", -0.5), (" 1 / 2 ", 0.5), ("5e-1", 0.5),
     (Fraction(1, 2), 0.5), (1, 1.0), (Value(0.5), 0.5), (np.float32(0.5), 0.5),
     (0.5, Value(0.5)), (0.333, 1 / 3), (0.0, 0.1 + 0.2 - 0.3),
     ([1, "0,5"], (1.0, 0.5)), ((1, 2), [1, 2]), (np.array([1.0, 2.0]), [1, 2]),
     ([1, 2], np.array([1, 2])), ([[1, 2], [3, "4"]], np.array([[1, 2], [3, 4]])),
     ([Value(2.0)], [2]), ([], [])],
)  # fmt: skip
def test_right_answers(answer, right):
    found = checked(answer, right)
    assert found.solved and found.explained and found.message == "Right."


@pytest.mark.parametrize(
    ("answer", "right"),
    [(0.6, 0.5), ("-0,5", 0.5), (0.52, 0.5), ([1, 3], [1, 2]), ([2, 1], [1, 2]),
     ([5], 5), ([[1, 2], 3], [1, 2]), ([[1, 2], [3]], [[1, 2], [3, 4]])],
)  # fmt: skip
def test_wrong_answers(answer, right):
    found = checked(answer, right, [(99, "Never said.")])
    assert not found.solved and not found.explained
    assert found.message == "Not this number."


@pytest.mark.parametrize(
    "answer",
    [..., None, "", "  ", [...], [1, ...], (1, None), [[1, ...], [2, 3]], [1, ""]],
)
def test_no_answer_yet(answer):
    for right in (1, [1, 2]):
        found = checked(answer, right, [(1, "Said too early.")])
        assert (found.solved, found.explained) == (False, False)
        assert found.message == NOT_YET


@pytest.mark.parametrize(
    "answer",
    ["two", "1.2.3", "1/0", float("inf"), float("nan"), 1j, {"a": 1}, max, [1, "x"],
     [[1, "x"], [2, 3]], np.array([1.0, np.nan])],
)  # fmt: skip
def test_what_is_no_number(answer):
    for right in (1, [1, 2], [[1, 2], [2, 3]]):
        found = checked(answer, right)
        assert not found.solved and not found.explained
        assert "is not a number. Write 2, -0.5 or -1/2." in found.message


def test_a_long_answer_is_cut():
    assert len(checked("x" * 10_000, 1).message) < 100
    assert "\n" not in checked("x\ny", 1).message


@pytest.mark.parametrize(
    ("made", "shown"),
    [(lambda x: x, "Node"), (lambda x: [x, 2.0], "[Node, 2.0]"),
     (lambda x: [(x,), [x]], "[(Node,), [Node]]"), (lambda x: {"a": x}, "{'a': Node}"),
     (lambda x: repr, "<built-in function repr>"),
     (lambda x: checked, "<function checked>")],
)  # fmt: skip
def test_an_object_is_told_by_its_class(made, shown):
    class Node:
        pass

    found = checked(made(Node()), 1)
    assert found.message == f"“{shown}” is not a number. Write 2, -0.5 or -1/2."
    french = checked(made(Node()), 1, language="fr").message
    assert french.startswith(f"«\xa0{shown}\xa0» n’est pas un nombre.")


@pytest.mark.parametrize("answer", [1, [1], [1, 2, 3], "1", []])
def test_how_many_are_asked_for(answer):
    found = checked(answer, [1, 2])
    assert not found.solved and not found.explained
    assert found.message == "2 numbers are asked for, in a list."


def test_the_first_that_fits_is_said():
    wrong = [(2.0, "Two."), ([1, 3], "A list."), ("4,0", "Four."), (4, "Four again.")]
    for answer, said in ((2, "Two."), ("2,0", "Two."), (4, "Four.")):
        found = checked(answer, 3, wrong)
        assert not found.solved and found.explained and found.message == said
    assert checked([1, 3], [1, 2], wrong).message == "A list."
    assert checked((2, 2), [1, 2], wrong).message == "Not this number."


def test_what_is_right_goes_before_what_is_wrong():
    assert checked(3, 3, [(3, "A coincidence.")]).solved
    assert checked(3, 3, iter([(4, "An iterator will do.")])).solved


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [("two", (), "lists of numbers, in right; got 'two'"),
     (..., (), "in right; got Ellipsis"),
     (None, (), "in right; got None"),
     (float("nan"), (), "in right; got nan"),
     ([1, float("inf")], (), r"in right; got \[1, inf\]"),
     ([[1, "x"]], (), r"in right; got \[\[1, 'x'\]\]"),
     (1, [("x", "Why.")], "in wrong; got 'x'"),
     (1, [(2, 3)], r"pairs of an answer and text in wrong; got \(2, 3\)"),
     (1, [2], "pairs of an answer and text in wrong; got 2"),
     (1, None, "pairs of an answer and text in wrong; got None"),
     (1, ["ab"], "pairs of an answer and text in wrong; got 'ab'")],
)  # fmt: skip
def test_bad_questions(right, wrong, message):
    for answer in (1, ...):
        with pytest.raises(TypeError, match=f"^check_answer needs .*{message}$"):
            checked(answer, right, wrong)


def test_both_languages():
    assert checked(1, 1, language="fr").message == "C’est juste."
    assert checked(2, 1, language="fr").message == "Ce n’est pas ce nombre."
    assert checked(..., 1, language="fr").message.startswith("Pas encore de réponse")
    assert "n’est pas un nombre" in checked("x", 1, language="fr").message
    assert "On demande 2 nombres" in checked(1, [1, 2], language="fr").message
    with pytest.raises(ValueError, match="language needs to be"):
        checked(1, 1, language="de")


def test_as_text_and_in_a_notebook():
    why = "If <b>a</b> & b: " + "word " * 30
    found = checked(2, 1, [(2, why)], "fr")
    assert max(map(len, repr(found).splitlines())) <= 80
    assert repr(found).split() == why.split()
    page = found._repr_html_()
    assert page.startswith('<p lang="fr">If &lt;b&gt;a&lt;/b&gt; &amp; b: ')
    assert "<b>" not in page and found.language == "fr"
    assert "&lt;script&gt;" in checked("<script>", 1)._repr_html_()


def test_counts_are_met_and_measures_are_rounded():
    assert not check_answer(336, right=337).solved
    assert check_answer("337,0", right=337).solved
    assert check_answer(336, right=337.0).solved
    assert not check_answer([2, 3.01], right=[2, 3]).solved


def test_a_wrong_answer_of_another_shape_is_explained_too():
    wrong = [(3, "Those are two together."), ([1, 2, 3], "One too many.")]
    for answer, (_, why) in zip((3, [1, 2, 3]), wrong, strict=True):
        assert check_answer(answer, right=[1.0, 2.0], wrong=wrong).message == why


def test_a_decimal_comma_is_told():
    answer = -0, 5
    assert "Write a point" in check_answer(answer, right=-0.5, language="en").message
    assert "Écris un point" in check_answer(answer, right=-0.5, language="fr").message
