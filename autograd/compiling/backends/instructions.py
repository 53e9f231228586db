"""Instructions: a program as lines of Python code, each of one call or one operator.

An instruction is a template and the values it takes, `("{} * {}", (3, 7))`; a value is
the number of the instruction that computes it, or a number written out. What has been
computed once is not computed again, arithmetic on numbers alone is done at once, and a
variable whose value is not needed any more takes the next: so a program of thousands of
lines holds a few arrays at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

from ...imports import np

# The number of an instruction, or a number as text.
Operand = int | str


def literal(number: float) -> str:
    """Return a number as it is written in code, in parentheses where a sign needs it.

    >>> literal(0.5), literal(-1), literal(float("nan"))
    ('0.5', '(-1.0)', 'arrays.nan')
    """
    number = float(number)
    if math.isnan(number):
        return "arrays.nan"
    if math.isinf(number):
        return "arrays.inf" if number > 0.0 else "(-arrays.inf)"
    return repr(number) if math.copysign(1.0, number) > 0.0 else f"({number!r})"


class Instructions:
    """The lines of a program, in the order in which they are added."""

    def __init__(self) -> None:
        """Begin with none."""
        self.known: dict[tuple[str, tuple[Operand, ...]], Operand] = {}
        self.lines: list[tuple[str, tuple[Operand, ...]]] = []

    def add(self, template: str, *operands: Operand) -> Operand:
        """Return the value of an instruction, which is added unless it is known."""
        key = template, operands
        if key not in self.known:
            self.known[key] = len(self.lines)
            self.lines.append(key)
        return self.known[key]

    def compute(self, template: str, *operands: Operand) -> Operand:
        """Return the value of an operator or a function of numbers, element by element.

        It is added unless it is known, or numbers among the operands tell the value.
        """
        key = template, operands
        if key not in self.known:
            simpler = self._simpler(template, operands)
            if simpler is None:
                return self.add(template, *operands)
            self.known[key] = simpler
        return self.known[key]

    def _simpler(self, template: str, operands: tuple[Operand, ...]) -> Operand | None:
        """Return the value, if numbers among the operands tell it."""
        if template in ("{}", "+{}"):
            return operands[0]
        if all(isinstance(operand, str) for operand in operands):
            return _computed(template.format(*operands))
        match template, operands:
            case "arrays.where({}, {}, {})", ("True", a, _):
                return a
            case "arrays.where({}, {}, {})", ("False", _, b):
                return b
            case "arrays.logical_and({}, {})", (a, "True") | ("True", a):
                return a
            case "arrays.logical_and({}, {})", (_, "False") | ("False", _):
                return "False"
            case "{} ** {}", (a, "1.0"):
                return a
            case "{} ** {}", (a, "2.0"):
                return self.compute("{} * {}", a, a)
        return None

    def code(self, results: Sequence[Operand]) -> Iterator[str]:
        """Return the lines, and one more that returns the results as a tuple."""
        # The line that takes each value last; what no line takes is not computed.
        end = len(self.lines)
        last = {value: end for value in results if isinstance(value, int)}
        for number in reversed(range(end)):
            if number in last:
                for x in self.lines[number][1]:
                    if isinstance(x, int):
                        last.setdefault(x, number)
        names: dict[int, str] = {}
        free: list[str] = []
        count = 0
        for number in sorted(last):
            template, operands = self.lines[number]
            taken = [names[x] if isinstance(x, int) else x for x in operands]
            for x in dict.fromkeys(operands):
                if isinstance(x, int) and last[x] == number:
                    free.append(names[x])
            if not free:
                free.append(f"v{count}")
                count += 1
            names[number] = free.pop()
            yield f"{names[number]} = {template.format(*taken)}"
        given = [names[x] if isinstance(x, int) else x for x in results]
        yield f"return ({', '.join(given)},)"


@cache
def _computed(text: str) -> str | None:
    """Return what an expression of numbers alone gives, as text."""
    try:
        with np.errstate(all="ignore"):
            # The text is ours: a template from a row, and numbers.
            value = eval(text, {"arrays": np})
        if isinstance(value, bool | np.bool_):
            return repr(bool(value))
        return literal(value)
    except (ArithmeticError, AttributeError, TypeError):
        return None  # 1.0 / 0.0, NumPy's missing erf, (-1.0) ** 0.5
