"""A training as a program: model, loss and penalty recorded for one sample.

What is compiled must be what was written. So a training is compiled only if its loss of
a batch is the mean of the losses of its samples, and if the eager engine has the same
loss and gradients of a few; whatever stands in the way is told, and the training goes
on in the eager engine.
"""

from __future__ import annotations

import math
import random
import sys
import warnings
from typing import Any

import autograd
from autograd import native
from autograd.compiling.backends.table import check_installed, is_installed
from autograd.imports import np

from ..modules.tensors import number_of, shape_of
from ..optim.optimizers import Optimizer
from .engines import Eager, nodes_of
from .faults import FAULTS
from .samples import loss_of, terms, weighed
from .settings import Settings

SMALL = 20_000  # parameters, up to which machine code beats NumPy's matrix products
# What each engine takes, in seconds, about. Eager: for a node of the graph of a sample.
NODE = 1.3e-6 if native.engine is None else 2e-7
# NumPy: for each statement of a step, and for each operation of a sample; before that,
# to record and to check, at all and for each node.
STATEMENT, OPERATION = 1e-6, 4e-10
RECORDING, RECORDED = 0.15, 2e-5
# Machine code is written, at all and for each statement, and takes next to nothing.
WRITING, WRITTEN = 0.5, 2e-4
# On how many samples it is checked that a loss is a mean: so many scalars' worth, for a
# model that chooses by its inputs is run on each, but not fewer or more than these.
MEANT, FEWEST, SAMPLES = 300_000, 8, 200
CHECKED = 10_000  # scalars of the samples on which gradients are checked
CLOSE, SLOPES = 1e-9, 1e-6  # relative
EXACT = 1e-12  # relative, where nobody asked for another engine


class Unfit(Exception):
    """What in a training cannot be compiled."""


def compile_training(settings: Settings, steps: int) -> Any:
    """Return the compiled program of a training, or None if the eager engine has it.

    Of "auto" the engine is the one that is done first, compiling included: the eager
    one for what it has done before anything is recorded, machine code for long
    trainings of small networks if llvmlite is installed, else NumPy.

    Args:
        settings: What is trained, how, and on what.
        steps: How many steps an epoch has.

    Raises:
        ImportError: If the library of the engine is not installed.

    Warns:
        RuntimeWarning: If it cannot be compiled, with the reason.
    """
    engine, model, columns = settings.engine, settings.model, settings.columns
    if engine != "auto":
        check_installed(engine, "engine")
    elif _is_quick(settings):
        return None
    elif not is_installed("numpy"):
        return _told('the compiled engines need numpy: pip install "chainrule[nn]"')
    try:
        _check_methods(settings.optimizer)
        program = _recorded(settings)
        if engine == "auto":
            engine = _quickest(program, settings, steps)
        _check_gradients(program, settings)
        _check_mean(program, settings)
        compiled = program.compile(engine)
        _check_formula(compiled, settings.optimizer)
        if engine == "native":  # what cannot be written in machine code shows now
            P = compiled.vector([p.data for p in model.parameters()])
            compiled.evaluate(P, compiled.data(*(column[:1] for column in columns)))
    except (ImportError, MemoryError):
        raise
    except Exception as why:  # if it is the model's fault, the eager engine says so
        return _told(str(why) if " " in str(why) else repr(why))
    return compiled


def _is_quick(settings: Settings) -> bool:
    """Tell whether the eager engine is done before another has begun.

    The graph of the first sample is made for it, and nothing that is drawn by lot for
    that counts as drawn.
    """
    engine = Eager(settings.model, settings.loss, None)
    numpy = sys.modules.get("numpy.random")
    drawn = random.getstate(), numpy and numpy.get_state(legacy=False)
    try:
        total, _ = engine.measure(*(column[:1] for column in settings.columns))
        nodes = sum(1 for _ in nodes_of(total))
    except Exception:  # which the first step will raise again
        return True
    finally:
        random.setstate(drawn[0])
        if numpy is not None:
            numpy.set_state(drawn[1])
    eager = NODE * nodes * len(settings.columns[0]) * settings.epochs
    return eager <= RECORDING + RECORDED * nodes


def _quickest(program: Any, settings: Settings, steps: int) -> str:
    """Return the engine that is done first with a training that was recorded."""
    if len(program.parameters) > SMALL or not is_installed("native"):
        return "numpy"
    count = program.length
    operations = program.rolled.scalars * len(settings.columns[0])
    numpy = settings.epochs * (steps * count * STATEMENT + operations * OPERATION)
    return "native" if numpy > WRITING + WRITTEN * count else "numpy"


def _told(why: str) -> None:
    warnings.warn(
        f"this training runs in the eager engine, for it cannot be compiled: {why}",
        RuntimeWarning,
        stacklevel=5,
    )


def _check_methods(optimizer: Optimizer) -> None:
    """Check that the optimiser's formula is all that it adds to others."""
    kind = type(optimizer)
    for name in ("moved", "step", "lr"):
        if getattr(kind, name) is not getattr(Optimizer, name):
            raise Unfit(
                f"the optimizer {kind.__name__} works on lists of numbers (hint: in"
                f" place of its {name} give it a method formula)"
            )


