"""Errors of the engine, said in the learner's language.

The engine's messages are English, whatever the environment says, and for programmers.
Where it is a learner who reads them, they are said anew, with phrases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..op import ARITHMETIC_ERRORS
from ..phrases.table import Phrases
from ..reading.expressions import HERE
from ..reading.sources import Source


@contextmanager
def said_in(words: Phrases) -> Iterator[None]:
    """Raise the engine's errors of this context in the language of `words`."""
    try:
        yield
    except (*ARITHMETIC_ERRORS, RuntimeError, TypeError) as error:
        facts = getattr(error, "facts", None)
        if facts is None:
            raise
        said = type(error)(_sentence(facts, error, words))
        # It still tells the line of the learner's that it comes from.
        raise said.with_traceback(error.__traceback__) from None


def _sentence(facts: dict[str, Any], error: Exception, words: Phrases) -> str:
    given = ", ".join(_number(pair, words) for pair in facts["given"])
    slots = {"symbol": facts["symbol"], "given": given}
    match facts["kind"]:
        case "out_of_domain":
            slots["needs"] = _needs(facts, error, words)
        case "no_slope":
            slots["made"] = _made(facts["made"], words)
            if facts["place"] is not None:
                names = words.table("errors.argument_names")
                other = words("errors.engine.argument", place=facts["place"] + 1)
                slots["by"] = names.get(facts["name"], other)
                slots["hint"] = words("errors.engine.plain") if facts["place"] else ""
                return words("errors.engine.no_slope_by", **slots)
        case "left_graph":
            called, name = facts["called"]
            slots["made"] = _made(facts["made"], words)
            slots["line"] = facts["line"]
            way = "instead" if called else "way_on"
            slots["way"] = words(f"errors.engine.{way}", called=called, name=name)
        case "edited":
            slots["who"] = facts["who"]
            slots["node"] = _number(facts["node"], words)
    return words(f"errors.engine.{facts['kind']}", **slots)


def _made(made: Source | None, words: Phrases) -> str:
    known = made is not None and made.file != HERE
    return words("errors.engine.made", place=made) if known else ""


def _needs(facts: dict[str, Any], error: Exception, words: Phrases) -> str:
    if isinstance(error, OverflowError):
        return words("errors.engine.range")
    # An op of the learner's own has the words that the learner gave it.
    own = facts["domain"] or words("errors.engine.domain")
    return words.table("errors.domains").get(facts["op"], own)


def _number(pair: tuple[float, str], words: Phrases) -> str:
    number, label = pair
    if not label:
        return repr(number)
    return words("errors.engine.at", number=repr(number), label=label)
