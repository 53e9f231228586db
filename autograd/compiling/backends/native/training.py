"""Whole trainings in machine code: batches, gradients, and the optimiser's step.

An optimiser's formulas run on statements, as a loss does: so they become one loop over
the parameters. A step counts only if all that it would leave behind is finite.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from .... import ops
from ...moves import AVERAGES, move_of
from ...statements import PARAMETERS, SHARE, Kind, Statement, batch_total, mapped, part
from ...tracing import traced
from .emit import FAULT, ORDER, STEPS
from .machine import Machine, Tasks
from .plan import ONE, Place, Stage, Task
from .schedule import schedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CHUNK = 0.05  # seconds of machine code between two chances to interrupt it

OF_STEP = Kind("of a step", "the learning rate, and the number of the step from 1 on")


@dataclass(frozen=True)
class Trained:
    """What a training leaves.

    Attributes:
        parameters: The parameters after the last step that counts.
        losses: The mean loss of each step, before it was taken.
        predictions: What else was to be kept of each step, (steps, numbers, samples of
            the largest batch); None if nothing was.
        state: The optimiser's, with its averages, learning rate, and number of steps.
        stopped: "finished"; "interrupted", by Ctrl-C; or "fault", if the next step
            would have left something infinite or nan.
    """

    parameters: Any
    losses: Any
    predictions: Any
    state: dict[str, Any]
    stopped: str


class Batches(NamedTuple):
    """The samples of each step.

    Attributes:
        sizes: How many they are.
        orders: The address where their numbers begin; 0 if they are all, as they stand.
        kept: What stands at those addresses.
    """

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

    def __init__(
        self,
        loss: Statement,
        gradient: Statement,
        rule: str,
        settings: Mapping[str, Any],
        predictions: Statement | None = None,
    ) -> None:
        """Compile it.

        Raises:
            ValueError: If there is no such rule, or it has no such setting.
        """
        move, self.names = move_of(rule, settings), AVERAGES[rule]
        shape = gradient.shape
        parameters = Statement(PARAMETERS, (), shape, False)
        kinds = [Kind(name, "what is remembered") for name in self.names]
        averages = [traced(Statement(kind, (), shape, False)) for kind in kinds]
        of_step = Statement(OF_STEP, (), (2,), False)
        lr, step = (traced(part(of_step, i, ())) for i in range(2))
        moved, remembered = move(
            SimpleNamespace(sqrt=ops.sqrt), traced(parameters), traced(gradient),
            dict(zip(self.names, averages, strict=True)), lr, step,
        )  # fmt: skip
        if loss.batched:
            share = Statement(SHARE, (), (), False)
            loss = mapped(ops.mul, [batch_total(loss), share])
        new = [moved, *(remembered[name] for name in self.names)]
        kept = [] if predictions is None else [predictions]
        self.plan = schedule([loss, *(x.statement for x in new), *kept])
        self.length = gradient.size
        # The array of the predictions, if they are kept; else that of the inputs.
        self.kept = bool(kept)
        self.array = next((p for p in self.plan.outputs if isinstance(p, int)), 0)
        self.loss, *outputs = (p for p in self.plan.outputs if isinstance(p, Place))
        self.memory = [self._leaf(k, self.length) for k in (PARAMETERS, *kinds)]
        self.of_step, self.share = self._leaf(OF_STEP, 2), self._leaf(SHARE, 1)
        checks = [Task("check", (self.loss, 1))]
        checks += [Task("check", (place, self.length)) for place in outputs]
        self.plan.stages.append(Stage(one=checks))
        pairs = zip(self.memory, outputs, strict=True)
        self._commit = [Task("copy", (to, place, self.length)) for to, place in pairs]
        self._commit.append(Task("count", ()))
        self._machines: dict[int, tuple[Machine, Tasks]] = {}

    def _leaf(self, kind: Kind, count: int) -> Place:
        """Return where a leaf is; if no formula reads it, where it would be."""
        plan = self.plan
        if kind not in plan.leaves:
            plan.leaves[kind] = Place(ONE, plan.numbers)
            plan.numbers += -(-count // 8) * 8
        return plan.leaves[kind]

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
        given = [P, *(state["averages"][name] for name in self.names)]
        memory = [machine.at(place, self.length) for place in self.memory]
        for numbers, array in zip(memory, given, strict=True):
            numbers[:] = array
        largest = int(taken.sizes.max(initial=1))
        arrays = [X, *(np.empty((rows, largest)) for rows in self.plan.arrays[1:])]
        predicted = None
        if self.kept:
            predicted = np.empty((len(rates), self.plan.arrays[self.array], largest))
            arrays[self.array] = predicted[:1].reshape(-1, largest)
        for number, array in enumerate(arrays):
            machine.bind(number, array)
        numbers = state["steps"] + 1 + np.arange(len(rates))
        settings = np.stack([np.asarray(rates, dtype=float), numbers], axis=1)
        losses = np.empty(len(rates))
        steps = machine.lanes[0].block
        steps[STEPS] = 0
        take = self._taker(machine, commit, taken, settings, losses, predicted)
        done, chunk, stopped = 0, 1, "finished"
        try:
            while done < len(rates):
                start, end = time.perf_counter(), min(done + chunk, len(rates))
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
            "averages": dict(zip(self.names, averages, strict=True)),
        }
        if done:
            new["lr"] = float(rates[done - 1])
        if predicted is not None:
            predicted = predicted[:done]
        return Trained(parameters, losses[:done].copy(), predicted, new, stopped)

    def _taker(
        self,
        machine: Machine,
        commit: Tasks,
        taken: Batches,
        settings: Any,
        losses: Any,
        predicted: Any,
    ) -> Callable[[int, int], int]:
        """Return what takes some steps, and gives the number of the next."""
        lane = machine.lanes[0]
        places = (self.of_step, 2), (self.share, 1), (self.loss, 1)
        own, share, loss = (machine.at(*place) for place in places)
        if len(machine.lanes) == 1:
            left = 0 if predicted is None else predicted.strides[0]
            return machine.training(
                (taken.sizes, taken.orders, settings, own, share, loss, losses),
                commit, (self.array, left),
            )  # fmt: skip

        def take(start: int, end: int) -> int:
            for n in range(start, end):
                size = int(taken.sizes[n])
                for each in machine.lanes:
                    each.block[ORDER] = taken.orders[n]
                lane.block[FAULT] = 0
                share[0], own[:] = 1.0 / size, settings[n]
                if predicted is not None:
                    machine.bind(self.array, predicted[n])
                machine.run(size)
                losses[n] = loss[0]
                if lane.block[FAULT]:
                    return n
                machine.do(commit)
            return end

        return take
