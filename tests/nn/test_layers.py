"""Modules, and the networks made of them."""

from __future__ import annotations

import copy
import math
import pickle
import random
import statistics

import numpy as np
import pytest

import autograd
from autograd import Phrases, Value
from nn import MLP, Layer, Module, Neuron, squared_error

pytestmark = pytest.mark.versions


class Bend(Module):
    """An activation with a parameter of its own."""

    def __init__(self):
        self.slope = Value(0.1)

    def __call__(self, x):
        return autograd.leaky_relu(x, self.slope)


class Tied(Module):
    """One layer used twice, and what stands in lists, dicts and arrays."""

    def __init__(self):
        self.first = Layer(2, 2)
        self.again = [self.first]
        self.scale = {"x": Value(2.0), 3: Value(3.0)}
        self.grid = np.array([[Value(1.0), Value(2.0)]])
        self.ragged = [[Value(1.0)], [Value(2.0), Value(3.0)]]
        self.mixed = [Value(1.0), Value(2.0, constant=True), self.first.neurons[0].b]
        self.nothing = []
        self.number = 3.0


class TestModules:
    def test_a_neuron_is_what_it_says(self):
        random.seed(1)
        neuron = Neuron(2)
        w1, w2 = (w.data for w in neuron.w)
        neuron.b.data = 5.0
        assert neuron([0.5, -2.0]).data == 5.0 + w1 * 0.5 + w2 * -2.0
        neuron.b.data = -50.0
        assert neuron([0.5, -2.0]).data == 0.0

    def test_parameters_in_order_and_once(self):
        class Tied(Module):
            def __init__(self):
                self.first = Neuron(2)
                self.again = [self.first, {"scale": Value(2.0, "scale")}]
                self.unit = Value(1.0, constant=True)
                self.computed = self.first.b * 2

        tied = Tied()
        labels = [*tied.first.w, tied.first.b, tied.again[1]["scale"]]
        assert tied.parameters() == labels
        with pytest.raises(TypeError, match="Tied needs a method __call__"):
            tied([1.0])

    def test_parameters_in_arrays_and_in_circles(self):
        class Part(Module):
            def __init__(self, whole):
                self.whole = whole
                self.w = np.array([[Value(1.0)], [Value(2.0)]])

        class Whole(Module):
            def __init__(self):
                self.part = Part(self)
                self.b = Value(0.0)

        whole = Whole()
        expected = [*whole.part.w.flat, whole.b]
        assert whole.parameters() == expected
        assert set(whole.part.parameters()) == set(expected)

    def test_zero_grad(self):
        model = MLP(2, [3, 1])
        model([1.0, 2.0]).backward()
        assert any(p.grad for p in model.parameters())
        model.zero_grad()
        assert not any(p.grad for p in model.parameters())

    def test_inputs_may_be_values_numbers_or_rows_of_an_array(self):
        random.seed(3)
        model = MLP(2, [4, 2])
        row = [0.5, -1.0]
        as_numbers = [v.data for v in model(row)]
        assert [v.data for v in model(np.array(row))] == as_numbers
        x = [Value(0.5), Value(-1.0)]
        out = model(x)
        assert [v.data for v in out] == as_numbers
        sum(out).backward()
        assert any(v.grad for v in x)

    def test_one_wide_layers(self):
        assert isinstance(MLP(1, [1, 1])([2.0]), Value)

    @pytest.mark.parametrize("module", [Neuron(3), Layer(3, 2), MLP(3, [2])])
    @pytest.mark.parametrize("wrong", [[], [1.0, 2.0], [1.0] * 4])
    def test_a_wrong_number_of_inputs(self, module, wrong):
        with pytest.raises(ValueError, match=rf"needs 3 inputs; got {len(wrong)}"):
            module(wrong)

    def test_an_input_that_is_no_list_or_no_number(self):
        with pytest.raises(TypeError, match=r"a list of numbers; got float 1\.0"):
            MLP(1, [1])(1.0)
        with pytest.raises(TypeError, match="real number; got str 'a'"):
            MLP(1, [1])(["a"])

    def test_empty_networks(self):
        with pytest.raises(ValueError, match="at least one layer"):
            MLP(2, [])
        for make in (lambda: MLP(0, [1]), lambda: MLP(2, [3, 0]), lambda: Neuron(0)):
            with pytest.raises(ValueError, match="at least 1; got 0"):
                make()
        with pytest.raises(TypeError, match="MLP needs a list of layer sizes; got 3"):
            MLP(2, 3)
        with pytest.raises(ValueError, match=r"at least 1; got 2\.0"):
            Neuron(2.0)

    @pytest.mark.parametrize(
        "twin", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
    )
    def test_copies_work_on_their_own(self, twin):
        random.seed(4)
        model = MLP(2, [3, 1])
        other = twin(model)
        assert other([0.3, 0.4]).data == model([0.3, 0.4]).data
        other([0.3, 0.4]).backward()
        other.parameters()[0].data += 1.0
        assert not any(p.grad for p in model.parameters())
        assert model.parameters()[0].data != other.parameters()[0].data
        assert len(other.parameters()) == len(model.parameters())

    def test_gradients_of_a_network(self):
        random.seed(5)
        model = MLP(2, [3, 1])
        parameters = model.parameters()

        def loss(values):
            for p, layer_value in zip(parameters, values, strict=True):
                p.data = float(layer_value)
            return squared_error(model([0.5, -0.5]), 1.0).data

        at = [p.data for p in parameters]
        model.zero_grad()
        squared_error(model([0.5, -0.5]), 1.0).backward()
        for i, p in enumerate(parameters):
            moved = list(at)
            moved[i] += 1e-6
            high = loss(moved)
            moved[i] -= 2e-6
            assert p.grad == pytest.approx((high - loss(moved)) / 2e-6, abs=1e-6)


