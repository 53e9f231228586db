"""CSV files: columns of numbers and of categories, and what is wrong in them.

A network takes numbers only, so a column of words becomes one column of 0 and 1 for
each word. A column holds numbers if one way of writing them reads every cell. What a
file leaves open (an empty cell, whether 1,234 is above 1000) is never guessed: it is
refused, by row and column, with the option that decides.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograd.imports import np

from ..phrases import refused

MISSING = frozenset(("", "na", "<na>", "n/a", "#n/a", "nan", "null", "none", "?", "."))
MOST_CATEGORIES = 100
MOST_SINGLE = 10  # of words that each occur once: more are names, dates, prices
MOST_SHOWN = 8  # of names in a message
LONGEST = 40  # of a cell's letters there
QUOTED = re.compile(r'"[^"]*"')
SEPARATORS = ",;\t|"
MARKS = ".,"  # between a number's whole part and the rest
MONEY = "$€£¥₹₽₩₺₪¢"
UNIT = re.compile(rf"^([-+]?)\s*([{MONEY}])\s*|\s*([%{MONEY}])$")
# What a number is without its unit; thousands stand apart, all by the same sign.
WRITTEN = {
    mark: re.compile(
        rf"[-+]?(?=\{mark}?\d)"
        rf"(?:\d+|[1-9]\d{{0,2}}([\s'’{other}])\d{{3}}(?:\1\d{{3}})*)?"
        rf"(?:\{mark}\d*)?(?:[eE][-+]?\d+)?"
    )
    for mark, other in zip(MARKS, MARKS[::-1], strict=True)
}
# What looks like a number, whether or not it is read as one.
DIGITS = re.compile(
    rf"[-+−(\s{MONEY}]*[.,]?\d[\d.,'’*^\s]*(?:[eE][-+]?\d+)?[)%\s{MONEY}]*"
)


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file.

    Attributes:
        path: The file.
        columns: For each column its cells, as text.
        lines: For each row the line of the file on which it ends.
        separator: What stands between cells.
        decimal: The sign in numbers that are not whole; None if each column tells.
        read: The numbers of the columns that were read, by decimal sign.
    """

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]
    separator: str
    decimal: str | None
    read: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def is_index(self, column: str) -> bool:
        """Tell whether a column may number or name the rows."""
        return _is_index(self.columns[column])

    def refused(self, key: str, row: int, column: str, **slots: object) -> ValueError:
        """Return the error about a cell, which says where it is."""
        at = {"row": row + 1, "line": self.lines[row], "path": self.path}
        slots["place"] = refused("csv.place", column=column, **at)
        cell = self.columns[column][row]
        slots["given"] = cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…"
        return refused(key, column=column, **slots)


