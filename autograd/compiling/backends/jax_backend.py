"""Programs on JAX: the code of the NumPy backend, compiled by XLA.

This is the way to GPUs and to many machines. The numbers are float64 unless asked
otherwise, whatever JAX is set to for the rest of the process; that setting stays as it
is. A whole training loop is one compiled function.

**Many devices.** With `devices=jax.devices()` the samples of each batch are shared out
equally among the devices, the parameters are on all of them, and XLA adds the gradients
up between them; the losses are those of one device. The devices of one machine need
nothing else.

**Many hosts.** Start the same script once on each host, one process per host, and say
first of all how they find each other:

    import jax
    jax.distributed.initialize("10.0.0.1:1234", num_processes=4, process_id=...)

    step = program.compile("jax", devices=jax.devices())    # those of all hosts
    loss, gradients = step(parameters, X, y)

The address is that of the host whose process_id is 0; on a cluster that JAX knows
(Slurm, Open MPI, Kubernetes, TPU pods) `initialize()` finds all three by itself. Each
process feeds its part of the samples, as many as each other process, and all get the
same loss and the same gradients, those of all parts together. All must make the same
calls in the same order, with the same parameters: draw them from one seed.
`outputs` and `input_gradients`, which are of each sample, are for one host.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Any

from ...imports import np
from ...op import Op
from ..statements import Statement
from ..updates import Formula, check_order
from .array_code import Places, write_code, write_update
from .namespaces import Namespace
from .numpy_backend import called, chosen, picked
from .table import check_installed

DTYPES = ("float64", "float32", "bfloat16")

# A program of more lines did not roll up. XLA for CPUs would then fuse what is computed
# with what it is computed from, again and again: measured for 541 scalars, 18 s to
# compile in place of 2 s, and slower code.
MOST_LINES_FUSED = 1000


def compile_jax(
    outputs: Sequence[Statement],
    dtype: str = "float64",
    devices: Sequence[Any] | None = None,
) -> Callable[..., Any]:
    """Return the function (P, X, size, V) that gives the arrays of `outputs`.

    It is compiled when it first meets a number of samples, and again for each other
    number of them.

    Args:
        outputs: What to compute.
        dtype: What to compute with: "float64", "float32" or "bfloat16".
        devices: The devices among which the samples are shared out; None for JAX's
            default device.

    Raises:
        ImportError: If jax is not installed.
        ValueError: If there is no such dtype. The function itself raises it for samples
            that the devices cannot share out equally.
    """
    machine = _Machine(dtype, devices)
    compiled = machine.compiled(*machine.function(outputs))

    def program(P: Any, X: Any, size: int, V: Any = None) -> Any:
        with machine.precision():
            numbers = machine.on_all(P), machine.shared(X), machine.on_all(V)
            return tuple(map(_as_numpy, compiled(*numbers)))

    return program


def train_jax(
    wanted: Sequence[Statement],
    formula: Formula,
    averages: Sequence[str],
    dtype: str = "float64",
    devices: Sequence[Any] | None = None,
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that trains, all its steps in one compiled loop.

    It takes and gives what that of `train_numpy` does. It is compiled when it first
    meets a number of steps and a size of batch. In bfloat16, losses and gradients are
    computed so; the parameters are kept, and moved, in float32.

    With many devices each batch is shared out among them, so the size of a batch must
    be a multiple of their number. With many hosts X holds the samples of this process,
    `order` its part of each batch, and all processes end with the same parameters.

    Args:
        wanted: The loss of each sample; the derivative of its mean by the parameters;
            and perhaps what else to keep of each step, such as predictions.
        formula: How a parameter moves (see `updates`).
        averages: The names of what is remembered for it.
        dtype: What to compute with: "float64", "float32" or "bfloat16".
        devices: The devices among which the samples are shared out; None for JAX's
            default device.

    Raises:
        ImportError: If jax is not installed.
        ValueError: If there is no such dtype.
    """
    machine = _Machine(dtype, devices)
    jax, jnp = machine.jax, machine.jax.numpy
    run, options = machine.function(wanted)
    kept = "float64" if dtype == "float64" else "float32"
    move = write_update(formula, averages, wanted[1].size, _namespace(kept))

    def loop(
        P: Any, averages: Any, X: Any, batches: Any, lrs: Any, first_step: Any
    ) -> Any:
        """Run the steps: on all of X, on its rows, or without X on whole batches."""

        def step(state: Any, given: Any) -> Any:
            P, averages, number, going = state
            batch, lr = given
            if X is None:
                x = batch
            elif batch is None:
                x = X
            else:
                x = X[batch].T
            of_samples, g, *predicted = run(P.astype(dtype), x, None)
            mean = of_samples.astype(kept).mean()
            new = move(P, g.astype(kept), averages, lr, number)
            new = jax.tree.map(lambda y: y.astype(kept), new)
            finite = [jnp.isfinite(y).all() for y in jax.tree.leaves((mean, new))]
            going = going & jnp.stack(finite).all()
            P, averages = jax.tree.map(
                lambda new, old: jnp.where(going, new, old), new, (P, averages)
            )
            columns = [y if y.ndim == 2 else y[:, None] for y in predicted]
            predicted = [jnp.broadcast_to(y, (len(y), x.shape[1])) for y in columns]
            return (P, averages, number + 1.0, going), (mean, going, predicted)

        start = P, averages, first_step, jnp.array(True)
        (P, averages, *_), steps = jax.lax.scan(step, start, (batches, lrs))
        return P, averages, steps

    compiled = machine.compiled(loop, options)

    def train(
        P: Any, averages: dict[str, Any], X: Any, order: Any, lrs: Any, first_step: int
    ) -> tuple[Any, Any]:
        with machine.precision():
            lrs = np.asarray(lrs, dtype=kept)
            if order is None:
                data, batches = machine.shared(X), None
            elif devices is None:
                data, batches = machine.on_all(X.T), np.asarray(order)
                # JAX would take the last sample for one beyond it.
                check_order(batches, len(data))
            else:
                # The batches themselves, so that no device has the samples of others.
                data = None
                batches = machine.shared(X.T[order].transpose(0, 2, 1))
            state = P, averages
            held = jax.tree.map(lambda x: machine.on_all(x, kept), state)
            number = np.asarray(first_step, dtype=kept)
            *moved, steps = compiled(*held, data, batches, lrs, number)
            jax.tree.map(
                lambda old, new: np.copyto(old, _as_numpy(new)), state, (*moved,)
            )
            losses, going, predicted = steps
            count = int(np.asarray(going).sum())
            predicted = [_as_numpy(y)[:count] for y in predicted]
            return _as_numpy(losses)[:count], predicted[0] if predicted else None

    return train


