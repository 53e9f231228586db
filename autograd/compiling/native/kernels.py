"""The kernels that all programs share: products of matrices, sums, and moving numbers.

Matrix times vector, for each sample of a block, is a product of matrices. A tile of the
result stays in registers while the sum runs: some rows of the matrix by some vectors
of samples, each number loaded serving the whole tile.
"""

from __future__ import annotations

from functools import cache

from llvmlite import ir

from .emit import (
    ARRAYS,
    FAULT,
    FIRST,
    I1,
    I64,
    ORDER,
    PITCH,
    POINTER,
    SAMPLES,
    SIZE,
    START,
    VECTORS,
    VOID,
    Emitter,
    vector_type,
    word,
)
from .host import compile_module, new_module, wide, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

BYTES_OF_NUMBER = 8


def bytes_of_vector() -> int:
    """Return the bytes of a vector."""
    return BYTES_OF_NUMBER * width()


# --- products of matrices -------------------------------------------------------------


def _product(module: ir.Module) -> Any:
    """Write y[i, v] = Σ w[i, k] x[k, v] for vectors v; the strides of w are free.

    If `accumulate` is set it is added to y. Of each row of y, `columns` numbers are set.
    """
    kinds = [POINTER] * 3 + [I64] * 8
    e = Emitter(module, "product", kinds, VOID)
    e.function.linkage = "internal"
    y, w, x, m, count, row, column, y_pitch, x_pitch, columns, more = e.function.args
    b, size = e.b, bytes_of_vector()
    vectors = b.sdiv(b.add(columns, word(width() - 1)), word(width()))
    full = b.sdiv(columns, word(width()))
    more = b.icmp_signed("!=", more, word(0))
    heights = {4: (4, 2, 1), 1: (8, 4, 2, 1)} if wide() else {2: (4, 2, 1), 1: (8, 4, 2, 1)}
    start: Any = word(0)
    for across, tall in heights.items():
        end = b.mul(b.sdiv(b.sub(full, start), word(across)), word(across))
        end = b.add(start, end) if across > 1 else vectors
        with e.loop(end, start, across) as v:
            mask = e.below(b.sub(columns, b.mul(v, word(width()))))
            x_tile = e.at(x, b.mul(v, word(size)))
            y_tile = e.at(y, b.mul(v, word(size)))
            first: Any = word(0)
            for high in tall:
                last = b.add(first, b.and_(b.sub(m, first), word(-high)))
                with e.loop(last, first, high) as i:
                    rows = [b.add(i, word(r)) for r in range(high)]
                    starts = [e.at(w, b.mul(r, row)) for r in rows]
                    sums = [e.splat(0.0)] * (high * across)
                    with e.loop(count, carried=sums) as k:
                        x_row = e.at(x_tile, b.mul(k, x_pitch))
                        xs = [e.vector(e.at(x_row, word(size * c))) for c in range(across)]
                        offset = b.mul(k, column)
                        for r in range(high):
                            weight = e.splat(e.load(e.at(starts[r], offset)))
                            for c in range(across):
                                n = r * across + c
                                sums[n] = e.fma(weight, xs[c], sums[n])
                    for r in range(high):
                        y_row = e.at(y_tile, b.mul(rows[r], y_pitch))
                        for c in range(across):
                            place = e.at(y_row, word(size * c))
                            old = b.select(more, e.vector(place), e.splat(0.0))
                            result = b.fadd(old, sums[r * across + c])
                            if across > 1:
                                e.keep(result, place)
                            else:
                                e.keep_some(result, place, mask)
                first = last
        start = end
    e.finish()
    return e.function


def _matvec(module: ir.Module, name: str) -> None:
    """Args: y, w, x, rows of w, columns of w, bytes to its next row and column, more."""
    e = Emitter(module, name)
    columns = e.b.mul(e.read(VECTORS), word(width()))
    pitch = e.read(PITCH)
    args = [e.address(i) for i in range(3)] + [e.number(i) for i in range(3, 7)]
    e.b.call(
        module.globals["product"], [*args, pitch, pitch, columns, e.number(7)]
    )
    e.finish()


