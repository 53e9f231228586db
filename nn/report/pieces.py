"""Pieces of HTML: sections, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from unicodedata import bidirectional

from autograd import Phrases
from autograd.writing.page import scrolling

MOST_NAMED = 12


def section(title: str, body: str, *, wide: bool = False) -> str:
    """Return a section of the page, across both columns if `wide`."""
    kind = ' class="wide"' if wide else ""
    return f"<section{kind}><h2>{escape(title)}</h2>{body}</section>"


def paragraphs(texts: Iterable[str]) -> str:
    """Return each text, which may hold anything, as a paragraph."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def listed(names: Sequence[str], words: Phrases) -> str:
    """Return names in a row, the first twelve of them if there are more."""
    shown = ", ".join(map(isolated, names[:MOST_NAMED]))
    if len(names) > MOST_NAMED:
        shown += words("report.and_more", count=len(names) - MOST_NAMED)
    return shown


def isolated(name: str) -> str:
    """Return a name of the data that does not turn the sentence around it.

    >>> isolated("width") == "width", len(isolated("אורך")) - len("אורך")
    (True, 2)
    """
    turns = any(bidirectional(letter) in ("R", "AL", "AN") for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def note(text: str) -> str:
    """Return a text that says what is not there."""
    return f'<p class="note">{escape(text)}</p>'


def left_out(error: Exception, words: Phrases) -> str:
    """Return a text that says why something is not there: the first line of why."""
    return note(words("report.left_out", why=str(error).partition("\n")[0]))


def table(
    rows: Sequence[Sequence[str]],
    kind: str,
    label: str,
    mark: Callable[[int, int], str] = lambda i, j: "",
) -> str:
    """Return a table of which the first row and the first column are headings.

    Args:
        rows: The cells.
        kind: The class of the table, in its style sheet.
        label: What it is called.
        mark: The class of the cell in each row and column, from 1.
    """
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
    body = ""
    for i, (name, *cells) in enumerate(rows[1:], 1):
        marked = "".join(
            f'<td class="{mark(i, j)}">{escape(c)}</td>' for j, c in enumerate(cells, 1)
        )
        body += f'<tr><th scope="row">{escape(name)}</th>{marked}</tr>'
    return scrolling(
        f'<table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
        label,
    )
