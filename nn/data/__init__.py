"""Data to learn from."""

from .dataset import Data, load_data

__all__ = ["Data", "load_data"]
