"""The printable sheet: one file, complete, in both languages, solutions apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from autograd import exercise
from autograd.__main__ import main
from autograd.phrases import LANGUAGES
from autograd.teaching.exercises.worksheet import worksheet


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
    assert out.read_text("utf-8") == worksheet(7, 2, language="fr")


@pytest.mark.parametrize(
    ("argv", "message"),
    [(["--count", "0"], "1 to 100; got 0"), (["-o", "sheet.pdf"], "sheet.pdf"),
     (["-o", "no/such/folder/sheet.html"], "folder")],
)  # fmt: skip
def test_the_command_refuses(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["worksheet", *argv, "--language", "en"]) == 1
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_no_whole_number_is_refused():
    for seed, count in ((None, 2), (1, "3"), (1, 2.5)):
        with pytest.raises(TypeError, match="worksheet needs whole numbers"):
            worksheet(seed, count)
