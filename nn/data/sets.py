"""Sets to try a network on: some made up to be looked at, some that were measured.

Points in the plane show what a network learns: two half circles that interlock, rings,
heaps, spirals, the four corners of "exclusive or". Irises and handwritten digits show
that it learns from what was measured as well.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from importlib.util import find_spec
from numbers import Integral, Real
from typing import Any

from autograd.imports import needed, np
from autograd.writing.resources import text_of

from ..phrases import refused

Rows = list[list[float]]

# X, y, and the names: of the features, the classes, the set, and of what y tells.
Fields = tuple[Any, Any, list[str], list[str], str, str]


def two_moons(
    samples: int = 100, noise: float = 0.1, seed: int = 1
) -> tuple[Rows, list[float]]:
    """Return scikit-learn's two moons: points of two half circles that interlock.

    Args:
        samples: How many points, of both moons together.
        noise: The standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points.

    Returns:
        The points, each a list [x₁, x₂], and for each its moon, -1.0 or 1.0.

    Raises:
        ImportError: If NumPy is not installed, and other points than by default are
            asked for.

    >>> rows, moons = two_moons(4, noise=0.0)
    >>> [[round(x, 1) for x in row] for row in rows]
    [[2.0, 0.5], [0.0, 0.5], [1.0, 0.0], [-1.0, 0.0]]
    >>> moons
    [1.0, 1.0, -1.0, -1.0]
    """
    points, moons, *_ = drawn("moons", samples, noise, seed)
    rows = [[float(x) for x in point] for point in points]
    return rows, [2.0 * float(moon) - 1.0 for moon in moons]


# --- sets drawn at random -------------------------------------------------------------


def _moons(samples: int, noise: float, seed: int) -> tuple[Any, Any]:
    """Points as `make_moons` of scikit-learn draws them, to the last bit."""
    upper, lower = (np.linspace(0, np.pi, n) for n in _halves(samples))
    x = np.append(np.cos(upper), 1 - np.cos(lower))
    y = np.append(np.sin(upper), 1 - np.sin(lower) - 0.5)
    return _shuffled(np.column_stack((x, y)), _halves(samples), noise, seed)


def _circles(samples: int, noise: float, seed: int) -> tuple[Any, Any]:
    """Points as `make_circles` of scikit-learn draws them, one half as wide."""
    angles = [np.linspace(0, 2 * np.pi, n, endpoint=False) for n in _halves(samples)]
    x, y = (np.append(f(angles[0]), f(angles[1]) * 0.5) for f in (np.cos, np.sin))
    return _shuffled(np.column_stack((x, y)), _halves(samples), noise, seed)


def _blobs(samples: int, noise: float, seed: int) -> tuple[Any, Any]:
    """Points as `make_blobs` of scikit-learn draws them, around three centres."""
    generator = np.random.RandomState(seed)
    counts = [(samples + 2 - k) // 3 for k in range(3)]
    centres = generator.uniform(-10.0, 10.0, (3, 2))
    X = [
        generator.normal(c, noise, (n, 2)) for c, n in zip(centres, counts, strict=True)
    ]
    return _shuffled(np.vstack(X), counts, 0.0, generator)


def _halves(samples: int) -> list[int]:
    return [samples // 2, samples - samples // 2]


def _shuffled(X: Any, counts: list[int], noise: float, random: Any) -> tuple[Any, Any]:
    """Return points of classes 0, 1, …, so many of each, in a random order.

    Args:
        X: The points, class after class.
        counts: How many there are of each.
        noise: The standard deviation of what is added to each coordinate.
        random: A seed, or NumPy's generator.
    """
    if isinstance(random, Integral):
        random = np.random.RandomState(int(random))
    order = np.arange(len(X))
    random.shuffle(order)
    y = np.repeat(np.arange(len(counts)), counts)[order]
    return X[order] + random.normal(scale=noise, size=X.shape), y


def _spiral(samples: int, noise: float, seed: int) -> tuple[Any, Any]:
    """Two arms of one turn each, the second being the first turned by half of one."""
    y = np.arange(samples) % 2
    way = np.sqrt((np.arange(samples) // 2 + 1) / ((samples + 1) // 2))
    angle = 2 * np.pi * way + np.pi * y
    X = np.column_stack((way * np.cos(angle), way * np.sin(angle)))
    return X + np.random.default_rng(seed).normal(0.0, noise, X.shape), y


def _xor(samples: int, noise: float, seed: int) -> tuple[Any, Any]:
    """Points of a square, of class 1 where one coordinate alone is positive."""
    generator = np.random.default_rng(seed)
    X = generator.uniform(-1.0, 1.0, (samples, 2))
    y = ((X[:, 0] > 0) != (X[:, 1] > 0)).astype(int)
    return X + generator.normal(0.0, noise, X.shape), y


# How each is drawn, in how many classes, and how many samples and noise by default.
DRAWN: dict[str, tuple[Callable[..., tuple[Any, Any]], int, int, float]] = {
    "moons": (_moons, 2, 100, 0.1),
    "circles": (_circles, 2, 100, 0.1),
    "blobs": (_blobs, 3, 100, 1.0),
    "spiral": (_spiral, 2, 200, 0.02),
    "xor": (_xor, 2, 100, 0.0),
}


def drawn(
    name: str,
    samples: int | None = None,
    noise: float | None = None,
    seed: int = 1,
) -> Fields:
    """Return a set drawn at random; without NumPy, the one that is drawn by default.

    Raises:
        ValueError: If there are fewer samples than classes, or the noise is negative.
    """
    draw, classes, usual_samples, usual_noise = DRAWN[name]
    samples = usual_samples if samples is None else samples
    noise = usual_noise if noise is None else noise
    if not isinstance(samples, Integral) or samples < classes:
        raise refused("data.samples", name=name, classes=classes, given=samples)
    if not isinstance(noise, Real) or not 0.0 <= noise < math.inf:
        raise refused("data.noise", name=name, given=noise)
    usual = (samples, noise, seed) == (usual_samples, usual_noise, 1)
    if usual and not find_spec("numpy"):
        points = json.loads(text_of(__package__, "drawn.json"))[name]
        *X, y = zip(*points, strict=True)
        X = list(zip(*X, strict=True))
    else:
        needed("numpy", "data sets need", "NumPy", "nn")
        X, y = draw(samples, noise, seed)
    names = [str(i) for i in range(classes)]
    return X, y, ["x1", "x2"], names, name, "class"


# --- sets that were measured ----------------------------------------------------------

MEASURED = {"iris": ("load_iris", 1.0), "digits": ("load_digits", 1 / 16)}


def measured(name: str) -> Fields:
    """Return a set that was measured."""
    loader, scale = MEASURED[name]
    library = needed("sklearn.datasets", "data sets need", "scikit-learn", "sklearn")
    found = getattr(library, loader)()
    target = {"iris": "species", "digits": "digit"}[name]
    classes = [str(kind) for kind in found.target_names]
    features = list(found.feature_names)
    return found.data * scale, found.target, features, classes, name, target
