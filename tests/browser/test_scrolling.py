"""Whoever uses the keyboard gets to every box that scrolls, and scrolls it."""

from __future__ import annotations

import tempfile
from functools import cache

import pytest

from autograd import descend, exercise, explain
from autograd.teaching.exercises.worksheet import worksheet
from autograd.teaching.views.page.page import bundle, write_page

from .conftest import complaints, needed
from .lessons import network_lesson

# Boxes with more in them than they show, and what is wrong with the way to them; and
# stops on the way at boxes that show all.
LOOK = """() => {
  const told = (e) => `${e.tagName}#${e.id}.${e.className}`;
  const seen = [...document.querySelectorAll("body *")].filter(
    (e) => e.getClientRects().length && !e.closest("svg, math")
      && !e.closest("details:not([open]) > :not(summary)"));
  const scrolls = (e) => {
    const { overflowX, overflowY } = getComputedStyle(e);
    const moves = (overflow) => ["auto", "scroll"].includes(overflow);
    return moves(overflowX) && e.scrollWidth > e.clientWidth + 1
      || moves(overflowY) && e.scrollHeight > e.clientHeight + 1;
  };
  const boxes = seen.filter(scrolls);
  const named = (e) => e.ariaLabel
    && (e.tagName === "SECTION" || ["group", "region"].includes(e.role));
  return {
    boxes: boxes.map(told),
    lost: boxes.filter((e) => e.getAttribute("tabindex") !== "0").map(told),
    nameless: boxes.filter((e) => !named(e)).map(told),
    idle: seen.filter((e) => e.hasAttribute("tabindex") && !scrolls(e)).map(told),
    unseen: boxes.filter((e) => {
      const before = document.activeElement;
      e.focus({ preventScroll: true, focusVisible: true });
      const style = getComputedStyle(e);
      const ring = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
      if (before !== e) before.focus({ preventScroll: true });
      return !ring;
    }).map(told),
  };
}"""
LONG = "(1 - x)**2 + 100*(y - x**2)**2 + 1/(x**2 + 1) + 1/(y**2 + 1)"


def long_names(language):
    def total(the_first_of_all_the_inputs, the_second_of_all_the_inputs):
        the_sum_of_both = the_first_of_all_the_inputs + the_second_of_all_the_inputs
        return the_sum_of_both * the_first_of_all_the_inputs * the_sum_of_both**2

    at = {"the_first_of_all_the_inputs": 1.5, "the_second_of_all_the_inputs": -2.0}
    return explain(total, language=language, **at)


def as_page(fragment):
    """Return what a notebook shows, as a page."""
    return f'<!doctype html><html lang="en"><title>t</title><main>{fragment}</main>'


def fallback(frame):
    """Return what stands in the place of a frame that is not shown."""
    return frame[frame.rindex("</summary>") + 10 : frame.rindex("</details>")]


@cache
def report(language):
    nn = pytest.importorskip("nn")
    needed("matplotlib")
    data = nn.load_data("blobs")
    model = nn.MLP(len(data.features), [8, len(data.classes)], seed=0)
    history = nn.fit(model, data, epochs=1, progress=False)
    with tempfile.TemporaryDirectory() as folder:
        path = nn.write_report(f"{folder}/r", model, data, history, language=language)
        return path.read_text("utf-8")


def descent(language):
    return descend(LONG, (-1.2, 1.0), rate=0.001, steps=30, language=language)


KINDS = {
    "lesson": lambda language, _: write_page(network_lesson(language)),
    "long names": lambda language, _: write_page(long_names(language)),
    "descent": lambda language, path: (
        descent(language).save(path / "d.html", language).read_text("utf-8")
    ),
    "report": lambda language, _: report(language),
    "worksheet": lambda language, _: worksheet(seed=3, count=5, language=language),
    "exercise": lambda language, _: as_page(
        exercise(5, 5, language=language)._repr_html_()
    ),
    "lesson, no frames": lambda language, _: as_page(
        fallback(bundle(network_lesson(language))["text/html"])
    ),
    "descent, no frames": lambda language, _: as_page(
        fallback(descent(language)._repr_mimebundle_()["text/html"])
    ),
}
WITHOUT_SCRIPT = ("worksheet", "exercise", "lesson, no frames", "descent, no frames")
WIDTHS = (1366, 390)


