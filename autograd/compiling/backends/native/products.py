"""Kernels that multiply matrices: matrix times vector, and sums of columns times rows.

Matrix times vector, for each sample of a block, is a product of matrices. A tile of the
result stays in registers while the sum runs: some rows of the matrix by some vectors
of samples, each number loaded serving the whole tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from llvmlite import ir

from .emit import I64, POINTER, Emitter, word
from .host import wide, width
from .sums import Samples


def _product(module: ir.Module) -> Any:
    """Return the function of a product, written when it is first asked for."""
    known = module.globals.get("product")
    return _written_product(module) if known is None else known


def _written_product(module: ir.Module) -> Any:
    """Write y[i, v] = Σ w[i, k] x[k, v] for vectors v; the strides of w are free.

    If `more` is set, it is added to y. Of each row of y, `columns` numbers are set.
    """
    e = Emitter(module, "product", [POINTER] * 3 + [I64] * 8)
    e.function.linkage = "internal"
    y, w, x, m, count, row, column, y_pitch, x_pitch, columns, more = e.function.args
    b = e.b
    vectors = b.sdiv(b.add(columns, word(width() - 1)), word(width()))
    full = b.sdiv(columns, word(width()))
    more = b.icmp_signed("!=", more, word(0))
    start: Any = word(0)
    for across, tall in ((4 if wide() else 2, (4, 2, 1)), (1, (8, 4, 2, 1))):
        end = b.mul(b.sdiv(b.sub(full, start), word(across)), word(across))
        end = b.add(start, end) if across > 1 else vectors
        with e.loop(end, start, across) as v:
            mask = e.below(b.sub(columns, b.mul(v, word(width()))))
            x_tile, y_tile = e.column(x, v), e.column(y, v)
            first: Any = word(0)
            for high in tall:
                last = b.add(first, b.and_(b.sub(m, first), word(-high)))
                with e.loop(last, first, high) as i:
                    rows = [b.add(i, word(r)) for r in range(high)]
                    starts = [e.item(w, r, row) for r in rows]
                    sums = [e.splat(0.0)] * (high * across)
                    with e.loop(count, carried=sums) as k:
                        x_row = e.item(x_tile, k, x_pitch)
                        xs = [e.vector(e.column(x_row, c)) for c in range(across)]
                        for r, first_of_row in enumerate(starts):
                            weight = e.load(e.item(first_of_row, k, column))
                            for c in range(across):
                                n = r * across + c
                                sums[n] = e.fma(e.splat(weight), xs[c], sums[n])
                    for n, value in enumerate(sums):
                        y_row = e.item(y_tile, rows[n // across], y_pitch)
                        place = e.column(y_row, n % across)
                        old = b.select(more, e.vector(place), e.splat(0.0))
                        e.keep(b.fadd(old, value), place, None if across > 1 else mask)
                first = last
        start = end
    e.finish()
    return e.function


def _matvec(e: Emitter, common: bool = False) -> None:
    """Multiply for each sample, or what all have in common.

    Args: y, w, x, rows and columns of w, bytes to its next row and column, more.
    """
    pitch, columns = e.read("pitch"), e.b.mul(e.read("vectors"), word(width()))
    if common:  # a number in a row
        pitch, columns = word(8), word(1)
    args = [e.address(i) for i in range(3)] + [e.number(i) for i in range(3, 7)]
    e.b.call(_product(e.module), [*args, pitch, pitch, columns, e.number(7)])


def _outer_wide(e: Emitter) -> None:
    """Args: W, y, x turned, rows of W, columns of W, bytes of a row of x turned."""
    b, pitch, n = e.b, e.read("pitch"), e.number(4)
    more = b.zext(b.icmp_signed("==", e.read("first"), word(0)), I64)
    args = [e.address(0), e.address(1), e.address(2), e.number(3), e.read("samples")]
    pitches = [pitch, word(8), b.mul(n, word(8)), e.number(5)]
    b.call(_product(e.module), [*args, *pitches, n, more])


def _turn(e: Emitter) -> None:
    """Turn rows of samples into a row for each. Args: to, from, rows, bytes of one."""
    b, side = e.b, width()
    to, source, rows, turned = e.address(0), e.address(1), e.number(2), e.number(3)
    last = b.sub(rows, word(1))
    with e.loop(rows, step=side) as i:
        starts = []
        for r in range(side):
            n = b.add(i, word(r))
            n = b.select(b.icmp_signed("<", n, rows), n, last)
            starts.append(e.item(source, n, e.read("pitch")))
        with e.loop(e.read("vectors")) as v:
            block = [e.vector(e.column(start, v)) for start in starts]
            for s, line in enumerate(_transposed(e, block)):
                sample = b.add(b.mul(v, word(side)), word(s))
                e.keep(line, e.item(e.item(to, sample, turned), i))


def _transposed(e: Emitter, block: list[Any]) -> list[Any]:
    """Return the columns of a square of vectors."""
    side, step = width(), 1
    while step < side:
        # Rows that are `step` apart exchange every second stretch of `step` elements.
        even = [j // step % 2 == 0 for j in range(side)]
        low = [j if even[j] else side + j - step for j in range(side)]
        high = [j + step if even[j] else side + j for j in range(side)]
        result = list(block)
        for i in range(side):
            if even[i]:
                pair = block[i], block[i + step]
                result[i], result[i + step] = (
                    e.shuffled(*pair, p) for p in (low, high)
                )
        block, step = result, 2 * step
    return block


def _outer(e: Emitter) -> None:
    """Add up W[i, j] = Σ y[i] x[j] over samples, for few columns.

    Args: W, y, x, rows and columns of W.
    """
    b = e.b
    out, y, x, m, n = (*map(e.address, range(3)), e.number(3), e.number(4))
    pitch, samples = e.read("pitch"), Samples(e)

    def products(rows: Sequence[Any], sums: Sequence[Any]) -> list[Any]:
        xs, *ys = rows
        return [e.fma(yi, xs, total) for yi, total in zip(ys, sums, strict=True)]

    first: Any = word(0)
    for high in (4, 1):
        last = b.add(first, b.and_(b.sub(m, first), word(-high)))
        with e.loop(last, first, high) as i, e.loop(n) as j:
            rows = [b.add(i, word(r)) for r in range(high)]
            lines = [e.item(x, j, pitch), *(e.item(y, r, pitch) for r in rows)]
            places = [e.item(out, b.add(b.mul(r, n), j)) for r in rows]
            samples.add_up(lines, products, places)
        first = last


PRODUCTS = {
    "matvec": _matvec,
    "one_matvec": partial(_matvec, common=True),
    "outer_wide": _outer_wide,
    "turn": _turn,
    "outer": _outer,
}
