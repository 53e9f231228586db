"""The table of slopes: each input with its number, its slope, and the wiggled one."""

from __future__ import annotations

import math
from html import escape

from ....drawing.notation import TEXT
from ..telling import is_graph, is_measured, roles
from .branches import write_branches
from .script import file_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....phrases.table import Phrases
    from ...lesson import Lesson

STEPS = 200  # of a slider, on either side
OF_INPUT = ("learn", "slide", "value_of")
OF_TABLE = ("gradients", "input", "reset", "slope", "value")


def write_table(lesson: Lesson, words: Phrases) -> str:
    """Return the table; its inputs are for the script."""
    if not lesson.inputs:
        return ""
    rows = ""
    for wiggle in lesson.wiggles:
        node = wiggle.node
        called = escape(TEXT.name(node.name))
        rows += file_text("slopes_row.html", "").format(
            n=node.place,
            broken=called.replace(".", ".<wbr>"),  # where a long name may be
            checked=" checked" if node in lesson.learned else "",
            data=TEXT.digits(node.data),
            grad=TEXT.digits(node.grad),
            wiggled=f"<td data-w={node.place}>{measured(wiggle.slope)}</td>"
            * is_measured(lesson),
            steps=STEPS,
            **{key: words(f"page.{key}", name=called) for key in OF_INPUT},
        )
    return file_text("slopes.html", "").format(
        rows=rows,
        wiggled=f"<th scope=col>{words('page.wiggled')}</th>" * is_measured(lesson),
        roles=roles(lesson, words) if lesson.given else "",
        branches=write_branches(lesson, words),
        **{key: words(f"page.{key}", out=_out(lesson)) for key in OF_TABLE},
    )


def write_bill(lesson: Lesson, words: Phrases) -> str:
    """Return how wiggling is done, and what it costs."""
    count = len(lesson.inputs)
    if not count or not is_measured(lesson):
        return ""
    graph = f" {words('lesson.wiggle_graph')}" if is_graph(lesson) else ""
    bill = words.counted("page.bill", count, passes=count + 1)
    return (
        f'<section id="bill"><h2>{words("page.bill_title")}</h2>'
        f"<p>{words('page.wiggle_how', out=_out(lesson))}{graph}</p>"
        f"<p>{bill} {words('page.bill_million')}</p></section>"
    )


def _out(lesson: Lesson) -> str:
    return f"<var>{escape(TEXT.name(lesson.output.name))}</var>"


def measured(number: float) -> str:
    """Return a measured slope with the digits that it has: about seven.

    >>> measured(-2.0000010004), measured(0.0), measured(float("nan"))
    ('−2.000001', '0', 'nan')
    """
    text = f"{number:.7g}" if math.isfinite(number) else repr(number)
    return "0" if float(text) == 0.0 else text.replace("-", "−")
