"""The lessons as pages, which `lessons.js` makes run: read at once, outputs included.

What stands in a notebook is written down as HTML when the site is built. A page that
steps through back-propagation lies beside its lesson, and is shown in a frame.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

from autograd import Phrases
from autograd.commands.lessons import PLACES
from autograd.imports import needed

from .pages import LANGUAGES, folder, page, text_of

INDEX = "lessons/index.html"
LINK = re.compile(r'href="(?:\.\./(\w\w)/)?(\d_[^"]*)\.ipynb"')
FRAMED = re.compile(r'srcdoc="([^"]*)" sandbox="allow-scripts"')
# What Python has not got in the browser.
LACKING = re.compile(r"^(?:import|from) (matplotlib|numpy|sklearn|torch)\b", re.M)


def write_lessons() -> Iterator[tuple[str, str]]:
    """Yield the pages of all lessons: where each stands, and its text.

    Raises:
        ImportError: If there is nothing that writes Markdown as HTML.
    """
    mistune = needed("mistune", "the lessons of a site need", "mistune", "site")
    written = mistune.create_markdown(escape=False, plugins=["table"])
    notebooks = next(place for place in PLACES if place.is_dir())
    paths = {one: sorted(notebooks.glob(f"{one}/*.ipynb")) for one in LANGUAGES}
    for language, other in zip(LANGUAGES, LANGUAGES[::-1], strict=True):
        words, there = Phrases(language, "nn.phrases"), folder(language)
        texts, rows = words.table("site.lessons"), ""
        kept = texts | {"root": "{root}"}
        for path, across in zip(paths[language], paths[other], strict=True):
            framed: dict[str, str] = {}
            slots = kept | _lesson(path, texts, written, framed)
            rows += text_of("lesson_row.html").format(**slots)
            here, elsewhere = (f"lessons/{one.stem}.html" for one in (path, across))
            body = text_of("lesson.html").format(**slots)
            told = {"texts": texts, "lesson": path.stem}
            made = page(here, "lessons", body, words, elsewhere, **told)
            yield there + here, made.replace("<title>", f"<title>{slots['title']} · ")
            yield from ((f"{there}lessons/{name}", framed[name]) for name in framed)
        body = text_of("lessons.html").format(**kept, rows=rows)
        yield there + INDEX, page(INDEX, "lessons", body, words, texts=texts)


def _lesson(
    path: Path,
    texts: dict[str, str],
    written: Callable[[str], Any],
    framed: dict[str, str],
) -> dict[str, str]:
    """Return what the templates are filled with.

    Args:
        path: The notebook.
        texts: The phrases of lessons.
        written: Gives Markdown as HTML.
        framed: Gets the pages that outputs show in frames, by name.
    """

    def beside(found: re.Match[str]) -> str:
        name = f"{path.stem}-{len(framed) + 1}.html"
        framed[name] = unescape(found[1])
        return f'src="{name}" loading="lazy" sandbox="allow-scripts"'

    cells = json.loads(path.read_text("utf-8"))["cells"]
    title, *_, goals, minutes, _ = "".join(cells[0]["source"]).split("\n\n")
    body, number = "", 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            body += LINK.sub(_moved, written(source))
            continue
        number += 1
        label, kind = texts["label"].format(number=number), cell["metadata"].get("tags")
        outcome = "".join(_shown(output, texts["plot"]) for output in cell["outputs"])
        slots = {"number": number, "label": label, "kind": " ".join(kind or ())}
        slots |= {"code": escape(source), "outcome": FRAMED.sub(beside, outcome)}
        body += text_of("cell.html").format(**slots)
    key = "elsewhere" if LACKING.search(unescape(body)) else "here"
    where = f"lessons/{path.parent.name}/{path.name}"
    return {
        "cells": body, "stem": path.stem, "title": escape(title.removeprefix("# ")),
        "goals": written(goals.partition("** ")[2]), "extent": texts[f"runs_{key}"],
        "minutes": "".join(filter(str.isdigit, minutes)),
        "how": written(texts[f"how_{key}"].format(where=where)),
    }  # fmt: skip


def _shown(output: dict[str, Any], alt: str) -> str:
    """Return an output as HTML: the richest that it is; of a plot `alt` tells."""
    data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
    if "image/png" in data:
        source = f"data:image/png;base64,{data['image/png']}"
        return f'<img alt="{escape(alt)}" src="{source}">'
    text = data.get("text/plain") or "".join(output.get("text", ""))
    rich = data.get("text/html") or data.get("image/svg+xml")
    return rich or f"<pre>{escape(text)}</pre>"


def _moved(found: re.Match[str]) -> str:
    """Return a link to another lesson, by where it stands in the site."""
    language, stem = found.groups()
    across = f"{{root}}{folder(language)}lessons/" if language else ""
    return f'href="{across}{stem}.html"'
