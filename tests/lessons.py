"""The lessons: run in a kernel, written in one form, compared, their exercises tried.

`python tests/lessons.py notebooks/en/1_one_knob.ipynb …` runs lessons top to bottom and
writes their outputs anew, without times, addresses and whatever else differs from one
machine to the next. `tests/teaching/test_lessons.py` runs them too, and compares.

Tags of code cells: `exercise`: an answer to be filled in, `...`, and in the last
statement its check. A solution stands in the keys of the lessons, and answers that the
check has to explain in `tests/teaching/tried/`, by the number of the exercise: "3.1" is
the first of lesson 3. `measured`: the output holds times, and is not compared. `torch`:
so it is where PyTorch is missing.
"""

from __future__ import annotations

import ast
import copy
import re
import sys
import tempfile
import tomllib
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from autograd import solution

FOLDER = Path(__file__).parent.with_name("notebooks")
LESSONS = sorted(FOLDER.glob("[a-z][a-z]/*.ipynb"))
TRIED = Path(__file__).parent / "teaching" / "tried"
SECONDS = 60  # for a cell

Tries = list[tuple[str, bool]]

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")

# What a kernel runs to tell what came of a check, and to forget that it was a miss.
VERDICT = """
print(f"verdict {bool(_checked.solved)} {bool(_checked.explained)}")
from autograd.teaching.exercises import answers as _answers
_answers._missed.clear()
"""


def read(path: Path) -> nbformat.NotebookNode:
    """Return a notebook."""
    return nbformat.read(path, as_version=4)


def tags(cell: nbformat.NotebookNode) -> list[str]:
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


class Run(NotebookClient):
    """A run of a lesson, top to bottom, in a folder of its own.

    After each exercise its solution and its wrong answers are tried in the same kernel,
    and the cell is run again as it stands.

    Attributes:
        tries: For each exercise, in order, what to try, and whether it is right.
        faults: What was found, one line for each.
    """

    def __init__(self, notebook: nbformat.NotebookNode, tries: list[Tries]) -> None:
        super().__init__(
            copy.deepcopy(notebook),
            timeout=SECONDS,
            iopub_timeout=SECONDS,
            raise_on_iopub_timeout=True,
            kernel_name="python3",
        )
        self.tries, self.faults = iter(tries), []

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        cell = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        tries = next(self.tries, []) if "exercise" in tags(cell) else []
        if tries:
            for answer, solved in tries:
                verdict = await self._tried(cell, answer, cell_index)
                if verdict != ("True True" if solved else "False True"):
                    self.faults.append(f"cell {cell_index}: {answer!r} gave {verdict}")
            again = copy.deepcopy(cell)
            await super().async_execute_cell(again, cell_index, *args, **kwargs)
        return cell

    async def _tried(self, cell, answer, cell_index) -> str:
        """Return what comes of a check with another answer: solved, explained."""
        source = f"{answer}\n_checked = {check_of(cell)}\n{VERDICT}"
        other = nbformat.v4.new_code_cell(source)
        await super().async_execute_cell(other, cell_index, store_history=False)
        other.outputs = _joined(other.outputs)
        found = re.findall(r"^verdict (.*)$", text_of(other), re.MULTILINE)
        return found[-1] if found else "no verdict"


def answers(path: Path) -> list[Tries]:
    """Return what to try in each exercise of a lesson, and whether it is right."""
    language = path.parent.name
    wrong = tomllib.loads((TRIED / f"{language}.toml").read_text("utf-8"))
    return [
        [(solution(exercise, language=language).code, True)]
        + [(answer, False) for answer in wrong[exercise]]
        for exercise in wrong
        if exercise[0] == path.name[0]
    ]


def check_of(cell: nbformat.NotebookNode) -> str:
    """Return the last statement of an exercise: the call that checks it."""
    return ast.unparse(ast.parse(cell.source).body[-1])


def run(
    path: Path, tries: list[Tries] | None = None
) -> tuple[nbformat.NotebookNode, list[str]]:
    """Return a lesson as it comes out now, and what is wrong with its exercises.

    Raises:
        nbclient.exceptions.CellExecutionError: If a cell raises.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = Run(read(path), tries or [])
        made.execute(cwd=folder)
    return tidy(made.nb), made.faults


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook in the one form in which lessons are kept."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {
            "display_name": "Python 3", "language": "python", "name": "python3",
        },
        "language_info": {"name": "python"},
    })  # fmt: skip
    count = 0
    for n, cell in enumerate(notebook.cells):
        cell.id = f"cell-{n}"
        kept = {"slideshow": {"slide_type": slide_type(cell)}}
        if tags(cell):
            kept["tags"] = tags(cell)
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = _joined(cell.outputs)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def slide_type(cell: nbformat.NotebookNode) -> str:
    """Return what a cell is in slides: a section, a step below it, or what unfolds."""
    start = cell.source.partition("\n")[0]
    if start.startswith(("# ", "## ")):
        return "slide"
    if start.startswith("<details>"):
        return "fragment"
    return "subslide" if cell.cell_type == "markdown" else "-"


def _joined(outputs):
    """Return outputs with the pieces of one stream put together."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            joined.append(output)
        if "data" in output and "text/plain" in output.data:
            output.data["text/plain"] = ADDRESS.sub("", output.data["text/plain"])
    return joined


def text_of(cell: nbformat.NotebookNode) -> str:
    """Return what a cell printed and showed, as text."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif "data" in output:
            parts.append(output.data.get("text/plain", ""))
    return "\n".join(parts)


def differences(kept, made) -> list[str]:
    """Return where the outputs of two runs of a lesson differ in what they say."""
    found = []
    for n, (old, new) in enumerate(zip(kept.cells, made.cells, strict=True)):
        if old.cell_type != "code" or not is_compared(old):
            continue
        if not same_text(text_of(old), text_of(new)):
            found.append(f"cell {n}: {text_of(old)!r} became {text_of(new)!r}")
    return found


def is_compared(cell: nbformat.NotebookNode) -> bool:
    """Tell whether the output of a cell is the same everywhere."""
    if "measured" in tags(cell):
        return False
    return "torch" not in tags(cell) or find_spec("torch") is not None


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts say the same, up to rounding of their numbers.

    >>> same_text("loss 0.125, 100 %", "loss 0.12500000001, 100 %")
    True
    >>> same_text("loss 0.125", "loss 0.126"), same_text("loss 1", "cost 1")
    (False, False)
    """
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(a == b or _near(a, b) for a, b in pairs)


def _near(one: str, other: str) -> bool:
    a, b = (float(x.replace("−", "-").replace(",", "")) for x in (one, other))
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b)) + 1e-12


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lesson, _ = run(Path(name))
        nbformat.write(lesson, name)
        print(name)
