"""What tests share: a language, steady examples, needed libraries, counts."""

from __future__ import annotations

import gc
import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

os.environ["LANGUAGE"] = "en"  # of who runs the tests: what is French asks for it

# No example is too slow: machines are.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("steady")

# .ci/run has a second environment, in which these run too.
NEEDED = {"nn.files.export": "torch", "nn.files.onnx_export": "onnx"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Skip the examples that need a library which is not here; mark what takes long."""
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        if any(isinstance(given, str) and given == "jax" for given in params.values()):
            item.add_marker(pytest.mark.long)  # each compiles a program
        library = NEEDED.get(item.name.rpartition(".")[0])
        if library is not None and find_spec(library) is None:
            reason = f"{library} is not installed"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True, scope="module")
def libraries_left_alone():
    """Keep the collector from walking what was imported whenever a graph grows.

    Not by `gc.freeze`: Hypothesis asks the collector who refers to its generators.
    """
    gc.collect()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, 1_000_000)


def pytest_terminal_summary(terminalreporter):
    """Show which engine it was, and what tests have counted: how many of how many."""
    from autograd import native

    engine = "python" if native.engine is None else "native"
    wanted = {"0": "python", "require": "native"}.get(os.environ.get(native.CHOICE))
    terminalreporter.write_line(f"engine: {engine}")
    assert engine == (wanted or engine), native.reason
    counts = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, counted in getattr(report, "user_properties", []):
                if name == "counted":
                    what, good, all = counted
                    so_far = counts.get(what, (0, 0))
                    counts[what] = so_far[0] + good, so_far[1] + all
    for what, (good, all) in counts.items():
        terminalreporter.write_line(f"{good:,} of {all:,} {what}")
