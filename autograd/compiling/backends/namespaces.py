"""The functions that a program calls by name: those of a library, and a few of its own.

The same code runs on every library that has NumPy's functions, since it takes them from
such a namespace. What a program does not call is not looked up, and not imported.
"""

from __future__ import annotations

from typing import Any


class Namespace:
    """A library of functions of arrays, some of them replaced.

    Args:
        library: The module that has them.
        **own: Those that it does not have, or not so.
    """

    def __init__(self, library: Any, **own: Any) -> None:
        """See the class."""
        self._library = library
        vars(self).update(own)

    def __getattr__(self, name: str) -> Any:
        """Return the library's function, and keep it for the next time."""
        found = vars(self)[name] = getattr(self._library, name)
        return found
