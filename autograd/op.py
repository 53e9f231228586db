"""What a row of the table of operations is.

An `Op` declares one scalar operation once: how to compute it and its partial
derivatives. Everything else reads rows: `Value` records them, the sweeps of
`reverse` and `forward` apply the chain rule to them, and whatever shows, tells or
compiles a graph does too. An `Op` is also the public function: call it on numbers
for a number, on `Value`s for a node of the graph.
"""

from __future__ import annotations

import sys

from .messages import count, to_float

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

TAKES_ANY_NUMBER = 0x04  # the flag of a function with *args (inspect.CO_VARARGS)

ARITHMETIC_ERRORS = (ValueError, ZeroDivisionError, OverflowError)

NOTATIONS = (
    "infix", "prefix", "power", "fraction", "root", "bars", "exponential", "function",
)  # fmt: skip
_SIGNS = {1: "prefix", 2: "infix"}  # by the number of arguments


def one(*operands: Any) -> float:
    """Return 1, the partial of an op that passes an argument through (∂(a + b)/∂a).

    >>> from autograd import Op, grad
    >>> shift = Op("shift", forward=lambda x: x + 1.0, partials=(one,))
    >>> shift(2.0), grad(shift)(2.0)
    (3.0, 1.0)
    """
    return 1.0


def zero(*operands: Any) -> float:
    """Return 0, the partial of an op that is flat in an argument (∂step(x)/∂x).

    >>> import math
    >>> from autograd import Op, grad
    >>> floor = Op("floor", forward=math.floor, partials=(zero,))
    >>> floor(2.5), grad(floor)(2.5)
    (2.0, 0.0)
    """
    return 0.0


