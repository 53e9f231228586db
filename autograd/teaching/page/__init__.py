"""The page that steps through a lesson: one file of HTML, which needs no network.

Python writes all steps, the graph and the numbers into it, so that it can be read and
printed without a script. The script shows one step at a time, asks for predictions, and
computes everything anew when an input is moved.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from html import escape

from ...drawing.colours import DARK, LIGHT, Theme
from ...drawing.text import printable
from .. import text
from .articles import article, write_articles
from .code import Listing
from .graph import draw_graphs
from .script import file_text, write_data, write_script
from .table import write_bill, write_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..lesson import Lesson
    from ..phrases import Phrases

FRAME_HEIGHT = 900  # pixels, in a notebook


def write_page(lesson: Lesson, language: str | None = None) -> str:
    """Return a page of HTML that steps through a lesson.

    Args:
        lesson: What `explain` returned.
        language: "en" or "fr"; by default that of the lesson.

    Raises:
        ValueError: If there are no phrases in that language.
        RuntimeError: If Graphviz, which places the nodes, is missing or fails.

    >>> from autograd import explain
    >>> page = write_page(explain("w*x", w=2, x=3), language="fr")
    >>> page[:32], page.count("<article")
    ('<!doctype html><html lang="fr"><', 6)
    """
    words = lesson.phrases(language)
    listing = Listing(lesson)
    script, refusal = write_script(lesson, words)
    style = _colours() + file_text("page.css")
    return (
        f"{_head(lesson, words, script, style)}<body>"
        f"{_body(lesson, listing, refusal, words)}"
        f"<script>{script}</script></body></html>\n"
    )


def embed(
    lesson: Lesson, language: str | None = None, height: int = FRAME_HEIGHT
) -> str:
    """Return the page in an iframe, to stand in a notebook or another page.

    Where frames are not shown, as in a notebook that is not trusted, the picture of the
    graph and the steps as text take its place.
    """
    page = escape(write_page(lesson, language))
    static = _static(lesson, lesson.phrases(language))
    return (
        f'<iframe srcdoc="{page}" sandbox="allow-scripts" width="100%"'
        f' height="{height}" frameborder="0" title="{escape(printable(lesson.title))}"'
        f">{static}</iframe>"
    )


def _static(lesson: Lesson, words: Phrases) -> str:
    """Return the picture of the graph and the steps as text."""
    from ...drawing import draw

    root = lesson.snapshot.nodes[lesson.snapshot.roots[0]]
    names = {
        node.name: value
        for node, value in zip(lesson.nodes, lesson.snapshot.nodes, strict=True)
        if node.name
    }
    svg = draw(root, names=names).pipe("svg", encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    lines = map(printable, text.written(lesson, words).split("\n"))
    told = escape("\n".join(lines))
    return f"{svg}<pre>{told}</pre>"


def _head(lesson: Lesson, words: Phrases, script: str, style: str) -> str:
    title = escape(words("page.title", name=printable(lesson.title)))
    policy = (
        "default-src 'none'; img-src data:;"
        f" script-src {_hash(script)}; style-src {_hash(style)}"
    )
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="data:,"><title>{title}</title>'
        f"<style>{style}</style>"
        "</head>"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _colours() -> str:
    def rules(theme: Theme) -> str:
        return ";".join(f"--{role}:{colour}" for role, colour in asdict(theme).items())

    light, dark = (
        f"color-scheme:light;{rules(LIGHT)}",
        f"color-scheme:dark;{rules(DARK)}",
    )
    unless = ":root:not([data-theme=light])"
    return (
        f":root{{{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{{unless}{{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}\n"
    )


def _body(lesson: Lesson, listing: Listing, refusal: str, words: Phrases) -> str:
    steps = write_articles(lesson, listing, words)
    articles = "".join(article(step, place, words) for place, step in enumerate(steps))
    code = listing.html()
    code = (
        f'<section id="code"><h2>{words("page.code")}</h2>'
        f'<div class="scroll">{code}</div></section>'
        if code
        else ""
    )
    last = len(steps) - 1
    title = escape(printable(words("page.title", name=lesson.title)))
    buttons = [
        f'<button id="{key}" aria-label="{words(f"page.{key}")}"'
        f' title="{words(f"page.{key}")}">{sign}</button>'
        for key, sign in (("first", "⇤"), ("back", "←"), ("next", "→"), ("last", "⇥"))
    ]
    data = json.dumps(
        write_data(lesson, listing, words), allow_nan=False, separators=(",", ":")
    ).replace("<", "\\u003c")
    no_source = "" if code else f'<p class="note">{words("page.no_source")}</p>'
    return (
        f'<header><h1>{title}</h1><button id="theme">{words("page.dark")}</button>'
        f'</header><main><section id="picture" class="scroll"'
        f' aria-label="{words("page.graph")}">{draw_graphs(lesson, words)}</section>'
        f'<div id="pair"><div id="beside">{code}{write_table(lesson, words)}</div>'
        f'<section id="steps">{articles}'
        f'<form id="predict" hidden><label for="guess"></label>'
        '<input id="guess" inputmode="decimal" autocomplete="off" size="9">'
        f'<button>{words("page.check")}</button>'
        f'<button type="button" id="show">{words("page.show")}</button></form>'
        '<p id="verdict" role="status"></p><p id="trouble" role="status"></p>'
        f"{no_source}</section></div>{write_bill(lesson, words)}"
        f'<p class="note">{refusal}</p></main>'
        '<nav id="controls" hidden><div class="mode"><label><input type="checkbox"'
        f' id="predicting" checked> {words("page.predict_first")}</label>'
        f'<output id="count"></output></div>'
        f'<div class="stepping">{"".join(buttons[:2])}<input type="range" id="place"'
        f' min="0" max="{last}" value="0" aria-label="{words("page.step")}">'
        f'{"".join(buttons[2:])}</div></nav>'
        '<p id="live" class="unseen" aria-live="polite"></p>'
        f'<script type="application/json" id="lesson">{data}</script>'
    )  # fmt: skip
