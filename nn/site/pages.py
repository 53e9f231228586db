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
EXAMPLES = tomllib.loads(
    files(__package__).joinpath("examples.toml").read_text("utf-8")
)


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
    told = {
        "words": words.table("site.words"),
        "root": root,
        "language": words.language,
    }
    return (
        (STATIC / "page.html")
        .read_text("utf-8")
        .format(
            **words.table("site.frame"),
            language=words.language,
            policy=POLICY,
            title=escape(words(f"site.title.{room}")),
            root=root,
            rooms=rooms,
            across=across.removesuffix("index.html") or "./",
            spoken=spoken,
            body=body,
            data=for_script(told),
            room=room,
        )
    )


def folder(language: str) -> str:
    """Return the folder of a language, such as `fr/`."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def write_pages() -> Iterator[tuple[str, str]]:
    """Yield the pages of Try and of its examples: where each stands, and its text."""
    for language in LANGUAGES:
        words, there = Phrases(language, "nn.phrases"), folder(language)
        examples = [
            {
                "name": one["name"],
                "code": one["code"].lstrip(),
                "page": f"{there}{key}.html",
            }
            for key, one in EXAMPLES[language].items()
        ]
        file = words("site.words.file")
        for example in examples:
            yield example["page"], _explained(file, example["code"], language)
        body = (STATIC / "try.html").read_text("utf-8")
        body = body.format(root="../" * bool(there), **words.table("site.try"))
        yield (
            there + ROOMS["try"],
            page(ROOMS["try"], "try", body, words, examples=examples),
        )


def _explained(file: str, code: str, language: str) -> str:
    name = code[code.rindex("def ") + 4 :].partition("(")[0]
    with TemporaryDirectory() as empty, chdir(empty), redirect_stdout(io.StringIO()):
        return explained(file, code, name, [], language)
