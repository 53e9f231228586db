"""The page as a text: what can be said of it without a browser."""

import json
import re
from html.parser import HTMLParser

import pytest

from autograd import Op, Value, explain, sin, tanh
from autograd.phrases import Phrases
from autograd.teaching.views.page.code import Listing
from autograd.teaching.views.page.layout import lay_out
from autograd.teaching.views.page.page import bundle, write_page

VOID = {"meta", "input", "br", "link"}


class Checker(HTMLParser):
    """Checks that elements are closed in order, and counts them."""

    def __init__(self):
        super().__init__()
        self.open, self.count = [], {}

    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def counted(page):
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker.count


def loss(w, x, b, y):
    s = w * x + b
    p = tanh(s)
    return (p - y) ** 2


def lesson_of_loss(language="en"):
    return explain(loss, language=language, w=0.5, x=2.0, b=-1.0, y=1.0)


def neuron(inputs):
    """Return a neuron of some inputs, with its error."""
    total = Value(0.25, "b")
    for i in range(inputs):
        total = total + Value(0.1 * i - 0.3, f"w[{i}]") * Value(0.5 * i, f"x[{i}]")
    return (tanh(total) - Value(1.0, "y")) ** 2


def test_it_is_one_well_formed_file_without_a_link():
    page = write_page(lesson_of_loss())
    count = counted(page)
    assert count["svg"] == 3 and count["script"] == 2
    assert re.findall(r"https?:", page) == []
    assert "default-src 'none'; script-src 'sha256-" in page
    assert "\0" not in page and "\\u0000" not in page
    assert "unsafe" not in page and " style=" not in page
    assert not re.search(r"\son\w+=", page)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your code"), ("fr", "Ton code")]
)
def test_it_speaks_the_language_asked_for(language, words):
    page = write_page(lesson_of_loss(), Phrases(language))
    assert page.startswith(f'<!doctype html><html lang="{language}">')
    assert words in page


def test_its_phrases_are_the_same_in_both_languages():
    english, french = Phrases("en").table("page"), Phrases("fr").table("page")
    assert english.keys() == french.keys()
    for key, phrase in english.items():
        assert sorted(set(re.findall(r"\{\w*\}", phrase))) == sorted(
            set(re.findall(r"\{\w*\}", french[key]))
        ), key
        assert not re.search(r"[ \w][:;?!]", french[key].replace("\u00a0", "")) or (
            re.search(r"\u00a0[:;?!]", french[key])
        ), key
        assert "'" not in french[key], key


def loop(w, x, b):
    h = x
    for _ in range(13):
        h = w * h + b
    return h * h


@pytest.mark.parametrize(
    "lesson",
    [
        lambda: explain(neuron(6), language="fr"),
        lambda: explain(loop, language="fr", w=0.5, x=2.0, b=-1.0),
    ],
)
def test_thirty_nodes_take_180_kilobytes_at_most(lesson):
    lesson = lesson()
    assert len(lesson.nodes) == 30
    assert len(write_page(lesson).encode()) <= 180_000


def data_of(page):
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_the_partial_of_one_edge_is_not_called_as_the_whole_slope():
    data = data_of(write_page(explain("a*a + a", language="en", a=3.0)))
    _, _, title, question, alone, formula, *_ = data["articles"][5]
    assert (title, question) == ("From L back to a", "∂L/∂a (so far)")
    assert alone[1:] == ["a", "v1", "L"]
    assert formula[1:] == ["v1", "a", "k1"]
    assert data["templates"][formula[0]][0].endswith(
        "<mo>∂</mo><mrow><mo>(</mo><mrow><mi>"
    )


def test_the_same_lesson_gives_the_same_page():
    assert write_page(lesson_of_loss()) == write_page(lesson_of_loss())


def test_the_table_in_the_page_is_that_of_python():
    lesson = lesson_of_loss()
    data = data_of(write_page(lesson))
    assert data["data"] == [node.data for node in lesson.nodes]
    assert data["slopes"] == [step.slope for step in lesson.backward]
    assert data["wiggled"] == [wiggle.slope for wiggle in lesson.wiggles]


@pytest.mark.parametrize(
    "build",
    [
        lambda: explain(Value(2.0, "x"), language="en"),
        lambda: explain(Value(2.0, constant=True), language="en"),
        lambda: explain("1 + 2", language="en"),
        lambda: explain("x * 0 + inf", language="en", x=1.0, inf=float("inf")),
        lambda: explain("a + b", language="en", a=float("nan"), b=2.0),
        lambda: explain("a" * 40 + "**2", language="en", **{"a" * 40: 3.0}),
        lambda: explain(lambda xs: sum(xs), language="en", xs=[1.0] * 60),
        lambda: explain(neuron(70), language="en"),
    ],
)
def test_graphs_of_every_shape(build):
    lesson = build()
    page = write_page(lesson)
    count, data = counted(page), data_of(page)
    assert len(data["articles"]) == len(lesson.steps) + 2
    assert count["rect"] == len(lesson.nodes) == len(data["narrow"][0]["nodes"])
    assert count.get("tr", 1) - 1 == len(lesson.inputs) or not lesson.inputs


