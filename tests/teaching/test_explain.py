"""`explain`: names and lines from the learner's code, steps, and what is refused."""

from __future__ import annotations

import copy
import linecache
import math
import pickle
import sys
import threading

import pytest
from hypothesis import given
from random_graphs import alone, programs, run

from autograd import (
    Op,
    Value,
    detect_anomaly,
    exp,
    explain,
    log,
    record_sources,
    relu,
    sqrt,
    tanh,
    where,
)
from autograd.graph import topological
from autograd.ops import TABLE
from autograd.reading.snapshot import take
from autograd.teaching.lesson import LARGEST, load_function
from autograd.teaching.steps import Backward, Forward, Seed, tell_steps

pytestmark = pytest.mark.versions


def names(f, /, **at):
    """Return the names of the nodes that are no leaves, in order."""
    return [step.node.name for step in explain(f, language="en", **at).forward]


def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2


AT = {"w": 0.5, "x": 2.0, "b": -1.0, "y": 1.0}


# --- names ----------------------------------------------------------------------------


def test_names_come_from_assignments():
    assert names(loss, **AT) == ["v1", "s", "p", "v2", "loss"]


def test_the_output_is_called_as_the_learner_calls_it():
    def f(x):
        result = x * x
        return result

    assert names(f, x=2) == ["result"]
    assert names(lambda x: x * x, x=2) == ["output"]
    assert explain("x*x", x=2).output.name == "L"
    assert explain(Value(2.0, "x") * 3.0).output.name == "L"


def test_augmented_assignments():
    def f(x):
        total = x * 2.0
        total += x
        total *= x
        return total

    assert names(f, x=2) == ["total", "total2", "total3"]


def test_tuples_annotations_and_the_walrus():
    def f(x, y):
        a, b = x * y, x + y
        c: Value = a - b
        if (d := c * 2.0) < 0:
            return d
        return a

    assert names(f, x=1, y=0) == ["a", "b", "c", "d"]
    assert names(f, x=3, y=3) == ["a"]


def test_several_targets_give_the_first_name():
    def f(x):
        a = b = x * x
        return a + b

    assert names(f, x=1) == ["a", "f"]


def test_loops_reuse_a_name():
    def f(x):
        h = x
        for _ in range(3):
            h = tanh(h)
        return h

    assert names(f, x=1) == ["h", "h2", "h3"]


def test_list_comprehensions_and_lists():
    def f(xs, w):
        hs = [tanh(w * x) for x in xs]
        return hs[0] * hs[1]

    assert names(f, xs=[1, 2], w=0.5) == ["v1", "hs[0]", "v2", "hs[1]", "f"]


def test_sums():
    def f(xs):
        total = sum(x * x for x in xs)
        return total / len(xs)

    assert names(f, xs=[1, 2, 3]) == ["v1", "v2", "v3", "v4", "v5", "total", "f"]


def test_closures_and_globals():
    w = Value(2.0)
    bias = [Value(1.0), Value(3.0)]

    def f(x):
        return w * x + bias[1] + WEIGHT

    lesson = explain(f, x=2.0)
    assert [node.name for node in lesson.inputs] == ["w", "x", "bias[1]", "WEIGHT"]


WEIGHT = Value(0.25)


class Neuron:
    def __init__(self):
        self.w = Value(0.5)
        self.more = {"b": Value(1.0)}
        self.itself = self

    def forward(self, x):
        s = self.w * x + self.more["b"]
        return tanh(s)

    def __call__(self, x):
        self.s = self.w * x
        return self.s * self.s


def test_methods_and_objects():
    lesson = explain(Neuron().forward, x=2.0)
    assert [n.name for n in lesson.inputs] == ["self.w", "x", "self.more['b']"]
    assert [s.node.name for s in lesson.forward] == ["v1", "s", "forward"]
    lesson = explain(Neuron(), x=2.0)
    assert [s.node.name for s in lesson.forward] == ["self.s", "Neuron"]


def test_networks_are_none_of_the_learners_lines():
    from nn import MLP

    lesson = explain(MLP(2, [1]), language="en", x=[1.0, 2.0])
    assert "self.layers[0].neurons[0].w[1]" in lesson.gradient
    assert all(node.source is None for node in lesson.nodes)
    assert "explain(" not in str(lesson)
    assert all(node.source is None for node in explain(tanh, x=1.0).nodes)

    def f(x):
        return MLP(2, [1])(x) * 2.0

    assert "MLP(2, [1])(x)" in expressions(f, x=[1.0, 2.0])


