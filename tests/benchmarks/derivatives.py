"""What derivatives of derivatives and along directions cost, beside plain gradients.

    python -m pip install -e ".[test]" && python tests/benchmarks/derivatives.py

Each figure is a ratio of our own times, the best of several rounds, which take turns.
After 0.2.0, on Python 3.11 and one core of an AMD EPYC:

    jvp / grad, a chain of 900 operations                  1.2
    hvp / value_and_grad, the same                         4.8
    descent inside grad, K = 1,600 / K = 400               4.1
    jacobian of 1 input and 200 outputs / grad by 200      2.3
"""

from __future__ import annotations

import time

from autograd import grad, hvp, jacobian, jvp, tanh, value_and_grad

ROUNDS = 15


def best(*works):
    """Return the best time of each piece of work, in rounds that take turns."""
    times = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, found in zip(works, times, strict=True):
            begun = time.process_time()
            work()
            found.append(time.process_time() - begun)
    return [min(found) for found in times]


def chain(x):
    y = x[0]
    for _ in range(300):
        y = (y * x[1] + x[2]).tanh()
    return y


def descended(a, steps):
    x = 1.0
    for _ in range(steps):
        x = x - 0.1 * grad(lambda v: v * v * a)(x)
    return x


def rays(x):
    return [tanh(x * k) for k in range(200)]


def main() -> None:
    """Measure, and print what is required beside it."""
    at, along = [1.0, 0.5, 0.1], [0.5, 0.5, 0.5]
    plain, forward, both, product = best(
        lambda: grad(chain)(at),
        lambda: jvp(chain, (at,), (along,)),
        lambda: value_and_grad(chain)(at),
        lambda: hvp(chain, (at,), (along,)),
    )
    short, long = best(
        lambda: grad(lambda a: descended(a, 400))(0.3),
        lambda: grad(lambda a: descended(a, 1600))(0.3),
    )
    one, many = best(
        lambda: grad(lambda x: sum(map(tanh, x)))([0.1] * 200),
        lambda: jacobian(rays)(0.1),
    )
    for what, measured, most in (
        ("jvp / grad", forward / plain, 2.0),
        ("hvp / value_and_grad", product / both, 6.0),
        ("descent inside grad: K = 1,600 / K = 400", long / short, 5.0),
        ("jacobian, 1 input, 200 outputs / grad, 200 inputs", many / one, 4.0),
    ):
        verdict = "ok" if measured <= most else "NOT MET"
        print(f"{what + f' <= {most:g}':<60}{measured:8.2f}  {verdict}")
    print(f"descent inside grad, K = 400: {short:.3f} s")


if __name__ == "__main__":
    main()
