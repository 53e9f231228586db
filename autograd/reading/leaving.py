"""A number that would leave its graph, as `float(v)` lets it: what to write instead."""

from __future__ import annotations

from ..messages import describe
from ..value import Value
from .sources import called_by_user, line_of_user, way_on


def left_graph(value: Value) -> TypeError:
    """Return the error for a Value, which is no constant, that is asked for a float."""
    line = line_of_user()
    source = value.source if str(value.source) != line else None
    made = f", made at {source}" if source else ""
    fault = TypeError(
        "float() needs a constant, since no slope goes through a plain number; got"
        f" {describe(value._data, value)}{made}, asked for at {line} (hint:"
        f' {way_on()}; .data for the number alone, f"{{v:.3f}}" to print it)'
    )
    vars(fault)["facts"] = {
        "kind": "left_graph", "symbol": "", "given": [(value._data, value.label)],
        "made": source, "line": line, "called": called_by_user(),
    }  # fmt: skip
    return fault
