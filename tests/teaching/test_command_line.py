"""`python -m autograd`: the tour, explain, draw, the doctor, and what is refused."""

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, exp, log
from autograd.__main__ import main
from autograd.commands import COMMANDS
from autograd.drawing import use_layout
from autograd.reading.expressions import read_expression

pytestmark = pytest.mark.versions


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def test_draw(here, capsys):
    assert main(["draw", "tanh(a*b + c)", "a=2", "b=-3", "c=6.5", "-o", "g.svg"]) == 0
    assert capsys.readouterr().out == "Wrote g.svg, value 0.46211715726000974.\n"
    svg = (here / "g.svg").read_text("utf-8")
    assert svg.count('class="node') == 6 and ">grad " in svg


def test_options_of_draw(here):
    options = ["--partials", "--formula", "--widths", "--legend", "--highlight", "a"]
    options += ["--direction", "TB", "--theme", "dark", "--out", "g.gv"]
    assert main(["draw", "a*a", "a=3", *options]) == 0
    source = (here / "g.gv").read_text("utf-8")
    assert "rankdir=TB" in source and "2 paths" in source and "legend" in source


def test_formats(here):
    assert main(["draw", "a", "a=1", "-o", "g.png"]) == 0
    assert (here / "g.png").read_bytes()[1:4] == b"PNG"
    assert main(["draw", "a", "a=1"]) == 0
    assert (here / "graph.svg").exists()


@pytest.mark.parametrize("out", ["-og.svg", "-o=g.svg", "--out=g.svg", "--ou=g.svg"])
def test_options_may_be_joined_with_what_they_need(here, out):
    assert main(["draw", "a", "a=1", out]) == 0
    assert main(["draw", out.replace("g.", "h."), "a", "a=1"]) == 0
    assert {path.name.strip("=") for path in here.iterdir()} == {"g.svg", "h.svg"}


@pytest.mark.parametrize("sign", ["\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"])
def test_a_letter_that_has_two_forms(here, sign):
    for letter in ("\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"):
        arguments = [f"{sign}*2", f"{letter}=3", "--highlight", letter]
        assert main(["draw", *arguments, "-o", "g.gv"]) == 0
        assert read_expression(f"{sign}*2", {letter: 3.0}).data == 6.0
    with pytest.raises(ValueError, match="one number each; got two for"):
        read_expression("a", {"a": 1.0, "\N{FULLWIDTH LATIN SMALL LETTER A}": 2.0})


@pytest.mark.parametrize("expression", ["-a+b", "-a", "- a + b", "--a + b", "--a+b"])
def test_an_expression_may_begin_with_a_minus_sign(expression):
    names = ["a=2"] + (["b=1"] if "b" in expression else [])
    assert main(["draw", expression, *names]) == 0


def test_a_slope_that_is_infinite(capsys):
    assert main(["draw", "sqrt(a)", "a=0"]) == 0
    assert "a finite slope of sqrt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["log(a)", "a=-1"], "log needs a positive argument; got -1.0 at 'a'", 1),
        (["a", "a"], "variables need the form a=2; got a", 2),
        (["a", "2=a"], "variables need the form a=2; got 2=a", 2),
        (["a", "a=x"], "a needs a number; got 'x'", 2),
        (["a", "a=1", "a=2"], "got two for a", 2),
        (["a", "a=1", "b=2"], "variables need a place in the expression; got b", 1),
        (
            ["a", "a=1", "-o", "g.xyz"],
            "--out needs one of .svg, .png, .pdf, .tex, .gv",
            2,
        ),
        (
            ["a", "a=1", "-o", "none/g.svg"],
            "--out needs an existing folder; got none",
            1,
        ),
        (
            ["a", "a=1", "--highlight", "b"],
            "--highlight needs a variable; got b of a",
            1,
        ),
    ],
)
def test_mistakes(capsys, arguments, message, status):
    assert main(["draw", *arguments]) == status
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""


