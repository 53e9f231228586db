"""What editors and type checkers read: the names of the packages, methods of Value.

    python tests/make_stubs.py

The names stand in the tables of the packages, the ops and methods in that of
operations, from which this writes the stubs. A test compares them.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType

import autograd
import nn
from autograd.ops import TABLE

ROOT = Path(__file__).parents[1]
MADE = (
    "# Written by tests/make_stubs.py from the tables: edit those, and run it again.\n"
)


def stub_of(package: ModuleType) -> str:
    """Return the text of `__init__.pyi` of a package."""
    tables = [package._PUBLIC, getattr(package, "_SPECIAL", {})]
    names = sorted(
        (module, name)
        for table in tables
        for module in table
        for name in table[module].split()
        if name not in TABLE or package is not autograd
    )
    lines = [f"from .{module} import {name} as {name}" for module, name in names]
    text = "\n".join([*lines, "", "__version__: str", ""])
    if package is autograd:
        libraries = (
            "from typing import Any, overload\n\nfrom numpy.typing import NDArray\n"
        )
        text = f"{libraries}\n{text}\n{operations()}\n{methods()}"
    return MADE + text


def operations() -> str:
    """Return a class for each way in which an op is called, and the ops themselves.

    An op of numbers gives a float, of arrays an array, and else a Value.
    """
    text, known = "_Number = Value | float\n\n", dict[str, str]()
    for name, op in TABLE.items():
        given = list(inspect.signature(op).parameters.values())
        way = "_".join(["_Op", *(f"{s.name}{s.default}" if s.default is not s.empty
                                 else s.name for s in given)])  # fmt: skip
        way = "".join(c if c.isalnum() else "_" for c in way)
        known[name] = way
        if f"class {way}(" in text:
            continue
        text += f"class {way}(Op):\n"
        for kinds, result in _ways(len(given)):
            arguments = ["self"]
            for s, kind in zip(given, kinds, strict=True):
                default = "" if s.default is s.empty else f" = {s.default!r}"
                if kind in ("Value", "NDArray[Any]"):
                    default = ""
                arguments.append(f"{s.name}: {kind}{default}")
            if given[-1].kind is inspect.Parameter.POSITIONAL_ONLY:
                arguments.append("/")
            text += "    @overload\n"
            text += f"    def __call__({', '.join(arguments)}) -> {result}: ...\n"
        text += "\n"
    return text + "".join(f"{name}: {way}\n" for name, way in known.items())


def _ways(arity: int) -> list[tuple[list[str], str]]:
    """Return the kinds of arguments of an op, and the kind of what it gives then."""
    ways = [(["float"] * arity, "float")]
    for kind, before, after in (
        ("Value", "float", "_Number"),
        ("NDArray[Any]", "_Number", "_Number | NDArray[Any]"),
    ):
        for i in range(arity):
            kinds = [before] * i + [kind] + [after] * (arity - 1 - i)
            ways.append((kinds, kind))
    return ways


def methods() -> str:
    """Return the class of the methods of `Value` that come from the table."""
    text = "class _Methods:\n"
    for name in sorted(vars(autograd.Value)):
        op = TABLE.get(name.replace("arc", "a", 1))
        if op is None:
            continue
        given = ["self"]
        if op.arity > 1:
            for s in list(inspect.signature(op.forward).parameters.values())[1:]:
                default = "" if s.default is s.empty else f" = {s.default!r}"
                given.append(f"{s.name}: Any{default}")
        about = (op.__doc__ or "").partition("\n")[0]
        text += f"    def {name}({', '.join(given)}) -> Value:\n"
        text += f'        """{about}"""\n'
    return text


def stubs() -> dict[Path, str]:
    """Return the text of each stub."""
    return {
        ROOT / package.__name__ / "__init__.pyi": stub_of(package)
        for package in (autograd, nn)
    }


if __name__ == "__main__":
    for file, text in stubs().items():
        file.write_text(text, "utf-8")
        print(f"wrote {file.relative_to(ROOT)}")
