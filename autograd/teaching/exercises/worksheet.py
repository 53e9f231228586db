"""A sheet of exercises to print, as HTML or PDF: the questions, and the key.

An HTML file needs nothing from elsewhere: pictures stand in it as SVG. It is black on
white on paper, and follows the reader's screen otherwise. A PDF is set by typst.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ...imports import needed
from ...phrases.table import Phrases
from ...writing.files import write_whole
from ...writing.page import colours, policy, scrolling
from ...writing.resources import text_of
from ..lesson import Lesson
from .diagram import told
from .questions import EMPTY, Exercise, exercise, whole_numbers
from .shapes import LEVELS, redrawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

MOST = 100
PARTS = {"all": ("asked", "solved"), "questions": ("asked",), "key": ("solved",)}
HEADS = ("title", "name", "date", "about_blanks", "solutions")

# The ids of Graphviz are the same in every picture, and its titles are theirs.
UNWANTED = re.compile(r' id="[^"]*"|<title>[^<]*</title>|<!--.*?-->', re.DOTALL)
DARK_SCREEN = "@media screen and (prefers-color-scheme:dark)"
GAP = '<span class="gap">&nbsp;</span>'


@dataclass(frozen=True)
class Sheet:
    """Exercises to print, in whole or in part: "all", the "questions" or the "key".

    Attributes:
        seed: The number that it was made from.
        exercises: The exercises.
        words: The phrases of the reader's language.
    """

    seed: int
    exercises: list[Exercise]
    words: Phrases

    def html(self, part: str = "all") -> str:
        """Return the text of an HTML file."""
        heads = {key: escape(head) for key, head in self._heads.items()}
        body = ""
        for name in PARTS[part]:
            one = text_of(__package__, f"worksheet_{name}_one.html")
            ones = "".join(one.format(**_marked_up(e)) for e in self._told)
            template = text_of(__package__, f"worksheet_{name}.html")
            body += template.format(exercises=ones, **heads)
        return text_of(__package__, "worksheet.html").format(
            body=body,
            language=self.words.language,
            policy=policy(script=""),
            style=colours() + text_of(__package__, "worksheet.css"),
            seed=self.seed,
            **heads,
        )

    def pdf(self, part: str = "all") -> bytes:
        """Return a PDF file.

        Raises:
            ImportError: If typst is not installed.
        """
        typst = needed("typst", "sheets as PDF need", "typst", "pictures")
        sheet = self._heads | {
            "seed": self.seed, "language": self.words.language, "parts": PARTS[part],
            "exercises": self._told,
        }  # fmt: skip
        page = text_of(__package__, "worksheet.typ").encode()
        data = json.dumps(sheet).encode()
        return typst.compile({"main.typ": page, "data.json": data})

    def save(self, path: str | os.PathLike[str]) -> list[Path]:
        """Write the questions to a file, .html or .pdf, and beside it the key.

        Returns:
            Their paths: sheet.pdf and sheet-key.pdf.
        """
        made = self.pdf if Path(path).suffix.lower() == ".pdf" else self.html
        key = Path(path).with_stem(f"{Path(path).stem}-key")
        return [write_whole(path, made("questions")), write_whole(key, made("key"))]

    @property
    def _heads(self) -> dict[str, str]:
        return {key: self.words(f"exercises.sheet.{key}") for key in HEADS}

    @property
    def _told(self) -> list[dict[str, Any]]:
        return [_told(e, n, self.words) for n, e in enumerate(self.exercises, 1)]


def sheet(
    seed: int = 1,
    count: int = 10,
    level: int | None = None,
    language: Language | None = None,
    own: Sequence[Lesson] = (),
) -> Sheet:
    """Return exercises to print.

    Args:
        seed: Any whole number. The same arguments give the same sheet.
        count: How many exercises.
        level: How hard they are, from 1 to 5; None for easy to hard.
        language: "en" or "fr"; None for that of the environment.
        own: Lessons of one's own to ask for instead, as they are with seed 1; other
            seeds give them other numbers.

    Raises:
        TypeError: If the seed or `count` is no whole number.
        ValueError: If there is no such level or language, or `count` is too small or
            too large.

    >>> from autograd import explain
    >>> lesson = explain("a*b + a", a=2, b=3)
    >>> for seed in 1, 2:
    ...     made = sheet(seed, own=[lesson], language="en")
    ...     print(made.exercises[0].given_lines, "a.grad" in made.html("key"))
    ['a = 2, b = 3'] False
    ['a = −3, b = −2'] False
    """
    seed, count = whole_numbers("worksheet", seed=seed, count=count)
    words = Phrases(language)
    if own:
        asked = [what if seed == 1 else redrawn(what, seed) for what in own]
        return Sheet(seed, [exercise(e, language=words.language) for e in asked], words)
    if not 1 <= count <= MOST:
        raise ValueError(
            words("exercises.sheet.few", name="count", most=MOST, given=count)
        )
    levels = [_level(n, count) if level is None else level for n in range(count)]
    # Sheets of neighbouring seeds have no exercise in common.
    exercises = [
        exercise(seed * MOST + n, levels[n], words.language) for n in range(count)
    ]
    return Sheet(seed, exercises, words)


def worksheet(*args: Any, **named: Any) -> str:
    """Return what `sheet` gives, its solutions too, as the text of one HTML file."""
    return sheet(*args, **named).html()


def _level(n: int, count: int) -> int:
    """Return the level of the n-th of so many exercises, from easy to hard."""
    return min(LEVELS) + n * len(LEVELS) // count


def _told(e: Exercise, number: int, words: Phrases) -> dict[str, Any]:
    """Return what a sheet says of an exercise: texts, and lists of lines."""
    level, command = "", ""
    if e.seed is not None:
        level = f"({words('exercises.sheet.level_of', level=e.level)})"
        command = f"python -m autograd exercise --seed {e.seed} --level {e.level}"
        command += f" --language {words.language}"
    return {
        "heading": words("exercises.sheet.exercise", number=number),
        "level": level,
        "given_are": words("exercises.given"),
        "given": e.given_lines,
        "svg": _svg(e),
        "told": told(e),
        "blanks_are": words("exercises.sheet.blanks"),
        "blanks": [line.removesuffix(EMPTY) for line in e.question_lines],
        "check": words("exercises.sheet.check", command=command) if command else "",
        "solution_of": words("exercises.sheet.solution_of", number=number),
        "steps": [*e.forward_steps, *e.backward_steps],
        "notes": e.notes,
    }


def _marked_up(e: dict[str, Any]) -> dict[str, str]:
    """Return the same as HTML."""
    texts = {key: escape(said) for key, said in e.items() if isinstance(said, str)}
    lines = {
        key: "".join(f'<li class="line">{escape(line)}{end}</li>' for line in e[key])
        for key, end in (("given", ""), ("blanks", GAP), ("steps", ""))
    }
    check = re.sub(r"python -m .*\w", r"<code>\g<0></code>", texts["check"])
    picture = scrolling(e["svg"], e["told"], 'class="picture"')
    notes = "".join(f"<p>{escape(note)}</p>" for note in e["notes"])
    return texts | lines | {"check": check, "picture": picture, "notes": notes}


def _svg(e: Exercise) -> str:
    picture = e.picture.pipe("svg", encoding="utf-8")
    picture = UNWANTED.sub("", picture[picture.index("<svg") :])
    picture = picture.replace("@media (prefers-color-scheme:dark)", DARK_SCREEN)
    return picture.replace("<svg", f'<svg role="img" aria-label="{escape(told(e))}"', 1)
