"""Operands that stand for a number, without having one: the base of all of them.

The learner's function, and the partials of the table, run on whatever has the operators
of a `Value`. An operand of this kind hands each op that meets it to `apply`, which
computes on arrays, records for a compiler, or does whatever its kind is for.
"""

from __future__ import annotations

from . import ops
from .messages import is_real
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .op import Op


def _unary(op: Op) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        return self.apply(op, (self,))

    return method


def _binary(op: Op) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Return the method for `self op other` and the one for `other op self`."""

    def method(self: Any, other: Any) -> Any:
        if not (isinstance(other, Value) or is_real(other)):
            return NotImplemented
        return self.apply(op, (self, other))

    def reflected(self: Any, other: Any) -> Any:
        if not (isinstance(other, Value) or is_real(other)):
            return NotImplemented
        return self.apply(op, (other, self))

    return method, reflected


class Operand(Value):
    """What ops can be applied to, as to a Value; `apply` says what comes of it.

    A subclass sees each op with its args, and does with them what it likes: here, it
    writes them down.

    >>> from autograd import Operand, tanh
    >>> class Spoken(Operand):
    ...     def __init__(self, text):
    ...         super().__init__(0.0)
    ...         object.__setattr__(self, "label", text)
    ...     def apply(self, op, args):
    ...         texts = [getattr(arg, "label", str(arg)) for arg in args]
    ...         return Spoken(f"{op.name}({', '.join(texts)})")
    >>> tanh(Spoken("w") * Spoken("x") + 1.0).label
    'tanh(add(mul(w, x), 1.0))'
    """

    __slots__ = ()

    __add__, __radd__ = _binary(ops.add)
    __sub__, __rsub__ = _binary(ops.sub)
    __mul__, __rmul__ = _binary(ops.mul)
    __truediv__, __rtruediv__ = _binary(ops.div)
    __pow__, __rpow__ = _binary(ops.pow)
    __neg__ = _unary(ops.neg)
    __pos__ = _unary(ops.identity)
    __abs__ = _unary(ops.abs)

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Return the result of `op` for args of which `self` is one."""
        raise NotImplementedError

    @classmethod
    def _record_op(cls, op: Op, args: tuple[Any, ...]) -> Any:
        return next(arg for arg in args if isinstance(arg, cls)).apply(op, args)


# The methods that Value has of the table's ops, under all of their names.
for _name, _method in list(vars(Value).items()):
    _op = ops.TABLE.get(getattr(_method, "__name__", ""))
    if _op is not None and _op.arity == 1:
        setattr(Operand, _name, _unary(_op))
