"""The steps of a lesson as articles: a question, the formula, the numbers, a sentence.

Most steps say the same of other names and numbers, so the page holds what they say as
templates. The script puts the articles together, shows one at a time, and keeps back
the numbers that are to be predicted; printed, they stand one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from ....drawing.notation import TEXT
from ....reading.snapshot import place_among
from ...steps import Backward, Forward, Seed
from ..telling import is_measured
from .slots import (
    MARKUP,
    Templates,
    equation,
    maths,
    name,
    part,
    said,
    sides,
    slot,
    words_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ....phrases.table import Phrases
    from ...lesson import Lesson


@dataclass
class Article:
    """One step as the page shows it.

    Attributes:
        title: What happens, as plain text.
        kind: "start", "forward", "seed", "backward" or "end".
        body: What is said, as pieces of HTML.
        question: What is to be predicted, as plain text; "" for nothing.
    """

    title: str
    kind: str
    body: list[str]
    question: str = ""


def write_articles(lesson: Lesson, words: Phrases) -> dict[str, Any]:
    """Return the steps of a lesson, between a beginning and an end, for the script."""
    articles = [_start(lesson, words)]
    share = 0
    for step in lesson.steps:
        if isinstance(step, Forward):
            articles.append(_forward(lesson, step, words))
        elif isinstance(step, Seed):
            articles.append(_seed(step, words))
        else:
            articles.append(_backward(lesson, step, share, words))
            share += 1
    articles.append(_end(lesson, words))
    templates = Templates()
    told = [
        [step.kind, step.title, step.question]
        + [templates.place(piece) for piece in step.body]
        for step in articles
    ]
    tags = {step.kind: words(f"page.{step.kind}_tag") for step in articles}
    return {"articles": told, "templates": templates.all(), "tags": tags}


def _start(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if lesson.inputs:
        rows = "".join(
            equation(MARKUP.name(node.name), [slot(f"d{node.place}")])
            for node in lesson.inputs
        )
        body = [_said("start_inputs", words, out=out), maths(rows, words)]
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
    answer = slot(f"d{node.place}", answer=True)
    lines = equation(MARKUP.name(node.name), [*sides(step.formula), answer])
    come = {"node": name(node.name), "args": _list(named, words)}
    body = [_said("compute_from", words, **come), maths(lines, words)]
    called = TEXT.name(node.name)
    title = words("page.compute", node=called)
    return Article(title, "forward", body, called)


def _seed(step: Seed, words: Phrases) -> Article:
    called = step.node.name
    line = equation(MARKUP.derivative(called, called), [slot("one", answer=True)])
    body = [
        _said("seed_question", words, out=name(called)),
        maths(line, words),
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
        slope = slot(f"k{share}", answer=True)
        body.append(_which(step, words, slots))
        body.append(maths(equation(local, [*sides(step.partial), slope]), words))
    if node is out:
        body.append(_said("chain_root", words, **slots))
    else:
        body.append(_said("chain", words, upstream=said(f"g{node.place}"), **slots))
    goal = MARKUP.derivative(out.name, arg.name)
    nth = words("page.share", nth=step.nth, of=step.of)
    products = _products(step, share, MARKUP.derivative(out.name, node.name), local)
    result = slot(f"c{share}", answer=True)
    left = goal if step.of == 1 else words_of(nth)
    body.append(maths(equation(left, [*products, result]), words))
    question = TEXT.derivative(out.name, arg.name)
    if step.nth < step.of:
        question += f" ({words('page.so_far')})"
    if step.nth > 1:
        total = MARKUP.infix(
            "+", slot(f"b{share}"), slot(f"c{share}", enclosed=True, answer=True)
        )
        if step.nth < step.of:
            goal += words_of(f" ({words('page.so_far')})")
        lines = equation(goal, [total, slot(f"t{share}", answer=True)])
        body += [_said("more_share", words, **slots), maths(lines, words)]
    elif step.of > 1:
        body.append(_said("first_share", words, **slots))
    if step.nth == step.of:
        meaning = words("page.meaning", change=said(f"m{arg.place}"), **slots)
        body.append(f"<p class=after>{meaning}</p>")
    body.append(f"<p class=nothing>{words('lesson.untaken', **slots)}</p>")
    title = words("page.back_to", node=TEXT.name(node.name), arg=TEXT.name(arg.name))
    return Article(title, "backward", body, question)


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


def _said(phrase: str, words: Phrases, **slots: object) -> str:
    return f"<p>{words(f'page.{phrase}', **slots)}</p>"


def _products(step: Backward, share: int, arriving: str, local: str) -> list[str]:
    """Return the product that a share is, with names and with numbers."""
    upstream = slot(f"g{step.node.place}")
    slope = slot(f"k{share}", enclosed=True, answer=True)
    return [MARKUP.infix("*", arriving, local), MARKUP.infix("*", upstream, slope)]


def _end(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if not lesson.inputs:
        return Article(words("page.end"), "end", [_said("end_none", words)])
    rows = "".join(
        equation(
            MARKUP.derivative(lesson.output.name, node.name), [slot(f"g{node.place}")]
        )
        for node in lesson.inputs
    )
    phrases = ("end_text", "end_down")[1 - is_measured(lesson) :]
    told = [_said(phrase, words, out=out) for phrase in phrases]
    body = [maths(rows, words), *told]
    return Article(words("page.end"), "end", body)


def _list(names: list[str], words: Phrases) -> str:
    """Return `a`, or `a and b`, or `a, b and c`."""
    *most, last = map(name, names)
    if not most:
        return last
    return words("page.and", first=", ".join(most), last=last)
