"""A program for one sample, as plain Python with the backward pass written out.

The scalars that were recorded become a graph of Values again, each with its name, and
`to_python` writes that graph: a line for each scalar, and a line for each share of the
slope that is handed back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from ...messages import count, to_float
from ...nesting import flatten
from ...teaching.by_hand import PythonCode, to_python
from ...value import Value
from ..by_sample import replay
from .listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language
    from ..program import Program

MOST = 5000  # scalars, beyond which nobody reads them


def written_out(
    program: Program, sample: Sequence[Any], language: Language | None
) -> PythonCode:
    """Return a Python function of the inputs and parameters of one sample.

    Raises:
        ValueError: If there are too many scalars to be read, the sample has another
            shape than the inputs, or an op cannot be written in Python.
    """
    if program.rolled.scalars > MOST:
        raise ValueError(
            f"plain Python needs at most {MOST:,} scalars, to be read; got"
            f" {program.rolled.scalars:,} (hint: record a smaller network)"
        )
    numbers = [to_float(x, "a sample needs") for x in flatten(list(sample))]
    needed = sum(program.lengths)
    if numbers and len(numbers) != needed:
        raise ValueError(
            f"a sample needs {count(needed, 'number')}, for"
            f" {', '.join(program.names)}; got {len(numbers)}"
        )
    return to_python(_graph(program, numbers or [1.0] * needed), language=language)


def _graph(program: Program, numbers: Sequence[float]) -> Value:
    """Return the loss of one sample as a graph of Values, its leaves with names."""
    labels = _labels(program)
    parameters = [p.data for p in program.parameters]
    loss = replay(
        program.scalars,
        list(map(Value, numbers, program.input_names)),
        list(map(Value, parameters, labels)),
        lambda number: Value(number, constant=True),
    )[0]
    if loss.op is not None:
        loss.label = "loss"
    return loss


def _labels(program: Program) -> list[str]:
    """Return the names of parameters: their labels, or those in the listing."""
    labels = [p.label for p in program.parameters]
    listing = Listing(program)
    for name, statement in listing.parameters.items():
        places = product(*map(range, statement.shape))
        for place, j in zip(places, listing.numbers(statement), strict=True):
            if not labels[j]:
                one = statement.size == 1
                labels[j] = name if one else f"{name}[{','.join(map(str, place))}]"
    return labels
