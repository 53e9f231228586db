"""The rows of the table in C: what `engine.c` computes, printed from the table itself.

Each forward, each partial and what tells whether an argument is taken becomes one
function of C. It is read from the row's own source, by the reader that the compilers
use. A row that cannot be written so is left out, and Python computes it.
"""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from ..op import Op, one
from ..ops import TABLE
from ..reading.braces import PREDICATES, Writer
from ..reading.formulas import forward_expression, partial_expression, taken_expression
from ..value import Value
from . import digest, fingerprint

MOST_ARGS = 3  # of an op that C computes

# Functions that Python computes in a way of its own, or to a whole number.
NOT_THE_SAME = ("ceil", "floor", "hypot", "trunc")

# The operators of Python that an op of the table may stand behind, in C's words.
OPERATORS = {
    "__add__": "add", "__sub__": "subtract", "__mul__": "multiply",
    "__truediv__": "true_divide", "__pow__": "power", "__neg__": "negative",
    "__pos__": "positive", "__abs__": "absolute",
}  # fmt: skip

FORMULA = """\
static double {name}(const double *v, int *ask)
{{
    {names}
    return {body};
}}
"""
OPERATOR = """\
static PyObject *operator_{slot}(PyObject *a{more})
{{
    return {kind}(&operators[{i}], {row}, {passed});
}}
"""
OPERANDS = {
    1: ("unary", "", "a"),
    2: ("binary", ", PyObject *b", "a, b, NULL"),
    3: ("binary", ", PyObject *b, PyObject *c", "a, b, c"),
}


class C(Writer):
    """Writes a formula with the functions of math.h and those of `engine.c`."""

    language: ClassVar = "C"

    def number(self, number: float) -> str:
        """Return a number with all its digits; nan is where the row raises."""
        if math.isnan(number):
            return "raised(ask)"
        return repr(number) if math.isfinite(number) else f"{number:f}INITY".upper()

    def call(self, name: str, args: Sequence[str]) -> str:
        """Return a call that notices what Python may raise an error for."""
        if name in NOT_THE_SAME:
            raise ValueError(f"C has another {name}")
        if name in PREDICATES:
            return f"{name}({', '.join(args)})"
        if name in ("div", "pow"):
            name = "quotient" if name == "div" else "power"
            return f"{name}({', '.join(args)}, ask)"
        return f"told({name}({', '.join(args)}), ask)"


def written_rows() -> str:
    """Return the text of `rows.h`."""
    rows = {op.name: row for op in TABLE.values() if (row := _row(op))}
    operators = [
        (method, slot, op)
        for method, slot in OPERATORS.items()
        if (op := TABLE[getattr(Value, method).__name__.strip("_")]).name in rows
    ]
    places = list(rows)
    return "\n".join(
        [
            "#ifndef OPERATORS",
            f'#define TABLE "{fingerprint()}"',
            *(function for functions, _ in rows.values() for function in functions),
            "static const Row rows[] = {",
            *(initializer for _, initializer in rows.values()),
            "};\n#else",
            *_operators(operators, places),
            "#endif\n",
        ]
    )


def _row(op: Op) -> tuple[list[str], str] | None:
    """Return the functions of a row, and its line in the table of rows."""
    every = range(op.arity)
    try:
        if op.arity > MOST_ARGS:
            return None
        formulas = {"forward": forward_expression(op)}
        for i in every:
            if op.partials[i] is not one:
                formulas[f"by_{i}"] = partial_expression(op, i)
            if op.taken[i] is not one:
                formulas[f"takes_{i}"] = taken_expression(op, i)
        functions = [
            _function(f"{op.name}_{which}", names, expression)
            for which, (names, expression) in formulas.items()
        ]
    except ValueError:
        return None

    def listed(which: str) -> str:
        found = [f"{which}_{i}" for i in every]
        return ", ".join(f"{op.name}_{f}" if f in formulas else "NULL" for f in found)

    return functions, (
        f'    {{"{op.name}", "{digest(op)}", {op.arity}, {int(op.chooses)},'
        f" {op.name}_forward,"
        f" {{{listed('by')}}}, {{{listed('takes')}}}}},"
    )


def _function(name: str, names: list[str], expression: ast.expr) -> str:
    used = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    places = [f"{name} = v[{i}]" for i, name in enumerate(names) if name in used]
    declared = f"const double {', '.join(places)};" if places else "(void)v;"
    body = C({name: name for name in names}).written(expression)
    return FORMULA.format(name=name, names=declared, body=body)


def _operators(
    operators: Sequence[tuple[str, str, Op]], places: list[str]
) -> Iterable[str]:
    """Return the functions of the operators, their table, and the slots of the type."""
    yield "static Operator operators[] = {"
    for method, _, op in operators:
        reflected = f'"__r{method[2:]}"' if op.arity == 2 else "NULL"
        yield f'    {{"{method}", {reflected}, NULL, NULL}},'
    yield "};"
    for i, (_, slot, op) in enumerate(operators):
        # In C a power has a third operand, the modulus.
        kind, more, passed = OPERANDS[3 if slot == "power" else op.arity]
        yield OPERATOR.format(
            slot=slot, more=more, kind=kind, i=i, row=places.index(op.name),
            passed=passed,
        )  # fmt: skip
    slots = [f"{{Py_nb_{slot}, operator_{slot}}}, " for _, slot, _ in operators]
    yield f"#define OPERATOR_SLOTS {''.join(slots)}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written_rows(), encoding="utf-8")
