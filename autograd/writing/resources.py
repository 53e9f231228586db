"""Files that lie beside the code: pages, scripts, tables of data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def text_of(package: str | None, name: str) -> str:
    """Return the text of a file that lies in a package of ours."""
    return (files(package or "") / name).read_text("utf-8")


@cache
def table_of(package: str | None, name: str) -> dict[str, Any]:
    """Return what a TOML file in a package of ours holds."""
    return tomllib.loads(text_of(package, name))
