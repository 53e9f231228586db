"""`to_python`: back-propagation on a graph, written out as a plain Python function.

One line computes one node, and one line hands one share of the slope on; each has its
equation beside it where that says more. The lines are those of the graph, in the order
of the sweep, so the function gives what `backward` gives, to the last bit, and without
any of our code.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from ..drawing.escaping import printable, shortened
from ..drawing.notation import TEXT
from ..op import one, zero
from ..reading.plain_python import Rows, number, unparsed
from .conditions import Conditions
from .graphs import Graph, read_graph
from .lesson import Lesson
from .naming import numbered
from .passes import backward_order
from .steps import forward_formula, partial_formula, written_partial
from .views.doubts import doubts
from .views.terminal import filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Language

WIDTH = 88
MOST = 1_000  # nodes, of some three lines each
INDENT = "    "
GRADIENTS = "gradients"


class PythonCode(str):
    """The source of a program; at a prompt and in a notebook, it is shown as such."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the code."""
        return str(self)

    def _repr_markdown_(self) -> str:
        """Return the code for a notebook, with colours."""
        longest = max(map(len, re.findall("`+", self)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}python\n{self}\n{fence}"


def to_python(
    what: Any, *, most: int = MOST, language: Language | None = None
) -> PythonCode:
    """Return a plain Python function that computes a graph and its derivatives.

    The function takes the leaves, as they are by default, and returns the output with
    a dictionary of its derivatives by name. For finite inputs on which the same graph
    would be built, these are to the last bit what `backward` gives.

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
    dv1 += dL  # ∂L/∂v1 += 1 · 1
    db += dL  # ∂L/∂b += 1 · 1
    dw += dv1 * x  # ∂L/∂w += ∂L/∂v1 · ∂v1/∂w, ∂v1/∂w = x
    dx += dv1 * w  # ∂L/∂x += ∂L/∂v1 · ∂v1/∂x, ∂v1/∂x = w
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
            args: list[ast.expr] = [ast.Name("x")] * op.arity
            self.rows.forward(op, args)
            for i, partial in enumerate(op.partials):
                if partial is not one and partial is not zero:
                    self.rows.partial(op, i, [*args, *args[:1]])
                self.rows.taken(op, i, args)
        title = _identifier(graph.title) if graph.title.isidentifier() else "value"
        self.title = f"{title}_and_gradients"
        taken = {*self.rows.names, self.title, GRADIENTS}
        self.names = _identifiers(graph.names, taken)
        self.prefix = _prefix({*self.names, *taken})
        self.finite_leaves = {
            name
            for name, node in zip(self.names, nodes, strict=True)
            if node.op is None and math.isfinite(node.data)
        }
        self.conditions = Conditions(
            graph.snapshot, self.taken, self.names, self.unused
        )
        self.used: list[ast.AST] = []  # what the program computes, as trees

    def text(self) -> str:
        """Return the program."""
        defaults = {
            self.names[n]: number(node.data)
            for n, node in enumerate(self.nodes)
            if node.op is None and self.names[n]
        }
        self.used += defaults.values()
        parameters = [f"{name}={unparsed(tree)}" for name, tree in defaults.items()]
        width = WIDTH - len(INDENT)
        body = [
            line for said in self.warned for line in _comment(printable(said), width)
        ]
        if forward := self.forward():
            body += [*forward, ""]
        body += self.backward()
        imported, helpers = self.rows.used(self.used)
        line = f"from math import {', '.join(imported)}"
        several = _bracketed("from math import (", imported, ")", WIDTH)
        parts = [[line] if len(line) <= WIDTH else several] if imported else []
        written = [unparsed(helper).splitlines() for helper in helpers]
        if written:
            written[0] = [*_comment(self.words("by_hand.helpers"), WIDTH), *written[0]]
        head = _bracketed(f"def {self.title}(", parameters, "):", WIDTH)
        together = f"{INDENT}{', '.join(parameters)}"
        if len(head) > 3 and len(together) <= WIDTH:
            head[1:-1] = [together]
        doc = self.words("by_hand.doc", output=self.labels[self.graph.output])
        doc = doc.replace("\\", "/").replace('"', "'")
        main = ['if __name__ == "__main__":', f"{INDENT}print({self.title}())"]
        whole = [*head, f'{INDENT}"""{doc}"""', *_indented(body)]
        return "\n\n\n".join(
            "\n".join(part) for part in [*parts, *written, whole, main]
        )

    # --- forward ----------------------------------------------------------------------

    def forward(self) -> list[str]:
        """Return the lines that compute the nodes."""
        inner = [n for n, node in enumerate(self.nodes) if node.op is not None]
        source = self.nodes[self.graph.output].source
        if source is not None and source.file == "expression":
            output = self.labels[self.graph.output]
            lines = self.comment("by_hand.expression", output=output, text=source.text)
        else:
            lines = self.comment("by_hand.forward") if inner else []
        place = None
        for n in inner:
            place, heading = self.heading("by_hand.line", n, place)
            args = [self.operand(arg) for arg in self.snapshot.args[n]]
            expression = self.rows.forward(self.nodes[n].op, args)
            self.used.append(expression)
            formula = forward_formula(self.snapshot, self.graph.names, n).named()
            statement = f"{self.names[n]} = {unparsed(expression)}"
            lines += heading
            equation = TEXT.equation(self.labels[n], formula)
            same = _letters(equation) == _letters(statement) and "^" not in equation
            lines += _commented(statement, [] if same else [equation])
        return lines

    def heading(self, key: str, n: int, place: Any) -> tuple[Any, list[str]]:
        """Return the learner's line that made node `n`, if it is not that of before."""
        source = self.nodes[n].source
        if source is None or source.file == "expression" or not source.text:
            return None, []
        here = source.file, source.line
        if here == place:
            return place, []
        return here, self.comment(key, line=source.line, text=source.text)

    # --- backward ---------------------------------------------------------------------

    def backward(self) -> list[str]:
        """Return the lines that compute the slopes, and the one that returns them."""
        root = self.graph.output
        shares = self.conditions.share
        visited = {root} - {n for n in (root,) if self.nodes[n].constant}
        visited |= {self.snapshot.args[n][i] for n, i in shares if shares[n, i]}
        alive = [
            n
            for n, node in enumerate(self.nodes)
            if n in visited or (node.op is None and not node.constant)
        ]
        gradients = []
        lines = []
        if alive:
            output = self.labels[root]
            if alive != [root]:
                leaves = (self.names[n] for n in alive if self.nodes[n].op is None)
                name = min(leaves, key=len)
                slots = {"d": self.prefix, "name": name}
                lines += self.comment("by_hand.backward", output=output, **slots)
                lines += _zeros([self.adjoint(n) for n in alive if n != root])
            seed = [TEXT.equation(TEXT.derivative(output, output), "1")]
            lines += _commented(f"{self.adjoint(root)} = 1.0", seed)
            lines += self.shares()
            gradients = [
                f"{_quoted(self.graph.names[n])}: {self.adjoint(n)}"
                for n in alive
                if self.nodes[n].op is None
            ]
        width = WIDTH - len(INDENT)
        lines += _bracketed(f"{GRADIENTS} = {{", gradients, "}", width)
        return [*lines, f"return {self.names[root]}, {GRADIENTS}"]

    def shares(self) -> list[str]:
        """Return the lines that hand on the slope, from the output to the leaves."""
        lines: list[str] = []
        guards: list[ast.expr] = []
        place = None
        for n in backward_order(self.snapshot):
            ways = [
                (i, arg, self.conditions.share[n, i])
                for i, arg in enumerate(self.snapshot.args[n])
                if not self.nodes[arg].constant
            ]
            if not any(condition for *_, condition in ways):
                continue
            place, heading = self.heading("by_hand.back", n, place)
            lines += heading
            under = ""  # the guard that the lines before stand under
            for i, arg, condition in ways:
                if condition is False:
                    continue
                factor = self.factor(n, i)
                statement = self.share(n, arg, factor)
                equation = self.equation(n, i, arg)
                if condition is True or self.finite(factor):
                    under = ""
                    lines += _commented(statement, equation, WIDTH - len(INDENT))
                    continue
                guard = f"if {unparsed(condition)}:"
                if guard != under:
                    first = [] if guards else [self.words("by_hand.guard")]
                    lines += _commented(guard, first)
                    guards.append(condition)
                    under = guard
                width = WIDTH - 2 * len(INDENT)
                lines += _indented(_commented(statement, equation, width))
        facts = self.conditions.used(guards)
        self.used += [*guards, *[fact for _, fact in facts]]
        return [f"{name} = {unparsed(fact)}" for name, fact in facts] + lines

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

    def factor(self, n: int, i: int) -> ast.expr | None:
        """Return the expression of a partial; None where it is 1 everywhere."""
        op = self.nodes[n].op
        if op.partials[i] is one:
            return None
        operands = [self.operand(place) for place in (*self.snapshot.args[n], n)]
        factor = self.rows.partial(op, i, operands)
        self.used.append(factor)
        return factor

    def share(self, n: int, arg: int, factor: ast.expr | None) -> str:
        """Return the statement that adds the share of node `n` to that of an arg."""
        head = f"{self.adjoint(arg)} += "
        adjoint: ast.expr = ast.Name(self.adjoint(n))
        if factor is None:
            return head + self.adjoint(n)
        share = head + unparsed(ast.BinOp(adjoint, ast.Mult(), factor))
        if len(share) <= WIDTH - 2 * len(INDENT) or not isinstance(factor, ast.BinOp):
            return share
        lines = [f"{INDENT}{line}" for line in _summands(factor)]
        return "\n".join([f"{head}{self.adjoint(n)} * (", *lines, ")"])

    def partial(self, n: int, i: int) -> str:
        """Return how a partial is called."""
        return written_partial(self.snapshot, self.labels, n, i)

    def equation(self, n: int, i: int, arg: int) -> list[str]:
        """Return what the statement is in mathematics."""
        output, node, by = (self.labels[m] for m in (self.graph.output, n, arg))
        try:
            formula = partial_formula(self.snapshot, self.graph.names, n, i)
        except TypeError:  # a partial of the user's that wants floats
            formula = None
        gradient = f"{TEXT.derivative(output, by)} +="
        partial = self.partial(n, i)
        if n == self.graph.output:  # whose own slope is 1
            written = partial if formula is None else formula.factor()
            return [f"{gradient} 1 · {written}"]
        equation = f"{gradient} {TEXT.derivative(output, node)} · {partial}"
        if formula is None:
            return [equation]
        return [equation, TEXT.equation(partial, formula.named())]

    def finite(self, factor: ast.expr | None) -> bool:
        """Tell whether a partial is finite whatever finite numbers are put in."""
        match factor:
            case None | ast.Constant():
                return True
            case ast.UnaryOp(ast.USub(), operand):
                return self.finite(operand)
            case ast.Name(name):
                return name in self.finite_leaves
        return False

    # --- names and comments -----------------------------------------------------------

    def operand(self, n: int) -> ast.expr:
        """Return how a line refers to a node."""
        name = self.names[n]
        return ast.Name(name) if name else number(self.nodes[n].data)

    def adjoint(self, n: int) -> str:
        """Return the variable of the derivative of the output by a node."""
        return self.prefix + self.names[n]

    def comment(self, key: str, **slots: Any) -> list[str]:
        """Return a phrase as a comment."""
        if "text" in slots:
            text = " ".join(slots["text"].split())
            slots["text"] = printable(shortened(text, WIDTH - 24))
        return _comment(self.words(key, **slots), WIDTH - len(INDENT))


# --- how code is laid out -------------------------------------------------------------


def _comment(text: str, width: int) -> list[str]:
    return filled(text, width, first="# ", indent="#   ").splitlines()


def _letters(text: str) -> str:
    """Return the letters and digits of an equation or a statement, to compare them."""
    return re.sub(r"\.0\b|[\W_]", "", text)


def _commented(
    statement: str, comments: Sequence[str], width: int = WIDTH - len(INDENT)
) -> list[str]:
    """Return a statement with comments beside it, or above it if it is long."""
    if not comments:
        return statement.splitlines()
    line = f"{statement}  # {', '.join(comments)}"
    if len(line) <= width:
        return [line]
    together = _comment(", ".join(comments), width)
    if len(together) > 1:
        together = [line for part in comments for line in _comment(part, width)]
    return [*together, *statement.splitlines()]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{INDENT}{line}" if line else "" for line in lines]


def _zeros(names: Sequence[str]) -> list[str]:
    """Return `a = b = 0.0` for all names, in lines of the usual width."""
    lines = [""]
    for name in names:
        if lines[-1] and len(f"{lines[-1]}{name} = 0.0") > WIDTH - len(INDENT):
            lines.append("")
        lines[-1] += f"{name} = "
    return [f"{line}0.0" for line in lines]


def _bracketed(start: str, items: Sequence[str], end: str, width: int) -> list[str]:
    """Return `start`, the items and `end` on one line, or each item on its own."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= width:
        return [line]
    return [start, *[f"{INDENT}{item}," for item in items], end]


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


def _summands(expression: ast.expr) -> list[str]:
    """Return the summands of an expression on lines of their own."""
    unknown = ast.Name("_")
    match expression:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            summand = unparsed(ast.BinOp(unknown, sign, right)).removeprefix("_ ")
            return [*_summands(left), summand]
    # What a sum needs brackets around has them here.
    return [unparsed(ast.BinOp(expression, ast.Add(), unknown)).removesuffix(" + _")]
