"""Whole trainings in machine code: batches, gradients, and the optimiser's step.

An optimiser's formula runs on statements, as a loss does: so it becomes one loop over
the parameters. A step counts only if all that it would leave behind is finite.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from .... import ops
from ....imports import np
from ...statements import PARAMETERS, SHARE, Kind, Statement, batch_total, mapped, part
from ...updates import Formula, average_kind, check_order, step_statements
from .machine import Machine
from .plan import Place, Stage, Task
from .schedule import schedule

CHUNK = 0.05  # seconds of machine code between two chances to interrupt it

OF_STEP = Kind("of a step", "the learning rate, and the number of the step from 1 on")


class Trainer:
    """The training of a program by an optimiser's formula, in machine code."""

    def __init__(
        self, wanted: Sequence[Statement], formula: Formula, names: Sequence[str]
    ) -> None:
        """Compile it."""
        loss, gradient, *kept = wanted
        of_step = Statement(OF_STEP, (), (2,), False)
        new = step_statements(
            formula, names, gradient, *(part(of_step, i, ()) for i in (0, 1))
        )
        if loss.batched:
            share = Statement(SHARE, (), (), False)
            loss = mapped(ops.mul, [batch_total(loss), share])
        self.names = list(names)
        self.plan = schedule([loss, *new, *kept])
        self.length = gradient.size
        # The array of the predictions, if they are kept; else that of the inputs.
        self.kept = bool(kept)
        self.array = next((p for p in self.plan.outputs if isinstance(p, int)), 0)
        self.loss, *outputs = (p for p in self.plan.outputs if isinstance(p, Place))
        kinds = [PARAMETERS, *map(average_kind, names)]
        self.memory = [self._leaf(kind, self.length) for kind in kinds]
        self.of_step, self.share = self._leaf(OF_STEP, 2), self._leaf(SHARE, 1)
        checks = [Task("check", (self.loss, 1))]
        checks += [Task("check", (place, self.length)) for place in outputs]
        self.plan.stages.append(Stage(one=checks))
        pairs = list(zip(self.memory, outputs, strict=True))
        # The parameters last, since what is remembered may be what they were.
        commit = [Task("copy", (*pair, self.length)) for pair in reversed(pairs)]
        self.machine = Machine(self.plan)
        self.commit = self.machine.tasks(commit)

    def _leaf(self, kind: Kind, count: int) -> Place:
        """Return where a leaf is; if no formula reads it, where it would be."""
        leaves = self.plan.leaves
        return leaves.get(kind) or leaves.setdefault(kind, self.plan.new_numbers(count))

    def __call__(
        self, P: Any, averages: Mapping[str, Any], X: Any, order: Any, lrs: Any,
        first_step: int,
    ) -> tuple[Any, Any]:  # fmt: skip
        """Take a step for each learning rate, as what `train_numpy` returns does."""
        X = np.ascontiguousarray(X, dtype=float)
        size = X.shape[1]
        orders = np.zeros(len(lrs), np.int64)
        if order is not None:
            order = np.ascontiguousarray(order, dtype=np.int64)
            check_order(order, size)
            size = order.shape[1]
            orders = order.ctypes.data + 8 * size * np.arange(len(lrs))
        numbers = np.stack(
            [np.asarray(lrs, dtype=float), first_step + np.arange(len(lrs))], axis=1
        )
        with self.machine.lock:
            given = [P, *(averages[name] for name in self.names)]
            memory = [self.machine.at(place, self.length) for place in self.memory]
            for own, array in zip(memory, given, strict=True):
                own[:] = array
            try:
                return self._train(X, size, orders, numbers)
            finally:  # when it is interrupted, too
                for own, array in zip(memory, given, strict=True):
                    array[:] = own

    def _train(self, X: Any, size: int, orders: Any, numbers: Any) -> tuple[Any, Any]:
        """Take the steps on what is in the machine's memory."""
        machine, count = self.machine, len(numbers)
        arrays = [X, *(np.empty((rows, size)) for rows in self.plan.arrays[1:])]
        predicted, left = None, 0
        if self.kept:
            predicted = np.empty((count, self.plan.arrays[self.array], size))
            arrays[self.array] = predicted[:1].reshape(-1, size)
            left = predicted.strides[0]
        machine.bind(arrays)
        losses = np.empty(count)
        own, share, loss = (
            machine.at(*leaf)
            for leaf in ((self.of_step, 2), (self.share, 1), (self.loss, 1))
        )
        share[0] = 1.0 / size
        words = [machine.block, machine.passes, machine.samples, size]
        words += [x.ctypes.data for x in (orders, numbers, own, loss, losses)]
        words += [*self.commit, machine.word_of(self.array), left]
        held = np.array(words, dtype=np.int64)
        done, chunk = 0, 1
        while done < count:
            start, end = time.perf_counter(), min(done + chunk, count)
            before, done = done, machine.take(held, done, end)
            if done < end:  # the step would leave something infinite or nan
                break
            seconds = time.perf_counter() - start
            chunk = 1 + int((done - before) * CHUNK / max(seconds, CHUNK / 1000))
        return losses[:done].copy(), None if predicted is None else predicted[:done]
