"""What a step says, for all views: its equations, and the learner's line with a mark.

An equation is a list of parts that are equal: what is computed, how in names, how in
numbers, and the result. A view writes them in its own markup.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from itertools import groupby

from ... import ops
from ...drawing.escaping import printable, shortened
from ...drawing.notation import LONGEST, TEXT, listed
from ...graph import topological
from ...reading.expressions import HERE
from ...reading.snapshot import place_among
from ..steps import Backward, Forward, Seed
from .terminal import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...drawing.notation import Markup
    from ...phrases.table import Phrases
    from ...reading.sources import Source
    from ..lesson import Lesson
    from ..steps import Formula, Node, Step
    from ..turns import Turn
    from ..wiggle import Wiggle

    Pieces = list[tuple[str, bool]]  # of a line, each with whether it is marked

# In formulas of slopes.
HELPERS = (ops.step, ops.sign, ops.greater, ops.where, ops.clip, ops.minimum)
LINES = 8  # of an expression that are shown
TAB = 4
BY_KINK = 1e-3  # how far slopes may differ before it is said why


def equations(step: Step, markup: Markup) -> list[list[str]]:
    """Return what is computed in a step."""
    match step:
        case Forward(node, formula, result):
            name, digits = markup.name(node.name), markup.digits(result)
            return [_equation(name, *_written(formula, markup), digits)]
        case Seed(node):
            return [[gradient(node.name, markup), markup.digits(node.grad)]]
        case Backward(taken=False):
            return _partial(step, markup)
        case Backward():
            return [*_partial(step, markup), _share(step, markup)]


def gradient(name: str, markup: Markup) -> str:
    """Return how the slope of the output by a node is written: as in the code."""
    return markup.name(f"{shortened(name, LONGEST - 5)}.grad")


def _partial(step: Backward, markup: Markup) -> list[list[str]]:
    if step.partial is None:
        return []
    by, slope = step.written_partial(markup), markup.digits(step.slope)
    return [_equation(by, *_written(step.partial, markup), slope)]


def _share(step: Backward, markup: Markup) -> list[str]:
    """Return `a.grad = n.grad · ∂n/∂a = …`, after the shares that it had before."""
    times, plus = (f" {markup.sign(sign)} " for sign in "*+")
    up = gradient(step.node.name, markup)
    by = step.written_partial(markup)
    before = "" if step.nth == 1 else markup.digits(step.before) + plus
    parts = [before + up + times + by]
    upstream = (markup.factor if before else markup.digits)(step.upstream)
    parts.append(before + upstream + times + markup.factor(step.slope))
    if before:
        parts.append(before + markup.factor(step.contribution))
    name = gradient(step.arg.name, markup)
    return _equation(name, *parts, markup.digits(step.total))


def _written(formula: Formula, markup: Markup) -> tuple[str, str]:
    return formula.named(markup), formula.numbered(markup)


def _equation(*parts: str) -> list[str]:
    """Return the parts without those that only repeat the one before."""
    return [part for i, part in enumerate(parts) if not i or part != parts[i - 1]]


def heading(lesson: Lesson, steps: list[Step], words: Phrases) -> str:
    """Return `, line 7: from loss to s`, for steps that are told together."""
    said = where(lesson, steps[0].node.source, words)
    match steps[0]:
        case Seed():
            said += words("lesson.seeded")
        case Backward(node):
            handed = [step for step in steps if isinstance(step, Backward)]
            args = [TEXT.name(step.arg.name) for step in handed]
            slots = {"node": TEXT.name(node.name), "arg": listed(args)}
            said += words("lesson.handed", **slots)
    return said


def remark(step: Step, words: Phrases) -> str:
    """Return what has to be said of a step besides its equations, or ""."""
    if not isinstance(step, Backward):
        return ""
    said = [words(f"lesson.helper.{name}") for name in _helpers(step)]
    names = {"node": TEXT.name(step.node.name), "arg": TEXT.name(step.arg.name)}
    if not step.taken:
        said.append(words("lesson.untaken", **names))
        return " ".join(said)
    if place := place_among(step.node.args, step.i):
        count = step.node.args.count(step.arg.place)
        said.append(words("lesson.place", place=place, count=count, **names))
    if step.of > 1:
        key = "lesson.last_share" if step.nth == step.of else "lesson.share"
        said.append(words(key, nth=step.nth, of=step.of, **names))
    return " ".join(said)


def _helpers(step: Backward) -> list[str]:
    """Return the functions in a slope's formula that have to be told."""
    if step.partial is None:
        return []
    used = {node.op for node in topological(step.partial.root)} - {step.node.op}
    return [op.name for op in HELPERS if op in used]


