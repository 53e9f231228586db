"""A program as a learner reads it: a line for each matrix product, and what is around.

Statements that are used once stand in the line that uses them, so that a layer is one
line, `h1 = relu(W1 x + b1)`. Arguments have the names of the function that was
recorded; matrices are W1, W2, …, and what is added to them b1, b2, …. Names and
formulas are the same in all languages; only the words around them are the reader's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import ops
from ...drawing.numerals import counted, grouped
from ...drawing.registry import registered_modules
from ...op import Op
from .. import statements as st
from ..statements import Shape, Statement, in_order, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..program import Program

MOST = 40  # lines, beyond which a summary says more
FEW = 12  # names of parameters in a legend
LONGEST = 60  # characters of an expression, beyond which its parts have their own lines

# How tightly an expression holds together, from a sum to a name.
SUM, PRODUCT, SIGN, POWER, NAME = range(5)
BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
SIGNS = {"*": "·", "-": "-"}


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a listing.

    Attributes:
        name: What it computes.
        text: How.
        shape: Of what is computed, for one sample.
        uses: The lines, arguments and parameters in it: their names and shapes.
    """

    name: str
    text: str
    shape: Shape
    uses: dict[str, Shape] = field(default_factory=dict)


class Listing:
    """The lines of a program, and what stands in them.

    Attributes:
        lines: One for each statement that has a name of its own.
        arguments: The shape of each argument, by name.
        parameters: The statement of each vector or matrix of parameters, by name.
        constants: The same of numbers that stand in the code.
        labels: What the user calls parameters, by our names of them.
        statements: What each line computes, and its name.
    """

    def __init__(self, program: Program) -> None:
        """Make the lines."""
        rolled = program.rolled
        self.program = program
        self.lines: list[Line] = []
        lengths = zip(program.names, program.lengths, strict=True)
        self.arguments: dict[str, Shape] = {name: (n,) for name, n in lengths}
        self.parameters: dict[str, Statement] = {}
        self.constants: dict[str, Statement] = {}
        self.labels: dict[str, str] = {}
        self.statements: dict[Statement, str] = {}
        self._hidden = 1  # the number of the next line that is no result
        self._names: dict[Statement, str] = {}
        self._texts: dict[Statement, tuple[str, int]] = {}
        self._within: dict[Statement, dict[str, Shape]] = {}
        first, *others = rolled.outputs
        results = {first: "loss"}
        if others:
            results[together(others)] = "outputs" if len(others) > 1 else "output"
        order = in_order(results)
        self._uses = Counter(arg for y in order for arg in y.args)
        self._name_parameters(order)
        self._columns = _columns(program)
        self._multiplied = {y.args[1] for y in order if y.kind is st.MATVEC}
        for y in order:
            self._read(y, results)

    def title(self, words: Phrases) -> str:
        """Return how many scalars became how many statements."""
        scalars = counted(words, "compiling.scalars", self.program.rolled.scalars)
        statements = counted(words, "compiling.statements", len(self.lines))
        return words("compiling.title", scalars=scalars, statements=statements)

    def text(self, words: Phrases) -> str:
        """Return the listing, or a summary if it would be long."""
        title = self.title(words)
        if len(self.lines) > MOST:
            return f"{title}\n{self._summary(words)}"
        expressions = [f"{line.name} = {line.text}" for line in self.lines]
        width = max(map(len, expressions))
        lines = [
            f"  {expression:<{width}}  {size(line.shape, words)}".rstrip()
            for expression, line in zip(expressions, self.lines, strict=True)
        ]
        heading = words("compiling.heading", title=title)
        return "\n".join([heading, *lines, *self._legend(words)])

    def _legend(self, words: Phrases) -> list[str]:
        lines = []
        shapes = self.arguments.items()
        told = [f"{name} {size(shape, words)}" for name, shape in shapes]
        if told:
            lines.append(words("compiling.arguments", names=", ".join(told)))
        told = []
        for name, y in self.parameters.items():
            label = self.labels.get(name, "")
            known = f" ({label})" if label and label != name else ""
            told.append(f"{name} {size(y.shape, words)}{known}")
        if len(told) > FEW:
            told[FEW:] = [words.counted("compiling.more", len(told) - FEW)]
        if told:
            number, names = len(self.program.parameters), ", ".join(told)
            lines.append(counted(words, "compiling.parameters", number, names=names))
        told = [f"{name} {size(y.shape, words)}" for name, y in self.constants.items()]
        if told:
            lines.append(words("compiling.constants", names=", ".join(told)))
        return lines

    def _summary(self, words: Phrases) -> str:
        """Return how many statements did not roll up, where they are too many."""
        order = in_order(self.program.rolled.outputs)
        computed = [y for y in order if y.kind in (st.MAP, st.MATVEC, st.TOTAL)]
        alone = grouped(words, sum(y.size == 1 for y in computed))
        operations = grouped(words, len(computed))
        return words("compiling.long", alone=alone, operations=operations)

    # --- names --------------------------------------------------------------------

    def _name_parameters(self, order: Sequence[Statement]) -> None:
        """Name what is taken of the parameters: matrices first, then what is added."""
        whole = [y for y in order if y.kind is st.PARAMETERS]
        taken = [y for y in order if y.kind is st.TAKE and y.args[0] in whole]
        for w in (y.args[0] for y in order if y.kind is st.MATVEC):
            if w in taken and w not in self._names:
                self._call(w, f"W{len(self._names) + 1}")
        for y in order:
            if y.kind is st.MAP and y.what is ops.add:
                for product, b in (y.args, y.args[::-1]):
                    free = b in taken and b not in self._names
                    if product.kind is st.MATVEC and free:
                        w = self._names.get(product.args[0], "")
                        if w and f"b{w[1:]}" not in self.parameters:
                            self._call(b, f"b{w[1:]}")
        labels = parameter_labels(self.program)
        for y in [*taken, *whole]:
            used = any(arg is y for z in order if z not in taken for arg in z.args)
            if y not in self._names and used:
                stem = _stem([labels[j] for j in self.numbers(y)])
                free = stem.isidentifier() and stem not in self.parameters
                other = f"p{len(self.parameters) + 1}"
                self._call(
                    y, stem if free else "p" if y.kind is st.PARAMETERS else other
                )
        for name, y in self.parameters.items():
            stem = _stem([labels[j] for j in self.numbers(y)])
            if stem:
                self.labels[name] = stem

    def numbers(self, y: Statement) -> list[int]:
        """Return which parameters the statement takes."""
        order = self.program.rolled.order
        return order if y.kind is st.PARAMETERS else [order[i] for i in y.what]

    def _call(self, y: Statement, name: str) -> None:
        self._names[y] = name
        self.parameters[name] = y

    # --- lines --------------------------------------------------------------------

    def _read(self, y: Statement, results: dict[Statement, str]) -> None:
        """Give a statement its text, and a line if it is to have one."""
        if y in self._names:
            name = self._names[y]
            self._texts[y] = name, NAME
            self._within[y] = {name: y.shape}
            return
        text, binding = self._written(y)
        within: dict[str, Shape] = {}
        for arg in y.args:
            within |= self._within.get(arg, {})
        if y.kind is st.INPUTS or (y.kind is st.TAKE and y.args[0].kind is st.INPUTS):
            places = range(y.size) if y.kind is st.INPUTS else y.what
            owners = (self._columns[i][0] for i in places)
            within = {name: self.arguments[name] for name in owners}
        self._texts[y], self._within[y] = (text, binding), within
        computed = y.kind in (st.MAP, st.MATVEC, st.TOTAL, st.JOIN, st.PICK)
        several = self._uses[y] > 1 or len(text) > LONGEST
        # Layers have lines of their own: what a matrix multiplies ends one.
        ends = y.kind is not st.MATVEC and y in self._multiplied
        if y in results or (computed and (several or ends)):
            name = results.get(y, f"h{self._hidden}")
            self._hidden += y not in results
            self.statements[y] = name
            self.lines.append(Line(name, text, y.shape, within))
            self._texts[y] = name, NAME
            self._within[y] = {name: y.shape}

    def _written(self, y: Statement) -> tuple[str, int]:
        """Return the text of a statement, and how tightly it holds together."""
        kind = y.kind
        if kind is st.MAP:
            return self._op(y.what, y.args)
        if kind is st.MATVEC:
            w, x = (self._part(arg, PRODUCT + 1) for arg in y.args)
            return f"{w} · {x}" if y.args[0].size == 1 else f"{w} {x}", PRODUCT
        if kind is st.TOTAL:
            return f"Σ {self._part(y.args[0], PRODUCT)}", PRODUCT
        if kind is st.JOIN:
            return f"[{', '.join(self._part(arg) for arg in y.args)}]", NAME
        if kind is st.CONSTANT:
            return self._constant(y)
        if kind is st.TAKE:
            return self._taken(y)
        if kind is st.PICK:
            x, k = y.args
            return f"{self._part(x, NAME)}[{self._part(k)}]", NAME
        if kind is st.INPUTS and y.size:
            return self._argument(list(range(y.size))), NAME
        return kind.name, NAME

    def _constant(self, y: Statement) -> tuple[str, int]:
        numbers = y.what
        number = numbers[0]
        if len(numbers) == 1 or all(other == number for other in numbers):
            text = str(int(number)) if number.is_integer() else repr(number)
            return text, NAME if number >= 0.0 else SIGN
        name = f"c{len(self.constants) + 1}"
        self.constants[name] = y
        return name, NAME

    def _taken(self, y: Statement) -> tuple[str, int]:
        whole, index = y.args[0], y.what.tolist()
        if whole.kind is st.INPUTS:
            # One number for many stands for itself.
            return self._argument(index[:1] if len(set(index)) == 1 else index), NAME
        if index == list(range(whole.size)) or (whole.size == 1 and y.shape):
            return self._texts[whole]
        return self._part(whole, NAME) + place(index), NAME

    def _argument(self, index: list[int]) -> str:
        """Return what the inputs at `index` are called."""
        owners = {self._columns[i][0] for i in index}
        if len(owners) > 1:
            return f"({', '.join(self._argument([i]) for i in index)})"
        name, _, length = self._columns[index[0]]
        places = [self._columns[i][1] for i in index]
        return name if places == list(range(length)) else name + place(places)

    def _op(self, op: Op, args: Sequence[Statement]) -> tuple[str, int]:
        """Return an op as mathematics writes it."""
        if op is ops.mul and args[0] is args[1]:
            return f"{self._part(args[0], NAME)}²", POWER
        if op.notation == "infix" and op.symbol in BINDING:
            binding = BINDING[op.symbol]
            left = self._part(args[0], binding)
            right = self._part(args[1], binding + (op.symbol in "-/"))
            return f"{left} {SIGNS.get(op.symbol, op.symbol)} {right}", binding
        if op.notation == "power":
            base, exponent = self._part(args[0], NAME), self._part(args[1], NAME)
            return base + ("²" if exponent == "2" else f"^{exponent}"), POWER
        if op.notation == "fraction":
            left, right = self._part(args[0], PRODUCT), self._part(args[1], SIGN)
            return f"{left} / {right}", PRODUCT
        if op.notation == "prefix":
            return f"{op.symbol}{self._part(args[0], SIGN)}", SIGN
        if op.notation == "bars":
            return f"|{self._part(args[0])}|", NAME
        return f"{op.name}({', '.join(self._part(arg) for arg in args)})", NAME

    def _part(self, y: Statement, binding: int = SUM) -> str:
        """Return a statement as part of another, in brackets where it needs them."""
        text, own = self._texts[y]
        return f"({text})" if own < binding else text


