"""A class of a hundred: each verdict is what the submission is."""

from __future__ import annotations

import csv
import json
from itertools import chain

import pytest
from test_check_engine import LESSON, REFERENCE, WRONG

from autograd.__main__ import main
from autograd.teaching.exercises import grading, runner

FUNCTIONS = (
    REFERENCE
    + """
def exp(x):
    out = Value(math.exp(x.data), (x,))
    def _backward():
        x.grad += out.data * out.grad
    out._backward = _backward
    return out
"""
)
NO_BACKWARD = """
class Value:
    def __init__(self, data, uses=()):
        self.data, self.uses, self.grad = data, uses, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        uses = (self, other.data), (other, self.data)
        return Value(self.data * other.data, uses)

    def backward(self, slope=1.0):
        self.grad += slope
        for node, partial in self.uses:
            node.backward(slope * partial)
"""
SELF = "self.grad += other.data * out.grad"
IN_FRENCH = """
class Valeur:
    def __init__(moi, donnee, parents=(), pentes=()):
        moi.data, moi.parents, moi.pentes, moi.grad = donnee, parents, pentes, 0.0

    def __add__(a, b):
        return Valeur(a.data + b.data, (a, b), (1.0, 1.0))

    def __mul__(a, b):
        return Valeur(a.data * b.data, (a, b), (b.data, a.data))

    def en_ordre(moi, ordre, vus):
        if moi not in vus:
            vus.add(moi)
            for parent in moi.parents:
                parent.en_ordre(ordre, vus)
            ordre.append(moi)
        return ordre

    def backward(moi):
        moi.grad = 1.0
        for nœud in reversed(moi.en_ordre([], set())):
            for parent, pente in zip(nœud.parents, nœud.pentes):
                parent.grad += nœud.grad * pente

Value = Valeur
"""


IN_A_DATACLASS = """
from __future__ import annotations
from dataclasses import dataclass, field

@dataclass(eq=False)
class Value:
    data: float
    args: tuple[Value, ...] = ()
    slopes: tuple[float, ...] = ()
    grad: float = field(default=0.0, init=False)

    def __add__(a, b): return Value(a.data + b.data, (a, b), (1.0, 1.0))
    def __mul__(a, b): return Value(a.data * b.data, (a, b), (b.data, a.data))

    def backward(self):
        order, waiting = [], [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                order.append(node)
            elif not any(node is other for other in order):
                waiting += [(node, True), *((arg, False) for arg in node.args)]
        seen = []
        for node in order:
            if not any(node is other for other in seen):
                seen.append(node)
        self.grad = 1.0
        for node in reversed(seen):
            for arg, slope in zip(node.args, node.slopes):
                arg.grad += node.grad * slope
"""


def changed(source, *pairs):
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new, 1)
    return source


def with_method(name, body, source=REFERENCE):
    return f"{source}\n    def {name}:\n        {body}\n"


def forging(told):
    line = f"[str(n), json.loads({json.dumps(told)!r})]"
    lines = f"''.join(json.dumps({line}) + chr(10) for n in range(99))"
    return changed(REFERENCE, SELF, f"import os, json; os.write(3, {lines}.encode())")


LOG = """out = Value(math.log(self.data), (self,))
        def _backward(): self.grad += {0} * out.grad
        out._backward = _backward
        return out"""
SIGMOID = """out = Value(1 / (1 + math.exp(-self.data)), (self,))
        def _backward(): self.grad += {0} * out.grad
        out._backward = _backward
        return out"""
