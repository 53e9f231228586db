"""A training as a program: model, loss and penalty recorded for one sample.

What is compiled must be what was written. So a training is recorded only if its loss of
a batch is the mean of the losses of its samples, and if nothing in it is drawn by lot;
whatever else stands in the way is told, and the training goes on in the eager engine.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import autograd
from autograd import Value

from .module import Module
from .tensors import shape_of

NEEDED = {"numpy": "numpy", "jax": "jax", "native": "llvmlite"}
SMALL = 20_000  # parameters, up to which machine code beats NumPy's matrix products
QUICK = 2e5  # operations of an eager training that is over before another has begun
SAMPLES = 200  # on which it is checked that a loss is a mean
CLOSE = 1e-9


class Unfit(Exception):
    """What in a training cannot be compiled."""


def compiled_training(
    engine: str,
    model: Module,
    loss: Callable[[Any, Any], Any],
    penalty: Callable[[list[Value]], Any] | None,
    rows: Sequence[Any],
    targets: Sequence[Any],
    passes: int,
) -> Any:
    """Return the compiled program of a training, or None if the eager engine has it.

    Args:
        engine: "numpy", "jax", "native", or "auto" for the fastest there is: machine
            code for small networks if llvmlite is installed, else NumPy; and the eager
            engine for what it would have done before anything is compiled.
        model: The network.
        loss: The loss, of lists of predictions and targets.
        penalty: What the parameters add to it; None for nothing.
        rows: The samples.
        targets: Their targets.
        passes: How often the training goes through them.

    Raises:
        ImportError: If the library of the engine is not installed.

    Warns:
        RuntimeWarning: If it cannot be compiled, with the reason.
    """
    if engine == "auto":
        if find_spec("numpy") is None:
            return _told("the compiled engines need numpy: pip install 'chainrule[all]'")
    elif find_spec(NEEDED[engine]) is None:
        extra = {"numpy": "all", "jax": "jax", "native": "fast"}[engine]
        raise ImportError(
            f"the {engine} engine needs {NEEDED[engine]}: pip install"
            f" 'chainrule[{extra}]'"
        )
    try:
        program = _recorded(model, loss, penalty, rows, targets)
        if engine == "auto":
            if program.rolled.scalars * len(rows) * passes < QUICK:
                return None
            small = len(program.parameters) <= SMALL
            engine = "native" if small and find_spec("llvmlite") else "numpy"
        compiled = program.compile(engine)
        _check_mean(compiled, model, loss, penalty, rows, targets)
    except (Unfit, TypeError, ValueError, ArithmeticError, NotImplementedError) as why:
        return _told(str(why))
    return compiled


def _told(why: str) -> None:
    warnings.warn(
        f"this training runs in the eager engine, for it cannot be compiled: {why}",
        RuntimeWarning,
        stacklevel=5,
    )


def _recorded(
    model: Module,
    loss: Callable[[Any, Any], Any],
    penalty: Callable[[list[Value]], Any] | None,
    rows: Sequence[Any],
    targets: Sequence[Any],
) -> Any:
    """Return the program of one sample: its loss, and what was predicted."""
    parameters = model.parameters()

    def sample(x: Any, y: Any) -> Any:
        prediction = model(x)
        total = loss([prediction], [y])
        if penalty is not None:
            total = total + penalty(parameters)
        return [total, prediction]

    shapes = {shape_of(target) for target in targets}
    if len(shapes) > 1:
        raise Unfit("targets of different lengths")
    drawn = random.getstate()
    program = autograd.record(sample, ((len(rows[0]),), shapes.pop() or 1), parameters)
    if random.getstate() != drawn:
        random.setstate(drawn)
        raise Unfit("the model or the loss draws random numbers")
    return program


def _check_mean(
    compiled: Any,
    model: Module,
    loss: Callable[[Any, Any], Any],
    penalty: Callable[[list[Value]], Any] | None,
    rows: Sequence[Any],
    targets: Sequence[Any],
) -> None:
    """Check that the loss of some samples is what was compiled: the mean of theirs."""
    rows, targets = rows[:SAMPLES], targets[:SAMPLES]
    P = [p.data for p in model.parameters()]
    X = compiled.data(rows, targets)
    mean, _, outputs = compiled.evaluate(P_of(compiled, P), X)
    several = isinstance(model(rows[0]), list | tuple)
    predictions = outputs.T.tolist() if several else outputs[0].tolist()
    try:
        whole = float(loss(predictions, targets))
    except ArithmeticError:
        whole = math.nan
    if penalty is not None:
        whole += float(penalty(model.parameters()))
    if not (math.isfinite(mean) or math.isfinite(whole)):
        return  # the first step will tell where that begins
    if not math.isclose(mean, whole, rel_tol=CLOSE, abs_tol=CLOSE):
        raise Unfit(
            "its loss needs to be the mean of the losses of single samples; got"
            f" {whole!r} for {len(rows)} samples, and {mean!r} as that mean"
        )


def P_of(compiled: Any, numbers: Sequence[float]) -> Any:
    """Return the parameters as the vector that a compiled program takes."""
    import numpy as np

    return np.array(numbers, dtype=float)[compiled.order]
