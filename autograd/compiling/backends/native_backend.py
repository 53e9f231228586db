"""Programs as machine code, through LLVM: for networks where each microsecond counts.

Statements become tasks, each a loop over a block of samples whose numbers all stay near
the processor. What several programs have in common, up to their numbers, is compiled
once, and kept as long as the process lives; nothing is written to disk.
"""

from __future__ import annotations

from threading import Lock
from weakref import WeakSet

from ...forks import in_child
from ..moves import AVERAGES, RULES
from ..statements import DIRECTION, INPUTS, PARAMETERS, SHARE, Statement, in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .native.machine import Machine
    from .native.training import Trained, Trainer

# Multiplications from which a second thread is worth its start.
WORTH_A_THREAD = 50_000_000


def compile_native(
    outputs: Sequence[Statement], *, threads: int | None = None
) -> NativeRun:
    """Return the function (P, X, size, V) that gives the arrays of `outputs`.

    Args:
        outputs: What to compute.
        threads: How many to use; by default as many as there are cores if a batch is
            worth it, else one.

    Raises:
        ImportError: If llvmlite is not installed.
        ValueError: If an op's formula cannot be written in machine code.

    >>> from autograd import Value, record
    >>> w = Value(2.0)
    >>> program = record(lambda x, y: (w * x - y) ** 2, inputs=(1, 1), parameters=[w])
    >>> step = program.compile("native")
    >>> loss, slopes = step([2.0], [1.0, 3.0], [1.0, 5.0])
    >>> loss, slopes.tolist()
    (1.0, [4.0])
    """
    try:
        import llvmlite.binding  # noqa: F401
    except ImportError:
        raise ImportError(
            "the native backend needs llvmlite: pip install 'chainrule[fast]'"
        ) from None
    if threads is not None and (not isinstance(threads, int) or threads < 1):
        raise ValueError(f"threads needs a whole number from 1; got {threads!r}")
    return NativeRun(outputs, threads)


def train_native(
    loss: Statement,
    gradient: Statement,
    predictions: Statement | None,
    rule: str,
    settings: Mapping[str, Any],
    *,
    threads: int | None = None,
) -> Any:
    """Return a function that trains, as `train_numpy` does.

    None if samples have no predictions of their own.
    """
    if predictions is not None and not predictions.batched:
        return None
    kept = [] if predictions is None else [predictions]
    usual = RULES[rule] | dict(settings)
    run = compile_native([loss, gradient, *kept], threads=threads)

    def train(
        P: Any, averages: dict[str, Any], X: Any, order: Any, lrs: Any, first_step: int
    ) -> tuple[Any, Any]:
        state = {
            "kind": rule,
            "settings": usual,
            "steps": first_step - 1,
            "averages": averages,
        }
        size = None if order is None else order.shape[1]
        order = None if order is None else order.reshape(1, -1)
        done = run.train(P, X, state, lrs, order=order, batch_size=size)
        P[:] = done.parameters
        for name, numbers in done.state["averages"].items():
            averages[name][:] = numbers
        if done.stopped == "interrupted":
            raise KeyboardInterrupt
        return done.losses, done.predictions

    return train


# What a child may find in use by a thread that it does not have.
_alive: WeakSet[NativeRun] = WeakSet()


def _renew() -> None:
    for run in _alive:
        run._lock = Lock()


in_child(_renew)


