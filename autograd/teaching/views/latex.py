"""A lesson as a LaTeX document, which compiles with what any LaTeX has.

The document is plain ASCII: letters that old fonts lack are composed of those that they
have, or named by their number in Unicode.
"""

from __future__ import annotations

import unicodedata

from ...drawing.escaping import printable
from ..notation import TEXT, LaTeX
from ..steps import Forward, Seed
from .doubts import doubts
from .telling import (
    after_slopes,
    bill,
    columns_of,
    cropped,
    equations,
    heading,
    how_measured,
    marked,
    opening,
    remark,
    row_of,
    rules,
    title,
)
from .terminal import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...phrases.table import Phrases
    from ..lesson import Lesson

LONGEST = 60  # letters of an equation on one line
WIDTH = 60  # letters of a line of code
ROWS = 40  # of a table on one page
HEAD = r"""\documentclass[11pt]{article}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\raggedright
\allowdisplaybreaks
\begin{document}
"""
SPECIAL = {c: "\\" + c for c in "{}&#_%"} | {
    "$": r"{\char36}",
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "’": "'", "“": "``", "”": "''", "«": r"$\ll$~", "»": r"~$\gg$", "…": r"\ldots{}",
    "–": "--", "—": "---", "\u00a0": "~", "\u202f": "~", "œ": r"\oe{}",
    "Œ": r"\OE{}", "æ": r"\ae{}", "ß": r"\ss{}", "ø": r"\o{}", "ı": r"\i{}",
    "↵": r"$\hookleftarrow$", "∂": r"$\partial$", "·": r"$\cdot$", "−": "$-$",
    "√": r"$\surd$", "×": r"$\times$", "°": r"$^\circ$", "²": "$^2$", "³": "$^3$",
    "→": r"$\to$", "≤": r"$\le$", "≥": r"$\ge$", "±": r"$\pm$", "∞": r"$\infty$",
}  # fmt: skip
ACCENTS = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~",
    "\u0304": r"\=", "\u0306": r"\u", "\u0307": r"\.", "\u0308": r"\"",
    "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v", "\u0327": r"\c",
}  # fmt: skip
GREEK = {"LAMDA": "lambda"} | {
    name.upper(): name
    for name in (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma"
        " tau upsilon phi chi psi omega"
    ).split()
}
# Letters of which TeX has only those that do not look Latin.
CAPITALS = ("gamma delta theta lambda xi pi sigma upsilon phi psi omega").split()


def plain(text: str) -> str:
    """Return `text` in ASCII, for LaTeX to show as it is.

    >>> plain("50 % é λ")
    "50 \\\\% \\\\'{e} $\\\\lambda$"
    """
    return "".join(map(_letter, unicodedata.normalize("NFC", printable(text))))


def _letter(c: str) -> str:
    if c in SPECIAL:
        return SPECIAL[c]
    if c.isascii():
        return c
    alphabet, _, letter = unicodedata.name(c, "").partition(" LETTER ")
    greek = GREEK.get(letter)
    if greek and alphabet == "GREEK SMALL":
        return f"$\\{greek}$"
    if greek in CAPITALS and alphabet == "GREEK CAPITAL":
        return f"$\\{greek.capitalize()}$"
    base, *accents = unicodedata.normalize("NFD", c)
    if base.isascii() and base.isalpha() and all(a in ACCENTS for a in accents):
        for accent in accents:
            base = f"{ACCENTS[accent]}{{{base}}}"
        return base
    return f"{{[U+{ord(c):04X}]}}"


class _Math(LaTeX):
    """Formulas in ASCII."""

    def name(self, name: str) -> str:
        """Return the name."""
        name = TEXT.name(name)
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name
        return rf"\text{{{plain(name)}}}"

    def sign(self, symbol: str) -> str:
        """Return a sign."""
        if symbol in self.signs or symbol in ("+", "/"):
            return self.signs.get(symbol, symbol)
        return rf"\mathbin{{\text{{{plain(symbol)}}}}}"

    def function(self, name: str, args: Sequence[str]) -> str:
        """Return the function with its args in brackets."""
        if name in self.functions:
            return super().function(name, args)
        return rf"\mathrm{{{plain(name)}}}" + self.brackets(", ".join(args))


MATH = _Math()


def written(lesson: Lesson, words: Phrases) -> str:
    """Return the lesson as a LaTeX document."""
    output = TEXT.name(lesson.output.name)
    parts = [HEAD, _title("section", title(lesson))]
    parts += map(plain, [*doubts(lesson, words), opening(lesson, words)])
    for i, step in enumerate(lesson.steps):
        if i == 0 and isinstance(step, Forward):
            about = words("lesson.forward_title", output=output)
            parts += [_title("subsection", about), plain(words("lesson.forward_about"))]
        if isinstance(step, Seed):
            about = words("lesson.backward_title", output=output)
            parts += [_title("subsection", about), *map(plain, rules(lesson, words))]
        parts += _step(lesson, i + 1, words)
    parts.append(_title("subsection", words("lesson.slopes_title")))
    return "\n\n".join([*parts, *_slopes(lesson, words), r"\end{document}"]) + "\n"


def _title(kind: str, text: str) -> str:
    return rf"\{kind}*{{{plain(text)}}}"


def _step(lesson: Lesson, number: int, words: Phrases) -> list[str]:
    step = lesson.steps[number - 1]
    parts = [rf"\textbf{{{plain(heading(lesson, number, words))}}}"]
    if step.node.source is not None and not isinstance(step, Seed):
        lines = (cropped(line, WIDTH) for line in marked(step.node.source))
        parts.append("\\\\\n".join(map(_code, lines)))
    for formulas, texts in zip(
        equations(step, MATH), equations(step, TEXT), strict=True
    ):
        first, *rest = formulas
        if columns(" = ".join(texts)) <= LONGEST or len(rest) < 2:
            parts.append(rf"\[ {MATH.equation(*formulas)} \]")
        else:
            inside = " \\\\\n &= ".join(rest)
            parts.append(f"\\begin{{align*}}\n{first} &= {inside}\n\\end{{align*}}")
    if said := remark(step, words):
        parts.append(plain(said))
    return parts


def _code(line: list[tuple[str, bool]]) -> str:
    """Return a line of code, with a line under what is marked."""
    code = ""
    for text, inside in line:
        letters = "".join(r"\ " if c == " " else _letter(c) for c in text)
        piece = rf"\texttt{{{letters}}}"
        code += rf"\underline{{{piece}}}" if inside else piece
    return code


def _slopes(lesson: Lesson, words: Phrases) -> list[str]:
    if not lesson.inputs:
        return [plain(words("lesson.no_inputs"))]
    rows = [columns_of(lesson, words)]
    rows += [row_of(wiggle, lesson) for wiggle in lesson.wiggles]
    lines = ["{}" + " & ".join(map(plain, row)) + r" \\" for row in rows]
    # A longtable would want a package; a page holds so many rows.
    kinds = "l" + "r" * (len(rows[0]) - 1)
    tables = [
        "\n".join([rf"\begin{{tabular}}{{{kinds}}}", lines[0], r"\hline",
                   *lines[i : i + ROWS], r"\end{tabular}"])
        for i in range(1, len(lines), ROWS)
    ]  # fmt: skip
    about = how_measured(lesson, words)
    after = [*after_slopes(lesson, words), " ".join(bill(lesson, words))]
    return [plain(about), *tables, *map(plain, after)]
