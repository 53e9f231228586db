"""Training shared out among devices and hosts: the same numbers as on one device.

The number of devices is settled when JAX starts, so each case is a process of its own:
one that has eight devices, simulated on the host's processor, and two that have four
each and find each other by network, as two hosts would.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap

import pytest

COMMON = """
import json, sys
import numpy as np
from autograd import Value, record
from autograd.compiling.backends.jax_backend import train_jax
from nn import SGD, Adam

rng = np.random.default_rng(0)
X, y = rng.normal(size=(48, 3)), rng.normal(size=48)
start = rng.normal(size=21)
parameters = [Value(x) for x in start.tolist()]

def f(xs, y):
    at = iter(parameters)
    hidden = [sum(next(at) * x for x in xs).tanh() for _ in range(4)]
    hidden = [h + next(at) for h in hidden]
    out = sum(next(at) * h for h in hidden)
    return [(out - y) ** 2 + 0.01 * sum(p * p for p in parameters), out]

program = record(f, (3, 1), parameters)
loss, out = program.rolled.outputs

def training(data, order, devices, kind=Adam):
    rule = kind([Value(0.0)], lr=1.0).formula, kind.AVERAGES
    train = train_jax([loss, program.gradient, out], *rule, devices=devices)
    P = start[program.rolled.order]
    averages = {name: np.zeros(21) for name in kind.AVERAGES}
    losses, predicted = train(P, averages, data, order, [0.05] * 5, 1)
    return [losses.tolist(), P.tolist(), predicted.tolist()]

def report(**found):
    print("REPORT", json.dumps(found))
"""

EIGHT = """
import jax
devices = jax.devices()
data = np.vstack([X.T, y])
order = rng.integers(0, 48, (5, 16))
found = {}
for name, given in (("one", None), ("eight", devices), ("three", devices[:3])):
    step = program.compile("jax", devices=given)
    value, gradient = step(start, X, y)
    hvp = step.hvp(start, np.arange(21.0), X, y)
    outputs = step.outputs(start, X, y)[1]
    found[name] = [value, gradient.tolist(), hvp.tolist(), outputs.tolist()]
    if name != "three":
        found[name] += training(data, order, given) + training(data, None, given, SGD)
try:
    program.compile("jax", devices=devices)(start, X[:42], y[:42])
except ValueError as error:
    found["message"] = str(error)
try:
    training(data, order[:, :5], devices)
except ValueError as error:
    found["small"] = str(error)
report(**found, count=len(devices), x64=jax.config.jax_enable_x64)
"""

HOST = """
import jax
rank = int(sys.argv[1])
jax.distributed.initialize(sys.argv[2], num_processes=2, process_id=rank)
devices = jax.devices()
mine = slice(24 * rank, 24 * rank + 24)
data = np.vstack([X.T, y])[:, mine]
value, gradient = program.compile("jax", devices=devices)(start, X[mine], y[mine])
# Each process draws its own part of each batch from its own samples.
order = np.random.default_rng(7 + rank).integers(0, 24, (5, 8))
whole = [24 * i + np.random.default_rng(7 + i).integers(0, 24, (5, 8)) for i in (0, 1)]
alone = np.vstack([X.T, y]), np.hstack(whole)
report(
    count=len(devices),
    shared=[value, gradient.tolist(), *training(data, order, devices)],
    alone=[*(z if type(z) is float else z.tolist()
             for z in program.compile("numpy")(start, X, y)), *training(*alone, None)],
)
"""


def started(code, devices, *arguments):
    flags = f"--xla_force_host_platform_device_count={devices}"
    environment = os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(COMMON + code)]
    return subprocess.Popen(
        [*command, *arguments], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def report_of(process):
    try:
        out, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    reports = [line for line in out.splitlines() if line.startswith("REPORT ")]
    assert process.returncode == 0 and reports, errors
    return json.loads(reports[0].removeprefix("REPORT "))


@pytest.fixture(scope="module")
def eight():
    return report_of(started(EIGHT, 8))


def flat(found):
    return [x for part in found for x in flat(part)] if type(found) is list else [found]


def test_eight_devices_give_the_losses_of_one(eight):
    assert eight["count"] == 8
    assert flat(eight["eight"]) == pytest.approx(flat(eight["one"]), rel=1e-10)
    assert flat(eight["three"]) == pytest.approx(flat(eight["one"][:4]), rel=1e-10)


def test_a_batch_that_devices_cannot_share_is_refused(eight):
    assert eight["message"] == (
        "the jax backend needs samples that 8 devices can share out equally; got 42"
        " (hint: batches of 40 or 48)"
    )
    assert eight["small"].endswith("equally; got 5 (hint: batches of 8)")


def test_the_users_setting_of_jax_stays(eight):
    assert eight["x64"] is False


@pytest.mark.long
def test_two_hosts_that_feed_their_parts_give_the_losses_of_one():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = f"localhost:{free.getsockname()[1]}"
    hosts = [started(HOST, 4, str(rank), address) for rank in (0, 1)]
    try:
        reports = [report_of(host) for host in hosts]
    finally:
        for host in hosts:
            host.kill()
    for report in reports:
        assert report["count"] == 8
        value, gradient, losses, moved, predicted = report["shared"]
        expected = report["alone"]
        assert flat([value, gradient, losses, moved]) == pytest.approx(
            flat(expected[:4]), rel=1e-10
        )
        assert flat(predicted) == pytest.approx(flat(expected[4]), rel=1e-10)