class TestActivations:
    @pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "elu", "leaky_relu"])
    def test_by_name_op_or_function(self, name):
        op = getattr(autograd, name)
        neurons = [
            Neuron(1, activation=activation, random=random.Random(3))
            for activation in (name, op, lambda x: op(x))
        ]
        outputs = {neuron([-0.7]).data for neuron in neurons}
        assert outputs == {op(neurons[0].w[0].data * -0.7)}
        assert neurons[0].activation is op
        assert neurons[0].nonlin

    def test_linear(self):
        for neuron in (Neuron(1, activation="linear"), Neuron(1, nonlin=False)):
            assert neuron.activation is None
            assert not neuron.nonlin
            assert neuron([-2.0]).data == -2.0 * neuron.w[0].data
            assert repr(neuron) == "LinearNeuron(1)"

    def test_nonlin_can_be_set_as_in_micrograd(self):
        neuron = Neuron(1)
        neuron.nonlin = False
        assert repr(neuron) == "LinearNeuron(1)"
        neuron.nonlin = True
        assert neuron.activation is autograd.relu
        neuron.activation = autograd.tanh
        neuron.nonlin = True
        assert repr(neuron) == "TanhNeuron(1)"
        assert repr(Neuron(1, activation=lambda x: x * x)) == "BentNeuron(1)"

    def test_one_per_layer(self):
        model = MLP(2, [3, 3, 2], activation=["tanh", "linear", autograd.sigmoid])
        bent = [layer.activation for layer in model.layers]
        assert bent == [autograd.tanh, None, autograd.sigmoid]
        bent = [layer.activation for layer in MLP(2, [3, 1], activation="silu").layers]
        assert bent == [autograd.silu, None]

    def test_one_with_parameters_is_trained(self):
        bend = Bend()
        model = MLP(1, [2, 1], activation=bend, seed=0)
        assert bend.slope in model.parameters()
        assert model.tensors()["0.activation.slope"] is bend.slope
        assert model.architecture() is None
        model.layers[0].neurons[0].w[0].data = -1.0
        model([1.0]).backward()
        assert bend.slope.grad != 0.0

    def test_one_that_cannot_be_hashed(self):
        class Square(list):
            def __call__(self, x):
                return x * x

        model = MLP(1, [2, 1], activation=[square := Square(), square])
        assert model([1.0]).data >= 0.0
        assert model.architecture() is None

    def test_unknown_ones(self):
        with pytest.raises(ValueError, match=r"'linear'.*, tanh\), or a.*got 'tan_h'"):
            MLP(1, [1, 1], activation="tan_h")
        with pytest.raises(ValueError, match="got 'maximum'"):
            Neuron(1, activation="maximum")
        with pytest.raises(TypeError, match="of one Value; got <op maximum>"):
            Neuron(1, activation=autograd.maximum)
        with pytest.raises(TypeError, match="a function of a Value; got 3"):
            Neuron(1, activation=3)
        with pytest.raises(ValueError, match=r"per layer, 2; got 1 \(hint: the last"):
            MLP(1, [1, 1], activation=["tanh"])


