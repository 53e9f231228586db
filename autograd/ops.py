"""The table of operations: each scalar operation, declared once.

A row gives how the op is computed and, for each argument, the partial derivative of
its output `y`. Partials are written with Python's operators and with other rows, so
that they can be evaluated on whatever stands for a number: floats when a gradient is
wanted, `Value`s when the gradient is to be differentiated again.

At kinks the conventions are PyTorch's: relu'(0) = 0, abs'(0) = 0, maximum and minimum
at a tie give 1/2 to each argument, clip at a bound passes the whole slope on, and the
derivative of `x**0` is 0 everywhere. Where a slope is infinite (sqrt at 0, asin at 1)
the partial raises, as `1 / 0` does. An op that chooses says which arguments it has
*taken*: to the others no slope goes, however steep it would be beyond them.
"""

from __future__ import annotations

import builtins
import math
import operator

from .op import Op, one, zero

LN_10 = math.log(10.0)
SQRT_2 = math.sqrt(2.0)
SQRT_2PI = math.sqrt(2.0 * math.pi)
LN_2 = math.log(2.0)

# Forwards that math does not have, stable for every finite number.


def _pow(base: float, exponent: float) -> float:
    # Python's answer to a negative base with a fractional exponent is complex.
    if base < 0.0 and math.isfinite(exponent) and not exponent.is_integer():
        raise ValueError
    return base**exponent


def _sigmoid(x: float) -> float:
    # The exponential is taken of a negative number only, so it cannot overflow.
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def _softplus(x: float) -> float:
    # log(1 + eˣ) = max(x, 0) + log(1 + e⁻|x|)
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-builtins.abs(x)))


def _silu(x: float) -> float:
    # From -746 on sigmoid(x) is 0, and so is the product, at -∞ too.
    return (-1000.0 if x <= -1000.0 else x) * _sigmoid(x)


def _gelu(x: float) -> float:
    # x Φ(x), with Φ(x) = erfc(-x/√2) / 2, which keeps its digits where x is negative;
    # from -39 on it is 0, and so is the product, at -∞ too.
    return 0.5 * (-40.0 if x <= -40.0 else x) * math.erfc(-x / SQRT_2)


def _exp2(x: float) -> float:
    return 2.0**x


def _logaddexp(a: float, b: float) -> float:
    # log(eᵃ + eᵇ) = m + log(1 + e⁻|a-b|), where m is the larger; a - b of equal
    # infinities is none.
    m = a if a >= b or a != a else b
    return m + math.log1p(math.exp(-builtins.abs(a - b) if a != b else 0.0))


def _hypot(a: float, b: float) -> float:
    return math.hypot(a, b)


def _floor(x: float) -> float:
    return math.floor(x) if math.isfinite(x) else x


def _ceil(x: float) -> float:
    return math.ceil(x) if math.isfinite(x) else x


# The comparisons below are written so that nan stays nan.


def _relu(x: float) -> float:
    return 0.0 if x <= 0.0 else x


def _leaky_relu(x: float, slope: float = 0.01) -> float:
    return x if x > 0.0 else slope * x


def _elu(x: float, alpha: float = 1.0) -> float:
    return x if x > 0.0 else alpha * math.expm1(x)


def _maximum(a: float, b: float) -> float:
    return a if a >= b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a <= b or a != a else b


def _clip(x: float, low: float, high: float) -> float:
    if low > high:
        raise ValueError
    return _minimum(_maximum(x, low), high)


def _where(condition: float, a: float, b: float) -> float:
    return (a if condition else b) if condition == condition else condition


def _greater(a: float, b: float) -> float:
    return 1.0 if a > b else 0.0 if a <= b else a + b


def _sign(x: float) -> float:
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def _step(x: float) -> float:
    return 1.0 if x > 0.0 else 0.0 if x <= 0.0 else x


# fmt: off

# --- arithmetic -----------------------------------------------------------------------

add = Op("add", operator.add, (one, one), symbol="+", doc="Return a + b.")
sub = Op("sub", operator.sub, (one, lambda a, b, y: -1.0), symbol="-",
         doc="Return a - b.")
mul = Op("mul", operator.mul, (lambda a, b, y: b, lambda a, b, y: a), symbol="*",
         doc="Return a * b.")
# ∂(a/b)/∂b = -a/b², written -y/b: nothing overflows on the way.
div = Op("div", operator.truediv, (lambda a, b, y: 1.0 / b, lambda a, b, y: -y / b),
         symbol="/", notation="fraction", domain="a divisor other than 0",
         safe=((-2.0, 2.0), (0.5, 2.0)), doc="Return a / b.")