def read_table(
    path: str | os.PathLike[str] | Table,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
) -> Table:
    """Return the cells of the CSV file `path`; `-` is the standard input.

    The first line names the columns; blank lines are left out, and so is a first column
    without a name that numbers or names the rows.

    Args:
        path: The file; a table is returned as it is.
        separator: What stands between cells: one sign, or "tab"; None for the one of
            comma, semicolon, tab and bar that makes rows of one length.
        decimal: "." or ",", the sign in numbers such as 0.5; None where each column
            leaves no doubt.
        encoding: Such as "cp1252"; None for UTF-8, and UTF-16 where the file says so.
        header: Whether the first line names the columns; None if it is to be seen.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no such table: not text, no names, no rows, names that are
            missing or occur twice, a row too short or too long; or it can be read in
            two ways.
    """
    if isinstance(path, Table):
        return path
    path = Path(path)
    if decimal not in (None, *MARKS):
        raise refused("csv.decimal", given=decimal)
    text = _text(path, encoding)
    if text[:4].lower() == "sep=":  # which Excel reads, and some write
        separator, text = separator or text[4], text[5:]
    separator = separator or _separator(text, path)
    try:
        rows = _rows(text, {"tab": "\t", "\\t": "\t"}.get(separator, separator))
    except (csv.Error, TypeError) as error:
        raise refused("csv.rows", error=error, path=path) from None
    if not rows:
        raise refused("csv.empty", path=path)
    names = [str(i) for i, _ in enumerate(rows[0][1], 1)]
    if header is not False:
        names = [name.strip() for name in rows.pop(0)[1]]
    if not rows:
        raise refused("csv.no_rows", path=path)
    if all(len(row) == len(names) + 1 for _, row in rows):
        # The names of rows have none in R; or there is a separator at each row's end.
        names.insert(0 if any(row[-1] for _, row in rows) else len(names), "")
    for i, (line, row) in enumerate(rows, 1):
        if len(row) != len(names):
            widths = {"needed": len(names), "got": len(row)}
            raise refused("csv.width", **widths, row=i, line=line, path=path)
    lines, cells = zip(*rows, strict=True)
    texts = [[*map(str.strip, column)] for column in zip(*cells, strict=True)]
    if not names[0] and len(names) > 1 and _is_index(texts[0]):
        texts[0] = []
    columns: dict[str, list[str]] = {}
    for i, (name, column) in enumerate(zip(names, texts, strict=True), 1):
        if name in columns:
            raise refused("csv.twice", name=name, path=path)
        if name:
            columns[name] = column
        elif any(column):
            raise refused("csv.nameless", column=i, path=path)
    digits = [name for name in names if _read(name, ".") or _read(name, ",")]
    # 2020 can be the name of a column, but 5.1 is a cell.
    if len(digits) == len(names) or not all(map(str.isdigit, digits)):
        if header is None:
            raise refused("csv.names", given=few(digits), path=path)
    return Table(path, columns, list(lines), separator, decimal)


def _is_index(cells: Sequence[str]) -> bool:
    """Tell whether cells may number or name the rows: each once, and no fractions."""
    whole = (cell.isdigit() or _read(cell, ".") is None for cell in cells)
    return len(set(cells)) == len(cells) and all(whole)


