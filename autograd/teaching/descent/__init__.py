"""Gradient descent as a walk: look at the slope underfoot, step against it, again."""

from .descent import Descent, descend

__all__ = ["Descent", "descend"]
