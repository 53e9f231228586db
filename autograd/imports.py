"""Names and libraries imported when they are asked for, and modules with a new name.

Most programs never draw, tell or compile anything: what does is imported by whoever
asks for it. Pickles and programs of earlier versions say where things stood then.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType
    from typing import Any

# Modules of autograd before 0.2, and where what they held is now.
_MOVED = {
    "anomaly": "checking.anomaly",
    "expressions": "reading.expressions",
    "formulas": "reading.formulas",
    "idioms": "arrays.idioms",
    "modules": "drawing.registry",
    "numpy_forward": "arrays.numpy_forward",
    "routes": "reading.pathfinding",
    "snapshot": "reading.snapshot",
    "sources": "reading.sources",
    "structure": "nesting",
    "teaching.exercises.judging": "teaching.exercises.verdicts",
}


def on_demand(
    package: str, public: Mapping[str, str], special: Mapping[str, str] | None = None
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return `__getattr__`, `__dir__` and `__all__` of a package that imports late.

    Its rooms, too, are found as attributes.

    Args:
        package: Its name.
        public: The names that are shown, under the module of the package that has them.
        special: Those that can be imported from here too, but are shown in their rooms.
    """
    every = [*public.items(), *(special or {}).items()]
    where = {name: module for module, names in every for name in names.split()}
    rooms = {module.partition(".")[0] for module, _ in every}
    shown = sorted(name for names in public.values() for name in names.split())

    def __getattr__(name: str) -> object:
        if name in where:
            found = getattr(import_module(f"{package}.{where[name]}"), name)
            setattr(sys.modules[package], name, found)
            return found
        if name in rooms:
            return import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*shown, "__version__"]

    return __getattr__, __dir__, shown


class _OnUse:
    """A library that is imported when something of it is used for the first time."""

    def __init__(self, name: str) -> None:
        """Take the name of its module."""
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module holds by that name, and keep it."""
        found = vars(self)[name] = getattr(import_module(self._name), name)
        return found


if TYPE_CHECKING:
    import numpy as np
else:
    np = _OnUse("numpy")


def needed(module: str, who_needs: str, library: str, extra: str) -> ModuleType:
    """Return a module of a library that need not be installed.

    Args:
        module: Its name.
        who_needs: Such as "plots need".
        library: What the library is called.
        extra: With which of our extras it comes.

    Raises:
        ImportError: If it is not installed; the message has the command that helps.
    """
    try:
        __import__(module)  # whatever stands above it has to be there too
    except ImportError as error:
        raise ImportError(
            f'{who_needs} {library}: pip install "chainrule[{extra}]"'
        ) from error
    return sys.modules[module]


class _Moved:
    """Finds a module under its old name: it is the one with the new name."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        package, _dot, module = name.partition(".")
        if package != __package__ or module not in _MOVED:
            return None
        return ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(f"{__package__}.{_MOVED[spec.name.partition('.')[2]]}")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = module.__spec__.loader_state  # type: ignore[union-attr]


def find_moved() -> None:
    """Have old names found, once all others have not been."""
    sys.meta_path.append(_Moved())  # type: ignore[arg-type]
