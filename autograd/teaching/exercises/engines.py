"""`check_engine`: a class of Values that a learner has written, judged.

The class computes small graphs, from simple to hard, in a process of its own, and so
does ours, here. Where the two part, the known mistakes are made on purpose, one after
the other: the one that leads to the learner's numbers, and to right ones on all graphs
before, is what the learner is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ...drawing.escaping import printable, shortened, without_addresses
from ...drawing.notation import TEXT
from ...messages import cut
from ...ops import TABLE
from ...phrases.table import Phrases
from ...value import Value as OurValue
from ...writing.resources import table_of
from ..lesson import explain
from .answers import Answer
from .engine_cases import CASES, Case, Mistake, mistakes_for, predicted
from .runner import DEEP, Outcome, run_class
from .verdicts import WIDTH, as_typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

# What a class may say of plain numbers, or a function that is for numbers alone.
REFUSALS = {"TypeError", "AttributeError", "AssertionError", "NotImplementedError"}

ERRORS = table_of(__package__, "engine_cases.toml")["errors"]
SIDES = {None: "place", 0: "place_left", 1: "place_right"}


@dataclass(frozen=True, repr=False)
class EngineAnswer(Answer):
    """What came out for a class: its text says it to the learner.

    Attributes:
        passed: The graphs that were right before the fault, a line for each.
        kind: "right", "wrong", "open" (no answer yet), "ours" (no engine of their own),
            "missing" (no class), "stopped" by a limit of time, or "ended" in between.
        right: The graphs that were right, and
        wrong: those that went wrong.
        tried: The ops that were tried; `solved` speaks of them alone.
        untried: What could not be tried: the class refuses it, or it is unknown here.
        limits: What held while it ran, "time" and "memory"; none if it ran in place.
    """

    passed: tuple[str, ...] = ()
    kind: str = "wrong"
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return a line with a tick for each graph passed, then the message."""
        return "\n".join([*self.passed, super().__repr__()])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        passed = "".join(f"<div>{escape(line)}</div>" for line in self.passed)
        return f'<div lang="{self.language}">{passed}{super()._repr_html_()}</div>'


def check_engine(Value: Any, *, language: Language | None = None) -> EngineAnswer:
    """Return whether a class of Values that a learner has written is right.

    It is tried on small graphs, from simple to hard: first `+` and `*`, which it needs,
    then each op that it offers and that we know, from `-` to `sigmoid`, be it a method
    or a function of the same module. The first graph that goes wrong is shown, with
    what was mixed up.

    On Linux the class runs in a fork of this process, within limits of time and memory;
    elsewhere, as in a browser, it runs in place, which the answer says.

    Args:
        Value: The class: `Value(2.0)` has `data`, and `grad` after `backward()` of a
            result. `...` is no answer yet, nor is a class whose nodes hold `...`. What
            is derived from our own `Value` is no engine of one's own.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        TypeError: If `Value` cannot be called.

    >>> from autograd import check_engine
    >>> class Forgetful:
    ...     def __init__(self, data):
    ...         self.data, self.grad = data, 0.0
    ...     def __mul__(self, other):
    ...         return Forgetful(self.data + other.data)
    >>> check_engine(Forgetful, language="en")
    ✗ a product: L = a*b, with a = 3, b = −5
    L.data should be −15; it became −2. The forward pass goes wrong: look at the
    operator itself first.
    """
    words = Phrases(language)
    if Value is ... or Value is None:
        return answered("open", words("exercises.not_yet"), words)
    if not callable(Value):
        raise TypeError(
            f"check_engine needs a class; got {type(Value).__name__} {cut(Value)}"
            " (hint: check_engine(Value))"
        )
    outcome = run_class(Value, [case.asked for case in CASES])
    return judged(outcome, CASES, words, ours=Value is OurValue)


def answered(kind: str, said: str, words: Phrases, **more: Any) -> EngineAnswer:
    """Return the answer of a kind, with what to say."""
    solved = kind == "right"
    explained = more.pop("explained", solved)
    return EngineAnswer(solved, explained, said, words.language, kind=kind, **more)


