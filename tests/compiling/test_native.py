"""Machine code gives what the NumPy backend and the engine give."""

import math
import random
import signal
import subprocess
import sys
import threading
from itertools import groupby

import numpy as np
import pytest

from autograd import Op, Value, ops, record
from autograd.compiling import statements as st
from autograd.compiling.backends.numpy_backend import compile_numpy, train_numpy
from autograd.compiling.differentiation import differentiate
from autograd.compiling.recording import record_scalars
from autograd.compiling.rolling import roll_up
from nn import MLP, SGD, Adam, AdamW, Optimizer, RMSProp, l2_penalty, max_margin

pytest.importorskip("llvmlite")

from autograd.compiling.backends.native import kernels
from autograd.compiling.backends.native_backend import compile_native, train_native

SIZES = (1, 3, 7, 8, 9, 64, 100, 1000)
EDGES = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1e-9, -1e-9, 3.0, 22.0, -22.0, 40.0,
    -40.0, 709.7, -745.0, 711.0, -746.0, 1e300, -1e300, 1.7e308, 5e-324, 1e-310, 0.3466,
    math.inf, -math.inf, math.nan,
]  # fmt: skip


def taken(x, index):
    """Return the elements of the vector `x` at an array of places."""
    index = np.asarray(index)
    return st.taken(x, index.ravel().tolist(), index.shape)


def both(outputs, P=(), X=None, size=1, V=None, tolerance=1e-11):
    """Check that machine code gives what NumPy gives, and return it."""
    P, X = np.array(P, dtype=float), np.empty((0, size)) if X is None else X
    given = compile_native(outputs)(P, X, size, V)
    wanted = compile_numpy(outputs)(P, X, size, V)
    for y, mine, theirs in zip(outputs, given, wanted, strict=True):
        assert mine.shape == (*y.shape, *([size] if y.batched else []))
        theirs = np.broadcast_to(theirs, mine.shape)
        scale = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)
        np.testing.assert_allclose(mine, theirs, tolerance, tolerance * scale)
    return given


def rolled(f, inputs, parameters):
    return roll_up(record_scalars(f, inputs, parameters)[0])


def derivatives(program):
    """Return the loss and its derivatives by parameters, inputs, and a second time."""
    loss, parameters = program.outputs[0], program.parameters
    by_parameters, by_inputs = differentiate(loss, [parameters, program.inputs])
    direction = st.Statement(st.DIRECTION, (), parameters.shape, False)
    product = st.mapped(ops.mul, [by_parameters, direction])
    row = taken(product, [range(parameters.size)])
    second = differentiate(st.total(row), [parameters])[0]
    return [loss, by_parameters, by_inputs, second]


# --- ops ------------------------------------------------------------------------------


def op_outputs(op):
    """Return an op of its inputs, and its partials, as statements."""
    inputs = st.Statement(st.INPUTS, (), (op.arity,), True)
    args = [taken(inputs, [i]) for i in range(op.arity)]
    y = st.mapped(op, args)
    return [y, *differentiate(y, [inputs])]


@pytest.mark.parametrize("op", ops.TABLE.values(), ids=str)
@pytest.mark.parametrize("size", [1, 9, 64])
def test_each_op_and_its_partials_where_it_is_smooth(op, size):
    rng = np.random.default_rng(0)
    X = np.array([rng.uniform(*interval, size) for interval in op.safe])
    y, slopes = both(op_outputs(op), X=X, size=size, tolerance=2e-14)
    slopes = slopes.reshape(-1, 1) if slopes.ndim < 2 else slopes
    slopes = np.broadcast_to(slopes, X.shape)
    for s in range(size):
        args = [Value(x) for x in X[:, s]]
        node = op(*args)
        node.backward()
        assert y[0, s] == pytest.approx(node.data, rel=1e-14)
        wanted = [arg.grad / size for arg in args]
        assert slopes[:, s] == pytest.approx(wanted, rel=2e-14, abs=1e-15)


