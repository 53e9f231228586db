"""`python -m autograd lessons`: the notebooks copied out, whole or not at all."""

from __future__ import annotations

import shutil
import sys

import pytest

from autograd.__main__ import main
from autograd.commands import lessons


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def installed(monkeypatch, tmp_path_factory):
    """Lessons as they lie beside an installed package, with what is not for copying."""
    place = tmp_path_factory.mktemp("package") / "notebooks"
    for language, name in (("en", "1_one_knob"), ("fr", "1_un_bouton")):
        folder = place / language
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text("{}")
    (place / "README.md").write_text("# The lessons")
    (place / "pictures").mkdir()
    (place / "ruff.toml").write_text('extend = "../pyproject.toml"')
    (place / ".ipynb_checkpoints").mkdir()
    monkeypatch.setattr(lessons, "PLACES", (place.with_name("nowhere"), place))
    return place


def test_all_lessons_of_this_checkout_are_copied(here, capsys):
    assert main(["lessons"]) == 0
    assert "Copied 16 notebooks to lessons" in capsys.readouterr().out
    for language in ("en", "fr"):
        assert len([*(here / "lessons" / language).glob("*.ipynb")]) == 8
    assert {p.name for p in here.glob("lessons/*")} == {
        "README.md",
        "GRADING.md",
        "en",
        "fr",
    }


def test_what_is_copied_and_what_to_do_next(here, installed, capsys):
    assert main(["lessons", "--out", "to learn"]) == 0
    copied = {p.relative_to(here / "to learn").as_posix() for p in here.rglob("*.*")}
    assert copied == {"README.md", "en/1_one_knob.ipynb", "fr/1_un_bouton.ipynb"}
    said = capsys.readouterr().out
    assert "Copied 2 notebooks" in said
    assert "jupyter lab 'to learn/en/1_one_knob.ipynb'" in said
    assert main(["--language", "fr", "lessons"]) == 0
    assert "jupyter lab lessons/fr/1_un_bouton.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize("there", [None, "jupyterlab"])
def test_jupyterlab_is_asked_for_where_it_is_missing(
    installed, there, monkeypatch, capsys
):
    monkeypatch.setattr(lessons, "find_spec", lambda name: there)
    assert main(["lessons"]) == 0
    assert ("chainrule[notebooks]" in capsys.readouterr().out) == (there is None)


def test_what_is_there_is_left_alone(here, installed, capsys):
    (here / "lessons").mkdir()
    (here / "lessons" / "mine.txt").write_text("work of weeks")
    assert main(["lessons"]) == 1
    assert (
        "needs a folder that is not there yet; got lessons" in capsys.readouterr().err
    )
    assert [p.name for p in here.rglob("*.*")] == ["mine.txt"]
    assert main(["--language", "fr", "lessons"]) == 1
    assert "n’existe pas encore" in capsys.readouterr().err


def test_a_folder_in_nowhere(installed, capsys):
    assert main(["lessons", "--out", "no/where"]) == 1
    assert "needs an existing folder; got no" in capsys.readouterr().err


def test_without_lessons(monkeypatch, here, capsys):
    monkeypatch.setattr(lessons, "PLACES", (here / "notebooks",))
    assert main(["lessons"]) == 1
    assert "not beside the package (hint: install" in capsys.readouterr().err


def test_a_copy_that_fails_leaves_nothing(monkeypatch, here, installed, capsys):
    def full(*args, **named):
        raise OSError("disk full")

    monkeypatch.setattr(shutil, "copytree", full)
    assert main(["lessons"]) == 1
    assert "disk full" in capsys.readouterr().err
    assert not [*here.iterdir()]


def test_slides(here, installed, monkeypatch, capsys):
    nbformat = pytest.importorskip("nbformat")
    notebook = next((lessons.PLACES[1] / "en").glob("*.ipynb"))
    new = nbformat.v4
    parts = [("slide", "# One knob"), ("fragment", "Folded."), ("-", "beside")]
    cells = [
        new.new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})
        for kind, text in parts
    ]
    nbformat.write(new.new_notebook(cells=cells), notebook)
    shutil.copy(notebook, installed / "fr" / "1_un_bouton.ipynb")
    assert main(["lessons", "--slides", "-o", "shown"]) == 0
    page = (here / "shown" / "en" / "1_one_knob.slides.html").read_text("utf-8")
    assert "reveal" in page and page.count("<section") == 2 and "One knob" in page
    monkeypatch.setitem(sys.modules, "nbconvert", None)
    assert main(["--language", "fr", "lessons", "--slides"]) == 1
    said = capsys.readouterr().err
    assert "les diapositives demandent nbconvert" in said and "[notebooks]" in said
    assert not (here / "lessons").exists()
