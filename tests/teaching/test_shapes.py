"""One network of two hidden neurons, written in eight ways: order, names and turns."""

from __future__ import annotations

import re

import pytest

from autograd import exp, explain, sigmoid, to_python
from autograd.phrases.table import Phrases
from autograd.teaching.lines import by_lines
from autograd.teaching.steps import Backward, Seed
from autograd.teaching.views.text import written

# --- the shapes -----------------------------------------------------------------------

EXAMPLES = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


def scalars(x1, x2, y, u1, u2, v1, v2, b1, b2, w1, w2, d):
    h1 = 1 / (1 + exp(-(u1 * x1 + u2 * x2 + b1)))
    h2 = 1 / (1 + exp(-(v1 * x1 + v2 * x2 + b2)))
    p = 1 / (1 + exp(-(w1 * h1 + w2 * h2 + d)))
    loss = (p - y) ** 2
    return loss


def lists(x, y, u, v, b, c, d):
    h = [0, 0]
    h[0] = sigmoid(u[0] * x[0] + u[1] * x[1] + b[0])
    h[1] = sigmoid(v[0] * x[0] + v[1] * x[1] + b[1])
    p = sigmoid(c[0] * h[0] + c[1] * h[1] + d)
    return (p - y) ** 2


def nested(x, y, W, b, c, d):
    hidden = []
    for j in range(2):
        total = b[j]
        for i in range(2):
            total += W[j][i] * x[i]
        hidden.append(1 / (1 + exp(-total)))
    total = d
    for j in range(2):
        total += c[j] * hidden[j]
    p = 1 / (1 + exp(-total))
    loss = (p - y) ** 2
    return loss


def squash(x):
    return 1 / (1 + exp(-x))


def neuron(weights, bias, inputs):
    total = bias
    for w, x in zip(weights, inputs, strict=True):
        total += w * x
    return squash(total)


def helper(x, y, W, b, c, d):
    hidden = [neuron(W[j], b[j], x) for j in range(2)]
    p = neuron(c, d, hidden)
    loss = (p - y) ** 2
    return loss


class Network:
    def __init__(self, W, b, c, d):
        self.W, self.b, self.c, self.d = W, b, c, d

    def forward(self, x):
        self.hidden = []
        for weights, bias in zip(self.W, self.b, strict=True):
            self.hidden.append(neuron(weights, bias, x))
        return neuron(self.c, self.d, self.hidden)


def method(x, y, W, b, c, d):
    net = Network(W, b, c, d)
    out = net.forward(x)
    return (out - y) ** 2


def dataset(W, b, c, d):
    net = Network(W, b, c, d)
    total = 0
    for x, y in EXAMPLES:
        p = net.forward(x)
        total += (p - y) ** 2
    return total


def comprehension(x, y, W, b, c, d):
    hidden = [
        sigmoid(sum(w * x for w, x in zip(row, x, strict=True)) + bias)
        for row, bias in zip(W, b, strict=True)
    ]
    p = sigmoid(sum(w * h for w, h in zip(c, hidden, strict=True)) + d)
    return (p - y) ** 2


def dot(ws, xs):
    return ws[0] * xs[0] + dot(ws[1:], xs[1:]) if ws else 0.0


def recursion(x, y, layers):
    def run(x, rest):
        if not rest:
            return x
        (weights, biases), *rest = rest
        out = [squash(dot(w, x) + b) for w, b in zip(weights, biases, strict=True)]
        return run(out, rest)

    (p,) = run(x, layers)
    loss = (p - y) ** 2
    return loss


W, b, c, d = [[0.5, -0.3], [0.2, 0.8]], [0.1, -0.1], [0.7, -0.6], 0.05
NET = {"W": W, "b": b, "c": c, "d": d}
ONE = {"x": [1.0, 0.0], "y": 1.0}
NAMED = {"u1": 0.5, "u2": -0.3, "v1": 0.2, "v2": 0.8, "b1": 0.1, "b2": -0.1}
SHAPES = {
    scalars: {"x1": 1.0, "x2": 0.0, "y": 1.0, **NAMED, "w1": 0.7, "w2": -0.6, "d": d},
    lists: {**ONE, "u": W[0], "v": W[1], "b": b, "c": c, "d": d},
    nested: ONE | NET,
    helper: ONE | NET,
    method: ONE | NET,
    dataset: NET,
    comprehension: ONE | NET,
    recursion: {**ONE, "layers": [(W, b), ([c], [d])]},
}


