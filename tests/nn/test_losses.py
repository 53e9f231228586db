"""Losses and penalties; PyTorch's numbers are in test_torch_training.py."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograd import Value, check_gradients
from nn import (
    absolute_error,
    binary_cross_entropy,
    cross_entropy,
    huber,
    l1_penalty,
    l2_penalty,
    max_margin,
    squared_error,
)

FOR_NUMBERS = [squared_error, absolute_error, huber]


class TestLosses:
    def test_on_numbers_values_and_lists(self):
        assert squared_error(3.0, 1.0) == 4.0
        assert squared_error(Value(3.0), 1.0).data == 4.0
        assert squared_error([Value(3.0), 1.0], [1.0, 1.0]).data == 2.0
        assert absolute_error([Value(3.0), 1.0], (2.0, -1.0)).data == 1.5
        assert huber([Value(3.0), 1.0], [1.0, 1.0]).data == 0.75
        assert max_margin(0.25, -1) == 1.25
        assert max_margin([Value(2.0), Value(-0.5)], [1, 1]).data == 0.75
        assert binary_cross_entropy(Value(0.0), 0).data == math.log(2.0)
        assert cross_entropy([Value(0.0), 0.0], 1).data == math.log(2.0)
        assert l2_penalty([Value(2.0), 1.0], 0.1).data == 0.5
        assert l1_penalty([Value(-2.0), 1.0], 0.1).data == pytest.approx(0.3)
        assert l1_penalty([]) == l2_penalty([]) == 0.0

    def test_arrays(self):
        y = np.array([0, 1])
        assert cross_entropy(np.zeros((2, 2)), y) == pytest.approx(math.log(2.0))
        assert binary_cross_entropy([Value(0.0)] * 2, y).data == math.log(2.0)
        assert max_margin([Value(0.5)] * 2, 2 * y - 1).data == 1.0
        assert squared_error(np.ones((3, 2)), np.zeros((3, 2))) == 1.0

    def test_what_targets_are(self):
        kinds = [(loss, "numbers") for loss in FOR_NUMBERS]
        kinds += [(max_margin, "signs"), (binary_cross_entropy, "bits")]
        for loss, kind in [*kinds, (cross_entropy, "classes")]:
            assert loss.targets == kind

    def test_gradients(self):
        for loss in FOR_NUMBERS:
            check_gradients(lambda p, f=loss: f(p, [1.0, -3.0]), [0.3, 0.4], order=2)
        check_gradients(lambda s: max_margin(s, [1, -1]), [0.3, 0.4])
        check_gradients(lambda z: binary_cross_entropy(z, [1, 0]), [0.3, 2.0], order=2)
        check_gradients(lambda z: cross_entropy(z, 1), [0.3, 0.4, -2.0], order=2)
        check_gradients(lambda p: l1_penalty(p, 0.5), [0.3, -0.4])

    @pytest.mark.parametrize("size", [1.0, 40.0, 800.0, 1e10, 1e300])
    def test_logits_of_any_size(self, size):
        z = Value(size)
        loss = binary_cross_entropy(z, 1)
        loss.backward()
        assert loss.data == pytest.approx(math.exp(-size), rel=0.5, abs=1e-300)
        assert z.grad == pytest.approx(-math.exp(-size), rel=0.5, abs=1e-300)
        assert binary_cross_entropy(size, 0) == pytest.approx(size, rel=0.4)
        assert cross_entropy([size, -size], 0) == pytest.approx(0.0, abs=0.13)
        assert cross_entropy([size, -size], 1) == pytest.approx(2 * size, rel=0.1)
        # What matters are differences, however large the logits are.
        assert cross_entropy([size, size], 1) == math.log(2.0)

    @pytest.mark.parametrize("loss", [*FOR_NUMBERS, max_margin, binary_cross_entropy])
    def test_lengths(self, loss):
        who = loss.__name__
        with pytest.raises(ValueError, match=f"{who} needs as many.*ons, 2; got 1$"):
            loss([1.0, 2.0], [1.0])
        with pytest.raises(ValueError, match="predictions, 2; got 2, which is no list"):
            loss([1.0, 2.0], 2)
        with pytest.raises(ValueError, match="at least one number; got none"):
            loss([], [])
        with pytest.raises(
            ValueError, match=r"numbers as targets; got \[1\] at place 1"
        ):
            loss([1.0, 2.0], [1, [1]])
        with pytest.raises(
            ValueError, match=r"numbers as targets; got \[1\] at place 0"
        ):
            loss(1.0, [1])
        with pytest.raises(ValueError, match=r"predictions, 2; got 1$"):
            loss([[1.0, 2.0], [1.0, 2.0]], [[1, 1], [1]])

    def test_labels(self):
        with pytest.raises(ValueError, match="-1 or 1 as targets; got 0 at place 1"):
            max_margin([1.0, 2.0], [1, 0])
        with pytest.raises(ValueError, match=r"0 or 1 as targets; got 0\.5 at place 1"):
            binary_cross_entropy([1.0, 2.0], [1, 0.5])
        for wrong in (3, -1, 0.5, math.nan, "1", [1]):
            with pytest.raises(
                ValueError, match=r"needs 0 to 2 as targets; .* place 1"
            ):
                cross_entropy([[1.0, 2.0, 3.0]] * 2, [0, wrong])

    def test_logits(self):
        with pytest.raises(ValueError, match=r"one for each class; got Value\("):
            cross_entropy(Value(1.0), 0)
        with pytest.raises(ValueError, match=r"one for each class; got \[\]"):
            cross_entropy([], [])
        with pytest.raises(
            ValueError, match="as many targets as predictions, 2; got 0"
        ):
            cross_entropy([[1.0, 2.0]] * 2, 0)
        with pytest.raises(ValueError, match=r"for each target; got \[\] at place 1"):
            cross_entropy([[1.0, 2.0], []], [0, 0])
        with pytest.raises(ValueError, match=r"0 to 1 as targets; got \[0, 1\]"):
            cross_entropy([1.0, 2.0], [0, 1])

    def test_delta(self):
        for delta in (0.0, -1.0, math.nan, math.inf):
            with pytest.raises(ValueError, match="huber needs a positive delta"):
                huber(1.0, 0.0, delta=delta)


def test_cross_entropy_of_infinite_logits():
    inf = math.inf
    assert cross_entropy([-inf, 0.0], 0) == inf
    assert cross_entropy([-inf, 0.0], 1) == 0.0
    assert cross_entropy([inf, 0.0], 0) == 0.0
    assert cross_entropy([inf, 0.0], 1) == inf
    assert cross_entropy([[-inf, 0.0], [0.0, -inf]], [1, 0]) == 0.0
    logits = [Value(-inf), Value(0.0)]
    cross_entropy(logits, 1).backward()
    assert [z.grad for z in logits] == [0.0, 0.0]
