"""What is pickled: how each thing is made, and the numbers that are to come out of it.

A measure works on what was just made as on what was loaded, in whatever version: its
numbers in the version that wrote the files are stored beside them.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd import (
    Value,
    exercise,
    explain,
    mistakes,
    paths,
    record,
    record_sources,
    sigmoid,
    sin,
    tanh,
)
from autograd.ops import TABLE
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Layer,
    MLPClassifier,
    MLPRegressor,
    Neuron,
    Preprocessing,
    RMSProp,
    Trail,
    fit,
    load_data,
)

from .own import Noted, Residual, bent, cube, squared

ROWS = [[0.5, -1.0], [1.5, 0.25], [-0.75, 0.5], [-1.25, -0.5], [0.1, 2.0], [2.0, -1.5]]
TARGETS = [1.0, -0.5, 0.25, 0.75, -1.0, 0.5]
# The rows of the first version; what came later is not in its files.
FIRST_ROWS = (
    "add sub mul div pow neg identity abs exp expm1 log log1p log2 sqrt sin cos tan"
    " asin acos atan sinh cosh tanh sigmoid softplus silu erf gelu relu leaky_relu elu"
    " maximum minimum where sign step"
).split()


class Thing(NamedTuple):
    """How a thing is made, and which numbers it is to give."""

    make: Callable[[], Any]
    measure: Callable[[Any], Any]


# --- graphs ---------------------------------------------------------------------------


def nodes_of(*roots: Value) -> list[Value]:
    """Return all nodes of a graph, each after its args."""
    found: dict[Value, None] = {}
    waiting = list(reversed(roots))
    while waiting:
        node = waiting[-1]
        fresh = [arg for arg in node.args if arg not in found]
        waiting += reversed(fresh)
        if not fresh:
            found[waiting.pop()] = None
    return list(found)


def graph_numbers(y: Value) -> dict[str, Any]:
    """Return what a graph holds, and its gradient by a new sweep."""
    nodes = nodes_of(y)
    kept = [[node.data, node.grad, node.label, node.constant] for node in nodes]
    for node in nodes:
        node.grad = 0.0
    y.backward(seed=2.0)
    return {
        "ops": [node.op.name if node.op else "" for node in nodes],
        "kept": kept,
        "slopes": [node.grad for node in nodes if node.op is None],
    }


def labelled() -> Value:
    """Return a graph with labels, grads, a constant, a shared node and an own op."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(0.5, "half", constant=True)
    shared = a * b
    shared.label = "shared ∂∑"
    y = (shared * c + cube(a)) * shared - (-shared) / (a + 4.0)
    y.backward()
    return y


def every_row() -> Value:
    """Return a graph in which each row of the table stands once."""
    total = Value(0.0, "total")
    for name in FIRST_ROWS:
        op = TABLE[name]
        args = [
            Value(low + (0.3 + 0.2 * i) * (high - low), f"{name}{i}")
            for i, (low, high) in enumerate(op.safe)
        ]
        total = total + op(*args)
    return total


SOURCE = """\
x = Value(0.75, "x")
y = sigmoid(x * x) + x
y.backward()
"""


def with_sources() -> Value:
    names = {"Value": Value, "sigmoid": sigmoid}
    # As if from a file of this name: the pickle is to hold no path of a machine.
    linecache.cache["net.py"] = (len(SOURCE), None, SOURCE.splitlines(True), "net.py")
    with record_sources():
        exec(compile(SOURCE, "net.py", "exec"), names)
    del linecache.cache["net.py"]
    return names["y"]


def source_numbers(y: Value) -> dict[str, Any]:
    sources = [node.source for node in nodes_of(y)]
    told = [f"{source}: {source.expression}" if source else "" for source in sources]
    return {"sources": told, **graph_numbers(y)}


def noted() -> list[Any]:
    """Return Values of a subclass with attributes, and a graph of them."""
    p, q = Noted(1.5, "p"), Noted(-0.5, "q")
    p.momentum, q.friends = 0.25, [p]  # type: ignore[attr-defined]
    return [p, q, p * q + p]


