"""Mistakes are replayed truly: the first wrong number is the first that is wrong."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, explain, mistakes, sin, tanh, to_python
from autograd.__main__ import main
from autograd.phrases import LANGUAGES
from autograd.teaching.mistakes.catalogue import KINDS, example
from autograd.teaching.mistakes.mistake import Mistakes
from autograd.teaching.mistakes.replays import REPLAYS, Replay, shown
from autograd.teaching.mistakes.replays.replay import differ
from autograd.teaching.passes import order_of_meeting

pytestmark = pytest.mark.versions

steady = settings(max_examples=60)


@st.composite
def graphs(draw):
    """Draw a small graph whose nodes are used again and again."""
    nodes = [
        Value(draw(st.integers(-12, 12)) / 4, name)
        for name in "abc"[: draw(st.integers(1, 3))]
    ]
    for _ in range(draw(st.integers(1, 7))):
        left, right = (draw(st.sampled_from(nodes)) for _ in range(2))
        op = draw(st.sampled_from(["add", "mul", "sub", "tanh", "sin", "const"]))
        nodes.append({
            "add": lambda a, b: a + b, "mul": lambda a, b: a * b,
            "sub": lambda a, b: a - b, "tanh": lambda a, b: tanh(a),
            "sin": lambda a, b: sin(a), "const": lambda a, b: 0.5 * a + 1.0,
        }[op](left, right))  # fmt: skip
    return nodes[-1]


def replayed(lesson, order=None, overwrite=False, local=False):
    """Return the shares of a wrong sweep, written anew and simply."""
    steps = {(step.node.place, step.i): step for step in lesson.backward}
    slope = {node.place: 0.0 for node in lesson.nodes}
    slope[lesson.output.place] = 1.0
    shares = []
    for n in order or reversed(range(len(lesson.nodes))):
        for i, arg in enumerate(lesson.nodes[n].args):
            if (n, i) not in steps:
                continue
            up = 1.0 if local else slope[n]
            share = up * steps[n, i].slope
            slope[arg] = share if overwrite else slope[arg] + share
            shares.append((n, i, share, slope[arg]))
    return shares, slope


@steady
@given(graphs(), st.sampled_from(["overwrite", "order", "local"]))
def test_the_first_wrong_number_is_the_first(root, kind):
    lesson = explain(root)
    replay = REPLAYS[kind](lesson)
    steps = {(step.node.place, step.i): step for step in lesson.backward}
    scale = max((abs(step.contribution) for step in lesson.backward), default=0.0)
    orders = [None]
    if kind == "order":
        orders = [order_of_meeting(lesson.snapshot), list(range(len(lesson.nodes)))]
    for order in orders:
        shares, slope = replayed(lesson, order, kind == "overwrite", kind == "local")
        wrong = []
        for n, i, share, total in shares:
            step = steps[n, i]
            pair = (total, step.total) if kind == "overwrite" else (
                share, step.contribution)  # fmt: skip
            wrong.append(differ(*pair, scale))
        if any(wrong):
            break
    if isinstance(replay, str):
        assert not any(wrong)
        return
    assert replay.first.step == wrong.index(True) + 1
    n, i, share, total = shares[replay.first.step - 1]
    step = steps[n, i]
    became, should = (
        (total, step.total) if kind == "overwrite" else (share, step.contribution)
    )
    assert (replay.first.became, replay.first.should) == (became, should)
    assert became != should
    for node in lesson.inputs:
        assert replay.wrong[f"{node.name}.grad"] == slope[node.place]
        assert replay.right[f"{node.name}.grad"] == node.grad


@steady
@given(graphs())
def test_all_can_be_told_of_any_graph_and_change_nothing(root):
    root.backward()
    lesson = explain(root)
    before = [(node.data, node.grad) for node in lesson.snapshot.nodes]
    for language in LANGUAGES:
        found = mistakes(lesson, language=language)
        assert [mistake.kind for mistake in found] == list(KINDS)
        for mistake in found:
            assert "{" not in str(mistake) and "{" not in mistake._repr_html_()
            if mistake.first is not None:
                assert mistake.first.should != mistake.first.became
    assert [(node.data, node.grad) for node in lesson.snapshot.nodes] == before


@steady
@given(graphs())
def test_what_training_gets_wrong(root):
    lesson = explain(root)
    zero, uphill = REPLAYS["zero"](lesson), REPLAYS["uphill"](lesson)
    if isinstance(zero, Replay):
        assert zero.right == {f"{n}.grad": g for n, g in lesson.gradient.items()}
        assert zero.wrong == {name: 2 * grad for name, grad in zero.right.items()}
    if isinstance(uphill, Replay):
        output = lesson.output.label
        assert uphill.right[output] < lesson.output.data < uphill.wrong[output]
    forwards = REPLAYS["forwards"](lesson)
    if isinstance(forwards, Replay):
        off = float(forwards.slots["off"])
        assert off <= 1e-9 * max(map(abs, forwards.right.values()))


@steady
@given(graphs())
def test_gradients_of_samples_add_up(root):
    replay = REPLAYS["accumulate"](explain(root))
    if isinstance(replay, Replay):
        for row in replay.rows[1:]:
            assert shown(row[3]) == shown(row[4])
        assert differ(replay.first.should, replay.first.became)


@steady
@given(graphs())
def test_a_composition_is_not_the_product(root):
    replay = REPLAYS["product"](explain(root))
    if isinstance(replay, Replay):
        (right,), (wrong,) = replay.right.values(), replay.wrong.values()
        assert differ(right, wrong) and math.isfinite(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_the_small_graphs_show_their_mistake(kind):
    (mistake,) = mistakes(Value(3.0, "a"), only=kind, language="en")
    assert not mistake.own and "cannot show it" in mistake.graph
    assert REPLAYS[kind].example[0].split(",")[0] in mistake.graph
    (own,) = mistakes(example(), only=kind, language="en")
    assert own.own


def test_the_place_in_the_learners_code():
    def loss(w, x):
        v = w * x
        return v + w

    (mistake,) = mistakes(explain(loss, w=3.0, x=2.0, language="en"), "overwrite")
    assert "from v to w (line" in mistake.where and "w * x" in mistake.where
    assert mistake.wrong == {"w.grad": 2.0, "x.grad": 3.0}
    assert mistake.right == {"w.grad": 3.0, "x.grad": 3.0}


def test_an_order_that_only_forward_gets_wrong():
    (mistake,) = mistakes(explain("tanh(w*x + b)", w=1, x=2, b=3), "order", "en")
    assert mistake.first.became == 0.0
    assert "order is the one of the forward pass" in mistake.explanation


def test_an_order_that_level_by_level_gets_wrong():
    a = Value(3.0, "a")
    s = 2.0 * a
    (mistake,) = mistakes(s + s * s, "order", "en")
    assert (mistake.first.should, mistake.first.became) == (26.0, 2.0)
    assert "level by level" in mistake.explanation


def test_a_reused_node_whose_lost_share_is_zero():
    a, b = Value(0.0, "a"), Value(3.0, "b")
    (mistake,) = mistakes(b * a + a * a, "overwrite", "en")
    assert "cannot show it" in mistake.graph or mistake.first is not None


def test_no_slope_of_one_op_is_called_as_the_whole_one():
    a = Value(3.0, "a")
    square = a * a
    equations, local, forwards = (
        str(mistakes(square * 2.0 - a, kind, "en"))
        for kind in ("equations", "local", "forwards")
    )
    assert "∂L/∂L · ∂(v2 − a)/∂a" in equations and "∂v1/∂a₂" in equations
    # The shares of a add up to the whole slope, and no factor is called so.
    assert equations.count("∂L/∂a += ") == 3
    assert "∂L/∂a" not in equations.replace("∂L/∂a += ", "") + local + forwards
    assert "3 is ∂v1/∂a₁, the slope of one op." in " ".join(local.split())
    assert "v1 + 6·h" in " ".join(forwards.split())


def test_a_graph_that_shows_nothing_is_told_truly():
    constant = explain("2*3", language="en")
    told = " ".join(str(mistakes(constant, "zero")).split())
    assert "it has no input that could move" in told
    heading = str(mistakes(constant)).splitlines()[0]
    assert "on L = 2*3 = 6." in heading and ", with" not in heading
    leaf = " ".join(str(mistakes(Value(3.0, "w"), language="en")).split())
    assert "on w = 3. " in leaf and "it has no op yet" in leaf
    flat = " ".join(
        str(mistakes(Value(0.0, "a") * Value(0.0, "b"), "gradient")).split()
    )
    assert "its slopes are all 0" in flat or "pentes sont toutes nulles" in flat


def test_numbers_that_are_not_finite_are_not_compared():
    for number in (math.nan, math.inf, 1e308):
        v = Value(number, "v")
        for mistake in mistakes(v * v + v, language="en"):
            assert not mistake.own and "inf or nan" in mistake.graph


def test_the_reason_why_nothing_shows_is_true():
    dead = Value(-1.0, "w").relu() * 5.0  # 5 arrives, and meets a slope of 0
    (mistake,) = mistakes(dead, "local", "en")
    assert "or meets a slope of 0" in " ".join(mistake.graph.split())


def test_a_long_expression_is_shortened():
    lesson = explain("+".join(["x*y"] * 75), x=1.0, y=2.0, language="en")
    assert len(str(mistakes(lesson, "zero")).split("\n\n\n")[0]) < 160


def test_a_chain_is_told_only_where_it_is_all():
    w = Value(2.0, "w")
    (mistake,) = mistakes((w * 3.0 + w) * 5.0, "product", "en")
    assert not mistake.own  # w goes to the output by two ways
    (mistake,) = mistakes(tanh(w * 3.0) + w, "product", "en")
    assert mistake.own and "v2 by" in mistake.explanation


@steady
@given(graphs())
def test_a_number_taken_out_of_the_graph_loses_slopes(root):
    lesson = explain(root)
    replay = REPLAYS["data"](lesson)
    if isinstance(replay, Replay):
        name = replay.first.name
        assert replay.right == {f"{n}.grad": g for n, g in lesson.gradient.items()}
        assert differ(replay.right[name], replay.wrong[name])
        assert replay.extra == ["all" if replay.wrong[name] == 0.0 else "part"]
    else:
        assert not any(lesson.gradient.values())


def test_a_square_with_data_has_half_its_slope():
    (mistake,) = mistakes(explain("a*a", a=3), only="data", language="en")
    assert (mistake.right, mistake.wrong) == ({"a.grad": 6.0}, {"a.grad": 3.0})


@steady
@given(graphs())
def test_a_name_for_another_number_moves_no_parameter(root):
    lesson = explain(root)
    replay = REPLAYS["rebind"](lesson)
    if isinstance(replay, Replay):
        output = lesson.output.label
        assert replay.wrong == {
            n.label: n.data for n in (*lesson.inputs, lesson.output)
        }
        assert replay.right[output] < replay.wrong[output]


def test_slopes_that_partly_cancel_show_what_the_gradient_is():
    def loss(w, x, y):
        return (w - x) * y

    (mistake,) = mistakes(explain(loss, w=3.0, x=1.0, y=2.0), "gradient", "en")
    assert mistake.own  # one slope alone, 2, does as well; another one does not
    assert "derivative by x alone" in " ".join(mistake.told.split())


def test_a_step_uphill_can_be_seen_on_gentle_slopes():
    w = Value(3.0, "w")
    (mistake,) = mistakes(tanh(w), "uphill", "en")
    numbers = {cell for row in mistake.comparison[1:] for cell in row[1:3]}
    assert len(numbers) == 4 and max(map(len, numbers)) <= 8
    assert mistake.wrong["L"] > tanh(w).data > mistake.right["L"]


def test_code_is_set_as_code_in_a_notebook():
    for language in ("en", "fr"):
        page = mistakes(example(), "equations", language)._repr_html_()
        assert "<code>python -m autograd by-hand</code>" in page and "`" not in page


def test_a_label_is_shown_and_not_run():
    a = Value(2.0, "<script>")
    page = mistakes(a * a * a)._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_narrow_text_has_narrow_lines():
    for line in mistakes(example(), language="fr").text(60).splitlines():
        assert len(line) <= 75, line


def test_bad_input():
    with pytest.raises(TypeError, match=r"needs a Value or a Lesson; got float 3\.0"):
        mistakes(3.0)
    with pytest.raises(ValueError, match=r"only needs one of equations, .*got 'sums'"):
        mistakes(Value(2.0) * 3.0, only="sums")
    with pytest.raises(ValueError, match="language needs"):
        mistakes(Value(2.0) * 3.0, language="de")


def test_they_are_a_list():
    found = mistakes(example())
    assert isinstance(found, Mistakes) and len(found) == len(KINDS)
    assert "overwrite" in repr(found)


def test_the_command(capsys):
    assert main(["mistakes", "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert all(f"[{kind}]" in out for kind in KINDS) and "cannot" not in out
    assert main("mistakes w*x+w w=3 x=2 --only overwrite --language fr".split()) == 0
    out = capsys.readouterr().out
    assert "on attend 3" in out and "[order]" not in out
    assert main(["mistakes", "--only", "sums", "--language", "en"]) != 0
    assert "'sums'" in capsys.readouterr().err


def test_rounding_is_said_where_there_is_some():
    a = Value(3.0, "a")
    exact, rounded = (mistakes(a * x, "zero", "en") for x in (2.0, 1 / 3))
    assert "four digits" not in str(exact) and "four digits" in str(rounded)
    assert "four digits" in rounded._repr_html_()


def test_a_line_that_nobody_can_read_is_not_quoted():
    variables = {}
    exec("def f(x):\n    return x * x + x", variables)
    lesson = explain(variables["f"], x=2.0, language="en")
    (mistake,) = mistakes(lesson, "overwrite")
    assert "from v1 to x. x.grad should be" in mistake.where
    assert "your line" not in to_python(lesson)


def test_the_letter_of_a_small_change_is_no_name_of_the_learner():
    h = Value(3.0, "h")
    told = " ".join(str(mistakes(h * h + h, "forwards", "en")).split())
    assert "when h becomes h + δ, with a small δ: v1 + 6·δ, L + 7·δ" in told