class NativeRun:
    """A program in machine code: call it as (P, X, size, V)."""

    def __init__(self, outputs: Sequence[Statement], threads: int | None) -> None:
        """See `compile_native`."""
        from .native.schedule import schedule

        self.outputs = list(outputs)
        self._threads = threads
        self._plan = schedule(self.outputs)
        self._machines: dict[int, Machine] = {}
        self._trainers: dict[tuple[str, str], Trainer] = {}
        self._lock = Lock()
        _alive.add(self)
        leaves = {s.kind: s.size for s in in_order(self.outputs) if not s.args}
        self._inputs = leaves.get(INPUTS, 0)
        self._vectors = {kind: leaves.get(kind) for kind in (PARAMETERS, DIRECTION)}
        self._machine(1)

    def __call__(self, P: Any, X: Any, size: int, V: Any = None) -> tuple[Any, ...]:
        """Return the arrays of the outputs.

        Args:
            P: The parameters, in the program's order.
            X: The inputs: the numbers of a sample by samples.
            size: How many samples there are.
            V: A direction, if the program has one.

        Raises:
            ValueError: If an array does not have the shape that it needs.
        """
        import numpy as np

        leaves = [(PARAMETERS, P), (DIRECTION, V)]
        given = {
            kind: _array(x) for kind, x in leaves if self._vectors[kind] is not None
        }
        for kind, array in given.items():
            _check_shape(str(kind), array, self._vectors[kind])
        X = self._checked_inputs(X, size)
        with self._lock:
            machine, plan = self._machine(self._threads_for(size)), self._plan
            for kind, array in given.items():
                machine.at(plan.leaves[kind], len(array))[:] = array
            if SHARE in plan.leaves:
                machine.at(plan.leaves[SHARE], 1)[0] = 1.0 / size
            arrays = [X, *(np.empty((rows, size)) for rows in plan.arrays[1:])]
            for number, array in enumerate(arrays):
                machine.bind(number, array)
            machine.run(size)
            return tuple(
                arrays[place].reshape(*y.shape, size)
                if isinstance(place, int)
                else machine.at(place, y.size).reshape(y.shape).copy()
                for y, place in zip(self.outputs, plan.outputs, strict=True)
            )

    def train(
        self,
        P: Any,
        X: Any,
        state: Mapping[str, Any],
        rates: Sequence[float],
        *,
        order: Any = None,
        batch_size: int | None = None,
    ) -> Trained:
        """Take a step for each learning rate, without coming back to Python.

        Its outputs must be a loss and its gradient by the parameters, and may be one
        more, which is kept of each step. It can be interrupted by Ctrl-C, and stops
        before a step that would leave something infinite or nan.

        Args:
            P: The parameters to start from, in the program's order.
            X: The inputs of all samples.
            state: An optimiser's kind ("SGD" or "Adam"), settings, averages (by name,
                in the order of P) and steps, as its `state_dict()` gives them.
            rates: The learning rate of each step.
            order: For each epoch, the numbers of the samples in the order in which they
                are taken; by default as they stand.
            batch_size: How many samples a step takes; by default all of an epoch.

        Returns:
            The parameters, the losses, and the optimiser's state.

        Raises:
            ValueError: If a shape is wrong, or the optimiser is of an unknown kind.
        """
        import numpy as np

        from .native.training import Trainer, batches

        if len(self.outputs) not in (2, 3) or self.outputs[0].size != 1:
            raise ValueError(
                "training needs a loss and its gradient as outputs; got"
                f" {', '.join(map(repr, self.outputs))}"
            )
        loss, gradient, *kept = self.outputs
        if batch_size is not None and batch_size < 1:
            raise ValueError(
                f"batch_size needs a whole number from 1; got {batch_size!r}"
            )
        rule, settings = state["kind"], dict(state["settings"])
        known = rule, repr(sorted(settings.items()))
        P = _array(P)
        X = np.asarray(X, dtype=float)
        X = self._checked_inputs(X, X.shape[-1] if X.ndim else 0)
        averages = {
            name: state["averages"].get(name) for name in AVERAGES.get(rule, ())
        }
        for what, array in {"parameters": P, **averages}.items():
            _check_shape(what, _array(array), gradient.size)
        taken = batches(X.shape[1], len(rates), order, batch_size)
        largest = int(taken.sizes.max(initial=1))
        with self._lock:
            if known not in self._trainers:
                self._trainers[known] = Trainer(loss, gradient, rule, settings, *kept)
            threads = self._threads_for(largest)
            return self._trainers[known].train(P, X, state, rates, taken, threads)

    def _threads_for(self, size: int) -> int:
        if self._threads is not None:
            return self._threads
        if self._plan.work * size < WORTH_A_THREAD:
            return 1
        from .native.machine import cores

        return cores()

    def _machine(self, threads: int) -> Machine:
        from .native.machine import Machine

        if threads not in self._machines:
            self._machines[threads] = Machine(self._plan, threads)
        return self._machines[threads]

    def _checked_inputs(self, X: Any, size: int) -> Any:
        import numpy as np

        given = X if self._inputs else np.empty((0, size))
        X = np.ascontiguousarray(given, dtype=float)
        if X.shape != (self._inputs, size) or size < 1:
            raise ValueError(
                f"a program needs inputs of shape ({self._inputs}, samples), and at"
                f" least one sample; got {X.shape} for {size}"
            )
        return X


def _array(numbers: Any) -> Any:
    import numpy as np

    return np.empty(0) if numbers is None else np.asarray(numbers, dtype=float)


def _check_shape(what: str, array: Any, needed: int | None) -> None:
    if needed is not None and array.shape != (needed,):
        raise ValueError(
            f"a program needs {what} of shape ({needed},); got {array.shape}"
        )
