"""How long lessons take, how large their pages are, and what noting lines costs.

Run as `python tests/benchmarks/teaching.py`. It prints the best of several runs.
"""

import time

from autograd import Value, explain, record_sources, tanh


def best(action, times=7):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def loss(w, x, b, y):
    """A function of 30 nodes."""
    h = x
    for _ in range(5):
        s = w * h + b
        h = tanh(s)
    error = h - y
    square = error * error
    penalty = 0.01 * (w * w + b * b)
    total = square + penalty
    return tanh(total * 0.1)


def build():
    """Return the end of a graph of 30,000 nodes."""
    v = Value(0.5)
    for _ in range(10_000):
        v = (v * 1.0001 + 0.001) * 0.999
    return v


def recorded():
    with record_sources():
        build()


def report(what, number, unit="s"):
    print(f"{what:52}{number:10.4g} {unit}")


def main():
    at = {"w": 0.5, "x": 2.0, "b": -1.0, "y": 1.0}
    lesson = explain(loss, **at)
    nodes = len(lesson.nodes)
    report(f"explain, {nodes} nodes, to steps", best(lambda: explain(loss, **at)))
    report("  as text for the terminal", best(lambda: str(lesson)))
    report("  as Markdown", best(lesson.to_markdown))
    report("  as LaTeX", best(lesson.to_latex))
    report("  wiggled", best(lambda: explain(loss, **at).wiggles))

    from autograd.teaching.views.page.page import write_page

    report("  as a page", best(lambda: write_page(lesson, "en"), 3))
    page = max(len(write_page(lesson, language).encode()) for language in ("en", "fr"))
    report("  size of the page", page / 1000, "kB")

    # In turns, so that all of them meet the same machine.
    off, on, after = [], [], []
    for _ in range(7):
        off.append(best(build, 1))
        on.append(best(recorded, 1))
        after.append(best(build, 1))
    report("30,000 nodes, lines not noted", min(off))
    report("  noted", min(on))
    report("  noted / not noted", min(on) / min(off), "times")
    report("  not noted again / not noted", min(after) / min(off), "times")


if __name__ == "__main__":
    main()
