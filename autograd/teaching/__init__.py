"""The chain rule, told on the learner's own code: equation, numbers, line, picture."""

from .lesson import Lesson, explain

__all__ = ["Lesson", "explain"]
