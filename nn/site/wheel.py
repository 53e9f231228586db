"""A wheel of an installed package, made of its own files, without any network.

It is for every machine: what was compiled stays behind, and so do the lessons.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

LEFT_OUT = {"__pycache__", "notebooks"}
COMPILED = (".so", ".pyd", ".c")
TAG = "py3-none-any"
WHEEL = f"Wheel-Version: 1.0\nGenerator: nn\nRoot-Is-Purelib: true\nTag: {TAG}\n"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of an archive's time


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
    notes, found = f"{stem}.dist-info", {}
    for folder in (Path(str(files(package))) for package in packages):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder.parent)
            if path.is_file() and not LEFT_OUT.intersection(inside.parts):
                found[inside.as_posix()] = path.read_bytes()
    found = {p: content for p, content in found.items() if not p.endswith(COMPILED)}
    found[f"{notes}/METADATA"] = (installed.read_text("METADATA") or "").encode()
    found[f"{notes}/WHEEL"] = WHEEL.encode()
    for file in installed.files or ():
        if "licenses" in file.parts:
            found[f"{notes}/licenses/{file.name}"] = file.read_binary()
    record = [
        f"{p},{_checksum(content)},{len(content)}" for p, content in found.items()
    ]
    found[f"{notes}/RECORD"] = "\n".join([*record, f"{notes}/RECORD,,", ""]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for path, content in found.items():
            entry = zipfile.ZipInfo(path, BEGINNING)
            opened.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return f"{stem}-{TAG}.whl", archive.getvalue()


def _checksum(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"
