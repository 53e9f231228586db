"""`to_python`: back-propagation on a graph, written out as a plain Python function.

One line computes one node, or a sum with its summands, and one line hands one share of
the slope on; each has its equation beside it where that says more. What comes again
turn by turn is a loop (see `rolled`). All is added in the order of the sweep, so the
function gives what `backward` gives, to the last bit, and without any of our code.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .. import ops
from ..drawing.escaping import printable, shortened
from ..drawing.notation import TEXT
from ..op import ARITHMETIC_ERRORS, one, zero
from ..reading.plain_python import Rows, number, put_in, unparsed
from ..reading.snapshot import Snapshot
from .code_lines import (
    INDENT,
    WIDTH,
    bracketed,
    comment,
    indented,
    laid_out,
    letters_of,
    zeros,
)  # fmt: skip
from .conditions import Conditions
from .graphs import Graph, read_graph
from .lesson import Lesson
from .naming import numbered
from .passes import backward_order, sweep
from .rolled import Index, Line, Rolled, cells_of, lists_in, names_in, nest
from .steps import call_partial, folded_formula, partial_formula, written_partial
from .views.doubts import doubts
from .views.markdown import fenced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Language

MOST = 1_000  # nodes, of some three lines each where no loop holds them
WIDEST = 60  # letters of what a line computes
GRADIENTS = "gradients"


class PythonCode(str):
    """The source of a program; at a prompt and in a notebook, it is shown as such."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the code."""
        return str(self)

    def _repr_markdown_(self) -> str:
        """Return the code for a notebook, with colours."""
        return "\n".join(fenced([self])).rstrip()


def to_python(
    what: Any, *, most: int = MOST, language: Language | None = None
) -> PythonCode:
    """Return a plain Python function that computes a graph and its derivatives.

    The function takes the leaves, as they are by default, and returns the output with
    a dictionary of its derivatives by name. For inputs on which the same graph would be
    built, these are to the last bit what `backward` gives, as long as all numbers are
    finite: where some overflow, a slope may be nan that `backward` leaves out, for no
    guard stands where 0 times a finite number says the same.

    Args:
        what: The output, a Value; or a lesson.
        most: Of how many nodes a program is written: one of more is not read.
        language: That of the comments, "en" or "fr"; None for that of the lesson, else
            of the environment.

    Raises:
        TypeError: If `what` is no Value or lesson.
        ValueError: If there are more nodes, or an op is not written in Python with
            functions of `math`, or its source is not known.
        RuntimeError: If data was edited since the graph was computed.

    >>> from autograd import explain, to_python
    >>> code = to_python(explain("w*x + b", w=0.5, x=2.0, b=-1.0))
    >>> for line in code.splitlines():
    ...     if "+=" in line:
    ...         print(line.strip())
    db += dL  # ∂L/∂b += 1 · 1
    dw += dL * x  # ∂L/∂w += 1 · x
    dx += dL * w  # ∂L/∂x += 1 · w
    """
    graph = read_graph(what, "to_python", language)
    if (got := len(graph.names)) > most:
        raise ValueError(graph.words("by_hand.long", most=f"{most:,}", got=f"{got:,}"))
    warned = doubts(what, graph.words) if isinstance(what, Lesson) else []
    return PythonCode(_Program(graph, warned).text())


