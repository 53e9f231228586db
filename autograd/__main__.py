"""`python -m autograd`: draw an expression, or check that pictures can be drawn."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from .drawing import DIRECTIONS, draw
from .drawing.colours import THEMES
from .expressions import normalised, read_expression
from .graph import topological
from .op import ARITHMETIC_ERRORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .drawing.renderer import Picture

ENDINGS = (".svg", ".png", ".pdf", ".gv")
OPTION = re.compile(r"-[oh]|-o.*\.(svg|png|pdf|gv)|--([a-z]+(=.*)?)?", re.I | re.S)


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograd", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_draw(commands.add_parser("draw", help="draw the graph of an expression"))
    _add_doctor(commands.add_parser("doctor", help="check that pictures can be drawn"))
    # An expression may begin with a minus sign, and must not look like an option then.
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:1] == ["draw"] and len(argv) > 1 and argv[1].startswith("-"):
        argv[1] = argv[1] if OPTION.fullmatch(argv[1]) else f" {argv[1]}"
    options = parser.parse_args(argv)
    try:
        return options.run(options)
    except (*ARITHMETIC_ERRORS, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_draw)
    parser.add_argument("expression", help="such as 'tanh(a*b + c)'")
    parser.add_argument(
        "variables", nargs="*", metavar="name=number", help="such as a=2 b=-3 c=10"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("graph.svg"),
        help="the picture: .svg, .png or .pdf; .gv for DOT (graph.svg)",
    )  # fmt: skip
    parser.add_argument("--partials", action="store_true", help="∂y/∂x on each edge")
    parser.add_argument("--formula", action="store_true", help="how a node is computed")
    parser.add_argument(
        "--widths", action="store_true", help="edges as wide as the gradient"
    )
    parser.add_argument("--legend", action="store_true", help="explain the boxes")
    parser.add_argument(
        "--highlight", action="append", default=[], metavar="name",
        help="mark the paths from this variable to the output",
    )  # fmt: skip
    parser.add_argument("--direction", choices=DIRECTIONS, default="LR")
    parser.add_argument("--theme", choices=list(THEMES), default="auto")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_doctor)
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("doctor.svg"),
        help="the test picture: .svg or .png (doctor.svg)",
    )  # fmt: skip


def _draw(options: argparse.Namespace) -> int:
    _check_out(options.out)
    variables = _variables(options.variables)
    y = read_expression(options.expression, variables)
    leaves = {node.label: node for node in topological(y) if node.label}
    highlight = [normalised(name) for name in options.highlight]
    for name in highlight:
        if name not in leaves:
            known = ", ".join(leaves) or "none"
            raise ValueError(f"--highlight needs a variable; got {name} of {known}")
    try:
        y.backward()
    except ARITHMETIC_ERRORS as error:
        print(f"no gradients: {error}", file=sys.stderr)
    picture = draw(
        y,
        partials=options.partials,
        formula=options.formula,
        widths=options.widths,
        legend=options.legend,
        highlight=[leaves[name] for name in highlight],
        direction=options.direction,
        theme=options.theme,
    )
    _write(picture, options.out)
    print(f"Wrote {options.out}: {y.data!r}.")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from .drawing.renderer import CHOICE, find_renderer

    _check_out(options.out, (".svg", ".png"))  # of .gv, no renderer would be run
    renderer = find_renderer()
    print(f"Renderer: {renderer.program}")
    print(f"          {renderer.reason}; {CHOICE}=/path/to/dot chooses another")
    y = read_expression("tanh(a*b + c)", {"a": 2.0, "b": -3.0, "c": 6.5})
    y.backward()
    start = time.perf_counter()
    _write(draw(y, partials=True, legend=True), options.out)
    seconds = time.perf_counter() - start
    print(f"Picture:  wrote {options.out} in {seconds:.2f} s. All is well.")
    return 0


def _variables(texts: list[str]) -> dict[str, float]:
    variables: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        name = normalised(name.strip())
        if not equals or not name.isidentifier():
            raise ValueError(f"variables need the form a=2; got {text}")
        if name in variables:
            raise ValueError(f"variables need one number each; got two for {name}")
        try:
            variables[name] = float(number)
        except ValueError:
            raise ValueError(f"{name} needs a number; got {number!r}") from None
    return variables


def _check_out(path: Path, endings: tuple[str, ...] = ENDINGS) -> None:
    if path.suffix.lower() not in endings:
        raise ValueError(f"--out needs one of {', '.join(endings)}; got {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"--out needs an existing folder; got {path.parent}")


def _write(picture: Picture, path: Path) -> None:
    """Write the picture whole; where it cannot be drawn, the DOT beside it."""
    if path.suffix.lower() == ".gv":
        path.write_text(picture.source, "utf-8")
        return
    try:
        path.write_bytes(picture.pipe(path.suffix[1:].lower()))
    except RuntimeError as error:
        kept = path.with_suffix(".gv")
        kept.write_text(picture.source, "utf-8")
        raise RuntimeError(f"{error}\nThe DOT is kept in {kept}.") from error


if __name__ == "__main__":
    sys.exit(main())