@pytest.fixture(scope="module")
def lessons():
    """A lesson on each shape, told to its data too."""
    return {f: explain(f, language="en", given=(), **at) for f, at in SHAPES.items()}


def told(lesson):
    """Return the names that the code gives to what is computed, in order."""
    names = [step.node.name for step in lesson.forward]
    return [name for name in names if not re.fullmatch(r"v\d+|total\d+|total", name)]


# --- names ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        (scalars, ["h1", "h2", "p", "loss"]),
        (lists, ["h[0]", "h[1]", "p", "lists"]),
        (nested, ["hidden[0]", "hidden[1]", "p", "loss"]),
        (helper, ["hidden[0]", "hidden[1]", "p", "loss"]),
        (method, ["net.hidden[0]", "net.hidden[1]", "out", "method"]),
        (comprehension, ["hidden[0]", "hidden[1]", "p", "comprehension"]),
        (recursion, ["out[0]", "out[1]", "p", "loss"]),
    ],
)
def test_a_caller_names_what_a_function_gives(lessons, shape, names):
    assert told(lessons[shape]) == names


def test_each_turn_has_the_names_of_the_caller(lessons):
    turn = ["net.hidden{}[0]", "net.hidden{}[1]", "p{}"]
    turns = [name.format(nth) for nth in ("", 2, 3, 4) for name in turn]
    assert told(lessons[dataset]) == [*turns, "dataset"]


def test_a_sum_that_has_grown_in_a_loop_has_the_name_of_the_output():
    def loss(w):
        total = 0
        for x, y in EXAMPLES:
            total += (w * x[0] - y) ** 2
        return total

    assert told(explain(loss, w=0.5)) == ["loss"]

    def total(w):
        total = 0
        for x, y in EXAMPLES:
            total += (w * x[0] - y) ** 2
        return total

    names = [step.node.name for step in explain(total, w=0.5).forward]
    assert [name for name in names if "total" in name] == [
        "total1", "total2", "total3", "total",
    ]  # fmt: skip


def test_a_parameter_is_no_name_of_what_several_calls_are_given():
    def f(a):
        return squash(a * 2.0) + squash(a * 3.0)

    assert "x" not in told(explain(f, a=1.0))


# --- order ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_come_in_the_order_in_which_the_program_ran(lessons, shape):
    lesson = lessons[shape]
    values = lesson.snapshot.nodes
    forward = [values[step.node.place] for step in lesson.forward]
    assert forward == sorted(forward, key=lambda node: node._stamp)
    seed = next(i for i, step in enumerate(lesson.steps) if isinstance(step, Seed))
    back = [step.node.place for step in lesson.steps[seed + 1 :]]
    assert all(isinstance(step, Backward) for step in lesson.steps[seed + 1 :])
    assert back == sorted(back, reverse=True)


def test_what_is_used_later_is_told_where_it_was_computed():
    def f(a, b):
        u = a * a
        v = b * b
        w = u * 3
        return v + w

    lesson = explain(f, a=2.0, b=3.0)
    assert [step.node.name for step in lesson.forward] == ["u", "v", "w", "f"]
    assert [step.node.name for step in lesson.backward] == [*"ff", "w", *"vv", *"uu"]
    lines = [line.split(" = ")[0].strip() for line in to_python(lesson).splitlines()]
    assert [line for line in lines if line in [*"uvwf"]] == [*"uvwf"]


# --- where in the program, and by lines -----------------------------------------------


def text_of(lesson):
    """Return the lesson as text, with all names of lines as they are in this file."""
    return written(lesson, Phrases("en"), 100)


