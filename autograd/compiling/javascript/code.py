"""JavaScript as text: formulas of ops where they are used, loops, and functions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache

from ... import ops
from ...op import Op
from ...reading.formulas import forward_expression
from ...teaching.views.javascript import Formula, functions
from ...writing.resources import text_of
from ..statements import Shape

ATOM = re.compile(r"[\w.]+(\[[^\[\]]*(\[[^\[\]]*\])?[^\[\]]*\])?|[\d.]+(e[+-]?\d+)?")
SIGN = re.compile(r"(?<=[\w\])])(?<!\de)(&&|\|\||[<>]=?|[!=]==|[?:*+-])(?=[\w(!-])")


class _Inline(Formula):
    """Writes the formula of an op where it is used, with functions of Math."""

    def __init__(self, names: dict[str, str], helpers: set[str]) -> None:
        super().__init__(names)
        self.helpers = helpers

    def call(self, name: str, args: Sequence[str]) -> str:
        """Return an operator, or the call of a function."""
        if name == "div":
            return f"({factor(args[0])} / {factor(args[1])})"
        if name == "pow" and re.fullmatch(r"\(?-?[\d.]+\)?", args[1]):
            return _power(args[0], args[1].strip("()"))
        name = {"fabs": "abs"}.get(name, name)
        if name in _definitions():
            self.helpers.add(name)
            return f"{name}({', '.join(args)})"
        return f"Math.{name}({', '.join(args)})"


def _power(base: str, exponent: str) -> str:
    if exponent == "1":
        return base
    if ATOM.fullmatch(base) and exponent in ("2", "3"):
        return f"({' * '.join([base] * int(exponent))})"
    return f"Math.pow({base}, {exponent})"


def formula(op: Op, args: Sequence[str], helpers: set[str]) -> str:
    """Return what an op computes from numbers that are written so."""
    writer = _Inline({}, helpers)
    if op is ops.pow:  # out of its domain JavaScript gives NaN by itself
        text = writer.call("pow", list(map(factor, args)))
    else:
        names, body = forward_expression(op)
        writer.names = dict(zip(names, map(factor, args), strict=True))
        text = SIGN.sub(r" \1 ", writer.written(body))
    inner = text[1:-1]
    return inner if text == f"({inner})" and not re.search(r"\).*\(", inner) else text


def factor(text: str) -> str:
    """Return an operand, in brackets if it needs them."""
    bare = ATOM.fullmatch(text) or (text[0] == "(" and text[-1] == ")")
    return text if bare else f"({text})"


@cache
def _definitions() -> dict[str, str]:
    """Return the functions that a script may need, by name."""
    text = functions() + text_of(__package__, "lanes.js")
    found = re.finditer(
        r"(?:^//.*\n)*^const (\w+) = .*\n(?:^(?:  .*|};)\n)*", text, re.M
    )
    return {each[1]: each[0] for each in found}


def helpers(names: Iterable[str]) -> list[str]:
    """Return the definitions of functions, and of those that they call."""
    known = _definitions()
    needed, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            words = re.findall(r"\w+", known[name])
            waiting += [word for word in words if word in known]
    text = "".join(known[name] for name in known if name in needed)
    return text.splitlines()


# --- how code is laid out -------------------------------------------------------------


def function(note: str, head: str, body: Sequence[str], result: str = "") -> list[str]:
    """Return a function, after a note on it."""
    returned = [f"return {result};"] if result else []
    return [note, f"function {head} {{", *indented([*body, *returned]), "}"]


def indented(lines: Iterable[str]) -> list[str]:
    """Return lines further in."""
    return [f"  {line}" if line else "" for line in lines]


def loop(i: str, count: int | str, body: Sequence[str]) -> list[str]:
    """Return a loop; of one round, what is inside."""
    if count == 1 or not body:
        return list(body)
    head = f"for (let {i} = 0; {i} < {count}; {i}++)"
    if len(body) == 1:
        return [f"{head} {body[0]}"]
    return [f"{head} {{", *indented(body), "}"]


def counter(i: str, count: int) -> str:
    """Return how a loop of so many rounds calls its round."""
    return i if count > 1 else "0"


def filled(line: str) -> list[str]:
    """Return a line as several of the usual width."""
    return textwrap.wrap(line, 86, subsequent_indent="  ", break_long_words=False)


def times(i: str, count: int) -> str:
    """Return a place, times a number."""
    if i.isdigit():
        return str(int(i) * count)
    return i if count == 1 else f"{_within(i)} * {count}"


def plus(i: str, offset: int | str) -> str:
    """Return a sum of places."""
    known = [part for part in (i, str(offset)) if part != "0"]
    return " + ".join(map(_within, known)) if len(known) > 1 else (known or ["0"])[0]


def _within(place: str) -> str:
    """Return a place as part of another; shifts come after sums in JavaScript."""
    return f"({place})" if re.search(" (>>|&|[+]) ", place) else place


def shape_text(shape: Shape) -> str:
    """Return `16 × 2`, or `1` for one number."""
    return " × ".join(map(str, shape)) or "1"
