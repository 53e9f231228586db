"""The pictures of the READMEs: they show what the code draws now."""

from __future__ import annotations

import importlib.util
import re
from itertools import product
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "notebooks/pictures/make.py"


@pytest.fixture(scope="module")
def make():
    pytest.importorskip("playwright")
    spec = importlib.util.spec_from_file_location("make", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(svg):
    return re.findall(r"<text[^>]*>(.*?)</text>", svg)


def test_graphs_are_as_they_are_drawn_now(make):
    for made in product(make.graphs(), make.LANGUAGES, make.THEMES):
        name, language, theme = made
        kept = (SCRIPT.parent / f"{name}.{language}-{theme}.svg").read_text("utf-8")
        assert words(kept) == words(make.drawn(*made))
        assert len(words(kept)) > 10


def test_every_picture_is_shown_and_every_one_shown_is_made(make):
    names = {*make.graphs(), *make.PAGES}
    suffix = {name: ".svg" if name in make.graphs() else ".png" for name in names}
    made = {
        f"{name}.{language}-{theme}{suffix[name]}"
        for name, language, theme in product(names, make.LANGUAGES, make.THEMES)
    }
    assert {
        p.name for p in SCRIPT.parent.iterdir() if p.suffix in (".svg", ".png")
    } == made
    shown = "".join(
        (SCRIPT.parents[2] / readme).read_text("utf-8")
        for readme in ("README.md", "README.fr.md")
    )
    assert {*re.findall(r"notebooks/pictures/([\w.-]+g)\b", shown)} == made
