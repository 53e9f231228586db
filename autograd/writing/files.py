"""Writing a file whole or not at all, and under a name that is free.

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
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

# Windows would otherwise change line ends.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write `content` as the whole content of the file `path`.

    Whatever happens meanwhile, the file holds either all of its old bytes or all of the
    new ones. It keeps its permissions; a symbolic link stays, and what it points to is
    written. A process killed meanwhile leaves a hidden `.chainrule-….part` behind,
    which `clear_drafts` takes away.

    Args:
        path: The file, in an existing folder.
        content: Bytes, or text, which is written as UTF-8 with plain line ends.

    Returns:
        The path.

    Raises:
        OSError: If the file cannot be written: no such folder, no permission, a full
            disk, …; `path` is then as it was.
        ValueError: If `path` is a folder, a device, or whatever else is no file.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    target = Path(os.path.realpath(path))
    draft = target.with_name(_draft(target, secrets.token_hex(8)))
    with naming(path):
        mode = _mode(target)
        try:
            # The 0o666 of a new file is narrowed by the user's umask.
            with open(os.open(draft, NEW_FILE, 0o666), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                os.chmod(draft, mode)
            os.replace(draft, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    _sync_folder(target.parent)
    return Path(path)


@contextlib.contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Have errors name the file that was asked for: of its draft nobody has heard."""
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        raise OSError(error.errno or errno.EIO, said, os.fspath(path)) from error


def clear_drafts(path: str | os.PathLike[str]) -> None:
    """Take away what processes that were killed while they wrote `path` have left."""
    target = Path(os.path.realpath(path))
    for draft in target.parent.glob(_draft(target, "*")):
        with contextlib.suppress(OSError):
            draft.unlink()


def free_name(path: str | os.PathLike[str]) -> Path:
    """Return the path, or the next like it at which nothing stands.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = free_name(f"{folder}/report.html")
    ...     first.touch()
    ...     first.name, free_name(first).name
    ('report.html', 'report-2.html')
    """
    path = Path(path)
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return (
        path
        if not os.path.lexists(path)
        else next(other for other in others if not os.path.lexists(other))
    )


def _draft(target: Path, which: str) -> str:
    """Return a name for what is to become `target`, of which that name may be long."""
    return f".chainrule-{zlib.crc32(os.fsencode(target.name)):08x}-{which}.part"


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
