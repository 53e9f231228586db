"""What goes wrong with the chain rule, tried out on the learner's graph."""

from .catalogue import mistakes

__all__ = ["mistakes"]
