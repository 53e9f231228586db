"""Functions of columns: the same numbers as row by row, in a fraction of the time."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Op, Value, evaluate_rows, ops
from autograd.arrays.columns import ROWS, Column
from autograd.arrays.numpy_forward import numpy_forward
from nn import MLP, Layer, Module, Neuron, predict

INFINITY = math.inf
UNARY = [op for op in ops.TABLE.values() if op.arity - len(op.defaults) == 1]


def counted(f):
    """Return `f` with a list to which each call adds its kind of operand."""
    calls = []

    def g(x):
        calls.append(type(x[0]))
        return f(x)

    return g, calls


def ulps(a, b):
    return np.max(np.abs(a - b) / np.spacing(np.maximum(np.abs(b), 1e-300)))


class TestOps:
    @pytest.mark.parametrize("op", ops.TABLE.values(), ids=lambda op: op.name)
    def test_every_row_of_the_table_runs_on_columns(self, op):
        low, high = np.array(op.safe).T
        X = np.random.default_rng(0).uniform(low, high, (300, op.arity))
        f, calls = counted(lambda x: op(*x))
        found = evaluate_rows(f, X)
        assert calls == [Column]
        assert ulps(found, np.array([op(*row) for row in X.tolist()])) <= 16

    @pytest.mark.parametrize("op", ops.TABLE.values(), ids=lambda op: op.name)
    def test_every_row_can_be_written_for_numpy(self, op):
        assert numpy_forward(op) is not None

    @pytest.mark.parametrize("op", ops.TABLE.values(), ids=lambda op: op.name)
    @given(data=st.data())
    @settings(max_examples=60)
    def test_on_any_floats(self, op, data):
        numbers = st.floats() | st.sampled_from([0.0, -0.0, 1.0, -1.0, 710.0, -710.0])
        rows = data.draw(st.lists(st.tuples(*[numbers] * op.arity), min_size=1))
        wanted, error = [], None
        for i, row in enumerate(rows):
            try:
                wanted.append(op(*row))
            except (ValueError, ArithmeticError) as raised:
                error = type(raised), f"{raised}, in row {i}"
                break
        if error is not None:
            with pytest.raises(error[0]) as caught:
                evaluate_rows(lambda x: op(*x), rows)
            assert str(caught.value) == error[1]
        else:
            found = evaluate_rows(lambda x: op(*x), rows)
            assert found == pytest.approx(wanted, rel=1e-14, abs=1e-320, nan_ok=True)

    @pytest.mark.parametrize(
        "name",
        [name for name in dir(Value) if ops.TABLE.get(name.strip("_")) in UNARY]
        + ["__pos__", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"],
    )
    def test_every_method_of_value_from_the_table_is_one_of_columns(self, name):
        x = 1.6 if name in ("acosh", "arccosh") else 0.6
        f, calls = counted(lambda x: getattr(x[0], name)())
        assert evaluate_rows(f, [[x]])[0] == pytest.approx(
            getattr(Value(x), name)().data, rel=1e-15
        )
        assert calls == [Column]

    def test_operators_with_values_and_numbers_on_either_side(self):
        w = Value(3.0)
        X = np.array([[2.0, 0.5], [4.0, 0.25]])

        def f(x):
            a, b = x
            left = [a + w, a - w, a * w, a / w, a**w, a + 1, a - 1, a * 2, a / 2, a**2]
            right = [w + a, w - a, w * a, w / a, w**a, 1 + a, 1 - a, 2 * a, 2 / a, 2**a]
            both = [a + b, a - b, a * b, a / b, a**b, -a, +a, abs(-a)]
            return [left, right, both[:8] + both[:2], list(np.float64(2) * np.array(x))
                    + [sum(x), ops.where(a, b, w)] + [w.exp()] * 6]  # fmt: skip

        g, calls = counted(f)
        found = evaluate_rows(g, X)
        assert calls == [Column]
        assert found.shape == (2, 4, 10)
        for row, outputs in zip(X.tolist(), found, strict=True):
            wanted = [[v.data for v in part] for part in f([Value(x) for x in row])]
            assert outputs == pytest.approx(np.array(wanted), rel=1e-15)

    def test_an_op_of_ones_own(self):
        def bump(x):
            if x > 100:
                raise ValueError("too large")
            return (x > 1) - (x < -1) + math.exp(-x * x) * (x or 2)

        op = Op("bump", bump, (lambda x, y: y,))
        X = [[-3.0], [-1.0], [0.0], [0.5], [7.0]]
        f, calls = counted(lambda x: op(x[0]))
        assert evaluate_rows(f, X) == pytest.approx([bump(x) for (x,) in X], rel=1e-15)
        assert calls == [Column]
        with pytest.raises(ValueError, match=r"\(too large\); got 101.0, in row 1"):
            evaluate_rows(f, [[1.0], [101.0]])

    def test_an_op_that_numpy_cannot_compute_is_computed_number_by_number(self):
        op = Op("gamma", math.gamma, (lambda x, y: y,))
        assert numpy_forward(op) is None
        f, calls = counted(lambda x: op(x[0]) + 1.0)
        assert evaluate_rows(f, [[2.5], [5.0]]).tolist() == [math.gamma(2.5) + 1, 25.0]
        assert calls == [Column]
        with pytest.raises(ValueError, match=r"got 0\.0, in row 1"):
            evaluate_rows(f, [[2.5], [0.0]])


class TestRows:
    def test_shapes(self):
        X = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
        assert evaluate_rows(lambda x: x[0], X).tolist() == [1.0, 3.0, 5.0]
        assert evaluate_rows(lambda x: [x[1], 7, Value(8.0)], X).shape == (3, 3)
        assert evaluate_rows(lambda x: 2, X).tolist() == [2.0, 2.0, 2.0]
        assert evaluate_rows(lambda x: [[x[0]], [x[1]]], X).shape == (3, 2, 1)
        assert evaluate_rows(lambda x: x[0], np.zeros((0, 2))).shape == (0,)
        assert evaluate_rows(lambda x: [x[0], 1], np.zeros((0, 2))).shape == (0, 2)

    def test_results_are_ones_own(self):
        X = np.zeros((2, 1))
        evaluate_rows(lambda x: x[0], X)[:] = 1.0
        assert not X.any()

    @pytest.mark.parametrize("size", [ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 1])
    def test_more_rows_than_are_taken_at_a_time(self, size):
        X = np.arange(float(size))[:, None]
        assert np.array_equal(evaluate_rows(lambda x: 2 * x[0], X), 2 * X[:, 0])

    def test_other_types_of_numbers(self):
        for X in ([[1, 2]], np.array([[1, 2]], dtype=np.float32), [[True, Value(2.0)]],
                  np.array([[1, 2]], dtype=np.uint8)):  # fmt: skip
            assert evaluate_rows(lambda x: x[0] + x[1], X).tolist() == [3.0]

    @pytest.mark.parametrize(
        ("X", "error", "message"),
        [
            ([1.0, 2.0], ValueError, r"the shape \(2,\) \(hint: \[row\] for a single"),
            ([[[1.0]]], ValueError, r"the shape \(1, 1, 1\)"),
            (3.0, ValueError, r"the shape \(\)"),
            ([["a"]], TypeError, "real numbers; got an array of <U1"),
            ([[1j]], TypeError, "real numbers; got an array of complex128"),
            ([[None]], TypeError, "a real number; got NoneType None"),
            ([[1.0], [1.0, 2.0]], ValueError, "rows need one length"),
        ],
    )
    def test_what_is_no_table(self, X, error, message):
        with pytest.raises(error, match=message):
            evaluate_rows(lambda x: x[0], X)

    def test_a_function_that_branches_on_numbers(self):
        def f(x):
            if x[0] == 2.0:
                return 20.0
            return max(x) if x[0] > 1.0 else math.floor(x[1])

        rows = [[2.0, 1.0], [1.5, 9.0], [0.0, 3.5]]
        assert evaluate_rows(f, rows).tolist() == [20.0, 9.0, 3.0]

    def test_a_function_that_branches_and_calls_methods(self):
        found = evaluate_rows(lambda x: x[0].tanh() if x[0] > 0 else -x[0], [[1], [-1]])
        assert found.tolist() == [math.tanh(1.0), 1.0]

    @pytest.mark.parametrize(
        "ask", [float, bool, math.exp, lambda x: x.data, lambda x: x < 1.0,
                lambda x: x >= Value(1.0), lambda x: x == 1.0, lambda x: x in [1.0],
                lambda x: x in {1.0}, lambda x: {1.0: 2.0}.get(x)],
    )  # fmt: skip
    def test_columns_have_no_number(self, ask):
        seen = []

        def f(x):
            if isinstance(x[0], Column):
                with pytest.raises((AttributeError, TypeError)) as caught:
                    ask(x[0])
                seen.append(caught)
            return x[0]

        evaluate_rows(f, [[0.5]])
        assert seen

    def test_results_that_are_no_numbers(self):
        for wrong in (None, "text", [1.0, ["text"]], max):
            with pytest.raises(TypeError, match="a number or a list of numbers; got"):
                evaluate_rows(lambda x, wrong=wrong: wrong, [[1.0]])
        with pytest.raises(TypeError, match=r"one shape; got the shapes \(\), \(2,\)"):
            evaluate_rows(lambda x: [1, 2] if x[0] > 0 else 1, [[1.0]] * ROWS + [[0]])

        with pytest.raises(TypeError, match=r"results of one shape \("):
            evaluate_rows(lambda x: [1, 2] if x[0] > 0 else 1, [[1.0], [0.0]])

    def test_an_op_of_a_value_and_a_column(self):
        w = Value(2.0)
        f, calls = counted(lambda x: ops.maximum(w, x[0]))
        assert evaluate_rows(f, [[1.0], [3.0]]).tolist() == [2.0, 3.0]
        assert calls == [Column]

    def test_an_error_hidden_inside_is_found(self):
        # On arrays log(-1) is nan, and relu takes the larger of nan and 0.
        def f(x):
            return ops.where(x[0], 1.0, 2.0) + 0.0 * ops.sign(ops.log(x[1])) ** 0

        with pytest.raises(ValueError, match=r"log needs .* got -1\.0, in row 1"):
            evaluate_rows(f, [[1.0, 1.0], [1.0, -1.0]])

    def test_only_rows_that_went_wrong_are_computed_again(self):
        f, calls = counted(lambda x: x[0] * 1e308 * 10.0)
        found = evaluate_rows(f, [[1.0], [0.0], [-1.0], [math.nan]])
        assert found[:3].tolist() == [INFINITY, 0.0, -INFINITY]
        assert math.isnan(found[3])
        assert calls == [Column, float, float, float]

    def test_a_branch_not_taken_may_overflow(self):
        f, calls = counted(lambda x: ops.sigmoid(x[0]))
        assert evaluate_rows(f, [[-1000.0], [0.0], [1000.0]]).tolist() == [
            0.0,
            0.5,
            1.0,
        ]
        assert calls == [Column]

    def test_nothing_is_recorded(self):
        w = Value(2.0)
        evaluate_rows(lambda x: w * x[0], [[1.0]])
        assert w.grad == 0.0
        assert autograd.evaluate_rows is evaluate_rows


class TestPredict:
    @pytest.mark.parametrize("activation", ["relu", "tanh", lambda v: v.tanh() * v])
    def test_the_numbers_of_the_network(self, activation):
        X = np.random.default_rng(1).normal(size=(50, 3))
        for model in (
            MLP(3, [4, 1], activation=activation, seed=0),
            MLP(3, [4, 2], activation=activation, seed=0),
            Layer(3, 2, activation=activation),
            Neuron(3, activation=activation),
        ):
            rows = [model(row) for row in X]
            wanted = [
                [v.data for v in row] if isinstance(row, list) else row.data
                for row in rows
            ]
            found = model.predict(X)
            assert np.array_equal(found, predict(model, X))
            assert found == pytest.approx(np.array(wanted), rel=1e-13)

    def test_relu_networks_to_the_last_bit(self):
        model = MLP(2, [16, 16, 1], seed=0)
        X = np.random.default_rng(2).normal(size=(200, 2))
        assert model.predict(X).tolist() == [model(row).data for row in X]

    def test_a_network_of_ones_own(self):
        class Gate(Module):
            def __init__(self):
                self.a, self.b = Neuron(2), Neuron(2, activation="sigmoid")

            def __call__(self, x):
                return self.a(x) * self.b(x)

        gate = Gate()
        X = [[0.5, -1.0], [2.0, 1.0]]
        assert gate.predict(X) == pytest.approx([gate(row).data for row in X])

    def test_wrong_width(self):
        with pytest.raises(ValueError, match="Layer needs 2 inputs; got 3, in row 0"):
            MLP(2, [1]).predict([[1.0, 2.0, 3.0]])

    def test_a_decision_boundary_in_a_blink(self):
        model = MLP(2, [16, 16, 1], seed=0)
        X = np.random.default_rng(3).normal(size=(40_000, 2))
        took = []
        for _ in range(3):
            start = time.perf_counter()
            model.predict(X)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.25  # 0.02 on an idle machine
