"""A lesson as text, Markdown and LaTeX: what is said, and that nothing breaks it."""

from __future__ import annotations

import io
import linecache
import os
import re
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Op, Value, explain, relu, tanh
from autograd.ops import TABLE
from autograd.phrases import LANGUAGES, Phrases
from autograd.teaching.views import latex, markdown, text
from autograd.teaching.views.telling import cropped, marked, with_carets
from autograd.teaching.views.terminal import coloured, columns, encodable
from autograd.writing.files import write_whole

PDFLATEX = shutil.which("pdflatex")
EN = Phrases("en")

SIGNS = "a_b|c`d`<b>$x$ \\frac{1}{2} #1 %& ^~{}[]*'\"\t\n\x00\x1b[31m\u202e é λ 日 🙂"


def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2


@pytest.fixture(scope="module")
def lesson():
    lesson = explain(loss, language="en", given=(), w=0.5, x=2.0, b=-1.0, y=1.0)
    lesson.by = "operations"
    return lesson


def hostile():
    mean = Op("no\\op%", lambda a, b: a * b, (lambda a, b, y: b, lambda a, b, y: a),
              symbol="%&#")  # fmt: skip
    a, b = Value(2.0, SIGNS), Value(-3.0, "x" * 5000)
    y = mean(a, b) * a - tanh(b) + a
    y.label = "<img src=x onerror=alert(1)> </script>"
    return explain(y, language="en")


AWKWARD = """\
def awkward(naïve, λ, under_score):
\ts = naïve * λ   # <script> $x$ & % # _ ^ ~ \\ {} [x] `y` | é 日 🙂
\treturn (s
\t        + under_score
\t        * s)
"""


def awkward():
    scope = {}
    linecache.cache["<awkward>"] = (1, None, AWKWARD.splitlines(True), "<awkward>")
    exec(compile(AWKWARD, "<awkward>", "exec"), scope)
    return explain(scope["awkward"], language="en", naïve=1, λ=2, under_score=3)


# --- the terminal ---------------------------------------------------------------------


def test_a_forward_step(lesson):
    assert f"""
Step 2 of 14, line {loss.__code__.co_firstlineno + 1}
    s = w * x + b
        ^^^^^^^^^
    s = v1 + b = 1 + (−1) = 0
""" in text.written(lesson, EN, 80)


def test_a_backward_step(lesson):
    assert """
    return (p - y) ** 2
           ^^^^^^^^^^^^
    ∂loss/∂v2 = 2·v2 = 2·(−1) = −2
    v2.grad = loss.grad · ∂loss/∂v2 = 1 · (−2) = −2
""" in text.written(lesson, EN, 80)


def test_a_partial_has_no_sum_of_numbers_alone():
    lesson = explain("x**2 + 3*x**3 + x**1 + 2**x", x=2.0, language="en")
    told = text.written(lesson, EN, 80)
    assert "= 2·x = 2·2 = 4\n" in told and "= 3·x^2 = 3·2^2 = 12\n" in told
    assert "− 1)" not in told and "^1" not in told.split("Backward")[1]


def test_shares_add_up_before_the_readers_eyes():
    told = text.written(explain(lambda a: a * a + a, language="en", a=-3.0), EN, 80)
    assert "a.grad = output.grad · ∂(v1 + a)/∂a = 1 · 1 = 1\n" in told
    assert "∂output/∂a" not in told.split("Step 3 of 7")[1]
    assert "a.grad = 1 + v1.grad · ∂v1/∂a₁ = 1 + 1 · (−3) = 1 + (−3) = −2\n" in told
    told = " ".join(told.split())
    assert "the index 1 means that only number 1 of them moves" in told
    assert "a is used 3 times. This is share 2 of 3" in told
    assert "This is share 3 of 3, and their sum is the slope." in told


def test_slopes_stand_beside_those_that_were_measured(lesson):
    told = text.written(lesson, EN, 80)
    assert re.search(r"\nw +−4 +−3\.99999\d\n", told)
    assert "Wiggling 4 inputs took 5 forward passes: one for each" in told
    assert "Back-propagation took 1 forward and 1 backward pass" in told
    assert "kink" not in told


def test_kinks_are_told():
    told = text.written(explain(lambda x: relu(x), language="en", x=0.0), EN, 80)
    assert "the function has a kink" in told


def test_french(lesson):
    told = " ".join(text.written(lesson, Phrases("fr"), 80).split("\n"))
    assert "règle de dérivation des fonctions" in told and "dérivée partielle" in told
    assert "Étape 7 sur 14, ligne" in told and "\u00a0: de loss à v2" in told
    for word in ("Step", "step", "slope", "share", "Forward", "wiggle"):
        assert word not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [30, 40, 60, 100])
