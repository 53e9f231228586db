"""`exercise grade`: the engines of a class, judged into one table."""

from __future__ import annotations

import argparse

from ..phrases.table import Phrases
from ..writing.files import free_name, write_whole
from .parser import Parser, say
from .shared import check_out


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    from ..teaching.exercises.runner import SECONDS

    parser.add_file("folder", metavar=words("command.folder"), help=words("grading.in"))
    parser.add_file("-o", "--out", help=words("grading.out"))
    parser.add_argument("--name", default="Value", help=words("grading.name"))
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="N",
        help=words("grading.seconds"),
    )  # fmt: skip
    parser.add_argument("--trusted", action="store_true", help=words("grading.trusted"))


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    from ..teaching.exercises.grading import grade, table

    words = Phrases(options.language)
    out = options.out or free_name("grades.csv")
    check_out("--out", out, (".csv", ".json"), words)
    grades = grade(
        options.folder, options.name, seconds=options.seconds,
        trusted=options.trusted, language=words.language,
    )  # fmt: skip
    for name, answer in grades.items():
        kind = words(f"grading.kinds.{answer.kind}")
        say(f"{'✓' if answer.solved else '✗'} {name}: {kind}")
    write_whole(out, table(grades, out.suffix.lower()))
    solved = sum(answer.solved for answer in grades.values())
    limits = ", ".join(sorted({limit for a in grades.values() for limit in a.limits}))
    slots = {"file": out, "all": len(grades), "right": solved, "limits": limits or "–"}
    say(words("grading.wrote", **slots))
    return 0
