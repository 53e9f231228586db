"""The page in a real browser: what it shows is what Python has."""

from __future__ import annotations

import time

import pytest

from autograd import explain
from autograd.drawing.notation import TEXT
from autograd.teaching.steps import Backward, Forward
from autograd.teaching.views.page.page import bundle, write_page

from .conftest import complaints
from .lessons import (
    ALL,
    HOSTILE,
    hostile_lesson,
    loss_lesson,
    network_lesson,
    neuron_lesson,
    square_lesson,
)
from .looking import LOOK, expected, walked


@pytest.mark.parametrize("name", ALL)
def test_every_step_forwards_and_back_shows_the_numbers_that_python_has(show, name):
    lesson = ALL[name]()
    page = show(write_page(lesson))
    there, back = walked(page, lesson)
    assert there == back
    for place, look in enumerate(there):
        data, grad, slope = expected(lesson, place)
        assert look["place"] == place and look["shown"] == 1
        assert look["data"] == data
        assert look["grad"] == grad
        assert look["slope"] == slope
    for step, look in zip(lesson.steps, there[1:], strict=False):
        assert look["source"] == (
            step.node.source.expression if step.node.source and look["source"] else None
        )
        if isinstance(step, Forward):
            assert look["answers"] == [TEXT.digits(step.result)]
            assert look["goals"] == [step.node.place]
        elif isinstance(step, Backward):
            assert TEXT.digits(step.total) == look["answers"][-1]
            assert TEXT.digits(step.slope) in look["answers"]
            assert TEXT.digits(step.contribution) in look["answers"]
            assert look["goals"] == [step.arg.place]
        else:
            assert look["answers"] == ["1"]
    for wiggle in lesson.wiggles:
        shown = there[-1]["wiggled"][str(wiggle.node.place)].replace("−", "-")
        assert float(shown) == pytest.approx(wiggle.slope, rel=1e-6, abs=1e-12)
        assert there[0]["wiggled"][str(wiggle.node.place)] == "not yet"


def test_the_line_of_the_learner_is_underlined(show):
    lesson = loss_lesson()
    there, _ = walked(show(write_page(lesson)), lesson)
    assert [look["source"] for look in there[1:6]] == [
        "w * x", "w * x + b", "tanh(s)", "p - y", "(p - y) ** 2"
    ]  # fmt: skip


def test_keys(show):
    page = show(write_page(loss_lesson()))
    page.uncheck("#predicting")
    page.locator("h1").click()

    def after(key):
        page.keyboard.press(key)
        return page.evaluate(LOOK)["place"]

    keys = ["ArrowRight", "ArrowRight", " ", "ArrowLeft", "End", "ArrowRight", "Home"]
    assert [after(key) for key in keys] == [1, 2, 3, 2, 15, 15, 0]
    assert after("ArrowLeft") == 0
    page.focus("#place")  # here the keys are the slider's own
    assert [after(key) for key in ("ArrowRight", "End", "Home")] == [1, 15, 0]
    page.focus("td .number")
    assert [after(key) for key in ("ArrowRight", "End", " ")] == [0, 0, 0]


def test_the_slider_says_where_it_is(show):
    page = show(write_page(loss_lesson()))
    page.uncheck("#predicting")
    assert page.get_attribute("#place", "aria-valuetext") == (
        "Step 0 of 15: The numbers to begin with"
    )
    page.fill("#place", "2")
    assert page.get_attribute("#place", "aria-valuetext") == "Step 2 of 15: Compute s"
    assert page.text_content("#live") == "Step 2 of 15: Compute s. s = 0"
    assert page.get_attribute("#live", "aria-live") == "polite"


def test_reduced_motion(show):
    moving = "getComputedStyle(document.querySelector('.used path')).animationName"
    page = show(write_page(loss_lesson()), motion="no-preference")
    page.click("#next")
    assert page.evaluate(moving) == "flow"
    page = show(write_page(loss_lesson()), motion="reduce")
    page.click("#next")
    assert page.evaluate(moving) == "none"


def test_dark_by_the_screen_and_by_the_button(show):
    colour = "getComputedStyle(document.body).backgroundColor"
    page = show(write_page(loss_lesson()))
    light = page.evaluate(colour)
    assert page.text_content("#theme") == "Dark"
    page.click("#theme")
    dark = page.evaluate(colour)
    assert light != dark and page.text_content("#theme") == "Light"
    page = show(write_page(loss_lesson()), scheme="dark")
    assert page.evaluate(colour) == dark
    page.click("#theme")
    assert page.evaluate(colour) == light


