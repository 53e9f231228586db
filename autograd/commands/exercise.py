"""`exercise`: an exercise in the terminal, asked blank by blank."""

from __future__ import annotations

import argparse
import io
import random
import sys

from ..phrases.table import Phrases
from .shared import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..teaching.exercises.questions import Exercise

SEEDS = 10_000  # that one is taken of if none is given


def add(commands: Any, words: Phrases) -> None:
    """Add the command to `commands`."""
    from ..teaching.exercises.shapes import LEVELS

    parser = commands.add_parser("exercise", help=words("exercises.command.about"))
    parser.set_defaults(run=_run)
    parser.add_argument(
        "--seed", type=int, metavar="N", help=words("exercises.command.seed")
    )
    parser.add_argument(
        "--level", type=int, metavar="N", choices=LEVELS, default=1,
        help=words("exercises.command.level"),
    )  # fmt: skip


def _run(options: argparse.Namespace) -> int:
    from ..teaching.exercises.questions import exercise

    seed = random.randrange(SEEDS) if options.seed is None else options.seed
    asked = exercise(seed, options.level, options.language)
    words = asked.words
    say(str(asked))
    say("")
    say(words("exercises.command.how"))
    say("")
    answers = _asked(asked)
    verdicts = asked.check(answers)
    answered = sum(verdict.right is not None for verdict in verdicts)
    if answered:
        say("")
        score = {"right": verdicts.right, "all": len(asked.blanks)}
        say(words("exercises.score", **score))
    if len(answers) == len(asked.blanks) and not verdicts.solved:
        say("")
        say(words("exercises.command.solution"))
        say(asked.solution())
    if len(answers) == len(asked.blanks):
        say("")
        slots = {"seed": seed + 1, "level": asked.level}
        say(words("exercises.command.again", **slots))
    return 0


def _asked(asked: Exercise) -> dict[str, str]:
    """Return the answers that the learner gave, each of which has been judged."""
    from ..teaching.exercises.questions import EMPTY

    answers: dict[str, str] = {}
    stream = sys.stdin or io.StringIO()  # which may be closed
    typed_in = stream.isatty()
    for question, blank in zip(asked.question_lines, asked.blanks, strict=True):
        prompt = question.removesuffix(EMPTY)
        try:
            if typed_in:
                answers[blank.name] = input(_encodable(prompt))
            else:
                line = stream.readline()
                if not line:
                    raise EOFError
                answers[blank.name] = line.strip()
                say(prompt + answers[blank.name])
        except (EOFError, KeyboardInterrupt):
            say("")
            say(asked.words("exercises.command.stopped", blank=blank.asked))
            return answers
        say("    " + asked.judge.verdict(blank, answers).message)
    return answers


def _encodable(text: str) -> str:
    from ..teaching.views.terminal import encodable

    return encodable(text, sys.stdout)
