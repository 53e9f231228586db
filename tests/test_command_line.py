"""`python -m autograd`: expressions from the command line, and the doctor."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, exp, log
from autograd.__main__ import main
from autograd.expressions import read_expression


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    return tmp_path


def test_draw(here, capsys):
    assert main(["draw", "tanh(a*b + c)", "a=2", "b=-3", "c=6.5", "-o", "g.svg"]) == 0
    assert capsys.readouterr().out == "Wrote g.svg: 0.46211715726000974.\n"
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
    ("arguments", "message"),
    [
        (["log(a)", "a=-1"], "log needs a positive argument; got -1.0 at 'a'"),
        (["a", "a"], "variables need the form a=2; got a"),
        (["a", "2=a"], "variables need the form a=2; got 2=a"),
        (["a", "a=x"], "a needs a number; got 'x'"),
        (["a", "a=1", "a=2"], "got two for a"),
        (["a", "a=1", "b=2"], "variables need a place in the expression; got b"),
        (["a", "a=1", "-o", "g.xyz"], "--out needs one of .svg, .png, .pdf, .gv"),
        (["a", "a=1", "-o", "none/g.svg"], "--out needs an existing folder; got none"),
        (["a", "a=1", "--highlight", "b"], "--highlight needs a variable; got b of a"),
    ],
)
def test_mistakes(capsys, arguments, message):
    assert main(["draw", *arguments]) == 1
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
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "graphviz-pure" in out and "All is well" in out
    assert (here / "doctor.svg").read_text("utf-8").count("<title>") > 6


@pytest.mark.parametrize("out", ["x.gv", "x.pdf", "x"])
def test_doctor_draws_no_dot(here, capsys, out):
    assert main(["doctor", "-o", out]) == 1
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
    assert main(["doctor"]) == 1
    captured = capsys.readouterr()
    assert "a crash by signal 6" in captured.err
    assert "The DOT is kept in doctor.gv" in captured.err
    assert "n0" in (here / "doctor.gv").read_text("utf-8")
    assert "All is well" not in captured.out


def test_doctor_without_a_renderer(monkeypatch, here, capsys):
    monkeypatch.setattr("sysconfig.get_path", lambda *scheme: os.fspath(here))
    assert main(["doctor"]) == 1
    assert "pip install graphviz-pure" in capsys.readouterr().err
