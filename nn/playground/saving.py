"""What it takes to write the network of a page down as a program in Python.

Of a class or a loss of one's own it is the source, with what that uses; what has none
is imported. The page puts the rest together: see saving.js.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

from autograd import Phrases
from autograd.writing.resources import text_of

from ..modules.module import Module
from ..optim.optimizers import Optimizer


def program_parts(
    model: Module, loss: Any, optimizers: Iterable[Optimizer], words: Phrases
) -> dict[str, Any]:
    """Return the definitions and what saving.js makes a program of with them."""
    name = getattr(loss, "__name__", "loss")
    name = name if name.isidentifier() else "loss"  # not that of a lambda
    kinds = [type(thing) for thing in (model, *optimizers)]
    parts: dict[str, str] = {}
    for known, thing in [*[(kind.__name__, kind) for kind in kinds], (name, loss)]:
        _define(known, thing, parts)
    asked = inspect.signature(type(model)).parameters.values()
    text = text_of(__package__, "saving.txt")
    return {
        "parts": list(parts.values()), "model": type(model).__name__, "loss": name,
        "shape": model.architecture(), "templates": text.split("----\n"),
        "asks": any(p.default is p.empty for p in asked),
        "words": words.table("saving"),
    }  # fmt: skip


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
    elif callable(thing) and not public.isidentifier():  # a lambda, say
        parts[name] = f"{name} = ...  # {public}"
    elif callable(thing):
        try:
            source = dedent(inspect.getsource(thing))
            nodes = list(ast.walk(ast.parse(source)))
        except (OSError, TypeError, SyntaxError):
            parts[name] = f"from {thing.__module__} import {public}{alias}"
            return
        parts[name] = ""  # which stands for itself inside
        functions = [*getattr(thing, "__dict__", {}).values(), thing]
        spaces = (f.__globals__ for f in functions if isinstance(f, FunctionType))
        space = next(spaces, {})
        for node in nodes:
            if isinstance(node, ast.Name) and node.id in space:
                _define(node.id, space[node.id], parts)
        del parts[name]
        parts[name] = source