@pytest.mark.parametrize("op", ops.TABLE.values(), ids=str)
def test_each_op_and_its_partials_at_edges(op):
    grid = np.meshgrid(*[EDGES] * min(op.arity, 2))
    X = np.array([axis.ravel() for axis in grid])
    if op.arity == 3:
        X = np.concatenate([X, X[:1] * 0.5 + 1.0])
    outputs = op_outputs(op)
    given = compile_native(outputs)(np.empty(0), X, X.shape[1])
    wanted = compile_numpy(outputs)(np.empty(0), X, X.shape[1])
    for mine, theirs in zip(given, wanted, strict=True):
        theirs = np.broadcast_to(theirs, mine.shape)
        # NumPy's erfc is a little off, and 1 - y² loses digits.
        np.testing.assert_allclose(mine, theirs, 5e-14, 1e-322)


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "tanh", "sigmoid"])
def test_what_is_written_out_is_accurate_to_two_units_in_the_last_place(name):
    import mpmath

    rng = np.random.default_rng(1)
    x = np.concatenate([
        rng.uniform(-3, 3, 400), rng.uniform(-700, 700, 200),
        rng.uniform(-1, 1, 400) ** 9, 1.0 + rng.uniform(-1, 1, 200) ** 5,
        np.exp(rng.uniform(-700, 700, 200)),
    ])  # fmt: skip
    exact = {
        "exp": mpmath.exp, "expm1": mpmath.expm1, "log": mpmath.log,
        "tanh": mpmath.tanh, "log1p": mpmath.log1p,
        "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    }[name]  # fmt: skip
    if name == "log":
        x = x[x > 0.0]
    if name == "log1p":
        x = x[x > -1.0]
    if name in ("exp", "expm1"):
        x = x[x < 709.0]
    inputs = st.Statement(st.INPUTS, (), (1,), True)
    (y,) = compile_native([st.mapped(ops.TABLE[name], [inputs])])(None, x[None], len(x))
    with mpmath.workprec(2000):
        wanted = [exact(mpmath.mpf(float(number))) for number in x]
        errors = [
            abs(mpmath.mpf(float(mine)) - w) / math.ulp(abs(float(w)))
            for mine, w in zip(y[0], wanted, strict=True)
        ]
    assert max(errors) < (3.0 if name in ("tanh", "sigmoid") else 2.0)


def test_zeros_keep_their_sign():
    inputs = st.Statement(st.INPUTS, (), (1,), True)
    x = np.array([[-0.0, 0.0]])
    for op in (ops.expm1, ops.log1p, ops.tanh, ops.sin, ops.neg, ops.identity):
        y = st.mapped(op, [inputs])
        mine, theirs = (
            make([y])(None, x, 2)[0] for make in (compile_native, compile_numpy)
        )
        assert np.signbit(mine).tolist() == np.signbit(theirs).tolist(), op


def test_ties_are_ties_although_products_are_involved():
    w = Value(0.1)
    program = rolled(lambda a, b: ops.maximum(w * a, w * b), (1, 1), [w])
    gradient = differentiate(program.outputs[0], [program.inputs])
    X = np.full((2, 5), 0.7)
    (slopes,) = compile_native(gradient)([0.1], X, 5)
    assert slopes == pytest.approx(0.1 * 0.5 / 5)


def test_an_op_of_ones_own():
    def forward(x):
        if x > 1.0:
            return math.atan2(x, 2.0) if x < 5.0 and not math.isinf(x) else 7.0
        return math.exp(x) / (1.0 + math.exp(x))

    own = Op("own", forward, (lambda x, y: y * x,))
    X = np.linspace(-3.0, 8.0, 23)[None]
    y, _ = both(op_outputs(own), X=X, size=23, tolerance=1e-14)
    assert y[0] == pytest.approx([forward(x) for x in X[0]], rel=1e-14)


def test_an_op_that_machine_code_cannot_do():
    own = Op("own", lambda x: math.nextafter(x, 0.0), (lambda x, y: 1.0,))
    with pytest.raises(ValueError, match="needs a function that C has; got nextafter"):
        compile_native(op_outputs(own))


@pytest.mark.parametrize("exponent", [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.5, -0.5])
def test_powers_by_a_number(exponent):
    inputs = st.Statement(st.INPUTS, (), (1,), True)
    y = st.mapped(ops.pow, [inputs, st.constant(exponent)])
    X = np.array([EDGES])
    given = compile_native([y])(None, X, len(EDGES))[0]
    wanted = compile_numpy([y])(None, X, len(EDGES))[0]
    np.testing.assert_allclose(given, wanted, 1e-15, 1e-322)


# --- statements -----------------------------------------------------------------------


def arrays(rng, size):
    X = st.Statement(st.INPUTS, (), (12,), True)
    P = st.Statement(st.PARAMETERS, (), (40,), False)
    return X, P, rng.normal(size=(12, size)), rng.normal(size=40)


@pytest.mark.parametrize("size", SIZES)
def test_all_kinds_of_statements(size):
    rng = np.random.default_rng(size)
    X, P, x, p = arrays(rng, size)
    mixed = taken(X, [3, 1, 4, 1, 5, 9, 2, 6])
    w = taken(P, np.arange(3, 35).reshape(4, 8))
    odd = taken(P, rng.integers(0, 40, (5, 8)))
    common = taken(P, [7, 7, 0, 39, 5, 6, 7, 8])
    square = st.mapped(ops.mul, [mixed, mixed])
    put = st.put([mixed, st.part(X, 2, (3,))], [[0, 2, 2, 5, 4, 3, 0, 1], [5, 5, 0]], 7)
    put_common = st.put([common], [[0, 2, 2, 5, 4, 3, 0, 1]], 7)
    tiled = st.put([st.part(X, 2, (3,)), square], [[8, 9, 10], range(8)], 11)
    joined = st.joined([square, common, st.part(X, 1, (2,))])
    product, other = st.matvec(w, mixed), st.matvec(odd, square)
    back = st.backvec(odd, other)
    spread = st.spread(product, 3)
    table = taken(X, [[0, 5], [5, 11], [2, 2]])
    outputs = [
        X, P, mixed, w, odd, common, square, put, put_common, tiled, joined, product,
        other, back, spread, st.total(spread), st.total(table), table,
        st.total(w), st.batch_total(table), st.batch_total(back),
        st.outer(product, mixed), st.outer(other, product), st.outer(mixed, X),
        st.outer(common, mixed), st.outer(mixed, common), st.outer(common, common),
        st.matvec(odd, common), st.backvec(w, st.part(P, 3, (4,))),
        st.part(square, 2, (2, 3)), st.spread(common, 2),
        st.mapped(ops.mul, [mixed, common]),
        st.mapped(ops.add, [odd, st.constant(2.0)]),
        st.mapped(ops.mul, [spread, st.constant(np.arange(12.0).tolist(), (4, 3))]),
        st.mapped(ops.div, [square, st.Statement(st.SHARE, (), (), False)]),
        st.mapped(ops.add, [st.spread(st.part(P, 0, (4,)), 3), spread]),
        st.joined([st.part(P, 0, (3,)), st.constant([1.0, 2.0])]),
        st.constant(np.eye(3).ravel().tolist(), (3, 3)),
    ]  # fmt: skip
    both(outputs, p, x, size)
    for output in outputs:
        both([output], p, x, size)


@pytest.mark.parametrize("size", SIZES)
def test_sums_over_samples_that_samples_use_again(size):
    rng = np.random.default_rng(size)
    X, _, x, p = arrays(rng, size)
    part = st.part(X, 0, (4,))
    share = st.Statement(st.SHARE, (), (), False)
    mean = st.mapped(ops.mul, [st.batch_total(part), share])
    centred = st.mapped(ops.sub, [part, mean])
    spread = st.outer(centred, centred)
    turned = st.matvec(spread, st.mapped(ops.tanh, [centred]))
    last = st.batch_total(st.mapped(ops.mul, [turned, part]))
    both([mean, centred, spread, turned, last], p, x, size)


def test_many_samples_go_through_in_blocks_of_any_size():
    rng = np.random.default_rng(0)
    X, P, _, p = arrays(rng, 1)
    w = taken(P, np.arange(36).reshape(3, 12))
    y = st.mapped(ops.tanh, [st.matvec(w, X)])
    outputs = [y, st.outer(y, X), st.batch_total(y)]
    for size in (255, 256, 257, 511, 513, 2048, 2051):
        both(outputs, p, rng.normal(size=(12, size)), size)


def test_wide_matrices_are_summed_up_in_parts():
    rng = np.random.default_rng(0)
    X = st.Statement(st.INPUTS, (), (700,), True)
    P = st.Statement(st.PARAMETERS, (), (4200,), False)
    w = taken(P, np.arange(4200).reshape(6, 700))
    y = st.matvec(w, X)
    outputs = [y, st.backvec(w, y), st.outer(y, X)]
    both(outputs, rng.normal(size=4200), rng.normal(size=(700, 37)), 37)


def test_padding_is_no_sample():
    """What fills up the last vector must not bring nan to sums."""
    X = st.Statement(st.INPUTS, (), (2,), True)
    outputs = [st.batch_total(X), st.outer(X, X), st.total(st.mapped(ops.log, [X]))]
    x = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, math.inf]])
    total, _, rows = compile_native(outputs)(None, x, 3)
    assert total.tolist() == [3.0, math.inf]
    assert rows[:2] == pytest.approx([math.log(3.0), math.log(2.0)])


