"""Training: predict, measure the loss, differentiate it, take a step, and again.

`fit` is this loop and what belongs to it: batches, validation, early stopping,
checkpoints, progress, and care for the parameters if something goes wrong.
"""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from numbers import Integral, Real
from typing import Any

from autograd import Value

from ..data.dataset import Data
from ..losses import l2_penalty
from ..modules.module import Module
from ..modules.state import few
from ..optim.optimizers import Adam, Optimizer
from .checkpoints import identity, read_checkpoint, write_checkpoint
from .collector import spared
from .compiled import CompiledRun
from .engines import ENGINES, Eager
from .faults import FAULTS, find_fault
from .history import History
from .programs import compiled_training
from .progress import follow
from .runs import EagerRun, Lessons
from .samples import count_right, in_terms_of, loss_of, samples, terms, usual_loss
from .steps import Stepper

Loss = Callable[[Any, Any], Any]
Penalty = Callable[[list[Value]], Any]


def fit(
    model: Module,
    data: Data | Sequence[Any],
    y: Sequence[Any] | None = None,
    *,
    loss: Loss | None = None,
    optimizer: Optimizer | None = None,
    penalty: float | Penalty = 0.0,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: Data | tuple[Any, Any] | None = None,
    schedule: Callable[[int], float] | None = None,
    max_norm: float | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callable[[History], object]] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | str = True,
    engine: str = "eager",
    seed: int = 0,
) -> History:
    """Train `model` on data, and return what it went through.

    Ctrl-C ends the training early: the model keeps what it has learned up to the last
    whole step, and the history is returned as usual.

    Args:
        model: Gives a prediction for each row: a number, or a list of them.
        data: The samples with their targets, or rows of numbers alone.
        y: The targets, if `data` is rows.
        loss: Gives the loss of all predictions and targets of a batch. By default
            `cross_entropy` for classes if the model has several outputs, `max_margin`
            for two classes and one output, `squared_error` for numbers.
        optimizer: Moves the parameters; by default `Adam`.
        penalty: The weight of Σ p² over the parameters in the loss, or a function of
            the parameters that gives what to add to it.
        epochs: How often to go through the data; with a checkpoint, those before count.
        batch_size: How many samples a step takes, in an order drawn anew for each
            epoch; None for all of them.
        validation: Data, or rows and targets, to measure the model with after each
            epoch. It does not learn from them.
        schedule: The learning rate of each step, counted from 0 over all epochs.
        max_norm: What the norm of the gradients is cut down to, if it is larger.
        patience: Stop after so many epochs in a row without a better validation loss.
            The model is left with the parameters of the best epoch.
        callbacks: Each is called with the history after each epoch.
        checkpoint: A file to keep the run in, written at the start and after each
            epoch. If it exists, the run in it is carried on with: what follows is, to
            the last bit, what would have followed without an interruption.
        progress: Whether to show how it gets on; or the language in which to, "en" or
            "fr".
        engine: Who computes the loss and its gradients. "eager" does it on Values.
            "numpy", "jax" and "native" (machine code) record the model and the loss
            once, compile what was recorded and run that: the same training, to about
            ten digits, many times faster. "auto" takes the one that is done first:
            "eager" for a training that is over in a blink, "native" for a long one of
            up to 20,000 parameters if llvmlite is installed, else "numpy". What cannot
            be compiled is trained in the eager engine, with a warning that says why.
            What a callback changes in a model that was recorded counts only if it is
            the data of parameters.
            After a compiled training the grads of the parameters are 0; a callback
            sees those of the step before it.
        seed: The same seed gives the same batches.

    Returns:
        The history. The model has been changed.

    Raises:
        ValueError: If an argument does not fit, naming row and column in the data; or
            if the checkpoint is damaged or of another run, naming what differs.
        TypeError: If something is not of the kind that it needs to be.
        FloatingPointError: If the loss or a gradient is not finite, naming the epoch
            and batch (from 1), the sample and the node. The model is left with the
            latest parameters whose loss was finite.
        OSError: If the checkpoint cannot be read or written.
        ImportError: If the library that the engine needs is not installed.
        MemoryError: If a batch does not fit into memory, naming the size that would.

    Warns:
        RuntimeWarning: If the training cannot be compiled, and why. At its end, of
            parameters, by name, from which no loss was computed.

    >>> from nn import MLP, load_data
    >>> train, test = load_data("moons").split()
    >>> model = MLP(2, [8, 1], seed=0)
    >>> history = fit(model, train, epochs=5, validation=test, progress=False)
    >>> history.stopped, len(history.losses), history.steps
    ('finished', 5, 5)
    """
    _check_settings(
        model, penalty, epochs, batch_size, validation, max_norm, patience, engine
    )
    _check_functions(loss=loss, schedule=schedule)
    learned = samples(data, y)
    loss = usual_loss(model, learned) if loss is None else loss
    rows, targets = learned.rows, in_terms_of(loss, model, learned)
    tested = _validation(validation, loss, model)
    callbacks = _callbacks(callbacks)
    optimizer = Adam(model.parameters()) if optimizer is None else optimizer
    _check_optimizer(optimizer, model)

    added = _penalty(penalty)
    lessons = Lessons(rows, targets, batch_size, seed)
    steps = len(lessons.order(0))
    compiled = None
    if engine != "eager":
        compiled = _compiled(engine, model, loss, added, lessons, epochs, optimizer)
        engine = "eager" if compiled is None else compiled.backend
    history, best, run = History(), None, {}
    if checkpoint is not None:
        run = identity(
            model, optimizer, data=(rows, targets), validation=tested, loss=loss,
            penalty=penalty, batch_size=batch_size, max_norm=max_norm,
            patience=patience, engine=engine, seed=seed,
            lr=optimizer.lr if schedule is None else None,
        )  # fmt: skip
        if os.path.exists(checkpoint):
            kept = read_checkpoint(checkpoint, run)
            history, best = kept.history, kept.best
            _check_carried_on(history, epochs, schedule, steps, checkpoint)
            kept.restore(model, optimizer)
        else:  # what keeps the file from being written is better known now than later
            write_checkpoint(checkpoint, run, model, optimizer, history, best)
    history.stopped = ""

    begun = history.steps
    stepper = Stepper(
        model, loss, added, Eager(model, loss, added), optimizer, schedule, max_norm,
        history.steps,
    )  # fmt: skip
    shown = follow(epochs, steps, history.epochs, progress)
    looked_at = bool(tested or callbacks or checkpoint is not None)
    learner: Any = (
        EagerRun(stepper, lessons, shown)
        if compiled is None
        else CompiledRun(compiled, stepper, lessons, shown, bool(callbacks))
    )
    start = time.perf_counter() - history.seconds
    try:
        with spared(), stepper.interruption:
            while history.epochs < epochs and not _tired(history, patience):
                epoch = history.epochs
                ahead = 1 if looked_at else epochs - epoch
                measured = learner.epochs(epoch, ahead)
                if looked_at:
                    learner.settle()
                name = f"epoch {epoch + 1}"
                checked = _measure(stepper, *tested, name) if tested else None
                with stepper.interruption.hold():
                    history.steps = stepper.steps
                    history.seconds = time.perf_counter() - start
                    for loss_and_accuracy, rate in measured:
                        history.record(loss_and_accuracy, checked, rate)
                        shown.epoch(history)
                    if patience is not None and history.best_epoch == epoch:
                        best = [p.data for p in stepper.parameters]
                for callback in callbacks:
                    callback(history)
                if checkpoint is not None:
                    write_checkpoint(checkpoint, run, model, optimizer, history, best)
            learner.settle()
            with stepper.interruption.hold():
                for p, number in zip(stepper.parameters, best or (), strict=bool(best)):
                    p.data = number
            history.stopped = "finished" if history.epochs == epochs else "patience"
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    finally:
        learner.settle()
        shown.close()
        history.steps = stepper.steps
        history.seconds = time.perf_counter() - start
    if stepper.steps > begun:
        _warn_of_unreached(stepper.engine, lessons, compiled is not None)
    return history


