"""In one glance: graph, line, equation and product are in view together, uncovered."""

from __future__ import annotations

import pytest

from autograd.teaching.views.page.page import write_page

from .lessons import GLANCES

# What is wrong at each step of a level: what is meant is out of its pane, a pane is out
# of the window, or something lies over it.
MEASURE = """([name, every]) => {
  enter(name);
  const wrong = [];
  const rect = (e) => e.getBoundingClientRect();
  const inside = (e, box) => {
    const [a, b] = [rect(e), rect(box)];
    return a.width + a.height > 0 && a.left >= b.left - 1 && a.right <= b.right + 1
      && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  };
  const isOnTop = (e) => {
    const { left, top, width, height } = rect(e);
    const found = document.elementFromPoint(left + width / 2, top + height / 2);
    return e.contains(found) || found?.closest("svg");
  };
  const small = matchMedia("(max-width: 47rem)").matches;
  for (let at = 0; at <= last; at += every) {
    go(at);
    const say = (what) => wrong.push(`${name} ${at}: ${what}`);
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth) say("scrolls sideways");
    if (page.scrollHeight > innerHeight) say("scrolls");
    const panes = small ? ["#steps"] : ["#code", "#steps", "#picture", "#hands"];
    const shown = panes.map($$).filter((pane) => pane?.getClientRects().length);
    for (const pane of [...shown, $("controls")]) {
      if (!inside(pane, document.body)) say(`${pane.id} is cut`);
      for (const other of [...shown, $("controls")]) {
        const [a, b] = [rect(pane), rect(other)];
        const isOver = a.left < b.right - 1 && b.left < a.right - 1
          && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        if (pane !== other && isOver) say(`${pane.id} over ${other.id}`);
      }
    }
    const article = document.querySelector("article.shown");
    const equation = [...article.querySelectorAll(".maths")]
      .filter((e) => e.getClientRects().length).at(-1);
    const kind = steps[at][0];
    if (equation && ["forward", "seed", "backward"].includes(kind)) {
      for (const part of [equation, equation.lastElementChild]) {
        if (!inside(part, $("told"))) say("the equation is cut");
        if (!isOnTop(part)) say("the equation is covered");
      }
      if (small) {
        pane("picture");
        show();
      }
      if (!small || rect($("canvas")).width) {
        const parts = [...document.querySelectorAll(
          ".graph:not(.away) :is(.goal, .giver, .edge.used path)")];
        if (!parts.length) say("nothing is meant");
        if (!parts.every((part) => inside(part, $("canvas")))) say("the graph is cut");
      }
      if (small) {
        pane("left");
        show();
      }
      const line = (small ? article : $("code") ?? article).querySelector("u");
      const box = small ? $("told") : document.querySelector("#code .scroll");
      if (line && !inside(line, box)) say("the line is cut");
      if (line && !isOnTop(line.closest("code"))) say("the line is covered");
      if (!line && lesson.marks.flat().length) say("there is no line");
    }
    const form = $("predict");
    if (!form.hidden) {
      if (!inside(form, $("steps"))) say("the question is cut");
      if (rect($("told")).bottom > rect(form).top + 1) say("the question covers");
    }
  }
  return wrong;
}""".replace("$$", "(query) => document.querySelector(query)")


# Width and height of the window, and whether each number is asked for.
SIZES = {
    "en": [(1366, 650, False), (1280, 800, True), (900, 700, False)],
    "fr": [(1366, 650, True), (1280, 800, False), (390, 844, False)],
}


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", GLANCES)
def test_at_every_step_all_is_in_view(show, name, language):
    page = show(write_page(GLANCES[name](language)))
    for width, height, asks in SIZES[language]:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("(asks) => { $('predicting').checked = asks; show(); }", asks)
        for level in page.evaluate("names"):
            every = {"lines": 5, "operations": 31}.get(level, 1) if name == "xor" else 1
            assert page.evaluate(MEASURE, [level, every]) == [], (width, asks)


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_is_cut(show, language):
    page = show(write_page(GLANCES["net"](language)))
    boxes = ["#numbers", "#slopes .scroll", "#learning", "#controls", "#told", "#hands"]
    cut = """(boxes) => boxes.filter((box) => {
      const { scrollWidth, clientWidth } = document.querySelector(box);
      return scrollWidth > clientWidth + 1;
    })"""
    for width in (760, 900, 1000, 1100, 1160, 1280, 1366):
        page.set_viewport_size({"width": width, "height": 700})
        for place in ("go(0)", "go(11)", "go(last)"):
            page.evaluate(place)
            assert page.evaluate(cut, boxes) == [], (width, place)
