"""The steps of a lesson as articles: a question, the formula, the numbers, a sentence.

Without a script all of them are read one after the other, and printed so; the script
shows one at a time, and keeps back the numbers that are to be predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ...drawing.text import printable
from ..steps import Backward, Forward, Seed
from .slots import (
    MARKUP,
    SUBSCRIPTS,
    equation,
    maths,
    name,
    said,
    sides,
    slot,
    words_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...sources import Source
    from ..lesson import Lesson
    from ..phrases import Phrases
    from .code import Listing

SMALL = 0.001  # how far an input moves, where a slope is put into words


@dataclass
class Article:
    """One step as the page shows it.

    Attributes:
        title: What happens, as plain text.
        kind: "start", "forward", "seed", "backward" or "end".
        body: What is said, as HTML.
        question: What is to be predicted, as plain text; "" for nothing.
    """

    title: str
    kind: str
    body: str
    question: str = ""


def write_articles(lesson: Lesson, listing: Listing, words: Phrases) -> list[Article]:
    """Return the steps of a lesson, between a beginning and an end."""
    articles = [_start(lesson, words)]
    share = 0
    for step in lesson.steps:
        if isinstance(step, Forward):
            articles.append(_forward(lesson, step, listing, words))
        elif isinstance(step, Seed):
            articles.append(_seed(step, words))
        else:
            articles.append(_backward(lesson, step, share, listing, words))
            share += 1
    articles.append(_end(lesson, words))
    return articles


def _start(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if lesson.inputs:
        rows = "".join(
            equation(MARKUP.name(node.name), [slot(f"d{node.place}", node.data)])
            for node in lesson.inputs
        )
        body = f"<p>{words('page.start_inputs', out=out)}</p>{maths(rows)}"
    else:
        body = f"<p>{words('page.start_constant', out=out)}</p>"
    body += f"<p>{words('page.start_forward')}</p>"
    if lesson.inputs:
        body += f"<p>{words('page.start_backward', out=out)}</p>"
    body += f'<p class="keys">{words("page.start_keys")}</p>'
    return Article(words("page.start"), "start", body)


def _forward(
    lesson: Lesson, step: Forward, listing: Listing, words: Phrases
) -> Article:
    node = step.node
    named = [lesson.nodes[arg].label for arg in dict.fromkeys(node.args)]
    answer = slot(f"d{node.place}", node.data, answer=True)
    lines = equation(MARKUP.name(node.name), [*sides(step.formula), answer])
    body = _line(listing, node.source)
    come = {"node": name(node.name), "args": _list(named, words)}
    body += f"<p>{words('page.compute_from', **come)}</p>"
    return Article(
        words("page.compute", node=node.name), "forward", body + maths(lines), node.name
    )


def _seed(step: Seed, words: Phrases) -> Article:
    out = name(step.node.name)
    slope = f"∂{step.node.name}/∂{step.node.name}"
    line = equation(
        MARKUP.derivative(step.node.name, step.node.name),
        ['<mn class="answer" data-s=one>1</mn>'],
    )
    return Article(
        words("page.seed"),
        "seed",
        f"<p>{words('page.seed_question', out=out)}</p>{maths(line)}"
        f'<p class="after">{words("page.seed_answer")}</p>',
        slope,
    )


def _backward(
    lesson: Lesson, step: Backward, share: int, listing: Listing, words: Phrases
) -> Article:
    node, arg, out = step.node, step.arg, lesson.output
    count = node.args.count(arg.place)
    called = arg.name
    if count > 1:  # ∂y/∂a₁: the partial by one of the places of a
        called += str(node.args[: step.i].count(arg.place) + 1).translate(SUBSCRIPTS)
    slots = {"node": name(node.name), "arg": name(arg.name), "out": name(out.name)}
    local = MARKUP.derivative(node.name, called)
    body = _line(listing, node.source)
    if step.partial is not None:
        if count > 1:
            which = words(
                "page.local_place", count=count, indexed=name(called), **slots
            )
        else:
            which = words("page.local", **slots)
        body += f"<p>{which}</p>"
        slope = slot(f"k{share}", step.slope, answer=True)
        body += maths(equation(local, [*sides(step.partial), slope]))
    if node is out:
        body += f"<p>{words('page.chain_root', **slots)}</p>"
    else:
        upstream = said(f"g{node.place}", step.upstream)
        body += f"<p>{words('page.chain', upstream=upstream, **slots)}</p>"
    goal = MARKUP.derivative(out.name, arg.name)
    nth = words("page.share", nth=step.nth, of=step.of)
    if step.partial is None:  # it has no finite value, and nothing arrives
        products = []
    else:
        products = _products(step, share, MARKUP.derivative(out.name, node.name), local)
    result = slot(f"c{share}", step.contribution, answer=True)
    left = goal if step.of == 1 else words_of(nth)
    body += maths(equation(left, [*products, result]))
    slots |= {"nth": step.nth, "of": step.of}
    if step.nth > 1:
        total = MARKUP.infix(
            "+",
            slot(f"b{share}", step.before),
            slot(f"c{share}", step.contribution, enclosed=True, answer=True),
        )
        if step.nth < step.of:
            goal += words_of(f" ({words('page.so_far')})")
        lines = equation(goal, [total, slot(f"t{share}", step.total, answer=True)])
        body += f"<p>{words('page.more_share', **slots)}</p>{maths(lines)}"
    elif step.of > 1:
        body += f"<p>{words('page.first_share', **slots)}</p>"
    if step.nth == step.of:
        change = said(f"m{arg.place}", step.total * SMALL)
        said_so = words("page.meaning", change=change, **slots)
        body += f'<p class="after">{said_so}</p>'
    title = words("page.back_to", node=node.name, arg=arg.name)
    question = f"∂{out.name}/∂{arg.name}"
    if step.nth < step.of:
        question += f" ({words('page.so_far')})"
    return Article(title, "backward", body, question)


def _products(step: Backward, share: int, arriving: str, local: str) -> list[str]:
    """Return the product that a share is, with names and with numbers."""
    numbers = MARKUP.infix(
        "*",
        slot(f"g{step.node.place}", step.upstream),
        slot(f"k{share}", step.slope, enclosed=True, answer=True),
    )
    return [MARKUP.infix("*", arriving, local), numbers]


def _end(lesson: Lesson, words: Phrases) -> Article:
    out = name(lesson.output.name or lesson.title)
    if not lesson.inputs:
        return Article(words("page.end"), "end", f"<p>{words('page.end_none')}</p>")
    rows = "".join(
        equation(
            MARKUP.derivative(lesson.output.name, node.name),
            [slot(f"g{node.place}", node.grad)],
        )
        for node in lesson.inputs
    )
    body = (
        f"{maths(rows)}<p>{words('page.end_text', out=out)}</p>"
        f"<p>{words('page.end_down', out=out)}</p>"
    )
    return Article(words("page.end"), "end", body)


def _line(listing: Listing, source: Source | None) -> str:
    line = listing.underlined(source)
    return f'<p class="source">{line}</p>' if line else ""


def _list(names: list[str], words: Phrases) -> str:
    """Return `a`, or `a and b`, or `a, b and c`."""
    *most, last = map(name, names)
    if not most:
        return last
    return words("page.and", first=", ".join(most), last=last)


def article(step: Article, place: int, words: Phrases) -> str:
    """Return the element of a step."""
    tag = words(f"page.{step.kind}_tag")
    question = f' data-q="{escape(printable(step.question))}"' if step.question else ""
    return (
        f'<article class="{step.kind}" id="step{place}"{question}>'
        f'<p class="tag">{tag}</p>'
        f"<h2>{escape(printable(step.title))}</h2>{step.body}</article>"
    )
