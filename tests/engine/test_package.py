"""The package as a whole: what the README shows, what is public, what is imported."""

from __future__ import annotations

import importlib
import io
import pydoc
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from make_stubs import stubs

import autograd
import nn
from autograd.__main__ import main

pytestmark = pytest.mark.versions

ROOT = Path(__file__).parents[2]
READMES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.fr.md")]
BLOCKS = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
SHOWN = [block for readme in READMES for block in BLOCKS.findall(readme)]
COMMANDS = re.compile(r"^python -m autograd (?!lessons)(.*)", re.MULTILINE)
WRITTEN = re.compile(r'(?:-o |--html |--save |save\(|render\()"?([\w.-]+)')
LINK = re.compile(r'\]\(([^)#]+)(?:#[^)]*)?\)|(?:src|srcset)="([^"]+)"')


def run(code, folder=None):
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        cwd=folder,
    ).stdout


@pytest.mark.parametrize(("code", "output"), SHOWN)
def test_the_readme_prints_what_it_shows(code, output, tmp_path):
    assert run(code, tmp_path) == output


def test_the_readmes_show_something():
    assert len(SHOWN) >= 10
    assert all(output for _, output in SHOWN)


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_of_the_readmes_run(readme, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody answers the exercise
    commands = COMMANDS.findall(readme)
    assert len(commands) >= 8
    for command in commands:
        assert main(shlex.split(command, comments=True)) == 0, command


@pytest.mark.parametrize("readme", READMES)
def test_nothing_that_a_readme_writes_is_written_over(readme):
    written = WRITTEN.findall(readme)
    names = [name if "." in name else f"{name}.svg" for name in written]
    assert len(names) >= 5 and len(names) == len(set(names))


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_link_to_what_is_there(readme):
    links = [part for parts in LINK.findall(readme) for part in parts if part]
    assert len(links) >= 8
    for link in links:
        assert (ROOT / link).exists(), link
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in readme.splitlines()
        if line.startswith("#")
    }
    assert headings.issuperset(re.findall(r"\]\(#([^)]+)\)", readme))


def test_the_readmes_show_the_same_commands_to_begin_with():
    first, second = (
        re.findall(r"^(python -m pip .*?)(?: +#.*)?$", r, re.M) for r in READMES
    )
    for ours, theirs in zip(first[:2], second, strict=False):
        assert ours + " --language fr" == theirs
    assert first[2] == second[2]


def test_the_readme_is_short():
    assert len(READMES[0].splitlines()) <= 300


@pytest.mark.parametrize("package", [autograd, nn])
def test_public_names_exist_and_have_docstrings(package):
    for name in package.__all__:
        thing = getattr(package, name)
        assert thing.__doc__, name
        assert thing.__doc__ != autograd.Op.__doc__ or thing is autograd.Op, name
        assert ">>>" in thing.__doc__, f"{name} shows no example"
    assert (Path(package.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("package", [autograd, nn])
def test_pydoc_tells_of_every_public_name(package):
    told = pydoc.plain(pydoc.render_doc(package))
    for name in package.__all__:
        assert re.search(rf"^    (class )?{name}\b", told, re.MULTILINE), name


def test_help_has_words_for_all_that_a_value_has():
    told = pydoc.plain(pydoc.render_doc(autograd.Value))
    methods, _, rest = told.partition("Readonly properties defined here")
    assert re.search(r"neg(__)?\(self", told) and "tanh(self" in methods
    assert "leaky_relu(x, slope=0.01)" in methods
    assert "*settings" not in methods
    names = rest.partition("Data descriptors defined here")[2]
    for name in ("cache", "velocity", "grad", "label"):
        assert re.search(rf"^ \|  {name}\n \|      \w", names, re.M), name


def test_every_row_is_a_public_function():
    for name, op in autograd.ops.TABLE.items():
        assert getattr(autograd, name) is op
        assert name in autograd.__all__


def test_the_stubs_are_those_of_the_tables():
    for file, text in stubs().items():
        hint = f"{file.name} is old (hint: python tests/make_stubs.py)"
        assert file.read_text("utf-8") == text, hint


@pytest.mark.parametrize("package", [autograd, nn])
def test_dir_shows_the_public_names_alone(package):
    assert set(dir(package)) == {*package.__all__, "__version__"}
    for hidden in ("Operand", "Phrases", "evaluate_rows", "record_sources"):
        assert hidden not in dir(package)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018


def test_names_of_specialists_are_found_where_they_were():
    for room, names in autograd._SPECIAL.items():
        for name in names.split():
            there = importlib.import_module(f"autograd.{room}")
            assert getattr(autograd, name) is getattr(there, name)
            assert getattr(autograd, name).__doc__


def test_there_is_one_version():
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert written["tool"]["hatch"]["version"]["path"] == "autograd/__init__.py"
    assert autograd.__version__ == nn.__version__


def test_importing_autograd_imports_nothing_heavy():
    loaded = run("import sys, autograd; print(*sys.modules)").split()
    for heavy in ("numpy", "matplotlib", "graphviz", "typing", "dataclasses", "jax"):
        assert heavy not in loaded


def test_the_tour_needs_nothing_besides(tmp_path):
    heavy = ("numpy", "matplotlib", "tqdm", "sklearn", "safetensors")
    code = (
        f"import sys\nfor name in {heavy}: sys.modules[name] = None\n"
        "from autograd.__main__ import main\nmain([])"
    )
    assert "240" in run(code, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"tour.html", "tour.svg"}


def test_importing_nn_imports_nothing_heavy():
    loaded = run("import sys, nn; print(*sys.modules)").split()
    for heavy in ("numpy", "matplotlib", "sklearn"):
        assert heavy not in loaded
