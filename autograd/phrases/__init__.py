"""What is said to the learner: one data file per language, with the same keys."""

from .table import LANGUAGES, Phrases, chosen

__all__ = ["LANGUAGES", "Phrases", "chosen"]
