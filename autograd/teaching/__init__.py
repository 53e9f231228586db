"""The chain rule, told on the learner's own code: equation, numbers, line, picture."""

from .lesson import Lesson, explain
from .phrases import Phrases

__all__ = ["Lesson", "Phrases", "explain"]
