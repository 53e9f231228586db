"""Loops for a program without any: statements that come again, turn by turn.

Of a straight program, whatever is the same several times in a row but for its variables
and numbers is a loop, the innermost first. A variable that is another one in each turn
is a place in a list; what only one turn needs stays a variable. No statement is moved,
and where no index gives the variables of all turns, they stay one below the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from .naming import numbered

LONGEST = 60  # statements of a turn
TOKEN = re.compile(r"(?<![\w.])(?:[^\W\d]\w*|-?\d[\d.]*(?:e-?\d+)?)")
PLACE = re.compile(r"(([^\W\d]\w*)(\[[^]]*\])+)")

Index = tuple[int, ...]
# A variable, or a number; in a loop, a tuple of those of all turns.
Slot = Any


class Line(NamedTuple):
    """A statement, with the comments above it and beside it, and the loops around."""

    text: str
    heading: str = ""
    beside: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()


class Item(NamedTuple):
    """A statement, or several turns of some; alike are those with the same key."""

    key: int
    slots: list[Slot]
    line: Line
    turns: list[list[Item]]
    size: int


def nest(cells: Mapping[Index, Any]) -> Any:
    """Return the tuples that hold something at each index.

    >>> nest({(0, 0): "a", (0, 1): "b", (1, 0): "c"})
    (('a', 'b'), ('c',))
    """
    if () in cells:
        return cells[()]
    rows: dict[int, dict[Index, Any]] = {}
    for index in sorted(cells):
        rows.setdefault(index[0], {})[index[1:]] = cells[index]
    return tuple(map(nest, rows.values()))


def cells_of(nested: Any, index: Index = ()) -> dict[Index, Any]:
    """Return what tuples hold, by index."""
    if not isinstance(nested, tuple):
        return {index: nested}
    return {
        place: cell
        for k, part in enumerate(nested)
        for place, cell in cells_of(part, (*index, k)).items()
    }


class Rolled:
    """A program with loops, and where its variables are.

    Args:
        front: The statements forward.
        back: Those backward; in their loops the last turn is the first to come.
        kinds: For each variable what it is; one is in a list only with others of its
            kind. "" for one that is always itself.
        places: The variables that are places in lists, with the name and the index.
        prefix: What goes before the name of a variable for its slope.
        taken: Names that no list may have.

    Attributes:
        front: The lines forward.
        back: The lines backward.
        places: The places of all variables that are in lists.
        tables: The name of each list of numbers that turns differ in.
    """

    def __init__(
        self,
        front: Sequence[Line],
        back: Sequence[Line],
        kinds: Mapping[str, str],
        places: Mapping[str, tuple[str, Index]],
        prefix: str,
        taken: Iterable[str],
    ) -> None:
        """See the class."""
        self.places = dict(places)
        self.tables: dict[tuple[tuple[Index, str], ...], str] = {}
        self._prefix = prefix
        self._slopes = {prefix + name: name for name in kinds}
        slopes = {prefix + name: kind and f"d{kind}" for name, kind in kinds.items()}
        self._kinds = {**kinds, **slopes}
        self._taken = {*taken, *names_in([*front, *back])}
        self._keys: dict[Any, int] = {}
        self._fresh = count()
        parts = self._items(front), self._items(back, backward=True)
        slots = [slot for items in parts for item in items for slot in item.slots]
        for slot in sorted(slots, key=lambda slot: -len(_turns_of(slot)[0])):
            self._place(slot)
        forward, backward = (
            [line for item in items for line in self._lines(item)] for items in parts
        )
        inner = {self.places[n][0] for n in self.places if not kinds[n].endswith("=")}
        lines = _local(forward + backward, inner | {prefix + stem for stem in inner})
        self.front, self.back = lines[: len(forward)], lines[len(forward) :]

    # --- which turns there are --------------------------------------------------------

    def _items(self, lines: Iterable[Line], backward: bool = False) -> list[Item]:
        """Return the statements, those that come again as turns of a loop."""
        items = [self._item(line) for line in lines]
        length = 1
        while length <= min(LONGEST, len(items) // 2):
            items = self._with_loops(items, length, backward)
            length += 1
        return items

    def _item(self, line: Line) -> Item:
        slots: list[Slot] = []

        def blank(token: re.Match[str]) -> str:
            kind = "0" if _is_number(token[0]) else self._kinds.get(token[0])
            if kind is None:
                return token[0]
            slots.append(token[0])
            return f"<{kind or token[0]}>"

        key = self._key(line.heading, TOKEN.sub(blank, line.text))
        return Item(key, slots, line, [], 1)

    def _key(self, *key: Any) -> int:
        return self._keys.setdefault(key, len(self._keys))

    def _with_loops(self, items: list[Item], length: int, backward: bool) -> list[Item]:
        """Return the items, those that come again after `length` of them as loops."""
        found: list[Item] = []
        i = 0
        while i < len(items):
            start, often = i, _how_often(items, i, length)
            # A turn may seem to begin too early, with what is only like its end.
            for at in range(i + 1, i + length) if often > 1 else ():
                if (more := _how_often(items, at, length)) > often:
                    start, often = at, more
            turns = [items[start + k * length :][:length] for k in range(often)]
            size = sum(item.size for item in turns[0]) if often > 1 else 0
            if (often - 1) * size < 2:  # no shorter
                found.append(items[i])
                i += 1
                continue
            slots = [
                slot[::-1] if backward else slot
                for same in zip(*turns, strict=True)
                for slot in zip(*(item.slots for item in same), strict=True)
            ]
            key = self._key(often, *(item.key for item in turns[0]))
            numbers = f"reversed(range({often}))" if backward else f"range({often})"
            loop = Item(key, slots, Line(numbers), turns, size + 1)
            found += [*items[i:start], loop]
            i = start + often * length
        return found

    # --- where the variables are ------------------------------------------------------

    def _place(self, slot: Slot) -> None:
        """Make a list of the variables, or numbers, that take turns."""
        axes, cells = _turns_of(slot)
        names = {index: self._slopes.get(name, name) for index, name in cells.items()}
        first = next(iter(names.values()))
        if axes and first not in self._kinds:
            key = tuple(cells.items())
            self.tables[key] = self.tables.get(key) or self._named("data")
        elif axes and not self.places.keys() & names.values():
            if len({*names.values()}) == len(names):
                stem = self._named(first)
                self.places |= {name: (stem, index) for index, name in names.items()}

    def _named(self, name: str) -> str:
        """Return a name for a list of variables of which the first is `name`."""
        own = re.fullmatch(r"v\d+", name)
        short = name if own else re.sub(r"(_?\d+)+$", "", name)
        if not self._taken.isdisjoint({short, self._prefix + short}):
            # That of the first, which is free now, or one of numbers.
            short = name if name in self._kinds else numbered(short, self._taken, {})
        self._taken |= {short, self._prefix + short}
        return short

    def at(self, variable: str) -> tuple[str, Index]:
        """Return the name and the index of a variable."""
        by = self._slopes.get(variable)
        stem, index = self.places.get(by or variable, (by or variable, ()))
        return self._prefix + stem if by else stem, index

    def written(self, variable: str) -> str:
        """Return how a variable is written outside of loops."""
        stem, index = self.at(variable)
        return stem + "".join(f"[{i}]" for i in index)

    def _written(self, slot: Slot, loops: Sequence[str]) -> str | None:
        """Return what a slot is in the turns of some loops; None if no index tells."""
        axes, cells = _turns_of(slot)
        if next(iter(cells.values())) not in self._kinds:
            table = self.tables[tuple(cells.items())] if axes else cells[()]
            return table + "".join(f"[{loops[a]}]" for a in axes)
        places = {index: self.at(variable) for index, variable in cells.items()}
        if len({(stem, len(place)) for stem, place in places.values()}) > 1:
            return None
        text, origin = next(iter(places.values()))
        for c in range(len(origin)):
            for k, name in [(-1, ""), *enumerate(loops[a] for a in axes)]:
                ahead = {
                    place[c] - (index[k] if name else 0)
                    for index, (_, place) in places.items()
                }
                if len(ahead) == 1:
                    break
            else:
                return None
            (more,) = ahead
            text += f"[{name} + {more}]" if name and more else f"[{name or more}]"
        return text

    # --- what is written --------------------------------------------------------------

    def _lines(self, item: Item) -> list[Line]:
        """Return the lines of an item: a loop if there is an index for its turns."""
        parts = (part for turn in item.turns for part in turn)
        apart = (line for part in parts for line in self._lines(part))
        return self._rolled(item, item.slots, ()) or [*apart]

    def _rolled(
        self, item: Item, slots: Sequence[Slot], loops: tuple[str, ...]
    ) -> list[Line]:
        """Return the lines of an item inside of loops; none if no index tells."""
        if not item.turns:
            known = [self._written(slot, loops) for slot in slots]
            if None in known:
                return []
            rest = iter(known)

            def fill(token: re.Match[str]) -> str:
                known = _is_number(token[0]) or token[0] in self._kinds
                return next(rest) or "" if known else token[0]

            beside = () if loops else item.line.beside
            text = TOKEN.sub(fill, item.line.text).replace("]**", "] ** ")
            return [Line(text, item.line.heading, beside, loops)]
        name = f"§{next(self._fresh)}§"
        lines = []
        rest = iter(slots)
        for part in item.turns[0]:
            own = [next(rest) for _ in part.slots]
            found = self._rolled(part, own, (*loops, name))
            if not found:
                return []
            lines += found
        headings = {line.heading for line in lines}
        heading = headings.pop() if len(headings) == 1 else ""
        return [Line(f"for {name} in {item.line.text}:", heading, (), loops), *lines]


def _turns_of(slot: Slot) -> tuple[list[int], dict[Index, str]]:
    """Return which loops a slot changes with, and what it is in their turns."""
    cells = cells_of(slot)
    axes = [
        a
        for a in range(len(next(iter(cells))))
        if any(x != cells[(*at[:a], 0, *at[a + 1 :])] for at, x in cells.items())
    ]
    return axes, {tuple(at[a] for a in axes): x for at, x in cells.items()}


def _is_number(slot: Slot) -> bool:
    while isinstance(slot, tuple):
        slot = slot[0]
    return slot[0] in "-0123456789"


def _how_often(items: Sequence[Item], start: int, length: int) -> int:
    """Return how many times what starts there comes, each `length` items long.

    A variable is the same in all turns, or another one in each.
    """
    turns = 1
    seen: list[set[Slot]] = []
    for at in range(start + length, len(items) - length + 1, length):
        if any(items[at + k].key != items[start + k].key for k in range(length)):
            break
        if not seen:
            seen = [{slot} for k in range(length) for slot in items[start + k].slots]
        slots = [slot for k in range(length) for slot in items[at + k].slots]
        for slot, known in zip(slots, seen, strict=True):
            other = (slot in known) != (len(known) == 1)
            if turns > 1 and other and not _is_number(slot):
                return turns
            known.add(slot)
        turns += 1
    return turns


# --- names ----------------------------------------------------------------------------


def names_in(lines: Iterable[Line]) -> set[str]:
    """Return the names of variables, lists and functions in some lines."""
    return {name for line in lines for name in TOKEN.findall(line.text)}


def lists_in(lines: Iterable[Line]) -> set[str]:
    """Return the names in some lines that stand for lists."""
    return {stem for line in lines for _, stem, _ in PLACE.findall(line.text)}


def _local(lines: Sequence[Line], stems: Iterable[str]) -> list[Line]:
    """Make variables of those lists of which a turn needs its own place only.

    The first statement with it, in each turn, then assigns it.
    """
    found: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for i, line in enumerate(lines):
        for place, stem, _ in PLACE.findall(line.text):
            found.setdefault(stem, set()).add(place)
            first.setdefault(stem, i)
    local: dict[str, str] = {}
    texts = [line.text for line in lines]
    for stem in found.keys() & set(stems):
        i = first[stem]
        place = stem + "".join(f"[{name}]" for name in lines[i].loops)
        if found[stem] == {place} and re.match(rf"{re.escape(place)} \+?= ", texts[i]):
            local[place] = stem
            texts[i] = texts[i].replace(" += ", " = ", 1)
    return [
        line._replace(text=PLACE.sub(lambda at: local.get(at[0], at[0]), text))
        for line, text in zip(lines, texts, strict=True)
    ]
