"""Networks in files: the weights, their names, and what network they belong to.

The format is safetensors: a header of JSON with the name, type and shape of each
tensor, then the plain numbers. Nothing in such a file can be run, whatever its origin,
which pickle cannot say. The tensors have the names and shapes of a `torch.nn.Linear`
stack, which loads them as they are; the architecture stands in the metadata.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.imports import needed, np
from autograd.writing.files import write_whole

from ..modules.layers import MLP
from ..modules.module import Module
from ..modules.tensors import Shape, describe_shape
from ..phrases import refused

KEY = "chainrule"  # under which the metadata has what this module writes
VERSION = 1
TYPES = ("F64", "F32", "F16")  # each of which float64 holds exactly
NEEDED = "loading needs a whole safetensors file"
MOST_SHOWN = 5


def save_model(
    model: Module,
    path: str | os.PathLike[str],
    *,
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Write the parameters of `model`, and its architecture, to a safetensors file.

    An existing file is replaced once the new one is whole.

    Args:
        model: The network.
        path: The file, by custom with the ending `.safetensors`.
        metadata: Texts of your own to keep with it, by name (see `read_metadata`).

    Returns:
        The path.

    Raises:
        ImportError: If safetensors or NumPy is not installed.
        ValueError: If there are no parameters, one of them is not finite, or the name
            "chainrule" is used in the metadata.
        TypeError: If something in the metadata is not a text.
        OSError: If the file cannot be written; what was there is then unharmed.

    >>> import tempfile
    >>> from nn import MLP, load_model, read_metadata
    >>> model = MLP(2, [4, 1], seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_model(model, f"{folder}/m.safetensors", metadata={"by": "me"})
    ...     again, notes = load_model(path), read_metadata(path)
    >>> bool((again.predict([[1.0, 2.0]]) == model.predict([[1.0, 2.0]])).all()), notes
    (True, {'by': 'me'})
    """
    save = safetensors().save
    notes = dict(metadata or {})
    for name, text in notes.items():
        if not (isinstance(name, str) and isinstance(text, str)):
            raise TypeError(
                f"metadata needs texts under texts; got {text!r} under {name!r}"
                " (hint: json.dumps makes texts of lists and numbers)"
            )
    if KEY in notes:
        raise ValueError(f"metadata needs names other than {KEY!r}, which is taken")
    state = model.state_dict()
    if not state:
        raise ValueError(f"saving needs parameters; got none in {type(model).__name__}")
    _check_finite(state, "saving needs finite parameters")
    ours = {"version": VERSION, "architecture": model.architecture()}
    ours["digest"] = _digest_of(ours, notes, state)
    return write_whole(path, save(state, {**notes, KEY: json.dumps(ours)}))


