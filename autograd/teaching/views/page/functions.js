// The functions that rows of the table call. They are Python's: where Python raises,
// outside of a domain or beyond the largest float, they give NaN.

const guarded = (f) => (...x) => {
  const y = f(...x);
  return Number.isFinite(y) || x.some((z) => !Number.isFinite(z)) ? y : NaN;
};
const [acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, ceil, cos, cosh, exp, expm1,
  fabs, floor, hypot, log10, log1p, log2, sin, sinh, sqrt, tan, tanh, trunc] =
  ["acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos",
    "cosh", "exp", "expm1", "abs", "floor", "hypot", "log10", "log1p", "log2", "sin",
    "sinh", "sqrt", "tan", "tanh", "trunc"].map((name) => guarded(Math[name]));
const log = guarded((x, base) =>
  base === undefined ? Math.log(x) : Math.log(x) / Math.log(base));
const exp2 = guarded((x) => 2 ** x);
const fmod = guarded((a, b) => a % b);
const copysign = (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));
const isfinite = Number.isFinite;
const isnan = Number.isNaN;
const isinf = (x) => Math.abs(x) === Infinity;
const is_integer = Number.isInteger;
const div = (a, b) => (b === 0 ? NaN : a / b);
// 1 to any power is 1 in Python, and so is -1 to an infinite one.
const pow = guarded((a, b) => (a === 1 || (a === -1 && isinf(b)) ? 1 : a ** b));

// e to the power -x²: what x² loses by rounding, a second factor gives back.
const bell = (x) => {
  if (x > 28) return 0;
  const near = Math.fround(x);
  return Math.exp(-near * near) * Math.exp((near - x) * (near + x));
};

// The series x e⁻ˣ² Σ (2x²)ⁿ / (1·3·5 … (2n+1)) has positive terms only.
const erfSeries = (x) => {
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * bell(x) * sum;
};

// The continued fraction x + (1/2) / (x + (2/2) / (x + (3/2) / (x + …))), for x ≥ 1.
const erfcFraction = (x) => {
  let bottom = x;
  for (let n = 200; n > 0; n--) bottom = x + n / 2 / bottom;
  return bell(x) / (Math.sqrt(Math.PI) * bottom);
};

const erf = (x) =>
  Math.abs(x) < 1 ? erfSeries(x) : x > 0 ? 1 - erfcFraction(x) : erfcFraction(-x) - 1;
const erfc = (x) =>
  x < -1 ? 2 - erfcFraction(-x) : x < 1 ? 1 - erfSeries(x) : erfcFraction(x);
