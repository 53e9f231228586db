"""Text for LaTeX, in ASCII: it compiles with what any LaTeX has.

Letters that old fonts lack are composed of those that they have, or named by their
number in Unicode.
"""

from __future__ import annotations

import tomllib
import unicodedata
from importlib.resources import files
from typing import Any

from .escaping import printable

FILE: dict[str, Any] = tomllib.loads(
    (files("autograd.drawing") / "letters.toml").read_text("utf-8")
)
GREEK = frozenset((
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho"
    " sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon"
    " Phi Psi Omega"
).split())  # fmt: skip
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
    if alphabet.startswith("GREEK") and greek in GREEK:
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
