"""`grade`: the engines of a class, each run apart and judged as `check_engine` judges.

All submissions are read before the first one runs, and what comes out is kept here: so
whatever one of them does, it does to itself.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ...phrases.table import Phrases
from .engine_cases import CASES, fresh_case
from .engines import EngineAnswer, answered, judged, raised
from .runner import SECONDS, run_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Language

ENDINGS = (".ipynb", ".py")
MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)  # what Python does not know
FORMULA = ("=", "+", "-", "@")  # with which a cell of a spreadsheet is one


def grade(
    folder: str | os.PathLike[str],
    name: str = "Value",
    *,
    seconds: float = SECONDS,
    trusted: bool = False,
    language: Language | None = None,
) -> dict[str, EngineAnswer]:
    """Return what came out for each submission below a folder, by its path.

    A submission is a notebook or a file of Python that defines a class of Values. In a
    notebook, cells that fail are passed over, and the last one that calls
    `check_engine` is the end; autograd and nn are silent there.

    Args:
        folder: The folder.
        name: The name of the class.
        seconds: How long each may take.
        trusted: Whether to run them where memory cannot be limited.
        language: "en" or "fr", of what is said; None for that of the environment.

    Raises:
        ValueError: If there is no submission, or what runs cannot be isolated here.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "ada.py").write_text("Value = 1 / 0")
    ...     print(grade(folder, language="en")["ada.py"])
    There is no class `Value`.
    ZeroDivisionError: division by zero (line 1 of your code: `Value = 1 / 0`)
    """
    words, top = Phrases(language), Path(folder)
    paths = [p for p in sorted(top.rglob("*")) if p.suffix in ENDINGS and p.is_file()]
    names = [path.relative_to(top).as_posix() for path in paths]
    submissions = {
        key: read_cells(path)
        for key, path in zip(names, paths, strict=True)
        if not re.search(r"(^|/)[._]", key)  # copies of Jupyter and Python
    }
    if not submissions:
        raise ValueError(words("grading.nothing", folder=folder))
    limits = run_code([], name, []).get("limits", ())
    if len(limits) < 2 and not (limits and trusted):
        raise ValueError(words("grading.refused", limits=", ".join(limits) or "–"))

    def one(cells: list[str]) -> EngineAnswer:
        cases = [*CASES, fresh_case()]
        asked = [case.asked for case in cases]
        outcome = run_code(cells, name, asked, seconds, trusted)
        try:
            code = outcome["code"]
            if code["defined"]:
                return judged(outcome, cases, words)
            kind = "ours" if code["ours"] else "missing"
            said = words(f"engines.{kind}", name=name)
            error = ["", raised(code, words)] if "kinds" in code else []
            return answered(kind, said + "\n".join(error), words)
        except Exception:  # it did not come to the class, or sent what is forged
            kind = outcome.get("end", "ended")
            return answered(kind, words(f"engines.{kind}"), words)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(submissions, pool.map(one, submissions.values()), strict=True))


def read_cells(path: Path) -> list[str]:
    """Return the code of a file, or of a notebook’s cells; none if it is neither."""
    try:
        text = path.read_text("utf-8-sig", errors="replace")
        if path.suffix == ".py":
            return [text]
        cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
        code = [MAGIC.sub("", "".join(cell["source"])) for cell in cells]
        # A lesson goes on with a class of its own.
        asked = [n for n, cell in enumerate(code, 1) if "check_engine(" in cell]
        return code[: asked[-1]] if asked else code
    except (KeyError, OSError, TypeError, ValueError, RecursionError):
        return []


def table(grades: dict[str, EngineAnswer], ending: str) -> str:
    """Return the grades as a file: ".csv" or ".json"."""
    rows = [
        {"submission": name, "kind": a.kind, "solved": a.solved, "right": len(a.right),
         "wrong": "; ".join(a.wrong), "tried": " ".join(a.tried),
         "untried": " ".join(a.untried), "said": a.message, "language": a.language}
        for name, a in grades.items()
    ]  # fmt: skip
    if ending == ".json":
        return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    for row in rows:
        for key, cell in row.items():
            if str(cell).startswith(FORMULA):
                row[key] = f"'{cell}"
        writer.writerow(row)
    return "\ufeff" + file.getvalue()  # by which spreadsheets know UTF-8
