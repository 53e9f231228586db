"""The page learns: a step is what Python does, and everybody can take it."""

from __future__ import annotations

import pytest

from autograd import explain, sigmoid
from autograd.drawing.notation import TEXT
from autograd.teaching.views.page.page import write_page

from .conftest import complaints

XOR = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
NOW = "Object.fromEntries(inputs.map((n) => [labelOf(n), numbers.d[n]]))"


def one(w, x, b, y):
    p = sigmoid(w * x + b)
    loss = (p - y) ** 2
    return loss


def net(x, W, b, c, d):
    hidden = [
        sigmoid(sum(w * number for w, number in zip(row, x, strict=True)) + bias)
        for row, bias in zip(W, b, strict=True)
    ]
    return sigmoid(sum(w * h for w, h in zip(c, hidden, strict=True)) + d)


def xor(W, b, c, d):
    total = 0
    for x, y in XOR:
        total += (net(x, W, b, c, d) - y) ** 2
    return total / 4


WEIGHTS = {
    "W": [[3.0, -2.0], [-1.5, 2.5]], "b": [-0.5, 0.3], "c": [2.0, 1.6], "d": -1.0,
}  # fmt: skip


def neuron_lesson(language="en", **more):
    return explain(one, language=language, w=0.5, x=2.0, b=0.1, y=1.0, **more)


@pytest.fixture(scope="module")
def lessons():
    return {
        language: explain(xor, language=language, **WEIGHTS)
        for language in ("en", "fr")
    }


def row(page, name):
    return page.locator(f'[data-input]:has(var:text-is("{name}"))')


def set_rate(page, rate):
    page.fill("#rate", str(rate))
    page.press("#rate", "Enter")


def knobs(page):
    return [
        " ".join(text.split()) for text in page.locator("#knobs tr").all_inner_texts()
    ]


# --- one step -------------------------------------------------------------------------


def test_a_step_is_told_with_its_numbers_before_it_is_taken(show):
    lesson = neuron_lesson()
    page = show(write_page(lesson))
    before, after, *_ = lesson.learn(0.5, 1)
    assert knobs(page)[0].startswith("w ← 0.5 − 0.1 · (")
    set_rate(page, "0,5")
    first, then = TEXT.digits(before["loss"]), TEXT.digits(after["loss"])
    assert page.inner_text("#change") == f"loss: {first} → {then} in one step"
    slope = TEXT.digits(lesson.gradient["w"])
    assert knobs(page)[0] == f"w ← 0.5 − 0.5 · ({slope}) = {TEXT.digits(after['w'])}"
    assert len(knobs(page)) == 2  # x and y are data
    assert page.inner_text("#loss") == f"loss = {TEXT.digits(before['loss'])}"
    page.click("#one")
    assert page.inner_text("#loss") == f"loss = {TEXT.digits(after['loss'])}"
    assert row(page, "w").locator(".number").input_value() == TEXT.digits(after["w"])
    assert page.is_visible("#curve") and "after step 1" in page.inner_text("#walked")
    page.click("#again")
    assert page.evaluate(NOW) == {n.name: n.data for n in lesson.inputs}
    assert not page.is_visible("#curve") and page.is_disabled("#again")


@pytest.mark.long
def test_fifty_steps_are_those_of_python(show, lessons):
    page = show(write_page(lessons["en"]))
    set_rate(page, 5)
    told = lessons["en"].learn(5.0, 50)
    found = page.evaluate(
        f"[...Array(50)].map(() => {{ step(); return [{NOW}, numbers.d[root]]; }})"
    )
    for (inputs, loss), wanted in zip(found, told[1:], strict=True):
        assert {**inputs, "xor": loss} == pytest.approx(wanted, rel=1e-12)
    points = page.get_attribute("#curve polyline", "points") or ""
    assert len(points.split()) == 51
    assert page.evaluate("losses") == pytest.approx([n["xor"] for n in told], rel=1e-12)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_plays_and_pauses(show, motion):
    page = show(write_page(neuron_lesson()), motion=motion)
    assert page.inner_text("#play") == "Play"
    page.click("#play")
    assert page.inner_text("#play") == "Pause"
    while page.evaluate("losses.length") < 4:
        page.wait_for_timeout(20)
    page.click("#play")
    count = page.evaluate("losses.length")
    page.wait_for_timeout(150 if motion == "no-preference" else 550)
    assert page.evaluate("losses.length") == count
    # Whoever moves an input begins another walk.
    row(page, "x").locator(".number").fill("1")
    row(page, "x").locator(".number").press("Enter")
    assert page.evaluate("losses") == [] and page.is_disabled("#again")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["hardly moves", "", "would grow", "no number", "above 0"]),
        (
            "fr",
            ["ne bouge presque pas", "", "augmenterait", "aucun nombre", "que 0"],
        ),
    ],
)
def test_a_rate_can_be_too_small_or_too_large(show, language, said):
    def f(w, x, y):
        return (w * x - y) ** 2

    page = show(write_page(explain(f, language=language, w=1.0, x=2.0, y=3.0)))
    for rate, words in zip(("0.00001", "0.1", "1", "1e308", "-1"), said, strict=True):
        set_rate(page, rate)
        word = page.inner_text("#word") if page.is_visible("#word") else ""
        assert words in word and bool(words) == bool(word)
    page.click("#one")
    assert page.evaluate("losses") == []
    set_rate(page, "0.125")
    page.click("#one")  # to the bottom
    assert page.inner_text("#loss") == "f = 0"
    assert ("slopes are 0" if language == "en" else "pentes valent 0") in (
        page.inner_text("#word")
    )
    page.focus("#rates")
    page.keyboard.press("ArrowRight")
    assert page.input_value("#rate") == "0.2"
    assert page.get_attribute("#rates", "aria-valuetext") == "0.2"


