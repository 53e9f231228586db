"""One step is an example, a line or an operation; and the graph tells of its nodes."""

from __future__ import annotations

import re

import pytest

from autograd import explain
from autograd.drawing.notation import TEXT
from autograd.teaching.lines import by_lines
from autograd.teaching.steps import Forward, Seed
from autograd.teaching.views.page.page import write_page

from .conftest import complaints
from .lessons import WEIGHTS, net, net_lesson, xor_lesson


@pytest.fixture(scope="module")
def pages():
    return {"net": write_page(net_lesson()), "xor": write_page(xor_lesson())}


def steps_of(page, level):
    """Return of each step of a level its title and its equations, pane by pane."""
    return page.evaluate(
        """(level) => {
          enter(level);
          return [...steps.keys()].map((at) => {
            go(at);
            const article = document.querySelector("article.shown");
            const seen = [...article.querySelectorAll(".maths")]
              .filter((e) => e.getClientRects().length);
            return [article.querySelector("h2").textContent, seen.map((e) =>
              [...e.children].map((part) => part.textContent))];
          });
        }""",
        level,
    )


def check_lines(page, lesson):
    told = steps_of(page, "lines")[1:-1]
    groups = by_lines(lesson)
    assert len(told) == len(groups) == 15
    for (_, equations), group in zip(told, groups, strict=True):
        results = [parts[-1].removeprefix("=") for parts in equations]
        for step in group:
            match step:
                case Forward(result=number):
                    pass
                case Seed():
                    number = 1.0
                case _:
                    number = step.total
            assert TEXT.digits(number) in results


@pytest.mark.long
def test_a_line_is_a_step_and_follows_the_inputs(show, pages):
    page = show(pages["net"])
    assert page.inner_text("#count") == "0 / 16"
    check_lines(page, net_lesson())
    moved = {**WEIGHTS, "b1": [0.1, 0.75], "b2": -0.5}
    for name, number in (("b1[1]", 0.75), ("b2", -0.5)):
        field = page.locator(f'[data-input]:has(var:text-is("{name}")) .number')
        field.fill(str(number))
        field.press("Enter")
    check_lines(page, explain(net, language="en", **moved, x=[1.0, 0.0], y=1.0))


@pytest.mark.long
def test_what_a_line_is_called_is_what_the_text_calls_it(show, pages):
    titles = [title for title, _ in steps_of(show(pages["net"]), "lines")]
    headings = re.findall(r"Step \d+ of 15(.*)", str(net_lesson()))
    for title, heading in zip(titles[1:-1], headings, strict=True):
        assert title.endswith(heading)


@pytest.mark.long
def test_keys_go_into_a_step_and_out_again(show, pages):
    page = show(pages["xor"])
    page.locator("h1").click()
    levels, counts = [], []
    for key in (
        "ArrowUp",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowUp",
        "ArrowUp",
    ):
        page.keyboard.press(key)
        levels.append(page.inner_text("#levels [aria-pressed=true]"))
        counts.append(page.inner_text("#count"))
    assert levels == [
        "Examples", "Examples", "Lines", "Operations", "Lines", "Examples"
    ]  # fmt: skip
    assert counts[0] == "0 / 12" and counts[1] == counts[-1] == "1 / 12"
    assert counts[2].startswith("1 / ") and counts[2] == counts[4]
    assert complaints(page) == ""


@pytest.mark.long
def test_an_example_has_the_equations_of_its_lines(show, pages):
    told = steps_of(show(pages["xor"]), "examples")
    assert [title for title, _ in told[1:5]] == [
        f"Forward, example {nth} of 4" for nth in (1, 2, 3, 4)
    ]
    assert [title for title, _ in told[8:12]] == [
        f"Backward, example {nth} of 4" for nth in (4, 3, 2, 1)
    ]
    lesson = xor_lesson()
    results = {parts[0]: parts[-1] for _, rows in told[8:12] for parts in rows}
    assert results == {
        f"{node.name}.grad": f"={TEXT.digits(node.grad)}" for node in lesson.inputs
    }


def test_a_node_tells_its_story(show, pages):
    page = show(pages["net"])
    page.click("#last")
    page.locator(".graph:not(.away) [data-n] .name", has_text="total6").click()
    told = page.inner_text("#story")
    assert told.startswith("×") and "total6" in told and "total6.grad = −0.2117" in told
    assert page.locator("#story .maths").count() == 3  # its sum, ∂output/∂total6, share
    page.click("#story button")
    assert not page.is_visible("#story")
    page.select_option("#node", label="w2[0]")
    assert "w2[0].grad = −0.1367" in page.inner_text("#story")
    page.click("#first")
    assert "not yet" in page.inner_text("#story")


def test_the_graph_is_zoomed_and_dragged_without_selecting(show, pages):
    page = show(pages["net"])
    size = "document.querySelector('.graph:not(.away)').getBoundingClientRect().width"
    fitting = page.evaluate(size)
    for _ in range(5):
        page.click("#larger")
    assert page.evaluate(size) > 2 * fitting
    box = page.locator("#canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    at = "[$('canvas').scrollLeft, $('canvas').scrollTop]"
    before = page.evaluate(at)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 40, steps=4)
    page.mouse.up()
    assert page.evaluate(at) == [before[0] - 60, before[1] + 40]
    assert page.evaluate("String(getSelection())") == "" and not page.is_visible(
        "#story"
    )
    page.click("#whole")
    assert page.evaluate(size) == fitting


@pytest.mark.long
def test_edges_run_beside_boxes(show, pages):
    crossed = """() => ["wide", "narrow"].flatMap((direction) => {
      placeGraph(direction);
      const { nodes, edges } = graphHere();
      return edges.flatMap((line) => {
        const [n, , arg] = line.dataset.edge.split(".");
        const path = line.firstChild, length = path.getTotalLength();
        const points = [...Array(41).keys()].map((i) =>
          path.getPointAtLength(length * i / 40));
        return nodes.filter((node) => ![n, arg].includes(node.dataset.n)
          && points.some((point) => {
            const [x, y] = node.getAttribute("transform").slice(10, -1).split(",");
            const box = node.querySelector("rect");
            return point.x > +x + 2 && point.x < +x + box.width.baseVal.value - 2
              && point.y > +y + 2 && point.y < +y + box.height.baseVal.value - 2;
          })).map((node) => [line.dataset.edge, node.dataset.n]);
      });
    })"""
    for name in pages:
        assert show(pages[name]).evaluate(crossed) == []


@pytest.mark.long
def test_on_paper_a_dozen_steps_take_about_a_page(show, pages):
    page = show(pages["net"])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    box = page.locator(".graph:not(.away)").bounding_box()
    assert box["width"] <= 1280
    shown = page.evaluate("[graphHere().svg.viewBox.baseVal.width, graphHere().box[2]]")
    assert shown[0] == shown[1]
