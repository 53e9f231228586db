"""Back-propagation written out as plain Python: it runs, and gives the same bits."""

import ast
import inspect
import math
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Op, Value, explain, one, ops, tanh, to_python, zero
from autograd.reading.definitions import definition
from autograd.reading.plain_python import FORWARDS
from autograd.teaching.by_hand import PythonCode
from nn import MLP

pytestmark = pytest.mark.versions

quiet = settings(max_examples=150)

cube = Op("cube", forward=lambda x: x**3, partials=(lambda x, y: 3 * x**2,))


def run(code):
    """Return the function that a program defines, where nothing else is known."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Import)
        if isinstance(node, ast.ImportFrom):
            assert node.module == "math"
    around = {}
    exec(compile(tree, "by hand", "exec"), around)
    return next(f for name, f in around.items() if name.endswith("_and_gradients"))


def bits(number):
    return "nan" if math.isnan(number) else struct.pack("<d", number).hex()


def assert_same(y, found):
    """Assert that a program found what `backward` finds, to the last bit."""
    data, gradients = found
    leaves = [n for n in nodes_of(y) if n.op is None and not n.constant]
    for leaf in leaves:
        leaf.grad = 0.0
    y.backward()
    assert bits(data) == bits(y.data)
    assert list(map(bits, gradients.values())) == [bits(n.grad) for n in leaves]


def nodes_of(y):
    from autograd.reading.snapshot import take

    return take([y]).nodes


def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2


def test_the_lesson_of_the_readme():
    code = to_python(explain(loss, w=0.5, x=2.0, b=-1.0, y=1.0), language="en")
    assert "def loss_and_gradients(w=0.5, x=2.0, b=-1.0, y=1.0):" in code
    assert "    dw += ds * x  # ∂loss/∂w += ∂loss/∂s · ∂s/∂w, ∂s/∂w = x" in code
    value, gradients = run(code)()
    assert value == 1.0
    assert gradients == {"w": -4.0, "x": -1.0, "b": -2.0, "y": 2.0}
    assert run(code)(w=0.7, y=0.25) == run(to_python(
        explain(loss, w=0.7, x=2.0, b=-1.0, y=0.25), language="fr"))()  # fmt: skip


# --- to the last bit ------------------------------------------------------------------

names = sorted(ops.TABLE)
anything = st.one_of(
    st.floats(-3.0, 3.0),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-310, 1e200, -1e308, 710.0, 5e-324]),
)
steps = st.lists(
    st.tuples(st.sampled_from(names), st.tuples(*[st.integers(0, 99)] * 3)),
    min_size=1, max_size=14,
)  # fmt: skip


def graph(at, constants, program):
    """Return the output of the steps that can be computed, and its leaves."""
    nodes = [Value(x, f"x[{i}]") for i, x in enumerate(at)]
    nodes += [Value(x, constant=True) for x in constants]
    for name, places in program:
        op = ops.TABLE[name]
        args = [nodes[place % len(nodes)] for place in places[: op.arity]]
        try:
            nodes.append(op(*args))
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
    used = {id(arg) for node in nodes for arg in node.args}
    ends = [node for node in nodes if node.op is not None and id(node) not in used]
    return sum(ends[1:], ends[0]) if ends else nodes[0]


@quiet
@given(
    st.lists(anything, min_size=1, max_size=3), st.lists(anything, max_size=2), steps
)
def test_the_same_bits_as_backward_on_random_graphs(at, constants, program):
    y = graph(at, constants, program)
    f = run(to_python(y, language="en"))
    try:
        y.backward()
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        with pytest.raises(type(error)):
            f()
        return
    assert_same(y, f())


@quiet
@given(
    st.lists(anything, min_size=2, max_size=2),
    st.lists(anything, min_size=2, max_size=2), st.lists(anything, max_size=2), steps,
)  # fmt: skip
def test_the_same_bits_at_other_inputs(at, elsewhere, constants, program):
    y = graph(at, constants, program)
    leaves = [n for n in nodes_of(y) if n.op is None and not n.constant]
    f = run(to_python(y, language="en"))
    given_to = given_as(
        f, {leaf.label: elsewhere[int(leaf.label[2])] for leaf in leaves}
    )
    again = recomputed(y, {f"x[{i}]": x for i, x in enumerate(elsewhere)})
    if again is None:
        with pytest.raises((ValueError, ZeroDivisionError, OverflowError)):
            f(**given_to)
        return
    try:
        again.backward()
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        with pytest.raises(type(error)):
            f(**given_to)
        return
    value, gradients = f(**given_to)
    if not all(
        math.isfinite(node.data) and math.isfinite(node.grad)
        for node in nodes_of(again)
    ):
        # A guard that was not needed at finite numbers may be missed.
        gradients = {
            name: again_grad if math.isnan(found) else found
            for (name, found), again_grad in zip(
                gradients.items(), grads_of(again), strict=True
            )
        }
    assert_same(again, (value, gradients))


def given_as(f, numbers):
    """Return numbers by label, x[0], x[1], …, as the arguments of a program."""
    wanted = inspect.signature(f).parameters
    if "x" in wanted:
        return {"x": [numbers[f"x[{i}]"] for i in range(len(numbers))]}
    return {f"x_{label[2]}": number for label, number in numbers.items()}


def grads_of(y):
    return [n.grad for n in nodes_of(y) if n.op is None and not n.constant]


def recomputed(y, numbers):
    """Return the same graph on other inputs, or None outside a domain."""
    made = {}
    for node in nodes_of(y):
        if node.op is not None:
            try:
                made[node] = node.op(*[made[arg] for arg in node.args])
            except (ValueError, ZeroDivisionError, OverflowError):
                return None
        elif node.constant:
            made[node] = node
        else:
            made[node] = Value(numbers[node.label], node.label)
    return made[y]


@pytest.mark.parametrize("name", names)
def test_every_op_of_the_table(name):
    op = ops.TABLE[name]
    draw = random.Random(1)
    args = [
        Value(draw.uniform(*interval), f"a{i}") for i, interval in enumerate(op.safe)
    ]
    y = op(*args)
    assert_same(y * y, run(to_python(y * y, language="en"))())
    if op.arity > 1:  # with a number in the code as last argument
        y = op(*args[:-1], draw.uniform(*op.safe[-1]))
        assert_same(y * y, run(to_python(y * y, language="en"))())


def test_helpers_are_the_forwards_of_the_rows():
    assert {op.forward for op in ops.TABLE.values()} >= set(FORWARDS)


def test_an_exponent_that_is_a_number_needs_no_helper():
    x = Value(-2.0, "x")
    assert "def" not in to_python(x**3, language="en").replace("def value", "")
    assert "    L = x**3.0  # L = x^3\n" in to_python(x**3, language="en")
    code = to_python(Value(2.0, "x") ** 0.5, language="en")
    assert "raise ValueError" in code
    with pytest.raises(ValueError):
        run(code)(x=-2.0)


def test_negative_zero_and_infinite_partials():
    w, x = Value(-0.0, "w"), Value(2.0, "x")
    assert_same(w * x, run(to_python(w * x, language="en"))())
    # 0 · ∞: what arrives is 0, and the engine hands nothing on.
    a = Value(1e200, "a")
    y = ops.relu(-(a * a * a))
    found = run(to_python(y, language="en"))()
    assert_same(y, found)
    assert found[1] == {"a": 0.0}
    # Two shares may cancel.
    b = ops.log(Value(5e-324, "b"))
    assert_same(b - b, run(to_python(b - b, language="en"))())
    y = ops.where(1.0, a, ops.sqrt(a * 0.0))
    assert_same(y, run(to_python(y, language="en"))())


def test_what_is_flat_gets_nothing():
    x = Value(2.0, "x")
    y = ops.where(ops.exp(x) + 1.0, x, 0.0)
    code = to_python(y, language="en")
    assert "dv2" not in code and "dv1" not in code
    assert_same(y, run(code)())


def test_no_slope_of_one_op_is_called_as_the_whole_one():
    a = Value(3.0, "a")
    code = to_python(a * a * 2.0, language="en")
    assert "∂L/∂v1 · ∂v1/∂a₁, ∂v1/∂a₁ = a" in code


def test_a_long_slope_takes_several_lines():
    conditional = Op("kinked", math.sin, (_kinked,))
    for op in (ops.gelu, conditional):
        y = op(Value(0.5, "weight")) ** 2.0
        code = to_python(y, language="en")
        assert " * (\n" in code and max(map(len, code.splitlines())) <= 88
        assert_same(y, run(code)())


def _kinked(x, y):
    return (x if x > 0.0 else 3.0) - (x * x + x * x + x * x) + (y if y > 0.0 else x)


# --- names ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "labels",
    [
        ("x[0]", "x_0", "x 0"),
        ("lambda", "None", "tanh"),
        ("dx", "x", "d_x"),
        ("gradients", "value_and_gradients", "float"),
        ("<b>", '"""', "a\nb"),
        ("θ", "²", "__debug__"),
        ("\\", "'", "`" * 5),
        ("inf", "nan", "L"),
        ("", "v1", "exp_"),
    ],
)
def test_any_label_becomes_a_variable(labels):
    a, b, c = (Value(0.5 + i, label) for i, label in enumerate(labels))
    y = ops.exp(a) * tanh(b) + ops.softplus(c) ** b * math.inf
    for language in ("en", "fr"):
        code = to_python(y, language=language)
        assert_same(y, run(code)())


