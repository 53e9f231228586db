"""Training by a compiled program: many steps at a time, the parameters in one vector.

The optimiser moves the parameters inside the program's own loop; where something else
has to be done between steps, it works on the whole vector with NumPy. The Values of the
model are brought up to date when somebody looks. A step that ends in no number is taken
once more by the eager engine, which says at which node that began.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ..optim.optimizers import share_of_norm
from .eager import Batches, Outcome, Step, Trainer
from .programs import array_formula
from .progress import Progress
from .steps import Stepper

WORK = 1e8  # operations that may go by before anybody can interrupt or see anything
EPOCHS = 64


class CompiledTrainer(Trainer):
    """Takes the steps of a training by a compiled program.

    Args:
        compiled: The program: loss and predictions of a sample.
        stepper: Takes a step by the eager engine where one has gone wrong; holds
            model, optimiser, schedule and the rest.
        batches: The data.
        progress: Told of each step.
        gradients: Whether the gradient of the last step is wanted in the model.
    """

    def __init__(
        self,
        compiled: Any,
        stepper: Stepper,
        batches: Batches,
        progress: Progress,
        gradients: bool,
    ) -> None:
        """See the class."""
        import numpy as np

        super().__init__(stepper, batches, progress)
        self.compiled = compiled
        self.X = compiled.data(batches.rows, batches.targets)
        self.targets = np.array(batches.targets if self.classes else [])
        optimizer = stepper.optimizer
        order = compiled.order
        place_of = {p: i for i, p in enumerate(optimizer.parameters)}
        # Where the parameters of the program stand among those of the optimiser.
        found = [place_of.get(stepper.parameters[j], -1) for j in order]
        self.at = np.array(found, dtype=np.intp)
        loop = None
        if len(place_of) == len(order) and stepper.max_norm is None and not gradients:
            loop = compiled.trainer(optimizer.formula, [*optimizer.averages])
        self.steps_at_once = 1
        if loop is None:
            self.update = array_formula(compiled, optimizer)
        else:
            each = compiled.program.rolled.scalars + len(order)
            self.steps_at_once = max(1, int(WORK / each / len(self._batch_of_most())))
        self.loop = self._one_by_one if loop is None else loop
        # Parameters and averages, while they are ahead of the model; and, to go back a
        # step, how the steps before the latest ones began.
        self.P: Any = None
        self.averages: dict[str, Any] = {}
        self.gradient: Any = None
        self.before: Any = None
        self.broken: Any = None
        self.left: Any = None  # what the model was left with

    def settle(self) -> None:
        """Have the model and the optimiser hold what was learned."""
        if self.P is None:
            return
        optimizer = self.stepper.optimizer
        for p, number in zip(self._parameters(), self.P.tolist(), strict=True):
            p.data = number
        back = self.at[self.at >= 0].argsort()
        for name, numbers in self.averages.items():
            optimizer.averages[name] = numbers[back].tolist()
        slopes = self.gradient
        slopes = [0.0] * len(self.P) if slopes is None else slopes.tolist()
        for p, slope in zip(self._parameters(), slopes, strict=True):
            p.grad = slope
        self.left, self.P, self.gradient = self.P, None, None

    # --- between model and vector -----------------------------------------------------

    def _unsettle(self) -> None:
        """Take the parameters and averages as they are now in model and optimiser."""
        import numpy as np

        if self.P is not None:
            return
        now = self.stepper.engine.model.parameters()
        if [*map(id, now)] != [*map(id, self.stepper.parameters)]:
            raise RuntimeError(
                "a compiled training needs the model to keep its parameters; got others"
                " (hint: set the data of those that it has)"
            )
        self.P = np.array([p.data for p in self._parameters()])
        at = self.at[self.at >= 0]
        averages = self.stepper.optimizer.averages
        self.averages = {name: np.array(xs)[at] for name, xs in averages.items()}
        if self.left is None or not np.array_equal(self.left, self.P):
            self.before = None  # somebody else has moved them

    def _parameters(self) -> list[Any]:
        """Return the model's parameters in the order of the vector."""
        return [self.stepper.parameters[j] for j in self.compiled.order.tolist()]

    def _batch_of_most(self) -> Sequence[int]:
        size = self.batches.batch_size
        return range(min(size or len(self.batches.rows), len(self.batches.rows)))

    # --- steps ------------------------------------------------------------------------

    def _at_once(self, most: int) -> int:
        """Return how many epochs to go through, of steps that take not too long."""
        self._unsettle()
        per_epoch = -(-len(self.batches.rows) // len(self._batch_of_most()))
        return min(most, _even(most, max(1, self.steps_at_once // per_epoch)))

    def _outcomes(self, steps: list[Step]) -> Iterator[tuple[Step, Outcome]]:
        """Take the steps, and yield each with what came of it."""
        for _, alike in groupby(steps, lambda step: len(step.samples)):
            waiting = list(alike)
            while waiting:
                # Those alike go through the loop together.
                now = waiting[: self.steps_at_once]
                self._unsettle()
                with self.stepper.interruption.hold():
                    found = self._several(now)
                    self.stepper.steps += len(found)
                    self.stepper.optimizer.steps += len(found)
                yield from zip(now, found, strict=False)
                if len(found) < len(now):
                    yield now[len(found)], self._again(now, len(found))
                    found = now[: len(found) + 1]
                waiting = waiting[len(found) :]

    def _several(self, steps: list[Step]) -> list[Outcome]:
        """Take steps of one length; fewer, if one is not finite."""
        import numpy as np

        full = self.batches.batch_size is None
        order = None if full else np.array([step.samples for step in steps])
        optimizer = self.stepper.optimizer
        rates = []
        for i in range(len(steps)):
            if self.stepper.schedule is not None:
                optimizer.lr = self.stepper.schedule(self.stepper.steps + i)
            rates.append(optimizer.lr)
        averages = {name: xs.copy() for name, xs in self.averages.items()}
        start = self.P.copy(), averages, order, rates, optimizer.steps + 1
        losses, outputs = self.loop(
            self.P, self.averages, self.X, order, np.array(rates), optimizer.steps + 1
        )
        if len(losses) == len(steps):
            self.before = start
        else:
            self.broken = start
        right = [0] * len(losses)
        if self.classes and len(losses):
            wanted = self.targets
            if order is not None:
                wanted = wanted[order[: len(losses)]]
            right = _right(outputs, wanted).tolist()
        return list(map(Outcome, losses.tolist(), right, rates))

    def _one_by_one(
        self, P: Any, averages: dict[str, Any], X: Any, order: Any, lrs: Any, first: int
    ) -> tuple[Any, Any]:
        """Take steps as the program's own loop does, with what it does not do."""
        import numpy as np

        losses, outputs, mine = [], [], self.at >= 0
        max_norm = self.stepper.max_norm
        for i, lr in enumerate(lrs.tolist()):
            x = X if order is None else X.take(order[i], axis=1)
            loss, gradient, y = self.compiled.evaluate(P, x)
            if not (math.isfinite(loss) and np.isfinite(gradient).all()):
                break
            own = gradient[mine]
            if max_norm is not None:
                own = own * share_of_norm(float(np.sqrt(own @ own)), max_norm)
            with np.errstate(all="ignore"):
                moved, news = self.update(P[mine], own, averages, lr, first + i)
            if not all(np.isfinite(x).all() for x in (moved, *news.values())):
                break
            losses.append(loss)
            outputs.append(np.array(y))  # which may be a view of P
            P[mine] = moved
            averages.update(news)
            self.gradient = gradient.copy()
            self.gradient[mine] = own
        return np.array(losses), np.array(outputs) if self.classes else None

    def _again(self, steps: list[Step], broken: int) -> Outcome:
        """Take the step that was not finite in the eager engine, and return its loss.

        Raises:
            FloatingPointError: If it is not finite there either, with its place.
        """
        good = self._step_before(broken)
        self.settle()
        if good is not None:
            numbers = zip(self._parameters(), good.tolist(), strict=True)
            self.stepper.remember(dict(numbers))
        return self._take(steps[broken])

    def _step_before(self, broken: int) -> Any:
        """Return the parameters of the step before the broken one, whose loss was."""
        import numpy as np

        start, count = self.broken, broken - 1
        if broken == 0:
            if self.before is None:
                return None
            start, count = self.before, len(self.before[3]) - 1
        P, averages, order, rates, number = start
        P, averages = P.copy(), {name: xs.copy() for name, xs in averages.items()}
        if count:
            order = None if order is None else order[:count]
            self.loop(P, averages, self.X, order, np.array(rates[:count]), number)
        return P


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
