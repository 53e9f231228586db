"""`paths`: every route from a node to the output, and what goes along it.

Along one path the partials multiply; over all paths the products add up; and that sum
is the derivative. Where there are too many paths to be listed, they are counted
exactly, and those with the largest products are shown.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field
from typing import Any

from ..drawing.escaping import isolated, shortened
from ..drawing.notation import LATEX, TEXT, Markup
from ..drawing.numerals import grouped, is_short, scientific, short
from ..forks import cached_property
from ..graph import topological
from ..messages import cut
from ..reading.partials import partial
from ..reading.pathfinding import Steps, find_paths, largest_paths
from ..reading.snapshot import place_among
from ..reverse import derivative_by
from ..value import Value
from .errors import said_in
from .graphs import Graph, read_graph
from .steps import Formula, forward_formula, partial_formula, written_partial
from .views.telling import HELPERS
from .views.terminal import filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Language

SHOWN = 10  # paths, if there are more
MOST_STEPS = 100_000  # of all paths shown together
LONG = 12  # steps: a longer path is shown by its ends
EXACT = 10**30  # up to here, counts are written with all digits
WIDTH = 78
STUCK = "\N{WORD JOINER}"  # a space at which no line ends


@dataclass(frozen=True)
class Factor:
    """One step of a path: from an arg to a node that it goes into.

    Attributes:
        node: The name of the node.
        arg: The name of the arg.
        i: Which of the node's args it is, from 0.
        slope: The number of the partial ∂node/∂arg.
        formula: The formula of the partial.
    """

    node: str
    arg: str
    i: int
    slope: float
    formula: Formula | None


@dataclass(frozen=True)
class Path:
    """One path from a node to the output.

    Attributes:
        steps: For each step, the place of the node in the graph and which of its args
            the path comes from; from the start to the output.
        slopes: The number of the partial at each step.
    """

    graph: Graph = field(repr=False)
    start: int = field(repr=False)
    steps: Steps
    slopes: list[float]

    @property
    def stations(self) -> list[str]:
        """The names of the nodes on the way, start and output included."""
        return [self.graph.names[n] for n in (self.start, *[n for n, _ in self.steps])]

    @property
    def product(self) -> float:
        """The product of the partials, as back-propagation forms it: output first."""
        return math.prod(reversed(self.slopes), start=1.0)

    @cached_property
    def factors(self) -> list[Factor]:
        """The steps with formulas, in the order of the path."""
        snapshot, names = self.graph.snapshot, self.graph.names
        return [
            Factor(
                names[n], names[snapshot.args[n][i]], i, slope,
                partial_formula(snapshot, names, n, i),
            )
            for (n, i), slope in zip(self.steps, self.slopes, strict=True)
        ]  # fmt: skip


@dataclass(frozen=True, repr=False)
class PathSum:
    """All paths from a node to the output, and their sum. As text it can be read.

    Attributes:
        start: The name of the node.
        output: The name of the output.
        count: How many paths there are, exactly.
        listed: The paths; if there are too many, those with the largest products.
        total: The sum of the products along all paths, listed or not.
        derivative: The derivative of the output by the node, as back-propagation gives
            it. It is `total` up to the rounding of each.
        constant: Whether the node is a constant, which is never differentiated.
    """

    start: str
    output: str
    count: int
    listed: list[Path]
    total: float
    derivative: float
    constant: bool
    graph: Graph = field(repr=False)

    def __repr__(self) -> str:
        """Return `<PathSum from a to L>`; the count may be too long to be shown."""
        return f"<PathSum from {self.start} to {self.output}>"

    def __str__(self) -> str:
        """Return the paths as text, in the reader's language."""
        return self.text()

    def text(self, width: int = WIDTH) -> str:
        """Return the paths as text for a terminal of `width` columns."""
        text = _Text(self)
        lines = _wrapped(text.heading(), width)
        if self.listed and self.listed[0].steps:
            lines += _wrapped(text.definitions(), width)
            for i, path in enumerate(self.listed, start=1):
                lines += ["", *_wrapped(f"{i}. {text.route(path)}", width, "   ")]
                lines += _at_equals(text.product(path), width, "   ")
            lines += ["", *_at_equals(text.sum(), width)]
            lines += _wrapped(text.check(), width)
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        """Return the paths for a notebook."""
        text = _Text(self, LATEX)
        lines = [text.heading()]
        if self.listed and self.listed[0].steps:
            lines.append(text.definitions())
            for i, path in enumerate(self.listed, start=1):
                lines.append(f"{i}. {text.route(path)}: {text.product(path)}")
            lines += [text.sum(), text.check()]
        return "\n\n".join(filter(None, lines))


