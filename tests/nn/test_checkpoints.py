"""Checkpoints: a run that is cut off, by whatever, ends as one that was not."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest

from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    Module,
    RMSProp,
    fit,
    huber,
    l1_penalty,
    linear_decay,
    load_data,
    squared_error,
    step_decay,
)

# A run in a process of its own; the environment says when the process is to be killed.
SCRIPT = """
import json, os, signal, sys, time
from nn import MLP, Adam, fit, load_data

at, path = int(sys.argv[1]), sys.argv[2]
written = 0

def die(handle, fsync=os.fsync):
    # Half of the file is there, and it has not got its name yet.
    global written
    written += 1
    if written == at:
        os.truncate(handle, os.fstat(handle).st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(handle)

os.fsync = die
train, test = load_data("moons", samples=24).split()
model = MLP(2, [4, 1], seed=0)
history = fit(
    model, train, validation=test, optimizer=Adam(model.parameters(), lr=0.05),
    epochs=12, batch_size=8, patience=50, checkpoint=path, progress=False,
)
print(json.dumps([
    [p.data for p in model.parameters()], history.losses, history.validation_losses,
    history.validation_accuracies, history.steps, history.stopped,
]))
"""


def process(kill_at, path):
    command = [sys.executable, "-c", SCRIPT, str(kill_at), str(path)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def outcome(process):
    out, err = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), err
    return out


class Dropping(Module):
    """A network that forgets half of its inputs, drawn anew each time."""

    def __init__(self):
        self.w = [Value(0.5), Value(-0.5)]

    def __call__(self, x):
        kept = [random.random() < 0.5 for _ in x]
        return sum((w * xi * k for w, xi, k in zip(self.w, x, kept, strict=True)), 0.0)


DATA = load_data("moons", samples=20)


def train(path=None, epochs=6, kind=SGD, model=None, **options):
    """Return the parameters after so many epochs, the optimizer, and the history."""
    model = model or MLP(2, [3, 1], seed=1)
    optimizer = kind(model.parameters(), lr=0.1)
    history = fit(
        model, DATA, optimizer=optimizer, epochs=epochs, checkpoint=path,
        progress=False, **{"batch_size": 6, **options},
    )  # fmt: skip
    return [p.data for p in model.parameters()], optimizer.state_dict(), history


class TestCarryingOn:
    @pytest.mark.parametrize(
        "options",
        [
            {"kind": partial(SGD, momentum=0.9)},
            {"kind": RMSProp, "batch_size": None, "penalty": np.float32(0.01)},
            {"kind": Adam, "batch_size": np.int64(7)},
            {"kind": Adam, "schedule": linear_decay(0.1, 24), "max_norm": 0.5},
            {"kind": Adam, "validation": DATA, "patience": 3, "seed": 5},
            {"kind": Adam, "penalty": partial(l1_penalty, alpha=0.01)},
        ],
    )
    def test_to_the_last_bit(self, tmp_path, options):
        whole = train(**options)
        path = tmp_path / "run.safetensors"
        assert train(path, epochs=2, **options)[2].epochs == 2
        train(path, epochs=3, **options)
        carried_on = train(path, **options)
        assert carried_on == whole
        # What is finished stays as it is.
        assert train(path, **options) == whole

    def test_of_a_network_that_draws_numbers(self, tmp_path):
        def run(epochs, path=None):
            model = Dropping()
            history = fit(
                model, DATA, loss=squared_error, epochs=epochs, checkpoint=path,
                batch_size=4, progress=False,
            )  # fmt: skip
            return [p.data for p in model.w], history, random.random()

        path = tmp_path / "run.safetensors"
        random.seed(1)
        whole = run(4)
        random.seed(1)
        run(2, path)
        random.seed(2)
        assert run(4, path) == whole

    def test_after_ctrl_c(self, tmp_path):
        def interrupt(history):
            if history.epochs == 3:
                signal.raise_signal(signal.SIGINT)

        path = tmp_path / "run.safetensors"
        history = train(path, callbacks=[interrupt])[2]
        assert (history.stopped, history.epochs) == ("interrupted", 3)
        assert train(path) == train()

    def test_patience_that_is_over(self, tmp_path):
        options = {"validation": ([[0.0, 0.0]], [0]), "patience": 1, "kind": Adam}
        path = tmp_path / "run.safetensors"
        first = train(path, epochs=60, **options)
        assert first[2].stopped == "patience"
        assert train(path, epochs=60, **options) == first


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What comes of a run that nobody kills."""
    return outcome(process(0, tmp_path_factory.mktemp("whole") / "run"))


class TestKilled:
    @pytest.mark.parametrize("after", [1, 9])
    def test_in_the_middle_of_a_checkpoint(self, tmp_path, whole, after):
        path = tmp_path / "run.safetensors"
        # Of a checkpoint, the file and the folder are synchronised.
        assert outcome(process(2 * after + 1, path)) == ""
        (draft,) = tmp_path.glob(".*.part")
        assert 0 < draft.stat().st_size < path.stat().st_size
        assert outcome(process(0, path)) == whole
        assert [*tmp_path.iterdir()] == [path]

    def test_at_any_time(self, tmp_path, whole):
        path = tmp_path / "run.safetensors"
        generator = random.Random(0)
        for _ in range(2):
            running = process(0, path)
            while running.poll() is None and not path.exists():
                time.sleep(0.001)
            time.sleep(generator.uniform(0.0, 0.03))
            running.kill()
            outcome(running)
        assert outcome(process(0, path)) == whole


class TestDiskFull:
    def test_the_old_file_stays_whole(self, tmp_path):
        path = tmp_path / "run.safetensors"
        train(path, epochs=2)
        before = path.read_bytes()
        script = (
            "import resource\n"
            "from test_checkpoints import train\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            f"train({str(path)!r})\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True,
            cwd=os.path.dirname(__file__),
        )  # fmt: skip
        assert "File too large" in done.stderr
        assert str(path) in done.stderr
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["run.safetensors"]
        assert train(path) == train()


class TestRefused:
    @pytest.fixture
    def path(self, tmp_path):
        train(tmp_path / "run.safetensors", epochs=2, schedule=step_decay(0.1, 5, 0.5))
        return tmp_path / "run.safetensors"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"batch_size": 5}, "batch_size 6 there and 5 here"),
            ({"kind": Adam}, 'optimizer kind "SGD" there and "Adam" here'),
            (
                {"kind": partial(SGD, momentum=0.5)},
                r"optimizer momentum 0\.0 there and 0\.5 here",
            ),
            ({"seed": 3}, "seed 0 there and 3 here"),
            ({"loss": partial(huber, delta=2.0)}, 'max_margin" there and "huber.*=2.0'),
            ({"validation": DATA}, "validation none there"),
            ({"penalty": 0.5, "max_norm": 1.0}, "penalty 0.0 .*; max_norm none there"),
            ({"schedule": None}, r"lr none there and 0\.1 here"),
            (
                {"schedule": step_decay(0.1, 5, 0.25)},
                r"in epoch 2 the learning rate was 0\.05 there, and is 0\.025 here",
            ),
            ({"epochs": 1}, "the 2 epochs that .* has; got epochs=1"),
        ],
    )
    def test_another_run(self, path, options, message):
        before, state = path.read_bytes(), random.getstate()
        model = MLP(2, [3, 1], seed=2)
        numbers = [p.data for p in model.parameters()]
        with pytest.raises(ValueError, match=message):
            train(path, model=model, **{"schedule": step_decay(0.1, 5, 0.5), **options})
        assert [p.data for p in model.parameters()] == numbers
        assert random.getstate() == state
        assert path.read_bytes() == before

    def test_another_network_or_other_data(self, path):
        for model, data, message in (
            (
                MLP(2, [4, 1]),
                DATA,
                r"tensors 0.weight \[3, 2\] there and \[4, 2\]",
            ),
            (MLP(2, [3, 1], activation="tanh"), DATA, 'architecture .*"tanh"'),
            (MLP(2, [3, 1]), load_data("moons", samples=21), "data .* there and"),
        ):
            before = [p.data for p in model.parameters()]
            with pytest.raises(ValueError, match=message):
                fit(
                    model, data, optimizer=SGD(model.parameters(), lr=0.1),
                    batch_size=6, checkpoint=path, progress=False,
                )  # fmt: skip
            assert [p.data for p in model.parameters()] == before

    @pytest.mark.parametrize(
        ("damage", "message"),
        [
            (lambda bytes: bytes[: len(bytes) // 2], "a whole checkpoint; got "),
            (lambda bytes: b"", "a whole checkpoint; got "),
            (lambda bytes: b"\x80\x04K\x01.", "a whole checkpoint; got "),
            (lambda bytes: bytes[:-3] + b"\x01" + bytes[-2:], "other bits than"),
            (
                lambda bytes: bytes.replace(rb"\"steps\": 8", rb"\"steps\": 9"),
                "other bits than",
            ),
        ],
    )
    def test_damage(self, path, damage, message):
        damaged = damage(path.read_bytes())
        assert damaged != path.read_bytes()
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=message):
            train(path, schedule=step_decay(0.1, 5, 0.5))
        assert path.read_bytes() == damaged

    def test_a_saved_model(self, path):
        MLP(2, [3, 1]).save(path)
        with pytest.raises(ValueError, match=r"fit wrote; got .*, another safetensors"):
            train(path)

    def test_a_folder(self, tmp_path):
        with pytest.raises(IsADirectoryError):
            train(tmp_path)

    @pytest.mark.parametrize("choose", [slice(None, None, -1), slice(-1)])
    def test_other_parameters_in_the_optimizer(self, path, choose):
        with pytest.raises(ValueError, match=r"optimizer moves .* there and"):
            train(path, kind=lambda ps, lr: SGD(ps[choose], lr=lr))

    def test_another_version(self, path, monkeypatch):
        monkeypatch.setattr("nn.training.checkpoints.VERSION", 2)
        with pytest.raises(ValueError, match="of version 2; got version 1 in"):
            train(path)

    def test_a_folder_that_is_not_there(self, tmp_path):
        model = MLP(2, [3, 1], seed=1)
        before = [p.data for p in model.parameters()]
        with pytest.raises(FileNotFoundError, match="missing"):
            train(tmp_path / "missing" / "run.safetensors", model=model)
        assert [p.data for p in model.parameters()] == before

    def test_without_safetensors(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
        with pytest.raises(ImportError, match='safetensors: pip install "chainrule'):
            train(tmp_path / "run.safetensors")


def test_the_weights_can_be_read_by_others(tmp_path):
    from safetensors.numpy import load_file

    path = tmp_path / "run.safetensors"
    weights = train(path)[0]
    tensors = load_file(path)
    mine = [tensors[f"{i}.{kind}"] for i in (0, 2) for kind in ("weight", "bias")]
    assert sorted(np.concatenate([t.ravel() for t in mine])) == sorted(weights)
    assert json.dumps(sorted(tensors)).count("fit/") == len(tensors) - 4