# ∂aᵇ/∂a = b aᵇ⁻¹, and 0 where b = 0; ∂aᵇ/∂b = aᵇ ln a, and 0 where a = 0.
# While b is a number other than 0, a is not asked for its truth, and may be an array.
pow = Op("pow", _pow, (lambda a, b, y: b * a ** (b - 1.0) if b or a else b,
                       lambda a, b, y: y * log(where(a, a, 1.0))),
         symbol="**", notation="power",
         domain="a base other than 0 for a negative exponent,"
         " and a positive base for a fractional one",
         safe=((0.5, 2.0), (-2.0, 2.0)), doc="Return a ** b, never complex.")
neg = Op("neg", operator.neg, (lambda x, y: -1.0,), symbol="-", doc="Return -x.")
identity = Op("identity", operator.pos, (one,), doc="Return x, as a node of its own.")
abs = Op("abs", math.fabs, (lambda x, y: sign(x),), notation="bars",
         safe=((0.5, 2.0),), doc="Return |x|; the slope at 0 is 0.")

# --- exponentials and logarithms ------------------------------------------------------

exp   = Op("exp",   math.exp,   (lambda x, y: y,), notation="exponential",
           doc="Return eˣ.")
expm1 = Op("expm1", math.expm1, (lambda x, y: exp(x),),
           doc="Return eˣ - 1, precise near 0.")
log   = Op("log",   math.log,   (lambda x, y: 1.0 / x,),
           domain="a positive argument", safe=((0.5, 2.0),),
           doc="Return the natural logarithm of x.")
log1p = Op("log1p", math.log1p, (lambda x, y: 1.0 / (1.0 + x),),
           domain="an argument above -1", safe=((-0.5, 2.0),),
           doc="Return log(1 + x), precise near 0.")
log2  = Op("log2",  math.log2,  (lambda x, y: 1.0 / (x * LN_2),),
           domain="a positive argument", safe=((0.5, 2.0),),
           doc="Return the logarithm of x to base 2.")
log10 = Op("log10", math.log10, (lambda x, y: 1.0 / (x * LN_10),),
           domain="a positive argument", safe=((0.5, 2.0),),
           doc="Return the logarithm of x to base 10.")
exp2  = Op("exp2",  _exp2, (lambda x, y: y * LN_2,), doc="Return 2ˣ.")
logaddexp = Op("logaddexp", _logaddexp,
               (lambda a, b, y: sigmoid(a - b), lambda a, b, y: sigmoid(b - a)),
               doc="Return log(eᵃ + eᵇ), for whatever numbers.")
cbrt  = Op("cbrt",  math.cbrt,  (lambda x, y: 1.0 / (3.0 * y * y),), safe=((0.5, 2.0),),
           doc="Return the cube root of x; the slope at 0 is infinite and raises.")
sqrt  = Op("sqrt",  math.sqrt,  (lambda x, y: 0.5 / y,), notation="root",
           domain="an argument of at least 0", safe=((0.5, 2.0),),
           doc="Return the square root of x; the slope at 0 is infinite and raises.")

# --- trigonometry ---------------------------------------------------------------------

sin  = Op("sin",  math.sin,  (lambda x, y: cos(x),),
          domain="a finite argument", doc="Return the sine of x (radians).")
cos  = Op("cos",  math.cos,  (lambda x, y: -sin(x),),
          domain="a finite argument", doc="Return the cosine of x (radians).")
tan  = Op("tan",  math.tan,  (lambda x, y: 1.0 + y * y,), safe=((-1.0, 1.0),),
          domain="a finite argument", doc="Return the tangent of x (radians).")
# 1 - x² as (1 - x)(1 + x), which is precise near ±1.
asin = Op("asin", math.asin, (lambda x, y: 1.0 / sqrt((1.0 - x) * (1.0 + x)),),
          domain="an argument from -1 to 1", safe=((-0.7, 0.7),),
          doc="Return the arc sine of x, in radians; the slope at ±1 raises.")
acos = Op("acos", math.acos, (lambda x, y: -1.0 / sqrt((1.0 - x) * (1.0 + x)),),
          domain="an argument from -1 to 1", safe=((-0.7, 0.7),),
          doc="Return the arc cosine of x, in radians; the slope at ±1 raises.")
