"""What `engine.py` measures: one thing in one fresh process, printed as JSON.

The works are written once, in plain Python, for every engine; an engine says how a leaf
is made, how relu is called, and how gradients are asked for. Nothing large is imported
here: Python's collector walks all that a process holds, so that it would slow down the
engines under measurement.
"""

from __future__ import annotations

import gc
import json
import math
import random
import sys
import threading
import time
from itertools import pairwise

# --- engines --------------------------------------------------------------------------


class Micrograd:
    """karpathy/micrograd, whose programs run on ours as well."""

    def __init__(self):
        from micrograd.engine import Value

        self.leaf = Value

    def relu(self, x):
        return x.relu()

    def gradient(self, expression, leaves):
        for leaf in leaves:
            leaf.grad = 0.0
        expression(leaves, self.relu).backward()
        return [leaf.grad for leaf in leaves]


class Ours(Micrograd):
    """The package `autograd`."""

    def __init__(self):
        from autograd import Value

        self.leaf = Value


class Xad:
    """XAD, a tape in C++, made once and recorded on again: its fastest use."""

    def __init__(self):
        import xad.math
        from xad.adj_1st import Real, Tape

        self.real, self.max = Real, xad.math.max
        self.tape = Tape()
        self.tape.activate()

    def leaf(self, number):
        leaf = self.real(number)
        self.tape.registerInput(leaf)
        return leaf

    def relu(self, x):
        return self.max(x, 0.0)

    def gradient(self, expression, leaves):
        self.tape.newRecording()
        output = expression(leaves, self.relu)
        self.tape.registerOutput(output)
        output.derivative = 1.0
        self.tape.computeAdjoints()
        return [leaf.derivative for leaf in leaves]


class Torch:
    """PyTorch, every number a tensor without dimensions."""

    def __init__(self):
        import torch

        self.torch = torch
        self.relu = torch.relu

    def leaf(self, number):
        return self.torch.tensor(number, dtype=self.torch.float64, requires_grad=True)

    def gradient(self, expression, leaves):
        for leaf in leaves:
            leaf.grad = None
        expression(leaves, self.relu).backward()
        return [leaf.grad.item() for leaf in leaves]


ENGINES = {"ours": Ours, "micrograd": Micrograd, "xad": Xad, "torch": Torch}


class Counted:
    """A number that only counts the operations of an expression."""

    operations = 0

    def operate(self, *others):
        Counted.operations += 1
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = operate
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = relu = operate


# --- works: numbers, and an expression of the leaves made of them ---------------------


def readme(leaves, relu):
    """The expression of micrograd's README."""
    a, b = leaves
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def chain(leaves, relu):
    """10,000 operations, each on the result of the one before."""
    y, a, b = leaves
    for _ in range(5_000):
        y = y * a
        y = y + b
    return y


SIZES = (2, 16, 16, 1)


def moons(parameters, relu):
    """The loss of one training step: a network 2-16-16-1 on all of 100 points."""
    layers = network(iter(parameters))
    scores = [score(layers, point, relu) for point in POINTS]
    losses = [relu(1 - y * s) for y, s in zip(LABELS, scores)]  # noqa: B905
    return sum(losses) / len(losses) + 1e-4 * sum(p * p for p in parameters)


def network(parameters):
    return [
        [([next(parameters) for _ in range(n)], next(parameters)) for _ in range(m)]
        for n, m in pairwise(SIZES)
    ]


def score(layers, x, relu):
    """The network's output for one point, in the plain way that one would write it."""
    for layer in layers:
        x = [sum((wi * xi for wi, xi in zip(w, x)), b) for w, b in layer]  # noqa: B905
        if layer is not layers[-1]:
            x = [relu(activation) for activation in x]
    return x[0]


def two_moons():
    rng = random.Random(1)
    points, labels = [], []
    for i in range(100):
        angle = math.pi * (i % 50) / 49
        x, y = math.cos(angle), math.sin(angle)
        if i >= 50:
            x, y = 1.0 - x, 0.5 - y
        points.append([x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)])
        labels.append(-1.0 if i < 50 else 1.0)
    return points, labels


def initial_parameters():
    rng = random.Random(0)
    count = sum((n + 1) * m for n, m in pairwise(SIZES))
    return [rng.uniform(-0.7, 0.7) for _ in range(count)]


POINTS, LABELS = two_moons()

