"""Rows of the table in JavaScript, as far as it can be seen without a browser."""

import re

import pytest

from autograd import Op, ops
from autograd.drawing.notation import write
from autograd.reading.braces import FUNCTIONS
from autograd.reading.formulas import forward_expression, partial_expression
from autograd.teaching.views.javascript import (
    JAVASCRIPT,
    functions,
    number_text,
    write_rows,
)


def test_every_op_of_the_table_is_written():
    rows = write_rows(ops.TABLE.values())
    assert rows.count("{f:") == len(ops.TABLE)
    called = set(re.findall(r"([a-z_]\w+)\(", rows))
    assert called <= FUNCTIONS | {"div"}


def test_every_function_is_defined_in_the_script():
    script = functions()
    for name in FUNCTIONS | {"div"}:
        assert re.search(rf"\b{name}\b[^(]*= ", script) or re.search(
            rf"const \[[^=]*\b{name}\b", script
        ), name


def test_python_s_truth_and_choices_are_kept():
    odd = Op(
        "odd",
        lambda a, b: (a or b) + (a and b) if not (0.0 < a <= b) else float(a == b),
        (lambda a, b, y: -a if a != b else 1e-300, lambda a, b, y: a**2.0 - 1.5),
    )
    row = write_rows([odd])
    assert "a!==0" in row and "((0<a)&&" not in row
    assert "(0<a&&a<=b)" in row and "pow(a,2)" in row and "1e-300" in row


@pytest.mark.parametrize(
    "forward",
    [eval("lambda x: x"), lambda x: [x][0], lambda x: __import__("math").gamma(x)],
)
def test_what_cannot_be_read_is_refused(forward):
    with pytest.raises(ValueError, match=r"needs .*got"):
        write_rows([Op("odd", forward, (lambda x, y: 1.0,))])


def test_an_unreadable_partial_is_refused():
    odd = Op("odd", lambda x: x, (lambda x, y: sum([x]),))
    with pytest.raises(ValueError, match="got"):
        write_rows([odd])


def test_partials_that_are_ops_or_take_anything():
    double = Op("double", lambda x: x + x, (lambda *anything: 2.0,))
    with pytest.raises(ValueError, match="source"):
        partial_expression(double, 0)
    names, _ = forward_expression(double)
    assert names == ["x"]


def test_numbers_keep_their_digits():
    numbers = (0.1, -0.0, 3.0, 1e300, float("inf"), -float("inf"), float("nan"))
    assert [number_text(x) for x in numbers] == [
        "0.1", "-0.0", "3", "1e+300", "Infinity", "-Infinity", "NaN"
    ]  # fmt: skip


def test_formulas_of_graphs():
    from autograd import Value

    a, b = Value(2.0), Value(-3.0, constant=True)
    names = {a: "s.a"}
    assert (
        write((a + b) * a / 2.0, JAVASCRIPT, names.get).text == "(s.a + (-3))*s.a / 2"
    )
