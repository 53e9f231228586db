"""The chain rule, told on the learner's own code: equation, numbers, line, picture."""

from ..phrases.table import Phrases
from .lesson import Lesson, explain

__all__ = ["Lesson", "Phrases", "explain"]