@quiet
@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_becomes_a_variable(first, second):
    y = Value(2.0, first) * Value(3.0, second)
    assert_same(y, run(to_python(y, language="fr"))())


def test_gradients_keep_the_names_of_the_learner():
    y = Value(2.0, "x[0]") * Value(3.0, "l'été")
    assert list(run(to_python(y))()[1]) == ["x[0]", "l'été"]


# --- odd graphs -----------------------------------------------------------------------


def test_a_leaf_alone_and_a_constant():
    assert run(to_python(Value(2.0, "x")))() == (2.0, {"x": 1.0})
    assert "Forward" not in to_python(Value(2.0, "x"), language="en")
    assert run(to_python(Value(2.0, constant=True)))() == (2.0, {})
    assert run(to_python(ops.exp(Value(0.0, "c", constant=True))))() == (1.0, {})
    assert run(to_python(ops.step(Value(3.0, "x"))))() == (1.0, {"x": 0.0})
    assert run(to_python(Value(math.nan, "x") * -math.inf))()[1] == {"x": -math.inf}


def test_an_op_of_the_users_own():
    x = Value(2.0, "x")
    y = cube(x) + fancy(x, 2.0)
    assert_same(y, run(to_python(y))())


def _fancy(x: float, k: float = 2.0) -> float:
    """Newton's method for k·√x."""
    root: float = x
    for _ in range(20):
        root = 0.5 * (root + x / root)
    return helper(root) * k