def _text(path: Path, encoding: str | None) -> str:
    raw = sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode(encoding or ("utf-16" if marked else "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refused(
            "csv.text",
            coding=encoding or "UTF-8",
            byte=f"{raw[error.start]:#04x}",
            at=error.start,
            path=path,
        ) from None
    except LookupError:
        raise refused("csv.encoding", given=encoding) from None


def _separator(text: str, path: Path) -> str:
    """Return what separates the cells, by the first line, and then by all of them."""
    first = re.split(r"[\r\n]", QUOTED.sub("", text.lstrip("\r\n")), maxsplit=1)[0]
    likely = [sign for sign in SEPARATORS if sign in first]
    if len(likely) < 2:
        return "".join(likely) or ","
    even = [sign for sign in likely if _is_even(text, sign)]
    if len(even) > 1:
        slots = {"signs": few(even), "one": even[0], "other": even[1]}
        raise refused("csv.separator", **slots, path=path)
    return even[0] if even else max(likely, key=first.count)


def _is_even(text: str, separator: str) -> bool:
    try:
        return len({len(row) for _, row in _rows(text, separator)}) == 1
    except csv.Error:
        return False


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its line."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        skipinitialspace=True,
        strict=True,
    )
    try:
        return [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise csv.Error(f"{error} at line {reader.line_num}") from None


# --- numbers and words ----------------------------------------------------------------


def categories(table: Table, column: str) -> list[str]:
    """Return the sorted words of a column, or none if it holds numbers.

    Raises:
        ValueError: If a cell is empty, or the column is neither: a few words among
            numbers, numbers written in several ways, or more different words than could
            be learned from.
    """
    cells = table.columns[column]
    for i, cell in enumerate(cells):
        if cell.lower() in MISSING:
            raise table.refused("csv.missing", i, column)
    if _readings(table, column):
        return []
    words = [i for i, cell in enumerate(cells) if not DIGITS.fullmatch(cell)]
    if not words:
        numbers(table, column)  # which says what is wrong with them
    if len(words) < len(cells) / 2:
        raise table.refused("csv.word", words[0], column)
    kinds = sorted(set(cells))
    if len(kinds) > MOST_CATEGORIES or len(kinds) == len(cells) > MOST_SINGLE:
        counts = {"most": MOST_CATEGORIES, "got": len(kinds), "count": len(cells)}
        raise refused("csv.words", **counts, column=column, path=table.path)
    return kinds


def numbers(table: Table, column: str) -> list[float]:
    """Return the column as numbers.

    Raises:
        ValueError: If a cell holds none, or none that a float can hold, or is written
            in another way than those before, naming its row and column; or if it is
            open which numbers these are.
    """
    cells, found = table.columns[column], _readings(table, column)
    if len(found) > 1 and found["."] != found[","]:
        found = {mark: found[mark] for mark in _sure(table, column)}
    if not found:
        row = _odd(cells, table.decimal or MARKS)
        raise table.refused("csv.numbers", row, column)
    return next(iter(found.values()))


def _read(cell: str, mark: str) -> tuple[float, str] | None:
    """Return the number in a cell, if `mark` is its decimal mark, and its unit."""
    units = ""
    try:  # most are plain, and there are many
        number = float("" if (mark == "," and "." in cell) or "_" in cell else cell)
    except ValueError:
        cell = cell.replace("−", "-")
        units = "".join(before + after for _, before, after in UNIT.findall(cell))
        cell = UNIT.sub(r"\1", cell)
        if not WRITTEN[mark].fullmatch(cell):
            return None
        number = float(re.sub(rf"[^-+\deE{mark}]", "", cell).replace(mark, "."))
    number = number / 100 if units == "%" else number
    return (number, units) if math.isfinite(number) else None


def _readings(table: Table, column: str) -> dict[str, list[float]]:
    """Return the column's numbers for each decimal mark with which all cells are."""
    if column not in table.read:
        marks, cells = table.decimal or MARKS, table.columns[column]
        read = ((mark, _all_read(cells, mark)) for mark in marks)
        table.read[column] = {mark: numbers for mark, numbers in read if numbers}
    return table.read[column]


def _all_read(cells: Sequence[str], mark: str) -> list[float]:
    """Return the numbers in the cells, all of one unit; none if one cell is another."""
    numbers, units = [], set()
    for cell in cells:
        number, unit = _read(cell, mark) or (math.nan, "")
        units.add(unit)
        if math.isnan(number) or len(units) > 1:
            return []
        numbers.append(number)
    return numbers


def _sure(table: Table, column: str) -> Iterable[str]:
    """Return the decimal mark of a column that can be read with either.

    Raises:
        ValueError: If the file does not tell.
    """
    cells = table.columns[column]
    if table.separator == "," and not any("," in cell for cell in cells):
        return "."  # a comma would have to stand in quotation marks
    others = (_readings(table, name) for name in table.columns)
    sure = {mark for found in others if len(found) == 1 for mark in found}
    if len(sure) != 1:
        row = next(i for i, c in enumerate(cells) if _read(c, ".") != _read(c, ","))
        raise table.refused("csv.mark", row, column)
    return sure


def _odd(cells: Sequence[str], marks: str) -> int:
    """Return the first row in which no number stands as in the rows before."""
    read = max(
        ([_read(cell, mark) for cell in cells] for mark in marks),
        key=lambda read: sum(map(bool, read)),
    )
    unit = next((pair[1] for pair in read if pair), "")
    return next(i for i, pair in enumerate(read) if not pair or pair[1] != unit)


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
    missing = [name for name in columns if name not in table.columns]
    if missing:
        names = {"names": few(columns), "missing": few(missing)}
        raise refused("csv.columns", path=table.path, **names)
    parts: list[list[float]] = []
    for name, kinds in columns.items():
        if not kinds:
            parts.append(numbers(table, name))
            continue
        cells = table.columns[name]
        for i, cell in enumerate(cells):
            if cell not in kinds:
                raise table.refused("csv.kind", i, name, known=few(kinds))
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
