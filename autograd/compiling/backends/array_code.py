"""A program written as Python code on arrays, for NumPy and whatever is like it.

Each statement becomes a few instructions. What all samples have in common is an array
of the statement's shape; what each has its own of has the batch as one more axis, the
last, so that the numbers of all samples for one scalar lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...forks import cached_property
from ...imports import np
from ...op import Op
from .. import statements as st
from ..statements import Statement, in_order
from ..updates import GRADIENT, RATE, STEP, Formula, average_kind, step_statements
from .instructions import Instructions, Operand, literal
from .op_code import add_op

# The kinds that are one instruction, of leaves and of the values of their args.
TEMPLATES = {
    st.INPUTS: "X",
    st.PARAMETERS: "P",
    st.DIRECTION: "V",
    st.SHARE: "1.0 / size",
    st.MATVEC: "{}.dot({})",
    st.BACKVEC: "{}.T.dot({})",
    st.BATCH_TOTAL: "arrays.batch_sum({})",
}


@dataclass(frozen=True)
class Code:
    """Python code that computes statements.

    Attributes:
        text: A function `run(arrays, constants, P, X, size, V)`: a namespace of NumPy's
            functions and of `taken`, `added_at`, `picked`, `placed`, `batch_sum`
            and `called`, the constants, the vector of parameters, the inputs (numbers
            of a sample by samples), the number of samples, and a direction; or, of a
            program with leaves of other kinds, those by name.
        constants: What the code takes: arrays of floats, arrays of integers that are
            indices, `Places`, and ops that are called number by number.
    """

    text: str
    constants: list[Any]

    def function(self) -> Callable[..., Any]:
        """Return the function `run`."""
        scope: dict[str, Any] = {}
        # The code is ours: it was written here, from the rows and from numbers.
        exec(compile(self.text, "<program>", "exec"), scope)
        return scope["run"]


@dataclass(frozen=True, eq=False)
class Places:
    """Where the elements of one vector are added into another.

    Attributes:
        index: For each element its place.
        length: How long the other vector is.
    """

    index: Any
    length: int

    @cached_property
    def repeated(self) -> bool:
        """Whether some place is met twice."""
        return len(np.unique(self.index)) < len(self.index)

    @cached_property
    def runs(self) -> tuple[Any, Any, Any]:
        """The elements sorted by place, where each place begins, and the places."""
        order = np.argsort(self.index, kind="stable")
        places, starts = np.unique(self.index[order], return_index=True)
        return order, starts, places


def write_code(outputs: Sequence[Statement]) -> Code:
    """Return the code for `outputs`, which it returns as a tuple."""
    writer = _Writer()
    for statement in in_order(outputs):
        writer.values[statement] = writer.written(statement)
    body = list(writer.code.code([writer.values[output] for output in outputs]))
    if writer.constants:
        known = ", ".join(f"c{i}" for i in range(len(writer.constants)))
        body.insert(0, f"{known}, = constants")
    head = "def run(arrays, constants, P, X, size, V):"
    return Code("\n    ".join([head, *body]) + "\n", writer.constants)


def write_update(
    formula: Formula, names: Sequence[str], length: int, arrays: Any
) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Return an optimiser's formula for the vectors of all parameters.

    Args:
        formula: As `updates.step_statements` takes it.
        names: Those of the averages.
        length: How many parameters there are.
        arrays: The namespace of functions that it runs on.
    """
    gradient = Statement(GRADIENT, (), (length,), False)
    rate, number = (Statement(kind, (), (), False) for kind in (RATE, STEP))
    code = write_code(step_statements(formula, names, gradient, rate, number))
    run, kinds = code.function(), {name: average_kind(name) for name in names}

    def update(p: Any, g: Any, averages: Any, lr: Any, step: Any) -> tuple[Any, Any]:
        leaves = {kind.name: averages[name] for name, kind in kinds.items()}
        leaves |= {GRADIENT.name: g, RATE.name: lr, STEP.name: step}
        moved, *remembered = run(arrays, code.constants, p, None, 1, leaves)
        return moved, dict(zip(names, remembered, strict=True))

    return update