def test_nan_of_one_sample_stays_its_own():
    X = st.Statement(st.INPUTS, (), (1,), True)
    x = np.arange(-3.0, 7.0)[None]
    (y,) = compile_native([st.mapped(ops.log, [X])])(None, x, 10)
    assert np.isnan(y[0]).tolist() == [True] * 3 + [False] * 7
    assert y[0, 3] == -math.inf


# --- programs -------------------------------------------------------------------------


def small_network(hidden=5):
    random.seed(3)
    model = MLP(3, [hidden, 2], activation="tanh")
    parameters = model.parameters()

    def loss(x, y):
        a, b = model(x)
        return (a - y) ** 2 + ops.softplus(b * x[1]) + l2_penalty(parameters, 0.01)

    return rolled(loss, (3, 1), parameters), [p.data for p in parameters]


@pytest.mark.parametrize("size", SIZES)
def test_a_network_its_gradients_and_hessian(size):
    program, numbers = small_network()
    rng = np.random.default_rng(size)
    P = np.array(numbers)[program.order]
    X, V = rng.normal(size=(4, size)), rng.normal(size=len(P))
    both(derivatives(program), P, X, size, V)


def expression(draw, inputs, parameters, length):
    """Return a value computed by `length` random ops, all of which it depends on."""
    tame = [
        ops.tanh, ops.sigmoid, ops.softplus, ops.sin, ops.relu, ops.gelu, ops.abs,
        ops.add, ops.sub, ops.mul, ops.maximum, ops.minimum, ops.where, ops.elu,
        ops.leaky_relu, ops.silu, ops.atan, ops.step,
    ]  # fmt: skip
    known = [*inputs, *parameters, 0.5, 2.0]
    for _ in range(length):
        op = draw.choice(tame)
        args = [draw.choice(known[-12:] + known[:4]) for _ in range(op.arity)]
        known.append(ops.tanh(op(*args)) if op is ops.mul else op(*args))
    return sum(ops.tanh(x) for x in known)