def test_nested_functions():
    def neuron(z):
        inner = z * 2.0
        return inner

    def f(x):
        a = neuron(x + 1.0)
        b = neuron(a)
        return a * b

    assert names(f, x=1) == ["z", "a", "b", "f"]


def test_functions_that_call_themselves():
    def f(x, n=3):
        return x if not n else f(x * x, n - 1)

    deep = explain(lambda x: f(x, 3), x=1.5)
    assert deep.gradient["x"] == pytest.approx(8 * 1.5**7)


def test_labels_win_and_never_clash():
    def f(a):
        s = a * a
        s.label = "square"
        t = s + a
        t.label = "a"
        return t * Value(2.0, "v1")

    lesson = explain(f, a=3.0)
    called = [node.name for node in lesson.nodes]
    assert sorted(called) == ["a", "a2", "f", "square", "v1"]


def test_numbers_in_the_code_have_no_name():
    lesson = explain(lambda x: 2.0 * x + 1.0, x=3.0)
    assert [n.label for n in lesson.nodes if n.constant] == ["2", "1"]
    assert [node.name for node in lesson.inputs] == ["x"]


@pytest.mark.parametrize(
    ("code", "at", "value"),
    [
        ("def f(x, /, y=3.0): return x * y", {"x": 2}, 6.0),
        ("def f(*xs): return xs[0] * xs[1]", {"xs": [2, 5]}, 10.0),
        ("def f(x, *, y): return x - y", {"x": 2, "y": 5}, -3.0),
        ("def f(**all): return all['x'] - all['y']", {"x": 2, "y": 5}, -3.0),
        ("def f(x, **all): return x - all['y']", {"x": 2, "y": 5}, -3.0),
        ("def f(x, name='a'): return x if name == 'a' else -x", {"x": 2}, 2.0),
        ("def f(x, on): return x if on else -x", {"x": 2, "on": True}, 2.0),
        ("def f(m): return m[0][1] * m[1][0]", {"m": [[1, 2], [3, 4]]}, 6.0),
        ("f = lambda x: [x * x]", {"x": 2}, 4.0),
    ],
)
def test_ways_to_take_arguments(code, at, value):
    scope = {}
    exec(code, scope)
    lesson = explain(scope["f"], **at)
    assert lesson.output.data == value
    assert {node.name.partition("[")[0] for node in lesson.inputs} <= {*at, "y"}


def test_arrays_and_ops_are_taken():
    numpy = pytest.importorskip("numpy")
    lesson = explain(lambda xs: xs[0] * xs[1], xs=numpy.array([2.0, 3.0]))
    assert lesson.gradient == {"xs[0]": 3.0, "xs[1]": 2.0}
    assert explain(tanh, x=0.5).output.data == math.tanh(0.5)


# --- sources --------------------------------------------------------------------------


def expressions(f, /, **at):
    return [step.node.source.expression for step in explain(f, **at).forward]


def test_the_exact_expression_of_each_node():
    assert expressions(loss, **AT) == [
        "w * x", "w * x + b", "tanh(s)", "p - y", "(p - y) ** 2",
    ]  # fmt: skip
    first = loss.__code__.co_firstlineno
    lines = [step.node.source.line - first for step in explain(loss, **AT).forward]
    assert lines == [1, 1, 2, 3, 3]


def test_expressions_of_several_lines():
    # fmt: off
    def f(x, y):
        return (x
                * y
                + tanh(
                    x
                ))
    # fmt: on

    product, call, output = explain(f, x=1, y=2).forward
    assert product.node.source.expression.split() == ["x", "*", "y"]
    assert call.node.source.expression.split() == ["tanh(", "x", ")"]
    assert output.node.source.text.count("\n") == 4


def test_unicode_and_tabs_before_the_expression():
    scope = {}
    code = 'def f(é, λ):\n\tt = "日本𝔘é"; y = é * λ\n\treturn y\n'
    name = "<unicode and tabs>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    exec(compile(code, name, "exec"), scope)
    (step,) = explain(scope["f"], é=2, λ=3).forward
    assert step.node.source.expression == "é * λ" and step.node.name == "y"


