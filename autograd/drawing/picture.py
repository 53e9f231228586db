"""Pictures of computation graphs, from one expression to a whole network.

`draw` takes a snapshot of a graph, decides what is drawn together (`fold`), writes that
down as DOT (`dot`) and leaves the layout to Graphviz (`renderer`). It only reads:
the graph is as it was, and no gradient is computed.
"""

from __future__ import annotations

from ..messages import cut, other_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ..phrases.table import Language
    from ..value import Value
    from .renderer import Picture

DIRECTIONS = ("LR", "TB", "RL", "BT")


def draw(
    what: Any,
    *,
    names: Mapping[str, Any] | None = None,
    partials: bool = False,
    formula: bool = False,
    widths: bool = False,
    legend: bool = False,
    data_only: bool = False,
    constants: str = "each",
    numbers: str = "",
    title: str = "",
    highlight: Value | str | Iterable[Value | str] | None = (),
    direction: str = "LR",
    theme: str = "auto",
    depth: str | None = None,
    expand: Any = (),
    model: Any = None,
    language: Language | None = None,
) -> Picture:
    """Return a picture: a `graphviz.Digraph`, which a notebook shows.

    Args:
        what: A Value, whose graph is drawn; a list of Values; or a network of layers
            of neurons, drawn with its weights as width and colour, where no option but
            `direction`, `theme` and `language` has a meaning.
        names: Names for Values without a label, such as `locals()`.
        partials: Whether each edge shows the partial ∂y/∂a.
        formula: Whether each node shows how it is computed.
        widths: Whether an edge is as wide as the gradient that flows back along it.
        legend: Whether the picture explains its boxes.
        data_only: Whether boxes show data alone, and no grad.
        constants: Whether there is a box for "each" constant; "once" for equal ones; or
            for none, "hidden": their numbers stand in the boxes of ops then. With
            "once" and "hidden", `x·1` and `x + 0` are in the box of x; `1·x` and
            `0 + x`, as in derivatives and sums, are so always.
        numbers: How numbers are written: a format of Python, such as ".2f". By default,
            with about four digits.
        title: What stands above the picture.
        highlight: Nodes, or their names, whose paths to the output are marked, with the
            product of the partials along each.
        direction: Where the graph goes: "LR" (left to right), "TB", "RL" or "BT".
        theme: "light", "dark", or "auto", which is as the reader's screen is.
        depth: What modules fold to: "network", "layer", "neuron"; or "scalar" for
            every node. By default, what keeps the picture readable.
        expand: Folds to leave open: their names in the picture, or modules.
        model: The network to fold by, if it is not one of `nn`.
        language: That of the words in the picture, "en" or "fr"; None for that of the
            environment.

    Raises:
        TypeError: If there is nothing that can be drawn, or an option is of a wrong
            type.
        ValueError: If an option is unknown, or has no meaning for a network; or the
            picture would be too large.
        RuntimeError: If data was edited since the graph was computed.

    >>> from autograd import Value
    >>> a = Value(3.0, "a")
    >>> draw(a * a).source.count("n0 -> n1")
    2
    >>> "Pas encore de gradients" in draw(a * a, language="fr").source
    True
    """
    from ..phrases.table import Phrases
    from ..reading.pathfinding import find_paths
    from ..reading.snapshot import depth_first, take
    from ..writing.colours import THEMES
    from . import network
    from .dot import draw_graph
    from .fold import DEPTHS, fold
    from .notation import TEXT, Numbers
    from .parts import find_modules, is_module, owners
    from .scene import Look, Scene
    from .tidying import CONSTANTS, tidied

    _check("direction", direction, DIRECTIONS)
    _check("theme", theme, THEMES)
    _check("depth", depth, (None, *DEPTHS))
    _check("constants", constants, CONSTANTS)
    markup = Numbers(_written_as(numbers)) if numbers else TEXT
    words = Phrases(language)
    highlight = () if highlight is None else highlight
    expand = () if expand is None else expand
    if is_module(what):
        _check_meaningless(
            names=names, partials=partials, formula=formula, widths=widths,
            legend=legend, data_only=data_only, numbers=numbers, title=title,
            highlight=highlight, depth=depth, expand=expand, model=model,
        )  # fmt: skip
        return network.draw_network(what, direction, theme, words)
    if model is not None and not is_module(model):
        raise other_type("model needs a module, with a method parameters", model)
    snapshot = take(_roots(what), "draw", depth_first)
    names = {} if names is None else names
    named = _named(names)
    wholes = find_modules(snapshot, model, names)
    parameters = {
        value: name
        for whole in wholes
        for part in whole.within()
        for value, name in part.own.items()
    }
    is_one = isinstance(expand, str) or not hasattr(expand, "__iter__")
    owner = owners(snapshot, wholes)
    folding = fold(snapshot, owner, depth, [expand] if is_one else expand, words)
    folding = tidied(snapshot, folding, constants, named)
    look = Look(
        partials, formula, widths, legend, direction, theme, named, parameters,
        words, markup, title, data_only, constants == "hidden",
    )  # fmt: skip
    scene = Scene(snapshot, folding, look)
    for start in _places(highlight, scene):
        for root in snapshot.roots:
            look.paths.append((root, find_paths(snapshot, start, root)))
    return draw_graph(scene)


