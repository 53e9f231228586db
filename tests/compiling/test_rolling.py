"""What scalars roll up to, and that it takes time in proportion to their number."""

import operator
import time
from functools import reduce

import numpy as np
import pytest

from autograd import Value, maximum, minimum, record, value_and_grad
from autograd.compiling.statements import CONSTANT, MAP, MATVEC, TOTAL, in_order
from nn import MLP, cross_entropy, l2_penalty, max_margin


def statements(program, kind):
    return [y for y in in_order(program.rolled.outputs) if y.kind is kind]


def shapes(program, kind):
    return [y.shape for y in statements(program, kind)]


def test_a_network_becomes_its_matrices():
    model = MLP(3, [5, 4, 2], seed=0)
    program = record(model, (3,), model.parameters())
    matrices = [y.args[0].shape for y in statements(program, MATVEC)]
    assert matrices == [(5, 3), (4, 5), (2, 4)]
    names = [y.what.name for y in statements(program, MAP)]
    assert names == ["add", "relu", "add", "relu", "add"]


def test_parameters_stand_as_they_are_used():
    # A matrix is then a stretch of the vector of parameters, and nothing is gathered.
    model = MLP(2, [3, 1], seed=0)
    ps = model.parameters()
    program = record(lambda x: model(x), (2,), ps[::-1])
    taken = [y.args[0].what for y in statements(program, MATVEC)]
    for index in taken:
        assert index.tolist() == list(range(index[0], index[0] + len(index)))
    assert sorted(program.rolled.order) == list(range(len(ps)))


def test_what_nothing_needs_is_left_out():
    w, unused = Value(2.0), Value(3.0)

    def f(x):
        for _ in range(100):
            unused * x
        return w * x

    assert record(f, (1,), [w, unused]).rolled.scalars == 1


def test_the_same_expression_is_computed_once():
    w = Value(2.0)
    program = record(lambda x: (w * x).tanh() + (w * x).tanh(), (1,), [w])
    assert program.rolled.scalars == 3


def test_alike_scalars_are_one_vector():
    ps = [Value(0.1 * i) for i in range(20)]
    program = record(
        lambda x: sum((p + x[i]).tanh() for i, p in enumerate(ps)), (20,), ps
    )
    assert shapes(program, MAP) == [(20,), (20,)]
    assert shapes(program, TOTAL) == [(1,)]


def test_what_is_alone_stays_alone():
    a, b = Value(0.3), Value(0.4)
    program = record(lambda x: ((a * x).sin() * b).exp() - x, (1,), [a, b])
    assert shapes(program, MAP) == [(1,)] * 5


def test_a_penalty_is_computed_once_a_step():
    model = MLP(2, [3, 1], seed=0)
    ps = model.parameters()
    program = record(lambda x, y: max_margin(model(x), y) + l2_penalty(ps), (2, 1), ps)
    squares = [y for y in statements(program, MAP) if y.shape == (13,)]
    assert len(squares) == 1 and not squares[0].batched


def test_numbers_that_differ_become_a_constant_vector():
    p = Value(1.0)
    program = record(lambda x: sum((k * x).tanh() * p for k in range(2, 7)), (1,), [p])
    (numbers,) = [y for y in statements(program, CONSTANT) if y.shape]
    assert numbers.what.tolist() == [2.0, 3.0, 4.0, 5.0, 6.0]


def test_the_largest_of_many_logits_takes_few_statements():
    model = MLP(2, [32], seed=0)
    program = record(
        lambda x, t: cross_entropy(model(x), t), (2, 1), model.parameters()
    )
    largest = [y for y in statements(program, MAP) if y.what.name == "maximum"]
    assert len(largest) == 5  # pairs of 32, 16, 8, 4 and 2


@pytest.mark.parametrize("shape", [(1,), (3, 2, 1), (2, 5)])
def test_sums_of_all_lengths(shape):
    model = MLP(2, list(shape), seed=0)
    ps = model.parameters()

    def f(x):
        out = model(x)
        return sum(out) if isinstance(out, list) else out

    X = np.random.default_rng(0).normal(size=(4, 2))
    loss, _ = record(f, (2,), ps).compile()(ps, X)
    assert loss == pytest.approx(np.mean([f(row).data for row in X.tolist()]))


def test_work_grows_in_proportion_to_the_scalars():
    def seconds(width):
        model = MLP(width, [width, 1], seed=0)
        ps = model.parameters()
        best = 9.0
        for _ in range(3):
            start = time.process_time()  # of this process alone
            program = record(model, (width,), ps)
            best = min(best, time.process_time() - start)
        return best / program.rolled.scalars

    assert seconds(120) < 5.0 * seconds(30)  # 16 times the scalars


@pytest.mark.long
def test_a_chain_a_hundred_thousand_long():
    w = Value(0.999999)

    def f(x):
        for _ in range(50_000):
            x = w * x + 1e-9
        return x

    program = record(f, (1,), [w])
    assert program.rolled.scalars == 100_000
    assert str(program).startswith("100,000 scalars -> ")


@pytest.mark.parametrize("op", [maximum, minimum, operator.mul, operator.add])
def test_a_chain_of_one_op_becomes_few_statements(op):
    def f(xs):
        return reduce(op, [(1.0 + 0.001 * x).tanh() for x in xs])

    program = record(f, 1600)
    assert len(in_order([*program.rolled.outputs, program.input_gradient])) < 400
    x = np.random.default_rng(0).normal(size=1600)
    step = program.compile()
    value, slopes = value_and_grad(f)(x)
    np.testing.assert_allclose(step.outputs([], [x]), value, rtol=1e-12)
    np.testing.assert_allclose(step.input_gradients([], [x])[0][0], slopes, rtol=1e-10)
