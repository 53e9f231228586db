"""Kernels that move numbers: to other places, and between a block and the outside."""

from __future__ import annotations

from functools import partial

from llvmlite import ir

from .emit import (
    ARRAYS,
    F64,
    FAULT,
    I1,
    I64,
    ORDER,
    PITCH,
    POINTER,
    SAMPLES,
    START,
    VECTORS,
    Emitter,
    bytes_of_vector,
    vector_type,
    word,
)
from .host import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _gather(module: ir.Module, name: str, scattered: bool = False) -> None:
    """Set y[i] = x[index[i]], or add y[index[i]] += x[i], in order.

    Args: y, x, index, how many.
    """
    e = Emitter(module, name)
    b = e.b
    y, x, index, n = (*map(e.address, range(3)), e.number(3))
    with e.loop(n) as i:
        offset = b.mul(i, word(8))
        listed = b.mul(e.load(e.at(index, offset), I64), word(8))
        if scattered:
            place = e.at(y, listed)
            e.keep(b.fadd(e.load(place), e.load(e.at(x, offset))), place)
        else:
            e.keep(e.load(e.at(x, listed)), e.at(y, offset))
    e.finish()


def _copy(module: ir.Module, name: str, added: bool = False) -> None:
    """Set y[i] = x[i], or add it, y[i] += x[i]. Args: y, x, how many."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    y, x, n = e.address(0), e.address(1), e.number(2)
    full = b.and_(n, word(-lanes))

    def move(i: Any, read: Callable[[Any], Any]) -> None:
        offset = b.mul(i, word(8))
        place, value = e.at(y, offset), read(e.at(x, offset))
        e.keep(b.fadd(read(place), value) if added else value, place)

    with e.loop(full, step=lanes) as i:
        move(i, e.vector)
    with e.loop(n, full) as i:
        move(i, e.load)
    e.finish()


def _zero(module: ir.Module, name: str) -> None:
    """Set y[i] = 0. Args: y, how many."""
    e = Emitter(module, name)
    zero = ir.Constant(F64, 0.0)
    with e.loop(e.number(1)) as i:
        e.keep(zero, e.at(e.address(0), e.b.mul(i, word(8))))
    e.finish()


def _zero_rows(module: ir.Module, name: str) -> None:
    """Set rows of the block to 0. Args: y, rows."""
    e = Emitter(module, name)
    b = e.b
    with e.loop(e.number(1)) as i:
        row = e.at(e.address(0), b.mul(i, e.read(PITCH)))
        with e.loop(e.read(VECTORS)) as v:
            e.keep(e.splat(0.0), e.at(row, b.mul(v, word(bytes_of_vector()))))
    e.finish()


def _array(e: Emitter, place: int) -> tuple[Any, Any]:
    """Return where an array outside begins, and the bytes of its rows."""
    array = e.b.mul(e.number(place), word(16))
    words = e.at(e.at(e.function.args[0], word(8 * ARRAYS)), array)
    start = e.b.inttoptr(e.b.load(words, typ=I64), POINTER)
    return start, e.b.load(e.at(words, word(8)), typ=I64)


def _pack(module: ir.Module, name: str) -> None:
    """Bring a block of an array inside. Args: rows inside, number of the array, rows.

    The block's last vector is filled up with its last sample, so that nothing happens
    in it that does not happen to a sample.
    """
    e = Emitter(module, name)
    b, lanes, size = e.b, width(), bytes_of_vector()
    to, rows = e.address(0), e.number(2)
    source, source_pitch = _array(e, 1)
    pitch, start, samples = e.read(PITCH), e.read(START), e.read(SAMPLES)
    padded = b.mul(e.read(VECTORS), word(lanes))
    # The order is one of inputs: other arrays are written as the samples come.
    inputs = b.icmp_signed("==", e.number(1), word(0))
    order = b.select(inputs, e.read(ORDER), word(0))
    plain = b.icmp_signed("==", order, word(0))
    full = b.select(plain, b.sdiv(samples, word(lanes)), word(0))
    last = b.sub(samples, word(1))
    with e.loop(rows) as i:
        row = e.at(source, b.mul(i, source_pitch))
        to_row = e.at(to, b.mul(i, pitch))
        with e.loop(full) as v:
            offset = b.mul(v, word(size))
            column = e.at(row, b.mul(start, word(8)))
            e.keep(e.vector(e.at(column, offset)), e.at(to_row, offset))
    # Sample by sample, where they stand in an order of their own.
    with e.loop(padded, b.mul(full, word(lanes))) as s:
        n = b.select(b.icmp_signed("<", s, last), s, last)
        n = b.add(start, n)
        chosen = e.function.append_basic_block()
        after = e.function.append_basic_block()
        before = b.block
        b.cbranch(plain, after, chosen)
        b.position_at_end(chosen)
        listed = e.load(e.at(b.inttoptr(order, POINTER), b.mul(n, word(8))), I64)
        b.branch(after)
        b.position_at_end(after)
        place = b.phi(I64)
        place.add_incoming(n, before)
        place.add_incoming(listed, chosen)
        column = e.at(source, b.mul(place, word(8)))
        to_column = e.at(to, b.mul(s, word(8)))
        with e.loop(rows) as i:
            value = e.load(e.at(column, b.mul(i, source_pitch)))
            e.keep(value, e.at(to_column, b.mul(i, pitch)))
    e.finish()


def _unpack(module: ir.Module, name: str) -> None:
    """Bring a block of rows outside. Args: rows inside, number of the array, rows."""
    e = Emitter(module, name)
    b, lanes, size = e.b, width(), bytes_of_vector()
    source, rows = e.address(0), e.number(2)
    to, to_pitch = _array(e, 1)
    pitch, start, samples = e.read(PITCH), e.read(START), e.read(SAMPLES)
    full, rest = b.sdiv(samples, word(lanes)), b.srem(samples, word(lanes))
    mask, has_rest = e.below(rest), b.icmp_signed("!=", rest, word(0))
    with e.loop(rows) as i:
        row = e.at(source, b.mul(i, pitch))
        to_row = e.at(e.at(to, b.mul(i, to_pitch)), b.mul(start, word(8)))
        with e.loop(full) as v:
            offset = b.mul(v, word(size))
            e.keep(e.vector(e.at(row, offset)), e.at(to_row, offset))
        with e.when(has_rest):
            offset = b.mul(full, word(size))
            e.keep_some(e.vector(e.at(row, offset)), e.at(to_row, offset), mask)
    e.finish()


def _check(module: ir.Module, name: str) -> None:
    """Note in the block if a number is infinite or nan. Args: x, how many."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    x, n = e.address(0), e.number(1)
    full = b.and_(n, word(-lanes))
    infinity = e.splat(float("inf"))
    fine: list[Any] = [ir.Constant(vector_type(I1), [True] * lanes)]
    with e.loop(full, step=lanes, carried=fine) as i:
        size = e.call("fabs", e.vector(e.at(x, b.mul(i, word(8)))))
        fine[0] = b.and_(fine[0], b.fcmp_ordered("<", size, infinity))
    rest = b.sub(n, full)
    size = e.call("fabs", e.vector(e.at(x, b.mul(full, word(8)))))
    size = b.select(e.below(rest), size, e.splat(0.0))
    last = b.and_(fine[0], b.fcmp_ordered("<", size, infinity))
    bits = b.bitcast(last, ir.IntType(lanes))
    bad = b.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(lanes), 2**lanes - 1))
    with e.when(bad):
        e.write(FAULT, word(1))
    e.finish()


MOVES = {
    "gather": _gather,
    "scatter": partial(_gather, scattered=True),
    "copy": _copy,
    "add": partial(_copy, added=True),
    "zero": _zero,
    "zero_rows": _zero_rows,
    "pack": _pack,
    "unpack": _unpack,
    "check": _check,
}
