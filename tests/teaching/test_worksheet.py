"""The printable sheet: one file, complete, in both languages, solutions apart."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from autograd import exercise, explain
from autograd.__main__ import main
from autograd.phrases import LANGUAGES
from autograd.teaching.exercises.shapes import redrawn
from autograd.teaching.exercises.worksheet import sheet, worksheet


class Outline(HTMLParser):
    """The headings, ids and addresses of a page, whose tags must all be closed."""

    VOID = ("meta", "link", "br")

    def __init__(self):
        super().__init__()
        self.open, self.headings, self.ids, self.addresses = [], [], [], []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.addresses += [attributes.get(a) for a in ("src", "href", "xlink:href")]
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page(language):
    page = worksheet(3, 5, language=language)
    outline = Outline()
    outline.feed(page)
    assert not outline.open and not outline.ids
    assert not any(outline.addresses)
    assert f'<html lang="{language}">' in page and "default-src 'none'" in page
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", page).replace(
        "http-equiv", ""
    )
    assert outline.headings[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(outline.headings))
    assert page.count("<svg") == 5 and page.count('role="img"') == 5
    assert page.count('class="gap"') == sum(
        len(exercise(300 + n, n + 1).blanks) for n in range(5)
    )
    asked, _, solved = page.partition('class="solutions"')
    for n in range(5):
        e = exercise(300 + n, n + 1)
        assert e.backward_steps[-1] in solved
        assert e.backward_steps[-1] not in asked


def test_the_same_arguments_give_the_same_sheet():
    assert worksheet(4, 2, language="en") == worksheet(4, 2, language="en")
    assert worksheet(4, 2, language="en") != worksheet(5, 2, language="en")
    assert "(level 3)" in worksheet(4, 2, level=3, language="en")


def test_from_easy_to_hard():
    levels = re.findall(r"\(level (\d)\)", worksheet(1, 10, language="en"))
    assert levels == list("1122334455")


def test_the_command(tmp_path, capsys):
    out = tmp_path / "sheet.html"
    argv = ["--seed", "7", "--count", "2", "-o", str(out), "--language", "fr"]
    assert main(["worksheet", *argv]) == 0
    assert "2 exercices, graine 7" in capsys.readouterr().out
    made = sheet(7, 2, language="fr")
    assert made.html() == worksheet(7, 2, language="fr")
    assert out.read_text("utf-8") == made.html("questions")
    key = (tmp_path / "sheet-key.html").read_text("utf-8")
    assert key == made.html("key")
    for step in made.exercises[1].backward_steps:
        assert step in key and step not in made.html("questions")


def test_versions_of_ones_own_expressions(tmp_path, capsys):
    argv = ["a*b + a", "a=2", "b=3", "relu(x)*x", "x=4", "--versions", "4"]
    out = tmp_path / "sheet.html"
    assert main(["exercise", *argv, "-o", str(out), "--language", "en"]) == 0
    assert capsys.readouterr().out.count("2 exercises") == 4
    texts = {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()}
    assert len(texts) == 8 == len(set(texts.values()))
    assert "a = 2, b = 3" in texts["sheet-1.html"]
    assert "a = 2, b = 3" not in texts["sheet-2.html"]
    assert (
        "--seed" not in texts["sheet-1.html"] and "(level" not in texts["sheet-1.html"]
    )
    a, b = re.search(r"a = (.*), b = (.*?)<", texts["sheet-3.html"]).groups()
    assert f"v1 = a·b = {a}·{b}" in re.sub(r"[()]", "", texts["sheet-3-key.html"])


def test_numbers_that_are_not_simple_are_taken_where_none_are():
    lesson = explain("log(a)/b", a=2.0, b=3.0)
    made = redrawn(lesson, 2)
    assert made.output.op is lesson.output.op and made.output.data != lesson.output.data


def test_a_pdf():
    pytest.importorskip("typst")
    made = sheet(3, 2, language="fr")
    sizes = [len(made.pdf(part)) for part in ("questions", "key", "all")]
    assert made.pdf("key").startswith(b"%PDF") and sizes[2] > max(sizes[:2])


def test_a_pdf_without_typst(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["exercise", "-o", str(tmp_path / "sheet.pdf"), "--count", "1"]) == 1
    assert 'pip install "chainrule[pictures]"' in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("argv", "message"),
    [(["--count", "0"], "1 to 100; got 0"), (["--versions", "0"], "1 to 100; got 0"),
     (["-o", "sheet.doc"], "sheet.doc"),
     (["-o", "no/such/folder/sheet.html"], "folder")],
)  # fmt: skip
def test_the_command_refuses(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    typed = 2 if "sheet.doc" in argv else 1
    assert main(["worksheet", *argv, "--language", "en"]) == typed
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_no_whole_number_is_refused():
    for seed, count in ((None, 2), (1, "3"), (1, 2.5)):
        with pytest.raises(TypeError, match="worksheet needs whole numbers"):
            worksheet(seed, count)
