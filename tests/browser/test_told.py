"""A page in a frame is told numbers by the page that holds it, and by nobody else."""

from __future__ import annotations

import json
from html import escape

import pytest

from autograd import explain, relu, tanh
from autograd.teaching.views.page.page import write_page

from .looking import LOOK

NUMBERS = {"w": -0.75, "x": 2.0, "b": 0.25, "slope": -0.5, "start": 0.125}
NOW = "Object.fromEntries(inputs.map((n) => [labelOf(n), numbers.d[n]]))"


def neuron(w, x, b, slope, start):
    total = w * x + b
    bent = tanh(total)
    loss = slope * bent + start
    return loss


def branching(w, x):
    return w * x if w > 0 else relu(x)


def lesson_on(numbers, function=neuron):
    given = [name for name in numbers if name in ("x", "slope", "start")]
    return explain(function, language="en", given=given, **numbers)


@pytest.fixture
def framed(show):
    """Show a page in a frame: return the page around it, the frame, and another."""

    def frames_of(lesson):
        page = write_page(lesson)
        frames = [f'<iframe srcdoc="{escape(text)}" width="1200" height="800"></iframe>'
                  for text in (page, "<p>another</p>")]  # fmt: skip
        page = show(f'<!doctype html><link rel="icon" href="data:,">{"".join(frames)}')
        _, frame, other = page.frames
        frame.wait_for_selector(".playing")
        frame.evaluate("addEventListener('message', () => { window.heard = true; })")
        return page, frame, other

    return frames_of


def say(what, frame, speaker, to):
    """Say something to the page in the frame, and wait until it was heard."""
    speaker.evaluate(f"{to}.postMessage({what}, '*')")
    frame.wait_for_function("window.heard")
    frame.evaluate("window.heard = false")


def steps(page):
    """Return what a page shows at each of its steps."""
    page.evaluate("document.getElementById('predicting').checked = false; show()")
    last = page.evaluate("document.getElementById('first').click(); last")
    seen = []
    for _ in range(last + 1):
        seen.append(page.evaluate(LOOK))
        page.evaluate("document.getElementById('next').click()")
    return seen


def test_it_shows_what_a_page_made_of_these_numbers_shows(framed, show):
    page, frame, _ = framed(lesson_on(dict.fromkeys(NUMBERS, 0.5)))
    told = {"numbers": NUMBERS, "title": "neuron <3> of layer 2"}
    say(json.dumps(told), frame, page, "frames[0]")
    assert frame.inner_text("h1") == frame.title() == "neuron <3> of layer 2"
    assert frame.is_hidden("#reset")
    seen = steps(frame)
    # What is moved goes back to what was told; and it may be told again.
    field = '[data-input]:has(var:text-is("w")) .number'
    frame.fill(field, "3")
    frame.press(field, "Enter")
    assert frame.evaluate(NOW) == {**NUMBERS, "w": 3.0}
    frame.click("#reset")
    assert frame.evaluate(NOW) == NUMBERS
    say('{"numbers": {"x": 4}}', frame, page, "frames[0]")
    assert frame.evaluate(NOW) == {**NUMBERS, "x": 4.0}
    assert seen == steps(show(write_page(lesson_on(NUMBERS))))


def test_what_is_no_number_or_comes_from_elsewhere_is_not_taken(framed):
    page, frame, other = framed(lesson_on(NUMBERS))
    for what in (
        "{numbers: {w: 1, x: NaN}}", "{numbers: {w: Infinity}}", "{numbers: {w: '1'}}",
        "{numbers: {w: 1, total: 2}}", "{numbers: {w: 1, rate: 2}}", "'numbers'",
        "{numbers: 'w'}", "null", "{title: 'other'}",
    ):  # fmt: skip
        say(what, frame, page, "frames[0]")
    say("{numbers: {w: 1}}", frame, other, "parent.frames[0]")
    say("{numbers: {w: 1}}", frame, frame, "window")
    assert frame.evaluate(NOW) == NUMBERS
    assert frame.inner_text("h1") == "neuron, step by step"


def test_numbers_for_which_the_function_goes_another_way_are_doubted(framed):
    page, frame, _ = framed(lesson_on({"w": 2.0, "x": 3.0}, branching))
    assert frame.inner_text("#beyond") == ""
    say("{numbers: {w: 1}}", frame, page, "frames[0]")
    assert frame.inner_text("#beyond") == ""
    say("{numbers: {w: -1}}", frame, page, "frames[0]")
    assert "w > 0" in frame.inner_text("#beyond")
