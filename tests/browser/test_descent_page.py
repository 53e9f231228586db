"""The page of a walk downhill, in a browser: its steps show the numbers of Python."""

from __future__ import annotations

import pytest

from autograd import descend
from autograd.drawing.notation import TEXT

from .conftest import complaints, needed

ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"


def bent(x):
    return x**2 if x > 0 else -x


WALKS = [
    ("x**2", 3.0, 0.1),
    ("x**2", 3.0, 1.1),
    ("x**4 - 3*x**2 + x", 2.0, 0.05),
    ("sqrt(x)", 0.0, 0.1),
    ("log(x) + 1/x", 0.3, 0.05),
    (bent, 1.0, 0.1),
    ("x**2 + 10*y**2", (-8.0, 2.0), 0.05),
    (ROSENBROCK, (-1.2, 1.0), 0.001),
]


@pytest.fixture
def opened(show, tmp_path):
    """Open the page of a walk; it may say nothing and ask the network for nothing."""

    def open_page(down, *, language="en", **options):
        page = down.save(tmp_path / "walk.html", language)
        return show(page.read_text("utf-8"), height=800, **options)

    return open_page


def number(text):
    return float(text.replace("−", "-").strip("()"))


def formula(page, slot):
    """Return what stands in a slot of the formula."""
    return page.text_content(f"[data-slot={slot}]")


def shown(page):
    """Return the cells of the row of the table that is marked."""
    return page.locator("tr[aria-current] td").all_inner_texts()


@pytest.mark.parametrize(("f", "start", "rate"), WALKS)
def test_every_step_shows_the_numbers_of_python(opened, f, start, rate):
    down = descend(f, start, rate=rate, language="en")
    walk = down.walk
    last = len(walk.places) - 1
    page = opened(down)
    for k in range(last):
        check(page, down, k)
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#end") == down.reason()
    for k in range(last, 0, -1):
        check(page, down, k)
        page.keyboard.press("ArrowLeft")
    check(page, down, 0)


# What the page shows at a point, read from the elements themselves.
LOOK = """() => ({
  count: document.querySelector("#count").innerText,
  rows: document.querySelectorAll("#rows tr").length,
  cells: [...document.querySelectorAll("tr[aria-current] td")].map((e) => e.innerText),
  sentence: document.querySelector("#sentence").innerText,
  ends: document.querySelector("#end").getClientRects().length > 0,
  slots: Object.fromEntries([...document.querySelectorAll("[data-slot]")].map(
    (e) => [e.dataset.slot, e.textContent])),
})"""


def check(page, down, k):
    """Check what the page shows at point `k`."""
    digits, walk = TEXT.digits, down.walk
    last = len(walk.places) - 1
    place, slopes = walk.places[k], walk.gradients[k]
    look = page.evaluate(LOOK)
    assert (look["count"], look["rows"]) == (f"{k} / {last}", k + 1)
    point = [str(k), *map(digits, place), digits(walk.values[k])]
    assert look["cells"][: len(point)] == point
    for name, x in zip(down.landscape.names, place, strict=True):
        assert f"{name} = {digits(x)}" in look["sentence"]
    assert look["ends"] == (k == last)
    if k < last:
        for i, slope in enumerate(slopes):
            assert look["slots"][f"slope{i}"].strip("()") == digits(slope)
            assert look["slots"][f"x{i}"] == digits(place[i])


def test_the_slider_of_the_rate_shows_the_walks_of_python(opened):
    down = descend("x**2", 3.0, rate=0.1, language="en")
    page = opened(down)
    stops = set()
    for i, scout in enumerate(down.scouts):
        page.fill("#rates", str(i))
        assert page.inner_text("#rate") == TEXT.digits(scout.rate)
        assert shown(page)[2] == TEXT.digits(scout.values[-1])
        stops.add(scout.stopped)
    assert stops >= {"steps", "flat", "too_large"}
    assert down.scouts[0].rate < 0.1 < 1.0 < down.scouts[-1].rate


@pytest.mark.parametrize(("f", "start", "rate"), WALKS)
def test_another_start_walks_as_python_does(opened, f, start, rate):
    down = descend(f, start, rate=rate, language="en")
    page = opened(down)
    if down.formula is None:
        assert page.is_hidden("#starts")
        return
    other = [x + 0.25 for x in down.walk.places[0]]
    for i, x in enumerate(other):
        page.fill(f"[data-start='{i}']", str(x).replace(".", ","))
        page.locator(f"[data-start='{i}']").press("Tab")
    page.locator("#last").click()
    again = descend(f, other, rate=rate, language="en")
    rows = page.evaluate(
        """() => [...document.querySelectorAll("#rows tr")].map(
          (row) => [...row.querySelectorAll("td")].map((e) => e.innerText))"""
    )
    assert len(rows) == len(again.points)
    for cells, place, value in zip(rows, again.walk.places, again.values, strict=True):
        found = [number(text) for text in cells[1 : 2 + len(place)]]
        assert found == pytest.approx([*place, value], rel=1e-3, abs=1e-4)
    page.click("#return")
    assert shown(page)[1] == TEXT.digits(down.walk.places[0][0])


