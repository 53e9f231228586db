"""An optimiser's step, as statements: its formula, run on operands of the compiler.

The formula is written for one parameter. Here it meets the vectors of all parameters,
of their gradient and of what is remembered, and becomes part of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import ops
from . import statements as st
from .statements import PARAMETERS, Kind, Statement, mapped
from .tracing import statements_of, traced

# (p, g, averages, lr, step) -> (p, averages)
Formula = Callable[..., tuple[Any, dict[str, Any]]]

GRADIENT = Kind("gradient", "the derivative by the parameters")
RATE = Kind("rate", "how far a step goes for a slope of 1")
STEP = Kind("step", "the number of the step, from 1 on")


def average_kind(name: str) -> Kind:
    """Return the kind of a leaf: what is remembered for each parameter."""
    return Kind(f"average {name}", "what is remembered")


def step_statements(
    formula: Formula,
    names: Sequence[str],
    gradient: Statement,
    rate: Statement,
    step: Statement,
) -> list[Statement]:
    """Return the parameters after a step, and the averages.

    Args:
        formula: Takes a parameter, its gradient, its averages by name, the learning
            rate and the number of the step, and gives the moved parameter and its new
            averages. It changes nothing.
        names: Those of the averages.
        gradient: The derivative of the loss by the parameters.
        rate: The learning rate.
        step: The number of the step.

    Raises:
        TypeError: If the formula does what statements cannot do.
    """
    (length,) = shape = gradient.shape
    leaves = [Statement(PARAMETERS, (), shape, False)]
    leaves += [Statement(average_kind(name), (), shape, False) for name in names]

    def all_of_it(p: Any, *others: Any) -> list[Any]:
        *averages, g, lr, number = others
        known = dict(zip(names, averages, strict=True))
        moved, remembered = formula(p, g, known, lr, number)
        return [moved, *(remembered[name] for name in names)]

    operands = [traced(y) for y in (*leaves, gradient, rate, step)]
    found = statements_of(all_of_it, operands, "that of an optimiser")
    return [y if y.shape else st.spread(y, length) for y in found]


def shortened(
    gradient: Statement, max_norm: float | None, moves: Any = None
) -> Statement:
    """Return the gradient, of what moves with a norm of at most `max_norm`.

    Args:
        gradient: That of all parameters.
        max_norm: How long it may be; None for any length.
        moves: 1 for each parameter that moves, else 0; None if all do. The slopes of
            the others are not cut.
    """
    if max_norm is None:
        return gradient
    moves = st.constant(1.0 if moves is None else moves.tolist())
    own = mapped(ops.mul, [gradient, moves])
    row = st.taken(
        mapped(ops.mul, [own, own]), range(gradient.size), (1, gradient.size)
    )
    # As PyTorch: the 10⁻⁶ is its guard against a length of 0.
    norm = mapped(ops.add, [mapped(ops.sqrt, [st.total(row)]), st.constant(1e-6)])
    share = mapped(ops.div, [st.constant(max_norm), norm])
    share = mapped(ops.minimum, [share, st.constant(1.0)])
    share = mapped(ops.where, [moves, share, st.constant(1.0)])
    return mapped(ops.mul, [gradient, share])


def check_order(order: Any, samples: int) -> None:
    """Check that an array of numbers of samples has none that there is not.

    Raises:
        IndexError: If it has.
    """
    if order.size and not 0 <= order.min() <= order.max() < samples:
        raise IndexError(
            f"training needs numbers of samples from 0 to {samples - 1}; got"
            f" {order.min()} to {order.max()}"
        )
