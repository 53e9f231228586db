"""The native core: nodes and sweeps in C, made from the table of operations.

The Python of `node`, `value`, `reverse` and `forward` is the specification, and all
that is needed. Where the core was built it stands before that code: it does the common
case, and leaves every other to it. `engine.c` says how; its formulas are printed from
the table by `rows`.

CHAINRULE_NATIVE chooses: `0` is Python alone, `require` makes a missing core an error,
and by default it is used where it is there. It declines where it could be wrong: if the
table is another than the one it was built from, or a number is not the same to the bit.
"""

from __future__ import annotations

import os
import sys
from _imp import source_hash
from importlib import import_module

from ..op import Op, one
from ..ops import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

CHOICE = "CHAINRULE_NATIVE"

# The functions that the core's formulas were printed from, by op.
_printed: dict[Op, tuple[Any, ...]] = {}


def fingerprint() -> str:
    """Return what tells one text of the table from another."""
    place = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(place, "ops.py"), "rb") as file:
        return source_hash(0, file.read()).hex()


def _found() -> tuple[Any, tuple[str, str]]:
    """Return the core, or None and the reason why not, with a detail.

    Raises:
        ImportError: If there has to be one, and there is none.
    """
    choice = os.environ.get(CHOICE, "")
    if choice == "0":
        return None, ("chosen", choice)
    engine, why = _loaded()
    if choice == "require" and engine is None:
        from ..phrases.table import Phrases

        kind, detail = why
        told = Phrases("en")(f"native.{kind}", detail=detail)
        raise ImportError(f"{CHOICE}=require needs the native core; but {told}")
    return engine, why


def _loaded() -> tuple[Any, tuple[str, str]]:
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None, ("threads", "")
    try:
        engine = import_module(f"{__name__}.engine")
        if engine.TABLE != fingerprint():
            return None, ("table", "")
    except ModuleNotFoundError:
        return None, ("unbuilt", "")
    except (ImportError, OSError) as error:
        return None, ("broken", str(error))
    for name in engine.ROWS:
        op = TABLE[name]
        if not _agrees(engine, op):
            return None, ("digits", name)
        _printed[op] = _functions(op)
        engine.hold(name, op, True)
    return engine, ("", "")


def _functions(op: Op) -> tuple[Any, ...]:
    return op.forward, op.partials, op.taken


def _agrees(engine: Any, op: Op) -> bool:
    """Tell whether C gives the numbers of a row that Python gives, to the bit."""
    for x in _points(op):
        y = op.forward(*x)
        pairs = [(y, engine.compute(op.name, "f", 0, x))]
        for i, (partial, takes) in enumerate(zip(op.partials, op.taken, strict=True)):
            pairs.append((partial(*x, y), engine.compute(op.name, "p", i, (*x, y))))
            if takes is not one:
                taken = float(takes(*x))
                pairs.append((taken, engine.compute(op.name, "t", i, x)))
        if any(c is not None and float(c).hex() != float(p).hex() for p, c in pairs):
            return False
    return True


def _points(op: Op) -> Iterator[tuple[float, ...]]:
    """Give points where the op is smooth."""
    for share in (0.13, 0.42, 0.86):
        yield tuple(
            low + (high - low) * (share + 0.31 * i) % 1.0
            for i, (low, high) in enumerate(op.safe)
        )


engine, reason = _found()


def in_python() -> list[str]:
    """Return the rows that Python computes, where there is a core."""
    return [op.name for op in TABLE.values() if op not in _printed]


def take_nodes(names: dict[str, Any]) -> None:
    """Have what `node` makes and knows be the core's, if there is one.

    Args:
        names: The names of the module.
    """
    if engine is None:
        return
    engine.threads(names["_off"])
    engine.Node.data = engine.data(names["Node"].data)
    for name in "build", "note_edit", "last_edit", "set_watch", "set_reading":
        names[name] = engine.shortcut(name, names[name])
    names |= {"Node": engine.Node, "_stamps": iter(engine.next_stamp, None)}


def take_over(value: Any) -> None:
    """Have the core make instances of Value, and do what is common with them."""
    if engine is None:
        return
    engine.adopt(value)
    for name, method in list(vars(value).items()):
        op = TABLE.get(getattr(method, "__name__", ""))
        if engine.operator(name, method):
            delattr(value, name)  # Node's operator calls it where it has to
        elif op in _printed and op.arity == 1:
            setattr(value, name, engine.shortcut("method", method, op))
    value.backward = engine.shortcut("Value.backward", value.backward)
    Op.__call__ = engine.shortcut("__call__", Op.__call__)
    Op.__setattr__ = _changed


def take_sweep(names: dict[str, Any], name: str) -> None:
    """Have the core sweep before a function of the module does, if there is one."""
    if engine is not None:
        names[name] = engine.shortcut(name, names[name])


def _changed(op: Op, name: str, thing: Any) -> None:
    """Set an attribute, and let the core know if a row is no more what it was."""
    object.__setattr__(op, name, thing)
    if op in _printed:
        engine.hold(op.name, op, _functions(op) == _printed[op])
