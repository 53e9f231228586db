"""The script of a page, and what it has to know of its lesson.

The script is made of the rows of the lesson's ops, of the mix-ups that are told from an
answer, both written in JavaScript by Python, and of the player. What it knows are the
graph, the steps and the numbers.
"""

from __future__ import annotations

import json
from html import escape
from types import SimpleNamespace

from ....drawing.escaping import printable
from ....drawing.notation import TEXT, write
from ....value import Value
from ....writing.page import COMMON, REACHABLE, STEPPING, json_number, short_text
from ...mixups import MIXUPS, QUESTIONS
from ..javascript import JAVASCRIPT, functions, is_writable, write_rows
from .articles import write_articles
from .branches import branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ....op import Op
    from ....phrases.table import Phrases
    from ...lesson import Lesson
    from .code import Listing
    from .graph import Places

ASKED = ("share", "total")  # of the questions on a step, see `mixups.QUESTIONS`


def write_script(places: dict[Value, int], words: Phrases) -> tuple[str, str]:
    """Return the script, and if inputs cannot be moved a sentence that says why."""
    rows, refusal = _rows(_ops(places), words)
    parts = ['"use strict";', functions(), f"const rows = {rows};", _mixups()]
    files = map(file_text, ("player.js", "graph.js", "learning.js", "told.js"))
    return "\n".join([*parts, REACHABLE, COMMON, STEPPING, *files]), refusal


def file_text(name: str, between: str = "\n") -> str:
    """Return a file that lies here, short."""
    return short_text(__package__, name, between)


def _rows(ops: list[Op], words: Phrases) -> tuple[str, str]:
    """Return the rows of the ops in JavaScript; "null" and why if they have no such."""
    for op in ops:
        if not is_writable(op):
            refusal = words("page.sliders_off", op=op.name)
            return "null", escape(printable(refusal))
    return write_rows(ops), ""


def _ops(places: Iterable[Value]) -> list[Op]:
    return list(dict.fromkeys(node.op for node in places if node.op))


def _mixups() -> str:
    """Return the functions of `MIXUPS` in JavaScript, and which question has which."""
    names = "slope upstream contribution before total data node_data right".split()
    stand_ins = {name: Value(1.0) for name in names}
    known = {value: f"s.{name}" for name, value in stand_ins.items()}
    lines = []
    for kind, wrong in MIXUPS.items():
        number = write(wrong(SimpleNamespace(**stand_ins)), JAVASCRIPT, known.get)
        lines.append(f"{kind}: (s) => {number.text}")
    table = ",\n".join(lines)
    asked = json.dumps({question: QUESTIONS[question] for question in ASKED})
    return f"const mixups = {{\n{table}\n}};\nconst questions = {asked};"


def write_data(
    lesson: Lesson,
    places: dict[Value, int],
    listing: Listing,
    narrow: list[Places],
    words: Phrases,
) -> dict[str, Any]:
    """Return what the script has to know: the graph, the steps and all numbers."""
    ops = {op: i for i, op in enumerate(_ops(places))}
    asides = [
        [ops[node.op], *[places[arg] for arg in node.args]]
        if node.op
        else [json_number(node.data)]
        for node in list(places)[len(lesson.nodes) :]
    ]
    shares = lesson.backward
    sources = [node.source for node in lesson.nodes]
    return {
        "nodes": [
            [TEXT.name(node.label), ops[node.op], *node.args]
            if node.op
            else [TEXT.name(node.label)]
            for node in lesson.nodes
        ],
        "ops": [TEXT.name(op.name) for op in ops],
        "by": lesson.by,
        "root": lesson.snapshot.roots[0],
        "inputs": [node.place for node in lesson.inputs],
        "given": [n.place for n in lesson.inputs if n.name in lesson.given],
        "shares": [[s.node.place, s.i, s.arg.place, s.nth, s.of] for s in shares],
        "ways": [listing.way(way, words) for way in lesson.ways],
        "marks": [listing.units(listing.marks(source)) for source in sources],
        "data": [json_number(node.data) for node in lesson.nodes],
        "taken": [step.taken for step in shares],
        "slopes": [json_number(step.slope) for step in shares],
        "wiggled": [json_number(wiggle.slope) for wiggle in lesson.wiggles],
        "words": words.table("page.shown"),
        "mixups": _said_of_mixups(words),
        "narrow": [places.data() for places in narrow],
        "asides": asides,
        "stands": branches(lesson, places, words),
        "cut": any(wiggle.other for wiggle in lesson.wiggles),
        **write_articles(lesson, words),
    }


def _said_of_mixups(words: Phrases) -> dict[str, str]:
    """Return the phrases on mix-ups, apart from those on what is never asked."""
    kinds = {kind for question in ASKED for kind in QUESTIONS[question]}
    kinds |= {f"{kind}_{question}" for kind in kinds for question in ASKED}
    kinds |= {"right", "unknown"}
    phrases = words.table("mixups")
    return {kind: phrase for kind, phrase in phrases.items() if kind in kinds}
