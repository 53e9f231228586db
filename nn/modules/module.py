"""`Module`: whatever has parameters.

A module finds its parameters in its own attributes, so that a network of your own is a
subclass that sets Values, modules, or lists of them, and computes something with them.
Attributes also give the names under which parameters are shown, saved and loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from autograd import Value, register_module
from autograd.imports import np
from autograd.phrases import Language

from .state import arrays_of, numbers_for
from .summary import Summary, summarise
from .tensors import Tensor, places_of, scalars_of, shape_of


class Module:
    """A part of a network, with parameters to train.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.start = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.start
    >>> line = Line()
    >>> line(3.0).data
    7.0
    >>> line
    Line of 2 parameters
    >>> line.named_parameters()
    [('slope', Value(data=2.0, grad=0.0)), ('start', Value(data=1.0, grad=0.0))]
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Have pictures of graphs find the module."""
        module = super().__new__(cls)
        register_module(module)
        return module

    def __call__(self, x: Any) -> Any:
        """Return what the module computes from `x`; each kind of module says what."""
        raise TypeError(f"{type(self).__name__} needs a method __call__; it has none")

    # --- parameters, one by one -------------------------------------------------------

    def parameters(self) -> list[Value]:
        """Return the Values to train, in the order in which attributes were set.

        They are the leaves in attributes, in lists, tuples, dicts and object arrays
        there, and in modules there; each is listed once. Constants are none, nor is
        what was computed from Values: write `Value(3 * 0.1)`, not `Value(3) * 0.1`.
        """
        found: dict[Value, None] = {}
        _collect(self, found, set())
        return list(found)

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return the parameters, each with its name, such as `0.weight[3,1]`.

        They are those of `parameters()`, in that order. The names are made of those of
        `tensors()`; of a parameter that stands in two places, the first.
        """
        names: dict[Value, str] = {}
        for name, tensor in self._tensors().items():
            places = places_of(tensor.shape)
            for place, p in zip(places, scalars_of(tensor.values), strict=True):
                names.setdefault(p, name + place)
        return [(names[p], p) for p in self.parameters()]

    def zero_grad(self) -> None:
        """Set the grad of each parameter to 0, since `backward` adds to it."""
        for p in self.parameters():
            p.grad = 0.0

    # --- parameters, as named tensors -------------------------------------------------

    def tensors(self) -> dict[str, Any]:
        """Return the parameters as nested lists of Values, by name.

        A Value is a scalar, a list of Values a vector, equal lists of them a matrix.
        Names are attributes, indices and keys, joined by dots. What stands in two
        places is listed under both names. Parameters that stand nowhere in that, since
        a `parameters` method of your own gives them, are the vector `parameters`.

        Raises:
            ValueError: If two tensors would have the same name.

        >>> class Polynomial(Module):
        ...     def __init__(self):
        ...         self.a = [Value(1.0), Value(0.0), Value(-1.0)]
        >>> {name: len(tensor) for name, tensor in Polynomial().tensors().items()}
        {'a': 3}
        """
        return {name: tensor.values for name, tensor in self._tensors().items()}

    def state_dict(self) -> dict[str, np.ndarray]:
        """Return copies of the tensors as NumPy arrays of float64, by name.

        Raises:
            ImportError: If NumPy is not installed.
        """
        return arrays_of(self._tensors())

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> None:
        """Set the parameters to the numbers of `state`; all of them, or none.

        Args:
            state: Arrays, nested lists, or tensors of PyTorch, by the names that
                `tensors()` gives.
            strict: Whether the names must be exactly those; else the ones that are in
                both are loaded.

        Raises:
            ValueError: If a name is missing or unknown, a shape differs, or a parameter
                that stands in two places would be two different numbers.
            TypeError: If something in a tensor is not a real number.

        >>> model = Module()
        >>> model.bias = [Value(0.0), Value(0.0)]
        >>> model.load_state_dict({"bias": [0.5, -0.5]})
        >>> model.bias[0].data
        0.5
        """
        tensors = self._tensors()
        numbers = numbers_for(tensors, state, strict, type(self).__name__)
        for p, number in numbers.items():
            p.data = number

    # --- what it is -------------------------------------------------------------------

    def summary(self, *, language: Language | None = None) -> Summary:
        """Return a table of the modules in it, with names, shapes and counts.

        Args:
            language: That of the table, "en" or "fr"; None for that of the
                environment.

        Raises:
            ValueError: If there are no phrases in that language.

        >>> model = Module()
        >>> model.bias = [Value(0.0), Value(0.0)]
        >>> model.summary()
        Module
        name   kind    shapes  activation  parameters
               Module  bias 2                       2
        total                                       2
        """
        return summarise(type(self).__name__, self._tensors().values(), language)

    def architecture(self) -> dict[str, Any] | None:
        """Return what rebuilds the network but for its weights; None where unknown."""
        return None

    def __repr__(self) -> str:
        """Return `Line of 2 parameters`."""
        count = len(self.parameters())
        noun = "parameter" if count == 1 else "parameters"
        return f"{type(self).__name__} of {count:,} {noun}"

    # --- what it is for ---------------------------------------------------------------

    def predict(self, X: Any) -> Any:
        """Return the outputs for the rows of `X` as numbers, with no graph: fast.

        See `nn.predict`.
        """
        from ..prediction import predict

        return predict(self, X)

    def save(self, path: str | Path, **metadata: str) -> None:
        """Write the parameters to a safetensors file, with notes of your own.

        See `nn.save_model`.
        """
        from ..files.weights import save_model

        save_model(self, path, metadata=metadata)

    def playground(
        self, path: str | Path, data: Any, loss: Any = None, **options: Any
    ) -> Path:
        """Write a page in which the module trains while one looks; return its path.

        The page begins with the weights as they are, and changes none of these. See
        `nn.playground.playground_page` for the data, the loss and the options.

        Raises:
            OSError: If the file cannot be written; and what that raises.

        >>> import tempfile
        >>> from nn import MLP
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     MLP(2, [4, 1]).playground(f"{folder}/moons.html", "moons").name
        'moons.html'
        """
        from autograd.writing.files import write_whole

        from ..playground import playground_page

        return write_whole(path, playground_page(self, data, loss, **options))

    def _named_parts(self) -> dict[str, Any]:
        """Return what the module holds, by the names that tensors there begin with."""
        return vars(self)

    def _tensors(self) -> dict[str, Tensor]:
        """Return the tensors with their owners, by name."""
        found: dict[str, Tensor] = {}
        for tensor in _tensors_of(self, "", ()):
            if tensor.name in found:
                raise ValueError(
                    f"{type(self).__name__} needs a name of its own for each tensor;"
                    f" got {tensor.name!r} twice"
                )
            found[tensor.name] = tensor
        named = {p for t in found.values() for p in scalars_of(t.values)}
        rest = [p for p in self.parameters() if p not in named]
        if rest:
            found["parameters"] = Tensor("", "parameters", rest, (len(rest),), self)
        return found


