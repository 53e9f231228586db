"""How long pictures take: DOT of small and large graphs, and their rendering.

Run as `python tests/benchmarks/drawing.py`. It prints the best of several runs.
"""

import random
import time

from autograd import Value
from autograd.drawing import draw
from autograd.graph import topological
from nn import MLP, l2_penalty, max_margin


def best(action, times=7):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def tangle(size):
    """A graph without modules, long sums or rows."""
    random.seed(1)
    nodes = [Value(random.random(), f"x{i}") for i in range(50)]
    ops = [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: (a - b).tanh()]
    while len(nodes) < size:
        nodes.append(random.choice(ops)(*random.sample(nodes[-50:], 2)))
    return nodes[-1]


def refused(value):
    try:
        draw(value)
    except ValueError:
        return
    raise AssertionError("drawn, which was not expected")


def report(what, seconds):
    print(f"{what:44}{seconds:8.4f} s")


def main():
    v = Value(0.5, "x")
    for _ in range(999):
        v = v * v
    v.backward()
    assert len(topological(v)) == 1000
    report("DOT of 1,000 nodes, all drawn", best(lambda: draw(v, depth="scalar")))
    full = {"partials": True, "formula": True, "widths": True, "depth": "scalar"}
    report("  with partials, formulas, widths", best(lambda: draw(v, **full)))

    random.seed(1)
    model = MLP(2, [16, 16, 1])
    points = [[random.random(), random.random()] for _ in range(20)]
    scores = [model(point) for point in points]
    loss = max_margin(scores, [1.0] * 20) + l2_penalty(model.parameters())
    loss.backward()
    nodes = len(topological(loss))
    report(f"MLP on 20 samples, {nodes:,} nodes: DOT", best(lambda: draw(loss)))
    report("  with SVG", best(lambda: draw(loss).pipe(), 3))
    opened = best(lambda: draw(loss, expand="layers[1]").pipe(), 3)
    report("  with SVG, one layer open", opened)
    report("  the network itself, SVG", best(lambda: draw(model).pipe(), 3))

    total = sum((Value(float(i)) * 2.0 for i in range(25_000)), Value(0.0))
    report(
        f"Sum of {len(topological(total)):,} nodes, DOT", best(lambda: draw(total), 3)
    )
    chain = Value(0.5)
    for _ in range(33_333):
        chain = (chain * 1.0001).tanh()
    report(
        f"Row of {len(topological(chain)):,} nodes, DOT", best(lambda: draw(chain), 3)
    )
    large = tangle(125_000)
    nodes = len(topological(large))
    report(f"Tangle of {nodes:,} nodes, refused", best(lambda: refused(large), 3))


if __name__ == "__main__":
    main()