def steps_of(page, kind):
    """Yield at each step of the page, its last one included."""
    yield
    if kind in ("lesson", "long names", "descent"):
        for _ in range(40):
            page.keyboard.press("ArrowRight")
            yield


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_box_that_scrolls_is_a_stop(show, tmp_path, kind, width):
    language = "fr" if width == 390 else "en"
    page = show(KINDS[kind](language, tmp_path), width=width, height=768)
    found = set()
    for _ in steps_of(page, kind):
        look = page.evaluate(LOOK)
        assert look["lost"] == look["nameless"] == look["unseen"] == []
        assert kind in WITHOUT_SCRIPT or look["idle"] == []
        found.update(look["boxes"])
    assert found or width == 1366


@pytest.mark.parametrize("kind", ["lesson", "descent", "report"])
def test_without_script_too(show, tmp_path, kind):
    html = KINDS[kind]("en", tmp_path)
    page = show(html, width=390, scripts=False)
    page.wait_for_load_state()
    lost = page.locator(".scroll:visible:not([tabindex='0'][aria-label])")
    assert lost.count() == 0
    assert page.locator(".scroll:visible").count() > 0


@pytest.mark.long
# The other kinds have such a test of their own.
@pytest.mark.parametrize("width, scheme", [(390, "light"), (1366, "dark")])
@pytest.mark.parametrize("kind", ["long names", *WITHOUT_SCRIPT])
def test_axe_finds_nothing(show, tmp_path, kind, width, scheme):
    language = "en" if width == 390 else "fr"
    page = show(KINDS[kind](language, tmp_path), width=width, scheme=scheme)
    # A fragment of a notebook is no page with a heading of its own.
    rules = {"page-has-heading-one": {"enabled": "worksheet" == kind}}
    assert complaints(page, iframes=False, rules=rules) == ""


@pytest.mark.parametrize("kind", ["lesson", "long names", "descent"])
def test_arrows_scroll_the_box_and_not_the_steps(show, tmp_path, kind):
    page = show(KINDS[kind]("en", tmp_path), width=390, motion="reduce")
    page.keyboard.press("End")
    count = page.inner_text("#count")
    boxes = page.locator("[tabindex='0']:visible")
    assert boxes.count() > 0
    for box in boxes.all():
        across = box.evaluate("(e) => e.scrollWidth > e.clientWidth + 1")
        box.evaluate("(e) => { e.scrollTo(0, 0); e.focus(); }")
        for key in ["ArrowRight"] * 3 if across else ["ArrowDown"] * 3:
            page.keyboard.press(key)
        page.wait_for_function(
            "(e) => e.scrollLeft + e.scrollTop > 0", arg=box.element_handle()
        )
        assert page.inner_text("#count") == count


def test_a_box_that_shows_all_again_is_no_stop(show):
    page = show(write_page(long_names("en")), width=390)
    page.keyboard.press("End")
    stops = page.locator(".scroll[tabindex]:visible").element_handles()
    assert stops
    page.set_viewport_size({"width": 2000, "height": 1200})
    page.wait_for_function(
        "(stops) => stops.some((box) => !box.hasAttribute('tabindex'))", arg=stops
    )
    assert page.evaluate(LOOK)["idle"] == []


def test_the_keyboard_gets_there(show):
    page = show(write_page(long_names("en")), width=390)
    page.keyboard.press("End")
    wanted = {box for box in page.evaluate(LOOK)["boxes"]}
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(({ tagName, id, className }) => `${tagName}#${id}.${className}`)"
                "(document.activeElement)"
            )
        )
    assert wanted and wanted <= reached