BY_DATA = """    def __eq__(self, other): return self.data == other.data
    def __hash__(self): return hash(self.data)
"""
NAIVE = "(math.exp(2*self.data) - 1) / (math.exp(2*self.data) + 1)"
RIGHT = {
    "closures": REFERENCE,
    "slopes": LESSON,
    "functions": FUNCTIONS,
    "recursive": NO_BACKWARD,
    "french": IN_FRENCH,
    "log": with_method("log(self)", LOG.format("1 / self.data")),
    "dataclass": IN_A_DATACLASS,
}
MORE_WRONG = {
    "log": with_method("log(self)", LOG.format("self.data")),
    "sigmoid": changed(
        with_method("sigmoid(self)", SIGMOID.format("out.data"))
    ),
    "sigmoid, large": with_method(
        "sigmoid(self)", SIGMOID.format("out.data * (1 - out.data)")
    ),
    "by data": REFERENCE + BY_DATA,
    "tanh, large": changed(REFERENCE, "math.tanh(self.data)", NAIVE),
    "reflected": changed(REFERENCE, "other + (-self)", "self + (-other)"),
    "exp as a function": FUNCTIONS.replace("out.data * out.grad", "out.grad"),
    "known answers": NO_BACKWARD.replace("slope * partial", "partial"),
}  # fmt: skip
OURS = {
    "imported": "from autograd import Value",
    "derived": "import autograd\nclass Value(autograd.Value): pass",
    "a factory": "import autograd\ndef Value(x): return autograd.Value(x)",
}
ENDED = {
    "forged, no result": forging(5),
    "prints": changed(
        REFERENCE, SELF, "import os; [os.write(n, b'[\"0\", {}]\\n') for n in range(9)]"
    ),
    "exit in an op": changed(REFERENCE, SELF, "import os; os._exit(0)"),
    "exit": "import os\nos._exit(0)",
    "closed": REFERENCE + "\nimport os\nos.closerange(0, 99)",
    "crash": "import ctypes\nctypes.string_at(0)",
}
WRONG_TOO = {
    "sys.exit in an op": changed(REFERENCE, SELF, "import sys; sys.exit(0)"),
    "ten gigabytes": changed(REFERENCE, SELF, "self.x = bytearray(10**10)"),
    "forged": forging({"data": [{}], "grads": {}}),
    "forged, lacking": forging({"lacks": True}),
    "forged, refused": forging({"kinds": ["TypeError"], "text": "", "function": True}),
    "forged, infinite": forging({"data": [{"L": 1e999}], "open": 0}),
    "patched": changed(
        "import math, builtins\nmath.isclose = lambda *a, **k: True\n"
        "builtins.float = lambda x: 6.0\n" + REFERENCE, SELF, "pass",
    ),
    "unguarded": changed(
        "import __main__, os\n__main__.REFUSED = ()\nos.environ['TMPDIR'] = '/'\n"
        + REFERENCE, SELF, "import os; os.system('true')",
    ),
    "deletes": changed(REFERENCE, SELF, "import shutil; shutil.rmtree('/')"),
    "a process": changed(REFERENCE, SELF, "import subprocess; subprocess.run('ls')"),
    "writes": changed(REFERENCE, SELF, "open('/tmp/x', 'w')"),
}  # fmt: skip
ENDLESS = {
    "loop": "while True: pass",
    "in C": "sum(iter(int, 1))",
    "in an op": changed(REFERENCE, SELF, "import time; time.sleep(99)"),
    "caught": changed(
        REFERENCE, SELF,
        "\n            while True:\n                try: any(iter(int, 1))\n"
        "                except BaseException: pass",
    ),
    "on and on": "print(end='')\nwhile 1: print('x' * 10**6)",
}  # fmt: skip
NONE = {
    "empty": "",
    "ours, hidden": "import sys; del sys.modules['autograd']\n"
    "import autograd\nclass Value:\n    def __init__(s, d): s.v = autograd.Value(d)",
    "another name": REFERENCE.replace("Value", "Node"),
    "does not compile": "class Value:\n    def __init__(self:\n",
    "raises": "1/0",
    "exit at once": "import sys\nsys.exit(0)",
}


def notebook(*cells):
    cells = [{"cell_type": "markdown", "source": "# Leçon"}] + [
        {"cell_type": "code", "source": cell.splitlines(True)} for cell in cells
    ]
    return json.dumps({"cells": cells, "nbformat": 4})


