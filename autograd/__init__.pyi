# Written by tests/make_stubs.py from the tables: edit those, and run it again.
from typing import Any, overload

from numpy.typing import NDArray

from .arrays.columns import evaluate_rows as evaluate_rows
from .arrays.columns import evaluate_samples as evaluate_samples
from .arrays.masks import refuse_masked as refuse_masked
from .checking.anomaly import detect_anomaly as detect_anomaly
from .checking.differences import check_gradients as check_gradients
from .checking.differences import numerical_gradient as numerical_gradient
from .compiling import record as record
from .compiling.compiled import Compiled as Compiled
from .compiling.program import Program as Program
from .composites import dot as dot
from .composites import logsumexp as logsumexp
from .composites import mean as mean
from .composites import norm as norm
from .composites import softmax as softmax
from .composites import stop_gradient as stop_gradient
from .drawing.engine import use_layout as use_layout
from .drawing.picture import draw as draw
from .drawing.plot import Plot as Plot
from .drawing.registry import register_module as register_module
from .drawing.renderer import Picture as Picture
from .node import no_grad as no_grad
from .op import Op as Op
from .op import one as one
from .op import zero as zero
from .operands import Operand as Operand
from .phrases import Phrases as Phrases
from .phrases.table import speak as speak
from .reading.sources import record_sources as record_sources
from .teaching.by_hand import to_python as to_python
from .teaching.descent.descent import descend as descend
from .teaching.descent.plot import plot_contours as plot_contours
from .teaching.exercises.answers import check_answer as check_answer
from .teaching.exercises.engines import check_engine as check_engine
from .teaching.exercises.keys import solution as solution
from .teaching.exercises.questions import exercise as exercise
from .teaching.lesson import Lesson as Lesson
from .teaching.lesson import explain as explain
from .teaching.mistakes.catalogue import mistakes as mistakes
from .teaching.paths import paths as paths
from .transforms import grad as grad
from .transforms import hessian as hessian
from .transforms import hvp as hvp
from .transforms import jacobian as jacobian
from .transforms import jvp as jvp
from .transforms import ravel as ravel
from .transforms import value_and_grad as value_and_grad
from .transforms import vjp as vjp
from .value import Value as Value

__version__: str

_Number = Value | float

class _Op_a_b(Op):
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...
    @overload
    def __call__(self, a: Value, b: _Number, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: NDArray[Any], b: _Number | NDArray[Any], /) -> NDArray[Any]: ...
    @overload
    def __call__(self, a: _Number, b: NDArray[Any], /) -> NDArray[Any]: ...

class _Op_base_exponent(Op):
    @overload
    def __call__(self, base: float, exponent: float) -> float: ...
    @overload
    def __call__(self, base: Value, exponent: _Number) -> Value: ...
    @overload
    def __call__(self, base: float, exponent: Value) -> Value: ...
    @overload
    def __call__(self, base: NDArray[Any], exponent: _Number | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, base: _Number, exponent: NDArray[Any]) -> NDArray[Any]: ...

class _Op_a(Op):
    @overload
    def __call__(self, a: float, /) -> float: ...
    @overload
    def __call__(self, a: Value, /) -> Value: ...
    @overload
    def __call__(self, a: NDArray[Any], /) -> NDArray[Any]: ...

class _Op_x(Op):
    @overload
    def __call__(self, x: float, /) -> float: ...
    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: NDArray[Any], /) -> NDArray[Any]: ...

class _Op_y_x(Op):
    @overload
    def __call__(self, y: float, x: float, /) -> float: ...
    @overload
    def __call__(self, y: Value, x: _Number, /) -> Value: ...
    @overload
    def __call__(self, y: float, x: Value, /) -> Value: ...
    @overload
    def __call__(self, y: NDArray[Any], x: _Number | NDArray[Any], /) -> NDArray[Any]: ...
    @overload
    def __call__(self, y: _Number, x: NDArray[Any], /) -> NDArray[Any]: ...

class _Op_x_slope0_01(Op):
    @overload
    def __call__(self, x: float, slope: float = 0.01) -> float: ...
    @overload
    def __call__(self, x: Value, slope: _Number = 0.01) -> Value: ...
    @overload
    def __call__(self, x: float, slope: Value) -> Value: ...
    @overload
    def __call__(self, x: NDArray[Any], slope: _Number | NDArray[Any] = 0.01) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: _Number, slope: NDArray[Any]) -> NDArray[Any]: ...

