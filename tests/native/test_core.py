"""The native core: the same as Python's engine, and nothing left behind or broken."""

from __future__ import annotations

import copy
import gc
import math
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from fuzzing.engines import differences

import autograd
from autograd import Op, Value, grad, native, ops
from autograd.reading.sources import record_sources

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.versions,
    pytest.mark.skipif(native.engine is None, reason="there is no native core"),
]


def python(code, engine="require", folder=ROOT, **more):
    """Run code in a process that has the engine asked for, and return what it says."""
    environment = os.environ | {native.CHOICE: engine, "PYTHONPATH": os.fspath(folder)}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, cwd=folder, env=environment, **more,
    )  # fmt: skip


def chain(x, n):
    y = x
    for _ in range(n // 2):
        y = y * 1.0 + x
    return y


def values():
    """Return how many Values the collector knows."""
    gc.collect()
    return sum(isinstance(thing, Value) for thing in gc.get_objects())


# --- the source -----------------------------------------------------------------------


def test_no_op_is_named_in_what_is_written_by_hand():
    text = (ROOT / "autograd" / "native" / "engine.c").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    words = set(re.findall(r"\w+", text)) - {"floor", "pow"}  # math.h's
    assert not words & set(ops.TABLE)


def test_rows_are_printed_from_the_table():
    done = python(
        "from autograd.native.rows import written_rows; print(written_rows())", "0"
    )
    text = done.stdout
    assert f'"{native.engine.TABLE}"' in text
    assert "return 1.0-y*y;" in text  # the slope of tanh
    assert "told(tanh(x0), ask)" in text or "told(tanh(x), ask)" in text
    assert "raised(ask)" in text  # where `_pow` raises
    assert set(native.in_python()) | set(native.engine.ROWS) == set(ops.TABLE)
    assert len(native.in_python()) < 8


# --- the same -------------------------------------------------------------------------


def test_random_programs_in_both_engines():
    assert not differences(first=0, count=500)


def test_every_row_to_the_bit():
    numbers = (0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.0, -3.0, 7.5, 40.0, -800.0, 1e-320)
    for name in native.engine.ROWS:
        op = ops.TABLE[name]
        for i, first in enumerate(numbers):
            x = tuple(numbers[(i + 5 * k) % len(numbers)] for k in range(op.arity))
            assert x[0] == first
            found = native.engine.compute(name, "f", 0, x)
            if found is not None and math.isfinite(found):
                assert found.hex() == float(op.forward(*x)).hex()


def test_a_row_is_computed_by_python_once_it_is_another():
    before = ops.tanh.partials
    x = Value(0.5)
    try:
        ops.tanh.partials = (lambda x, y: 10.0 + 0.0 * x,)
        x.tanh().backward()
        assert x.grad == 10.0
    finally:
        ops.tanh.partials = before
    x.grad = 0.0
    x.tanh().backward()
    assert x.grad == 1.0 - math.tanh(0.5) ** 2


def test_methods_and_operators_can_be_replaced(monkeypatch):
    x = Value(2.0)
    with monkeypatch.context() as patch:
        patch.setattr(Value, "tanh", lambda self: "mine")
        patch.setattr(Value, "__add__", lambda self, other: "sum")
        patch.setattr(Value, "__init__", lambda self, data: None)
        assert x.tanh() == "mine" and x + 1.0 == "sum"
        with pytest.raises(AttributeError, match="_data"):
            _ = Value(1.0)._data
    assert (x + 1.0).data == 3.0 and x.tanh().data == math.tanh(2.0)
    assert Value(1.0).data == 1.0


def test_subclasses():
    class Weight(Value):
        def __mul__(self, other):
            return "product"

        def __radd__(self, other):
            return "sum"

    w = Weight(2.0)
    assert w * 2.0 == "product" and 1.0 + w == "sum" and Value(1.0) + w == "sum"
    assert (w + 1.0).data == 3.0 and (3.0 * w).data == 6.0
    assert type(w + 1.0) is Value
    w.speed = 3.0
    (w - 1.0).backward()
    assert (w.grad, w.speed) == (1.0, 3.0)
    with pytest.raises(TypeError, match="3 were given"):
        pow(Value(2.0), 2, 5)


def test_errors_leave_all_as_it_was():
    x = Value(0.0, "x")
    y = x.sqrt() * 2.0 + x
    x.grad, y.grad = 5.0, 7.0
    with pytest.raises(ZeroDivisionError, match=r"slope of sqrt; got 0\.0 at .x."):
        y.backward()
    assert (x.grad, y.grad, y.args[0].grad) == (5.0, 7.0, 0.0)


def test_an_own_op_that_fails_in_the_middle_of_a_sweep():
    class Stop(Exception):
        pass

    def fail(x, y):
        raise Stop

    own = Op("own", forward=lambda x: x, partials=(fail,))
    x = Value(1.0)
    before = x * 3.0
    y = chain(own(before), 100)
    y.grad = before.grad = 4.0
    with pytest.raises(Stop):
        y.backward()
    assert (x.grad, before.grad, y.grad) == (0.0, 4.0, 4.0)


def test_those_who_look_on_see_every_node():
    with record_sources():
        y = Value(2.0) * 3.0
    assert y.source.expression == "Value(2.0) * 3.0"
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError):
        Value(1e200) * 1e200
    seen = []
    sys.setprofile(lambda frame, event, arg: seen.append(frame.f_code.co_name))
    try:
        x = Value(2.0)
        _ = x.data
    finally:
        sys.setprofile(None)
    assert "__init__" in seen and "data" in seen


