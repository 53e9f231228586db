"""Kernels that add up: over the samples, or along the rows of a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from .emit import Emitter, Stretch, word

# A vector of each row, and sums so far -> what they are with these.
Terms = Callable[[Sequence[Any], Sequence[Any]], list[Any]]


class Samples(Stretch):
    """The samples of a block, to add up over."""

    def __init__(self, e: Emitter) -> None:
        """See the class."""
        super().__init__(e, e.read("samples"))
        self.new = e.b.icmp_signed("!=", e.read("first"), word(0))

    def add_up(self, rows: Sequence[Any], terms: Terms, places: Sequence[Any]) -> None:
        """Write sums of terms to places, or add them to what earlier blocks left."""
        e, b = self.e, self.e.b
        sums: list[Any] = [e.splat(0.0)] * len(places)

        def add(offset: Any, mask: Any) -> None:
            # What fills up the last vector is left out on both sides: 0 · ∞ is nan.
            sums[:] = terms([e.vector(e.at(row, offset), mask) for row in rows], sums)

        self.each(add, sums)
        for value, place in zip(sums, places, strict=True):
            total = e.total(value)
            old = b.select(self.new, ir.Constant(total.type, 0.0), e.load(place))
            e.keep(b.fadd(old, total), place)


def _batch_total(e: Emitter) -> None:
    """Add up y[i] = Σ x[i] over samples. Args: y, x, rows."""
    out, x, pitch, samples = e.address(0), e.address(1), e.read("pitch"), Samples(e)

    def plus(row: Sequence[Any], sums: Sequence[Any]) -> list[Any]:
        return [e.b.fadd(sums[0], row[0])]

    with e.loop(e.number(2)) as i:
        samples.add_up([e.item(x, i, pitch)], plus, [e.item(out, i)])


def _row_total(e: Emitter) -> None:
    """Add up y[i] = Σ x[i n + j] over j, sample by sample. Args: y, x, rows of y, n."""
    out, x, rows, n = e.address(0), e.address(1), e.number(2), e.number(3)
    pitch = e.read("pitch")
    with e.loop(rows) as i:
        to, first = e.item(out, i, pitch), e.item(x, e.b.mul(i, n), pitch)
        with e.loop(e.read("vectors")) as v:
            column = e.column(first, v)
            sums = [e.splat(0.0)]
            with e.loop(n, carried=sums) as j:
                sums[0] = e.b.fadd(sums[0], e.vector(e.item(column, j, pitch)))
            e.keep(sums[0], e.column(to, v))


SUMS = {"batch_total": _batch_total, "row_total": _row_total}