@pytest.mark.parametrize("seed", range(25))
def test_random_functions(seed):
    draw, rng = random.Random(seed), np.random.default_rng(seed)
    parameters = [Value(draw.uniform(-1, 1)) for _ in range(4)]
    length = draw.choice([3, 10, 30, 120])
    program = rolled(
        lambda x: expression(random.Random(seed), x, parameters, length),
        (3,),
        parameters,
    )
    size = draw.choice(SIZES)
    P = np.array([p.data for p in parameters])[program.order]
    X, V = rng.normal(size=(3, size)), rng.normal(size=len(P))
    loss, gradient, by_inputs, _ = both(derivatives(program), P, X, size, V, 1e-10)
    wanted = np.zeros(len(P))
    for s in range(min(size, 9)):
        for p in parameters:
            p.grad = 0.0
        x = [Value(v) for v in X[:, s]]
        y = expression(random.Random(seed), x, parameters, length)
        y.backward()
        assert loss[0, s] == pytest.approx(y.data, rel=1e-10, abs=1e-12)
        slopes = [v.grad / size for v in x]
        assert by_inputs[:, s] == pytest.approx(slopes, rel=1e-9, abs=1e-12)
        wanted += [parameters[j].grad / size for j in program.order]
    if size <= 9:
        assert gradient == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_a_graph_that_does_not_roll_up():
    draw, rng = random.Random(0), np.random.default_rng(0)
    parameters = [Value(draw.uniform(-1, 1)) for _ in range(4)]
    program = rolled(
        lambda x: expression(random.Random(5), x, parameters, 1500), (3,), parameters
    )
    loss = program.outputs[0]
    outputs = [loss, *differentiate(loss, [program.parameters])]
    P = np.array([p.data for p in parameters])[program.order]
    both(outputs, P, rng.normal(size=(3, 50)), 50, tolerance=1e-9)