def test_the_caret_stands_under_the_place(capsys):
    assert main(["draw", "a + tahn(b)", "a=1", "b=2"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: an expression needs functions such as sin, exp, tanh; got tahn"
        " (hint: did you mean tan?)",
        "  a + tahn(b)",
        "      ^",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch hacked')",
        "a.real",
        "(lambda: a)()",
        "[a for a in b]",
        "a if b else a",
        "a < b",
        "a and b",
        "a @ b",
        "a // b",
        "~a",
        "'text'",
        "f'{a}'",
        "True",
        "1j",
        "tanh(*a)",
        "tanh(x=a)",
        "tanh()",
        "tanh(a, b)",
        "(a := 2)",
        "a; b",
        "a = b",
        "open(a)",
        "tanh.forward(a)",
        "a[0]",
        "...",
        "",
        "(",
        "a b",
        "\x00",
    ],
)
def test_nothing_else_is_an_expression(here, text):
    with pytest.raises(ValueError, match="an expression needs"):
        read_expression(text, {"a": 1.0, "b": 2.0})
    assert not list(here.iterdir())


def test_deep_and_long_texts():
    names = {"a": 1.0}
    for text in ("(" * 5000 + "a" + ")" * 5000, "-" * 9000 + "a", "a" + "+a" * 4900):
        try:
            assert isinstance(read_expression(text, names), Value)
        except ValueError as error:
            assert "an expression needs" in str(error)
    with pytest.raises(ValueError, match="at most 10,000 characters"):
        read_expression("a" + " " * 10_000, names)


def test_deep_expressions_that_python_accepts_are_computed():
    assert read_expression("a" + "+a" * 500, {"a": 1.0}).data == 501.0


def test_the_caret_counts_letters_not_bytes():
    with pytest.raises(ValueError) as caught:
        read_expression("é + ö + q", {"é": 1.0, "ö": 2.0})
    assert str(caught.value).endswith("\n  é + ö + q\n          ^")


def test_expressions_are_what_python_computes():
    y = read_expression("-a**2/3 + log(exp(b)) - +0.5*leaky_relu(b)", {"a": 2, "b": 3})
    a, b = Value(2.0), Value(3.0)
    assert y.data == (-(a**2) / 3 + log(exp(b)) - 0.5 * b.leaky_relu()).data


@given(st.text("ab+-*/() .,0123e^%'\"\n", max_size=30))
def test_any_text_is_computed_or_refused(text):
    try:
        read_expression(text, {"a": 1.5, "b": 0.5})
    except (ValueError, ZeroDivisionError, OverflowError):
        pass


def test_doctor(here, capsys):
    assert main(["doctor", "--out", "doctor.svg"]) == 0
    out = capsys.readouterr().out
    assert "graphviz-pure" in out and "All is well" in out
    assert (here / "doctor.svg").read_text("utf-8").count("<title>") > 6


def test_doctor_with_a_function_that_a_page_gives(here, capsys):
    use_layout(lambda dot, format: "<svg></svg>")
    try:
        assert main(["doctor"]) == 0
    finally:
        use_layout(None)
    out = capsys.readouterr().out
    assert "<lambda>" in out and "given: autograd.drawing.use_layout" in out


def test_doctor_leaves_nothing_behind_where_it_is_asked(here, capsys):
    assert main(["doctor"]) == 0 and not list(here.iterdir())
    wrote = re.search(r"wrote (.*doctor\.svg) in", capsys.readouterr().out)
    assert wrote and Path(wrote[1]).is_file()


@pytest.mark.parametrize("out", ["x.gv", "x.pdf", "x"])
def test_doctor_draws_no_dot(here, capsys, out):
    assert main(["doctor", "-o", out]) == 2
    captured = capsys.readouterr()
    assert f"--out needs one of .svg, .png; got {out}" in captured.err
    assert captured.out == "" and not list(here.iterdir())


def test_doctor_with_a_renderer_that_draws_nothing(monkeypatch, here, capsys):
    silent = here / "silent"
    silent.write_text(f"#!{sys.executable}\n")
    silent.chmod(0o755)
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(silent))
    assert main(["doctor"]) == 1
    captured = capsys.readouterr()
    assert "got an empty picture" in captured.err and "well" not in captured.out


def test_doctor_without_a_renderer_that_works(monkeypatch, here, capsys):
    broken = here / "broken"
    broken.write_text(f"#!{sys.executable}\nimport os\nos.abort()\n")
    broken.chmod(0o755)
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(broken))
    assert main(["doctor", "-o", "doctor.svg"]) == 1
    captured = capsys.readouterr()
    assert "a crash by signal 6" in captured.err
    assert "The DOT is kept in doctor.gv" in captured.err
    assert "n0" in (here / "doctor.gv").read_text("utf-8")
    assert "All is well" not in captured.out


