"""From DOT to pictures, with the renderer that pip installs."""

import importlib
import os
import random
import subprocess
import sys
import xml.etree.ElementTree as ET

import graphviz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, explain
from autograd.drawing import draw, use_layout
from autograd.drawing import escaping as drawing_text
from autograd.drawing.renderer import find_renderer
from nn import MLP, max_margin

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def empty_path(monkeypatch):
    """No program can be found by name."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)


def lesson():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
    e = a * b
    e.label = "e"
    d = (e + c) * 2.0
    d.label = "d"
    return d


def parsed(svg):
    return ET.fromstring(svg)


def groups(svg, kind):
    """The SVG groups of nodes or edges."""
    return [
        group
        for group in parsed(svg).iter(f"{SVG}g")
        if kind in group.get("class", "").split()
    ]


def titles(svg, kind):
    return [group.findtext(f"{SVG}title") for group in groups(svg, kind)]


def test_pip_alone_draws(empty_path):
    d = lesson()
    d.backward()
    picture = draw(d, partials=True, legend=True)
    svg = picture.pipe()
    assert find_renderer().program.name.startswith("graphviz-pure")
    assert len(groups(svg, "node")) == 7 + 1  # and the legend
    assert len(groups(svg, "edge")) == 6
    kinds = ("leaf", "constant", "op", "output", "flow")
    counts = [len(groups(svg, kind)) for kind in kinds]
    assert counts == [3, 2, 3, 1, 6]  # a constant, and its edge


def test_a_square_has_two_edges(empty_path):
    a = Value(3.0, "a")
    assert len(groups(draw(a * a).pipe(), "edge")) == 2


def test_titles_have_full_precision(empty_path):
    y = Value(1.0, "a") / 3.0
    y.backward()
    found = titles(draw(y, partials=True).pipe(), "node")
    assert found[0] == "a (leaf)\ndata = 1.0\ngrad = 0.3333333333333333"
    (edge,) = [t for t in titles(draw(y, partials=True).pipe(), "edge") if "∂" in t]
    assert edge == "∂v2/∂a = 0.3333333333333333"


def test_it_is_the_graphviz_packages_own(empty_path, tmp_path):
    picture = draw(lesson())
    assert isinstance(picture, graphviz.Digraph)
    assert picture.format == "svg"
    path = picture.render("graph", directory=tmp_path, format="svg", cleanup=False)
    assert path == os.fspath(tmp_path / "graph.svg")
    assert (tmp_path / "graph").read_text("utf-8") == picture.source
    assert len(groups((tmp_path / "graph.svg").read_text("utf-8"), "node")) == 7
    out = picture.render(outfile=tmp_path / "other.png", cleanup=True)
    with open(out, "rb") as file:
        assert file.read(4) == b"\x89PNG"
    assert not (tmp_path / "other.gv").exists()
    assert picture.pipe(encoding="utf-8") == picture.pipe().decode()
    assert picture.copy().source == picture.source
    picture.node("extra")
    assert len(groups(picture.pipe(), "node")) == 8


def test_a_notebook_shows_it(empty_path):
    bundle = draw(lesson())._repr_mimebundle_()
    assert list(bundle) == ["image/svg+xml"]
    assert len(groups(bundle["image/svg+xml"], "node")) == 7


def test_nothing_is_said_on_stderr(empty_path, capfd):
    picture = draw(Value(1.0, "Δ é 😀"))
    picture.pipe()
    assert capfd.readouterr() == ("", "")


def test_themes(empty_path):
    d = lesson()
    for theme, rules in (("auto", True), ("light", False), ("dark", False)):
        svg = draw(d, theme=theme).pipe().decode()
        (graph,) = groups(svg, "graph")
        assert ("chainrule-auto" in graph.get("class")) == rules
        assert svg.count("<style>") == 1
    assert '"#17191c"' in draw(d, theme="dark").pipe().decode()


def test_every_colour_of_an_auto_picture_has_a_dark_one(empty_path):
    d = lesson()
    d.backward()
    svg = draw(d, partials=True, widths=True, legend=True, highlight=[d.args[0]]).pipe()
    style = parsed(svg).findtext(f"{SVG}style")
    for element in parsed(svg).iter():
        for paint in ("fill", "stroke"):
            colour = element.get(paint, "none")
            assert colour in ("none", "transparent") or f'[{paint}="{colour}"]' in style
    for element in parsed(svg).iter(f"{SVG}text"):
        assert element.get("fill")


def test_a_folded_network(empty_path):
    random.seed(1)
    model = MLP(2, [16, 16, 1])
    points = [[random.random(), random.random()] for _ in range(20)]
    loss = max_margin([model(point) for point in points], [1.0] * 20)
    svg = draw(loss, model=model).pipe()
    assert len(groups(svg, "fold")) == 4
    assert len(groups(svg, "module")) == 1
    assert len(groups(svg, "node")) < 20
    assert len(groups(draw(model).pipe(), "weight")) == 2 * 16 + 16 * 16 + 16


# --- safety ---------------------------------------------------------------------------

NASTY = [
    'say "hi"',
    "<script>alert(1)</script>",
    "</text></svg><script>",
    "a\\nb \\N \\G \\",
    "two\nlines\r\n",
    "😀 ∂ é",
    "x" * 10_000,
    "&amp; &lt; &#60; &",
    "]]> <!-- --> <![CDATA[",
    "\x00\x07\x1b\ud800\ufffe\u202e",
    '"] n9 [label="broken out',
    ">> tooltip=<<",
    " ",
    "",
    "{a|b}",
    "%n $(id) `id`",
    "]",
    "]]\\N]",
    "<]>",
    "[",
    "אורך",
    "\u200fעומק (x)",
    "\u2067abc",
    "\u2068ا\u2069",
]


def texts(svg):
    return "".join(
        t for text in parsed(svg).iter(f"{SVG}text") for t in text.itertext()
    )


def check_label(label):
    a = Value(1.0, label)
    y = a * 2.0
    y.label = label
    svg = draw(y, partials=True, formula=True, legend=True, highlight=[a]).pipe()
    assert len(groups(svg, "node")) == 4 and len(groups(svg, "edge")) == 2
    assert {element.tag.removeprefix(SVG) for element in parsed(svg).iter()} <= {
        "svg", "style", "g", "title", "polygon", "path", "text", "a", "ellipse",
    }  # fmt: skip
    shown = drawing_text.isolated(drawing_text.shortened(label))
    if shown.strip():
        assert " ".join(shown.split()) in " ".join(texts(svg).split())
        name = drawing_text.isolated(label)
        full = drawing_text.printable(drawing_text.shortened(f"{name} (leaf)", 1000))
        assert titles(svg, "node")[0].split("\n")[0].split() == full.split()


@pytest.mark.parametrize("label", NASTY)
def test_labels_stay_labels(empty_path, label):
    check_label(label)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_label_stays_a_label(label):
    check_label(label)


TURNING = "א١ب] [<>&;\\N\"'-a\n\u200f\u061c\u2066\u2067\u2068\u2069\u202e"


@settings(max_examples=40)
@given(st.text(TURNING, max_size=12))
def test_labels_that_turn_stay_labels(label):
    check_label(label)


@given(st.text(TURNING))
def test_an_isolated_name_turns_nothing_around_it(name):
    shown = drawing_text.isolated(name)
    depth = 0
    for letter in shown:
        depth += {"\u2068": 1, "\u2069": -1}.get(letter, 0)
        assert 0 <= depth <= 1 and letter not in "\u2066\u2067\u202e\n"
    assert depth == 0
    assert drawing_text.printable(shown) == shown == drawing_text.isolated(shown)


def test_a_label_of_brackets_is_no_end_of_a_section():
    # Graphviz 2.40 to 2.43 fails at a piece of text that is nothing but "]" or "]]".
    assert drawing_text.html("]") == "&#93;" and drawing_text.html("]]") == "&#93;&#93;"
    assert drawing_text.html("w[0]") == "w[0]"
    assert drawing_text.html("]\\N").startswith("&#93;<FONT")


def test_names_of_modules_stay_names(empty_path):
    class Part:
        def __init__(self):
            self.parts = {'"]}<x>\\': Value(1.0)}

        def parameters(self):
            return list(self.parts.values())

    part = Part()
    part.__class__.__name__ = 'A"<b>'
    (value,) = part.parameters()
    svg = draw(value * 2.0, model=part, depth="scalar").pipe()
    assert len(groups(svg, "node")) == 3 and len(groups(svg, "cluster")) == 1


# --- finding a renderer ---------------------------------------------------------------


def program(folder, name, body):
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_system_dot_comes_before_pips(monkeypatch, tmp_path):
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    dot = program(tmp_path, "dot", "")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    assert find_renderer().program == dot


def test_a_choice_comes_first(monkeypatch, empty_path, tmp_path):
    dot = program(tmp_path, "my dot", "print('<svg></svg>')")
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(dot))
    assert find_renderer().program == dot
    assert draw(Value(1.0)).pipe() == b"<svg></svg>\n"
    module = importlib.import_module("graphviz.backend.dot_command")
    monkeypatch.setattr(module, "DOT_BINARY", tmp_path / "other")
    assert find_renderer().program == tmp_path / "other"


def test_the_graphviz_package_is_left_as_it_was(empty_path):
    module = importlib.import_module("graphviz.backend.dot_command")
    execute = importlib.import_module("graphviz.backend.execute")
    before = module.DOT_BINARY, execute.run_check, os.environ["PATH"]
    draw(Value(1.0)).pipe()
    assert before == (module.DOT_BINARY, execute.run_check, os.environ["PATH"])


def test_no_renderer(monkeypatch, empty_path, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda *scheme: os.fspath(tmp_path))
    picture = draw(Value(1.0, "a"))
    with pytest.raises(RuntimeError, match=r"got neither dot nor graphviz-pure .*pip"):
        picture.pipe()
    with pytest.raises(RuntimeError, match="pip install graphviz-pure"):
        picture.render(directory=tmp_path)
    assert "n0" in picture.source


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import sys; sys.exit('broken')", "exit status 1: broken"),
        ("import os; os.abort()", "a crash by signal 6"),
        ("", "got an empty picture"),
        ("import sys; open(sys.argv[-1] + '.svg', 'w').write('?'); print(1)", "no SVG"),
    ],
)
def test_a_renderer_that_fails(monkeypatch, tmp_path, body, message):
    dot = program(tmp_path, "dot", body)
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(dot))
    picture = draw(Value(1.0, "a"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match=message) as caught:
        picture.pipe()
    assert os.fspath(dot) in str(caught.value)
    with pytest.raises(RuntimeError, match=message):
        picture.render("kept.gv", directory=tmp_path, cleanup=True)
    assert (tmp_path / "kept.gv").read_text("utf-8") == picture.source


def test_a_renderer_that_hangs(monkeypatch, tmp_path):
    dot = program(tmp_path, "dot", "import time; time.sleep(1000)")
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(dot))
    monkeypatch.setattr("autograd.drawing.renderer.SECONDS", 0.05)
    picture = draw(Value(1.0, "a"))
    with pytest.raises(RuntimeError, match=r"done within 0.05 s; got .*hint: fold"):
        picture.pipe()
    with pytest.raises(RuntimeError, match="done within"):
        picture.render("kept.gv", directory=tmp_path, cleanup=True)
    assert (tmp_path / "kept.gv").read_text("utf-8") == picture.source


def test_a_renderer_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(tmp_path / "nowhere"))
    with pytest.raises(RuntimeError, match="nowhere"):
        draw(Value(1.0, "a")).pipe()


def test_a_renderer_that_cannot_be_run(monkeypatch, tmp_path):
    picture = draw(Value(1.0, "a"))
    for mode, message in ((0o755, "Exec format error"), (0o644, "Permission denied")):
        broken = tmp_path / "broken"
        broken.write_bytes(b"\x7fELF nothing")
        broken.chmod(mode)
        monkeypatch.setenv("GRAPHVIZ_DOT", os.fspath(broken))
        with pytest.raises(RuntimeError, match=f"a renderer that works; .*{message}"):
            picture.pipe()


def test_a_format_that_pips_renderer_does_not_know(empty_path):
    with pytest.raises(RuntimeError, match="graphviz-pure draws svg, png"):
        draw(Value(1.0, "a")).pipe("ps")


@pytest.fixture
def give():
    """Give pictures a function for this test alone."""
    yield use_layout
    use_layout(None)


def page_engine(dot, format):
    """What a page's engine does: Graphviz's, on text."""
    return graphviz.Source(dot).pipe(format, encoding="utf-8", quiet=True)


def test_a_function_draws_what_a_program_draws(empty_path, give, tmp_path):
    d = lesson()
    d.backward()
    picture = draw(d, partials=True)
    pure = find_renderer().program
    svg, tex, plain = picture.pipe(), picture.pipe("tex"), picture.pipe("plain")
    page = explain(d)._repr_mimebundle_()
    asked = []

    def engine(dot, format):
        asked.append(format)
        command = [pure, f"-T{format}", "-q"]
        return subprocess.run(command, input=dot, text=True, stdout=-1).stdout

    give(engine)
    assert find_renderer().program.name.endswith("engine")
    assert (svg, tex, plain) == (*map(picture.pipe, ("svg", "tex", "plain")),)
    assert picture.pipe(encoding="utf-8") == svg.decode()
    assert picture._repr_mimebundle_() == {"image/svg+xml": svg.decode()}
    picture.render(outfile=tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_bytes() == svg
    assert set(asked) == {"svg", "plain"}
    assert explain(d)._repr_mimebundle_() == page
    give(None)
    assert find_renderer().program == pure


def test_a_function_may_use_the_graphviz_package(monkeypatch, give, tmp_path):
    dot = program(tmp_path, "dot", "print('<svg></svg>')")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    give(page_engine)
    assert draw(lesson()).pipe() == b"<svg></svg>\n" and dot.exists()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda dot, format: 1 / 0, "got division by zero, from .*lambda"),
        (lambda dot, format: b"<svg/>", "got bytes b'<svg/>', from"),
        (lambda dot, format: " ", "got an empty picture"),
        (lambda dot, format: "digraph {}", "a picture that is no SVG"),
    ],
)
def test_a_function_that_fails(give, made, message, tmp_path):
    give(made)
    picture = draw(Value(1.0, "a"))
    with pytest.raises(RuntimeError, match=message) as caught:
        picture.pipe()
    assert "use_layout(None)" in str(caught.value)
    with pytest.raises(RuntimeError, match=message):
        picture.render("kept.gv", directory=tmp_path)
    assert (tmp_path / "kept.gv").read_text("utf-8") == picture.source


def test_what_is_no_function(give):
    with pytest.raises(TypeError, match=r"use_layout needs a .*; got str 'dot'"):
        give("dot")


def test_graphviz_is_imported_only_to_draw():
    code = "import autograd, sys; print('graphviz' in sys.modules)"
    run = [sys.executable, "-c", code]
    assert subprocess.run(run, capture_output=True, text=True).stdout == "False\n"
