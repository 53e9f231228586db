"""Scalar code in, matrix speed out: compile what was recorded.

`record` runs a function of one sample on operands that note what is done, rolls those
notes up to vectors and matrices, differentiates them with the table's rows, and hands
them to a backend: NumPy, JAX or machine code.
"""

from .program import Compiled, Program, record

__all__ = ["Compiled", "Program", "record"]
