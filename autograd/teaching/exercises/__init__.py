"""Exercises: fresh graphs with blanks, answers judged, and a learner's engine tried."""

from .questions import Exercise, exercise

__all__ = ["Exercise", "exercise"]