def _collect(thing: Any, found: dict[Value, None], seen: set[int]) -> None:
    if isinstance(thing, Value):
        if _is_parameter(thing):
            found[thing] = None
        return
    if isinstance(thing, Module):
        # The parameters of a module are its own affair, but for the one that asks.
        own = type(thing).parameters is Module.parameters
        inner: Any = vars(thing).values() if own or not seen else thing.parameters()
    elif isinstance(thing, list | tuple):
        inner = thing
    elif isinstance(thing, dict):
        inner = thing.values()
    elif _is_object_array(thing):
        inner = thing.flat
    else:
        return
    if id(thing) not in seen:  # a part may refer to the whole
        seen.add(id(thing))
        for item in inner:
            _collect(item, found, seen)


def _tensors_of(module: Module, start: str, above: tuple[int, ...]) -> Iterator[Tensor]:
    """Yield the tensors of a module and of its parts.

    Args:
        module: The module.
        start: What their names begin with.
        above: The ids of what it is part of, since a part may refer to the whole.
    """
    for name, thing in module._named_parts().items():
        inner = (*above, id(module))
        yield from _tensors_in(thing, start, start + name, module, inner)


def _tensors_in(
    thing: Any, start: str, name: str, owner: Module, above: tuple[int, ...]
) -> Iterator[Tensor]:
    """Yield the tensors in what `owner` holds under `name`."""
    if id(thing) in above:
        return
    if isinstance(thing, Module):
        yield from _tensors_of(thing, f"{name}.", above)
        return
    if _is_object_array(thing):
        thing = thing.tolist()
    if isinstance(thing, Value | list | tuple):
        shape = shape_of(thing)
        scalars = list(scalars_of(thing))
        if shape is not None and scalars and all(map(_is_parameter, scalars)):
            yield Tensor(start, name, thing, shape, owner)
            return
    items: Any = ()
    if isinstance(thing, dict):
        items = thing.items()
    elif isinstance(thing, list | tuple):
        items = enumerate(thing)
    for key, item in items:
        inner = (*above, id(thing))
        yield from _tensors_in(item, start, f"{name}.{key}", owner, inner)


def _is_parameter(thing: Any) -> bool:
    return isinstance(thing, Value) and thing.op is None and not thing.constant


def _is_object_array(thing: Any) -> bool:
    return str(getattr(thing, "dtype", "")) == "object"