def is_shared() -> bool:
    """Tell whether other processes have samples of the same batch."""
    return import_module("jax").process_count() > 1


class _Machine:
    """Where programs run, and with which numbers."""

    def __init__(self, dtype: str, devices: Sequence[Any] | None) -> None:
        if dtype not in DTYPES:
            known = ", ".join(map(repr, DTYPES))
            raise ValueError(
                f"the jax backend needs a dtype among {known}; got {dtype!r}"
            )
        check_installed("jax")
        import jax

        self.jax = jax
        self.dtype = dtype
        self.devices = None if devices is None else list(devices)
        if devices is not None:
            here = self.jax.process_index()
            self.own = sum(device.process_index == here for device in devices)
            if not self.own:
                raise ValueError(
                    "the jax backend needs at least one device of this process;"
                    f" got {len(devices)} devices, none of them its own"
                )

    def precision(self) -> Any:
        """Return the context in which float64 is float64, for this thread alone."""
        if hasattr(self.jax, "enable_x64"):
            return self.jax.enable_x64(True)
        return import_module("jax.experimental").enable_x64(True)

    def function(
        self, outputs: Sequence[Statement]
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Return the function (P, X, V), and with which options to compile it."""
        code = write_code(outputs)
        run, arrays = code.function(), _namespace(self.dtype)
        constants = [self._constant(thing) for thing in code.constants]
        options: dict[str, Any] = {}
        if code.text.count("\n") > MOST_LINES_FUSED and self._on_cpu():
            options["compiler_options"] = {"xla_disable_hlo_passes": "fusion"}
        return lambda P, X, V: run(arrays, constants, P, X, X.shape[1], V), options

    def _on_cpu(self) -> bool:
        if self.devices is None:
            return self.jax.default_backend() == "cpu"
        return self.devices[0].platform == "cpu"

    def _constant(self, thing: Any) -> Any:
        if not hasattr(thing, "dtype") or thing.dtype.kind != "f":
            return thing
        return thing.astype(self.jax.numpy.dtype(self.dtype))

    def compiled(
        self, function: Callable[..., Any], options: dict[str, Any]
    ) -> Callable[..., Any]:
        """Return the function compiled, its results on all devices."""
        if self.devices is not None:
            options = options | {"out_shardings": self._sharding()}
        return self.jax.jit(function, **options)

    def on_all(self, x: Any, dtype: str | None = None) -> Any:
        """Return an array that all devices have."""
        if x is None:
            return None
        array = x.astype(self.jax.numpy.dtype(dtype or self.dtype))
        return self._placed(array, self._sharding())

    def shared(self, x: Any) -> Any:
        """Return an array whose last axis, the samples, is shared out among devices."""
        array = x.astype(self.jax.numpy.dtype(self.dtype))
        if self.devices is None:
            return array
        count, own = x.shape[-1], self.own
        if count % own:
            below = count - count % own
            near = f"{below} or {below + own}" if below else str(own)
            raise ValueError(
                f"the jax backend needs samples that {own} devices can share out"
                f" equally; got {count} (hint: batches of {near})"
            )
        return self._placed(array, self._sharding(*[None] * (x.ndim - 1), "samples"))

    def _sharding(self, *axes: str | None) -> Any:
        """Return what shares out an axis called "samples", and no other."""
        if self.devices is None:
            return None
        sharding = import_module("jax.sharding")
        mesh = sharding.Mesh(np.array(self.devices), ("samples",))
        return sharding.NamedSharding(mesh, sharding.PartitionSpec(*axes))

    def _placed(self, array: Any, sharding: Any) -> Any:
        if sharding is None:
            return array
        return self.jax.make_array_from_process_local_data(sharding, array)


@cache
def _namespace(dtype: str) -> Namespace:
    """Return the functions that programs call, of JAX."""
    jnp, special = import_module("jax.numpy"), import_module("jax.scipy.special")
    return Namespace(
        jnp,
        erf=special.erf,
        erfc=special.erfc,
        zeros=lambda shape: jnp.zeros(shape, dtype),
        asarray=lambda x: jnp.asarray(x, dtype),
        taken=lambda x, index: x[index],
        added_at=_added_at,
        picked=partial(picked, jnp),
        placed=_placed,
        called=partial(_called, dtype),
        batch_sum=lambda x: x.sum(-1),
    )


def _added_at(x: Any, places: Places) -> Any:
    """Return zeros to which the rows of x were added at their places."""
    jnp = import_module("jax.numpy")
    zeros = jnp.zeros((places.length, *x.shape[1:]), x.dtype)
    return zeros.at[places.index].add(x, unique_indices=not places.repeated)


def _placed(x: Any, k: Any, table: Any, length: int, batched: bool) -> Any:
    """Return zeros to which x was added where k chooses, for each sample or in all."""
    jnp = import_module("jax.numpy")
    at = chosen(jnp.asarray(table), k)
    if not batched:
        return jnp.zeros(length, x.dtype).at[at].add(x)
    samples = jnp.arange(x.shape[1])
    return jnp.zeros((length, x.shape[1]), x.dtype).at[at, samples].add(x)


def _called(dtype: str, op: Op, *xs: Any) -> Any:
    """Return what an op gives for each number of arrays, by calling back to Python."""
    jax = import_module("jax")
    xs = jax.numpy.broadcast_arrays(*xs)
    like = jax.ShapeDtypeStruct(xs[0].shape, dtype)
    return jax.pure_callback(lambda *xs: called(op, *xs).astype(like.dtype), like, *xs)


def _as_numpy(array: Any) -> Any:
    """Return JAX's array as NumPy's, of float64."""
    return np.asarray(array).astype(float)
