"""What `fit` is given: each argument checked, and what it is where none is given."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from typing import Any

from autograd import Value

from ..data.dataset import Data
from ..losses import l2_penalty
from ..modules.module import Module
from ..optim.optimizers import Adam, Optimizer
from ..phrases import refused
from .engines import ENGINES
from .history import History
from .samples import Loss, Samples, in_terms_of, samples, usual_loss

Penalty = Callable[[list[Value]], Any]
Schedule = Callable[[int], float]


@dataclass(frozen=True)
class Settings:
    """The arguments of `fit`, as its docstring has them, but for these.

    Attributes:
        columns: The rows; their targets, in the terms of the loss; and, if not all
            samples count alike, how much each does.
        penalty: What the parameters add to the loss; None for nothing.
        weight: The penalty as it was given.
        validation: Columns to measure the model with; None for no validation.
    """

    model: Module
    columns: tuple[list[Any], ...]
    loss: Loss
    optimizer: Optimizer
    penalty: Penalty | None
    weight: float | Penalty
    epochs: int
    batch_size: int | None
    validation: tuple[list[Any], ...] | None
    schedule: Schedule | None
    max_norm: float | None
    patience: int | None
    callbacks: list[Callable[[History], object]]
    checkpoint: str | os.PathLike[str] | None
    progress: bool | str
    engine: str
    seed: int


def check_settings(**given: Any) -> Settings:
    """Return the arguments of `fit`, once all are what they need to be.

    Raises:
        ValueError, TypeError: If one is not, as `fit` says.
    """
    model, penalty, loss = given["model"], given["penalty"], given["loss"]
    if not isinstance(model, Module):
        raise TypeError(
            f"training needs a Module as model; got {type(model).__name__}"
            " (hint: make your class a subclass of nn.Module)"
        )
    _check_numbers(given)
    if given["patience"] is not None and given["validation"] is None:
        raise refused("fit.patience")
    for name in ("loss", "schedule"):
        if given[name] is not None and not callable(given[name]):
            raise TypeError(f"{name} needs a function; got {given[name]!r}")
    parts = [given.pop(name) for name in ("data", "y", "sample_weight")]
    learned = samples(model, *parts)
    loss = usual_loss(model, learned) if loss is None else loss
    optimizer = given["optimizer"] or Adam(model.parameters())
    added = penalty if callable(penalty) else partial(l2_penalty, alpha=penalty)
    settings = Settings(
        **given
        | {
            "columns": _columns(loss, model, learned),
            "loss": loss,
            "optimizer": optimizer,
            "penalty": added if penalty else None,
            "weight": penalty,
            "validation": _validation(given["validation"], loss, model),
            "callbacks": _functions(given["callbacks"]),
        }
    )
    _check_optimizer(optimizer, model)
    return settings


def check_run(epochs: Any, engine: Any) -> None:
    """Check how many epochs a training is to have, and who is to compute it.

    Raises:
        ValueError: If there are no so many epochs, or no such engine.
    """
    check_count("epochs", epochs)
    if engine not in ENGINES:
        raise refused("fit.engine", known=", ".join(map(repr, ENGINES)), engine=engine)


def check_count(name: str, number: Any) -> None:
    """Check a number of things.

    Raises:
        ValueError: If it is no whole number from 1 on.
    """
    if not isinstance(number, Integral) or number < 1:
        raise ValueError(f"{name} needs a whole number from 1; got {number!r}")


def _check_numbers(given: Mapping[str, Any]) -> None:
    check_run(given["epochs"], given["engine"])
    for name in ("batch_size", "patience"):
        if given[name] is not None:
            check_count(name, given[name])
    penalty, max_norm = given["penalty"], given["max_norm"]
    if not callable(penalty) and not (
        isinstance(penalty, Real) and 0.0 <= float(penalty) < math.inf
    ):
        raise refused("fit.penalty", penalty=penalty)
    if max_norm is not None and not (
        isinstance(max_norm, Real) and 0.0 < float(max_norm) < math.inf
    ):
        raise ValueError(f"max_norm needs a positive number; got {max_norm!r}")


def _columns(loss: Loss, model: Module, learned: Samples) -> tuple[list[Any], ...]:
    columns = learned.rows, in_terms_of(loss, model, learned)
    return columns if learned.weights is None else (*columns, learned.weights)


def _validation(
    validation: Any, loss: Loss, model: Module
) -> tuple[list[Any], ...] | None:
    if validation is None:
        return None
    parts = (validation, None) if isinstance(validation, Data) else validation
    if not isinstance(parts, tuple | list) or len(parts) not in (2, 3):
        raise TypeError(
            "validation needs Data, or a pair of rows and targets; got"
            f" {type(validation).__name__}"
        )
    unseen = samples(model, *parts, name="validation")
    return _columns(loss, model, unseen)


def _functions(callbacks: Any) -> list[Callable[[History], object]]:
    functions = [*callbacks] if isinstance(callbacks, Iterable) else []
    if not isinstance(callbacks, Iterable) or not all(map(callable, functions)):
        raise TypeError(f"callbacks needs a list of functions; got {callbacks!r}")
    return functions


def _check_optimizer(optimizer: Any, model: Module) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer needs one such as Adam(model.parameters(), lr=0.01); got"
            f" {optimizer!r}"
        )
    strangers = set(optimizer.parameters) - set(model.parameters())
    if strangers:
        raise refused("fit.strangers", count=len(strangers))


def check_resumption(settings: Settings, history: History, steps: int) -> None:
    """Check that a run from a checkpoint can go on as it is to go on now.

    Args:
        settings: Those of now.
        history: What the run has gone through.
        steps: How many steps an epoch has.

    Raises:
        ValueError: If it has more epochs, or had other learning rates.
    """
    checkpoint, schedule = settings.checkpoint, settings.schedule
    if history.epochs > settings.epochs:
        raise refused(
            "resume.epochs",
            done=history.epochs,
            checkpoint=checkpoint,
            epochs=settings.epochs,
        )
    if schedule is None:
        return
    for epoch, rate in enumerate(history.learning_rates):
        now = float(schedule((epoch + 1) * steps - 1))
        if now != rate:
            raise refused(
                "resume.schedule",
                checkpoint=checkpoint,
                epoch=epoch + 1,
                rate=rate,
                now=now,
            )
