"""Whole trainings in machine code: batches, gradients, and the optimiser's step.

An optimiser's formulas are ops on statements, like a loss: so they become one loop over
the parameters. A step counts only if all that it would leave behind is finite.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from ... import ops
from ..statements import PARAMETERS, SHARE, Kind, Statement, batch_total, mapped, part
from ..tracing import Traced, traced
from .emit import FAULT, ORDER, STEPS
from .machine import Machine, Tasks
from .plan import ONE, Place, Schedule, Stage, Task
from .schedule import schedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CHUNK = 0.05  # seconds of machine code between two chances to interrupt it

SETTINGS = Kind("settings", "the numbers that decide an optimiser's step")


class Moved(NamedTuple):
    """The parameters after a step, and what the optimiser remembers then."""

    parameters: Traced
    averages: tuple[Traced, ...]


class Rule(NamedTuple):
    """How an optimiser moves parameters.

    Attributes:
        averages: The names of what it remembers for each parameter.
        numbers: Gives the settings of a step from the settings, the learning rate, and
            the step's number, from 1.
        moved: Gives what a step leaves, from parameters, slopes, averages, settings.
    """

    averages: tuple[str, ...]
    numbers: Callable[[Mapping[str, Any], float, int], Sequence[float]]
    moved: Callable[..., Moved]


# v ← m v + g;  p ← p - lr v, or with Nesterov's look ahead p - lr (g + m v)


def _sgd_numbers(s: Mapping[str, Any], lr: float, step: int) -> Sequence[float]:
    return lr, s["momentum"], s["weight_decay"]


def _sgd(p: Any, g: Any, averages: Any, lr: Any, m: Any, decay: Any) -> Moved:
    (v,) = averages
    v = m * v + (g + decay * p)
    return Moved(p - lr * v, (v,))


def _nesterov(p: Any, g: Any, averages: Any, lr: Any, m: Any, decay: Any) -> Moved:
    (v,) = averages
    g = g + decay * p
    v = m * v + g
    return Moved(p - lr * (g + m * v), (v,))


# s ← a s + (1 - a) g²;  v ← m v + g / (√s + ε);  p ← p - lr v


def _rmsprop_numbers(s: Mapping[str, Any], lr: float, step: int) -> Sequence[float]:
    a = s["alpha"]
    return lr, a, 1.0 - a, s["eps"], s["momentum"], s["weight_decay"]


def _rmsprop(
    p: Any, g: Any, averages: Any,
    lr: Any, a: Any, rest: Any, eps: Any, m: Any, decay: Any,
) -> Moved:  # fmt: skip
    s, v = averages
    g = g + decay * p
    s = a * s + rest * (g * g)
    v = m * v + g / (ops.sqrt(s) + eps)
    return Moved(p - lr * v, (s, v))


# m ← b₁ m + (1 - b₁) g;  s ← b₂ s + (1 - b₂) g²
# m̂ = m / (1 - b₁ᵗ);  ŝ = s / (1 - b₂ᵗ);  p ← p - lr m̂ / (√ŝ + ε)
# AdamW first shrinks p itself, where Adam adds the weight decay to g.


def _adam_numbers(s: Mapping[str, Any], lr: float, step: int) -> Sequence[float]:
    (b1, b2), decay = s["betas"], s["weight_decay"]
    rate, root = lr / (1.0 - b1**step), math.sqrt(1.0 - b2**step)
    return rate, root, b1, 1.0 - b1, b2, 1.0 - b2, s["eps"], decay, 1.0 - lr * decay


def _adam_moved(
    p: Any, g: Any, averages: Any, lr: Any, root: Any, b1: Any, rest1: Any,
    b2: Any, rest2: Any, eps: Any,
) -> Moved:  # fmt: skip
    m, s = averages
    m = b1 * m + rest1 * g
    s = b2 * s + rest2 * (g * g)
    return Moved(p - lr * m / (ops.sqrt(s) / root + eps), (m, s))


def _adam(p: Any, g: Any, averages: Any, *numbers: Any) -> Moved:
    *same, decay, _ = numbers
    return _adam_moved(p, g + decay * p, averages, *same)


def _adamw(p: Any, g: Any, averages: Any, *numbers: Any) -> Moved:
    *same, _, kept = numbers
    return _adam_moved(kept * p, g, averages, *same)


RULES = {
    "SGD": Rule(("velocity",), _sgd_numbers, _sgd),
    "SGD, nesterov": Rule(("velocity",), _sgd_numbers, _nesterov),
    "RMSProp": Rule(("squares", "velocity"), _rmsprop_numbers, _rmsprop),
    "Adam": Rule(("slopes", "squares"), _adam_numbers, _adam),
    "AdamW": Rule(("slopes", "squares"), _adam_numbers, _adamw),
}


def rule_of(state: Mapping[str, Any]) -> tuple[str, Rule]:
    """Return the rule of an optimiser's state, and its name.

    Raises:
        ValueError: If there is none.
    """
    name = state["kind"]
    if name == "SGD" and state["settings"].get("nesterov"):
        name = "SGD, nesterov"
    if name not in RULES:
        known = ", ".join(dict.fromkeys(name.split(",")[0] for name in RULES))
        raise ValueError(
            f"training in machine code needs an optimiser among {known}; got {name!r}"
        )
    return name, RULES[name]


@dataclass(frozen=True)
class Trained:
    """What a training leaves.

    Attributes:
        parameters: The parameters after the last step that counts.
        losses: The mean loss of each step, before it was taken.
        state: The optimiser's, with its averages, learning rate, and number of steps.
        stopped: "finished"; "interrupted", by Ctrl-C; or "fault", if the next step
            would have left something infinite or nan.
    """

    parameters: Any
    losses: Any
    state: dict[str, Any]
    stopped: str


class Batches(NamedTuple):
    """The samples of each step: how many, and where their numbers begin (0: all)."""

    sizes: Any
    orders: Any
    kept: Any


def batches(samples: int, steps: int, order: Any, size: int | None) -> Batches:
    """Return the batches of a training.

    Args:
        samples: How many samples there are.
        steps: How many steps are taken.
        order: For each epoch the numbers of the samples, in the order in which they
            are taken; None for the order in which they stand.
        size: How many samples a step takes; None for all of an epoch.

    Raises:
        ValueError: If the order does not fit, or does not hold enough for the steps.
    """
    import numpy as np

    if order is None:
        if size is None or size >= samples:
            return Batches(np.full(steps, samples), np.zeros(steps, np.int64), None)
        order = np.arange(samples)[None]
        epochs = None
    else:
        order = np.ascontiguousarray(order, dtype=np.int64)
        if order.ndim != 2 or not order.size:
            raise ValueError(
                f"training needs an order of shape (epochs, samples); got {order.shape}"
            )
        if order.min() < 0 or order.max() >= samples:
            raise ValueError(
                f"training needs an order of samples from 0 to {samples - 1}; got one"
                f" from {order.min()} to {order.max()}"
            )
        epochs = len(order)
    length = order.shape[1]
    size = length if size is None else min(size, length)
    starts = np.arange(0, length, size)
    epoch, step = np.divmod(np.arange(steps), len(starts))
    if epochs is None:
        epoch[:] = 0
    elif steps > epochs * len(starts):
        raise ValueError(
            f"training needs an order for {steps} steps; got one for"
            f" {epochs * len(starts)}"
        )
    sizes = np.minimum(starts + size, length)[step] - starts[step]
    orders = order.ctypes.data + 8 * (epoch * length + starts[step])
    return Batches(sizes.astype(np.int64), orders.astype(np.int64), order)


class Trainer:
    """The training of a program by one rule, in machine code."""

    def __init__(self, loss: Statement, gradient: Statement, rule: Rule) -> None:
        """Compile it."""
        size = gradient.shape
        count = len(rule.numbers(_ANY, 1.0, 1))
        parameters = Statement(PARAMETERS, (), size, False)
        settings = Statement(SETTINGS, (), (count,), False)
        kinds = [Kind(name, "what is remembered") for name in rule.averages]
        averages = [Statement(kind, (), size, False) for kind in kinds]
        moved = rule.moved(
            traced(parameters), traced(gradient), list(map(traced, averages)),
            *(traced(part(settings, i, ())) for i in range(count)),
        )  # fmt: skip
        if loss.batched:
            share = Statement(SHARE, (), (), False)
            loss = mapped(ops.mul, [batch_total(loss), share])
        new = [moved.parameters.statement, *(x.statement for x in moved.averages)]
        self.rule = rule
        self.plan = schedule([loss, *new])
        self.length = gradient.size
        self.loss, *outputs = _places(self.plan)
        leaves = self.plan.leaves
        self.memory = [leaves[kind] for kind in (PARAMETERS, *kinds)]
        self.settings, self.count = leaves[SETTINGS], count
        self.share = leaves.get(SHARE) or _room(self.plan)
        checks = [Task("check", (self.loss, 1))]
        checks += [Task("check", (place, self.length)) for place in outputs]
        self.plan.stages.append(Stage(one=checks))
        pairs = zip(self.memory, outputs, strict=True)
        self._commit = [Task("copy", (to, place, self.length)) for to, place in pairs]
        self._commit.append(Task("count", ()))
        self._machines: dict[int, tuple[Machine, Tasks]] = {}

    def _machine(self, threads: int) -> tuple[Machine, Tasks]:
        """Return the machine for so many threads, and what makes a step count."""
        if threads not in self._machines:
            machine = Machine(self.plan, threads)
            commit = machine.tasks(self._commit, machine.lanes[0])
            self._machines[threads] = machine, commit
        return self._machines[threads]

    def train(
        self, P: Any, X: Any, state: Mapping[str, Any], rates: Sequence[float],
        taken: Batches, threads: int,
    ) -> Trained:  # fmt: skip
        """Take a step for each learning rate."""
        import numpy as np

        machine, commit = self._machine(threads)
        given = [P, *(state["averages"][name] for name in self.rule.averages)]
        memory = [machine.at(place, self.length) for place in self.memory]
        for numbers, array in zip(memory, given, strict=True):
            numbers[:] = array
        machine.bind(0, X)
        first = state["steps"] + 1
        settings = np.empty((len(rates), self.count))
        losses = np.empty(len(rates))
        steps = machine.lanes[0].block
        steps[STEPS] = 0
        take = self._taker(machine, commit, taken, settings, losses)
        done, chunk, stopped = 0, 1, "finished"
        try:
            while done < len(rates):
                start, end = time.perf_counter(), min(done + chunk, len(rates))
                settings[done:end] = [
                    self.rule.numbers(state["settings"], float(rates[n]), first + n)
                    for n in range(done, end)
                ]
                before, done = done, take(done, end)
                if done < end:
                    stopped = "fault"
                    break
                seconds = time.perf_counter() - start
                chunk = 1 + int((done - before) * CHUNK / max(seconds, CHUNK / 1000))
        except KeyboardInterrupt:
            stopped = "interrupted"
        # Machine code counts for itself: it may have been interrupted on its way back.
        done = int(steps[STEPS])
        parameters, *averages = (numbers.copy() for numbers in memory)
        new = dict(state) | {
            "steps": state["steps"] + done,
            "averages": dict(zip(self.rule.averages, averages, strict=True)),
        }
        if done:
            new["lr"] = float(rates[done - 1])
        return Trained(parameters, losses[:done].copy(), new, stopped)

    def _taker(
        self,
        machine: Machine,
        commit: Tasks,
        taken: Batches,
        settings: Any,
        losses: Any,
    ) -> Callable[[int, int], int]:
        """Return what takes some steps, and gives the number of the next."""
        lane = machine.lanes[0]
        places = (self.settings, self.count), (self.share, 1), (self.loss, 1)
        own, share, loss = (machine.at(*place) for place in places)
        if len(machine.lanes) == 1:
            return machine.training(
                (taken.sizes, taken.orders, settings, own, share, loss, losses), commit
            )

        def take(start: int, end: int) -> int:
            for n in range(start, end):
                size = int(taken.sizes[n])
                for each in machine.lanes:
                    each.block[ORDER] = taken.orders[n]
                lane.block[FAULT] = 0
                share[0], own[:] = 1.0 / size, settings[n]
                machine.run(size)
                losses[n] = loss[0]
                if lane.block[FAULT]:
                    return n
                machine.do(commit)
            return end

        return take


# Settings of which only the number counts.
_ANY: dict[str, Any] = {
    "momentum": 0.0, "weight_decay": 0.0, "alpha": 0.0, "eps": 1.0, "betas": (0.0, 0.0),
}  # fmt: skip


def _places(plan: Schedule) -> list[Place]:
    return [place for place in plan.outputs if isinstance(place, Place)]


def _room(plan: Schedule) -> Place:
    """Return room for one more number."""
    plan.numbers += 8
    return Place(ONE, plan.numbers - 8)
