"""`python -m nn`: two moons, training on data of one's own, and prediction."""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys

import pytest

from nn import MLP, load_model, save_model
from nn.__main__ import main
from nn.commands.moons import moons

QUICK = ["--hidden", "4", "--epochs", "3"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Run each command in a folder of its own, by an English user."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "en")
    return tmp_path


def write_flowers(folder):
    """Write a CSV file with a column of words, and classes that are easy to tell."""
    draw = random.Random(0)
    lines = ["length,colour,width,species"]
    for i in range(60):
        kind = i % 3
        lines.append(
            f"{kind + draw.gauss(0, 0.1):.3f},{['red', 'blue'][i % 2]},"
            f"{draw.random():.3f},{['rose', 'iris', 'tulip'][kind]}"
        )
    path = folder / "flowers.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def flowers(elsewhere):
    return write_flowers(elsewhere)


@pytest.fixture(scope="module")
def knows_flowers(tmp_path_factory):
    """A network that was quickly trained on flowers, in its file."""
    folder = tmp_path_factory.mktemp("trained")
    path = folder / "model.safetensors"
    run("train", write_flowers(folder), *QUICK, "--save", path, "--report",
        folder / "report.html")  # fmt: skip
    return path


@pytest.fixture
def trained(elsewhere, knows_flowers):
    return shutil.copy(knows_flowers, elsewhere)


def run(*arguments, status=0):
    assert main(list(map(str, arguments))) == status


def weights(path):
    return {name: w.tolist() for name, w in load_model(path).state_dict().items()}


def table(text):
    return list(csv.reader(io.StringIO(text)))


class TestMoons:
    def test_the_main_job(self, elsewhere, capsys):
        assert moons(argparse.Namespace(language="en"), steps=3) == 0
        said = capsys.readouterr().out
        assert "A 2-16-16-1 network, 337 weights and biases" in said
        # What micrograd's demo begins with.
        assert "epoch 1/3: loss 0.91" in said
        assert said.splitlines()[-1] == "Wrote report.html: open it in a browser."
        assert (elsewhere / "report.html").stat().st_size < 1_500_000
        loss = re.search(r"loss (\S+) \(without", said)
        page = (elsewhere / "report.html").read_text("utf-8")
        assert loss and f">{loss[1]}</td>" in page

    def test_what_no_option_names_is_not_written_over(self, elsewhere, capsys):
        for name in ("report.html", "model.safetensors"):
            (elsewhere / name).write_text("mine")
        run("train", "xor", *QUICK)
        said = capsys.readouterr().out
        assert "report-2.html" in said and "model-2.safetensors" in said
        assert (elsewhere / "report.html").read_text() == "mine"
        load_model("model-2.safetensors")

    def test_as_typed_in_french(self, elsewhere):
        command = [sys.executable, "-m", "nn", "train", "xor", *QUICK]
        done = subprocess.run(
            [*command, "--language", "fr"], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path),
                 "PYTHONIOENCODING": "utf-8"}, encoding="utf-8",
        )  # fmt: skip
        assert done.stderr == ""
        assert "époque 3/3\u00a0: perte" in done.stdout
        assert "Rapport écrit\u00a0: report.html" in done.stdout
        assert '<html lang="fr">' in (elsewhere / "report.html").read_text("utf-8")


