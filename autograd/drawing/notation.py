"""Graphs written as formulas: in plain text, LaTeX, MathML or Python.

`write` walks a small graph, such as that of a partial, and decides where brackets go; a
`Markup` says how each kind of notation looks in one language. No other module of ours
puts brackets into a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from ..graph import topological
from ..value import Value
from .escaping import isolated, printable, shortened
from .numerals import short, subscript

LONGEST = 60  # letters of a name

# How tightly the parts of a formula hold together: where a tighter one is needed, what
# is looser goes into brackets.
LOOSE, SUM, PRODUCT, FRACTION, POWER, ATOM = range(6)

# The level of an infix sign, and the levels that it needs on either side: the right one
# is higher, for a - (b - c) is not a - b - c.
INFIX = {
    "+": (SUM, SUM, PRODUCT),
    "-": (SUM, SUM, PRODUCT),
    "*": (PRODUCT, PRODUCT, FRACTION),
    "/": (PRODUCT, PRODUCT, FRACTION),
}
OTHER_SIGN = (SUM, FRACTION, FRACTION)  # of an op of the user's own


@dataclass(frozen=True)
class Written:
    """A part of a formula, and how tightly it holds together."""

    text: str
    level: int = ATOM


class Markup:
    """How formulas look as plain text; the base of the other languages."""

    linear = True  # fractions and exponents stand on the line, and may need brackets
    signs: ClassVar = {"*": "·", "-": "−", "**": "^"}
    written = staticmethod(short)  # a number, but for its sign

    def name(self, name: str) -> str:
        """Return the name of a node."""
        return isolated(shortened(name, LONGEST))

    def indexed(self, name: str, index: int) -> str:
        """Return the name of a node with an index."""
        return self.name(name) + subscript(index)

    def number(self, node: Value, enclosed: bool = False) -> str:
        """Return the number of a node, in brackets if it is negative and `enclosed`."""
        return self.factor(node.data) if enclosed else self.digits(node.data)

    def factor(self, number: float) -> str:
        """Return a number to stand in a product: in brackets if it is negative."""
        digits = self.digits(number)
        return self.brackets(digits) if number < 0.0 else digits

    def digits(self, number: float) -> str:
        """Return a number."""
        return self.written(number).replace("-", "−")

    def brackets(self, inner: str) -> str:
        """Return `inner` in brackets."""
        return f"({inner})"

    def sign(self, symbol: str) -> str:
        """Return an infix or prefix sign."""
        return self.signs.get(symbol, symbol)

    def infix(self, symbol: str, left: str, right: str) -> str:
        """Return `left symbol right`."""
        space = "" if symbol == "*" else " "
        return f"{left}{space}{self.sign(symbol)}{space}{right}"

    def prefix(self, symbol: str, operand: str) -> str:
        """Return `symbol operand`."""
        return f"{self.sign(symbol)}{operand}"

    def power(self, base: str, exponent: str) -> str:
        """Return `base` to the power `exponent`."""
        return f"{base}^{exponent}"

    def fraction(self, top: str, bottom: str) -> str:
        """Return `top` over `bottom`."""
        return f"{top} / {bottom}"

    def root(self, inner: str) -> str:
        """Return the square root of `inner`."""
        return f"√({inner})"

    def bars(self, inner: str) -> str:
        """Return the absolute value of `inner`."""
        return f"|{inner}|"

    def exponential(self, inner: str) -> str:
        """Return e to the power `inner`."""
        return f"exp({inner})"

    def function(self, name: str, args: Sequence[str]) -> str:
        """Return `name(args)`."""
        return f"{name}({', '.join(args)})"

    def derivative(self, of: str, by: str) -> str:
        """Return the partial derivative of one name by another."""
        return self.quotient(self.name(of), self.name(by))

    def quotient(self, top: str, bottom: str) -> str:
        """Return ∂top over ∂bottom, of which both are written already."""
        return f"∂{top}/∂{bottom}"

    def equation(self, *parts: str) -> str:
        """Return the parts with signs of equality between them."""
        return " = ".join(parts)


class LaTeX(Markup):
    """How formulas look in LaTeX, inside of `$…$`."""

    linear = False
    signs: ClassVar = {"*": r"\cdot", "-": "-"}
    functions = frozenset(("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"))
    letters, operator = r"\mathrm", r"\operatorname"
    special: ClassVar = {c: "\\" + c for c in "{}$&#_%"} | {
        "\\": r"\backslash ", "^": r"\hat{}", "~": r"\tilde{}", " ": r"\ ",
    }  # fmt: skip

    def spelt(self, text: str) -> str:
        """Return text as it can stand in a formula."""
        return "".join(self.special.get(c, c) for c in printable(text))

    def name(self, name: str) -> str:
        """Return the name, in letters that any LaTeX has."""
        name = shortened(name, LONGEST)
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name
        return f"{self.letters}{{{self.spelt(name)}}}"

    def indexed(self, name: str, index: int) -> str:
        """Return the name of a node with an index, in letters that any LaTeX has."""
        return f"{self.name(name)}_{{{index}}}"

    def digits(self, number: float) -> str:
        """Return a number, with a power of ten for an exponent."""
        digits, e, exponent = short(number).partition("e")
        if not digits[-1].isdigit():
            return {"inf": r"\infty", "-inf": r"-\infty"}.get(digits, r"\mathrm{nan}")
        return rf"{digits} \cdot 10^{{{exponent}}}" if e else digits

    def sign(self, symbol: str) -> str:
        """Return a sign, as it is unless LaTeX has a use of its own for it."""
        return self.signs.get(symbol) or self.spelt(symbol)

    def brackets(self, inner: str) -> str:
        """Return `inner` in brackets of its height."""
        return rf"\left({inner}\right)"

    def infix(self, symbol: str, left: str, right: str) -> str:
        """Return `left symbol right`."""
        return f"{left} {self.sign(symbol)} {right}"

    def power(self, base: str, exponent: str) -> str:
        """Return a superscript."""
        return f"{{{base}}}^{{{exponent}}}"

    def fraction(self, top: str, bottom: str) -> str:
        """Return a fraction."""
        return rf"\frac{{{top}}}{{{bottom}}}"

    def root(self, inner: str) -> str:
        """Return a root."""
        return rf"\sqrt{{{inner}}}"

    def bars(self, inner: str) -> str:
        """Return bars of the height of what is inside."""
        return rf"\left|{inner}\right|"

    def exponential(self, inner: str) -> str:
        """Return e with an exponent."""
        return f"e^{{{inner}}}"

    def function(self, name: str, args: Sequence[str]) -> str:
        """Return the function with its args in brackets."""
        known = name in self.functions
        head = f"\\{name}" if known else f"{self.operator}{{{self.spelt(name)}}}"
        return head + self.brackets(", ".join(args))

    def quotient(self, top: str, bottom: str) -> str:
        """Return ∂top over ∂bottom."""
        return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"


class MathML(Markup):
    """How formulas look in MathML, inside of `<math>…</math>`."""

    linear = False

    def name(self, name: str) -> str:
        """Return the name as an identifier."""
        return f"<mi>{escape(super().name(name))}</mi>"

    def indexed(self, name: str, index: int) -> str:
        """Return the name of a node with an index."""
        return f"<msub>{self.name(name)}<mn>{index}</mn></msub>"

    def digits(self, number: float) -> str:
        """Return a number."""
        return f"<mn>{super().digits(number)}</mn>"

    def brackets(self, inner: str) -> str:
        """Return `inner` in brackets that grow with it."""
        return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"

    def sign(self, symbol: str) -> str:
        """Return an infix or prefix sign as an operator."""
        return f"<mo>{escape(printable(super().sign(symbol)))}</mo>"

    def infix(self, symbol: str, left: str, right: str) -> str:
        """Return `left symbol right`."""
        return f"<mrow>{left}{self.sign(symbol)}{right}</mrow>"

    def prefix(self, symbol: str, operand: str) -> str:
        """Return `symbol operand`."""
        return f"<mrow>{self.sign(symbol)}{operand}</mrow>"

    def power(self, base: str, exponent: str) -> str:
        """Return a superscript."""
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def fraction(self, top: str, bottom: str) -> str:
        """Return a fraction."""
        return f"<mfrac><mrow>{top}</mrow><mrow>{bottom}</mrow></mfrac>"

    def root(self, inner: str) -> str:
        """Return a root."""
        return f"<msqrt>{inner}</msqrt>"

    def bars(self, inner: str) -> str:
        """Return `inner` between bars."""
        return f"<mrow><mo>|</mo>{inner}<mo>|</mo></mrow>"

    def exponential(self, inner: str) -> str:
        """Return e with an exponent."""
        return self.power("<mi>e</mi>", inner)

    def function(self, name: str, args: Sequence[str]) -> str:
        """Return the function with its args in brackets."""
        head = f"<mi>{escape(printable(name))}</mi><mo>&#x2061;</mo>"
        return f"<mrow>{head}{self.brackets('<mo>,</mo>'.join(args))}</mrow>"

    def quotient(self, top: str, bottom: str) -> str:
        """Return ∂top over ∂bottom."""
        return self.fraction(f"<mo>∂</mo>{top}", f"<mo>∂</mo>{bottom}")

    def equation(self, *parts: str) -> str:
        """Return the parts with signs of equality between them."""
        return f"<mrow>{'<mo>=</mo>'.join(parts)}</mrow>"


class Python(Markup):
    """How formulas look in Python, to the last bit."""

    signs: ClassVar = {}

    def name(self, name: str) -> str:
        """Return the name as it is."""
        return name

    def digits(self, number: float) -> str:
        """Return the number with all its digits."""
        return repr(number)

    def infix(self, symbol: str, left: str, right: str) -> str:
        """Return `left symbol right`."""
        return f"{left} {symbol} {right}"

    def power(self, base: str, exponent: str) -> str:
        """Return `base ** exponent`."""
        return f"{base}**{exponent}"

    def root(self, inner: str) -> str:
        """Return a call."""
        return f"sqrt({inner})"

    def bars(self, inner: str) -> str:
        """Return a call."""
        return f"abs({inner})"


class Numbers(Markup):
    """How formulas look as text, with numbers that are `written` so."""

    def __init__(self, written: Callable[[float], str]) -> None:
        """See the class."""
        self.written = written


TEXT, LATEX, MATHML, PYTHON = Markup(), LaTeX(), MathML(), Python()


def listed(names: Sequence[str], most: int = 8) -> str:
    """Return the names with commas, of many the first ones."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def told_apart(a: float, b: float) -> tuple[str, str]:
    """Return two numbers with few digits, and with all if few do not tell them apart.

    >>> told_apart(1.0, 2.0), told_apart(1.0, 1.0000001)
    (('1', '2'), ('1.0', '1.0000001'))
    """
    few = TEXT.digits(a), TEXT.digits(b)
    if a == b or few[0] != few[1]:
        return few
    return repr(a).replace("-", "−"), repr(b).replace("-", "−")