class Op:
    """One scalar operation: a function that knows its partial derivatives.

    Args:
        name: What it is called, as in `tanh`.
        forward: Computes it: numbers in, a number out, the same for the same. A default
            value of an argument is a default of the op too. Outside the domain it
            raises ValueError, ZeroDivisionError or OverflowError, as `math` does.
        partials: One function per argument, in order. Each is called with the
            arguments and then the output, `partial(a, b, y)`, and gives ∂y/∂argument.
            Written with Python's operators and with other ops, it is itself
            differentiable, which with functions of `math` it would not be (their place
            is in `forward`); in place of a function that is 1 or 0 everywhere, give
            `one` or `zero`, and the sweeps leave the multiplication out.
        taken: For an op that chooses, one function per argument, which tells from the
            arguments, as floats, whether the result *takes* that one: a larger number
            from `maximum`, one branch from `where`. No slope goes to an argument that
            is not taken, whatever its partial, which is 0 there. `one` means always,
            `zero` never; by default all are taken but those whose partial is `zero`.
        symbol: How it is written; an infix sign such as `+`, else `name`.
        notation: How mathematics writes it, one of `NOTATIONS`: "infix", "prefix",
            "power", "fraction", "root", "bars", "exponential", or "function". By
            default, a symbol that is a sign is infix or prefix, and a name a function.
        domain: What the arguments must satisfy, to complete "log needs …".
        safe: One interval per argument in which the op is smooth and neither it nor
            its derivatives are extreme: where tests and examples take numbers from.
        doc: The docstring.

    Raises:
        TypeError: If `forward`, a partial or an entry of `taken` cannot be called.
        ValueError: If there is no partial, or not one entry of `taken` and one `safe`
            interval per partial.

    An op of your own is one such declaration. It is differentiated to any order and
    checked like the ones of the table:

    >>> from autograd import Op, Value, check_gradients, grad
    >>> cube = Op("cube", forward=lambda x: x**3, partials=(lambda x, y: 3 * x**2,))
    >>> cube(2.0)
    8.0
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    >>> grad(grad(cube))(2.0)
    12.0
    >>> check_gradients(cube, 2.0, order=2)
    """

    def __init__(
        self,
        name: str,
        forward: Callable[..., Any],
        partials: Sequence[Callable[..., Any]],
        *,
        taken: Sequence[Callable[..., Any]] | None = None,
        symbol: str = "",
        notation: str = "",
        domain: str = "",
        safe: Sequence[tuple[float, float]] | None = None,
        doc: str = "",
    ) -> None:
        """See the class."""
        if not callable(forward):
            raise TypeError(f"op {name!r} needs a function as forward; got {forward!r}")
        if callable(partials):
            raise TypeError(
                f"op {name!r} needs a tuple of partials; got one function"
                " (hint: a tuple of one is written with a comma, (f,))"
            )
        self.partials = tuple(partials)
        if not self.partials:
            raise ValueError(f"op {name!r} needs one partial per argument; got none")
        for partial in self.partials:
            if not callable(partial):
                raise TypeError(
                    f"op {name!r} needs functions as partials; got {partial!r}"
                    " (hint: for a constant 1 or 0 give autograd.one or autograd.zero)"
                )
        self.name = self.__name__ = name
        self.forward = forward
        self.arity = len(self.partials)
        self.symbol = symbol or name
        sign = "function" if self.symbol.isidentifier() else _SIGNS.get(self.arity)
        self.notation = notation or sign or "function"
        if self.notation not in NOTATIONS:
            raise ValueError(
                f"op {name!r} needs a notation among {', '.join(NOTATIONS)};"
                f" got {notation!r}"
            )
        self.domain = domain
        _check_arguments(f"forward of op {name!r}", forward, self.arity)
        for partial in self.partials:
            _check_arguments(f"a partial of op {name!r}", partial, self.arity + 1)
        self.safe = tuple(safe) if safe is not None else ((-2.0, 2.0),) * self.arity
        usual = [zero if partial is zero else one for partial in self.partials]
        self.taken = tuple(usual if taken is None else taken)
        for what, given in ("safe interval", self.safe), ("entry of taken", self.taken):
            if len(given) != self.arity:
                raise ValueError(
                    f"op {name!r} needs one {what} per argument;"
                    f" got {len(given)} for {self.arity}"
                )
        for takes in self.taken:
            _check_arguments(f"an entry of taken of op {name!r}", takes, self.arity)
        # Whether some argument may be left out, at some numbers.
        self.chooses = any(takes is not one for takes in self.taken)
        self.defaults = getattr(forward, "__defaults__", None) or ()
        if doc:
            self.__doc__ = doc
        # Ops are pickled by name, as functions are, so they know where they stand.
        self.__module__ = sys._getframe(1).f_globals.get("__name__", "__main__")

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Apply the op: to numbers for a float, to Values for a node of the graph.

        To an array of NumPy it is applied number by number.

        Arguments may be named as those of `forward`, as in `leaky_relu(x, slope=0.2)`.

        Raises:
            TypeError: For a wrong number of arguments, or one that is no real number.
            ValueError, ZeroDivisionError, OverflowError: Outside the domain.
        """
        if len(args) != self.arity or named:
            args = self._complete(args, named)
        for arg in args:
            if type(arg) is not float:
                break
        else:
            return self.compute(args)
        # Whoever records ops (Value, above all) says so by this method of its type; of
        # two types, the one that is derived from the other has the say, and an operand
        # before what has a number.
        recorder: Any = None
        for arg in args:
            kind = type(arg)
            if hasattr(kind, "_record_op") and (
                recorder is None
                or (kind is not recorder and issubclass(kind, recorder))
                or (hasattr(kind, "apply") and not hasattr(recorder, "apply"))
            ):
                recorder = kind
            elif getattr(arg, "shape", ()):
                from .arrays.elementwise import applied

                return applied(self, args)
        if recorder is not None:
            return recorder._record_op(self, args)
        return self.compute(tuple(to_float(arg, f"{self.name} needs") for arg in args))

    def compute(self, data: tuple[float, ...], nodes: tuple[Any, ...] = ()) -> float:
        """Return the op's number for the numbers `data`.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: Outside the domain, naming the
                op, what it requires, what was given, and of `nodes` the labels.
        """
        try:
            y = self.forward(*data)
        except ARITHMETIC_ERRORS as error:
            raise self.out_of_domain(error, data, nodes) from None
        return y if type(y) is float else to_float(y, f"{self.name} must give")

    def out_of_domain(
        self, error: Exception, data: tuple[float, ...], nodes: tuple[Any, ...] = ()
    ) -> Exception:
        """Return `error`, which `forward` raised on `data`, as one that can be read."""
        from .reading.faults import out_of_domain

        return out_of_domain(self, error, data, nodes)

    def argument(self, i: int) -> str:
        """Return what `forward` calls argument number `i`; "" where that is unknown."""
        code = getattr(self.forward, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code else ()
        return names[i] if i < len(names) else ""

    def takes(self, i: int, data: Sequence[float]) -> bool:
        """Tell whether the result takes argument number `i`, of these numbers."""
        return bool(self.taken[i](*data))

    def _complete(
        self, args: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[Any, ...]:
        """Return all args: those given by position, by name, and by default."""
        code = getattr(self.forward, "__code__", None)
        names = code.co_varnames[: self.arity] if code else ()
        known = dict(zip(reversed(names), reversed(self.defaults), strict=False))
        known |= named
        rest = names[len(args) :]
        if rest and named.keys() <= set(rest) <= known.keys():
            return (*args, *(known[name] for name in rest))
        from .reading.faults import wrong_arguments

        raise wrong_arguments(self, args, named, names)

    def __getattr__(self, name: str) -> Any:
        """Return the arguments of `forward`, for `inspect.signature` and editors."""
        if name == "__signature__":
            from inspect import Parameter, Signature, signature

            try:
                return signature(self.forward)
            except ValueError:  # of math, which does not tell
                names = "abc" if self.arity > 1 else "x"
                kind = Parameter.POSITIONAL_ONLY
                given = [Parameter(name, kind) for name in names[: self.arity]]
                return Signature(given)
        raise AttributeError(f"an op has no attribute {name!r}")

    def __reduce__(self) -> str:
        """Pickle by name, as functions are."""
        return self.name

    def __deepcopy__(self, memo: dict[int, Any]) -> Op:
        """Return the op itself, which never changes."""
        return self

    def __repr__(self) -> str:
        """Return `<op tanh>`."""
        return f"<op {self.name}>"


def _check_arguments(what: str, function: Callable[..., Any], needed: int) -> None:
    """Check that a function can be called, of Python's with `needed` arguments."""
    if not callable(function):
        raise TypeError(f"{what} needs to be a function; got {function!r}")
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & TAKES_ANY_NUMBER:
        return
    most = code.co_argcount
    least = most - len(getattr(function, "__defaults__", None) or ())
    if not least <= needed <= most:
        hint = " (hint: the last one is the output y)" if "partial" in what else ""
        raise TypeError(
            f"{what} needs to take {count(needed, 'argument')}; got a function of"
            f" {most}{hint}"
        )