class _Writer:
    """Writes statements as instructions, each after what it is computed from."""

    def __init__(self) -> None:
        self.code = Instructions()
        self.values: dict[Statement, Operand] = {}
        self.constants: list[Any] = []
        self.same: dict[Any, str] = {}

    def written(self, y: Statement) -> Operand:
        """Add the instructions of a statement, and return its value."""
        add, kind = self.code.add, y.kind
        args = [self.values[arg] for arg in y.args]
        if kind in TEMPLATES:
            return add(TEMPLATES[kind], *args)
        if kind is st.CONSTANT:
            return add(self._array(y)) if y.shape else literal(y.what[0])
        if not args:
            return add(f"V[{kind.name!r}]")
        if kind is st.MAP:
            return self._map(y)
        if kind is st.TAKE:
            start = st.stretch(y.what)
            if start is None:
                return add(f"arrays.taken({{}}, {self._array(y)})", *args)
            return self._shaped(self._slice(args[0], start, y.size), y)
        if kind is st.PUT:
            return self._put(y)
        if kind is st.PICK:
            x, k = y.args
            args = [self._flat(x, x.batched), self._flat(k, True)]
            return add(f"arrays.picked({{}}, {{}}, {self._array(y)})", *args)
        if kind is st.PLACE:
            args = [self._flat(arg, True) for arg in y.args]
            how = f"{self._array(y)}, {y.size}, {y.batched}"
            return add(f"arrays.placed({{}}, {{}}, {how})", *args)
        if kind is st.JOIN:
            return self._concatenated([self._flat(arg, y.batched) for arg in y.args])
        if kind is st.PART:
            return self._shaped(self._slice(args[0], y.what, y.size), y)
        if kind is st.OUTER:
            return self._outer(y)
        if kind is st.TOTAL:
            return add(f"{{}}.sum({-2 if y.batched else -1})", *args)
        assert kind is st.SPREAD
        if not (y.args[0].shape or y.args[0].batched):  # it may be a mere number
            args = [add("arrays.asarray({})", *args)]
        row = add("{}[..., None, :]" if y.batched else "{}[..., None]", *args)
        return self._broadcast(row, y)

    def _map(self, y: Statement) -> Operand:
        operands: list[Operand] = []
        axes: dict[Operand, tuple[bool, bool]] = {}
        for arg in y.args:
            value = self.values[arg]
            if arg.kind is st.CONSTANT and arg.shape and _uniform(arg.what):
                value = literal(arg.what[0])
            elif y.batched and not arg.batched and arg.shape:
                value = self.code.add("{}[..., None]", value)
            operands.append(value)
            axes[value] = bool(arg.shape), arg.batched
        value = add_op(self.code, y.what, operands)
        if value is None:
            taken = ", ".join([self._constant(y.what), *["{}"] * len(operands)])
            value = self.code.add(f"arrays.called({taken})", *operands)
        # An op may pass over an argument; what it gives is brought to the full shape.
        shaped, batched = self._axes(value, axes)
        if shaped < bool(y.shape) or batched < y.batched:
            return self._broadcast(value, y)
        return value

    def _axes(
        self, value: Operand, axes: dict[Operand, tuple[bool, bool]]
    ) -> tuple[bool, bool]:
        """Return whether a value has its shape, and the batch, from its operands'."""
        shaped = batched = False
        waiting, met = [value], set()
        while waiting:
            part = waiting.pop()
            if isinstance(part, str) or part in met:
                continue
            met.add(part)
            if part in axes:
                shaped |= axes[part][0]
                batched |= axes[part][1]
            else:
                waiting.extend(self.code.lines[part][1])
        return shaped, batched

    def _put(self, y: Statement) -> Operand:
        starts = [st.stretch(index) for index in y.what]
        stretches = [start for start in starts if start is not None]
        if len(stretches) == len(starts):
            pieces = sorted(
                zip(stretches, y.args, strict=True), key=lambda piece: piece[0]
            )
            filled = self._filled(pieces, y)
            if filled is not None:
                return filled
        index = np.concatenate(y.what)
        x = self._concatenated([self._flat(arg, y.batched) for arg in y.args])
        return self.code.add(
            f"arrays.added_at({{}}, {self._constant(Places(index, y.size))})", x
        )

    def _filled(
        self, pieces: Sequence[tuple[int, Statement]], y: Statement
    ) -> Operand | None:
        """Return stretches of a vector, with 0 between them, if they do not overlap."""
        parts: list[Operand] = []
        end = 0
        for start, x in [*pieces, (y.size, None)]:
            if start < end:
                return None
            if start > end:
                batch = ", size" if y.batched else ""
                parts.append(self.code.add(f"arrays.zeros(({start - end}{batch},))"))
            if x is not None:
                parts.append(self._flat(x, y.batched))
                end = start + x.size
        return self._concatenated(parts)

    def _outer(self, y: Statement) -> Operand:
        add, (a, b) = self.code.add, y.args
        left, right = (self.values[arg] for arg in y.args)
        if a.batched and b.batched:
            return add("{}.dot({}.T)", left, right)
        left = add("arrays.batch_sum({})", left) if a.batched else left
        right = add("arrays.batch_sum({})", right) if b.batched else right
        return add("{} * {}", add("{}[:, None]", left), right)

    def _slice(self, x: Operand, start: int, size: int) -> Operand:
        return self.code.add(f"{{}}[{start}:{start + size}]", x)

    def _shaped(self, vector: Operand, y: Statement) -> Operand:
        """Return a vector in the shape of `y`."""
        if len(y.shape) == 1:
            return vector
        return self.code.add(f"{{}}.reshape({_shape(y)})", vector)

    def _broadcast(self, x: Operand, y: Statement) -> Operand:
        return self.code.add(f"arrays.broadcast_to({{}}, ({_shape(y)},))", x)

    def _flat(self, arg: Statement, batched: bool) -> Operand:
        """Return the numbers of `arg` as a vector, for each sample if need be."""
        value = self.values[arg]
        if len(arg.shape) != 1:
            size = f"{arg.size}, size" if arg.batched else str(arg.size)
            if not arg.shape and not arg.batched:
                value = self.code.add("arrays.asarray({})", value)
            value = self.code.add(f"{{}}.reshape({size})", value)
        if batched and not arg.batched:
            column = self.code.add("{}[:, None]", value)
            return self.code.add(
                f"arrays.broadcast_to({{}}, ({arg.size}, size))", column
            )
        return value

    def _concatenated(self, parts: Sequence[Operand]) -> Operand:
        if len(parts) == 1:
            return parts[0]
        taken = ", ".join(["{}"] * len(parts))
        return self.code.add(f"arrays.concatenate(({taken}))", *parts)

    def _array(self, y: Statement) -> str:
        """Return the name of the numbers that a statement holds, as an array."""
        chooses = y.kind in (st.PICK, st.PLACE)
        shape = (y.args[1].size, -1) if chooses else y.shape
        return self._constant(np.array(y.what).reshape(shape))

    def _constant(self, thing: Any) -> str:
        """Return the name of a constant; one of the same numbers is the same."""
        key = _identity(thing)
        if key not in self.same:
            self.same[key] = f"c{len(self.constants)}"
            self.constants.append(thing)
        return self.same[key]


def _identity(thing: Any) -> Any:
    if isinstance(thing, Places):
        return _identity(thing.index), thing.length
    if isinstance(thing, Op):
        return thing
    return thing.dtype.kind, thing.shape, thing.tobytes()


def _shape(y: Statement) -> str:
    return ", ".join([*map(str, y.shape), *(["size"] if y.batched else [])])


def _uniform(numbers: Any) -> bool:
    """Tell whether all numbers of an array are the same one, other than 0 and -0."""
    return numbers[0] != 0.0 and all(number == numbers[0] for number in numbers)
