"""Checkpoints: a training run kept in one file after each epoch, to carry on from.

The file holds all that decides what comes next: the parameters (under the names that a
saved model has), the optimiser's state, the history, the state of Python's `random`.
It also tells which run it belongs to, so that no other run carries on from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from autograd.imports import np
from autograd.writing.files import write_whole

from ..files.weights import digest, opened, safetensors
from ..modules.module import Module
from ..modules.tensors import shape_of
from ..optim.optimizers import Optimizer
from ..phrases import refused
from .history import History
from .settings import Settings

# Of our parts of the file's metadata: the notes, and what tells whether all is whole.
NOTES, DIGEST = "chainrule.checkpoint", "chainrule.digest"
VERSION = 1
# What tensors are called that are no parameters of the model.
PLAIN = ("loss", "batch_size", "max_norm", "patience", "seed")  # of the settings
AVERAGE, HISTORY, BEST = "fit/average/", "fit/history/", "fit/best"


def write_checkpoint(
    settings: Settings, run: Mapping[str, Any], history: History, best: Any
) -> None:
    """Write a run as it is now; the file is replaced by the whole new one, or kept.

    Args:
        settings: They name the file, if there is to be one, the model, whose
            parameters are kept, and the optimiser, whose state is.
        run: What makes the run this one, as `identity` gives it.
        history: What the run went through.
        best: The parameters of the best epoch, if they are to be gone back to.

    Raises:
        OSError: If the file cannot be written.
        ImportError: If NumPy or safetensors is not installed.
    """
    if settings.checkpoint is None:
        return
    save = safetensors().save
    state = settings.optimizer.state_dict()
    averages = state.pop("averages")
    record = asdict(history)
    tensors: dict[str, np.ndarray] = settings.model.state_dict()
    for start, lists in ((AVERAGE, averages), (HISTORY, record)):
        for name in [name for name, xs in lists.items() if isinstance(xs, list)]:
            tensors[start + name] = np.array(lists.pop(name), dtype=np.float64)
    if best is not None:
        tensors[BEST] = np.array(best, dtype=np.float64)
    notes = {"version": VERSION, "run": run, "optimizer": state, "history": record}
    text = json.dumps({**notes, "random": random.getstate()})
    metadata = {NOTES: text, DIGEST: digest(text, tensors)}
    write_whole(settings.checkpoint, save(tensors, metadata))


@dataclass(frozen=True)
class Checkpoint:
    """A run as it was when it was written.

    Attributes:
        history: What it had gone through.
        best: The parameters of the best epoch, if they were to be gone back to.
        tensors: The parameters, by name.
        optimizer: The optimiser's state.
        random: The state of Python's `random`.
    """

    history: History
    best: list[float] | None
    tensors: Mapping[str, Any]
    optimizer: Mapping[str, Any]
    random: tuple[Any, ...]

    def restore(self, model: Module, optimizer: Optimizer) -> None:
        """Set the model, the optimiser and Python's `random` to what they were."""
        optimizer.load_state_dict(self.optimizer)
        model.load_state_dict(self.tensors)
        random.setstate(self.random)


def read_checkpoint(path: str | os.PathLike[str], run: Mapping[str, Any]) -> Checkpoint:
    """Return what the checkpoint `path` holds.

    Args:
        path: The file.
        run: What makes the run that is to carry on, as `identity` gives it.

    Raises:
        ValueError: If the file is damaged, is no checkpoint, or belongs to another run,
            saying what differs.
        OSError: If the file cannot be read.
        ImportError: If NumPy or safetensors is not installed.
    """
    tensors, notes = _read(Path(path))
    differences = list(_differences(notes["run"], json.loads(json.dumps(run))))
    if differences:
        raise refused("resume.other", path=path, differences="; ".join(differences))
    averages, record = (
        {name[len(start):]: tensors.pop(name).tolist()
         for name in list(tensors) if name.startswith(start)}
        for start in (AVERAGE, HISTORY)
    )  # fmt: skip
    best = tensors.pop(BEST).tolist() if BEST in tensors else None
    version, numbers, gauss = notes["random"]
    return Checkpoint(
        History(**{**notes["history"], **record}),
        best,
        tensors,
        {**notes["optimizer"], "averages": averages},
        (version, tuple(numbers), gauss),
    )


def engine_of(path: str | os.PathLike[str]) -> str:
    """Return the engine of the run that a checkpoint holds.

    Raises:
        ValueError, OSError: As `read_checkpoint`.
    """
    return _read(Path(path))[1]["run"]["engine"]


def identity(settings: Settings, engine: str) -> dict[str, Any]:
    """Return what makes a run the same as another, so that it can carry on from it.

    Of the model its kind counts, its architecture, and its tensors by name and shape;
    of the optimiser its kind, its settings, and which parameters it moves, in which
    order; of data the numbers, and of functions the name.
    """
    model, optimizer, checked = settings.model, settings.optimizer, settings.validation
    state = optimizer.state_dict()
    places = {p: i for i, p in enumerate(model.parameters())}
    moved = fingerprint([places[p] for p in optimizer.parameters])
    return {
        "model": type(model).__name__,
        "architecture": model.architecture(),
        "tensors": {name: shape_of(xs) for name, xs in model.tensors().items()},
        "optimizer": {"kind": state["kind"], "moves": moved, **state["settings"]},
        "data": fingerprint(settings.columns),
        "validation": None if checked is None else fingerprint(checked),
        "penalty": _plain(settings.weight),
        "engine": engine,
        "lr": optimizer.lr if settings.schedule is None else None,
        **{name: _plain(getattr(settings, name)) for name in PLAIN},
    }


def _plain(value: Any) -> Any:
    """Return a setting as JSON can have it, NumPy's numbers included."""
    if callable(value):
        return told(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def told(function: Callable[..., Any]) -> str:
    """Return a name for a function that is the same in the next process."""
    if isinstance(function, partial):
        arguments = [*map(repr, function.args)]
        arguments += [f"{name}={value!r}" for name, value in function.keywords.items()]
        return f"{told(function.func)}({', '.join(arguments)})"
    return getattr(function, "__qualname__", type(function).__qualname__)


def fingerprint(numbers: Sequence[Any]) -> str:
    """Return a short text that differs for other numbers, or in another arrangement."""
    found = hashlib.sha256()
    _feed(found, numbers)
    return found.hexdigest()[:16]


def _feed(found: Any, numbers: Sequence[Any]) -> None:
    found.update(b"%d:" % len(numbers))
    if numbers and isinstance(numbers[0], list):
        for part in numbers:
            _feed(found, part)
    else:
        found.update(array("d", numbers).tobytes())


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the tensors and the notes of a checkpoint, once all of it is checked."""
    with opened(path, "carrying on needs a whole checkpoint") as file:
        metadata = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    if NOTES not in metadata:
        raise refused("resume.none", path=path)
    if metadata.get(DIGEST) != digest(metadata[NOTES], tensors):
        raise refused("resume.damaged", path=path)
    notes = json.loads(metadata[NOTES])
    if notes["version"] != VERSION:
        raise refused(
            "resume.version", VERSION=VERSION, version=notes["version"], path=path
        )
    return tensors, notes


def _differences(there: Any, here: Any, name: str = "") -> Iterator[str]:
    """Yield what differs in two settings, which may have settings of their own."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in {**there, **here}:
            yield from _differences(there.get(key), here.get(key), f"{name} {key}")
    elif there != here:
        yield f"{name.strip()} {_shown(there)} there and {_shown(here)} here"


def _shown(value: Any) -> str:
    """Return a setting as text, of at most 80 characters."""
    text = "none" if value is None else json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."