class _Op_x_alpha1_0(Op):
    @overload
    def __call__(self, x: float, alpha: float = 1.0) -> float: ...
    @overload
    def __call__(self, x: Value, alpha: _Number = 1.0) -> Value: ...
    @overload
    def __call__(self, x: float, alpha: Value) -> Value: ...
    @overload
    def __call__(self, x: NDArray[Any], alpha: _Number | NDArray[Any] = 1.0) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: _Number, alpha: NDArray[Any]) -> NDArray[Any]: ...

class _Op_x_low_high(Op):
    @overload
    def __call__(self, x: float, low: float, high: float) -> float: ...
    @overload
    def __call__(self, x: Value, low: _Number, high: _Number) -> Value: ...
    @overload
    def __call__(self, x: float, low: Value, high: _Number) -> Value: ...
    @overload
    def __call__(self, x: float, low: float, high: Value) -> Value: ...
    @overload
    def __call__(self, x: NDArray[Any], low: _Number | NDArray[Any], high: _Number | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: _Number, low: NDArray[Any], high: _Number | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: _Number, low: _Number, high: NDArray[Any]) -> NDArray[Any]: ...

class _Op_condition_a_b(Op):
    @overload
    def __call__(self, condition: float, a: float, b: float) -> float: ...
    @overload
    def __call__(self, condition: Value, a: _Number, b: _Number) -> Value: ...
    @overload
    def __call__(self, condition: float, a: Value, b: _Number) -> Value: ...
    @overload
    def __call__(self, condition: float, a: float, b: Value) -> Value: ...
    @overload
    def __call__(self, condition: NDArray[Any], a: _Number | NDArray[Any], b: _Number | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, condition: _Number, a: NDArray[Any], b: _Number | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, condition: _Number, a: _Number, b: NDArray[Any]) -> NDArray[Any]: ...

add: _Op_a_b
sub: _Op_a_b
mul: _Op_a_b
div: _Op_a_b
pow: _Op_base_exponent
neg: _Op_a
identity: _Op_a
abs: _Op_x
exp: _Op_x
expm1: _Op_x
log: _Op_x
log1p: _Op_x
log2: _Op_x
log10: _Op_x
exp2: _Op_x
logaddexp: _Op_a_b
cbrt: _Op_x
sqrt: _Op_x
sin: _Op_x
cos: _Op_x
tan: _Op_x
asin: _Op_x
acos: _Op_x
atan: _Op_x
sinh: _Op_x
cosh: _Op_x
asinh: _Op_x
acosh: _Op_x
atanh: _Op_x
atan2: _Op_y_x
hypot: _Op_a_b
tanh: _Op_x
sigmoid: _Op_x
softplus: _Op_x
silu: _Op_x
erf: _Op_x
gelu: _Op_x
relu: _Op_x
leaky_relu: _Op_x_slope0_01
elu: _Op_x_alpha1_0
maximum: _Op_a_b
minimum: _Op_a_b
clip: _Op_x_low_high
where: _Op_condition_a_b
greater: _Op_a_b
sign: _Op_x
floor: _Op_x
ceil: _Op_x
step: _Op_x

