"""The pages of the site, each in every language, and what waits there to be shown.

A page is the frame `page.html` around a body; its script is `ROOM.js`. Pages of the
first language stand in the folder itself, others in a folder each.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from importlib.resources import files
from tempfile import TemporaryDirectory
from typing import Any

import autograd
from autograd import Phrases
from autograd.writing import resources
from autograd.writing.page import for_script

from ..losses import binary_cross_entropy
from ..modules.layers import MLP
from ..playground import playground_page
from .cells import explained

LANGUAGES = ("en", "fr")
STATIC = files("nn.site").joinpath("static")
DESKS = {"site.try": "index.html", "site.train": "train.html"}  # pages with an editor


def text_of(name: str) -> str:
    """Return a file that lies among the static ones."""
    return resources.text_of(__package__, f"static/{name}")


EXAMPLES = resources.table_of(__package__, "static/examples.toml")


def page(
    place: str, room: str, body: str, words: Phrases, other: str = "", **told: Any
) -> str:
    """Return a page of the site.

    Args:
        place: Where it is to stand in the folder of its language.
        room: "try", "train" or "lessons".
        body: Its HTML; `{root}` in it leads to the folder of the site.
        words: Of its language.
        other: Where it stands in the other language, if not at the same place.
        **told: What its script is told besides its phrases.
    """
    up = "../" * place.count("/")
    root = up + "../" * len(folder(words.language)[:1])
    (spoken,) = (one for one in LANGUAGES if one != words.language)
    told |= {"words": words.table("site.words"), "root": root}
    slots = words.table("site.frame") | {
        "language": words.language, "root": root, "up": up,
        "room": room, "body": body.replace("{root}", root), "spoken": spoken,
        "across": root + folder(spoken) + (other or place), "data": for_script(told),
    }  # fmt: skip
    return text_of("page.html").format(**slots)


def folder(language: str) -> str:
    """Return the folder of a language, such as `fr/`."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def write_pages() -> Iterator[tuple[str, str]]:
    """Yield pages, and what they show at once: where each stands, and its text."""
    for language in LANGUAGES:
        words, there = Phrases(language, "nn.phrases"), folder(language)
        for name, example in EXAMPLES[language]["try"].items():
            yield f"{there}{name}.html", _explained(example["code"], words)
        model = MLP(2, [8, 8, 1], activation="tanh", seed=0)
        moons = playground_page(
            model, "moons", binary_cross_entropy, language=words.language
        )
        yield f"{there}moons.html", moons
        for said, place in DESKS.items():
            room = said.removeprefix("site.")
            body = text_of(f"{room}.html").format(root="{root}", **words.table(said))
            told = {"examples": EXAMPLES[language][room], "names": dir(autograd)}
            yield there + place, page(place, room, body, words, **told)


def _explained(code: str, words: Phrases) -> str:
    file, name = words("site.words.file"), code.rpartition("def ")[2].partition("(")[0]
    with TemporaryDirectory() as empty, chdir(empty), redirect_stdout(io.StringIO()):
        return explained(file, code, name, [], words.language)
