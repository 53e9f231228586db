"""Moving the inputs in the page gives the numbers that Python gives."""

from __future__ import annotations

import random

import pytest

from autograd import Op, Value, explain, ops
from autograd.drawing.notation import TEXT
from autograd.teaching.passes import recompute
from autograd.teaching.views.javascript import functions, write_rows
from autograd.teaching.views.page.page import write_page

from .lessons import network_lesson, square_lesson
from .looking import LOOK, TYPE, expected, walked

EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-9, -1e-9, 30.0, -30.0,
         710.0, -750.0, 1e200, -1e200, *map(float, ("inf", "-inf", "nan")))  # fmt: skip


def in_python(function, numbers):
    try:
        return float(function(*numbers))
    except (ValueError, ZeroDivisionError, OverflowError):
        return float("nan")


def same(a, b, rel):
    return a == b or (a != a and b != b) or a == pytest.approx(b, rel=rel, abs=1e-300)


@pytest.fixture(scope="module")
def table(browser):
    """The rows of all ops in a page of their own."""
    context = browser.new_context()
    page = context.new_page()
    rows = write_rows(ops.TABLE.values())
    page.set_content(f"<script>{functions()}\nconst rows = {rows};</script>")
    yield page
    context.close()


@pytest.mark.parametrize("name", ops.TABLE)
def test_rows_in_javascript_are_those_of_python(table, name):
    op = ops.TABLE[name]
    draw = random.Random(name)
    points = [
        tuple(draw.uniform(*interval) for interval in op.safe) for _ in range(40)
    ] + [tuple(draw.choice(EDGES) for _ in op.safe) for _ in range(80)]
    points += [(x,) * op.arity for x in EDGES]
    points += [tuple(draw.gauss(0.0, 5.0) for _ in op.safe) for _ in range(40)]
    place = list(ops.TABLE).index(name)
    found = table.evaluate(
        """([place, points]) => points.map((point) => {
          const y = rows[place].f(...point);
          return [y, ...rows[place].d.map((d) => d(...point, y))];
        })""",
        [place, [list(point) for point in points]],
    )
    for point, (y, *slopes) in zip(points, found, strict=True):
        right = in_python(op.compute, [point])
        assert same(y, right, 1e-13), (point, y, right)
        if right != right:
            continue
        for partial, slope in zip(op.partials, slopes, strict=True):
            wanted = in_python(partial, (*point, right))
            assert same(slope, wanted, 1e-12), (point, slope, wanted)


def test_functions_in_javascript_are_those_of_python(table):
    import math

    from autograd.reading.braces import FUNCTIONS

    one = [0.3, -0.7, 1.7, -2.5, 0.0, 5.5, -6.5, 12.0, 26.5, 1e-12, 800.0]
    for name in sorted(FUNCTIONS - {"is_integer", "fabs", "pow"}):
        if not hasattr(math, name):  # exp2 and cbrt are of Python 3.11
            continue
        function = getattr(math, name)
        two = name in ("atan2", "copysign", "fmod", "hypot")
        points = [[x, y] for x in one for y in one] if two else [[x] for x in one]
        found = table.evaluate(
            f"(points) => points.map((point) => Number({name}(...point)))", points
        )
        for point, number in zip(points, found, strict=True):
            right = in_python(function, point)
            # sinh of a small number and the like: a few units of the last place.
            assert same(number, right, 2e-14), (name, point, number, right)


def test_numbers_are_written_as_python_writes_them(show):
    page = show(write_page(square_lesson()))
    draw = random.Random(3)
    numbers = [draw.choice((-1, 1)) * 10 ** draw.uniform(-12, 12) for _ in range(500)]
    numbers += [round(draw.uniform(-10, 10), draw.randrange(6)) for _ in range(500)]
    numbers += [draw.randrange(-4000, 4000) / 32 for _ in range(500)]
    numbers += [float(draw.randrange(10**5, 10**7) * 5) for _ in range(500)]
    numbers += [*EDGES, 0.01, 0.009999999, 99999.99999, 1e5, 123450.0, 1e300, 5e-324]
    found = page.evaluate("(numbers) => numbers.map(short)", numbers)
    assert found == [TEXT.digits(number) for number in numbers]


