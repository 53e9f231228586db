"""Names imported when they are first asked for, and modules that have another name now.

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
    package: str, where: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package that imports names when asked.

    Args:
        package: Its name.
        where: For each name, the module of the package that has it.
    """

    def __getattr__(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{where[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *where})

    return __getattr__, __dir__


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
