"""`descend`: the walk against plain floats and closed forms, why it ends, its views."""

from __future__ import annotations

import builtins
import math
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, descend, exp, plot_contours, tanh
from autograd.__main__ import main
from autograd.drawing.contours import contour, levels
from autograd.drawing.plot import ticks
from autograd.phrases import Phrases
from autograd.teaching.descent import Descent
from autograd.teaching.descent.walks import uphill
from autograd.teaching.descent.walks import walk as take_walk
from autograd.teaching.descent.window import in_proportion

ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"


def square(x):
    return x**2


# --- the numbers ----------------------------------------------------------------------
@given(st.floats(-100, 100), st.floats(1e-3, 1.0))
def test_a_square_shrinks_by_one_minus_twice_the_rate(start, rate):
    down = descend(square, start, rate=rate, steps=8)
    for k, x in enumerate(down.points):
        assert math.isclose(x, start * (1 - 2 * rate) ** k, rel_tol=1e-6, abs_tol=1e-9)


def test_every_number_is_that_of_a_plain_loop():
    down = descend(lambda x: x**4 - 3 * x**2 + x, 2.0, rate=0.05, steps=30)
    x = 2.0
    for k in range(31):
        slope = 4 * x**3 - 6 * x + 1
        assert math.isclose(down.points[k], x, rel_tol=1e-9)
        assert math.isclose(down.slopes[k], slope, rel_tol=1e-6, abs_tol=1e-9)
        assert math.isclose(down.values[k], x**4 - 3 * x**2 + x, rel_tol=1e-9)
        x = x - 0.05 * slope
    assert (len(down.points), down.stopped) == (31, "steps")


def test_two_inputs_walk_together():
    down = descend(lambda x, y: x**2 + 10 * y**2, (-8, 2), rate=0.04, steps=10)
    for k, (x, y) in enumerate(down.points):
        assert math.isclose(x, -8 * 0.92**k)
        assert math.isclose(y, 2 * 0.2**k, rel_tol=1e-6)
    assert down.slopes[0] == (-16.0, 40.0)
    assert down.values[0] == 104.0


def test_text_function_and_names_give_the_same():
    by_text = descend("a**2 + a*b + 2*b**2", (1.0, 2.0))
    by_function = descend(lambda a, b: a**2 + a * b + 2 * b**2, [1.0, 2.0])
    by_name = descend("2*b**2 + a*b + a**2", {"b": 2.0, "a": 1.0})
    assert by_text.points == by_function.points
    assert by_name.landscape.names == ("b", "a")
    assert by_name.points[0] == (2.0, 1.0)
    assert by_name.points[5] == pytest.approx(by_text.points[5][::-1], rel=1e-12)


def test_the_gradients_of_values_around_stay_as_they_are():
    w = Value(2.0, "w")
    w.grad = 7.0
    down = descend(lambda x: (w * x - 1) ** 2, 3.0, rate=0.1)
    down.to_html()
    assert w.grad == 7.0
    assert math.isclose(down.points[-1], 0.5, abs_tol=1e-6)


def test_other_inputs_keep_their_defaults():
    def f(x, scale=3.0):
        return scale * x**2

    assert descend(f, 1.0).slopes[0] == 6.0
    assert descend(f, {"scale": 2.0, "x": 1.0}).slopes[0] == (1.0, 4.0)


def test_a_value_around_of_the_same_name_is_no_input():
    x = Value(5.0, "x")
    down = descend(lambda w: (w - x) ** 2, {"w": 1.0}, language="en")
    assert down.stopped == "steps" and down.slopes[0] == -8.0
    clash = descend(lambda w: (w - Value(5.0, "w")) ** 2, 1.0, language="en")
    assert '"live":["w",5.0,2.0,[0,0,1],[1,3,2]]' in clash.to_html()