def test_decorated_functions():
    import functools

    def twice(f):
        @functools.wraps(f)
        def inner(*args, **named):
            return 2.0 * f(*args, **named)

        return inner

    @twice
    def f(x):
        square = x * x
        return square

    lesson = explain(f, x=3.0)
    assert lesson.title == "f" and "@twice" in lesson.code
    assert [s.node.name for s in lesson.forward] == ["square", "f"]
    assert lesson.gradient == {"x": 12.0}


def test_a_function_without_source():
    scope = {"tanh": tanh}
    exec("def f(x):\n    h = tanh(x)\n    return h * x", scope)
    lesson = explain(scope["f"], x=1.0)
    assert lesson.code == "" and [s.node.name for s in lesson.forward] == ["h", "f"]
    assert "Step 1 of" in str(lesson)


def test_generators():
    def f(xs):
        def squares():
            for x in xs:
                yield x * x

        return sum(squares())

    assert expressions(f, xs=[1, 2])[0] == "x * x"


def test_two_functions_in_one_line_of_lambdas():
    f = lambda x: (lambda y: y * y)(x + 1.0)  # noqa: E731
    assert expressions(f, x=1) == ["x + 1.0", "y * y"]


def test_recording_leaves_nothing_behind():
    a = Value(2.0)
    before = a * a
    with record_sources():
        noted = a * a
    after = a * a
    assert before.source is None and after.source is None
    assert noted.source.expression == "a * a"


def test_nodes_with_sources_are_pickled_and_copied():
    with record_sources():
        y = Value(2.0, "a") * 3.0
    for twin in (pickle.loads(pickle.dumps(y)), copy.deepcopy(y), copy.copy(y)):
        assert twin.source == y.source and twin.data == 6.0
    lesson = explain(loss, language="en", **AT)
    assert str(copy.deepcopy(lesson)) == str(lesson)
    assert str(pickle.loads(pickle.dumps(lesson))) == str(lesson)


def test_inside_of_detect_anomaly_and_the_other_way_round():
    with detect_anomaly():
        assert expressions(loss, **AT)[0] == "w * x"
    with record_sources():
        with detect_anomaly(), pytest.raises(Exception, match=r"nan|inf|anomal"):
            bad = Value(math.inf) - Value(math.inf)
            bad.backward()
        y = Value(1.0) * 2.0
    assert y.source.expression == "Value(1.0) * 2.0"


def test_lessons_in_threads():
    found, failures = {}, []

    def work(i):
        try:
            for _ in range(5):
                found[i] = explain(loss, **{**AT, "w": float(i)})
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for i, lesson in found.items():
        assert [s.node.name for s in lesson.forward] == ["v1", "s", "p", "v2", "loss"]
        assert lesson.nodes[0].data == float(i)


def test_the_profiler_is_what_it_was():
    calls = []

    def mine(frame, event, arg):
        calls.append(event)

    sys.setprofile(mine)
    try:
        explain(lambda x: x * x, x=1)
        assert sys.getprofile() is mine
        with pytest.raises(KeyError):
            explain(lambda x: {}[x], x=1)
        assert sys.getprofile() is mine
    finally:
        sys.setprofile(None)
    with pytest.raises(ZeroDivisionError):
        explain(lambda x: x / 0.0, x=1)
    assert sys.getprofile() is None


def test_under_cprofile():
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    lesson = explain(loss, **AT)
    profile.disable()
    assert [s.node.name for s in lesson.forward] == ["v1", "s", "p", "v2", "loss"]
    assert any(entry.callcount for entry in profile.getstats())


# --- steps ----------------------------------------------------------------------------


def check_steps(root, nodes, steps):
    """Check steps against the engine, to the last bit."""
    values = take([root]).nodes
    root.backward()
    same = [(math.isnan(n.grad) and math.isnan(v.grad)) or n.grad == v.grad
            for n, v in zip(nodes, values, strict=True)]  # fmt: skip
    assert all(same)
    totals = {}
    for step in steps:
        if isinstance(step, Backward):
            assert step.upstream == step.node.grad  # complete before it is handed on
            assert step.before == totals.get(step.arg.place, 0.0)
            handed = step.upstream * step.slope if step.taken else 0.0
            assert step.contribution == handed
            assert step.total == step.before + step.contribution
            totals[step.arg.place] = step.total
            if step.nth == step.of:
                assert step.total == step.arg.grad
        elif isinstance(step, Forward):
            assert step.result == step.node.data


