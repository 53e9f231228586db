"""Training: predict, measure the loss, differentiate it, take a step, and again."""

from .loop import fit

__all__ = ["fit"]