# --- why it ends ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "start", "rate", "stopped"),
    [
        ("x**2", 3, 0.1, "steps"),
        ("x**2", 3, 1.0, "steps"),
        ("x**2", 3, 0.5, "flat"),
        ("x**2", 3, 1.1, "too_large"),
        ("x**2", 3, 1e10, "too_large"),
        ("x**2", 3, 1e308, "too_large"),
        ("-x**2", 3, 1e308, "no_bottom"),
        ("x**2", 1e200, 0.1, None),
        ("x**4", 3, 0.1, "too_large"),
        ("x**4", 1e70, 1e9, "too_large"),
        ("exp(x**2)", 3, 0.1, "too_large"),
        ("exp(x**2)", 3, 1.0, "too_large"),
        ("cos(x)", 0, 0.1, "flat"),
        ("relu(x)", -1, 0.1, "flat"),
        ("x**3", -1, 0.1, "no_bottom"),
        ("-x**2", 1, 0.5, "no_bottom"),
        ("-exp(x)", 1, 1.0, "no_bottom"),
        ("log(x)", 0.5, 0.5, "outside"),
        ("1/x", 1, 0.1, "steps"),
        ("sqrt(x)", 0, 0.1, "no_slope"),
        ("1e-20*x", 3, 1.0, "too_small"),
        ("x**2 + 10*y**2", (-8, 2), 0.11, "too_large"),
        (ROSENBROCK, (-1.2, 1), 0.001, "steps"),
        (ROSENBROCK, (-1.2, 1), 0.1, "too_large"),
    ],
)
def test_why_a_walk_ends(f, start, rate, stopped):
    try:
        down = descend(f, start, rate=rate)
    except OverflowError:
        assert stopped is None
        return
    assert down.stopped == stopped
    assert len(down.points) == len(down.values) == len(down.slopes) <= 21
    assert all(map(math.isfinite, down.values))
    for language in ("en", "fr"):
        said = down.reason(language)
        assert len(said) > 40 and not re.search(r"[{}]|\bnan\b", said)


def test_a_step_that_is_too_large_is_explained():
    said = descend("x**2", 3.0, rate=1.1, language="en").reason()
    assert said.startswith("The step was too large: the slope at x = 3 is 6, and the")
    assert "−1.1 · 6 = −6.6 jumped over the valley to x = −3.6" in said
    assert "12.96 instead of 9" in said
    french = descend("x**2", 3.0, rate=1.1, language="fr").reason()
    assert "a sauté par-dessus la vallée, jusqu’en x = −3.6" in french


def test_what_is_said_of_a_walk_is_true():
    french = descend("sin(x)", 1.0, rate=100.0, steps=2, language="fr").reason()
    assert "−100 · (−0.9298) = 92.983" in french
    two = descend("x*y", (1.0, 1.0), rate=0.5, steps=4, language="en").reason()
    assert "still (0.0625, 0.0625)" in two  # the slopes that stand in the table
    deep = descend("x**4/1e6 - x**2", 1.0, language="en")  # its bottom is at 707
    assert deep.stopped == "no_bottom" and "if there is a bottom" in deep.reason()
    told = str(descend("x**2", 3.0, rate=1.1, language="fr"))
    assert "Là-bas" in told  # in one piece


def test_flat_ground_is_told_apart():
    def kind(f, start, rate=0.1):
        return descend(f, start, rate=rate, language="en").reason()

    assert "bottom of a valley" in kind("x**2", 0)
    assert "a top, a pass or a ledge" in kind("cos(x)", 0)
    assert "a top, a pass or a ledge" in kind("x**2 - y**2", (0, 0))
    assert "as flat" in kind("relu(x)", -2)


def test_jumping_to_and_fro_is_told():
    assert "to and fro" in descend("x**2", 3, rate=1.0, language="en").reason()


