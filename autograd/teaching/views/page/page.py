"""The page that steps through a lesson: one file of HTML, which needs no network.

Python writes the graph, the numbers and what is said at each step into it. The script
shows one step at a time, asks for predictions, and computes everything anew when an
input is moved. Where no script runs, the steps stand there as text.
"""

from __future__ import annotations

from html import escape

from ....drawing.escaping import printable
from ...notation import TEXT
from .. import text
from ..document import colours, for_script, framed, policy, scrolling
from ..doubts import doubts
from .branches import Branches
from .code import Listing
from .graph import Picture, draw_graph
from .script import file_text, write_data, write_script
from .table import write_bill, write_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....phrases.table import Phrases
    from ...lesson import Lesson

FRAME_HEIGHT = 900  # pixels, in a notebook
COLUMNS = 80  # of the steps as text


def write_page(lesson: Lesson, words: Phrases | None = None) -> str:
    """Return a page of HTML that steps through a lesson.

    Args:
        lesson: What `explain` returned.
        words: The phrases of a language; by default that of the lesson.

    Raises:
        RuntimeError: If Graphviz, which places the nodes, is missing or fails.

    >>> from autograd import explain
    >>> page = write_page(explain("w*x", language="fr", w=2, x=3))
    >>> page[:32], "://" in page
    ('<!doctype html><html lang="fr"><', False)
    """
    words = words or lesson.phrases()
    branches = Branches(lesson, words)
    script, refusal = write_script(lesson, branches, words)
    style = colours() + file_text("page.css")
    return (
        f"{_head(lesson, words, script, style)}<body>"
        f"{_body(lesson, branches, refusal, words)}"
        f"<script>{script}</script></body></html>\n"
    )


def embed(
    lesson: Lesson, language: str | None = None, height: int = FRAME_HEIGHT
) -> str:
    """Return the page in an iframe, to stand in a notebook or another page.

    Where frames are not shown, as in a notebook that is not trusted, the picture of the
    graph and the steps as text take its place.
    """
    from ....drawing.picture import draw

    root = lesson.snapshot.nodes[lesson.snapshot.roots[0]]
    names = {
        node.name: value
        for node, value in zip(lesson.nodes, lesson.snapshot.nodes, strict=True)
        if node.name
    }
    words = lesson.phrases(language)
    picture = draw(root, names=names, language=words.language)
    svg = picture.pipe("svg", encoding="utf-8")
    still = svg[svg.index("<svg") :] + _told(lesson, words)
    page = write_page(lesson, words)
    return framed(page, still, TEXT.name(lesson.title), height)


def _told(lesson: Lesson, words: Phrases) -> str:
    """Return the steps as text."""
    lines = map(printable, text.written(lesson, words, COLUMNS).split("\n"))
    told = escape("\n".join(lines))
    return f"<pre>{told}</pre>"


def _head(lesson: Lesson, words: Phrases, script: str, style: str) -> str:
    title = escape(words("page.title", name=TEXT.name(lesson.title)))
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="data:,"><title>{title}</title>'
        f"<style>{style}</style>"
        "</head>"
    )


def _body(lesson: Lesson, branches: Branches, refusal: str, words: Phrases) -> str:
    listing = Listing(lesson)
    wide, narrow = Picture(lesson, "LR"), Picture(lesson, "TB")
    code = listing.html()
    code = (
        f'<section id="code"><h2>{words("page.code")}</h2>'
        f"{scrolling(code, words('page.code'))}</section>"
        if code
        else ""
    )
    last = len(lesson.steps) + 1
    title = escape(words("page.title", name=TEXT.name(lesson.title)))
    buttons = [
        f'<button id="{key}" aria-label="{words(f"page.{key}")}"'
        f' title="{words(f"page.{key}")}">{sign}</button>'
        for key, sign in (("first", "⇤"), ("back", "←"), ("next", "→"), ("last", "⇥"))
    ]
    data = for_script(write_data(lesson, branches, listing, narrow, words))
    warned = "".join(f"<p>{escape(said)}</p>" for said in doubts(lesson, words))
    warned = f'<section id="doubt" role="note">{warned}</section>' if warned else ""
    no_source = "" if code else f'<p class="note">{words("page.no_source")}</p>'
    return (
        f'<header><h1>{title}</h1><button id="theme">{words("page.dark")}</button>'
        f'</header><main>{warned}<section id="picture" class="scroll"'
        f' tabindex="0" aria-label="{words("page.graph")}">'
        f"{draw_graph(lesson, wide, words)}</section>"
        f'<div id="pair"><div id="beside">{code}'
        f"{write_table(lesson, branches, words)}</div>"
        '<section id="steps"><noscript>'
        f"{scrolling(_told(lesson, words), title)}</noscript>"
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
