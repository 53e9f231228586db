"""Write, with the version that is to be loaded later, the files beside this script.

Run from anywhere in a checkout of version 0.1.0, with the oldest libraries that it
allows (numpy 1.26.4, scikit-learn 1.6.0, safetensors 0.4.3, llvmlite 0.45.0, jax
0.6.2): what these pickle, newer ones load.

    python tests/written_by_0_1_0/make.py
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import warnings

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROTOCOL = 4  # the default of the Pythons that 0.1.0 was used with


def main() -> None:
    """Write each thing, and the numbers that it gives."""
    sys.path[:0] = [TESTS, os.path.dirname(TESTS)]
    from written_by_0_1_0.runs import ENGINES, FILES, RUNS, SAVED, run
    from written_by_0_1_0.things import THINGS, rows_of

    warnings.simplefilter("ignore")  # of estimators that did not learn for long
    os.makedirs(FILES, exist_ok=True)
    numbers: dict[str, dict[str, object]] = {"things": {}, "runs": {}, "weights": {}}
    for name, thing in THINGS.items():
        made = thing.make()
        with open(os.path.join(FILES, f"{name}.pkl"), "wb") as file:
            pickle.dump(made, file, PROTOCOL)
        # Of what the pickle gives: it keeps the numbers of grads that are graphs.
        with open(os.path.join(FILES, f"{name}.pkl"), "rb") as file:
            numbers["things"][name] = thing.measure(pickle.load(file))
    for name in RUNS:
        for engine in ENGINES:
            path = os.path.join(FILES, f"{name}_{engine}.safetensors")
            run(name, engine, 2, path)
            numbers["runs"][f"{name}_{engine}"] = run(name, engine, 6)
    for name, build in SAVED.items():
        model = build()
        model.save(os.path.join(FILES, f"{name}.safetensors"), by="Ada", of="∂")
        numbers["weights"][name] = rows_of(model)
    with open(os.path.join(FILES, "numbers.json"), "w", encoding="utf-8") as file:
        text = json.dumps(numbers, ensure_ascii=False)
        file.write(text.replace('}, "', '},\n"') + "\n")


if __name__ == "__main__":
    main()