# --- nothing left ---------------------------------------------------------------------


def test_what_is_let_go_is_gone():
    held = native.engine, ops.mul, Value, None

    def work():
        x, y = Value(0.5, "x"), Value(2, "y")
        z = autograd.tanh(x * y + x**2 - 1 / y).relu() + autograd.where(x, x, y)
        z.backward()
        z.backward(2.0, create_graph=True)
        copy.deepcopy(z), pickle.loads(pickle.dumps(z)), z.args, z.op, repr(z)
        x.data += 1.0
        for bad in (lambda: z.backward(), lambda: x + "a", lambda: (x * 0.0).log()):
            with pytest.raises((RuntimeError, TypeError, ValueError)):
                bad()
        x.grad = y.grad = 0
        grad(lambda t: t * t.exp())(1.0)

    for _ in range(20):
        work()
    before = values(), [sys.getrefcount(thing) for thing in held]
    for _ in range(200):
        work()
    after = values(), [sys.getrefcount(thing) for thing in held]
    assert after[0] == before[0]
    assert all(b - a < 50 for a, b in zip(before[1], after[1], strict=True))


def test_ten_million_nodes_are_let_go_without_recursion():
    done = python("""
        from autograd import Value, where
        x = Value(1.0)
        y = x
        for _ in range(10_000_000):
            y = y * x
        y.backward()
        print(x.grad, y)
        del y
        y = x
        for _ in range(100_000):
            y = where(1.0, y, x)  # three args are in a tuple
        y.backward()
        del y
        y = Value(0.0)
        for _ in range(100_000):
            z = Value(0.0)
            z.grad = y
            y = z
        del y, z
        print("gone")
    """)
    assert done.stdout == "10000001.0 Value(data=1.0, grad=1.0)\ngone\n", done.stderr


@pytest.mark.long
def test_cycles_through_create_graph_are_collected():
    def cycle():
        x = Value(1.5)
        (x * x * x + x.tanh()).backward(create_graph=True)
        assert isinstance(x.grad, Value)

    def of_inner_nodes():
        x = Value(1.5)
        y = x * 2.0
        y.grad = chain(y, 10)
        later = y + 1.0
        y.grad.grad = later * later

    class Holder(Value):
        pass

    def of_attributes():
        x = Holder(1.0)
        x.own = chain(x, 10)

    def of_own_ops():
        held = []
        own = Op("own", forward=lambda x: len(held) + x, partials=(autograd.one,))
        held.append(chain(own(Value(1.0)), 10))

    for make in (cycle, of_inner_nodes, of_attributes, of_own_ops):
        before = values()
        for _ in range(50):
            make()
        gc.collect()
        assert values() == before, make.__name__


