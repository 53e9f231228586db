"""What error messages are made of, and what counts as a number.

Each message says what was needed, what was given, and where: "X needs …; got …".
"""

from __future__ import annotations

from numbers import Real

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def describe(number: float, node: Any = None) -> str:
    """Return `-1.5`, or `-1.5 at 'margin'` for a node with a label."""
    label = getattr(node, "label", "")
    return f"{number!r} at {label!r}" if label else repr(number)


def cut(thing: object) -> str:
    """Return `repr(thing)`, of at most 60 characters."""
    shown = repr(thing)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def count(number: int, noun: str) -> str:
    """Return `1 argument`, `2 arguments`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def other_type(needs: str, given: object, hint: str = "") -> TypeError:
    """Return the error for what is of another type than somebody needs."""
    return TypeError(f"{needs}; got {type(given).__name__} {cut(given)}{hint}")


def is_real(number: object) -> bool:
    """Tell whether `number` is one real number: int, float, Fraction, np.float32, …

    Arrays are not, of whatever size, although some convert to float; nor is a Value.
    """
    if isinstance(number, Real):
        return True
    kind = type(number)
    return hasattr(kind, "__float__") and not (
        hasattr(kind, "__array__") or hasattr(kind, "_record_op")
    )


def to_float(number: Any, who_needs: str) -> float:
    """Return the real number `number` as a float.

    Args:
        number: An int, a float, a Fraction, a NumPy scalar, …
        who_needs: The beginning of the error message, such as "Value needs".

    Raises:
        TypeError: If it is not a real number.
        OverflowError: If no float is as large.
    """
    kind = type(number)
    if kind is float:
        return number
    if kind is not int and not is_real(number):
        if isinstance(number, str):
            hint = " (hint: float(...) reads a number from text)"
        elif kind.__name__ == "MaskedConstant":
            hint = " (hint: leave out what is masked, or fill it in)"
        elif hasattr(kind, "__array__") or isinstance(number, list | tuple):
            hint = " (hint: take its numbers one by one)"
        else:
            hint = ""
        raise other_type(f"{who_needs} a real number", number, hint)
    try:
        return float(number)
    except OverflowError:
        raise OverflowError(
            f"{who_needs} a number that a float can hold; got {kind.__name__}"
            " beyond 1.8e308"
        ) from None
