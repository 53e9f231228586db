"""Formulas and sentences whose numbers the script can exchange.

A number of the lesson stands in an element that says which number it is: `d3` is the
data of node 3, `t7` the sum after share 7. Python puts the number in, and when a slider
moves the script puts in another. What differs from step to step is marked as a part,
so that the page needs to hold each sentence and each formula only once.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ....drawing.notation import TEXT, MathML
from ....value import Value

MARK = "\0"  # around a part; nothing that is shown holds it


def part(text: object) -> str:
    """Return text that differs from step to step, marked as such."""
    return f"{MARK}{text}{MARK}"


class Templates:
    """Pieces of HTML of which only parts differ, each held once."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._places: dict[tuple[str | int, ...], int] = {}

    def place(self, piece: str) -> list[int | str]:
        """Return which template a piece is made from, and its parts.

        >>> templates = Templates()
        >>> templates.place(f"<p>{part('a')} or {part('b')} or {part('a')}</p>")
        [0, 'a', 'b']
        >>> templates.all()
        [['<p>', 0, ' or ', 1, ' or ', 0, '</p>']]
        """
        pieces = piece.split(MARK)
        parts = list(dict.fromkeys(pieces[1::2]))
        template = tuple(
            parts.index(text) if i % 2 else text for i, text in enumerate(pieces)
        )
        return [self._places.setdefault(template, len(self._places)), *parts]

    def all(self) -> list[list[str | int]]:
        """Return the templates: texts, and which part stands between them."""
        return [list(template) for template in self._places]


def slot(key: str, *, enclosed: bool = False) -> str:
    """Return the element of a number in a formula, in brackets if it is negative."""
    kind = "data-e" if enclosed else "data-s"
    return f"<mn {kind}={part(key)}></mn>"


def said(key: str) -> str:
    """Return the element of a number in a sentence."""
    return f"<b data-s={part(key)}></b>"


def name(text: str) -> str:
    """Return the element of a name in a sentence."""
    return f"<var>{part(escape(TEXT.name(text)))}</var>"


class Slots(MathML):
    """MathML in which the numbers of nodes can be exchanged."""

    def __init__(self, places: Mapping[Value, int]) -> None:
        """Know which stand-in is which node."""
        self.places = places

    def name(self, name: str) -> str:
        """Return the name as an identifier."""
        return f"<mi>{part(escape(TEXT.name(name)))}</mi>"

    def number(self, node: Value, enclosed: bool = False) -> str:
        """Return the number of a node, to be exchanged."""
        place = self.places.get(node)
        if place is None:
            return super().number(node, enclosed)
        return slot(f"d{place}", enclosed=enclosed)

    def digits(self, number: float | str) -> str:
        """Return a number, or the element of one that is known by its key."""
        return slot(number) if isinstance(number, str) else super().digits(number)

    def factor(self, number: float | str) -> str:
        """Return it to stand in a product."""
        keyed = isinstance(number, str)
        return slot(number, enclosed=True) if keyed else super().factor(number)


MARKUP = Slots({})


def maths(left: str, sides: list[str], more: str = "") -> str:
    """Return an equation in pieces, of which each but the first may begin a line."""
    equal = "".join(f"<math><mo>=</mo>{side}</math>" for side in sides)
    return f"<div class=maths{more}><math>{left}</math>{equal}</div>"


def words_of(text: str) -> str:
    """Return text to stand in a formula."""
    return f"<mtext>{part(escape(text))}</mtext>"
