"""Writing a file whole or not at all.

What takes minutes to compute must not be lost to a full disk or a power cut while it is
saved. So the bytes go to a new file beside the old one, and only when they are safely
on the disk does the new one take the old one's name, which file systems do in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

# Windows would otherwise change line ends.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_atomically(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write `data` as the whole content of the file `path`.

    Whatever happens meanwhile, the file holds either all of its old bytes or all of the
    new ones. It keeps its permissions; a symbolic link stays, and what it points to is
    written. A process killed meanwhile leaves a hidden `.chainrule-….part` behind.

    Args:
        path: The file, in an existing folder.
        data: What it is to hold.

    Returns:
        The path.

    Raises:
        OSError: If the file cannot be written: no such folder, no permission, a full
            disk, …; `path` is then as it was.
        ValueError: If `path` is a folder, a device, or whatever else is no file.
    """
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".chainrule-{secrets.token_hex(8)}.part")
    try:
        mode = _mode(target)
        try:
            # The 0o666 of a new file is narrowed by the user's umask.
            handle = os.open(draft, NEW_FILE, 0o666)
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                os.chmod(draft, mode)
            os.replace(draft, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        # Of the draft nobody has heard: the message names the file that was asked for.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    _sync_folder(target.parent)
    return Path(path)


def _mode(target: Path) -> int | None:
    """Return the permissions of the file, or None if there is none."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "what is no file"
        raise ValueError(f"writing needs the path of a file; got {kind}, {target}")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(mode)


def _sync_folder(folder: Path) -> None:
    """Have the file's new name survive a power cut too, where the system can do it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
