"""`explain`: a lesson on the chain rule, given on the learner's own code.

The function is run once on named Values while their lines of source are noted; its
graph is told as steps; and the views show those steps as text, page, LaTeX or Markdown.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..drawing.snapshot import Snapshot, take
from ..expressions import read_expression
from ..op import cut, is_real
from ..sources import OURS, record_sources
from ..value import Value
from .naming import name_nodes, names_among
from .phrases import Phrases, chosen
from .steps import Backward, Forward, Node, Step, tell_steps
from .wiggle import Wiggle, wiggle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LARGEST = 300  # nodes that are explained one by one


@dataclass
class Lesson:
    """A computation explained, forward and backward.

    Attributes:
        title: The name of the function, or the expression.
        code: The learner's function, line by line; "" if its source is not known.
        first_line: The number of its first line.
        snapshot: The graph.
        names: A name for each node, "" for numbers that stand in the code.
        language: "en" or "fr".
    """

    title: str
    code: str
    first_line: int
    snapshot: Snapshot
    names: list[str]
    language: str
    nodes: list[Node] = field(init=False)
    steps: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        """Tell the steps."""
        self.nodes, self.steps = tell_steps(self.snapshot, self.names)

    @property
    def output(self) -> Node:
        """The node that is differentiated."""
        return self.nodes[self.snapshot.roots[0]]

    @property
    def inputs(self) -> list[Node]:
        """The leaves that are no constants."""
        return [n for n in self.nodes if n.op is None and not n.constant]

    @property
    def forward(self) -> list[Forward]:
        """The steps of the forward pass."""
        return [step for step in self.steps if isinstance(step, Forward)]

    @property
    def backward(self) -> list[Backward]:
        """The steps of back-propagation that hand on a share."""
        return [step for step in self.steps if isinstance(step, Backward)]

    @cached_property
    def wiggles(self) -> list[Wiggle]:
        """The slope by each input, measured by moving it a little."""
        return wiggle(self.snapshot, self.nodes)

    @property
    def gradient(self) -> dict[str, float]:
        """The derivative of the output by each input, by name."""
        return {node.name: node.grad for node in self.inputs}

    def phrases(self, language: str | None = None) -> Phrases:
        """Return the phrases of a language, by default that of the lesson."""
        return Phrases(language or self.language)


def explain(what: Any, /, *, language: str | None = None, **at: Any) -> Lesson:
    """Return a lesson on how `what` is computed and differentiated, step by step.

    Args:
        what: A function of Values, a Value that has been computed, or the text of an
            expression.
        language: "en" or "fr"; None for that of the environment.
        **at: For a function or an expression, what to give to each of its arguments:
            numbers, or lists of numbers, become Values that are differentiated;
            anything else is passed as it is.

    Raises:
        TypeError: If there is nothing to explain, or no Value came out of it.
        ValueError: If an argument is missing or unknown, the expression is not
            accepted, or the graph is too large to be told node by node.
        ZeroDivisionError, OverflowError: Outside the domain of an op.

    >>> from autograd import explain, tanh
    >>> lesson = explain(lambda w, x: tanh(w * x) ** 2, language="en", w=0.5, x=2.0)
    >>> for step in lesson.backward:
    ...     print(step.arg.name, "gets", step.upstream, "·", step.partial)
    v2 gets 1.0 · 2·v2^(2 − 1)
    v1 gets 1.5231883119115297 · 1 − v2·v2
    w gets 0.6397000084492246 · x
    x gets 0.6397000084492246 · w
    >>> round(lesson.gradient["w"], 4)
    1.2794
    """
    language = chosen(language)
    if isinstance(what, str):
        root = read_expression(what, at)
        return _lesson(root, what.strip(), "", 1, {}, language)
    if isinstance(what, Value):
        if at:
            raise TypeError(
                "explain needs no arguments for a Value, which has been computed;"
                f" got {', '.join(at)} (hint: explain(function, {next(iter(at))}=...))"
            )
        return _lesson(what, what.label, "", 1, {}, language)
    if not callable(what):
        raise TypeError(
            "explain needs a function of Values, a Value or the text of an expression;"
            f" got {type(what).__name__} {cut(what)}"
        )
    return _of_function(what, at, language)


def _of_function(f: Callable[..., Any], at: Mapping[str, Any], language: str) -> Lesson:
    name = getattr(f, "__name__", type(f).__name__)
    given = _bound(f, name, at)
    known = _names_around(f)
    values = {key: _lifted(key, thing) for key, thing in given.items()}
    with record_sources(), _locals_of_user() as variables:
        root = f(**values)
    if isinstance(root, list | tuple) and len(root) == 1:
        (root,) = root
    if not isinstance(root, Value):
        raise TypeError(
            f"explain needs a function that returns one Value; got"
            f" {type(root).__name__} {cut(root)} from {name} (hint: functions of"
            " autograd in place of those of math, and no float() on the way)"
        )
    known |= names_among(values) | {
        value: called
        for value, called in names_among(variables).items()
        if value not in known
    }
    try:
        lines, first = inspect.getsourcelines(f)
    except (OSError, TypeError):
        lines, first = [], 1
    shown = "output" if name == "<lambda>" else name
    return _lesson(root, shown, "".join(lines), max(first, 1), known, language)


def _lesson(
    root: Value,
    title: str,
    code: str,
    first: int,
    known: Mapping[Value, str],
    language: str,
) -> Lesson:
    snapshot = take([root])
    if len(snapshot.nodes) > LARGEST:
        raise ValueError(
            f"explain needs a graph of at most {LARGEST} nodes; got"
            f" {len(snapshot.nodes):,} (hint: explain one sample, one neuron or a node"
            ' inside; draw(y, depth="layer") folds large graphs into a picture)'
        )
    output = title if title.isidentifier() else "L"
    names = name_nodes(snapshot.nodes, known, output)
    return Lesson(title or names[-1], code, first, snapshot, names, language)


def _bound(f: Callable[..., Any], name: str, at: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes to each argument of `f`, defaults included."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return dict(at)
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return dict(at)
    known = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL,)]
    for key in at:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f" (hint: did you mean {near[0]}?)" if near else ""
            raise ValueError(
                f"{name} takes {', '.join(known) or 'no arguments'}; got {key}{hint}"
            )
    given = {}
    for p in parameters:
        if p.name in at:
            given[p.name] = at[p.name]
        elif p.default is not p.empty:
            given[p.name] = p.default
        elif p.name in known:
            raise ValueError(
                f"{name} needs a number for {p.name}; got none (hint: {p.name}=1.0)"
            )
    return given


def _lifted(name: str, thing: Any) -> Any:
    """Return numbers, and those in lists, as Values with names."""
    if isinstance(thing, bool) or isinstance(thing, Value):
        return thing
    if is_real(thing):
        return Value(thing, name)
    if hasattr(type(thing), "__array__") and hasattr(thing, "tolist"):
        thing = thing.tolist()
    if isinstance(thing, list | tuple):
        return [_lifted(f"{name}[{i}]", part) for i, part in enumerate(thing)]
    return thing


def _names_around(f: Callable[..., Any]) -> dict[Value, str]:
    """Return the names of Values that a function takes from around it."""
    try:
        around = inspect.getclosurevars(f)
    except TypeError:
        return {}
    return names_among({**around.globals, **around.nonlocals})


@contextmanager
def _locals_of_user() -> Iterator[dict[str, Any]]:
    """Collect the local variables of functions of the user that return meanwhile."""
    found: dict[str, Any] = {}

    def see(frame: Any, event: str, arg: Any) -> None:
        if event == "return" and not frame.f_code.co_filename.startswith(OURS):
            found.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        yield found
    finally:
        sys.setprofile(before)


def load_function(path: str) -> Callable[..., Any]:
    """Return the function that `file.py:name` names. The file is run.

    Raises:
        ValueError: If there is no such file, or no such function in it.
    """
    import runpy

    file, colon, name = path.rpartition(":")
    if not colon or not Path(file).is_file():
        raise ValueError(f"a function needs the form file.py:name; got {path}")
    found = runpy.run_path(file, run_name="__chainrule__").get(name)
    if not callable(found):
        raise ValueError(f"{file} needs a function {name}; there is none")
    return found
