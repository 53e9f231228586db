"""What a script calls its arrays and variables, and how they are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...teaching.views.javascript import number_text
from .. import statements as st
from ..backends.native.aliases import View
from ..shown.listing import Listing
from ..statements import Statement
from ..updates import GRADIENT, average_kind
from .code import shape_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..program import Program

LANES = 4  # samples that are computed side by side, see lanes.js
VECTORS = {st.INPUTS: "x", st.PARAMETERS: "p", GRADIENT: "g"}
# Names that the script has anyway, or that JavaScript keeps for itself.
TAKEN = frozenset(
    "X x s i j p g at size first lanes out total rate steps start sum loss pow load"
    " product back outer sums forward gradient step reset"
    " program arguments await break case catch class const continue debugger default"
    " delete do else enum eval export extends false finally for function if implements"
    " import in instanceof interface let new null package private protected public"
    " return static super switch this throw true try typeof var void while with yield"
    " Math Number Object Infinity NaN Float64Array Int32Array".split()
)


class Names:
    """The names of one script.

    Attributes:
        width: How many numbers a sample is.
        views: How statements are read, of all passes.
        arrays: How each array is made, by name.
        tables: The name of each array of constants, by how it is made.
        averages: What the optimiser remembers: the array of each kind.
        helpers: The functions that are called.
        parameters: Where each named stretch of the parameters begins and ends.
    """

    def __init__(
        self, program: Program, listing: Listing, wished: dict[Statement, str]
    ) -> None:
        """Name the parameters; `wished` are names for what is computed."""
        self.width = sum(program.lengths)
        self.views: dict[Statement, View] = {}
        self.arrays: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.averages: dict[st.Kind, str] = {}
        self.helpers: set[str] = set()
        self.parameters: dict[str, tuple[int, int]] = {}
        self._names: dict[Statement, str] = {}
        self._wished = wished
        self._taken: set[str] = set(TAKEN)
        for known, y in listing.parameters.items():
            whole = y.kind is st.PARAMETERS
            begin = 0 if whole else st.stretch(y.what)
            if begin is not None:
                name, end = self.free(known), begin + y.size
                label = listing.labels.get(known, known)
                note = shape_text(y.shape) + (f", {label}" if label != known else "")
                self.parameters[name] = begin, end
                self.arrays[name] = f"p.subarray({begin}, {end});  // {note}"

    def remember(self, names: Sequence[str], length: int) -> list[str]:
        """Return arrays for what an optimiser remembers."""
        for kind, name in zip(map(average_kind, names), names, strict=True):
            if kind not in self.averages:  # another optimiser may remember the same
                array = self.averages[kind] = self.free(name)
                self.arrays[array] = f"new Float64Array({length});"
        return [self.averages[average_kind(name)] for name in names]

    def free(self, name: str) -> str:
        """Return a name like this that nothing else has."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def name(self, y: Statement) -> str:
        """Return the variable of what is computed."""
        if y not in self._names:
            wished = self._wished.get(y, "") or f"v{len(self._names) + 1}"
            self._names[y] = self.free(wished)
        return self._names[y]

    def table(self, numbers: Any) -> str:
        """Return the array of numbers, or of indices, that stand in the code."""
        kind = "Int32Array" if numbers.typecode == "q" else "Float64Array"
        made = f"{kind}.of({', '.join(map(number_text, map(float, numbers)))})"
        if made not in self.tables:
            self.tables[made] = self.free(f"c{len(self.tables) + 1}")
        return self.tables[made]

    def leaf(self, y: Statement, offset: int, size: int) -> tuple[str, int]:
        """Return the array that has a stretch of a leaf, and where that begins."""
        if y.kind is st.PARAMETERS:
            for name, (begin, end) in self.parameters.items():
                if begin <= offset and offset + size <= end:
                    return name, begin
        if y.kind is st.CONSTANT:
            return self.table(y.what), 0
        return VECTORS.get(y.kind) or self.averages[y.kind], 0