class _Methods:
    def acos(self) -> Value:
        """Return the arc cosine of x, in radians; the slope at ±1 raises."""
    def acosh(self) -> Value:
        """Return the positive number whose hyperbolic cosine is x; the slope at 1 raises."""
    def arccos(self) -> Value:
        """Return the arc cosine of x, in radians; the slope at ±1 raises."""
    def arccosh(self) -> Value:
        """Return the positive number whose hyperbolic cosine is x; the slope at 1 raises."""
    def arcsin(self) -> Value:
        """Return the arc sine of x, in radians; the slope at ±1 raises."""
    def arcsinh(self) -> Value:
        """Return the number whose hyperbolic sine is x."""
    def arctan(self) -> Value:
        """Return the arc tangent of x, in radians."""
    def arctan2(self, x: Any) -> Value:
        """Return the angle of the point (b, a), in radians; the slopes at (0, 0) raise."""
    def arctanh(self) -> Value:
        """Return the number whose hyperbolic tangent is x."""
    def asin(self) -> Value:
        """Return the arc sine of x, in radians; the slope at ±1 raises."""
    def asinh(self) -> Value:
        """Return the number whose hyperbolic sine is x."""
    def atan(self) -> Value:
        """Return the arc tangent of x, in radians."""
    def atan2(self, x: Any) -> Value:
        """Return the angle of the point (b, a), in radians; the slopes at (0, 0) raise."""
    def atanh(self) -> Value:
        """Return the number whose hyperbolic tangent is x."""
    def cbrt(self) -> Value:
        """Return the cube root of x; the slope at 0 is infinite and raises."""
    def ceil(self) -> Value:
        """Return the whole number above x; the slope is 0 everywhere."""
    def clip(self, low: Any, high: Any) -> Value:
        """Return x between low and high, else the nearer of the two."""
    def cos(self) -> Value:
        """Return the cosine of x (radians)."""
    def cosh(self) -> Value:
        """Return the hyperbolic cosine of x."""
    def div(self, b: Any) -> Value:
        """Return a / b."""
    def elu(self, alpha: Any = 1.0) -> Value:
        """Return x where positive, else alpha (eˣ - 1) (alpha 1 by default)."""
    def erf(self) -> Value:
        """Return the error function of x."""
    def exp(self) -> Value:
        """Return eˣ."""
    def exp2(self) -> Value:
        """Return 2ˣ."""
    def expm1(self) -> Value:
        """Return eˣ - 1, precise near 0."""
    def floor(self) -> Value:
        """Return the whole number below x; the slope is 0 everywhere."""
    def gelu(self) -> Value:
        """Return x Φ(x), with Φ the normal distribution function (exact)."""
    def greater(self, b: Any) -> Value:
        """Return 1 for a > b, else 0; the slope is 0 everywhere."""
    def hypot(self, b: Any) -> Value:
        """Return √(a² + b²), without overflow on the way; the slopes at (0, 0) raise."""
    def leaky_relu(self, slope: Any = 0.01) -> Value:
        """Return x where positive, else slope * x (slope 0.01 by default)."""
    def log(self) -> Value:
        """Return the natural logarithm of x."""
    def log10(self) -> Value:
        """Return the logarithm of x to base 10."""
    def log1p(self) -> Value:
        """Return log(1 + x), precise near 0."""
    def log2(self) -> Value:
        """Return the logarithm of x to base 2."""
    def logaddexp(self, b: Any) -> Value:
        """Return log(eᵃ + eᵇ), for whatever numbers."""
    def maximum(self, b: Any) -> Value:
        """Return the larger of a and b."""
    def minimum(self, b: Any) -> Value:
        """Return the smaller of a and b."""
    def pow(self, exponent: Any) -> Value:
        """Return a ** b, never complex."""
    def relu(self) -> Value:
        """Return max(x, 0); the slope at 0 is 0."""
    def sigmoid(self) -> Value:
        """Return 1 / (1 + e⁻ˣ). The slope y (1 - y) is off by up to 1e-16: above x = 18 digits go, and above 37 it is 0."""
    def sign(self) -> Value:
        """Return -1, 0 or 1; the slope is 0 everywhere."""
    def silu(self) -> Value:
        """Return x sigmoid(x), also called swish."""
    def sin(self) -> Value:
        """Return the sine of x (radians)."""
    def sinh(self) -> Value:
        """Return the hyperbolic sine of x."""
    def softplus(self) -> Value:
        """Return log(1 + eˣ), a smooth relu."""
    def sqrt(self) -> Value:
        """Return the square root of x; the slope at 0 is infinite and raises."""
    def step(self) -> Value:
        """Return 1 for x > 0, else 0; the slope is 0 everywhere."""
    def tan(self) -> Value:
        """Return the tangent of x (radians)."""
    def tanh(self) -> Value:
        """Return the hyperbolic tangent of x. The slope 1 - y² is off by up to 1e-16: beyond |x| = 10 digits go, and beyond 19 it is 0."""
    def where(self, a: Any, b: Any) -> Value:
        """Return a where condition is not 0, else b; both are computed, and the slope goes to the one that is taken."""
