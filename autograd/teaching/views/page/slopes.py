"""The table of slopes: each input with its number, its slope, and the wiggled one."""

from __future__ import annotations

import math
from html import escape

from ....drawing.notation import TEXT
from ....writing.page import scrolling
from ..telling import is_graph, is_measured, roles
from .branches import write_branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....phrases.table import Phrases
    from ...lesson import Lesson

STEPS = 200  # of a slider, on either side


def write_table(lesson: Lesson, words: Phrases) -> str:
    """Return the table; its inputs are for the script."""
    if not lesson.inputs:
        return ""
    out = f"<var>{escape(TEXT.name(lesson.output.name))}</var>"
    heads = (
        words("page.input"), words("page.value"), words("page.slope", out=out),
        *([words("page.wiggled")] if is_measured(lesson) else []),
    )  # fmt: skip
    rows = []
    for wiggle in lesson.wiggles:
        node = wiggle.node
        n, called = node.place, escape(TEXT.name(node.name))
        broken = called.replace(".", ".<wbr>")  # where a long name may be
        value, slide, learn = (
            words(f"page.{key}", name=called) for key in ("value_of", "slide", "learn")
        )
        rows.append(
            f'<tr data-input="{n}"><th scope="row">'
            f'<input type="checkbox" data-learn="{n}" aria-label="{learn}"'
            f"{' checked' if node in lesson.learned else ''}>"
            f"<var>{broken}</var></th>"
            f'<td><input class="number" inputmode="decimal" autocomplete="off"'
            f' aria-label="{value}" value="{TEXT.digits(node.data)}">'
            f'<input class="slide" type="range" min="{-STEPS}" max="{STEPS}" value="0"'
            f' aria-label="{slide}"></td>'
            f'<td class="grad" data-g="{n}">{TEXT.digits(node.grad)}</td>'
            + (
                f'<td data-w="{n}">{measured(wiggle.slope)}</td></tr>'
                if is_measured(lesson)
                else "</tr>"
            )
        )
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    table = (
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return (
        f'<section id="slopes"><h2>{words("page.gradients")}</h2>'
        f"{scrolling(table, words('page.gradients'))}"
        f'<p id="roles">{roles(lesson, words) if lesson.given else ""}</p>'
        f'<p><button id="reset" hidden>{words("page.reset")}</button></p>'
        f"{write_branches(lesson, words)}</section>"
    )


def write_bill(lesson: Lesson, words: Phrases) -> str:
    """Return how wiggling is done, and what it costs."""
    count = len(lesson.inputs)
    if not count or not is_measured(lesson):
        return ""
    out = f"<var>{escape(TEXT.name(lesson.output.name))}</var>"
    graph = f" {words('lesson.wiggle_graph')}" if is_graph(lesson) else ""
    bill = words.counted("page.bill", count, passes=count + 1)
    return (
        f'<section id="bill"><h2>{words("page.bill_title")}</h2>'
        f"<p>{words('page.wiggle_how', out=out)}{graph}</p>"
        f"<p>{bill} {words('page.bill_million')}</p></section>"
    )


def measured(number: float) -> str:
    """Return a measured slope with the digits that it has: about seven.

    >>> measured(-2.0000010004), measured(0.0), measured(float("nan"))
    ('−2.000001', '0', 'nan')
    """
    text = f"{number:.7g}" if math.isfinite(number) else repr(number)
    return "0" if float(text) == 0.0 else text.replace("-", "−")