BOUNCING = [
    ("x**2 + 10*y**2", (-8, 2), 0.1, 20),
    ("x**2 + 10*y**2", (-8, 2), 0.1, 300),
    ("10*x**2 + y**2", (2, -8), 0.1, 40),
    ("(x - y)**2 + 10*(x + y)**2", (3, 1), 0.05, 40),
    ("x**2", 3, 1.0, 20),
    ("x**2", 3, 0.97, 20),
    ("abs(x)", 0.3, 0.25, 20),
    ("x**4/4 - x**2/2", 1.3, 1.3, 100),  # a cycle of two
    ("x**4/4 - x**2/2", 1.3, 1.6, 101),  # of many points
]


@pytest.mark.parametrize(("f", "start", "rate", "steps"), BOUNCING)
def test_a_walk_that_bounces_is_told_to_take_smaller_steps(f, start, rate, steps):
    said = descend(f, start, rate=rate, steps=steps, language="en").reason()
    assert "Try a smaller rate: at " in said and "larger rate" not in said
    french = descend(f, start, rate=rate, steps=steps, language="fr").reason()
    assert "Essaie un taux plus petit" in french and "plus grand" not in french


def end_of(down, rate=1.0, steps=1):
    """Return the value at the end of a walk with other rates or numbers of steps."""
    walk = down.walk
    other = take_walk(
        down.landscape, walk.places[0], rate * walk.rate, steps * (len(walk.values) - 1)
    )
    assert other.stopped in ("steps", "flat", "too_small")
    return other.values[-1]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([
        "x**2", "x**4 - 3*x**2 + x", "log(x**2 + 1)", "sin(x)*x", "abs(x)", "x**3",
        "x**4/4 - x**2/2", "exp(x) - x", "x**2 + 10*y**2", "x*y", "x**2*y**2",
        "x**2 + y**2 - 3*x*y", "x**4 + 10*y**2", "abs(x) + 5*abs(y)", ROSENBROCK,
        "log(x)", "sqrt(x)", "1/x",
    ]),
    st.floats(-4, 4), st.floats(-4, 4), st.floats(-3, 1),
    st.integers(1, 60),
)  # fmt: skip
def test_every_verdict_is_true(f, x, y, power, steps):
    start = (x, y) if "y" in f else x
    try:
        down = descend(f, start, rate=10**power, steps=steps, language="en")
    except (ValueError, ZeroDivisionError):
        return
    said, walk = down.reason(), down.walk
    sizes = [math.hypot(*slopes) for slopes in walk.gradients]
    below = walk.values[-1]
    if advice := re.search(r"Try a smaller rate: at (\S+), as many", said):
        share = float(advice[1].replace("−", "-")) / walk.rate
        assert min(abs(share - s) / s for s in (0.5, 0.2, 0.1, 0.01)) < 1e-2
        share = min((0.5, 0.2, 0.1, 0.01), key=lambda s: abs(share - s) / s)
        further = walk.stopped in ("too_large", "outside")
        other = take_walk(
            down.landscape, walk.places[0], share * walk.rate,
            len(walk.values) - (not further),
        )  # fmt: skip
        limit = min(below, walk.values[0]) if walk.stopped == "steps" else None
        assert other.values[-1] < (walk.values[0] if limit is None else limit)
    if "larger rate" in said:
        assert max(end_of(down, 1.2), end_of(down, 2.0)) < below
    if "more steps" in said:
        assert end_of(down, steps=2) < below
    if "to and fro" in said:
        assert len(set(walk.values)) == 1
        assert all(a[0] * b[0] < 0 for a, b in pairwise(walk.gradients))
    if "has become gentle" in said:
        assert sizes[-1] <= 0.05 * sizes[0] and below < walk.values[0]
    if "steeper still" in said:
        assert sizes[-1] > sizes[-2]
    if "jumped over" in said:
        assert any(after > before for before, after in pairwise(walk.values))
    if "lower than its start" in said:
        assert below < walk.values[0]
    if "bottom of a valley" in said:
        assert not any(sizes[-1:])
    assert "larger rate" not in said or "smaller rate" not in said


