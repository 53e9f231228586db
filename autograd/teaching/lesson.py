"""`explain`: a lesson on the chain rule, given on the learner's own code.

The function is run once on named Values while their lines of source are noted; its
graph is told as steps; and the views show those steps as text, page, LaTeX or Markdown.
"""

from __future__ import annotations

import difflib
import inspect
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..forks import cached_property
from ..messages import cut, is_real
from ..op import Op
from ..phrases.table import Phrases
from ..reading.expressions import read_expression
from ..reading.snapshot import Snapshot, take
from ..reading.sources import lines_of
from ..value import Value
from ..writing.files import write_whole
from .errors import said_in
from .learning import descent, given_among, told_steps
from .measuring import Call, Measured, measure_graph
from .naming import name_nodes
from .noting import Notes
from .steps import Backward, Forward, Node, Step, tell_steps
from .turns import Turn, turns
from .views import text
from .views.formats import VIEWS
from .views.terminal import encodable
from .wiggle import Wiggle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Language

LARGEST = 300  # nodes that are explained one by one


@dataclass(repr=False, eq=False)
class Lesson:
    """A computation explained, forward and backward.

    Attributes:
        title: The name of the function, or the expression.
        code: The learner's function, line by line; "" if its source is not known.
        first_line: The number of its first line.
        snapshot: The graph.
        names: A name for each node, "" for numbers that stand in the code.
        language: "en" or "fr".
        ways: For each node the lines of the program that led to it, its own last.
        by: What a step is where it is read from top to bottom: "lines" of the program,
            if there are several, or "operations".
        given: The names of the inputs that are data; the others are learned.
        predict: Whether the page asks for each number before it shows it.
    """

    title: str
    code: str
    first_line: int
    snapshot: Snapshot
    names: list[str]
    language: Language
    ways: list[list[Turn]]
    by: str = "lines"
    given: Sequence[str] = ()
    predict: bool = False
    nodes: list[Node] = field(init=False)
    steps: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        """Tell the steps."""
        self.nodes, self.steps = tell_steps(self.snapshot, self.names)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was pickled, by 0.1.0 too, which did not know the ways."""
        snapshot, names = state["snapshot"], state["names"]
        self.__dict__.update(state)
        self.__dict__.setdefault("ways", turns(snapshot.nodes, names, {}))

    @property
    def output(self) -> Node:
        """The node that is differentiated."""
        return self.nodes[self.snapshot.roots[0]]

    @property
    def inputs(self) -> list[Node]:
        """The leaves that are no constants."""
        return [n for n in self.nodes if n.op is None and not n.constant]

    @property
    def learned(self) -> list[Node]:
        """The inputs that learn: those that are not given as data."""
        return [node for node in self.inputs if node.name not in self.given]

    @property
    def told(self) -> list[Step]:
        """The steps that are told: all but those that lead to nothing but data."""
        return told_steps(self, self.steps)

    @property
    def forward(self) -> list[Forward]:
        """The steps of the forward pass."""
        return [step for step in self.steps if isinstance(step, Forward)]

    @property
    def backward(self) -> list[Backward]:
        """The steps of back-propagation that hand on a share."""
        return [step for step in self.steps if isinstance(step, Backward)]

    @cached_property
    def measured(self) -> Measured:
        """What was measured: on the function, or where there is none on the graph."""
        return measure_graph(self.snapshot, self.nodes)

    @property
    def wiggles(self) -> list[Wiggle]:
        """The slope by each input, measured by moving it a little."""
        self.check("explain")
        return self.measured.wiggles

    @property
    def gradient(self) -> dict[str, float]:
        """The derivative of the output by each input, by name."""
        return {node.name: node.grad for node in self.inputs}

    def learn(self, rate: float, steps: int = 1) -> list[dict[str, float]]:
        """Return the learned inputs and the output, at first and after each step.

        Each step is that of the page, w ← w − rate · slope, on the recorded graph.

        Args:
            rate: How far a step goes for a slope of 1.
            steps: How many.

        >>> explain("(w*x - y)**2", w=1.0, x=2.0, y=3.0).learn(0.125)
        [{'w': 1.0, 'L': 1.0}, {'w': 1.5, 'L': 0.0}]
        """
        return descent(self, rate, steps)

    def phrases(self, language: Language | None = None) -> Phrases:
        """Return the phrases of a language, by default that of the lesson."""
        return Phrases(language or self.language)

    def check(self, who: str) -> None:
        """Check that data has not been edited since the lesson was made.

        Args:
            who: Who is about to read the graph, for the error message.

        Raises:
            RuntimeError: If it has.
        """
        with said_in(self.phrases()):
            self.snapshot.check(who)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """Show the page that steps through the lesson, in a notebook."""
        from .views.page.page import bundle

        return bundle(self)

    def __str__(self) -> str:
        """Return the lesson as text for the terminal: every step, and the slopes."""
        return encodable(text.written(self, self.phrases()), sys.stdout)

    def to_markdown(self, language: Language | None = None) -> str:
        """Return the lesson as Markdown, for GitHub and notebooks.

        Args:
            language: "en" or "fr"; None for that of the lesson.
        """
        return VIEWS["markdown"].write(self, self.phrases(language))

    def to_html(self, language: Language | None = None) -> str:
        """Return the page that steps through the lesson, as `save` writes it.

        Args:
            language: "en" or "fr"; None for that of the lesson.

        Raises:
            RuntimeError: If Graphviz, which places the nodes, is missing or fails.
        """
        return VIEWS["html"].write(self, self.phrases(language))

    def to_latex(self, language: Language | None = None) -> str:
        """Return the lesson as a LaTeX document, for any pdflatex.

        Args:
            language: "en" or "fr"; None for that of the lesson.
        """
        return VIEWS["latex"].write(self, self.phrases(language))

    def save(
        self, path: str | os.PathLike[str], language: Language | None = None
    ) -> None:
        """Write the lesson to a file, whose ending says as what.

        Args:
            path: A file that ends in .html (the page that steps through it), .md, .tex
                or .txt.
            language: "en" or "fr"; None for that of the lesson.

        Raises:
            ValueError: For another ending, or an unknown language.
            OSError: If the file cannot be written.
        """
        words = self.phrases(language)
        views = {view.ending: view for view in VIEWS.values()}
        view = views.get(Path(path).suffix.lower())
        if view is None:
            slots = {"endings": ", ".join(views), "given": Path(path).name}
            raise ValueError(words("errors.explain.save", **slots))
        write_whole(path, view.write(self, words))

    def __repr__(self) -> str:
        """Return `<Lesson loss, 13 steps>`."""
        return f"<Lesson {self.title}, {len(self.steps)} steps>"


def explain(
    what: Any,
    /,
    *,
    language: Language | None = None,
    given: str | Iterable[str] | None = None,
    predict: bool = False,
    **at: Any,
) -> Lesson:
    """Return a lesson on how `what` is computed and differentiated, step by step.

    Args:
        what: A function of Values, a Value that has been computed, or the text of an
            expression.
        language: "en" or "fr"; None for that of the environment.
        given: The names of the inputs that are data, to which no sweep is told: "x" is
            a list x, too. None to go by what inputs are called.
        predict: Whether the page asks for each number before it shows it.
        **at: For a function or an expression, what to give to each of its arguments:
            numbers, or lists of numbers, become Values that are differentiated;
            anything else is passed as it is.

    Raises:
        TypeError: If there is nothing to explain, or no Value came out of it.
        ValueError: If an argument or a name is missing or unknown, the expression is
            not accepted, or the graph is too large to be told node by node.
        RuntimeError: If data was edited since the graph was computed.
        ZeroDivisionError, OverflowError: Outside the domain of an op.

    >>> from autograd import explain, tanh
    >>> lesson = explain(lambda w, x: tanh(w * x) ** 2, language="en", w=0.5, x=2.0)
    >>> for step in lesson.backward:
    ...     print(step.arg.name, "gets", step.upstream, "·", step.partial)
    v2 gets 1.0 · 2·v2
    v1 gets 1.5231883119115297 · 1 − v2·v2
    w gets 0.6397000084492246 · x
    x gets 0.6397000084492246 · w
    >>> round(lesson.gradient["w"], 4)
    1.2794
    """
    words = Phrases(language)
    with said_in(words):
        lesson = _explained(what, at, words)
        names = [node.name for node in lesson.inputs]
        lesson.given, lesson.predict = given_among(names, given, words), predict
        return lesson


def _explained(what: Any, at: Mapping[str, Any], words: Phrases) -> Lesson:
    if isinstance(what, str):
        root = read_expression(what, at, words)
        return _lesson(root, what.strip(), "", 1, words)
    if isinstance(what, Value):
        if at:
            raise TypeError(
                "explain needs no arguments for a Value, which has been computed;"
                f" got {', '.join(at)}"
                f" (hint: explain(function, {next(iter(at))}=...))"
            )
        return _lesson(what, what.label, "", 1, words)
    if not callable(what):
        raise TypeError(
            "explain needs a function of Values, a Value or the text of an"
            f" expression; got {type(what).__name__} {cut(what)}"
        )
    return _of_function(what, at, words)


def _of_function(
    f: Callable[..., Any], at: Mapping[str, Any], words: Phrases
) -> Lesson:
    name = getattr(f, "__name__", type(f).__name__)
    call = Call(f, lambda: _bound(f, name, at, words))
    root, given, notes = call.first(_of_function.__code__)
    if isinstance(root, list | tuple) and len(root) == 1:
        (root,) = root
    if not isinstance(root, Value):
        kind = type(root).__name__
        raise TypeError(
            words("errors.explain.no_value", kind=kind, given=cut(root), name=name)
        )
    owner = f if not inspect.isroutine(f) else getattr(f, "__self__", None)
    notes.look(-1, _around(f))
    notes.look(0, {**given.arguments, **given.kwargs, "self": owner})
    try:
        known_file = lines_of(inspect.getfile(f))
        lines, first = inspect.getsourcelines(f) if known_file else ([], 1)
    except (OSError, TypeError):
        lines, first = [], 1
    shown = "output" if name == "<lambda>" else name
    code = "".join(lines)
    lesson = _lesson(root, shown, code, max(first, 1), words, notes)
    lesson.measured = call.measure(lesson.snapshot, lesson.nodes)
    return lesson


def _lesson(
    root: Value,
    title: str,
    code: str,
    first: int,
    words: Phrases,
    notes: Notes | None = None,
) -> Lesson:
    snapshot = take([root], "explain")
    if len(snapshot.nodes) > LARGEST:
        got = f"{len(snapshot.nodes):,}"
        raise ValueError(words("errors.explain.large", most=LARGEST, got=got))
    output = title if title.isidentifier() else "L"
    notes = notes or Notes()
    known, called = notes.named()
    names = name_nodes(snapshot.nodes, known, output, called)
    ways = turns(snapshot.nodes, names, notes.calls)
    title = title or names[-1]
    return Lesson(title, code, first, snapshot, names, words.language, ways)


def _bound(
    f: Callable[..., Any], name: str, at: Mapping[str, Any], words: Phrases
) -> inspect.BoundArguments:
    """Return what goes to each argument of `f`, defaults included, as Values."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # of some functions written in C
        signature = None
    if signature is None or isinstance(f, Op):
        alone = inspect.Parameter.POSITIONAL_ONLY
        signature = inspect.Signature([inspect.Parameter(key, alone) for key in at])
    parameters = signature.parameters.values()
    others = {key: at[key] for key in at if key not in signature.parameters}
    given: dict[str, Any] = {}
    for p in parameters:
        if p.kind is p.VAR_KEYWORD:
            given[p.name] = {key: _lifted(key, others[key]) for key in others}
            others = {}
        elif p.name in at:
            given[p.name] = _lifted(p.name, at[p.name])
        elif p.kind is p.VAR_POSITIONAL:
            given[p.name] = ()
        elif p.default is not p.empty:
            given[p.name] = _lifted(p.name, p.default)
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    for key in others:
        slots = {"function": name, "given": key}
        slots["known"] = ", ".join(known) or words("errors.explain.nothing")
        if near := difflib.get_close_matches(key, known, n=1):
            slots["near"] = near[0]
            raise ValueError(words("errors.explain.unknown_near", **slots))
        raise ValueError(words("errors.explain.unknown", **slots))
    for key in known:
        if key not in given:
            raise ValueError(words("errors.explain.missing", function=name, name=key))
    return inspect.BoundArguments(signature, OrderedDict(given))


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


