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
    )
    lines = [f"from .{module} import {name} as {name}" for module, name in names]
    text = "\n".join([*lines, "", "__version__: str", ""])
    if package is autograd:
        text = f"from typing import Any\n\n{text}\n{methods()}"
    return MADE + text


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
