"""The pages of the site, each in every language, and the example pages that wait there.

A page is the frame `page.html` around a body; its script, if it has one, is `NAME.js`.
Pages of the first language stand in the folder itself, others in a folder each.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from html import escape
from importlib.resources import files
from tempfile import TemporaryDirectory

from autograd import Phrases
from autograd.writing.page import for_script

from ..losses import binary_cross_entropy
from ..modules.layers import MLP
from ..playground import playground_page
from .cells import explained

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd.phrases.table import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr")
STATIC = files(__package__) / "static"
ROOMS = {"try": "index.html", "train": "train.html", "lessons": "lessons/index.html"}
# Only these pages let Python run; what they show in a frame has a policy of its own.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self';"
    " connect-src 'self'; frame-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'"
)


def text_of(name: str) -> str:
    """Return a file that lies among the static ones."""
    return (STATIC / name).read_text("utf-8")


EXAMPLES = tomllib.loads(text_of("examples.toml"))


def page(
    place: str,
    room: str,
    body: str,
    words: Phrases,
    other: str | None = None,
    **data: object,
) -> str:
    """Return a page of the site.

    Args:
        place: Where it is to stand in the folder of its language.
        room: To which of `ROOMS` it belongs; the script has the same name.
        body: Its HTML.
        words: Of its language.
        other: Where it stands in the other language, by default at the same place.
        **data: What its script is told besides its phrases.
    """
    up = "../" * place.count("/")
    root = up + "../" * (words.language != LANGUAGES[0])
    spoken = next(one for one in LANGUAGES if one != words.language)
    across = root + folder(spoken) + (other or place)
    rooms = "".join(
        f'<a href="{up}{address}"{" aria-current=page" * (name == room)}>'
        f"{escape(words(f'site.rooms.{name}'))}</a>"
        for name, address in ROOMS.items()
    )
    told = {"words": words.table("site.words"), "root": root, **data}
    slots = words.table("site.frame") | {
        "language": words.language, "policy": POLICY, "root": root, "room": room,
        "title": escape(words(f"site.title.{room}")), "rooms": rooms, "body": body,
        "across": across.removesuffix("index.html") or "./", "spoken": spoken,
        "data": for_script(told),
    }  # fmt: skip
    return text_of("page.html").format(**slots)


def folder(language: str) -> str:
    """Return the folder of a language, such as `fr/`."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def write_pages() -> Iterator[tuple[str, str]]:
    """Yield pages, and what lies there for them: where each stands, and its text."""
    for language in LANGUAGES:
        words, there = Phrases(language, "nn.phrases"), folder(language)
        file = words("site.words.file")
        for name, example in EXAMPLES["try"][language].items():
            example["page"] = f"{there}{name}.html"
            yield example["page"], _explained(file, example["code"], language)
        usual = f"{there}moons.html"
        model = MLP(2, [8, 8, 1], activation="tanh", seed=0)
        yield (
            usual,
            playground_page(model, "moons", binary_cross_entropy, language=language),
        )
        for room, said in {"try": "site.try", "train": "site.train"}.items():
            slots = words.table(said) | {"root": "../" * bool(there)}
            examples = [*EXAMPLES[room][language].values()]
            body = text_of(f"{room}.html").format(**slots)
            place = ROOMS[room]
            made = page(place, room, body, words, examples=examples, page=usual)
            yield there + place, made


def _explained(file: str, code: str, language: str) -> str:
    name = code[code.rindex("def ") + 4 :].partition("(")[0]
    with TemporaryDirectory() as empty, chdir(empty), redirect_stdout(io.StringIO()):
        return explained(file, code, name, [], language)
