"""Files written whole: who reads one, or is interrupted, never has half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file anew; if that fails, what was there before is still there.

    Args:
        path: Where to.
        content: Bytes, or text, which is written as UTF-8 with plain line ends.

    Raises:
        OSError: If the folder is not there, or cannot be written to.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    if path.exists() and not path.is_file():  # such as /dev/stdout
        path.write_bytes(content)
        return
    place, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(place, "wb") as file:
            file.write(content)
        os.chmod(name, path.stat().st_mode if path.exists() else _usual_mode())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _usual_mode() -> int:
    """Return the permissions of new files, which a temporary file does not have."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
