"""How large the source is: lines of Python code by room, and what stands beside it.

    python tests/count_lines.py

A line of code holds a token that is neither comment nor docstring. Rows of the table of
operations are counted too, and named apart.
"""

from __future__ import annotations

import ast
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
BETWEEN = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def code_lines(file: Path) -> set[int]:
    """Return the numbers of the lines of code in a Python file."""
    lines: set[int] = set()
    begins = True  # whether a statement does: a text there is a docstring
    with file.open("rb") as opened:
        for token in tokenize.tokenize(opened.readline):
            if token.type in NOT_CODE:
                continue
            if token.type in BETWEEN:
                begins = True
            elif not (begins and token.type == tokenize.STRING):
                lines.update(range(token.start[0], token.end[0] + 1))
                begins = False
    return lines


def rows_of_the_table() -> int:
    """Return how many lines of `ops.py` are rows: declarations of an `Op`."""
    file = ROOT / "autograd" / "ops.py"
    rows = [
        range(node.lineno, (node.end_lineno or 0) + 1)
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "Op"
    ]
    return len(code_lines(file) & set().union(*rows))


def main() -> None:
    """Print the counts."""
    rooms: Counter[str] = Counter()
    for package in ("autograd", "nn"):
        for file in sorted((ROOT / package).rglob("*.py")):
            inside = file.relative_to(ROOT).parts[:-1]
            rooms["/".join(inside[:2])] += len(code_lines(file))
    for room, count in rooms.items():
        print(f"{count:7,}  {room}/")
    print(f"{sum(rooms.values()):7,}  Python, at most 24,000")
    print(f"{rows_of_the_table():7,}  of them rows of autograd/ops.py")
    for ending in ("js", "css", "html", "c", "toml"):
        files = [f for p in ("autograd", "nn") for f in (ROOT / p).rglob(f"*.{ending}")]
        lines = [line for f in files for line in f.read_text("utf-8").splitlines()]
        print(
            f"{sum(map(bool, map(str.strip, lines))):7,}  {ending}, without blank lines"
        )


if __name__ == "__main__":
    main()