def _around(f: Callable[..., Any]) -> dict[str, Any]:
    """Return the variables that a function takes from around it."""
    try:
        around = inspect.getclosurevars(f)
    except (TypeError, ValueError):  # no function; a cell that is still empty
        return {}
    return {**around.globals, **around.nonlocals}


def load_function(path: str, language: Language | None = None) -> Callable[..., Any]:
    """Return the function that `file.py:name` names. The file is run.

    Args:
        path: The file and the name.
        language: Of the messages.

    Raises:
        ValueError: If there is no such file, or no such function in it.
    """
    import runpy

    words = Phrases(language)
    file, colon, name = path.rpartition(":")
    if not colon or not name:
        raise ValueError(words("errors.explain.form", given=path))
    if not Path(file).is_file():
        raise ValueError(words("errors.explain.no_file", file=file))
    folder = os.path.dirname(os.path.abspath(file))
    sys.path.insert(0, folder)  # for what the file imports from beside it
    try:
        variables = runpy.run_path(file, run_name="__chainrule__")
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    found = variables.get(name)
    if callable(found):
        return found
    functions = [key for key, thing in variables.items() if inspect.isfunction(thing)]
    slots = {"file": file, "name": name}
    if near := difflib.get_close_matches(name, functions, n=1):
        slots["near"] = near[0]
        raise ValueError(words("errors.explain.no_function_near", **slots))
    raise ValueError(words("errors.explain.no_function", **slots))
