"""Formulas and sentences whose numbers the script can exchange.

A number of the lesson stands in an element that says which number it is: `d3` is the
data of node 3, `t7` the sum after share 7. Python puts the number in, and when a slider
moves the script puts in another.
"""

from __future__ import annotations

from html import escape

from ...drawing.text import printable
from ..notation import TEXT, MathML, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...value import Value
    from ..steps import Formula

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
HIDDEN = "class=answer "  # what is to be predicted


def digits(number: float, enclosed: bool = False) -> str:
    """Return a number as the page writes it, in brackets if negative and `enclosed`."""
    text = TEXT.digits(number)
    return f"({text})" if enclosed and number < 0.0 else text


def slot(
    key: str, number: float, *, enclosed: bool = False, answer: bool = False
) -> str:
    """Return the element of a number in a formula."""
    kind = "data-e" if enclosed else "data-s"
    hidden = HIDDEN if answer else ""
    return f"<mn {hidden}{kind}={key}>{digits(number, enclosed)}</mn>"


def said(key: str, number: float) -> str:
    """Return the element of a number in a sentence."""
    return f"<b data-s={key}>{digits(number)}</b>"


def name(text: str) -> str:
    """Return the element of a name in a sentence."""
    return f"<var>{escape(printable(text))}</var>"


class Slots(MathML):
    """MathML in which the numbers of nodes can be exchanged."""

    def __init__(self, places: Mapping[Value, int]) -> None:
        """Know which stand-in is which node."""
        self.places = places

    def number(self, node: Value, enclosed: bool = False) -> str:
        """Return the number of a node, to be exchanged."""
        place = self.places.get(node)
        if place is None:
            return super().number(node, enclosed)
        return slot(f"d{place}", node.data, enclosed=enclosed)

    def digits(self, number: float) -> str:
        """Return a number that stays."""
        return f"<mn>{digits(number)}</mn>"


MARKUP = Slots({})


def sides(formula: Formula) -> list[str]:
    """Return a formula with names, and with numbers unless that says no more."""
    if formula.root.op is None:
        return [formula.named(MARKUP)] if formula.root in formula.names else []
    named = formula.named(MARKUP)
    if formula.named() == formula.numbered():
        return [named]
    return [named, write(formula.root, Slots(formula.places)).text]


def equation(left: str, sides: list[str]) -> str:
    """Return a formula of several lines, one for each right side."""
    equals = "</mtd><mtd><mo>=</mo></mtd><mtd>"
    return "".join(
        f"<mtr><mtd>{'' if i else left}{equals}{side}</mtd></mtr>"
        for i, side in enumerate(sides)
    )


def maths(equations: str) -> str:
    """Return lines of equations as a formula of its own."""
    return f'<div class="maths"><math><mtable>{equations}</mtable></math></div>'


def words_of(text: str) -> str:
    """Return text to stand in a formula."""
    return f"<mtext>{escape(text)}</mtext>"
