"""What is written to files is whole, or is not there: nothing else is left behind."""

import errno
import os

import pytest

from autograd import Compiled, Value, draw, record, tanh
from autograd.drawing.sweep import animate
from autograd.writing import files
from autograd.writing.files import clear_drafts, write_whole


@pytest.fixture
def full(monkeypatch):
    """A disk that is full once anything has been written."""

    def refuse(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", refuse)


@pytest.fixture
def picture():
    a = Value(3.0, "a")
    y = tanh(a * a)
    y.backward()
    return draw(y)


@pytest.mark.parametrize("name", ["g.svg", "g.gif", "g.prog"])
def test_on_a_full_disk_the_old_file_stands(full, picture, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(b"old")
    compiled = record(lambda x: x * x, (1,)).compile()
    write = {
        "g.svg": lambda: picture.render(outfile=file),
        "g.gif": lambda: animate(picture, file),
        "g.prog": lambda: compiled.save(file),
    }[name]
    with pytest.raises(OSError, match=f"No space left on device: '.*{name}'"):
        write()
    assert [*tmp_path.iterdir()] == [file] and file.read_bytes() == b"old"


def test_pictures_leave_no_dot_beside_them(picture, tmp_path):
    path = picture.render("g", directory=tmp_path)
    assert [*tmp_path.iterdir()] == [tmp_path / "g.svg"] and path.endswith("g.svg")
    (tmp_path / "g").write_text("mine")
    picture.render(tmp_path / "g", format="png")
    assert (tmp_path / "g").read_text() == "mine"
    picture.render(tmp_path / "new" / "g.gv", cleanup=False)
    assert {p.name for p in (tmp_path / "new").iterdir()} == {"g.gv", "g.gv.svg"}
    with pytest.raises(OSError, match="needs a new file"):
        picture.render("g", format="png", raise_if_result_exists=True)


def test_a_program_that_was_saved(tmp_path):
    compiled = record(lambda x: x * x, (1,)).compile()
    compiled.save(tmp_path / "p")
    assert [*tmp_path.iterdir()] == [tmp_path / "p"]
    assert Compiled.load(tmp_path / "p").outputs([], [3.0]) is not None


def test_drafts_of_killed_writers_are_cleared(monkeypatch, tmp_path):
    for name in ("run", "other", "x" * 250):
        with monkeypatch.context() as killed:
            killed.setattr(files.os, "replace", lambda *_: os.kill)
            write_whole(tmp_path / name, b"half")
    assert len([*tmp_path.glob("*.part")]) == 3
    clear_drafts(tmp_path / "run")
    assert len([*tmp_path.glob(".chainrule-*.part")]) == 2
    clear_drafts(tmp_path / ("x" * 250))
    clear_drafts(tmp_path / "other")
    assert not [*tmp_path.iterdir()]