def test_no_line_is_wider_than_the_terminal(lesson, width, language):
    words = Phrases(language)
    for one in (lesson, hostile(), awkward()):
        for line in text.written(one, words, width).splitlines():
            assert columns(line) <= width, line


def test_long_equations_break_at_their_signs(lesson):
    assert """
    y.grad = v2.grad · ∂v2/∂y
           = −2 · (−1)
           = 2
""" in text.written(lesson, EN, 40)


def test_str_takes_the_width_of_the_terminal(lesson, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    assert max(map(columns, str(lesson).splitlines())) <= 49
    assert repr(lesson) == "<Lesson loss, 14 steps>"


def test_colour_changes_no_letter(lesson):
    plain = text.written(lesson, EN, 60)
    painted = text.written(lesson, EN, 60, colour=True)
    assert "\x1b[" not in plain and "\x1b[38;5;166m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain


def test_labels_cannot_speak_to_the_terminal():
    assert "\x1b" not in text.written(hostile(), EN, 80)
    assert "\u202e" not in text.written(hostile(), EN, 80)


class Stream(io.StringIO):
    def __init__(self, encoding, terminal=True):
        super().__init__()
        self.name_of_encoding = encoding
        self.terminal = terminal

    @property
    def encoding(self):
        return self.name_of_encoding

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", None])
def test_terminals_with_few_letters(lesson, encoding):
    told = text.written(lesson, Phrases("fr"), 80)
    shown = encodable(told, Stream(encoding))
    shown.encode(encoding or "utf-8")
    assert "?" not in shown
    assert encodable("∂v2/∂p ≠ 日", Stream("ascii")) == "dv2/dp =? ?".replace("=?", "=")


def test_printing_never_fails_for_lack_of_letters():
    code = (
        "from autograd import explain\n"
        "print(explain('tanh(é*x)', language='fr', é=1, x=2))"
    )
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, timeout=60
    )
    assert done.returncode == 0 and b"Etape 1 sur" in done.stdout, done.stderr


def test_colour_is_for_terminals(monkeypatch):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert coloured(Stream("utf-8")) == (sys.platform != "win32")
    assert not coloured(Stream("utf-8", terminal=False))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Stream("utf-8"))


def test_functions_that_nobody_knows_are_told():
    told = " ".join(str(explain("leaky_relu(x)", language="en", x=2.0)).split())
    assert "where(step(x), 1, slope)" in told or "where(step(x), 1, " in told
    assert "step(a) is 1 where a is positive" in told and "where(a, b, c) is b" in told
    assert "step(a)" not in str(explain("step(x)", language="en", x=2.0))


# --- lines of code --------------------------------------------------------------------


def carets(step):
    return [with_carets(line) for line in marked(step.node.source)]


def test_marks_in_lines_with_tabs_and_wide_letters():
    first, product, output = awkward().forward
    ((line, marks),) = carets(first)
    assert line.startswith("s = naïve * λ   # <script>")
    assert marks == "    ^^^^^^^^^"
    assert carets(output)[0] == ("return (s", "        ^")
    assert carets(output)[2][1].strip() == "^^^"
    assert [line.split()[0] for line, _ in carets(product)] == ["+", "*"]

    def wide(x):
        return x if "日本" == "" else x * 2.0

    ((line, marks),) = carets(explain(wide, x=1).forward[0])
    start = line.index("x * 2.0")
    assert marks == " " * columns(line[:start]) + "^" * 7


def test_long_lines_are_cut_around_the_mark():
    line = [("a" * 100, False), ("mark", True), ("b" * 100, False)]
    shown, marks = with_carets(cropped(line, 40))
    assert columns(shown) <= 40 and shown.startswith("…") and shown.endswith("…")
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "mark"
    assert cropped(line, 300) == line


# --- Markdown -------------------------------------------------------------------------


def test_markdown(lesson):
    told = lesson.to_markdown()
    assert told.startswith("# loss\n\nWith w = 0.5, x = 2, b = −1, y = 1: loss = 1.")
    assert "```python\ns = w * x + b\n    ^^^^^\n```" in told
    assert "$$\ns = \\mathrm{v1} + b = 1 + \\left(-1\\right) = 0\n$$" in told
    assert "| w | −4 | −3.99999" in told
    assert "## En arrière\u00a0: de loss aux entrées" in lesson.to_markdown("fr")


def outside_of_fences(told):
    return re.sub(r"(?ms)^(`{3,})python\n.*?^\1$", "", told)


