"""What all tests share: a language, steady random examples, what needs a library."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

os.environ["LANGUAGE"] = "en"  # of who runs the tests: what is French asks for it

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# .ci/run has a second environment, in which these run too.
NEEDED = {"nn.files.export": "torch", "nn.files.onnx_export": "onnx"}


def pytest_collection_modifyitems(items):
    """Skip the examples that need a library which is not here."""
    for item in items:
        library = NEEDED.get(item.name.rpartition(".")[0])
        if library is not None and find_spec(library) is None:
            reason = f"{library} is not installed"
            item.add_marker(pytest.mark.skip(reason=reason))
