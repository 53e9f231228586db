"""Optimisers and clipping; PyTorch's numbers are in test_torch_training.py."""

from __future__ import annotations

import json
import math

import pytest

from autograd import Value
from nn import MLP, SGD, Adam, AdamW, Optimizer, RMSProp, clip_by_norm

ALL = [
    lambda p: SGD(p, lr=0.1, momentum=0.5),
    lambda p: RMSProp(p, momentum=0.5),
    Adam,
    AdamW,
]


def bowl(parameters):
    return sum((p - i) ** 2 for i, p in enumerate(parameters))


def run(optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        bowl(optimizer.parameters).backward()
        optimizer.step()
    return [p.data for p in optimizer.parameters]


class TestOptimizers:
    @pytest.mark.parametrize("make", ALL)
    def test_downhill(self, make):
        p = [Value(5.0), Value(-5.0)]
        optimizer = make(p)
        before = bowl(p).data
        run(optimizer, 20)
        assert bowl(p).data < before
        optimizer.zero_grad()
        assert [value.grad for value in p] == [0.0, 0.0]

    def test_a_step_of_sgd(self):
        p = Value(3.0)
        (p * p).backward()
        SGD([p], lr=0.1).step()
        assert p.data == 3.0 - 0.1 * 6.0

    @pytest.mark.parametrize("make", ALL)
    def test_a_parameter_given_twice_moves_once(self, make):
        once, twice = Value(3.0), Value(3.0)
        assert len(make([twice, twice]).parameters) == 1
        assert run(make([once]), 3) == run(make([twice, twice]), 3)

    @pytest.mark.parametrize("make", ALL)
    def test_state_carries_on_to_the_bit(self, make):
        whole = make([Value(5.0), Value(-5.0)])
        expected = run(whole, 9)
        first = make([Value(5.0), Value(-5.0)])
        first.lr = whole.lr
        state = first.state_dict()
        half = run(first, 4)
        assert state["steps"] == 0  # a copy
        state = json.loads(json.dumps(first.state_dict()))
        second = make([Value(x) for x in half])
        second.lr = 123.0
        second.load_state_dict(state)
        assert second.lr == whole.lr
        assert run(second, 5) == expected
        assert second.state_dict() == whole.state_dict()

    def test_states_that_do_not_fit(self):
        p = [Value(1.0)]
        adam = Adam(p)
        run(adam, 1)
        before = adam.state_dict()
        with pytest.raises(ValueError, match="same kind, Adam; got SGD"):
            adam.load_state_dict(SGD(p, lr=0.1).state_dict())
        with pytest.raises(
            ValueError, match=r"betas=\[0\.9, 0\.999\].*; got b.*0\.99\]"
        ):
            adam.load_state_dict(Adam(p, betas=(0.9, 0.99)).state_dict())
        with pytest.raises(
            ValueError, match=r"averages, slopes=1, squares=1; got .*=2"
        ):
            adam.load_state_dict(Adam([Value(1.0), Value(2.0)]).state_dict())
        with pytest.raises(ValueError, match=r"a state of kind, lr, .*; got lr"):
            adam.load_state_dict({"lr": 1.0})
        assert adam.state_dict() == before

    @pytest.mark.parametrize("make", ALL)
    @pytest.mark.parametrize("grad", [math.nan, math.inf, -math.inf])
    def test_a_gradient_that_is_not_finite_moves_nothing(self, make, grad):
        p = [Value(1.0), Value(2.0, "w")]
        optimizer = make(p)
        run(optimizer, 2)
        numbers, state = [value.data for value in p], optimizer.state_dict()
        p[1].grad = grad
        with pytest.raises(FloatingPointError, match=r"got .* for parameter 1 \('w'\)"):
            optimizer.step()
        assert [value.data for value in p] == numbers
        assert optimizer.state_dict() == state

    def test_a_step_too_large(self):
        p = Value(1.0)
        for optimizer, grad in ((SGD([p], lr=1e10), 1e300), (Adam([p]), 1e200)):
            p.grad = grad
            with pytest.raises(
                FloatingPointError, match=r"got -?inf for.*is 1e\+[23]00"
            ):
                optimizer.step()
        assert p.data == 1.0

    def test_grads_that_are_values(self):
        p = Value(3.0)
        (p * p).backward(create_graph=True)
        SGD([p], lr=0.5).step()
        assert p.data == 0.0
        p.grad = 0.0

    def test_learning_rate(self):
        optimizer = SGD([Value(1.0)], lr=0.1)
        optimizer.lr = 0
        assert optimizer.lr == 0.0
        for lr in (-1.0, math.nan, math.inf):
            with pytest.raises(ValueError, match="finite learning rate of at least 0"):
                optimizer.lr = lr

    def test_repr(self):
        assert repr(SGD([Value(1.0)], lr=0.1, momentum=0.9)) == (
            "SGD(lr=0.1, momentum=0.9, nesterov=False, weight_decay=0.0)"
        )

    def test_bad_parameters(self):
        with pytest.raises(ValueError, match="SGD needs at least one parameter"):
            SGD([], lr=0.1)
        with pytest.raises(TypeError, match=r"Values as parameters; got 1\.0"):
            SGD([1.0], lr=0.1)
        with pytest.raises(TypeError, match=r"got MLP \(hint: model\.parameters"):
            Adam(MLP(1, [1]))
        with pytest.raises(ValueError, match=r"positive learning rate; got '0\.1'"):
            SGD([Value(1.0)], lr="0.1")
        with pytest.raises(ValueError, match="leaves to train; got a constant, Value"):
            Adam([Value(1.0, constant=True)])
        with pytest.raises(
            ValueError, match="got what was computed from others, Value"
        ):
            Adam([Value(1.0) * 2])

    @pytest.mark.parametrize("lr", [0.0, -1.0, math.nan])
    @pytest.mark.parametrize("kind", [SGD, RMSProp, Adam, AdamW])
    def test_bad_learning_rates(self, kind, lr):
        with pytest.raises(ValueError, match=f"{kind.__name__} needs a positive learn"):
            kind([Value(1.0)], lr=lr)

    @pytest.mark.parametrize(
        ("kind", "settings", "message"),
        [
            (SGD, {"momentum": 1.0}, "momentum of at least 0, below 1; got 1.0"),
            (SGD, {"nesterov": True}, "needs momentum for nesterov=True"),
            (SGD, {"weight_decay": -1.0}, "weight_decay of at least 0; got -1.0"),
            (RMSProp, {"alpha": -0.1}, "alpha of at least 0, below 1; got -0.1"),
            (RMSProp, {"eps": 0.0}, "eps above 0; got 0.0"),
            (Adam, {"betas": 0.9}, "two numbers as betas; got 0.9"),
            (Adam, {"betas": (0.9, 1.0)}, "betas of at least 0, below 1; got 1.0"),
            (AdamW, {"eps": math.nan}, "AdamW needs eps above 0; got nan"),
        ],
    )
    def test_bad_settings(self, kind, settings, message):
        with pytest.raises(ValueError, match=message):
            kind([Value(1.0)], lr=0.1, **settings)

    def test_one_of_your_own(self):
        class Signs(Optimizer):
            """Every parameter moves by lr, whatever its slope."""

            def moved(self, data, grads, step):
                moved = [
                    p - math.copysign(self.lr, g)
                    for p, g in zip(data, grads, strict=True)
                ]
                return moved, {}

        assert run(Signs([Value(3.0)], lr=0.5), 2) == [2.0]
        with pytest.raises(TypeError, match="Optimizer needs a method moved"):
            run(Optimizer([Value(1.0)], lr=0.1), 1)


class TestClipping:
    def test_direction_stays(self):
        p = [Value(0.0), Value(0.0)]
        p[0].grad, p[1].grad = 30.0, -40.0
        assert clip_by_norm(p, 5.0) == 50.0
        assert [value.grad for value in p] == pytest.approx([3.0, -4.0], rel=1e-6)
        assert clip_by_norm(p, 6.0) == pytest.approx(5.0, rel=1e-6)

    def test_a_shared_parameter_counts_once(self):
        p = Value(0.0)
        p.grad = 3.0
        assert clip_by_norm([p, p], 1.0) == 3.0
        assert p.grad == pytest.approx(1.0, rel=1e-6)

    def test_bad_input(self):
        p = [Value(0.0), Value(0.0)]
        p[0].grad, p[1].grad = 3.0, math.nan
        with pytest.raises(FloatingPointError, match="got nan for parameter 1"):
            clip_by_norm(p, 1.0)
        assert p[0].grad == 3.0
        for longest in (0.0, -1.0, math.nan):
            with pytest.raises(ValueError, match="needs max_norm above 0"):
                clip_by_norm(p, longest)
        with pytest.raises(ValueError, match="clip_by_norm needs at least one"):
            clip_by_norm([], 1.0)