atan = Op("atan", math.atan, (lambda x, y: 1.0 / (1.0 + x * x),),
          doc="Return the arc tangent of x, in radians.")
sinh = Op("sinh", math.sinh, (lambda x, y: cosh(x),),
          doc="Return the hyperbolic sine of x.")
cosh = Op("cosh", math.cosh, (lambda x, y: sinh(x),),
          doc="Return the hyperbolic cosine of x.")
asinh = Op("asinh", math.asinh, (lambda x, y: 1.0 / hypot(1.0, x),),
           doc="Return the number whose hyperbolic sine is x.")
acosh = Op("acosh", math.acosh, (lambda x, y: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),),
           domain="an argument of at least 1", safe=((1.5, 3.0),),
           doc="Return the positive number whose hyperbolic cosine is x; the slope at 1"
           " raises.")
atanh = Op("atanh", math.atanh, (lambda x, y: 1.0 / (1.0 - x * x),),
           domain="an argument between -1 and 1", safe=((-0.5, 0.5),),
           doc="Return the number whose hyperbolic tangent is x.")
# (b/h)/h in place of b/(a² + b²): no square overflows.
atan2 = Op("atan2", math.atan2, (lambda a, b, y: b / hypot(a, b) / hypot(a, b),
                                 lambda a, b, y: -a / hypot(a, b) / hypot(a, b)),
           safe=((0.5, 2.0), (0.5, 2.0)),
           doc="Return the angle of the point (b, a), in radians; the slopes at (0, 0)"
           " raise.")
hypot = Op("hypot", _hypot, (lambda a, b, y: a / y, lambda a, b, y: b / y),
           safe=((0.5, 2.0), (0.5, 2.0)),
           doc="Return √(a² + b²), without overflow on the way; the slopes at (0, 0)"
           " raise.")
tanh = Op("tanh", math.tanh, (lambda x, y: 1.0 - y * y,),
          doc="Return the hyperbolic tangent of x. The slope 1 - y² is off by up to"
          " 1e-16: beyond |x| = 10 digits go, and beyond 19 it is 0.")

# --- the neuron's functions -----------------------------------------------------------

sigmoid  = Op("sigmoid",  _sigmoid,  (lambda x, y: y * (1.0 - y),),
              doc="Return 1 / (1 + e⁻ˣ). The slope y (1 - y) is off by up to 1e-16:"
              " above x = 18 digits go, and above 37 it is 0.")
softplus = Op("softplus", _softplus, (lambda x, y: sigmoid(x),),
              doc="Return log(1 + eˣ), a smooth relu.")
# (x σ(x))' = σ(x) + x σ(x) (1 - σ(x)); from y = 37 on 1 - σ(x) is 0.
silu     = Op("silu", _silu,
              (lambda x, y: sigmoid(x) + minimum(y, 1000.0) * (1.0 - sigmoid(x)),),
              doc="Return x sigmoid(x), also called swish.")
erf      = Op("erf", math.erf, (lambda x, y: 2.0 / math.sqrt(math.pi) * exp(-x * x),),
              doc="Return the error function of x.")
# (x Φ(x))' = Φ(x) + x φ(x), with φ the density of the normal law, 0 from |x| = 39 on.
gelu     = Op("gelu", _gelu,
              (lambda x, y: 0.5 * (1.0 + erf(x / SQRT_2))
                            + clip(x, -40.0, 40.0) * exp(-0.5 * x * x) / SQRT_2PI,),
              doc="Return x Φ(x), with Φ the normal distribution function (exact).")
relu     = Op("relu", _relu, (lambda x, y: step(x),), safe=((0.5, 2.0),),
              taken=(lambda x: not x < 0.0,),
              doc="Return max(x, 0); the slope at 0 is 0.")
leaky_relu = Op("leaky_relu", _leaky_relu,
                (lambda x, slope, y: where(step(x), 1.0, slope),
                 lambda x, slope, y: where(step(x), 0.0, x)),
                taken=(one, lambda x, slope: not x > 0.0),
                safe=((-2.0, -0.5), (0.01, 0.5)),
                doc="Return x where positive, else slope * x (slope 0.01 by default).")
elu      = Op("elu", _elu,
              (lambda x, alpha, y: where(step(x), 1.0,
                                         alpha * exp(where(step(x), 0.0, x))),
               lambda x, alpha, y: where(step(x), 0.0, expm1(where(step(x), 0.0, x)))),
              taken=(one, lambda x, alpha: not x > 0.0),
              safe=((-2.0, -0.5), (0.5, 2.0)),
              doc="Return x where positive, else alpha (eˣ - 1) (alpha 1 by default).")

