"""What the site is made of, without a browser: its parts, its server, its errors."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import threading
import urllib.request
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from nn.__main__ import main
from nn.site import runtime
from nn.site.cells import explained, run_cell
from nn.site.server import Handler
from nn.site.wheel import write_wheel


@pytest.fixture
def archives(tmp_path, monkeypatch):
    """Have a runtime that is small declared, in a folder as npm leaves it."""
    folder = tmp_path / "archives"
    folder.mkdir()
    with tarfile.open(folder / "python-1.tgz", "w:gz") as archive:
        content = b"export const Python = 1;\n" * 1000
        entry = tarfile.TarInfo("package/python.mjs")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    digest = hashlib.sha512((folder / "python-1.tgz").read_bytes()).digest()
    package = {
        "name": "python", "version": "1", "archive": "python-1.tgz",
        "integrity": f"sha512-{base64.b64encode(digest).decode()}",
        "files": {"python.mjs": "pyodide.mjs"},
    }  # fmt: skip
    monkeypatch.setattr(runtime, "PACKAGES", [package])
    monkeypatch.chdir(tmp_path)
    return folder


def left(folder):
    """Return what is in a folder besides the archives."""
    return sorted(path.name for path in folder.iterdir() if path.name != "archives")


@pytest.mark.long
def test_a_site_is_whole_and_takes_the_place_of_an_older_one(
    archives, tmp_path, capsys
):
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("offline.js", "old.html"):
        (pages / name).touch()
    build = ["site", "--runtime", "archives", "--out", "pages", "--language", "en"]
    assert main(build) == 0
    assert capsys.readouterr().out.startswith("Wrote pages: any host")
    assert left(tmp_path) == ["pages"]
    assert not (pages / "old.html").exists()
    script = (pages / "offline.js").read_text("utf-8").partition(";\n")[0]
    kept = json.loads(script.removeprefix("const SITE = "))["files"]
    there = {p.relative_to(pages).as_posix() for p in pages.rglob("*") if p.is_file()}
    packed = {name for name in there if name.endswith(".gz")}
    assert {*kept} == there - packed - {"offline.js"}
    assert {"index.html", "fr/train.html", "runtime/pyodide.mjs"} <= {*kept}
    for page in ("index.html", "fr/index.html", "train.html"):
        text = (pages / page).read_text("utf-8")
        assert "://" not in text and "'wasm-unsafe-eval'" in text
    for name in packed:
        whole = (pages / name.removesuffix(".gz")).read_bytes()
        assert gzip.decompress((pages / name).read_bytes()) == whole


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_wrong_is_said_and_nothing_is_left(
    archives, tmp_path, capsys, monkeypatch, language
):
    def said(*options):
        assert main(["site", *options, "--language", language]) in (1, 2)
        return capsys.readouterr().err

    monkeypatch.setenv("PATH", "")
    assert "npm pack pyodide@" in said()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").touch()
    assert "notes" in said("--runtime", "archives", "--out", "notes")
    assert "nowhere" in said("--runtime", "archives", "--out", "nowhere/site")
    assert "python-1.tgz" in said("--runtime", ".")
    with (archives / "python-1.tgz").open("ab") as archive:
        archive.write(b"more")
    assert "python-1.tgz" in said("--runtime", "archives")
    assert left(tmp_path) == ["notes"]


def test_npm_that_cannot_fetch_is_quoted(archives, tmp_path, capsys, monkeypatch):
    npm = tmp_path / "archives" / "npm"
    npm.write_text("#!/bin/sh\necho 'no such host' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(archives), prepend=":")
    assert main(["site", "--language", "en"]) == 1
    assert "it said: no such host" in capsys.readouterr().err


@pytest.mark.long
def test_the_wheel_can_be_installed(tmp_path):
    """By pip, and so by micropip; it is the same whenever it is made."""
    name, wheel = write_wheel("chainrule", "autograd", "nn")
    assert name.endswith("-py3-none-any.whl")
    assert write_wheel("chainrule", "autograd", "nn") == (name, wheel)
    (tmp_path / name).write_bytes(wheel)
    there = tmp_path / "there"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    options = ["--no-index", "--no-compile", "--target", there, tmp_path / name]
    subprocess.run([*pip, *options], check=True)
    program = "import autograd, nn.site; print(autograd.explain('a*a', a=3).gradient)"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(there)},
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "{'a': 6.0}\n"
    assert not [*there.rglob("*.so"), *there.rglob("*.c")]
    assert list(there.glob("chainrule-*.dist-info/licenses/LICENSE"))


def test_the_server_compresses_and_says_what_files_are(tmp_path):
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "worker.js").write_bytes(b"1;\n")
    (tmp_path / "worker.js.gz").write_bytes(gzip.compress(b"1;\n"))
    (tmp_path / "python.wasm").touch()
    handler = partial(Handler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def got(path, **headers):
            at = f"http://127.0.0.1:{server.server_port}/{path}"
            with urllib.request.urlopen(
                urllib.request.Request(at, headers=headers)
            ) as answer:
                kind, packing = answer.headers.get_content_type(), "Content-Encoding"
                return kind, answer.headers[packing], answer.read()

        assert got("?a=1") == ("text/html", None, b"<p>")
        assert got("worker.js") == ("text/javascript", None, b"1;\n")
        kind, packing, content = got("worker.js", **{"Accept-Encoding": "gzip, br"})
        assert (kind, packing) == ("text/javascript", "gzip")
        assert gzip.decompress(content) == b"1;\n"
        assert got("python.wasm")[0] == "application/wasm"
        server.shutdown()


def test_a_function_is_explained_or_it_is_said_what_is_wrong(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    page = explained("a.py", "def f(w=2.0):\n    return w*w", "f", ["w=3"], "fr")
    assert "f, étape par étape" in page and capsys.readouterr().err == ""
    assert explained("a.py", "def f(w):\n    return v", "f", ["w=3"], "en") == ""
    assert capsys.readouterr().err.startswith("error: a.py:2: NameError: ")
    assert "step by step" in explained("a.py", "-a*b", "", ["a=3", "b=2"], "en")


class Shown:
    def _repr_html_(self):
        return "<b>"


def test_a_cell_shows_what_it_ends_with():
    space = {"Shown": Shown}
    assert run_cell("a = 2\na", "<cell 1>", space) == {"text/plain": "2"}
    assert run_cell("a = a + 1", "<cell 2>", space) == {}
    assert run_cell("None", "<cell 3>", space) == {} == run_cell("", "<cell 4>", space)
    assert run_cell("Shown()", "<cell 5>", space)["text/html"] == "<b>"
    assert run_cell("def f():\n    return a / 0", "<cell 6>", space) == {}
    told = run_cell("import random\nrandom.choice([f])()", "<cell 7>", space)["error"]
    assert told.count("File") == 2 and "return a / 0" in told
    assert told.endswith("ZeroDivisionError: division by zero\n")