def test_flat_ground_in_two_variables_is_looked_at_from_all_sides():
    said = descend("x**2 + y**2 - 3*x*y", (0, 0), language="en").reason()
    assert "a top, a pass or a ledge" in said
    assert "a pass" in descend("x*y", (0, 0), language="en").reason()
    assert "bottom" in descend("x**2 + y**2 - x*y", (0, 0), language="en").reason()


@settings(max_examples=12)
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_no_walk_fails_once_it_has_begun(start, rate):
    for f in ("x**4 - 3*x**2 + x", "exp(x/10000)", "log(x**2 + 1)", "sin(x)*x"):
        down = descend(f, start, rate=rate, steps=10, language="en")
        assert str(down)
        low, high = down.frame[0]
        assert low < high


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "start", "options", "error", "match"),
    [
        (3, 1.0, {}, TypeError, "a function of Values, or the text"),
        (Value(1.0), 1.0, {}, TypeError, "a function of Values, or the text"),
        (lambda x: 2.0, 1.0, {}, TypeError, "returns one Value; got float 2.0 from f"),
        (lambda x: None, 1.0, {}, TypeError, "does the function end with return"),
        (lambda x: [x], 1.0, {}, TypeError, "returns one Value; got list"),
        (square, "3", {}, TypeError, "real number .* got str '3'"),
        (square, True + 1j, {}, TypeError, "real number .* got complex"),
        (square, math.nan, {}, ValueError, "finite numbers to start from; got nan"),
        (square, math.inf, {}, ValueError, "finite numbers to start from; got inf"),
        (square, (1, 2, 3), {}, ValueError, "one or two inputs; got 3"),
        (square, {}, {}, ValueError, "one or two inputs; got 0"),
        (square, (1, 2), {}, ValueError, "each input of square"),
        (square, {"z": 1.0}, {}, ValueError, "each input of square"),
        ("3", (), {}, ValueError, "got none: '3' is a constant"),
        ("x*y", 1.0, {}, ValueError, "each of the names x, y; got 1"),
        ("x*y", {"x": 1.0}, {}, ValueError, "got none for y"),
        ("x**2", {"x": 1.0, "z": 2.0}, {}, ValueError, "a place in the expression"),
        ("x +", 1.0, {}, ValueError, "correct syntax"),
        ("open(x)", 1.0, {}, ValueError, "functions such as sin"),
        ("log(x)", -1.0, {}, ValueError, "log needs a positive argument; got -1.0"),
        ("1/x", 0.0, {}, ZeroDivisionError, "a divisor other than 0"),
        ("x*1e300*1e9", 1.0, {}, ValueError, "finite value at the start; got inf"),
        (square, 1.0, {"rate": 0.0}, ValueError, "positive rate; got 0.0"),
        (square, 1.0, {"rate": -0.1}, ValueError, "makes the walk go down"),
        (square, 1.0, {"rate": math.nan}, ValueError, "positive rate; got nan"),
        (square, 1.0, {"rate": "fast"}, TypeError, "real number; got str"),
        (square, 1.0, {"steps": 0}, ValueError, "from 1 to 1000 steps; got 0"),
        (square, 1.0, {"steps": 10**9}, ValueError, "from 1 to 1000 steps"),
        (square, 1.0, {"steps": 2.5}, TypeError, "whole number of steps; got float"),
        (square, 1.0, {"steps": True}, TypeError, "whole number of steps; got bool"),
        (square, 1.0, {"window": (2, 1)}, ValueError, r"window needs \(low, high\)"),
        (square, 1.0, {"window": 3}, ValueError, r"window needs \(low, high\)"),
        (square, 1.0, {"language": "de"}, ValueError, "language needs"),
    ],
)
def test_bad_input_is_refused(f, start, options, error, match):
    with pytest.raises(error, match=match):
        descend(f, start, **{"language": "en", **options})


