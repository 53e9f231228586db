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

from .pages import STATIC, write_pages
from .runtime import runtime
from .wheel import write_wheel

PACKED = {"chainrule": ("autograd", "nn"), "graphviz": ("graphviz",)}
TEMPLATES = ("page.html", "try.html", "train.html", "examples.toml")
MARK = "offline.js"  # by which a folder is known to be a site
SMALL = 1000  # bytes, below which compression is of no use


def build_site(out: Path, runtime_folder: Path | None, words: Phrases) -> None:
    """Write the site into a folder, in place of an older one.

    Raises:
        ValueError: If something else stands there, or an archive is not what it was
            declared to be.
        ImportError: If npm or Graphviz are needed and missing.
        RuntimeError: If npm cannot fetch the runtime.
        OSError: If the folder cannot be written.
    """
    if (
        out.exists()
        and not (out / MARK).is_file()
        and (out.is_file() or any(out.iterdir()))
    ):
        raise ValueError(words("command.site.exists", given=out))
    if not out.absolute().parent.is_dir():
        raise ValueError(words("command.folder", option="--out", given=out))
    content = _content(runtime_folder, words)
    # Whole or not at all: what stands under the name is the old site or the new one.
    place = out.absolute().parent
    with naming(out), TemporaryDirectory(dir=place, prefix=f".{out.name}.") as aside:
        fresh, old = Path(aside) / "new", Path(aside) / "old"
        for name, part in content.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part)
            small = gzip.compress(part, 9, mtime=0) if len(part) > SMALL else part
            if len(small) < 0.95 * len(part):
                path.with_name(f"{path.name}.gz").write_bytes(small)
        if out.exists():
            out.rename(old)
        fresh.rename(out)


def _content(runtime_folder: Path | None, words: Phrases) -> dict[str, bytes]:
    """Return the files of the site, by where they stand."""
    found = {f"runtime/{name}": b for name, b in runtime(runtime_folder, words).items()}
    wheels = dict(write_wheel(name, *packages) for name, packages in PACKED.items())
    found |= {f"runtime/{name}": wheel for name, wheel in wheels.items()}
    for file in STATIC.iterdir():
        if file.name not in TEMPLATES:
            found[file.name] = file.read_bytes()
    sizes = {name: len(part) for name, part in found.items() if "runtime/" in name}
    contents = json.dumps({"wheels": list(wheels), "sizes": sizes})
    found["runtime/contents.json"] = contents.encode()
    found["site.css"] = colours(**plot_variables()).encode() + found["site.css"]
    found |= {name: text.encode() for name, text in write_pages()}
    # A browser fetches all anew once any byte of the site is another.
    version = hashlib.sha256(b"".join(map(found.get, sorted(found)))).hexdigest()[:16]
    cache = json.dumps({"version": version, "files": sorted(found)})
    found[MARK] = f"const SITE = {cache};\n".encode() + found[MARK]
    return found
