"""The layout engine that a page gives: a function, where no program can be run.

Python in a browser can start no process, and what draws there is JavaScript: the page
hands it over, and `renderer` asks it before it looks for a program.
"""

from __future__ import annotations

from ..messages import other_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Layout = Callable[[str, str], str]

given: list[Layout] = []  # one at most


def use_layout(function: Layout | None) -> None:
    """Have pictures and pages laid out by `function`, from here on.

    It is given the DOT of a picture and a format of Graphviz's, "svg" or "plain", and
    returns what Graphviz would. None takes it back: a program is looked for again.

    Raises:
        TypeError: If `function` can be neither called nor is None.

    >>> from autograd import Value, draw
    >>> from autograd.drawing import use_layout
    >>> use_layout(lambda dot, format: f"<{format}>{dot.count('->')} edges</{format}>")
    >>> draw(Value(2.0, "a") * 3.0).pipe("svg", encoding="utf-8")
    '<svg>2 edges</svg>'
    >>> use_layout(None)
    """
    if function is not None and not callable(function):
        needs = "use_layout needs a function of the DOT and a format, or None"
        raise other_type(needs, function)
    given[:] = [] if function is None else [function]
