"""Python for the browser, and the engine that lays out graphs: packages of npm.

`runtime.toml` declares them, each by its version and the checksum of its archive. npm
fetches the archives from where it is set up to, or they lie in a folder already.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tomllib
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autograd import Phrases

DECLARED: list[dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("runtime.toml").read_text("utf-8")
)["package"]
SPECS = [f"{package['name']}@{package['version']}" for package in DECLARED]


def runtime(folder: Path | None, words: Phrases) -> dict[str, bytes]:
    """Return the files of the declared packages, by name.

    Args:
        folder: Where the archives lie, as `npm pack` leaves them; None to have npm
            fetch them.
        words: For what is wrong.

    Raises:
        ImportError: If npm is needed and not installed.
        ValueError: If an archive is not there, or is another than was declared.
        RuntimeError: If npm cannot fetch them.
    """
    if folder is not None:
        return _read(folder, words)
    with TemporaryDirectory() as fetched:
        _fetch(fetched, words)
        return _read(Path(fetched), words)


def _fetch(folder: str, words: Phrases) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ImportError(words("command.site.no_npm", packages=" ".join(SPECS)))
    command = [npm, "pack", "--silent", "--pack-destination", folder, *SPECS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or f"exit status {done.returncode}")[-300:]
        raise RuntimeError(words("command.site.not_fetched", said=said))


def _read(folder: Path, words: Phrases) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for package in DECLARED:
        name = package["name"].removeprefix("@").replace("/", "-")
        path = folder / f"{name}-{package['version']}.tgz"
        if not path.is_file():
            raise ValueError(words("command.site.no_archive", file=path))
        archive = path.read_bytes()
        checksum = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        if f"sha512-{checksum}" != package["integrity"]:
            raise ValueError(words("command.site.checksum", file=path))
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            for inside, outside in package["files"].items():
                member = opened.extractfile(f"package/{inside}")
                found[outside] = member.read() if member else b""
    return found