def noted_numbers(things: list[Any]) -> dict[str, Any]:
    p, q, y = things
    assert type(p) is type(q) is Noted
    assert q.friends[0] is p
    return {
        "momentum": p.momentum,
        "first": graph_numbers(y),
        "slope": [p.grad, q.grad],
    }


def outputs() -> list[Any]:
    """Return two outputs that share leaves and an inner node."""
    a, b = Value(1.25, "a"), Value(-0.75, "b")
    inner = tanh(a * b)
    return [a, b, inner * a, inner + b**2]


def output_numbers(things: list[Any]) -> list[Any]:
    a, b, first, second = things
    found = [first.data, second.data]
    for y in (first, second, first):
        y.backward()
        found += [a.grad, b.grad]  # leaves are shared, and accumulate
    return found


def second_order() -> list[Any]:
    """Return a leaf whose grad is a Value (pickled, a number), and that Value."""
    x = Value(1.5, "x")
    (x**3 * tanh(x)).backward(create_graph=True)
    return [x, x.grad]


def second_order_numbers(things: list[Any]) -> list[Any]:
    x, slope = things
    first, x.grad = x.grad, 0.0
    slope.backward()
    return [first, slope.data, x.grad]


def edited() -> Value:
    """Return a graph of which a leaf was edited after it was used."""
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    return y


def edited_numbers(y: Value) -> list[Any]:
    try:
        y.backward()
    except RuntimeError:
        return ["refused", y.data, y.args[0].data]
    return ["not refused"]


def chain() -> Value:
    """Return a chain that is far deeper than recursion goes."""
    y = x = Value(0.5, "x")
    for _ in range(2000):
        y = sin(y)
    return y * x


def chain_numbers(y: Value) -> list[float]:
    nodes = nodes_of(y)
    y.backward()
    return [len(nodes), y.data, *[node.grad for node in nodes if node.label]]


# --- networks and optimisers ----------------------------------------------------------


def rows_of(model: Any) -> list[Any]:
    """Return what the model gives for each row: numbers, or lists of numbers."""
    outputs = [model([Value(x) for x in row]) for row in ROWS]
    return [
        [y.data for y in out] if isinstance(out, list) else out.data for out in outputs
    ]


def model_numbers(model: Any) -> dict[str, Any]:
    """Return names and numbers of the parameters, predictions, and gradients."""
    kept = [[p.data, p.grad] for p in model.parameters()]
    model.zero_grad()
    out = [model(row) for row in ROWS]
    flat = [y for one in out for y in (one if isinstance(one, list) else [one])]
    sum(flat[1:], flat[0]).backward()
    return {
        "names": [name for name, _ in model.named_parameters()],
        "kept": kept,
        "outputs": rows_of(model),
        "slopes": [p.grad for p in model.parameters()],
    }


def train(optimizer: Any, model: Any, steps: int) -> None:
    """Take steps of training."""
    for _ in range(steps):
        optimizer.zero_grad()
        losses = [squared(model, x, y) for x, y in zip(ROWS, TARGETS, strict=True)]
        sum(losses[1:], losses[0]).backward()
        optimizer.step()


def in_training(kind: Any, **settings: Any) -> Thing:
    """Return a model and its optimiser in the midst of training."""

    def make() -> list[Any]:
        model = MLP(2, [3, 1], activation="tanh", seed=3)
        optimizer = kind(model.parameters(), lr=0.05, **settings)
        train(optimizer, model, 3)
        return [model, optimizer, optimizer.state_dict()]

    return Thing(make, training_numbers)


def training_numbers(things: list[Any]) -> dict[str, Any]:
    """Return where the training leads, carried on by the optimiser or by its state."""
    model, optimizer, state = things
    start = [p.data for p in model.parameters()]
    train(optimizer, model, 4)
    found = {"start": start, "end": [p.data for p in model.parameters()]}
    for p, number in zip(model.parameters(), start, strict=True):
        p.data = number
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in state["settings"].items()
    }
    other = type(optimizer)(model.parameters(), lr=1.0, **settings)
    other.load_state_dict(state)
    train(other, model, 4)
    assert [p.data for p in model.parameters()] == found["end"]
    return found


