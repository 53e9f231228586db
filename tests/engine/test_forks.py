"""A child process, forked while other threads of its parent are at work."""

import importlib.util
import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = [
    pytest.mark.versions,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no os.fork here"),
]

PARENT = """
    import os, signal, sys, threading, time, warnings
    from autograd import Value, draw, grad, record, record_sources
    from autograd.ops import tanh
    from nn import MLP, fit, squared_error

    warnings.simplefilter("ignore")  # later Pythons warn of forks beside threads
    BACKEND, FORKS = sys.argv[1], 5
    model = MLP(2, [4, 1], seed=0)
    w = Value(0.5, "w")

    def deep(x, n=3000):
        y = x
        for _ in range(n):
            y = tanh(y * 0.5 + w)
        return y

    def differentiate():
        deep(Value(1.0)).backward()

    def derive():
        grad(lambda x: grad(lambda t: deep(t, 200))(x))(1.0)

    def noted():
        with record_sources():
            deep(Value(1.0), 300).backward()

    program = record(lambda x: (w * x).tanh(), (1,), [w])
    step = program.compile(BACKEND)

    def run():
        step([0.5], [1.0, 2.0])

    def compiled():
        record(lambda x: (w * x).tanh() * deep(x, 20), (1,), [w]).compile(BACKEND)(
            [0.5], [1.0])

    def train(engine="eager"):
        model = MLP(2, [3, 1], seed=0)
        fit(model, [[0.1, 0.2], [0.3, 0.4]], [0.5, 0.6], loss=squared_error, epochs=2,
            progress=False, engine=engine)

    def shown():
        assert "digraph" in draw(Value(2.0, "a") * w).source

    WORK = differentiate, derive, noted, run, compiled, train, shown
    for work in WORK:  # so that nobody is in the middle of an import
        work()
    over = False

    def on_and_on(work):
        while not over:
            work()

    threads = [threading.Thread(target=on_and_on, args=(work,)) for work in WORK]
    for thread in threads:
        thread.start()
    ends = []
    for k in range(FORKS):
        time.sleep(0.02 * (k + 1))
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # which ends a child that hangs
            try:
                for work in WORK:
                    work()
                train(BACKEND)
                node = w * 2.0
                assert node.source is None and type(w) is Value and w.data == 0.5
                assert grad(lambda x: x**3)(2.0) == 12.0
                os._exit(0)
            except BaseException:
                import traceback
                traceback.print_exc()
                os._exit(1)
        ends.append(os.waitpid(child, 0)[1])
    over = True
    for thread in threads:
        thread.join()
    print(ends)
    os._exit(any(ends))
"""


@pytest.mark.parametrize(
    "backend",
    [
        "numpy",
        pytest.param(
            "native",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("llvmlite") is None, reason="no llvmlite"
            ),
        ),
    ],
)
def test_a_child_forked_beside_threads_at_work(backend):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PARENT), backend],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_fork_inside_what_is_recorded_or_differentiated():
    program = """
        import os, signal
        from autograd import Op, Value, grad, record

        def forked():
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                return 1.0
            assert os.waitpid(child, 0)[1] == 0
            return 1.0

        w = Value(2.0)
        odd = Op("odd", lambda x: x, (lambda x, y: forked() * x,))
        assert grad(odd)(3.0) == 3.0

        def child_at_once(x):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                assert (Value(3.0) * 2.0).data == 6.0
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            return w * x * 2.0

        assert record(child_at_once, (1,), [w]).compile()([2.0], [3.0])[0] == 12.0
        (w * w).backward()
        assert w.grad == 4.0
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
