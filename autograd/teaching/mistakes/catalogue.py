"""`mistakes`: what goes wrong with the chain rule, tried out on the learner's graph.

Nothing here is claimed: each wrong way is really taken, beside the right one, and the
first number in which they part is shown, with the reason. Where the learner's graph is
too simple for a mistake to show, a small one takes its place, and it says so.
"""

from __future__ import annotations

import math

from ...drawing.escaping import isolated, printable, shortened
from ...drawing.notation import listed, told_apart
from ...messages import cut
from ...phrases.table import Phrases
from ...value import Value
from ..graphs import built
from ..lesson import Lesson, explain
from ..views.doubts import doubts
from .mistake import BELIEFS, Mistake, Mistakes
from .replays import REPLAYS, First, Replay, said, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

KINDS = tuple(REPLAYS)
LONGEST = 60  # letters of an expression


def mistakes(
    L: Value | Lesson, only: str | None = None, language: Language | None = None
) -> Mistakes:
    """Return what goes wrong with the chain rule, tried out on the graph of `L`.

    `L` is only read: its data and its gradients are as they were.

    Args:
        L: The output of a graph, or the lesson on it, which keeps the learner's names
            and lines.
        only: One kind alone, of `autograd.teaching.mistakes.KINDS`: "equations",
            "overwrite", "order", "local", "zero", "accumulate", "uphill", "gradient",
            "descent", "forwards", "product", "data" or "rebind".
        language: "en" or "fr"; None for that of the lesson, or of the environment.

    Raises:
        TypeError: If there is no graph.
        ValueError: If `only` or the language is unknown, or the graph is too large to
            be told node by node.
        RuntimeError: If data was edited since the graph was computed.

    >>> from autograd import Value, mistakes
    >>> w, x = Value(3.0, "w"), Value(2.0, "x")
    >>> (mistake,) = mistakes(w * x + w, only="overwrite", language="en")
    >>> mistake.first.name, mistake.first.should, mistake.first.became
    ('w.grad', 3.0, 2.0)
    >>> mistake.wrong
    {'w.grad': 2.0, 'x.grad': 3.0}
    """
    if isinstance(L, Value):
        L = explain(L, language=language)
    if not isinstance(L, Lesson):
        raise TypeError(
            "mistakes needs a Value or a Lesson; got"
            f" {type(L).__name__} {cut(L)} (hint: mistakes(explain(function, w=1.0)))"
        )
    if only is not None and only not in REPLAYS:
        raise ValueError(f"only needs one of {', '.join(KINDS)}; got {only!r}")
    L.check("mistakes")
    words = L.phrases(language)
    chosen = KINDS if only is None else (only,)
    tried = [_tried(L, kind, words) for kind in chosen]
    return Mistakes(tried, _graph(L, words), words, doubts(L, words))


def example() -> Lesson:
    """Return a small lesson that shows every mistake: a neuron and its loss."""
    given = {"w": 1.0, "x": 2.0, "b": -1.0, "y": 0.5}
    return _explained("s = w*x + b; p = s*s.tanh(); L = (p - y)**2", given)


def _explained(
    code: str, given: dict[str, float], language: Language | None = None
) -> Lesson:
    leaves = {name: Value(number) for name, number in given.items()}
    return explain(built(code, leaves), language=language)


def _tried(lesson: Lesson, kind: str, words: Phrases) -> Mistake:
    """Return one mistake, on the lesson's graph or on one that can show it."""
    numbers = (number for node in lesson.nodes for number in (node.data, node.grad))
    if not lesson.backward:
        replayed = "single" if lesson.inputs else "no_input"
    elif not all(map(math.isfinite, numbers)):
        replayed = "not_finite"
    else:
        replayed = REPLAYS[kind](lesson)
    own = isinstance(replayed, Replay)
    if isinstance(replayed, Replay):
        graph = words("mistakes.yours", graph=_graph(lesson, words))
    else:
        reason = words(f"mistakes.reasons.{replayed}")
        code, lines, inputs = REPLAYS[kind].example
        lesson = _explained(lines, inputs, words.language)
        replayed = REPLAYS[kind].replay(lesson)
        there = _graph(lesson, words, code)
        graph = words("mistakes.example", reason=reason, graph=there)
    table = words.table(f"mistakes.{kind}")
    slots = {key: said(thing) for key, thing in replayed.slots.items()}
    slots |= {f"{key}_": said(thing, True) for key, thing in replayed.slots.items()}
    slots["output"] = lesson.output.label
    told = table["told"].format(**slots)
    why = " ".join([table["why"], *(table[f"extra.{key}"] for key in replayed.extra)])
    rows = [tuple(str(said(cell)) for cell in row) for row in replayed.rows]
    if rows:
        rows[0] = tuple(table[f"columns.{key}"].format(**slots) for key in rows[0])
    where = _where(lesson, kind, replayed.first, words)
    return Mistake(
        kind, table["title"], table["belief"], graph, own, printable(told),
        replayed.first, where, replayed.wrong, replayed.right, rows,
        printable(why.format(**slots)), words,
    )  # fmt: skip


def _graph(lesson: Lesson, words: Phrases, code: str = "") -> str:
    """Return what a graph computes, in one line, such as `L = a*a = 9, with a = 3`."""
    output = lesson.output
    given: list[str] = []
    if code:
        code, *given = code.split(", ")
    elif lesson.title != output.label and not lesson.code:
        code = shortened(lesson.title, LONGEST)
    parts = (output.label, code, shown(output.data))
    code = " = ".join(printable(part) for part in parts if part)
    given += [f"{isolated(n.label)} = {shown(n.data)}" for n in lesson.inputs]
    if not given or output.op is None:
        return code
    return words("mistakes.with", code=code, numbers=listed(given))


def _where(lesson: Lesson, kind: str, first: First | None, words: Phrases) -> str:
    """Return the first wrong number in words, with its place in the learner's code."""
    if first is None:
        return ""
    should, became = told_apart(first.should, first.became)
    slots = {"name": isolated(first.name), "should": should, "became": became}
    if first.node is None or first.arg is None:
        key = "would_be" if kind in BELIEFS else "first"
        return words(f"mistakes.number_{key}", **slots)
    node, arg = lesson.nodes[first.node], lesson.nodes[first.arg]
    place = ""
    if node.source is not None and node.source.text:
        code = printable(node.source.expression)
        key = "line" if lesson.code else "code"
        place = " " + words(f"mistakes.{key}", line=node.source.line, code=code)
    key = "total" if kind == "overwrite" else "share"
    return words(
        f"mistakes.number_{key}", step=first.step, node=isolated(node.label),
        arg=isolated(arg.label), place=place, **slots,
    )  # fmt: skip