@pytest.mark.parametrize("name", ALL)
def test_a_phone_shows_it_without_scrolling_sideways(show, name):
    lesson = ALL[name]()
    page = show(write_page(lesson), width=390, height=844)
    wide = "document.documentElement.scrollWidth"
    for _ in range(2 * len(lesson.steps) + 2):
        page.evaluate("document.getElementById('next').click()")
        assert page.evaluate(wide) <= 390
    # The learner's line stands with the step, the code being further down.
    page.fill("#place", "1")
    assert page.locator("article.shown .source").is_visible() == bool(
        page.locator("#code u").count()
    )
    # The graph goes from top to bottom.
    page.click("#first")
    page.click("#panes [data-pane=picture]")
    root, drawn = lesson.output.place, ".graph:not(.away)"
    box = page.locator(f"{drawn} [data-n='{root}']").bounding_box()
    leaf = page.locator(f"{drawn} [data-n='{lesson.inputs[0].place}']").bounding_box()
    assert box is not None and leaf is not None and leaf["y"] < box["y"]


@pytest.mark.long
@pytest.mark.parametrize("width, scheme", [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(show, width, scheme):
    lesson = neuron_lesson("fr" if width == 390 else "en")
    page = show(write_page(lesson), width=width, scheme=scheme)
    last = len(lesson.steps) + 1
    for place, reveals in ((0, False), (1, False), (last - 2, True), (last, False)):
        page.fill("#place", str(place))
        if reveals:
            page.click("#show")
        assert complaints(page) == ""


def test_names_with_markup_are_shown_and_not_run(show):
    lesson = hostile_lesson()
    page = show(write_page(lesson))
    page.click("#last")
    names = page.locator("tr[data-input] th").all_text_contents()
    for name, shown in zip(HOSTILE[:4], names, strict=False):
        assert shown == name
    assert page.locator("img, [onclick]").count() == 0
    assert page.locator("script").count() == 2


def test_code_with_markup_is_shown_and_not_run(show, tmp_path):
    import runpy

    markup = '"</script><img src=x onerror=alert(1)>"'
    code = f"def f(a):\n\ts = {markup} and a * a  # 😀\n\treturn s + 1\n"
    file = tmp_path / "<b>odd&.py"
    file.write_text(code, "utf-8")
    f = runpy.run_path(str(file))["f"]
    lesson = explain(f, language="en", a=2.0)
    there, _ = walked(show(write_page(lesson)), lesson)
    assert [look["source"] for look in there[1:3]] == ["a * a", "s + 1"]


def test_without_a_script_everything_can_be_read(show):
    lesson = loss_lesson()
    lesson.by = "lines"
    page = show(write_page(lesson), scripts=False)
    told = page.locator("#steps noscript").inner_text()
    assert "w.grad = s.grad · ∂s/∂w = −2 · 2 = −4" in told
    assert page.locator(".graph [data-g]").first.text_content() == "−4"
    assert not page.locator("#controls").is_visible()


def test_print(show):
    lesson = loss_lesson()
    page = show(write_page(lesson), width=800)
    page.click("#next")
    assert "?" in page.locator(".answer").all_text_contents()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "?" not in page.locator(".answer").all_text_contents()
    assert page.evaluate(LOOK)["grad"]["0"] == "−4"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(LOOK)["place"] == 1
    page.emulate_media(media="print")
    assert page.locator("article:visible").count() == len(lesson.steps) + 2
    assert not page.locator("#controls").is_visible()
    assert len(page.pdf()) > 10_000


def test_in_a_frame_of_a_notebook(show):
    shown = loss_lesson("fr")._repr_mimebundle_()
    two = bundle(square_lesson())["text/html"]
    page = show(f"<!doctype html><html lang=fr><body>{shown['text/html']}{two}")
    frame = page.frame_locator("iframe").first
    frame.locator("#next").click()
    frame.locator("#show").click()
    assert frame.locator("article.shown h2").text_content() == "On calcule v1"
    assert frame.locator("article.shown .answer").text_content() == "1"
    other = page.frame_locator("iframe").nth(1)
    assert other.locator("#count").text_content() == "0 / 8"


def test_first_paint_within_a_second(show):
    page = show(write_page(network_lesson()))
    paint = (
        """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""
    )
    deadline = time.monotonic() + 5.0
    while (at := page.evaluate(paint)) is None and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert at is not None and at < 1000.0


def at(page, name, number):
    """Type a number for an input."""
    if page.is_visible("#panes"):
        page.click("#panes [data-pane=hands]")
    field = page.locator(f'[data-input]:has(var:text-is("{name}")) .number')
    field.fill(str(number))
    field.press("Enter")
    return page.inner_text("#beyond") if page.is_visible("#beyond") else ""


def by_wiggling(page):
    if page.get_attribute("#last", "aria-disabled") != "true":
        page.click("#last")
    return page.locator("td[data-w]").all_inner_texts()


def two_ways(x):
    return x * x if x > 0 else -x


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_comparison_that_the_path_stands_on(show, language):
    lesson = explain(two_ways, x=-2, language=language)
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    told = page.inner_text("#stands")
    assert "x > 0 (" in told and "False" in told and "x = −2" in told
    assert page.get_attribute("#beyond", "aria-live") == "polite"
    assert by_wiggling(page) == ["−1"]
    assert at(page, "x", -1.5) == "" and by_wiggling(page) == ["−1"]
    said = at(page, "x", 2)  # the page shows −2, the function is 4
    assert "x > 0 (" in said
    assert (
        "not your function any more" if language == "en" else "n’est plus ta"
    ) in said
    assert by_wiggling(page) == ["—"]
    page.click("#reset")
    assert not page.is_visible("#beyond") and by_wiggling(page) == ["−1"]


def test_a_comparison_of_what_is_not_in_the_graph(show):
    def f(x, y):
        gap = (x - y) * 2.0
        if not gap < 1.0:
            return x
        return max(x, y) + x * y

    lesson = explain(f, x=1, y=2, language="en")
    page = show(write_page(lesson))
    told = page.inner_text("#stands")
    assert "gap < 1.0 (line" in told and "max(x, y) (line" in told and "y > x" in told
    assert at(page, "x", 1.5) == ""
    assert "max(x, y)" in at(page, "x", 2.25) and "gap" not in at(page, "x", 2.25)
    assert "gap < 1.0" in at(page, "x", 2.5)


def test_a_number_that_the_page_cannot_follow(show):
    lesson = explain(lambda x, y: x * x.data + y, x=3, y=1, language="en")
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    first = page.locator("main > *").first
    assert first.get_attribute("id") == "doubt"
    assert "output moves 6 times as much" in first.inner_text()
    assert by_wiggling(page)[0] == "6.000003"
    assert at(page, "y", 2) == ""  # y is not in what was read
    assert "may not be your function any more" in at(page, "x", 4)
    assert by_wiggling(page) == ["—", "—"]


def test_no_column_for_a_function_of_two_minds(show):
    numbers = iter(range(1, 100))
    lesson = explain(lambda x: x * next(numbers), x=3, language="en")
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    assert "gave 3, and then 6" in page.inner_text("#doubt")
    assert by_wiggling(page) == [] and not page.is_visible("#bill")
    assert page.locator("#slopes thead th").count() == 3


@pytest.mark.parametrize("width, scheme", [(1366, "dark"), (390, "light")])
def test_what_is_said_of_branches_is_accessible_and_fits(show, width, scheme):
    def f(x, y):
        if x > y:
            return x * x.data
        return y

    page = show(
        write_page(explain(f, x=3, y=1)), width=width, height=844, scheme=scheme
    )
    at(page, "x", 0)
    assert page.is_visible("#beyond") and page.is_visible("#doubt")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints(page) == ""


def test_what_is_taken_changes_with_the_numbers(show):
    lesson = explain("where(step(x), sqrt(x), 0.0) + sqrt(relu(y))", x=4.0, y=4.0)
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    page.click("#last")
    slopes = page.locator("td[data-g]")

    def steps_without_a_share():
        return page.locator("article.untaken").count()

    # The condition takes nothing of x, at any number.
    assert slopes.all_inner_texts() == ["0.25", "0.25"]
    assert steps_without_a_share() == 2 and page.inner_text("#trouble") == ""
    at(page, "x", 0)  # where √x is infinitely steep, and not taken
    at(page, "y", -1)
    assert slopes.all_inner_texts() == ["0", "0"]
    assert steps_without_a_share() == len(lesson.backward) - 2  # those of the sum
    assert page.inner_text("#trouble") == ""
    page.click("#back")
    article = page.locator("article.shown")
    said = article.locator(".nothing")
    assert said.is_visible() and said.inner_text().startswith(
        ("Nothing is handed on", "Rien n’est transmis")
    )
    assert article.locator(".maths").evaluate_all(
        "boxes => boxes.every((box) => !box.getClientRects().length)"
    )
    assert not page.is_visible("#predict")
    at(page, "y", 0)  # both are taken there: 0 times infinity
    assert page.inner_text("#trouble") != ""