@alone
@given(programs())
def test_totals_are_the_gradients_of_the_engine(program):
    xs = [Value(x) for x in program.at]
    root = run(program, TABLE, xs)
    called = [f"n{i}" for i in range(len(topological(root)))]
    nodes, steps = tell_steps(take([root]), called)
    check_steps(root, nodes, steps)


@alone
@given(programs())
def test_formulas_compute_the_very_numbers(program):
    xs = [Value(x) for x in program.at]
    root = run(program, TABLE, xs)
    called = [f"n{i}" for i in range(len(topological(root)))]
    nodes, steps = tell_steps(take([root]), called)
    scope = {node.name: node.data for node in nodes} | TABLE
    for step in steps:
        match step:
            case Forward(_, formula, number):
                assert eval(formula.python(), scope) == number
            case Backward(partial=formula, slope=number) if formula:
                assert eval(formula.python(), scope) == number


def test_every_op_of_the_table_is_told():
    for name, op in TABLE.items():
        at = {f"a{i}": (low + 2 * high) / 3 for i, (low, high) in enumerate(op.safe)}
        lesson = explain(f"{name}({', '.join(at)})" if op.notation == "function"
                         else op(*[Value(x, n) for n, x in at.items()]),
                         **(at if op.notation == "function" else {}))  # fmt: skip
        assert len(lesson.backward) == op.arity
        for wiggle in lesson.wiggles:
            if name != "where" or wiggle.node.name != "a0":
                assert wiggle.slope == pytest.approx(wiggle.node.grad, abs=1e-4)


def test_a_node_that_is_used_twice_gets_two_shares():
    lesson = explain(lambda a: a * a + a, a=3.0)
    shares = [step for step in lesson.backward if step.arg.name == "a"]
    assert [(s.nth, s.of, s.before, s.total) for s in shares] == [
        (1, 3, 0.0, 1.0), (2, 3, 1.0, 4.0), (3, 3, 4.0, 7.0),
    ]  # fmt: skip


def test_the_order_is_forward_then_seed_then_backward():
    kinds = [type(step) for step in explain(loss, **AT).steps]
    assert kinds == [Forward] * 5 + [Seed] + [Backward] * 8


def test_explaining_only_reads():
    a, b = Value(2.0, "a"), Value(-3.0)
    y = a * b + a
    y.backward()
    before = [(node.data, node.grad, node.label) for node in topological(y)]
    lesson = explain(y)
    str(lesson)
    assert lesson.gradient == {"a": -2.0, "v1": 2.0}
    assert before == [(node.data, node.grad, node.label) for node in topological(y)]
    y.backward()
    assert a.grad == -4.0

    weight = Value(1.0)
    weight.grad = 5.0
    explain(lambda x: weight * x, x=2.0)
    assert weight.grad == 5.0


def test_wiggles_are_close_and_counted():
    lesson = explain(loss, **AT)
    assert [wiggle.node.name for wiggle in lesson.wiggles] == ["w", "x", "b", "y"]
    for wiggle in lesson.wiggles:
        assert wiggle.slope == pytest.approx(wiggle.node.grad, rel=1e-4)


def test_wiggling_out_of_the_domain_is_nan():
    (wiggle,) = explain(lambda x: TABLE["asin"](x) * 0.0 + x, x=1.0 - 1e-9).wiggles
    assert math.isnan(wiggle.slope)


def test_slopes_that_are_not_needed_may_be_infinite():
    guarded = "where(step(x), sqrt(x), 0.0) + y"
    lesson = explain(guarded, x=0.0, y=1.0, language="en")
    (step, flat) = [step for step in lesson.backward if step.arg.name == "x"]
    assert not step.taken and not flat.taken and step.total == flat.total == 0.0
    assert step.partial is None and math.isnan(step.slope)
    assert "Nothing is handed on to x" in str(lesson)
    with pytest.raises(ZeroDivisionError, match="finite slope of sqrt"):
        explain(lambda x: sqrt(x) * 0.0, x=0.0)  # a product, and no choice