def load_model(path: str | os.PathLike[str], *, into: Module | None = None) -> Module:
    """Return the network that `save_model` wrote to the file `path`.

    Args:
        path: A safetensors file.
        into: A network to take the weights, for files that do not say how to build
            one: a `Module` of your own, or weights from elsewhere. It is returned.

    Returns:
        The network: an `MLP`, or `into`.

    Raises:
        ImportError: If safetensors or NumPy is not installed.
        OSError: If the file cannot be read.
        ValueError: If it is no safetensors file, is damaged, was written by something
            else (and `into` is not given), or does not fit: what differs is named, and
            `into` is left as it was.

    >>> import tempfile
    >>> from nn import MLP
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/model.safetensors"
    ...     MLP(2, [2, 1]).save(path)
    ...     load_model(path)
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    """
    with opened(path, NEEDED) as file:
        ours, notes = _ours(file, path), _notes(file)
        architecture = ours.get("architecture")
        sizes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}
        if into is None:
            _check_size(architecture, sizes, path)
            model = _built(architecture, path)
        else:
            model = into
            own = into.architecture()
            if architecture is not None and own is not None and architecture != own:
                raise _misfit(path, _differences_of_networks(architecture, own))
        wanted = {name: array.shape for name, array in model.state_dict().items()}
        _check_tensors(file, wanted, sizes, path)
        state = {name: file.get_tensor(name) for name in wanted}
    if "digest" in ours and ours["digest"] != _digest_of(ours, notes, state):
        raise refused("weights.bits", path=path, KEY=KEY)
    _check_finite(state, f"{path} needs finite numbers")
    model.load_state_dict(state)
    return model


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the texts that `save_model` was given as metadata for the file `path`.

    Raises:
        ImportError: If safetensors is not installed.
        OSError: If the file cannot be read.
        ValueError: If it is no safetensors file.

    >>> import tempfile
    >>> from nn import MLP, save_model
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/model.safetensors"
    ...     _ = save_model(MLP(2, [1]), path, metadata={"data": "moons"})
    ...     read_metadata(path)
    {'data': 'moons'}
    """
    with opened(path, NEEDED) as file:
        return _notes(file)


# --- what checkpoints share -----------------------------------------------------------


def safetensors() -> Any:
    """Return the library's part for NumPy.

    Raises:
        ImportError: If it is not installed.
    """
    return needed("safetensors.numpy", "files need", "safetensors", "nn")


@contextmanager
def opened(path: str | os.PathLike[str], needed: str) -> Iterator[Any]:
    """Give the open file, of which tensors are read one by one.

    Args:
        path: The file.
        needed: What is said if it is no whole safetensors file.
    """
    safetensors()
    from safetensors import SafetensorError, safe_open

    with open(path, "rb"):  # says what is wrong with the path as Python says it
        pass
    try:
        with safe_open(os.fspath(path), framework="numpy") as file:
            yield file
    except SafetensorError as error:
        raise ValueError(f"{needed}; got {path} ({error})") from error


def digest(text: str, tensors: Mapping[str, np.ndarray]) -> str:
    """Return a text that is another one if a single bit of them is."""
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        found.update(f"{name} {tensors[name].shape} ".encode())
        found.update(tensors[name].tobytes())
    return found.hexdigest()


# --- reading --------------------------------------------------------------------------


def _notes(file: Any) -> dict[str, str]:
    """Return the metadata but for our own."""
    return {k: text for k, text in (file.metadata() or {}).items() if k != KEY}


def _digest_of(
    ours: Mapping[str, Any], notes: Mapping[str, str], state: Mapping[str, np.ndarray]
) -> str:
    said = json.dumps([ours["architecture"], notes], sort_keys=True)
    return digest(said, state)


def _ours(file: Any, path: Any) -> dict[str, Any]:
    """Return what save_model noted in the metadata; nothing in a file of others."""
    text = (file.metadata() or {}).get(KEY)
    if text is None:
        return {}
    try:
        ours = json.loads(text)
        version, architecture = ours["version"], ours["architecture"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise refused("weights.metadata", text=_cut(text), path=path) from None
    if version != VERSION:
        raise refused(
            "weights.version", VERSION=VERSION, version=_cut(version), path=path
        )
    if architecture is not None and not _is_architecture(architecture):
        raise refused("weights.sizes", architecture=_cut(architecture), path=path)
    return ours


def _is_architecture(architecture: Any) -> bool:
    match architecture:
        case {"kind": "MLP", "nin": nin, "nouts": [_, *_] as nouts,
              "activation": list(names)} if len(architecture) == 4:  # fmt: skip
            return (
                all(type(size) is int and size > 0 for size in (nin, *nouts))
                and all(isinstance(name, str) for name in names)
                and len(names) == len(nouts)
            )
    return False


def _check_size(architecture: Any, sizes: Mapping[str, Shape], path: Any) -> None:
    """Check that the network is as large as the file, before it is built.

    A few bytes of metadata can ask for more neurons than there is memory.
    """
    if architecture is None:
        raise refused("weights.how", path=path)
    nouts = architecture["nouts"]
    asked = sum(
        (nin + 1) * nout
        for nin, nout in zip([architecture["nin"], *nouts], nouts, strict=False)
    )
    there = sum(math.prod(shape) for shape in sizes.values())
    if asked != there:
        raise _misfit(
            path,
            [f"the network described has {asked:,} parameters, the file {there:,}"],
        )


def _built(architecture: Any, path: Any) -> Module:
    try:
        return MLP(
            architecture["nin"],
            architecture["nouts"],
            activation=architecture["activation"],
            seed=0,  # the weights are replaced; drawing them disturbs no one
        )
    except ValueError as error:
        raise ValueError(f"loading {path}: {error}") from error


def _check_tensors(
    file: Any, wanted: Mapping[str, Shape], sizes: Mapping[str, Shape], path: Any
) -> None:
    differences = []
    for name, shape in wanted.items():
        if name not in sizes:
            differences.append(f"{name} is missing")
        elif sizes[name] != shape:
            got, needed = describe_shape(sizes[name]), describe_shape(shape)
            differences.append(f"{name} is {got}, the network's is {needed}")
        elif file.get_slice(name).get_dtype() not in TYPES:
            kind = file.get_slice(name).get_dtype()
            differences.append(f"{name} is of type {kind}, none of {', '.join(TYPES)}")
    differences += [
        f"{_cut(name)} is unknown to the network"
        for name in sizes
        if name not in wanted
    ]
    if differences:
        raise _misfit(path, differences)


def _differences_of_networks(file: dict[str, Any], own: dict[str, Any]) -> list[str]:
    return [
        f"{key} is {_cut(file[key])}, the network's is {_cut(own.get(key))}"
        for key in file
        if file[key] != own.get(key)
    ]


def _misfit(path: Any, differences: list[str]) -> ValueError:
    more = len(differences) - MOST_SHOWN
    shown = differences[:MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    return ValueError(
        f"loading needs a file that fits the network; in {path} {'; '.join(shown)}"
    )


def _check_finite(state: Mapping[str, Any], needs: str) -> None:
    for name, array in state.items():
        for place in np.argwhere(~np.isfinite(array)):
            index = ",".join(map(str, place))
            number = array[tuple(place)]
            where = f"{name}[{index}]" if index else name
            raise ValueError(f"{needs}; got {number} in {where}")


def _cut(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else text[:57] + "..."
