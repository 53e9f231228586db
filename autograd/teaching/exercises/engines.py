"""`check_engine`: a class of Values that a learner has written, judged.

The class computes small graphs, from simple to hard, and so does ours. Where the two
part, the known mistakes are made on purpose, one after the other: the one that leads to
the learner's numbers, and to right ones on all graphs before, is what the learner is
told.
"""

from __future__ import annotations

import math
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from ...drawing.escaping import coded, printable, shortened, without_addresses
from ...drawing.notation import TEXT
from ...messages import cut
from ...phrases.table import Phrases
from ...value import data_of
from ..resources import table_of
from ..views.terminal import filled
from .engine_cases import CASES, GIVEN, Case, Mistake, mistakes_for, predicted
from .verdicts import WIDTH, as_typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

SCRIPT = "<check_engine>"  # in place of a file, for the code of the cases
LINES = 1_000_000  # of Python, for one graph
DEEP = 3000  # nodes of a long chain
OF_NODE = ("args", "data", "grad", "slopes")  # what a learner's node may have


class EndlessError(BaseException):
    """Raised in the learner's code where it does not come to an end."""


class NoValueError(Exception):
    """Raised where an operator of the learner gives something else than a Value."""


ERRORS = table_of(__package__, "engine_cases.toml")["errors"]
# Of an attribute that is set, Python 3.11 says in the text alone where it is missing.
LACKING = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
HELD = {"NoneType": None, "int": 0, "float": 0.0, "tuple": (), "list": [], "set": set()}
SIDES = {None: "place", 0: "place_left", 1: "place_right"}


@dataclass(frozen=True)
class EngineAnswer:
    """What came out for a class: its text says it to the learner.

    Attributes:
        solved: Whether all is right.
        explained: Whether all is right, or the fault is a known one.
        message: What to say of the fault, or at the end; a line for each thing.
        passed: The graphs that were right before it, a line for each.
        language: That of the message, "en" or "fr".
    """

    solved: bool
    explained: bool
    message: str
    passed: tuple[str, ...]
    language: Language

    def __repr__(self) -> str:
        """Return a line with a tick for each graph passed, then the message."""
        lines = [filled(line, WIDTH) for line in self.message.split("\n")]
        return "\n".join([*self.passed, *lines])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        passed = "".join(f"<div>{escape(line)}</div>" for line in self.passed)
        said = "".join(f"<p>{coded(line)}</p>" for line in self.message.split("\n"))
        return f'<div lang="{self.language}">{passed}{said}</div>'


def check_engine(Value: Any, *, language: Language | None = None) -> EngineAnswer:
    """Return whether a class of Values that a learner has written is right.

    It is tried on small graphs, from simple to hard: first `+` and `*`, which it needs,
    then `-`, `/`, `**`, `relu()`, `exp()` and `tanh()`, where it has them. The first
    graph that goes wrong is shown, with what was mixed up.

    Args:
        Value: The class: `Value(2.0)` has `data`, and `grad` after `backward()` of a
            result. `...` is no answer yet, nor is a class whose nodes hold `...`.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        TypeError: If `Value` cannot be called.

    >>> from autograd import Value, check_engine
    >>> class Forgetful(Value):
    ...     def __mul__(self, other):
    ...         return self + other
    >>> check_engine(Forgetful, language="en")
    ✗ a product: L = a*b, with a = 3, b = −5
    L.data should be −15; it became −2. The forward pass goes wrong: look at the
    operator itself first.
    >>> check_engine(Value, language="en").solved
    True
    """
    words = Phrases(language)
    if Value is ... or Value is None:
        return _answer(False, False, [words("exercises.not_yet")], [], words)
    if not callable(Value):
        raise TypeError(
            f"check_engine needs a class; got {type(Value).__name__} {cut(Value)}"
            " (hint: check_engine(Value))"
        )
    passed: list[Case] = []
    refused: list[str] = []
    for case in CASES:
        found = _watched(partial(_tried, Value, case))
        if found is None:
            continue  # there is no such op
        if found is ...:
            return _answer(False, False, [words("exercises.not_yet")], passed, words)
        if case.optional and isinstance(found, TypeError | AttributeError):
            refused.append(f"`{case.code.removeprefix('L = ')}`")
        elif isinstance(found, dict) and _same(found, case.right):
            passed.append(case)
        else:
            explained, said = _fault(case, found, passed, words)
            return _answer(False, explained, said, passed, words)
    said = [words("engines.solved", count=len(passed))]
    if refused:
        said.append(words("engines.hints.numbers", refused=", ".join(refused)))
    far = _watched(partial(_long_chain, Value))
    if isinstance(far, RecursionError | EndlessError):
        kind = "deep" if isinstance(far, RecursionError) else "slow"
        said.append(words(f"engines.hints.{kind}", nodes=DEEP))
    return _answer(True, True, said, passed, words)


def _answer(
    solved: bool,
    explained: bool,
    said: Sequence[str],
    passed: Sequence[Case],
    words: Phrases,
) -> EngineAnswer:
    lines = [
        words("engines.passed", code=c.code, shows=words(f"engines.shows.{c.shows}"))
        for c in passed
    ]
    return EngineAnswer(
        solved, explained, "\n".join(said), tuple(lines), words.language
    )


