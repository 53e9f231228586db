"""Finding what made a loss infinite: which sample, and which node of its graph.

When the loss of a batch is no number any more, nothing in it says where that began. So
its samples are computed once more, one by one, with every node watched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from traceback import walk_tb
from typing import Any

from autograd import Value, detect_anomaly

from ..modules.module import Module
from .engines import Eager
from .samples import weighed

FAULTS = (ArithmeticError, ValueError)  # what ops raise out of their domain as well


def find_fault(
    engine: Eager,
    columns: Sequence[Sequence[Any]],
    places: Sequence[int],
    penalised: bool = True,
) -> tuple[str, str]:
    """Return where a loss or gradient became infinite or nan, and why.

    Args:
        engine: With the model, its parameters those that led to it.
        columns: The samples of the batch, their targets and, if any, their weights.
        places: Where in the data they stand.
        penalised: Whether the loss has the penalty in it.

    Returns:
        Such as ", sample X[17]" and "* needs a finite result; got inf from …"; two
        empty texts if only all of it together went too far.
    """
    model, loss, penalty = engine.model, engine.loss, engine.penalty

    def error_of(rows: Sequence[Any], *known: Sequence[Any]) -> str:
        def measured() -> Any:
            return weighed(loss, [model(row) for row in rows], *known)

        return _error_of(measured, model)

    for *sample, place in zip(*columns, places, strict=True):
        why = error_of(*([part] for part in sample))
        if why:
            return f", sample X[{place}]", why
    if penalised and penalty is not None:
        why = _error_of(lambda: penalty(model.parameters()), model)
        if why:
            return ", penalty", why
    return "", error_of(*columns)


def _error_of(compute: Callable[[], Any], model: Module) -> str:
    """Return what is said while something is computed and differentiated, watched."""
    model.zero_grad()  # a grad that is infinite already would be taken for a new one
    try:
        with detect_anomaly():
            found = compute()
            if isinstance(found, Value):
                found.backward()
            elif not math.isfinite(found):
                return f"it is {found!r}"
    except FloatingPointError as error:
        return str(error)  # which says where
    except FAULTS as error:
        return f"{error}{_line_of(error)}"
    return ""


def _line_of(error: Exception) -> str:
    """Return ` at file:line` of the user's code in which an op raised the error."""
    found = ""
    for frame, line in walk_tb(error.__traceback__):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in ("autograd", "nn"):
            found = f" at {frame.f_code.co_filename}:{line}"
    return found
