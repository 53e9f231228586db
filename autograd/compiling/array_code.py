"""A program written as Python code on arrays, for NumPy and whatever is like it.

Each statement becomes one line. What all samples have in common is an array of the
statement's shape; what each has its own of has the batch as one more axis, the last, so
that the numbers of all samples for one scalar lie side by side.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from ..numpy_forward import array_expression
from ..op import Op
from .statements import (
    BACKVEC,
    BATCH_TOTAL,
    CONSTANT,
    DIRECTION,
    INPUTS,
    JOIN,
    MAP,
    MATVEC,
    OUTER,
    PARAMETERS,
    PART,
    PUT,
    SHARE,
    SPREAD,
    TAKE,
    TOTAL,
    Statement,
    in_order,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


@dataclass(frozen=True)
class Code:
    """Python code that computes statements.

    Attributes:
        text: A function `run(arrays, constants, P, X, size, V)`: a namespace of NumPy's
            functions, the constants, the vector of parameters, the inputs (numbers of
            a sample by samples), the number of samples, and a direction.
        constants: The arrays that the code takes.
    """

    text: str
    constants: list[Any]

    def function(self) -> Callable[..., Any]:
        """Return the function `run`."""
        scope: dict[str, Any] = {}
        # The code is ours: it was written here, from the rows and from numbers.
        exec(compile(self.text, "<program>", "exec"), scope)
        return scope["run"]


def write_code(outputs: Sequence[Statement]) -> Code:
    """Return the code for `outputs`, which it returns as a tuple."""
    return _Writer(outputs).code()


class _Writer:
    def __init__(self, outputs: Sequence[Statement]) -> None:
        self.outputs = outputs
        self.order = in_order(outputs)
        self.names: dict[Statement, str] = {}
        self.constants: list[Any] = []
        self.lines: list[str] = []

    def code(self) -> Code:
        for statement in self.order:
            written = self._written(statement)
            if written is None:
                continue
            if not isinstance(written, str):
                name = self._new(statement)
                self.lines += [line.replace("@", name) for line in written]
            elif written.isidentifier() or statement.kind is CONSTANT:
                self.names[statement] = written
            else:
                self.lines.append(f"{self._new(statement)} = {written}")
        results = ", ".join(self.names[output] for output in self.outputs)
        head = "def run(arrays, constants, P, X, size, V):"
        if self.constants:
            known = ", ".join(f"c{i}" for i in range(len(self.constants)))
            self.lines.insert(0, f"{known}, = constants")
        body = [*self.lines, f"return ({results},)"]
        return Code("\n    ".join([head, *body]) + "\n", self.constants)

    def _new(self, statement: Statement) -> str:
        name = self.names[statement] = f"v{len(self.names)}"
        return name

    def _constant(self, numbers: Any) -> str:
        self.constants.append(numbers)
        return f"c{len(self.constants) - 1}"

    def _written(self, y: Statement) -> str | list[str] | None:
        """Return the expression of a statement, or lines that set the name @."""
        kind = y.kind
        if kind is INPUTS:
            return "X"
        if kind is PARAMETERS:
            return "P"
        if kind is DIRECTION:
            return "V"
        if kind is SHARE:
            return "(1.0 / size)"
        if kind is CONSTANT:
            return repr(float(y.what)) if not y.shape else self._constant(y.what)
        if kind is MAP:
            return self._map(y)
        args = [self.names[arg] for arg in y.args]
        if kind is TAKE:
            return self._take(y, args[0])
        if kind is PUT:
            return self._put(y, args)
        if kind is JOIN:
            parts = [self._flat(arg, y.batched) for arg in y.args]
            return f"arrays.concatenate(({', '.join(parts)},))"
        if kind is PART:
            stretch = f"{args[0]}[{y.what}:{y.what + y.size}]"
            return self._shaped(stretch, y)
        if kind is MATVEC:
            return f"{args[0]} @ {args[1]}"
        if kind is BACKVEC:
            return f"{args[0]}.T @ {args[1]}"
        if kind is OUTER:
            return self._outer(y, args)
        if kind is TOTAL:
            return f"{args[0]}.sum({-2 if y.batched else -1})"
        if kind is SPREAD:
            if y.batched:
                shape = ", ".join(map(str, y.shape))
                row = f"{args[0]}[..., None, :]"
                return f"arrays.broadcast_to({row}, ({shape}, size))"
            import numpy as np

            return f"{args[0]}[..., None] + {self._constant(np.zeros(y.shape))}"
        assert kind is BATCH_TOTAL
        return f"{args[0]}.sum(-1)"

    def _map(self, y: Statement) -> str:
        operands = [self._operand(arg, y) for arg in y.args]
        return op_text(y.what, operands)

    def _operand(self, arg: Statement, y: Statement) -> str:
        """Return an arg of a map, with an axis for the batch where it needs one."""
        name = self.names[arg]
        if y.batched and not arg.batched and arg.shape:
            return f"{name}[..., None]"
        return name

    def _take(self, y: Statement, x: str) -> str:
        start = _stretch(y.what)
        if start is None:
            return f"{x}[{self._constant(y.what)}]"
        return self._shaped(f"{x}[{start}:{start + y.size}]", y)

    def _shaped(self, vector: str, y: Statement) -> str:
        if len(y.shape) == 1:
            return vector
        shape = ", ".join([*map(str, y.shape), *(["-1"] if y.batched else [])])
        return f"{vector}.reshape({shape})"

    def _flat(self, arg: Statement, batched: bool) -> str:
        name = self.names[arg]
        if len(arg.shape) != 1:
            size = f"{arg.size}, -1" if arg.batched else "-1"
            name = f"{name}.reshape({size})"
        if batched and not arg.batched:
            return f"arrays.broadcast_to({name}[:, None], ({arg.size}, size))"
        return name

    def _put(self, y: Statement, args: list[str]) -> str | list[str]:
        starts = [_stretch(index) for index in y.what]
        if None not in starts:
            pieces = sorted(zip(starts, y.args, strict=True), key=lambda piece: piece[0])
            if _tiles(pieces, y.size):
                parts = [self._flat(x, y.batched) for _, x in pieces]
                if len(parts) == 1:
                    return f"{parts[0]}[:]"
                return f"arrays.concatenate(({', '.join(parts)},))"
        batch = ", size" if y.batched else ""
        lines = [f"@ = arrays.zeros(({y.size}{batch},))"]
        for start, index, x in zip(starts, y.what, y.args, strict=True):
            flat = self._flat(x, y.batched)
            if start is not None:
                place = f"slice({start}, {start + x.size})"
            else:
                place = self._constant(index.ravel())
            lines.append(f"@ = arrays.added_at(@, {place}, {flat})")
        return lines

    def _outer(self, y: Statement, args: list[str]) -> str:
        a, b = y.args
        left, right = args
        if a.batched and b.batched:
            return f"{left} @ {right}.T"
        left = f"{left}.sum(-1)" if a.batched else left
        right = f"{right}.sum(-1)" if b.batched else right
        return f"{left}[:, None] * {right}"


def _stretch(index: Any) -> int | None:
    """Return where a stretch of a vector begins, or None if the index is none."""
    import numpy as np

    flat = np.ravel(index)
    start = int(flat[0])
    return start if np.array_equal(flat, np.arange(start, start + len(flat))) else None


def _tiles(pieces: Sequence[tuple[Any, Statement]], size: int) -> bool:
    """Tell whether stretches lie one after the other, from 0 to `size`."""
    end = 0
    for start, x in pieces:
        if start != end:
            return False
        end += x.size
    return end == size


@cache
def _parsed(op: Op) -> tuple[list[str], ast.expr]:
    names, body, _ = array_expression(op)
    return names, body


def op_text(op: Op, operands: Sequence[str]) -> str:
    """Return the code that computes an op on arrays."""
    names, body = _parsed(op)
    known = dict(zip(names, operands, strict=True))
    return ast.unparse(_Filled(known).visit(_copied(body)))


def _copied(tree: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(tree), mode="eval").body


class _Filled(ast.NodeTransformer):
    """Puts operands in the place of an op's parameters."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        text = self.known.get(node.id)
        return ast.parse(text, mode="eval").body if text is not None else node
