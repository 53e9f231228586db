"""exp, log and their kin on vectors: series, after the argument is made small.

LLVM would call C's mathematics for each element of a vector. These few are so frequent
in networks that they are written out, accurate to one or two units in the last place
and with C's answers for 0, infinity and nan; all others call C, element by element.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from .emit import F64, I64, Emitter, vector_type, word
from .host import find_in_libm, width

LOG2_E = 1.0 / math.log(2.0)
# ln 2 in two parts: a product of the first with a whole number below 2²⁰ is exact.
LN2_HIGH = math.ldexp(math.floor(math.ldexp(math.log(2.0), 32)), -32)
LN2_LOW = 1.9082149292705877e-10
# Added to a number below 2⁵¹ it rounds it to a whole one, which then stands in its
# last bits.
ROUND = 1.5 * 2.0**52


class _Writer(Emitter):
    """Writes a function of one vector, x."""

    def __init__(self, module: ir.Module, name: str) -> None:
        super().__init__(module, name, [vector_type()], vector_type())
        self.function.linkage = "internal"
        self.function.attributes.add("alwaysinline")
        self.x = self.function.args[0]

    def bits(self, x: Any) -> Any:
        return self.b.bitcast(x, vector_type(I64))

    def floats(self, x: Any) -> Any:
        return self.b.bitcast(x, vector_type())

    def whole(self, number: int) -> ir.Constant:
        return ir.Constant(vector_type(I64), [number] * width())

    def if_(self, sign: str, x: Any, limit: float, then: Any, otherwise: Any) -> Any:
        test = self.b.fcmp_ordered(sign, x, self.splat(limit))
        then = self.splat(then) if isinstance(then, float) else then
        return self.b.select(test, then, otherwise)

    def power_of_2(self, k: Any) -> Any:
        """Return 2ᵏ for whole numbers from -1022 to 1023."""
        return self.floats(self.b.shl(self.b.add(k, self.whole(1023)), self.whole(52)))

    def series(self, x: Any, coefficients: Sequence[float]) -> Any:
        """Return Σ cᵢ xⁱ, by halves: so that few steps have to wait for another."""
        terms = [self.splat(c) for c in coefficients]
        while len(terms) > 1:
            pairs = [
                self.fma(terms[i + 1], x, terms[i]) if i + 1 < len(terms) else terms[i]
                for i in range(0, len(terms), 2)
            ]
            x, terms = self.b.fmul(x, x), pairs
        return terms[0]


def _reduced(w: _Writer, x: Any) -> tuple[Any, Any]:
    """Return k and r of x = k ln 2 + r, with |r| up to ln 2 / 2."""
    rounded = w.fma(x, w.splat(LOG2_E), w.splat(ROUND))
    k = w.b.sub(w.bits(rounded), w.bits(w.splat(ROUND)))
    minus = w.b.fsub(w.splat(ROUND), rounded)
    r = w.fma(minus, w.splat(LN2_HIGH), x)
    return k, w.fma(minus, w.splat(LN2_LOW), r)


def _exp(w: _Writer) -> Any:
    # eˣ = 2ᵏ eʳ, with 2ᵏ in two factors, since a result may be below 2⁻¹⁰²².
    x = w.if_(">", w.x, 710.0, 710.0, w.x)
    x = w.if_("<", x, -746.0, -746.0, x)
    k, r = _reduced(w, x)
    tail = w.series(r, [1.0 / math.factorial(n) for n in range(2, 14)])
    y = w.b.fadd(w.splat(1.0), w.fma(w.b.fmul(r, r), tail, r))
    half = w.b.ashr(k, w.whole(1))
    y = w.b.fmul(y, w.power_of_2(half))
    return w.b.fmul(y, w.power_of_2(w.b.sub(k, half)))


def _expm1(w: _Writer) -> Any:
    # eˣ - 1 = ((eʳ - 1) s + (s - 1/t)) t, with s t = 2ᵏ.
    x = w.if_(">", w.x, 710.0, 710.0, w.x)
    x = w.if_("<", x, -40.0, -40.0, x)
    k, r = _reduced(w, x)
    tail = w.series(r, [1.0 / math.factorial(n) for n in range(2, 15)])
    p = w.fma(w.b.fmul(r, r), tail, r)
    half = w.b.ashr(k, w.whole(1))
    rest = w.b.sub(k, half)
    s, t = w.power_of_2(half), w.power_of_2(rest)
    inverse = w.power_of_2(w.b.sub(w.whole(0), rest))
    y = w.b.fmul(w.fma(p, s, w.b.fsub(s, inverse)), t)
    y = w.if_("<=", w.x, -40.0, -1.0, y)
    return w.if_("==", w.x, 0.0, w.x, y)


def _log(w: _Writer) -> Any:
    # x = 2ᵏ (1 + f) with 1 + f from √½ to √2, and log(1 + f) = 2 artanh(f / (2 + f)).
    small = w.b.fcmp_ordered("<", w.x, w.splat(2.0**-1022))
    x = w.b.select(small, w.b.fmul(w.x, w.splat(2.0**54)), w.x)
    bits = w.bits(x)
    root = w.bits(w.splat(math.sqrt(0.5)))
    k = w.b.ashr(w.b.sub(bits, root), w.whole(52))
    m = w.floats(w.b.sub(bits, w.b.shl(k, w.whole(52))))
    f = w.b.fsub(m, w.splat(1.0))
    s = w.b.fdiv(f, w.b.fadd(f, w.splat(2.0)))
    z = w.b.fmul(s, s)
    # 2 artanh s = 2s + s R and 2s = f - s f: so it is f - (f²/2 - s (f²/2 + R)).
    r = w.b.fmul(z, w.series(z, [2.0 / (2 * n + 3) for n in range(11)]))
    h = w.b.fmul(w.b.fmul(w.splat(0.5), f), f)
    down = w.b.select(small, w.splat(-54.0), w.splat(0.0))
    k = w.b.fadd(w.b.sitofp(k, vector_type()), down)
    tail = w.fma(s, w.b.fadd(h, r), w.b.fmul(k, w.splat(LN2_LOW)))
    y = w.fma(k, w.splat(LN2_HIGH), w.b.fsub(f, w.b.fsub(h, tail)))
    y = w.if_("==", w.x, math.inf, math.inf, y)
    y = w.if_("==", w.x, 0.0, -math.inf, y)
    y = w.if_("<", w.x, 0.0, math.nan, y)
    return w.b.select(w.b.fcmp_unordered("uno", w.x, w.x), w.x, y)


def _log1p(w: _Writer) -> Any:
    # log(1 + x) = log u + c / u, with u = 1 + x rounded, and c what was rounded off.
    one = w.splat(1.0)
    u = w.b.fadd(one, w.x)
    beyond = w.b.fcmp_ordered(">=", w.x, one)
    above = w.b.fsub(one, w.b.fsub(u, w.x))
    below = w.b.fsub(w.x, w.b.fsub(u, one))
    c = w.b.select(beyond, above, below)
    y = w.b.fadd(elementary(w, "log", [u]), w.b.fdiv(c, u))
    y = w.if_("==", w.x, math.inf, math.inf, y)
    y = w.if_("==", w.x, -1.0, -math.inf, y)
    return w.if_("==", w.x, 0.0, w.x, y)


def _tanh(w: _Writer) -> Any:
    # tanh |x| = -t / (t + 2), with t = e⁻²|ˣ| - 1.
    twice = w.b.fmul(w.call("fabs", w.x), w.splat(-2.0))
    t = elementary(w, "expm1", [twice])
    y = w.b.fdiv(w.b.fneg(t), w.b.fadd(t, w.splat(2.0)))
    return w.call("copysign", y, w.x)


WRITTEN: dict[str, Callable[[_Writer], Any]] = {
    "exp": _exp, "expm1": _expm1, "log": _log, "log1p": _log1p, "tanh": _tanh,
}  # fmt: skip
# What processors do themselves.
INSTRUCTIONS = frozenset({"sqrt", "fabs", "floor", "ceil", "trunc", "copysign"})
# The functions of `math` that C has, where their names differ.
IN_C = {"gamma": "tgamma", "lgamma": "lgamma"} | {
    name: name
    for name in (
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos",
        "cosh", "erf", "erfc", "exp2", "fmod", "hypot", "log10", "log2", "pow",
        "remainder", "sin", "sinh", "tan",
    )
}  # fmt: skip


def elementary(e: Emitter, name: str, args: Sequence[Any]) -> Any:
    """Return what a function of `math` gives for vectors.

    Raises:
        ValueError: If neither we nor C know it.
    """
    if name in INSTRUCTIONS:
        return e.call(name, *args)
    if name not in WRITTEN and name not in IN_C:
        raise ValueError(f"machine code needs a function that C has; got {name}")
    title = f"v_{name}"
    function = e.module.globals.get(title)
    if function is None:
        written = name in WRITTEN
        function = _written(e, name) if written else _by_element(e, name, len(args))
    return e.b.call(function, args)


def _written(e: Emitter, name: str) -> Any:
    w = _Writer(e.module, f"v_{name}")
    w.finish(WRITTEN[name](w))
    return w.function


def _by_element(e: Emitter, name: str, count: int) -> Any:
    """Return the function that calls C's for each element."""
    symbol = IN_C[name]
    find_in_libm(symbol)
    kinds = [vector_type()] * count
    w = Emitter(e.module, f"v_{name}", kinds, vector_type())
    w.function.linkage = "internal"
    w.function.attributes.add("noinline")
    one = w.intrinsic(symbol, [F64] * count, F64)
    result = w.splat(0.0)
    for i in range(width()):
        args = [w.b.extract_element(arg, word(i)) for arg in w.function.args]
        result = w.b.insert_element(result, w.b.call(one, args), word(i))
    w.finish(result)
    return w.function