class TestTrain:
    def test_made_up_data(self, elsewhere, capsys):
        run("train", "spiral", *QUICK, "--report", "spiral.html", "--optimizer", "sgd",
            "--lr", 0.05, "--activation", "tanh", "--seed", 3,
            "--batch-size", 16)  # fmt: skip
        said = capsys.readouterr().out
        assert "120 samples to learn from, 40 for validation, 40 for the test" in said
        assert "Done: 3 epochs." in said and "test: " in said
        page = (elsewhere / "spiral.html").read_text("utf-8")
        assert "SGD" in page and "0.05" in page and "tanh" in page
        model = load_model("model.safetensors")
        assert model.architecture()["nouts"] == [4, 1]

    def test_the_same_seed_gives_the_same_network(self, elsewhere):
        for name in ("a", "b"):
            run("train", "moons", *QUICK, "--save", name, "--seed", 5)
        assert weights("a") == weights("b")

    def test_without_validation_or_test(self, capsys):
        run("train", "blobs", *QUICK, "--validation", 0, "--test", 0, "--hidden")
        said = capsys.readouterr().out
        assert "A 2-3 network, 9 weights" in said and "100 samples to learn" in said
        assert "validation:" not in said

    def test_a_checkpoint_is_carried_on_with(self, elsewhere):
        run("train", "moons", "--hidden", 4, "--epochs", 4, "--save", "whole")
        for epochs in (2, 4):
            run("train", "moons", "--hidden", 4, "--epochs", epochs, "--save", "parts",
                "--checkpoint", "run.safetensors")  # fmt: skip
        assert weights("whole") == weights("parts")

    def test_patience(self, capsys):
        run("train", "moons", "--lr", 3, "--optimizer", "sgd", "--patience", 1,
            "--epochs", 60, "--hidden", 4)  # fmt: skip
        assert "no longer got better" in capsys.readouterr().out

    def test_nothing_is_trained_that_could_not_be_kept(
        self, elsewhere, capsys, monkeypatch
    ):
        (elsewhere / "data.csv").write_text("a,b\n1,2\n")
        for arguments, message in (
            (["moons", "--save", "/proc/m"], "--save needs a folder that can be"),
            (["moons", "--save", "a", "--report", "./a"], "which --save names too"),
            (["data.csv", "--report", "data.csv"], "data.csv, which DATA names too"),
            (["moons", "--hidden", "9999", "9999"], "at most 2000000 weights"),
            (["moons", "--test", "0.001"], "too few samples (100)"),
        ):
            run("train", *arguments, status=1)
            said = capsys.readouterr()
            assert message in said.err and said.out == ""
        for library in ("matplotlib", "safetensors"):
            with monkeypatch.context() as missing:
                missing.setitem(sys.modules, library, None)
                missing.setitem(sys.modules, f"{library}.numpy", None)
                missing.setitem(sys.modules, f"{library}.figure", None)
                run("train", "moons", status=1)
            said = capsys.readouterr()
            assert f"need {library}: pip install" in said.err and said.out == ""

    @pytest.mark.parametrize("engine", ["eager", "numpy"])
    def test_the_engine(self, elsewhere, engine, capsys):
        run("train", "moons", *QUICK, "--engine", engine)
        assert "validation: " in capsys.readouterr().out

    @pytest.mark.filterwarnings("default")
    def test_what_cannot_be_compiled_is_said_in_one_line(self, capsys, monkeypatch):
        def refuse(*_):
            raise NotImplementedError("too\nodd")

        monkeypatch.setattr("autograd.record", refuse)
        run("train", "moons", *QUICK)
        said = capsys.readouterr()
        assert said.err.count("\n") == 1 and said.err.startswith("this training runs")
        assert "Done: 3 epochs." in said.out

    def test_one_is_not_many(self, capsys):
        run("train", "xor", "--hidden", 2, "--epochs", 1)
        assert "Done: 1 epoch.\n" in capsys.readouterr().out

    def test_ctrl_c_keeps_what_was_learned_and_reports(self, elsewhere):
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "nn", "train", "moons", "--epochs", "100000"],
            stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 0
        assert "Interrupted after" in said and "Wrote report.html" in said
        assert "it was interrupted" in (elsewhere / "report.html").read_text("utf-8")
        load_model(elsewhere / "model.safetensors")

    def test_with_nowhere_to_print(self, elsewhere):
        command = [sys.executable, "-m", "nn", "train", "xor", *QUICK]
        path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        line = f"exec {shlex.join(command)} >&- 2>&-"
        assert subprocess.run(line, shell=True, env=path).returncode == 0
        assert (elsewhere / "report.html").exists()


