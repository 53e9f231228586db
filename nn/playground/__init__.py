"""A page in which a network trains while one looks: its own weights, its own loss.

Python records the network and says which weight leads where; the rest is the page's.
"""

from .page import playground_page

__all__ = ["playground_page"]
