"""Data to learn from."""

from __future__ import annotations

Rows = list[list[float]]


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
        ImportError: If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import make_moons
    except ImportError as error:
        raise ImportError(
            "two_moons needs scikit-learn: pip install 'chainrule[all]'"
        ) from error
    points, moons = make_moons(n_samples=samples, noise=noise, random_state=seed)
    rows = [[float(x) for x in point] for point in points]
    return rows, [2.0 * float(moon) - 1.0 for moon in moons]