def test_through_the_program():
    w, b = Value(2.0), Value(0.5)
    program = record(
        lambda x, y: (w * x + b - y) ** 2, inputs=(1, 1), parameters=[w, b]
    )
    native, numpy = program.compile("native"), program.compile("numpy")
    args = [2.0, 0.5], [1.0, 3.0, 4.0], [1.0, 5.0, 0.0]
    loss, slopes = native(*args)
    assert loss == pytest.approx(numpy(*args)[0])
    assert slopes == pytest.approx(numpy(*args)[1])
    vector = [1.0, -1.0]
    hvp = [step.hvp(args[0], vector, *args[1:]) for step in (native, numpy)]
    assert hvp[0] == pytest.approx(hvp[1])


def test_without_inputs_or_without_parameters():
    w = Value(3.0)
    penalty = rolled(lambda x: w * w + 0.0, (1,), [w])
    both(derivatives(penalty)[:2], [3.0], np.ones((1, 5)), 5)
    plain = rolled(lambda x: x.exp(), (1,), [])
    both([plain.outputs[0]], [], np.ones((1, 5)), 5)
    with pytest.raises(ValueError, match="at least one sample"):
        compile_native([st.constant(1.0)])(None, None, 0)


# --- what is compiled once ------------------------------------------------------------


def test_the_same_structure_is_compiled_once():
    # From 8 columns on sums are products of their own, in both networks then.
    program, _ = small_network(hidden=8)
    compile_native(derivatives(program))
    before = dict(kernels._addresses)
    random.seed(99)
    program, _ = small_network(hidden=9)
    compile_native(derivatives(program))
    assert kernels._addresses == before


def test_other_constants_are_other_data():
    X = st.Statement(st.INPUTS, (), (1,), True)
    x = np.ones((1, 3))
    runs = [
        compile_native([st.mapped(ops.mul, [X, st.constant(c)])]) for c in (2.0, 5.0)
    ]
    before = len(kernels._addresses)
    assert [run(None, x, 3)[0][0, 0] for run in runs] == [2.0, 5.0]
    assert len(kernels._addresses) == before