class TestInitialisers:
    @pytest.mark.parametrize(
        ("init", "bound"),
        [
            ("uniform", 1.0),
            ("xavier", math.sqrt(6.0 / (30 + 50))),
            ("kaiming", math.sqrt(6.0 / 30)),
        ],
    )
    def test_bounds_and_spread(self, init, bound):
        layer = Layer(30, 50, init=init, random=random.Random(7))
        weights = [w.data for neuron in layer.neurons for w in neuron.w]
        assert 0.99 * bound < max(map(abs, weights)) <= bound
        # The variance of uniform numbers between -a and a is a² / 3.
        assert statistics.pvariance(weights) == pytest.approx(bound**2 / 3, rel=0.1)
        assert not any(neuron.b.data for neuron in layer.neurons)

    def test_sizes_may_be_numpys(self):
        assert len(MLP(np.int64(2), [np.int32(3), 1]).parameters()) == 13

    def test_seeds(self):
        random.seed(5)
        state = random.getstate()
        first, second = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=1)
        assert random.getstate() == state
        numbers = [p.data for p in first.parameters()]
        assert numbers == [p.data for p in second.parameters()]
        assert numbers != [p.data for p in MLP(2, [3, 1], seed=2).parameters()]
        assert [p.data for p in MLP(2, [1]).parameters()] == [
            random.Random(5).uniform(-1, 1) if i == 0 else p.data
            for i, p in enumerate(MLP(2, [1], seed=5).parameters())
        ]

    def test_own_function(self):
        seen = []

        def draw(nin, nout, source):
            seen.append((nin, nout))
            return source.random() + 10.0

        model = MLP(2, [3, 1], init=draw, seed=0)
        assert seen == [(2, 3)] * 6 + [(3, 1)] * 3
        assert all(w.data > 10.0 for w in model.layers[0].neurons[0].w)

    def test_unknown_ones(self):
        with pytest.raises(ValueError, match="of uniform, xavier, kaiming, or a f"):
            MLP(1, [1], init="he")
        with pytest.raises(TypeError, match=r"weight; got 0\.1"):
            Neuron(1, init=0.1)


class TestNames:
    def test_of_a_perceptron_are_those_of_a_sequential(self):
        model = MLP(2, [3, 4, 1], activation=["relu", "linear", "tanh"])
        tensors = model.tensors()
        assert list(tensors) == [
            "0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias",
        ]  # fmt: skip
        assert tensors["2.weight"][3][1] is model.layers[1].neurons[3].w[1]
        named = model.named_parameters()
        assert [p for _, p in named] == model.parameters()
        assert dict(named)["2.weight[3,1]"] is model.layers[1].neurons[3].w[1]
        assert dict(named)["3.bias[0]"] is model.layers[2].neurons[0].b

    def test_of_a_module_of_your_own(self):
        tied = Tied()
        assert list(tied.tensors()) == [
            "first.weight", "first.bias", "again.0.weight", "again.0.bias",
            "scale.x", "scale.3", "grid", "ragged.0", "ragged.1", "mixed.0", "mixed.2",
        ]  # fmt: skip
        names = [name for name, _ in tied.named_parameters()]
        assert names == [
            "first.weight[0,0]", "first.weight[0,1]", "first.bias[0]",
            "first.weight[1,0]", "first.weight[1,1]", "first.bias[1]",
            "scale.x", "scale.3", "grid[0,0]", "grid[0,1]",
            "ragged.0[0]", "ragged.1[0]", "ragged.1[1]", "mixed.0",
        ]  # fmt: skip

    def test_whatever_is_a_parameter_has_a_name(self):
        class Warm(MLP):
            def __init__(self):
                super().__init__(1, [2, 1])
                self.heat = Value(1.0)
                self.layers[0].neurons[1].extra = Value(2.0)

        class Elsewhere(Module):
            def parameters(self):
                return hidden

        hidden = [Value(1.0), Value(2.0)]
        model = Warm()
        names = dict(model.named_parameters())
        assert names["heat"] is model.heat
        assert names["parameters[0]"] is model.layers[0].neurons[1].extra
        assert Elsewhere().tensors() == {"parameters": hidden}

    def test_a_part_may_refer_to_the_whole(self):
        class Part(Module):
            def __init__(self, whole):
                self.whole, self.w = whole, Value(1.0)

        class Whole(Module):
            def __init__(self):
                self.part, self.b = Part(self), Value(2.0)

        whole = Whole()
        assert list(whole.tensors()) == ["part.w", "b"]
        assert list(whole.part.tensors()) == ["whole.b", "w"]

    def test_names_that_clash(self):
        module = Module()
        module.a = {1: Value(1.0), "1": Value(2.0)}
        with pytest.raises(ValueError, match=r"of its own.*; got 'a\.1' twice"):
            module.tensors()


