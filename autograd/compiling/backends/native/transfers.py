"""Kernels that move numbers: to other places, and between a block and the outside."""

from __future__ import annotations

from functools import partial
from typing import Any

from llvmlite import ir

from .emit import ARRAYS, F64, I1, I64, POINTER, Emitter, Stretch, vector_type, word
from .host import width


def _gather(e: Emitter, scattered: bool = False) -> None:
    """Set y[i] = x[index[i]], or add y[index[i]] += x[i], in order.

    Args: y, x, index, how many.
    """
    y, x, index, n = (*map(e.address, range(3)), e.number(3))
    with e.loop(n) as i:
        listed = e.load(e.item(index, i), I64)
        if scattered:
            place = e.item(y, listed)
            e.keep(e.b.fadd(e.load(place), e.load(e.item(x, i))), place)
        else:
            e.keep(e.load(e.item(x, listed)), e.item(y, i))


def _pick(e: Emitter, scattered: bool = False) -> None:
    """Set y[i] = x[table[i, k[i]]], or add x[table[i, k[i]]] += y[i], for each sample.

    Args: y, x, k, table, rows of y, entries of a row of the table, the bytes of x from
    a number to the next and from a sample to the next, and how many numbers it has.
    What is the same for all samples is set to 0 in the first block.
    """
    b = e.b
    y, x, chosen, table = map(e.address, range(4))
    rows, entries, unit, step, size = map(e.number, range(4, 9))
    pitch, common = e.read("pitch"), b.icmp_signed("==", step, word(0))
    first = b.icmp_signed("!=", e.read("first"), word(0))
    if scattered:
        with e.loop(b.select(b.and_(first, common), size, word(0))) as i:
            e.keep(ir.Constant(F64, 0.0), e.item(x, i))
    samples = b.mul(e.read("vectors"), word(width()))
    if scattered:
        samples = b.select(common, e.read("samples"), samples)
    with e.loop(rows) as i:
        row, k, listed = (
            e.item(y, i, pitch),
            e.item(chosen, i, pitch),
            e.item(table, b.mul(i, entries)),
        )
        with e.loop(samples) as s:
            entry = b.fptosi(e.load(e.item(k, s)), I64)
            # What was not checked reads nothing outside.
            inside = b.icmp_unsigned("<", entry, entries)
            entry = b.select(inside, entry, word(0))
            place = e.load(e.item(listed, entry), I64)
            one, many = e.item(row, s), e.at(e.item(x, place, unit), b.mul(s, step))
            if scattered:
                e.keep(b.fadd(e.load(many), e.load(one)), many)
            else:
                e.keep(e.load(many), one)


def _copy(e: Emitter) -> None:
    """Set y[i] = x[i]. Args: y, x, how many."""
    y, x, n = e.address(0), e.address(1), e.number(2)
    _copied(e, Stretch(e, n), y, x)


def _copied(e: Emitter, numbers: Stretch, to: Any, source: Any) -> None:
    numbers.each(
        lambda offset, mask: e.keep(
            e.vector(e.at(source, offset)), e.at(to, offset), mask
        )
    )


def _zero(e: Emitter) -> None:
    """Set rows of the block to 0. Args: y, rows."""
    with e.loop(e.number(1)) as i:
        row = e.item(e.address(0), i, e.read("pitch"))
        with e.loop(e.read("vectors")) as v:
            e.keep(e.splat(0.0), e.column(row, v))


def _array(e: Emitter, place: int) -> tuple[Any, Any]:
    """Return where an array outside begins, and the bytes of its rows."""
    words = e.item(e.item(e.function.args[0], ARRAYS), e.number(place), 16)
    start = e.b.inttoptr(e.b.load(words, typ=I64), POINTER)
    return start, e.b.load(e.item(words, 1), typ=I64)


def _pack(e: Emitter) -> None:
    """Bring a block of an array inside. Args: rows inside, number of the array, rows.

    The block's last vector is filled up with its last sample, so that nothing happens
    in it that does not happen to a sample.
    """
    b, lanes = e.b, word(width())
    to, rows = e.address(0), e.number(2)
    source, source_pitch = _array(e, 1)
    pitch, start, samples = e.read("pitch"), e.read("start"), e.read("samples")
    # The order is one of inputs: other arrays are written as the samples come.
    inputs = b.icmp_signed("==", e.number(1), word(0))
    order = b.select(inputs, e.read("order"), word(0))
    ordered = b.icmp_signed("!=", order, word(0))
    full = b.select(ordered, word(0), b.sdiv(samples, lanes))
    last = b.sub(samples, word(1))
    with e.loop(rows) as i:
        row, to_row = e.item(source, i, source_pitch), e.item(to, i, pitch)
        with e.loop(full) as v:
            e.keep(e.vector(e.column(e.item(row, start), v)), e.column(to_row, v))
    # Sample by sample, where they stand in an order of their own.
    with e.loop(b.mul(e.read("vectors"), lanes), b.mul(full, lanes)) as s:
        n = b.add(start, b.select(b.icmp_signed("<", s, last), s, last))
        e.write("here", n)
        with e.when(ordered):
            e.write("here", e.load(e.item(b.inttoptr(order, POINTER), n), I64))
        column, to_column = e.item(source, e.read("here")), e.item(to, s)
        with e.loop(rows) as i:
            value = e.load(e.item(column, i, source_pitch))
            e.keep(value, e.item(to_column, i, pitch))


def _unpack(e: Emitter) -> None:
    """Bring a block of rows outside. Args: rows inside, number of the array, rows."""
    source, (to, to_pitch) = e.address(0), _array(e, 1)
    pitch, start, samples = (
        e.read("pitch"),
        e.read("start"),
        Stretch(e, e.read("samples")),
    )
    with e.loop(e.number(2)) as i:
        row, to_row = e.item(source, i, pitch), e.item(to, i, to_pitch)
        _copied(e, samples, e.item(to_row, start), row)


def _check(e: Emitter) -> None:
    """Note in the block if a number is infinite or nan. Args: x, how many."""
    b, lanes = e.b, width()
    x, n, infinity = e.address(0), e.number(1), e.splat(float("inf"))
    fine: list[Any] = [ir.Constant(vector_type(I1), [True] * lanes)]

    def look(offset: Any, mask: Any) -> None:
        size = e.call("fabs", e.vector(e.at(x, offset), mask))
        fine[0] = b.and_(fine[0], b.fcmp_ordered("<", size, infinity))

    Stretch(e, n).each(look, fine)
    bits = b.bitcast(fine[0], ir.IntType(lanes))
    bad = b.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(lanes), 2**lanes - 1))
    with e.when(bad):
        e.write("fault", word(1))


MOVES = {
    "gather": _gather,
    "scatter": partial(_gather, scattered=True),
    "pick": _pick,
    "place": partial(_pick, scattered=True),
    "copy": _copy,
    "zero": _zero,
    "pack": _pack,
    "unpack": _unpack,
    "check": _check,
}
