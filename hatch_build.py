"""Builds the native core into wheels and editable installs, where that can be done.

The formulas of the core are printed from the table of operations (`autograd.native`),
and setuptools compiles them with its knowledge of compilers. CHAINRULE_NATIVE=0 builds
for Python alone, a wheel for any machine; `require` makes a core that cannot be built
an error. By default the build goes on without one, and says why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CHOICE = "CHAINRULE_NATIVE"
PLACE = "autograd/native"

# Each result is rounded once, as Python rounds it: none is fused with another.
UNIX = ["-O2", "-g0", "-ffp-contract=off"]
FLAGS = ["/O2", "/fp:precise"] if os.name == "nt" else UNIX


class NativeCore(BuildHookInterface):
    """Adds the core to what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the core before a wheel, or where an editable install looks for it."""
        choice = os.environ.get(CHOICE, "")
        if self.target_name != "wheel":
            return
        self.folder = tempfile.TemporaryDirectory()
        built = None
        if choice != "0":
            try:
                built = compiled(Path(self.root), Path(self.folder.name))
            except Exception as error:
                if choice == "require":
                    raise
                self.app.display_warning(f"without the native core: {error}")
        place = Path(self.root, PLACE)
        if version == "editable":
            for left in (*place.glob("engine.*.so"), *place.glob("engine.*.pyd")):
                left.unlink()
            if built is not None:
                shutil.copy(built, place)
        elif built is not None:
            build_data["force_include"][os.fspath(built)] = f"{PLACE}/{built.name}"
        if built is not None:
            build_data |= {"pure_python": False, "infer_tag": True}

    def finalize(self, version: str, build_data: dict[str, Any], path: str) -> None:
        """Remove what was only needed meanwhile."""
        if self.target_name == "wheel":
            self.folder.cleanup()


def compiled(root: Path, folder: Path) -> Path:
    """Return the core as a library, made in a folder.

    Raises:
        Exception: Whatever says that it cannot be made.
    """
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    if sys.implementation.name != "cpython":
        raise OSError(f"it is for CPython, and this is {sys.implementation.name}")
    subprocess.run(
        [sys.executable, "-m", "autograd.native.rows", os.fspath(folder / "rows.h")],
        check=True, cwd=root, env=os.environ | {CHOICE: "0"},
    )  # fmt: skip
    engine = Extension(
        "autograd.native.engine",
        [os.fspath(root / PLACE / "engine.c")],
        include_dirs=[os.fspath(folder)],
        extra_compile_args=FLAGS,
    )
    command = build_ext(Distribution({"ext_modules": [engine]}))
    command.build_lib = command.build_temp = os.fspath(folder)
    command.ensure_finalized()
    command.run()
    return Path(command.get_outputs()[0])


if __name__ == "__main__":  # into the source, with the flags in CFLAGS: see .ci/run
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(compiled(Path.cwd(), Path(folder)), PLACE)
