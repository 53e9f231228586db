"""The wiggled column is the function's own: not that of the graph it left behind."""

from __future__ import annotations

import itertools
import linecache
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Op, Value, descend, exercise, explain, mistakes, relu, to_python
from autograd.phrases import LANGUAGES, Phrases
from autograd.teaching.views.doubts import doubts
from autograd.teaching.wiggle import both_sides

pytestmark = pytest.mark.versions

EN = Phrases("en")
names = map("<function {}>".format, itertools.count())


def defined(text, **known):
    """Return the function `f` of a source text, whose lines are known."""
    name = next(names)
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    variables = dict(known)
    exec(compile(text, name, "exec"), variables)
    return variables["f"]


def said(lesson, language="en"):
    return " ".join(doubts(lesson, Phrases(language)))


def slope_of(lesson, name="x"):
    (wiggle,) = (w for w in lesson.wiggles if w.node.name == name)
    return wiggle.slope


def plainly(f, at, name):
    """Return (f(x + h) − f(x)) / h, on plain numbers."""
    h = (at[name] + 1e-6 * max(1.0, abs(at[name]))) - at[name]
    return (f(**{**at, name: at[name] + h}) - f(**at)) / h


# --- functions drawn by lot -----------------------------------------------------------


@st.composite
def sources(draw, cut=True):
    """Draw the text of a function of x and y, with helpers, branches and `.data`."""
    number = st.integers(-8, 8).map(lambda n: repr(n / 4))

    def operand(known):
        name = draw(st.sampled_from(known))
        return f"{name}.data" if cut and draw(st.integers(0, 5)) == 0 else name

    def expression(known):
        a, b = operand(known), operand(known)
        kind = draw(st.sampled_from("+-*cthmM"))
        if kind in "+-*":
            return f"{a} {kind} {b}"
        return {
            "c": f"{draw(number)} * {a} + {draw(number)}",
            "t": f"tanh({a})", "h": f"help({a}, {b})",
            "m": f"max({a}, {b})", "M": f"min({a}, {draw(number)})",
        }[kind]  # fmt: skip

    def helper():
        return (
            f"def help(a, b):\n    return {draw(st.sampled_from(['a * b', 'a - b']))}\n"
        )

    lines = ["def f(x, y):"]
    known = ["x", "y"]
    for n in range(draw(st.integers(1, 5))):
        new = f"v{n}"
        if draw(st.booleans()):
            lines.append(f"    {new} = 1.0 * ({expression(known)})")
        else:
            lines.append(f"    if {operand(known)} > {draw(number)}:")
            lines.append(f"        {new} = 1.0 * ({expression(known)})")
            lines += ["    else:", f"        {new} = 0.5 * ({expression(known)})"]
        # What was taken out is a Value again: all of them have data.
        lines.append(f"    {new} = Value(0.0, constant=True) + {new}")
        known.append(new)
    lines.append(f"    return {' + '.join(known)}")
    return helper() + "\n".join(lines) + "\n"


def both(text):
    """Return the function of a text on Values, and the same on plain numbers."""
    tanh = autograd.tanh
    on_values = defined(
        text,
        Value=Value,
        tanh=lambda v: (tanh if isinstance(v, Value) else math.tanh)(v),
    )
    plain = text.replace(".data", "").replace("Value(0.0, constant=True)", "0.0")
    return on_values, defined(plain, tanh=math.tanh)


coordinate = st.integers(-20, 20).map(lambda n: n / 8 + 0.017)


@settings(max_examples=60, deadline=None)
@given(sources(), coordinate, coordinate)
def test_the_column_is_what_the_function_does(text, x, y):
    on_values, plain = both(text)
    at = {"x": x, "y": y + 0.0013}
    lesson = explain(on_values, **at)
    assert lesson.output.data == plain(**at)
    for wiggle in lesson.wiggles:
        assert wiggle.slope == plainly(plain, at, wiggle.node.name)
    for lost in lesson.measured.unreached:
        assert lost.slope == plainly(plain, at, lost.name)
    for wiggle in lesson.wiggles:
        if wiggle.other:
            assert said(lesson).startswith("Careful: some slopes below are not")
        gap = abs(wiggle.slope - wiggle.node.grad)
        if gap > 1e-2 * max(1.0, abs(wiggle.slope)):  # no rounding, no bend
            assert wiggle.other or wiggle.kink, text