def _outer_wide(module: ir.Module, name: str) -> None:
    """Args: W, y, x turned, rows of W, columns of W, bytes of a row of x turned."""
    e = Emitter(module, name)
    b = e.b
    m, n = e.number(3), e.number(4)
    more = b.zext(b.icmp_signed("==", e.read(FIRST), word(0)), I64)
    out_pitch = b.mul(n, word(BYTES_OF_NUMBER))
    b.call(
        module.globals["product"],
        [e.address(0), e.address(1), e.address(2), m, e.read(SAMPLES), e.read(PITCH),
         word(BYTES_OF_NUMBER), out_pitch, e.number(5), n, more],
    )  # fmt: skip
    e.finish()


def _turn(module: ir.Module, name: str) -> None:
    """Turn rows of samples into one row for each sample. Args: to, from, rows, bytes."""
    e = Emitter(module, name)
    b, side = e.b, width()
    to, source, rows, turned = e.address(0), e.address(1), e.number(2), e.number(3)
    pitch = e.read(PITCH)
    last = b.sub(rows, word(1))
    with e.loop(rows, step=side) as i:
        starts = []
        for r in range(side):
            n = b.add(i, word(r))
            n = b.select(b.icmp_signed("<", n, rows), n, last)
            starts.append(e.at(source, b.mul(n, pitch)))
        to_column = e.at(to, b.mul(i, word(BYTES_OF_NUMBER)))
        with e.loop(e.read(VECTORS)) as v:
            block = [e.vector(e.at(s, b.mul(v, word(bytes_of_vector())))) for s in starts]
            for s, line in enumerate(_transposed(e, block)):
                sample = b.add(b.mul(v, word(side)), word(s))
                e.keep(line, e.at(to_column, b.mul(sample, turned)))
    e.finish()