def safe_lesson(op):
    point = [round((low + high) / 2 + 0.1 * (high - low), 3) for low, high in op.safe]
    leaves = [Value(x, f"x{i}") for i, x in enumerate(point)]
    return explain(3.0 * op(*leaves) + leaves[0], language="en")


@pytest.mark.long
@pytest.mark.parametrize("name", ops.TABLE)
def test_moving_the_inputs_gives_what_python_gives(show, name):
    op = ops.TABLE[name]
    lesson = safe_lesson(op)
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    page.fill("#place", str(len(lesson.steps) + 1))
    draw = random.Random(name)
    for _ in range(3):
        point = [round(draw.uniform(*interval), 3) for interval in op.safe]
        page.evaluate(TYPE, point)
        leaves = [Value(x, f"x{i}") for i, x in enumerate(point)]
        after = explain(3.0 * op(*leaves) + leaves[0], language="en")
        look = page.evaluate(LOOK)
        data, grad, slope = expected(after, len(after.steps))
        assert (look["data"], look["grad"], look["slope"]) == (data, grad, slope)
        for node in after.inputs:
            assert look["table"][str(node.place)] == TEXT.digits(node.grad)
        for wiggle in after.wiggles:
            shown = look["wiggled"][str(wiggle.node.place)].replace("−", "-")
            assert float(shown) == pytest.approx(wiggle.slope, rel=1e-5, abs=1e-5)
        computed = page.evaluate("numbers.d")
        assert computed == pytest.approx([n.data for n in after.nodes], rel=1e-12)
    page.click("#reset")
    data, grad, slope = expected(lesson, len(lesson.steps))
    assert page.evaluate(LOOK)["data"] == data


def test_a_slider_moves_everything(show):
    lesson = network_lesson()
    page = show(write_page(lesson))
    page.uncheck("#predicting")
    page.fill("#place", str(len(lesson.steps)))
    slide = page.locator("td .slide").first
    slide.focus()
    before = slide.get_attribute("aria-valuetext")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert slide.get_attribute("aria-valuetext") != before
    node = lesson.inputs[0]
    (number,) = page.evaluate("Object.values(moved)")
    assert number == pytest.approx(node.data + 7 * 0.01, rel=1e-9)
    wanted = recompute(lesson.snapshot, {node.place: number})
    assert page.evaluate("numbers.d") == pytest.approx(wanted, rel=1e-12)
    assert page.is_visible("#reset")


def test_out_of_the_domain_is_said_in_words(show):
    page = show(write_page(explain("log(x) + 1/x", language="en", x=2.0)))
    field = page.locator("td .number")
    field.fill("-1,5")
    field.press("Enter")
    assert "log is not defined there" in (page.text_content("#trouble") or "")
    page.uncheck("#predicting")
    page.click("#last")
    assert page.evaluate(LOOK)["table"] == {"0": "nan"}
    field.fill("4")
    field.press("Enter")
    assert page.text_content("#trouble") == ""
    field.fill("no number")
    field.press("Enter")
    assert field.input_value() == "4"
    # The slope alone may be infinite.
    page = show(write_page(explain("sqrt(x)", language="fr", x=4.0)))
    page.locator("td .number").fill("0")
    page.locator("td .number").press("Enter")
    assert "pas de valeur finie" in (page.text_content("#trouble") or "")


def test_data_that_is_not_finite(show):
    lesson = explain("a*b + c", language="en", a=float("inf"), b=1.0, c=float("nan"))
    page = show(write_page(lesson))
    page.click("#last")
    assert page.evaluate(LOOK)["data"]["0"] == "inf"
    assert "not a number" in (page.text_content("#trouble") or "")


def test_an_op_that_cannot_be_read_turns_the_sliders_off(show):
    odd = Op("odd", eval("lambda x: x"), (eval("lambda x, y: 1.0"),))
    lesson = explain(odd(Value(2.0, "x")), language="en")
    page = show(write_page(lesson))
    assert page.locator("td .slide").is_disabled()
    assert page.locator("td .number").is_disabled()
    assert "how odd is computed cannot be read" in (page.text_content("main") or "")
    there, back = walked(page, lesson)
    assert there == back and there[-1]["data"] == {"0": "2", "1": "2"}
