"""How fast compiled programs are, beside those that people would use instead.

    python -m pip install -e ".[all,fast,jax,bench]"
    python tests/benchmarks/compiling.py

Each figure is taken in a process of its own, on one core, and is the median of several
rounds in which all take turns. Who is not installed is left out; `--torch` names a
Python that has PyTorch, or micrograd, if this one has not. The floor is C written by
hand (`hand_written.c`), for which gcc is needed.

Version 0.2.0, Python 3.11, one core of an AMD EPYC; microseconds of a training step on
moons, 2-16-16-1, of 100 samples in float64:

    ours, native          4.3    ours, numpy      34.4    PyTorch, eager       281
    C by hand             6.0    NumPy by hand    56.5    micrograd        798,882
    JAX, whole loop      10.4
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise

FOLDER = os.path.dirname(os.path.abspath(__file__))
RATE, ALPHA = 0.05, 1e-4


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def timed(run, seconds=0.4, repeats=5):
    """Return the seconds of one call: the median of several repeats of many."""
    run()
    start = time.perf_counter()
    run()
    count = max(1, int(seconds / repeats / max(1e-7, time.perf_counter() - start)))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(count):
            run()
        times.append((time.perf_counter() - start) / count)
    return median(times)


# --- the works, written once for everybody --------------------------------------------


def moons_data():
    """Return 100 points, their targets -1 or 1, and the layers' parameters."""
    source = random.Random(0)
    X = [[source.gauss(0, 1), source.gauss(0, 1)] for _ in range(100)]
    y = [1.0 if a * b > 0 else -1.0 for a, b in X]
    return X, y, layers([2, 16, 16, 1])


def digits_data(sizes=(64, 32, 10), batch=128):
    source = random.Random(0)
    X = [[source.random() for _ in range(sizes[0])] for _ in range(batch)]
    y = [source.randrange(sizes[-1]) for _ in range(batch)]
    return X, y, layers(sizes)


def layers(sizes):
    source = random.Random(1)
    return [
        (
            [[source.uniform(-1, 1) / n**0.5 for _ in range(n)] for _ in range(m)],
            [0.0] * m,
        )
        for n, m in pairwise(sizes)
    ]


def network(parameters):
    """Return ours, with these parameters."""
    from nn import MLP

    sizes = [len(parameters[0][0][0]), *(len(b) for _, b in parameters)]
    model = MLP(sizes[0], sizes[1:], seed=0)
    for layer, (W, b) in zip(model.layers, parameters, strict=True):
        for neuron, row, bias in zip(layer.neurons, W, b, strict=True):
            neuron.b.data = bias
            for w, number in zip(neuron.w, row, strict=True):
                w.data = number
    return model


def moons_program():
    from autograd import record
    from nn import l2_penalty, max_margin

    X, y, parameters = moons_data()
    model = network(parameters)
    ps = model.parameters()
    f = lambda x, t: max_margin(model(x), t) + l2_penalty(ps, ALPHA)  # noqa: E731
    return record(f, (2, 1), ps), [p.data for p in ps], X, y


def digits_program(sizes=(64, 32, 10), batch=128):
    from autograd import record
    from nn import cross_entropy

    X, y, parameters = digits_data(sizes, batch)
    model = network(parameters)
    ps = model.parameters()
    f = lambda x, t: cross_entropy(model(x), t)  # noqa: E731
    return record(f, (sizes[0], 1), ps), [p.data for p in ps], X, y


def step_of(program, P, X, y, backend):
    """Return a function that takes one step of gradient descent."""
    import numpy as np

    compiled = program.compile(backend)
    data = compiled.data(X, y)
    P = np.array(P)[compiled.order]

    def step():
        loss, gradient, _ = compiled.evaluate(P, data)
        P.__isub__(RATE * gradient)
        return loss

    return step


