"""A function of one or two inputs as ground to walk on: its heights and slopes.

The function is read once, from text or from Python; then it is asked for its height
anywhere, which is nan where it has none, and for its slopes, which the engine finds.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...drawing.notation import Markup, write
from ...drawing.plot import height
from ...graph import topological
from ...messages import cut, to_float
from ...op import ARITHMETIC_ERRORS
from ...phrases.table import Phrases
from ...reading.expressions import normalised, read_expression
from ...reading.snapshot import take
from ...reverse import adjoints_of
from ...value import Value, data_of
from ..passes import rebuild

Point = tuple[float, ...]
LARGEST_FORMULA = 40  # nodes: one of more is not read, but skipped


@dataclass(frozen=True)
class Landscape:
    """A function of one or two named inputs.

    Attributes:
        name: What it is called.
        names: The names of its inputs.
        compute: Takes a Value for each input, by position, and gives a Value.
    """

    name: str
    names: tuple[str, ...]
    compute: Callable[..., Value]

    def at(self, point: Point) -> tuple[Value, list[Value]]:
        """Return the output at a point as a graph, and the inputs in it.

        Raises:
            TypeError: If the function gives no Value.
            ValueError, ZeroDivisionError, OverflowError: Outside its domain.
        """
        inputs = [Value(x, n) for x, n in zip(point, self.names, strict=True)]
        return self.compute(*inputs), inputs

    def height(self, *point: float) -> float:
        """Return the output at a point; nan where there is none, or no finite one."""
        return height(lambda: self.at(point)[0])

    def slopes(self, point: Point) -> tuple[float, Point]:
        """Return the output at a point, and its derivative by each input.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: Where there is none.
        """
        output, inputs = self.at(point)
        adjoints = adjoints_of(inputs, output)
        return output.data, tuple(float(data_of(adjoint)) for adjoint in adjoints)

    def formula(self, points: Sequence[Point]) -> Formula | None:
        """Return the graph that the function is; None if it has branches.

        Args:
            points: Where it is to be the same graph.
        """
        shapes = set()
        formula = None
        for point in points:
            try:
                formula = Formula(*self.at(point))
            except ARITHMETIC_ERRORS:
                continue
            shapes.add(formula.shape())
            if len(shapes) > 1:
                return None
        return formula


class Formula(NamedTuple):
    """A function as a graph, at some point: its output, and its inputs in order."""

    output: Value
    inputs: list[Value]

    def shape(self) -> tuple[Any, ...]:
        """Return what tells one formula from another: its ops, args and numbers."""
        snapshot = take([self.output])
        return tuple(
            (node.op, args) if node.op is not None
            else ("input", self.inputs.index(node)) if node in self.inputs
            else ("number", node.data)
            for node, args in zip(snapshot.nodes, snapshot.args, strict=True)
        )  # fmt: skip


def equation(landscape: Landscape, formula: Formula | None, markup: Markup) -> str:
    """Return `f(x) = x²`, or `f(x)` alone where the formula is unknown or long."""
    inputs = [markup.name(name) for name in landscape.names]
    head = markup.function(landscape.name, inputs)
    if formula is None or len(topological(formula.output)) > LARGEST_FORMULA:
        return head
    named = write(formula.output, markup, lambda leaf: leaf.label or None)
    return markup.equation(head, named.text)


# --- reading what the learner gives ---------------------------------------------------


def read_landscape(f: Any, start: Any, words: Phrases) -> tuple[Landscape, Point]:
    """Return the function `f` as a landscape, and the point `start` in it.

    Args:
        f: A function, or the text of an expression.
        start: A number, a pair, or the numbers by name.
        words: The language of errors.

    Raises:
        TypeError: If `f` is no function or text, or `start` is not made of numbers.
        ValueError: If there are not one or two inputs, or a name is unknown.
        ZeroDivisionError, OverflowError: If `f` has no value there.
    """
    if not (isinstance(f, str) or callable(f)) or isinstance(f, Value):
        raise TypeError(
            "descend needs a function of Values, or the text of an expression; got"
            f" {type(f).__name__} {cut(f)}"
        )
    known, point = _start(start, words)
    if isinstance(f, str) and not point:
        read_expression(f, {}, words)  # says which name needs a number
        raise ValueError(words("descend.errors.none", given=cut(f)))
    if not 1 <= len(point) <= 2:
        raise ValueError(words("descend.errors.inputs", count=len(point)))
    if isinstance(f, str):
        return _read_text(f, known, point, words)
    return _read(f, known, point, words)


def _start(start: Any, words: Phrases) -> tuple[tuple[str, ...] | None, Point]:
    """Return the names in `start`, if it has any, and its numbers."""
    if isinstance(start, Mapping):
        names = tuple(normalised(str(name)) for name in start)
        return names, tuple(_number(x, words) for x in start.values())
    if hasattr(type(start), "__array__") and hasattr(start, "tolist"):
        start = start.tolist()
    if isinstance(start, list | tuple):
        return None, tuple(_number(x, words) for x in start)
    return None, (_number(start, words),)


def _number(x: Any, words: Phrases) -> float:
    try:
        number = to_float(data_of(x), "descend needs")
    except TypeError:
        given = f"{type(x).__name__} {cut(x)}"
        raise TypeError(words("descend.errors.real", given=given)) from None
    if not math.isfinite(number):
        raise ValueError(words("descend.errors.finite", given=repr(number)))
    return number


def _read_text(
    text: str, known: tuple[str, ...] | None, point: Point, words: Phrases
) -> tuple[Landscape, Point]:
    names = known or _names_in(text, words)
    if len(names) != len(point):
        raise ValueError(
            words("descend.errors.numbers", names=", ".join(names), count=len(point))
        )
    given = dict(zip(names, point, strict=True))
    snapshot = take([read_expression(text, given, words)])
    labels = [node.label for node in snapshot.nodes]
    places = [labels.index(name) for name in names]

    def compute(*inputs: Value) -> Value:
        at = dict(zip(places, inputs, strict=True))
        return rebuild(snapshot, at)[snapshot.roots[0]]

    return Landscape("f", names, compute), point


def _names_in(text: str, words: Phrases) -> tuple[str, ...]:
    """Return the names of variables in an expression, in alphabetical order."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        read_expression(text, {}, words)  # says what is wrong, with a caret
        return ()
    nodes = list(ast.walk(tree))
    called = {node.func for node in nodes if isinstance(node, ast.Call)}
    names = {n.id for n in nodes if isinstance(n, ast.Name) and n not in called}
    return tuple(sorted(map(normalised, names)))


def _read(
    f: Callable[..., Any],
    known: tuple[str, ...] | None,
    point: Point,
    words: Phrases,
) -> tuple[Landscape, Point]:
    name = getattr(f, "__name__", type(f).__name__)
    name = "f" if name == "<lambda>" else name
    names = known or ("x", "y")[: len(point)]
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # of some functions written in C
        signature = None
    if signature is not None:
        try:
            named = dict.fromkeys(known or ())
            bound = signature.bind(*(() if known else point), **named)
        except TypeError as error:
            given = ", ".join(known) if known else len(point)
            raise ValueError(
                words("descend.errors.start", name=f"{name}{signature}", given=given)
            ) from error
        own = tuple(name for name, x in bound.arguments.items() if type(x) is float)
        names = own if not known and len(own) == len(point) else names

    def compute(*inputs: Value) -> Value:
        named = dict(zip(known, inputs, strict=True)) if known else {}
        output = f(*(() if known else inputs), **named)
        if isinstance(output, Value):
            return output
        kind = "no_return" if output is None else "no_value"
        given = f"{type(output).__name__} {cut(output)}"
        raise TypeError(words(f"descend.errors.{kind}", given=given, name=name))

    return Landscape(name, names, compute), point