def judged(
    outcome: Outcome, cases: Sequence[Case], words: Phrases, ours: bool = False
) -> EngineAnswer:
    """Return what came out for a class, told from what it sent.

    Args:
        outcome: What it sent, which may be anything.
        cases: What it was tried on.
        words: The phrases of the learner's language.
        ours: Whether it may be our own class.
    """
    right: list[Case] = []
    wrong: list[Case] = []
    refused: list[Case] = []
    kind, said, explained, before = "right", [], True, right
    for n, case in enumerate(cases):
        found = outcome.get(str(n), {})
        kinds = found.get("kinds", ())
        if found.get("function"):
            case = case.of_function()
        if found.get("ours") and not ours:
            return answered("ours", words("engines.ours"), words)
        if found.get("open") and not wrong:
            lines = _lines(right, words)
            return answered("open", words("exercises.not_yet"), words, passed=lines)
        if case.needs and found.get("lacks"):
            continue
        # A number that became none says no as well.
        _, _, became = _wrong_data(case, found) or ("", 0.0, None)
        refuses = REFUSALS.intersection(kinds) or isinstance(became, str)
        if refuses and (case.optional or (case.needs and found.get("function"))):
            refused.append(case)
        elif _is_right(case, found):
            right.append(case)
        elif found or not wrong:
            if not wrong:
                before = list(right)
                kind = "wrong" if found else outcome["end"]
                explained, said = _fault(case, found, kind, before, words)
            wrong.append(case)
        if not found:
            break
    said = said or _praise(outcome, right, refused, words)
    return answered(
        kind, "\n".join(said), words, explained=explained, passed=_lines(before, words),
        tried=tuple(_ops(right + wrong, words)), right=_codes(right),
        wrong=_codes(wrong), untried=tuple(_untried(outcome, refused)),
        limits=tuple(outcome.get("limits", ())),
    )  # fmt: skip


def _is_right(case: Case, found: Mapping[str, Any]) -> bool:
    if not found or "kinds" in found or _wrong_data(case, found):
        return False
    return _same(found.get("grads", {}), case.right)


def _codes(cases: Sequence[Case]) -> tuple[str, ...]:
    return tuple(case.code for case in cases)


def _lines(cases: Sequence[Case], words: Phrases) -> tuple[str, ...]:
    return tuple(
        words("engines.passed", code=c.code, shows=words(f"engines.shows.{c.shows}"))
        for c in cases
    )


def _ops(cases: Sequence[Case], words: Phrases) -> list[str]:
    """Return the ops in some graphs, as they are written."""
    found = {n.op.name for c in cases for _, g in c.graphs for n in g.nodes if n.op}
    return [_written(op, words) for op in TABLE if op in found]


def _written(op: str, words: Phrases) -> str:
    return words.table("engines.ops").get(op, f"{op}()")


def _praise(
    outcome: Outcome, right: Sequence[Case], refused: Sequence[Case], words: Phrases
) -> list[str]:
    """Return what to say of a class that is right, a line for each thing."""
    tried = ", ".join(f"`{op}`" for op in _ops(right, words))
    said = [words("engines.solved", count=len(right), tried=tried)]
    if untried := _untried(outcome, [c for c in refused if c.shows != "number"]):
        names = ", ".join(f"`{name}`" for name in untried)
        said.append(words("engines.untried", names=names))
    if plain := [c for c in refused if c.shows == "number"]:
        codes = ", ".join(f"`{name}`" for name in _untried({}, plain))
        said.append(words("engines.hints.numbers", refused=codes))
    far = outcome.get("far", {}).get("kinds", ())
    for error, kind in ("RecursionError", "deep"), ("EndlessError", "slow"):
        if error in far:
            said.append(words(f"engines.hints.{kind}", nodes=DEEP))
    if not outcome.get("limits"):
        said.append(words("engines.in_place"))
    return said


def _untried(outcome: Outcome, refused: Sequence[Case]) -> list[str]:
    """Return what could not be tried: graphs that are refused, ops that are unknown."""
    others = outcome.get("other", {}).get("names", ())
    codes = [case.code.removeprefix("L = ") for case in refused]
    return codes + [f"{as_typed(name)}()" for name in others]


def _wrong_data(case: Case, found: Mapping[str, Any]) -> tuple[str, float, Any] | None:
    """Return the first wrong number on the way forward: its name, right and wrong."""
    for (right, _), data in zip(case.graphs, found.get("data", ()), strict=False):
        for name, number in right.items():
            if name in data and not _near(data[name], number):
                return name, number, data[name]
    return None