def test_a_helper_is_shown_with_its_call_its_loop_and_its_turn(lessons):
    assert """
    hidden = [neuron(W[j], b[j], x) for j in range(2)]  # turn 2 of 2, j = 1
        def neuron(weights, bias, inputs):
            for w, x in zip(weights, inputs, strict=True):
                total += w * x  # turn 2 of 2, total = total3, w = W[1][1], x = x[1]
                ^^^^^^^^^^^^^^
    total4 = b[1] + W[1][0]·x[0] + W[1][1]·x[1] = −0.1 + 0.2·1 + 0.8·0 = 0.1
""" in text_of(lessons[helper])


def test_where_code_and_equation_differ_the_link_is_said(lessons):
    assert """
    return squash(total)  # total = total2
        def squash(x):
            return 1 / (1 + exp(-x))  # x = total2
                   ^^^^^^^^^^^^^^^^^
    hidden[0] = 1 / (1 + exp(−total2)) = 1 / (1 + exp(−0.6)) = 0.6457
""" in text_of(lessons[helper])


def test_a_loop_over_data_is_shown_with_its_turn(lessons):
    told = text_of(lessons[dataset])
    assert (
        "    for x, y in EXAMPLES:\n        p = net.forward(x)  # turn 1 of 4\n" in told
    )
    assert "\n    p = net.forward(x)  # turn 4 of 4\n" in told