def _tried(make: Callable[..., Any], case: Case) -> Any:
    """Return the grads that a class leads to.

    In place of them: None without the method that is needed; `...` where that is what
    a node holds; a tuple of name, right number and wrong one where the forward pass
    goes wrong.
    """
    names = {name: make(GIVEN[name]) for name in case.leaves}
    if case.needs and not hasattr(names[case.leaves[0]], case.needs):
        return None
    for code, (data, _) in zip(case.rounds, case.graphs, strict=True):
        exec(compile(code, SCRIPT, "exec"), {}, names)
        for name, number in data.items():
            if names[name] is None or isinstance(names[name], int | float):
                raise NoValueError(f"{name} = {names[name]}")
            if not _near(names[name].data, number):
                return name, number, names[name].data
        if any(held is ... for held in getattr(names["L"], "__dict__", {}).values()):
            return ...
        names["L"].backward()
    return {name: names[name].grad for name in case.leaves} | {
        "L": getattr(names["L"], "grad", None)
    }


def _long_chain(make: Callable[..., Any]) -> None:
    a = x = make(1.0)
    for _ in range(DEEP):
        x = x + a
    x.backward()


def _watched(work: Callable[[], Any]) -> Any:
    """Return what `work` returns, or what it raises; an endless one is stopped.

    Each line that it runs is counted, which Python does for debuggers: so it ends in
    the learner's own code, at the same line on each machine.
    """
    left = LINES

    def count(frame: Any, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise EndlessError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        return work()
    except (Exception, EndlessError) as error:
        return error
    finally:
        sys.settrace(before)


def _fault(
    case: Case, found: Any, passed: Sequence[Case], words: Phrases
) -> tuple[bool, list[str]]:
    """Return whether a fault is known, and what to say of it, a line for each thing."""
    given = ", ".join(TEXT.equation(n, TEXT.digits(GIVEN[n])) for n in case.leaves)
    shows = words(f"engines.shows.{case.shows}")
    said = [words("engines.failed", shows=shows, code=case.code, given=given)]
    if isinstance(found, BaseException):
        kind, slots = _meant(found)
        if not isinstance(found, NoValueError):
            said.append(_raised(found, words))
        if kind:
            said.append(words(f"engines.errors.{kind}", **slots))
        return bool(kind), said
    if isinstance(found, tuple):
        name, should, became = found
        slots = {"name": name, "should": TEXT.digits(should), "became": _shown(became)}
        return True, [*said, words("engines.data", **slots)]
    for name, right in case.right.items():
        key = "right" if _near(found[name], right) else "wrong"
        should, became = TEXT.digits(right), _shown(found[name])
        said.append(
            words(f"engines.grad_{key}", name=name, should=should, became=became)
        )
    why = _why(case, found, passed, words)
    return why is not None, [*said, why or words("engines.unexplained")]


def _why(
    case: Case, found: dict[str, Any], passed: Sequence[Case], words: Phrases
) -> str | None:
    """Return what was mixed up, told from the numbers, if that is known."""
    seed = _number(found["L"])
    if seed == 0.0 and not any(_number(found[name]) for name in case.leaves):
        return words("engines.mistakes.no_seed", became=_shown(found["L"]))
    multiples = {name: seed * right for name, right in case.right.items()}
    if seed != 1.0 and _same(found, multiples):
        return words("engines.mistakes.seed", became=_shown(found["L"]))
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
        op = words(f"engines.ops.{mistake.op}")
        place = words(f"engines.{SIDES[mistake.side]}", op=op)
        slope = words(f"engines.slopes.{mistake.op}")
    said = words(f"engines.mistakes.{mistake.kind}", place=place, slope=slope)
    if mistake.kind == "unchanged" and mistake.side is None and first:
        said += words("engines.hints.ones")
    return said


def _meant(error: BaseException) -> tuple[str | None, dict[str, object]]:
    """Return what an error comes from, and the slots of what to say of it."""
    text = str(error)
    if isinstance(error, NoValueError):
        return "no_value", {"given": text}
    if isinstance(error, AttributeError):
        return _lacking(error)
    quoted = re.search(r"'(\w+)'", text)
    kinds = [kind.__name__ for kind in type(error).__mro__]
    for known in ERRORS:
        if known["error"] in kinds and re.search(known["said"], text):
            return known["means"], {"name": quoted[1]} if quoted else {}
    return None, {}


def _lacking(error: AttributeError) -> tuple[str | None, dict[str, object]]:
    """Return what it comes from that something lacks an attribute."""
    obj, name = error.obj, error.name
    if name is None:
        told = LACKING.match(str(error))
        if told is None:
            return None, {}
        obj, name = HELD.get(told[1], told), told[2]
    match obj:
        case None:
            return "nothing", {"name": name}
        case int() | float():
            return "number", {"name": name}
        case tuple() | list() | set() if name in OF_NODE:
            return "several", {}
    return "missing", {"name": name}


def _raised(error: BaseException, words: Phrases) -> str:
    """Return an error as Python says it, with the line of the learner's code."""
    if isinstance(error, EndlessError):
        said = words("engines.stopped")
    else:
        text = shortened(without_addresses(printable(str(error))), 200)
        said = words("engines.raised", kind=type(error).__name__, text=text)
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename not in (__file__, SCRIPT)]
    if not own:
        return said
    line, code = own[-1].lineno, shortened(printable(own[-1].line or ""), WIDTH)
    return said + words(
        f"engines.{'line' if code else 'bare_line'}", line=line, code=code
    )


def _number(given: Any) -> float:
    """Return a grad or data as a float: None is 0, and nan is what is no number."""
    try:
        return 0.0 if given is None else float(data_of(given))
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _near(given: Any, right: float) -> bool:
    return math.isclose(_number(given), right, rel_tol=1e-6, abs_tol=1e-9)


def _same(found: dict[str, Any], right: dict[str, float]) -> bool:
    return all(_near(found[name], number) for name, number in right.items())


def _shown(given: Any) -> str:
    number = _number(given)
    if given is None or math.isnan(number):
        return as_typed(given)
    return TEXT.digits(number)