# --- choices and constant pieces ------------------------------------------------------

# 1, 1/2 or 0 as a is above, at or below b.
maximum = Op("maximum", _maximum,
             (lambda a, b, y: 0.5 * (1.0 + greater(a, b) - greater(b, a)),
              lambda a, b, y: 0.5 * (1.0 + greater(b, a) - greater(a, b))),
             taken=(lambda a, b: not a < b, lambda a, b: not b < a),
             safe=((0.5, 1.0), (1.5, 2.0)), doc="Return the larger of a and b.")
minimum = Op("minimum", _minimum,
             (lambda a, b, y: 0.5 * (1.0 + greater(b, a) - greater(a, b)),
              lambda a, b, y: 0.5 * (1.0 + greater(a, b) - greater(b, a))),
             taken=(lambda a, b: not a > b, lambda a, b: not b > a),
             safe=((0.5, 1.0), (1.5, 2.0)), doc="Return the smaller of a and b.")
# At a bound x and the bound are both taken, and the slope is all x's.
clip    = Op("clip", _clip,
             (lambda x, low, high, y: (1.0 - greater(low, x))
                                      * (1.0 - greater(x, high)),
              lambda x, low, high, y: greater(low, x),
              lambda x, low, high, y: greater(x, high)),
             taken=(lambda x, low, high: not (x < low or x > high),
                    lambda x, low, high: not x > low,
                    lambda x, low, high: not x < high),
             domain="low <= high", safe=((0.5, 1.0), (-1.0, 0.0), (1.5, 2.0)),
             doc="Return x between low and high, else the nearer of the two.")
where   = Op("where", _where,
             (zero, lambda condition, a, b, y: where(condition, 1.0, 0.0),
              lambda condition, a, b, y: where(condition, 0.0, 1.0)),
             taken=(zero, lambda condition, a, b: condition != 0.0,
                    lambda condition, a, b: condition == 0.0 or condition != condition),
             safe=((0.5, 1.0), (-2.0, 2.0), (-2.0, 2.0)),
             doc="Return a where condition is not 0, else b; both are computed, and the"
             " slope goes to the one that is taken.")
greater = Op("greater", _greater, (zero, zero), safe=((0.5, 1.0), (1.5, 2.0)),
             doc="Return 1 for a > b, else 0; the slope is 0 everywhere.")
sign    = Op("sign", _sign, (zero,), safe=((0.5, 2.0),),
             doc="Return -1, 0 or 1; the slope is 0 everywhere.")
floor   = Op("floor", _floor, (zero,), safe=((0.2, 0.8),),
             doc="Return the whole number below x; the slope is 0 everywhere.")
ceil    = Op("ceil", _ceil, (zero,), safe=((0.2, 0.8),),
             doc="Return the whole number above x; the slope is 0 everywhere.")
step    = Op("step", _step, (zero,), safe=((0.5, 2.0),),
             doc="Return 1 for x > 0, else 0; the slope is 0 everywhere.")

# fmt: on

TABLE: dict[str, Op] = {
    op.name: op for op in list(globals().values()) if isinstance(op, Op)
}


def names_in_numpy(name: str) -> tuple[str, ...]:
    """Return what NumPy may call the op of this name: `atan2` is its `arctan2`."""
    if name[:4] in ("asin", "acos", "atan"):
        return name, f"arc{name[1:]}"
    return (name,)


def _example(op: Op) -> str:
    """Return what the docstring of an op shows: its number, and its first slope."""
    at = [
        round(low + (high - low) * (0.75 - 0.2 * i), 1)
        for i, (low, high) in enumerate(op.safe)
    ]
    y = op.compute(tuple(at))
    slope = float(op.partials[0](*at, y))
    given = ", ".join(map(str, at))
    return (
        f"\n\n    >>> from autograd import {op.name}, grad\n"
        f"    >>> round({op.name}({given}), 4), round(grad({op.name})({given}), 4)\n"
        f"    ({round(y, 4)}, {round(slope, 4)})\n"
    )


for _op in TABLE.values():
    _op.__doc__ = f"{_op.__doc__}{_example(_op)}"

# Where doctest looks for docstrings of what is neither function nor class.
__test__ = {name: op.__doc__ for name, op in TABLE.items()}