def test_errors_are_said_in_french_too():
    with pytest.raises(ValueError, match="strictement positif ; reçu : -1.0".replace(
        " ", "."
    )):  # fmt: skip
        descend("log(x)", -1.0, language="fr")
    with pytest.raises(ValueError, match="une fonction d’une ou deux variables"):
        descend(square, (1, 2, 3), language="fr")
    with pytest.raises(TypeError, match=r"None .la fonction finit-elle par return"):
        descend(lambda x: None, 1.0, language="fr")
    with pytest.raises(TypeError, match="au départ un nombre réel"):
        descend(square, [[1.0]], language="fr")


def test_the_phrases_of_both_languages_have_the_same_slots():
    tables = [Phrases(language).table("descend") for language in ("en", "fr")]
    assert tables[0].keys() == tables[1].keys()
    for key in tables[0]:
        found = [set(re.findall(r"\{\w*\}", table[key])) for table in tables]
        assert found[0] == found[1], key


# --- text, plots, files ---------------------------------------------------------------


def test_the_table_holds_the_walk():
    lines = str(descend("x**2", 3, rate=1.0, steps=2, language="fr")).splitlines()
    assert lines[:7] == [
        "f(x) = x^2, taux 1",
        "À chaque pas\xa0: x ← x − taux·∂f/∂x",
        "",
        "  pas   x  ∂f/∂x  dépl.  f",
        "    0   3      6     −6  9",
        "    1  −3     −6      6  9",
        "    2   3      6         9",
    ]


def test_a_long_table_leaves_out_its_middle():
    lines = str(descend("x**2", 3, rate=0.001, steps=300)).splitlines()
    assert len(lines) < 75
    assert any(line.split()[:1] == ["…"] for line in lines)


def test_a_function_with_branches_shows_no_formula():
    def bend(x):
        return x**2 if x > 0 else -x

    down = descend(bend, 1.0, language="en")
    assert down.formula is None
    assert str(down).startswith("bend(x), rate 0.1\n")
    assert '"live":null' in down.to_html()


def test_the_picture_shows_where_good_walks_go():
    (low, high) = descend("x**2", 3.0, rate=0.001).frame[0]
    assert low < -3 and high > 3  # both walls of the valley, however small the rate
    (low, high) = descend("x**4 - 3*x**2 + x", 2.0, rate=0.05).frame[0]
    assert low < -1.3  # the other valley
    sides = descend("x**2 + 10*y**2", (-8, 2)).frame
    width, height = (high - low for low, high in sides)
    assert math.isclose(width / height, 4 / 3)
    assert descend("x**2", 1.0, window=(-5, 5)).frame == ((-5.0, 5.0),)
    (low, high) = descend("2*x", 1.0, rate=0.1, steps=10).frame[0]
    assert -4 < low < -1 and 1 < high < 2  # no valley anywhere: the walk itself


@pytest.mark.parametrize(
    ("f", "start", "rate"),
    [
        ("x", 1e308, 1e307),
        ("x", 1e308, 1.0),
        ("x - x", 1.0, 0.1),
        ("1e-300*x**2", 1e-10, 0.1),
        ("x**2", 5e-324, 0.1),
        ("x*1e300", 1.0, 1.0),
        ("log(x)", 1e-300, 0.1),
        ("x**2 + y**2", (0.0, 0.0), 0.1),
    ],
)
def test_numbers_at_the_edge_of_floats_have_a_page(f, start, rate):
    page = descend(f, start, rate=rate, language="en").to_html()
    for path in re.findall(r' d="([^"]*)"', page):
        assert not re.search("nan|inf", path)


def test_uphill_is_the_mirror_of_a_step():
    down = descend("x**2", 3.0, rate=0.1)
    point, height = uphill(down.landscape, down.walk, 0)
    assert point == (3.6,)
    assert math.isclose(height, 12.96)


def test_contours_of_a_cone_are_circles():
    side = [-2 + i / 10 for i in range(41)]
    heights = [[math.hypot(x, y) for x in side] for y in side]
    (ring,) = contour(side, side, heights, 1.0)
    assert ring[0] == ring[-1]
    assert all(math.isclose(math.hypot(x, y), 1.0, abs_tol=0.01) for x, y in ring)