@settings(max_examples=40, deadline=None)
@given(sources(cut=False), coordinate, coordinate)
def test_no_false_alarm(text, x, y):
    lesson = explain(both(text)[0], x=x, y=y + 0.0013)
    assert not any(wiggle.other for wiggle in lesson.wiggles), text
    assert "Careful" not in said(lesson)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: (1e6 * x).tanh(), 0.0),  # steep
        (lambda x: (1e6 * x).tanh(), 5e-7),
        (lambda x: (1e4 * x).sin() + x, 0.3),
        (lambda x: (x + 1e8) - 1e8, 0.3),  # rounded
        (lambda x: (x - 1.0) ** 9 * 1e3, 1.0 + 1e-3),
        (lambda x: x**2, 0.0),  # bent
        (lambda x: x**1.01, 0.0),
        (lambda x: x.sqrt(), 1e-20),
        (lambda x: 1.0 / x, 1e-9),
        (lambda x: (1.0 / x).sin(), 1e-3),
        (lambda x: x.exp(), 700.0),
        (lambda x: x.log(), 1e-300),
        (relu, 1e-12),  # beside a kink
        (relu, 0.0),  # on one
        (abs, 0.0),
        (lambda x: max(x, 0.0) + x, 0.0),
        (lambda x: x if x > 1.0 else 2.0 * x, 1.0),  # on a step
        (lambda x: 0.0 * x, 3.0),
        (lambda x: 1e300 * x, 1e5),
    ],
)
def test_no_alarm_where_measuring_is_hard(f, x):
    lesson = explain(f, x=x, language="en")
    assert not said(lesson)


def test_limits_are_found_on_both_sides():
    assert both_sides(lambda x: abs(x), 0.0, 0.0, 5.0, 1e-17) == (-1.0, 1.0)
    assert both_sides(lambda x: 3 * x, 2.0, 6.0, 3.0, 1e-15) == (3.0, 3.0)


# --- what is said ---------------------------------------------------------------------


def test_a_number_that_was_taken_out():
    f = defined("def f(x):\n    return x * x.data\n")
    lesson = explain(f, x=16, language="en")
    assert lesson.gradient == {"x": 16.0}
    assert slope_of(lesson) == pytest.approx(32.0, rel=1e-6)
    told = str(lesson)
    plain = " ".join(told.split())
    assert "If x moves a little, f moves 32 times as much" in plain
    assert "Back-propagation says 16 times" in plain and "at x.data (line 2)" in plain
    assert plain.index("Careful") < plain.index("With x = 16")
    for text in (lesson.to_markdown(), lesson.to_latex()):
        assert text.index("Careful") < text.index("16")
    french = " ".join(doubts(lesson, Phrases("fr")))
    assert french.startswith("Attention") and "x.data (ligne 2)" in french


def test_in_a_helper():
    text = "def half(v):\n    return v.data / 2\n\ndef f(x):\n    return half(x) * x\n"
    lesson = explain(defined(text), x=3.0, language="en")
    assert "If x moves a little, f moves 3 times" in said(lesson)
    assert "v.data (line 2)" in said(lesson)


def test_an_input_that_never_arrives():
    lesson = explain(lambda x, y, z=[1.0, 2.0]: x * x, x=3.0, y=1.0, language="en")
    assert said(lesson) == "y, z[0], z[1] never reach the result: no slopes go to them."
    lesson = explain(lambda x, y: x * y.data, x=3.0, y=1.5, language="en")
    told = said(lesson)
    assert (
        "If y moves a little, output moves 3 times as much. Back-propagation knows"
        in told
    )
    assert "y.data" in told and "never" not in told


def test_a_function_of_two_minds():
    draw = random.Random(3)
    lesson = explain(lambda x, y: x * draw.random(), x=2.0, y=1.0, language="en")
    assert "called twice with the same numbers, your function gave" in said(lesson)
    assert "y never reaches" in said(lesson)
    assert "wiggled" not in str(lesson) and "Wiggl" not in lesson.to_latex()
    assert "wiggled" not in lesson.to_markdown()
    calls = []

    def counting(x):
        calls.append(x)
        return x * len(calls)

    assert "Careful: called twice" in said(explain(counting, x=2.0, language="en"))
    numbers = iter([1.0, 2.0])
    lesson = explain(lambda x: x * next(numbers), x=2.0, language="en")
    assert "gave 2, and then 4" in said(lesson)
    numbers = iter([1.0])
    lesson = explain(lambda x: x * next(numbers), x=2.0, language="en")
    assert "it gave no number" in said(lesson)


def test_an_op_with_a_wrong_partial():
    cube = Op("cube", lambda x: x * x * x, (lambda x, y: 3 * x,))
    for lesson in (
        explain(lambda x: cube(x) + x, x=2.0, language="en"),
        explain(cube(Value(2.0, "x")) + 1.0, language="en"),
    ):
        told = said(lesson)
        assert "the op cube has a wrong partial" in told
        assert "gives 6; measured on the op alone, the slope is 12" in told


