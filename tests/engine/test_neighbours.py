"""Another `autograd` or `nn` in the way: said wherever code of ours still runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What HIPS autograd has at these places: of its files only `__init__.py` meets ours.
HIPS = {
    "autograd/__init__.py": "from .core import primitive\n"
    "from .differential_operators import elementwise_grad, grad, jacobian\n"
    "from .builtins import dict, isinstance, list, tuple, type\n",
    "autograd/core.py": "primitive = None\n",
    "autograd/differential_operators.py": "elementwise_grad = grad = jacobian = len\n",
    "autograd/builtins.py": "from builtins import *\n",
    "autograd/numpy/__init__.py": "",
    "autograd-1.8.0.dist-info/METADATA": "Name: autograd\nVersion: 1.8.0\n",
}
# The learner's own engine and layers, where they shadow ours.
ENGINE = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
LAYERS = "from autograd import Value\nclass MLP:\n    pass\n"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def python(folder, *arguments, site=ROOT):
    """Run Python in a folder, in which imports look first, and then in `site`."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=folder,
        env=os.environ | {"PYTHONPATH": os.fspath(site), "LANG": "C.UTF-8"},
    )  # fmt: skip


@pytest.fixture
def site(tmp_path):
    """A folder that our packages were installed into."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("autograd", "nn"):
        shutil.copytree(ROOT / name, tmp_path / "site" / name, ignore=ignore)
    return tmp_path / "site"


def test_hips_autograd_installed_over_ours(site, tmp_path):
    write(site, HIPS)
    for command in (["doctor"], ["explain", "a*b", "a=1", "b=2"]):
        done = python(tmp_path, "-m", "autograd", *command, site=site)
        assert done.returncode == 1 and done.stdout == ""
        assert "error: autograd needs its own __init__.py, in" in done.stderr
        assert os.fspath(site / "autograd") in done.stderr
        assert "python -m pip uninstall autograd" in done.stderr
        assert "Traceback" not in done.stderr
    done = python(tmp_path, "-m", "autograd", "--language", "fr", site=site)
    assert "autograd a besoin de son propre __init__.py" in done.stderr
    done = python(tmp_path, "-c", "from nn import MLP", site=site)
    said = done.stderr.splitlines()[-1]
    assert said.startswith("ImportError: nn needs the autograd of chainrule; got ")
    assert os.fspath(site / "autograd") in said


def test_hips_autograd_uninstalled_which_takes_ours_away(site, tmp_path):
    (site / "autograd" / "__init__.py").unlink()
    # Without an __init__.py Python takes any other `autograd` first; leave none.
    alone = (
        "import os, runpy, sys; sys.path = [p for p in sys.path if p == sys.argv[1]"
        " or not os.path.exists(os.path.join(p, 'autograd'))]; "
    )
    doctor = "sys.argv[1:] = ['doctor']; runpy.run_module('autograd', None, '__main__')"
    done = python(tmp_path, "-c", alone + doctor, os.fspath(site), site=site)
    assert done.returncode == 1 and "All is well" not in done.stdout
    assert "needs its own __init__.py" in done.stderr and "is missing" in done.stderr
    done = python(tmp_path, "-c", alone + "import nn", os.fspath(site), site=site)
    assert "ImportError: nn needs the autograd of chainrule" in done.stderr


def test_ours_installed_over_hips_autograd(site, tmp_path):
    ours = (site / "autograd" / "__init__.py").read_text("utf-8")
    write(site, HIPS)
    (site / "autograd" / "__init__.py").write_text(ours, "utf-8")
    done = python(tmp_path, "-m", "autograd", "doctor", site=site)
    assert done.returncode == 1 and "All is well" not in done.stdout
    assert "error: autograd 1.8.0 is installed too, another project" in done.stderr
    assert "or an environment for each" in done.stderr


@pytest.mark.parametrize("name", ["nn.py", "nn/__init__.py"])
def test_doctor_finds_the_learners_own_nn(name, tmp_path):
    write(tmp_path, {name: LAYERS})
    done = python(tmp_path, "-m", "autograd", "doctor", "-o", "doctor.svg")
    assert done.returncode == 1
    assert f"error: `import nn` finds {tmp_path / name} here" in done.stderr
    assert "All is well" not in done.stdout and (tmp_path / "doctor.svg").exists()
    done = python(tmp_path, "-m", "autograd", "doctor", "--language", "fr")
    assert f"`import nn` trouve ici {tmp_path / name}" in done.stderr
    assert "Tout va bien" not in done.stdout


def test_a_folder_of_data_called_nn_is_in_nobodys_way(tmp_path):
    write(tmp_path, {"nn/weights.txt": ""})
    done = python(tmp_path, "-m", "autograd", "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "All is well" in done.stdout


@pytest.mark.parametrize("name", ["autograd.py", "autograd/__init__.py"])
def test_nn_says_that_it_found_the_learners_own_autograd(name, tmp_path):
    write(tmp_path, {name: ENGINE})
    for arguments in (["-c", "from nn import MLP"], ["-m", "nn"]):
        done = python(tmp_path, *arguments)
        said = done.stderr.splitlines()[-1]
        assert done.returncode == 1
        assert "ImportError" in said
        assert f"{tmp_path / name}'>, another one (hint: give that file or" in said


def test_the_learners_autograd_that_imports_our_nn(tmp_path):
    write(tmp_path, {"autograd.py": "from nn import MLP\n"})
    done = python(tmp_path, "-c", "import autograd")
    assert "ImportError: nn needs the autograd of chainrule" in done.stderr