def test_doctor_without_a_renderer(monkeypatch, here, capsys):
    monkeypatch.setattr("sysconfig.get_path", lambda *scheme: os.fspath(here))
    assert main(["doctor"]) == 1
    assert "pip install graphviz-pure" in capsys.readouterr().err


# --- the tour, and what all commands share --------------------------------------------


def test_the_tour(here, capsys):
    assert main([]) == 0
    told = capsys.readouterr().out
    assert (
        "L = v2^2 = 1^2 = 1" in told and "w.grad = v1.grad · ∂v1/∂w = 2 · 2 = 4" in told
    )
    assert "L goes from 1 to 1.004004" in told and "4.004 times 0.001" in told
    assert "3 inputs took 4 forward passes" in told
    assert len(told.splitlines()) <= 72
    trained = re.search(r"^ +240 +0\.00 +0\.00 +1\.00 +1\.00 +0\.00$", told, re.M)
    assert trained and told.index("tour.html") < trained.start()
    assert {path.name for path in here.iterdir()} == {"tour.html", "tour.svg"}
    drawn = (here / "tour.svg").read_text("utf-8")
    assert all(re.search(rf">{name}\s*<", drawn) for name in ("v1", "v2", "L"))
    assert main([]) == 0 and "tour-2.html" in capsys.readouterr().out
    drawn = [line for line in told.splitlines() if set(line) & set("┐├┘")]
    assert [line.index(c) for line, c in zip(drawn, "┐├┘", strict=False)] == [11] * 3
    assert [line.rindex(c) for line, c in zip(drawn[1:], "┐├┘", strict=False)] == [
        27
    ] * 3