class TestPredict:
    def test_there_and_back(self, flowers, capsys):
        run("train", flowers, "--target", "species", "--hidden", 8, "--epochs", 30)
        capsys.readouterr()
        # Columns in another order, one too many, and no target.
        new = flowers.with_name("new.csv")
        new.write_text("note,width,colour,length\na,0.5,red,0.0\nb,0.5,blue,2.0\n")
        run("predict", "model.safetensors", new)
        said = capsys.readouterr()
        header, first, second = table(said.out)
        assert header == ["species", "p(iris)", "p(rose)", "p(tulip)"]
        assert (first[0], second[0]) == ("rose", "tulip")
        for row in (first, second):
            assert sum(map(float, row[1:])) == pytest.approx(1.0, abs=1e-5)
        assert said.err == "Note: column 'note' is not needed and is ignored.\n"

    def test_with_the_target_and_into_a_file(self, flowers, trained, elsewhere, capsys):
        run("predict", "model.safetensors", flowers, "-o", "out.csv")
        assert capsys.readouterr().err == "Wrote out.csv: 60 predictions.\n"
        assert len(table((elsewhere / "out.csv").read_text())) == 61

    def test_two_classes_and_numbers(self, elsewhere, capsys):
        rows = "".join(f"{x},{3 * x + 100},{'ab'[x > 9]}\n" for x in range(20))
        path = elsewhere / "line.csv"
        path.write_text(f"x,y,kind\n{rows}")
        run("train", path, "--target", "y", "--hidden", "--epochs", 200, "--lr", 0.1)
        run("train", path, *QUICK, "--save", "two.safetensors")
        assert "off by" in capsys.readouterr().out
        run("predict", "model.safetensors", path)
        header, first, *_ = table(capsys.readouterr().out)
        assert header == ["y"] and float(first[0]) == pytest.approx(100, abs=3)
        run("predict", "two.safetensors", path)
        header, *rows = table(capsys.readouterr().out)
        assert header == ["kind", "p(a)", "p(b)"]
        assert all((row[0] == "b") == (float(row[2]) > 0.5) for row in rows)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("length,width\n1,2\n", "got none named 'colour'"),
            (
                "length,colour,width\n1,red,2\n1,green,2\n",
                "got 'green' in row 2 (line 3)",
            ),
            (
                "length,colour,width\n1,red,\n",
                "got '' in row 1 (line 2), column 'width'",
            ),
        ],
    )
    def test_rows_that_do_not_fit(self, flowers, trained, text, message, capsys):
        new = flowers.with_name("new.csv")
        new.write_text(text)
        run("predict", "model.safetensors", new, status=1)
        said = capsys.readouterr()
        assert said.out == "" and message in said.err and said.err.count("\n") == 1

    def test_the_rows_are_not_written_over(self, flowers, trained, capsys):
        before = flowers.read_text()
        run("predict", "model.safetensors", flowers, "-o", flowers, status=1)
        assert "which FILE names too" in capsys.readouterr().err
        assert flowers.read_text() == before

    def test_a_network_from_elsewhere(self, flowers, capsys):
        save_model(MLP(2, [1]), "m.safetensors")
        run("predict", "m.safetensors", flowers, status=1)
        assert "a network that python -m nn train saved" in capsys.readouterr().err


class TestComplaints:
    @pytest.mark.parametrize(
        ("arguments", "message", "status"),
        [
            (["train"], "the command needs DATA", 2),
            (["train", "moon"], "load_data needs one of moons", 1),
            (["train", "no.csv"], "DATA needs a file that exists; got no.csv", 1),
            (["train", "moons", "--epochs", "0"], "--epochs needs another value", 2),
            (["train", "moons", "--lr", "-1"], "--lr needs another value; got '-1'", 2),
            (
                ["train", "moons", "--test", "1"],
                "--test needs another value; got '1'",
                2,
            ),
            (
                ["train", "moons", "--report", "no/r.html"],
                "--report needs a file in a",
                1,
            ),
            (
                ["train", "moons", "--activation", "step2"],
                "--activation needs one of",
                2,
            ),
            (["train", "moons", "--nonsense"], "takes no --nonsense", 2),
            (["predict", "no", "no.csv"], "MODEL needs a file that exists; got no", 1),
            (["fly"], "fly", 2),
        ],
    )
    def test_in_one_line(self, arguments, message, status, capsys):
        run(*arguments, status=status)
        said = capsys.readouterr()
        assert said.err.startswith("error: ") and message in said.err
        assert said.err.count("\n") == 1

    def test_in_french(self, capsys):
        run("train", "--language", "fr", status=2)
        assert capsys.readouterr().err == "erreur\u00a0: la commande demande DONNÉES\n"

    @pytest.mark.parametrize("command", [[], ["train"], ["predict"]])
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_help(self, command, language, capsys):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--language", language, "--help"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert ("afficher cette aide" in said) == (language == "fr")
        assert said.startswith("usage" if language == "en" else "utilisation\u00a0: ")