def paths(what: Any, w: Any, *, language: Language | None = None) -> PathSum:
    """Return every path from the node `w` to the output, with the product along each.

    Args:
        what: The output, a Value; or a lesson.
        w: A node of its graph, a leaf or not; or the name of one.
        language: "en" or "fr"; None for that of the lesson, else of the environment.

    Raises:
        TypeError: If `what` is no Value or lesson, or `w` no Value or name.
        ValueError: If no node has the name `w`.
        RuntimeError: If data was edited since the graph was computed.
        ZeroDivisionError, OverflowError, ValueError: If an op has no finite slope.

    >>> from autograd import Value, paths
    >>> a = Value(3.0, "a")
    >>> print(paths(a * a + a, a, language="en"))
    From a to L: 3 paths.
    Where v1 = a·a, L = v1 + a.
    <BLANKLINE>
    1. a → v1 → L (a₁ is the first a in v1)
       ∂L/∂v1 · ∂v1/∂a₁ = 1 · a = 1 · 3 = 3
    <BLANKLINE>
    2. a → v1 → L (a₂ is the second a in v1)
       ∂L/∂v1 · ∂v1/∂a₂ = 1 · a = 1 · 3 = 3
    <BLANKLINE>
    3. a → L
       ∂(v1 + a)/∂a = 1
    <BLANKLINE>
    The paths add up: ∂L/∂a = 3 + 3 + 1 = 7
    backward() brings 7.0 to a.grad: the same number, to the last bit.
    """
    graph = read_graph(what, "paths", language)
    snapshot, root = graph.snapshot, graph.output
    if isinstance(w, str):
        start = _place(graph, w)
    elif isinstance(w, Value):
        if w not in snapshot.nodes:
            name, output = w.label or "w", graph.names[root]
            return PathSum(name, output, 0, [], 0.0, 0.0, w.constant, graph)
        start = snapshot.nodes.index(w)
    else:
        raise TypeError(
            f"paths needs a Value or a name to start from; got {type(w).__name__}"
            f" {cut(w)}"
        )
    node = snapshot.nodes[start]
    name = graph.names[start] or TEXT.digits(node.data)
    found = find_paths(snapshot, start, root, SHOWN)
    if not found.count or node.constant:
        return PathSum(name, graph.names[root], 0, [], 0.0, 0.0, node.constant, graph)
    chosen = [steps for steps, _ in found.listed]
    if not chosen:
        most = max(1, min(SHOWN, MOST_STEPS // len(snapshot.nodes)))
        chosen = largest_paths(snapshot, found, root, most)
    listed = []
    with said_in(graph.words):
        derivative = derivative_by(node, snapshot.nodes[root])
        for steps in chosen:
            slopes = [partial(snapshot.nodes[n], i, needed=True) for n, i in steps]
            listed.append(Path(graph, start, steps, slopes))
    total = found.derivative
    if len(listed) == found.count:
        total = 0.0
        for path in listed:
            total += path.product
    return PathSum(
        name, graph.names[root], found.count, listed, total, derivative, False, graph
    )


def _place(graph: Graph, name: str) -> int:
    if name in graph.names and name:
        return graph.names.index(name)
    known = list(filter(None, graph.names))
    shown = difflib.get_close_matches(name, known, n=1) or known
    raise ValueError(
        graph.words("paths.unknown", given=name, known=shortened(", ".join(shown), 200))
    )


class _Text:
    """Writes paths, as plain text or in LaTeX."""

    def __init__(self, paths: PathSum, markup: Markup = TEXT) -> None:
        self.paths = paths
        self.words = paths.graph.words
        with said_in(self.words):
            paths.graph.snapshot.check("paths")
        self.markup = markup
        self.times, self.arrow, self.dollar = (
            (" · ", " → ", "") if markup is TEXT else (r" \cdot ", r" \to ", "$")
        )

    def heading(self) -> str:
        """Return how many paths there are, or why there is none."""
        p = self.paths
        slots = {
            "start": self.name(p.start),
            "output": self.name(p.output),
            "derivative": self.maths(self.markup.derivative(p.output, p.start)),
        }
        if p.constant:
            return self.words("paths.constant", **slots)
        if not p.count:
            return self.words("paths.none", **slots)
        if not p.listed[0].steps:
            return self.words("paths.self", **slots)
        slots["number"] = self.count(p.count)
        heading = self.words.counted("paths.heading", p.count, **slots)
        if len(p.listed) < p.count:
            shown = self.words.counted("paths.largest", len(p.listed))
            heading = f"{heading} {shown}"
        numbers = [n for path in p.listed for n in (*path.slopes, path.product)]
        if not all(map(is_short, numbers)):
            heading = f"{heading} {self.words('lesson.rounded')}"
        return heading

    def count(self, count: int) -> str:
        """Return a count with all its digits, or about how much it is."""
        if count < EXACT:
            return grouped(self.words, count)
        digits, exponent = scientific(count)
        power = f"10^{exponent}" if self.markup is TEXT else f"10^{{{exponent}}}"
        about = self.maths(f"{digits}{self.times.strip()}{power}")
        return self.words("paths.about", number=about)

    def definitions(self) -> str:
        """Return how the nodes on the paths are computed, if the paths are short."""
        graph, listed = self.paths.graph, self.paths.listed
        if any(len(path.steps) > LONG for path in listed):
            return ""
        places = sorted({n for path in listed for n, _ in path.steps})
        equations = []
        for n in places:
            formula = forward_formula(graph.snapshot, graph.names, n)
            name = self.markup.name(graph.names[n])
            equation = self.markup.equation(name, formula.named(self.markup))
            if self.markup is TEXT:  # a line does not end within an equation
                equation = equation.replace(" ", STUCK)
            equations.append(self.maths(equation))
        said = [self.words("paths.where", equations=", ".join(equations))]
        formulas = [f.formula for path in listed for f in path.factors if f.formula]
        used = {node.op for f in formulas for node in topological(f.root)}
        used -= {graph.snapshot.nodes[n].op for n in places}
        said += [self.words(f"lesson.helper.{op.name}") for op in HELPERS if op in used]
        return " ".join(said)

    def route(self, path: Path) -> str:
        """Return the stations of a path."""
        names = [self.markup.name(name) for name in path.stations]
        if len(path.steps) > LONG:
            skipped = len(names) - 4
            between = self.words("paths.skipped", count=self.count(skipped))
            if self.markup is not TEXT:
                between = rf"\text{{{between}}}"
            names[2:-2] = [between]
        route = self.maths(self.arrow.join(names))
        args = self.paths.graph.snapshot.args
        doubles = [(n, i) for n, i in path.steps if place_among(args[n], i)]
        if not doubles or len(path.steps) > LONG:
            return route
        called = self.paths.graph.names
        said = []
        for n, i in doubles:
            name, place = called[args[n][i]], place_among(args[n], i)
            indexed = self.maths(self.markup.indexed(name, place))
            slots = {"arg": self.name(name), "i": place, "node": self.name(called[n])}
            which = {1: "first", 2: "second"}.get(place, "later")
            said.append(self.words(f"paths.place.{which}", indexed=indexed, **slots))
        return f"{route} ({', '.join(said)})"

    def product(self, path: Path) -> str:
        """Return the equation of the product along a path."""
        number = self.markup.digits(path.product)
        if len(path.steps) > LONG:
            count = self.count(len(path.steps))
            return f"{self.words('paths.product', count=count)} = {self.maths(number)}"
        # The output comes first, as in the chain rule.
        factors = path.factors[::-1]
        if len(factors) == 1:
            (factor,) = factors
            parts = [self.partial(*path.steps[0])]
            if factor.formula is not None:
                parts.append(factor.formula.named(self.markup))
            return self.maths(" = ".join(dict.fromkeys([*parts, number])))
        parts = [
            self.times.join(self.partial(n, i) for n, i in reversed(path.steps)),
            self.times.join(self.factor(f) for f in factors),
            self.times.join(self.markup.factor(f.slope) for f in factors),
            number,
        ]
        return self.maths(" = ".join(dict.fromkeys(parts)))

    def partial(self, n: int, i: int) -> str:
        """Return how a partial is called."""
        graph = self.paths.graph
        return written_partial(graph.snapshot, graph.names, n, i, self.markup)

    def factor(self, factor: Factor) -> str:
        """Return the formula of a partial, to stand in a product."""
        if factor.formula is None:
            return self.markup.factor(factor.slope)
        return factor.formula.factor(self.markup)

    def sum(self) -> str:
        """Return the equation of the sum over all paths."""
        p = self.paths
        derivative = self.markup.derivative(p.output, p.start)
        total = self.markup.digits(p.total)
        if len(p.listed) < p.count:
            equation = self.maths(f"{derivative} = {total}")
            return self.words("paths.sum_all") + equation
        if p.count == 1:
            return self.words("paths.alone") + self.maths(f"{derivative} = {total}")
        first, *others = p.listed
        shares = [self.markup.digits(first.product)]
        shares += [self.markup.factor(path.product) for path in others]
        equation = self.markup.equation(derivative, " + ".join(shares), total)
        return self.words("paths.sum") + self.maths(equation)

    def check(self) -> str:
        """Return how the sum compares with what back-propagation gives."""
        p = self.paths
        slots = {"start": self.name(p.start, ".grad"), "total": repr(p.total)}
        if p.total == p.derivative:
            return self.words("paths.same", **slots)
        if not math.isfinite(p.total - p.derivative):
            return self.words("paths.overflow")
        slots["derivative"] = repr(p.derivative)
        slots["difference"] = short(abs(p.total - p.derivative))
        return self.words("paths.rounded", **slots)

    def name(self, name: str, attribute: str = "") -> str:
        """Return a name in the midst of words."""
        name = isolated(name) + attribute
        return f"`{name.replace('`', ' ')}`" if self.dollar else name

    def maths(self, formula: str) -> str:
        """Return a formula in the midst of words."""
        if self.dollar:  # a label may hold HTML, which Markdown would take as such
            formula = formula.replace("<", r"\lt ").replace(">", r"\gt ")
        return f"{self.dollar}{formula}{self.dollar}"


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return lines of at most `width` columns, the later ones with `indent`."""
    lines = filled(text, width, indent=indent).splitlines()
    return [line.replace(STUCK, " ") for line in lines]


def _at_equals(equation: str, width: int, indent: str = "") -> list[str]:
    """Return an equation on one line, or each side on lines of its own."""
    if len(indent + equation) <= width:
        return [indent + equation]
    first, *others = equation.split(" = ")
    sides = [indent + first, *[f"{indent}  = {other}" for other in others]]
    return [line for side in sides for line in _wrapped(side, width, indent + "    ")]
