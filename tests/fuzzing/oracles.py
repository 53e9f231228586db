"""Judges that are not ours: JAX alive, in float64, and mpmath with 40 digits."""

from __future__ import annotations

import functools
from random import Random
from typing import Any

from mpmath import mp

from . import executions
from .arrays import SHAKY, shakiness
from .formulas import NotSaid
from .judging import close, demand, outcome
from .programs import Program
from .reference import ERRORS, answer, values_of

DIGITS = 40
STEP = 1e-12


def judge_by_jax(program: Program) -> bool:
    """Compare number and slopes with JAX's, where those are finite.

    Returns:
        Whether there was anything to compare.
    """
    import jax

    found = outcome(executions.backward, program, 1.0)
    slack = _steady(program)
    if slack is None or isinstance(found, type):
        return False
    every = tuple(range(len(program.variables)))
    functions = jax_functions()

    def f(*xs: Any) -> Any:
        return program.run(xs, functions=functions)[-1] + 0.0 * xs[0]

    right = jax.jit(jax.value_and_grad(f, every))(*program.variables)
    _demand(found, [float(right[0]), *map(float, right[1])], slack, "backward", "JAX")
    return True


def judge_by_mpmath(program: Program, random: Random) -> bool:
    """Compare slopes, and the Hessian times a vector, with those of many digits.

    Second derivatives are differences of first ones, which with 40 digits is exact
    enough; the program must be smooth there.
    """
    found = outcome(executions.backward, program, 1.0)
    slack = _steady(program)
    if slack is None or isinstance(found, type):
        return False
    v = [random.uniform(-1.0, 1.0) for _ in program.variables]
    try:
        here, second = _derived(program, v)
        _, shaken = _derived(program, v, jitter=1)
    except (*ERRORS, TypeError):  # of complex numbers
        return False
    _demand(found, here, slack, "backward", "mpmath")
    size = max([1.0, *map(abs, second)])
    size += 1e15 * max(abs(a - b) for a, b in zip(second, shaken, strict=True))
    for name, run in executions.SECOND_ORDER.items():
        product = outcome(run, program, v)
        demand(not isinstance(product, type), name, product, second)
        agree = all(
            close(a, b, 1e3 * size, 1e-8) for a, b in zip(product, second, strict=True)
        )
        demand(agree, f"{name} along {v}", product, second)
    return True


def _derived(
    program: Program, v: list[float], jitter: int | None = None
) -> tuple[list[float], list[float]]:
    """Return number and slopes, and the slopes' difference quotients along `v`."""
    with mp.workdps(DIGITS):
        here, ahead, behind = (
            _exactly(
                program,
                [mp.mpf(x) + side * STEP * mp.mpf(d) for x, d in
                 zip(program.variables, v, strict=True)],
                jitter,
            )
            for side in (0, 1, -1)
        )  # fmt: skip
        moved = zip(ahead[1:], behind[1:], strict=True)
        second = [float((a - b) / (2 * STEP)) for a, b in moved]
        return [float(x) for x in here], second


def _exactly(program: Program, at: list[Any], jitter: int | None) -> list[Any]:
    """Return number and slopes with many digits, of steps that err a little, or not."""
    moved = program.at(at)
    sloppy = None if jitter is None else Random(jitter)
    found = answer(moved, values_of(moved, mp, sloppy), m=mp)
    return [found.number, *found.slopes]


def _steady(program: Program) -> float | None:
    """Return the slack that rounding needs, or None where it would need much."""
    try:
        slack = shakiness(program)
    except NotSaid:
        return None
    return None if slack is None or slack > SHAKY else slack


def _demand(found: Any, right: list[float], slack: float, who: str, judge: str) -> None:
    ours = [found[0], *found[1]]
    agree = all(
        close(a, b, 1.0 + 1e15 * slack) for a, b in zip(ours, right, strict=True)
    )
    demand(agree, who, ours, f"{right}, says {judge}")


@functools.cache
def jax_functions() -> dict[str, Any]:
    """Return what the functions of a program are in JAX."""
    import jax.numpy as jnp
    from jax import lax, nn
    from oracles.jax_functions import (
        JAX,  # the rows of the table; it sets JAX to float64, too
    )

    return {
        **JAX,
        "logsumexp": lambda *xs: nn.logsumexp(jnp.stack(_arrays(jnp, xs))),
        "first_of_softmax": lambda *xs: nn.softmax(jnp.stack(_arrays(jnp, xs)))[0],
        "mean": lambda *xs: functools.reduce(lambda a, b: a + b, xs) / len(xs),
        "dot": lambda a, b, c, d: a * c + b * d,
        "clip": lambda x, low, high: jnp.clip(x, low, high),
        "bump": lambda x, k: jnp.where(x > -1.0, jnp.exp(-k * x * x), 0.25 * x),
        "shifted": lambda x: x + 1.0,
        "floored": lambda x: lax.stop_gradient(jnp.floor(x)),
        "fused": lambda a, b, c: a * b + jnp.exp(0.1 * c),
        "reciprocal": lambda x: 1.0 / x,
    }


def _arrays(jnp: Any, xs: Any) -> list[Any]:
    return [jnp.asarray(x, dtype=float) for x in xs]
