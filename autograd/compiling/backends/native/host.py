"""The machine that code is made for: its vectors, and how modules become functions.

Everything that is compiled stays: addresses of machine code are kept by whoever calls
it, for as long as the process lives.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable
from functools import cache
from threading import RLock
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from ....forks import waited_for

# LLVM has one lock, which a child must not find closed: who holds ours may hold it.
_compiling = waited_for(RLock())

# Engines are never closed: a function may be called until the very end.
_engines: list[Any] = []


@cache
def target() -> Any:
    """Return the target machine of this process."""
    with _compiling:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        features = llvm.get_host_cpu_features()
        if wide():
            # Without it, vectors of 512 bits are split on many processors with them.
            features["prefer-256-bit"] = False
        return llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=features.flatten(), opt=3, jit=True
        )


@cache
def wide() -> bool:
    """Tell whether the processor has vectors of 8 numbers, and registers for many."""
    with _compiling:
        return bool(llvm.get_host_cpu_features().get("avx512f"))


def width() -> int:
    """Return how many numbers a vector has."""
    return 8 if wide() else 4


def new_module() -> ir.Module:
    """Return an empty module for this machine."""
    module = ir.Module("program")
    module.triple = target().triple
    module.data_layout = str(target().target_data)
    return module


def compile_module(module: ir.Module, names: Iterable[str]) -> dict[str, int]:
    """Return the addresses of the functions `names` of a module."""
    with _compiling:
        parsed = llvm.parse_assembly(str(module))
        # Loops are written as vectors and tiles, so the passes of -O2 would take time
        # and find nothing: measured, the code is as fast without them.
        passes = llvm.create_new_module_pass_manager()
        passes.add_always_inliner_pass()
        tuning = llvm.create_pipeline_tuning_options(speed_level=0)
        passes.run(parsed, llvm.create_pass_builder(target(), tuning))
        engine = llvm.create_mcjit_compiler(parsed, target())
        engine.finalize_object()
        _engines.append(engine)
        return {name: engine.get_function_address(name) for name in names}


def find_in_libm(name: str) -> None:
    """Make sure that code can call a function of C's mathematics.

    Raises:
        ValueError: If there is none of that name.
    """
    with _compiling:
        if llvm.address_of_symbol(name):
            return
    library = ctypes.CDLL(ctypes.util.find_library("m") or "msvcrt")
    try:
        address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    except AttributeError:
        raise ValueError(
            f"machine code needs a function of C's mathematics; got {name}"
        ) from None
    with _compiling:
        llvm.add_symbol(name, address)
