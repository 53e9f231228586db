"""The report of a training run: one page of HTML that needs nothing else."""

from .document import write_report

__all__ = ["write_report"]
