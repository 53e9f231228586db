"""`Optimizer`: what all optimisers share, which is everything but their formulas.

It holds the parameters, the learning rate and what is remembered between steps, and
takes a step as a whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import repeat
from numbers import Real
from typing import Any, ClassVar, NoReturn

from autograd import Value

from ..modules.tensors import number_of
from ..phrases import refused
from .gradients import check_gradients, checked_parameters, name_of

Numbers = list[float]
Averages = dict[str, Numbers]
# Of one parameter: what is remembered, by name; and where it moves, with what is then.
Known = Mapping[str, Any]
Moved = tuple[Any, dict[str, Any]]


class Optimizer:
    """What optimisers share. Each kind adds its formula.

    Args:
        parameters: The Values to train; of one given twice, once.
        lr: The learning rate, how far a step goes.

    Attributes:
        parameters: The Values to train.
        lr: The learning rate; it can be changed, to 0 or more.
        averages: What it remembers for each parameter, lists of numbers by name.
        steps: How many steps it has taken.

    Raises:
        ValueError: If there are no parameters, or one is computed or a constant, or
            `lr` is not positive.
        TypeError: If a parameter is not a Value.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> w = Value(3.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> for step in range(3):
    ...     optimizer.zero_grad()
    ...     (w**2).backward()
    ...     optimizer.step()
    >>> round(w.data, 6), optimizer.steps
    (1.536, 3)

    One of your own is a formula, written with operators and functions of `autograd`. It
    trains in every engine of `fit`:

    >>> from autograd import sign
    >>> class Signs(Optimizer):
    ...     def formula(self, p, g, averages, lr, step):
    ...         return p - lr * sign(g), {}
    >>> signs = Signs([w], lr=0.5)
    >>> signs.step()
    >>> round(w.data, 6)
    1.036
    """

    # The names of the attributes that decide a step, and of what is remembered.
    SETTINGS: ClassVar[tuple[str, ...]] = ()
    AVERAGES: ClassVar[tuple[str, ...]] = ()
    # The learning rate that the command `train` tries first.
    FIRST_RATE: ClassVar[float] = 0.01

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        """See the class."""
        self.parameters = checked_parameters(parameters, type(self).__name__)
        if not (isinstance(lr, Real) and lr > 0.0):
            raise refused("optim.rate", kind=type(self).__name__, lr=lr)
        self.lr = lr
        self.averages: Averages = {
            name: [0.0] * len(self.parameters) for name in self.AVERAGES
        }
        self.steps = 0

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        if not (isinstance(lr, Real) and 0.0 <= lr < math.inf):
            raise refused("optim.rates", kind=type(self).__name__, lr=lr)
        self._lr = float(lr)

    def zero_grad(self) -> None:
        """Set the grad of each parameter to 0, since `backward` adds to it."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        """Move each parameter once.

        Raises:
            FloatingPointError: If a gradient is nan or infinite, or the step leads
                beyond what a float can hold. Nothing is moved or remembered then.
        """
        data = [p.data for p in self.parameters]
        grads = [number_of(p.grad) for p in self.parameters]
        moved, averages = self.moved(data, grads, self.steps + 1)
        for numbers in (moved, *averages.values()):
            if not all(map(math.isfinite, numbers)):
                self._refuse(numbers, grads)
        for p, number in zip(self.parameters, moved, strict=True):
            p.data = number
        self.averages = averages
        self.steps += 1

    def state_dict(self) -> dict[str, Any]:
        """Return all that decides the next steps but for the parameters themselves.

        It is made of text, numbers and lists of numbers, so JSON can have it.
        """
        settings = {name: getattr(self, name) for name in self.SETTINGS}
        return {
            "kind": type(self).__name__,
            "lr": self.lr,
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in settings.items()
            },
            "steps": self.steps,
            "averages": {name: list(xs) for name, xs in self.averages.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Carry on from what `state_dict` gave, its learning rate included.

        Raises:
            ValueError: If that was of another kind of optimiser, with other settings or
                another number of parameters. Nothing is changed then.
        """
        own = self.state_dict()
        kind = own["kind"]
        if state.keys() != own.keys():
            raise refused(
                "optim.state", kind=kind, own=", ".join(own), given=", ".join(state)
            )
        averages = {
            name: [float(x) for x in xs] for name, xs in state["averages"].items()
        }
        for what, needed, given in (
            ("kind", kind, state["kind"]),
            ("settings", _listed(own["settings"]), _listed(state["settings"])),
            ("averages", _lengths(self.averages), _lengths(averages)),
        ):
            if needed != given:
                raise refused(
                    "optim.same", kind=kind, what=what, needed=needed, given=given
                )
        self.lr = state["lr"]
        self.averages, self.steps = averages, int(state["steps"])

    def __repr__(self) -> str:
        """Return `SGD(lr=0.1, momentum=0.0, nesterov=False, weight_decay=0.0)`."""
        settings = {name: getattr(self, name) for name in ("lr", *self.SETTINGS)}
        return f"{type(self).__name__}({_listed(settings)})"

    def formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """Return the moved parameter and its new averages, and change nothing.

        The numbers are floats or, where a training is compiled, stand for those of all
        parameters; so it is made of operators and functions of `autograd` (`sqrt`,
        `where`, …), and of settings that stay as they are.

        Args:
            p: The parameter.
            g: Its gradient.
            averages: What is remembered for it, by name.
            lr: The learning rate.
            step: The number of this step, from 1 on.
        """
        raise TypeError(
            f"{type(self).__name__} needs a method moved or, for every engine, formula;"
            " it has neither"
        )

    def moved(
        self, data: Numbers, grads: Numbers, step: int
    ) -> tuple[Numbers, Averages]:
        """Return the moved numbers and the new averages, and change nothing.

        An optimiser that needs all parameters at once has this in place of a formula,
        and trains in the eager engine alone.

        Args:
            data: The numbers of the parameters.
            grads: Their gradients.
            step: The number of this step, from 1 on.
        """
        names, lr, formula = tuple(self.averages), self.lr, self.formula
        rows = zip(*self.averages.values(), strict=True) if names else repeat(())
        news = [
            formula(p, g, dict(zip(names, row, strict=True)), lr, step)
            for p, g, row in zip(data, grads, rows, strict=False)
        ]
        averages = {name: [own[name] for _, own in news] for name in names}
        return [moved for moved, _ in news], averages

    def _refuse(self, numbers: Numbers, grads: Numbers) -> NoReturn:
        """Raise the error for what is not finite in `numbers`."""
        kind = type(self).__name__
        check_gradients(self.parameters, grads, kind)
        i = next(i for i, x in enumerate(numbers) if not math.isfinite(x))
        raise FloatingPointError(
            f"{kind} needs a step that floats can hold; got {numbers[i]!r} for"
            f" {name_of(self.parameters, i)}, whose gradient is {grads[i]!r}"
            " (hint: a smaller learning rate, or clip_by_norm)"
        )


# What each setting has to be: from 0 to below 1, positive, or at least 0.
BELOW_1, POSITIVE = ("alpha", "betas", "momentum"), ("eps", "max_norm")


def in_range(who: str, name: str, number: float) -> float:
    """Return a setting as a float.

    Raises:
        ValueError: If it is out of its range.
    """
    fits, needed = 0.0 <= number < math.inf, "of at least 0"
    if name in BELOW_1:
        fits, needed = 0.0 <= number < 1.0, "of at least 0, below 1"
    elif name in POSITIVE:
        fits, needed = 0.0 < number < math.inf, "above 0"
    if not fits:
        raise ValueError(f"{who} needs {name} {needed}; got {number!r}")
    return float(number)


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())


def _lengths(averages: Averages) -> str:
    return _listed({name: len(xs) for name, xs in averages.items()})