def loop_of(program, P, X, y, backend, steps=100):
    """Return a function that takes many steps, the optimiser inside."""
    import numpy as np

    from autograd import Value
    from nn import SGD

    compiled = program.compile(backend)
    data = compiled.data(X, y)
    P = np.array(P)[compiled.order]
    averages = {"velocity": np.zeros(len(P))}
    sgd = SGD([Value(0.0)], lr=RATE)
    train = compiled.trainer(sgd.formula, sgd.AVERAGES)
    rates = np.full(steps, RATE)
    return lambda: train(P, averages, data, None, rates, 1)[0][-1]


# --- moons, one step ------------------------------------------------------------------


def moons_ours(backend, way):
    """Seconds of a step, and of the compilation before it."""
    program, P, X, y = moons_program()
    start = time.perf_counter()
    if way == "step":
        run = step_of(program, P, X, y, backend)
        run()
        seconds = time.perf_counter() - start
        return [timed(run), seconds]
    run = loop_of(program, P, X, y, backend)
    run()
    compiled = time.perf_counter() - start
    return [timed(run) / 100, compiled]


def moons_calls(backend):
    """Seconds of a call, which checks arrays, and of what it computes."""
    import numpy as np

    program, *arrays = moons_program()
    P, X, y = map(np.array, arrays)
    step = program.compile(backend)
    checked = step.vector(P), step.data(X, y)
    return [timed(lambda: step(P, X, y)), timed(lambda: step.evaluate(*checked))]


def moons_c():
    import numpy as np

    X, y, parameters = moons_data()
    numbers = np.concatenate([np.concatenate([np.ravel(W), b]) for W, b in parameters])
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "floor.so")
        subprocess.run(
            ["gcc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC",
             os.path.join(FOLDER, "hand_written.c"), "-o", library],
            check=True,
        )  # fmt: skip
        train = ctypes.CDLL(library).train
    train.restype = ctypes.c_double
    x, wanted = np.array(X).T.copy(), np.array(y)

    def at(array):
        return array.ctypes.data_as(ctypes.c_void_p)

    def run():
        train(at(numbers), at(x), at(wanted), ctypes.c_double(RATE), ctypes.c_long(100))

    return [timed(run) / 100, 0.0]


def numpy_by_hand():
    """Return a step with back-propagation written by hand, samples as rows."""
    import numpy as np

    X, y, parameters = moons_data()
    (W1, b1), (W2, b2), (W3, b3) = [(np.array(W).T, np.array(b)) for W, b in parameters]
    x, t, n = np.array(X), np.array(y)[:, None], len(y)
    theta = [W1, b1, W2, b2, W3, b3]

    def step():
        h1 = np.maximum(x @ W1 + b1, 0.0)
        h2 = np.maximum(h1 @ W2 + b2, 0.0)
        margin = 1.0 - t * (h2 @ W3 + b3)
        squares = sum((p * p).sum() for p in theta)
        loss = np.maximum(margin, 0.0).mean() + ALPHA * squares
        d3 = -t * (margin > 0.0) / n
        d2 = (d3 @ W3.T) * (h2 > 0.0)
        d1 = (d2 @ W2.T) * (h1 > 0.0)
        slopes = [x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0)]
        for p, slope in zip(theta, slopes, strict=True):
            p -= RATE * (slope + 2.0 * ALPHA * p)
        return loss

    return step


def moons_numpy():
    return [timed(numpy_by_hand()), 0.0]


def jax_moons():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y, parameters = moons_data()
    theta = [(jnp.array(W).T, jnp.array(b)) for W, b in parameters]
    x, t = jnp.array(X), jnp.array(y)

    def loss(theta):
        h = x
        for W, b in theta[:-1]:
            h = jnp.maximum(h @ W + b, 0.0)
        W, b = theta[-1]
        margin = jnp.maximum(1.0 - t * (h @ W + b)[:, 0], 0.0)
        squares = sum((p * p).sum() for p in jax.tree.leaves(theta))
        return margin.mean() + ALPHA * squares

    def step(theta, _=None):
        value, slopes = jax.value_and_grad(loss)(theta)
        return jax.tree.map(lambda p, g: p - RATE * g, theta, slopes), value

    return jax, theta, step