def helper(root):
    return max(root, ops.relu(root)) + math.pi


def _slope(x, k, y):
    if x > 100:
        return 0
    return k * 0.5 / ops.sqrt(x)


fancy = Op("my fancy", _fancy, (_slope, zero))
plus = Op("plus", lambda a, b: a + b, (one, lambda *operands: 1))


def _shadow(sqrt, relu=1.0):
    exp = math.exp(sqrt)
    abs = math.sqrt(exp)
    return ops.relu(abs) * relu


shadow = Op("exp", _shadow, (lambda sqrt, relu, y: math.cos(sqrt) / relu, zero))


def test_variables_of_helpers_hide_no_function():
    y = shadow(Value(0.5, "exp")) + ops.exp(Value(1.0, "exp_"))
    assert_same(y, run(to_python(y))())


def test_ops_whose_source_is_not_known():
    unknown = eval("Op('unknown', lambda x: x, (lambda x, y: 1.0,))", {"Op": Op})
    with pytest.raises(ValueError, match="needs the source of unknown"):
        to_python(unknown(Value(1.0)))
    partial_unknown = Op("half", math.sin, (eval("lambda x, y: 1.0"),))
    with pytest.raises(ValueError, match="needs the source of half"):
        to_python(partial_unknown(Value(1.0)))
    imports = Op("imports", _imports, (one,))
    with pytest.raises(ValueError, match="needs the source of imports"):
        to_python(imports(Value(1.0)))