def test_contours_meet_at_a_saddle_and_stop_at_holes():
    side = [-1.0, 1.0]
    assert len(contour(side, side, [[1.0, -1.0], [-1.0, 1.0]], 0.0)) == 2
    assert contour(side, side, [[1.0, math.nan], [-1.0, 1.0]], 0.0) == []
    assert levels([[1.0, 1.0], [1.0, math.nan]]) == []


def test_contours_agree_with_contourpy():
    contourpy = pytest.importorskip("contourpy")
    xs, ys, heights = descend(ROSENBROCK, (-1.2, 1), rate=0.001).grid
    made = contourpy.contour_generator(xs, ys, heights)
    for level in levels(heights):
        length = sum(
            math.dist(a, b)
            for line in contour(xs, ys, heights, level)
            for a, b in pairwise(line)
        )
        other = sum(
            math.dist(a, b) for line in made.lines(level) for a, b in pairwise(line)
        )
        assert math.isclose(length, other, rel_tol=0.02)


def test_ticks_and_windows():
    assert ticks(0.0, 1.0) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-1e-9, 1e-9)[0] == -1e-9
    far = [(-100.0, 100.0), (0.0, 1.0)]
    assert in_proportion(far) == tuple(far)


@pytest.mark.parametrize(
    ("f", "start", "rate"),
    [
        ("x**2", 3, 0.1),
        ("x**2", 3, 1.1),
        ("log(x) + 1/x", 0.3, 0.05),
        ("sqrt(x)", 0, 0.1),
        ("tan(x)", 1, 0.1),
        ("x**2 + 10*y**2", (-8, 2), 0.05),
        ("log(x*y) + 1/(x*y)", (0.5, 1), 0.01),
        (ROSENBROCK, (-1.2, 1), 0.1),
        ("relu(x) + relu(y)", (-1, -1), 0.1),
    ],
)
def test_plots_are_drawn_without_a_word(f, start, rate):
    pytest.importorskip("matplotlib")
    down = descend(f, start, rate=rate, language="en")
    figure = down.figure(uphill=True)
    figure.canvas.draw()
    (axes,) = figure.axes
    assert axes.get_xlim() == pytest.approx(down.frame[0])
    start_mark = axes.lines[-1] if len(down.landscape.names) == 2 else None
    assert start_mark is None or len(start_mark.get_xdata()) in (1, 2)


def test_every_function_of_the_table_can_be_a_title():
    pytest.importorskip("matplotlib")
    from autograd import ops

    for name, op in ops.TABLE.items():
        numbers = [(low + high) / 2 + 0.1 for low, high in op.safe]
        text = {1: f"{name}(x)", 2: f"{name}(x, {numbers[-1]})"}.get(op.arity)
        if text is not None:
            descend(text, numbers[0], steps=1).figure().canvas.draw()


def test_plot_draws_into_axes_of_ones_own():
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert descend(square, 3.0).plot(axes) is axes
    assert descend(square, 3.0).plot() is not axes