def test_markdown_shows_labels_as_they_are():
    for one in (hostile(), awkward()):
        told = outside_of_fences(one.to_markdown())
        formulas = re.findall(r"(?ms)^\$\$$\n(.*?)\n^\$\$$", told)
        assert len(formulas) >= len(one.steps)
        for formula in formulas:
            # Markdown takes a backslash before a sign away, and would see these.
            assert not re.search(r"\\[^a-zA-Z ]|[_*<>$`|#&%~]", formula)
            assert formula.count("{") == formula.count("}")
        prose = re.sub(r"(?ms)^\$\$$.*?^\$\$$", "", told)
        assert not re.search(r"(?<!\\)[<>`$]", prose)
        for row in re.findall(r"(?m)^\|.*\|$", prose):
            assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_fences_are_longer_than_those_in_the_code():
    assert markdown.fenced(["a = '````'"])[0] == "`````python"


# --- LaTeX ----------------------------------------------------------------------------


def compiled(tex, folder):
    (folder / "lesson.tex").write_text(tex, "ascii")
    command = [PDFLATEX, "-interaction=nonstopmode", "-halt-on-error", "lesson.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    return (folder / "lesson.pdf").read_bytes()


needs_latex = pytest.mark.skipif(not PDFLATEX, reason="there is no pdflatex here")


def every_op():
    numbers = {}
    total = Value(0.0)
    for name, op in TABLE.items():
        args = [Value(low / 3 + high * 2 / 3, f"{name}_{i}")
                for i, (low, high) in enumerate(op.safe)]  # fmt: skip
        numbers[name] = op(*args)
        total = total + numbers[name]
    return explain(total)


def test_greek_letters_are_those_of_tex():
    assert latex.plain("Δ, λ, Α") == r"$\Delta$, $\lambda$, {[U+0391]}"


@needs_latex
@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_compile(lesson, tmp_path, language):
    many = [lesson, hostile(), awkward(),
            every_op(), explain("2 + 3"), explain("relu(x)", x=0.0)]  # fmt: skip
    bodies = []
    for one in many:
        head, body = one.to_latex(language).split(r"\begin{document}")
        bodies.append(body.replace(r"\end{document}", r"\clearpage"))
    whole = head + r"\begin{document}" + "".join(bodies) + r"\end{document}"
    assert compiled(whole, tmp_path).startswith(b"%PDF")


@needs_latex
def test_every_letter_compiles(tmp_path):
    letters = "".join(map(chr, [*range(32, 0x530), 0x2028, 0x20AC, 0x65E5, 0x1F642]))
    lines = "\n\n".join(
        rf"{latex.plain(c)} \textbf{{{latex.plain(c)}}} \texttt{{{latex.plain(c)}}}"
        rf" ${latex.MATH.name('a' + c)}$"
        for c in letters
    )
    compiled(latex.HEAD + lines + r"\end{document}", tmp_path)


@settings(max_examples=50)
@given(st.text(max_size=20))
def test_any_label_gives_ascii_with_balanced_brackets(label):
    told = explain(Value(2.0, label) * Value(3.0, "b" + label)).to_latex()
    assert told.isascii()
    depth = 0
    for sign in re.sub(r"\\[{}]", "", told):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0


def test_latex_of_a_step(lesson):
    told = lesson.to_latex()
    assert r"\texttt{s\ =\ }\underline{\texttt{w\ *\ x}}\texttt{\ +\ b}" in told
    assert r"\[ \text{v1} = w \cdot x = 0.5 \cdot 2 = 1 \]" in told
    assert r"\textbf{\'{E}tape 1 sur 14" in lesson.to_latex("fr")


# --- saving ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.html", "<!doctype html>"), ("a.md", "# loss"), ("a.tex", "\\documentclass"),
     ("a.TXT", "loss\n════")],
)  # fmt: skip
def test_saving(lesson, tmp_path, name, start):
    path = tmp_path / name
    path.write_text("old")
    lesson.save(path)
    told = path.read_text("utf-8")
    assert told.lower().startswith(start.lower()) and told.endswith("\n")
    lesson.save(str(path), language="fr")
    assert path.read_text("utf-8") != told
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_other_endings_are_refused(lesson, tmp_path):
    for name in ("a.pdf", "a", ".html"):
        with pytest.raises(ValueError, match=r"one of \.html, \.md, \.tex, \.txt"):
            lesson.save(tmp_path / name)
    with pytest.raises(ValueError, match="language needs to be"):
        lesson.save(tmp_path / "a.md", language="xx")
    with pytest.raises(OSError, match="no-such"):
        lesson.save(tmp_path / "no-such-folder" / "a.md")
    assert not list(tmp_path.iterdir())


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_whole(path, "first")
    mode = path.stat().st_mode
    path.chmod(0o600)
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600 and mode & 0o200

    if os.name == "posix":
        (tmp_path / "link.txt").symlink_to(path)
        write_whole(tmp_path / "link.txt", b"second")
        assert (tmp_path / "link.txt").is_symlink()
        (tmp_path / "link.txt").unlink()

    def refuse(*args):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="full"):
        write_whole(path, "third")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