def size(shape: Shape, words: Phrases) -> str:
    """Return `16 × 2`, `16`, or `1` for one number."""
    return " × ".join(grouped(words, length) for length in shape) or "1"


def place(index: Sequence[int]) -> str:
    """Return how places of a vector are written.

    >>> place([3]), place([2, 3, 4]), place([4, 0])
    ('[3]', '[2:5]', '[4, 0]')
    """
    if len(set(index)) == 1:
        return f"[{index[0]}]"
    if list(index) == list(range(index[0], index[0] + len(index))):
        return f"[{index[0]}:{index[-1] + 1}]"
    if len(index) <= 4:
        return f"[{', '.join(map(str, index))}]"
    return f"[{index[0]}, {index[1]}, …, {index[-1]}]"


def _columns(program: Program) -> list[tuple[str, int, int]]:
    """Return for each input its argument, its place there, and how many that has."""
    columns = []
    for name, length in zip(program.names, program.lengths, strict=True):
        columns += [(name, i, length) for i in range(length)]
    return columns


def parameter_labels(program: Program) -> list[str]:
    """Return the names of parameters: their labels, or those in a module."""
    labels = [p.label for p in program.parameters]
    unknown = {p: j for j, p in enumerate(program.parameters) if not p.label}
    for module in registered_modules():  # the outer ones come before the inner ones
        if not unknown:
            break
        names: Any = getattr(module, "named_parameters", list)
        for name, p in names():
            if p in unknown:
                labels[unknown.pop(p)] = name
    return labels


def _stem(names: Sequence[str]) -> str:
    """Return what names have in common before their indices; "" for nothing.

    >>> _stem(["0.weight[0,0]", "0.weight[0,1]"]), _stem(["a", "b"])
    ('0.weight', '')
    """
    stems = {name.partition("[")[0] for name in names}
    return stems.pop() if len(stems) == 1 else ""
