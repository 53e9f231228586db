"""A step of training in JavaScript, beside the loop of machine code on this machine.

    python -m pip install -e ".[test]" && python tests/benchmarks/javascript.py

The network of the moons, 2-16-16-1, takes a step on 100 points, in node. The two take
turns, so that both meet the same machine; the ratio of their best times may be 10.
After 0.2.0, on one core of an AMD EPYC: machine code 8.5 µs, JavaScript 81 µs, 9.5
times.
"""

import json
import random
import subprocess
import time

import numpy as np

from autograd import record
from nn import MLP, SGD, load_data, max_margin

ROUNDS, STEPS = 6, 2000
TIMED = """
for (let k = 0; k < 2000; k++) program.step(X, 0.01);
let best = Infinity;
for (let round = 0; round < 20; round++) {
  const begun = process.hrtime.bigint();
  for (let k = 0; k < 500; k++) program.step(X, 0.01);
  best = Math.min(best, Number(process.hrtime.bigint() - begun) / 500e3);
}
console.log(best);
"""


def main():
    """Print both times and their ratio."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    data = load_data("moons")
    X, y = np.array(data.X), np.where(np.array(data.y) > 0, 1.0, -1.0)
    program = record(lambda x, y: max_margin(model(x), y), (2, 1), model)
    optimizer = SGD(model.parameters(), lr=0.01)
    samples = json.dumps(np.column_stack([X, y]).ravel().tolist())
    script = program.to_javascript(optimizer)
    script += f"const X = Float64Array.from({samples});{TIMED}"
    compiled = program.compile("native")
    D, train = compiled.data(X, y), compiled.trainer(optimizer.formula, ["velocity"])
    best = {"machine code": np.inf, "JavaScript": np.inf}
    for _ in range(ROUNDS):
        P, averages = (
            compiled.vector(model),
            {"velocity": np.zeros(len(compiled.order))},
        )
        for _ in range(5):
            begun = time.perf_counter()
            train(P, averages, D, None, np.full(STEPS, 0.01), 1)
            took = (time.perf_counter() - begun) / STEPS * 1e6
            best["machine code"] = min(best["machine code"], took)
        done = subprocess.run(
            ["node", "-"], input=script, capture_output=True, text=True, check=True
        )
        best["JavaScript"] = min(best["JavaScript"], float(done.stdout))
    for name, microseconds in best.items():
        print(f"{name:<14} {microseconds:8.1f} µs a step")
    print(f"{best['JavaScript'] / best['machine code']:.1f} times; 10 at most")


if __name__ == "__main__":
    main()