class _Program:
    """Writes the program for one graph."""

    def __init__(self, graph: Graph, warned: Sequence[str]) -> None:
        self.graph = graph
        self.warned = warned
        self.snapshot = graph.snapshot
        self.words = graph.words
        self.nodes = nodes = graph.snapshot.nodes
        # What comments call a node: as the learner does.
        self.labels = [printable(shortened(name, 40)) for name in graph.names]
        self.rows = Rows()
        for op in dict.fromkeys(node.op for node in nodes if node.op is not None):
            operands: list[ast.expr] = [ast.Name("x")] * op.arity
            self.rows.forward(op, operands)
            for i, partial in enumerate(op.partials):
                if partial is not one and partial is not zero:
                    self.rows.partial(op, i, [*operands, *operands[:1]])
                self.rows.taken(op, i, operands)
        title = _identifier(graph.title) if graph.title.isidentifier() else "value"
        self.title = f"{title}_and_gradients"
        taken = {*self.rows.names, self.title, GRADIENTS}
        self.names = _identifiers(graph.names, taken)
        named = [n for n, name in enumerate(self.names) if name]
        self.leaves = [n for n in named if nodes[n].op is None]
        places = _places(graph, self.names, taken)
        taken |= {stem for stem, _ in places.values()}
        self.prefix = _prefix({*self.names, *taken})
        self.finite = _is_finite(self.snapshot)
        self.conditions = Conditions(
            graph.snapshot, self.taken, self.names, self.unused
        )
        # For each node, that whose slope is its own, too.
        self.whole = list(range(len(nodes)))
        for n in backward_order(self.snapshot):
            for i, arg in enumerate(self.snapshot.args[n]):
                if nodes[n].op.partials[i] is one and self.is_inner(arg, n):
                    self.whole[arg] = self.whole[n]
        args = zip(self.whole, self.snapshot.args, strict=True)
        self.ways = Counter((whole, arg) for whole, every in args for arg in every)
        back = self.shares()
        self.needed = names_in(back)  # what the way back needs
        front = self.computed()
        self.seen = names_in(front) | self.needed
        kinds = {self.names[n]: self.kind(n, places) for n in named}
        taken |= {self.names[n] for n in self.leaves}
        self.rolled = Rolled(front, back, kinds, places, self.prefix, taken)
        self.lines = [*self.rolled.front, *self.rolled.back]
        taken |= names_in(self.lines)
        self.letters = [x for x in "ijklmnopqrst" if x not in taken]

    def text(self) -> str:
        """Return the program."""
        inputs = self.lists(self.leaves)
        parameters = [f"{stem}={nest(cells)}" for stem, cells in inputs.items()]
        pieces = ", ".join(parameters).replace("e+", "e").split(", ")
        head = bracketed(f"def {self.title}(", pieces, "):", WIDTH)
        doc = self.words("by_hand.doc", output=self.labels[self.graph.output])
        doc = doc.replace("\\", "/").replace('"', "'")
        width = WIDTH - len(INDENT)
        body = [
            line for said in self.warned for line in comment(printable(said), width)
        ]
        if self.rolled.front:
            body += [*self.forward(), ""]
        body += self.backward()
        whole = [*head, f'{INDENT}"""{doc}"""', *indented(body)]
        imported, helpers = self.rows.used([ast.parse("\n".join(whole))])
        line = f"from math import {', '.join(imported)}"
        several = bracketed("from math import (", imported, ")", WIDTH)
        parts = [[line] if len(line) <= WIDTH else several] if imported else []
        written = [unparsed(helper).splitlines() for helper in helpers]
        if written:
            written[0] = [*comment(self.words("by_hand.helpers"), WIDTH), *written[0]]
        main = ['if __name__ == "__main__":', f"{INDENT}print({self.title}())"]
        return "\n\n\n".join(
            "\n".join(part) for part in [*parts, *written, whole, main]
        )

    # --- forward ----------------------------------------------------------------------

    def forward(self) -> list[str]:
        """Return the lines that compute the nodes."""
        source = self.nodes[self.graph.output].source
        if source is not None and source.file == "expression":
            output = self.labels[self.graph.output]
            lines = self.comment("by_hand.expression", output=output, text=source.text)
        else:
            lines = self.comment("by_hand.forward")
        for cells, name in self.rolled.tables.items():
            table = str(nest(dict(cells))).replace("'", "")[1:-1].split(", ")
            lines += bracketed(f"{name} = (", table, ")")
        inner = (n for n, node in enumerate(self.nodes) if node.op is not None)
        lines += _lists(self.lists(inner), lists_in(self.lines))
        return lines + laid_out(self.rolled.front, self.letters)

    def computed(self) -> list[Line]:
        """Return the statements that compute the nodes; a short sum is one."""
        args = self.snapshot.args
        trees: dict[int, Any] = {}
        inside: dict[int, set[int]] = {}  # what is computed in the statement, too
        width: dict[int, int] = {}
        for n in (n for n, node in enumerate(self.nodes) if node.op is not None):
            tree: Any = self.rows.forward(
                self.nodes[n].op, [*map(self.operand, args[n])]
            )
            inside[n], width[n] = set(), len(unparsed(tree))
            for arg in reversed(args[n]):
                if not self.is_inner(arg, n) or self.names[arg] in self.needed:
                    continue
                if self.goes_on(arg, n):
                    tree.left = trees.pop(arg)
                elif width[arg] > WIDEST:
                    continue
                else:
                    tree = put_in(tree, {self.names[arg]: trees.pop(arg)})
                inside[n] |= {arg, *inside[arg]}
                width[n] += width[arg]
            trees[n] = tree
        lines: dict[tuple[float, int], Line] = {}
        for n, tree in trees.items():
            sums = [n]  # the last of those that each add one more to the one before
            while (arg := args[sums[0]][0]) in inside[n] and self.goes_on(arg, sums[0]):
                sums.insert(0, arg)
            between = {*range(sums[0], n)} - inside[n]
            apart = any(self.names[m] in self.needed for m in between)
            grown = not self.is_generated(sums[0]) or not self.names[arg]
            if sums[1:] and ((apart and grown) or (sums[2:] and width[n] > WIDEST)):
                for m in reversed(sums):
                    text = f"{self.names[n]} += {unparsed(tree.right)}"
                    lines[m, n] = Line(text, self.heading("by_hand.line", m))
                    tree = tree.left
                # It begins where it is added to, or long before: where its start is.
                heading = "" if apart else self.heading("by_hand.line", sums[0])
                first = Line(f"{self.names[n]} = {unparsed(tree)}", heading)
                lines[arg + 0.5 if apart else sums[0] - 0.5, n] = first
            else:
                lines[n, n] = self.statement(n, tree, inside[n])
        return [lines[place] for place in sorted(lines)]

    def statement(self, n: int, tree: ast.expr, inside: set[int]) -> Line:
        """Return the statement that computes a node, with what it does not say."""
        text = f"{self.names[n]} = {unparsed(tree)}"
        formula = folded_formula(self.snapshot, self.graph.names, n, inside)
        equation = TEXT.equation(self.labels[n], formula.named())
        same = letters_of(equation) == letters_of(text) and "^" not in equation
        source = self.nodes[n].source
        said = source and letters_of(source.text.split("#")[0]) == letters_of(text)
        heading = "" if said else self.heading("by_hand.line", n)
        return Line(text, heading, () if same else (equation,))

    def heading(self, key: str, n: int) -> str:
        """Return what is said of the learner's line that made node `n`."""
        source = self.nodes[n].source
        if source is None or source.file == "expression" or not source.text:
            return ""
        return self.phrase(key, line=source.line, text=source.text)

    # --- backward ---------------------------------------------------------------------

    def backward(self) -> list[str]:
        """Return the lines that compute the slopes, and the one that returns them."""
        root, written = self.graph.output, self.rolled.written
        learned = [n for n in self.leaves if not self.nodes[n].constant]
        lines = []
        if self.rolled.back or learned:
            output = self.labels[root]
            slopes = self.lists(range(len(self.nodes)), self.prefix)
            slopes.pop(self.adjoint(root), None)
            if learned and slopes:
                name = min((written(self.names[n]) for n in learned), key=len)
                slots = {"d": self.prefix, "name": name}
                lines += self.comment("by_hand.backward", output=output, **slots)
            known = {self.rolled.at(self.adjoint(n))[0] for n in learned}
            alone = known | names_in(self.rolled.back)
            lines += _zeros([x for x in slopes if () in slopes[x] and x in alone])
            lines += _lists(slopes, known | lists_in(self.rolled.back))
            seed = TEXT.equation(TEXT.derivative(output, output), "1")
            first = Line(f"{written(self.adjoint(root))} = 1.0", "", (seed,))
            lines += laid_out([first, *self.rolled.back], self.letters)
        gradients = [
            f"{_quoted(self.graph.names[n])}: {written(self.adjoint(n))}"
            for n in learned
        ]
        lines += bracketed(f"{GRADIENTS} = {{", gradients, "}")
        return [*lines, f"return {written(self.names[root])}, {GRADIENTS}"]

    def shares(self) -> list[Line]:
        """Return the statements that hand on the slope, from the output on."""
        lines: list[Line] = []
        guards: list[Any] = []
        starts: dict[str, int] = {}  # where the shares of a slope begin
        for n in backward_order(self.snapshot):
            op, slope = self.nodes[n].op, self.adjoint(self.whole[n])
            operands = [self.operand(m) for m in (*self.snapshot.args[n], n)]
            for i, arg in enumerate(self.snapshot.args[n]):
                condition = self.conditions.share[n, i]
                inside = self.nodes[arg].constant or self.whole[arg] != arg
                if inside or condition is False:
                    continue
                factor = None
                if op.partials[i] is not one:
                    factor = self.rows.partial(op, i, operands)
                share: Any = ast.Name(slope)
                share = ast.BinOp(share, ast.Mult(), factor) if factor else share
                text = f"{self.adjoint(arg)} += {unparsed(share)}"
                if condition is not True and not self.is_harmless(n, i, factor):
                    guards.append(condition)
                    text = f"if {unparsed(guards[-1])}:\n{INDENT}{text}"
                # In a sum, `db += ds` comes before all `dw += ds * x`.
                place = start = starts.setdefault(slope, len(lines))
                while place < len(lines) and " * " not in lines[place].text:
                    place += 1
                same = [
                    f"{self.adjoint(arg)} +=" in line.text for line in lines[start:]
                ]
                place = len(lines) if factor or any(same) else place
                beside = tuple(self.equation(n, i, arg))
                lines.insert(place, Line(text, self.heading("by_hand.back", n), beside))
        facts = self.conditions.used(guards)
        return [Line(f"{name} = {unparsed(fact)}") for name, fact in facts] + lines

    def taken(self, n: int, i: int) -> ast.expr | bool:
        """Return on which condition a node takes an argument."""
        operands = [self.operand(place) for place in self.snapshot.args[n]]
        return self.rows.taken(self.nodes[n].op, i, operands)

    def unused(self, name: str) -> str:
        """Return a variable like `name` that the program does not have."""
        slopes = {self.prefix + known for known in self.names}
        while name in {*self.names, *self.rows.names, *slopes}:
            name += "_"
        return name

    def is_harmless(self, n: int, i: int, factor: ast.expr | None) -> bool:
        """Tell whether a share is 0 anyway where none is handed on.

        There the slope is 0, or the partial of a row of the table is. What is added,
        subtracted and multiplied is finite.
        """
        if factor is None or isinstance(factor, ast.Constant):
            return True
        op = self.nodes[n].op
        known = ops.TABLE.get(op.name) is op or self.taken(n, i) is True
        calls = {*re.findall(r"\w+(?=\()|/|\*\*", unparsed(factor))}
        return self.finite and known and calls <= {"step", "greater"}

    def equation(self, n: int, i: int, arg: int) -> list[str]:
        """Return what the statement is in mathematics."""
        whole = self.whole[n]
        output, node, by = (self.labels[m] for m in (self.graph.output, whole, arg))
        try:
            formula = partial_formula(self.snapshot, self.graph.names, n, i)
        except TypeError:  # a partial of the user's that wants floats
            formula = None
        partial = written_partial(self.snapshot, self.labels, n, i)
        if whole != n and self.ways[whole, arg] == 1:
            partial = call_partial(TEXT, node, by, 0, None)
        gradient = f"{TEXT.derivative(output, by)} +="
        if whole == self.graph.output:  # whose own slope is 1
            written = partial if formula is None else formula.factor()
            return [f"{gradient} 1 · {written}"]
        equation = f"{gradient} {TEXT.derivative(output, node)} · {partial}"
        if formula is None:
            return [equation]
        return [equation, TEXT.equation(partial, formula.named())]

    # --- what nodes are ---------------------------------------------------------------

    def is_generated(self, n: int) -> bool:
        """Tell whether the learner's code has no name for a node."""
        own = re.fullmatch(r"v\d+", self.graph.names[n])
        return bool(own) and not self.nodes[n].label

    def goes_on(self, arg: int, n: int) -> bool:
        """Tell whether node `n` adds one more to the sum that an arg is."""
        is_sum = self.nodes[arg].op is self.nodes[n].op is ops.add
        return is_sum and self.snapshot.args[n][0] == arg

    def is_inner(self, arg: int, n: int) -> bool:
        """Tell whether an arg is only a part of what the line of node `n` computes."""
        node, user = self.nodes[arg], self.nodes[n]
        if node.op is None or self.snapshot.uses[arg] > 1:
            return False
        if not self.is_generated(arg):
            return self.goes_on(arg, n) and node.source == user.source is not None
        lines = {s and (s.file, s.line) for s in (node.source, user.source)}
        return len(lines) == 1 and (user.op is ops.add or node.op is ops.neg)

    def kind(self, n: int, places: Mapping[str, Any]) -> str:
        """Return what of its like may be in a list with node `n`; "" for nothing."""
        if n == self.graph.output:
            return ""
        if self.nodes[n].op is not None:
            return re.sub(r"\d|[\[\]]", "", self.graph.names[n])
        stem = places[self.names[n]][0] if self.names[n] in places else ""
        return f"{stem}=" if stem or self.is_generated(n) else ""

    def lists(
        self, nodes: Iterable[int], prefix: str = ""
    ) -> dict[str, dict[Index, float]]:
        """Return by name what is in lists, or alone at the index (), for some nodes."""
        found: dict[str, dict[Index, float]] = {}
        for n in nodes:
            variable = prefix + self.names[n]
            stem, index = self.rolled.at(variable)
            seen = self.nodes[n].op is None or variable in self.seen
            if self.names[n] and (seen or index):
                found.setdefault(stem, {})[index] = self.nodes[n].data
        return found

    # --- names and comments -----------------------------------------------------------

    def operand(self, n: int) -> ast.expr:
        """Return how a line refers to a node."""
        name = self.names[n]
        return ast.Name(name) if name else number(self.nodes[n].data)

    def adjoint(self, n: int) -> str:
        """Return the variable of the derivative of the output by a node."""
        return self.prefix + self.names[n]

    def phrase(self, key: str, **slots: Any) -> str:
        """Return a phrase; a piece of code in it is cut if it is long."""
        if "text" in slots:
            text = " ".join(slots["text"].split())
            slots["text"] = printable(shortened(text, WIDTH - 24))
        return self.words(key, **slots)

    def comment(self, key: str, **slots: Any) -> list[str]:
        """Return a phrase as a comment."""
        return comment(self.phrase(key, **slots), WIDTH - len(INDENT))