def _warn_of_unreached(engine: Eager, lessons: Lessons, is_compiled: bool) -> None:
    """Warn of parameters that no loss of the training was computed from."""
    if is_compiled:  # then the graph of one sample is that of all
        try:
            engine.measure(lessons.rows[:1], lessons.targets[:1])
        except FAULTS:
            return
    if not engine.unreached:
        return
    by_tensor: dict[str, list[tuple[str, Value]]] = {}
    for name, p in engine.model.named_parameters():
        by_tensor.setdefault(name.partition("[")[0], []).append((name, p))
    names = []
    for tensor, named in by_tensor.items():
        lost = [name for name, p in named if p in engine.unreached]
        whole = len(lost) == len(named) > 1
        names += [f"{tensor} (all {len(lost)})"] if whole else lost
    warnings.warn(
        "training needs losses that depend on every parameter; got none that depends on"
        f" {few(names)} (hint: does __call__ use it? What .data takes out of a Value is"
        " a constant)",
        RuntimeWarning,
        stacklevel=3,
    )


def _compiled(
    engine: str,
    model: Module,
    loss: Loss,
    penalty: Penalty | None,
    lessons: Lessons,
    epochs: int,
    optimizer: Optimizer,
) -> Any:
    """Return the training as a compiled program; None if the eager engine has it."""
    return compiled_training(
        engine, model, optimizer, loss, penalty, lessons.rows, lessons.targets, epochs,
        epochs * len(lessons.order(0)),
    )  # fmt: skip


