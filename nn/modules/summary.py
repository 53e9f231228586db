"""What a network is made of, as a table: `model.summary()`.

A row stands for a module that holds parameters of its own, under the name with which
those of its tensors begin in files. Names are as they are in code and files; the other
words are the reader's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograd import Value
from autograd.phrases import Language, Phrases

from .activations import activation_name
from .tensors import Shape, Tensor, describe_shape, scalars_of

COLUMNS = ("name", "kind", "shapes", "activation", "parameters")


@dataclass(frozen=True)
class Row:
    """A module with parameters of its own.

    Attributes:
        name: What its tensors' names begin with; "" for the network itself.
        kind: Its class.
        shapes: Name and shape of each of its tensors.
        activation: What bends its sums; "" for a module that has no such thing.
        parameters: How many parameters it has that no row above it has.
    """

    name: str
    kind: str
    shapes: str
    activation: str
    parameters: int


@dataclass(frozen=True, repr=False)
class Summary:
    """A table of a network. `print` shows it, and a notebook does as well.

    Attributes:
        kind: The class of the network.
        rows: The modules with parameters of their own.
        language: That of the table, "en" or "fr".
    """

    kind: str
    rows: tuple[Row, ...]
    language: Language

    @property
    def parameters(self) -> int:
        """The number of parameters; one that stands in two places counts once."""
        return sum(row.parameters for row in self.rows)

    def __repr__(self) -> str:
        """Return the table."""
        words = Phrases(self.language, "nn.phrases")
        table = [[words(f"summary.{column}") for column in COLUMNS]]
        for row in self.rows:
            number = _grouped(row.parameters, words)
            table.append([row.name, row.kind, row.shapes, row.activation, number])
        total = _grouped(self.parameters, words)
        table.append([words("summary.total"), "", "", "", total])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = []
        for *texts, number in table:
            cells = [text.ljust(n) for text, n in zip(texts, widths, strict=False)]
            lines.append("  ".join([*cells, number.rjust(widths[-1])]))
        return "\n".join([self.kind, *lines])


def summarise(
    kind: str, tensors: Iterable[Tensor], language: Language | None
) -> Summary:
    """Return the table of a network of class `kind` that has these tensors.

    Raises:
        ValueError: If there are no phrases in that language.
    """
    words = Phrases(language, "nn.phrases")
    held: dict[str, list[Tensor]] = {}
    for tensor in tensors:
        held.setdefault(tensor.start, []).append(tensor)
    seen: set[Value] = set()
    rows = []
    for start, own in held.items():
        owner = own[0].owner
        bent = ""
        if hasattr(owner, "activation"):
            bent = activation_name(owner.activation) or words("summary.own")
        parameters = {p for tensor in own for p in scalars_of(tensor.values)} - seen
        seen |= parameters
        shapes = [
            f"{tensor.name.removeprefix(start)} {_described(tensor.shape, words)}"
            for tensor in own
        ]
        row = Row(
            name=start.rstrip("."),
            kind=type(owner).__name__,
            shapes=", ".join(shapes),
            activation=bent,
            parameters=len(parameters),
        )
        rows.append(row)
    return Summary(kind, tuple(rows), words.language)


def _described(shape: Shape, words: Phrases) -> str:
    return describe_shape(shape) if shape else words("summary.scalar")


def _grouped(number: int, words: Phrases) -> str:
    return f"{number:,}".replace(",", words("summary.thousands"))
