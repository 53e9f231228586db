"""What else is called `autograd` or `nn` here, and stands in the way of ours."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from ..phrases.table import Phrases
from ..value import Value

OURS = Path(__file__).resolve().parents[1]


def check_package(words: Phrases) -> None:
    """Check that whoever imports `autograd` gets what this command is a part of.

    Raises:
        RuntimeError: If another project has written over `__init__.py`, or taken it
            away when it was uninstalled.
    """
    package = sys.modules[__name__.partition(".")[0]]
    if getattr(package, "Value", None) is not Value:
        raise RuntimeError(words("command.doctor.mixed", folder=OURS))


def neighbours(words: Phrases) -> list[str]:
    """Return what to say of another `autograd` that is installed, and another `nn`."""
    said = []
    try:
        said.append(words("command.doctor.beside", version=version("autograd")))
    except PackageNotFoundError:
        pass
    nn = find_spec("nn")
    found = [] if nn is None else [nn.origin, *(nn.submodule_search_locations or ())]
    place = next(filter(None, found), None)
    if place and Path(place).resolve() != OURS.with_name("nn") / "__init__.py":
        said.append(words("command.doctor.other_nn", file=place))
    return said
