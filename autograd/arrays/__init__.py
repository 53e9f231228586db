"""Rows of the table on NumPy: many numbers at once."""

from .columns import evaluate_rows
from .masks import refuse_masked

__all__ = ["evaluate_rows", "refuse_masked"]
