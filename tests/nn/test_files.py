"""Files: written whole or not at all; read only when everything in them fits."""

from __future__ import annotations

import json
import os
import signal
import stat
import struct
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from autograd import Value
from autograd.writing.files import write_whole
from nn import MLP, Layer, Module, load_model, read_metadata, save_model


def run(code, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True, text=True, timeout=60, **options,
    )  # fmt: skip


class TestAtomic:
    def test_a_new_file_has_the_permissions_of_one(self, tmp_path):
        old = os.umask(0o027)
        try:
            path = write_whole(tmp_path / "a", b"abc")
        finally:
            os.umask(old)
        assert path.read_bytes() == b"abc"
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_an_existing_file_keeps_its_permissions(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"old")
        path.chmod(0o604)
        write_whole(path, b"new")
        assert path.read_bytes() == b"new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
        assert os.listdir(tmp_path) == ["a"]

    def test_a_link_stays_a_link(self, tmp_path):
        (tmp_path / "there").mkdir()
        link = tmp_path / "link"
        link.symlink_to("there/file")
        write_whole(link, b"1")
        write_whole(str(link), b"2")
        assert link.is_symlink()
        assert (tmp_path / "there/file").read_bytes() == b"2"
        assert os.listdir(tmp_path / "there") == ["file"]

    def test_what_is_no_file(self, tmp_path):
        for path in (tmp_path, "/dev/null", ""):
            with pytest.raises(ValueError, match="needs the path of a file; got"):
                write_whole(path, b"")
        assert os.listdir(tmp_path) == []
        missing = tmp_path / "missing" / "file"
        with pytest.raises(FileNotFoundError) as caught:
            write_whole(missing, b"")
        assert caught.value.filename == str(missing)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
    def test_a_file_that_may_not_be_written(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"old")
        path.chmod(0o400)
        with pytest.raises(PermissionError):
            write_whole(path, b"new")
        assert path.read_bytes() == b"old"

    def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(
        self, tmp_path, monkeypatch
    ):
        path = tmp_path / "a"
        path.write_bytes(b"old")
        for name in ("fsync", "replace", "chmod"):
            with monkeypatch.context() as patch:
                patch.setattr(os, name, lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    write_whole(path, b"new")
            assert path.read_bytes() == b"old"
            assert os.listdir(tmp_path) == ["a"]

    @pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
    def test_a_full_disk_leaves_the_old_file_whole(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"old")
        code = """
            import resource, sys
            from autograd.writing.files import write_whole
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            write_whole(sys.argv[1], bytes(100_000))
        """
        done = run(code, path)
        assert f"OSError: [Errno 27] File too large: '{path}'" in done.stderr
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["a"]

    def test_a_process_killed_at_any_moment_leaves_one_whole_file(self, tmp_path):
        path = tmp_path / "a"
        size = 3_000_000
        code = f"""
            import sys
            from autograd.writing.files import write_whole
            for i in range(1, 10_000):
                write_whole(sys.argv[1], bytes([i % 250]) * {size})
                print(i, flush=True)
        """
        for delay in (0.0, 0.003, 0.007, 0.013):
            process = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(code), path],
                stdout=subprocess.PIPE,
            )
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(delay or 1e-6)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.communicate()
            held = path.read_bytes()
            assert len(held) == size
            assert len(set(held)) == 1
            strays = [name for name in os.listdir(tmp_path) if name != "a"]
            assert len(strays) <= 4
            assert all(name.startswith(".chainrule-") for name in strays)


class Line(Module):
    def __init__(self, slope=2.0):
        self.slope, self.start = Value(slope), Value(1.0)

    def __call__(self, x):
        return self.slope * x[0] + self.start


@pytest.fixture
def model():
    return MLP(3, [4, 2], activation="tanh", seed=1)


@pytest.fixture
def path(model, tmp_path):
    return save_model(model, tmp_path / "model.safetensors")