def _imports(x):
    import math as m

    return m.sin(x)


def test_an_op_with_any_number_of_operands():
    y = plus(Value(1.0, "a"), Value(2.0, "b"))
    assert_same(y, run(to_python(y))())


def test_of_several_lambdas_on_a_line_the_right_one_is_read():
    pair = (lambda x, y: -1.0, lambda x, y: 2.0, lambda *both: 3.0, lambda x, y: x)
    bodies = [ast.unparse(definition(f.__code__).body) for f in pair]
    assert bodies == ["-1.0", "2.0", "3.0", "x"]


def test_what_is_no_graph():
    with pytest.raises(TypeError, match="to_python needs a Value or a lesson; got int"):
        to_python(3)


# --- looks ----------------------------------------------------------------------------


def test_lines_are_short_and_commented_in_both_languages():
    w = [Value(0.1 * i, f"layers[{i}].w") for i in range(12)]
    y = tanh(sum((v * v for v in w), Value(1.0, "b")))
    for language in ("en", "fr"):
        code = to_python(y, language=language)
        assert max(map(len, code.splitlines())) <= 88
        assert_same(y, run(code)())
    assert "En arrière" in code and "Backward" not in code


def test_it_is_shown_as_code():
    code = to_python(Value(2.0, "x") * 3.0)
    assert isinstance(code, PythonCode) and repr(code) == str(code)
    assert code._repr_markdown_() == f"```python\n{code}\n```"
    assert PythonCode("a ```` b")._repr_markdown_().startswith("`````python\n")


def test_many_nodes():
    draw = random.Random(2)
    nodes = [Value(0.5, "a"), Value(0.25, "b")]
    for _ in range(600):
        x, z = draw.choices(nodes[-50:], k=2)
        nodes += [x * z, tanh(nodes[-1] + x)]
    y = nodes[-1]
    for node in nodes[-60:-1]:
        y = y + node
    with pytest.raises(ValueError, match=r"at most 1,000 nodes.*; got 1,\d+ \(hint"):
        to_python(y)
    assert_same(y, run(to_python(y, most=10_000))())


def test_no_comment_repeats_its_line():
    def f(a, b):
        s = a * b
        return 1 / (1 + s) - s**2

    code = to_python(explain(f, language="en", a=2.0, b=3.0)).splitlines()
    forward = [line.strip() for line in code if " = " in line and "d" not in line]
    assert "s = a * b" in forward and "v2 = 1.0 / v1" in forward
    assert "v3 = s**2.0  # v3 = s^2" in forward


def test_a_share_that_is_0_anyway_has_no_guard():
    x, w = Value(-1.0, "x"), Value(2.0, "w")
    y = ops.relu(x) * w
    assert "    dx += dv1 * step(x)" in to_python(y) and "if not" not in main_of(y)
    assert "if x != 0.0:" in main_of(ops.where(x, ops.sqrt(w), x))
    huge = Value(1e200, "x")
    assert "if not " in main_of(ops.relu(-huge * huge * huge))  # 0 · ∞


def main_of(y):
    """Return the function of a program, without helpers."""
    return to_python(y, language="en").partition("def value_and_gradients")[2]


# --- loops ----------------------------------------------------------------------------