class TestState:
    def test_there_and_back(self):
        first, second = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
        state = first.state_dict()
        assert {name: array.shape for name, array in state.items()} == {
            "0.weight": (3, 2), "0.bias": (3,), "2.weight": (1, 3), "2.bias": (1,),
        }  # fmt: skip
        assert all(array.dtype == np.float64 for array in state.values())
        state["0.bias"] += 1.0  # a copy
        assert first.layers[0].neurons[0].b.data == 0.0
        second.load_state_dict(state)
        assert second.layers[0].neurons[0].b.data == 1.0
        assert second.layers[0].neurons[2].w[1].data == state["0.weight"][2, 1]

    def test_scalars_shared_ones_and_lists(self):
        tied, other = Tied(), Tied()
        state = tied.state_dict()
        assert state["scale.x"].shape == ()
        other.load_state_dict({name: array.tolist() for name, array in state.items()})
        assert [p.data for p in other.parameters()] == [
            p.data for p in tied.parameters()
        ]
        numbers = [np.float32(0.5), Value(0.25)]
        other.load_state_dict({"first.bias": numbers}, strict=False)
        assert [n.b.data for n in other.first.neurons] == [0.5, 0.25]

    def test_not_a_number_is_a_number_like_others(self):
        tied = Tied()
        state = tied.state_dict()
        for name in ("first.bias", "again.0.bias"):
            state[name][0] = math.nan
        state["mixed.2"][()] = math.nan
        tied.load_state_dict(state)
        assert math.isnan(tied.first.neurons[0].b.data)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            (
                lambda state: state.pop("2.bias"), ValueError,
                r"0\.weight, 0\.bias, 2\.weight, 2\.bias; got no 2\.bias \(hint",
            ),
            (lambda state: state.update(x=1.0), ValueError, "got an unknown x"),
            (
                lambda state: state.update({"0.bias": [1.0]}), ValueError,
                r"needs 0\.bias of shape 3; got 1",
            ),
            (
                lambda state: state.update({"0.weight": [[1.0], [1.0, 2.0]]}),
                ValueError, "of shape 3 × 2; got rows of different lengths",
            ),
            (
                lambda state: state.update({"2.bias": 1.0}), ValueError,
                "of shape 1; got scalar",
            ),
            (
                lambda state: state.update({"2.bias": ["1"]}), TypeError,
                r"real numbers in 2\.bias; got str '1'",
            ),
            (
                lambda state: state.update({"2.bias": np.array([1j])}), TypeError,
                r"real numbers in 2\.bias; got complex 1j",
            ),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_changes_nothing(self, change, error, message):
        model = MLP(2, [3, 1])
        state = {name: array + 1.0 for name, array in model.state_dict().items()}
        change(state)
        before = [p.data for p in model.parameters()]
        with pytest.raises(error, match=message):
            model.load_state_dict(state)
        assert [p.data for p in model.parameters()] == before

    def test_shared_parameters_that_would_differ(self):
        tied = Tied()
        state = tied.state_dict()
        state["again.0.bias"][1] = 9.0
        with pytest.raises(
            ValueError,
            match=r"in first\.bias and again\.0\.bias, which share.* 0\.0 and 9\.0",
        ):
            tied.load_state_dict(state)

    @pytest.mark.peers
    def test_tensors_of_pytorch(self):
        torch = pytest.importorskip("torch", reason="PyTorch is not installed")
        stack = torch.nn.Sequential(
            torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)
        ).to(torch.float64)
        model = MLP(2, [3, 2])
        model.load_state_dict(stack.state_dict())
        model.load_state_dict(dict(stack.named_parameters()))  # which have gradients
        ours = [value.data for value in model([0.3, -0.7])]
        theirs = stack(torch.tensor([0.3, -0.7], dtype=torch.float64)).tolist()
        assert ours == pytest.approx(theirs, rel=1e-12)
        arrays = model.state_dict().items()
        stack.load_state_dict({name: torch.from_numpy(a) for name, a in arrays})


