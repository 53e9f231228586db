"""The steps of a lesson as articles: a question, the formula, the numbers, a sentence.

Most steps say the same of other names and numbers, so the page holds what they say as
templates. The script puts the articles together, shows one at a time, and keeps back
the numbers that are to be predicted; printed, they stand one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from ....drawing.notation import TEXT
from ....reading.snapshot import place_among
from ...learning import told_steps
from ...lines import by_lines, owners, several
from ...steps import Backward, Forward, Seed
from .. import telling
from ..telling import is_measured
from .slots import (
    MARKUP,
    Slots,
    Templates,
    maths,
    name,
    part,
    said,
    slot,
    words_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....phrases.table import Phrases
    from ...lesson import Lesson
    from ...steps import Step


@dataclass
class Article:
    """One step as the page shows it.

    Attributes:
        title: What happens, as plain text.
        kind: "start", "forward", "seed", "backward" or "end".
        body: What is said, as pieces of HTML.
        question: What is to be predicted, as plain text; "" for nothing.
        which: The node that is computed, or hands on by its line; or the share.
    """

    title: str
    kind: str
    body: list[str]
    question: str = ""
    which: int = 0


def write_articles(lesson: Lesson, words: Phrases) -> dict[str, Any]:
    """Return the steps of a lesson, between a beginning and an end, for the script.

    They are told by operations, and by lines if there are several.
    """
    start, end = _start(lesson, words), _end(lesson, words)
    articles = [start]
    share = 0
    for step in lesson.steps:
        if isinstance(step, Forward):
            articles.append(_forward(lesson, step, words))
        elif isinstance(step, Seed):
            articles.append(_seed(step, words))
        else:
            articles.append(_backward(lesson, step, share, words))
            share += 1
    owner = owners(lesson)
    kinds = ("start", "forward", "seed", "backward", "end")
    groups = by_lines(lesson, True) if several(lesson) else []
    shares = [step for group in groups for step in group if isinstance(step, Backward)]
    lines = [_line(lesson, group, shares, words) for group in groups]
    templates = Templates()
    told, by_line = (
        [
            [step.kind, step.which, step.title, step.question]
            + [templates.place(piece) for piece in step.body]
            for step in steps
        ]
        for steps in ([*articles, end], [start, *lines, end])
    )
    return {
        "articles": told,
        "lines": by_line if groups else [],
        "owners": [owner.get(node.place, -1) for node in lesson.nodes],
        "handed": [[s.node.place, s.arg.place, s.nth, s.of] for s in shares],
        "templates": templates.all(),
        "tags": {kind: words(f"page.{kind}_tag") for kind in kinds},
    }


def _line(
    lesson: Lesson, group: list[Step], shares: list[Backward], words: Phrases
) -> Article:
    """Return what a line computes, or hands on: as it is told where nothing moves."""
    kind, body, to = type(group[0]).__name__.lower(), [], ""
    for step in group:
        n = 0
        if isinstance(step, Backward):
            n, to = shares.index(step), f" data-to={part(step.arg.place)}"
        body += [maths(left, sides, to) for left, *sides in _equations(step, "KCBT", n)]
        if said := telling.remark(step, words):
            body.append(f"<p class=note{to}>{part(escape(said))}</p>")
    told = told_steps(lesson, group) or group
    title = words(f"page.{kind}_tag") + telling.heading(lesson, told, words)
    return Article(title, kind, body, which=group[0].node.place)


def _equations(step: Step, keys: str, n: int = 0) -> list[list[str]]:
    """Return what is computed in a step, its numbers as elements.

    Args:
        step: The step.
        keys: The letters of the slope, the share, what was before, and the sum.
        n: The number of the share.
    """
    match step:
        case Forward(node, formula):
            markup = Slots(formula.places)
            keyed = replace(step, result=f"d{node.place}")
        case Seed(node):
            markup, keyed = MARKUP, replace(step, node=replace(node, grad="one"))
        case Backward(node, partial=partial):
            markup = Slots(partial.places if partial else {})
            slope, share, before, total = (f"{key}{n}" for key in keys)
            keyed = replace(
                step, slope=slope, upstream=f"g{node.place}", contribution=share,
                before=before, total=total, taken=True,
            )  # fmt: skip
    return telling.equations(keyed, markup)


def _start(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if lesson.inputs:
        rows = [
            maths(MARKUP.name(node.name), [slot(f"d{node.place}")])
            for node in lesson.inputs
        ]
        body = [_said("start_inputs", words, out=out), *_many(rows)]
    else:
        body = [_said("start_constant", words, out=out)]
    body.append(_said("start_forward", words))
    if lesson.inputs:
        body.append(_said("start_backward", words, out=out))
    body.append(f"<p class=keys>{words('page.start_keys')}</p>")
    return Article(words("page.start"), "start", body)


def _forward(lesson: Lesson, step: Forward, words: Phrases) -> Article:
    node = step.node
    named = [lesson.nodes[arg].label for arg in dict.fromkeys(node.args)]
    ((left, *sides),) = _equations(step, "kcbt")
    come = {"node": name(node.name), "args": _list(named, words)}
    body = [_said("compute_from", words, **come), maths(left, sides)]
    called = TEXT.name(node.name)
    title = words("page.compute", node=called)
    return Article(title, "forward", body, called, node.place)


def _seed(step: Seed, words: Phrases) -> Article:
    called = step.node.name
    line = MARKUP.derivative(called, called)
    body = [
        _said("seed_question", words, out=name(called)),
        maths(line, [slot("one")]),
        f"<p class=after>{words('page.seed_answer')}</p>",
    ]
    return Article(words("page.seed"), "seed", body, TEXT.derivative(called, called))


def _backward(lesson: Lesson, step: Backward, share: int, words: Phrases) -> Article:
    node, arg, out = step.node, step.arg, lesson.output
    slots = {"node": name(node.name), "arg": name(arg.name), "out": name(out.name)}
    slots |= {"nth": part(step.nth), "of": part(step.of)}
    local = step.written_partial(MARKUP)
    body = []
    if step.partial is not None:
        left, *sides = _equations(step, "kcbt", share)[0]
        body += [_which(step, words, slots), maths(left, sides)]
    if node is out:
        body.append(_said("chain_root", words, **slots))
    else:
        body.append(_said("chain", words, upstream=said(f"g{node.place}"), **slots))
    goal = MARKUP.derivative(out.name, arg.name)
    nth = words("page.share", nth=step.nth, of=step.of)
    arriving, slope = slot(f"g{node.place}"), slot(f"k{share}", enclosed=True)
    products = [MARKUP.infix("*", MARKUP.derivative(out.name, node.name), local),
                MARKUP.infix("*", arriving, slope)]  # fmt: skip
    result = slot(f"c{share}")
    left = goal if step.of == 1 else words_of(nth)
    body.append(maths(left, [*products, result]))
    question = TEXT.derivative(out.name, arg.name)
    if step.nth < step.of:
        question += f" ({words('page.so_far')})"
    if step.nth > 1:
        total = MARKUP.infix("+", slot(f"b{share}"), slot(f"c{share}", enclosed=True))
        if step.nth < step.of:
            goal += words_of(f" ({words('page.so_far')})")
        result = slot(f"t{share}")
        body += [_said("more_share", words, **slots), maths(goal, [total, result])]
    elif step.of > 1:
        body.append(_said("first_share", words, **slots))
    if step.nth == step.of:
        meaning = words("page.meaning", change=said(f"m{arg.place}"), **slots)
        body.append(f"<p class=after>{meaning}</p>")
    body.append(f"<p class=nothing>{words('lesson.untaken', **slots)}</p>")
    title = words("page.back_to", node=TEXT.name(node.name), arg=TEXT.name(arg.name))
    return Article(title, "backward", body, question, share)


def _which(step: Backward, words: Phrases, slots: dict[str, str]) -> str:
    """Return what the partial of a step tells: what moves, and what follows it."""
    count = step.node.args.count(step.arg.place)
    if count > 1:
        place = place_among(step.node.args, step.i)
        indexed = f"<math>{MARKUP.indexed(step.arg.name, place)}</math>"
        slots = slots | {"indexed": indexed, "count": part(count)}
        return _said("local_place", words, **slots)
    if step.of > 1 and step.node.formula:
        formula = f"<math>{step.node.formula.named(MARKUP)}</math>"
        return _said("local_alone", words, formula=formula, **slots)
    return _said("local", words, **slots)


def _many(rows: list[str]) -> list[str]:
    return ["<div class=many>", *rows, "</div>"]


def _said(phrase: str, words: Phrases, **slots: object) -> str:
    return f"<p>{words(f'page.{phrase}', **slots)}</p>"


def _end(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if not lesson.inputs:
        return Article(words("page.end"), "end", [_said("end_none", words)])
    called = lesson.output.name
    rows = [
        maths(
            MARKUP.derivative(called, node.name),
            [slot(f"g{node.place}")],
            f" data-to={part(node.place)}",
        )
        for node in lesson.inputs
    ]
    phrases = ("end_text", "end_down")[1 - is_measured(lesson) :]
    told = [_said(phrase, words, out=out) for phrase in phrases]
    body = [*_many(rows), *told]
    return Article(words("page.end"), "end", body)


def _list(names: list[str], words: Phrases) -> str:
    """Return `a`, or `a and b`, or `a, b and c`."""
    *most, last = map(name, names)
    if not most:
        return last
    return words("page.and", first=", ".join(most), last=last)
