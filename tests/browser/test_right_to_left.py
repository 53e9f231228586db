"""Names that are written from right to left do not turn what they stand in."""

from __future__ import annotations

import pytest

from autograd import Value, descend, draw, explain
from autograd.teaching.views.page.page import write_page

FIRST, SECOND, RESULT = "אורך", "רוחב", "תוצאה"

# From left to right, where names stand in the texts that hold the first and another.
ORDERS = """([names, query]) => [...document.querySelectorAll(query)].flatMap((e) => {
  const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: name, index } of node.data.matchAll(names.join("|"))) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + name.length);
      const { left, top, width } = range.getBoundingClientRect();
      if (width) found.push({ name, left, top });
    }
  }
  const told = found.map(({ name }) => name);
  const line = found.every(({ top }) => Math.abs(top - found[0].top) < 5);
  if (new Set(told).size < 2 || !line) return [];
  const seen = [...found].sort((a, b) => a.left - b.left).map(({ name }) => name);
  return [[told.join(" "), seen.join(" ")]];
})"""


def orders(page, query):
    """Return in which order names are written, and in which they are seen."""
    return page.evaluate(ORDERS, [[FIRST, SECOND, RESULT], query])


def difference():
    first, second = Value(5.0, FIRST), Value(2.0, SECOND)
    result = first - second * first
    result.label = RESULT
    return first, result


def test_drawings(show):
    first, result = difference()
    svg = draw(
        result, formula=True, partials=True, highlight=first, language="en"
    ).pipe("svg", encoding="utf-8")
    found = orders(show(f"<!doctype html>{svg[svg.index('<svg') :]}"), "svg text")
    assert len(found) >= 4 and all(told == seen for told, seen in found)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_that_steps(show, language):
    _, result = difference()
    page = show(write_page(explain(result, language=language)))
    page.uncheck("#predicting")
    count = 0
    for _ in range(8):
        found = orders(page, "article.shown :is(h2, p, mtd), #live")
        assert all(told == seen for told, seen in found)
        count += len(found)
        page.click("#next")
    assert count > 5


def test_the_page_that_walks(show, tmp_path):
    down = descend(f"{FIRST}**2 + {SECOND}**2", (1.0, 2.0), language="en")
    page = show(down.save(tmp_path / "walk.html").read_text("utf-8"))
    page.check("#plus")
    found = orders(page, "#sentence, #with, #outcome, header math mrow, th")
    assert len(found) >= 3 and all(told == seen for told, seen in found)
