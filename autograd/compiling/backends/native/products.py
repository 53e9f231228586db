"""Kernels that multiply matrices: matrix times vector, and sums of columns times rows.

Matrix times vector, for each sample of a block, is a product of matrices. A tile of the
result stays in registers while the sum runs: some rows of the matrix by some vectors
of samples, each number loaded serving the whole tile.
"""

from __future__ import annotations

from llvmlite import ir

from .emit import (
    BYTES_OF_NUMBER,
    F64,
    FIRST,
    I64,
    PITCH,
    POINTER,
    SAMPLES,
    VECTORS,
    VOID,
    Emitter,
    bytes_of_vector,
    word,
)
from .host import wide, width
from .sums import add_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _product(module: ir.Module) -> Any:
    """Return the function of a product, written when it is first asked for."""
    known = module.globals.get("product")
    return _written_product(module) if known is None else known


def _written_product(module: ir.Module) -> Any:
    """Write y[i, v] = Σ w[i, k] x[k, v] for vectors v; the strides of w are free.

    If `more` is set, it is added to y. Of each row of y, `columns` numbers are set.
    """
    kinds = [POINTER] * 3 + [I64] * 8
    e = Emitter(module, "product", kinds, VOID)
    e.function.linkage = "internal"
    y, w, x, m, count, row, column, y_pitch, x_pitch, columns, more = e.function.args
    b, size = e.b, bytes_of_vector()
    vectors = b.sdiv(b.add(columns, word(width() - 1)), word(width()))
    full = b.sdiv(columns, word(width()))
    more = b.icmp_signed("!=", more, word(0))
    heights = (
        {4: (4, 2, 1), 1: (8, 4, 2, 1)} if wide() else {2: (4, 2, 1), 1: (8, 4, 2, 1)}
    )
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
                        xs = [
                            e.vector(e.at(x_row, word(size * c))) for c in range(across)
                        ]
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
    """Args: y, w, x, rows and columns of w, bytes to its next row and column, more."""
    e = Emitter(module, name)
    columns = e.b.mul(e.read(VECTORS), word(width()))
    pitch = e.read(PITCH)
    args = [e.address(i) for i in range(3)] + [e.number(i) for i in range(3, 7)]
    e.b.call(_product(module), [*args, pitch, pitch, columns, e.number(7)])
    e.finish()


def _outer_wide(module: ir.Module, name: str) -> None:
    """Args: W, y, x turned, rows of W, columns of W, bytes of a row of x turned."""
    e = Emitter(module, name)
    b = e.b
    m, n = e.number(3), e.number(4)
    more = b.zext(b.icmp_signed("==", e.read(FIRST), word(0)), I64)
    out_pitch = b.mul(n, word(BYTES_OF_NUMBER))
    b.call(
        _product(module),
        [e.address(0), e.address(1), e.address(2), m, e.read(SAMPLES), e.read(PITCH),
         word(BYTES_OF_NUMBER), out_pitch, e.number(5), n, more],
    )  # fmt: skip
    e.finish()


def _turn(module: ir.Module, name: str) -> None:
    """Turn rows of samples into a row for each. Args: to, from, rows, bytes of one."""
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
            block = [
                e.vector(e.at(s, b.mul(v, word(bytes_of_vector())))) for s in starts
            ]
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
    """Add up W[i, j] = Σ y[i] x[j] over samples, for few columns.

    Args: W, y, x, rows and columns of W.
    """
    e = Emitter(module, name)
    b, size = e.b, bytes_of_vector()
    out, y, x, m, n = (*map(e.address, range(3)), e.number(3), e.number(4))
    pitch, samples = e.read(PITCH), e.read(SAMPLES)
    full, rest = b.sdiv(samples, word(width())), b.srem(samples, word(width()))
    mask, some = e.below(rest), b.zext(b.icmp_signed("!=", rest, word(0)), I64)
    new = b.icmp_signed("!=", e.read(FIRST), word(0))

    def tile(i: Any, j: Any, high: int) -> None:
        ys = [e.at(y, b.mul(b.add(i, word(r)), pitch)) for r in range(high)]
        column = e.at(x, b.mul(j, pitch))
        sums = [e.splat(0.0)] * high
        with e.loop(full, carried=sums) as v:
            offset = b.mul(v, word(size))
            xs = e.vector(e.at(column, offset))
            lines = [e.vector(e.at(row, offset)) for row in ys]
            sums[:] = [e.fma(r, xs, sum) for r, sum in zip(lines, sums, strict=True)]
        with e.loop(some, carried=sums):
            offset = b.mul(full, word(size))
            xs = e.vector(e.at(column, offset))
            # What fills up the last vector is left out on both sides: 0 · ∞ is nan.
            xs, *lines = (
                b.select(mask, value, e.splat(0.0))
                for value in (xs, *(e.vector(e.at(row, offset)) for row in ys))
            )
            sums[:] = [e.fma(r, xs, sum) for r, sum in zip(lines, sums, strict=True)]
        for r, sum in enumerate(sums):
            place = b.add(b.mul(b.add(i, word(r)), n), j)
            add_at(e, e.total(sum), e.at(out, b.mul(place, word(8))), new)

    first: Any = word(0)
    for high in (4, 1):
        last = b.add(first, b.and_(b.sub(m, first), word(-high)))
        with e.loop(last, first, high) as i, e.loop(n) as j:
            tile(i, j, high)
        first = last
    e.finish()


def _one_matvec(module: ir.Module, name: str) -> None:
    """Args: y, w, x, rows of w, columns of w, bytes to its next row and column."""
    e = Emitter(module, name)
    b = e.b
    y, w, x = map(e.address, range(3))
    m, n, row, column = map(e.number, range(3, 7))
    with e.loop(m) as i:
        sums = [ir.Constant(F64, 0.0)]
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


PRODUCTS = {
    "matvec": _matvec,
    "outer_wide": _outer_wide,
    "turn": _turn,
    "outer": _outer,
    "one_matvec": _one_matvec,
    "one_outer": _one_outer,
}
