"""What the page shows at its steps, and what Python says that it has to show."""

from __future__ import annotations

from autograd.drawing.notation import TEXT
from autograd.teaching.steps import Backward, Forward
from autograd.teaching.views.page.graph import at_edge

# What the page shows at the current step, read from the elements themselves.
LOOK = """() => {
  const seen = (e) => e.getClientRects().length > 0;
  const texts = (query, key) => Object.fromEntries(
    [...document.querySelectorAll(query)].filter(seen)
      .map((e) => [e.dataset[key], e.textContent]));
  const article = document.querySelector("article.shown");
  return {
    place: Number(document.getElementById("place").value),
    shown: [...document.querySelectorAll("article")].filter(seen).length,
    data: texts(".graph [data-d]", "d"), grad: texts(".graph [data-g]", "g"),
    slope: texts(".graph [data-k]", "k"), table: texts("td[data-g]", "g"),
    wiggled: texts("td[data-w]", "w"),
    answers: [...article.querySelectorAll(".answer")].map((e) => e.textContent),
    slots: [...article.querySelectorAll("[data-s]")].map(
      (e) => [e.dataset.s, e.textContent]),
    source: document.querySelector("#code u")?.textContent ?? null,
    goals: [...document.querySelectorAll(".node.goal")].filter(seen)
      .map((e) => Number(e.dataset.n)),
  };
}"""
WALK = (
    "([button, count]) => Array.from({length: count}, () => {"
    f" document.getElementById(button).click(); return ({LOOK})(); }})"
)
TYPE = """(point) => point.forEach((number, i) => {
  const field = document.querySelectorAll("td .number")[i];
  field.value = String(number);
  field.dispatchEvent(new Event("change"));
})"""


def walked(page, lesson):
    """Return what each step shows, once going forwards and once going back."""
    page.uncheck("#predicting")
    last = len(lesson.steps) + 1
    start = page.evaluate(LOOK)
    there = [start, *page.evaluate(WALK, ["next", last])]
    back = [there[-1], *page.evaluate(WALK, ["back", last])]
    return there, back[::-1]


def expected(lesson, place):
    """Return the numbers that Python has at a step, as text."""
    passed = lesson.steps[:place]
    data = {
        str(n.place): TEXT.digits(n.data)
        for n in lesson.nodes
        if n.name and n.op is None
    }
    inner = {str(n.place): "" for n in lesson.nodes if n.op is not None}
    grad = {str(n.place): "" for n in lesson.nodes if not n.constant}
    slope = {str(i): "" for i in range(len(lesson.backward))}
    for step in passed:
        if isinstance(step, Forward):
            inner[str(step.node.place)] = TEXT.digits(step.result)
        elif isinstance(step, Backward):
            grad[str(step.arg.place)] = TEXT.digits(step.total)
            share = lesson.backward.index(step)
            partial = at_edge(lesson, step.node, step.i)
            slope[str(share)] = partial + TEXT.digits(step.slope)
        else:
            grad[str(step.node.place)] = "1"
    return data | inner, grad, slope