class TestSummary:
    def test_shared_parameters_count_once(self):
        tied = Tied()
        summary = tied.summary()
        assert summary.parameters == len(tied.parameters()) == 14
        rows = {row.name: (row.kind, row.parameters) for row in summary.rows}
        assert rows == {"first": ("Layer", 6), "again.0": ("Layer", 0), "": ("Tied", 8)}
        lines = str(summary).splitlines()
        assert lines[0] == "Tied"
        assert "scale.x scalar, scale.3 scalar, grid 1 × 2" in lines[-2]
        assert lines[-1].split() == ["total", "14"]

    def test_activations(self):
        model = MLP(1, [1, 1], activation=[lambda x: x, "tanh"])
        bent = [row.activation for row in model.summary().rows]
        assert bent == ["own function", "tanh"]

    def test_the_language_of_the_reader(self, monkeypatch):
        model = MLP(2, [16, 16, 1], activation=["relu", lambda x: x, "linear"])
        model.scale = Value(1.0)
        english = """\
MLP
name   kind   shapes                   activation    parameters
0      Layer  weight 16 × 2, bias 16   relu                  48
2      Layer  weight 16 × 16, bias 16  own function         272
4      Layer  weight 1 × 16, bias 1    linear                17
       MLP    scale scalar                                    1
total                                                       338"""
        french = """\
MLP
nom    classe  formes                   activation      paramètres
0      Layer   weight 16 × 2, bias 16   relu                    48
2      Layer   weight 16 × 16, bias 16  fonction à toi         272
4      Layer   weight 1 × 16, bias 1    linear                  17
       MLP     scale scalaire                                    1
total                                                          338"""
        assert str(model.summary()) == str(model.summary(language="en")) == english
        assert str(model.summary(language="fr")) == french
        monkeypatch.setenv("LANGUAGE", "fr")
        assert str(model.summary()) == french
        with pytest.raises(ValueError, match="'en' or 'fr'; got 'de'"):
            model.summary(language="de")

    def test_thousands(self):
        model = MLP(40, [40], seed=0)
        told = [str(model.summary(language=name))[-6:] for name in ("en", "fr")]
        assert told == [" 1,640", " 1\u202f640"]

    def test_every_phrase_is_said(self, monkeypatch):
        said, say = set(), Phrases.__call__

        def heard(words, key, /, **slots):
            said.add(key)
            return say(words, key, **slots)

        monkeypatch.setattr(Phrases, "__call__", heard)
        model = MLP(1, [1], activation=[lambda x: x])
        model.scale = Value(1.0)
        str(model.summary())
        assert said == {
            f"summary.{key}" for key in Phrases("en", "nn.phrases").table("summary")
        }

    def test_repr(self):
        assert repr(Tied()) == "Tied of 14 parameters"
        assert repr(Bend()) == "Bend of 1 parameter"


class TestArchitecture:
    def test_it_rebuilds_the_network(self):
        model = MLP(3, [4, 2], activation=["gelu", "sigmoid"])
        found = model.architecture()
        assert found.pop("kind") == "MLP"
        twin = MLP(**found)
        twin.load_state_dict(model.state_dict())
        x = [0.5, -0.5, 2.0]
        assert [v.data for v in twin(x)] == [v.data for v in model(x)]

    def test_none_where_it_would_not(self):
        class Own(MLP):
            pass

        shared, frozen, mixed = MLP(1, [1, 1]), MLP(1, [1, 1]), MLP(1, [2, 1])
        shared.layers[1].neurons[0].b = shared.layers[0].neurons[0].b
        frozen.layers[0].neurons[0].b = Value(0.0, constant=True)
        mixed.layers[0].neurons[1].nonlin = False
        models = [Own(1, [1]), MLP(1, [1, 1], activation=lambda x: x), Module()]
        for model in (shared, frozen, mixed, *models):
            assert model.architecture() is None
