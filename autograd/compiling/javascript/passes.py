"""One pass of a script: what statements compute, as loops and calls, in order.

What all samples have in common is computed before the loop over the samples, or after
it if it takes sums over them; all else is inside. Maps that are computed element by
element share a loop, so that a layer is a product and a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...teaching.views.javascript import number_text
from .. import statements as st
from ..backends.native.aliases import starts_of, view_of
from ..statements import Statement, in_order
from ..updates import RATE, STEP
from .code import counter, factor, formula, indented, loop, plus, shape_text, times
from .names import LANES, Names

MOST = 2_000  # statements; of longer functions V8 makes no fast code
ONCE, EACH, AFTER = range(3)  # before the samples, for each of them, after them
NUMBERS = {st.SHARE: "1 / size", RATE: "rate", STEP: "steps"}  # leaves that are one
ALL = "k"  # counts all lanes of all rows
ADDED = (st.PUT, st.PLACE)  # what is added up in an array


class Loop(NamedTuple):
    """What is computed one for one, or a single call or sum."""

    phase: int
    size: int
    batched: bool
    members: list[Statement]


class Pass:
    """What one function computes, in order."""

    def __init__(
        self,
        names: Names,
        outputs: Sequence[Statement],
        into_g: Statement | None = None,
    ) -> None:
        """Put what `outputs` need in order; `into_g` is to end in the array g."""
        self.names = names
        self.views = views = names.views
        order = in_order(outputs)
        if len(order) > MOST:
            raise ValueError(
                f"to_javascript needs a program of at most {MOST:,} statements, for"
                f" browsers run longer ones slowly; this one has {len(order):,}"
                " (hint: neurons that are computed alike roll up to one statement)"
            )
        self.phase: dict[Statement, int] = {}
        self.readers: dict[Statement, list[Statement]] = {}
        for y in order:
            if y not in views:
                views[y] = view_of(y, views)
            self.phase[y] = self._phase(y)
        roots = [y for y in order if views[y].root is y and y.args]
        for y in roots:
            for x in y.args:
                self.readers.setdefault(views[x].root, []).append(y)
        self.kept = {views[y].root for y in outputs}
        self.parts: dict[Statement, int] = {}  # where in g parts of the gradient are
        if into_g is not None and views[into_g].index is None:
            self._put_into_g(views[into_g].root, 0)
        self.loops: list[Loop] = []
        self.loop_of: dict[Statement, int] = {}
        for y in roots:
            self._join(y)

    def _phase(self, y: Statement) -> int:
        """Return when a statement is ready: a sum over the samples, after them."""
        before = max((self.phase[x] for x in y.args), default=ONCE)
        if not y.batched:
            return AFTER if any(x.batched for x in y.args) else before
        if before == AFTER:
            raise ValueError(
                "to_javascript needs one pass over the samples; this program computes"
                " something for each of them from a sum over all"
            )
        return EACH

    def _put_into_g(self, y: Statement, place: int) -> None:
        """Have what the gradient is put together of computed where it goes."""
        self.parts[y] = place
        for x, start in zip(y.args, starts_of(y) or (), strict=False):
            root, index = self.views[x]
            alone = len(self.readers[root]) == 1 and root.args and not root.batched
            if index is None and alone:
                self._put_into_g(root, place + start)

    def _grows(self, y: Statement) -> bool:
        """Tell whether a statement is a sum over the samples."""
        return not y.batched and any(x.batched for x in y.args)

    def _join(self, y: Statement) -> None:
        """Put a map into the first loop that it can be part of; others are alone."""
        phase = EACH if self._grows(y) else self.phase[y]
        key = phase, y.size, y.batched
        n = len(self.loops)
        if y.kind is st.MAP:
            first = 0
            for x in y.args:
                root, index = self.views[x]
                before = self.loop_of.get(root, -1)
                if before >= 0 and self.loops[before].phase == phase:
                    beside = index is None and self.loops[before][:3] == key
                    first = max(first, before + (not beside))
            n = next((i for i in range(first, n) if self._is_open(i, key)), n)
        if n == len(self.loops):
            self.loops.append(Loop(*key, []))
        self.loops[n].members.append(y)
        self.loop_of[y] = n

    def _is_open(self, n: int, key: tuple[int, int, bool]) -> bool:
        loop = self.loops[n]
        return loop[:3] == key and loop.members[0].kind is st.MAP

    # --- where numbers are ------------------------------------------------------------

    def is_plain(self, y: Statement) -> bool:
        """Tell whether it is a variable of a loop or of the function, in no array."""
        if y in self.parts or y.batched or y.size > 1:
            beside = all(
                self.loop_of[r] == self.loop_of[y]
                and all(self.views[x].index is None for x in self._reads(r, y))
                for r in self.readers.get(y, ())
            )
            free = y not in self.parts and y not in self.kept
            return y.kind is st.MAP and beside and free
        return y.kind in (st.MAP, st.TOTAL, st.MATVEC, st.BACKVEC)

    def _reads(self, reader: Statement, y: Statement) -> list[Statement]:
        return [x for x in reader.args if self.views[x].root is y]

    def array(self, y: Statement) -> str:
        """Return the array of what is computed, declared when it is first used."""
        name = self.names.name(y)
        made = f"new Float64Array({y.size * LANES if y.batched else y.size})"
        if (place := self.parts.get(y)) is not None:
            made = f"g.subarray({place}, {place + y.size})"
        self.names.arrays.setdefault(name, f"{made};  // {shape_text(y.shape)}")
        return name

    def _held(self, y: Statement, start: int, size: int) -> tuple[str, int]:
        """Return the array that has a stretch of a statement, and where it begins."""
        return (self.array(y), 0) if y.args else self.names.leaf(y, start, size)

    def at(self, x: Statement, row: str, lane: str = "") -> str:
        """Return element `row` of a statement, in a lane."""
        root, index = view = self.views[x]
        if root.kind in NUMBERS:
            return NUMBERS[root.kind]
        if root.kind is st.CONSTANT:
            places = range(root.size) if index is None else index
            number = root.what[places[0]]
            if all(root.what[i] == number for i in places):
                return number_text(number)
        if root.args and self.is_plain(root):
            return self.names.name(root)
        single, stretch = view.single(), view.stretch()
        if single is not None:
            row, offset, size = "0", single, 1
        elif stretch is not None:
            offset, size = stretch, root.size if index is None else len(index)
        else:
            row, offset, size = f"{self.names.table(index)}[{row}]", 0, root.size
        name, begin = self._held(root, offset, size)
        if not root.batched:
            return f"{name}[{plus(row, offset - begin)}]"
        if row == f"{ALL} >> 2":  # of all rows in turn, the lanes in each
            return f"{name}[{plus(ALL, (offset - begin) * LANES)}]"
        return f"{name}[{plus(times(plus(row, offset - begin), LANES), lane)}]"

    def whole(self, x: Statement) -> str:
        """Return the array of a statement for a call, or "" if it is in none."""
        root, index = view = self.views[x]
        start = view.stretch()
        if start is None or root.kind in NUMBERS:
            return ""
        size = root.size if index is None else len(index)
        name, begin = self._held(root, start, size)
        first, last = start - begin, start - begin + size
        if root.batched:
            first, last = first * LANES, last * LANES
        return name if first == 0 else f"{name}.subarray({first}, {last})"

    # --- what is written --------------------------------------------------------------

    def zeros(self) -> list[str]:
        """Return the lines that set sums over the samples to 0."""
        own = (y for y in self.loop_of if self._grows(y) and y not in self.parts)
        lines = ["g.fill(0);"] if self.parts else []
        return lines + [f"{self.array(y)}.fill(0);" for y in own]

    def lines(self, phase: int) -> list[str]:
        """Return what is computed in a phase."""
        lines = []
        for each in self.loops:
            first, *_ = each.members
            if each.phase == phase:
                lines += (
                    self._maps(each) if first.kind is st.MAP else self._alone(first)
                )
        return lines

    def samples(self, last: Sequence[str]) -> list[str]:
        """Return the loop over the samples; `last` is what is done for each."""
        body = [*self.lines(EACH), *loop("s", "lanes", last)]
        if not body:
            return []
        width = self.names.width
        if width:
            self.names.helpers.add("load")
            body = [f"load(x, X, first, lanes, {width});", *body]
        return [
            f"for (let first = 0; first < size; first += {LANES}) {{",
            f"  const lanes = Math.min({LANES}, size - first);",
            *indented(body),
            "}",
        ]

    def copied(self, y: Statement, array: str) -> list[str]:
        """Return what has a result in an array of the script."""
        root, index = self.views[y]
        if root in self.parts:
            return []
        if index is None and root.args and not self.is_plain(root):
            return [f"{array}.set({self.array(root)});"]
        i = counter("i", y.size)
        return loop("i", y.size, [f"{array}[{i}] = {self.at(y, i)};"])

    def _maps(self, maps: Loop) -> list[str]:
        """Return a loop over all elements of maps, in all lanes."""
        row, lane = counter("i", maps.size), ""
        count, variable = maps.size, "i"
        if maps.batched:
            count, variable = maps.size * LANES, ALL
            row, lane = (f"{ALL} >> 2", f"{ALL} & 3") if maps.size > 1 else ("0", ALL)
        body = []
        for y in maps.members:
            args = [self.at(x, row, lane) for x in y.args]
            value = formula(y.what, args, self.names.helpers)
            if self.is_plain(y):
                body.append(f"const {self.names.name(y)} = {value};")
            else:
                place = variable if maps.batched or maps.size > 1 else "0"
                body.append(f"{self.array(y)}[{place}] = {value};")
        return loop(variable, count, body)

    def _alone(self, y: Statement) -> list[str]:
        """Return what computes a statement that is no map."""
        if call := self._call(y):
            return [call]
        i, s = counter("i", _length(y)), "s" if y.batched or self._grows(y) else ""
        body = self._row(y, i, s)
        if s:
            body = loop("s", "lanes" if self._grows(y) else LANES, body)
        own = y.kind in ADDED and not self._grows(y) and y not in self.parts
        zero = [f"{self.array(y)}.fill(0);"] if own else []
        return [*zero, *loop("i", _length(y), body)]

    def _call(self, y: Statement) -> str:
        """Return the call of a function that computes all of it, or ""."""
        if not any(x.batched for x in y.args):
            return ""
        where = [self.whole(x) for x in y.args]
        if not all(where):
            return ""
        to = self.array(y)
        if y.kind is st.BATCH_TOTAL:
            name, args = "sums", [*where, y.size, "lanes"]
        elif y.kind is st.OUTER and all(x.batched for x in y.args):
            name, args = "outer", [*where, *(x.size for x in y.args), "lanes"]
        elif y.kind in (st.MATVEC, st.BACKVEC) and not y.args[0].batched:
            name = "product" if y.kind is st.MATVEC else "back"
            args = [*where, *y.args[0].shape]
        else:
            return ""
        self.names.helpers.add(name)
        return f"{name}({', '.join(map(str, [to, *args]))});"

    def _row(self, y: Statement, i: str, s: str) -> list[str]:
        """Return what computes a row of a statement, in a lane."""
        kind = y.kind
        if kind is st.BATCH_TOTAL:
            return [self._set(y, i, s, self.at(y.args[0], i, s))]
        if kind is st.PUT or kind is st.JOIN:
            return self._gathered(y, s)
        if kind is st.PICK or kind is st.PLACE:
            x, k = y.args
            table = self.names.table(y.what)
            first = times(i, len(y.what) // k.size)
            place = f"{table}[{plus(first, self.at(k, i, s))}]"
            if kind is st.PICK:
                return [self._set(y, i, s, self.at(x, place, s))]
            return [self._set(y, place, s, self.at(x, i, s))]
        *_, x = y.args
        n = x.shape[-1] if kind is st.TOTAL else x.size
        j = counter("j", n)
        if kind is st.OUTER:
            value = self._product(self.at(y.args[0], i, s), self.at(x, j, s))
            return loop("j", n, [self._set(y, plus(times(i, n), j), s, value)])
        if kind is st.TOTAL:
            term = self.at(x, plus(times(i, n), j), s)
        else:
            w, x = y.args
            across = kind is st.MATVEC
            row, column = (i, j) if across else (j, i)
            place = plus(times(row, w.shape[1]), column)
            term = self._product(self.at(w, place, s), self.at(x, j, s))
        if n == 1:
            return [self._set(y, i, s, term)]
        name = self.names.name(y) if self.is_plain(y) else "sum"
        lines = [f"let {name} = 0;", *loop("j", n, [f"{name} += {term};"])]
        if self.is_plain(y):
            return lines
        return ["{", *indented([*lines, self._set(y, i, s, "sum")]), "}"]

    def _product(self, a: str, b: str) -> str:
        return f"{factor(a)} * {factor(b)}"

    def _set(self, y: Statement, i: str, s: str, value: str) -> str:
        if self.is_plain(y):
            return f"const {self.names.name(y)} = {value};"
        place = plus(times(i, LANES), s) if y.batched else i
        sign = "+=" if self._grows(y) or y.kind in ADDED else "="
        return f"{self.array(y)}[{place}] {sign} {value};"

    def _gathered(self, y: Statement, s: str) -> list[str]:
        """Copy the parts of a vector to where they go, or add them there."""
        lines = []
        starts = starts_of(y)
        for n, x in enumerate(y.args):
            if self.views[x].root not in self.parts:
                i = counter("i", x.size)
                if starts is None:
                    place = f"{self.names.table(y.what[n])}[{i}]"
                else:
                    place = plus(i, starts[n])
                lines += loop("i", x.size, [self._set(y, place, s, self.at(x, i, s))])
        return lines


def _length(y: Statement) -> int:
    """Return how many rows a statement is computed in."""
    if y.kind in (st.PUT, st.JOIN):
        return 1
    if y.kind in (st.PICK, st.PLACE):
        return y.args[1].size
    return y.shape[0] if y.kind is st.OUTER else y.size
