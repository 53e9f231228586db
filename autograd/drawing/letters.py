"""Text for LaTeX, in ASCII: it compiles with what any LaTeX has.

Letters that old fonts lack are composed of those that they have, or named by their
number in Unicode.
"""

from __future__ import annotations

import unicodedata

from ..writing.resources import table_of
from .escaping import printable

FILE = table_of(__package__, "letters.toml")
SCRIPTS = {"<sub>": "_", "<super>": "^"}


def plain(text: str) -> str:
    """Return `text` in ASCII, for LaTeX to show as it is.

    >>> plain("50 % é λ Σ₁")
    "50 \\\\% \\\\'{e} $\\\\lambda$ $\\\\Sigma$$_1$"
    """
    return "".join(map(in_latex, unicodedata.normalize("NFC", printable(text))))


def in_latex(c: str) -> str:
    """Return a character as LaTeX has it."""
    if c in FILE["signs"]:
        return FILE["signs"][c]
    if c.isascii():
        return c
    alphabet, _, letter = unicodedata.name(c, "").partition(" LETTER ")
    greek = letter.lower().replace("lamda", "lambda")
    greek = greek.capitalize() if alphabet == "GREEK CAPITAL" else greek
    if alphabet.startswith("GREEK") and greek in FILE["greek"]:
        return f"$\\{greek}$"
    kind, _, code = unicodedata.decomposition(c).partition(" ")
    if kind in SCRIPTS and chr(int(code, 16)).isdigit():
        return f"${SCRIPTS[kind]}{chr(int(code, 16))}$"
    base, *accents = unicodedata.normalize("NFD", c)
    if base.isascii() and base.isalpha() and FILE["accents"].keys() >= {*accents}:
        for accent in accents:
            base = f"{FILE['accents'][accent]}{{{base}}}"
        return base
    return f"{{[U+{ord(c):04X}]}}"
