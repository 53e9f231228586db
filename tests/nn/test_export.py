"""The same network elsewhere: PyTorch and ONNX's runtime, alive, as oracles.

What needs either skips where it is not installed; the names and shapes in files, which
PyTorch's stored answers do not need, are tested with the files.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from autograd import tanh
from nn import MLP, Layer, Neuron, from_torch, load_model, to_onnx, to_torch
from nn.files.export import ALPHA, IN_TORCH, SLOPE

pytestmark = pytest.mark.peers

X = np.random.default_rng(0).normal(scale=5.0, size=(200, 3))
IN_BOTH = ["elu", "leaky_relu", "relu", "sigmoid", "silu", "softplus", "tanh"]


def network(activation):
    return MLP(3, [5, 1, 4, 2], activation=activation, seed=3)


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture
def runtime():
    pytest.importorskip("onnx", reason="onnx is not installed (extra: onnx)")
    return pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def test_the_slopes_are_those_of_the_rows():
    assert (SLOPE, ALPHA) == (0.01, 1.0)


class TestTorch:
    @pytest.mark.parametrize(
        "activation", [*IN_TORCH, ["linear", "tanh", "relu", "sigmoid"]], ids=str
    )
    def test_there_and_back(self, torch, activation):
        model = network(activation)
        there = to_torch(model)
        with torch.no_grad():
            outputs = there(torch.tensor(X)).numpy()
        assert outputs == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)
        assert {name: tuple(t.shape) for name, t in there.state_dict().items()} == {
            name: array.shape for name, array in model.state_dict().items()
        }
        back = from_torch(there)
        assert back.architecture() == model.architecture()
        assert np.array_equal(back.predict(X), model.predict(X))

    def test_random_numbers_are_left_alone(self, torch):
        torch.manual_seed(0)
        wanted = torch.rand(1).item()
        torch.manual_seed(0)
        to_torch(network("tanh"))
        assert torch.rand(1).item() == wanted

    def test_gradients_are_the_same(self, torch):
        model = network("tanh")
        there = to_torch(model)
        sum(model(X[0].tolist())).backward()
        there(torch.tensor(X[:1])).sum().backward()
        ours = [p.grad for p in model.parameters()]
        by_layer = zip(there[0::2], model.layers, strict=True)
        theirs = [
            g
            for linear, layer in by_layer
            for w, b in zip(linear.weight.grad, linear.bias.grad, strict=True)
            for g in [*w.tolist(), b.item()]
        ]
        assert len(model.layers) == 4
        assert ours == pytest.approx(theirs, rel=1e-10, abs=1e-14)

    def test_files_load_as_they_are_into_a_sequential(self, torch, tmp_path):
        load_file = pytest.importorskip(
            "safetensors.torch", reason="safetensors is not installed"
        ).load_file
        model = MLP(3, [5, 4, 2], activation="tanh", seed=3)
        model.save(tmp_path / "a.safetensors")
        nn = torch.nn
        there = nn.Sequential(
            nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2)
        ).double()
        there.load_state_dict(load_file(tmp_path / "a.safetensors"))
        with torch.no_grad():
            outputs = there(torch.tensor(X)).numpy()
        assert outputs == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)

    def test_files_that_torch_wrote(self, torch, tmp_path):
        files = pytest.importorskip("safetensors.torch", reason="no safetensors")
        there = to_torch(network("tanh")).float()
        files.save_file(there.state_dict(), tmp_path / "a.safetensors")
        model = load_model(tmp_path / "a.safetensors", into=network("tanh"))
        with torch.no_grad():
            outputs = there.double()(torch.tensor(X)).numpy()
        assert outputs == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)

    def test_a_module_used_twice_counts_twice(self, torch):
        nn = torch.nn
        bent, linear = nn.Tanh(), nn.Linear(3, 3).double()
        there = nn.Sequential(linear, bent, linear, bent)
        with torch.no_grad():
            outputs = there(torch.tensor(X)).numpy()
        assert from_torch(there).predict(X) == pytest.approx(outputs, abs=1e-12)

    def test_what_is_refused_is_named(self, torch):
        nn = torch.nn
        for modules, named in [
            ([nn.Conv2d(1, 1, 1)], "got Conv2d.* as module 0"),
            ([nn.Linear(2, 2, bias=False)], "got Linear.* as module 0"),
            ([nn.Linear(2, 2), nn.Tanh(), nn.ReLU()], r"got ReLU\(\) as module 2"),
            ([nn.Tanh(), nn.Linear(2, 2)], r"got Tanh\(\) as module 0"),
            ([nn.Linear(2, 2), nn.LeakyReLU(0.2)], "got LeakyReLU.*0.2.* as module 1"),
            ([nn.Linear(2, 2), nn.GELU("tanh")], "got GELU.* as module 1"),
            ([nn.Linear(2, 2), nn.Softplus(beta=2)], "got Softplus.* as module 1"),
            ([nn.Linear(2, 2), nn.Dropout()], "got Dropout.* as module 1"),
            ([nn.Linear(2, 3), nn.Linear(2, 2)], "that fit each other; got Linear"),
            ([], "at least one Linear layer; got none"),
        ]:
            with pytest.raises(ValueError, match=named):
                from_torch(nn.Sequential(*modules))
        with pytest.raises(TypeError, match=r"Sequential; got Linear"):
            from_torch(nn.Linear(2, 2))

    def test_without_torch(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "torch", None)
        with pytest.raises(ImportError, match="to_torch needs PyTorch: pip install to"):
            to_torch(network("tanh"))
        with pytest.raises(ImportError, match="from_torch needs PyTorch: pip install"):
            from_torch(None)


class TestOnnx:
    @pytest.mark.parametrize(
        "activation",
        [
            *IN_BOTH,
            ["linear", "abs", "relu", "sigmoid"],
            ["sin", "cos", "exp", "linear"],
        ],
        ids=str,
    )
    def test_the_runtime_gives_the_same_numbers(self, runtime, activation, tmp_path):
        model = network(activation)
        path = to_onnx(model, tmp_path / "a.onnx")
        session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (outputs,) = session.run(["y"], {"x": X})
        assert outputs.dtype == np.float64
        assert outputs == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)
        assert session.run(["y"], {"x": X[:1]})[0].shape == (1, 2)

    def test_one_output_is_a_column(self, runtime, tmp_path):
        model = MLP(3, [1], seed=0)
        path = str(tmp_path / "a.onnx")
        to_onnx(model, path)
        session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (outputs,) = session.run(None, {"x": X})
        assert outputs.shape == (200, 1)
        assert outputs[:, 0] == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)

    def test_far_from_zero(self, runtime, tmp_path):
        for activation in IN_BOTH:
            model = MLP(1, [1, 1], activation=activation, seed=0)
            path = to_onnx(model, tmp_path / "a.onnx")
            session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
            far = np.array([[-1e6], [-800.0], [-30.0], [0.0], [30.0], [800.0], [1e6]])
            (outputs,) = session.run(None, {"x": far})
            assert outputs[:, 0] == pytest.approx(model.predict(far), rel=1e-12)

    def test_the_reference_of_onnx_agrees(self, tmp_path):
        onnx = pytest.importorskip("onnx", reason="onnx is not installed (extra: onnx)")
        from onnx.reference import ReferenceEvaluator

        model = network("tanh")
        made = onnx.load(to_onnx(model, tmp_path / "a.onnx"))
        (outputs,) = ReferenceEvaluator(made).run(None, {"x": X})
        assert outputs == pytest.approx(model.predict(X), rel=1e-12, abs=1e-12)
        assert [t.name for t in made.graph.initializer] == list(model.state_dict())

    def test_without_onnx(self, monkeypatch, tmp_path):
        monkeypatch.setitem(sys.modules, "onnx", None)
        with pytest.raises(
            ImportError, match=r'needs onnx: pip install "chainrule\[on'
        ):
            to_onnx(network("tanh"), tmp_path / "a.onnx")


@pytest.mark.parametrize(
    "export", [to_torch, lambda model: to_onnx(model, "unwritten")]
)
def test_networks_that_nobody_else_knows(export):
    with pytest.raises(ValueError, match=r"needs activations among .*; got log1p"):
        export(network("log1p"))
    with pytest.raises(ValueError, match=r"activations with names; got MLP with parts"):
        export(network(lambda v: tanh(v) * v))
    for module in (Layer(2, 2), Neuron(2)):
        with pytest.raises(
            ValueError, match=f"needs an MLP .*; got {type(module).__name__}"
        ):
            export(module)