def _fault(
    case: Case,
    found: Mapping[str, Any],
    kind: str,
    passed: Sequence[Case],
    words: Phrases,
) -> tuple[bool, list[str]]:
    """Return whether a fault is known, and what to say of it, a line for each thing."""
    given = ", ".join(TEXT.equation(n, TEXT.digits(x)) for n, x in case.numbers.items())
    shows = words(f"engines.shows.{case.shows}")
    said = [words("engines.failed", shows=shows, code=case.code, given=given)]
    hint = []
    if case.reflected:
        hint = [words("engines.reflected", name=case.reflected)]
    if kind != "wrong":
        return True, [*said, words(f"engines.{kind}")]
    if wrong := _wrong_data(case, found):
        name, should, became = wrong
        slots = {"name": name, "should": TEXT.digits(should), "became": _shown(became)}
        return True, [*said, words("engines.data", **slots), *hint]
    if "kinds" in found:
        meant, slots = _meant(found)
        if "NoValueError" not in found["kinds"]:
            said.append(raised(found, words))
        if meant:
            said.append(words(f"engines.errors.{meant}", **slots))
        return bool(meant), said
    grads = found.get("grads", {})
    for name, right in case.right.items():
        key = "right" if _near(grads.get(name), right) else "wrong"
        slots = {"should": TEXT.digits(right), "became": _shown(grads.get(name))}
        said.append(words(f"engines.grad_{key}", name=name, **slots))
    why = _why(case, grads, passed, words)
    return why is not None, [*said, why or words("engines.unexplained"), *hint]


def _why(
    case: Case, found: Mapping[str, Any], passed: Sequence[Case], words: Phrases
) -> str | None:
    """Return what was mixed up, told from the numbers, if that is known."""
    seed = _number(found.get("L"))
    if seed == 0.0 and not any(_number(found.get(n)) for n in case.leaves):
        return words("engines.mistakes.no_seed", became=_shown(found.get("L")))
    multiples = {name: seed * right for name, right in case.right.items()}
    if seed != 1.0 and _same(found, multiples):
        return words("engines.mistakes.seed", became=_shown(found.get("L")))
    for mistake in mistakes_for(case):
        if _same(found, predicted(mistake, case)) and (
            mistake.kind == "early"
            or all(_same(predicted(mistake, p), p.right) for p in passed)
        ):
            return _told(mistake, not passed, words)
    return None


def _told(mistake: Mistake, first: bool, words: Phrases) -> str:
    """Return what to say of a mistake that shows on the first graph, or later."""
    place, slope = "", ""
    if mistake.op is not None:
        op = _written(mistake.op, words)
        place = words(f"engines.{SIDES[mistake.side]}", op=op)
        slope = words.table("engines.slopes").get(mistake.op) or _slope(mistake.op)
    said = words(f"engines.mistakes.{mistake.kind}", place=place, slope=slope)
    if mistake.kind == "unchanged" and mistake.side is None and first:
        said += words("engines.hints.ones")
    return said


def _slope(op: str) -> str:
    """Return the slope of an op of one arg as mathematics writes it.

    >>> _slope("log"), _slope("sigmoid")
    ('1 / x', 'y·(1 − y)')
    """
    y = TABLE[op](OurValue(sum(TABLE[op].safe[0]) / 2.0 + 0.25, "x"))
    y.label = "y"
    return str(explain(y).backward[0].partial)


def _meant(error: Mapping[str, Any]) -> tuple[str | None, dict[str, object]]:
    """Return what an error comes from, and the slots of what to say of it."""
    kinds, text = error["kinds"], error["text"]
    if "NoValueError" in kinds:
        return "no_value", {"given": as_typed(text)}
    quoted = re.findall(r"'(\w+)'", text)
    name = quoted[-1 if "AttributeError" in kinds else 0] if quoted else ""
    holder = {"object", *error.get("holder", quoted[:1])}
    for known in ERRORS:
        fits = known["error"] in kinds and re.search(known["said"], text)
        if fits and holder & set(known.get("of", holder)):
            return known["means"], {"name": error.get("name", name)}
    return None, {}


def raised(error: Mapping[str, Any], words: Phrases) -> str:
    """Return an error as Python says it, with the line of the learner's code."""
    if "EndlessError" in error["kinds"]:
        said = words("engines.stopped_at")
    else:
        text = shortened(without_addresses(printable(error["text"])), 200)
        said = words("engines.raised", kind=error["kinds"][0], text=text)
    if "line" not in error:
        return said
    code = shortened(printable(error["code"]), WIDTH)
    return said + words(
        f"engines.{'line' if code else 'bare_line'}", line=error["line"], code=code
    )


def _number(given: Any) -> float:
    """Return a grad or data as a float: None is 0, and nan is what is no number."""
    if given is None:
        return 0.0
    return float(given) if isinstance(given, float) else math.nan


def _near(given: Any, right: float) -> bool:
    return math.isclose(_number(given), right, rel_tol=1e-6, abs_tol=1e-9)


def _same(found: Mapping[str, Any], right: Mapping[str, float]) -> bool:
    return all(_near(found.get(name), number) for name, number in right.items())


def _shown(given: Any) -> str:
    number = _number(given)
    if given is None or math.isnan(number):
        return as_typed(given)
    return TEXT.digits(number)