@pytest.mark.long
def test_one_step_listens_to_all_examples(show, lessons):
    page = show(write_page(lessons["en"]))
    alone = [
        explain(lambda W, b, c, d, x=x, y=y: (net(x, W, b, c, d) - y) ** 2, **WEIGHTS)
        for x, y in XOR
    ]
    for name in ("c[0]", "W[1][1]"):
        page.select_option("#weight", label=name)
        slopes = [
            next(n.grad for n in lesson.inputs if n.name == name) for lesson in alone
        ]
        shown = page.locator("#each b").all_inner_texts()
        assert shown == [TEXT.digits(slope) for slope in slopes]
        told = page.inner_text("#mean")
        assert f"the average of these slopes: {TEXT.digits(sum(slopes) / 4)}." in told
        assert TEXT.digits(lessons["en"].gradient[name]) in told
    total = explain(lambda w: (w - 1) ** 2 + (w - 4) ** 2, language="en", w=1.0)
    page = show(write_page(total))
    assert "the sum of these slopes, −6: 2 times their average, −3." in (
        page.inner_text("#mean")
    )
    page = show(write_page(neuron_lesson()))
    assert not page.is_visible("#examples")


# --- learned or given -----------------------------------------------------------------


@pytest.mark.long
def test_no_step_leads_to_data_until_it_is_asked_for(show):
    lesson = explain(one, language="en", w=0.5, x=2.0, b=0.1, y=1.0)
    page = show(write_page(lesson))

    def titles():
        page.evaluate("go(0)")
        last = int(page.get_attribute("#place", "max") or 0)
        found = []
        for _ in range(last):
            page.click("#next")
            found.append(page.locator("article.shown:visible h2").inner_text())
        return found

    assert "Data, given as they are" not in page.inner_text("#roles")
    assert "Not ticked: data (x, y)" in page.inner_text("#roles")
    without = titles()
    assert not any("x" in title.split("to")[-1].split() for title in without[4:])
    assert page.locator("td[data-g]:visible").count() >= 2
    assert "visible" != row(page, "x").locator("td.grad").evaluate(
        "(cell) => getComputedStyle(cell).visibility"
    )
    page.check("[data-learn='{}']".format(place_of(lesson, "x")))
    assert "Not ticked: data (y)" in page.inner_text("#roles")
    page.evaluate("go(last)")
    cell = row(page, "x").locator("td.grad")
    assert cell.inner_text() == TEXT.digits(lesson.gradient["x"])
    assert len(knobs(page)) == 3
    page.uncheck("[data-learn='{}']".format(place_of(lesson, "x")))
    assert titles() == without


def place_of(lesson, name):
    return next(node.place for node in lesson.inputs if node.name == name)


def test_to_predict_is_asked_for(show):
    page = show(write_page(neuron_lesson()))
    assert not page.is_checked("#predicting") and page.is_visible("#learning")
    page = show(write_page(neuron_lesson(predict=True)))
    assert page.is_checked("#predicting")
    # What is to be predicted is not told beside it.
    assert not page.is_visible("#learning") and page.inner_text("#loss") == "loss = ?"
    page.click("#last")
    assert page.is_visible("#learning") and "?" not in page.inner_text("#loss")


# --- all can use it -------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1366, "dark", "en"), (390, "light", "fr")]
)
def test_axe_finds_nothing_while_it_learns(show, lessons, width, scheme, language):
    page = show(write_page(lessons[language]), width=width, height=844, scheme=scheme)
    if page.is_visible("[data-pane=hands]"):
        page.click("[data-pane=hands]")
    page.evaluate("for (let n = 0; n < 5; n++) step()")
    assert complaints(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_stays_small():
    def wide(w1, w2, w3, w4, w5, w6, x1, x2, x3, x4, x5, x6, b, y):
        total = w1 * x1 + w2 * x2 + w3 * x3 + w4 * x4 + w5 * x5 + w6 * x6 + b
        p = sigmoid(total)
        return (p - y) ** 2

    names = [*(f"{kind}{i}" for kind in "wx" for i in range(1, 7)), "b", "y"]
    lesson = explain(wide, **{name: 0.1 * i for i, name in enumerate(names)})
    assert 30 <= len(lesson.nodes) <= 32
    assert len(write_page(lesson).encode()) < 180_000
