"""Random computation graphs, drawn by Hypothesis.

Hypothesis draws programs over a few inputs. Each step takes its args from all that came
before, so that nodes are used many times; what nothing has used is summed to be the
output. Args are led into the op's safe range first, so no program leaves a domain.
"""

from __future__ import annotations

from collections import namedtuple

from hypothesis import settings
from hypothesis import strategies as st

from autograd.ops import TABLE

KINKED = ("abs", "relu", "leaky_relu", "elu", "maximum", "minimum", "where", "sign",
          "step")  # fmt: skip
SMOOTH = [name for name in TABLE if name not in KINKED]

# These take whatever comes, and their results are no larger than what they are given.
CALM = ("neg", "identity", "sin", "cos", "atan", "tanh", "sigmoid", "softplus", "silu",
        "erf", "gelu")  # fmt: skip

# Away from an exponent of 0, where JAX cuts the second derivative off.
RANGES = {name: TABLE[name].safe for name in SMOOTH} | {"pow": ((0.5, 2), (0.25, 2))}

# Steps are (name, places of the args); places count the inputs, then the steps.
Program = namedtuple("Program", "at steps")

with_jax = settings(max_examples=15)  # the fuzzer asks it too
alone = settings(max_examples=150)


@st.composite
def programs(draw):
    at = draw(st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=3))
    steps = []
    for _ in range(draw(st.integers(4, 10))):
        name = draw(st.sampled_from(SMOOTH))
        places = st.integers(0, len(at) + len(steps) - 1)
        steps.append((name, [draw(places) for _ in range(TABLE[name].arity)]))
    return Program(at, steps)


directions = st.lists(st.floats(-3.0, 3.0), min_size=3, max_size=3)


def run(program, functions, xs, order=None):
    """Return the output of the program, its steps taken in `order`."""
    nodes = dict(enumerate(xs))
    for i in order or range(len(program.steps)):
        name, places = program.steps[i]
        args = [nodes[place] for place in places]
        if name not in CALM:
            args = [
                (low + high) / 2 + (high - low) / 2 * functions["tanh"](arg)
                for arg, (low, high) in zip(args, RANGES[name], strict=True)
            ]
        nodes[len(xs) + i] = functions[name](*args)
    used = {place for _, places in program.steps for place in places}
    first, *rest = [nodes[place] for place in sorted(nodes) if place not in used]
    return sum(rest, first)