def test_the_tour_in_french_and_on_a_narrow_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "42")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "La rétropropagation en deux écrans" in told and "v2 ← v1, y" in told
    assert all(len(line) <= 41 or "python -m" in line for line in told.splitlines())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_the_tour_proposes_can_be_run(monkeypatch, capsys, language):
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))  # nobody answers the exercise
    assert main(["--language", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    commands = [line.split(" autograd ")[1] for line in lines if " autograd " in line]
    assert len(commands) == 6 and any("python -m nn" in line for line in lines)
    # Each speaks as the tour does, where the environment says otherwise.
    asked = [line for line in lines if line.endswith(f" --language {language}")]
    assert len(asked) == (7 if language == "fr" else 0)
    for command in commands:
        if ".py:" not in command and "--help" not in command:
            assert main([*shlex.split(command), "--language", language]) == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_help(capsys, language):
    for command in ([], *([name.replace("_", "-")] for name in COMMANDS)):
        with pytest.raises(SystemExit) as caught:
            main([*command, "--help", "--language", language])
        assert caught.value.code == 0
        told = capsys.readouterr().out
        assert ("show this help" in told) == (language == "en")
    with pytest.raises(SystemExit):
        main(["--help", f"--language={language}"])
    told = capsys.readouterr().out
    assert all(name.replace("_", "-") in told for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explane"], "COMMAND needs one of"),
        (["explain"], "the command needs EXPRESSION"),
        (["explain", "a", "a=1", "--nothing"], "the command takes no --nothing"),
        (["draw", "a", "a=1", "--direction", "XY"], "--direction needs one of"),
        (["draw", "a", "a=1", "--out"], "-o/--out needs something after it"),
        (["doctor", "a=1"], "the command takes no a=1"),
        (["explain", "a", "a=1", "--language", "de"], "--language needs one of"),
    ],
)
def test_arguments_that_argparse_refuses(capsys, arguments, message):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ") and message in captured.err
    assert captured.err.count("\n") == 1 and not captured.out
    if "de" not in arguments:
        assert main([*arguments[:1], "--language", "fr", *arguments[1:]]) == 2
        assert capsys.readouterr().err.startswith("erreur\u00a0: ")


@pytest.mark.parametrize("arguments", ["", "draw --help", "draw log(a) a=-1"])
def test_a_terminal_of_ascii_alone(arguments):
    command = [sys.executable, "-m", "autograd", *arguments.split(), "--language", "fr"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert done.returncode == (1 if "log" in arguments else 0)
    assert b"codec" not in done.stderr and done.stdout + done.stderr


# --- explain --------------------------------------------------------------------------

NETWORK = """\
from autograd import tanh

def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2

def norm(x):
    return x[0] * x[0] + x[1] * x[1]

def wrong(x):
    import math
    return math.tanh(x)

def broken(x):
    y = x * 2.0
    return y + nothing

def outside(x):
    return x.log()
"""


def test_explain_an_expression(capsys):
    asked = ["explain", "tanh(w*x + b)", "w=0.5", "x=2", "b=1"]
    assert main([*asked, "--given="]) == 0
    told = capsys.readouterr().out
    assert "w = 0.5, x = 2, b = 1" in told and "Step 8 of 9: from v1 to w" in told
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "Data, given as they are: x. To be learned: w, b." in told
    assert "Step 8 of 8: from v1 to w" in told and "x.grad" not in told
    assert main([*asked, "--given", "x, b"]) == 0
    assert "To be learned: w." in capsys.readouterr().out
    assert main([*asked, "--given", "z"]) == 1
    assert "hint: there is w, x, b" in capsys.readouterr().err
    assert "\x1b" not in told


def test_explain_in_french_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert main(["explain", "-a", "a=0,5"]) == 0
    assert "a = 0.5" in capsys.readouterr().out
    assert main(["explain", "log(a)", "a=-1"]) == 1
    assert "strictement positif" in capsys.readouterr().err
    assert main(["explain", "log(a)", "a=-1", "--language", "en"]) == 1
    assert "error: log needs" in capsys.readouterr().err


def test_explain_a_function_in_a_file(here, capsys):
    (here / "net.py").write_text(NETWORK, "utf-8")
    told = ["explain", "net.py:loss", "w=0.5", "x=2", "b=-1", "y=1"]
    assert main(told) == 0
    assert "Step 2 of 7, line 5\n    p = tanh(s)\n" in capsys.readouterr().out
    assert main([*told, "--operations", "--given="]) == 0
    assert "Step 3 of 14, line 5\n    p = tanh(s)\n" in capsys.readouterr().out
    assert main(["explain", "net.py:norm", "x=[3, -4]"]) == 0
    assert "x[1].grad = " in capsys.readouterr().out


def test_explain_writes_files(here, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address))
    arguments = ["explain", "a*b", "a=2", "--html", "l.html", "b=3", "--open"]
    assert main([*arguments, "--markdown=l.md", "--latex", "l.tex"]) == 0
    assert {path.name for path in here.iterdir()} == {"l.html", "l.md", "l.tex"}
    assert opened == [(here / "l.html").resolve().as_uri()]
    told = capsys.readouterr().out
    assert told.splitlines()[:3] == ["Wrote l.html.", "Wrote l.md.", "Wrote l.tex."]
    assert "No browser was found" in told
    assert main(["explain", "a", "a=1", "--open", "--language", "fr"]) == 0
    assert 'lang="fr"' in (here / "lesson.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tanh(a", "a=1"], "one ( that is never closed"),
        (["a*b", "a=1"], "got none for b"),
        (["a", "a=1", "--html", "x.pdf"], "--html needs one of .html; got x.pdf"),
        (["a", "a=1", "--latex", "no/x.tex"], "--latex needs an existing folder"),
        (["a", "a=[1,2]"], "one number for a; got a list"),
        (["a", "a=[1,'x']"], "a needs a number; got \"[1,'x']\""),
        (["a", "a=[1,"], "a needs a number"),
        (["none.py:f"], "a file that exists; got none.py"),
        (["net.py"], "the form file.py:name; got net.py"),
        (["net.py:los", "x=1"], "did you mean loss?"),
        (["net.py:loss", "w=1"], "loss needs a number for x"),
        (["net.py:wrong", "x=1"], "autograd.tanh in place of math.tanh"),
        (["net.py:broken", "x=1"], "net.py:17: NameError: name 'nothing' is not"),
        (["net.py:outside", "x=-1"], "net.py:20: log needs a positive argument"),
        (["syntax.py:f"], "syntax.py:2: SyntaxError: "),
        (["raises.py:f"], "raises.py:2: division by zero"),
        (["stops.py:f"], "stops.py:1: SystemExit: 3"),
    ],
)
def test_mistakes_of_explain(here, capsys, arguments, message):
    (here / "net.py").write_text(NETWORK, "utf-8")
    (here / "syntax.py").write_text("x = 1\ndef f(:\n", "utf-8")
    (here / "raises.py").write_text("\n1 / 0\n", "utf-8")
    (here / "stops.py").write_text("raise SystemExit(3)\n", "utf-8")
    typed = message.startswith("a needs a number") or "needs one of" in message
    assert main(["explain", *arguments]) == (2 if typed else 1)
    captured = capsys.readouterr()
    assert message in captured.err and captured.err.startswith("error: ")
    assert captured.out == "" and "Traceback" not in captured.err


