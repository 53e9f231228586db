"""The native core: nodes and sweeps in C, made from the table of operations.

The Python of `node`, `value`, `reverse` and `forward` is the specification, and all
that is needed. Where the core was built it stands before that code: it does the common
case, and leaves every other to it. `engine.c` says how; its formulas are printed from
the table by `rows`.

CHAINRULE_NATIVE chooses: `0` is Python alone, `require` makes a missing core an error,
and by default it is used where it is there. Python computes each row that is another
than the one that was printed, and all if a number is not the same to the bit.
"""

from __future__ import annotations

import os
import sys
from _imp import source_hash
from importlib import import_module

from ..op import Op
from ..ops import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CHOICE = "CHAINRULE_NATIVE"

# The functions that the core's formulas were printed from, by op.
_printed: dict[Op, tuple[Any, ...]] = {}


def fingerprint() -> str:
    """Return what tells one text of the table from another."""
    place = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(place, "ops.py"), "rb") as file:
        return source_hash(0, file.read()).hex()


def digest(op: Op) -> str:
    """Return what tells a row from one with the same name that computes otherwise."""
    functions = [_text(function) for group in _functions(op) for function in group]
    return source_hash(0, repr((op.arity, op.chooses, functions)).encode()).hex()


def _text(function: Any) -> Any:
    """Return what a function does, with all that it calls."""
    code = getattr(function, "__code__", None)
    if code is None:
        return repr(function)
    known = [function.__globals__.get(name) for name in code.co_names]
    called = [_text(thing) for thing in known if callable(thing)]
    consts = [getattr(const, "co_code", const) for const in code.co_consts]
    return code.co_code, consts, code.co_names, called


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
        as_built = engine.TABLE == fingerprint()
    except ModuleNotFoundError:
        return None, ("unbuilt", "")
    except (ImportError, OSError) as error:
        return None, ("broken", str(error))
    for name, row in engine.ROWS.items():
        op = TABLE.get(name)
        if op is not None and (as_built or row == digest(op)):
            if not engine.agrees(name, op):
                return None, ("digits", name)
            _printed[op] = _functions(op)
            engine.hold(name, op, True)
    return engine, ("", "")


def _functions(op: Op) -> tuple[tuple[Any, ...], ...]:
    return (op.forward,), op.partials, op.taken


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