def _check_formula(compiled: Any, optimizer: Optimizer) -> None:
    """Check that the formula gives on arrays what it gives on numbers, step by step."""
    names, parameters = [*optimizer.averages], optimizer.parameters
    update = compiled.update(optimizer.formula, names, len(parameters))
    data = np.linspace(-1.0, 2.0, len(parameters))
    slopes = np.linspace(0.5, -0.7, len(parameters))
    averages = {name: np.array(xs) for name, xs in optimizer.averages.items()}
    for step in (1, 2):
        known = optimizer.moved(data.tolist(), slopes.tolist(), step)
        with np.errstate(all="ignore"):
            found = update(data, slopes, averages, optimizer.lr, step)
        pairs = [(found[0], known[0])]
        pairs += [(found[1][name], known[1][name]) for name in averages]
        if not all(np.allclose(x, y, CLOSE, CLOSE) for x, y in pairs):
            raise Unfit(
                f"the formula of {type(optimizer).__name__} needs to give the same each"
                " time it is called"
            )


def _recorded(settings: Settings) -> Any:
    """Return the program of one sample: its loss and, for classes, the prediction."""
    model, loss, penalty = settings.model, settings.loss, settings.penalty
    classes = terms(loss) != "numbers"
    parameters = model.parameters()

    def sample(x: Any, *known: Any) -> Any:
        prediction = model(x)
        total = weighed(loss, [prediction], *([part] for part in known))
        if penalty is not None:
            total = total + penalty(parameters)
        return [total, prediction] if classes else total

    names = "rows", "targets", "weights"
    pairs = zip(settings.columns, names, strict=False)
    sizes = [_size(column, name) for column, name in pairs]
    return autograd.record(sample, sizes, parameters)


def _size(column: Any, name: str) -> Any:
    """Return how many numbers each part of a column is, as `record` wants it."""
    nested = isinstance(column[0], list) and isinstance((column[0] or [0])[0], list)
    flat = isinstance(column[0], list) and not nested  # of which rows may be long
    shapes = {(len(part),) if flat else shape_of(part) for part in column}
    if len(shapes) > 1 or None in shapes:
        raise Unfit(f"{name} of different lengths")
    return shapes.pop() or 1


def _check_mean(program: Any, settings: Settings) -> None:
    """Check that the loss of some samples is what was compiled: the mean of theirs."""
    model, loss, penalty = settings.model, settings.loss, settings.penalty
    count = max(FEWEST, min(SAMPLES, MEANT // program.rolled.scalars))
    rows, *known = [column[:count] for column in settings.columns]
    try:
        # On NumPy, for which nothing needs to be compiled.
        mean, _ = program.compile("numpy")(
            [p.data for p in model.parameters()], rows, *known
        )
        predictions = model.predict(rows).tolist()
        whole = loss_of(loss, predictions, *known)
        if penalty is not None:
            whole += number_of(penalty(model.parameters()))
    except FAULTS:
        return  # the first step will tell where that begins
    _check_equal(mean, whole, len(rows))
    if len(known) > 1:  # with weights it is a mean, whatever it was
        return
    # What is a mean of equal losses need be none of others: no two are equal now.
    moved = [_moved(p, i / len(rows)) for i, p in enumerate(predictions, 1)]
    try:
        whole = loss_of(loss, moved, known[0])
        pairs = zip(moved, known[0], strict=True)
        mean = sum(loss_of(loss, [p], [y]) for p, y in pairs) / len(rows)
    except FAULTS:
        return
    _check_equal(mean, whole, len(rows))


def _check_equal(mean: float, whole: float, size: int) -> None:
    if not (math.isfinite(mean) or math.isfinite(whole)):
        return
    if not math.isclose(mean, whole, rel_tol=CLOSE, abs_tol=CLOSE):
        raise Unfit(
            "its loss needs to be the mean of the losses of single samples; got"
            f" {whole!r} for {size} samples, and {mean!r} as that mean"
        )


def _moved(prediction: Any, share: float) -> Any:
    """Return a prediction, each number moved a little towards 0, or away from it."""
    if isinstance(prediction, list):
        return [_moved(part, share) for part in prediction]
    return prediction * (1.0 - 0.1 * share) if prediction else 0.1 * share


def _check_gradients(program: Any, settings: Settings) -> None:
    """Check that the eager engine has the same loss and gradients of some samples.

    It has others if the model asks what kind of thing it is given.
    """
    model, loss, penalty = settings.model, settings.loss, settings.penalty
    size = len(settings.columns[0])
    count = min(size, max(2, CHECKED // max(1, program.rolled.scalars)))
    places = [i * size // count for i in range(count)]
    columns = [[xs[i] for i in places] for xs in settings.columns]
    parameters = model.parameters()
    weights = columns[2:] or [[1.0] * count]  # of which the loss is a mean
    try:
        exact, _ = Eager(model, loss, penalty).step(*columns[:2], *weights)
    except FAULTS:
        return  # the first step will tell where that is
    slopes = np.array([p.grad for p in parameters])
    found, gradients = program.compile("numpy")(parameters, *columns)
    close, relative = CLOSE, SLOPES
    if settings.engine == "auto":
        close = relative = EXACT
    absolute = close * max(1.0, float(abs(slopes).max(initial=0.0)))
    if not math.isclose(found, exact, rel_tol=close, abs_tol=close):
        what = f"the loss {exact!r}", repr(found)
    elif not np.allclose(gradients, slopes, rtol=relative, atol=absolute):
        i = int(abs(gradients - slopes).argmax())
        what = f"the slope {float(slopes[i])!r} of parameter {i}", f"{gradients[i]!r}"
    else:
        return
    raise Unfit(
        f"what is recorded once needs to hold for all samples; got {what[0]} from the"
        f" eager engine and {what[1]} from the recording (hint: does the model ask"
        " for the type of its inputs?)"
    )
