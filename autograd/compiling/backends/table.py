"""The backends: what runs a program, and what has to be installed for it.

A backend is a module of this room and a row here. The module `numpy_backend` of the
backend "numpy" has two functions, `compile_numpy` and `train_numpy`; their docstrings
say what those of each backend do.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple

# Their names, to type checkers.
BackendName = Literal["numpy", "jax", "native"]


class Backend(NamedTuple):
    """What a backend needs.

    Attributes:
        module: The module of this room that it is.
        library: The library that it runs on.
        extra: The extra of ours that installs the library.
        in_pieces: Whether it goes through a batch piece by piece, so that one of any
            size fits into memory.
    """

    module: str
    library: str
    extra: str
    in_pieces: bool = False


BACKENDS = {
    "numpy": Backend("numpy_backend", "numpy", "nn"),
    "jax": Backend("jax_backend", "jax", "jax"),
    "native": Backend("native_backend", "llvmlite", "fast", in_pieces=True),
}


def is_installed(name: str) -> bool:
    """Tell whether the library of a backend is there."""
    return bool(find_spec(BACKENDS[name].library))


def check_installed(name: str, what: str = "backend") -> None:
    """Check that the library of a backend is there.

    Raises:
        ImportError: If it is not, with the command that brings it.
    """
    if not is_installed(name):
        _, library, extra, _ = BACKENDS[name]
        raise ImportError(
            f'the {name} {what} needs {library}: pip install "chainrule[{extra}]"'
        )


def module_of(name: str) -> Any:
    """Return the module of a backend.

    Raises:
        ValueError: If there is no such backend.
        ImportError: If it is not installed.
    """
    if name not in BACKENDS:
        known = ", ".join(map(repr, BACKENDS))
        raise ValueError(f"backend needs to be one of {known}; got {name!r}")
    check_installed(name)
    return import_module(f".{BACKENDS[name].module}", __package__)