def _check(name: str, given: Any, known: Iterable[Any]) -> None:
    known = list(known)
    if given not in known:
        choices = ", ".join(map(repr, known))
        raise ValueError(f"{name} needs one of {choices}; got {given!r}")


def _check_meaningless(**options: Any) -> None:
    """Refuse options of graphs where a network itself is drawn."""
    for name, given in options.items():
        empty = isinstance(given, str | list | tuple | dict) and not given
        if given is None or given is False or empty:
            continue
        raise ValueError(
            f"{name} needs a graph, and has no meaning for a network; got"
            f" {name}={cut(given)} (hint: draw(model(x), ...) draws a graph)"
        )


def _roots(what: Any) -> list[Value]:
    from ..value import Value

    roots = [what] if isinstance(what, Value) else what
    if not isinstance(roots, list | tuple) or not roots:
        raise other_type("draw needs a Value, a list of Values, or a network", what)
    for root in roots:
        if not isinstance(root, Value):
            raise other_type("draw needs Values", root)
    return list(dict.fromkeys(roots))


def _places(highlight: Any, scene: Any) -> list[int]:
    from ..value import Value

    if isinstance(highlight, Value | str) or not hasattr(highlight, "__iter__"):
        highlight = [highlight]
    places = {node: n for n, node in enumerate(scene.snapshot.nodes)}
    # Of nodes with the same name, the last one.
    places |= {scene.name(n): n for n in places.values() if scene.name(n)}
    found = []
    for wanted in highlight:
        if not isinstance(wanted, Value | str):
            raise other_type("highlight needs Values, or their names", wanted)
        if wanted not in places:
            raise ValueError(
                "highlight needs nodes that the output depends on; got"
                f" {cut(wanted)}, which it does not"
            )
        found.append(places[wanted])
    return found


def _written_as(numbers: str) -> Callable[[float], str]:
    """Return what writes a number in this format of Python."""
    try:
        format(1.0, numbers)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"numbers needs a format of Python, such as '.2f'; got {numbers!r}"
        ) from error
    return lambda number: format(number, numbers)


def _named(names: Mapping[str, Any]) -> dict[Value, str]:
    """Return a name for each Value among `names`, and in lists there."""
    from ..value import Value

    if not hasattr(names, "items"):
        raise other_type("names needs a mapping, from names to Values", names)
    found: dict[Value, str] = {}
    for name, thing in names.items():
        if not isinstance(name, str):
            raise other_type(
                "names needs text for each name", name, " (hint: names={'y': y})"
            )
        if name.startswith("_"):  # a notebook's own
            continue
        if isinstance(thing, Value):
            found.setdefault(thing, name)
        elif isinstance(thing, list | tuple):
            for i, item in enumerate(thing):
                if isinstance(item, Value):
                    found.setdefault(item, f"{name}[{i}]")
    return found