NETWORK = """
    v18 = [0.0] * 3
    for i in range(3):
        v17 = v3[i] + v4[i][0] * x[0] + v4[i][1] * x[1]
        v18[i] = tanh(v17)
    v34 = v1 + v2[0] * v18[0] + v2[1] * v18[1] + v2[2] * v18[2]
    v35 = v34 - 1.0
    L = v35**2.0
    dv1 = dv34 = dv35 = 0.0
    dv2 = [0.0] * 3
    dv3 = [0.0] * 3
    dv4 = [[0.0] * 2 for _ in range(3)]
    dx = [0.0] * 2
    dv18 = [0.0] * 3
    dL = 1.0
    dv35 += dL * (2.0 * v35 ** (2.0 - 1.0))
    dv34 += dv35
    dv1 += dv34
    for i in reversed(range(3)):
        dv2[i] += dv34 * v18[i]
        dv18[i] += dv34 * v2[i]
    for i in reversed(range(3)):
        dv17 = dv18[i] * (1.0 - v18[i] * v18[i])
        dv3[i] += dv17
        for j in reversed(range(2)):
            dv4[i][j] += dv17 * x[j]
            dx[j] += dv17 * v4[i][j]
"""


def body(code):
    """Return what a program does, without its comments and what it returns."""
    inside = code.split('by hand."""\n')[1].split("    gradients = {")[0]
    lines = [line.partition("  # ")[0] for line in inside.splitlines()]
    kept = [line for line in lines if line.strip() and line.strip()[0] != "#"]
    return "\n".join(["", *kept, ""])


def network(*sizes, activation):
    """Return a network of Values, and its loss for a row of numbers."""
    net = MLP(sizes[0], list(sizes[1:]), seed=1, activation=activation)
    for place, parameter in enumerate(net.parameters()):
        parameter.data = math.sin(place)
    out = net([Value(0.5 - i, f"x[{i}]") for i in range(sizes[0])])
    return sum((y - 1.0) ** 2 for y in out) if sizes[-1] > 1 else (out - 1.0) ** 2


def test_neurons_are_turns_of_a_loop():
    y = network(2, 3, 1, activation="tanh")
    assert body(to_python(y, language="en")) == NETWORK


@pytest.mark.parametrize(
    ("sizes", "most"),
    [((2, 8, 8, 1), 130), ((3, 4, 2), 90), ((1, 5, 1), 60), ((2, 2, 2, 2, 1), 110)],
)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_networks_give_the_same_bits_in_few_lines(sizes, most, activation):
    y = network(*sizes, activation=activation)
    code = to_python(y, most=2_000)
    assert_same(y, run(code)())
    assert len(code.splitlines()) <= most


def test_a_loop_has_a_variable_of_its_own():
    i = [Value(0.5 + k, f"i[{k}]") for k in range(4)]
    j = [Value(0.25 - k, f"j[{k}]") for k in range(4)]
    y = tanh(sum((a * b for a, b in zip(i, j, strict=True)), Value(1.0, "total")))
    for k in range(3):
        y = y + tanh(i[k] * y) * j[k]
    code = to_python(y, language="en")
    assert "for k in reversed(range(4)):" in code
    assert_same(y, run(code)())


loops = st.lists(
    st.tuples(st.sampled_from(names), st.tuples(*[st.integers(0, 9)] * 3)),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=40)
@given(st.integers(2, 4), st.integers(1, 3), loops, st.booleans())
def test_the_same_bits_as_backward_where_turns_are_alike(turns, width, turn, grows):
    weights = [
        [Value(0.5 + 0.1 * (i + j), f"w[{j}][{i}]") for i in range(width)]
        for j in range(turns)
    ]
    x = [Value(0.3 + 0.2 * i, f"x[{i}]") for i in range(width)]
    total, made = Value(0.25, "b"), []
    for row in weights:
        nodes = [*x, *row, *made[-1:]] if grows else [*x, *row]
        for name, places in turn:
            op = ops.TABLE[name]
            args = [nodes[-1 - place % len(nodes)] for place in places[: op.arity]]
            try:
                nodes.append(op(*args))
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
        made.append(nodes[-1])
        total = total + sum((w * v for w, v in zip(row, x, strict=True)), made[-1])
    f = run(to_python(total, language="en"))
    try:
        total.backward()
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        with pytest.raises(type(error)):
            f()
        return
    assert_same(total, f())
