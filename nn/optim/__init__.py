"""Optimisers: how parameters move, once their gradients are known."""

from .optimizers import *  # noqa: F403
from .optimizers import __all__ as __all__