def test_code_outlives_what_made_it_and_the_interpreter_ends_well():
    code = """
import numpy as np
from autograd import ops
from autograd.compiling import statements as st
from autograd.compiling.backends.native_backend import compile_native, train_native
X = st.Statement(st.INPUTS, (), (1,), True)
run = compile_native([st.mapped(ops.tanh, [X])])
keep = run, run(None, np.ones((1, 999)), 999)
print("well")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "well\n", "")


def test_several_threads_may_call_one_program():
    program, numbers = small_network()
    run = compile_native(derivatives(program)[:2])
    P = np.array(numbers)[program.order]
    batches = [np.random.default_rng(i).normal(size=(4, 10 + i)) for i in range(4)]
    wanted = [run(P, X, X.shape[1])[1] for X in batches]
    found = [[] for _ in batches]

    def work(i):
        for _ in range(50):
            found[i].append(run(P, batches[i], batches[i].shape[1])[1])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for results, slopes in zip(found, wanted, strict=True):
        assert all((result == slopes).all() for result in results)


def test_narrow_vectors_give_the_same():
    code = """
import numpy as np
from autograd.compiling.backends.native import host
host.wide = lambda: False
from autograd import ops
from autograd.compiling import statements as st
from autograd.compiling.backends.native_backend import compile_native, train_native
from autograd.compiling.backends.numpy_backend import compile_numpy, train_numpy
X = st.Statement(st.INPUTS, (), (9,), True)
P = st.Statement(st.PARAMETERS, (), (117,), False)
w = st.taken(P, range(117), (13, 9))
y = st.mapped(ops.tanh, [st.matvec(w, X)])
outputs = [y, st.backvec(w, y), st.outer(y, X), st.outer(X, st.part(y, 0, (3,)))]
rng = np.random.default_rng(0)
for size in (1, 5, 100):
    given = rng.normal(size=117), rng.normal(size=(9, size)), size
    runs = [make(outputs)(*given) for make in (compile_native, compile_numpy)]
    for a, b in zip(*runs):
        np.testing.assert_allclose(a, b, 1e-12, 1e-13)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == 0


# --- training -------------------------------------------------------------------------


def trainable():
    random.seed(7)
    model = MLP(2, [6, 1])
    values = model.parameters()
    program = rolled(
        lambda x, y: max_margin([0.0], [1]) * 0.0
        + ops.relu(1.0 - y * model(x))
        + l2_penalty(values),
        (2, 1), values,
    )  # fmt: skip
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3, 50))
    X[2] = np.sign(X[0] * X[1])
    loss = program.outputs[0]
    outputs = [loss, *differentiate(loss, [program.parameters])]
    P = np.array([v.data for v in values])[program.order]
    return outputs, P, X


OPTIMIZERS = {
    "plain": lambda values: SGD(values, lr=0.1),
    "momentum": lambda values: SGD(values, lr=0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda values: SGD(values, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda values: Adam(values),
    "AdamW": lambda values: AdamW(values),
    "RMSProp": lambda values: RMSProp(values, momentum=0.5),
    "Adam with decay": lambda values: Adam(values, betas=(0.8, 0.9), weight_decay=0.01),
}


def in_python(outputs, P, X, optimizer, rates, batches):
    """Return the losses of the same training, step by step; the optimizer has moved."""
    run, losses = compile_numpy(outputs), []
    for lr, batch in zip(rates, batches, strict=True):
        numbers = np.array([v.data for v in optimizer.parameters])
        loss, slopes = run(numbers, np.ascontiguousarray(X[:, batch]), len(batch))
        losses.append(loss.mean())
        for v, slope in zip(optimizer.parameters, slopes, strict=True):
            v.grad = slope
        optimizer.lr = lr
        optimizer.step()
    return losses


def trained(outputs, P, X, optimizer, rates, batches=None):
    """Return the same training in machine code: losses, parameters, averages."""
    train = train_native(outputs, optimizer.formula, optimizer.AVERAGES)
    P = np.array(P, dtype=float)
    averages = {name: np.zeros(len(P)) for name in optimizer.AVERAGES}
    batches = [None] * len(rates) if batches is None else batches
    losses, start = [], 0
    # Those of one length go through the loop together.
    for size, alike in groupby(batches, lambda batch: batch is not None and len(batch)):
        count = len(list(alike))
        order = np.array(batches[start : start + count]) if size else None
        lrs = rates[start : start + count]
        losses += train(P, averages, X, order, lrs, start + 1)[0].tolist()
        start += count
    return losses, P, averages


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 16, 7, 50, 64])
def test_training_gives_the_numbers_of_the_optimisers(name, batch_size):
    outputs, P, X = trainable()
    epochs, n = 4, X.shape[1]
    size = min(batch_size or n, n)
    rng = np.random.default_rng(1)
    lines = [rng.permutation(n) for _ in range(epochs)]
    batches = [line[i : i + size] for line in lines for i in range(0, n, size)]
    rates = np.linspace(0.05, 0.01, len(batches))
    values = [Value(x) for x in P]
    optimizer = OPTIMIZERS[name](values)
    known = in_python(outputs, P, X, optimizer, rates, batches)
    whole = batch_size is None
    losses, parameters, averages = trained(
        outputs, P, X, optimizer, rates, None if whole else batches
    )
    np.testing.assert_allclose(losses, known, 1e-9)
    np.testing.assert_allclose(parameters, [v.data for v in values], 1e-9, 1e-12)
    for key, numbers in optimizer.averages.items():
        np.testing.assert_allclose(averages[key], numbers, 1e-9, 1e-12)


