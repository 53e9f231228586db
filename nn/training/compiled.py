"""Training by a compiled program: many steps at a time, the parameters in one vector.

The optimiser moves the parameters inside the program's own loop. The Values of the
model are brought up to date when somebody looks. A step that ends in no number is taken
once more by the eager engine, which says at which node that began.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from autograd import where
from autograd.imports import np

from ..modules.tensors import number_of
from ..optim.optimizer import Known, Moved
from .eager import Batches, Outcome, Step, Trainer
from .faults import FAULTS
from .progress import Progress
from .steps import Stepper

WORK = 1e8  # operations that may go by before anybody can interrupt or see anything
EPOCHS = 64
CLOSE = 1e-9  # relative: the losses of one sample, computed in two ways
# What the loop remembers for each parameter beside the optimiser's averages: what it
# was before the latest step, and its slope then.
BEFORE, SLOPE = "fit before", "fit slope"
MOVES = "fit moves"  # and whether the optimiser moves it at all


class CompiledTrainer(Trainer):
    """Takes the steps of a training by a compiled program.

    Args:
        compiled: The program: loss and predictions of a sample.
        stepper: Takes a step by the eager engine where one has gone wrong; holds
            model, optimiser, schedule and the rest.
        batches: The data.
        progress: Told of each step.
    """

    def __init__(
        self, compiled: Any, stepper: Stepper, batches: Batches, progress: Progress
    ) -> None:
        """See the class."""
        super().__init__(stepper, batches, progress)
        self.compiled = compiled
        self.X = compiled.data(*batches.columns)
        self.targets = np.array(batches.columns[1] if self.classes else [])
        # The model's parameters in the order of the vector, and where they stand among
        # those of the optimiser.
        self.parameters = [stepper.parameters[j] for j in compiled.order.tolist()]
        place_of = {p: i for i, p in enumerate(stepper.optimizer.parameters)}
        self.at = np.array(
            [place_of.get(p, -1) for p in self.parameters], dtype=np.intp
        )
        moves = (self.at >= 0).astype(float)
        self.kept: dict[str, Any] = {BEFORE: None, SLOPE: np.zeros(len(moves))}
        if not moves.all():
            self.kept[MOVES] = moves
        names = [*stepper.optimizer.averages, *self.kept]
        self.loop = compiled.trainer(
            self._formula, names, stepper.max_norm, self.kept.get(MOVES)
        )
        self.batch = min(batches.batch_size or batches.size, batches.size)
        each = compiled.program.rolled.scalars + len(moves)
        self.steps_at_once = max(1, int(WORK / each / self.batch))
        # Parameters and averages, while they are ahead of the model.
        self.P: Any = None
        self.averages: dict[str, Any] = {}
        self.left: Any = None  # what the model was left with

    def settle(self) -> None:
        """Have the model and the optimiser hold what was learned."""
        if self.P is not None:
            with self.stepper.interruption.hold():
                self._settle()

    def _settle(self) -> None:
        self.kept = {name: self.averages.pop(name) for name in self.kept}
        numbers, slopes = self.P.tolist(), self.kept[SLOPE].tolist()
        for p, number, slope in zip(self.parameters, numbers, slopes, strict=True):
            p.data, p.grad = number, slope
        back = self.at[self.at >= 0].argsort()
        for name, averages in self.averages.items():
            own = averages[self.at >= 0][back]
            self.stepper.optimizer.averages[name] = own.tolist()
        self.left, self.P = self.P, None

    def holds(self) -> bool:
        """Tell whether the model gives the first sample the loss that was recorded."""
        columns = [column[:1] for column in self.batches.columns]
        engine = self.stepper.engine
        try:
            loss, _ = engine.measure(*columns)
            if engine.penalty is not None:
                loss = loss + engine.penalty(engine.parameters)
            known, _ = self._recorded([p.data for p in engine.parameters], *columns)
        except FAULTS:
            return True  # the next step will tell where that begins
        return math.isclose(number_of(loss), known, rel_tol=CLOSE, abs_tol=CLOSE)

    @cached_property
    def _recorded(self) -> Any:
        return self.compiled.program.compile("numpy")

    def _unsettle(self) -> None:
        """Take the parameters and averages as they are now in model and optimiser."""
        if self.P is not None:
            return
        now = self.stepper.engine.model.parameters()
        if [*map(id, now)] != [*map(id, self.stepper.parameters)]:
            raise RuntimeError(
                "a compiled training needs the model to keep its parameters; got others"
                " (hint: set the data of those that it has)"
            )
        self.P = np.array([p.data for p in self.parameters])
        if self.left is None or not np.array_equal(self.left, self.P):
            self.kept[BEFORE] = self.P.copy()  # somebody else has moved them
        averages = self.stepper.optimizer.averages
        self.averages = {name: np.array(xs)[self.at] for name, xs in averages.items()}
        self.averages |= self.kept

    def _formula(self, p: Any, g: Any, averages: Known, lr: Any, step: Any) -> Moved:
        """Return what the optimiser's formula does, and what is kept besides."""
        optimizer = self.stepper.optimizer
        own = {name: averages[name] for name in optimizer.averages}
        moved, news = optimizer.formula(p, g, own, lr, step)
        if MOVES in averages:
            moved = where(averages[MOVES], moved, p)
        return moved, {**averages, **news, BEFORE: p, SLOPE: g}

    # --- steps ------------------------------------------------------------------------

    def _at_once(self, most: int) -> int:
        """Return how many epochs to go through, of steps that take not too long."""
        per_epoch = -(-self.batches.size // self.batch)
        return min(most, _even(most, max(1, self.steps_at_once // per_epoch)))

    def _outcomes(self, steps: list[Step]) -> Iterator[tuple[Step, Outcome]]:
        """Take the steps, and yield each with what came of it."""
        for _, alike in groupby(steps, lambda step: len(step.samples)):
            waiting = list(alike)
            while waiting:
                # Those alike go through the loop together.
                now = waiting[: self.steps_at_once]
                with self.stepper.interruption.hold():
                    self._unsettle()
                    found = self._several(now)
                    self.stepper.steps += len(found)
                    self.stepper.optimizer.steps += len(found)
                yield from zip(now, found, strict=False)
                if len(found) < len(now):
                    # One that is not finite is taken again on Values, which may raise.
                    good = self.averages[BEFORE].tolist()
                    self.settle()
                    self.stepper.remember(self.parameters, good)
                    found.append(self._take(now[len(found)]))
                    yield now[len(found) - 1], found[-1]
                waiting = waiting[len(found) :]

    def _several(self, steps: Sequence[Step]) -> list[Outcome]:
        """Take steps of one length; fewer, if one is not finite."""
        order = None
        if self.batches.batch_size is not None:
            order = np.array([step.samples for step in steps])
        optimizer = self.stepper.optimizer
        rates = []
        for i in range(len(steps)):
            if self.stepper.schedule is not None:
                optimizer.lr = self.stepper.schedule(self.stepper.steps + i)
            rates.append(optimizer.lr)
        losses, outputs = self.loop(
            self.P, self.averages, self.X, order, np.array(rates), optimizer.steps + 1
        )
        right = [0] * len(losses)
        if self.classes and len(losses):
            chosen = slice(None) if order is None else order[: len(losses)]
            right = _right(outputs, self.targets[chosen]).tolist()
        return list(map(Outcome, losses.tolist(), right, rates))


def _right(outputs: Any, targets: Any) -> Any:
    """Return how many samples of each step are classified rightly, as `count_right`.

    Args:
        outputs: (…, numbers, samples).
        targets: (…, samples).
    """
    if outputs.shape[-2] > 1:
        right = outputs.argmax(axis=-2) == targets
    else:
        right = (outputs[..., 0, :] > 0.0) == (targets > 0.0)
    return right.sum(axis=-1)


def _even(epochs: int, most: int) -> int:
    """Return how many epochs to go through at once, so that parts are alike."""
    most = min(most, EPOCHS)
    parts = -(-epochs // most)
    for length in range(most, most // 2, -1):
        if epochs % length == 0:
            return length
    return -(-epochs // parts)
