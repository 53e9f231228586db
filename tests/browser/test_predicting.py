"""Predict, then reveal: the page judges an answer as Python does."""

from __future__ import annotations

import random

from autograd import explain
from autograd.teaching.mixups import MIXUPS, diagnose, is_near, numbers_of
from autograd.teaching.views.page.page import write_page

from .lessons import loss_lesson, network_lesson
from .looking import LOOK


def test_predict_then_reveal(show):
    page = show(write_page(loss_lesson()))
    page.click("#next")
    assert page.text_content("#predict label") == "What is v1?"
    assert page.evaluate(LOOK)["answers"] == ["?"]
    assert "?" in page.evaluate(LOOK)["data"].values()
    page.fill("#guess", "7")
    page.press("#guess", "Enter")
    assert "Not this number" in (page.text_content("#verdict") or "")
    page.fill("#guess", "something")
    page.press("#guess", "Enter")
    assert "Type a number" in (page.text_content("#verdict") or "")
    page.fill("#guess", " 1,0 ")
    page.press("#guess", "Enter")
    assert page.text_content("#verdict") == "Right."
    assert page.evaluate(LOOK)["answers"] == ["1"]
    assert not page.is_visible("#predict")
    page.keyboard.press("ArrowRight")  # on to the next question
    assert page.text_content("#predict label") == "What is s?"
    page.click("#show")
    assert page.evaluate(LOOK)["answers"] == ["0"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # reveals
    look = page.evaluate(LOOK)
    assert (look["place"], look["answers"]) == (3, ["0"])
    page.keyboard.press("ArrowLeft")  # what was seen stays open
    assert page.evaluate(LOOK)["answers"] == ["0"]


def test_what_was_mixed_up_is_said(show):
    lesson = explain("a*b + a*c", language="en", predict=True, a=3.0, b=2.0, c=5.0)
    page = show(write_page(lesson))
    share = next(
        i for i, s in enumerate(lesson.backward) if s.arg.name == "a" and s.nth == 2
    )
    page.fill("#place", str(len(lesson.forward) + 2 + share))
    page.fill("#guess", str(lesson.backward[share].contribution))
    page.press("#guess", "Enter")
    verdict = page.text_content("#verdict") or ""
    assert "shares add up" in verdict and "is this share alone" in verdict


def test_answers_are_judged_as_in_python(show):
    lesson = network_lesson()
    page = show(write_page(lesson))
    draw = random.Random(11)
    for share in draw.sample(range(len(lesson.backward)), 12):
        step = lesson.backward[share]
        question = "total" if step.nth > 1 else "share"
        numbers = numbers_of(step, question)
        guesses = [MIXUPS[kind](numbers) for kind in MIXUPS]
        guesses += [numbers.right, round(numbers.right, 2), numbers.right * 1.009]
        guesses += [draw.uniform(-2, 2) for _ in range(4)]
        wanted = [diagnose(guess, numbers, question) for guess in guesses]
        found = page.evaluate(
            """([place, guesses]) => {
              go(place);
              return guesses.map((guess) => diagnosed(guess));
            }""",
            [len(lesson.forward) + 2 + share, guesses],
        )
        phrases = lesson.phrases().table("mixups")
        for kind, (text, is_right) in zip(wanted, found, strict=True):
            assert is_right == (kind == "right")
            if kind is None:
                assert text.startswith(phrases["unknown"])
            elif kind != "right":
                own = phrases.get(f"{kind}_{question}", phrases[kind])
                assert text.startswith(own.split("{")[0])
    pairs = [
        (draw.uniform(-2, 2) * 10 ** draw.randrange(-3, 3),) * 2 for _ in range(99)
    ]
    pairs = [
        (float(f"{a:.2g}") * draw.choice((1, 1, 1.005, 1.02)), b) for a, b in pairs
    ]
    found = page.evaluate("(pairs) => pairs.map(([a, b]) => isNear(a, b))", pairs)
    assert found == [is_near(a, b) for a, b in pairs]


def test_a_right_answer_leaves_the_page_where_it_is(show):
    page = show(write_page(loss_lesson()), height=720)
    page.keyboard.press("ArrowRight")
    page.evaluate("document.getElementById('guess').focus({preventScroll: true})")
    page.keyboard.type("1")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.getElementById('predict').requestSubmit()")
    assert page.evaluate("document.activeElement.id") == "next"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("[scrollY, document.body.scrollHeight > innerHeight]") == [
        0, False
    ]  # fmt: skip
