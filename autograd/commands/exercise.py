"""`exercise`: an exercise in the terminal, or a sheet of them to print."""

from __future__ import annotations

import argparse
import io
import random
import sys
from itertools import pairwise
from pathlib import Path

from ..phrases.table import Phrases
from ..teaching.lesson import Lesson, explain
from ..teaching.views.terminal import encodable
from .parser import Parser, say
from .shared import check_out, read_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..teaching.exercises.questions import Exercise

SEEDS = 10_000  # that one is taken of if none is given


def add(parser: Parser, words: Phrases) -> None:
    """Add what the command takes."""
    from ..teaching.exercises.shapes import LEVELS

    parser.add_argument(
        "variables", nargs="*", metavar=words("command.what_name"),
        help=words("exercises.command.own"),
    )  # fmt: skip
    for name, settings in {
        "seed": {}, "level": {"choices": LEVELS}, "count": {"default": 10},
        "versions": {"default": 1},
    }.items():  # fmt: skip
        about = words(f"exercises.command.{name}")
        parser.add_argument(f"--{name}", type=int, metavar="N", help=about, **settings)
    parser.add_file("-o", "--out", help=words("exercises.command.out"))


def run(options: argparse.Namespace) -> int:
    """Run it, and return the exit status: 1 if it was done, with something wrong."""
    own = _own(options)
    if options.out is not None:
        return _write(options.out, own, options)
    from ..teaching.exercises.questions import exercise

    seed = random.randrange(SEEDS) if options.seed is None else options.seed
    asked = exercise(own[0] if own else seed, options.level or 1, options.language)
    words = asked.words
    say(f"{asked}\n\n{words('exercises.command.how')}\n")
    answers = _asked(asked)
    verdicts = asked.check(answers)
    answered = sum(verdict.right is not None for verdict in verdicts)
    if answered:
        score = {"right": verdicts.right, "all": len(asked.blanks)}
        say(f"\n{words('exercises.score', **score)}")
    if len(answers) < len(asked.blanks):
        return 0
    if not verdicts.solved:
        say(f"\n{words('exercises.command.solution')}\n{asked.solution()}")
    if not own:
        slots = {"seed": seed + 1, "level": asked.level}
        say(f"\n{words('exercises.command.again', **slots)}")
    return int(not verdicts.solved)


def _own(options: argparse.Namespace) -> list[Lesson]:
    """Return the lessons on expressions, each given before its numbers."""
    texts, words = options.variables, Phrases(options.language)
    starts = [n for n, text in enumerate(texts) if not n or "=" not in text]
    return [
        explain(texts[n], language=words.language,
                **read_variables(texts[n + 1 : end], words))
        for n, end in pairwise([*starts, len(texts)])
    ]  # fmt: skip


def _asked(asked: Exercise) -> dict[str, str]:
    """Return the answers that the learner gave, each of which has been judged."""
    from ..teaching.exercises.questions import EMPTY

    answers: dict[str, str] = {}
    for question, blank in zip(asked.question_lines, asked.blanks, strict=True):
        for tries in 1, 2:
            try:
                answers[blank.name] = _typed(question.removesuffix(EMPTY))
            except (EOFError, KeyboardInterrupt):
                stopped = asked.words("exercises.command.stopped", blank=blank.asked)
                say(f"\n{stopped}")
                return answers
            verdict = asked.judge.verdict(blank, answers)
            if verdict.right is not False or tries == 2:
                say("    " + verdict.message)
                break
            hint = asked.words("exercises.command.hint", hint=asked.hint(blank))
            say("    " + (hint if verdict.answer is not None else verdict.message))
    return answers


def _typed(prompt: str) -> str:
    """Return the line that answers a question; it is shown where nobody typed it."""
    stream = sys.stdin or io.StringIO()  # which may be closed
    if stream.isatty():
        return input(encodable(prompt, sys.stdout))
    line = stream.readline()
    if not line:
        raise EOFError
    say(prompt + line.strip())
    return line.strip()


def _write(out: Path, own: list[Lesson], options: argparse.Namespace) -> int:
    """Write sheets of exercises, the key of each apart."""
    from ..teaching.exercises.worksheet import MOST, sheet

    words = Phrases(options.language)
    check_out("--out", out, (".html", ".htm", ".pdf"), words)
    if not 1 <= options.versions <= MOST:
        slots = {"name": "--versions", "most": MOST, "given": options.versions}
        raise ValueError(words("exercises.sheet.few", **slots))
    first = 1 if options.seed is None else options.seed
    for seed in range(first, first + options.versions):
        several = options.versions > 1
        path = out.with_stem(f"{out.stem}-{seed - first + 1}") if several else out
        made = sheet(seed, options.count, options.level, words.language, own)
        path, key = made.save(path)
        slots = {"file": path, "key": key, "count": len(made.exercises), "seed": seed}
        say(words("exercises.sheet.wrote", **slots))
    return 0