def submissions():
    """Return what each submission is, by its name, and its text."""
    known = {name: changed(REFERENCE, *chain.from_iterable(changes.items()))
             for name, (changes, _, _) in WRONG.items()}  # fmt: skip
    made = {
        "right": RIGHT, "wrong": known | MORE_WRONG | WRONG_TOO, "ours": OURS,
        "ended": ENDED, "stopped": ENDLESS, "missing": NONE,
        "open": {"dots": LESSON.replace("(b.data, a.data)", "...")},
    }  # fmt: skip
    of_kind, files = {}, {}
    for kind, texts in made.items():
        for n, (name, text) in enumerate(texts.items()):
            file = f"{kind} {n:02} {name}".replace("/", ":").replace("*", "x")
            if n % 2:
                given = LESSON + "\ncheck_answer(..., 1)"
                setup = "%matplotlib inline\nfrom autograd import check_engine, explain"
                asked = "" if kind == "missing" else "check_engine(Value)"
                after = "" if kind == "missing" else given
                file, text = f"{file}.ipynb", notebook(setup, text, asked, after)
            else:
                file = f"{file}.py"
            of_kind[file], files[file] = kind, text
    right = [*RIGHT.values()]
    while len(files) < 100:
        file = f"right {len(files)}.py"
        of_kind[file], files[file] = "right", right[len(files) % len(right)]
    return of_kind, files


@pytest.mark.long
def test_a_class_of_a_hundred(tmp_path):
    of_kind, files = submissions()
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    out = tmp_path / "grades.json"
    argv = ["--seconds", "5", "--language", "fr", "-o", str(out)]
    assert main(["exercise", "grade", str(tmp_path), *argv]) == 0
    grades = {row["submission"]: row for row in json.loads(out.read_text("utf-8"))}
    assert len(grades) == len(files) >= 100
    verdicts = {name: grades[name]["kind"] for name in of_kind}
    assert verdicts == of_kind
    assert all(row["solved"] == (row["kind"] == "right") for row in grades.values())
    assert all(row["language"] == "fr" and row["said"] for row in grades.values())


def test_the_table(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoe").mkdir()
    (tmp_path / "zoe" / "=lesson.ipynb").write_text(
        notebook("%time\nimport numpy, no", IN_FRENCH, "check_engine(Value)", "1/0"),
        "utf-8",
    )
    (tmp_path / "ada.py").write_text(changed(REFERENCE, SELF, SELF.replace("+=", "=")))
    (tmp_path / ".hidden.py").write_text("")
    (tmp_path / "broken.ipynb").write_bytes(b"\xff{")
    assert main(["grade", ".", "--language", "fr"]) == 0
    told = capsys.readouterr().out
    assert "✗ ada.py: faux" in told and "✓ zoe/=lesson.ipynb: juste" in told
    assert "1 justes sur 3" in told and "memory, time" in told
    text = (tmp_path / "grades.csv").read_text("utf-8-sig")
    ada, broken, zoe = csv.DictReader(text.splitlines(True))
    assert "une part remplace ce qui était là" in ada["said"]
    assert "L = a*a" in ada["wrong"] and int(ada["right"]) > 10 and ada["tried"]
    assert broken["kind"] == "missing" and zoe["solved"] == "True"
    rows = grading.table({"=1+1.py": grading.grade(".")["ada.py"]}, ".csv")
    assert "\n'=1+1.py," in rows


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_refused(tmp_path, monkeypatch, capsys, language):
    argv = ["exercise", "grade", str(tmp_path), "--language", language]
    said = {"en": ("found none", "--trusted"), "fr": ("n’y en a pas", "--trusted")}
    assert main(argv) == 1 and said[language][0] in capsys.readouterr().err
    (tmp_path / "ada.py").write_text(REFERENCE)
    assert main([*argv, "-o", "grades.xlsx"]) == 2
    monkeypatch.setattr(grading, "run_code", lambda *args: {"limits": ["time"]})
    assert main(argv) == 1 and said[language][1] in capsys.readouterr().err


def test_in_a_browser_nothing_runs(tmp_path, monkeypatch):
    (tmp_path / "ada.py").write_text(REFERENCE)
    monkeypatch.setattr(runner.sys, "platform", "emscripten")
    for trusted in False, True:
        with pytest.raises(ValueError, match="limits of time and memory"):
            grading.grade(tmp_path, language="en", trusted=trusted)
