"""A mistake that was tried out, as text for the terminal and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from ...drawing.escaping import coded, printable
from ...drawing.notation import told_apart
from ...drawing.numerals import is_short
from ...phrases.table import Phrases
from ..views.terminal import filled
from .replays import First

WIDTH = 80

# Where nobody computes wrongly, but expects something else than what comes.
BELIEFS = ("gradient", "descent", "product")


@dataclass
class Mistake:
    """One mistake or wrong belief, and what came out of trying it.

    Attributes:
        kind: Which one, of `KINDS`.
        title: It in a few words.
        belief: What one may think who makes it.
        graph: On what it was tried.
        own: Whether that is the learner's own graph.
        told: What was done.
        first: The first number that goes wrong; None for a belief that no number
            breaks.
        where: That number in words, and the place in the learner's code.
        wrong: Numbers as they became, by name.
        right: The same as they should be.
        rows: A table, its first row the headings; empty if there is none.
        explanation: Why.
        words: The phrases of the learner's language.
    """

    kind: str
    title: str
    belief: str
    graph: str
    own: bool
    told: str
    first: First | None
    where: str
    wrong: dict[str, float]
    right: dict[str, float]
    rows: list[tuple[str, ...]]
    explanation: str
    words: Phrases = field(repr=False)

    @property
    def comparison(self) -> list[tuple[str, ...]]:
        """A table of the right numbers and the wrong ones, or of nothing."""
        if not self.wrong:
            return []
        words = self.words
        heads = ("number", "right", "wrong")
        if self.kind in BELIEFS:
            heads = ("number", "is", "would_be")
        rows = [(*(words(f"mistakes.{head}") for head in heads), "")]
        for name, right in self.right.items():
            should, became = told_apart(right, self.wrong[name])
            verdict = "same" if should == became else "different"
            rows.append((name, should, became, words(f"mistakes.{verdict}")))
        return rows

    def text(self, width: int = WIDTH, alone: bool = True) -> str:
        """Return it as plain text, in lines of at most `width` where words allow.

        Among others (not `alone`), the learner's graph need not be told again.
        """
        paragraphs = [f"{self.title}  [{self.kind}]"]
        for lead, part in self._parts():
            if part is self.graph and self.own and not alone:
                continue
            if isinstance(part, str):
                paragraphs.append(filled(f"{lead} {part}".strip(), width))
            elif part:
                paragraphs.append(_aligned(part, width, self.words))
        return "\n\n".join(paragraphs)

    def _parts(self) -> list[tuple[str, str | list[tuple[str, ...]]]]:
        """Return paragraphs, each with how it begins, and tables."""
        words = self.words
        parts: list[tuple[str, str | list[tuple[str, ...]]]] = [
            (words("mistakes.belief"), words("mistakes.quoted", belief=self.belief)),
            ("", self.graph), ("", self.told), ("", self.rows),
        ]  # fmt: skip
        if self.first is not None:
            lead = "believed" if self.kind in BELIEFS else "first"
            parts.append((words(f"mistakes.{lead}"), self.where))
            parts.append(("", self.comparison))
        return [*parts, (words("mistakes.why"), self.explanation)]

    def __str__(self) -> str:
        """Return it as plain text."""
        return self.text()

    def _repr_html_(self) -> str:
        """Return it for a notebook: the title, which opens on a click."""
        return _html(self, opened=True)


class Mistakes(list[Mistake]):
    """All that was tried, in the order in which it is best read.

    It is a list; as text it tells them one after the other, and in a notebook each
    opens on a click.

    Args:
        tried: The mistakes.
        what: On what they were tried.
        words: The phrases of the learner's language.
        doubts: Where the slopes of the graph are not those of its function.
    """

    doubts: Sequence[str] = ()  # what 0.1.0 pickled has none

    def __init__(
        self,
        tried: Iterable[Mistake],
        what: str,
        words: Phrases,
        doubts: Iterable[str] = (),
    ) -> None:
        """See the class."""
        super().__init__(tried)
        self.what, self.words, self.doubts = what, words, list(doubts)

    def text(self, width: int = WIDTH) -> str:
        """Return all as plain text, numbered."""
        parts = [filled(" ".join(self.doubts), width)] if self.doubts else []
        parts += [filled(self._heading(), width)]
        parts += [
            f"{n}. {mistake.text(width, False)}" for n, mistake in enumerate(self, 1)
        ]
        parts += [filled(self.words("mistakes.hint"), width)] if len(self) > 1 else []
        return "\n\n\n".join(parts)

    def _heading(self) -> str:
        """Return on what they were tried, and whether numbers are rounded."""
        heading = self.words("mistakes.heading", what=self.what)
        numbers = (n for m in self for n in (*m.right.values(), *m.wrong.values()))
        if all(map(is_short, numbers)):
            return heading
        return f"{heading}. {self.words('lesson.rounded')}"

    def __str__(self) -> str:
        """Return all as plain text."""
        return self.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return all for a notebook."""
        parts = "".join(_html(mistake, opened=len(self) == 1) for mistake in self)
        language = self.words.language
        said = "".join(f"<p>{escape(s)}</p>" for s in (*self.doubts, self._heading()))
        return f'<div lang="{language}">{said}{parts}</div>'


def _aligned(rows: list[tuple[str, ...]], width: int, words: Phrases) -> str:
    """Return a table, and where it is too wide one cell below the other."""
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * len(widths) <= width:
        lines = ["  ".join(map(str.ljust, row, widths)) for row in rows]
        return "\n".join(f"  {line}".rstrip() for line in lines)
    heads, *rest = rows
    blocks = []
    for row in rest:
        cells = [
            words("mistakes.cell", head=head, cell=cell) if head else cell
            for head, cell in zip(heads, row, strict=True)
        ]
        blocks.append("\n".join(f"  {cell}" for cell in cells))
    return "\n\n".join(blocks)


def _html(mistake: Mistake, opened: bool) -> str:
    parts = []
    for lead, part in mistake._parts():
        if isinstance(part, str):
            strong = f"<strong>{escape(lead)}</strong> " if lead else ""
            parts.append(f"<p>{strong}{coded(part)}</p>")
        else:
            parts.append(_html_table(part))
    start = "<details open>" if opened else "<details>"
    return (
        f'<div lang="{mistake.words.language}">{start}'
        f"<summary>{escape(mistake.title)}</summary>{''.join(parts)}</details></div>"
    )


def _html_table(rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""

    lines = []
    for number, row in enumerate(rows):
        # A heading needs words.
        tags = ["td" if number or not cell else "th" for cell in row]
        cells = zip(tags, map(escape, map(printable, row)), strict=True)
        lines.append(
            f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for tag, cell in cells)}</tr>"
        )
    head, *body = lines
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
