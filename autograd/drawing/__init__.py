"""Pictures of computation graphs, from one expression to a whole network; and plots."""

from .engine import use_layout
from .picture import draw
from .registry import register_module
from .sweep import animate

__all__ = ["animate", "draw", "register_module", "use_layout"]