def test_what_depends_on_no_input():
    lesson = explain("2 + 3", language="en")
    assert not lesson.inputs and not lesson.backward and lesson.wiggles == []
    assert "no slope" in str(lesson)


def test_a_leaf_alone():
    lesson = explain(lambda x: x, x=2.0)
    assert lesson.gradient == {"x": 1.0} and len(lesson.steps) == 1


def test_ops_of_the_learner():
    cube = Op("cube", forward=lambda x: x**3, partials=(lambda x, y: 3 * x**2,))
    (step,) = explain(lambda x: cube(x), x=2.0).backward
    assert str(step.partial) == "3·x^2" and step.slope == 12.0


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "at", "kind", "message"),
    [
        (3, {}, TypeError, "explain needs a function of Values"),
        (Value(1.0), {"x": 1}, TypeError, "explain needs no arguments for a Value"),
        (lambda x: 3.0, {"x": 1}, TypeError, "returns one Value; got float 3.0"),
        (lambda x: [x, x], {"x": 1}, TypeError, "returns one Value; got list"),
        (lambda x: math.tanh(x), {"x": 1}, TypeError, "float() needs a constant"),
        (lambda x: None, {"x": 1}, TypeError, "got NoneType None"),
        (loss, {**AT, "z": 1}, ValueError, "loss takes w, x, b, y; got z"),
        (loss, {**AT, "ww": 1}, ValueError, "did you mean w?"),
        (loss, {"w": 1}, ValueError, "loss needs a number for x; got none"),
        (lambda: Value(1.0), {"x": 1}, ValueError, "takes no arguments; got x"),
        (lambda x: 1 / x, {"x": 0}, ZeroDivisionError, "a divisor other than 0"),
        (lambda x: log(x), {"x": -1}, ValueError, "log needs a positive argument"),
        (lambda x: exp(x), {"x": 1e4}, OverflowError, "exp needs a result"),
        (
            lambda x: sqrt(x),
            {"x": 0},
            ZeroDivisionError,
            "of sqrt; got 0.0 at 'x', where",
        ),
        ("2x", {"x": 1}, ValueError, "2*x in place of 2x"),
        ("2(x)", {"x": 1}, ValueError, "2*x in place of 2x"),
        ("x^2", {"x": 1}, ValueError, "for powers; got ^"),
        ("x × 2", {"x": 1}, ValueError, "got × (hint: * for times"),
        ("(x", {"x": 1}, ValueError, "one ( that is never closed"),
        ("x)", {"x": 1}, ValueError, "one ) too many"),
        ("x +", {"x": 1}, ValueError, "correct syntax at this place"),
        ("x y", {"x": 1}, ValueError, "correct syntax at this place"),
        ("x = 1", {"x": 1}, ValueError, "correct syntax at this place"),
        (" \n", {}, ValueError, "something to compute"),
        ("x\0", {"x": 1}, ValueError, "printable text; got U+0000"),
        ("x\ud800", {"x": 1}, ValueError, "printable text; got U+D800"),
        ("x*y", {"x": 1}, ValueError, "got none for y"),
        ("x", {"x": 1, "y": 2}, ValueError, "a place in the expression; got y"),
        ("x", {"x": [1, 2]}, ValueError, "one number for x; got a list"),
        ("sin(x, x)", {"x": 1}, ValueError, "1 argument for sin; got 2"),
        ("where(x)", {"x": 1}, ValueError, "3 arguments for where; got 1"),
    ],
)
def test_mistakes_are_named(monkeypatch, what, at, kind, message):
    for language in ("en", "fr"):
        with pytest.raises(kind) as caught:
            explain(what, language=language, **at)
        assert (message in str(caught.value)) == (
            language == "en" or message.startswith("explain needs")
        ), str(caught.value)


def test_math_functions_are_refused_where_they_give_numbers():
    # math.tanh(Value) is a float: no graph comes out of it.
    with pytest.raises(TypeError, match="in place of those of math"):
        explain(lambda x: math.exp(float(x)), language="en", x=1.0)


