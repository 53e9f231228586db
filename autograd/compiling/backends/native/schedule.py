"""From statements to tasks: which kernel works on what, in which order.

What all samples have in common is computed before a pass over the batch, or after it if
it takes sums over the samples; what each sample has its own of is computed block by
block, within a pass. Chains of maps become one task, and what is only rearranged none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ....op import Op
from ... import statements as st
from ...statements import Statement, in_order
from . import maps
from .aliases import View, merged, starts_of, view_of
from .formula import exponents
from .maps import Body, Operand, Output, Result
from .plan import BLOCK_ROWS, TABLE, Place, Rows, Schedule, Stage, Task

MOST_FUSED = 48  # steps of one kernel
# Maps of a program in which they are fused. Beyond, kernels of one op serve all: what
# is as irregular as that would need as many kernels as tasks.
MOST_MAPS = 400
MOST_COLUMNS = 256  # of a matrix whose products are summed up in one go
TURNED = 8  # columns of a matrix of sums from which turning the samples pays
# What can be computed right into a part of a vector.
COMPUTED = frozenset(
    {st.MAP, st.MATVEC, st.BACKVEC, st.TOTAL, st.OUTER, st.BATCH_TOTAL}
)


def schedule(outputs: Sequence[Statement]) -> Schedule:
    """Return the tasks that compute `outputs`.

    Raises:
        ValueError: If an op cannot be written in machine code.
    """
    return _Scheduler(merged(outputs)).schedule()


class _Scheduler:
    def __init__(self, outputs: list[Statement]) -> None:
        self.outputs = outputs
        self.order = in_order(outputs)
        self.result = Schedule(arrays=[0])
        self.views: dict[Statement, View] = {}
        for y in self.order:
            self.views[y] = view_of(y, self.views)
        self.roots = [y for y in self.order if self.views[y].root is y]
        self.stage = self._stages()
        self.result.stages = [
            Stage() for _ in range(1 + max(self.stage.values(), default=0))
        ]
        self.readers = self._readers()
        self.kept = {self.views[output].root for output in outputs}
        self.into = self._destinations()
        count = sum(y.kind is st.MAP for y in self.roots)
        self.most_fused = MOST_FUSED if count <= MOST_MAPS else 1
        # Maps that are to be one task, by what they have in common.
        self.groups: dict[Any, list[Statement]] = {}
        self.group_of: dict[Statement, Any] = {}
        # Where statements are; those of a batch in each pass that uses them.
        self.places: dict[Any, Place] = {}
        self.free: dict[int, list[int]] = {}
        self.left = {
            (y, k): sum(self._pass(r) == k for r in readers)
            for y, readers in self.readers.items()
            if y.batched
            for k in set(map(self._pass, readers))
        }
        self.arrays: dict[Statement, int] = {}
        self.copies: dict[Any, Place] = {}

    # --- what is known before -----------------------------------------------------

    def _stages(self) -> dict[Statement, int]:
        """Return the pass that each statement belongs to, or comes before."""
        stage: dict[Statement, int] = {}
        for y in self.order:
            sums = any(x.batched for x in y.args) and not y.batched
            stage[y] = max((stage[x] for x in y.args), default=0) + sums
        return stage

    def _pass(self, y: Statement) -> int:
        """Return the pass in which a statement reads its batched args."""
        return self.stage[y] - (not y.batched)

    def _readers(self) -> dict[Statement, list[Statement]]:
        readers: dict[Statement, list[Statement]] = {}
        for y in self.roots:
            for root in dict.fromkeys(self.views[x].root for x in y.args):
                readers.setdefault(root, []).append(y)
        return readers

    def _destinations(self) -> dict[Statement, tuple[Statement, int]]:
        """Return what can be computed right where it is to be part of a vector."""
        into: dict[Statement, tuple[Statement, int]] = {}
        for y in self.roots:
            starts = starts_of(y)
            if starts is None:
                continue
            times = Counter(self.views[x].root for x in y.args)
            for x, start in zip(y.args, starts, strict=True):
                root, index = self.views[x]
                exact = root.batched or root.kind is not st.MAP
                fits = (
                    index is None
                    and root.kind in COMPUTED
                    and exact
                    and root.batched == y.batched
                    and len(self.readers[root]) == 1
                    and root not in self.kept
                    and root not in into
                    and self.stage[root] == self.stage[y]
                    and times[root] == 1
                )
                if fits:
                    into[root] = y, start
        return into

    # --- all statements -----------------------------------------------------------

    def schedule(self) -> Schedule:
        for y in self.roots:
            if y.kind is st.MAP:
                self._join_group(y)
            else:
                self._ready(y.args)
                self._emit(y)
                self._read([y])
        for key in list(self.groups):
            self._close(key)
        for output in self.outputs:
            self.result.outputs.append(self._output(output))
        return self.result

    def _join_group(self, y: Statement) -> None:
        """Put a map into the open group of its size, and close those it reads."""
        key = y.batched, y.size, self.stage[y]
        near = []
        for x in y.args:
            root, index = self.views[x]
            if self.group_of.get(root) != key or index is not None:
                near.append(x)
        self._ready(near)
        group = self.groups.setdefault(key, [])
        group.append(y)
        self.group_of[y] = key
        if len(group) >= self.most_fused:
            self._close(key)

    def _ready(self, args: Iterable[Statement]) -> None:
        """See that what is going to be read has been computed."""
        for x in args:
            key = self.group_of.get(self.views[x].root)
            if key is not None:
                self._close(key)

    def _read(self, readers: Sequence[Statement]) -> None:
        """Give the rows of statements back that nobody will read any more."""
        for y in readers:
            k = self._pass(y)
            for root in dict.fromkeys(self.views[x].root for x in y.args):
                if root.batched:
                    self.left[root, k] -= 1
                    held = root in self.kept or root in self.into
                    place = self.places.get((root, k))
                    if place and not self.left[root, k] and not held:
                        self.free.setdefault(root.size, []).append(place.offset)

    # --- places -------------------------------------------------------------------

    def _new_rows(self, count: int) -> Place:
        if self.free.get(count):
            return Place(BLOCK_ROWS, self.free[count].pop())
        self.result.rows += count
        return Place(BLOCK_ROWS, self.result.rows - count)

    def _table(self, index: Any) -> Place:
        key = "table", index.tobytes()
        if key not in self.copies:
            self.result.tables.append(index)
            self.copies[key] = Place(TABLE, len(self.result.tables) - 1)
        return self.copies[key]

    def _new(self, y: Statement) -> Place:
        """Return where a statement that is being computed goes."""
        key = (y, self.stage[y]) if y.batched else y
        if key not in self.places:
            if y in self.into:
                whole, start = self.into[y]
                self.places[key] = self._new(whole).on(start)
            elif y.batched:
                self.places[key] = self._new_rows(y.size)
            else:
                self.places[key] = self.result.new_numbers(y.size)
        return self.places[key]

    def _at(self, root: Statement, k: int) -> Place:
        """Return where a statement is, for who reads it in pass `k`."""
        key = (root, k) if root.batched else root
        if key not in self.places:
            if root.batched:
                number = 0 if root.kind is st.INPUTS else self.arrays[root]
                self.places[key] = place = self._new_rows(root.size)
                self._each(k, "pack", place, number, root.size)
            else:
                self.places[key] = place = self.result.new_numbers(root.size)
                if root.kind is st.CONSTANT:
                    self.result.constants.append((place, root.what))
                else:
                    self.result.leaves[root.kind] = place
        return self.places[key]

    def _operand(self, x: View, y: Statement, k: int) -> tuple[int, Any, Any]:
        """Return how a map that computes `y` finds an arg: kind, place, and stride."""
        place, single, stretch = self._at(x.root, k), x.single(), x.stretch()
        if x.root.batched:
            if single is not None:
                return maps.ROWS, place.on(single), 0
            if stretch is not None:
                return maps.ROWS, place.on(stretch), Rows(1)
            return maps.LISTED_ROWS, place, self._table(x.index)
        if single is not None:
            return maps.NUMBERS, place.on(single), 0
        if not y.batched:
            return maps.ROWS, self._dense(x, k), 0
        if stretch is not None:
            return maps.NUMBERS, place.on(stretch), 8
        return maps.LISTED_NUMBERS, place, self._table(x.index)

    def _dense(self, x: View, k: int) -> Place:
        """Return where the elements of a view stand one after the other."""
        stretch = x.stretch()
        place = self._at(x.root, k)
        if stretch is not None:
            return place.on(stretch)
        key = x.root, x.index.tobytes(), k if x.root.batched else None
        if key not in self.copies:
            size = len(x.index)
            if x.root.batched:
                self.copies[key] = new = self._new_rows(size)
                self._copy_rows(new, x, k)
            else:
                self.copies[key] = new = self.result.new_numbers(size)
                table = self._table(x.index)
                self._once(self.stage[x.root], "gather", new, place, table, size)
        return self.copies[key]

    def _once(
        self, k: int, kernel: str | Body, *args: Any, length: int | None = None
    ) -> None:
        """Have a kernel run on what all samples have in common."""
        self.result.stages[k].one.append(Task(kernel, args, length))

    def _each(self, k: int, kernel: str | Body, *args: Any) -> None:
        """Have a kernel run on each block of samples."""
        self.result.stages[k].batch.append(Task(kernel, args))

    # --- maps ---------------------------------------------------------------------

    def _close(self, key: Any) -> None:
        """Make the task of a group of maps."""
        batched, size, k = key
        members = self.groups.pop(key)
        number = {y: i for i, y in enumerate(members)}
        operands: dict[Any, int] = {}
        steps = []
        for y in members:
            del self.group_of[y]
            args = []
            for i, x in enumerate(y.args):
                view = self.views[x]
                fixed = _in_the_code(y.what, i, view)
                if fixed is not None:
                    args.append(fixed)
                elif view.root in number:
                    args.append(Result(number[view.root]))
                else:
                    operand = self._operand(view, y, k)
                    args.append(Operand(operands.setdefault(operand, len(operands))))
            steps.append((y.what, tuple(args)))
        stored = [
            y for y in members
            if y in self.kept or any(r not in number for r in self.readers.get(y, ()))
        ]  # fmt: skip
        outputs = tuple(Output(number[y]) for y in stored)
        places = [(self._new(y), Rows(1)) for y in stored]
        body = Body(tuple(kind for kind, *_ in operands), tuple(steps), outputs)
        args = [arg for _, *both in operands for arg in both]
        args += [arg for both in places for arg in both]
        self._add_map(body, args, batched, size, k)
        for y in stored:
            self._export(y)
        self._read(members)

    def _add_map(
        self, body: Body, args: Iterable[Any], batched: bool, size: int, k: int
    ) -> None:
        if batched:
            self._each(k, body, size, *args)
        else:
            self._once(k, body, 1, *args, length=size)

    def _copy_rows(self, to: Place, x: View, k: int) -> None:
        """Copy a view of rows, or of numbers for all samples, to rows."""
        size = x.root.size if x.index is None else len(x.index)
        kind, place, stride = self._operand(x, _BATCHED, k)
        body = Body((kind,), ((None, (Operand(0),)),), (Output(0),))
        self._add_map(body, (place, stride, to, Rows(1)), True, size, k)

    # --- other kinds --------------------------------------------------------------

    def _emit(self, y: Statement) -> None:
        """Make the tasks of a statement that is no map."""
        kind = y.kind
        if kind in (st.PUT, st.JOIN):
            self._gather_parts(y)
        elif kind in (st.MATVEC, st.BACKVEC):
            self._matvec(y)
        elif kind is st.OUTER:
            self._outer(y)
        elif kind in (st.PICK, st.PLACE):
            self._choose(y)
        elif kind in (st.TOTAL, st.BATCH_TOTAL):
            self._total(y)
        elif not y.args:  # a leaf, which is where it is
            return
        else:
            raise ValueError(f"machine code needs a statement that it knows; got {y!r}")
        self._export(y)

    def _matvec(self, y: Statement) -> None:
        w, x = y.args
        k = self.stage[y]
        m, n = w.shape
        matrix = self._dense(self.views[w], k)
        vector = self._dense(self.views[x], k)
        rows, columns, row, column = (m, n, 8 * n, 8)
        if y.kind is st.BACKVEC:
            rows, columns, row, column = n, m, 8, 8 * n
        to = self._new(y)
        if not y.batched:
            args = to, matrix, vector, rows, columns, row, column, 0
            self._once(k, "one_matvec", *args)
            return
        for first in range(0, columns, MOST_COLUMNS):
            count = min(MOST_COLUMNS, columns - first)
            part = matrix.on(first * column // 8), vector.on(first)
            more = int(first > 0)
            self._each(k, "matvec", to, *part, rows, count, row, column, more)

    def _outer(self, y: Statement) -> None:
        a, b = y.args
        m, n = y.shape
        k = self._pass(y) if a.batched else self.stage[y]
        left, right = (self._dense(self.views[x], k) for x in (a, b))
        args = self._new(y), left, right, m, n
        if not a.batched:  # as of one sample
            self._once(k, "outer", *args, length=1)
            return
        if n < TURNED:
            self._each(k, "outer", *args)
            return
        padded = -(-n // 8) * 8
        root, index = self.views[b]
        key = "turned", root, None if index is None else index.tobytes(), k
        if key not in self.copies:
            self.copies[key] = turned = self._new_rows(padded)
            self._each(k, "turn", turned, right, n, 8 * padded)
        args = args[0], left, self.copies[key], m, n, 8 * padded
        self._each(k, "outer_wide", *args)

    def _choose(self, y: Statement) -> None:
        """Take what each sample chooses of a vector, or add it there."""
        x, k = (self.views[arg] for arg in y.args)
        stage = self._pass(y)
        chosen, table = self._dense(k, stage), self._table(y.what)
        to, rows = self._new(y), y.args[1].size
        whole = y if y.kind is st.PLACE else x.root
        each = (Rows(1), 8) if whole.batched else (8, 0)
        if y.kind is st.PICK:
            args = to, self._dense(x, stage)
        elif x.root.batched:
            args = self._dense(x, stage), to
        else:
            spread = self._new_rows(rows)
            self._copy_rows(spread, x, stage)
            args = spread, to
        if y.kind is st.PLACE and y.batched:
            self._each(stage, "zero", to, y.size)
        args = *args, chosen, table, rows, len(y.what) // rows, *each, y.size
        self._each(stage, y.kind.name, *args)

    def _total(self, y: Statement) -> None:
        """Add up over the samples, or along rows; those in common are as samples."""
        (x,) = y.args
        k = self._pass(y) if x.batched else self.stage[y]
        args = self._new(y), self._dense(self.views[x], k), y.size
        if y.kind is st.BATCH_TOTAL:
            self._each(k, "batch_total", *args)
        elif y.batched:
            self._each(k, "row_total", *args, x.shape[-1])
        else:
            self._once(k, "batch_total", *args, length=x.shape[-1])

    def _gather_parts(self, y: Statement) -> None:
        """Copy the parts of a vector to where they go, or add them there."""
        k = self.stage[y]
        to = self._new(y)
        starts = starts_of(y)
        if starts is not None:
            for x, start in zip(y.args, starts, strict=True):
                if self.views[x].root not in self.into or x.size == 0:
                    self._place(y, self.views[x], x.size, to.on(start), k)
            return
        if y.batched:
            self._each(k, "zero", to, y.size)
        else:
            self._once(k, "zero", to, 1, length=y.size)
        for x, index in zip(y.args, y.what, strict=True):
            view, table = self.views[x], self._table(index)
            if not y.batched:
                self._once(k, "scatter", to, self._dense(view, k), table, x.size)
                continue
            kind, place, stride = self._operand(view, y, k)
            output = Output(0, listed=True, added=True)
            body = Body((kind,), ((None, (Operand(0),)),), (output,))
            self._add_map(body, (place, stride, to, table), True, x.size, k)

    def _place(self, y: Statement, x: View, size: int, to: Place, k: int) -> None:
        if y.batched:
            self._copy_rows(to, x, k)
            return
        place, stretch = self._at(x.root, k), x.stretch()
        if stretch is not None:
            self._once(k, "copy", to, place.on(stretch), size)
        else:
            self._once(k, "gather", to, place, self._table(x.index), size)

    # --- what is wanted outside, or in a later pass -------------------------------

    def _export(self, y: Statement) -> None:
        """Store the rows of a statement that a later pass reads."""
        if not y.batched or y in self.arrays:
            return
        k = self.stage[y]
        if any(self._pass(r) > k for r in self.readers.get(y, ())):
            self.arrays[y] = self._new_array(self.places[y, k], y.size, k)

    def _new_array(self, place: Place, rows: int, k: int) -> int:
        """Have rows written to an array outside, and return its number."""
        self.result.arrays.append(rows)
        number = len(self.result.arrays) - 1
        self._each(k, "unpack", place, number, rows)
        return number

    def _output(self, output: Statement) -> Place | int:
        """Return where an output is found: its place, or the number of its array."""
        view = self.views[output]
        k = self.stage[view.root]
        place = self._dense(view, k)
        return self._new_array(place, output.size, k) if output.batched else place


# What a copy to rows computes, as far as finding its operand needs it.
_BATCHED = Statement(st.MAP, (), (), True)


def _in_the_code(op: Op, i: int, x: View) -> float | None:
    """Return a small exponent, which makes other code; other numbers are data."""
    single = x.single()
    if x.root.kind is not st.CONSTANT or single is None or i not in exponents(op):
        return None
    number = x.root.what[single]
    return number if number in (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0) else None