def _measure(
    stepper: Stepper, rows: list[Any], targets: list[Any], name: str
) -> tuple[float, float | None]:
    """Return the loss of validation data, without penalty, and its accuracy.

    Raises:
        FloatingPointError: If the loss is not finite.
    """
    model, loss = stepper.model, stepper.loss
    try:
        predictions = model.predict(rows).tolist()
        measured = loss_of(loss, predictions, targets)
    except ArithmeticError:
        predictions, measured = [], math.nan
    except ValueError as error:
        error.add_note(f"in the validation data, after {name}")
        raise
    if not math.isfinite(measured):
        sample, why = find_fault(model, loss, None, rows, targets, range(len(rows)))
        raise FloatingPointError(
            f"validation needs a finite loss; got none after {name}{sample}:"
            f" {why or 'all samples together are too much'}"
        )
    if terms(loss) == "numbers":
        return measured, None
    return measured, count_right(predictions, targets) / len(rows)


def _tired(history: History, patience: int | None) -> bool:
    """Tell whether the validation loss has not become better for too long."""
    best = history.best_epoch
    return (
        patience is not None
        and best is not None
        and history.epochs - 1 - best >= patience
    )


def _penalty(penalty: float | Penalty) -> Penalty | None:
    if callable(penalty):
        return penalty
    return partial(l2_penalty, alpha=penalty) if penalty else None


def _validation(
    validation: Data | tuple[Any, Any] | None, loss: Loss, model: Module
) -> tuple[list[Any], list[Any]] | None:
    if validation is None:
        return None
    if not isinstance(validation, Data | tuple | list) or (
        not isinstance(validation, Data) and len(validation) != 2
    ):
        raise TypeError(
            "validation needs Data, or a pair of rows and targets; got"
            f" {type(validation).__name__}"
        )
    data, y = (validation, None) if isinstance(validation, Data) else validation
    unseen = samples(data, y, "validation")
    return unseen.rows, in_terms_of(loss, model, unseen)


def _callbacks(callbacks: Any) -> list[Callable[[History], object]]:
    if not isinstance(callbacks, Iterable) or not all(
        map(callable, functions := list(callbacks))
    ):
        raise TypeError(f"callbacks needs a list of functions; got {callbacks!r}")
    return functions


# --- what an argument needs to be -----------------------------------------------------


def _check_settings(
    model: Any,
    penalty: Any,
    epochs: Any,
    batch_size: Any,
    validation: Any,
    max_norm: Any,
    patience: Any,
    engine: Any,
) -> None:
    if not isinstance(model, Module):
        raise TypeError(
            f"training needs a Module as model; got {type(model).__name__}"
            " (hint: make your class a subclass of nn.Module)"
        )
    for name, number in (
        ("epochs", epochs), ("batch_size", batch_size), ("patience", patience)
    ):  # fmt: skip
        optional = name != "epochs" and number is None
        if not optional and (not isinstance(number, Integral) or number < 1):
            raise ValueError(f"{name} needs a whole number from 1; got {number!r}")
    if not callable(penalty) and not (
        isinstance(penalty, Real) and 0.0 <= float(penalty) < math.inf
    ):
        raise ValueError(
            f"penalty needs a number from 0, or a function; got {penalty!r}"
        )
    if max_norm is not None and not (
        isinstance(max_norm, Real) and 0.0 < float(max_norm) < math.inf
    ):
        raise ValueError(f"max_norm needs a positive number; got {max_norm!r}")
    if patience is not None and validation is None:
        raise ValueError(
            "patience needs validation data, whose loss it waits for; got none"
        )
    if engine not in ENGINES:
        raise ValueError(
            f"engine needs one of {', '.join(map(repr, ENGINES))}; got {engine!r}"
        )


def _check_functions(**functions: Any) -> None:
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} needs a function; got {function!r}")


def _check_optimizer(optimizer: Any, model: Module) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer needs one such as Adam(model.parameters(), lr=0.01); got"
            f" {optimizer!r}"
        )
    strangers = set(optimizer.parameters) - set(model.parameters())
    if strangers:
        raise ValueError(
            "training needs an optimizer of parameters of the model; got one with"
            f" {len(strangers)} that the model does not have"
        )


def _check_carried_on(
    history: History,
    epochs: int,
    schedule: Callable[[int], float] | None,
    steps: int,
    checkpoint: Any,
) -> None:
    """Check that a run from a checkpoint can go on as it is to go on now."""
    if history.epochs > epochs:
        raise ValueError(
            f"carrying on needs at least the {history.epochs} epochs that"
            f" {checkpoint} has; got epochs={epochs}"
        )
    if schedule is None:
        return
    for epoch, rate in enumerate(history.learning_rates):
        now = float(schedule((epoch + 1) * steps - 1))
        if now != rate:
            raise ValueError(
                f"carrying on needs the schedule of {checkpoint}; in epoch {epoch + 1}"
                f" the learning rate was {rate!r} there, and is {now!r} here"
            )