class TestRoundTrip:
    @pytest.mark.parametrize(
        "activation", ["relu", "tanh", ["elu", "linear", "sigmoid"]]
    )
    def test_the_same_network(self, activation, tmp_path):
        sizes = [4, 3, 2] if isinstance(activation, list) else [4, 1]
        model = MLP(3, sizes, activation=activation, seed=1)
        model.save(tmp_path / "a.safetensors")
        again = load_model(tmp_path / "a.safetensors")
        assert type(again) is MLP
        assert again.architecture() == model.architecture()
        assert [p.data for p in again.parameters()] == [
            p.data for p in model.parameters()
        ]

    def test_loading_draws_nothing_from_pythons_random(self, path):
        import random

        random.seed(5)
        wanted = random.random()
        random.seed(5)
        load_model(path)
        assert random.random() == wanted

    def test_metadata(self, model, tmp_path):
        path = str(tmp_path / "a")
        notes = {"trained on": "moons — “two”", "": ""}
        save_model(model, path, metadata=notes)
        assert read_metadata(path) == notes
        model.save(path, by="me")
        assert read_metadata(path) == {"by": "me"}
        save_model(model, path)
        assert read_metadata(path) == {}
        load_model(path)

    def test_wrong_metadata_writes_nothing(self, model, path):
        before = path.read_bytes()
        with pytest.raises(TypeError, match=r"texts under texts; got 3 under 'epochs'"):
            save_model(model, path, metadata={"epochs": 3})
        with pytest.raises(ValueError, match="names other than 'chainrule'"):
            save_model(model, path, metadata={"chainrule": "x"})
        assert path.read_bytes() == before

    def test_weights_that_are_not_finite_are_not_written(self, model, path):
        before = path.read_bytes()
        model.layers[0].neurons[1].w[2].data = float("inf")
        with pytest.raises(ValueError, match=r"finite .* got inf in 0\.weight\[1,2\]"):
            model.save(path)
        assert path.read_bytes() == before

    def test_a_module_without_parameters(self, tmp_path):
        class Nothing(Module):
            pass

        with pytest.raises(ValueError, match="needs parameters; got none in Nothing"):
            Nothing().save(tmp_path / "a")

    def test_a_network_of_ones_own(self, tmp_path):
        path = save_model(Line(5.0), tmp_path / "a")
        with pytest.raises(ValueError, match=r"how to build .*load_model\(path, into="):
            load_model(path)
        line = Line()
        assert load_model(path, into=line) is line
        assert line.slope.data == 5.0

    def test_shared_parameters(self, tmp_path):
        class Twice(Module):
            def __init__(self):
                self.a = Layer(2, 2)
                self.b = [self.a, Layer(2, 2)]

        one, two = Twice(), Twice()
        path = save_model(one, tmp_path / "a")
        load_model(path, into=two)
        assert [p.data for p in two.parameters()] == [p.data for p in one.parameters()]
        tensors = load_file(path)
        tensors["a.weight"][0, 0] += 1.0
        path.write_bytes(save(tensors))
        before = [p.data for p in two.parameters()]
        with pytest.raises(ValueError, match="share"):
            load_model(path, into=two)
        assert [p.data for p in two.parameters()] == before

    def test_what_is_in_the_file(self, model, path):
        tensors = load_file(path)
        shapes = {name: array.shape for name, array in tensors.items()}
        assert shapes == {
            "0.weight": (4, 3), "0.bias": (4,), "2.weight": (2, 4), "2.bias": (2,),
        }  # fmt: skip
        assert all(array.dtype == np.float64 for array in tensors.values())
        assert tensors["0.weight"][3, 1] == model.layers[0].neurons[3].w[1].data


def written(path, tensors, architecture=None, **ours):
    """Write a file as save_model would, and return its path."""
    notes = {"version": 1, "architecture": architecture} | ours
    path.write_bytes(save(tensors, {"chainrule": json.dumps(notes)}))
    return path