def test_names_with_markup_are_escaped():
    name = "</script><script>alert('1')</script>&\"{0}"
    leaf = Value(2.0, name)
    page = write_page(explain(leaf * leaf, language="en"))
    assert "<script>alert" not in page
    assert counted(page)["script"] == 2


def test_a_long_name_is_shown_once_and_cut():
    leaf = Value(2.0, "ab" * 5_000)
    page = write_page(explain(leaf * leaf + leaf, language="en"))
    assert len(page) < 100_000


def test_signs_and_names_of_ops_are_escaped():
    markup = "\0<i>{0}"
    twice = Op(
        f"twice{markup}", lambda a, b: a * b, [lambda a, b, y: b, lambda a, b, y: a],
        symbol=markup,
    )  # fmt: skip
    page = write_page(explain(lambda a, b: twice(a, b), language="en", a=2.0, b=3.0))
    data = data_of(page)
    assert "<i>" not in str(data["templates"]) and "<i>{" not in page
    assert "\\u0000" not in page


def test_parallel_edges_have_curves_of_their_own():
    labels = {(1, 0): "∂v1/∂a₁ = 2", (1, 1): "∂v1/∂a₂ = 2"}
    layout = lay_out([(), (0, 0)], [(100.0, 60.0)] * 2, "LR", labels)
    assert layout.curves.keys() == {(1, 0), (1, 1)}
    assert layout.curves[1, 0] != layout.curves[1, 1]
    assert layout.labels[1, 0] != layout.labels[1, 1]
    (x0, _), (x1, _) = layout.centres
    assert x0 < x1
    down = lay_out([(), (0, 0)], [(100.0, 60.0)] * 2, "TB", labels)
    assert down.centres[0][1] < down.centres[1][1]


def test_partials_beside_edges_are_written_as_in_pictures():
    page = write_page(explain("a*a*temperature", language="en", a=2.0, temperature=3.0))
    written = set(re.findall(r'data-of="(.*?)"', page))
    assert {"∂v1/∂a₁ = ", "∂v1/∂a₂ = ", "∂L/∂v1 = ", "∂L/∂te…ture = "} == written


def test_a_large_graph_is_laid_out_in_time():
    def deep(x, y):
        for _ in range(74):
            x = x * y + sin(x)
        return x

    lesson = explain(deep, language="en", x=0.5, y=0.3)
    args = [node.args for node in lesson.nodes]
    labels = {
        (n, i): "∂v/∂a = 0.1234" for n, at in enumerate(args) for i in range(len(at))
    }
    layout = lay_out(args, [(100.0, 60.0)] * 224, "LR", labels)
    curve, label = layout.curves[2, 0], layout.labels[2, 0]
    assert min(x for x, _ in curve) < label[0] < max(x for x, _ in curve)


def helper(t):
    return t * t + 1.0


def calls_a_helper(a):
    return (
        helper(a)
        * a
    )  # fmt: skip


def test_the_listing_has_the_function_and_what_it_calls():
    lesson = explain(calls_a_helper, language="en", a=2.0)
    listing = Listing(lesson)
    texts = [text for block in listing.blocks for _, text in block.lines]
    made = [
        "".join(texts[i][a:b] for i, a, b in listing.marks(step.node.source))
        for step in lesson.forward
    ]
    assert made == ["t * t", "t * t + 1.0", "helper(a)* a"]
    assert [block.title for block in listing.blocks] == ["", "test_page.py"]


def test_a_form_feed_ends_no_line(tmp_path):
    import runpy

    file = tmp_path / "old.py"
    file.write_text("def f(a):\n    b = a * 2.0\n\f\n    return b * b\n", "utf-8")
    lesson = explain(runpy.run_path(str(file))["f"], language="en", a=2.0)
    listing = Listing(lesson)
    assert [len(block.lines) for block in listing.blocks] == [4]
    assert listing.marks(lesson.output.source) == [(3, 11, 16)]


def test_marks_count_as_javascript_counts():
    lesson = explain("a * b", language="en", a=1.0, b=2.0)
    listing = Listing(lesson)
    listing.blocks[0].lines[0] = (None, "\U0001f600 a * b")
    assert listing.units([(0, 0, 1), (0, 2, 7)]) == [(0, 0, 2), (0, 3, 8)]


def test_in_a_notebook_the_text_and_the_picture_are_below_the_frame():
    shown = lesson_of_loss("fr")._repr_mimebundle_(include=None, exclude=None)
    assert shown["text/plain"] == str(lesson_of_loss("fr"))
    frame = shown["text/html"]
    assert frame.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in frame
    page, _, still = frame.partition("</iframe>")
    assert still.endswith("</pre></div></details>") and "<svg" in still
    assert shown["image/svg+xml"] in still and "<svg" not in page


def test_embedding_takes_a_height():
    assert 'height="500"' in bundle(lesson_of_loss(), height=500)["text/html"]
