"""Text of any content, made harmless for DOT, SVG and HTML.

A label is the user's: it may hold quotes, markup, backslashes, control characters, or
ten thousand letters. Everything of theirs that is drawn goes through this module.
"""

from __future__ import annotations

import re
from html import escape
from unicodedata import bidirectional

IN_PICTURE = 24
IN_TOOLTIP = 1000

# What XML refuses (control characters, halves of surrogate pairs, non-characters), and
# what would turn the text around it (marks of writing direction).
CONTROLS = (
    "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
)
ISOLATE, POP = "\u2068", "\u2069"  # what turns text between them, and no text around it
UNPRINTABLE = re.compile(f"{ISOLATE}[^{CONTROLS}]*{POP}|[{CONTROLS}]")
RIGHT_TO_LEFT = ("R", "AL", "AN")

# How Python shows an object whose class does not say how. Its address tells nothing.
OBJECT = re.compile(r"<\S*?(\w+) object at 0x[0-9a-fA-F]+>")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+(?=>)")

# Graphviz before 2.50 takes a piece of nothing but this for the end of a section.
BRACKETS = re.compile(r"(?<![^>])\]+(?![^<])")

# What Graphviz replaces, such as \N by the id of the node, unless a tag stands between.
SUBSTITUTED = re.compile(r"\\(?=[EGHLNT])")


def shortened(text: str, length: int = IN_PICTURE) -> str:
    """Return `text` cut to `length` characters.

    >>> shortened("a" * 10_000, length=5)
    'aaaa…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def printable(text: str) -> str:
    """Return `text` on one line, with signs in place of what cannot be drawn.

    >>> printable("two" + chr(10) + "lines" + chr(0))
    'two↵lines�'
    """
    return UNPRINTABLE.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else "↵" if found[0] == "\n" else "�"


def isolated(text: str) -> str:
    """Return a name, printable, that does not turn the formula around it.

    Letters that are written from right to left would take their neighbours along: of
    two such names, `a - b` would be shown as `b - a`.

    >>> isolated("width"), isolated("אורך") == chr(0x2068) + "אורך" + chr(0x2069)
    ('width', True)
    """
    text = printable(text)
    if ISOLATE in text or not any(bidirectional(c) in RIGHT_TO_LEFT for c in text):
        return text
    return f"{ISOLATE}{text}{POP}"


def without_addresses(text: str) -> str:
    """Return `text` with the class in place of each object that shows its address.

    >>> without_addresses("[<__main__.Value object at 0x7f4312345678>, 2.0]")
    '[Value, 2.0]'
    >>> without_addresses("<function slope at 0x7f4312345678>")
    '<function slope>'
    """
    return ADDRESS.sub("", OBJECT.sub(r"\1", text))


def coded(text: str) -> str:
    """Return `text` as HTML, with what stands between backticks as code.

    >>> coded("`a < b` & so on")
    '<code>a &lt; b</code> &amp; so on'
    """
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def html(text: str, length: int = IN_PICTURE) -> str:
    """Return `text` to stand in an HTML-like label.

    >>> html("<script>")
    '&lt;script&gt;'
    """
    # Graphviz takes an HTML-like label of spaces for a syntax error.
    safe = escape(isolated(shortened(text, length)))
    safe = SUBSTITUTED.sub(r'<FONT FACE="Courier">\\</FONT>', safe)
    return BRACKETS.sub(lambda m: len(m[0]) * "&#93;", safe) or " "


def quoted(lines: list[str]) -> str:
    r"""Return `lines` as the quoted value of a DOT attribute such as a tooltip.

    >>> print(quoted(['say "hi"', r"\N"]))
    "say &quot;hi&quot;&#10;\\\\N"
    """
    safe = (escape(printable(shortened(line, IN_TOOLTIP))) for line in lines)
    # Graphviz resolves backslashes in tooltips twice.
    return '"' + "&#10;".join(safe).replace("\\", 4 * "\\") + '"'