class TestHostileFiles:
    def refused(self, path, match, into=None):
        before = into and [p.data for p in into.parameters()]
        with pytest.raises(ValueError, match=match) as caught:
            load_model(path, into=into)
        assert len(str(caught.value)) < 700
        assert before is None or [p.data for p in into.parameters()] == before

    def test_truncated_at_every_length(self, model, path):
        whole = path.read_bytes()
        lengths = [*range(0, len(whole), 7), len(whole) - 1]
        for length in lengths:
            path.write_bytes(whole[:length])
            self.refused(
                path, "needs a whole safetensors file; got .*model", into=model
            )
            with pytest.raises(ValueError, match="whole safetensors file"):
                read_metadata(path)

    def test_any_bit_changed_is_refused_or_changes_nothing(self, model, path):
        model.save(path, by="me")
        whole, right = path.read_bytes(), model.state_dict()
        for i in range(len(whole)):
            path.write_bytes(
                whole[:i] + bytes([whole[i] ^ 1 << i % 8]) + whole[i + 1 :]
            )
            try:
                state = load_model(path).state_dict()
            except ValueError as error:
                assert len(str(error)) < 700
            else:  # such as the name under which the digest stands
                assert all((state[name] == right[name]).all() for name in right)
                assert read_metadata(path) == {"by": "me"}

    def test_numbers_that_others_have_changed(self, path):
        tensors, ours = load_file(path), read_ours(path)
        tensors["0.bias"][2] += 1.0
        path.write_bytes(save(tensors, {"chainrule": ours}))
        self.refused(path, "as save_model wrote it; .* holds other bits")
        path.write_bytes(save(tensors))
        other = MLP(3, [4, 2], activation="tanh")
        load_model(path, into=other)
        assert other.layers[0].neurons[2].b.data == tensors["0.bias"][2]

    def test_bytes_added(self, path):
        path.write_bytes(path.read_bytes() + b"more")
        self.refused(path, "whole safetensors file")

    @pytest.mark.parametrize("length", [1 << 20, 1 << 40, (1 << 64) - 1])
    def test_a_huge_header(self, path, length):
        path.write_bytes(struct.pack("<Q", length) + path.read_bytes()[8:])
        self.refused(path, "whole safetensors file")

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"PK\x03\x04" + bytes(200), b"name,age\nada,36\n" * 20,
                    struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 4) + b"null"],
    )  # fmt: skip
    def test_another_kind_of_file(self, tmp_path, content):
        (tmp_path / "a").write_bytes(content)
        self.refused(tmp_path / "a", "needs a whole safetensors file; got .*a ")

    def test_no_file(self, tmp_path):
        with pytest.raises(IsADirectoryError):
            load_model(tmp_path)
        with pytest.raises(FileNotFoundError):
            load_model(tmp_path / "none")

    def test_a_foreign_file(self, model, path):
        tensors = load_file(path)
        path.write_bytes(save(tensors))
        self.refused(path, "says how to build the network; got .*model.safetensors")
        other = MLP(3, [4, 2], activation="tanh", seed=7)
        assert load_model(path, into=other) is other
        assert other.state_dict()["2.bias"].tolist() == tensors["2.bias"].tolist()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "3",
            "[]",
            "{}",
            '{"version": 1}',
            '{"architecture": 1}',
            "[" * 10**5,
        ],
    )
    def test_broken_metadata(self, path, text):
        path.write_bytes(save(load_file(path), {"chainrule": text}))
        self.refused(path, "metadata that save_model wrote; got ")

    def test_a_later_version(self, path):
        written(path, load_file(path), version=2)
        self.refused(path, "a file of version 1; got version 2 in .*later chainrule")

    @pytest.mark.parametrize(
        "change",
        [
            {"kind": "CNN"}, {"nin": 3.0}, {"nin": True}, {"nin": 0}, {"nin": -3},
            {"nouts": []}, {"nouts": [4, "2"]}, {"nouts": 4}, {"nouts": {"0": 4}},
            {"activation": "tanh"}, {"activation": ["tanh"]}, {"extra": 1},
            {"activation": ["tanh", 3]}, {"activation": ["tanh", "__class__"]},
        ],
    )  # fmt: skip
    def test_a_wrong_architecture(self, model, path, change):
        written(path, load_file(path), model.architecture() | change)
        self.refused(path, "sizes and activations of an MLP|'__class__'")

    @pytest.mark.parametrize("architecture", [3, "MLP", [], {}])
    def test_no_architecture(self, path, architecture):
        written(path, load_file(path), architecture)
        self.refused(path, "sizes and activations of an MLP")

    @pytest.mark.parametrize("nouts", [[10**9, 2], [10**300], [4] * 100_000])
    def test_a_gigantic_network(self, path, nouts):
        names = ["tanh"] * len(nouts)
        architecture = {"kind": "MLP", "nin": 3, "nouts": nouts, "activation": names}
        written(path, load_file(path), architecture)
        self.refused(path, "described has [0-9,]+ parameters, the file 26")

    def test_the_same_size_and_another_shape(self, path):
        tensors = load_file(path)
        tensors["0.weight"] = tensors["0.weight"].reshape(3, 4)
        architecture = json.loads(read_ours(path))["architecture"]
        written(path, tensors, architecture)
        self.refused(path, "0.weight is 3 × 4, the network's is 4 × 3")

    def test_missing_extra_and_mistyped_tensors(self, model, path):
        tensors = load_file(path)
        bias = tensors.pop("0.bias")
        self.refused(written(path, tensors), "0.bias is missing", model)
        tensors["0.bias"], tensors["odd"] = bias, bias
        self.refused(written(path, tensors), "'odd' is unknown to the network", model)
        del tensors["odd"]
        tensors["0.bias"] = bias.astype(np.int64)
        self.refused(
            written(path, tensors), "0.bias is of type I64, none of F64", model
        )

    def test_many_differences_are_shortened(self, model, path):
        tensors = {"x" * 500 + str(i): np.zeros(1) for i in range(100)}
        self.refused(written(path, tensors), "and 99 more", model)

    def test_smaller_floats_are_taken_as_they_are(self, model, path):
        tensors = {k: v.astype(np.float32) for k, v in load_file(path).items()}
        load_model(written(path, tensors), into=model)
        assert model.state_dict()["0.weight"].tolist() == tensors["0.weight"].tolist()

    def test_weights_that_are_not_finite(self, model, path):
        tensors = load_file(path)
        tensors["2.weight"][1, 3] = np.nan
        self.refused(
            written(path, tensors),
            r"finite numbers; got nan in 2\.weight\[1,3\]",
            model,
        )

    def test_another_network(self, path):
        other = MLP(3, [4, 2], activation="relu")
        self.refused(
            path,
            r"activation is \['tanh', 'linear'\], the network's is \['relu'",
            other,
        )
        self.refused(
            path, r"nouts is \[4, 2\], the network's is \[5, 2\]", MLP(3, [5, 2])
        )
        self.refused(path, "slope is missing; start is missing; '0.bias'", Line())


def read_ours(path):
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return file.metadata()["chainrule"]