def test_a_training_can_be_carried_on():
    outputs, P, X = trainable()
    adam = Adam([Value(x) for x in P])
    losses, parameters, _ = trained(outputs, P, X, adam, [0.01] * 30)
    train = train_native(outputs, adam.formula, adam.AVERAGES)
    averages = {name: np.zeros(len(P)) for name in adam.AVERAGES}
    first, _ = train(P, averages, X, None, [0.01] * 11, 1)
    rest, _ = train(P, averages, X, None, [0.01] * 19, 12)
    assert (parameters == P).all()
    assert losses == [*first, *rest]


def test_a_training_whose_samples_use_sums_over_all():
    X = st.Statement(st.INPUTS, (), (3,), True)
    P = st.Statement(st.PARAMETERS, (), (3,), False)
    y = st.total(st.mapped(ops.mul, [taken(X, [[0, 1, 2]]), taken(P, [[0, 1, 2]])]))
    share = st.Statement(st.SHARE, (), (), False)
    mean = st.mapped(ops.mul, [st.batch_total(y), share])
    loss = st.mapped(ops.softplus, [st.mapped(ops.sub, [y, mean])])
    outputs = [loss, *differentiate(loss, [P])]
    rng = np.random.default_rng(0)
    x, p = rng.normal(size=(3, 40)), rng.normal(size=3)
    order = np.array([rng.permutation(40) for _ in range(3)])
    values = [Value(v) for v in p]
    optimizer = SGD(values, lr=0.1)
    batches = [line[i : i + 17] for line in order for i in (0, 17, 34)]
    known = in_python(outputs, p, x, optimizer, [0.1] * 9, batches)
    losses, parameters, _ = trained(outputs, p, x, optimizer, [0.1] * 9, batches)
    np.testing.assert_allclose(losses, known, 1e-12)
    np.testing.assert_allclose(parameters, [v.data for v in values], 1e-12)


def test_an_order_may_leave_samples_out():
    outputs, P, X = trainable()
    sgd = SGD([Value(x) for x in P], lr=0.1)
    some = trained(outputs, P, X, sgd, [0.1], [[5, 1, 30]])
    alone = trained(outputs, P, np.ascontiguousarray(X[:, [5, 1, 30]]), sgd, [0.1])
    assert (some[1] == alone[1]).all()


def test_training_stops_before_the_step_that_is_not_finite():
    w = Value(1.0)
    program = rolled(lambda x: (w * x) ** 4, (1,), [w])
    loss = program.outputs[0]
    outputs = [loss, *differentiate(loss, [program.parameters])]
    X, sgd = np.full((1, 9), 2.0), SGD([w], lr=0.1)
    losses, (found,), _ = trained(outputs, [1.0], X, sgd, [0.5] * 100)
    assert 0 < len(losses) < 10
    assert np.isfinite(losses).all() and np.isfinite(found)
    rates = [0.5] * len(losses)
    upto, (again,), _ = trained(outputs, [1.0], X, sgd, rates)
    assert (upto, again) == (losses, found)