def kept_run() -> list[Any]:
    """Return what `fit` gave, and the trail of a model that it trained."""
    model = MLP(2, [3, 1], seed=5)
    trail = Trail(model)
    data = (ROWS, TARGETS)
    history = fit(
        model, *data, validation=data, epochs=4, callbacks=[trail], progress=False
    )
    return [model, history, trail]


def run_numbers(things: list[Any]) -> list[Any]:
    model, history, trail = things
    more = fit(model, ROWS, TARGETS, epochs=2, callbacks=[trail], progress=False)
    return [
        history.losses, history.validation_losses, history.learning_rates,
        history.steps, history.stopped, history.best_epoch,
        more.losses, trail.epochs, trail.points,
    ]  # fmt: skip


CLASSES = ["red", "green", "blue", "red", "green", "blue"]


def fitted(kind: Any, targets: Any, **settings: Any) -> Thing:
    """Return an estimator of scikit-learn that has learned the targets."""

    def make() -> Any:
        estimator = kind((3,), "tanh", random_state=0, tol=10.0, **settings)
        return estimator.fit(ROWS, targets)

    return Thing(make, estimator_numbers)


def estimator_numbers(estimator: Any) -> dict[str, Any]:
    found = {
        "settings": {
            name: value
            for name, value in estimator.get_params().items()
            if name not in ("early_stopping", "validation_fraction")  # which are new
        },
        "predictions": estimator.predict(ROWS).tolist(),
        "losses": estimator.history_.losses,
        "score": float(estimator.score(ROWS, estimator.predict(ROWS))),
        "outputs": rows_of(estimator.model_),
    }
    if isinstance(estimator, MLPClassifier):
        found["chances"] = estimator.predict_proba(ROWS).tolist()
    # It learns again as it did.
    again = estimator.fit(ROWS, estimator.predict(ROWS))
    return {**found, "again": again.history_.losses}


# --- programs -------------------------------------------------------------------------


def network() -> tuple[Any, list[Value]]:
    model = MLP(2, [3, 1], activation=bent, seed=4)
    factor = Value(0.5, "factor", constant=True)
    return (
        lambda x, y: squared(model, x, y) * factor + cube(x[0]),
        model.parameters(),
    )


def recorded() -> Any:
    loss, parameters = network()
    return record(loss, (2, 1), parameters)


def several() -> Any:
    """Return a program of several outputs, of which the first is the loss."""
    loss, parameters = network()
    return record(lambda x, y: [loss(x, y), cube(x[0])], (2, 1), parameters)


def output_columns(program: Any) -> list[Any]:
    step = program.compile("numpy")
    columns = step.outputs(program.parameters, ROWS, TARGETS)
    return [column.tolist() for column in columns]


def compiled(backend: str) -> Thing:
    return Thing(lambda: recorded().compile(backend), compiled_numbers)


def program_numbers(program: Any) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(program.to_python(ROWS[0], TARGETS[0]), namespace)
    (function,) = [
        f for name, f in namespace.items() if name.endswith("_and_gradients")
    ]
    loss, gradients = function()
    return {
        "compiled": compiled_numbers(program.compile("numpy")),
        "in Python": [loss, list(gradients.values())],
        "inputs": list(program.inputs),
    }


def compiled_numbers(step: Any) -> dict[str, Any]:
    parameters = step.program.parameters
    loss, gradient = step(parameters, ROWS, TARGETS)
    along = [0.5 - 0.125 * i for i in range(len(parameters))]
    by_inputs = step.input_gradients(parameters, ROWS, TARGETS)
    return {
        "parameters": [p.data for p in parameters],
        "loss": float(loss),
        "gradient": gradient.tolist(),
        "by inputs": [slopes.tolist() for slopes in by_inputs],
        "hvp": step.hvp(parameters, along, ROWS, TARGETS).tolist(),
        "outputs": step.outputs(parameters, ROWS, TARGETS).tolist(),
    }