def test_graphs_of_numbers_are_no_burden_to_the_collector():
    x = Value(1.0, "x")
    y = chain(x, 1000)
    y.backward()
    assert not gc.is_tracked(y) and not gc.is_tracked(x)
    y.grad = Value(1.0)
    assert gc.is_tracked(y) and gc.is_tracked(y + 1.0)


# --- others beside --------------------------------------------------------------------


@pytest.mark.parametrize("first, second", [("0", "require"), ("require", "0")])
def test_pickles_of_one_engine_are_read_by_the_other(first, second, tmp_path):
    kept = tmp_path / "kept"
    code = f"""
        import pickle
        from autograd import Value, clip, native
        assert (native.engine is None) is ({{engine!r}} == "0")
        a = Value(2.0, "a")
        y = (a * 3.0 - clip(a, 0.0, 1.0)) ** 2
        y.backward()
        PLACE = {os.fspath(kept)!r}
    """
    done = python(
        code.format(engine=first) + "    pickle.dump([a, y], open(PLACE, 'wb'))\n",
        engine=first,
    )
    assert not done.stderr
    done = python(
        code.format(engine=second) + "    b, z = pickle.load(open(PLACE, 'rb'))\n"
        "        z.backward()\n"
        "        print(repr(b), z.data == y.data, b.grad == 2.0 * a.grad)\n",
        engine=second,
    )
    assert done.stdout.endswith("True True\n"), done.stderr


def test_threads():
    w = Value(0.5, "w")
    found = []

    def work():
        for _ in range(50):
            x = Value(1.0)
            y = chain(x * w, 200)
            y.backward()
            found.append(x.grad)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 200


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_control_c_during_a_sweep_leaves_every_grad_as_it_was():
    done = python("""
        import signal
        from autograd import Value
        def stop(*_): raise KeyboardInterrupt
        signal.signal(signal.SIGALRM, stop)
        x = Value(1.0)
        y = x
        nodes = [y := y * x for _ in range(3_000_000)]
        x.grad = 5.0
        for node in nodes[::1000]: node.grad = 3.0
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        try:
            y.backward()
            print("too fast")
        except KeyboardInterrupt:
            pass
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        print(x.grad, {node.grad for node in nodes[::1000]}, nodes[1].grad)
    """)
    assert done.stdout == "5.0 {3.0} 0.0\n", done.stderr


def test_a_program_that_ends_while_graphs_are_alive():
    done = python("""
        from autograd import Value
        x = Value(1.0)
        y = x
        for _ in range(1000): y = y * x
        y.backward(create_graph=True)
        class Late:
            def __del__(self): print((self.y + 1.0).data)
        late = Late(); late.y = y
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2.0\n", "")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="a private module")
def test_subinterpreters_have_python_s_engine():
    done = python(
        """
        import _xxsubinterpreters as interpreters
        from autograd import Value
        print((Value(1.0) + 1).data, flush=True)
        other = interpreters.create()
        interpreters.run_string(other, '''if True:
            from autograd import Value, native
            x = Value(3.0); (x * x).backward()
            print(native.engine, x.grad, flush=True)
        ''')
        print((Value(1.0) + 1).data)
    """,
        engine="",
    )
    assert done.stdout == "2.0\nNone 6.0\n2.0\n", done.stderr


def test_python_computes_a_row_that_is_another_than_was_built(tmp_path):
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd")
    table = tmp_path / "autograd" / "ops.py"
    code = """
        from autograd import Value, native
        x = Value(0.5)
        (x.tanh() + x.sin()).backward()
        print(set(native.in_python()) - {BEFORE}, x.grad)
    """.replace("BEFORE", ", ".join(map(repr, native.in_python())))
    slope = 1.0 - math.tanh(0.5) ** 2 + math.cos(0.5)
    text = table.read_text("utf-8")
    table.write_text("# moved\n" + text, "utf-8")
    done = python(code, folder=tmp_path)
    assert done.stdout == f"set() {slope!r}\n", done.stderr
    assert text.count("1.0 - y * y") == 1
    table.write_text(text.replace("1.0 - y * y", "1.0 - y * y + 1.0"), "utf-8")
    done = python(code, folder=tmp_path)
    assert done.stdout == f"{{'tanh'}} {slope + 1.0!r}\n", done.stderr