# The leaves of a network stay from step to step; the others are made each time.
WORKS = {
    "readme": (readme, [-4.0, 2.0]),
    "chain": (chain, [1.0, 0.999, 0.002]),
    "moons": (moons, initial_parameters()),
}

# --- measurements ---------------------------------------------------------------------


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def engine():
    """Which engine of ours it is; CHAINRULE_NATIVE chooses."""
    from autograd import native

    return "python" if native.engine is None else "native"


def gradients(engine, work):
    """The gradients that the engine gives, to be compared before anything is timed."""
    expression, numbers = WORKS[work]
    engine = ENGINES[engine]()
    return engine.gradient(expression, [engine.leaf(number) for number in numbers])


def operations(work):
    """How many operations the expression asks for, in the way it is written."""
    expression, numbers = WORKS[work]
    expression([Counted() for _ in numbers], Counted.relu)
    return Counted.operations


def eager(engine, work):
    """Seconds for leaves, graph, gradients and letting go: the median of many."""
    expression, numbers = WORKS[work]
    engine = ENGINES[engine]()
    kept = [engine.leaf(number) for number in numbers] if work == "moons" else None
    times = 200 if work == "readme" else 1
    seconds, total = [], 0.0
    while len(seconds) < 4 or total < 0.5:
        start = time.perf_counter()
        for _ in range(times):
            leaves = kept or [engine.leaf(number) for number in numbers]
            engine.gradient(expression, leaves)
        stop = time.perf_counter()
        seconds.append((stop - start) / times)
        total += stop - start
    return median(seconds[1:])  # the first warms up


def long_chain(leaf, n):
    x = leaf(1.0)
    y = x
    for _ in range(n):
        y = y * x
    return y


def accumulation(leaf, n):
    p = [leaf(0.01 * i) for i in range(100)]
    y = p[0]
    for i in range(n // 2):
        y = y + p[i % 100] * p[7 * i % 100]
    return y


SHAPES = {"chain": long_chain, "accumulation": accumulation}


def traced(engine, n):
    """Bytes a node that Python hands out, after the build and after backward."""
    import tracemalloc

    leaf = ENGINES[engine]().leaf
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    output = long_chain(leaf, n)
    built, _ = tracemalloc.get_traced_memory()
    output.backward()
    swept, _ = tracemalloc.get_traced_memory()
    return [(built - before) / n, (swept - before) / n]


def resident(engine, n):
    """Bytes a node by which the process grows, after the build and after backward."""
    leaf = ENGINES[engine]().leaf
    before = resident_bytes()
    output = long_chain(leaf, n)
    built = resident_bytes()
    output.backward()
    return [(built - before) / n, (resident_bytes() - before) / n]


def resident_bytes():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:  # not Linux: the largest so far, which here is the present
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def growth(shape, n):
    """Seconds a node, and of them in the collector."""
    leaf, build = Ours().leaf, SHAPES[shape]

    def once(n):
        build(leaf, n).backward()

    for _ in range(20):
        once(1_000)
    collector = Stopwatch()
    gc.callbacks.append(collector)
    times = max(1, 200_000 // n)
    start = time.perf_counter()
    for _ in range(times):
        once(n)
    seconds = time.perf_counter() - start
    return [seconds / times / n, collector.seconds / times / n]


class Stopwatch:
    """Sums up the time between the collector's calls at its start and its stop."""

    seconds = 0.0

    def __call__(self, phase, info):
        if phase == "start":
            self.started = time.perf_counter()
        else:
            self.seconds += time.perf_counter() - self.started


def uncollected(shape, n):
    """What a dropped graph leaves with the collector off: garbage, and Values."""
    leaf, build = Ours().leaf, SHAPES[shape]
    build(leaf, 10).backward()
    gc.collect()
    gc.disable()
    before = count_of(leaf)
    build(leaf, n).backward()
    after = count_of(leaf)
    return [gc.collect(), after - before]


def count_of(kind):
    return sum(type(thing) is kind for thing in gc.get_objects())


MEASUREMENTS = {
    function.__name__: function
    for function in (
        engine,
        gradients,
        operations,
        eager,
        traced,
        resident,
        growth,
        uncollected,
    )
}


def main():
    name, *args = sys.argv[1:]
    args = [int(arg) if arg.isdigit() else arg for arg in args]
    print(json.dumps(MEASUREMENTS[name](*args)))


if __name__ == "__main__":
    # micrograd sorts its graph by recursion, as deep as the graph.
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
