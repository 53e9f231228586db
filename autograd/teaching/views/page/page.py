"""The page that steps through a lesson: one file of HTML, which needs no network.

Python writes the graph, the numbers and what is said at each step into it. The script
shows one step at a time, asks for predictions, and computes everything anew when an
input is moved. Where no script runs, the steps stand there as text.
"""

from __future__ import annotations

from html import escape

from ....drawing.escaping import printable
from ....drawing.notation import TEXT
from ....writing.page import BASE, colours, for_script, framed, policy, scrolling
from ...lines import line_graph, several
from .. import text
from ..doubts import doubts
from .branches import places_of
from .code import Listing
from .graph import Places, draw_graph
from .script import file_text, write_data, write_script
from .slopes import write_bill, write_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....phrases.table import Language, Phrases
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
    listing, places = Listing(lesson), places_of(lesson)
    graphs = [(lesson.nodes, lesson.backward)]
    graphs += [line_graph(lesson)] * several(lesson)
    narrow = [Places(lesson, graph, "TB") for graph in graphs]
    script, refusal = write_script(places, words)
    style = colours() + BASE + file_text("page.css")
    title = escape(words("page.title", name=TEXT.name(lesson.title)))
    said = "".join(f"<p>{escape(doubt)}</p>" for doubt in doubts(lesson, words))
    note = f'role="note" aria-label="{title}"'
    code, heading = listing.html(), words("page.shown.code")
    if code:
        code = f"<h2>{heading}</h2>{scrolling(code, heading)}"
    page = file_text("player.html", "").format(
        **words.table("page.shown"),
        title=title,
        language=words.language,
        policy=policy(script, style),
        style=style,
        doubt=said and f'<section id="doubt" class="scroll" {note}>{said}</section>',
        picture="".join(
            draw_graph(lesson, graph, Places(lesson, graph, "LR"), words)
            for graph in graphs
        ),
        code_shown=f'<section id="code">{code}</section>' if code else "",
        table=write_table(lesson, words),
        told=scrolling(_told(lesson, words), title),
        source="" if code else f'<p class="note">{words("page.no_source")}</p>',
        bill_shown=write_bill(lesson, words),
        refusal=refusal,
        asks=" checked" if lesson.predict else "",
        steps=len(lesson.steps) + 1,
        data=for_script(write_data(lesson, places, listing, narrow, words)),
        script=script,
    )
    return page + "\n"


def bundle(
    lesson: Lesson, language: Language | None = None, height: int = FRAME_HEIGHT
) -> dict[str, str]:
    """Return what a notebook shows: the page in a frame, the picture, or text.

    Where frames are not shown, as in a notebook that is not trusted, the picture and
    the steps as text stand below.
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
    svg = svg[svg.index("<svg") :]
    title, page = TEXT.name(lesson.title), write_page(lesson, words)
    html = framed(page, svg + _told(lesson, words), title, height, words("page.still"))
    return {"text/html": html, "image/svg+xml": svg, "text/plain": str(lesson)}


def _told(lesson: Lesson, words: Phrases) -> str:
    """Return the steps as text."""
    lines = map(printable, text.written(lesson, words, COLUMNS).split("\n"))
    told = escape("\n".join(lines))
    return f"<pre>{told}</pre>"