def write(
    root: Value, markup: Markup, name: Callable[[Value], str | None] = lambda leaf: None
) -> Written:
    """Return the formula that the graph of `root` is.

    Args:
        root: What to write.
        markup: The language to write it in.
        name: Gives the name of a leaf, or None where its number is to be written.
    """
    written: dict[Value, Written] = {}
    for node in topological(root):
        if node.op is not None:
            written[node] = operation(node, written, markup)
            continue
        called = name(node)
        if called is not None:
            written[node] = Written(markup.name(called))
        else:
            # Whether its sign needs brackets is seen where it is used.
            written[node] = Written("", LOOSE)
    return _closed(root, written, markup, LOOSE)


def operation(node: Value, written: dict[Value, Written], markup: Markup) -> Written:
    """Return how a node is computed from its args, as they are `written`.

    Of what has no text the number is written.
    """

    def inner(i: int, least: int = LOOSE) -> str:
        return _closed(node.args[i], written, markup, least).text

    op = node.op
    match op.notation:
        case "infix":
            level, left, right = INFIX.get(op.symbol, OTHER_SIGN)
            return Written(
                markup.infix(op.symbol, inner(0, left), inner(1, right)), level
            )
        case "prefix":
            return Written(markup.prefix(op.symbol, inner(0, PRODUCT)), SUM)
        case "power":
            exponent = inner(1, POWER if markup.linear else LOOSE)
            return Written(markup.power(inner(0, ATOM), exponent), POWER)
        case "fraction" if markup.linear:
            level, left, right = INFIX["/"]
            return Written(markup.fraction(inner(0, left), inner(1, right)), level)
        case "fraction":
            return Written(markup.fraction(inner(0), inner(1)), FRACTION)
        case "root":
            return Written(markup.root(inner(0)))
        case "bars":
            return Written(markup.bars(inner(0)))
        case "exponential":
            return Written(
                markup.exponential(inner(0)), ATOM if markup.linear else POWER
            )
    return Written(markup.function(op.name, [inner(i) for i in range(len(node.args))]))


def _closed(
    node: Value, written: dict[Value, Written], markup: Markup, least: int
) -> Written:
    """Return what is written of a node, in brackets if it is looser than `least`."""
    part = written[node]
    if not part.text:
        return Written(markup.number(node, least > SUM))
    if part.level >= least:
        return part
    return Written(markup.brackets(part.text))