def _transposed(e: Emitter, block: list[Any]) -> list[Any]:
    """Return the columns of a square of vectors."""
    side, step = width(), 1
    while step < side:
        # Rows that are `step` apart exchange every second stretch of `step` elements.
        low, high = [], []
        for j in range(side):
            stretch = j // step
            even = stretch % 2 == 0
            low.append(j if even else side + j - step)
            high.append(j + step if even else side + j)
        result = list(block)
        for i in range(side):
            if (i // step) % 2 == 0:
                a, c = block[i], block[i + step]
                result[i] = e.shuffled(a, c, low)
                result[i + step] = e.shuffled(a, c, high)
        block, step = result, 2 * step
    return block


def _outer(module: ir.Module, name: str) -> None:
    """Add up W[i, j] = Σ y[i] x[j] over samples. Args: W, y, x, rows, columns of W."""
    e = Emitter(module, name)
    b, size = e.b, bytes_of_vector()
    out, y, x, m, n = (*map(e.address, range(3)), e.number(3), e.number(4))
    pitch, samples = e.read(PITCH), e.read(SAMPLES)
    full = b.sdiv(samples, word(width()))
    rest = b.srem(samples, word(width()))
    mask = e.below(rest)
    has_rest = b.icmp_signed("!=", rest, word(0))
    new = b.icmp_signed("!=", e.read(FIRST), word(0))
    zero = e.splat(0.0)
    first: Any = word(0)
    for high in (4, 1):
        last = b.add(first, b.and_(b.sub(m, first), word(-high)))
        with e.loop(last, first, high) as i:
            ys = [e.at(y, b.mul(b.add(i, word(r)), pitch)) for r in range(high)]
            left: Any = word(0)
            for across in (4, 1):
                right = b.add(left, b.and_(b.sub(n, left), word(-across)))
                with e.loop(right, left, across) as j:
                    xs = [e.at(x, b.mul(b.add(j, word(c)), pitch)) for c in range(across)]

                    def added(offset: Any, sums: list[Any], only: Any = None,
                              ys: Any = ys, xs: Any = xs) -> list[Any]:  # fmt: skip
                        columns = [e.vector(e.at(c, offset)) for c in xs]
                        lines = [e.vector(e.at(r, offset)) for r in ys]
                        if only is not None:
                            columns = [b.select(only, c, zero) for c in columns]
                            lines = [b.select(only, r, zero) for r in lines]
                        products = [(r, c) for r in lines for c in columns]
                        return [
                            e.fma(r, c, total)
                            for (r, c), total in zip(products, sums, strict=True)
                        ]

                    sums = [zero] * (high * across)
                    with e.loop(full, carried=sums) as v:
                        sums[:] = added(b.mul(v, word(size)), sums)
                    with e.loop(b.zext(has_rest, I64), carried=sums):
                        sums[:] = added(b.mul(full, word(size)), sums, mask)
                    for r in range(high):
                        row = b.mul(b.add(i, word(r)), n)
                        for c in range(across):
                            place = b.mul(b.add(b.add(row, j), word(c)), word(8))
                            _add_at(e, e.total(sums[r * across + c]), e.at(out, place), new)
                left = right
        first = last
    e.finish()


def _add_at(e: Emitter, value: Any, place: Any, new: Any) -> None:
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
        _add_at(e, e.total(sums[0]), e.at(out, b.mul(i, word(8))), new)
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


# --- the same for what all samples have in common -------------------------------------


def _one_matvec(module: ir.Module, name: str) -> None:
    """Args: y, w, x, rows of w, columns of w, bytes to its next row and column."""
    e = Emitter(module, name)
    b = e.b
    y, w, x = map(e.address, range(3))
    m, n, row, column = map(e.number, range(3, 7))
    with e.loop(m) as i:
        sums = [ir.Constant(ir.DoubleType(), 0.0)]
        first = e.at(w, b.mul(i, row))
        with e.loop(n, carried=sums) as j:
            weight = e.load(e.at(first, b.mul(j, column)))
            sums[0] = e.fma(weight, e.load(e.at(x, b.mul(j, word(8)))), sums[0])
        e.keep(sums[0], e.at(y, b.mul(i, word(8))))
    e.finish()


def _one_outer(module: ir.Module, name: str) -> None:
    """Args: W, y, x, rows, columns of W."""
    e = Emitter(module, name)
    b = e.b
    out, y, x = map(e.address, range(3))
    m, n = e.number(3), e.number(4)
    with e.loop(m) as i:
        left = e.load(e.at(y, b.mul(i, word(8))))
        row = e.at(out, b.mul(b.mul(i, n), word(8)))
        with e.loop(n) as j:
            offset = b.mul(j, word(8))
            e.keep(b.fmul(left, e.load(e.at(x, offset))), e.at(row, offset))
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


# --- moving numbers -------------------------------------------------------------------


def _gather(module: ir.Module, name: str) -> None:
    """Set y[i] = x[index[i]]. Args: y, x, index, how many."""
    e = Emitter(module, name)
    b = e.b
    y, x, index, n = (*map(e.address, range(3)), e.number(3))
    with e.loop(n) as i:
        offset = b.mul(i, word(8))
        place = b.mul(e.load(e.at(index, offset), I64), word(8))
        e.keep(e.load(e.at(x, place)), e.at(y, offset))
    e.finish()


def _scatter(module: ir.Module, name: str) -> None:
    """Add y[index[i]] += x[i], in order. Args: y, x, index, how many."""
    e = Emitter(module, name)
    b = e.b
    y, x, index, n = (*map(e.address, range(3)), e.number(3))
    with e.loop(n) as i:
        offset = b.mul(i, word(8))
        place = e.at(y, b.mul(e.load(e.at(index, offset), I64), word(8)))
        e.keep(b.fadd(e.load(place), e.load(e.at(x, offset))), place)
    e.finish()


def _copy(module: ir.Module, name: str) -> None:
    """Set y[i] = x[i]. Args: y, x, how many."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    y, x, n = e.address(0), e.address(1), e.number(2)
    full = b.and_(n, word(-lanes))
    with e.loop(full, step=lanes) as i:
        offset = b.mul(i, word(8))
        e.keep(e.vector(e.at(x, offset)), e.at(y, offset))
    with e.loop(n, full) as i:
        offset = b.mul(i, word(8))
        e.keep(e.load(e.at(x, offset)), e.at(y, offset))
    e.finish()


def _add(module: ir.Module, name: str) -> None:
    """Add y[i] += x[i]. Args: y, x, how many."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    y, x, n = e.address(0), e.address(1), e.number(2)
    full = b.and_(n, word(-lanes))
    with e.loop(full, step=lanes) as i:
        offset = b.mul(i, word(8))
        e.keep(b.fadd(e.vector(e.at(y, offset)), e.vector(e.at(x, offset))), e.at(y, offset))
    with e.loop(n, full) as i:
        offset = b.mul(i, word(8))
        e.keep(b.fadd(e.load(e.at(y, offset)), e.load(e.at(x, offset))), e.at(y, offset))
    e.finish()


def _zero(module: ir.Module, name: str) -> None:
    """Set y[i] = 0. Args: y, how many."""
    e = Emitter(module, name)
    zero = ir.Constant(ir.DoubleType(), 0.0)
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
    order = e.read(ORDER)
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
    """Note if a number is infinite or nan. Args: x, how many, the block to note it in."""
    e = Emitter(module, name)
    b, lanes = e.b, width()
    x, n, noted = e.address(0), e.number(1), e.address(2)
    full = b.and_(n, word(-lanes))
    infinity = e.splat(float("inf"))
    fine = [ir.Constant(vector_type(I1), [True] * lanes)]
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
        e.b.store(word(1), e.at(noted, word(8 * FAULT)))
    e.finish()


# --- running tasks --------------------------------------------------------------------

# A task is three words: the kernel, its block, and its arguments.
TASK = 3


def _tasks(module: ir.Module, name: str) -> None:
    """Call the kernels of a list of tasks, one after the other. Args: tasks, count."""
    e = Emitter(module, name, (POINTER, I64))
    b = e.b
    tasks, count = e.function.args
    kernel = ir.FunctionType(VOID, (POINTER, POINTER))
    with e.loop(count) as i:
        task = e.at(tasks, b.mul(i, word(8 * TASK)))
        words = [b.load(e.at(task, word(8 * n)), typ=I64) for n in range(TASK)]
        block, args = (b.inttoptr(w, POINTER) for w in words[1:])
        b.call(b.inttoptr(words[0], kernel.as_pointer()), [block, args])
    e.finish()


def _blocks(module: ir.Module, name: str) -> None:
    """Run tasks for each block of samples. Args: block, tasks, count, from, to, step."""
    e = Emitter(module, name, (POINTER, POINTER, I64, I64, I64, I64))
    b = e.b
    _, tasks, count, start, end, step = e.function.args
    e.write(FIRST, word(1))
    with e.loop(end, start, step) as first:
        left = b.sub(end, first)
        samples = b.select(b.icmp_signed("<", left, step), left, step)
        e.write(START, first)
        e.write(SAMPLES, samples)
        vectors = b.sdiv(b.add(samples, word(width() - 1)), word(width()))
        e.write(VECTORS, vectors)
        b.call(module.globals["tasks"], [tasks, count])
        e.write(FIRST, word(0))
    e.finish()


KERNELS: dict[str, Callable[[ir.Module, str], None]] = {
    "matvec": _matvec, "outer": _outer, "outer_wide": _outer_wide, "turn": _turn,
    "batch_total": _batch_total, "row_total": _row_total, "one_matvec": _one_matvec,
    "one_outer": _one_outer, "one_total": _one_total, "gather": _gather,
    "scatter": _scatter, "copy": _copy, "add": _add, "zero": _zero,
    "zero_rows": _zero_rows, "pack": _pack, "unpack": _unpack, "check": _check,
    "tasks": _tasks, "blocks": _blocks,
}  # fmt: skip


@cache
def kernels() -> dict[str, int]:
    """Return the addresses of the kernels that all programs share."""
    module = new_module()
    _product(module)
    for name, write in KERNELS.items():
        write(module, name)
    return compile_module(module, KERNELS)
