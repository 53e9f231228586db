"""How parameters move, once their gradients are known: the formulas, on whole vectors.

A training loop that runs inside a backend takes its rule from here. The rules and their
settings are those of the optimisers that train on `Value`s; the formulas are written
once, for NumPy and for whatever is like it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    # (arrays, p, g, averages, lr, step) -> (p, averages)
    Move = Callable[..., tuple[Any, dict[str, Any]]]

# The settings of each rule, and their values where none are given.
RULES: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.0, "nesterov": False, "weight_decay": 0.0},
    "Adam": {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0},
}
AVERAGES = {"SGD": ("velocity",), "Adam": ("slopes", "squares")}


def move_of(rule: str, settings: Mapping[str, Any]) -> Move:
    """Return the function that moves parameters one step.

    It takes a namespace of NumPy's functions, the parameters, their gradient, the
    running averages by name, the learning rate and the number of the step, from 1 on.
    It gives new parameters and averages, and changes none.

    Args:
        rule: "SGD" or "Adam".
        settings: Those of the rule; what is left out has its usual value.

    Raises:
        ValueError: If there is no such rule, or it has no such setting.
    """
    if rule not in RULES:
        raise ValueError(f"training needs a rule among {_listed(RULES)}; got {rule!r}")
    usual = RULES[rule]
    for name in settings:
        if name not in usual:
            raise ValueError(
                f"{rule} needs settings among {_listed(usual)}; got {name!r}"
            )
    make = {"SGD": _sgd, "Adam": _adam}[rule]
    return make(**usual | dict(settings))


def _sgd(momentum: float, nesterov: bool, weight_decay: float) -> Move:
    def move(
        arrays: Any, p: Any, g: Any, averages: Mapping[str, Any], lr: Any, step: Any
    ) -> tuple[Any, dict[str, Any]]:
        if weight_decay:
            g = g + weight_decay * p
        # v ← m v + g;  p ← p - lr v, or with Nesterov's look ahead p - lr (g + m v)
        v = momentum * averages["velocity"] + g if momentum else g
        way = g + momentum * v if nesterov else v
        return p - lr * way, {"velocity": v}

    return move


def _adam(betas: tuple[float, float], eps: float, weight_decay: float) -> Move:
    b1, b2 = betas

    def move(
        arrays: Any, p: Any, g: Any, averages: Mapping[str, Any], lr: Any, step: Any
    ) -> tuple[Any, dict[str, Any]]:
        if weight_decay:
            g = g + weight_decay * p
        # m ← b₁ m + (1 - b₁) g;  s ← b₂ s + (1 - b₂) g²
        m = b1 * averages["slopes"] + (1.0 - b1) * g
        s = b2 * averages["squares"] + (1.0 - b2) * (g * g)
        # m̂ = m / (1 - b₁ᵗ);  ŝ = s / (1 - b₂ᵗ);  p ← p - lr m̂ / (√ŝ + ε)
        way = m / (arrays.sqrt(s) / arrays.sqrt(1.0 - b2**step) + eps)
        return p - lr / (1.0 - b1**step) * way, {"slopes": m, "squares": s}

    return move


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(map(repr, names))