def test_messages_in_french():
    with pytest.raises(ValueError) as caught:
        explain("log(marge) + 1", language="fr", marge=-1.5)
    assert str(caught.value) == (
        "log demande un argument strictement positif\u00a0; reçu\u00a0:"
        " -1.5 pour «\u00a0marge\u00a0»"
    )
    with pytest.raises(ZeroDivisionError, match="un diviseur différent de 0"):
        explain("1/a", language="fr", a=0)
    with pytest.raises(OverflowError, match=r"inférieur à 1.8e308"):
        explain("exp(a)", language="fr", a=1e9)
    with pytest.raises(ZeroDivisionError, match="une pente finie de sqrt"):
        explain("sqrt(a)", language="fr", a=0)


def test_the_environment_does_not_change_what_the_engine_says(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "fr_FR")
    with pytest.raises(ValueError, match=r"log needs a positive argument; got -1.0"):
        log(-1.0)
    with pytest.raises(ValueError, match="un argument strictement positif"):
        explain("log(a)", a=-1.0)
    with pytest.raises(ValueError, match="language needs to be 'en' or 'fr'; got 'de'"):
        explain("a", language="de", a=1.0)


def test_ops_of_the_learner_keep_their_words():
    def forward(x):
        raise ValueError("nothing works")

    mine = Op("mine", forward, (lambda x, y: x,), domain="luck")
    other = Op("other", forward, (lambda x, y: x,))
    with pytest.raises(ValueError, match=r"^mine demande luck"):
        explain(lambda x: mine(x), language="fr", x=1)
    with pytest.raises(ValueError, match=r"^other demande des arguments de son ensem"):
        explain(lambda x: other(x), language="fr", x=1)


def test_errors_in_french_point_to_the_same_line():
    def f(x):
        y = x - 1.0
        return log(y)

    for language in ("en", "fr"):
        with pytest.raises(ValueError) as caught:
            explain(f, language=language, x=0.0)
        assert any(entry.name == "f" for entry in caught.traceback)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_edited_data(language):
    a = Value(2.0, "a")
    y = a * 3.0
    a.data = 5.0
    with pytest.raises(RuntimeError, match=r"edited|modifié"):
        explain(y, language=language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_graphs_that_are_too_large(language):
    def f(x):
        for _ in range(LARGEST):
            x = x * 1.01
        return x

    with pytest.raises(ValueError, match=f"{LARGEST}.*601.*layer"):
        explain(f, language=language, x=1.0)


def test_a_function_in_a_file(tmp_path):
    (tmp_path / "beside.py").write_text("SCALE = 3.0\n", "utf-8")
    file = tmp_path / "mine.py"
    file.write_text(
        "from beside import SCALE\nfrom autograd import tanh\n\n\n"
        "def loss(w):\n    s = w * SCALE\n    return tanh(s)\n",
        "utf-8",
    )
    path = list(sys.path)
    lesson = explain(load_function(f"{file}:loss"), language="en", w=0.5)
    assert sys.path == path
    sys.modules.pop("beside")
    assert lesson.code.startswith("def loss") and lesson.first_line == 5
    assert lesson.forward[0].node.source.line == 6
    assert "Step 1 of 5, line 6" in str(lesson)
    for bad in (f"{file}", f"{file}:", f"{file}:tan", f"{tmp_path}/no.py:f"):
        with pytest.raises(ValueError, match="needs"):
            load_function(bad, "en")
    with pytest.raises(ValueError, match=r"did you mean loss\?"):
        load_function(f"{file}:lose", "en")


def test_branches_are_told_as_they_ran():
    def f(x):
        if x > 0:
            return relu(x) * 2.0
        return where(x, x, 1.0)

    assert explain(f, x=3.0).gradient == {"x": 2.0}
    assert explain(f, x=-3.0).gradient == {"x": 1.0}


@pytest.mark.parametrize(
    ("f", "french"),
    [
        (lambda x: x * math.exp(-x), "autograd.exp au lieu de math.exp ; .data"),
        (lambda x: x * float(x), "les fonctions d’autograd au lieu de celles de math"),
    ],
)
def test_a_number_that_leaves_the_graph_is_said_in_french_too(f, french):
    with pytest.raises(TypeError) as caught:
        explain(f, language="fr", x=0.5)
    message = str(caught.value)
    assert message.startswith("float() demande une constante") and french in message
    assert f"test_explain.py:{f.__code__.co_firstlineno} " in message
    with pytest.raises(TypeError) as caught:
        explain(f, language="en", x=0.5)
    with pytest.raises(TypeError) as plain:
        f(Value(0.5, "x"))
    assert str(caught.value) == str(plain.value)