def _is_finite(snapshot: Snapshot) -> bool:
    """Tell whether all numbers, and all slopes, are finite."""
    try:
        slopes = sweep(snapshot).adjoints
    except ARITHMETIC_ERRORS:
        return False
    return all(map(math.isfinite, [*slopes, *(node.data for node in snapshot.nodes)]))


def _zeros(names: Sequence[str]) -> list[str]:
    """Return `a = b = 0.0` for all names, in lines of the usual width."""
    lines = [""]
    for name in names:
        if lines[-1] and len(f"{lines[-1]}{name} = 0.0") > WIDTH - len(INDENT):
            lines.append("")
        lines[-1] += f"{name} = "
    return [f"{line}0.0" for line in lines]


def _lists(lists: Mapping[str, Mapping[Index, Any]], known: set[str]) -> list[str]:
    """Return the lines that make those lists that are known, of zeros."""
    return [
        f"{stem} = {zeros(nest(cells))}"
        for stem, cells in lists.items()
        if stem in known and () not in cells
    ]


def _quoted(text: str) -> str:
    shown = repr(text)
    return shown if '"' in shown else f'"{shown[1:-1]}"'


# --- names ----------------------------------------------------------------------------


def _identifier(name: str) -> str:
    """Return a name that Python accepts for a variable.

    >>> [_identifier(name) for name in ("x[0]", "θ", "lambda", "1st try", "")]
    ['x_0', 'θ', 'lambda_', 'v1st_try', 'v']
    """
    name = unicodedata.normalize("NFKC", name)
    letters = (c if f"a{c}".isidentifier() else " " for c in name)
    name = "_".join("".join(letters).split()).strip("_") or "v"
    name = name if name.isidentifier() else f"v{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def _identifiers(names: Sequence[str], taken: set[str]) -> list[str]:
    """Return a variable for each name, "" for none; no two are the same."""
    taken = set(taken)
    numbers: dict[str, int] = {}
    found = []
    for name in names:
        if name:
            name = _identifier(name)
            if name in taken:
                name = numbered(f"{name}_", taken, numbers)
            taken.add(name)
        found.append(name)
    return found


def _prefix(names: Iterable[str]) -> str:
    """Return what goes before a name for its slope, so that no two names clash."""
    names = set(filter(None, names))
    prefix = "d"
    while any(prefix + name in names for name in names):
        prefix += "d" if prefix.endswith("_") else "_"
    return prefix


def _places(
    graph: Graph, names: Sequence[str], taken: set[str]
) -> dict[str, tuple[str, Index]]:
    """Return the places of inputs in lists of the learner's: W[0][1] is (0, 1) of W.

    What is not known as a whole is no list.
    """
    lists: dict[str, dict[Index, str]] = {}
    for name, shown, node in zip(names, graph.names, graph.snapshot.nodes, strict=True):
        if node.op is None and (index := re.findall(r"\[(\d+)\]", shown)):
            head = re.sub(r"(\[\d+\])+", "[]", shown)
            lists.setdefault(head, {})[tuple(map(int, index))] = name
    whole = [head for head, x in lists.items() if x.keys() == cells_of(nest(x)).keys()]
    stems = _identifiers(whole, {*taken, *names})
    return {
        name: (stem, index)
        for head, stem in zip(whole, stems, strict=True)
        for index, name in lists[head].items()
    }
