"""Numbers as a reader wants them in a picture: few digits, no ornaments.

The picture rounds, its tooltips do not: they show `repr`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..phrases.table import Phrases

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(index: int) -> str:
    """Return `index` to stand below the line.

    >>> "a" + subscript(12)
    'a₁₂'
    """
    return str(index).translate(SUBSCRIPTS)


def short(number: float) -> str:
    """Return `number` with about four digits.

    >>> [short(x) for x in (2.0, -1 / 14, 1.2e-9, 0.00123456, 123456.789, 1e300)]
    ['2', '-0.0714', '1.2e-9', '0.00123', '1.235e5', '1e300']
    """
    if not math.isfinite(number):
        return repr(number)
    size = abs(number)
    if size == 0.0:
        return "0"
    if size < 0.01:
        text = f"{number:.3g}"
    elif size < 1e5:
        text = f"{number:.4f}".rstrip("0").rstrip(".")
    else:
        text = f"{number:.4g}"
    digits, e, exponent = text.partition("e")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}e{int(exponent)}" if e else digits


def span(
    words: Phrases, numbers: Sequence[float], write: Callable[[float], str] = short
) -> str:
    """Return the least and the largest of `numbers`, or the one that they all are.

    Each is written by `write`. Those that are nan have no order, and are counted apart.

    >>> from autograd.phrases import Phrases
    >>> words = Phrases("en")
    >>> span(words, [0.5, -1.0, 2.0]), span(words, [1.0, 1.0])
    ('-1 … 2', '1')
    >>> span(words, [math.nan, 1.0, math.nan, 2.0])
    '1 … 2, nan × 2'
    """
    ordered = [number for number in numbers if not math.isnan(number)]
    if not ordered:
        return write(math.nan)
    low, high = write(min(ordered)), write(max(ordered))
    text = low if low == high else f"{low} … {high}"
    missing = len(numbers) - len(ordered)
    return f"{text}, nan × {grouped(words, missing)}" if missing else text


def grouped(words: Phrases, number: int) -> str:
    """Return `number` with its thousands set apart, as the language does."""
    return f"{number:,}".replace(",", words("paths.thousands"))


def counted(words: Phrases, what: str, number: int, **slots: object) -> str:
    """Return how many there are of `what`, such as `drawing.nodes`.

    >>> from autograd.phrases import Phrases
    >>> counted(Phrases("en"), "drawing.nodes", 26042)
    '26,042 nodes'
    """
    return words.counted(what, number, number=grouped(words, number), **slots)


def is_short(number: float) -> bool:
    """Tell whether `short` writes a number as it is.

    >>> is_short(-2.5), is_short(1 / 3)
    (True, False)
    """
    return not math.isfinite(number) or float(short(number)) == number


def scientific(count: int) -> tuple[str, int]:
    """Return a positive int, of however many digits, as digits and a power of ten.

    >>> scientific(2**1000), scientific(9999)
    (('1.07', 301), ('1.00', 4))
    """
    logarithm = math.log10(count)
    exponent = math.floor(logarithm)
    digits = f"{10 ** (logarithm - exponent):.2f}"
    return ("1.00", exponent + 1) if digits == "10.00" else (digits, exponent)
