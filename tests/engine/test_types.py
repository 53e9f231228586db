"""What type checkers know: programs that are right pass, mistakes are caught.

All programs are checked by one process of mypy and one of pyright.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

import autograd
from autograd import Value, leaky_relu, tanh
from autograd.compiling.backends.table import BACKENDS, BackendName
from autograd.ops import TABLE
from nn.modules.activations import ACTIVATIONS, LINEAR, ActivationName
from nn.training.engines import ENGINES, EngineName

ROOT = Path(__file__).parents[2]
TYPES = "from typing import assert_type\nfrom collections.abc import Callable\n"
NUMPY = "import numpy as np\nfrom numpy.typing import NDArray\nfrom typing import Any\n"
VALUES = "from autograd import Value, grad, tanh\nx, w = Value(0.5), Value(2.0, 'w')\n"

RIGHT = {
    "backward": VALUES + "L = tanh(w * x)\nL.backward()\nslope: float = w.grad",
    "a Value": VALUES + TYPES + "assert_type(tanh(x), Value)",
    "a number": VALUES + TYPES + "assert_type(tanh(0.5), float)",
    "an array": VALUES + TYPES + NUMPY + "a: NDArray[Any] = np.zeros(3)\n"
    "assert_type(tanh(a), NDArray[Any])",
    "named arguments": TYPES + "from autograd import Value, leaky_relu\n"
    "assert_type(leaky_relu(Value(1.0), slope=0.1), Value)\n"
    "assert_type(leaky_relu(1.0), float)",
    "several arguments": TYPES + "from autograd import Value, maximum, where\n"
    "v = Value(1.0)\nassert_type(maximum(v, 2.0), Value)\n"
    "assert_type(maximum(1, v), Value)\nassert_type(where(1.0, 2.0, v), Value)",
    "grad keeps arguments": TYPES + "from autograd import grad\n"
    "def f(x: float, y: int = 2) -> float: return x * x * y\n"
    "slope: float = grad(f)(3.0, y=4)",
    "value_and_grad": "from autograd import value_and_grad\n"
    "def f(x: float) -> float: return x * x\nvalue, slope = value_and_grad(f)(3.0)",
    "an op of ones own": "from autograd import Op, Value\n"
    "cube = Op('cube', lambda x: x**3, (lambda x, y: 3 * x**2,))\ncube(Value(2.0))",
    "an op is an Op": "from autograd import tanh\nprint(tanh.name, tanh.partials)",
    "explain": VALUES + "from autograd import Lesson, explain\n"
    "lesson: Lesson = explain(tanh(w * x), language='fr')",
    "record": "from autograd import Program, Value, record\nw = Value(2.0)\n"
    "p: Program = record(lambda x: w * x, inputs=(1,), parameters=[w])\n"
    "p.compile('numpy')",
    "a network": "from nn import MLP, History, fit\n"
    "model = MLP(2, [4, 1], activation='tanh', seed=0)\n"
    "h: History = fit(model, [[0.0, 1.0]], [1.0], epochs=3, engine='eager')",
    "a module": "from autograd import Value\nfrom nn import Module\n"
    "class Line(Module):\n    def __init__(self) -> None: self.a = Value(1.0)\n"
    "    def __call__(self, x: list[float]) -> Value: return self.a * x[0]",
    "a callback": "from nn import MLP, History, fit\n"
    "def stop(history: History) -> bool: return history.losses[-1] < 0.1\n"
    "fit(MLP(1, [1], activation=None), [[0.0]], [1.0], callbacks=[stop])",
}  # fmt: skip
WRONG = {
    "text": VALUES + "tanh('x')",
    "too many": VALUES + "tanh(x, w)",
    "an unknown name": "from autograd import leaky_relu\nleaky_relu(1.0, alpha=0.1)",
    "a Value for a number": VALUES + "y: float = tanh(x)",
    "a number for a Value": VALUES + "tanh(0.5).backward()",
    "grad of other arguments": "from autograd import grad\n"
    "def f(x: float) -> float: return x * x\ngrad(f)('3')",
    "grad of too many": "from autograd import grad\n"
    "def f(x: float) -> float: return x * x\ngrad(f)(3.0, 4.0)",
    "an engine": "from nn import MLP, fit\n"
    "fit(MLP(1, [1]), [[0.0]], [1.0], engine='fast')",
    "a language": VALUES + "from autograd import explain\nexplain(x, language='de')",
    "an activation": "from nn import MLP\nMLP(1, [1], activation='rely')",
}


def files(folder: Path) -> Path:
    """Write the programs, of which a checker is to see each."""
    for kind, programs in (("right", RIGHT), ("wrong", WRONG)):
        for name, program in programs.items():
            file = folder / f"{kind}_{name.replace(' ', '_')}.py"
            file.write_text(program + "\n", "utf-8")
    return folder


def faulty(command: list[str], folder: Path) -> tuple[set[str], str]:
    """Return the names of the files in which a checker finds errors, and its words."""
    paths = os.pathsep.join([str(ROOT)])
    found = subprocess.run(
        command, cwd=folder, capture_output=True, text=True,
        env=os.environ | {"MYPYPATH": paths, "PYTHONPATH": paths},
    )  # fmt: skip
    lines = [line for line in found.stdout.splitlines() if "error" in line]
    return {*re.findall(r"(\w+)\.py:", "\n".join(lines))}, found.stdout + found.stderr


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_right_programs_pass_and_mistakes_are_caught(checker, tmp_path):
    if find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    strict = ["--strict", "--cache-dir", ".cache"] if checker == "mypy" else []
    command = [sys.executable, "-m", checker, *strict, "."]
    found, said = faulty(command, files(tmp_path))
    names = {f"wrong_{name.replace(' ', '_')}" for name in WRONG}
    assert {name for name in found if name.startswith(("right", "wrong"))} == names, (
        said
    )


def test_literals_are_the_names_in_the_tables():
    assert get_args(BackendName) == tuple(BACKENDS)
    assert get_args(EngineName) == ENGINES
    assert get_args(ActivationName) == (LINEAR, *ACTIVATIONS)


def test_what_users_name_can_be_imported():
    for name in ("Program", "Compiled", "Lesson", "Picture"):
        assert inspect.isclass(getattr(autograd, name)) and name not in dir(autograd)


def test_ops_show_their_arguments():
    assert list(inspect.signature(leaky_relu).parameters) == ["x", "slope"]
    assert inspect.signature(leaky_relu).parameters["slope"].default == 0.01
    for op in TABLE.values():
        assert len(inspect.signature(op).parameters) == op.arity
    assert not hasattr(tanh, "no_such_attribute")
    assert isinstance(tanh(Value(0.0)), Value)