def test_ctrl_c_is_quiet(here, capsys):
    (here / "long.py").write_text("raise KeyboardInterrupt\n", "utf-8")
    assert main(["explain", "long.py:f"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_who_stops_reading_is_not_told_off():
    command = [sys.executable, "-m", "autograd", "explain", "a*a", "a=2"]
    code = f"import subprocess, sys; p = subprocess.Popen({command}, stdout=subprocess."
    code += "PIPE, stderr=subprocess.PIPE); p.stdout.close(); print(p.stderr.read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.stdout.strip() == b"b''", done


@pytest.mark.parametrize("expression", ["-a", "-a+b", "--a*b", "-2*a"])
def test_explain_takes_a_minus_sign_anywhere(capsys, expression):
    names = ["a=2"] + (["b=1"] if "b" in expression else [])
    assert main(["explain", expression, *names]) == 0
    assert main(["explain", "--language", "fr", expression, *names]) == 0
    assert main(["explain", "--language=fr", "--", expression, *names]) == 0


@pytest.mark.parametrize("command", [["explain", "a*b", "a=2", "b=3"], [], ["--help"]])
def test_a_closed_output_is_no_error(monkeypatch, command):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    try:
        assert main(command) == 0
    except SystemExit as end:
        assert end.code == 0


def test_what_mathematics_writes_otherwise_is_said_or_known(capsys):
    for text, said in {
        "a·b": "got · (hint: * for times",
        "a·b ": "* in place of ·",
        "a×b": "* in place of ×",
        "a÷b": "/ in place of ÷",
        "a² + b": "**2 in place of ²",
        "√(a)": "sqrt() in place of √",
        "0,5*a": "0.5 in place of 0,5",
        "racine(a)": "did you mean sqrt?",
        "a−b": "- for minus",
        "ln(a)": "did you mean log?",
        "th(a)": "did you mean tanh?",
        "max(a, 1)": "did you mean maximum?",
    }.items():
        assert main(["explain", text, "a=2", "b=3"]) != 0
        assert said in capsys.readouterr().err
    for text in ("sin(pi*a)", "e**a", "π*a"):
        main(["explain", text, "a=0.5"])
        assert "With a = 0.5: L = " in capsys.readouterr().out
    main(["explain", "e*a", "a=0.5", "e=2"])
    assert "With e = 2, a = 0.5: L = 1." in capsys.readouterr().out


def test_standard_input_and_output(here, monkeypatch, capsysbinary):
    monkeypatch.setattr("sys.stdin", io.StringIO("a*b\n"))
    assert main(["draw", "-", "a=2", "b=−3,5", "-o", "-"]) == 0
    svg = capsysbinary.readouterr().out
    assert svg.startswith(b"<?xml") and svg.rstrip().endswith(b"</svg>")
    assert main(["explain", "a*a", "a=2", "--html", "-"]) == 0
    assert capsysbinary.readouterr().out.startswith(b"<!doctype html>")
    assert main(["descend", "a*a", "a=2", "-o", "-", "--rate", "0,1"]) == 0
    assert b"0.1" in capsysbinary.readouterr().out
    assert main(["doctor", "-o", "-"]) == main(["exercise", "-o", "-"]) == 2
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["explian"], "explain"),
        (["explain", "a", "a=1", "--htlm", "x.html"], "--html"),
        (["draw", "a", "a=1", "--theme", "drak"], "dark"),
    ],
)
def test_what_was_meant(capsys, arguments, meant):
    assert main(arguments) == 2
    assert f"(hint: did you mean {meant}?)" in capsys.readouterr().err
    assert main([*arguments, "--language", "fr"]) == 2
    assert f"voulais-tu dire {meant}\u00a0?" in capsys.readouterr().err


def test_a_reader_who_leaves_the_help(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as left:
        monkeypatch.setattr("sys.stdout", left)
        assert main(["--help"]) == 1