@pytest.mark.parametrize(
    ("shape", "lines"),
    [(scalars, 4), (lists, 4), (nested, 7), (helper, 7), (method, 7), (dataset, 28),
     (comprehension, 4), (recursion, 10)],
)  # fmt: skip
def test_each_line_is_one_step(lessons, shape, lines):
    lesson = lessons[shape]
    told = by_lines(lesson)
    assert len(told) == lines + 1 + lines
    assert [step.node.name for step, *_ in told[: len(told) // 2]][-1] == (
        lesson.output.name
    )
    grads = {}
    for step in (
        step for group in told for step in group if isinstance(step, Backward)
    ):
        assert step.before == pytest.approx(grads.get(step.arg.place, 0.0))
        assert step.contribution == pytest.approx(step.upstream * step.slope)
        grads[step.arg.place] = step.total
    for node in lesson.inputs:
        assert grads.get(node.place, 0.0) == pytest.approx(node.grad)


def test_turns_of_a_loop_that_is_no_sum_are_steps_of_their_own():
    def f(w, x):
        h = x
        for _ in range(3):
            h = w * h + 1
        return h * h

    told = by_lines(explain(f, w=0.5, x=2.0))
    assert [step.node.name for step, *_ in told[:4]] == ["h", "h2", "h3", "f"]


def test_an_expression_and_one_line_are_told_by_operations():
    for lesson in (
        explain("a*b + a", a=2.0, b=3.0),
        explain(lambda a: a * a * a, a=2.0),
    ):
        assert by_lines(lesson) == [[step] for step in lesson.steps]


def test_a_function_whose_source_nobody_knows_is_told_without_code():
    around = {}
    exec("def f(a, b):\n    s = a * b\n    return s * s", around)
    told = text_of(explain(around["f"], a=2.0, b=3.0))
    assert "= a·b = 2·3 = 6" in told
    assert "turn" not in told


# --- as plain Python ------------------------------------------------------------------

FORWARD = """
    v4 = [0.0] * 2
    v5 = [0.0] * 2
    hidden = [0.0] * 2
    for i in range(2):
        total = b[i] + W[i][0] * x[0] + W[i][1] * x[1]
        v4[i] = exp(-total)
        v5[i] = 1.0 + v4[i]
        hidden[i] = 1.0 / v5[i]
    total6 = d + c[0] * hidden[0] + c[1] * hidden[1]
    v14 = exp(-total6)
    v15 = 1.0 + v14
    p = 1.0 / v15
    v16 = p - y
    loss = v16**2.0
"""
BACKWARD = """
    dd = dy = dtotal6 = dv13 = dv15 = dp = dv16 = 0.0
    dc = [0.0] * 2
    db = [0.0] * 2
    dW = [[0.0] * 2 for _ in range(2)]
    dx = [0.0] * 2
    dhidden = [0.0] * 2
    dloss = 1.0
    dv16 += dloss * (2.0 * v16 ** (2.0 - 1.0))
    dp += dv16
    dy += dv16 * -1.0
    dv15 += dp * (-p / v15)
    dv13 += dv15 * v14
    dtotal6 += dv13 * -1.0
    dd += dtotal6
    for i in reversed(range(2)):
        dc[i] += dtotal6 * hidden[i]
        dhidden[i] += dtotal6 * c[i]
    for i in reversed(range(2)):
        dv5 = dhidden[i] * (-hidden[i] / v5[i])
        dv3 = dv5 * v4[i]
        dtotal = dv3 * -1.0
        db[i] += dtotal
        for j in reversed(range(2)):
            dW[i][j] += dtotal * x[j]
            dx[j] += dtotal * W[i][j]
"""
OVER_DATA = """
    data = (0.0, 0.0, 1.0, 1.0)
    data2 = (0.0, 1.0, 0.0, 1.0)
    data3 = (0.0, 1.0, 1.0, 0.0)
    v4 = [[0.0] * 2 for _ in range(4)]
    v5 = [[0.0] * 2 for _ in range(4)]
    net_hidden = [[0.0] * 2 for _ in range(4)]
    v14 = [0.0] * 4
    v15 = [0.0] * 4
    p = [0.0] * 4
    v16 = [0.0] * 4
    dataset = 0.0
    for i in range(4):
        for j in range(2):
            total = b[j] + W[j][0] * data[i] + W[j][1] * data2[i]
            v4[i][j] = exp(-total)
            v5[i][j] = 1.0 + v4[i][j]
            net_hidden[i][j] = 1.0 / v5[i][j]
        total6 = d + c[0] * net_hidden[i][0] + c[1] * net_hidden[i][1]
        v14[i] = exp(-total6)
        v15[i] = 1.0 + v14[i]
        p[i] = 1.0 / v15[i]
        v16[i] = p[i] - data3[i]
        dataset += v16[i] ** 2.0
"""


def body(code):
    """Return what a program does, without its comments and what it returns."""
    inside = code.split('by hand."""\n')[1].split("    gradients = {")[0]
    lines = [line.partition("  # ")[0] for line in inside.splitlines()]
    kept = [line for line in lines if line.strip() and line.strip()[0] != "#"]
    return "\n".join(["", *kept, ""])


def program(code):
    """Return the function that a program defines."""
    around = {}
    exec(code, around)
    return next(f for name, f in around.items() if name.endswith("_and_gradients"))


def test_nested_loops_are_loops(lessons):
    code = to_python(lessons[nested])
    assert (
        """def nested_and_gradients(
    d=0.05, c=(0.7, -0.6), b=(0.1, -0.1), W=((0.5, -0.3), (0.2, 0.8)), x=(1.0, 0.0),
    y=1.0,
):
"""
        in code
    )
    assert body(code) == FORWARD + BACKWARD[1:]
    assert """
    for i in range(2):
        # your line 42: total += W[j][i] * x[i]
        total = b[i] + W[i][0] * x[0] + W[i][1] * x[1]
        # your line 43: hidden.append(1 / (1 + exp(-total)))
        v4[i] = exp(-total)
""" in re.sub("line [0-9]+", "line 42", code).replace("42: hid", "43: hid")
    found = program(code)
    assert found(W=[[0.5, -0.3], [0.2, 0.8]], x=[1.0, 0.0]) == found()


def test_a_helper_is_called_in_a_loop(lessons):
    assert body(to_python(lessons[helper])) == FORWARD + BACKWARD[1:]


def test_examples_are_turns_of_a_loop(lessons):
    code = body(to_python(lessons[dataset]))
    assert code.startswith(OVER_DATA)
    assert code.count("for i in reversed(range(4))") == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_gives_the_same_bits(lessons, shape):
    lesson = lessons[shape]
    code = to_python(lesson)
    value, gradients = program(code)()
    assert value.hex() == lesson.output.data.hex()
    assert {name: slope.hex() for name, slope in gradients.items()} == {
        node.name: node.grad.hex() for node in lesson.inputs
    }
    lines = code.splitlines()
    assert len(lines) < 100 and max(map(len, lines)) <= 90