def test_plot_contours_takes_any_grid_and_path():
    pytest.importorskip("matplotlib")
    heights = [[math.nan, 1.0, 4.0], [2.0, 3.0, 6.0]]
    axes = plot_contours([0, 1, 2], [0, 1], heights, [(0, 0), (2, 1)], names=["w", "b"])
    assert axes.get_xlabel() == "w"
    axes.figure.canvas.draw()
    with pytest.raises(ValueError, match="2 rows of 2 heights"):
        plot_contours([0, 1], [0, 1], [[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"points \(x, y\)"):
        plot_contours([0, 1], [0, 1], [[1.0, 2.0], [1.0, 2.0]], [(1.0,)])


def test_without_matplotlib_there_is_a_hint(monkeypatch):
    original = builtins.__import__

    def missing(name, *args, **named):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return original(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    down = descend(square, 3.0)
    with pytest.raises(ImportError, match=r"plots need matplotlib: pip install"):
        down.figure()
    assert down.to_html()  # needs no library


def test_pages_need_neither_numpy_nor_matplotlib():
    code = (
        "import sys; from autograd import descend;"
        "descend('x**2 + y**2', (1, 2)).to_html();"
        "print('numpy' in sys.modules, 'matplotlib' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert found.stdout.split() == ["False", "False"], found.stderr


def test_a_prompt_shows_one_line():
    assert repr(descend("x**2", 3.0, language="en")) == "<Descent f(x) = x^2, rate 0.1>"


def test_saving(tmp_path):
    down = descend("x**2", 3.0, language="en")
    page = down.save(tmp_path / "walk.html", language="fr")
    assert '<html lang="fr">' in page.read_text("utf-8")
    assert "f(x) = x^2, taux 0.1" in down.to_html("fr")
    assert down.save(tmp_path / "walk.txt").read_text("utf-8") == f"{down}\n"
    with pytest.raises(ValueError, match=r"needs one of \.html"):
        down.save(tmp_path / "walk.doc")
    with pytest.raises(ValueError, match="existing folder"):
        down.save(tmp_path / "none" / "walk.html")
    pytest.importorskip("matplotlib")
    for ending, start in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        assert down.save(tmp_path / f"walk{ending}").read_bytes().startswith(start)


def test_a_notebook_gets_a_page_in_a_frame_and_text():
    bundle = descend("x**2", 3.0, language="en")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("f(x) = x^2")
    frame = bundle["text/html"]
    assert frame.startswith("<iframe srcdoc=") and 'sandbox="allow-scripts"' in frame
    below = frame[frame.rindex("</summary>") + len("</summary>") :]
    assert below.startswith("<div") and "<pre>f(x) = x^2" in below
    assert below[below.index(">") + 1 :].startswith(bundle["image/svg+xml"])
    assert bundle["image/svg+xml"].startswith("<svg")


def test_names_cannot_break_the_page():
    def f(**inputs):
        (x,) = inputs.values()
        return x**2

    down = descend(f, {"</script><b>": 1.0})
    assert "</script><b>" not in down.to_html()
    assert "<b>" not in down._repr_mimebundle_()["text/html"]


def test_it_is_public():
    assert autograd.descend is descend
    assert isinstance(descend(lambda x: exp(x) + tanh(x), 0.0), Descent)
    assert Phrases("fr")("descend.rate") == "taux"


# --- the command ----------------------------------------------------------------------


def test_the_command_prints_the_table(capsys):
    assert main(["descend", "x**2", "x=3", "--steps", "2", "--language", "en"]) == 0
    printed = capsys.readouterr().out
    table = str(descend("x**2", 3.0, steps=2, language="en"))
    assert printed.split() == table.split()
    assert max(map(len, printed.splitlines())) < 80  # as wide as the terminal


def test_the_command_writes_a_page_of_a_function_in_a_file(tmp_path, capsys):
    code = tmp_path / "mine.py"
    code.write_text("def loss(w, b):\n    return (w - 1)**2 + (w + b)**2\n")
    out = tmp_path / "walk.html"
    what = [f"{code}:loss", "w=3", "b=-1", "--rate", "0,2", "--language", "fr"]
    assert main(["descend", *what, "-o", str(out)]) == 0
    assert "walk.html est écrit" in capsys.readouterr().out
    assert "∂loss/∂w" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x**2"], "a number for each name"),
        (["x + y + z", "x=1", "y=2", "z=3"], "one or two inputs; got 3"),
        (["x**2", "x=3", "--rate", "0"], "positive rate"),
        (["x**2", "x=3", "-o", "walk.doc"], "walk.doc"),
        (["log(x)", "x=-1"], "log needs a positive argument"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, said, capsys):
    typed = 2 if "-o" in arguments else 1  # what was typed wrongly, or does not work
    assert main(["descend", *arguments, "--language", "en"]) == typed
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
