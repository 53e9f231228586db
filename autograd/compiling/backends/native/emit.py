"""Writing a kernel: vectors, loops, and what a kernel is told about the block it is on.

A kernel is a function of two arrays of words: the block (how many samples, where they
begin) and its arguments (addresses and sizes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from .host import width

F64, I64, I32, I1 = ir.DoubleType(), ir.IntType(64), ir.IntType(32), ir.IntType(1)
BYTES_OF_NUMBER = 8
BYTES, POINTER, VOID = ir.IntType(8), ir.PointerType(), ir.VoidType()

# The words of a block: its vectors and samples, the first sample, the bytes from a row
# to the next, whether it is the first of a pass, whether something was not finite, the
# order of samples (or 0), and room for a number. Then come for each array outside the
# address of its first number and the bytes of its rows.
WORDS = "vectors", "samples", "start", "pitch", "first", "fault", "order", "here"
ARRAYS = len(WORDS)


def vector_type(kind: ir.Type = F64) -> ir.VectorType:
    """Return the type of vectors of this machine."""
    return ir.VectorType(kind, width())


def bytes_of_vector() -> int:
    """Return the bytes of a vector."""
    return BYTES_OF_NUMBER * width()


def word(number: int) -> ir.Constant:
    """Return a whole number as a constant."""
    return ir.Constant(I64, number)


class Emitter:
    """Writes one function, from its first instruction to `finish`."""

    def __init__(
        self,
        module: ir.Module,
        name: str,
        kinds: Sequence[ir.Type] = (POINTER, POINTER),
        result: ir.Type = VOID,
    ) -> None:
        """See the class."""
        self.module = module
        function = ir.Function(module, ir.FunctionType(result, kinds), name)
        self.function = function
        self.b = ir.IRBuilder(function.append_basic_block())

    def finish(self, result: Any = None) -> None:
        """End the function."""
        if result is None:
            self.b.ret_void()
        else:
            self.b.ret(result)

    # --- words --------------------------------------------------------------------

    def at(self, pointer: Any, offset: Any) -> Any:
        """Return the address some bytes on."""
        return self.b.gep(pointer, [offset], source_etype=BYTES)

    def item(self, pointer: Any, i: Any, size: Any = 8) -> Any:
        """Return the address of item `i` of so many bytes each: by default, a word."""
        i, size = (word(x) if isinstance(x, int) else x for x in (i, size))
        return self.at(pointer, self.b.mul(i, size))

    def column(self, row: Any, v: Any) -> Any:
        """Return the address of a vector in a row."""
        return self.item(row, v, bytes_of_vector())

    def read(self, name: str) -> Any:
        """Return a word of the block."""
        address = self.item(self.function.args[0], WORDS.index(name))
        return self.b.load(address, typ=I64)

    def write(self, name: str, value: Any) -> None:
        """Set a word of the block."""
        self.b.store(value, self.item(self.function.args[0], WORDS.index(name)))

    def number(self, place: int) -> Any:
        """Return an argument that is a number."""
        return self.b.load(self.item(self.function.args[1], place), typ=I64)

    def address(self, place: int) -> Any:
        """Return an argument that is an address."""
        return self.b.inttoptr(self.number(place), POINTER)

    def load(self, pointer: Any, kind: ir.Type = F64) -> Any:
        """Return the number at an address."""
        return self.b.load(pointer, typ=kind, align=8)

    # --- vectors ------------------------------------------------------------------

    def vector(self, pointer: Any, mask: Any = None) -> Any:
        """Return the vector at an address; 0 for what the mask does not have."""
        found = self.b.load(pointer, typ=vector_type(), align=8)
        return found if mask is None else self.b.select(mask, found, self.splat(0.0))

    def keep(self, value: Any, pointer: Any, mask: Any = None) -> None:
        """Store a number or a vector, or of it what the mask has."""
        if mask is None:
            self.b.store(value, pointer, align=8)
            return
        kinds = [vector_type(), POINTER, I32, vector_type(I1)]
        function = self.intrinsic(f"llvm.masked.store.v{width()}f64.p0", kinds, VOID)
        self.b.call(function, [value, pointer, ir.Constant(I32, 8), mask])

    def splat(self, value: Any) -> Any:
        """Return a vector of equal numbers."""
        if isinstance(value, int | float):
            return ir.Constant(vector_type(), [float(value)] * width())
        kind = vector_type(value.type)
        one = self.b.insert_element(ir.Constant(kind, ir.Undefined), value, word(0))
        zeros = ir.Constant(vector_type(I32), [0] * width())
        return self.b.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)

    def below(self, count: Any) -> Any:
        """Return the mask of the first `count` elements."""
        iota = ir.Constant(vector_type(I64), list(range(width())))
        return self.b.icmp_signed("<", iota, self.splat(count))

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        """Return a b + c, rounded once."""
        return self.call("fma", a, b, c)

    def call(self, name: str, *args: Any) -> Any:
        """Return what one of LLVM's own functions gives for vectors or numbers."""
        kind = args[0].type
        suffix = f"v{width()}f64" if isinstance(kind, ir.VectorType) else "f64"
        kinds = [arg.type for arg in args]
        return self.b.call(self.intrinsic(f"llvm.{name}.{suffix}", kinds, kind), args)

    def intrinsic(self, name: str, kinds: Sequence[ir.Type], result: ir.Type) -> Any:
        """Return a function that is declared in the module once."""
        known = self.module.globals.get(name)
        if known is None:
            known = ir.Function(self.module, ir.FunctionType(result, kinds), name)
        return known

    def total(self, value: Any) -> Any:
        """Return the sum of the elements of a vector, by halves."""
        length = width()
        while length > 1:
            length //= 2
            low = self.shuffled(value, value, list(range(length)))
            high = self.shuffled(value, value, list(range(length, 2 * length)))
            value = self.b.fadd(low, high)
        return self.b.extract_element(value, word(0))

    def shuffled(self, a: Any, b: Any, places: Sequence[int]) -> Any:
        """Return elements of two vectors, those of the second counted on."""
        kind = ir.VectorType(I32, len(places))
        return self.b.shuffle_vector(a, b, ir.Constant(kind, list(places)))

    # --- control ------------------------------------------------------------------

    @contextmanager
    def loop(
        self,
        count: Any,
        start: Any = 0,
        step: Any = 1,
        carried: list[Any] | None = None,
    ) -> Iterator[Any]:
        """Repeat what is written inside, for i from `start` while i < `count`.

        `carried` are values that each round hands to the next: what the list holds at
        the end of a round. After the loop it holds the last ones.
        """
        b = self.b
        start, step = (word(x) if isinstance(x, int) else x for x in (start, step))
        before = b.block
        head, body, after = (self.function.append_basic_block() for _ in range(3))
        carried = [] if carried is None else carried
        b.branch(head)
        b.position_at_end(head)
        i = b.phi(I64)
        i.add_incoming(start, before)
        phis = []
        for value in carried:
            phi = b.phi(value.type)
            phi.add_incoming(value, before)
            phis.append(phi)
        count = word(count) if isinstance(count, int) else count
        b.cbranch(b.icmp_signed("<", i, count), body, after)
        b.position_at_end(body)
        carried[:] = phis
        yield i
        i.add_incoming(b.add(i, step), b.block)
        for phi, value in zip(phis, carried, strict=True):
            phi.add_incoming(value, b.block)
        b.branch(head)
        b.position_at_end(after)
        carried[:] = phis

    @contextmanager
    def when(self, condition: Any) -> Iterator[None]:
        """Do what is written inside if the condition holds."""
        body, after = (self.function.append_basic_block() for _ in range(2))
        self.b.cbranch(condition, body, after)
        self.b.position_at_end(body)
        yield
        self.b.branch(after)
        self.b.position_at_end(after)


class Stretch:
    """Numbers that follow each other: whole vectors, and a part of one more."""

    def __init__(self, e: Emitter, count: Any) -> None:
        """Write how many vectors there are, and what the last one has."""
        b, rest = e.b, e.b.srem(count, word(width()))
        self.e = e
        self.full, self.mask = b.sdiv(count, word(width())), e.below(rest)
        self.some = b.zext(b.icmp_signed("!=", rest, word(0)), I64)

    def each(
        self, body: Callable[[Any, Any], None], carried: list[Any] | None = None
    ) -> None:
        """Repeat for each vector what takes its offset in bytes, and what it has.

        That is None where it has all.
        """
        size = word(bytes_of_vector())
        with self.e.loop(self.full, carried=carried) as v:
            body(self.e.b.mul(v, size), None)
        with self.e.loop(self.some, carried=carried):
            body(self.e.b.mul(self.full, size), self.mask)