def test_a_click_in_the_picture_starts_there(opened):
    page = opened(descend("x**4 - 3*x**2 + x", 2.0, rate=0.05))
    box = page.locator("svg.plot").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    start = number(shown(page)[1])
    assert -1.5 < start < 0
    page.keyboard.press("End")
    assert abs(number(shown(page)[1]) + 1.3) < 0.01  # the other valley


def test_a_start_without_a_value_is_refused(opened):
    page = opened(descend("log(x) + 1/x", 0.3, rate=0.05, language="en"))
    page.fill("[data-start='0']", "-1")
    page.locator("[data-start='0']").press("Enter")
    page.locator("[data-start='0']").press("Tab")
    assert "has no value" in page.inner_text("#refused")
    assert shown(page)[1] == "0.3"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2.4", "Right: 2.4"),
        ("2,4", "Right: 2.4"),
        ("3.6", "uphill"),
        ("-3", "the whole slope"),
        ("−0.6", "the step alone"),
        ("0.6", "the step alone"),
        ("3", "where you stand"),
        ("7", "Not yet"),
        ("two", "Type a number"),
        ("", "Type a number"),
    ],
)
def test_a_prediction_is_told_what_was_mixed_up(opened, answer, said):
    page = opened(descend("x**2", 3.0, rate=0.1, language="en"))
    assert formula(page, "next0") == "?"
    page.fill("#answer", answer)
    page.locator("#answer").press("Enter")
    assert said in page.inner_text("#verdict")
    shown_then = formula(page, "next0")
    assert shown_then == ("2.4" if "Right" in said else "?")
    page.click("#reveal")
    assert formula(page, "next0") == "2.4"


def test_keys_buttons_and_slider_agree(opened):
    playwright = needed("playwright.sync_api")
    page = opened(descend("x**2", 3.0, rate=0.1))
    for key, count in (("End", 20), ("Home", 0), (" ", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        assert page.inner_text("#count") == f"{count} / 20"
    page.click("#on")
    page.fill("#step", "7")
    assert page.inner_text("#count") == "7 / 20"
    text = page.get_attribute("#step", "aria-valuetext")
    assert "7" in text and "20" in text
    page.click("#first")
    assert page.is_disabled("#back")
    page.click("#play")
    playwright.expect(page.locator("#step")).to_have_value("2")
    page.click("#play")


def test_the_step_with_a_plus_goes_up(opened):
    page = opened(descend("x**2", 3.0, rate=0.1, language="en"))
    assert page.is_hidden("#with")
    page.check("#plus")
    page.keyboard.press("Tab")
    page.click("#on")
    assert "leads to x = 3.6: f(x) = 12.96, where it was 9" in page.inner_text("#with")
    assert page.locator("circle.up").count() == 1


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("f", ["x**2", ROSENBROCK])
def test_it_fits_a_telephone_in_both_colours(opened, f, scheme, language):
    start = 3.0 if f == "x**2" else (-1.2, 1.0)
    down = descend(f, start, rate=0.001)
    page = opened(down, width=390, language=language, scheme=scheme)
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    assert before == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 25, 28)"}[scheme]
    page.click("#theme")
    assert page.evaluate(ground) != before
    size = page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg text')].map("
        "t => parseFloat(getComputedStyle(t).fontSize) *"
        " t.ownerSVGElement.getScreenCTM().a))"
    )
    assert size > 9.5


@pytest.mark.long
@pytest.mark.parametrize(("f", "start"), [("x**2", 3.0), ("x**2 + y**2", (1.0, 2.0))])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(opened, f, start, scheme):
    page = opened(descend(f, start), scheme=scheme)
    page.check("#plus")
    page.click("#on")
    assert complaints(page) == ""


def test_in_a_frame_it_works_without_the_rights_of_the_page(browser):
    html = descend("x**2", 3.0, language="en")._repr_mimebundle_()["text/html"]
    page = browser.new_page()
    heard = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.set_content(html)
    frame = page.frame_locator("iframe")
    frame.locator("#on").click()
    assert frame.locator("#count").inner_text() == "1 / 20"
    assert heard == []
    page.close()
