"""A sheet of exercises to print: one HTML file, the solutions on pages of their own.

The file needs nothing from elsewhere: pictures stand in it as SVG. It is black on white
on paper, and follows the reader's screen otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from ...phrases.table import Phrases
from ...writing.page import colours, policy, scrolling
from ..resources import text_of
from .diagram import told
from .questions import EMPTY, Exercise, exercise, whole_numbers
from .shapes import LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

MOST = 100

# The ids of Graphviz are the same in every picture, and its titles are theirs.
UNWANTED = re.compile(r' id="[^"]*"|<title>[^<]*</title>|<!--.*?-->', re.DOTALL)
DARK_SCREEN = "@media screen and (prefers-color-scheme:dark)"


def worksheet(
    seed: int = 1,
    count: int = 10,
    level: int | None = None,
    language: Language | None = None,
) -> str:
    """Return a printable sheet of exercises, as the text of an HTML file.

    Args:
        seed: Any whole number. The same arguments give the same sheet.
        count: How many exercises.
        level: How hard they are, from 1 to 5; None for easy to hard.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        TypeError: If the seed or `count` is no whole number.
        ValueError: If there is no such level or language, or `count` is too small or
            too large.
        RuntimeError: If there is no program to draw the pictures with.
    """
    seed, count = whole_numbers("worksheet", seed=seed, count=count)
    words = Phrases(language)
    if not 1 <= count <= MOST:
        raise ValueError(words("exercises.sheet.few", most=MOST, given=count))
    levels = [_level(n, count) if level is None else level for n in range(count)]
    # Sheets of neighbouring seeds have no exercise in common.
    exercises = [
        exercise(seed * MOST + n, levels[n], words.language) for n in range(count)
    ]
    heads = ("title", "name", "date", "about_blanks", "solutions")
    return text_of(__package__, "worksheet.html").format(
        **{key: escape(words(f"exercises.sheet.{key}")) for key in heads},
        language=words.language,
        policy=policy(script=""),
        style=colours() + text_of(__package__, "worksheet.css"),
        seed=seed,
        asked="".join(_asked(e, n, words) for n, e in enumerate(exercises, 1)),
        solved="".join(_solved(e, n, words) for n, e in enumerate(exercises, 1)),
    )


def _level(n: int, count: int) -> int:
    """Return the level of the n-th of so many exercises, from easy to hard."""
    return min(LEVELS) + n * len(LEVELS) // count


def _asked(e: Exercise, number: int, words: Phrases) -> str:
    heading = escape(words("exercises.sheet.exercise", number=number))
    level = escape(words("exercises.sheet.level_of", level=e.level))
    command = f"python -m autograd exercise --seed {e.seed} --level {e.level}"
    command += f" --language {words.language}"
    check = words("exercises.sheet.check", command="\0").partition("\0")
    given = _lines(e.given_lines)
    picture = scrolling(_svg(e), told(e), 'class="picture"')
    return (
        f'<section>\n<h2>{heading} <span class="level">({level})</span></h2>\n'
        f"<h3>{escape(words('exercises.given'))}</h3>\n{given}"
        f"{picture}\n"
        f"<h3>{escape(words('exercises.sheet.blanks'))}</h3>\n"
        f'<ul class="blanks">{_gaps(e.question_lines)}</ul>\n'
        f'<p class="screen level">{escape(check[0])}<code>{command}</code>'
        f"{escape(check[2])}</p>\n</section>\n"
    )


def _solved(e: Exercise, number: int, words: Phrases) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in e.notes)
    heading = escape(words("exercises.sheet.solution_of", number=number))
    return (
        f"<section>\n<h2>{heading}</h2>\n"
        f"{_lines([*e.forward_steps, *e.backward_steps])}{notes}</section>\n"
    )


def _lines(lines: Iterable[str]) -> str:
    items = "".join(f'<li class="line">{escape(line)}</li>' for line in lines)
    return f"<ul>{items}</ul>\n"


def _gaps(lines: Sequence[str]) -> str:
    """Return the blanks, each with room to write on."""
    gap = '<span class="gap">&nbsp;</span>'
    asked = (escape(line.removesuffix(EMPTY)) for line in lines)
    return "".join(f'<li class="line">{line}{gap}</li>' for line in asked)


def _svg(e: Exercise) -> str:
    picture = e.picture.pipe("svg", encoding="utf-8")
    picture = UNWANTED.sub("", picture[picture.index("<svg") :])
    picture = picture.replace("@media (prefers-color-scheme:dark)", DARK_SCREEN)
    return picture.replace("<svg", f'<svg role="img" aria-label="{escape(told(e))}"', 1)
