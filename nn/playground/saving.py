"""What it takes to write the network of a page down as a program in Python.

Of a class or a loss of one's own it is the source, with what that uses; what has none
is imported. The page puts the rest together: see saving.js.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable
from importlib.resources import files
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

from autograd import Phrases

from ..modules.module import Module
from ..optim.optimizers import Optimizer


def program_parts(
    model: Module, loss: Any, optimizers: Iterable[Optimizer], words: Phrases
) -> dict[str, Any]:
    """Return the definitions, the network, the loss, and settings of optimisers."""
    name = getattr(loss, "__name__", "loss")
    name = name if name.isidentifier() else "loss"  # not that of a lambda
    parts: dict[str, str] = {}
    _define(type(model).__name__, type(model), parts)
    _define(name, loss, parts)
    settings = {}
    for optimizer in optimizers:
        kind = type(optimizer)
        _define(kind.__name__, kind, parts)
        usual = kind(optimizer.parameters, lr=1.0)
        pairs = {key: getattr(optimizer, key) for key in kind.SETTINGS}
        settings[kind.__name__] = "".join(
            f", {key}={value!r}"
            for key, value in pairs.items()
            if value != getattr(usual, key)
        )
    made = f"{type(model).__name__}({_arguments(model)})"
    text = files(__package__ or "").joinpath("saving.txt").read_text("utf-8")
    template, batching = text.split("----\n")
    return {
        "parts": list(parts.values()), "model": made, "loss": name,
        "settings": settings, "template": template, "batching": batching,
        "words": words.table("saving"),
    }  # fmt: skip


def _arguments(model: Module) -> str:
    """Return what the class is called with: `2, [8, 1]`; `...` where nobody knows."""
    shape = model.architecture()
    if shape is None:
        asked = inspect.signature(type(model)).parameters.values()
        return "..." if any(p.default is p.empty for p in asked) else ""
    *hidden, last = bent = shape["activation"]
    if {*hidden} <= {"relu"} and last == "linear":
        return f"{shape['nin']}, {shape['nouts']}"
    alike = len({*hidden}) == 1 and last == "linear"
    activation = repr(hidden[0] if alike else bent).replace("'", '"')
    return f"{shape['nin']}, {shape['nouts']}, activation={activation}"


def _define(name: str, thing: Any, parts: dict[str, str]) -> None:
    """Note how a name is defined or imported, after all that its definition uses."""
    if name in parts:
        return
    public = getattr(thing, "__name__", None) or getattr(thing, "name", "")
    alias = "" if public == name else f" as {name}"
    for home in (sys.modules["nn"], sys.modules["autograd"]):
        if public in home.__all__ and getattr(home, public) is thing:
            parts[name] = f"from {home.__name__} import {public}{alias}"
            return
    if isinstance(thing, ModuleType):
        parts[name] = f"import {public}{alias}"
    elif isinstance(thing, bool | int | float | str | list | tuple | dict):
        parts[name] = f"{name} = {thing!r}"
    elif callable(thing):
        try:
            source = dedent(inspect.getsource(thing))
            nodes = list(ast.walk(ast.parse(source)))
        except (OSError, TypeError, SyntaxError):
            parts[name] = f"from {thing.__module__} import {public}{alias}"
            return
        parts[name] = ""  # which stands for itself inside
        functions = [*getattr(thing, "__dict__", {}).values(), thing]
        space = next(f.__globals__ for f in functions if isinstance(f, FunctionType))
        for node in nodes:
            if isinstance(node, ast.Name) and node.id in space:
                _define(node.id, space[node.id], parts)
        del parts[name]
        parts[name] = source