class Counting(Optimizer):
    AVERAGES = ("steps",)

    def formula(self, p, g, averages, lr, step):
        return p - lr * g, {"steps": averages["steps"] + 1.0}


def test_training_is_interrupted_by_ctrl_c():
    outputs, P, X = trainable()
    mine = Counting([Value(x) for x in P], lr=0.01)
    X, steps, start = np.tile(X, 40), 200_000, P.copy()
    train = train_native(outputs, mine.formula, mine.AVERAGES)
    averages = {"steps": np.zeros(len(P))}
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        train(P, averages, X, None, np.full(steps, 0.01), 1)
    timer.join()
    done = int(averages["steps"][0])
    assert 0 < done < steps and (averages["steps"] == done).all()
    _, again, _ = trained(outputs, start, X, mine, [0.01] * done)
    assert (again == P).all()


# --- bad input ------------------------------------------------------------------------


def test_shapes_are_checked_before_machine_code_runs():
    program, numbers = small_network()
    run = compile_native(derivatives(program))
    P, X = np.array(numbers), np.ones((4, 5))
    cases = [
        ((P[:-1], X, 5, P), "parameters of shape"),
        ((P, X[:3], 5, P), "inputs of shape"),
        ((P, X, 6, P), "inputs of shape"),
        ((P, X[:, :0], 0, P), "at least one sample"),
        ((P, X, 5, P[:2]), "direction of shape"),
        ((P, X, 5), "direction of shape"),
    ]
    for args, message in cases:
        with pytest.raises(ValueError, match=message):
            run(*args)


def test_trainings_are_checked_before_machine_code_runs():
    outputs, P, X = trainable()
    sgd = SGD([Value(x) for x in P], lr=0.1)
    for order in ([[0, 50]], [[-1, 5]]):
        with pytest.raises(IndexError, match="samples from 0 to 49"):
            trained(outputs, P, X, sgd, [0.1], order)


def test_without_llvmlite_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    with pytest.raises(ImportError, match=r'llvmlite: pip install "chainrule\[fast\]"'):
        compile_native([st.constant(1.0)])


def test_programs_that_differ_in_what_an_op_reads_are_not_taken_for_each_other():
    X = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -0.5]])
    for f in (
        lambda x: [x[0].tanh(), x[0].tanh() * x[1]],
        lambda x: [x[0].tanh(), x[0] * x[1]],
    ):
        both(rolled(f, (2,), []).outputs, X=X, size=3)


@pytest.mark.parametrize("batch", [None, 7])
def test_the_loop_keeps_what_was_predicted_in_each_step(batch):
    model = MLP(2, [3, 2], seed=0)

    def f(x, y):
        a, b = model(x)
        return [(a - y) ** 2 + b * b, a, b]

    program = record(f, (2, 1), model.parameters())
    numbers = np.random.default_rng(0)
    X = numbers.normal(size=(3, 21))
    order = None if batch is None else numbers.permuted([range(21)] * 5, axis=1)[:, :7]
    rates, found = [0.1, 0.2, 0.1, 0.3, 0.1], []
    loss, *others = program.rolled.outputs
    others = st.together(others)
    for make in (train_numpy, train_native):
        sgd = SGD(model.parameters(), lr=0.1, momentum=0.5)
        rule = sgd.formula, sgd.AVERAGES
        train = make([loss, program.gradient, others], *rule)
        P = np.array([p.data for p in model.parameters()])[program.rolled.order]
        averages = {"velocity": np.zeros(len(P))}
        found.append((P, *train(P, averages, X, order, rates, 1)))
    for mine, theirs in zip(*found, strict=True):
        assert mine.shape == theirs.shape
        np.testing.assert_allclose(mine, theirs, 1e-11, 1e-12)