def moons_jax(way):
    jax, theta, step = jax_moons()
    start = time.perf_counter()
    if way == "step":
        compiled, state = jax.jit(step), [theta]

        def run():
            state[0], value = compiled(state[0])
            value.block_until_ready()

        run()
        seconds = time.perf_counter() - start
        return [timed(run), seconds]
    loop = jax.jit(lambda theta: jax.lax.scan(step, theta, length=100))

    def run():
        loop(theta)[1].block_until_ready()

    run()
    seconds = time.perf_counter() - start
    return [timed(run) / 100, seconds]


def torch_network(parameters):
    import torch

    torch.set_num_threads(1)
    modules = []
    for W, b in parameters:
        linear = torch.nn.Linear(len(W[0]), len(W), dtype=torch.float64)
        linear.weight.data = torch.tensor(W, dtype=torch.float64)
        linear.bias.data = torch.tensor(b, dtype=torch.float64)
        modules += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*modules[:-1])
    return torch, model, torch.optim.SGD(model.parameters(), lr=RATE)


def torch_moons():
    X, y, parameters = moons_data()
    torch, model, optimizer = torch_network(parameters)
    x, t = (torch.tensor(part, dtype=torch.float64) for part in (X, y))

    def step():
        optimizer.zero_grad()
        loss = torch.relu(1.0 - t * model(x)[:, 0]).mean()
        loss = loss + ALPHA * sum((p * p).sum() for p in model.parameters())
        loss.backward()
        optimizer.step()

    return step


def moons_torch():
    return [timed(torch_moons()), 0.0]


