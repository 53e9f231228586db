"""Programs as JavaScript give, in node, what they give on NumPy."""

import json
import random
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from autograd import Op, Value, imports, ops, record, tanh
from nn import MLP, SGD, Optimizer, max_margin
from tests.random_graphs import SMOOTH, Program, run
from tests.scripts import Case, assert_agrees, every_op, networks

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is missing")


def in_node(cases):
    """Return what node finds for all cases."""
    scripts = ",\n".join(f"{json.dumps(n)}: {c.script()}" for n, c in cases.items())
    code = f"process.stdout.write(JSON.stringify({{{scripts}}}))"
    done = subprocess.run(["node", "-"], input=code, capture_output=True, text=True)
    assert not done.stderr
    return json.loads(done.stdout)


def random_programs(count):
    """Return programs over all smooth ops, each of many steps that share their args."""
    dice = random.Random(11)
    cases = {}
    for n in range(count):
        steps = []
        for _ in range(dice.randint(4, 12)):
            name = dice.choice(SMOOTH)
            places = [
                dice.randrange(3 + len(steps)) for _ in range(ops.TABLE[name].arity)
            ]
            steps.append((name, places))
        program = Program([0.0] * 3, steps)
        ps = [Value(dice.uniform(-1, 1), label) for label in "uvw"]

        def f(x, y, program=program, ps=ps):
            u, v, w = ps
            return run(program, ops.TABLE, [u * x, v + y, w])

        columns = (np.array([0.3, -0.8, 1.1]), np.array([0.2, 0.5, -0.4]))
        cases[f"random {n}"] = Case(record(f, (1, 1), ps), SGD(ps, lr=1e-4), columns)
    return cases


@needs_node
@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(every_op, marks=pytest.mark.long),
        networks,
        lambda: random_programs(40),
    ],
    ids=["every op", "networks", "random programs"],
)
def test_node_finds_what_numpy_finds(cases):
    cases = cases()
    found = in_node(cases)
    for name, case in cases.items():
        assert_agrees(found[name], case.wanted(), name)


# --- how it reads ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def moons():
    random.seed(1)
    model = MLP(2, [16, 16, 1])
    program = record(lambda x, y: max_margin(model(x), y), (2, 1), model)
    return program.to_javascript(SGD(model.parameters(), lr=0.5))


def test_a_network_is_about_a_hundred_lines(moons):
    numbers = re.compile(r" +[-\d][^A-Za-z]*")  # those of the parameters
    code = [line for line in moons.splitlines() if not numbers.match(line)]
    assert len(code) < 200  # of which a third are the same for all networks
    assert len(code) - moons.split("const start")[0].count("\n") < 135


def test_a_layer_is_a_product_and_a_loop_with_the_user_s_names(moons):
    assert (
        """
      product(v2, W1, x, 16, 2);
      for (let k = 0; k < 64; k++) {
        const v4 = v2[k] + b1[k >> 2];
        h1[k] = (v4 <= 0) ? 0 : v4;
      }
""".replace("v4", re.search(r"const (v\d+) = v2", moons)[1])
        in moons
    )
    assert "const W1 = p.subarray(0, 32);  // 16 × 2, 0.weight" in moons
    assert "step(X, rate = 0.5)" in moons


def test_nothing_is_asked_of_anybody_else(moons):
    assert not re.search(r"\b(import|require|fetch|document|window|process)\b", moons)


# --- what is refused ------------------------------------------------------------------


def test_an_op_without_a_formula_is_refused():
    odd = Op("odd", lambda x: [x][0], (lambda x, y: 1.0 + 0.0 * x,))
    w = Value(1.0)
    program = record(lambda x: odd(w * x), 1, w)
    with pytest.raises(ValueError, match=r"odd|needs"):
        program.to_javascript()


def test_a_program_that_does_not_roll_up_is_refused():
    dice = random.Random(0)
    w = Value(0.5)

    def f(x):
        y = x
        for _ in range(900):
            y = dice.choice([tanh, ops.sin, ops.sigmoid])(y * w) - dice.random()
        return y

    program = record(lambda x: reseeded(dice, f, x), 1, w)
    with pytest.raises(ValueError, match="at most 2,000"):
        program.to_javascript()


def reseeded(dice, f, x):
    dice.seed(0)
    return f(x)


def test_an_optimiser_without_a_formula_is_refused():
    class Odd(Optimizer):
        def moved(self, data, grads, step):
            return data, {}

    w = Value(1.0)
    program = record(lambda x: (w * x - 1.0) ** 2, 1, w)
    with pytest.raises(TypeError, match="formula"):
        program.to_javascript(Odd([w], lr=0.1))


def test_a_program_is_recorded_and_printed_without_numpy(monkeypatch):
    model, other = MLP(2, [4, 1], seed=0), MLP(2, [4, 1], seed=0)
    script = record(lambda x, y: (model(x) - y) ** 2, (2, 1), model)
    known = script.to_javascript(SGD(model.parameters(), lr=0.1))
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.delitem(sys.modules, "numpy.random", raising=False)
    monkeypatch.setattr(imports.np, "__dict__", {"_name": "numpy"})  # what it has kept
    script = record(lambda x, y: (other(x) - y) ** 2, (2, 1), other)
    assert script.to_javascript(SGD(other.parameters(), lr=0.1)) == known
