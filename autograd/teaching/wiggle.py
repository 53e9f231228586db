"""Slopes measured by wiggling one input after the other, and the bill for it.

This is the answer that needs no theory: move an input a little, see how far the output
moves. It takes a forward pass for each input and one more; back-propagation gets all
slopes from one forward and one backward pass. Where the two differ by more than
measuring explains, both sides of the point are looked at closely.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from .steps import Node

STEP = 1e-6
EPSILON = 2.0**-52
CLOSEST, COARSER = 2.0**-40, 16.0  # steps to look closely with, relative to the input
NEAR = 1e-4  # relative: slopes that are no nearer are two
STEADY = 0.01  # the share of a gap that a limit may still move by from scale to scale


@dataclass(frozen=True)
class Wiggle:
    """One input moved a little.

    Attributes:
        node: The input.
        step: How far it was moved.
        moved: The output then; nan where there is none.
        slope: (moved - output) / step.
        sides: The slopes to the left and to the right, looked at closely because the
            one measured is not that of back-propagation; nan for one that has no limit.
    """

    node: Node
    step: float
    moved: float
    slope: float
    sides: tuple[float, float] = (math.nan, math.nan)

    @property
    def kink(self) -> bool:
        """Whether the one derived is a choice between two slopes."""
        return judged(self.sides, self.node.grad) == "kink"

    @property
    def other(self) -> bool:
        """Whether the slope is another than the one derived."""
        return judged(self.sides, self.node.grad) == "other"


def judged(sides: tuple[float, float], slope: float) -> str:
    """Return what slopes to the left and the right say of one derived.

    "kink", if it is a choice between them; "other", if it is none of those known; else
    "".

    >>> judged((-1.0, 1.0), 0.0), judged((32.0, 32.0), 16.0), judged((1.0, 1.0), 1.0)
    ('kink', 'other', '')
    """
    known = [side for side in sides if not math.isnan(side)]
    if len(known) == 2 and not near(*known) and min(known) <= slope <= max(known):
        return "kink"
    return "other" if known and slope not in known else ""


def wiggle(
    run: Callable[[Node, float], float], nodes: Sequence[Node], output: float
) -> list[Wiggle]:
    """Return the slope by each input, measured.

    Args:
        run: Gives the output for another number at one of the inputs.
        nodes: The nodes of the graph.
        output: The output as it is.
    """
    # What rounding may do to the output: each node's own, handed on.
    noise = EPSILON * (abs(output) + sum(abs(n.grad * n.data) for n in nodes))
    wiggles = []
    for node in nodes:
        if node.op is None and not node.constant:
            at = partial(run, node)
            found = measure(at, node.data, output, node.grad, noise)
            wiggles.append(Wiggle(node, *found))
    return wiggles


def measure(
    f: Callable[[float], float], x: float, y: float, slope: float, noise: float
) -> tuple[float, float, float, tuple[float, float]]:
    """Return step, moved, slope and sides of a `Wiggle` of `f` at x.

    Args:
        f: The function.
        x: Where to look.
        y: Its value there.
        slope: The slope that was derived.
        noise: What rounding may do to a value.
    """
    step = measured_step(x)
    moved = f(x + step)
    found = (moved - y) / step
    if near(found, slope, 4.0 * noise / step):
        return step, moved, found, (math.nan, math.nan)
    return step, moved, found, both_sides(f, x, y, slope, noise)


def measured_step(x: float) -> float:
    """Return what x is moved by, after rounding: the number to divide by."""
    return (x + STEP * max(1.0, abs(x))) - x


def both_sides(
    f: Callable[[float], float], x: float, y: float, slope: float, noise: float
) -> tuple[float, float]:
    """Return the slopes of `f` to the left and to the right of x.

    One that is told from `slope` neither by rounding nor by the bend of f is `slope`;
    one that has no limit that can be seen is nan.
    """
    left, right = (_side(f, x, y, slope, noise, sign) for sign in (-1.0, 1.0))
    return left, right


def _side(
    f: Callable[[float], float],
    x: float,
    y: float,
    slope: float,
    noise: float,
    sign: float,
) -> float:
    before = math.nan
    size = CLOSEST * abs(x) or CLOSEST * 1e-3  # of the least floats it is 0
    while size < max(abs(x), 1e-3) / COARSER:
        step = (x + sign * size) - x
        size *= COARSER
        if not step:
            continue
        measured = (f(x + step) - y) / step
        rounding = noise / abs(step)
        gap = abs(measured - slope)
        largest = max(abs(measured), abs(slope))
        if gap <= NEAR * largest and rounding <= STEADY * largest:
            return slope
        # The limit is another one if it does not move from scale to scale, by far not
        # as much as would be needed.
        if rounding <= STEADY * gap and abs(measured - before) <= STEADY * gap:
            return measured
        before = measured
    return math.nan


def near(a: float, b: float, error: float = 0.0) -> bool:
    """Tell whether two slopes are one, as far as measuring can tell.

    >>> near(2.0, 2.0001), near(2.0, 2.001), near(0.0, 1e-9)
    (True, False, False)
    """
    return abs(a - b) <= NEAR * max(abs(a), abs(b)) + error or a == b