def where(lesson: Lesson, source: Source | None, words: Phrases) -> str:
    """Return `, line 7` for a place in the learner's code, `` where there is none."""
    if source is None or source.file == HERE:
        return ""
    last = source.line + source.text[: source.end].count("\n")
    key = "lesson.line" if last == source.line else "lesson.lines"
    said = words(key, line=source.line, last=last)
    files = Counter(n.source.file for n in lesson.nodes if n.source is not None)
    if not files or files.most_common(1)[0][0] == source.file:
        return said
    return (
        words("lesson.elsewhere", file=printable(os.path.basename(source.file))) + said
    )


def place(lesson: Lesson, source: Source, words: Phrases) -> str:
    """Return `x.data (line 2)`."""
    code = printable(shortened(" ".join(source.expression.split()), LONGEST))
    return f"{code} ({where(lesson, source, words).removeprefix(', ')})".strip()


def program(way: list[Turn], shown: list[Turn], words: Phrases) -> list[Pieces]:
    """Return the lines on the way to a node, each further in than the one before.

    Args:
        way: The way.
        shown: The way that was shown before, of which only what changes is told again.
        words: The phrases.
    """
    pairs = enumerate(zip(way[:-1], shown[:-1], strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(way), len(shown)) - 1)
    lines = []
    for depth, turn in enumerate(way[max(same, 0) :]):
        for line in marked(turn.source):
            margin = [("    " * depth, False)] * (depth > 0)
            inside = turn is way[-1]
            lines.append([*margin, *[(text, on and inside) for text, on in line]])
        said = remarks(turn, words)
        told = [remarks(turn, words) for turn in shown[-1:]]
        if lines and said and said not in told:
            lines[-1].append((f"  # {said}", False))
    return lines


def remarks(turn: Turn, words: Phrases) -> str:
    """Return `turn 2 of 3, x = total2`: which turn it is, and what variables hold."""
    said = [words("lesson.turn", nth=turn.nth, of=turn.of)] if turn.of > 1 else []
    said += [TEXT.equation(name, TEXT.name(label)) for name, label in turn.names]
    return printable(", ".join(said))


def marked(source: Source) -> list[Pieces]:
    """Return the lines of an expression, each as pieces that are marked or not.

    They are without their common indentation, without tabs, and without characters
    that cannot be shown.
    """
    lines = []
    for line, *ends in source.lines():
        if line.strip():
            text = line.expandtabs(TAB)
            first, last = (len(line[:end].expandtabs(TAB)) for end in ends)
            cut = (text[:first], False), (text[first:last], True), (text[last:], False)
            lines.append([(printable(piece), inside) for piece, inside in cut if piece])
    margin = min((_indentation(line) for line in lines), default=0)
    lines = [[(line[0][0][margin:], line[0][1]), *line[1:]] for line in lines]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], [("…", False)]]


def _indentation(line: list[tuple[str, bool]]) -> int:
    text = line[0][0]
    return len(text) - len(text.lstrip(" "))