# --- what teaches ---------------------------------------------------------------------


def lesson() -> Any:
    return explain("(tanh(w*x + b) - y)**2", w=0.5, x=2.0, b=-0.25, y=1.0)


def lesson_numbers(lesson: Any) -> list[Any]:
    told = str(lesson)
    assert "tanh" in told
    found = [lesson.output.data, lesson.gradient, len(lesson.forward)]
    return [*found, len(lesson.backward), [w.slope for w in lesson.wiggles]]


def path_numbers(sum: Any) -> list[Any]:
    assert str(sum)
    products = [path.product for path in sum.listed]
    return [sum.start, sum.output, sum.count, products, sum.total, sum.derivative]


def exercise_numbers(exercise: Any) -> list[Any]:
    assert str(exercise)
    right = {blank.name: blank.number for blank in exercise.blanks}
    return [right, exercise.check(right).solved]


def mistake_numbers(tried: Any) -> list[Any]:
    assert str(tried)
    return [[one.kind, one.right, one.wrong] for one in tried]


PREPARED = Preprocessing({"a": [], "kind": ["x", "y"]}, [1.0, 0.0, 0.0],
                         [2.0, 1.0, 1.0], "sort", ["no", "yes"])  # fmt: skip

THINGS = {
    "labelled": Thing(labelled, graph_numbers),
    "every_row": Thing(every_row, graph_numbers),
    "sources": Thing(with_sources, source_numbers),
    "subclass": Thing(noted, noted_numbers),
    "outputs": Thing(outputs, output_numbers),
    "second_order": Thing(second_order, second_order_numbers),
    "edited": Thing(edited, edited_numbers),
    "chain": Thing(chain, chain_numbers),
    "neuron": Thing(lambda: Neuron(2), model_numbers),
    "layer": Thing(lambda: Layer(2, 3, nonlin=False), model_numbers),
    "residual": Thing(lambda: Residual(1), model_numbers),
    "own_activation": Thing(lambda: MLP(2, [3, 2], activation=bent, seed=2),
                            model_numbers),
    **{
        f"mlp_{name}": Thing(
            lambda name=name: MLP(2, [3, 1], activation=name, seed=2), model_numbers
        )
        for name in ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu")
    },
    "sgd": in_training(SGD, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": in_training(RMSProp, momentum=0.5),
    "adam": in_training(Adam, betas=(0.8, 0.99)),
    "adamw": in_training(AdamW, weight_decay=0.1),
    "two_classes": fitted(MLPClassifier, [0, 1, 1, 0, 1, 0]),
    "three_classes": fitted(MLPClassifier, CLASSES, engine="numpy"),
    "regressor": fitted(MLPRegressor, TARGETS),
    "rows_regressor": fitted(MLPRegressor, [row[::-1] for row in ROWS]),
    "run": Thing(kept_run, run_numbers),
    "program": Thing(recorded, program_numbers),
    "several_outputs": Thing(several, output_columns),
    "compiled_numpy": compiled("numpy"),
    "compiled_native": compiled("native"),
    "compiled_jax": compiled("jax"),
    "lesson": Thing(lesson, lesson_numbers),
    "paths": Thing(lambda: paths(lesson(), "x"), path_numbers),
    "mistakes": Thing(lambda: mistakes(lesson()), mistake_numbers),
    "exercise": Thing(lambda: exercise(7, level=4, language="en"), exercise_numbers),
    "data": Thing(lambda: load_data("xor"),
                  lambda data: [data.X.tolist(), data.y.tolist(), data.features]),
    "preprocessing": Thing(lambda: PREPARED,
                           lambda p: [p.to_json(), p.predictions([[1.5], [-0.5]])]),
}  # fmt: skip
