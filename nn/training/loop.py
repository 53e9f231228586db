"""Training: predict, measure the loss, differentiate it, take a step, and again.

`fit` does it in four steps: it prepares what is needed, resumes a run from its
checkpoint if there is one, loops over the epochs, and settles what has been learned.
"""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograd import Value
from autograd.phrases import Language
from autograd.writing.files import clear_drafts

from ..data.dataset import Data
from ..modules.module import Module
from ..modules.state import few
from ..optim.optimizers import Optimizer
from .checkpoints import engine_of, identity, read_checkpoint, write_checkpoint
from .collector import freeze
from .compiled import CompiledTrainer
from .eager import Batches, Trainer
from .engines import Eager, EngineName
from .faults import FAULTS, find_fault
from .history import History
from .programs import compile_training
from .progress import follow
from .samples import count_right, loss_of, terms
from .settings import (
    Loss,
    Penalty,
    Schedule,
    Settings,
    check_resumption,
    check_settings,
)
from .steps import Stepper


def fit(
    model: Module,
    data: Data | Sequence[Any],
    y: Sequence[Any] | None = None,
    *,
    sample_weight: Sequence[Any] | None = None,
    loss: Loss | None = None,
    optimizer: Optimizer | None = None,
    penalty: float | Penalty = 0.0,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: Data | tuple[Any, ...] | None = None,
    schedule: Schedule | None = None,
    max_norm: float | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callable[[History], object]] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | Language = True,
    engine: EngineName = "auto",
    seed: int = 0,
) -> History:
    """Train `model` on data, and return what it went through.

    Ctrl-C ends the training early: the model keeps what it has learned up to the last
    whole step, and the history is returned as usual.

    Args:
        model: Gives a prediction for each row: a number, or a list of them.
        data: The samples with their targets, or rows alone. A row is a list of what
            the model takes: numbers, or lists of them, such as a sequence of tokens
            (whole numbers stay so). Only rows of one shape can be compiled.
        y: The targets, if `data` is rows: numbers, lists of one, or as many as outputs.
        sample_weight: How much each sample counts: one of weight 3 as much as three, of
            weight 0 as if it were not there. The loss of a batch is then the mean of
            its samples' losses times their weights, which are divided by the mean of
            all that are not 0. Accuracies count every sample of those alike.
        loss: Gives the loss of all predictions and targets of a batch. By default
            `cross_entropy` for classes if the model has several outputs, `max_margin`
            for two classes and one output, `squared_error` for numbers.
        optimizer: Moves the parameters; by default `Adam`.
        penalty: The weight of Σ p² over the parameters in the loss, or a function of
            the parameters that gives what to add to it.
        epochs: How often to go through the data; with a checkpoint, those before count.
        batch_size: How many samples a step takes, in an order drawn anew for each
            epoch; None for all of them.
        validation: Data, or rows and targets (and weights), to measure the model with
            after each epoch. It does not learn from them.
        schedule: The learning rate of each step, counted from 0 over all epochs.
        max_norm: What the norm of the gradients is cut down to, if it is larger.
        patience: Stop after so many epochs in a row without a better validation loss.
            The model is left with the parameters of the best epoch.
        callbacks: Each is called with the history after each epoch. If one returns
            True, the training ends there.
        checkpoint: A file to keep the run in, written at the start and after each
            epoch. If it exists, the run in it is carried on with: what follows is, to
            the last bit, what would have followed without an interruption.
        progress: Whether to show how it gets on; or the language in which to, "en" or
            "fr".
        engine: Who computes the loss and its gradients. "eager" does it on Values.
            "numpy", "jax" and "native" (machine code) record the model and the loss
            once, compile what was recorded and run that: the same training, to about
            ten digits, many times faster. "auto" takes the one that is done first,
            compiling included: "eager" for a training that is over in a blink, "native"
            for a long one of up to 20,000 parameters if llvmlite is installed, else
            "numpy"; and for a run in a checkpoint, the engine that it had. What cannot
            be compiled is trained in the eager engine, with a warning that says why.
            What a callback changes in a model that was recorded counts only if it is
            the data of parameters; "auto" goes on in the eager engine, with a warning,
            if it sees another loss then.
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
    training = _prepare(check_settings(**locals()))
    _resume(training)
    try:
        _loop(training)
    except KeyboardInterrupt:
        training.history.stopped = "interrupted"
    finally:
        _settle(training)
    if training.history.steps > training.begun:
        _warn_of_unreached(training)
    return training.history


@dataclass
class _Training:
    """A training on its way.

    Attributes:
        settings: What `fit` was given.
        batches: What there is to learn from.
        program: The training compiled; None if the eager engine has it.
        stepper: Takes the steps.
        identity: What makes the run this one, for its checkpoint.
        history: What it went through.
        best: The parameters of the best epoch, if they are to be gone back to.
        begun: The number of its steps before it was resumed.
        trainer: Goes through the epochs.
        start: The time at which it began, or would have in one piece.
        compiling: The seconds spent on that.
    """

    settings: Settings
    batches: Batches
    program: Any
    stepper: Stepper
    identity: dict[str, Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    best: list[float] | None = None
    begun: int = 0
    trainer: Any = None
    start: float = 0.0
    compiling: float = 0.0

    @property
    def engine(self) -> str:
        """Who computes the gradients."""
        return self.program.backend if self.program else "eager"

    def write(self) -> None:
        """Write the checkpoint."""
        write_checkpoint(self.settings, self.identity, self.history, self.best)

    def go_on_eager(self) -> None:
        """Leave what is to come to the eager engine, and say why."""
        warnings.warn(
            "this training goes on in the eager engine, for what was recorded has"
            " another loss since a callback was called (hint: what it may change is the"
            ' data of parameters; or engine="eager")',
            RuntimeWarning,
            stacklevel=4,
        )
        self.trainer = Trainer(self.stepper, self.batches, self.trainer.progress)
        self.program, self.history.engine = None, "eager"

    def note_time(self) -> None:
        """Have the history tell the steps and the seconds until now."""
        self.history.steps = self.stepper.steps
        self.history.seconds = time.perf_counter() - self.start


def _prepare(settings: Settings) -> _Training:
    """Return the training before its first step, compiled if it is to be."""
    batches = Batches(settings.columns, settings.batch_size, settings.seed)
    path, start = settings.checkpoint, time.perf_counter()
    if settings.engine == "auto" and path is not None and os.path.exists(path):
        settings = replace(settings, engine=engine_of(path))
    program = None
    if settings.engine != "eager":
        program = compile_training(settings, len(batches.order(0)))
    compiling = time.perf_counter() - start if program else 0.0
    engine = Eager(settings.model, settings.loss, settings.penalty)
    stepper = Stepper(engine, settings.optimizer, settings.schedule, settings.max_norm)
    return _Training(settings, batches, program, stepper, compiling=compiling)


def _resume(training: _Training) -> None:
    """Carry on with the run in the checkpoint, if there is one; make the trainer."""
    settings, stepper = training.settings, training.stepper
    steps = len(training.batches.order(0))
    if settings.checkpoint is not None:
        training.identity = identity(settings, training.engine)
        clear_drafts(settings.checkpoint)
        if os.path.exists(settings.checkpoint):
            kept = read_checkpoint(settings.checkpoint, training.identity)
            check_resumption(settings, kept.history, steps)
            training.history, training.best = kept.history, kept.best
            kept.restore(settings.model, settings.optimizer)
        else:  # what keeps the file from being written is better known now than later
            training.write()
    history = training.history
    history.stopped = ""
    training.begun = stepper.steps = history.steps
    shown = follow(settings.epochs, steps, history.epochs, settings.progress)
    common = stepper, training.batches, shown
    training.trainer, start = Trainer(*common), time.perf_counter()
    if training.program is not None:
        training.trainer = CompiledTrainer(training.program, *common)
        training.compiling += time.perf_counter() - start
    history.engine, history.compiling = training.engine, training.compiling
    training.start = time.perf_counter() - history.seconds


def _loop(training: _Training) -> None:
    """Go through the epochs, until there are enough or they are of no more use."""
    settings, stepper, history = training.settings, training.stepper, training.history
    epochs, patience = settings.epochs, settings.patience
    # Our own callbacks change nothing.
    strange = [f for f in settings.callbacks if not f"{f.__module__}".startswith("nn.")]
    watched = settings.engine == "auto" and strange
    looks = settings.validation or settings.callbacks or settings.checkpoint is not None
    with freeze(), stepper.interruption:
        while history.epochs < epochs and not _is_tired(history, patience):
            epoch, checked = history.epochs, None
            trainer = training.trainer
            measured = trainer.epochs(epoch, 1 if looks else epochs - epoch)
            if looks:
                trainer.settle()
            if settings.validation:
                checked = _measure(stepper, settings.validation, f"epoch {epoch + 1}")
            with stepper.interruption.hold():
                training.note_time()
                for loss_and_accuracy, rate in measured:
                    history.record(loss_and_accuracy, checked, rate)
                    trainer.progress.epoch(history)
                if patience is not None and history.best_epoch == epoch:
                    training.best = [p.data for p in stepper.parameters]
            ends = [_is_true(callback(history)) for callback in settings.callbacks]
            training.write()
            if any(ends):
                history.stopped = "callback"
                break
            if watched and not training.trainer.holds():
                training.go_on_eager()
        training.trainer.settle()
        with stepper.interruption.hold():
            best = training.best or ()
            for p, number in zip(stepper.parameters, best, strict=bool(best)):
                p.data = number
        if not history.stopped:
            history.stopped = "finished" if history.epochs == epochs else "patience"


def _settle(training: _Training) -> None:
    """Have the model hold what was learned, and the history how it ended."""
    training.trainer.settle()
    training.trainer.progress.close()
    training.note_time()


def _warn_of_unreached(training: _Training) -> None:
    """Warn of parameters that no loss of the training was computed from."""
    engine, batches = training.stepper.engine, training.batches
    if training.program is not None:  # then the graph of one sample is that of all
        if training.program.program.scalars.choices:
            return  # or it has those parameters that its inputs choose
        try:
            engine.measure(*(column[:1] for column in batches.columns))
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


def _measure(
    stepper: Stepper, columns: tuple[list[Any], ...], name: str
) -> tuple[float, float | None]:
    """Return the loss of validation data, without penalty, and its accuracy.

    Raises:
        FloatingPointError: If the loss is not finite.
    """
    model, loss = stepper.engine.model, stepper.engine.loss
    rows, *known = columns
    try:
        predictions = model.predict(rows).tolist()
        measured = loss_of(loss, predictions, *known)
    except ArithmeticError:
        predictions, measured = [], math.nan
    except ValueError as error:
        error.add_note(f"in the validation data, after {name}")
        raise
    if not math.isfinite(measured):
        sample, why = find_fault(
            stepper.engine, columns, range(len(rows)), penalised=False
        )
        raise FloatingPointError(
            f"validation needs a finite loss; got none after {name}{sample}:"
            f" {why or 'all samples together are too much'}"
        )
    if terms(loss) == "numbers":
        return measured, None
    return measured, count_right(predictions, known[0]) / len(rows)


def _is_true(answer: object) -> bool:
    """Tell whether it is True, or NumPy's; other answers of a callback mean nothing."""
    return type(answer).__name__.rstrip("_") == "bool" and bool(answer)


def _is_tired(history: History, patience: int | None) -> bool:
    """Tell whether the validation loss has not become better for too long."""
    best = history.best_epoch
    if patience is None or best is None:
        return False
    return history.epochs - 1 - best >= patience