def cropped(line: list[tuple[str, bool]], width: int) -> list[tuple[str, bool]]:
    """Return what of a line fits into `width` columns, around what is marked."""
    if columns("".join(text for text, _ in line)) <= width:
        return line
    before = 0
    for text, inside in line:
        if inside:
            break
        before += len(text)
    cells = [(c, inside) for text, inside in line for c in text]
    start = max(0, min(before, len(cells) - 1) - width // 4)
    kept = [("…", False)] if start else []
    room = width - 2
    for c, inside in cells[start:]:
        room -= columns(c)
        if room < 0:
            kept.append(("…", False))
            break
        kept.append((c, inside))
    return [
        ("".join(c for c, _ in same), inside)
        for inside, same in groupby(kept, key=lambda cell: cell[1])
    ]


def with_carets(line: list[tuple[str, bool]]) -> tuple[str, str]:
    """Return a line as text, and the carets to stand under what is marked."""
    text = "".join(piece for piece, _ in line)
    carets = "".join(("^" if inside else " ") * columns(t) for t, inside in line)
    return text.rstrip(), carets.rstrip()


# --- what stands around the steps -----------------------------------------------------


def title(lesson: Lesson) -> str:
    """Return what the lesson is about, on one line."""
    return printable(shortened(lesson.title, 2 * LONGEST))


def opening(lesson: Lesson, words: Phrases) -> str:
    """Return what goes in and what comes out."""
    result = _setting(lesson.output)
    given = ", ".join(map(_setting, lesson.inputs))
    said = words("lesson.given", given=given, result=result) if given else result
    return f"{said} {words('lesson.rounded')}"


def roles(lesson: Lesson, words: Phrases) -> str:
    """Return which inputs are given as data, and which are learned."""
    learned = [node.name for node in lesson.learned]
    return words(
        "page.shown.roles", given=_called(lesson.given, learned),
        learned=_called(learned, lesson.given) or words("page.shown.nothing"),
    )  # fmt: skip


def _called(names: Sequence[str], others: Sequence[str]) -> str:
    """Return names, those of a list by its own unless others are of it, too."""
    shared = {name.partition("[")[0] for name in others}
    shown = (
        name if (stem := name.partition("[")[0]) in shared else stem for name in names
    )
    return listed([TEXT.name(name) for name in dict.fromkeys(shown)])


def _setting(node: Node) -> str:
    return TEXT.equation(TEXT.name(node.name), TEXT.digits(node.data))


def rules(lesson: Lesson, words: Phrases) -> list[str]:
    """Return the rules of back-propagation, one sentence or two each."""
    slots = {"output": TEXT.name(lesson.output.name)}
    slots["name"] = TEXT.name((lesson.learned or [lesson.output])[0].name)
    return [words(f"lesson.about.{rule}", **slots) for rule in ("grad", "share", "sum")]


def slopes(lesson: Lesson, words: Phrases) -> list[list[str]]:
    """Return the table of slopes, its heads first, without what was not measured."""
    rows = [[words(f"lesson.column.{head}") for head in ("input", "grad", "wiggle")]]
    for w in _learned(lesson):
        rows.append([TEXT.name(w.node.name), digits(w.node.grad), digits(w.slope)])
    return [row[: 2 + is_measured(lesson)] for row in rows]


def _learned(lesson: Lesson) -> list[Wiggle]:
    """Return what was measured of the inputs that are learned."""
    return [w for w in lesson.wiggles if w.node in lesson.learned]


def is_measured(lesson: Lesson) -> bool:
    """Tell whether slopes were measured: not those of a function of two minds."""
    return lesson.measured.twice is None


def is_graph(lesson: Lesson) -> bool:
    """Tell whether of the function nothing but its graph is known, so far as it is."""
    source = lesson.output.source
    is_text = source is not None and source.file == HERE
    return lesson.measured.what == "graph" and not is_text


def how_measured(lesson: Lesson, words: Phrases) -> str:
    """Return what was done to measure slopes, and on what."""
    if not is_measured(lesson):
        return ""
    said = words("lesson.wiggle_about", output=TEXT.name(lesson.output.name))
    return f"{said} {words('lesson.wiggle_graph')}" if is_graph(lesson) else said


def after_slopes(lesson: Lesson, words: Phrases) -> list[str]:
    """Return where measured slopes differ without a mistake, and what they cost."""
    said = [
        words(
            "lesson.kinked", name=TEXT.name(w.node.name), grad=TEXT.digits(w.node.grad),
            left=TEXT.digits(w.sides[0]), right=TEXT.digits(w.sides[1]),
        )
        for w in _learned(lesson) if w.kink
    ]  # fmt: skip
    if any(differs(w) for w in _learned(lesson) if not (w.kink or w.other)):
        said.append(words("lesson.kink"))
    return said


def bill(lesson: Lesson, words: Phrases) -> list[str]:
    """Return what the slopes cost either way, a sentence for each that was paid."""
    n = len(lesson.learned)
    wiggled = words.counted("lesson.bill_wiggle", n, passes=n + 1)
    backward = words("lesson.bill_backward")
    return [wiggled, backward] if is_measured(lesson) else [backward]


def digits(number: float) -> str:
    """Return a slope with seven digits, so that errors of measuring can be seen."""
    return "–" if math.isnan(number) else f"{number:.7g}".replace("-", "−")


def differs(wiggle: Wiggle) -> bool:
    """Tell whether a measured slope is not that of back-propagation."""
    if math.isnan(wiggle.step):
        return False
    error = abs(wiggle.slope - wiggle.node.grad)
    return not error <= BY_KINK * max(1.0, abs(wiggle.node.grad))
