"""Pictures of computation graphs, from one expression to a whole network."""

from .picture import draw
from .registry import register_module

__all__ = ["draw", "register_module"]
