"""The keys of the lessons: right, wrong and why, with each student's own numbers."""

from __future__ import annotations

import ast
import re

import pytest

from autograd import check_answer, solution, speak
from autograd.phrases import LANGUAGES
from autograd.teaching.exercises import answers
from autograd.teaching.exercises.keys import exercises, key_of

STUDENTS = [None, *"abcdefgh"]
VARIED = [
    exercise
    for exercise, row in exercises().items()
    if any(isinstance(g, list) and g[1:] for g in row.get("let", {}).values())
]

every_exercise = pytest.mark.parametrize("exercise", exercises())
numeric = pytest.mark.parametrize(
    "exercise", [name for name, row in exercises().items() if "right" in row]
)


@pytest.fixture(autouse=True)
def no_misses():
    answers._missed.clear()


@numeric
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_right_and_what_is_wrong(exercise, language):
    for student in STUDENTS:
        key = key_of(exercise, language, student)
        told = {"language": language, "student": student}
        assert check_answer(exercise, key.right, **told).solved
        for number, why in key.wrong:
            answers._missed.clear()
            found = check_answer(exercise, number, **told)
            assert not found.solved and found.explained, (student, number)
            assert found.message == why, (student, number)


@every_exercise
@pytest.mark.parametrize("language", LANGUAGES)
def test_solutions_are_code_whatever_the_numbers(exercise, language):
    for student in STUDENTS:
        shown = solution(exercise, language=language, student=student)
        assert ast.parse(shown.code).body
        assert "$" not in shown and shown == repr(shown) == shown._repr_markdown_()


@every_exercise
def test_french_typography(exercise):
    key = key_of(exercise, "fr")
    for text in (key.solution, *(why for _, why in key.wrong)):
        prose = re.sub(r"```.*?```|`[^`]*`", "x", text, flags=re.DOTALL)
        wrong = re.search(r"[^\s\u00a0\u202f?!;:][;:?!](?=\s|$)| [;:?!»]|« ", prose)
        assert not wrong, text


def test_each_student_has_numbers_of_their_own():
    assert len(VARIED) >= 15
    for exercise in VARIED:
        rights = {str(key_of(exercise, "en", student).right) for student in STUDENTS}
        assert len(rights) >= 2, exercise
        usual = key_of(exercise, "en")
        assert not usual.own and usual == key_of(exercise, "en", "")
    assert key_of("1.1", "en", "anna") == key_of("1.1", "en", "anna")


def test_own_numbers_are_told(monkeypatch):
    usual = check_answer("1.1", ..., language="en")
    assert usual.message == "No answer yet: replace the three dots."
    own = check_answer("1.1", ..., language="en", student="anna")
    assert re.search(r"in brackets those of the text: w = [\d.]+ \(4\)\.$", own.message)
    monkeypatch.setenv("CHAINRULE_STUDENT", "anna")
    assert check_answer("1.1", ..., language="en") == own


def test_a_solution_is_offered_after_two_misses():
    for answer, offered in (
        (1, False),
        (..., False),
        (2, True),
        (..., True),
        (12, False),
    ):
        found = check_answer("1.1", answer, language="en")
        assert ('solution("1.1")' in found.message) == offered
    assert "solution" not in check_answer("1.2", 7, language="en").message
    assert 'solution("1.1")' in check_answer("1.1", 7, language="fr").message


def test_questions_of_ones_own_are_asked_as_before():
    for given in ((6,), (6, [(5, "Why.")])):
        assert check_answer(6, *given).solved and check_answer("6,0", *given).solved
    assert check_answer("1.1", right=1.1).solved
    assert check_answer(answer="1.1", right=1.1, wrong=[]).solved
    assert check_answer(5, 6, [(5, "Why.")], language="en").message == "Why."
    with pytest.raises(TypeError, match="in right; got Ellipsis"):
        check_answer("9.9")


def test_an_exercise_that_is_none():
    with pytest.raises(ValueError, match=r"1\.1 to 8\.6; got '9\.1'"):
        solution("9.1")


def test_speak(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    speak("fr")
    assert check_answer(1, right=1).message == "C’est juste."
    with pytest.raises(ValueError, match="language needs to be"):
        speak("de")
