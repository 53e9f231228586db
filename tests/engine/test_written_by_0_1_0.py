"""What version 0.1.0 wrote is loaded, and gives the numbers that it gave then.

The files stand in `written_by_0_1_0/files`, beside the script that made them.
"""

from __future__ import annotations

import importlib.util
import json
import math
import pickle
import shutil
from pathlib import Path

import pytest
from written_by_0_1_0.runs import ENGINES, FILES, RUNS, SAVED, run
from written_by_0_1_0.things import THINGS, rows_of

from nn import load_model, read_metadata

pytestmark = pytest.mark.versions

HERE = Path(FILES)
NUMBERS = json.loads((HERE / "numbers.json").read_text(encoding="utf-8"))
NEEDED = {"compiled_native": "llvmlite", "compiled_jax": "jax"}


def agree(found, stored):
    """Tell whether two nests of numbers and texts are the same, given rounding."""
    if isinstance(stored, dict):
        return found.keys() == stored.keys() and all(
            agree(found[key], stored[key]) for key in stored
        )
    if isinstance(stored, list):
        return len(found) == len(stored) and all(map(agree, found, stored))
    if isinstance(stored, float):
        return math.isclose(found, stored, rel_tol=1e-10, abs_tol=1e-12)
    return found == stored


def test_all_that_was_written_is_looked_at():
    assert NUMBERS["things"].keys() == THINGS.keys()
    assert {path.stem for path in HERE.glob("*.pkl")} == THINGS.keys()
    written = {path.stem for path in HERE.glob("*.safetensors")}
    assert written == {*NUMBERS["runs"], *NUMBERS["weights"]}
    assert len(NUMBERS["runs"]) == len(RUNS) * len(ENGINES)


# An estimator of an older scikit-learn is loaded, with a word of warning from there.
@pytest.mark.filterwarnings("ignore:Trying to unpickle estimator")
@pytest.mark.parametrize("name", THINGS)
def test_a_pickle_gives_the_numbers_that_it_gave(name):
    library = NEEDED.get(name)
    if library is not None and importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    thing = pickle.loads((HERE / f"{name}.pkl").read_bytes())
    assert agree(THINGS[name].measure(thing), NUMBERS["things"][name])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_carried_on_from_its_checkpoint(name, engine, tmp_path):
    if engine == "native" and importlib.util.find_spec("llvmlite") is None:
        pytest.skip("llvmlite is not installed")
    path = tmp_path / "run.safetensors"
    shutil.copy(HERE / f"{name}_{engine}.safetensors", path)
    before = path.read_bytes()
    found = run(name, engine, 6, path)
    assert agree(found, NUMBERS["runs"][f"{name}_{engine}"])
    assert path.read_bytes() != before


@pytest.mark.parametrize("name", SAVED)
def test_weights_give_the_predictions_that_they_gave(name):
    path = HERE / f"{name}.safetensors"
    model = SAVED[name]()
    for p in model.parameters():
        p.data = 0.0
    if name in ("tanh", "several"):  # the file says how to build it
        assert agree(rows_of(load_model(path)), NUMBERS["weights"][name])
    assert load_model(path, into=model) is model
    assert agree(rows_of(model), NUMBERS["weights"][name])
    assert read_metadata(path) == {"by": "Ada", "of": "∂"}
