"""CSV files: columns of numbers and of categories, and what is wrong in them.

A network takes numbers only, so a column of words becomes one column of 0 and 1 for
each word. What a file leaves open (an empty cell, a line too short) is never guessed:
it is refused, by row and column.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "?"))
MOST_CATEGORIES = 100
MOST_SINGLE = 10  # of words that each occur once: more are names, dates, prices
MOST_SHOWN = 8  # of names in a message
# A comma in a number, whichever of 1.234,5 and 1,234.5 it is written as.
COMMA = re.compile(r"[-+]?\d[\d. ]*,[\d.,]*\d")
QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file.

    Attributes:
        path: The file.
        columns: For each column its cells, as text.
        lines: For each row the line of the file on which it ends.
    """

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]

    def place(self, row: int, column: str) -> str:
        """Return where a cell is: `row 2 (line 3), column 'age' of ages.csv`."""
        return (
            f"row {row + 1} (line {self.lines[row]}), column {column!r} of {self.path}"
        )


def read_table(path: str | os.PathLike[str]) -> Table:
    """Return the cells of the CSV file `path`.

    The first line names the columns. They are separated by what occurs most in it of
    comma, semicolon, tab and bar; blank lines are left out.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no such table: not text in UTF-8, no names, no rows, names
            that are missing or occur twice, a row too short or too long.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"a CSV file needs text in UTF-8; got byte {error.object[error.start]:#04x}"
            f" at {error.start} in {path}"
        ) from None
    first = QUOTED.sub("", text.lstrip("\n")).partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=max(",;\t|", key=first.count),
        skipinitialspace=True,
        strict=True,
    )
    try:
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ValueError(
            f"a CSV file needs rows of cells; got {error} at line {reader.line_num} of"
            f" {path} (hint: a quotation mark opens a cell and closes it)"
        ) from None
    if not rows:
        raise ValueError(f"a CSV file needs a first line with names; {path} is empty")
    names = [name.strip() for name in rows[0][1]]
    _check_names(names, path)
    if len(rows) == 1:
        raise ValueError(f"a CSV file needs rows below the names; got none in {path}")
    for i, (line, row) in enumerate(rows[1:], 1):
        if len(row) != len(names):
            raise ValueError(
                f"a CSV file needs {len(names)} cells a row; got {len(row)} in row {i}"
                f" (line {line}) of {path}"
            )
    lines, cells = zip(*rows[1:], strict=True)
    texts = ([*map(str.strip, column)] for column in zip(*cells, strict=True))
    return Table(path, dict(zip(names, texts, strict=True)), list(lines))


def _check_names(names: list[str], path: Path) -> None:
    for i, name in enumerate(names, 1):
        if not name or names.index(name) != i - 1:
            got = f"{name!r} twice in" if name else f"none for column {i} of"
            own = " of its own" if name else ""
            raise ValueError(
                f"a CSV file needs a name{own} for each column; got {got} {path}"
            )
    cells = [name for name in names if _number(name) is not None]
    # 2020 can be the name of a column, but 5.1 is a cell.
    if len(cells) == len(names) or not all(map(str.isdigit, cells)):
        raise ValueError(
            f"a CSV file needs a first line with the columns' names; got numbers,"
            f" {few(cells)}, in {path}"
        )


def categories(table: Table, column: str) -> list[str]:
    """Return the sorted words of a column, or none if it holds numbers.

    Raises:
        ValueError: If a cell is empty, or the column is neither: a few words among
            numbers, or more different words than could be learned from.
    """
    cells = table.columns[column]
    words: dict[str, int] = {}
    for i, cell in enumerate(cells):
        if cell.lower() in MISSING:
            raise ValueError(
                f"a CSV file needs a value in every cell; got {cell!r} in"
                f" {table.place(i, column)}"
                " (hint: fill it in, or leave out the row or the column)"
            )
        if _number(cell) is None:
            words.setdefault(cell, i)
    if not words:
        return []
    word, row = next(iter(words.items()))
    if COMMA.fullmatch(word):
        raise ValueError(
            "a CSV file needs numbers with a decimal point, and no comma; got"
            f" {word!r} in {table.place(row, column)}"
        )
    numbers = sum(_number(cell) is not None for cell in cells)
    if numbers > len(cells) / 2:
        raise ValueError(
            f"a column needs numbers only, or words; got {word!r} in"
            f" {table.place(row, column)}, where most are numbers"
        )
    kinds = sorted(set(cells))
    if len(kinds) > MOST_CATEGORIES or len(kinds) == len(cells) > MOST_SINGLE:
        raise ValueError(
            f"a column of words needs words that occur again, at most {MOST_CATEGORIES}"
            f" of them; got {len(kinds)} in the {len(cells)} rows of {column!r} of"
            f" {table.path} (hint: leave out columns of names or dates)"
        )
    return kinds


def numbers(table: Table, column: str) -> list[float]:
    """Return the column as numbers.

    Raises:
        ValueError: If a cell holds none, naming its row and column.
    """
    found = []
    for i, cell in enumerate(table.columns[column]):
        number = _number(cell)
        if number is None:
            raise ValueError(
                f"a CSV file needs numbers in column {column!r}; got {cell!r} in"
                f" {table.place(i, column)}"
            )
        found.append(number)
    return found


def encode(table: Table, columns: dict[str, list[str]]) -> np.ndarray:
    """Return the rows of the table as numbers.

    Args:
        table: The cells.
        columns: The names of the columns to take, each with its categories, or none if
            it holds numbers.

    Returns:
        An array with one row for each of the table's. A column of categories becomes as
        many columns as it has, 1.0 in that of the row's category and 0.0 in the others.

    Raises:
        ValueError: If the table lacks a column, or a cell is no number or is none of
            the categories.
    """
    import numpy as np

    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"{table.path} needs the columns {few(columns)}; got none named"
            f" {few(missing)}"
        )
    parts: list[list[float]] = []
    for name, kinds in columns.items():
        if not kinds:
            parts.append(numbers(table, name))
            continue
        cells = table.columns[name]
        for i, cell in enumerate(cells):
            if cell not in kinds:
                raise ValueError(
                    f"column {name!r} needs one of {few(kinds)}; got {cell!r} in"
                    f" {table.place(i, name)}"
                )
        parts += [[float(cell == kind) for cell in cells] for kind in kinds]
    return np.array(parts, dtype=float).T.reshape(len(table.lines), len(parts))


def feature_names(columns: dict[str, list[str]]) -> list[str]:
    """Return the names of the columns of what `encode` gives for `columns`.

    >>> feature_names({"age": [], "colour": ["blue", "red"]})
    ['age', 'colour=blue', 'colour=red']
    """
    return [
        f"{name}={kind}" if kind else name
        for name, kinds in columns.items()
        for kind in kinds or [""]
    ]


def few(names: Iterable[str]) -> str:
    """Return the names in a line; of many, the first.

    >>> few(["a", "b"])
    "'a', 'b'"
    """
    shown = [*map(repr, names)]
    rest = [f"and {len(shown) - MOST_SHOWN} more"] if len(shown) > MOST_SHOWN else []
    return ", ".join([*shown[:MOST_SHOWN], *rest])


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    # Python reads 1_000 as well, which in a table is more likely a name.
    return number if math.isfinite(number) and "_" not in cell else None
