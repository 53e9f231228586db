"""A lesson as a LaTeX document, which compiles with what any LaTeX has.

The document is plain ASCII: letters that old fonts lack are composed of those that they
have, or named by their number in Unicode.
"""

from __future__ import annotations

from ...drawing.letters import in_latex, plain
from ...drawing.notation import TEXT, LaTeX
from ...writing.resources import table_of
from .outline import Writer, tell
from .telling import cropped, equations
from .terminal import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson
    from ..steps import Step
    from .telling import Pieces

LONGEST = 60  # letters of an equation on one line
WIDTH = 60  # letters of a line of code
ROWS = 40  # of a table on one page
HEAD: str = table_of(__package__, "latex.toml")["head"]


class _Math(LaTeX):
    """Formulas in ASCII."""

    letters, operator = r"\text", r"\mathrm"

    def spelt(self, text: str) -> str:
        """Return text in ASCII."""
        return plain(text)

    def sign(self, symbol: str) -> str:
        """Return a sign."""
        if symbol in self.signs or symbol in ("+", "/"):
            return super().sign(symbol)
        return rf"\mathbin{{\text{{{plain(symbol)}}}}}"


MATH = _Math()


def written(lesson: Lesson, words: Phrases) -> str:
    """Return the lesson as a LaTeX document."""
    page = _Document()
    tell(lesson, words, page)
    return "\n\n".join([HEAD, *page.lines, r"\end{document}"]) + "\n"


class _Document(Writer):
    """Writes a lesson as LaTeX."""

    def title(self, text: str) -> None:
        self.lines.append(rf"\section*{{{plain(text)}}}")

    def section(self, text: str) -> None:
        self.lines.append(rf"\subsection*{{{plain(text)}}}")

    def prose(self, text: str) -> None:
        self.lines.append(plain(text))

    def step(self, text: str) -> None:
        self.lines.append(rf"\textbf{{{plain(text)}}}")

    def code(self, lines: list[Pieces]) -> None:
        cut = (cropped(line, WIDTH) for line in lines)
        self.lines.append("\\\\\n".join(map(_code, cut)))

    def equations(self, step: Step) -> None:
        for formulas, texts in zip(
            equations(step, MATH), equations(step, TEXT), strict=True
        ):
            first, *rest = formulas
            if columns(" = ".join(texts)) <= LONGEST or len(rest) < 2:
                self.lines.append(rf"\[ {MATH.equation(*formulas)} \]")
            else:
                inside = " \\\\\n &= ".join(rest)
                lines = f"\\begin{{align*}}\n{first} &= {inside}\n\\end{{align*}}"
                self.lines.append(lines)

    def slopes(self, rows: list[list[str]]) -> None:
        lines = ["{}" + " & ".join(map(plain, row)) + r" \\" for row in rows]
        # A longtable would want a package; a page holds so many rows.
        kinds = "l" + "r" * len(rows[0][1:])
        self.lines += [
            "\n".join([rf"\begin{{tabular}}{{{kinds}}}", lines[0], r"\hline",
                       *lines[i : i + ROWS], r"\end{tabular}"])
            for i in range(1, len(lines), ROWS)
        ]  # fmt: skip


def _code(line: list[tuple[str, bool]]) -> str:
    """Return a line of code, with a line under what is marked."""
    code = ""
    for text, inside in line:
        letters = "".join(r"\ " if c == " " else in_latex(c) for c in text)
        piece = rf"\texttt{{{letters}}}"
        code += rf"\underline{{{piece}}}" if inside else piece
    return code
