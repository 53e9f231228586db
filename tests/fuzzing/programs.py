"""A program of the fuzzer: leaves, and steps that each apply one function to places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import autograd
from autograd.ops import TABLE

from .own_ops import OWN

# What takes a list of any length; of softmax, the first and the last are taken.
COMPOSITES: dict[str, Callable[..., Any]] = {
    "logsumexp": lambda *xs: autograd.logsumexp(xs),
    "first_of_softmax": lambda *xs: autograd.softmax(xs)[0],
    "mean": lambda *xs: autograd.mean(xs),
    "dot": lambda *xs: autograd.dot(xs[: len(xs) // 2], xs[len(xs) // 2 :]),
    "clip": autograd.clip,
}
WRITTEN = {
    "logsumexp": "logsumexp([{}])",
    "first_of_softmax": "softmax([{}])[0]",
    "mean": "mean([{}])",
    "dot": "dot([{}], [{}])",
}
FUNCTIONS: dict[str, Callable[..., Any]] = {**COMPOSITES, **TABLE, **OWN}


@dataclass(frozen=True)
class Program:
    """What is computed: each place is a variable, a constant, or a step's result.

    Attributes:
        variables: Their numbers; the first places.
        constants: The places after them.
        steps: Names of functions, and the places of their arguments; the last one's
            result is the output.
    """

    variables: tuple[float, ...]
    constants: tuple[float, ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def start(self) -> int:
        """The place of the first step's result."""
        return len(self.variables) + len(self.constants)

    @property
    def output(self) -> int:
        """The place of the output."""
        return self.start + len(self.steps) - 1

    def at(self, variables: Sequence[float]) -> Program:
        """Return the same program at another point."""
        return replace(self, variables=tuple(variables))

    def run(
        self,
        variables: Sequence[Any],
        constants: Sequence[Any] | None = None,
        functions: dict[str, Callable[..., Any]] = FUNCTIONS,
    ) -> list[Any]:
        """Return what stands at every place, for variables of any kind."""
        values = [*variables, *(self.constants if constants is None else constants)]
        for name, places in self.steps:
            values.append(functions[name](*[values[place] for place in places]))
        return values

    def __call__(self, *variables: Any) -> Any:
        """Return the output."""
        return self.run(variables)[-1]

    def __str__(self) -> str:
        """Return the program as Python code that can be pasted."""
        names = [f"x{i}" for i in range(len(self.variables))]
        lines = [f'{name} = Value({x!r}, "{name}")' for name, x in
                 zip(names, self.variables, strict=True)]  # fmt: skip
        names += [repr(x) for x in self.constants]
        for i, (name, places) in enumerate(self.steps):
            args = [names[place] for place in places]
            half = len(args) // 2
            parts = args[:half], args[half:]
            groups = parts if name == "dot" else (args,)
            call = WRITTEN.get(name, name + "({})")
            call = call.format(*[", ".join(group) for group in groups])
            names.append(f"v{i}")
            lines.append(f"v{i} = {call}")
        text = "\n".join([*lines, f"{names[-1]}.backward()"])
        return text.replace("inf", 'float("inf")')
