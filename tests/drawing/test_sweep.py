"""Pictures in other forms: TikZ, PDF, and the sweep picture by picture."""

import re
import shutil
import subprocess

import pytest

from autograd import Value, tanh
from autograd.__main__ import main
from autograd.drawing import animate, draw
from autograd.drawing.sweep import frames
from autograd.graph import topological


def neuron():
    w, x, b = Value(0.5, "w"), Value(-2.0, "é"), Value(1.0, "b_1")
    y = tanh(w * x + b) - w
    y.label = "Σ₁"
    y.backward()
    return y


def shown(svg):
    """The texts that are not of the colour of what lies behind them."""
    found = re.findall(r'<text [^>]*fill="([^"]*)"[^>]*>([^<]*)</text>', svg)
    return [text for colour, text in found if colour not in behind]


behind = {"#ffffff", "#fefefe", "#e3effa"}


def test_the_sweep_reaches_the_nodes_one_by_one():
    pictures = list(frames(draw(neuron(), theme="light")))
    svgs = [picture.pipe(encoding="utf-8") for picture in pictures]
    counts = [sum(text.strip() == "grad" for text in shown(svg)) for svg in svgs]
    assert counts == sorted(counts) and counts[0] == 1 and counts[-1] == 7
    partials = [sum("∂" in text for text in shown(svg)) for svg in svgs]
    assert partials[0] == 0 and partials[-1] == 7 and partials == sorted(partials)
    sizes = {re.search(r'viewBox="[^"]*"', svg)[0] for svg in svgs}
    assert len(sizes) == 1 and len(svgs) == 6
    assert draw(neuron(), partials=True).source.count("label=<∂") == 7


def test_numbered_pictures(tmp_path):
    files = animate(draw(neuron()), tmp_path / "sweep.svg")
    assert [file.name for file in files] == [f"sweep-0{k}.svg" for k in range(1, 7)]


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("fr", "dark")])
def test_a_gif_of_15_nodes_can_be_sent_by_mail(tmp_path, language, theme):
    image = pytest.importorskip("PIL.Image")
    w1, w2, x1, x2 = (Value(number, f"w{number}") for number in (0.5, -0.3, 0.2, 0.8))
    loss = (tanh(w1 * x1 + w2 * x2 + Value(0.1, "b")) - Value(1.0, "y")) ** 2.0 * w1
    loss.backward()
    assert len(topological(loss)) == 15
    picture = draw(loss, theme=theme, language=language)
    (gif,) = animate(picture, tmp_path / "sweep.gif")
    with image.open(gif) as opened:
        assert opened.n_frames == 10
    assert gif.stat().st_size < 500_000


def test_what_changes_nothing_is_no_step_of_its_own():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = sum([a * b, a])
    y.backward()
    pictures = list(frames(draw(y)))
    assert len(pictures) == 4 and "2 / 3" in pictures[2].source


def test_a_sweep_needs_gradients():
    with pytest.raises(ValueError, match=r"a sweep needs .* gradients"):
        list(frames(draw(Value(1.0, "a") * 2.0)))


def test_the_command_writes_the_sweep(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = ["draw", "a*a", "a=3", "--animate", "sweep.svg", "--constants", "once"]
    assert main([*arguments, "--title", "a²", "--numbers", ".1f"]) == 0
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["sweep-01.svg", "sweep-02.svg", "sweep-03.svg"]
    assert ">9.0</text>" in (tmp_path / names[-1]).read_text("utf-8")
    assert "a²" in (tmp_path / names[0]).read_text("utf-8")


def test_tikz_is_ascii_and_has_every_edge(tmp_path):
    picture = draw(neuron(), partials=True)
    text = picture.pipe("tex", encoding="utf-8")
    assert text.isascii() and r"\begin{tikzpicture}" in text
    assert text.count(" .. controls ") >= 7 and r"$\Sigma$$_1$" in text
    assert r"b\_1" in text and r"\'{e}" in text and r"$\partial$" in text
    path = picture.render(tmp_path / "graph", format="tex", cleanup=True)
    assert (tmp_path / "graph.tex").read_text() == text and path.endswith("graph.tex")
    outfile = picture.render(outfile=tmp_path / "other.tex", cleanup=True)
    assert (tmp_path / "other.tex").read_text() == text and outfile.endswith(".tex")


def test_pdflatex_compiles_it(tmp_path):
    found = (
        shutil.which("kpsewhich")
        and subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True).stdout
    )
    if not found or not shutil.which("pdflatex"):
        pytest.skip("needs pdflatex and TikZ")
    draw(neuron(), legend=True, language="fr").render(tmp_path / "g", format="tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "g.tex"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


def test_a_pdf_needs_pip_alone(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    pytest.importorskip("typst")
    assert draw(neuron()).pipe("pdf").startswith(b"%PDF")
