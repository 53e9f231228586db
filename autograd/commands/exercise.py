"""`exercise`: an exercise in the terminal, or a sheet of them to print."""

from __future__ import annotations

import argparse
import io
import random
import sys
from pathlib import Path
from typing import Any

from ..phrases.table import Phrases
from ..teaching.views.terminal import encodable
from ..writing.files import write_whole
from .parser import Parser, say
from .shared import check_out

SEEDS = 10_000  # that one is taken of if none is given


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    from ..teaching.exercises.shapes import LEVELS

    for name, settings in {
        "seed": {}, "level": {"choices": LEVELS}, "count": {"default": 10}
    }.items():  # fmt: skip
        about = words(f"exercises.command.{name}")
        parser.add_argument(f"--{name}", type=int, metavar="N", help=about, **settings)
    parser.add_file("-o", "--out", help=words("exercises.command.out"))


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status."""
    if options.out is not None:
        return _write(options.out, options)
    from ..teaching.exercises.questions import exercise

    seed = random.randrange(SEEDS) if options.seed is None else options.seed
    asked = exercise(seed, options.level or 1, options.language)
    words = asked.words
    say(f"{asked}\n\n{words('exercises.command.how')}\n")
    answers = _asked(asked)
    verdicts = asked.check(answers)
    answered = sum(verdict.right is not None for verdict in verdicts)
    if answered:
        score = {"right": verdicts.right, "all": len(asked.blanks)}
        say(f"\n{words('exercises.score', **score)}")
    if len(answers) == len(asked.blanks):
        if not verdicts.solved:
            say(f"\n{words('exercises.command.solution')}\n{asked.solution()}")
        slots = {"seed": seed + 1, "level": asked.level}
        say(f"\n{words('exercises.command.again', **slots)}")
    return 0


def _asked(asked: Any) -> dict[str, str]:
    """Return the answers that the learner gave, each of which has been judged."""
    from ..teaching.exercises.questions import EMPTY

    answers: dict[str, str] = {}
    stream = sys.stdin or io.StringIO()  # which may be closed
    typed_in = stream.isatty()
    for question, blank in zip(asked.question_lines, asked.blanks, strict=True):
        prompt = question.removesuffix(EMPTY)
        try:
            if typed_in:
                answers[blank.name] = input(encodable(prompt, sys.stdout))
            else:
                line = stream.readline()
                if not line:
                    raise EOFError
                answers[blank.name] = line.strip()
                say(prompt + answers[blank.name])
        except (EOFError, KeyboardInterrupt):
            stopped = asked.words("exercises.command.stopped", blank=blank.asked)
            say(f"\n{stopped}")
            return answers
        say("    " + asked.judge.verdict(blank, answers).message)
    return answers


def _write(out: Path, options: argparse.Namespace) -> int:
    """Write a sheet of exercises, its solutions apart."""
    from ..teaching.exercises.worksheet import worksheet

    words = Phrases(options.language)
    check_out("--out", out, (".html", ".htm"), words)
    seed = 1 if options.seed is None else options.seed
    write_whole(out, worksheet(seed, options.count, options.level, words.language))
    slots = {"file": out, "count": options.count, "seed": seed}
    say(words("exercises.sheet.wrote", **slots))
    return 0
