"""A wheel of an installed package, made of its own files, without any network.

It is for every machine: what was compiled stays behind, and so do the lessons.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from importlib.metadata import distribution
from importlib.resources import files
from importlib.resources.abc import Traversable

LEFT_OUT = ("__pycache__", "notebooks")
COMPILED = (".so", ".pyd", ".pyc", ".c")
TAG = "py3-none-any"
WHEEL = f"Wheel-Version: 1.0\nGenerator: nn\nRoot-Is-Purelib: true\nTag: {TAG}\n"
BEGINNING = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # of an archive's time


def write_wheel(name: str, *packages: str) -> tuple[str, bytes]:
    """Return the wheel of a distribution: what its file is called, and its bytes.

    Args:
        name: Of the distribution.
        packages: What of it can be imported.

    Raises:
        ImportError: If it is not installed.
    """
    installed = distribution(name)
    stem = f"{name}-{installed.version}"
    found: dict[str, bytes] = {}
    for package in packages:
        _collect(files(package), package, found)
    wheel = (
        f"Wheel-Version: 1.0\nGenerator: {name}\nRoot-Is-Purelib: true\nTag: {TAG}\n"
    )
    notes = {"METADATA": installed.read_text("METADATA") or "", "WHEEL": wheel}
    for file in installed.files or ():
        if "licenses" in file.parts:
            notes[f"licenses/{file.name}"] = file.read_text("utf-8")
    found |= {f"{stem}.dist-info/{key}": text.encode() for key, text in notes.items()}
    record = io.StringIO()
    rows = [(path, _checksum(content), len(content)) for path, content in found.items()]
    table = csv.writer(record, lineterminator="\n")
    table.writerows([*rows, (f"{stem}.dist-info/RECORD", "", "")])
    found[f"{stem}.dist-info/RECORD"] = record.getvalue().encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, content in found.items():
            opened.writestr(
                zipfile.ZipInfo(path, BEGINNING), content, opened.compression
            )
    return f"{stem}-{TAG}.whl", archive.getvalue()


def _collect(folder: Traversable, path: str, into: dict[str, bytes]) -> None:
    """Add the files of a folder, and of those in it."""
    for part in sorted(folder.iterdir(), key=lambda part: part.name):
        if part.is_dir() and part.name not in LEFT_OUT:
            _collect(part, f"{path}/{part.name}", into)
        elif part.is_file() and not part.name.endswith(COMPILED):
            into[f"{path}/{part.name}"] = part.read_bytes()


def _checksum(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"
