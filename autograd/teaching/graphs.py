"""Graphs and the names of their nodes: read from a lesson or a Value, or built anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..messages import cut
from ..phrases.table import Phrases, chosen
from ..reading.snapshot import Snapshot, take
from ..value import Value
from .errors import said_in
from .lesson import Lesson
from .naming import name_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..phrases.table import Language


@dataclass(frozen=True)
class Graph:
    """A graph with one output.

    Attributes:
        title: What is computed: the name of a function, an expression, a label.
        snapshot: The nodes.
        names: A name for each node, "" for numbers that stand in the code.
        words: The phrases of the reader's language.
    """

    title: str
    snapshot: Snapshot
    names: list[str]
    words: Phrases

    @property
    def output(self) -> int:
        """The place of the output."""
        return self.snapshot.roots[0]


def read_graph(what: Any, who: str, language: Language | None = None) -> Graph:
    """Return the graph of a lesson, or of a Value, however large it is.

    Args:
        what: The lesson or the Value.
        who: Who asks, for the error message.
        language: "en" or "fr"; None for that of the lesson, else of the environment.

    Raises:
        TypeError: If `what` is neither.
        ValueError: If there are no phrases in that language.
        RuntimeError: If data was edited since the graph was computed.
    """
    if isinstance(what, Lesson):
        words = what.phrases(language)
        what.check(who)
        return Graph(what.title, what.snapshot, what.names, words)
    if not isinstance(what, Value):
        raise TypeError(
            f"{who} needs a Value or a lesson; got {type(what).__name__} {cut(what)}"
            " (hint: explain(function, w=0.5) gives a lesson)"
        )
    words = Phrases(chosen(language))
    with said_in(words):
        snapshot = take([what], who)
    return Graph(what.label, snapshot, name_nodes(snapshot.nodes, {}, "L"), words)


def built(code: str, given: Mapping[str, Value], **functions: Any) -> Value:
    """Return the L that some lines of Python compute, each Value under its name.

    >>> built("v = a*b; L = v + a", {"a": Value(2.0), "b": Value(3.0)}).args[0].label
    'v'
    """
    names = dict(given)
    exec(code, functions, names)
    for name, value in names.items():
        value.label = name
    return names["L"]
