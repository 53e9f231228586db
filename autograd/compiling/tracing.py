"""Ops on statements: what the partials of the table are evaluated on.

A partial is written with operators and other ops, so on statements it gives statements.
Where it tests the truth of an operand, which an array has none of, it is evaluated for
both answers, and `where` chooses between them element by element.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from threading import local
from typing import Any

from .. import ops
from ..op import Op, one, zero
from ..operands import Operand
from .statements import CONSTANT, Statement, constant, mapped

_new = object.__new__


class Traced(Operand):
    """A statement that ops can be applied to."""

    __slots__ = ("statement",)

    statement: Statement

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Return the operand of a new statement."""
        return traced(mapped(op, [_statement(arg) for arg in args]))

    @property
    def data(self) -> float:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Refuse: an array has no one number."""
        raise _Branching

    def __float__(self) -> float:
        """Refuse: an array has no one number."""
        raise _Branching

    def __bool__(self) -> bool:
        """Answer as is being tried out."""
        return bool(answer(self))

    def __lt__(self, other: Any) -> bool:
        """Refuse: an array has no one answer."""
        raise _Branching

    __le__ = __gt__ = __ge__ = __lt__


class _Branching(TypeError):
    pass


class _Trial(local):
    """In each thread, the answers being tried out, and the operands tested."""

    def __init__(self) -> None:
        self.answers: list[bool] = []
        self.asked: list[Any] | None = None


_trial = _Trial()


def answer(operand: Operand) -> bool | None:
    """Return what is being tried out as the truth of an operand; None if nothing is."""
    answers, asked = _trial.answers, _trial.asked
    if asked is None:
        return None
    asked.append(operand)
    if len(asked) > len(answers):
        answers.append(True)
    return answers[len(asked) - 1]


def traced(statement: Statement) -> Traced:
    """Return the statement as an operand."""
    operand = _new(Traced)
    operand.statement = statement
    operand._constant = False
    return operand


def _statement(thing: Any) -> Statement:
    return thing.statement if isinstance(thing, Traced) else constant(float(thing))


def partial_of(op: Op, i: int, args: list[Statement], y: Statement) -> Statement | None:
    """Return ∂y/∂args[i] as a statement; None where it is 1 everywhere."""
    partial = op.partials[i]
    if partial is one:
        return None
    if partial is zero:
        return constant(0.0)
    return _statement(slope_of(op, i, [*map(_operand, args), traced(y)]))


def slope_of(op: Op, i: int, operands: list[Any]) -> Any:
    """Return a partial of operands: args, and then the output.

    Raises:
        NoFormula: If it is one of a partial that is called number by number.
    """
    partial = op.partials[i]
    try:
        return branches(lambda *xs: [partial(*xs)], operands)[0]
    except NoFormula:
        raise
    except Exception:  # it asks for a number: as an op, it is called with each
        return _called(op, i)(*operands)


@cache
def taking(op: Op, i: int) -> Op:
    """Return the op that is 1 where `op` takes its argument number `i`, else 0."""
    return Op(f"{op.name}_takes_{i}", op.taken[i], (zero,) * op.arity)


class NoFormula(TypeError):
    """What is called number by number was to be differentiated."""


@cache
def _called(op: Op, i: int) -> Op:
    """Return a partial that is no formula as an op, not to be differentiated again."""

    def again(*operands: Any) -> Any:
        raise NoFormula(
            f"partials of {op.name} need to be computed from Values, to be"
            " differentiated again (hint: operators and ops in place of float, math"
            " and if)"
        )

    return Op(f"{op.name}_slope_{i}", op.partials[i], (again,) * (op.arity + 1))


def _operand(statement: Statement) -> Any:
    """Return a number as it is: what a partial does with it need not be an array."""
    if statement.kind is CONSTANT and not statement.shape:
        return statement.what[0]
    return traced(statement)


def statements_of(
    f: Callable[..., list[Any]], operands: list[Any], whose: str
) -> list[Statement]:
    """Return what `f` gives for operands, as statements.

    Raises:
        TypeError: If `f` asks for a number, which an array has none of.
    """
    try:
        return [_statement(result) for result in branches(f, operands)]
    except _Branching:
        raise TypeError(
            f"a program needs formulas that compare no numbers; got {whose}"
            " (hint: autograd.where and autograd.step in place of if)"
        ) from None


def branches(
    f: Callable[..., list[Any]], operands: list[Any], answers: Sequence[bool] = ()
) -> list[Any]:
    """Return what `f` gives, given the answers to its first tests of truth."""
    asked: list[Any] = []
    _trial.answers, _trial.asked = list(answers), asked
    try:
        results = list(f(*operands))
    finally:
        _trial.asked = None
    # Tests beyond the answers given were answered True; each may be False as well.
    for n in reversed(range(len(answers), len(asked))):
        otherwise = [*answers, *[True] * (n - len(answers)), False]
        others = branches(f, operands, otherwise)
        pairs = zip(results, others, strict=True)
        results = [ops.where(asked[n], *pair) for pair in pairs]
    return results


def is_number(statement: Statement, number: float) -> bool:
    """Tell whether a statement is this number, everywhere."""
    if statement.kind is not CONSTANT:
        return False
    return all(known == number for known in statement.what)
