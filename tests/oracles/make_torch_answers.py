"""Store what PyTorch answers for each row of the table of operations.

Run from anywhere, where torch 2.13.0 is installed, after adding a row or a point:

    python tests/oracles/make_torch_answers.py

It writes `torch_answers.json` beside itself: for each op and point the value, the
first derivatives and all second ones, in float64. Numbers are written as Python's
`repr` has them, so nothing is lost; nan and the infinities are text.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from autograd.ops import TABLE  # noqa: E402

# --- where ----------------------------------------------------------------------------

ZERO = (0.0, -0.0)
TINY = (5e-324, -5e-324, 1e-310, -1e-310)
SMALL = (1e-8, -1e-8, 1e-3, -1e-3)
MIDDLE = (1.0, -1.0, 3.0, -3.0, 20.5, -20.5, 40.0, -40.0)
LARGE = (700.0, -700.0, 800.0, -800.0, 1e3, -1e3)
HUGE = (1e100, -1e100, 1e300, -1e300)
REAL = (*ZERO, *TINY, *SMALL, *MIDDLE, *LARGE, *HUGE)
POSITIVE = tuple(x for x in REAL if x > 0.0)
UNIT = (*ZERO, *TINY, *SMALL, 0.99, -0.99, 0.999999, -0.999999, 1.0, -1.0)
NEAR_ONE = (1.0 - 1e-15, -1.0 + 1e-15, 1.0 - 2.0**-53, -1.0 + 2.0**-53)
SIGNED = (0.0, -0.0, 1e-310, 1.0, -1.5, 1e3, -1e3, 1e100, -1e300)
DIVISORS = (-0.5, 1e-310, 1e-100, 1e3, -1e100, 1e300)
POWERS = (
    *[(a, b) for a in (0.0, -0.0, 2.0, -2.0, 1e100) for b in (1.0, 2.0, 3.0)],
    *[(a, 0.0) for a in (0.0, 1.0, -2.0, 1e300)],
    *[(a, b) for a in (1e-300, 1e-3) for b in (0.5, 1.0, 2.0)],
    *[(a, -1.0) for a in (2.0, -2.0, 1e-3, 1e100)],
    (0.0, 0.5), (1e300, 0.5), (1e3, 100.0), (1e3, -100.0), (-8.0, 3.0),
)  # fmt: skip
BESIDE = (-1.5, 0.0, 1.0, 1e3)
TIES = ((0.0, 0.0), (0.0, -0.0), (1.0, 1.0), (-1e300, -1e300), (5e-324, 5e-324))


def alone(numbers):
    """Return the numbers as points of a function of one argument."""
    return tuple((x,) for x in numbers)


EDGES = {
    **{
        name: alone(REAL) if op.arity == 1 else tuple(product(SIGNED, repeat=op.arity))
        for name, op in TABLE.items()
    },
    **dict.fromkeys(("log", "log2", "log10"), alone(POSITIVE)),
    "cbrt": alone([x for x in REAL if abs(x) > 1e-9]),
    "acosh": alone((1.5, 3.0, 1e3)),
    "atanh": alone([x for x in (*UNIT, *NEAR_ONE) if abs(x) < 1.0]),
    # Where PyTorch's second derivatives are numbers.
    "logaddexp": tuple(product((-1.5, 0.0, -0.0, 1e-3, 3.0), repeat=2)),
    **dict.fromkeys(("atan2", "hypot"), (*product(BESIDE, (-2.0, 3.0)), (-1.5, 0.0))),
    "sqrt": alone((0.0, *POSITIVE)),
    "log1p": alone((*[x for x in REAL if x > -1.0], -1.0 + 2.0**-53, -1.0 + 1e-9)),
    **dict.fromkeys(("asin", "acos"), alone((*UNIT, *NEAR_ONE))),
    "div": tuple(product(SIGNED, DIVISORS)),
    "pow": POWERS,
    **dict.fromkeys(("leaky_relu", "elu"), tuple(product(REAL, (0.01, 1.0)))),
    **dict.fromkeys(("maximum", "minimum"), (*product(SIGNED, SIGNED), *TIES)),
    "clip": tuple(
        product((-1.5, -1.0, -0.0, 0.0, 1.0, 1e300), (-1.0, 0.0), (0.0, 1.0))
    ),
    "where": tuple(product((0.0, -0.0, 1.0, -1e-310), (-1e300, 0.0), (0.0, 2.0))),
}


def points(name):
    """Return the points of the op called `name`: some in its safe range, and edges."""
    safe = TABLE[name].safe
    shares = [(0.11, 0.53, 0.87), (0.83, 0.29, 0.61), (0.37, 0.71, 0.19)]
    inner = [
        tuple(
            low + share * (high - low)
            for (low, high), share in zip(safe, row, strict=False)
        )
        for row in shares
    ]
    return [*inner, *EDGES[name]]


# --- what -----------------------------------------------------------------------------


def functions(torch):
    """Return PyTorch's function for each row.

    Where it has none that is differentiable by every argument, one is composed.
    """
    f = torch.nn.functional

    def scalar_prelu(x, slope):
        return f.prelu(x.reshape(1), slope.reshape(1)).reshape(())

    def elu(x, alpha):  # torch takes alpha as a plain number
        below = torch.where(x > 0.0, 0.0, x)
        return torch.where(x > 0.0, x, alpha * torch.expm1(below))

    return {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "pow": torch.pow,
        "neg": torch.neg,
        "identity": torch.clone,
        "abs": torch.abs,
        "exp": torch.exp,
        "expm1": torch.expm1,
        "log": torch.log,
        "log1p": torch.log1p,
        "log2": torch.log2,
        "log10": torch.log10,
        "exp2": torch.exp2,
        "logaddexp": torch.logaddexp,
        "cbrt": lambda x: torch.copysign(torch.abs(x) ** (1.0 / 3.0), x),
        "sqrt": torch.sqrt,
        "sin": torch.sin,
        "cos": torch.cos,
        "tan": torch.tan,
        "asin": torch.asin,
        "acos": torch.acos,
        "atan": torch.atan,
        "sinh": torch.sinh,
        "cosh": torch.cosh,
        "tanh": torch.tanh,
        "asinh": torch.asinh,
        "acosh": torch.acosh,
        "atanh": torch.atanh,
        "atan2": torch.atan2,
        "hypot": torch.hypot,
        "sigmoid": torch.sigmoid,
        # Above its threshold torch answers x, by default from 20 on.
        "softplus": lambda x: f.softplus(x, threshold=50.0),
        "silu": f.silu,
        "erf": torch.erf,
        "gelu": f.gelu,
        "relu": torch.relu,
        "leaky_relu": scalar_prelu,
        "elu": elu,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "where": lambda condition, a, b: torch.where(condition != 0.0, a, b),
        "floor": torch.floor,
        "ceil": torch.ceil,
        "sign": torch.sign,
        "clip": torch.clamp,
        "greater": lambda a, b: torch.gt(a, b).double(),
        "step": lambda x: torch.heaviside(x.detach(), torch.zeros_like(x)),
    }


def answers(torch, name):
    """Return [at, value, first, second] of the op called `name` at each point."""

    def slopes(output, at):
        """Return the derivative by each of `at`, 0 where `output` is constant."""
        if not output.requires_grad:
            return [torch.zeros_like(x) for x in at]
        found = torch.autograd.grad(output, at, create_graph=True, allow_unused=True)
        return [
            torch.zeros_like(x) if slope is None else slope
            for x, slope in zip(at, found, strict=True)
        ]

    function = functions(torch)[name]
    rows = []
    for point in points(name):
        at = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        value = function(*at)
        first = slopes(value, at)
        second = [[_text(s.item()) for s in slopes(slope, at)] for slope in first]
        rows.append(
            {
                "at": list(point),
                "value": _text(value.item()),
                "first": [_text(slope.item()) for slope in first],
                "second": second,
            }
        )
    return rows


def _text(number):
    """Return the number as JSON can have it."""
    return number if math.isfinite(number) else repr(number)


def main():
    """Write the answers, a line for each point."""
    import torch

    torch.set_flush_denormal(False)
    ops = []
    for name in TABLE:
        rows = ",\n".join(f"    {json.dumps(row)}" for row in answers(torch, name))
        ops.append(f'  "{name}": [\n{rows}\n  ]')
    body = ",\n".join(ops)
    version = json.dumps(torch.__version__.split("+")[0])
    text = f'{{"torch": {version}, "answers": {{\n{body}\n}}}}\n'
    (HERE / "torch_answers.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