def moons_micrograd():
    from micrograd.nn import MLP

    X, y, _ = moons_data()
    model = MLP(2, [16, 16, 1])

    def step():
        losses = [(1 + -t * model(x)).relu() for x, t in zip(X, y, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        loss = loss + ALPHA * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= RATE * p.grad

    start = time.perf_counter()
    step()
    return [time.perf_counter() - start, 0.0]


# --- digits, and 102,000 parameters ---------------------------------------------------

BIG = (784, 128, 10)
WORKS = {"digits": ((64, 32, 10), 128), "big": (BIG, 64)}


def classes_ours(work, backend):
    program, P, X, y = digits_program(*WORKS[work])
    start = time.perf_counter()
    step = step_of(program, P, X, y, backend)
    step()
    seconds = time.perf_counter() - start
    return [timed(step), seconds]


def classes_jax(work):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y, parameters = digits_data(*WORKS[work])
    theta = [(jnp.array(W).T, jnp.array(b)) for W, b in parameters]
    x, t = jnp.array(X), jnp.array(y)

    def loss(theta):
        (W1, b1), (W2, b2) = theta
        z = jnp.maximum(x @ W1 + b1, 0.0) @ W2 + b2
        chosen = z[jnp.arange(len(t)), t]
        return (jax.scipy.special.logsumexp(z, axis=1) - chosen).mean()

    @jax.jit
    def step(theta):
        value, slopes = jax.value_and_grad(loss)(theta)
        return jax.tree.map(lambda p, g: p - RATE * g, theta, slopes), value

    state = [theta]

    def run():
        state[0], value = step(state[0])
        value.block_until_ready()

    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    return [timed(run), seconds]


def classes_torch(work):
    X, y, parameters = digits_data(*WORKS[work])
    torch, model, optimizer = torch_network(parameters)
    x, t = torch.tensor(X, dtype=torch.float64), torch.tensor(y)
    loss = torch.nn.CrossEntropyLoss()

    def run():
        optimizer.zero_grad()
        loss(model(x), t).backward()
        optimizer.step()

    return [timed(run), 0.0]


def rolled_up():
    """Seconds to record and roll up 102,000 parameters, and the process's gigabytes."""
    from autograd import record
    from nn import MLP, cross_entropy

    model = MLP(BIG[0], BIG[1:], seed=0)
    ps = model.parameters()
    start = time.perf_counter()
    record(lambda x, t: cross_entropy(model(x), t), (BIG[0], 1), ps)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return [seconds, peak * (1 if sys.platform == "darwin" else 1024) / 1e9]


# --- a graph that does not roll up ----------------------------------------------------

NODES = 10_000


def tangle(x, ps):
    """Return what 10,000 random operations make of ten inputs and thirty parameters."""
    from autograd import maximum, relu, sigmoid, sin, tanh

    source = random.Random(0)
    nodes = [*x, *ps]
    for _ in range(NODES // 2):
        a, b = (nodes[source.randrange(max(0, len(nodes) - 60), len(nodes))]
                for _ in range(2))  # fmt: skip
        kind = source.randrange(8)
        if kind < 4:
            y = tanh([a + b, a - b, a * b, maximum(a, b)][kind])
        else:
            y = 0.9 * [tanh, sin, sigmoid, relu][kind - 4](a)
        nodes.append(y)
    return sum(nodes[-40:])


def tangle_ours(backend):
    """Seconds of a step on 1,000 samples, and to compile."""
    from autograd import Value, record

    source = random.Random(1)
    ps = [Value(source.uniform(-1, 1)) for _ in range(30)]
    program = record(lambda x: tangle(x, ps), (10,), ps)
    X = [[source.gauss(0, 1) for _ in range(10)] for _ in range(1000)]
    start = time.perf_counter()
    compiled = program.compile(backend)
    P = [p.data for p in ps]
    compiled(P, X)
    seconds = time.perf_counter() - start
    return [timed(lambda: compiled(P, X), repeats=3), seconds]


def tangle_eager():
    """Seconds of 1,000 samples, measured on ten."""
    from autograd import Value

    source = random.Random(1)
    ps = [Value(source.uniform(-1, 1)) for _ in range(30)]
    X = [[source.gauss(0, 1) for _ in range(10)] for _ in range(10)]

    def run():
        for x in X:
            tangle([Value(number, constant=True) for number in x], ps).backward()

    return [timed(run, repeats=1) * 100, 0.0]


# --- from start to trained ------------------------------------------------------------


def trained_ours(engine):
    from nn import MLP, SGD, fit, l2_penalty, max_margin

    X, y, _ = moons_data()
    model = MLP(2, [16, 16, 1], seed=0)
    fit(model, X, y, loss=max_margin, penalty=l2_penalty, epochs=1000, engine=engine,
        optimizer=SGD(model.parameters(), lr=RATE), progress=False)  # fmt: skip


def trained_numpy():
    step = numpy_by_hand()
    for _ in range(1000):
        step()


def trained_jax():
    jax, theta, step = jax_moons()
    loop = jax.jit(lambda theta: jax.lax.scan(step, theta, length=1000))
    loop(theta)[1].block_until_ready()


def trained_torch():
    step = torch_moons()
    for _ in range(1000):
        step()


# --- asking ---------------------------------------------------------------------------

ONE_CORE = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"
) | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
NEEDED = {
    "native": "llvmlite",
    "jax": "jax",
    "torch": "torch",
    "micrograd": "micrograd",
}


def python_for(question, other):
    """Return the Python that can answer, or None."""
    needed = [NEEDED[word] for part in question for word in part.split("_")
              if word in NEEDED]  # fmt: skip
    if "moons_c" in question and shutil.which("gcc") is None:
        return None
    if all(importlib.util.find_spec(name) for name in needed):
        return sys.executable
    if other is None:
        return None
    code = f"import {', '.join(needed)}"
    found = subprocess.run([other, "-c", code], capture_output=True)
    return None if found.returncode else other


def ask(python, question):
    """Return what a fresh process answers, and the seconds it took; or None."""
    start = time.perf_counter()
    done = subprocess.run(
        [python, os.path.abspath(__file__), *question],
        capture_output=True, text=True, env=os.environ | ONE_CORE,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        print(f"{' '.join(question)}: {done.stderr.strip().splitlines()[-1]}")
        return None
    return json.loads(done.stdout), seconds


def answers(questions, rounds, other):
    """Return the median answers by name, all asked in turns."""
    pythons = {
        name: python_for(question, other) for name, question in questions.items()
    }
    found = {name: [] for name, python in pythons.items() if python}
    for _ in range(rounds):
        for name in list(found):
            answer = ask(pythons[name], questions[name])
            if answer is None:
                del found[name]
            else:
                found[name].append(answer)
    result = {}
    for name, given in found.items():
        numbers = given[0][0]
        medians = [median([n[i] for n, _ in given]) for i in range(len(numbers or ()))]
        result[name] = medians or [median([seconds for _, seconds in given])]
    return result


# --- the table ------------------------------------------------------------------------

VERDICTS = []


def table(title, found, scale=1e6, unit="µs", second=""):
    print(f"\n  {title}")
    for name, numbers in found.items():
        shown = f"{numbers[0] * scale:,.{2 if unit == 's' else 1}f}"
        line = f"    {name:<34}{shown:>14} {unit}"
        if second and len(numbers) > 1 and numbers[1]:
            line += f"   {second} {numbers[1]:.2f} s"
        print(line)


def verdict(required, a, b=1.0, most=None, least=None):
    """Keep a line: whether a / b is at most, or at least, what is required."""
    if a is None or b is None:
        VERDICTS.append((required, "-", "not measured"))
        return
    ratio = a / b
    holds = ratio <= most if most is not None else ratio >= least
    shown = f"{ratio:,.0f}" if ratio > 99 else f"{ratio:.2f}"
    VERDICTS.append((required, shown, "ok" if holds else "NOT MET"))


def main():
    parser = argparse.ArgumentParser(description="Measure compiled programs.")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--torch", metavar="PYTHON", help="a Python that has PyTorch")
    given = parser.parse_args()
    rounds, other = max(1, given.rounds), given.torch
    start = time.perf_counter()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {platform.machine()},")
    print(f"{os.cpu_count()} cores{load}; each process on one core, float64.")

    def first(found, name, i=0):
        return found[name][i] if name in found else None

    found = answers(
        {
            "C by hand, vectorised": ["moons_c"],
            "native, loop": ["moons_ours", "native", "loop"],
            "native, step": ["moons_ours", "native", "step"],
            "JAX, whole loop (scan)": ["moons_jax", "loop"],
            "jax engine, loop": ["moons_ours", "jax", "loop"],
            "JAX, jitted step": ["moons_jax", "step"],
            "numpy, step": ["moons_ours", "numpy", "step"],
            "NumPy by hand": ["moons_numpy"],
            "PyTorch, eager": ["moons_torch"],
        },
        rounds, other,
    )  # fmt: skip
    found |= answers({"micrograd": ["moons_micrograd"]}, 1, other)
    table("moons, 2-16-16-1, 100 samples, one step", found, second="compiled in")
    native = first(found, "native, loop")
    verdict("moons: native / C by hand <= 2", native,
            first(found, "C by hand, vectorised"), most=2.0)  # fmt: skip
    for peer, least in (
        ("JAX, whole loop (scan)", 1.8),
        ("PyTorch, eager", 40),
        ("micrograd", 100_000),
    ):
        theirs = first(found, peer)
        verdict(f"moons: {peer} / native >= {least:,}", theirs, native, least=least)
    verdict("moons: numpy / NumPy by hand <= 1.5", first(found, "numpy, step"),
            first(found, "NumPy by hand"), most=1.5)  # fmt: skip
    verdict("moons: seconds to compile, native <= 0.5", first(found, "native, step", 1),
            most=0.5)  # fmt: skip

    found = answers(
        {name: ["moons_calls", name] for name in ("native", "numpy")}, rounds, other
    )
    table("moons, one call with arrays", found)
    for name in ("native", "numpy"):
        verdict(f"moons: {name}, a call / what it computes <= 2", first(found, name),
                first(found, name, 1), most=2.0)  # fmt: skip

    found = answers(
        {
            "native": ["classes_ours", "digits", "native"],
            "numpy": ["classes_ours", "digits", "numpy"],
            "jax engine": ["classes_ours", "digits", "jax"],
            "JAX, jitted step": ["classes_jax", "digits"],
            "PyTorch, eager": ["classes_torch", "digits"],
        },
        rounds, other,
    )  # fmt: skip
    table("digits, 64-32-10, batch 128, one step", found, second="compiled in")
    for peer in ("JAX, jitted step", "PyTorch, eager"):
        verdict(f"digits: native / {peer} <= 1", first(found, "native"),
                first(found, peer), most=1.0)  # fmt: skip
    verdict("digits: numpy / PyTorch <= 3", first(found, "numpy"),
            first(found, "PyTorch, eager"), most=3.0)  # fmt: skip
    verdict("digits: seconds to compile, native <= 2", first(found, "native", 1),
            most=2.0)  # fmt: skip

    found = answers(
        {
            "numpy": ["classes_ours", "big", "numpy"],
            "native": ["classes_ours", "big", "native"],
            "JAX, jitted step": ["classes_jax", "big"],
            "PyTorch, eager": ["classes_torch", "big"],
        },
        min(3, rounds), other,
    )  # fmt: skip
    table("784-128-10, batch 64, one step", found, second="compiled in")
    ours = [found[name][0] for name in ("numpy", "native") if name in found]
    verdict("784-128-10: our best / PyTorch <= 1.5", min(ours, default=None),
            first(found, "PyTorch, eager"), most=1.5)  # fmt: skip
    found = answers({"record and roll up": ["rolled_up"]}, min(3, rounds), other)
    seconds, gigabytes = found["record and roll up"]
    print(f"    {'record and roll up':<34}{seconds:>14.1f} s, {gigabytes:.2f} GB")
    verdict("784-128-10: seconds to record and roll up <= 10", seconds, most=10)
    verdict("784-128-10: gigabytes <= 2", gigabytes, most=2)

    found = answers(
        {
            "native": ["tangle_ours", "native"],
            "numpy": ["tangle_ours", "numpy"],
            "eager": ["tangle_eager"],
        },
        1, other,
    )  # fmt: skip
    table("10,000 random operations, 1,000 samples", found, 1e3, "ms", "compiled in")
    ours = [found[name][0] for name in ("numpy", "native") if name in found]
    verdict("random graph: eager / our best >= 50", first(found, "eager"),
            min(ours, default=None), least=50)  # fmt: skip

    found = answers(
        {
            "fit, numpy": ["trained_ours", "numpy"],
            "fit, native": ["trained_ours", "native"],
            "fit, jax": ["trained_ours", "jax"],
            "NumPy by hand": ["trained_numpy"],
            "JAX, whole loop (scan)": ["trained_jax"],
            "PyTorch, eager": ["trained_torch"],
        },
        rounds, other,
    )  # fmt: skip
    table("1,000 steps on moons, the whole process", found, 1.0, "s")
    ours = {name: found[name][0] for name in ("fit, numpy", "fit, native")
            if name in found}  # fmt: skip
    best = min(ours, key=ours.__getitem__)
    for peer in ("JAX, whole loop (scan)", "PyTorch, eager"):
        theirs = first(found, peer)
        verdict(f"whole process: {peer} / {best} > 1", theirs, ours[best], least=1.0)
    verdict(f"whole process: {best} / NumPy by hand <= 1.5", ours[best],
            first(found, "NumPy by hand"), most=1.5)  # fmt: skip

    print()
    print(f"  {'required':<60}{'measured':>12}")
    print("  " + "-" * 84)
    for required, measured, holds in VERDICTS:
        print(f"  {required:<60}{measured:>12}  {holds}")
    print(f"\nTook {time.perf_counter() - start:.0f} seconds.")


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
