"""Kernels that add up: over the samples, or along the rows of a matrix."""

from __future__ import annotations

from llvmlite import ir

from .emit import FIRST, I64, PITCH, SAMPLES, VECTORS, Emitter, bytes_of_vector, word
from .host import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_at(e: Emitter, value: Any, place: Any, new: Any) -> None:
    """Store a sum, or add it to what earlier blocks have left."""
    zero = ir.Constant(value.type, 0.0)
    old = e.b.select(new, zero, e.load(place))
    e.keep(e.b.fadd(old, value), place)


def _batch_total(module: ir.Module, name: str) -> None:
    """Add up y[i] = Σ x[i] over samples. Args: y, x, rows."""
    e = Emitter(module, name)
    b, size = e.b, bytes_of_vector()
    out, x, rows = e.address(0), e.address(1), e.number(2)
    pitch, samples = e.read(PITCH), e.read(SAMPLES)
    full, rest = b.sdiv(samples, word(width())), b.srem(samples, word(width()))
    mask, has_rest = e.below(rest), b.icmp_signed("!=", rest, word(0))
    new = b.icmp_signed("!=", e.read(FIRST), word(0))
    with e.loop(rows) as i:
        row = e.at(x, b.mul(i, pitch))
        sums = [e.splat(0.0)]
        with e.loop(full, carried=sums) as v:
            sums[0] = b.fadd(sums[0], e.vector(e.at(row, b.mul(v, word(size)))))
        with e.loop(b.zext(has_rest, I64), carried=sums):
            part = e.vector(e.at(row, b.mul(full, word(size))))
            sums[0] = b.fadd(sums[0], b.select(mask, part, e.splat(0.0)))
        add_at(e, e.total(sums[0]), e.at(out, b.mul(i, word(8))), new)
    e.finish()


def _row_total(module: ir.Module, name: str) -> None:
    """Add up y[i] = Σ x[i n + j] over j, sample by sample. Args: y, x, rows of y, n."""
    e = Emitter(module, name)
    b, size = e.b, bytes_of_vector()
    out, x, rows, n = e.address(0), e.address(1), e.number(2), e.number(3)
    pitch = e.read(PITCH)
    with e.loop(rows) as i:
        to, first = e.at(out, b.mul(i, pitch)), e.at(x, b.mul(b.mul(i, n), pitch))
        with e.loop(e.read(VECTORS)) as v:
            offset = b.mul(v, word(size))
            column = e.at(first, offset)
            sums = [e.splat(0.0)]
            with e.loop(n, carried=sums) as j:
                sums[0] = b.fadd(sums[0], e.vector(e.at(column, b.mul(j, pitch))))
            e.keep(sums[0], e.at(to, offset))
    e.finish()


def _one_total(module: ir.Module, name: str) -> None:
    """Add up y[i] = Σ x[i n + j] over j. Args: y, x, numbers of y, n."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    out, x, m, n = e.address(0), e.address(1), e.number(2), e.number(3)
    full = b.and_(n, word(-lanes))
    with e.loop(m) as i:
        first = e.at(x, b.mul(b.mul(i, n), word(8)))
        sums = [e.splat(0.0)]
        with e.loop(full, step=lanes, carried=sums) as j:
            sums[0] = b.fadd(sums[0], e.vector(e.at(first, b.mul(j, word(8)))))
        rest = [e.total(sums[0])]
        with e.loop(n, full, carried=rest) as j:
            rest[0] = b.fadd(rest[0], e.load(e.at(first, b.mul(j, word(8)))))
        e.keep(rest[0], e.at(out, b.mul(i, word(8))))
    e.finish()


SUMS = {
    "batch_total": _batch_total,
    "row_total": _row_total,
    "one_total": _one_total,
}
