"""What is said to the learner: one data file per language, with the same keys."""

from .table import LANGUAGES, Language, Phrases, chosen

__all__ = ["LANGUAGES", "Language", "Phrases", "chosen"]