def test_an_op_at_its_corner():
    lesson = explain(lambda x: relu(x) - relu(-x), x=0.0, language="en")
    assert "stands exactly at its corner" in said(lesson)
    lesson = explain(relu, x=0.0, language="en")
    told = " ".join(str(lesson).split())
    assert "the slope is 0 to the left and 1 to the right" in told
    assert "This is no mistake" in told and "Careful" not in told


def test_a_new_leaf_that_hides_the_old_one():
    def f(x):
        return Value(x.data, "copy") * 3.0

    lesson = explain(f, x=2.0, language="en")
    assert slope_of(lesson, "copy") == pytest.approx(3.0)
    assert "Back-propagation knows nothing of x" in said(lesson)


def test_what_was_measured_is_said():
    x = Value(3.0, "x")
    told = " ".join(str(explain(x * x.data, language="en")).split())
    assert "What was wiggled is the graph as it was recorded" in told
    for lesson in (explain(lambda x: x * x, x=3.0), explain("x*x", x=3.0)):
        assert "as it was recorded" not in str(lesson)


# --- nothing is left changed ----------------------------------------------------------


def test_values_from_around_are_moved_and_left_as_they_were():
    w = Value(2.0, "w")
    s = w * w  # before the call
    w.grad = 7.0
    lesson = explain(lambda x: s * x + w, x=3.0, language="en")
    assert slope_of(lesson, "w") == pytest.approx(13.0, rel=1e-5)
    assert (w.data, w.grad, s.data) == (2.0, 7.0, 4.0)
    given = explain(lambda v: v * v, v=w)
    assert slope_of(given, "w") == pytest.approx(4.0, rel=1e-5) and w.data == 2.0


def test_a_step_of_training_is_taken_once():
    w = Value(2.0, "w")

    def step(x):
        loss = (w * x) ** 2
        w.data -= 0.1
        return loss

    with pytest.raises(RuntimeError):  # the graph was edited, which is said as ever
        explain(step, x=1.0)
    assert w.data == 1.9

    def late(x):
        w.data += 1.0
        return w * x

    lesson = explain(late, x=1.0, language="en")
    assert w.data == 2.9 and "Careful: called twice" in said(lesson)


def test_what_the_function_prints_is_printed_once(capsys):
    explain(lambda x: print("computing") or x * x, x=2.0)
    assert capsys.readouterr().out == "computing\n"


def test_default_arguments_and_lists_are_fresh_each_time():
    def f(x, h=[]):  # noqa: B006
        h.append(x)
        return x * len(h)

    lesson = explain(f, x=2.0, language="en")
    assert not said(lesson) and slope_of(lesson) == pytest.approx(1.0)


def test_reads_of_constants_and_of_ours_are_no_reads():
    c = Value(2.0, constant=True)
    lesson = explain(lambda x: x * c.data + f"{x:.2f}".count("."), x=1.0)
    assert lesson.measured.reads == []


# --- whoever inherits it --------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_tell_of_slopes_say_it(language):
    careful = {"en": "Careful", "fr": "Attention"}[language]
    lesson = explain(lambda x: x * x.data, x=16.0, language=language)
    for told in (to_python(lesson), exercise(lesson), mistakes(lesson, only="zero")):
        assert careful in str(told)
    assert careful in mistakes(lesson, only="zero")._repr_html_()
    code = {}
    exec(to_python(lesson), code)
    assert code["output_and_gradients"]()[1] == {"x": 16.0}
    right = explain(lambda x: x * x, x=16.0, language=language)
    for told in (to_python(right), exercise(right), mistakes(right, only="zero")):
        assert careful not in str(told)


def test_descend_says_which_slope_it_follows():
    down = descend(lambda x: x * x.data, 3.0, steps=3, language="en")
    assert "does not follow the slope of your function. At x = 3" in down.reason()
    assert "gives the slope 3 by x; measured, it is 6" in down.reason()
    assert "x.data (line " in down.reason() and 'id="doubt"' in down.to_html()
    later = descend(
        lambda x: x * x if x > 2.0 else x * x.data, 3.0, steps=9, language="en"
    )
    assert "At x = 1.9661" in later.reason() or "At x = 1.9" in later.reason()
    for f, start in ((lambda x: x * x, 3.0), (lambda x, y: abs(x) + y * y, (1.0, 0.0))):
        down = descend(f, start, steps=20, language="en")
        assert not down.doubt() and 'id="doubt"' not in down.to_html()
    draw = random.Random(1)
    down = descend(lambda x: x * x + draw.random(), 3.0, steps=2, language="en")
    assert "Careful: asked twice at one place" in down.reason()
