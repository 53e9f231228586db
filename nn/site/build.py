"""Makes the site: a folder that any host of static files can show."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd import Phrases
from autograd.writing.colours import plot_variables
from autograd.writing.files import naming
from autograd.writing.page import colours

from .lessons import write_lessons
from .pages import STATIC, write_pages
from .runtime import runtime
from .wheel import write_wheel

PACKED = {"chainrule": ("autograd", "nn"), "graphviz": ("graphviz",)}
MARK = "offline.js"  # by which a folder is known to be a site
SMALL = 1000  # bytes, below which compression is of no use


def build_site(out: Path, archives: Path | None, words: Phrases) -> None:
    """Write the site into a folder, in place of an older one.

    Args:
        out: The folder.
        archives: Where the archives of the runtime lie; None to have npm fetch them.
        words: For what is wrong.

    Raises:
        ValueError: If something else stands there, or an archive is not what it was
            declared to be.
        ImportError: If npm or Graphviz are needed and missing.
        RuntimeError: If npm cannot fetch the runtime.
        OSError: If the folder cannot be written.
    """
    place = out.absolute().parent
    if not place.is_dir():
        raise ValueError(words("command.folder", option="--out", given=out))
    other = out.is_file() or (out.exists() and any(out.iterdir()))
    if other and not (out / MARK).exists():
        raise ValueError(words("command.site.exists", given=out))
    content = _content(archives, words)
    # Whole or not at all: what stands under the name is the old site or the new one.
    with naming(out), TemporaryDirectory(dir=place, prefix=f".{out.name}.") as aside:
        fresh = Path(aside, "new")
        for name, part in content.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part)
            packed = gzip.compress(part, mtime=0)
            if len(part) > SMALL and len(packed) < 0.95 * len(part):
                path.with_name(f"{path.name}.gz").write_bytes(packed)
        if out.exists():
            out.rename(Path(aside, "old"))
        fresh.rename(out)


def _content(archives: Path | None, words: Phrases) -> dict[str, bytes]:
    """Return the files of the site, by where they stand."""
    found = runtime(archives, words)
    wheels = dict(write_wheel(name, *packages) for name, packages in PACKED.items())
    found |= wheels
    sizes = {name: len(part) for name, part in found.items()}
    found["contents.json"] = json.dumps({"wheels": [*wheels], "sizes": sizes}).encode()
    found = {f"runtime/{name}": part for name, part in found.items()}
    for file in STATIC.iterdir():
        if file.name == "frame.html" or file.name.endswith((".css", ".js")):
            found[file.name] = file.read_bytes()
    found["site.css"] = colours(**plot_variables()).encode() + found["site.css"]
    found |= {name: text.encode() for name, text in (*write_pages(), *write_lessons())}
    # A browser fetches all anew once any byte of the site is another.
    version = hashlib.sha256(b"".join(found[name] for name in sorted(found)))
    script = found.pop(MARK)
    cache = json.dumps({"version": version.hexdigest()[:16], "files": sorted(found)})
    return found | {MARK: f"const SITE = {cache};\n".encode() + script}
