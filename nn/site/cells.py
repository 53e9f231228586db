"""What the scripts of the site ask of Python: to explain a function, to run a cell."""

from __future__ import annotations

import ast
import linecache
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd.__main__ import main

PAGE = Path("page.html")
CELLS: set[str] = set()  # what cells are called in traces


def explained(
    file: str, code: str, function: str, numbers: Sequence[str], language: str
) -> str:
    """Return the page that explains a function, or "" once it was said what is wrong.

    Args:
        file: Under what name the code is written.
        code: Which holds the function.
        function: Its name, or "" where the code is an expression.
        numbers: What to give to it, such as `w=2`.
        language: "en" or "fr".
    """
    PAGE.unlink(missing_ok=True)
    Path(file).write_text(code, "utf-8")
    linecache.clearcache()
    what = f"{file}:{function}" if function else code.strip()
    options = ["--html", str(PAGE), "--language", language]
    main(["explain", *options, "--", what, *numbers])
    return PAGE.read_text("utf-8") if PAGE.exists() else ""


class Html(str):
    """A text that is shown as the page that it is."""

    def _repr_html_(self) -> str:
        return str(self)


def run_cell(code: str, name: str, variables: dict[str, Any]) -> dict[str, str]:
    """Run a cell as a notebook does; return what its last expression shows.

    Args:
        code: The cell.
        name: What to call it in the traces of errors.
        variables: Those of the cells before; the cell's are added.

    Returns:
        What is shown, by its MIME type; of an error the trace, as "error".

    >>> run_cell("a = 2; a + 1", "<cell>", {})
    {'text/plain': '3'}
    >>> run_cell("1 / 0", "<cell>", {})["error"].splitlines()[-1]
    'ZeroDivisionError: division by zero'
    """
    CELLS.add(name)
    linecache.cache[name] = len(code), None, code.splitlines(keepends=True), name
    try:
        tree, last = ast.parse(code, name), ast.Expr(ast.Constant(None))
        if tree.body and isinstance(end := tree.body[-1], ast.Expr):
            last = tree.body.pop() and end
        exec(compile(tree, name, "exec"), variables)
        asked = ast.fix_missing_locations(ast.Expression(last.value))
        shown = eval(compile(asked, name, "eval"), variables)
        return {} if shown is None else _bundle(shown)
    except (Exception, SystemExit) as error:
        told = traceback.TracebackException.from_exception(error)
        ours = [frame for frame in told.stack if frame.filename in CELLS]
        told.stack = traceback.StackSummary.from_list(ours)
        return {"error": "".join(told.format(chain=False))}


def _bundle(shown: Any) -> dict[str, str]:
    if hasattr(shown, "_repr_mimebundle_"):
        return shown._repr_mimebundle_()
    ways = {
        "text/html": "_repr_html_", "text/markdown": "_repr_markdown_",
        "image/svg+xml": "_repr_svg_",
    }  # fmt: skip
    ways = {kind: way for kind, way in ways.items() if hasattr(shown, way)}
    found = {kind: getattr(shown, way)() for kind, way in ways.items()}
    return {"text/plain": repr(shown), **found}
