"""`lessons`: the notebooks that come with the package, copied to where one can work."""

from __future__ import annotations

import argparse
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from ..imports import needed
from ..phrases.table import Phrases
from ..writing.files import naming
from .parser import Parser, say

PACKAGE = Path(__file__).parents[1]

# In an installed package, and in a checkout.
PLACES = PACKAGE / "notebooks", PACKAGE.with_name("notebooks")
KEPT_BACK = shutil.ignore_patterns(".*", "pictures", "ruff.toml")


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    about, folder = words("command.lessons.out"), words("command.folder")
    parser.add_file("-o", "--out", default=Path("lessons"), metavar=folder, help=about)
    about = words("command.lessons.slides")
    parser.add_argument("--slides", action="store_true", help=about)


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    words, out = Phrases(options.language), options.out
    place = next((place for place in PLACES if (place / "README.md").exists()), None)
    if place is None:
        raise ValueError(words("command.lessons.missing"))
    if out.exists():
        raise ValueError(words("command.lessons.exists", given=out))
    if not out.parent.is_dir():
        raise ValueError(words("errors.folder", option="--out", given=out.parent))
    who = words("command.lessons.slides_need")
    wanted = options.slides
    nbconvert = wanted and needed("nbconvert", who, "nbconvert", "notebooks")
    # Whole or not at all: an interrupted copy never stands under the name.
    prefix = f".{out.name}."
    with naming(out), TemporaryDirectory(dir=out.parent, prefix=prefix) as folder:
        copied = Path(folder) / out.name
        shutil.copytree(place, copied, ignore=KEPT_BACK)
        for path in copied.glob("*/*.ipynb") if nbconvert else ():
            slides = nbconvert.SlidesExporter(reveal_scroll=True).from_filename(path)
            path.with_suffix(".slides.html").write_text(slides[0], "utf-8")
        copied.rename(out)
    first = min((out / words.language).glob("*.ipynb"))
    count = sum(1 for _ in out.glob("*/*.ipynb"))
    say(words("command.lessons.copied", folder=out, count=count))
    if find_spec("jupyterlab") is None:
        say(words("command.lessons.install"))
    say(words("command.lessons.open", first=shlex.quote(first.as_posix())))
    return 0
