"""Python for the browser, and the engine that lays out graphs: packages of npm.

`runtime.toml` declares them, each by its version and the checksum of its archive. npm
fetches the archives from where it is set up to, or they lie in a folder already.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd import Phrases
from autograd.writing.resources import table_of

PACKAGES = table_of(__package__, "runtime.toml")["package"]
SPECS = [f"{package['name']}@{package['version']}" for package in PACKAGES]


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
    with TemporaryDirectory() as fetched:
        if folder is None:
            _fetch(fetched, words)
        return dict(_read(folder or Path(fetched), words))


def _fetch(folder: str, words: Phrases) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ImportError(words("command.site.no_npm", packages=" ".join(SPECS)))
    command = [npm, "pack", "--silent", "--pack-destination", folder, *SPECS]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip()[-300:]
        raise RuntimeError(words("command.site.not_fetched", said=said))


def _read(folder: Path, words: Phrases) -> Iterator[tuple[str, bytes]]:
    for package in PACKAGES:
        path = folder / package["archive"]
        if not path.is_file():
            raise ValueError(words("command.site.no_archive", file=path))
        digest = hashlib.sha512(path.read_bytes()).digest()
        if package["integrity"] != f"sha512-{base64.b64encode(digest).decode()}":
            raise ValueError(words("command.site.checksum", file=path))
        with tarfile.open(path) as archive:
            for inside, outside in package["files"].items():
                file = archive.extractfile(f"package/{inside}")
                yield outside, file.read() if file else b""
