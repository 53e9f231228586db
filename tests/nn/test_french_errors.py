"""What a French command line says of mistakes is French, that of libraries included."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import autograd
import nn
from autograd.__main__ import main as autograd_main
from autograd.phrases import Phrases
from nn import MLP, save_model
from nn.__main__ import main as nn_main

ENGLISH = r"\b(the|needs?|got|hint|of|is|from|and|no|with|file|column|row|choose)\b"

# What commands call, and may hear from: no TypeError, for these are a programmer's.
ROOMS = {
    autograd: ["drawing/renderer.py", "drawing/sweep.py", "writing/files.py"],
    nn: [
        "__init__.py", "data", "commands", "files/weights.py", "training/steps.py",
        "training/loop.py", "training/checkpoints.py", "plots/grid.py",
    ],
}  # fmt: skip
ASKED_OF_PROGRAMMERS = (
    "x; got x",
    "metadata needs",
    "means and scales of",
    "render needs a new",
)


def sentence(node):
    """Return a text of the code, "x" for each part that changes; None for no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(sentence(part) or "x" for part in node.values)
    return None


def raised(package):
    for room in ROOMS[package]:
        place = Path(package.__file__).parent / room
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    kind, args = ast.unparse(node.exc.func), node.exc.args
                    text = sentence(args[0]) if args else None
                    if text and " " in text and "TypeError" not in kind:
                        yield text


@pytest.mark.parametrize("package", ROOMS)
def test_every_error_has_its_french(package):
    words = Phrases("fr", f"{package.__name__}.phrases")
    texts = [t for t in raised(package) if not t.startswith(ASKED_OF_PROGRAMMERS)]
    assert len(texts) > 1
    for text in texts:
        assert words.said(text) != text, text


def test_parts_are_translated_and_names_are_not():
    words = Phrases("fr", "nn.phrases")
    said = words.said("loading needs a file that fits the network; in m W is missing")
    assert said.endswith("dans m W manque")
    place = "row 2 (line 3), column 'row' of the.csv"
    assert words.said(place) == "ligne 2 (ligne 3 du fichier), colonne 'row' de the.csv"
    assert words.said("unheard of") == "unheard of"
    assert Phrases("en", "nn.phrases").said(place) == place
    assert words.said("MemoryError") == "la mémoire ne suffit pas"


WRONG = {
    autograd_main: """
        explane
        explain
        explain a
        explain a a
        explain a a=x
        draw a a=1 b=2
        explain a a=1 --nothing
        explain a a=1 --htm
        explain tanh(a a=1
        draw a$b
        draw a a=1 --direction XY
        draw a a=1 -o
        draw a a=1 -o g.xyz
        draw log(a) a=-1
        draw a a=1 -o none/g.svg
        draw a a=1 -o sub.svg
        draw a a=1 --numbers q
        draw a a=1 --animate a.svg --language fr --data
        explain a a=1 --open=3
        explain a a=1 --language de
        explain none.py:f
        explain a²+1 a=1
        explain 0,5*a a=1
        descend a a=1 --steps x
        descend a a=1 --rate -1
        descend a*b*c a=1 b=2 c=3
        exercise --level 9
        mistakes --only x
        paths a+b a=1 b=2 --from c
        lessons -o none/l
        explain sin(a,b) a=1 b=2
        explain 1/a a=0
        doctor -o x.gv
        by-hand a.b a=1
    """,
    nn_main: """
        fly
        train
        train moon
        train none.csv
        train moons --epochs 0
        train sub.csv
        train moons --lr a
        train moons --report none/r.html
        train moons --activation q
        train moons --nonsense
        train moons --e 3
        train moons --target y
        predict m none.csv
        train latin.csv
        train dots.csv
        train words.csv
        train empty.csv
        train id.csv
        train short.csv
        train stars.csv
        train huge.csv
        train head.csv
        train two.csv
        train words.csv --target none
        train moons --test 0.001
        predict words.csv words.csv
        predict m.safetensors words.csv
        train moons --engine quick
        train moons --hidden 9999 9999
        train moons --checkpoint words.csv --hidden 2 --epochs 1
        train words.csv --encoding x
    """,
}
FILES = {
    "dots.csv": "a;y\n1.234;0\n5.678;1\n",
    "words.csv": "a,y\n1,x\nsix,y\n3,x\n",
    "empty.csv": "a,y\n1,x\n,y\n",
    "id.csv": "id,y\n1,x\n2,y\n",
    "short.csv": "a,y\n1\n2,3\n",
    "stars.csv": "a,y\n" + 9 * "1,3\n2,4\n3,5\n",
    "huge.csv": "a,y\n1,1\n1e999,2\n",
    "head.csv": "1,2\n3,4\n",
    "two.csv": "a,b;y\n1,5;2\n",
}


@pytest.mark.parametrize("main", WRONG, ids=["autograd", "nn"])
def test_no_english_on_a_french_command_line(tmp_path, monkeypatch, capsys, main):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "latin.csv").write_bytes(b"a,y\n\xe9,1\n")
    for name in ("sub.svg", "sub.csv"):
        (tmp_path / name).mkdir()
    save_model(MLP(2, [1]), tmp_path / "m.safetensors")
    for line in WRONG[main].strip().splitlines():
        language = [] if "--language" in line else ["--language", "fr"]
        monkeypatch.setenv("LANGUAGE", "fr")
        assert main([*line.split(), *language]) in (1, 2), line
        said = capsys.readouterr().err.replace(str(tmp_path), "")
        assert said.startswith("erreur\u00a0: "), (line, said)
        prose = re.sub(r"--[a-z-]+", "", said)
        assert not re.search(ENGLISH, prose), (line, said)
