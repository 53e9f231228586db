"""A program as a script: typed arrays, a loop for each layer, nothing to install."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...teaching.views.javascript import number_text
from ..backends.native.aliases import merged
from ..differentiation import differentiate
from ..shown.listing import Listing
from ..statements import Statement
from ..updates import GRADIENT, RATE, STEP, step_statements
from .code import filled, function, helpers, indented, plus, times
from .names import LANES, Names
from .passes import AFTER, ONCE, Pass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..program import Program


def write_javascript(program: Program, optimizer: Any = None) -> str:
    """Return the script, see `Program.to_javascript`."""
    listing = Listing(program)
    loss, *_ = outputs = program.rolled.outputs
    named = {y: name for y, name in listing.statements.items() if y not in outputs}
    slopes = differentiate(loss, list(named))
    wanted = [*outputs, program.gradient, *named, *slopes]
    ours = dict(zip(wanted, merged(wanted), strict=True))
    pairs = zip(slopes, named.values(), strict=True)
    wished = {ours[y]: f"d{name}" for y, name in pairs}
    wished |= {ours[y]: name for y, name in named.items()}
    script = _Script(program, Names(program, listing, wished))
    written = [
        script.forward([ours[y] for y in outputs]),
        script.gradient(ours[loss], ours[program.gradient]),
    ]
    if isinstance(optimizer, list | tuple):
        written += [script.move(each, type(each).__name__) for each in optimizer]
    elif optimizer is not None:
        written.append(script.move(optimizer))
    return script.text(written)


class _Script:
    """Writes functions that share their arrays."""

    def __init__(self, program: Program, names: Names) -> None:
        """See `write_javascript`."""
        self.program = program
        self.names = names
        self.width = names.width

    # --- functions --------------------------------------------------------------------

    def forward(self, outputs: Sequence[Statement]) -> list[str]:
        """Return the function that computes the outputs of samples."""
        work = Pass(self.names, outputs)
        count = len(outputs)
        last = [
            f"out[{plus(times('first + s', count), k)}] = {work.at(y, '0', 's')};"
            for k, y in enumerate(outputs)
        ]
        start = [self.size(), f"const out = new Float64Array({times('size', count)});"]
        return function(
            "// What the function gives for each sample in X.",
            "forward(X)",
            [*start, *work.lines(ONCE), *work.samples(last)],
            "out",
        )

    def gradient(self, loss: Statement, gradient: Statement) -> list[str]:
        """Return the function that computes the mean loss, and its slopes in g."""
        work = Pass(self.names, [loss, gradient], into_g=gradient)
        result = work.at(loss, "0", "s")
        start, last = [self.size()], []
        if loss.batched:
            last = [f"total += {result};"]
            start, result = [*start, "let total = 0;"], "total / size"
        each, once, after = work.samples(last), work.lines(ONCE), work.lines(AFTER)
        return function(
            "// The mean loss of the samples in X; its slopes are in g then.",
            "gradient(X)",
            [*start, *work.zeros(), *once, *each, *after, *work.copied(gradient, "g")],
            result,
        )

    def size(self) -> str:
        """Return the line that counts the samples."""
        return f"const size = {f'X.length / {self.width}' if self.width else 1};"

    def move(self, optimizer: Any, name: str = "") -> list[str]:
        """Return the function of a step; with a name, one that takes slopes from g."""
        names = list(optimizer.averages)
        shape = self.program.rolled.parameters.shape
        g = Statement(GRADIENT, (), shape, False)
        rate, number = (Statement(kind, (), (), False) for kind in (RATE, STEP))
        averages = self.names.remember(names, shape[0])
        moved = merged(step_statements(optimizer.formula, names, g, rate, number))
        work = Pass(self.names, moved)
        pairs = zip(moved, ["p", *averages], strict=True)
        copies = [line for y, array in pairs for line in work.copied(y, array)]
        kind, rate = type(optimizer).__name__, f"rate = {number_text(optimizer.lr)}"
        body = ["steps += 1;", *work.lines(ONCE), *copies]
        if name:
            note = f"// {kind} moves the parameters, by the slopes in g."
            return function(note, f"{self.names.free(name)}({rate})", body)
        note = f"// A step of {kind}; the mean loss before it."
        body = ["const loss = gradient(X);", *body]
        return function(note, f"step(X, {rate})", body, "loss")

    def text(self, written: Sequence[list[str]]) -> str:
        """Return the whole script."""
        program, order = self.program, self.program.rolled.order
        start = ", ".join(number_text(program.parameters[j].data) for j in order)
        zeros = [f"{name}.fill(0);" for name in self.names.averages.values()]
        again = "// Back to where it began."
        reset = function(again, "reset()", ["p.set(start);", *zeros, "steps = 0;"])
        functions = [line for lines in (*written, reset) for line in ("", *lines)]
        columns = ", ".join(
            name if size == 1 else f"{name} ({size})"
            for name, size in zip(program.names, program.lengths, strict=True)
        )
        offered = ["parameters: p", "slopes: g", f"order: {order}"]
        offered += [lines[1].split("(")[0].split()[1] for lines in (*written, reset)]
        body = [
            *helpers(self.names.helpers),
            *filled(f"const start = [{start}];"),
            "const p = Float64Array.from(start);",
            f"const g = new Float64Array({len(order)});",
            f"const x = new Float64Array({self.width * LANES});",
            *[f"const {name} = {made}" for name, made in self.names.arrays.items()],
            *[
                line
                for made, name in self.names.tables.items()
                for line in filled(f"const {name} = {made};")
            ],
            "let steps = 0;",
            *functions,
            "",
            *filled(f"return {{ {', '.join(offered)} }};"),
        ]
        return "\n".join([
            f"// In X stand the samples, one after the other, of each {columns}.",
            "const program = (() => {", *indented(body), "})();", "",
        ])  # fmt: skip
